"""The column of a year in a published table, and its numbers: decimal points or commas, marks."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from erat.errors import DataError, ParameterError, Problem, listing
from erat.index.cell_problems import NUMBER, Finding, finding, grouped, number_fault
from erat.index.rows import points_left, with_points
from erat.index.tables import numbers
from erat.indonesia.published_table import PlacedTable, Request

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


class Heading(NamedTuple):
    """The words above a column from top to bottom, the same without years, its year, and whether
    that is preliminary.
    """

    text: str
    common: list[str]
    year: int | None
    preliminary: bool


class YearColumn(NamedTuple):
    """The values of a year by unit: ``row``, ``text``, ``value``, ``preliminary``, ``dash``; the
    heading; and the values of the same column of other years.
    """

    values: pd.DataFrame
    heading: str
    others: dict[int, pd.Series]


def period_of(statistics: pd.DataFrame, request: Request) -> str:
    """Return the period of the figures: the one that the series has, if none is named."""
    of_series = statistics.loc[statistics["indicator"] == request.indicator, "period"]
    known, period, found = sorted(set(of_series)), request.period, ""
    expected = f"one of {listing(known)}"
    if period and period not in MONTHS:
        found, remedy = repr(period), "give the month of the survey"
        expected = f"one of {listing([*MONTHS])}"
    elif len(known) > 1 and not period:
        found, remedy = f"no period of {request.indicator!r}", f"--period {known[0]}"
    elif known and period and period not in known:
        found = f"{period} of {request.indicator!r}"
        remedy = "leave --period out, or give another indicator"
    if found:
        raise ParameterError([Problem("--period", found, expected, remedy)])
    return period or "".join(known[:1])


def read_year(table: PlacedTable, request: Request, indicator: pd.Series) -> YearColumn:
    """Read the column of a year: the only one that is asked for, of the period if it has one.

    A DataError says that it cannot be told which column it is, or how its numbers are written; or
    it has every cell that is no number, or out of the range of the indicator.
    """
    titles, headings = _headings(table)
    place = _chosen(table, titles, headings, request)
    head = headings[place]
    others: dict[int, pd.Series] = {}
    for i, other in headings.items():
        if other.year is not None and other.year != head.year and other.common == head.common:
            read, findings = _numbers(table, i, request, indicator)
            others |= {} if findings else {other.year: read["value"]}
    values, findings = _numbers(table, place, request, indicator)
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
        has_numbers = any(re.search("[0-9]", table.rows[row][i]) for row in table.units)
        words = list(dict.fromkeys(row[i] for row in above if row[i]))
        words = [word for word in words if not _NUMBERING.fullmatch(word)]
        no_values = words and _NO_VALUES.fullmatch(words[-1])
        if i in (table.label, table.code) or not has_numbers or no_values:
            continue
        year, preliminary = None, False
        for word in words:  # the lowest heading that names one year tells
            years = {int(match[1]): bool(match[2]) for match in YEAR.finditer(word)}
            if len(years) == 1:
                ((year, preliminary),) = years.items()
        common = [YEAR.sub("", word) for word in words]
        headings[i] = Heading(" / ".join(words), common, year, preliminary)
    return titles, headings


def _chosen(
    table: PlacedTable, titles: list[str], headings: dict[int, Heading], request: Request
) -> int:
    """Return the column of the year that is wanted; DataError if there is none, or several."""
    (year,), period, above = request.years, request.period, " ".join(titles)
    wanted = [word.casefold() for word in request.column]
    fitting = {i: head for i, head in headings.items()
               if all(word in head.text.casefold() for word in wanted)}  # fmt: skip
    years = sorted({head.year for head in headings.values() if head.year is not None})
    if years:
        fitting = {i: head for i, head in fitting.items() if head.year == year}
    else:
        years = sorted({int(match[1]) for match in YEAR.finditer(above)})
        if years and years != [year]:
            fitting = {}
        if headings and not years:
            found, remedy = "no year in title or header", f"look whether it is the table of {year}"
            table.notes.append(Problem(table.where, found, f"the year {year}", remedy))
    if len(fitting) > 1 and period:
        of_month = {i: head for i, head in fitting.items() if period in _months(head.text)}
        fitting = of_month or fitting
    heads = listing([repr(head.text) for head in (fitting or headings).values()])
    found, expected = f"several columns of {year}: {heads}", "one column of the year"
    remedy = "name words of its heading: --column"
    if not headings:
        found, remedy = (
            "no column with numbers",
            "check that it is the right file and sheet: --sheet",
        )
    elif not fitting:
        found = f"no column of {year}, but of {listing(years)}: {heads}"
        remedy = "correct --year or --column"
    elif len(fitting) == 1:
        ((place, head),) = fitting.items()
        months = _months(head.text) or _months(above)
        if not period or not months or period in months:
            return place
        found, expected = f"figures of {listing(months)}", f"{period}, the period"
        remedy = "take the table of that month, or give another --period or --indicator"
    raise DataError([Problem(table.where, found, expected, remedy)])


def _months(text: str) -> list[str]:
    names = {month: rf"\b({names})\b" for month, names in MONTHS.items()}
    return [month for month, name in names.items() if re.search(name, text, re.IGNORECASE)]


def _numbers(
    table: PlacedTable, place: int, request: Request, indicator: pd.Series
) -> tuple[pd.DataFrame, list[Finding]]:
    """Read a column's numbers, in the one way in which all are numbers within the range."""
    lines = [table.line_of.get((i, place), table.lines[i]) for i in table.units]
    cells = pd.Series([table.rows[i][place] for i in table.units], lines, dtype=object)
    plain = cells.map(lambda cell: _MARK.sub("", cell) if _MARK.search(cell) else cell)
    preliminary = cells.ne(plain) & cells.str.contains(r"(?:\*\)?|x)$")
    dash = plain.str.fullmatch(DASH)
    plain = plain.mask(dash, "0" if request.dash == "zero" else "").map(_as_written)
    plain = plain.mask(plain == "~0", "0")  # BPS's sign for less than half of the last digit
    percents = plain.str.contains(_PERCENT)
    if indicator["unit_en"].startswith("percent"):
        plain = plain.mask(percents, plain.str.replace(_PERCENT, "", regex=True))
    elif percents.any():
        expected = f"numbers in {indicator['unit_en']} ({indicator['unit_id']})"
        remedy = "look whether it is the right column and indicator; a percentage is not converted"
        return pd.DataFrame(), [
            finding(table.where, "percent", cell, expected, remedy, row=line)
            for line, cell in cells[percents].items()
        ]
    ways: list[Literal["point", "comma"]] = ["point", "comma"]
    ways = [way for way in ways if request.decimal in ("", way)]
    year = str(request.years[0])
    read = [_read(plain, table.where, way, year, indicator) for way in ways]
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
    cells: pd.Series, where: str, way: Literal["point", "comma"], year: str, indicator: pd.Series
) -> tuple[pd.DataFrame, list[Finding]]:
    """Read numbers with a decimal point or comma; ``text`` is as a raw table has it."""
    rows = with_points([[cell] for cell in cells], "", way)
    texts = pd.Series([row[0] for row in rows], cells.index, dtype=object, name=year)
    findings: list[Finding] = []
    values = pd.Series(numbers(texts, where, findings), cells.index)
    if way == "comma":
        findings += points_left([*cells.index], rows, where)
    low, high = float(indicator["low"]), float(indicator["high"])
    for line, value in values[(values < low) | (values > high)].items():
        remedy = "compare it with the publication and its unit of measurement"
        moved = [value / 10**k for k in range(1, 7) if low < value / 10**k <= high]
        if value > high and moved:
            meant = f"{moved[0]:.10g}"
            remedy = f"compare it with the publication; if its point was lost, it is {meant}"
        expected = f"a value from {low:,.10g} to {high:,.10g}"
        findings.append(finding(where, "range", cells[line], expected, remedy, row=int(str(line))))
    # A number that a program stored goes without what only its binary form adds.
    written = [
        str(text) if NUMBER.fullmatch(text) and len(text) < 15
        else "" if value != value else np.format_float_positional(value, trim="-")
        for text, value in zip(texts, values, strict=True)
    ]  # fmt: skip
    return pd.DataFrame({"text": written, "value": values}), findings
