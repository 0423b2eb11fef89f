"""Ways to damage a table, cell by cell or byte by byte."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from erat.errors import Problem
from erat.indonesia.check import check


def read(path: Path) -> list[list[str]]:
    """Return header and rows of a CSV file."""
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def write(path: Path, rows: list[list[str]]) -> None:
    """Write header and rows of a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def line_of(path: Path, **cells: str) -> int:
    """Return the line of the first row with these cells."""
    header, *rows = read(path)
    for line, row in enumerate(rows, start=2):
        if all(row[header.index(column)] == text for column, text in cells.items()):
            return line
    raise LookupError(cells)


def put_line(path: Path, line: int, **cells: str) -> None:
    """Overwrite cells of one line."""
    rows = read(path)
    for column, text in cells.items():
        rows[line - 1][rows[0].index(column)] = text
    write(path, rows)


def drop_column(path: Path, column: str) -> None:
    """Remove a column."""
    rows = read(path)
    at = rows[0].index(column)
    write(path, [row[:at] + row[at + 1 :] for row in rows])


def replace_bytes(path: Path, old: bytes, new: bytes) -> None:
    """Replace the first ``old`` bytes of a file."""
    data = path.read_bytes()
    if old not in data:
        raise LookupError(old)
    path.write_bytes(data.replace(old, new, 1))


def only(folder: Path) -> Problem:
    """Return the one problem of a folder."""
    problems = check(folder)
    assert len(problems) == 1, "\n".join(map(str, problems))
    return problems[0]


def put(
    folder: Path, row: dict[str, str], file: str = "province_statistics.csv", **cells: str
) -> int:
    """Overwrite cells of the row that is told by ``row``; return its line."""
    line = line_of(folder / file, **row)
    put_line(folder / file, line, **cells)
    return line
