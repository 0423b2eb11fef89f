"""Files that are no proper table: bytes, header, rows. Each is told, none is a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from erat.indonesia.check import check
from erat.indonesia.schemas import TABLES
from tests.indonesia import damage
from tests.indonesia.damage import only

PROVINCES = "province_statistics.csv"


def test_a_missing_column(folder: Path) -> None:
    damage.drop_column(folder / PROVINCES, "status")
    problem = only(folder)
    assert (problem.where, problem.row, problem.column) == (PROVINCES, 1, "status")
    assert problem.found == "no such column"


@pytest.mark.parametrize("name", list(TABLES))
def test_any_missing_column_is_told_and_never_a_traceback(folder: Path, name: str) -> None:
    path = folder / TABLES[name].file
    for column in TABLES[name].columns[::4]:
        before = path.read_bytes()
        damage.drop_column(path, column)
        assert any(problem.column == column for problem in check(folder))
        path.write_bytes(before)


def test_an_extra_column(folder: Path) -> None:
    path = folder / "sources.csv"
    damage.write(path, [[*row, "x" if n else "notes"] for n, row in enumerate(damage.read(path))])
    problem = only(folder)
    assert (problem.where, problem.row, problem.column) == ("sources.csv", 1, "notes")
    assert "did you mean 'note'?" in problem.remedy


def test_a_column_twice(folder: Path) -> None:
    path = folder / "breaks.csv"
    damage.write(path, [[*row, row[1]] for row in damage.read(path)])
    assert only(folder).found == "the column year more than once"


@pytest.mark.parametrize("name", [table.file for table in TABLES.values()])
@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty file"),
        (b"\n\n", "an empty file"),
        (b"PK\x03\x04\x14\x00\x06\x00", "'PK"),
        (b"a;b;c\n1;2;3\n", "'a;b;c'"),
        (None, "no such file"),
    ],
)
def test_a_file_that_is_no_table(
    folder: Path, name: str, content: bytes | None, found: str
) -> None:
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    problems = check(folder)
    assert {problem.where for problem in problems} == {name}
    assert any(problem.found.startswith(found) for problem in problems)


@pytest.mark.parametrize("name", list(TABLES))
def test_a_header_and_no_rows(folder: Path, name: str) -> None:
    path = folder / TABLES[name].file
    damage.write(path, damage.read(path)[:1])
    assert only(folder).found == "a header and no rows"


def test_a_folder_instead_of_a_file(folder: Path) -> None:
    (folder / PROVINCES).unlink()
    (folder / PROVINCES).mkdir()
    problem = only(folder)
    assert (problem.where, problem.expected) == (PROVINCES, "a readable CSV file")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert {problem.found for problem in check(tmp_path / "nowhere")} == {"no such file"}


def test_a_byte_order_mark(folder: Path) -> None:
    path = folder / PROVINCES
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    problem = only(folder)
    assert (problem.where, problem.row) == (PROVINCES, 1)
    assert "BOM" in problem.found
    assert "without BOM" in problem.remedy


def test_utf_16(folder: Path) -> None:
    path = folder / PROVINCES
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))
    assert only(folder).found == "text in UTF-16"


def test_bytes_of_latin_1(folder: Path) -> None:
    path = folder / "indicators.csv"
    line = damage.line_of(path, indicator="rls")
    damage.replace_bytes(path, b"Rata-rata lama", b"Rata\xe9rata lama")
    problem = only(folder)
    assert (problem.where, problem.row) == ("indicators.csv", line)
    assert "0xe9" in problem.found
    assert "UTF-8" in problem.remedy


def test_a_nul_byte(folder: Path) -> None:
    line = damage.line_of(folder / PROVINCES, unit="12", name="Sumatera Utara")
    damage.replace_bytes(folder / PROVINCES, b"Sumatera Utara", b"Sumatera \x00Utara")
    problem = only(folder)
    assert (problem.row, problem.found) == (line, "a NUL byte")


def test_line_ends_of_windows_are_read(folder: Path) -> None:
    path = folder / PROVINCES
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert check(folder) == []


@pytest.mark.parametrize(("change", "cells"), [(",extra", "13 cells"), (None, "11 cells")])
def test_a_row_with_other_cells(folder: Path, change: str | None, cells: str) -> None:
    path = folder / PROVINCES
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[6] = lines[6] + change if change else lines[6].rsplit(",", 1)[0]
    path.write_text("\n".join(lines), encoding="utf-8")
    problem = only(folder)
    assert (problem.row, problem.found, problem.expected) == (7, cells, "12 cells")


def test_an_empty_line(folder: Path) -> None:
    path = folder / PROVINCES
    lines = path.read_text(encoding="utf-8").split("\n")
    path.write_text("\n".join([*lines[:4], "", *lines[4:]]), encoding="utf-8")
    assert (only(folder).row, only(folder).found) == (5, "an empty line")


def test_rows_after_a_quoted_line_break_keep_their_line(folder: Path) -> None:
    path = folder / PROVINCES
    last = len(damage.read(path))
    damage.put_line(path, 3, name="Sumatera\nUtara")
    damage.put_line(path, last, value="x")
    problems = {problem.column: problem.row for problem in check(folder)}
    assert problems == {"name": 3, "value": last + 1}


@pytest.mark.parametrize("end", [b'"never closed', b'a"b"c,"d"e\n'])
def test_quotation_marks_that_do_not_close(folder: Path, end: bytes) -> None:
    path = folder / "breaks.csv"
    last = len(damage.read(path))
    path.write_bytes(path.read_bytes() + end)
    problem = only(folder)
    assert (problem.where, problem.row) == ("breaks.csv", last + 1)
