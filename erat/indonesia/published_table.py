"""A table as a publisher prints it: every row placed or listed.

Titles stand above the header, notes below the rows, totals among them; units have names, codes of
BPS or Kemendagri, or both. Web APIs and portals give long tables, with a row a unit and year: these
are made wide. Which column is read is told in :mod:`erat.indonesia.published_columns`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple

import pandas as pd

from erat.errors import DataError, ParameterError, Problem, listing, nearest
from erat.index.cell_problems import Finding, finding, grouped
from erat.index.plausibility import FOOTNOTE, is_total
from erat.index.rows import TableForm
from erat.index.tables import MOST_TITLES, read_cells
from erat.indonesia.unit_checks import CodeBook, spelling

_NAME_MARK = re.compile(r"(\s*\*+\)?|\s*[0-9]\)|\s*[¹²³⁴⁵]+\)?)$")
_BEFORE_NAME = re.compile(r"^\s*[0-9]{1,2}[.)]\s+")
_AND = re.compile(r"^pulau | dan |[/&]", re.IGNORECASE)
_NUMBER = re.compile(r"-?[0-9][0-9.,]*")
_CODE = re.compile(r"[0-9]{2}(\.?[0-9]{2})?")

_ASKED = re.compile(r"((?:19|20)[0-9]{2})(?:-((?:19|20)[0-9]{2}))?")
_YEARS = re.compile(r"(nama[_ ])?(tahun|thn|year|periode?)([_ ].*)?", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}\s*(?:\*+|x{1,2})?")
_CODES = re.compile(r"(kode|code|kd).*", re.IGNORECASE)
_NUMBERING = re.compile(r"(no|nomor|number|id|index)?\.?", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"[-\u2212\u2013]?[0-9][0-9., \u00a0]*%?\W*[a-z]{0,2}\W*")


class Request(NamedTuple):
    """What is to be added, and how it is to be read where the file does not tell.

    ``source`` is ``"PUBLISHER, PUBLICATION, TABLE"``; ``vintage`` the year of a revision, 0 if none;
    ``column`` words of the heading; ``dash`` what a dash stands for, missing and noted if not told.
    """

    file: Path
    indicator: str
    years: tuple[int, ...]
    source: str
    period: str = ""
    base: str = ""
    vintage: int = 0
    sheet: str = ""
    column: tuple[str, ...] = ()
    decimal: Literal["", "point", "comma"] = ""
    dash: Literal["", "zero", "missing"] = ""


def years_of(texts: Iterable[str]) -> tuple[int, ...]:
    """Read years such as ``2023`` or ``2020-2024``; ParameterError if one is neither.

    >>> years_of(["2024", "2020-2022"])
    (2020, 2021, 2022, 2024)
    """
    years = set[int]()
    for text in texts:
        match = _ASKED.fullmatch(text)
        span = range(int(match[1]), int(match[2] or match[1]) + 1) if match else range(0)
        if not span:
            expected, remedy = "a year, or a first and a last one", "for example: --year 2020-2024"
            raise ParameterError([Problem("--year", repr(text), expected, remedy)])
        years.update(span)
    return tuple(sorted(years))


@dataclass
class PlacedTable:
    """The rows of a file, padded to one width, and what was told of them.

    ``line_of`` has the lines of cells where a row was made from several. ``level`` is ``province``
    on ``34`` or ``38`` ``borders``, or ``regency`` (borders empty). ``label`` and ``code`` are the
    columns of names and of codes, -1 if there is none. ``first`` is the first row of a unit or a
    total: header and titles stand above it. ``units`` are those of the rows that were placed,
    ``left_out`` the other rows by what they are: ``total``, ``province``, ``note``, ``empty``.
    """

    where: str
    lines: list[int]
    rows: list[list[str]]
    book: CodeBook
    findings: list[Finding]
    notes: list[Problem]
    line_of: dict[tuple[int, int], int] = field(default_factory=dict)
    level: str = ""
    borders: str = ""
    label: int = -1
    code: int = -1
    first: int = 0
    units: dict[int, str] = field(default_factory=dict)
    left_out: dict[str, list[str]] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.rows[0]) if self.rows else 0

    def name(self, row: int) -> str:
        """Return the name in a row, without its number and the mark of a note."""
        return _plain_name(self.rows[row][self.label]) if self.label >= 0 else ""

    def called(self, cell: str) -> list[str]:
        """Return the units that a cell may name."""
        return self.book.called(_plain_name(cell))

    def has_values(self, row: int) -> bool:
        """Say whether a row has more than a name and a code."""
        return any(
            cell for i, cell in enumerate(self.rows[row]) if i not in (self.label, self.code)
        )

    def fault(
        self, cause: str, found: str, expected: str, remedy: str, row: int | None = None
    ) -> None:
        """Add a finding, of a row if it is one's."""
        line = None if row is None else self.lines[row]
        self.findings.append(finding(self.where, cause, found, expected, remedy, row=line))

    @cached_property
    def codes(self) -> list[dict[str, list[str]]]:
        """Units by their code without points: of BPS, and of Kemendagri."""
        bps: dict[str, list[str]] = {}
        for unit in self.book.name:
            bps.setdefault(unit.split("-")[0], []).append(unit)
        kemendagri = self.book.by_kemendagri.items()
        return [bps, {code: units for code, units in kemendagri if "." not in code}]


def place_table(request: Request, units: pd.DataFrame, groups: Collection[str] = ()) -> PlacedTable:
    """Read a table and place its rows; ``groups`` are names of groups of provinces (totals).

    A DataError has every row that cannot be placed or stands twice, every code that is not that of
    the name beside it; or it says that borders or the system of codes cannot be told.
    """
    findings, notes = list[Finding](), list[Problem]()
    layout = TableForm(request.sheet)
    lines, rows = read_cells(request.file, DataError, layout, findings, notes)
    width = max(map(len, rows), default=0)
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    table = PlacedTable(request.file.name, lines, padded, CodeBook(units), findings, notes)
    _widen(table)
    if not findings:
        meant = _find_units(table)
        _place(table, meant, {spelling(name) for name in groups})
        _choose_borders(table, meant)
    if findings:
        raise DataError(grouped(findings))
    return table


def _plain_name(cell: str) -> str:
    return _NAME_MARK.sub("", _BEFORE_NAME.sub("", cell)).strip()


def _plain_code(cell: str) -> str:
    """Return a code without points; BPS writes 1100 for province 11."""
    plain = cell.replace(".", "") if _CODE.fullmatch(cell) else ""
    return plain[:2] if plain.endswith("00") else plain


def _widen(table: PlacedTable) -> None:
    """Give a long table a row a unit, and a column for each of its years, texts and columns of numbers.

    Texts beside the units, such as an indicator's name, become words of the heading. A table without
    a column of years stays as it is; a figure that stands twice, or without a year, is a finding.
    """
    at, year = _column_of_years(table.rows)
    lines, rows, columns = table.lines, table.rows, range(table.width)
    below = range(at + 1, len(rows)) if year >= 0 else ()
    body = [i for i in below if rows[i][year]]
    units = [k for k in columns if body and k != year and (
             _CODES.fullmatch(rows[at][k])
             or 2 * sum(bool(table.called(rows[i][k])) for i in body) > len(body))]  # fmt: skip
    if not units:
        return
    rest = [k for k in columns if k not in (year, *units) and not _NUMBERING.fullmatch(rows[at][k])]
    numbers = [k for k in rest if any(_LONG_NUMBER.fullmatch(rows[i][k]) for i in body)]
    places: dict[tuple[str, str], int] = {}
    cells: dict[tuple[str, ...], dict[int, tuple[str, int]]] = {}
    for i in body:
        unit, when = tuple(rows[i][k] for k in units), rows[i][year]
        of_unit = cells.setdefault(unit, {})
        texts = [rows[i][k] for k in rest if k not in numbers and rows[i][k]]
        for k in numbers:
            heading = " / ".join([*texts, rows[at][k]])
            place = places.setdefault((heading, when), len(units) + len(places))
            if place in of_unit:
                found = f"{' '.join(unit)} again, {heading} of {when}"
                table.fault("twice", found, "each unit once a year", "keep one of the rows", i)
            of_unit[place] = (rows[i][k], lines[i])
    notes = [i for i in below if not rows[i][year]]
    for i in notes:
        if any(map(_LONG_NUMBER.fullmatch, rows[i])):
            remedy = "give the row its year, or delete it"
            table.fault("year", "values without a year", "a year", remedy, i)
    blank = [""] * (len(units) + len(places) - 1)
    alone = [[" ".join(filter(None, row)), *blank] for row in rows]
    wide = [*alone[:at], [*(rows[at][k] for k in units), *(heading for heading, _ in places)]]
    wide.append([*[""] * len(units), *(when for _, when in places)])
    of_rows = [*lines[: at + 1], lines[at]]
    for unit, of_unit in cells.items():
        table.line_of |= {(len(wide), place): line for place, (_, line) in of_unit.items()}
        wide.append([*unit, *(of_unit.get(place, ("", 0))[0] for place in places.values())])
        of_rows.append(min((line for _, line in of_unit.values()), default=lines[at]))
    table.rows = [*wide, *(alone[i] for i in notes)]
    table.lines = [*of_rows, *(lines[i] for i in notes)]


def _column_of_years(rows: list[list[str]]) -> tuple[int, int]:
    """Return the row of the header and the column of years; -1 and -1 if there is none."""
    for at, row in enumerate(rows[:MOST_TITLES]):
        for k in (k for k, cell in enumerate(row) if _YEARS.fullmatch(cell)):
            below = [cell for below in rows[at + 1 :] if (cell := below[k])]
            if len(below) > 1 and all(map(_YEAR.fullmatch, below)):
                return at, k
    return -1, -1


def _find_units(table: PlacedTable) -> dict[int, list[str]]:
    """Find the columns of names and codes; return the units that each row may stand for."""
    rows, columns = range(len(table.rows)), range(table.width)
    called = {cell: table.called(cell) for row in table.rows for cell in set(row)}
    # Of the province beside the regency and the regency, the one that differs is the unit.
    named = [len({row[k] for row in table.rows if called[row[k]]}) for k in columns]
    known = {code for codes in table.codes for code in codes}
    coded = [sum(_plain_code(row[k]) in known for row in table.rows) for k in columns]
    meant: dict[int, list[str]] = {}
    if max(named, default=0):
        table.label = named.index(max(named))
        meant = {i: units for i in rows if (units := called[table.rows[i][table.label]])}
        _hold_codes(table, meant)
    elif max(coded, default=0):
        table.code = coded.index(max(coded))
        of_row = {i: _plain_code(table.rows[i][table.code]) for i in rows if table.has_values(i)}
        codes = {i: code for i, code in of_row.items() if code}
        whole = [known for known in table.codes if known.keys() >= set(codes.values())]
        if len(whole) == 1:
            meant = {i: whole[0][code] for i, code in codes.items()}
        else:
            found = "codes that both systems have" if whole else "codes that no system has"
            remedy = "add a column with the names of the units"
            table.fault("codes", found, "codes of BPS or Kemendagri", remedy)
    if not meant and not table.findings:
        expected = "a column with names or codes of provinces, or of regencies and cities"
        table.fault(
            "units", "no unit", expected, "check that it is the right file and sheet: --sheet"
        )
    levels = [{table.book.level[unit] for unit in units} for units in meant.values()]
    table.level = max(("province", "regency"), key=lambda one: sum(one in its for its in levels))
    return meant


def _hold_codes(table: PlacedTable, meant: dict[int, list[str]]) -> None:
    """Find a column of codes beside the names, and hold each code against its name."""
    for place in (k for k in range(table.width) if k != table.label):
        for known in table.codes:
            of_row = {i: known.get(_plain_code(table.rows[i][place]), []) for i in meant}
            agreeing = {i: [u for u in units if u in of_row[i]] for i, units in meant.items()}
            if 2 * sum(map(bool, agreeing.values())) <= len(meant):
                continue
            table.code = place
            for i, units in meant.items():
                code = table.rows[i][place]
                if code and not agreeing[i] and not is_total(table.name(i)):
                    right = next((c for c, its in known.items() if units[0] in its), "")
                    found, remedy = f"{code} beside {table.name(i)}", "correct the code or the name"
                    table.fault("code", found, f"{right}, its code", remedy, i)
                meant[i] = agreeing[i] or units
            return


def _place(table: PlacedTable, meant: dict[int, list[str]], groups: set[str]) -> None:
    """Say of each row below the header what it is; ``meant`` keeps the rows of units."""
    level, book = table.level, table.book
    of_level = {i: [unit for unit in its if book.level[unit] == level] for i, its in meant.items()}
    rows = [i for i in meant if table.has_values(i)] or [*meant] or [len(table.rows)]
    table.first, last = rows[0], max((i for i, its in of_level.items() if its), default=0)
    if level == "regency":
        _part_headings(table, meant, of_level)
    for i in range(table.first, len(table.rows)):
        first = next(filter(None, table.rows[i]), "")
        label = table.name(i) if table.label >= 0 else first
        kind = ""
        if is_total(label) or meant.get(i) == ["ID"]:
            kind = "total"
        elif of_level.get(i):
            continue
        elif i in meant and level == "regency":
            kind = "province"
        elif FOOTNOTE.match(first) and not any(map(_NUMBER.fullmatch, table.rows[i])):
            kind = "note"
        elif set(map(spelling, filter(None, _AND.split(label or first)))) <= groups:
            kind = "total"
        elif not table.has_values(i):
            kind = "note" if i > last else "empty"
        if kind:
            row = f"{(label or first)[:60]!r} ({table.lines[i]})"
            table.left_out.setdefault(kind, []).append(row)
        else:
            _refuse_row(table, i, label)
    total = {i for i in of_level if is_total(table.name(i))}
    meant.clear()
    meant |= {i: its for i, its in of_level.items() if its and i >= table.first and i not in total}


def _refuse_row(table: PlacedTable, row: int, label: str) -> None:
    names = [name for u, name in table.book.name.items() if table.book.level[u] == table.level]
    remedy = nearest(label, names) if label else "give the row its name, or delete it"
    remedy = f"{remedy} Else delete the row" if remedy.startswith("did") else remedy
    remedy = "correct the name, or delete the row" if remedy.startswith("use") else remedy
    what = "a province" if table.level == "province" else "a regency or city"
    found = repr(label) if label else "values without a name"
    table.fault("row", found, f"{what}, a total or a note", remedy, row)


def _part_headings(
    table: PlacedTable, meant: dict[int, list[str]], of_level: dict[int, list[str]]
) -> None:
    """Tell a province above its regencies from a regency of the same name: Gorontalo, Jambi."""
    book = table.book
    provinces = {i: its for i, its in meant.items() if i >= table.first
                 and any(book.level[unit] == "province" for unit in its)}  # fmt: skip
    once = {unit for i, its in of_level.items() if i not in provinces for unit in its}
    seen: set[str] = set()
    for i, units in provinces.items():
        name = table.name(i)
        same = book.called(f"Kab. {name}") or book.called(f"Kota {name}")
        same = [unit for unit in same if unit not in once]
        rest = [one for k, its in provinces.items() if k != i for one in its]
        if len(units) == 1 and units[0] in of_level.get(i, []):
            continue  # its code tells that it is the regency
        again = units[0] in seen
        seen.update(units)
        of_level[i] = same if again or not rest else []
        if same and rest and not again and units[0] not in rest:
            remedy = f"write 'Provinsi {name}' or '{book.name[same[0]]}'"
            expected = "a province, or a regency of the same name"
            table.fault("name", f"{name} once", expected, remedy, i)


def _choose_borders(table: PlacedTable, meant: dict[int, list[str]]) -> None:
    """Tell the borders from the provinces that have a row, and choose each row's unit."""
    book = table.book
    names = {
        borders: {
            spelling(name): name for unit, name in book.name.items()
            if book.level[unit] == "province" and borders in book.borders[unit].split()
        }
        for borders in ("34", "38")
    }  # fmt: skip
    here = {spelling(book.name[its[0]]) for its in meant.values()}
    if table.level == "province" and meant:
        table.borders = "38" if here & (names["38"].keys() - names["34"].keys()) else "34"
        there = names[table.borders]
        lacking = sorted(there[name] for name in there.keys() - here)
        if lacking and table.borders == "38":
            found, remedy = f"no row of {listing(lacking)}", "look whether rows were lost"
            table.notes.append(Problem(table.where, found, "38 provinces", remedy))
        elif lacking:
            found = f"{len(here)} provinces, none of which began in 2022, and no {listing(lacking)}"
            remedy = "give the whole table, with '...' where there is no value"
            table.fault(
                "borders", found, "34 or 38 provinces, so that the borders can be told", remedy
            )
    for i, units in meant.items():
        fits = [u for u in units if not table.borders or table.borders in book.borders[u].split()]
        unit = (fits or units)[0]
        if unit in table.units.values():
            found, remedy = f"{book.name[unit]} again", "keep one of the rows"
            table.fault("twice", found, "each unit once", remedy, i)
        table.units[i] = unit
