"""The table of the benefit of the doubt, and yearly paths: cut where years do not compare."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from erat.index.assessment import Assessment, assess
from erat.index.method import Method
from erat.index.results import further_tables, paths, zero_scores
from tests.index.test_plausibility import PAIR, read
from tests.small import framework, panel

META = """code,name,parent,direction,weight,type
idx,Index,,1,1,aggregate
a,A,idx,1,1,indicator
b,B,idx,1,1,indicator
"""
DATA = """unit,a,b
u1,10,0
u2,0,10
u3,6,6
u4,7,3
u5,,
"""


def assessed(method: str) -> Assessment:
    tree = framework(META)
    return assess(panel(DATA, tree), tree, {"normalize": "none", "aggregate": method})


def test_ties_and_peers() -> None:
    table = further_tables(assessed("bod"))["frontier"].set_index("unit")
    assert table["score"].tolist()[:4] == pytest.approx([1, 1, 1, 0.9])
    assert table["reached"].tolist() == [True, True, True, False, False]
    assert table["ties"].tolist() == ["u2 u3", "u1 u3", "u1 u2", "", ""]
    assert table.loc["u4", "peers"] == "u1 u3"
    assert table.loc["u4", ["share:a", "share:b"]].tolist() == pytest.approx([0.6, 0.4])
    assert table.loc["u5", ["score", "share:a"]].isna().all()


def test_only_of_nodes_by_the_benefit_of_the_doubt() -> None:
    assert set(further_tables(assessed("bod"))["frontier"]["node"]) == {"idx"}
    assert further_tables(assessed("arithmetic")) == {}


PATHS_META = """code,name,parent,direction,weight,type,goalpost_low,goalpost_high
idx,Index,,1,1,aggregate,,
A,A,idx,1,1,aggregate,,
B,B,idx,1,1,aggregate,,
x1,X1,A,1,1,indicator,0,10
x2,X2,A,1,1,indicator,0,10
x3,X3,B,1,1,indicator,0,10
"""

PATHS_DATA = """unit,year,x1,x2,x3
u,2015,1,1,1
u,2016,2,2,2
u,2017,3,,3
u,2018,4,4,4
u,2020,5,5,5
u,2021,6,6,6
v,2021,,,6
"""


def followed(*breaks: tuple[str, int, str], least: int = 2) -> pd.DataFrame:
    tree = framework(PATHS_META)
    result = assess(panel(PATHS_DATA, tree), tree, Method.parse({"normalize": "goalposts"}))
    table = pd.DataFrame(breaks, columns=["indicator", "year", "kind"])
    return paths(result, table, least)


def segments(table: pd.DataFrame, node: str, unit: str = "u") -> dict[int, int]:
    mine = table[(table["node"] == node) & (table["unit"] == unit)]
    return dict(zip(mine["year"], mine["segment"], strict=True))


def test_a_gap_of_years_or_indicators_cuts() -> None:
    table = followed()
    assert segments(table, "idx") == {2015: 0, 2016: 0, 2017: 1, 2018: 2, 2020: 3, 2021: 3}
    assert segments(table, "B") == {2015: 0, 2016: 0, 2017: 0, 2018: 0, 2020: 1, 2021: 1}
    assert segments(table, "x2") == {2015: 0, 2016: 0, 2018: 1, 2020: 2, 2021: 2}


@pytest.mark.parametrize("kind", ["level", "base", "concept"])
def test_a_break_cuts_every_node_above(kind: str) -> None:
    table = followed(("x3", 2016, kind))
    assert segments(table, "x3")[2016] == 1
    assert segments(table, "B")[2016] == 1
    assert segments(table, "idx")[2016] == 1
    assert segments(table, "A")[2016] == 0


def test_new_borders_cut_nothing() -> None:
    assert segments(followed(("x3", 2016, "borders")), "x3")[2016] == 0


def test_too_few_indicators_are_not_followed() -> None:
    table = followed(least=3)
    assert set(segments(table, "idx")) == {2015, 2016, 2018, 2020, 2021}
    assert segments(table, "idx", "v") == {}
    assert segments(table, "B", "v") == {2021: 0}


def test_values_and_what_is_missing() -> None:
    table = followed().set_index(["unit", "node", "year"])
    assert table.loc[("u", "idx", 2017), "missing"] == "x2"
    assert table.loc[("u", "idx", 2017), "value"] == pytest.approx(30)
    assert table.loc[("u", "x3", 2017), "value"] == 3
    assert table.loc[("u", "A", 2016), "missing"] == ""


def zero_notes(**method: Any) -> list[str]:
    assessment = assess(read(), PAIR, method)
    said = [str(note) for note in zero_scores(assessment.tree)]
    assert bool(said) == bool((assessment.index == 0).any())
    return said


@pytest.mark.parametrize("name", ["geometric", "harmonic", {"method": "power", "p": -2}])
def test_units_and_remedy_are_named(name: object) -> None:
    (note,) = zero_notes(aggregate=name)
    assert "scores of 'i' that one child's 0 makes 0: SUMUT (life), BENGKULU (grdp);" in note
    assert "normalize: {method: minmax, range: [1, 100]}" in note


@pytest.mark.parametrize(
    "method",
    [
        {"aggregate": "geometric", "normalize": {"method": "minmax", "range": [1, 100]}},
        {"aggregate": {"method": "geometric", "floor": 1}},
        {"aggregate": "arithmetic"},
        {"aggregate": "geometric", "normalize": "rank"},
    ],
)
def test_nothing_is_said_where_no_zero_wins(method: dict[str, Any]) -> None:
    assert zero_notes(**method) == []
