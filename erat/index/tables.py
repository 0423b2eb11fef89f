"""Tables that users give: reading a CSV file as text, and telling numbers from what looks like one.

What is wrong is worded as it is for the raw tables. Unlike there, a byte order mark, blanks around
a cell, blank rows and columns without a name are passed over in silence.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pandas as pd

from erat.errors import InputError, Problem, listing
from erat.index.cell_faults import Fault, blank_fault, number_fault
from erat.index.faults import Finding, finding, grouped
from erat.index.text_tables import decode, fits, rows_of

NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
"""A number with a decimal point; no thousands separators, no decimal comma."""

MISSING = frozenset({"", "NA"})
"""Cells that stand for a missing value."""

LINE = "line"
"""Name of an index that holds the lines of a file, counted as a text editor does."""

LARGEST = 1e150
"""Numbers beyond it are refused, so that no sum of squares overflows."""

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


def numbers(cells: pd.Series, where: str, findings: list[Finding]) -> np.ndarray:
    """Read a column of texts as floats, missing as nan; what is no number is added to findings."""
    parsed = [parse_number(cell) for cell in cells]
    for line, cell, value in zip(cells.index, cells, parsed, strict=True):
        if value is None:
            fault = _TOO_LARGE if NUMBER.fullmatch(cell) else number_fault(cell) or _TOO_LARGE
            findings.append(_of_cell(where, fault, cell, line, cells))
    return np.array([math.nan if value is None else value for value in parsed], dtype=float)


def unseen(cells: pd.Series, where: str) -> list[Finding]:
    """Find codes with line breaks, control characters or other things that cannot be seen."""
    faults = [(line, cell, blank_fault(cell)) for line, cell in cells.items()]
    return [_of_cell(where, fault, cell, line, cells) for line, cell, fault in faults if fault]


def _of_cell(where: str, fault: Fault, cell: str, line: object, cells: pd.Series) -> Finding:
    cause, expected, remedy = fault
    column = str(cells.name)
    return finding(where, cause, repr(cell), expected, remedy, row=int(str(line)), column=column)


def as_text(table: pd.DataFrame) -> pd.DataFrame:
    """Turn any table into texts, missing as empty; number the rows as lines below a header."""
    text = table.astype(object).where(table.notna(), "").map(lambda cell: str(cell).strip())
    if text.index.name != LINE:
        text.index = pd.RangeIndex(2, len(text) + 2, name=LINE)
    return text


def read_text_table(path: Path, error: type[InputError]) -> pd.DataFrame:
    """Read a CSV file (UTF-8, comma, a header) as text, cell by cell.

    Returns
    -------
    DataFrame
        Texts without blanks around them; the index (:data:`LINE`) is the line of the file.

    Raises
    ------
    InputError
        Of the given class: if the file cannot be read, is empty, or a row has too many or too few
        cells.
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
