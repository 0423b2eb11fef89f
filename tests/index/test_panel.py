"""Panels: reading and refusing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from erat.errors import DataError
from erat.index.panel import Panel
from tests.small import COINR_DATA, DATA, framework, panel


def refused(data: str) -> str:
    with pytest.raises(DataError) as error:
        panel(data)
    return str(error.value)


def test_values_groups_and_no_year() -> None:
    read = panel()
    assert read.units == ["u1", "u2", "u3", "u4", "u5"]
    assert not read.has_years
    assert set(read.years) == {0}
    assert list(read.values.columns) == ["x1", "x2", "x3", "x4"]
    assert np.isnan(read.values.loc["u2", "x4"].item())
    assert list(read.groups.columns) == ["region", "note"]


def test_coinr_data(tmp_path: Path) -> None:
    path = tmp_path / "iData.csv"
    path.write_bytes(b"\xef\xbb\xbf" + COINR_DATA.replace("\n", "\r\n").encode())
    read = Panel.read(path, framework())
    assert read.has_years
    assert set(read.years) == {2020}
    assert read.values.index.names == ["unit", "year"]
    pd.testing.assert_frame_equal(
        read.values.droplevel("year"), panel().values.droplevel("year"), check_names=False
    )


def test_years() -> None:
    data = "unit,year,region,x1,x2,x3,x4\na,2020,r,1,1,1,1\na,2021.0,r,2,2,2,2\n"
    read = panel(data)
    assert read.in_year(2021).values.to_numpy().tolist() == [[2, 2, 2, 2]]


def test_a_table_of_numbers_will_do() -> None:
    table = pd.DataFrame({"unit": [11, 12], "region": "r", "x1": [1.0, np.nan]})
    table[["x2", "x3", "x4"]] = 2
    read = Panel.from_table(table, framework())
    assert read.units == ["11", "12"]
    assert np.isnan(read.values["x1"].iloc[1])


def test_a_unit_may_be_called_na() -> None:
    assert panel(DATA.replace("u1,", "NA,")).units[0] == "NA"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (DATA.replace("u2,", "u1,"), "row 3, column unit: found 'u1' again"),
        (DATA.replace("u2,", ","), "row 3, column unit: found an empty cell"),
        (DATA.replace("u2,", "u\u200b2,"), "row 3, column unit: found 'u\\u200b2'"),
        (DATA.replace("2.5", "2;5"), "row 4, column x1: found '2;5'"),
        (DATA.replace("1000", "inf"), "row 4, column x3: found 'inf'"),
        (DATA.replace("unit,", "code,"), "expected a column 'unit' (or 'uCode')"),
        (DATA.replace("region,", "Region,"), "expected the group column 'region'"),
        (DATA.replace("x3,x4", "x33,x4"), "expected the indicator 'x3'. What to do: did you mean"),
        (DATA.replace("note", "year"), "row 2, column year: found 'first'"),
    ],
)
def test_refused(data: str, said: str) -> None:
    assert said in refused(data)


@pytest.mark.parametrize("year", ["", "2020.5", "-1", "1e20", "NA"])
def test_no_year(year: str) -> None:
    data = f"unit,year,region,x1,x2,x3,x4\na,{year},r,1,1,1,1\nb,{year},r,1,1,1,1\n"
    text = refused(data)
    assert "expected a year" in text
    assert "again" not in text


def test_the_same_unit_twice_in_one_year_only() -> None:
    row = "r,1,1,1,1\n"
    head = "unit,year,region,x1,x2,x3,x4\n"
    assert panel(f"{head}a,2020,{row}a,2021,{row}").units == ["a", "a"]
    assert "'a' again" in refused(f"{head}a,2020,{row}a,2020,{row}")


def test_all_problems_are_told_at_once() -> None:
    data = DATA.replace("2.5", "2;5").replace("1000", "inf").replace("u2,", ",")
    assert len(refused(data).splitlines()) == 3
