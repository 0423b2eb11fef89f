"""The table of the benefit of the doubt."""

from __future__ import annotations

import pytest

from erat.index.assessment import Assessment, assess
from erat.index.results import further_tables
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
