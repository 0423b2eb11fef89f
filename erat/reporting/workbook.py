"""A workbook of a province's raw values, each with publisher, table and year."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from erat.reporting.sources import quality
from erat.reporting.view import View

EPOCH = datetime(1980, 1, 1)  # noqa: DTZ001  (a zip archive knows no time zones)
"""The one date in a workbook, so that the same values give the same bytes."""

WIDTHS = {"value": 14, "text": 26}


def write_workbook(view: View, unit: str, path: Path) -> None:
    """Write every value of a province and of its regencies to an Excel workbook.

    Texts are written as texts: nothing in a cell is ever a formula.
    """
    tr = view.lang.tr
    cells, regencies = view.cells, view.results.table("regencies")
    book = Workbook()
    book.remove(book.worksheets[0])
    _fill(book.create_sheet(tr("Province")), view, cells[cells["unit"] == unit], view.names)
    inside = regencies[regencies["parent"] == unit]
    names = dict(zip(inside["unit"], inside["name"], strict=True))
    _fill(book.create_sheet(tr("Regencies")), view, inside, names)
    book.properties.creator = "e-RAT"
    book.properties.created = book.properties.modified = EPOCH
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_settled(book))


def _fill(sheet: Worksheet, view: View, cells: pd.DataFrame, names: dict[str, str]) -> None:
    tr = view.lang.tr
    header = [
        tr("Code"),
        tr("Name"),
        tr("Series"),
        tr("Year"),
        tr("Period"),
        tr("Value"),
        tr("Unit"),
        tr("Base"),
        tr("Publisher"),
        tr("Publication"),
        tr("Table"),
        tr("Quality"),
    ]
    sheet.append(header)
    for _, row in cells.sort_values(["indicator", "unit", "year"]).iterrows():
        code = str(row["indicator"])
        texts = [row["unit"], names[str(row["unit"])], view.label(code)]
        after = [view.unit(code), row["base"], row["publisher"], row["publication"], row["table"]]
        numbers = [int(row["year"]), row["period"], float(row["value"])]
        sheet.append([*texts, *numbers, *after, quality(view, row)])
    _look(sheet, len(header))


def _look(sheet: Worksheet, columns: int) -> None:
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell, Cell) and isinstance(cell.value, str):
                cell.data_type = "s"  # a text that begins with "=" stays a text
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for number in range(1, columns + 1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS["text"]
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _settled(book: Workbook) -> bytes:
    """Save a workbook with every date in it set to one, so that its bytes do not change."""
    saved, settled = io.BytesIO(), io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/core.xml":
                data = _without_modified(data)
            new.writestr(zipfile.ZipInfo(name, EPOCH.timetuple()[:6]), data, zipfile.ZIP_DEFLATED)
    return settled.getvalue()


def _without_modified(core: bytes) -> bytes:
    """Set the date that openpyxl stamps when it saves."""
    start, end = core.index(b"<dcterms:modified"), core.index(b"</dcterms:modified>")
    opening = core[start : core.index(b">", start) + 1]
    return core[:start] + opening + EPOCH.strftime("%Y-%m-%dT00:00:00Z").encode() + core[end:]
