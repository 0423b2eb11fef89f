"""Workbooks (xlsx): tables that a spreadsheet opens ready to read, and never executes.

A text stays a text whatever it begins with, there are no formulas, and equal tables give equal
bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, WriteOnlyCell
from openpyxl.styles import DEFAULT_FONT, Alignment, Font
from openpyxl.utils import get_column_letter

from erat.errors import DataError, Problem
from erat.files import write_whole
from erat.index.cell_problems import EXECUTED

EPOCH = datetime(1980, 1, 1)  # noqa: DTZ001  (a zip archive knows no time zones)
"""The one date in a workbook, so that the same values give the same bytes."""
MODIFIED = rb"\g<1>" + EPOCH.strftime("%Y-%m-%dT00:00:00Z").encode()
"""What stands instead of the date that openpyxl stamps when it saves."""
MOST_ROWS, MOST_COLUMNS, MOST_CHARACTERS = 1_048_576, 16_384, 32_767
NARROWEST, WIDEST, SAMPLE = 8, 48, 200
"""Widths of columns in characters, and how many rows are measured for them."""
HEAD = Font(name=DEFAULT_FONT.name, size=DEFAULT_FONT.sz, bold=True)
"""Of headers; without a name and a size every office program takes another."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: a table (without its index) below a header that stays in sight.

    A title has up to 31 characters. ``formats`` are number formats by column (``0.00``).
    """

    title: str
    table: pd.DataFrame
    formats: Mapping[str, str] = field(default_factory=dict)


def write_workbook(sheets: Sequence[Sheet], path: Path) -> None:
    """Write a workbook, whole or not at all; DataError if a table is larger than a sheet can hold."""
    for sheet in sheets:
        rows, columns = len(sheet.table) + 1, sheet.table.shape[1]
        if rows > MOST_ROWS or columns > MOST_COLUMNS:
            found = f"{rows} rows and {columns} columns for the sheet {sheet.title!r}"
            expected = f"{MOST_ROWS} rows and {MOST_COLUMNS} columns at most"
            remedy = "take the CSV files; they have no such limit"
            raise DataError([Problem("workbook", found, expected, remedy)])
    book = Workbook(write_only=True)
    for sheet in sheets:
        _fill(book.create_sheet(sheet.title), sheet)
    write_whole(path, settled(book))


def _fill(page: Any, sheet: Sheet) -> None:
    names = [str(column) for column in sheet.table]
    columns = [list(sheet.table.iloc[:, j]) for j in range(len(names))]
    for number, (name, values) in enumerate(zip(names, columns, strict=True), start=1):
        page.column_dimensions[get_column_letter(number)].width = _width(name, values)
    page.freeze_panes = "A2"
    page.auto_filter.ref = f"A1:{get_column_letter(max(len(names), 1))}{len(sheet.table) + 1}"
    header = [_cell(page, name, "General") for name in names]
    for cell in header:
        cell.font = HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    page.append(header)
    formats = [sheet.formats.get(name, "General") for name in names]
    for row in zip(*columns, strict=True):
        page.append([_cell(page, value, shape) for value, shape in zip(row, formats, strict=True)])


def _cell(page: Any, value: Any, shape: str) -> Cell:
    """Make a cell: a number, True or False, a text that is never executed, or nothing."""
    value = plain(value)
    cell = WriteOnlyCell(page, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # a text that begins with "=" stays a text
        cell.quotePrefix = value.startswith(EXECUTED)  # and also once somebody has edited it
    elif value is not None and not isinstance(value, bool):
        cell.number_format = shape
    return cell


def plain(value: Any) -> str | float | int | bool | None:
    """Return what a cell can hold of a value.

    Examples
    --------
    >>> plain(pd.NA), plain(float("nan")), plain(np.int64(3)), plain(float("inf")), plain("")
    (None, None, 3, 'inf', None)
    """
    if value is None or value is pd.NA or value is pd.NaT or value == "":
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return None if np.isnan(value) else float(value) if np.isfinite(value) else str(value)
    return ILLEGAL_CHARACTERS_RE.sub("\ufffd", str(value))[:MOST_CHARACTERS]


def _width(name: str, values: Sequence[Any]) -> float:
    lengths = [len(value) for value in values[:SAMPLE] if isinstance(value, str)]
    longest_word = max(map(len, name.split()), default=0)
    return float(min(max(NARROWEST, longest_word, *lengths, 0) + 2, WIDEST))


def settled(book: Workbook) -> bytes:
    """Save a workbook with every date in it set to one, so that its bytes do not change."""
    book.properties.creator = "e-RAT"
    book.properties.created = book.properties.modified = EPOCH
    saved, again = io.BytesIO(), io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", MODIFIED, data)
            new.writestr(zipfile.ZipInfo(name, EPOCH.timetuple()[:6]), data, zipfile.ZIP_DEFLATED)
    return again.getvalue()
