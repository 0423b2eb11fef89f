"""A long table, with a row a unit and year, as web APIs and data portals give it: made wide."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from erat.index.cell_problems import Finding, finding
from erat.index.rows import Rows
from erat.index.tables import MOST_TITLES

_YEARS = re.compile(r"(nama[_ ])?(tahun|thn|year|periode?)([_ ].*)?", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}\s*(?:\*+|x{1,2})?")
_CODES = re.compile(r"(kode|code|kd).*", re.IGNORECASE)
_NUMBERING = re.compile(r"(no|nomor|number|id|index)?\.?", re.IGNORECASE)
_NUMBER = re.compile(r"[-\u2212\u2013]?[0-9][0-9., \u00a0]*%?\W*[a-z]{0,2}\W*")


class Wide(NamedTuple):
    """Rows of one width, their lines, and the lines of cells that come from another one."""

    lines: list[int]
    rows: list[list[str]]
    line_of: dict[tuple[int, int], int]


def widened(
    read: Rows, where: str, is_unit: Callable[[str], bool], findings: list[Finding]
) -> Wide:
    """Give a long table a row a unit, and a column for each of its years, texts and columns of numbers.

    Texts beside the units, such as an indicator's name, become words of the heading. A table without
    a column of years stays as it is; a figure that stands twice, or without a year, is a finding.
    """
    lines, rows = read
    at, year = _column_of_years(rows)
    below = [*zip(lines[at + 1 :], rows[at + 1 :], strict=True)] if year >= 0 else []
    body, notes = [one for one in below if one[1][year]], [one for one in below if not one[1][year]]
    columns = [i for i in range(len(rows[at])) if i != year] if body else []
    units = [i for i in columns if _CODES.fullmatch(rows[at][i])
             or 2 * sum(is_unit(row[i]) for _, row in body) > len(body)]  # fmt: skip
    if not units:
        return Wide(lines, rows, {})
    rest = [i for i in columns if i not in units and not _NUMBERING.fullmatch(rows[at][i])]
    numbers = [i for i in rest if any(_NUMBER.fullmatch(row[i]) for _, row in body)]
    places: dict[tuple[str, str], int] = {}
    made: dict[tuple[str, ...], dict[int, tuple[str, int]]] = {}
    for line, row in body:
        cells = made.setdefault(tuple(row[i] for i in units), {})
        texts = [row[i] for i in rest if i not in numbers and row[i]]
        for i in numbers:
            heading = " / ".join([*texts, rows[at][i]])
            place = places.setdefault((heading, row[year]), len(units) + len(places))
            if place in cells:
                found = f"{' '.join(row[k] for k in units)} again, {heading} of {row[year]}"
                findings.append(finding(where, "twice", found, "each unit once a year",
                                        "keep one of the rows", row=line))  # fmt: skip
            cells[place] = (row[i], line)
    for line, row in notes:
        if any(map(_NUMBER.fullmatch, row)):
            findings.append(finding(where, "year", "values without a year", "a year",
                                    "give the row its year, or delete it", row=line))  # fmt: skip
    blank = [""] * (len(places) + len(units) - 1)
    header = [*(rows[at][i] for i in units), *(heading for heading, _ in places)]
    years = [*blank[: len(units)], *(when for _, when in places)]
    whole = [(line, [" ".join(filter(None, row)), *blank])
             for line, row in zip(lines[:at], rows[:at], strict=True)]  # fmt: skip
    whole += [(lines[at], header), (lines[at], years)]
    line_of = {(len(whole) + i, place): line for i, cells in enumerate(made.values())
               for place, (_, line) in cells.items()}  # fmt: skip
    for unit, cells in made.items():
        row = [*unit, *(cells.get(place, ("", 0))[0] for place in places.values())]
        whole.append((min(line for _, line in cells.values()), row))
    whole += [(line, [" ".join(filter(None, row)), *blank]) for line, row in notes]
    return Wide([line for line, _ in whole], [row for _, row in whole], line_of)


def _column_of_years(rows: list[list[str]]) -> tuple[int, int]:
    """Return the row of the header and the column of years; -1 and -1 if there is none."""
    for at, row in enumerate(rows[:MOST_TITLES]):
        for i in (i for i, cell in enumerate(row) if _YEARS.fullmatch(cell)):
            below = [cell for below in rows[at + 1 :] if (cell := below[i])]
            if len(below) > 1 and all(map(_YEAR.fullmatch, below)):
                return at, i
    return -1, -1
