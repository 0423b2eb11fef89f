"""Denomination, in an index."""

from __future__ import annotations

import numpy as np
import pytest

from erat.errors import DataError, InputError
from erat.index.assessment import Assessment, assess
from erat.index.framework import Framework
from erat.index.panel import Panel
from tests.small import framework, panel

NAN = float("nan")
META = """code,name,parent,direction,weight,type,goalpost_low,goalpost_high,transform,denominator
idx,Index,,1,1,aggregate,,,,
x1,Beds,idx,1,1,indicator,0,4,,people
x2,Poor,idx,-1,1,indicator,0,10,,NA
x3,Debt,idx,-1,1,indicator,1,100,log10,x2
people,People,,,,denominator,,,,
area,Area,,,,denominator,,,,
"""
DATA = """unit,x1,x2,x3,people,area
u1,10,1,10,5,7
u2,6,2,200,,7
u3,,4,4,,7
u4,12,5,50,4,7
"""


def made(data: str = DATA, method: dict[str, object] | None = None) -> Assessment:
    tree = framework(META)
    return assess(panel(data, tree), tree, method)


def refused(data: str) -> str:
    with pytest.raises(InputError) as error:
        made(data)
    return str(error.value)


def test_the_step_divides_before_all_others() -> None:
    result = made(method={"normalize": "none"})
    np.testing.assert_array_equal(result.imputed["x1"], [2, NAN, NAN, 3])
    np.testing.assert_array_equal(result.imputed["x2"], [1, 2, 4, 5])
    np.testing.assert_array_equal(result.imputed["x3"], [10, 100, 1, 10])
    np.testing.assert_allclose(result.treated["x3"], [1, 2, 0, 1])


def test_goalposts_are_in_the_unit_of_the_quotient() -> None:
    result = made(method={"normalize": "goalposts"})
    np.testing.assert_array_equal(result.normalized["x1"], [50, NAN, NAN, 75])
    np.testing.assert_allclose(result.normalized["x3"], [50, 0, 100, 50])
    assert result.anchors.loc["x1", "scale"] == "x per people"
    assert result.anchors.loc["x3", "scale"] == "x per x2 then log10, less is better"


def test_the_step_stands_where_the_order_has_it() -> None:
    late = ["impute", "denominate", "transform", "treat", "normalize", "aggregate"]
    result = made(method={"order": late, "impute": "mean"})
    assert result.imputed["x1"].tolist()[2] == (10 + 6 + 12) / 3
    never = ["impute", "transform", "treat", "normalize", "aggregate"]
    assert made(method={"order": never}).treated["x1"].tolist()[0] == 10


def test_denominators_are_read_as_numbers_and_are_no_groups() -> None:
    tree = framework(META)
    read = panel(DATA, tree)
    np.testing.assert_array_equal(read.denominators["people"], [5, NAN, NAN, 4])
    assert list(read.groups) == ["area"]
    assert list(read.take(np.array([True, False, False, True])).denominators["people"]) == [5, 4]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (DATA.replace("u4,12,5,50,4", "u4,12,5,50,0"), "column people: found 0 as denominator of"),
        (DATA.replace("u3,,4,4,,", "u3,,4,4,0,"), "0 as denominator of 'x1' (u3)"),
        (DATA.replace("u4,12,5,50,4", "u4,12,5,50,-1"), "found -1 as denominator of 'x1' (u4)"),
        (DATA.replace("u4,12,5", "u4,12,0"), "column x2: found 0 as denominator of 'x3' (u4)"),
        (DATA.replace("u4,12,5,50,4", "u4,12,5,50,4;5"), "row 5, column people: found '4;5'"),
        (DATA.replace("people", "folk"), "expected 'people', which 'x1' is divided by"),
    ],
)
def test_refused(data: str, said: str) -> None:
    assert said in refused(data)


def test_a_panel_without_the_denominator_is_refused() -> None:
    tree: Framework = framework(META)
    read = panel(DATA, tree)
    with pytest.raises(DataError, match="no column 'people'"):
        assess(Panel(read.values, read.groups, has_years=False), tree)
