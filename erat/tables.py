"""Tables of text: reading a CSV file strictly, and telling a number from what looks like one."""

from __future__ import annotations

import csv
import math
import re
from pathlib import Path

import pandas as pd

from erat.errors import InputError, Problem, listing

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
"""A number with a decimal point; no thousands separators, no decimal comma."""

MISSING = frozenset({"", "NA"})
"""Cells that stand for a missing value."""


def parse_number(cell: str) -> float | None:
    """Read a number; a missing cell is ``nan``, anything else that is not a finite number ``None``.

    Examples
    --------
    >>> parse_number("70.5"), parse_number("70,5"), parse_number("inf")
    (70.5, None, None)
    """
    if cell in MISSING:
        return math.nan
    value = float(cell) if NUMBER.fullmatch(cell) else math.inf
    return value if math.isfinite(value) else None


def read_text_table(path: Path, error: type[InputError]) -> pd.DataFrame:
    """Read a CSV file (UTF-8, comma, a header) as text, cell by cell.

    Raises
    ------
    InputError
        Of the given class: if the file cannot be read, is empty, or a row has too many or too few
        cells.
    """
    name = path.name
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = [row for row in csv.reader(file, strict=True) if row]
    except FileNotFoundError:
        raise error([Problem(str(path), "no such file", "a CSV file", "check the path")]) from None
    except OSError as cause:
        raise error([Problem(str(path), str(cause.strerror), "a CSV file", "check it")]) from None
    except UnicodeDecodeError as cause:
        found = f"bytes that are not UTF-8 at position {cause.start}"
        raise error([Problem(name, found, "UTF-8", "save the file as CSV UTF-8")]) from None
    except csv.Error as cause:
        raise error([Problem(name, str(cause), "CSV", "save the file as CSV UTF-8")]) from None
    if len(lines) < 2:
        found = "an empty file" if not lines else "a header and no row"
        raise error([Problem(name, found, "a header and rows", "check that it is the right file")])
    _refuse_bad_shape(name, lines, error)
    return pd.DataFrame(lines[1:], columns=lines[0], dtype=object)


def _refuse_bad_shape(name: str, lines: list[list[str]], error: type[InputError]) -> None:
    header = lines[0]
    problems = [
        Problem(name, f"{len(row)} cells", f"{len(header)} cells", "check commas and quotes", i)
        for i, row in enumerate(lines[1:], start=2)
        if len(row) != len(header)
    ]
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice:
        problems.append(
            Problem(name, f"columns twice: {listing(twice)}", "each column once", "rename one", 1)
        )
    if problems:
        raise error(problems)
