"""Tables of texts: CSV files, and sheets of workbooks, piece by piece."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from erat.survey.read.remarks import UnreadableError
from erat.survey.read.xlsx import MOST_COLUMNS, MOST_ROWS, SheetInfo, XlsxFile

MOST_CSV = 400_000_000
"""Bytes of a CSV file."""
MOST_FIELD = 5_000_000
"""Characters of one cell; a text of more than a page is refused later, by itself."""
PIECE = 4_000
"""Rows that are read at a time."""
SEPARATORS = ",;\t"

Lines = Iterator[tuple[int, list[str]]]


@dataclass
class Rows:
    """A piece of a table: cells as texts, and the number of every row in the file.

    ``ragged`` marks rows whose cells are more or fewer than the columns.
    """

    cells: np.ndarray
    numbers: np.ndarray
    ragged: np.ndarray

    def column(self, place: int) -> np.ndarray:
        """Return the texts of a column without blanks around them; equal ones are one object."""
        codes, texts = pd.factorize(self.cells[:, place])
        return np.asarray(np.array([text.strip() for text in texts], dtype=object)[codes])


@dataclass
class Table:
    """A table: its header, and its rows piece by piece."""

    names: list[str]
    pieces: Iterator[Rows]


def csv_table(path: Path) -> Table:
    """Read a CSV file in UTF-8; the separator is the one that its header has most of.

    Raises
    ------
    UnreadableError
        If it is too large, empty, damaged, or not in UTF-8.
    """
    size = path.stat().st_size
    if size > MOST_CSV:
        raise UnreadableError("too large", f"{size:,} bytes")
    text = _decoded(path.read_bytes())
    header = text.lstrip("\r\n").split("\n", 1)[0]
    csv.field_size_limit(MOST_FIELD)
    lines = _csv_lines(text, max(SEPARATORS, key=header.count))
    names = next(lines, (1, [""]))[1]
    if len(names) > MOST_COLUMNS:
        raise UnreadableError("too many columns", f"{MOST_COLUMNS:,}")
    return Table(names, _pieces(lines, len(names)))


def _decoded(data: bytes) -> str:
    if not data.strip(b"\xef\xbb\xbf \r\n\t"):
        raise UnreadableError("empty")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableError("utf-16")
    if b"\x00" in data:
        raise UnreadableError("nul", str(data[: data.index(b"\x00")].count(b"\n") + 1))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError("encoding", str(data[: error.start].count(b"\n") + 1)) from None


def _csv_lines(text: str, separator: str) -> Lines:
    """Give the rows with the line that each begins in; blank lines are left out."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for row in reader:
            if row:
                yield begins, row
            begins = reader.line_num + 1
    except csv.Error:
        raise UnreadableError("csv", str(begins)) from None


def sheet_table(book: XlsxFile, sheet: SheetInfo) -> Table:
    """Read a sheet as a table; its header is the first row with cells."""
    rows = book.rows(sheet)
    head = next(rows, None)
    if head is None:
        raise UnreadableError("empty")
    width = max(head.cells) + 1

    def texts(cells: dict[int, str]) -> list[str]:
        return [cells.get(place, "") for place in range(max(width, max(cells) + 1))]

    lines = ((row.number, texts(row.cells)) for row in rows)
    return Table(texts(head.cells), _pieces(lines, width))


def _pieces(lines: Lines, width: int) -> Iterator[Rows]:
    read = 0
    while piece := list(islice(lines, PIECE)):
        read += len(piece)
        if read > MOST_ROWS:
            raise UnreadableError("too many rows", f"{MOST_ROWS:,}")
        cells = np.array([(row + [""] * width)[:width] for _, row in piece], dtype=object)
        numbers = np.array([number for number, _ in piece], dtype=int)
        yield Rows(cells, numbers, np.array([len(row) != width for _, row in piece], dtype=bool))
