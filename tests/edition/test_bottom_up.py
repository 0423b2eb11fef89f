"""Values that stand for units made from their sub-units, by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from erat.edition.regencies import equivalents, rolled_assessment, rolled_cells, without_subunits
from erat.errors import MethodError
from erat.index.method import Method
from erat.indonesia.series import CELL_COLUMNS
from erat.subunits.rollup import RolledUp, roll_up
from tests.small import framework, panel

META = """code,name,parent,direction,weight,type,goalpost_low,goalpost_high,transform
i,Index,,1,1,aggregate,,,
a,A,i,1,1,aggregate,,,
b,B,i,1,1,aggregate,,,
more,More,a,1,1,indicator,0,10,
less,Less,a,-1,1,indicator,0,40,
logged,Logged,b,1,1,indicator,1,1000,log
parent,Parent,,,,group,,,
"""
DATA = """unit,parent,more,less,logged
p1,P,2,10,10
p2,P,6,30,1000
q1,Q,9,4,100
"""


def made(**subunits: object) -> RolledUp:
    choices = {"normalize": {"method": "goalposts", "scale": 100}, "subunits": subunits}
    tree = framework(META)
    return roll_up(panel(DATA, tree), tree, Method.parse(choices))


def test_a_mean_stands_for_the_mean_or_the_geometric_mean_of_a_logged_series() -> None:
    found = equivalents(made(method="mean")).droplevel("year")
    assert found.loc["P"].tolist() == pytest.approx([4, 20, 100])
    assert found.loc["Q"].tolist() == pytest.approx([9, 4, 100])


def test_other_roll_ups_stand_for_the_value_with_the_same_score() -> None:
    found = equivalents(made(method="minimum")).droplevel("year")
    assert found.loc["P"].tolist() == pytest.approx([2, 30, 10])
    penalized = equivalents(made(method="atkinson", epsilon=1.0)).droplevel("year")
    assert penalized.at["P", "more"] == pytest.approx(10 * math.sqrt(0.2 * 0.6))
    assert penalized.at["P", "less"] == pytest.approx(40 - 40 * math.sqrt(0.75 * 0.25))


@pytest.mark.parametrize(
    ("key", "value"), [("normalize", "rank"), ("transform", {"more": "log1p"})]
)
def test_a_scale_that_cannot_be_undone_is_refused(key: str, value: object) -> None:
    data = {"normalize": {"method": "goalposts"}, "subunits": {"method": "mean"}, key: value}
    tree = framework(META)
    rolled = roll_up(panel(DATA, tree), tree, Method.parse(data))
    with pytest.raises(MethodError, match="choose another normalization"):
        equivalents(rolled)


def cells() -> pd.DataFrame:
    table = panel(DATA, framework(META)).values.reset_index()
    long = table.melt(["unit", "year"], var_name="indicator")
    origin = {
        "publisher": "BPS",
        "publication": "Book",
        "table": "T",
        "base": "",
        "copies": 2,
        "read_from": "secondary copy, X",
    }
    return long.assign(**origin)


def test_derived_cells_say_what_they_are_made_from() -> None:
    found = rolled_cells(made(method="mean"), cells())
    assert list(found.columns) == CELL_COLUMNS
    assert found["unit"].tolist() == ["P", "Q"] * 3
    assert set(found["publisher"]) == {"e-RAT"}
    assert set(found["status"]) == {"derived"}
    assert set(found["publication"] + ": " + found["table"]) == {"BPS, Book: T"}
    assert set(found["copies"]) == {2}


@pytest.mark.parametrize("first", ["units", "framework"])
def test_the_assessment_of_derived_values_has_the_scores_of_the_roll_up(first: str) -> None:
    rolled = made(method="mean", first=first)
    groups = pd.DataFrame({"name": ["p", "q"]}, index=pd.Index(["P", "Q"], name="unit"))
    method = Method.parse({"normalize": {"method": "goalposts", "scale": 100}})
    found = rolled_assessment(rolled, rolled_cells(rolled, cells()), groups, method)
    scores = found.scores.droplevel("year")
    assert scores.loc["P", "a"] == pytest.approx((40 + 50) / 2)
    assert scores.loc["P", "i"] == pytest.approx((45 + 200 / 3) / 2)
    np.testing.assert_allclose(found.contributions.sum(axis=1), found.scores["i"], atol=1e-10)
    assert found.imputed.droplevel("year").loc["P", "less"] == pytest.approx(20)
    assert found.ranks["i"].tolist() == [2, 1]


def test_without_subunits() -> None:
    method = Method.parse({"subunits": {"method": "median"}})
    assert without_subunits(method) == Method()
