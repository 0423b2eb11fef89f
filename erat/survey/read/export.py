"""Exports from KoboToolbox or ODK, CSV or the sheet of a workbook: to the long table, in pieces."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from erat.locale import Language
from erat.survey.answers import SIMULATED
from erat.survey.instrument import Instrument
from erat.survey.read.choices import ticks
from erat.survey.read.given import TEXTS, WHO, Given, Run, answer_column
from erat.survey.read.header import SUBMISSION, SUBMITTED, Header
from erat.survey.read.remarks import FORMULA, UnreadableError, quoted
from erat.survey.read.xlsx import MOST_COLUMNS, MOST_ROWS, Formula, SheetInfo, XlsxFile

MOST_CSV = 400_000_000
"""Bytes of a CSV file."""
MOST_FIELD = 5_000_000
"""Characters of one cell; a text of more than a page is refused later, by itself."""
PIECE = 4_000
"""Rows that are read at a time."""
SEPARATORS = ",;\t"
FIELDS_OF: dict[str, tuple[str, ...]] = {
    **{name: (name,) for name in (*WHO, "respondent_id", "role", SIMULATED)},
    "submission": SUBMISSION,
    "submitted": SUBMITTED,
}
"""Columns of submissions, and the fields of an export that hold them, the best first."""


@dataclass
class Rows:
    """A piece of an export: cells as texts, and the number of every row in the file.

    ``ragged`` marks rows whose cells are more or fewer than the columns.
    """

    cells: np.ndarray
    numbers: np.ndarray
    ragged: np.ndarray

    def column(self, place: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the distinct texts of a column, without blanks around them, and their places."""
        codes, texts = pd.factorize(self.cells[:, place])
        return np.array([str(text).strip() for text in texts], dtype=object), codes


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
        raise UnreadableError("nul", str(data[: data.index(b"\x00")].count(b"\n") + 1))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError("encoding", str(data[: error.start].count(b"\n") + 1)) from None


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
        except csv.Error:
            raise UnreadableError("csv", str(last + 1)) from None
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

    def texts(cells: dict[int, str], length: int) -> list[str]:
        given = (cells.get(j, "") for j in range(length))
        return [FORMULA + str(cell) if isinstance(cell, Formula) else cell for cell in given]

    lines = ((row.number, texts(row.cells, max(width, max(row.cells) + 1))) for row in rows)
    return Table(texts(head.cells, width), _pieces(lines, width))


def _pieces(lines: Iterator[tuple[int, list[str]]], width: int) -> Iterator[Rows]:
    read = 0
    while piece := list(islice(lines, PIECE)):
        read += len(piece)
        if read > MOST_ROWS:
            raise UnreadableError("too many rows", f"{MOST_ROWS:,}")
        ragged = np.array([len(row) != width for _, row in piece], dtype=bool)
        cells = np.empty((len(piece), width), dtype=object)
        for i, (_, row) in enumerate(piece):
            cells[i] = row if len(row) == width else (row + [""] * width)[:width]
        yield Rows(cells, np.array([number for number, _ in piece], dtype=int), ragged)


def read_rows(rows: Rows, header: Header, instrument: Instrument, lang: Language) -> Given:
    """Lay a piece of an export out as a long table."""

    def filled(place: int, question: str, part: str, name: str) -> Iterator[tuple[str, Run]]:
        texts, codes = rows.column(place)
        if part == "unknown":
            texts = np.where([ticks(text) > 0 and "s" in text for text in texts], texts, "")
            part = "list"
        there = np.flatnonzero((texts != "")[codes])
        if len(there):
            where = lang.tr("column {name}", name=name)
            yield question, Run(part, where, there, texts[codes[there]])

    runs: list[tuple[str, Run]] = []
    for (code, part), place in header.columns.items():
        runs += filled(place, code, part, answer_column(code, part))
    for name, place in header.strays.items():
        runs += filled(place, name, "comment" if name.endswith(TEXTS) else "list", quoted(name))
    for name, place in header.others.items():
        runs += filled(place, name, "unknown", quoted(name))
    return Given.of(
        "export",
        _submissions(rows, header),
        instrument.codes,
        runs,
        about={
            name: lang.tr("column {name}", name=header.first(names))
            for name, names in FIELDS_OF.items()
        },
        asked_consent="consent" in header.fields,
        unusable=header.unusable,
        complete=header.complete,
        there={code for code, _ in header.columns},
        verification=not header.ticks and any(part == "verified" for _, part in header.columns),
        width=header.width,
    )


def _submissions(rows: Rows, header: Header) -> pd.DataFrame:
    """Return who answers in every row, as texts."""
    columns: dict[str, object] = {}
    for name, names in FIELDS_OF.items():
        field = header.first(names)
        if field:
            texts, codes = rows.column(header.fields[field])
            columns[name] = texts[codes]
        else:
            columns[name] = ""
    table = pd.DataFrame(columns, index=range(len(rows.numbers)), dtype=object)
    return table.assign(row=rows.numbers, ragged=rows.ragged)
