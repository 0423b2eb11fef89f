"""Large CSV files without anything doubtful: read once, their numbers as numbers.

What is doubtful, or wrong, is left to :mod:`erat.index.rows`, which reads every cell as a text and
says what is the matter with it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path

import numpy as np
import pandas as pd

from erat.index.rows import LOOKED_AT, OTHER_KINDS, separator_of

LARGE = 1_000_000
"""Smaller files, in bytes, are read as texts: that takes no time."""

ROWS_AT_ONCE = 5_000

ROUNDING = 1e-6
"""A thousand times a number of three decimals is whole within this."""


def read_plain(
    path: Path, codes: Collection[str], missing: Collection[str], largest: float
) -> pd.DataFrame | None:
    """Read a table of plain lines in UTF-8; None if it is not one, or has other numbers.

    Cells are parted by commas; or by semicolons or tabs, if no comma may be a decimal one. They may
    stand in quotation marks that hide nothing.

    Columns in ``codes`` are floats: the nearest to what is written, as Python reads it, and nan for
    a cell in ``missing``. Where points may part thousands, which numbers do not show, they are texts.
    """
    with suppress(OSError, ValueError):  # what is no UTF-8, or no number, is a ValueError
        if path.stat().st_size >= LARGE and (rows := _plain_rows(path)):
            return _read(path, rows, codes, missing, largest)
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


def _read(
    path: Path, rows: int, codes: Collection[str], missing: Collection[str], largest: float
) -> pd.DataFrame | None:
    (header,) = first_rows(path, 1)
    named = [i for i, name in enumerate(header) if name]
    places = [i for i in named if header[i] in codes]
    types = {i: float if i in places else object for i in named}
    texts: dict[int, list[str]] = {i: [] for i in named if i not in places}
    floats, read = np.empty((rows, len(places)), order="F"), 0
    for part in _parts(path, len(header), types, missing):
        floats[read : read + len(part)] = part[places].to_numpy()
        read += len(part)
        for place, cells in texts.items():
            cells += map(str.strip, part[place])
    filled = bool(texts) and all(map(any, zip(*texts.values(), strict=True)))
    too_large = any((np.abs(x) > largest).any() for x in floats.T)
    if read != rows or too_large or not filled:
        return None
    doubtful = [i for i, x in zip(places, floats.T, strict=True) if _may_part_thousands(x)]
    texts |= {i: [] for i in doubtful}
    for part in _parts(path, len(header), dict.fromkeys(doubtful, object), ()) if doubtful else ():
        for i in doubtful:
            texts[i] += map(str.strip, part[i])
    kept = [j for j, i in enumerate(places) if i not in doubtful]
    floats = floats if not doubtful else floats[:, kept]
    columns = [places[j] for j in kept]
    table = pd.concat(
        [pd.DataFrame(texts, dtype=object), pd.DataFrame(floats, columns=columns, copy=False)],
        axis=1,
    )
    return table[named].set_axis([header[i] for i in named], axis=1)


def _parts(
    path: Path, width: int, types: Mapping[int, type], missing: Collection[str]
) -> Iterator[pd.DataFrame]:
    """Read columns by place, some rows at a time; ``missing`` are the cells without a number."""
    blank = {place: sorted(missing) for place, kind in types.items() if kind is float}
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
