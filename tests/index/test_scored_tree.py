"""Climbing the framework: which aggregation a unit gets, and exact parts of every score."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from erat.errors import MethodError
from erat.index.assessment import Assessment, assess, assessment_of
from erat.index.construct.aggregate import AGGREGATIONS
from erat.index.construction import SharedSteps
from erat.index.framework import Framework
from erat.index.method import Method
from erat.index.panel import Panel
from tests.small import NO_NEGATIVES, SUMS, framework

META = """code,name,parent,direction,weight,type,weight_low,weight_high
idx,Index,,1,1,aggregate,,
A,A,idx,1,2,aggregate,.2,.8
B,B,idx,1,1,aggregate,,
x1,X1,A,1,1,indicator,,
x2,X2,A,1,3,indicator,,
x3,X3,B,1,1,indicator,,
x4,X4,B,1,1,indicator,,
region,Region,,,,group,,
"""
DATA = pd.DataFrame(
    {
        "unit": ["u1", "u2", "u3", "u4"],
        "region": ["east", "east", "west", "1"],
        "x1": [10.0, 40, 90, 0],
        "x2": [40.0, 90, 10, 4],
        "x3": [5.0, 50, np.nan, 100],
        "x4": [20.0, 0, 10, 60],
    }
)
OPTIONS: dict[str, dict[str, Any]] = {"power": {"p": -2.0}}


def made(aggregate: Any, data: pd.DataFrame = DATA, **method: Any) -> Assessment:
    tree: Framework = framework(META)
    method = {"normalize": "none", "aggregate": aggregate, **method}
    return assess(Panel.from_table(data, tree), tree, method)


def scores(assessment: Assessment, node: str) -> list[float]:
    return [float(score) for score in assessment.scores[node]]


def test_a_group_has_an_aggregation_of_its_own() -> None:
    a = made({"method": "arithmetic", "groups": {"region": {"east": {"method": "geometric"}}}})
    expected = [10 * 4**0.75, 40 * 2.25**0.75, 30, 3]
    assert scores(a, "A") == pytest.approx(expected)
    assert scores(a, "B")[:2] == [pytest.approx(10), 0]


def test_a_node_goes_before_a_group_and_a_group_before_a_level() -> None:
    groups = {"region": {"east": {"method": "minimum"}, 1: "median"}}
    own = {"nodes": {"B": "arithmetic"}, "levels": {1: "harmonic"}}
    a = made({"method": "arithmetic", "groups": groups, **own})
    assert scores(a, "A") == pytest.approx([10, 40, 1 / (0.25 / 90 + 0.75 / 10), 2])
    assert scores(a, "B") == pytest.approx([12.5, 25, 10, 80])
    assert scores(a, "idx")[0] == pytest.approx(10)


def test_of_two_columns_the_first_goes_first() -> None:
    data = DATA.assign(coast=["yes", "no", "yes", "no"])
    groups = {"coast": {"yes": "minimum"}, "region": {"east": "geometric"}}
    a = made({"method": "arithmetic", "groups": groups}, data)
    assert scores(a, "A") == pytest.approx([10, 40 * 2.25**0.75, 10, 3])


def test_a_group_is_compared_with_itself() -> None:
    everyone = made({"nodes": {"A": "copeland"}})
    apart = made({"method": "arithmetic", "groups": {"region": {"east": "copeland"}}})
    assert scores(everyone, "A") == [1, 3, -1, -3]
    assert scores(apart, "A")[:2] == [-1, 1]


def test_only_a_group_s_own_values_are_looked_at() -> None:
    data = DATA.assign(x1=[10.0, 40, -90, 0])
    groups = {"region": {"east": "geometric"}}
    assert np.isfinite(scores(made({"method": "arithmetic", "groups": groups}, data), "A")).all()
    with pytest.raises(MethodError, match=r"negative values of 'x1' \(u3\).*geometric mean of 'A'"):
        made({"method": "arithmetic", "groups": {"region": {"west": "geometric"}}}, data)


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        ({"regoin": {"east": "minimum"}}, "did you mean 'region'"),
        ({"region": {"eats": "minimum"}}, "did you mean 'east'"),
        ({"region": {"east": "minimun"}}, "did you mean 'minimum'"),
    ],
)
def test_groups_that_are_not_there(groups: dict[str, Any], said: str) -> None:
    with pytest.raises(MethodError, match=said):
        made({"groups": groups})


def test_years_are_compared_apart() -> None:
    data = pd.concat([DATA.assign(year=2020), DATA.assign(year=2021, x1=[90.0, 0, 0, 95])])
    a = made({"nodes": {"A": "copeland"}}, data)
    assert a.scores["A"].xs(2020, level="year").tolist() == [1, 3, -1, -3]
    b = made({"nodes": {"A": "bod"}}, data)
    assert b.scores["A"].groupby("year").max().tolist() == [1, 1]


MAY_BE_NEGATIVE = {"copeland", "mpi", "ampi"}
PAIRS = [
    (name, above)
    for name in AGGREGATIONS
    for above in AGGREGATIONS
    if name not in MAY_BE_NEGATIVE or above not in {*NO_NEGATIVES, "mpi", "ampi"}
]


@pytest.mark.parametrize(("name", "above"), PAIRS)
def test_parts_add_up_or_are_missing(name: str, above: str) -> None:
    step = {"method": name, **OPTIONS.get(name, {})}
    top = {"method": above, **OPTIONS.get(above, {})}
    a = made({**step, "levels": {2: top}})
    total = a.contributions.sum(axis=1, skipna=False)
    if above in SUMS and name in SUMS:
        np.testing.assert_allclose(total, a.index, rtol=1e-12, atol=1e-12)
    elif above not in SUMS:
        assert a.contributions.isna().all(axis=None)
    else:
        assert a.contributions.isna().any(axis=None)


def test_a_share_of_children_too_small_leaves_the_node_missing() -> None:
    a = made({"method": "arithmetic", "min_share": 0.6})
    assert np.isnan(a.scores.loc[("u3", 0), "B"])
    assert a.contributions.loc[("u3", 0)].isna().all()


def test_bounds_of_the_framework_bind() -> None:
    a = made({"method": "arithmetic", "nodes": {"idx": "bod"}}, DATA.fillna(7.0))
    own = a.tree.climbed["idx"].mean.shares
    assert own is not None
    shares = own[:, 0] / own.sum(axis=1)
    assert ((shares >= 0.2 - 1e-9) & (shares <= 0.8 + 1e-9)).all()


def test_files_are_relative_to_the_method(tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text("A,B\n1,3\n")
    (tmp_path / "method.yml").write_text("weights: {method: budget, file: points.csv}")
    method = Method.read(tmp_path / "method.yml")
    tree = framework(META)
    a = assess(Panel.from_table(DATA, tree), tree, method)
    assert a.weights[["A", "B", "x1", "x2"]].tolist() == [0.25, 0.75, 0.25, 0.75]
    assert method.model_dump(mode="json")["weights"] == {"method": "budget", "file": "points.csv"}
    assert method.files == {"weights.file": tmp_path / "points.csv"}


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ({"method": "ahp", "matrix": {"Z": [[1]]}}, "weights.matrix: found 'Z'"),
        ({"method": "optimized", "target": {"Z": 1}}, "weights.target: found 'Z'"),
        ({"method": "ahp", "matrix": [[1, 2], [3, 1]]}, "weights of 'idx'"),
        ({"method": "budget", "file": "nowhere.csv"}, "no such file"),
    ],
)
def test_weights_are_refused_in_words(weights: dict[str, Any], said: str) -> None:
    with pytest.raises(MethodError, match=said):
        made("arithmetic", weights=weights)


def test_a_table_that_is_changed_changes_no_other() -> None:
    a = made("arithmetic")
    before = [a.panel.values.copy(), a.treated.copy(), a.tree.values["x1"].copy()]
    for table in (a.imputed, a.normalized, a.contributions):
        table.iloc[:, 0] = -1.0
        table.iloc[1, 1] = -1.0
    after = [a.panel.values, a.treated, a.tree.values["x1"]]
    assert all(np.array_equal(x, y, equal_nan=True) for x, y in zip(before, after, strict=True))
    assert a.tree.parts["idx"][1, 1] != -1.0


def test_assessments_that_share_steps_change_on_their_own() -> None:
    tree, steps = framework(META), SharedSteps()
    panel = Panel.from_table(DATA, tree)
    methods = ({"impute": {"method": "mean"}, "ranks": {"ties": ties}} for ties in ("min", "max"))
    one, other = (assessment_of(steps(panel, tree, Method.parse(method))) for method in methods)
    del steps
    for name in ("imputed", "treated", "normalized"):
        before = getattr(other, name).copy(deep=True)
        getattr(one, name).iloc[:, 0] = -1.0
        getattr(one, name).iloc[1, 1] = -1.0
        pd.testing.assert_frame_equal(getattr(other, name), before)


def test_a_large_tree_is_climbed_again_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = made("geometric")
    monkeypatch.setattr("erat.index.climb.MOST_VALUES", 0)
    again = made("geometric")
    assert not again.tree.climbed.kept
    assert list(kept.tree.climbed.kept) == kept.framework.upwards
    for node in kept.framework.upwards:
        one, other = (tree.climbed[node].mean[:3] for tree in (kept.tree, again.tree))
        for before, after in zip(one, other, strict=True):
            np.testing.assert_array_equal(before, after)
    with pytest.raises(KeyError):
        again.tree.climbed["x1"]


@pytest.mark.parametrize("name", ["geometric", "copeland"])
def test_a_large_tree_is_gone_through_row_by_row(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = made(name)
    for constant in ("climb.MOST_VALUES", "climb.VALUES_AT_ONCE", "construction.VALUES_AT_ONCE"):
        monkeypatch.setattr(f"erat.index.{constant}", 0)
    by_rows = made(name)
    parts = list(by_rows.contributions_by_rows())
    assert len(parts) == (len(DATA) if name == "geometric" else 1)
    pd.testing.assert_frame_equal(pd.concat(parts), whole.contributions, check_exact=True)
    for table in ("normalized", "scores", "contributions"):
        one, other = getattr(by_rows, table), getattr(whole, table)
        pd.testing.assert_frame_equal(one, other, check_exact=True)
