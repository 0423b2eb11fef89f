"""The column of a year in a published table, and its numbers: decimal points or commas, marks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from erat.errors import DataError, Problem, listing
from erat.index.cell_problems import NUMBER, Finding, finding, grouped, number_fault
from erat.index.rows import points_left, with_points
from erat.index.tables import numbers
from erat.indonesia.published_table import PlacedTable

YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])(\s*(?:\*+|x{1,2}(?![a-z])))?")
"""A year in a heading, and the mark of a preliminary one: ``2024*``, ``2025xx``."""

MONTHS = {
    "Feb": r"feb|februari|february",
    "Mar": r"mar|maret|march",
    "Aug": r"ag[ut]|aug|agustus|august",
    "Sep": r"sept?|september",
}
"""How headings name the month of a survey."""

_MARK = re.compile(r"(?<=[0-9])(\s*(\*+\)?|[xre]{1,2})|\s+[0-9a-z]\)|\s*[¹²³⁴⁵]+\)?)$")
"""What stands behind a number: preliminary (``*``, ``x``), revised, estimated, or a note's number."""

_BLANK_THOUSANDS = re.compile(r"(?<=[0-9])[ \u00a0\u202f](?=[0-9]{3}(?![0-9]))")
_MINUS = re.compile(r"^[\u2212\u2013\u2014] ?(?=[0-9])")
_NUMBERING = re.compile(r"\(?[0-9]{1,2}\)?")
_NO_VALUES = re.compile(r"no\.?|nomor|number|kode.*|code.*", re.IGNORECASE)
_PERCENT = re.compile(r"(?<=[0-9])\s*%$")

DASH = r"[-\u2010-\u2015\u2212]+"
"""BPS's sign for nil ('tidak ada atau nol'); what it has no figure of has '...' or 'NA'."""


class Wanted(NamedTuple):
    """What is read of a table: a year, its period, the least and most that a value can be, its unit
    of measurement.

    ``words`` must stand in the heading, where several columns are of the year; ``dash`` says
    whether a dash is zero.
    """

    year: int
    period: str
    low: float
    high: float
    unit: str = ""
    words: tuple[str, ...] = ()
    decimal: Literal["", "point", "comma"] = ""
    dash: Literal["", "zero", "missing"] = ""


@dataclass(frozen=True)
class Heading:
    """The words above a column from top to bottom, its year, and whether that is preliminary."""

    words: tuple[str, ...]
    year: int | None
    preliminary: bool

    @property
    def text(self) -> str:
        """All words."""
        return " / ".join(self.words)


class YearColumn(NamedTuple):
    """The values of a year by unit: ``row``, ``text``, ``value``, ``preliminary``, ``dash``; the
    heading; and the values of the same column of other years.
    """

    values: pd.DataFrame
    heading: str
    others: dict[int, pd.Series]


def read_year(table: PlacedTable, wanted: Wanted) -> YearColumn:
    """Read the column of a year.

    Raises
    ------
    DataError
        If it cannot be told which one it is, or how its numbers are written; or with every cell
        that is no number, or out of range.
    """
    titles, headings = _headings(table)
    place = _chosen(table, titles, headings, wanted)
    head = headings[place]
    same = [YEAR.sub("", word) for word in head.words]
    others: dict[int, pd.Series] = {}
    for i, other in headings.items():
        year = other.year
        if (
            year is not None
            and year != head.year
            and [YEAR.sub("", w) for w in other.words] == same
        ):
            read, findings = _numbers(table, i, wanted)
            others |= {} if findings else {year: read["value"]}
    values, findings = _numbers(table, place, wanted)
    if findings:
        raise DataError(grouped(findings))
    values["preliminary"] |= head.preliminary
    return YearColumn(values, head.text, others)


def _headings(table: PlacedTable) -> tuple[list[str], dict[int, Heading]]:
    """Return titles, and the headings of columns with numbers: merged cells stand over all of them."""
    titles, above = list[str](), list[list[str]]()
    left = max(table.label, table.code)
    for row in table.rows[: table.first]:
        if not any(row[left + 1 :]):
            titles += filter(None, row)
            continue
        filled = list(row)
        for i in range(left + 2, table.width):
            filled[i] = filled[i] or filled[i - 1]
        above.append(filled)
    headings = {}
    for i in range(table.width):
        cells = [table.rows[row][i] for row in table.units]
        words = list(dict.fromkeys(row[i] for row in above if row[i]))
        words = [word for word in words if not _NUMBERING.fullmatch(word)]
        if i in (table.label, table.code) or not any(re.search("[0-9]", cell) for cell in cells):
            continue
        year, preliminary = None, False
        for word in words:  # the lowest heading that names one year tells
            found = {int(match[1]): bool(match[2]) for match in YEAR.finditer(word)}
            if len(found) == 1:
                ((year, preliminary),) = found.items()
        if not (words and _NO_VALUES.fullmatch(words[-1])):
            headings[i] = Heading(tuple(words), year, preliminary)
    return titles, headings


def _chosen(
    table: PlacedTable, titles: list[str], headings: dict[int, Heading], wanted: Wanted
) -> int:
    """Return the column of the year that is wanted; DataError if there is none, or several."""
    year, words = wanted.year, [word.casefold() for word in wanted.words]
    fitting = {
        i: head for i, head in headings.items()
        if all(word in head.text.casefold() for word in words)
    }  # fmt: skip
    if not headings:
        remedy = "check that it is the right file and sheet: --sheet"
        found, expected = "no column with numbers", "one column of the year"
        raise DataError([Problem(table.where, found, expected, remedy)])
    years = sorted({head.year for head in headings.values() if head.year is not None})
    if years:
        fitting = {i: head for i, head in fitting.items() if head.year == year}
    else:
        years = sorted({int(match[1]) for match in YEAR.finditer(" ".join(titles))})
        if years and years != [year]:
            fitting = {}
        if not years:
            found, remedy = "no year in title or header", f"look whether it is the table of {year}"
            table.notes.append(Problem(table.where, found, f"the year {year}", remedy))
    if len(fitting) > 1 and wanted.period:
        of_month = {i: one for i, one in fitting.items() if wanted.period in _months(one.text)}
        fitting = of_month or fitting
    if len(fitting) != 1:
        heads = [repr(head.text) for head in (fitting or headings).values()]
        found = f"several columns of {year}: {listing(heads)}"
        remedy = "name words of its heading: --column"
        if not fitting:
            found = f"no column of {year}, but of {listing(years)}: {listing(heads)}"
            remedy = "correct --year or --column"
        raise DataError([Problem(table.where, found, "one column of the year", remedy)])
    ((place, head),) = fitting.items()
    months = _months(head.text) or _months(" ".join(titles))
    if wanted.period and months and wanted.period not in months:
        found, expected = f"figures of {listing(months)}", f"{wanted.period}, the period"
        remedy = "take the table of that month, or give another --period or --indicator"
        raise DataError([Problem(table.where, found, expected, remedy)])
    return place


def _months(text: str) -> list[str]:
    return [
        month for month, names in MONTHS.items()
        if re.search(rf"\b({names})\b", text, re.IGNORECASE)
    ]  # fmt: skip


def _numbers(table: PlacedTable, place: int, wanted: Wanted) -> tuple[pd.DataFrame, list[Finding]]:
    """Read a column's numbers, in the one way in which all are numbers within the range."""
    lines = {i: table.line_of.get((i, place), table.lines[i]) for i in table.units}
    cells = pd.Series({lines[i]: table.rows[i][place] for i in lines}, dtype=object)
    plain = cells.map(lambda cell: _MARK.sub("", cell) if _MARK.search(cell) else cell)
    preliminary = cells.ne(plain) & cells.str.contains(r"(?:\*\)?|x)$")
    dash = plain.str.fullmatch(DASH)
    plain = plain.mask(dash, "0" if wanted.dash == "zero" else "").map(_as_written)
    plain = plain.mask(plain == "~0", "0")  # BPS's sign for less than half of the last digit
    percents = plain.str.contains(_PERCENT)
    if wanted.unit.startswith("percent"):
        plain = plain.mask(percents, plain.str.replace(_PERCENT, "", regex=True))
    elif percents.any():
        remedy = "look whether it is the right column and indicator; a percentage is not converted"
        return pd.DataFrame(), [
            finding(table.where, "percent", cell, f"numbers in {wanted.unit}", remedy, row=line)
            for line, cell in cells[percents].items()
        ]
    ways: list[Literal["point", "comma"]] = ["point", "comma"]
    read = [_read(plain, table.where, way, wanted) for way in ways if wanted.decimal in ("", way)]
    values, findings = min(read, key=lambda one: len(one[1]))
    differing = any(not one["text"].equals(values["text"]) for one, _ in read)
    if differing and not any(faults for _, faults in read):
        example = next(cell for cell in plain if re.search("[.,]", cell))
        found = f"numbers such as {example!r}, whose point or comma may mark decimals or thousands"
        remedy = "say which: --decimal point or --decimal comma"
        findings = [finding(table.where, "decimal", found, "numbers of one reading", remedy)]
    values = values.assign(preliminary=preliminary, dash=dash, row=cells.index)
    return values.set_axis(pd.Index(list(table.units.values()), name="unit"), axis=0), findings


def _as_written(cell: str) -> str:
    """Write a cell without the signs that only print has; a sign for 'no value' becomes empty."""
    fault = number_fault(cell) if cell else None
    if fault is None:
        return cell
    if fault.cause == "missing written as text":
        return ""
    return _MINUS.sub("-", _BLANK_THOUSANDS.sub("", cell))


def _read(
    cells: pd.Series, where: str, way: Literal["point", "comma"], wanted: Wanted
) -> tuple[pd.DataFrame, list[Finding]]:
    """Read numbers with a decimal point or comma; ``text`` is as a raw table has it."""
    rows = with_points([[cell] for cell in cells], "", way)
    texts = pd.Series([row[0] for row in rows], cells.index, dtype=object, name=str(wanted.year))
    findings: list[Finding] = []
    values = pd.Series(numbers(texts, where, findings), cells.index)
    if way == "comma":
        findings += points_left([*cells.index], rows, where)
    low, high = wanted.low, wanted.high
    for line, value in values[(values < low) | (values > high)].items():
        remedy = "compare it with the publication and its unit of measurement"
        moved = [value / 10**k for k in range(1, 7) if low < value / 10**k <= high]
        if value > high and moved:
            remedy = (
                f"compare it with the publication; if its point was lost, it is {moved[0]:.10g}"
            )
        expected = f"a value from {low:,.10g} to {high:,.10g}"
        found = f"{cells[line]}"
        findings.append(finding(where, "range", found, expected, remedy, row=int(str(line))))
    written = [
        str(text) if NUMBER.fullmatch(text) and len(text) < 15 else _shortest(value)
        for text, value in zip(texts, values, strict=True)
    ]
    return pd.DataFrame({"text": written, "value": values}), findings


def _shortest(value: float) -> str:
    """Write a number that a program stored without what only its binary form adds."""
    return "" if value != value else np.format_float_positional(value, trim="-")
