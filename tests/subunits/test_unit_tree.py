"""The tree of units: what it knows, and everything that is refused."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from erat.errors import DataError
from erat.index.panel import Panel
from erat.subunits.unit_tree import UnitTree
from tests.subunits.cases import UNITS, forest, texts


def test_a_tree_knows_who_is_above_whom() -> None:
    tree = forest()
    assert tree.codes[tree.tops].tolist() == ["P", "Q", "R"]
    assert tree.codes[tree.base].tolist() == ["Pa1", "Pa2", "Pb1", "Pb2", "Q1", "Q2", "R"]
    assert tree.depths.tolist() == [0, 0, 0, 1, 1, 2, 2, 2, 2, 1, 1]
    assert [tree.units[i] for i in tree.of_top] == [*"PQRPP", *"PPPP", *"QQ"]
    assert tree.kinds[[0, 3, 5]].tolist() == ["province", "block", "regency"]
    under = tree.above(tree.places.get_indexer(["Pa1", "Q"])).astype(bool)
    assert tree.codes[under[:, 0]].tolist() == ["P", "Pa", "Pa1"]
    assert tree.codes[under[:, 1]].tolist() == ["Q"]


def test_families_climb_from_the_bottom() -> None:
    tree = forest()
    named = [
        {tree.units[p]: [tree.units[c] for c in f.children[f.groups.of == i]]
         for i, p in enumerate(f.parents)}
        for f in tree.families
    ]  # fmt: skip
    assert named == [
        {"Q": ["Q1", "Q2"], "Pa": ["Pa1", "Pa2"], "Pb": ["Pb1", "Pb2"]},
        {"P": ["Pa", "Pb"]},
    ]


def test_the_order_of_the_rows_is_irrelevant() -> None:
    lines = UNITS.splitlines()
    turned = forest("\n".join([lines[0], *reversed(lines[1:])]))
    assert set(turned.codes[turned.tops]) == {"P", "Q", "R"}
    depths = dict(zip(turned.units, turned.depths, strict=True))
    assert depths == dict(zip(forest().units, forest().depths, strict=True))


def test_everything_that_is_wrong_is_told_at_once() -> None:
    bad = UNITS + "Q2,Q,regency,2\nX,nowhere,regency,1\n,P,regency,1\nY,Q\u200b,regency,-1\n"
    with pytest.raises(DataError) as refused:
        forest(bad)
    told = str(refused.value)
    assert len(refused.value.problems) == 4
    for part in ("row 13, column unit: found 'Q2'", "'nowhere'", "found ''", "'Q\\u200b'"):
        assert part in told


def test_a_circle_is_named() -> None:
    with pytest.raises(DataError, match="a circle of parents: a, b, c, a"):
        UnitTree.from_table(texts("unit,parent\na,b\nb,c\nc,a\nd,\ne,a"))
    with pytest.raises(DataError, match="a circle of parents: a, a"):
        UnitTree.from_table(texts("unit,parent\na,a"))


def test_missing_columns_are_named() -> None:
    with pytest.raises(DataError, match="a column 'parent'"):
        UnitTree.from_table(texts("unit,above\na,b"))


def test_a_deep_chain_is_a_tree() -> None:
    names = [f"u{i}" for i in range(600)]
    chain = pd.DataFrame({"unit": names, "parent": ["", *names[:-1]]})
    tree = UnitTree.from_table(chain)
    assert tree.depths.tolist() == list(range(600))
    assert len(tree.families) == 599


def test_a_tree_can_be_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text(UNITS, encoding="utf-8")
    tree = UnitTree.read(path)
    assert tree.table["population"].tolist()[:3] == ["", "", "4"]


def panel_of(units: list[str], parents: list[str], years: list[int]) -> Panel:
    index = pd.MultiIndex.from_arrays([units, years], names=["unit", "year"])
    return Panel(pd.DataFrame(index=index), pd.DataFrame({"parent": parents}, index=index))


def test_a_column_of_the_data_makes_a_tree() -> None:
    tree = UnitTree.of_groups(panel_of(["a", "b", "a"], ["P", "", "P"], [1, 1, 2]))
    assert tree.codes[tree.tops].tolist() == ["P", "b"]
    assert tree.codes[tree.base].tolist() == ["a", "b"]


def test_a_unit_with_two_parents_is_refused() -> None:
    with pytest.raises(DataError, match="units with several parents or kinds over the years: a"):
        UnitTree.of_groups(panel_of(["a", "a"], ["P", "Q"], [1, 2]))
    with pytest.raises(DataError, match="no column 'above'"):
        UnitTree.of_groups(panel_of(["a"], ["P"], [1]), "above")
    with pytest.raises(DataError, match=r"^data, column parent: found a circle of parents: a, a"):
        UnitTree.of_groups(panel_of(["a", "b"], ["a", "a"], [1, 1]))
