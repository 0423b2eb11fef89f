"""Tables that users give: reading a file as texts, and telling numbers from what looks like one.

Unlike in raw tables, a byte order mark, blanks around a cell, blank rows and columns without a name
are passed over in silence.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from textwrap import shorten

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
from erat.index.rows import (
    LOOKED_AT,
    OTHER_KINDS,
    PointNumber,
    Rows,
    TableForm,
    fits,
    read_rows,
    separator_of,
)

NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
"""A number with a decimal point; no thousands separators, no decimal comma."""
MISSING = frozenset({"", "NA"})
"""Cells that stand for a missing value."""
_CELL = re.compile(rf"({NUMBER.pattern})|NA|")
LINE = "line"
"""Name of an index that holds the lines of a file, counted as a text editor does."""
LARGEST = 1e150
"""Numbers beyond it are refused, so that no sum of squares overflows."""
_OF_COMMAS = frozenset({"decimal comma", "thousands points"})
"""Causes that show that points of their column part thousands."""
MOST_TITLES = 20
"""Rows in which a header is looked for."""
ANY_FORM = TableForm()
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
    """Read a column of texts, or of numbers, as floats, missing as nan; what is no number is added
    to findings, and so is every point that parts thousands.
    """
    if cells.dtype.kind in "fiu":
        values: np.ndarray = cells.to_numpy(dtype=float)
        if not (np.abs(values) > LARGEST).any():
            return values
        cells = as_text(cells.to_frame())[cells.name]
    if all(map(_CELL.fullmatch, cells)):
        values = np.array([float(cell) if cell not in MISSING else math.nan for cell in cells])
        if not (np.abs(values) > LARGEST).any() and thousands(cells) != "surely":
            return values
    parsed = [parse_number(cell) for cell in cells]
    commas = False
    for line, cell, value in zip(cells.index, cells, parsed, strict=True):
        if value is None:
            fault = _TOO_LARGE if NUMBER.fullmatch(cell) else number_fault(cell) or _TOO_LARGE
            if fault.cause in _OF_COMMAS:
                commas, remedy = True, f"{fault.remedy}, or read the file with --decimal comma"
                fault = fault._replace(remedy=remedy)
            findings.append(_of_cell(where, fault, cell, line, cells))
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


def thousands(cells: pd.Series | Sequence[str]) -> str:
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
    for cell in () if isinstance(cells, pd.Series) and cells.dtype.kind in "fiu" else cells:
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


def as_text(table: pd.DataFrame, codes: Collection[str] = ()) -> pd.DataFrame:
    """Turn any table into texts, missing as empty; number the rows as lines below a header.

    Columns in ``codes`` stay as they are if they hold plain numbers.
    """
    of_numbers = {np.dtype(float), np.dtype(int)}
    kept = [name for name, dtype in table.dtypes.items() if name in codes and dtype in of_numbers]
    rest = table.drop(columns=kept)
    text = rest.astype(object).where(rest.notna(), "").map(_as_text)
    text = pd.concat([text, table[kept]], axis=1)[list(table)] if kept else text
    if text.index.name != LINE:
        text.index = pd.RangeIndex(2, len(text) + 2, name=LINE)
    return text


def _as_text(cell: object) -> str:
    if isinstance(cell, (int, float, np.number)):
        return PointNumber(cell)
    return cell if isinstance(cell, PointNumber) else str(cell).strip()


def read_cells(
    path: Path,
    error: type[InputError],
    form: TableForm,
    findings: list[Finding],
    notes: list[Problem],
) -> Rows:
    """Read the rows of a file as :func:`erat.index.rows.read_rows` does; ``error`` if it cannot be."""
    expected = "a table (CSV or xlsx)"
    try:
        return read_rows(path, form, findings, notes)
    except FileNotFoundError:
        raise error([Problem(str(path), "no such file", expected, "check the path")]) from None
    except (OSError, ValueError) as cause:  # a name with a NUL is no name
        found = str(getattr(cause, "strerror", cause))
        raise error([Problem(str(path), found, expected, "check it")]) from None


def read_table(
    path: Path, error: type[InputError], form: TableForm = ANY_FORM, codes: Collection[str] = ()
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Read a CSV file or workbook with a header, as :mod:`erat.index.rows` can tell its rows: a
    table of stripped texts, indexed by line (:data:`LINE`), and what is doubtful about it.

    Columns in ``codes`` may come as numbers, where nothing is doubtful in them. Raises ``error`` if
    the file cannot be read, is empty, or a row has too many or too few cells.
    """
    if codes and replace(form, unit="") == ANY_FORM and (table := _plain(path, codes)) is not None:
        return table, ()
    name = path.name
    findings: list[Finding] = []
    notes: list[Problem] = []
    lines, rows = read_cells(path, error, form, findings, notes)
    if not findings and len(rows) < 2:
        found = "an empty file" if not rows else "a header and no rows"
        raise error([Problem(name, found, "a header and rows", "check that it is the right file")])
    header = rows[0] if rows else []
    titles = _title_findings(lines, rows, name)
    findings += titles or _header_findings(header, name, lines)
    for line, row in zip(lines[1:], rows[1:], strict=True):
        if not titles:
            fits(row, header, line, name, findings)
    if findings:
        raise error(grouped(findings))
    index = pd.Index(lines[1:], name=LINE)
    table = pd.DataFrame(rows[1:], columns=header, index=index, dtype=object)
    return table.loc[:, [bool(column) for column in header]], tuple(notes)


def _plain(path: Path, codes: Collection[str]) -> pd.DataFrame | None:
    """Read a large CSV file with numbers as numbers; None if there is something to be said of it."""
    table = read_plain(path, codes)
    if table is None:
        return None
    rows = first_rows(path, MOST_TITLES)
    lines, name = list(range(1, len(rows) + 1)), path.name
    if _title_findings(lines, rows, name) or _header_findings(rows[0], name, lines):
        return None
    return table.set_axis(pd.RangeIndex(2, len(table) + 2, name=LINE))


def read_text_table(path: Path, error: type[InputError]) -> pd.DataFrame:
    """Read a table as :func:`read_table` does, if nothing is to be said of its layout."""
    return read_table(path, error)[0]


def _title_findings(lines: list[int], rows: list[list[str]], name: str) -> list[Finding]:
    """Say where the header seems to stand, if there are titles above it: rows of few cells."""
    filled = [sum(map(bool, row)) for row in rows[:MOST_TITLES]]
    usual = int(np.median(filled)) if filled else 0
    if len(filled) < 3 or usual < 2 or 2 * filled[0] > usual:
        return []
    at = next(i for i, count in enumerate(filled) if 2 * count > usual)
    title = listing([cell for cell in rows[0] if cell])
    title = shorten(title, 60, placeholder=" ...")
    found = f"a title, {title!r}; the header seems to stand in row {lines[at]}"
    remedy = f"delete the rows above the header, or read the data with --skip {lines[at] - 1}"
    return [finding(name, "title", found, "the header at once", remedy, row=lines[0])]


def _header_findings(header: list[str], name: str, lines: list[int]) -> list[Finding]:
    row = lines[0] if lines else 1
    if len(header) == 1 and "|" in header[0]:
        remedy = "save the file as CSV with commas, semicolons or tabs"
        found, expected = "cells separated by '|'", "cells separated by commas"
        return [finding(name, "header", found, expected, remedy, row=row)]
    twice = sorted({column for column in header if column and header.count(column) > 1})
    if twice:
        found = f"columns twice: {listing(twice)}"
        return [finding(name, "header", found, "each column once", "rename one", row=row)]
    return []


LARGE = 1_000_000
"""Smaller files, in bytes, are read as texts: that takes no time."""
ROWS_AT_ONCE = 5_000
ROUNDING = 1e-6
"""A thousand times a number of three decimals is whole within this."""


def read_plain(path: Path, codes: Collection[str]) -> pd.DataFrame | None:
    """Read a large table of plain lines in UTF-8; None if it is not one, or has other numbers.

    Cells are parted by commas; or by semicolons or tabs, if no comma may be a decimal one. They may
    stand in quotation marks that hide nothing. Columns in ``codes`` are floats: the nearest to what
    is written, as Python reads it. Where points may part thousands, which numbers do not show, they
    are texts. What is doubtful, or wrong, is left to who reads every cell as a text.
    """
    with suppress(OSError, ValueError):  # what is no UTF-8, or no number, is a ValueError
        if path.stat().st_size >= LARGE and (rows := _plain_rows(path)):
            return _read_numbers(path, rows, codes)
    return None


def first_rows(path: Path, most: int) -> list[list[str]]:
    """Return the first rows of a plain table, the header among them."""
    separator = _separator(path)
    with path.open(encoding="utf-8-sig") as file:
        lines = [line.rstrip("\r\n").split(separator) for line in islice(file, most)]
    return [[cell.removeprefix('"').removesuffix('"').strip() for cell in line] for line in lines]


def _separator(path: Path) -> str:
    with path.open("rb") as file:
        return separator_of(file.read(4 * LOOKED_AT).decode("utf-8-sig", errors="ignore"))


def _plain_rows(path: Path) -> int:
    """Count the rows below the header; 0 if not every line is one row of as many cells."""
    separator = _separator(path).encode()
    no_comma = separator != b","
    quoted = re.compile(rb'(?<![^%b])"[^",;\t]*"(?![^%b\r\n])' % (separator, separator))
    with path.open("rb") as file:
        start = file.readline().removeprefix(b"\xef\xbb\xbf")
        if start.lstrip(b" \r\n\t").startswith(tuple(OTHER_KINDS)):
            return 0
        rows, width = -1, start.count(separator)
        for line in chain([start], file):
            rows += 1
            if line.count(separator) != width or b"\0" in line or (no_comma and b"," in line):
                return 0
            if b'"' in line and b'"' in quoted.sub(b"", line):
                return 0
            if b"\r" in line[:-2] or not (line.isascii() or line.decode()):
                return 0
    return rows if width else 0


def _read_numbers(path: Path, rows: int, codes: Collection[str]) -> pd.DataFrame | None:
    (header,) = first_rows(path, 1)
    named = [i for i, name in enumerate(header) if name]
    places = [i for i in named if header[i] in codes]
    types = {i: float if i in places else object for i in named}
    texts: dict[int, list[str]] = {i: [] for i in named if i not in places}
    floats, read = np.empty((rows, len(places)), order="F"), 0
    for part in _parts(path, len(header), types):
        floats[read : read + len(part)] = part[places].to_numpy()
        read += len(part)
        for place, cells in texts.items():
            cells += map(str.strip, part[place])
    filled = bool(texts) and all(map(any, zip(*texts.values(), strict=True)))
    too_large = any((np.abs(x) > LARGEST).any() for x in floats.T)
    if read != rows or too_large or not filled:
        return None
    doubtful = [i for i, x in zip(places, floats.T, strict=True) if _may_part_thousands(x)]
    texts |= {i: [] for i in doubtful}
    for part in _parts(path, len(header), dict.fromkeys(doubtful, object)) if doubtful else ():
        for i in doubtful:
            texts[i] += map(str.strip, part[i])
    kept = [j for j, i in enumerate(places) if i not in doubtful]
    floats = floats if not doubtful else floats[:, kept]
    of_numbers = pd.DataFrame(floats, columns=[places[j] for j in kept], copy=False)
    table = pd.concat([pd.DataFrame(texts, dtype=object), of_numbers], axis=1)
    return table[named].set_axis([header[i] for i in named], axis=1)


def _parts(path: Path, width: int, types: Mapping[int, type]) -> Iterator[pd.DataFrame]:
    """Read columns by place, some rows at a time."""
    blank = {place: sorted(MISSING) for place, kind in types.items() if kind is float}
    with pd.read_csv(
        path, sep=_separator(path), header=0, names=range(width), usecols=sorted(types), dtype=types,
        keep_default_na=False, na_values=blank,
        skip_blank_lines=False, encoding="utf-8-sig", chunksize=ROWS_AT_ONCE,
    ) as parts:  # fmt: skip
        yield from parts


def _may_part_thousands(x: np.ndarray) -> bool:
    """Say whether every number may be written with three digits behind its point, or none."""
    x = np.abs(x[~np.isnan(x)])
    digits = 1000 * x
    three = (np.abs(digits - np.rint(digits)) < ROUNDING) & (x < 1000) & ((x >= 1) | (x == 0))
    return len(x) > 0 and bool(three.all())
