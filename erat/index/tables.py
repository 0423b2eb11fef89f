"""Tables that users give: reading a CSV file as text, and telling numbers from what looks like one.

Unlike in raw tables, a byte order mark, blanks around a cell, blank rows and columns without a name
are passed over in silence.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from erat.errors import InputError, Problem, listing, nearest
from erat.index.cell_problems import (
    THOUSANDS,
    Fault,
    Finding,
    blank_fault,
    finding,
    grouped,
    number_fault,
)

NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
"""A number with a decimal point; no thousands separators, no decimal comma."""

MISSING = frozenset({"", "NA"})
"""Cells that stand for a missing value."""

LINE = "line"
"""Name of an index that holds the lines of a file, counted as a text editor does."""

LARGEST = 1e150
"""Numbers beyond it are refused, so that no sum of squares overflows."""

_OF_COMMAS = frozenset({"decimal comma", "thousands points"})
"""Causes that show that points of their column part thousands."""

_SAVE = "save the file as CSV in UTF-8 without BOM"
_TOO_LARGE = Fault("too large", f"a number up to {LARGEST:g}", "give it in a larger unit")


def parse_number(cell: str) -> float | None:
    """Read a number; a missing cell is ``nan``, anything else that is no finite number ``None``.

    Examples
    --------
    >>> parse_number("70.5"), parse_number("70,5"), parse_number("inf")
    (70.5, None, None)
    """
    if cell in MISSING:
        return math.nan
    value = float(cell) if NUMBER.fullmatch(cell) else math.inf
    return value if abs(value) <= LARGEST else None


class PointNumber(str):
    """A number whose point is known to part decimals: a program stored it, or the call says so."""

    __slots__ = ()


def numbers(cells: pd.Series, where: str, findings: list[Finding]) -> np.ndarray:
    """Read a column of texts as floats, missing as nan; what is no number is added to findings,
    and so is every point that parts thousands.
    """
    parsed = [parse_number(cell) for cell in cells]
    commas = False
    for line, cell, value in zip(cells.index, cells, parsed, strict=True):
        if value is None:
            fault = _TOO_LARGE if NUMBER.fullmatch(cell) else number_fault(cell) or _TOO_LARGE
            findings.append(_of_cell(where, fault, cell, line, cells))
            commas = commas or fault.cause in _OF_COMMAS
    if commas or thousands(cells) == "surely":
        points = cells[[bool(THOUSANDS.fullmatch(cell)) for cell in cells]]
        for line, cell in points.items():
            findings.append(_of_cell(where, _with_thousands(cell), cell, line, cells))
    return np.array([math.nan if value is None else value for value in parsed], dtype=float)


def _with_thousands(cell: str) -> Fault:
    plain = cell.replace(".", "")
    remedy = (
        f"write {plain}, or read the file with --decimal comma; with --decimal point it is {cell}"
    )
    expected = "no points between thousands: other numbers of the column are whole, or have commas"
    return Fault("points between thousands", expected, remedy)


def thousands(cells: Iterable[str]) -> str:
    """Say whether the points in a column part thousands: ``surely``, ``perhaps``, or not (empty).

    They may where every number with a point has three digits behind it, and every other is below
    1000. They do where whole numbers stand beside one that ends in 0, which no decimal would keep.

    Examples
    --------
    >>> thousands(["987", "1.234", "3.724", "845", "5.320"]), thousands(["1.234", "3.724"])
    ('surely', 'perhaps')
    >>> thousands(["1.234", "3.7"]), thousands(["0.123", "1.234"]), thousands(["5320", "1.234"])
    ('', '', '')
    """
    points, wholes = [], False
    for cell in cells:
        if cell in MISSING or not NUMBER.fullmatch(cell):
            continue
        if "." in cell:
            if isinstance(cell, PointNumber) or not THOUSANDS.fullmatch(cell):
                return ""
            points.append(cell)
        elif len(cell.lstrip("+-")) > 3:
            return ""
        else:
            wholes = wholes or cell.strip("+-0") != ""
    if not points:
        return ""
    return "surely" if wholes and any(cell.endswith("0") for cell in points) else "perhaps"


def unseen(cells: pd.Series, where: str) -> list[Finding]:
    """Find codes with line breaks, control characters or other things that cannot be seen."""
    faults = [(line, cell, blank_fault(cell)) for line, cell in cells.items()]
    return [_of_cell(where, fault, cell, line, cells) for line, cell, fault in faults if fault]


def _of_cell(where: str, fault: Fault, cell: str, line: object, cells: pd.Series) -> Finding:
    cause, expected, remedy = fault
    column = str(cells.name)
    return finding(where, cause, repr(cell), expected, remedy, row=int(str(line)), column=column)


def cell_findings(
    cells: pd.Series, where: str, found: str, cause: str, expected: str, remedy: str
) -> list[Finding]:
    """Find the same fault with every one of some cells of a column, indexed by line."""
    column = str(cells.name)
    return [
        finding(where, cause, found.format(cell), expected, remedy, row=int(line), column=column)
        for line, cell in cells.items()
    ]


def absent_columns(text: pd.DataFrame, names: Iterable[str], where: str) -> list[Problem]:
    """Say which columns are not there, and what was probably meant."""
    return [
        Problem(where, "no such column", f"a column {name!r}", nearest(name, map(str, text)), 1)
        for name in names
        if name not in text
    ]


def as_text(table: pd.DataFrame) -> pd.DataFrame:
    """Turn any table into texts, missing as empty; number the rows as lines below a header."""
    text = table.astype(object).where(table.notna(), "").map(_as_text)
    if text.index.name != LINE:
        text.index = pd.RangeIndex(2, len(text) + 2, name=LINE)
    return text


def _as_text(cell: object) -> str:
    if isinstance(cell, (int, float, np.number)):
        return PointNumber(cell)
    return cell if isinstance(cell, PointNumber) else str(cell).strip()


def read_text_table(path: Path, error: type[InputError]) -> pd.DataFrame:
    """Read a CSV file (UTF-8, comma, a header) as stripped texts, indexed by line (:data:`LINE`).

    Raises ``error`` if it cannot be read, is empty, or a row has too many or too few cells.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise error([Problem(str(path), "no such file", "a CSV file", "check the path")]) from None
    except (OSError, ValueError) as cause:  # a name with a NUL is no name
        found = str(getattr(cause, "strerror", cause))
        raise error([Problem(str(path), found, "a CSV file", "check it")]) from None
    name = path.name
    text, findings = decode(data, name)
    findings = [item for item in findings if item.cause != "bom"]
    lines, rows = rows_of(text, name, findings)
    filled = [(n, [c.strip() for c in row]) for n, row in zip(lines, rows, strict=True)]
    filled = [(line, row) for line, row in filled if any(row)]
    if not findings and len(filled) < 2:
        found = "an empty file" if not filled else "a header and no row"
        raise error([Problem(name, found, "a header and rows", "check that it is the right file")])
    header = filled[0][1] if filled else []
    findings += _header_findings(header, name)
    for line, row in filled[1:]:
        fits(row, header, line, name, findings)
    if findings:
        raise error(grouped(findings))
    index = pd.Index([line for line, _ in filled[1:]], name=LINE)
    table = pd.DataFrame([row for _, row in filled[1:]], columns=header, index=index, dtype=object)
    return table.loc[:, [bool(column) for column in header]]


def _header_findings(header: list[str], name: str) -> list[Finding]:
    if len(header) == 1 and (parted := re.search("[;\t|]", header[0])):
        found = f"cells parted by {parted.group()!r}"
        remedy = "save the file as CSV with commas, and with points in numbers"
        return [finding(name, "header", found, "cells parted by commas", remedy, row=1)]
    twice = sorted({column for column in header if column and header.count(column) > 1})
    if twice:
        found = f"columns twice: {listing(twice)}"
        return [finding(name, "header", found, "each column once", "rename one", row=1)]
    return []


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


def rows_of(text: str, where: str, findings: list[Finding]) -> tuple[list[int], list[list[str]]]:
    """Split a text into rows of cells; the first list holds the line that each row begins in."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[int] = []
    rows: list[list[str]] = []
    last = 0
    try:
        for row in reader:
            lines.append(last + 1)
            rows.append(row)
            last = reader.line_num
    except csv.Error as error:
        remedy = "correct the quotation marks or line ends there; what follows was not read"
        expected = "cells parted by commas, quoted where needed"
        findings.append(finding(where, "csv", error, expected, remedy, row=last + 1))
    return lines, rows


def fits(row: list[str], header: list[str], line: int, where: str, out: list[Finding]) -> bool:
    """Say whether a row has as many cells as the header, and if not what is wrong with it."""
    if len(row) == len(header):
        return True
    few = len(row) < len(header)
    found = f"{len(row)} cells" if row else "an empty line"
    remedy = (
        "a cell is missing: add its comma, or remove the line"
        if few
        else "put a text with commas into quotation marks; use a point, not a comma, for decimals"
    )
    out.append(finding(where, f"cells {few}", found, f"{len(header)} cells", remedy, row=line))
    return False
