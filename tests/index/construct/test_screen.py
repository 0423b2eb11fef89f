"""Availability and screening, alone and in an index."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from erat.errors import DataError, MethodError
from erat.index.assessment import Assessment, assess
from erat.index.construct.screen import SCREENINGS, Cells
from tests.small import Index, framework, panel

META = """code,name,parent,direction,weight,type,goalpost_low,goalpost_high,transform
idx,Index,,1,1,aggregate,,,
A,A,idx,1,1,aggregate,,,
B,B,idx,1,1,aggregate,,,
x1,X1,A,1,1,indicator,0,10,
x2,X2,A,1,1,indicator,0,10,
x3,X3,B,1,1,indicator,0,10,
x4,X4,B,-1,1,indicator,0,10,
"""
DATA = """unit,x1,x2,x3,x4
u1,1,2,3,
u2,4,5,6,
u3,7,,,
u4,9,8,,3
"""
THERE = np.array([[1, 1, 1, 0], [1, 1, 1, 0], [1, 0, 0, 0], [1, 1, 0, 1]], dtype=bool)
UNITS, CODES = np.array(["u1", "u2", "u3", "u4"]), np.array(["x1", "x2", "x3", "x4"])


def made(method: dict[str, Any], data: str = DATA) -> Assessment:
    tree = framework(META)
    return assess(panel(data, tree), tree, method)


def actions(result: Assessment) -> dict[str, str]:
    return dict(zip(result.screening["code"], result.screening["action"], strict=True))


def test_shares_are_those_of_a_table_made_by_hand() -> None:
    found = SCREENINGS["none"](Cells(THERE, UNITS, CODES))
    assert found.row_shares.tolist() == [0.75, 0.75, 0.25, 0.75]
    assert found.column_shares.tolist() == [1, 0.75, 0.5, 0.25]
    assert set(found.rows) == set(found.columns) == {""}


def test_reporting_names_what_is_below() -> None:
    found = SCREENINGS["report"](Cells(THERE, UNITS, CODES), keep=("x3",))
    assert found.rows.tolist() == ["", "", "below", ""]
    assert found.columns.tolist() == ["", "", "kept", "below"]


def test_dropping_takes_indicators_first_and_units_by_what_is_left() -> None:
    found = SCREENINGS["drop"](Cells(THERE, UNITS, CODES), indicators=0.4)
    assert found.columns.tolist() == ["", "", "", "dropped"]
    np.testing.assert_allclose(found.row_shares, [1, 1, 1 / 3, 2 / 3])
    assert found.rows.tolist() == ["", "", "dropped", ""]
    forced = SCREENINGS["drop"](Cells(THERE, UNITS, CODES), indicators=0.4, keep=("u3", "x4"))
    assert forced.rows.tolist() == ["", "", "kept", ""]
    assert forced.columns.tolist() == ["", "", "", "kept"]


def test_a_share_at_the_threshold_is_enough() -> None:
    found = SCREENINGS["drop"](Cells(THERE, UNITS, CODES), indicators=0.25, units=0.75)
    assert found.rows.tolist() == ["", "", "dropped", ""]
    assert set(found.columns) == {""}


def test_availability_by_unit_and_dimension() -> None:
    result = made({})
    assert result.availability["idx"].tolist() == [0.75, 0.75, 0.25, 0.75]
    assert result.availability["A"].tolist() == [1, 1, 0.5, 1]
    assert result.availability["B"].tolist() == [0.5, 0.5, 0, 0.5]
    assert set(result.screening["action"]) == {""}
    assert result.screening["kind"].tolist() == ["indicator"] * 4 + ["unit"] * 4


def test_what_is_dropped_influences_nothing() -> None:
    drop = {"screen": {"method": "drop", "indicators": 0.4}}
    more = {"impute": "mean", "normalize": "rank", "aggregate": {"levels": {2: "copeland"}}}
    result = made({**drop, **more})
    without = "\n".join(line for line in DATA.splitlines() if not line.startswith("u3"))
    alone = made({**more, "exclude": ["x4"]}, without)
    kept = result.scores.drop(index="u3")
    pd.testing.assert_frame_equal(kept, alone.scores)
    for name in ("imputed", "treated", "normalized", "scores", "ranks", "contributions"):
        table = getattr(result, name)
        assert len(table) == 4
        assert table.loc["u3"].isna().all(axis=None), name
    assert not result.filled.loc["u3"].to_numpy().any()
    assert result.framework.indicators == ["x1", "x2", "x3"]
    gone = {code for code, action in actions(result).items() if action == "dropped"}
    assert gone == {"x4", "u3"}


def test_a_report_drops_nothing() -> None:
    result = made({"screen": "report"})
    pd.testing.assert_frame_equal(result.scores, made({}).scores)
    assert actions(result)["u3"] == "below"


def test_a_dimension_without_an_indicator_goes_as_well() -> None:
    result = made({"screen": {"method": "drop", "indicators": 0.7}})
    assert result.framework.aggregates == ["idx", "A"]
    assert result.availability.columns.tolist() == ["idx", "A", "B"]


def test_in_a_panel_a_unit_is_dropped_from_a_year() -> None:
    data = "unit,year,x1,x2,x3,x4\na,2020,1,2,3,4\na,2021,5,,,\nb,2020,6,7,8,9\nb,2021,2,1,1,1\n"
    result = made({"screen": {"method": "drop"}}, data)
    assert result.index.isna().tolist() == [False, True, False, False]
    of_units = result.screening[result.screening["kind"] == "unit"]
    assert of_units["year"].tolist() == [2020, 2021, 2020, 2021]
    assert of_units["action"].tolist() == ["", "dropped", "", ""]
    with pytest.raises(DataError, match="no unit of 2021 with enough data left"):
        made({"screen": "drop", "reference_year": 2021}, data.replace("b,2021,2,1,1,1\n", ""))


@pytest.mark.parametrize(
    ("screen", "data", "said"),
    [
        ({"units": 1, "indicators": 0}, DATA, "no unit with enough data left"),
        ({"indicators": 1}, DATA.replace("u3,7", "u3,"), "no indicator with enough data left"),
    ],
)
def test_nothing_left_is_refused(screen: dict[str, Any], data: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        made({"screen": {"method": "drop", **screen}}, data)


@pytest.mark.parametrize(
    ("screen", "said"),
    [
        ({"method": "drop", "keep": ["u9"]}, "screen.keep: found 'u9'"),
        ({"method": "drop", "unit": 0.5}, "did you mean 'units'"),
        ({"method": "drop", "units": 1.5}, "1 or less"),
        ({"units": 0.5}, "unknown key 'units'"),
    ],
)
def test_refused(screen: dict[str, Any], said: str) -> None:
    with pytest.raises(MethodError, match=said):
        made({"screen": screen})


def test_tables_from_the_shell(index: Index) -> None:
    method = "screen: {method: drop, indicators: 0.4}\nimpute: mean\n"
    assert index.run(method, DATA, META).status == 0
    assert index.table("availability")["B"].tolist() == [0.5, 0.5, 0, 0.5]
    assert list(index.table("screening")) == ["kind", "code", "share", "action"]
    assert index.table("imputation").to_dict("records") == [
        {"unit": "u4", "indicator": "x3", "value": 4.5, "method": "mean"}
    ]
    scores = (index.out / "scores.csv").read_text().splitlines()
    assert scores[3] == "u3,,,"
