"""Rows of anybody's file: separators, decimal commas, encodings and workbooks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook

from erat.errors import DataError
from erat.index.framework import Framework
from erat.index.panel import Panel
from erat.index.plausibility import implausible
from erat.index.rows import PointNumber, TableForm, with_points
from erat.index.tables import read_table
from tests.small import META, erat

TABLE = "unit,x,y\nAceh,243,70.2\nKepulauan Riau,1027,69.9\nSumatera Utara,1050,72.1\n"
INDONESIAN = TABLE.replace(",", ";").replace("1027", "1.027").replace("1050", "1.050")
INDONESIAN = INDONESIAN.replace("70.2", "70,2").replace("69.9", "69,9").replace("72.1", "72,1")


@pytest.fixture
def expected() -> list[list[str]]:
    return [line.split(",") for line in TABLE.splitlines()[1:]]


def written(folder: Path, data: str | bytes, name: str = "d.csv") -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def book(folder: Path, **sheets: list[list[Any]]) -> Path:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.save(folder / "d.xlsx")
    return folder / "d.xlsx"


@pytest.mark.parametrize(
    "data",
    [
        TABLE,
        "\ufeff" + TABLE.replace("\n", "\r\n"),
        TABLE.replace(",", "\t"),
        INDONESIAN,
        "\ufeff" + INDONESIAN.replace("\n", "\r\n"),
        INDONESIAN.replace(";", "\t"),
        INDONESIAN.replace(";", "\t").encode("utf-16"),
    ],
)
def test_every_way_in_which_programs_write_a_table(
    data: str | bytes, tmp_path: Path, expected: list[list[str]]
) -> None:
    table, notes = read_table(written(tmp_path, data), DataError)
    assert table.to_numpy().tolist() == expected
    assert notes == ()


def test_a_workbook_is_read_with_its_numbers_exact(tmp_path: Path) -> None:
    path = book(tmp_path, Data=[["unit", "x"], ["a", 1.234], ["b", 1 / 3], ["c", 987]])
    table, notes = read_table(path, DataError)
    assert [float(cell) for cell in table["x"]] == [1.234, pytest.approx(1 / 3, rel=1e-15), 987]
    assert isinstance(table["x"].iloc[0], PointNumber)
    assert notes == ()


def test_sheets_are_chosen_by_name_or_number_and_others_noted(tmp_path: Path) -> None:
    path = book(tmp_path, One=[["unit"], ["a"]], Two=[["unit"], ["b"]])
    for sheet, unit in (("", "a"), ("Two", "b"), ("2", "b")):
        table, notes = read_table(path, DataError, TableForm(sheet))
        assert table["unit"].tolist() == [unit]
        assert ["not 'Two'" in str(note) for note in notes] == ([] if sheet else [True])
    with pytest.raises(DataError, match="did you mean 'Two'"):
        read_table(path, DataError, TableForm("two"))


@pytest.mark.parametrize(
    ("cell", "said"), [("=1+1", "paste it as values"), (dt.date(2024, 5, 1), "")]
)
def test_formulas_are_refused_and_dates_are_dates(cell: Any, said: str, tmp_path: Path) -> None:
    path = book(tmp_path, Data=[["unit", "x"], ["a", cell]])
    if said:
        with pytest.raises(DataError, match=said):
            read_table(path, DataError)
    else:
        assert read_table(path, DataError)[0]["x"].tolist()[0].startswith("2024-05-01")


def test_latin_1_is_read_with_a_note(tmp_path: Path) -> None:
    table, (note,) = read_table(written(tmp_path, b"unit,x\nAc\xe9h,1\n"), DataError)
    assert table["unit"].tolist() == ["Acéh"]
    assert "text in Latin-1 (Windows), read as such" in str(note)


@pytest.mark.parametrize(
    ("cells", "separator", "decimal", "points"),
    [
        (["3,724", "1.234"], ",", "", ["3,724", "1.234"]),
        (["3,724", "70.5"], ";", "", ["3,724", "70.5"]),
        (["3,724", "845"], ";", "", ["3.724", "845"]),
        (["3,724", "845"], "\t", "", ["3,724", "845"]),
        (["3,7", "1.234.567,5"], "\t", "", ["3.7", "1234567.5"]),
        (["1.234", "-1.234,5", "2024-01"], ",", "comma", ["1234", "-1234.5", "2024-01"]),
    ],
)
def test_decimal_commas(cells: list[str], separator: str, decimal: Any, points: list[str]) -> None:
    assert with_points([cells], separator, decimal) == [points]


def test_a_point_among_declared_commas_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, 'unit,x\na,"1,5"\nb,70.5\n')
    with pytest.raises(DataError, match=r"row 3: found '70\.5'; expected a decimal comma"):
        read_table(path, DataError, TableForm(decimal="comma"))


def test_declared_points_are_decimal(tmp_path: Path) -> None:
    path = written(tmp_path, META, "meta.csv")
    tree = Framework.read(path)
    people = ["987", "1.234", "3.724", "845", "5.320"]
    rows = [f"u{i},a,{x},{i},{i + 1},{i}" for i, x in enumerate(people)]
    data = written(tmp_path, "\n".join(["unit,region,x1,x2,x3,x4", *rows, ""]))
    with pytest.raises(DataError, match="write 5320"):
        Panel.read(data, tree)
    panels = {d: Panel.read(data, tree, form=TableForm(decimal=d)) for d in ("point", "comma")}
    assert panels["point"].values["x1"].tolist() == [987, 1.234, 3.724, 845, 5.32]
    assert panels["comma"].values["x1"].tolist() == [987, 1234, 3724, 845, 5320]
    assert not [note for note in implausible(panels["point"], tree) if "digits" in str(note)]


@pytest.mark.parametrize("command", ["index", "coherence", "subunits"])
def test_both_tables_from_one_workbook(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = ["Provinsi", "parent", "region", "x1", "x2", "x3", "x4"]
    rows = [[f"u{i}", "p", "east", i % 5, i * 7 % 11, i + 1, i * i % 7] for i in range(9)]
    meta = pd.DataFrame([line.split(",") for line in META.splitlines()]).to_numpy().tolist()
    path = book(tmp_path, Data=[["Tabel 1"], [], head, *rows], iMeta=meta)
    run = erat(
        capsys, command, path, "--framework", path, "--framework-sheet", "iMeta", "--sheet", "Data",
        "--skip", "2", "--unit", "Provinsi", "--out", tmp_path / "out",
    )  # fmt: skip
    assert run.status == 0, run.err
    assert "Results in" in run.out


def test_the_column_of_units_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = written(tmp_path, "Provinsi,region,x1,x2,x3,x4\na,east,1,2,3,4\nb,west,2,3,4,5\n")
    meta = written(tmp_path, META, "meta.csv")
    call: list[str | Path] = ["index", data, "--framework", meta, "--out", tmp_path / "out"]
    assert "--unit 'Provinsi'" in erat(capsys, *call).err
    assert "did you mean 'Provinsi'" in erat(capsys, *call, "--unit", "provinsi").err
    assert erat(capsys, *call, "--unit", "Provinsi").status == 0
