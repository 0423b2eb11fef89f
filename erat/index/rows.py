"""Rows of cells from anybody's file: CSV as programs and countries write it, or a workbook."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Literal

from openpyxl.utils.datetime import from_excel

from erat.errors import Problem, listing, nearest
from erat.index.cell_problems import THOUSANDS, Finding, finding
from erat.index.display import counted
from erat.index.xlsx import FORMULA, SheetInfo, SheetRow, UnreadableError, XlsxFile

Rows = tuple[list[int], list[list[str]]]
"""The line (or row of a sheet) that each row begins in, and the rows."""
SEPARATORS = ";\t,"
LOOKED_AT = 20_000
"""Characters from which the separator is told."""
MOST_FIELD = 5_000_000
"""Characters of one cell."""
_SAVE = "save the file as CSV in UTF-8 without BOM"
_AS_XLSX = "save the table as xlsx or CSV"
_DECIMAL_COMMA = re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(\.[0-9]{3})+),[0-9]+")
_THOUSANDS_COMMA = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
_THOUSANDS_POINTS = re.compile(r"[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+")
_DECIMAL_POINT = re.compile(r"[+-]?[0-9]*\.[0-9]+")
_UTF8 = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")

OTHER_KINDS = {
    b"\xd0\xcf\x11\xe0": ("an old workbook (xls), or one with a password", _AS_XLSX),
    b"%PDF": ("a PDF", _AS_XLSX),
    b"<": ("a web page or XML", "open it in a spreadsheet, and save the table as xlsx or CSV"),
}
"""First bytes of files that hold no table that can be read, what they are, and what to do."""
_BOOKS = {
    "too large": ("a workbook that is too large ({detail})", "save the sheet as CSV"),
    "encrypted": ("a workbook with a password", "take the password away, and save it again"),
    "macros": ("a workbook with macros", "save it as xlsx; macros are never run"),
    "external links": (
        "a workbook with links to other files",
        "break the links, and save it again",
    ),
    "other zip": ("an archive or document of another kind ({detail})", _AS_XLSX),
    "too many rows": ("more than {detail} rows", "save the sheet as CSV"),
    "too many columns": ("more than {detail} columns", "delete the empty columns"),
}
"""Why a workbook cannot be read, and what to do; any other cause is damage."""
_DAMAGED = ("a damaged workbook", "open it in a spreadsheet, and save it again")


class PointNumber(str):
    """A number whose point is known to part decimals: a program stored it, or the call says so."""

    __slots__ = ()


@dataclass(frozen=True)
class TableForm:
    """How a table of somebody is laid out, where that is not to be told from the file: the name or
    number (from 1) of a workbook's sheet (else the first in sight), the rows above the header to
    ``skip``, whether numbers have a decimal ``point`` or ``comma``, the name of the units' column.
    """

    sheet: str = ""
    skip: int = 0
    decimal: Literal["", "point", "comma"] = ""
    unit: str = ""


def read_rows(path: Path, form: TableForm, findings: list[Finding], notes: list[Problem]) -> Rows:
    """Read a file as rows of cells without blanks around them; what is wrong goes to ``findings``.

    Raises OSError if it cannot be read.
    """
    data, name = path.read_bytes(), path.name
    for start, (found, remedy) in OTHER_KINDS.items():
        if data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(start):
            findings.append(finding(name, "kind", found, "a table (CSV or xlsx)", remedy))
            return [], []
    separator = ""
    if data.startswith(b"PK"):
        lines, rows = _sheet_rows(path, form.sheet, findings, notes)
    else:
        if form.sheet:
            remedy = "leave --sheet out, or give the workbook"
            findings.append(finding(name, "sheet", "a text file", "a workbook", remedy))
        text, faults = text_of(data, name, notes)
        findings += faults
        separator = separator_of(text)
        lines, rows = rows_of(text, name, findings, separator)
        rows = [[cell.strip() for cell in row] for row in rows]
    kept = [i for i, row in enumerate(rows) if lines[i] > form.skip and any(row)]
    lines, rows = [lines[i] for i in kept], [rows[i] for i in kept]
    rows = with_points(rows, separator, form.decimal)
    if form.decimal == "comma":
        findings += points_left(lines, rows, name)
    return lines, rows


def points_left(lines: list[int], rows: list[list[str]], name: str) -> Iterator[Finding]:
    """Name decimal points in columns that have decimal commas."""
    expected, remedy = "a decimal comma, as others of the column have", "correct the cell"
    for cells in zip_longest(*rows, fillvalue=""):
        if any(isinstance(cell, PointNumber) for cell in cells):
            for line, cell in zip(lines, cells, strict=True):
                if type(cell) is str and _DECIMAL_POINT.fullmatch(cell):
                    yield finding(name, "decimal", repr(cell), expected, remedy, row=line)


def text_of(data: bytes, name: str, notes: list[Problem]) -> tuple[str, list[Finding]]:
    """Decode anybody's file: UTF-8, UTF-16, or as Windows writes (Latin-1 and more), which is noted.

    Digits are the same in all, and so is every name without accents: nothing but an accented letter
    can come out wrong. A text that is UTF-8 in some places is damaged: that is returned as wrong.
    """
    text, faults = decode(data, name)
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16"), []
        faults = [item for item in faults if item.cause != "bom"]
        if [item.cause for item in faults] != ["encoding"] or _UTF8.search(data):
            return text, faults
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return text, faults
    remedy = "look at names with accents; to be sure, save the file as CSV UTF-8"
    row, found = faults[0].problem.row, "text in Latin-1 (Windows), read as such"
    notes.append(Problem(name, found, "text in UTF-8", remedy, row))
    return text, []


def _sheet_rows(path: Path, wanted: str, findings: list[Finding], notes: list[Problem]) -> Rows:
    """Read a sheet of a workbook; numbers are marked as such, dates are written as dates."""
    name = path.name
    try:
        with XlsxFile.open(path) as book:
            sheet = _sheet(book, wanted, name, findings, notes)
            if sheet is None:
                return [], []
            read = list(book.rows(sheet))
            dates = book.date_styles
    except UnreadableError as error:
        found, remedy = (
            text.format(cause=error.cause, detail=error.detail)
            for text in _BOOKS.get(error.cause, _DAMAGED)
        )
        expected = "a workbook (xlsx) or CSV file that can be read"
        findings.append(finding(name, error.cause, found, expected, remedy))
        return [], []
    width = max((max(row.cells) + 1 for row in read), default=0)
    rows = [[_cell(row, i, dates) for i in range(width)] for row in read]
    for row, cells in zip(read, rows, strict=True):
        if formula := next((cell for cell in cells if cell.startswith(FORMULA)), ""):
            remedy = "copy the table, paste it as values, and save; formulas are not evaluated"
            found = f"a formula, {formula[1:41]!r}"
            findings.append(finding(name, "formula", found, "values", remedy, row=row.number))
    if hidden := [row.number for row in read if row.hidden]:
        found = f"hidden rows, which are read: {listing(hidden)}"
        notes.append(Problem(name, found, "rows in sight", "delete them if they are not meant"))
    return [row.number for row in read], rows


def _cell(row: SheetRow, column: int, dates: frozenset[str]) -> str:
    text = row.cells.get(column, "").strip()
    if column not in row.styles:
        return text
    if row.styles[column] in dates:
        try:
            return str(from_excel(float(text))).removesuffix(" 00:00:00")
        except (ValueError, OverflowError):
            return text
    return PointNumber(text)


def _sheet(
    book: XlsxFile, wanted: str, name: str, findings: list[Finding], notes: list[Problem]
) -> SheetInfo | None:
    sheets = book.sheets
    names = [sheet.name for sheet in sheets]
    if not wanted:
        sheet = next((one for one in sheets if one.state == "visible"), sheets[0])
        if others := [repr(one.name) for one in sheets if one is not sheet]:
            found = f"several sheets; {sheet.name!r} is read, not {listing(others)}"
            remedy = (
                "nothing if that is the right one; else put it first, or name it: --sheet or "
                "--framework-sheet"
            )
            notes.append(Problem(name, found, "one sheet", remedy))
        return sheet
    for sheet in sheets:
        if sheet.name == wanted:
            return sheet
    if wanted.isdecimal() and 0 < int(wanted) <= len(sheets):
        return sheets[int(wanted) - 1]
    findings.append(finding(name, "sheet", f"no sheet {wanted!r}", "a sheet of the workbook",
                            nearest(wanted, names)))  # fmt: skip
    return None


def separator_of(text: str) -> str:
    """Tell by which of ``;``, tab and ``,`` most of the first lines are parted in the same way.

    Examples
    --------
    >>> separator_of("unit;x\\na;1,5\\nb;2,5\\n"), separator_of("unit,x\\na,1;2\\n")
    (';', ',')
    """
    lines = re.sub('"[^"]*("|$)', "", text[:LOOKED_AT]).splitlines()[:-1] or [text[:LOOKED_AT]]
    lines = [line for line in lines if line.strip()][:50]

    def agreeing(separator: str) -> tuple[int, int]:
        counts = Counter(line.count(separator) for line in lines if separator in line)
        return max(((lines, count) for count, lines in counts.items()), default=(0, 0))

    best = max(SEPARATORS, key=agreeing)
    return best if agreeing(best)[0] else ","


def with_points(
    rows: Sequence[list[str]], separator: str, decimal: Literal["", "point", "comma"] = ""
) -> list[list[str]]:
    """Write numbers with a decimal point and without other points, where that is no guess.

    ``decimal`` says how they are written. Else they have a decimal comma where cells are parted by
    semicolons or tabs, some number has a comma that parts no thousands, and none has a decimal
    point. Numbers such as 3,724 alone become 3.724 between semicolons, which programs write where
    the comma is decimal; whether the points so made part thousands is left to the reader of numbers.

    Examples
    --------
    >>> with_points([["a", "1.234", "70,5"]], ";"), with_points([["a", "1.234", "70,5"]], ",")
    ([['a', '1234', '70.5']], [['a', '1.234', '70,5']])
    """
    if decimal == "point":
        return [[_marked(cell) for cell in row] for row in rows]
    if not decimal and separator not in (";", "\t"):
        return list(rows)
    texts = [t for row in rows for t in row if type(t) is str and ("," in t or "." in t)]
    points = any(_DECIMAL_POINT.fullmatch(t) and not THOUSANDS.fullmatch(t) for t in texts)
    commas = [text for text in texts if _DECIMAL_COMMA.fullmatch(text)]
    if decimal or (not points and not all(map(_THOUSANDS_COMMA.fullmatch, commas))):
        return [[_with_point(cell) for cell in row] for row in rows]
    if separator == ";" and not points:
        return [[_with_comma_as_point(cell) for cell in row] for row in rows]
    return list(rows)


def _marked(cell: str) -> str:
    return PointNumber(cell) if _DECIMAL_POINT.fullmatch(cell) else cell


def _with_comma_as_point(cell: str) -> str:
    return cell.replace(",", ".") if _THOUSANDS_COMMA.fullmatch(cell) else cell


def _with_point(cell: str) -> str:
    if type(cell) is not str:
        return cell
    if _DECIMAL_COMMA.fullmatch(cell) or _THOUSANDS_POINTS.fullmatch(cell):
        return PointNumber(cell.replace(".", "").replace(",", "."))
    return cell


def decode(data: bytes, where: str) -> tuple[str, list[Finding]]:
    """Decode the bytes; what is not plain UTF-8 is said, and read as well as can be."""
    findings: list[Finding] = []

    def say(cause: str, found: str, expected: str, remedy: str, row: int | None = None) -> None:
        findings.append(finding(where, cause, found, expected, remedy, row=row))

    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        say("encoding", "text in UTF-16", "text in UTF-8", _SAVE)
        return data.decode("utf-16", errors="replace"), findings
    if data.startswith(b"\xef\xbb\xbf"):
        say("bom", "a byte order mark (BOM) at the start", "the header at once", _SAVE, 1)
        data = data[3:]
    if b"\x00" in data:
        row = data[: data.index(b"\x00")].count(b"\n") + 1
        say("nul", "a NUL byte", "text in UTF-8", "the file is damaged: restore it", row)
        data = data.replace(b"\x00", b"")
    try:
        return data.decode("utf-8"), findings
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        found = f"the byte 0x{data[error.start]:02x}, which is not UTF-8 (Latin-1, perhaps)"
        say("encoding", found, "text in UTF-8", _SAVE, row)
        return data.decode("latin-1"), findings


def rows_of(text: str, where: str, findings: list[Finding], separator: str = ",") -> Rows:
    """Split a text into rows of cells; the first list holds the line that each row begins in."""
    lines, rows = list[int](), list[list[str]]()
    if '"' not in text and len(text) <= MOST_FIELD:  # every row is one line
        csv.field_size_limit(MOST_FIELD)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
        return list(range(1, len(rows) + 1)), rows
    try:
        for line, row in csv_rows(text, separator):
            lines.append(line)
            rows.append(row)
    except UnreadableError as error:
        remedy = "correct the quotation marks or line ends there; what follows was not read"
        expected, line = "cells separated by commas, quoted where needed", int(error.detail)
        findings.append(finding(where, "csv", error.__cause__, expected, remedy, row=line))
    return lines, rows


def csv_rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Give the rows of a text, each with the line that it begins in; UnreadableError names the line
    of the one whose quotation marks or line ends do not fit.
    """
    csv.field_size_limit(MOST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for row in reader:
            yield begins, row
            begins = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableError("csv", str(begins)) from error


def fits(row: list[str], header: list[str], line: int, where: str, out: list[Finding]) -> bool:
    """Say whether a row has as many cells as the header, and if not what is wrong with it."""
    if len(row) == len(header):
        return True
    few, expected = len(row) < len(header), counted(len(header), "cell")
    found = counted(len(row), "cell") if row else "an empty line"
    remedy = "put a text with commas into quotation marks; use a point, not a comma, for decimals"
    remedy = "a cell is missing: add its comma, or remove the line" if few else remedy
    out.append(finding(where, f"cells {few}", found, expected, remedy, row=line))
    return False
