"""Tables that exports come as, CSV or the sheet of a workbook: read piece by piece, as texts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from erat.survey.exports import Rows
from erat.survey.sheetparts import MOST_COLUMNS, MOST_ROWS, Formula, UnreadableError
from erat.survey.sheetreader import SheetInfo, XlsxFile
from erat.survey.wording import FORMULA

MOST_CSV = 400_000_000
"""Bytes of a CSV file."""
MOST_FIELD = 5_000_000
"""Characters of one cell; a text of more than a page is refused later, by itself."""
PIECE = 4_000
"""Rows that are read at a time."""
SEPARATORS = ",;\t"


@dataclass
class Table:
    """A table: its header, and its rows piece by piece."""

    names: list[str]
    pieces: Iterator[Rows]


def csv_text(path: Path) -> str:
    """Return the text of a CSV file.

    Raises
    ------
    UnreadableError
        If it is too large, empty, damaged, or not in UTF-8.
    """
    size = path.stat().st_size
    if size > MOST_CSV:
        raise UnreadableError("too large", f"{size:,} bytes")
    data = path.read_bytes()
    if not data.strip(b"\xef\xbb\xbf \r\n\t"):
        raise UnreadableError("empty")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableError("utf-16")
    if b"\x00" in data:
        row = data[: data.index(b"\x00")].count(b"\n") + 1
        raise UnreadableError("nul", str(row))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise UnreadableError("encoding", f"{row}:{data[error.start]:02x}") from None


def csv_table(text: str) -> Table:
    """Split the text of a CSV file; the separator is the one that its header has most of."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    csv.field_size_limit(MOST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines = _lines(reader)
    names = next(lines, (1, [""]))[1]
    if len(names) > MOST_COLUMNS:
        raise UnreadableError("too many columns", f"{MOST_COLUMNS:,}")
    return Table([str(name) for name in names], _pieces(lines, len(names)))


def _lines(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Give the rows with the line that each begins in; blank lines are left out."""
    last = 0
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableError("csv", f"{last + 1}:{error}") from None
        begins, last = last + 1, reader.line_num  # type: ignore[attr-defined]
        if row:
            yield begins, row


def sheet_table(book: XlsxFile, sheet: SheetInfo) -> Table:
    """Read the first sheet of an export as a table; its header is the first row with cells."""
    rows = book.rows(sheet)
    head = next(rows, None)
    if head is None:
        raise UnreadableError("empty")
    width = max(head.cells) + 1
    names = [head.cells.get(j, "") for j in range(width)]
    lines = ((row.number, _filled(row.cells, width)) for row in rows)
    return Table([_text(name) for name in names], _pieces(lines, width))


def _filled(cells: dict[int, str], width: int) -> list[str]:
    """Return the cells of a row; those beyond the header make it too long."""
    length = max(width, max(cells) + 1)
    return [_text(cells.get(j, "")) for j in range(length)]


def _text(cell: str) -> str:
    return FORMULA + str(cell) if isinstance(cell, Formula) else cell


def _pieces(lines: Iterator[tuple[int, list[str]]], width: int) -> Iterator[Rows]:
    read = 0
    while piece := list(islice(lines, PIECE)):
        read += len(piece)
        if read > MOST_ROWS:
            raise UnreadableError("too many rows", f"{MOST_ROWS:,}")
        ragged = np.array([len(row) != width for _, row in piece], dtype=bool)
        cells = np.empty((len(piece), width), dtype=object)
        for i, (_, row) in enumerate(piece):
            if len(row) == width:
                cells[i] = row
            else:
                cells[i] = (row + [""] * width)[:width]
        yield Rows(cells, np.array([number for number, _ in piece], dtype=int), ragged)
