"""Frameworks: reading, refusing, climbing."""

from __future__ import annotations

from pathlib import Path

import pytest

from erat.errors import FrameworkError, Problem
from erat.index.framework import Framework, circles
from tests.small import COINR_META, META, framework

UNEVEN = """code,name,parent,direction,weight,type
top,Top,,1,1,aggregate
x0,Leaf at the top,top,1,1,indicator
A,A,top,1,1,aggregate
B,B,A,1,1,aggregate
x1,X1,A,1,1,indicator
x2,X2,B,1,1,indicator
C,C,top,1,1,aggregate
x3,X3,C,1,1,indicator
"""


def refused(meta: str) -> str:
    with pytest.raises(FrameworkError) as error:
        framework(meta)
    return str(error.value)


def changed(old: str, new: str) -> str:
    assert META.count(old) == 1
    return META.replace(old, new)


def test_tree() -> None:
    tree = framework()
    assert tree.top == "idx"
    assert tree.indicators == ["x1", "x2", "x3", "x4"]
    assert tree.aggregates == ["idx", "A", "B"]
    assert tree.dimensions == ["A", "B"]
    assert tree.children["A"] == ["x1", "x2"]
    assert tree.levels == {"A": 1, "B": 1, "idx": 2}
    assert tree.leaves("idx") == ["x1", "x2", "x3", "x4"]
    assert tree.leaves("x3") == ["x3"]
    assert tree.parent("x3") == "B"
    assert tree.group_columns == ("region",)


def test_uneven_depth_stands_a_node_above_its_highest_child() -> None:
    tree = framework(UNEVEN)
    assert tree.levels == {"B": 1, "C": 1, "A": 2, "top": 3}
    assert tree.leaves("top") == ["x0", "x2", "x1", "x3"]
    order = tree.upwards
    assert order.index("B") < order.index("A") < order.index("top") == len(order) - 1


def test_coinr_names_types_and_groups(tmp_path: Path) -> None:
    path = tmp_path / "iMeta.csv"
    path.write_text(COINR_META)
    tree = Framework.read(path)
    assert tree.indicators == ["x1", "x2", "x3", "x4"]
    assert tree.top == "idx"
    assert tree.group_columns == ("region",)
    assert tree.name("x1") == "First"
    assert list(tree.column("direction")) == [1, -1, 1, 1]
    assert tree.table.at["x2", "target"] == 1


def test_leaving_out_takes_childless_parents_along() -> None:
    tree = framework().without(["x1", "x2"])
    assert tree.aggregates == ["idx", "B"]
    assert framework().without(["A"]).indicators == ["x3", "x4"]
    assert framework().without([]).indicators == framework().indicators


def test_names_in_two_languages() -> None:
    tree = framework(META.replace("code,name,", "code,name_id,"))
    assert tree.name("x1", "id") == "First"
    assert tree.name("x1", "en") == "x1"


@pytest.mark.parametrize(
    ("meta", "said"),
    [
        (changed("x1,First,A", "x1,First,Z"), "row 5, column parent: found 'Z'"),
        (changed("x1,First,A", "x1,First,"), "found 2 nodes without a parent: idx, x1"),
        (changed("idx,Index,,", "idx,Index,A,"), "found no node without a parent"),
        (changed("A,Dimension A,idx", "A,Dimension A,A"), "'A' is below itself"),
        (changed("x1,First,A", "x1,First,x2"), "found 'x2', of the type indicator"),
        (changed("x1,First", "x2,First"), "row 6, column code: found 'x2'"),
        (changed("x1,First", ",First"), "row 5, column code: found ''"),
        (changed("x1,First", "year,First"), "column code: found 'year', a column of every table"),
        (changed("x1,First,A,1,1,indicator", "x1,First,A,1,1,indikator"), "'indicator'?"),
        (changed("x1,First,A,1,1", "x1,First,A,2,1"), "column direction: found 2"),
        (changed("x1,First,A,1,1", "x1,First,A,,1"), "column direction: found an empty cell"),
        (changed("x1,First,A,1,1", "x1,First,A,1,-1"), "column weight: found -1"),
        (changed("x1,First,A,1,1", "x1,First,A,1,"), "column weight: found an empty cell"),
        (changed("x1,First,A,1,1", 'x1,First,A,1,"1'), "column weight: found '\"1'"),
        (META.replace("A,1,1,", "A,1,0,").replace("A,-1,3", "A,-1,0"), "only zero weights under"),
        (changed("indicator,0,10", "indicator,10,0"), "found from 10 to 0; expected two goalposts"),
        (changed("indicator,0,10", "indicator,,10"), "found from an empty cell to 10"),
        (changed("1,1000,log", "1,1000,lg"), "found 'lg'; expected a transformation"),
        (
            changed("x4,Fourth,B", "B2,Empty,B,1,1,aggregate,,,\nx4,Fourth,B"),
            "'B2' without a child",
        ),
        (META.replace("weight", "wait"), "expected a column 'weight'"),
        (META.replace("transform", "iCode"), "two columns that mean 'code'"),
    ],
)
def test_refused(meta: str, said: str) -> None:
    assert said in refused(meta)


def test_an_indicator_alone_is_no_index() -> None:
    assert "a row of the index that they make up" in refused(
        "code,name,parent,direction,weight,type\nx,X,,1,1,indicator\n"
    )


def test_all_problems_are_told_at_once() -> None:
    meta = META.replace("x1,First,A,1,1", "x1,First,Z,2,-1").replace("log", "lug")
    assert len(refused(meta).splitlines()) == 4


def test_a_bad_number_is_told_once() -> None:
    text = refused(changed("x1,First,A,1,1", "x1,First,A,1,eins"))
    assert text.count("column weight") == 1


def test_a_very_deep_tree_is_read() -> None:
    rows = ["n0,,,1,1,aggregate"]
    rows += [f"n{i},,n{i - 1},1,1,aggregate" for i in range(1, 3000)]
    rows += ["x,,n2999,1,1,indicator", "y,,n2999,1,1,indicator"]
    tree = framework("code,name,parent,direction,weight,type\n" + "\n".join(rows) + "\n")
    assert tree.leaves("n0") == ["x", "y"]
    assert tree.levels["n0"] == 3000
    assert tree.without(["x"]).indicators == ["y"]


BOUNDS = """code,parent,direction,weight,type,weight_low,weight_high
i,,,1,aggregate,,
x,i,1,1,indicator,{x}
y,i,1,1,indicator,{y}
z,i,1,1,indicator,{z}
"""
ALL_AT_ONCE = """code,name,parent,direction,weight,type,goalpost_low,goalpost_high,transform
i,Index,,1,1,aggregate,,,
A,A,B,1,1,aggregate,,,
B,B,A,1,1,aggregate,,,
E,Empty,i,1,1,aggregate,,,
x1,Twice,i,1,1,indicator,,,
x1,Twice,i,1,1,indicator,,,
x2,Orphan,nowhere,1,1,indicator,,,
x3,Of a leaf,x1,1,1,indicator,,,
x4,Of a group,region,1,1,indicator,,,
x5,Turned,i,0,1,indicator,,,
x6,Negative,i,1,-1,indicator,,,
x7,Posts,i,1,1,indicator,9,1,
x8,Transform,i,1,1,indicator,,,logarithm
Time,Reserved,i,1,1,indicator,,,
t,Type,i,1,1,sort,,,
z,Zero,A,1,0,indicator,,,
region,Region,,,,group,,,
region,Region again,,,,other,,,
"""


def problems(meta: str) -> tuple[Problem, ...]:
    with pytest.raises(FrameworkError) as error:
        framework(meta)
    return error.value.problems


def test_every_fault_is_told_at_once_with_row_column_and_remedy() -> None:
    told = {(problem.row, problem.column) for problem in problems(ALL_AT_ONCE)}
    assert told == {
        (3, "parent"),  # the circle, at the first of its nodes
        (5, "code"),  # without a child
        (7, "code"),  # twice
        (8, "parent"),  # an orphan
        (9, "parent"),  # under an indicator
        (10, "parent"),  # under a group
        (11, "direction"),
        (12, "weight"),
        (13, "goalpost_low"),
        (14, "transform"),
        (15, "code"),  # a name that the years have
        (16, "type"),
        (19, "code"),  # a group and another column of one name
    }
    assert all(problem.remedy and problem.expected for problem in problems(ALL_AT_ONCE))


def test_orphans_are_told_what_their_parent_is() -> None:
    text = "\n".join(map(str, problems(ALL_AT_ONCE)))
    assert "row 10, column parent: found 'region', of the type group" in text
    assert "row 9, column parent: found 'x1', of the type indicator" in text
    assert "row 8, column parent: found 'nowhere'; expected the code of a node" in text


def test_a_circle_without_any_top_is_told_as_well() -> None:
    found = [p.found for p in problems(META.replace("idx,Index,,", "idx,Index,A,"))]
    assert found == [
        "no node without a parent",
        "'idx' is below itself (idx, A, idx)",
    ]


@pytest.mark.parametrize(
    ("parents", "expected"),
    [
        ({"a": ""}, []),
        ({"a": "", "b": "a", "c": "b"}, []),
        ({"a": "a"}, [["a"]]),
        ({"x": "a", "a": "b", "b": "c", "c": "a", "y": "x"}, [["a", "b", "c"]]),
        ({"a": "b", "b": "a", "c": "d", "d": "c"}, [["a", "b"], ["c", "d"]]),
        ({"a": "not there"}, []),
    ],
)
def test_circles(parents: dict[str, str], expected: list[list[str]]) -> None:
    assert circles(parents) == expected


def test_a_long_chain_is_walked_once() -> None:
    chain = {f"n{i}": f"n{i + 1}" for i in range(100_000)}
    assert circles(chain) == []
    assert circles(chain | {"n100000": "n0"}) == [[f"n{i}" for i in range(100_001)]]


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ((".5,.4", ",", ","), "column weight_low: found from 0.5 to 0.4"),
        (("-.1,.4", ",", ","), "column weight_low: found from -0.1 to 0.4"),
        (
            (".1,40", ",", ","),
            "column weight_low: found from 0.1 to 40; expected shares from 0 to 1",
        ),
        ((".5,", ".4,", ".2,"), "column weight_low: found lower bounds of 1.1 in all"),
        ((",.3", ",.3", ",.3"), "column weight_high: found upper bounds of 0.9 in all"),
    ],
)
def test_bounds_that_no_weights_can_keep(bounds: tuple[str, str, str], said: str) -> None:
    found = problems(BOUNDS.format(**dict(zip("xyz", bounds, strict=True))))
    assert len(found) == 1
    assert said in str(found[0])


@pytest.mark.parametrize(
    "bounds", [(",", ",", ","), (".5,", ".3,", ".2,"), (",.5", ",.25", ",.25")]
)
def test_bounds_that_just_fit(bounds: tuple[str, str, str]) -> None:
    tree = framework(BOUNDS.format(**dict(zip("xyz", bounds, strict=True))))
    assert tree.indicators == ["x", "y", "z"]
