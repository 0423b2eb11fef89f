"""Changes between two years: LMDI by hand, the rules, and closing for every aggregation."""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erat.errors import InputError
from erat.index.assessment import Assessment, assess
from erat.index.changes import changes
from erat.index.method import Method
from erat.index.panel import Panel
from tests.index.test_assessment import CODES, DEEP
from tests.small import SUMS, framework

FLAT = """code,name,parent,direction,weight,type
idx,Index,,1,1,aggregate
a,A,idx,1,1,indicator
b,B,idx,1,1,indicator
c,C,idx,1,2,indicator
"""
STEPS: dict[str, Any] = {
    **{name: {"method": name} for name in sorted(set(SUMS) - {"power"})},
    "floor": {"method": "geometric", "floor": 7.0},
    **{f"power {p}": {"method": "power", "p": p} for p in (-3.0, -0.5, 0.5, 1.0, 3.0)},
}


def made(
    aggregate: Any, one: list[float], two: list[float], meta: str = FLAT, **more: Any
) -> Assessment:
    tree = framework(meta)
    table = pd.DataFrame([one, two], columns=tree.indicators, dtype=float)
    table = table.assign(unit="u", year=[2020, 2024])
    method = Method.parse({"normalize": "none", "aggregate": aggregate, **more})
    return assess(Panel.from_table(table, tree), tree, method)


def parts(assessment: Assessment, column: str = "change", node: str = "idx") -> list[float]:
    table = changes(assessment, 2020, 2024)
    found: list[float] = table.loc[table["node"] == node, column].tolist()
    return found


def test_a_sum() -> None:
    a = made("arithmetic", [10, 20, 30], [14, 20, 28])
    assert parts(a) == pytest.approx([1, 0, -1])
    assert parts(a, "before") == [10, 20, 30]
    assert parts(a, "after") == [14, 20, 28]


def test_lmdi() -> None:
    """Additive LMDI-I (Ang 2005): L(S2, S1) w log(x2 / x1), L being the logarithmic mean."""
    a = made("geometric", [10, 20, 30], [20, 20, 15])
    s1, s2 = 10**0.25 * 20**0.25 * 30**0.5, 20**0.25 * 20**0.25 * 15**0.5
    mean = (s2 - s1) / log(s2 / s1)
    assert parts(a) == pytest.approx([mean * 0.25 * log(2), 0, mean * 0.5 * log(0.5)], rel=1e-12)
    assert parts(a)[1] == 0
    assert parts(a, "by_weight") == [0, 0, 0]


def test_a_harmonic_mean() -> None:
    """f(x) = 1/x: (S2 - S1) / (1/S2 - 1/S1) = -S1 S2."""
    a = made("harmonic", [10, 20, 30], [20, 20, 15])
    s1, s2 = 1 / (0.25 / 10 + 0.25 / 20 + 0.5 / 30), 1 / (0.25 / 20 + 0.25 / 20 + 0.5 / 15)
    expected = [-s1 * s2 * 0.25 * (1 / 20 - 1 / 10), 0, -s1 * s2 * 0.5 * (1 / 15 - 1 / 30)]
    assert parts(a) == pytest.approx(expected, rel=1e-12)


def test_a_score_that_stays_while_its_children_move() -> None:
    a = made("geometric", [10, 40, 5], [40, 10, 5])
    assert parts(a) == pytest.approx(
        [a.index.iloc[0] / 4 * log(4), -a.index.iloc[0] / 4 * log(4), 0]
    )


def test_an_indicator_that_comes_is_a_change_of_weight() -> None:
    """Weights .5 .5 0 become .25 .25 .5, seen from the mean of both scores, 15 and 22.5."""
    a = made("arithmetic", [10, 20, np.nan], [10, 20, 30])
    middle = (15 + 22.5) / 2
    expected = [-0.25 * (10 - middle), -0.25 * (20 - middle), 0.5 * (30 - middle)]
    assert parts(a, "by_weight") == pytest.approx(expected)
    assert parts(a, "by_value") == [0, 0, 0]


def test_a_mean_that_was_zero() -> None:
    """The whole change is due to what was zero, by weight: 1 to 2; the other one has no part."""
    a = made("geometric", [0, 20, 0], [5, 40, 10])
    total = a.index.iloc[1]
    assert parts(a) == pytest.approx([total / 3, 0, total * 2 / 3])
    both = made("geometric", [0, 20, 5], [5, 0, 10])
    assert parts(both) == [0, 0, 0]


def test_what_a_floor_swallows_is_no_change() -> None:
    a = made({"method": "geometric", "floor": 10}, [2, 20, 30], [9, 20, 30])
    assert parts(a) == [0, 0, 0]


def test_scores_that_are_no_sums_have_no_parts() -> None:
    assert np.isnan(parts(made("median", [1, 2, 3], [3, 2, 4]))).all()


def test_a_missing_score_has_no_parts() -> None:
    a = made({"method": "arithmetic", "min_share": 0.9}, [1, 2, 3], [1, 2, np.nan])
    assert np.isnan(parts(a)).all()


def test_another_aggregation_has_no_parts() -> None:
    tree = framework(FLAT + "kind,Kind,,,,group\n")
    table = pd.DataFrame([[1, 2, 3], [2, 3, 4]], columns=["a", "b", "c"], dtype=float)
    table = table.assign(unit="u", year=[2020, 2024], kind=["old", "new"])
    groups = {"kind": {"new": "geometric"}}
    method = Method.parse({"normalize": "none", "aggregate": {"groups": groups}})
    a = assess(Panel.from_table(table, tree), tree, method)
    assert changes(a, 2020, 2024)["change"].isna().all()


def test_units_of_one_year_only_are_left_out() -> None:
    tree = framework(FLAT)
    table = pd.DataFrame([[1, 2, 3]] * 3, columns=["a", "b", "c"], dtype=float)
    table = table.assign(unit=["v", "u", "u"], year=[2020, 2024, 2020])
    a = assess(Panel.from_table(table, tree), tree, Method.parse({"normalize": "none"}))
    assert set(changes(a, 2020, 2024)["unit"]) == {"u"}
    with pytest.raises(InputError, match=r"the year 2021; expected one of 2020, 2024"):
        changes(a, 2020, 2021)


CELL = st.one_of(st.none(), st.integers(0, 10).map(float), st.floats(0.01, 10))
ROWS = st.lists(st.tuples(*[CELL] * len(CODES)), min_size=4, max_size=4)


@pytest.mark.parametrize("low", STEPS)
@given(rows=ROWS, high=st.sampled_from(sorted(STEPS)))
def test_changes_close(low: str, rows: list[tuple[float | None, ...]], high: str) -> None:
    tree = framework(DEEP)
    table = pd.DataFrame(rows, columns=list(CODES), dtype=float)
    table = table.assign(unit=["u", "v", "u", "v"], year=[2020, 2020, 2024, 2024])
    steps = {"levels": {1: STEPS[low], 2: STEPS[high]}, "nodes": {"B": STEPS[high]}}
    method = Method.parse({"normalize": "goalposts", "aggregate": {**STEPS[low], **steps}})
    a = assess(Panel.from_table(table, tree), tree, method)
    table = changes(a, 2020, 2024)
    found = table.groupby(["unit", "node"])["change"].agg(lambda own: own.sum(skipna=False))
    for (unit, node), change in found.items():
        one, two = (a.scores.loc[(unit, year), node] for year in (2020, 2024))
        size = 1e-12 * (1 + max(abs(np.nan_to_num([one, two]))))
        assert change == pytest.approx(two - one, abs=size, rel=1e-12, nan_ok=True)
    still = table[(table["before"] == table["after"]) & (table["by_weight"] == 0)]
    assert not still["by_value"].any()
