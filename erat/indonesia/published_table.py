"""A table as a publisher prints it: every row placed or listed.

Titles stand above the header, notes below the rows, totals among them; units have names, codes of
BPS or Kemendagri, or both. Which column is read is told in :mod:`erat.indonesia.published_columns`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from erat.errors import DataError, Problem, listing, nearest
from erat.index.cell_problems import Finding, finding, grouped
from erat.index.plausibility import FOOTNOTE, is_total
from erat.index.rows import TableForm
from erat.index.tables import read_cells
from erat.indonesia.long_table import widened
from erat.indonesia.unit_checks import CodeBook, spelling

_NAME_MARK = re.compile(r"(\s*\*+\)?|\s*[0-9]\)|\s*[¹²³⁴⁵]+\)?)$")
_BEFORE_NAME = re.compile(r"^\s*[0-9]{1,2}[.)]\s+")
_AND = re.compile(r"^pulau | dan |[/&]", re.IGNORECASE)
_NUMBER = re.compile(r"-?[0-9][0-9.,]*")
_CODE = re.compile(r"[0-9]{2}(\.?[0-9]{2})?")


@dataclass
class PlacedTable:
    """The rows of a file, padded to one width, and what was told of them.

    Attributes
    ----------
    where, lines, rows
        Name of the file, the line of each row, and the rows.
    line_of
        The lines of cells, by row and column, where a row was made from several.
    level, borders
        ``province`` on ``34`` or ``38`` borders, or ``regency`` (borders empty).
    label, code
        Places of the columns of names and of codes; -1 if there is none.
    first
        The first row of a unit or a total; header and titles stand above it.
    units
        The unit of each row that was placed.
    left_out
        Rows that are no units, by what they are: ``total``, ``province``, ``note``, ``empty``.
    notes
        What is doubtful.
    """

    where: str
    lines: list[int]
    rows: list[list[str]]
    line_of: dict[tuple[int, int], int]
    book: CodeBook
    level: str = ""
    borders: str = ""
    label: int = -1
    code: int = -1
    first: int = 0
    units: dict[int, str] = field(default_factory=dict)
    left_out: dict[str, list[str]] = field(default_factory=dict)
    notes: list[Problem] = field(default_factory=list)

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.rows[0]) if self.rows else 0

    def name(self, row: int) -> str:
        """Return the name in a row, without its number and the mark of a note."""
        return _plain_name(self.rows[row][self.label]) if self.label >= 0 else ""

    def has_values(self, row: int) -> bool:
        """Say whether a row has more than a name and a code."""
        others = (i for i in range(self.width) if i not in (self.label, self.code))
        return any(self.rows[row][i] for i in others)

    @cached_property
    def codes(self) -> dict[str, dict[str, list[str]]]:
        """Units by their code without points, in both systems."""
        kemendagri = {
            code: units for code, units in self.book.by_kemendagri.items() if "." not in code
        }
        bps: dict[str, list[str]] = {}
        for unit in self.book.name:
            bps.setdefault(unit.split("-")[0], []).append(unit)
        return {"BPS": bps, "Kemendagri": kemendagri}


def place_table(
    path: Path, layout: TableForm, units: pd.DataFrame, groups: Collection[str] = ()
) -> PlacedTable:
    """Read a table and place its rows; ``groups`` are names of groups of provinces (totals).

    Raises
    ------
    DataError
        With every row that cannot be placed or stands twice, every code that is not that of the
        name beside it; or if borders or the system of codes cannot be told.
    """
    findings: list[Finding] = []
    notes: list[Problem] = []
    lines, rows = read_cells(path, DataError, layout, findings, notes)
    width = max(map(len, rows), default=0)
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    book = CodeBook(units)

    def is_unit(cell: str) -> bool:
        return bool(book.called(_plain_name(cell)))

    wide = widened((lines, padded), path.name, is_unit, findings)
    table = PlacedTable(path.name, *wide, book, notes=notes)
    if not findings:
        meant = _find_units(table, findings)
        _place(table, meant, {spelling(name) for name in groups}, findings)
        _choose_borders(table, meant, findings)
    if findings:
        raise DataError(grouped(findings))
    return table


def _plain_name(cell: str) -> str:
    return _NAME_MARK.sub("", _BEFORE_NAME.sub("", cell)).strip()


def _plain_code(cell: str) -> str:
    """Return a code without points; BPS writes 1100 for province 11."""
    plain = cell.replace(".", "") if _CODE.fullmatch(cell) else ""
    return plain[:2] if plain.endswith("00") else plain


def _find_units(table: PlacedTable, findings: list[Finding]) -> dict[int, list[str]]:
    """Find the columns of names and codes; return the units that each row may stand for."""
    rows = range(len(table.rows))
    called = {cell: table.book.called(_plain_name(cell)) for row in table.rows for cell in set(row)}
    # Of the province beside the regency and the regency, the one that differs is the unit.
    named = [len({row[i] for row in table.rows if called[row[i]]}) for i in range(table.width)]
    known = {code for codes in table.codes.values() for code in codes}
    coded = [sum(_plain_code(row[i]) in known for row in table.rows) for i in range(table.width)]
    meant: dict[int, list[str]] = {}
    if max(named, default=0):
        table.label = named.index(max(named))
        meant = {i: units for i in rows if (units := called[table.rows[i][table.label]])}
        _hold_codes(table, meant, findings)
    elif max(coded, default=0):
        table.code = coded.index(max(coded))
        of_row = {i: _plain_code(table.rows[i][table.code]) for i in rows if table.has_values(i)}
        codes = {i: code for i, code in of_row.items() if code}
        whole = [one for one, known in table.codes.items() if known.keys() >= set(codes.values())]
        if len(whole) == 1:
            meant = {i: table.codes[whole[0]][code] for i, code in codes.items()}
        else:
            found = "codes that both systems have" if whole else "codes that no system has"
            remedy = "add a column with the names of the units"
            findings.append(
                finding(table.where, "codes", found, "codes of BPS or Kemendagri", remedy)
            )
    if not meant and not findings:
        expected = "a column with names or codes of provinces, or of regencies and cities"
        remedy = "check that it is the right file and sheet: --sheet"
        findings.append(finding(table.where, "units", "no unit", expected, remedy))
    levels = [{table.book.level[unit] for unit in units} for units in meant.values()]
    table.level = max(("province", "regency"), key=lambda one: sum(one in its for its in levels))
    return meant


def _hold_codes(table: PlacedTable, meant: dict[int, list[str]], out: list[Finding]) -> None:
    """Find a column of codes beside the names, and hold each code against its name."""
    for place in (i for i in range(table.width) if i != table.label):
        for known in table.codes.values():
            of_row = {i: known.get(_plain_code(table.rows[i][place]), []) for i in meant}
            agreeing = {i: [u for u in units if u in of_row[i]] for i, units in meant.items()}
            if 2 * sum(map(bool, agreeing.values())) <= len(meant):
                continue
            table.code = place
            for i, units in meant.items():
                code = table.rows[i][place]
                if code and not agreeing[i] and not is_total(table.name(i)):
                    right = next((c for c, its in known.items() if units[0] in its), "")
                    found = f"{code} beside {table.name(i)}"
                    remedy = "correct the code or the name"
                    expected = f"{right}, its code"
                    out.append(finding(table.where, "code", found, expected, remedy,
                                       row=table.lines[i]))  # fmt: skip
                meant[i] = agreeing[i] or units
            return


def _place(
    table: PlacedTable, meant: dict[int, list[str]], groups: set[str], out: list[Finding]
) -> None:
    """Say of each row below the header what it is; ``meant`` keeps the rows of units."""
    level, book = table.level, table.book
    of_level = {i: [unit for unit in its if book.level[unit] == level] for i, its in meant.items()}
    rows = [i for i in meant if table.has_values(i)] or [*meant] or [len(table.rows)]
    table.first, last = rows[0], max((i for i, its in of_level.items() if its), default=0)
    if level == "regency":
        _part_headings(table, meant, of_level, out)
    for i in range(table.first, len(table.rows)):
        first = next(filter(None, table.rows[i]), "")
        label = table.name(i) if table.label >= 0 else first
        units = of_level.get(i, [])
        kind = ""
        if is_total(label) or meant.get(i) == ["ID"]:
            kind = "total"
        elif units:
            continue
        elif i in meant and level == "regency":
            kind = "province"
        elif FOOTNOTE.match(first) and not any(map(_NUMBER.fullmatch, table.rows[i])):
            kind = "note"
        elif set(map(spelling, filter(None, _AND.split(label or first)))) <= groups:
            kind = "total"
        elif not table.has_values(i):
            kind = "note" if i > last else "empty"
        else:
            names = [name for unit, name in book.name.items() if book.level[unit] == level]
            remedy = nearest(label, names) if label else "give the row its name, or delete it"
            remedy = f"{remedy} Else delete the row" if remedy.startswith("did") else remedy
            remedy = "correct the name, or delete the row" if remedy.startswith("use") else remedy
            what = "a province" if level == "province" else "a regency or city"
            expected = f"{what}, a total or a note"
            found = repr(label) if label else "values without a name"
            out.append(finding(table.where, "row", found, expected, remedy, row=table.lines[i]))
        if kind:
            table.left_out.setdefault(kind, []).append(
                f"{(label or first)[:60]!r} ({table.lines[i]})"
            )
    meant.clear()
    total = {i for i in of_level if is_total(table.name(i))}
    meant |= {i: its for i, its in of_level.items() if its and i >= table.first and i not in total}


def _part_headings(
    table: PlacedTable,
    meant: dict[int, list[str]],
    of_level: dict[int, list[str]],
    out: list[Finding],
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
            found, expected = f"{name} once", "a province, or a regency of the same name"
            remedy = f"write 'Provinsi {name}' or '{book.name[same[0]]}'"
            out.append(finding(table.where, "name", found, expected, remedy, row=table.lines[i]))


def _choose_borders(table: PlacedTable, meant: dict[int, list[str]], out: list[Finding]) -> None:
    """Tell the borders from the provinces that have a row, and choose each row's unit."""
    book, names = table.book, dict[str, set[str]]()
    for borders in ("34", "38"):
        names[borders] = {
            spelling(name) for unit, name in book.name.items()
            if book.level[unit] == "province" and borders in book.borders[unit].split()
        }  # fmt: skip
    here = {spelling(book.name[its[0]]): i for i, its in meant.items()}
    if table.level == "province" and meant:
        table.borders = "38" if here.keys() & (names["38"] - names["34"]) else "34"
        of = {spelling(name): name for name in book.name.values()}
        lacking = sorted(of[name] for name in names[table.borders] - here.keys())
        if lacking and table.borders == "38":
            found, remedy = f"no row of {listing(lacking)}", "look whether rows were lost"
            table.notes.append(Problem(table.where, found, "38 provinces", remedy))
        elif lacking:
            found = f"{len(here)} provinces, none of which began in 2022, and no {listing(lacking)}"
            remedy = "give the whole table, with '...' where there is no value"
            expected = "34 or 38 provinces, so that the borders can be told"
            out.append(finding(table.where, "borders", found, expected, remedy))
    for i, units in meant.items():
        fitting = [
            u for u in units if not table.borders or table.borders in book.borders[u].split()
        ]
        unit = (fitting or units)[0]
        if unit in table.units.values():
            found, remedy = f"{book.name[unit]} again", "keep one of the rows"
            expected = "each unit once"
            out.append(finding(table.where, "twice", found, expected, remedy, row=table.lines[i]))
        table.units[i] = unit
