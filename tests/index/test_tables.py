"""Reading tables of users."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from erat.errors import DataError
from erat.index import tables
from erat.index.framework import Framework
from erat.index.panel import Panel
from erat.index.tables import LINE, as_text, numbers, parse_number, read_text_table, unseen


def read(tmp_path: Path, data: bytes) -> pd.DataFrame:
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    return read_text_table(path, DataError)


def refused(tmp_path: Path, data: bytes) -> str:
    with pytest.raises(DataError) as error:
        read(tmp_path, data)
    return str(error.value)


@pytest.mark.parametrize(
    ("cell", "value"),
    [("70.5", 70.5), ("-1e-05", -1e-5), ("+3", 3.0), ("5.", 5.0), (".5", 0.5), ("1E3", 1000.0)],
)
def test_numbers_with_a_decimal_point(cell: str, value: float) -> None:
    assert parse_number(cell) == value


@pytest.mark.parametrize("cell", ["", "NA"])
def test_missing_cells(cell: str) -> None:
    value = parse_number(cell)
    assert value is not None
    assert math.isnan(value)


@pytest.mark.parametrize(
    "cell",
    [
        *("70,5", "1.000,5", "1,000.5", "1 000", "inf", "-inf", "Infinity", "nan", "NaN", "1e400"),
        *("-", "--5", "12%", "1_000", "0x1F", "true", "１２", "٣", "5 kg", "=1+1", "1e", "Jan-24"),
    ],
)
def test_what_only_looks_like_a_number_is_refused(cell: str) -> None:
    assert parse_number(cell) is None


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e-300, -2.5e17, 5e-324, 1e149])
def test_every_written_float_is_read_again(value: float) -> None:
    assert parse_number(repr(value)) == value


def test_faults_of_a_column_say_cell_row_and_remedy() -> None:
    findings: list[object] = []
    cells = pd.Series(["1", "70,5", "1e400"], name="x1", index=[2, 3, 7])
    numbers(cells, "d.csv", findings)  # type: ignore[arg-type]
    texts = [str(item.problem) for item in findings]  # type: ignore[attr-defined]
    assert texts[0].startswith("d.csv, row 3, column x1: found '70,5'; expected a decimal point")
    assert "write 70.5" in texts[0]
    assert "row 7" in texts[1]
    assert "up to 1e+150" in texts[1]


def test_utf8_with_bom_crlf_quotes_and_blanks(tmp_path: Path) -> None:
    found = read(tmp_path, b'\xef\xbb\xbfunit, x1 ,name\r\n"a",1.5 ,"P, \xc3\xa9"\r\n\r\n,,\r\n')
    assert list(found.columns) == ["unit", "x1", "name"]
    assert found.to_numpy().tolist() == [["a", "1.5", "P, é"]]


def test_rows_are_counted_as_an_editor_counts_lines(tmp_path: Path) -> None:
    found = read(tmp_path, b'unit,x\n\na,"1\n2"\n\nb,3\n')
    assert found.index.name == LINE
    assert list(found.index) == [3, 6]


def test_columns_without_a_name_are_dropped(tmp_path: Path) -> None:
    found = read(tmp_path, b"unit,x,,\na,1,,\nb,2,,\n")
    assert list(found.columns) == ["unit", "x"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "an empty file"),
        (b"\n\n", "an empty file"),
        (b"unit,x\n", "a header and no row"),
        (b"unit,x\na,1,2\n", "row 2: found 3 cells; expected 2 cells"),
        (b"unit,x\na\n", "row 2: found 1 cell; expected 2 cells"),
        (b"unit,x,x\na,1,2\n", "columns twice: x"),
        (b"unit|x\na|1\n", "cells separated by '|'"),
        (b"unit;x\na;1;2\n", "row 2: found 3 cells; expected 2 cells"),
        (b'unit,x\n"a,1\n', "row 2: found unexpected end of data"),
        (b"unit,x\n\xc3\xa9\xe9,1\n", "row 2: found the byte 0xe9"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old workbook (xls)"),
        (b"<html><table></table></html>", "a web page"),
        (b"PK\x03\x04abc", "a damaged workbook"),
        (b"Tabel 1. PDRB;;\n\nunit;x;y\na;1;2\nb;3;4\n", "the header seems to stand in row 3"),
        (b"Tabel 1. PDRB\nunit,x,y\na,1,2\nb,3,4\n", "read the data with --skip 1"),
        (b"unit,x\na\x00,1\n", "row 2: found a NUL byte"),
    ],
)
def test_refused_files(tmp_path: Path, data: bytes, said: str) -> None:
    assert said in refused(tmp_path, data)


def test_one_fault_in_many_rows_is_one_problem(tmp_path: Path) -> None:
    text = refused(tmp_path, b"unit,x\n" + b"a\n" * 500)
    assert text.count("\n") == 0
    assert "and 490 more" in text


def test_a_folder_or_no_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(DataError):
            read_text_table(path, DataError)


def test_any_table_becomes_texts() -> None:
    table = as_text(pd.DataFrame({"unit": ["a ", "b"], "x": [1.5, float("nan")]}))
    assert table.to_numpy().tolist() == [["a", "1.5"], ["b", ""]]
    assert list(table.index) == [2, 3]


def test_unseen_characters_of_codes_are_found() -> None:
    found = unseen(pd.Series(["a", "b\u200b", "c\nd"], index=[2, 3, 4], name="unit"), "d.csv")
    assert [item.problem.row for item in found] == [3, 4]


PEOPLE = ["987", "1.234", "3.724", "845", "5.320"]


@pytest.mark.parametrize(
    ("cells", "flagged"),
    [
        (PEOPLE, ["1.234", "3.724", "5.320"]),
        (["1.234.567", "3.724"], ["3.724"]),
        (["70,5", "1.234"], ["1.234"]),
        (["1.234", "2.125", "0"], []),
        (["0.500", "1.250", "2"], []),
        ([1.25, 987], []),
    ],
)
def test_points_that_part_thousands_are_refused(cells: list[object], flagged: list[str]) -> None:
    findings: list[object] = []
    text = as_text(pd.DataFrame({"x": pd.Series(cells, dtype=object)}))
    numbers(text["x"], "d.csv", findings)  # type: ignore[arg-type]
    problems = [item.problem for item in findings]  # type: ignore[attr-defined]
    points = [p for p in problems if "points between thousands" in p.expected]
    assert [p.found.strip("'") for p in points if "--decimal comma" in p.remedy] == flagged
    assert all(f"write {p.found.strip(chr(39)).replace('.', '')}," in p.remedy for p in points)


META = pd.DataFrame(
    [("idx", "", "aggregate"), ("x", "idx", "indicator"), ("y", "idx", "indicator")],
    columns=["code", "parent", "type"],
).assign(direction=1, weight=1)
TREE = Framework.from_table(META)
START = "unit,x,y,Region\na,1.25,2,R\n"


def outcome(path: Path) -> tuple[str, object]:
    """Return what reading a file gives: the tables and notes, or the refusal, as texts."""
    try:
        panel = Panel.read(path, TREE)
    except DataError as error:
        return str(error), None
    tables = [panel.values, panel.groups]
    texts = [f"{t.index.tolist()} {t.map(repr).to_dict('list')}" for t in tables]
    return "".join(texts), panel.notes


def both(tmp_path: Path, data: bytes, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Compare both ways to read; return whether the numbers were read as such."""
    path = tmp_path / "d.csv"
    path.write_bytes(data)
    by_cell = outcome(path)
    monkeypatch.setattr(tables, "LARGE", 0)
    assert outcome(path) == by_cell
    read = tables.read_plain(path, ["x", "y"])
    monkeypatch.undo()
    return read is not None and not read.select_dtypes("number").empty


@pytest.mark.parametrize(
    ("data", "plain"),
    [
        (f"{START}b,-1e-05,+3,R\nc,.5,5.,NA\nd,NA,,\n", True),
        (f"{START} b ,0.1,0.30000000000000004,\n", True),
        (f"{START}b,0.1234,7,R\r\nc,2.5,8, R\r\n", True),
        (f"\ufeff{START}Côte,0.25,7,", True),
        ("unit,x,y, ,Region\na,0.25,2,,R\nb,3,4,5,\n", True),
        ("year,x,unit,y\n2020,0.5,a,7.25\n2021,2.5,a,8.1234\n", True),
        ("unit,x,y\na,987,0.5\nb,1.234,2.5\nc,3.720,1\n", True),  # of y; x is refused
        ("unit,x,y\na,1.234,0.5\nb,3.724,2.5\n", True),  # of y; x is doubtful
        (f'{START}"b","0.5",2,"R"\r\nc,"",NA,""\nd,"NA","+4",R\n', True),
        ('"unit","x","y"\n"a","0.25","7"\n" b ","2.5","-3"\n', True),
        ("unit;x;y\na;1.25;2\nb;0.5;\n", True),
        ("unit\tx\ty\na\t1.25\t2\n\tb\t0.5\n", False),
        ('unit\tx\ty\na\t1.25\t2\n"b"\t0.5\tNA\n', True),
        ('unit;"x";y\na;1234.5;2\n"";0.5;8\n', False),
        ("unit;x;y\na;1.234;2.5\nb;0.5;987.125\n", True),
        ("unit;x;y\na;1.234;5.678\nb;3.724;9.012\n", False),
        ("unit;x;y\na, b;1.25;2\n", False),
        ('"unit,name",x,y\n"a,b",1.25,2\n', False),
        (f'{START}"b""c",1.5,2,R\n', False),
        (f'{START}"b;c",1.5,2,R\n', False),
        (f'{START}"b";c,1.5,2,R\n', False),
        (f'{START}b"c",1.5,2,R\n', False),
        (f'{START}"b"c,1.5,2,R\n', False),
        (f'{START} "b",1.5,2,R\n', False),
        (f'{START}"b,1.5,2,R\nc",1.5,2,R\n', False),
        (f'{START}"b\nb",1.5,2,R\n', False),
        (f"{START}'b',0.5,2,R\n", True),
        (f"{START}\nb,1,2,R\n,,,\n", False),
        (f"{START}b,1,2\n", False),
        (f"{START}b,1,2,R,\n", False),
        (f"{START}b,1,2,R,5\nc,1,2\n", False),
        (f"{START}b,1\rc,2,3,R\n", False),
        ("unit;x;y\na;1,5;2\n", False),
        ("A table\nunit,x,y\n", False),
        ("unit,x,x,y\na,0.5,0.25,0.125\n", True),
        ("unit,x,y\n", False),
    ],
)  # fmt: skip
def test_both_ways_read_the_same(
    data: str, plain: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert both(tmp_path, data.encode(), monkeypatch) == plain


@pytest.mark.parametrize(
    "cell",
    [
        *("70,5", "inf", "-Infinity", "nan", "NaN", "1e400", "1e151", "-", "--5", "12%", "1_000"),
        *("0x1F", "true", "１２", "1e", ".", "1.5abc", " 7.5 ", "1 000", "#N/A", "null", "\t5", "1d5"),
        *("-nan", "1.234.567", "é", "=1+1", "2024-05-01"),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_number_is_refused_in_the_same_words(
    cell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not both(tmp_path, f"{START}b,{cell},7.25,R\n".encode(), monkeypatch)


def test_not_utf8(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not both(tmp_path, f"{START}b\xe9,1,2,R\n".encode("latin-1"), monkeypatch)
    assert not both(tmp_path, f"{START}b\0,1,2,R\n".encode(), monkeypatch)


def test_floats_are_those_that_python_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(1)
    x = (random.random(3000) * 10.0 ** random.integers(-9, 9, 3000)).tolist()
    rows = [f"u{i},{value!r},{value:.{i % 19}f}" for i, value in enumerate(x)]
    assert both(tmp_path, "\n".join(["unit,x,y", *rows]).encode(), monkeypatch)


def test_of_a_frame_only_the_number_that_is_wrong_is_refused() -> None:
    frame = pd.DataFrame({"unit": list("abc"), "x": [1.5, np.nan, np.inf], "y": [1, 2, 3]})
    with pytest.raises(DataError) as refused:
        Panel.from_frame(frame, TREE)
    (problem,) = refused.value.problems
    assert (problem.place, problem.found) == ("data, row 4, column x", "'inf'")
    assert Panel.from_frame(frame[:2], TREE).values["y"].tolist() == [1.0, 2.0]
