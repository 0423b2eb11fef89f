"""Workbooks: what a spreadsheet reads is what was written, and nothing is executed."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from erat.errors import DataError
from erat.index.workbook import MOST_CHARACTERS, Sheet, plain, write_workbook

EVIL = ["=1+1", "+2", "-3", "@SUM(A1)", "\tx", "\rx", "\nx", "|calc", "%x",
        '=HYPERLINK("http://a.example";"b")', "=cmd|' /C calc'!A0", "{=1}"]  # fmt: skip


def read(path: Path) -> Any:
    return openpyxl.load_workbook(path)


def written(tmp_path: Path, *sheets: Sheet) -> Any:
    write_workbook(sheets, tmp_path / "book.xlsx")
    return read(tmp_path / "book.xlsx")


def test_no_text_is_ever_a_formula(tmp_path: Path) -> None:
    table = pd.DataFrame({"=header": EVIL, "code": ["007"] * len(EVIL)})
    page = written(tmp_path, Sheet("One", table))["One"]
    cells = [cell for row in page.iter_rows() for cell in row]
    assert [cell.data_type for cell in cells] == ["s"] * len(cells)
    read_again = [page.cell(row, 1).value.replace("\r", "\n") for row in range(2, len(EVIL) + 2)]
    assert read_again == [text.replace("\r", "\n") for text in EVIL]
    quoted = [page.cell(row, 1).quotePrefix for row in range(1, len(EVIL) + 2)]
    assert quoted == [*[True] * len(EVIL), False]  # "{=1}" stands for itself
    assert page["B2"].value == "007"


def test_the_file_has_no_formula_link_or_macro(tmp_path: Path) -> None:
    write_workbook([Sheet("One", pd.DataFrame({"a": EVIL}))], tmp_path / "book.xlsx")
    with zipfile.ZipFile(tmp_path / "book.xlsx") as archive:
        names = archive.namelist()
        texts = b"".join(archive.read(name) for name in names)
    assert b"<f>" not in texts
    assert b"<hyperlink" not in texts
    assert not [name for name in names if "external" in name.lower() or "vba" in name.lower()]


def test_numbers_keep_every_digit_and_have_a_format(tmp_path: Path) -> None:
    values = [0.1, 1 / 3, 1e-300, -2.5e17, 123456.789]
    page = written(tmp_path, Sheet("One", pd.DataFrame({"x": values}), {"x": "0.00"}))["One"]
    assert [page.cell(row, 1).value for row in range(2, 7)] == values
    assert {page.cell(row, 1).number_format for row in range(2, 7)} == {"0.00"}


def test_missing_values_are_empty_cells(tmp_path: Path) -> None:
    table = pd.DataFrame({"x": [1.0, np.nan], "n": pd.array([None, 2], dtype="Int64"),
                          "t": ["", None], "b": [True, False]})  # fmt: skip
    page = written(tmp_path, Sheet("One", table))["One"]
    assert [[cell.value for cell in row] for row in page.iter_rows(min_row=2)] == [
        [1, None, None, True],
        [None, 2, None, False],
    ]


def test_the_header_stays_and_columns_are_wide_enough(tmp_path: Path) -> None:
    table = pd.DataFrame({"a": ["x" * 30], "long": ["y" * 500], "n": [1.0]})
    page = written(tmp_path, Sheet("One", table))["One"]
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:C2"
    assert [cell.font.b for cell in page[1]] == [True] * 3
    assert page.column_dimensions["A"].width == 32
    assert page.column_dimensions["B"].width < 60


def test_same_tables_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sheets = [Sheet("One", pd.DataFrame({"a": ["x"], "b": [1.5]})), Sheet("Two", pd.DataFrame())]
    write_workbook(sheets, tmp_path / "one.xlsx")
    monkeypatch.setattr("time.time", lambda: 2e9)
    write_workbook(sheets, tmp_path / "two.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.xlsx") as archive:
        assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"1980-01-01T00:00:00Z</dcterms:modified>" in archive.read("docProps/core.xml")


def test_an_empty_table_is_a_header(tmp_path: Path) -> None:
    page = written(tmp_path, Sheet("One", pd.DataFrame(columns=["a", "b"])))["One"]
    assert [[cell.value for cell in row] for row in page.iter_rows()] == [["a", "b"]]


def test_what_a_cell_cannot_hold() -> None:
    assert plain("a\x00b") == "a\ufffdb"
    assert plain("x" * 40_000) == "x" * MOST_CHARACTERS
    assert plain(-np.inf) == "-inf"
    assert plain(np.float32(0.5)) == 0.5
    assert plain(np.bool_(True)) is True
    assert plain(2**70) == 2**70


def test_a_table_larger_than_a_sheet_is_refused(tmp_path: Path) -> None:
    wide = pd.DataFrame(np.zeros((1, 16_385)))
    with pytest.raises(DataError, match="16385 columns for the sheet 'One'"):
        write_workbook([Sheet("One", wide)], tmp_path / "book.xlsx")
    assert not (tmp_path / "book.xlsx").exists()


def test_a_workbook_takes_the_place_of_a_link_and_is_never_written_through_it(
    tmp_path: Path,
) -> None:
    mine = tmp_path / "mine.xlsx"
    mine.write_bytes(b"mine")
    (tmp_path / "book.xlsx").symlink_to(mine)
    written(tmp_path, Sheet("One", pd.DataFrame({"a": [1]})))
    assert mine.read_bytes() == b"mine"
    assert not (tmp_path / "book.xlsx").is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["book.xlsx", "mine.xlsx"]
