"""What keeps a framework from being one tree: each fault with its place, all at once."""

from __future__ import annotations

import pytest

from erat.errors import FrameworkError, Problem
from erat.index.framework_checks import circles
from tests.small import META, framework

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
