"""Checks of units: their codes in the systems of BPS and Kemendagri, and the tree that they form.

Both systems give every province two digits. They agree outside Papua and differ in it, and a code of
one system is a valid code of the other: only the name beside it shows which was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from erat.errors import listing, nearest
from erat.index.cell_problems import Fault, Finding
from erat.indonesia.schemas import Loaded

KEMENDAGRI_IN_PAPUA = {"91": "92", "92": "96", "94": "91", "95": "93", "96": "94", "97": "95"}
"""BPS code of a province and its Kemendagri code, where the two differ."""

BORDERS = ("34", "38")

FORMER_NAMES = {
    "nanggroeacehdarussalam": "aceh", "bangkabelitung": "kepulauanbangkabelitung",
    "daerahkhususibukotajakarta": "dkijakarta", "dkjakarta": "dkijakarta",
    "daerahkhususjakarta": "dkijakarta", "daerahistimewayogyakarta": "diyogyakarta",
    "yogyakartadi": "diyogyakarta", "tobasamosir": "toba", "limapuluhkoto": "limapuluhkota",
    "malukutenggarabarat": "kepulauantanimbar", "mamujuutara": "pasangkayu",
    "mahakamhulu": "mahakamulu", "selayar": "kepulauanselayar", "yapenwaropen": "kepulauanyapen",
    "pangkajenekepulauan": "pangkajenedankepulauan", "polewalimamasa": "polewalimandar",
    "kotapadangsidempuan": "kotapadangsidimpuan",
}  # fmt: skip
"""Names of laws before the present ones, and of publications beside them, as :func:`spelling` has
them, and the spelling of the present name."""

_REGENCY = re.compile(r"\s*(kabupaten|kab)\b", re.IGNORECASE)
_PROVINCE = re.compile(r"\s*(provinsi|prov)\b", re.IGNORECASE)

_NO_UNIT = "an empty cell: there is no such unit on the borders of {borders} provinces"
_SYSTEMS = {"bps": "BPS", "kemendagri": "Kemendagri"}
_ABOVE = {"province": "country", "regency": "province"}
_TYPES = {"country": ("negara",), "province": ("provinsi",), "regency": ("kabupaten", "kota")}


class CodeBook:
    """Finds units of the table of units, as text, by any of their codes or by name."""

    def __init__(self, units: pd.DataFrame) -> None:
        columns = units.set_index("unit").to_dict()
        self.name, self.borders, self.level = (columns[x] for x in ("name", "borders", "level"))
        self.by_name, self.by_iso, self.by_kemendagri = (
            {text: list(same) for text, same in units.groupby(column)["unit"] if text}
            for column in ("name", "iso", "kemendagri")
        )
        plain = {code.replace(".", ""): same for code, same in self.by_kemendagri.items()}
        self.by_kemendagri = plain | self.by_kemendagri
        self.by_spelling: dict[str, list[str]] = {}
        for unit, name in self.name.items():
            self.by_spelling.setdefault(spelling(name), []).append(unit)

    def called(self, name: str) -> list[str]:
        """Return the units that a name may stand for, however it is spelled.

        ``Kab.`` or ``Provinsi`` before it tell the level. A city may stand without ``Kota`` where no
        other unit has that name.
        """
        plain = spelling(name)
        units = self.by_spelling.get(plain, [])
        for before, level in ((_REGENCY, "regency"), (_PROVINCE, "province")):
            if before.match(name):
                return [unit for unit in units if self.level[unit] == level]
        return units or self.by_spelling.get(f"kota{plain}", [])

    def fault(self, code: str, name: str, borders: str = "") -> Fault | None:
        """Say what is wrong with a unit's code beside its name, or None.

        ``borders`` are ``"34"`` or ``"38"`` to tell the units of one name apart; empty if unknown.
        """
        known, named = self.name.get(code), self.by_name.get(name, [])
        right = self._pick(named, borders)
        if known == name:
            if not borders or borders in self.borders[code].split():
                return None
            remedy = f"use unit {right}" if right else f"{name} exists only on other borders"
            expected = f"a unit of the borders of {borders} provinces"
            return Fault(f"borders of {code}", expected, f"{remedy}, or correct the borders")
        kemendagri = self.by_kemendagri.get(code, [])
        same_name = [unit for unit in kemendagri if self.name[unit] == name]
        unit = self._pick(same_name or ([] if known else kemendagri), borders)
        if unit:
            remedy = f"{code} is the Kemendagri code of {self.name[unit]}, whose BPS unit is {unit}"
            return Fault(f"Kemendagri code {code}", "a BPS code", f"{remedy}: write {unit}")
        if known:
            close = nearest(name, self.by_name) if len(self.by_name) > 20 else ""
            remedy = f"correct the name ({close})"
            remedy = f"write {right}, the unit of {name}" if right else remedy
            expected = f"the name {known}, which belongs to {code}"
            return Fault(f"name of {code}", expected, f"{remedy}, or correct the code")
        meant = named or self.by_iso.get(code) or self.by_name.get(code) or []
        right = self._pick(meant, borders)
        provinces = [unit for unit in self.name if len(unit) < 4]
        remedy = f"write {right}, the unit of {self.name[right]}" if right else ""
        return Fault(f"unknown {code}", "a unit of units.csv", remedy or nearest(code, provinces))

    def _pick(self, units: list[str], borders: str) -> str | None:
        fitting = [unit for unit in units if not borders or borders in self.borders[unit].split()]
        return min(fitting or units, key=lambda unit: (len(unit), unit), default=None)


def spelling(name: str) -> str:
    """Return what all spellings of a unit's name have in common.

    >>> {spelling(name) for name in ("DI Yogyakarta", "D.I. YOGYAKARTA", "D I Yogyakarta")}
    {'diyogyakarta'}
    >>> spelling("KEP. RIAU"), spelling("Kab. Sigi"), spelling("Kota Palu")
    ('kepulauanriau', 'sigi', 'kotapalu')
    """
    text = re.sub(r"\bkep\b", "kepulauan", name.casefold())
    text = re.sub(r"\A\s*(kab|kabupaten)\b", "", text)
    text = re.sub(r"\A[\s.]*(kota )?(adm|administrasi)\b", r"\1", text)
    text = re.sub(r"\A\s*(provinsi|prov)\b", "", text)
    plain = re.sub("[^a-z0-9]", "", text)
    return FORMER_NAMES.get(plain, plain)


def spelled_as_known(names: pd.Series, units: pd.Series, book: CodeBook) -> pd.Series:
    """Write names as the table of units does where they are its names of the units beside them."""
    known = units.map(book.name)
    same = known.fillna("").map(spelling) == names.map(spelling)
    return names.mask(known.notna() & same, known)


def unit_findings(statistics: Loaded, book: CodeBook) -> Iterator[Finding]:
    """Hold code, name and borders of every row of statistics against the table of units.

    Rows with a wrong code are marked as bad, so that later checks do not take them for others.
    """
    columns = ["unit", "name"] + (["borders"] if "borders" in statistics.frame else [])
    rows = statistics.rows(*columns)
    for cells, same in rows.groupby(columns, sort=False).groups.items():
        if fault := book.fault(*cells):
            cause, expected, remedy = fault
            found = f"{cells[0]!r} with the name {cells[1]!r}"
            statistics.bad.setdefault("unit", set()).update(map(int, same))
            for line in same:
                yield statistics.finding(cause, found, expected, remedy, line, "unit")


def level_findings(statistics: Loaded, levels: dict[str, str], level: str) -> Iterator[Finding]:
    """Check that a table of statistics holds only units of its own level."""
    units = statistics.rows("unit")["unit"]
    known = units.map(levels)
    others = listing([unit for unit, its in levels.items() if its == level], most=3)
    remedy = f"this table is for units such as {others}"
    for line, unit in units[known.notna() & (known != level)].items():
        found, expected = f"{unit!r}, of the level {levels[unit]}", f"a unit of the level {level}"
        yield statistics.finding("level", found, expected, remedy, line, "unit")


def code_findings(units: Loaded) -> Iterator[Finding]:
    """Check the codes of the table of units against each other."""
    rows = units.rows("unit", "bps", "kemendagri", "level", "parent_34", "parent_38")
    kemendagri = dict(zip(rows["unit"], rows["kemendagri"], strict=True))
    below = rows[rows["level"] != "country"]
    for line, row in zip(below.index, below.to_dict("records"), strict=True):
        code = row["unit"].split("-")[0]
        wrong = {"bps": code} if row["bps"] != code else {}
        expected = KEMENDAGRI_IN_PAPUA.get(code, code)
        fits = row["kemendagri"] == expected
        if row["level"] == "regency":
            parent = kemendagri.get(row["parent_38"], "")
            expected = f"a code that starts with {parent}., as its province's does"
            fits = not parent or row["kemendagri"].startswith(f"{parent}.")
        if not fits:
            wrong["kemendagri"] = expected
        for column, expected in wrong.items():
            system, text = _SYSTEMS[column], repr(row[column]) if row[column] else "an empty cell"
            remedy = f"write the {system} code; in Papua the codes of BPS and Kemendagri differ"
            yield units.finding(f"{column} code", text, expected, remedy, line, column)
    present = rows[(rows["kemendagri"] != "") & ~rows["unit"].str.endswith("-34")]
    expected, remedy = "one unit for each Kemendagri code", "correct the code of one of them"
    twice = present[present.duplicated("kemendagri", keep=False)]
    for code, same in twice.groupby("kemendagri"):
        found, line = f"{code} as the code of {listing(list(same['unit']))}", same.index[1]
        yield units.finding(f"twice {code}", found, expected, remedy, line, "kemendagri")


def tree_findings(units: Loaded) -> Iterator[Finding]:
    """Check that the units form one tree on each of the borders, and that its counts agree."""
    rows = units.rows("unit", "level", "type", "borders", "parent_34", "parent_38")
    if rows.empty:
        return
    for line, level, kind in rows[["level", "type"]].itertuples():
        if kind not in _TYPES[level]:
            expected = f"the type {'/'.join(_TYPES[level])} of the level {level}"
            remedy = "correct the type or the level"
            yield units.finding("type", repr(kind), expected, remedy, line, "type")
    for borders in BORDERS:
        yield from _parents(units, rows, borders)
        yield from _cycles(units, rows, f"parent_{borders}")
        yield from _counts(units, borders)
    countries = (rows["level"] == "country").sum()
    if countries != 1:
        remedy = "keep one country, above all provinces"
        yield units.finding("country", f"{countries} countries", "one country", remedy)


def _parents(units: Loaded, rows: pd.DataFrame, borders: str) -> Iterator[Finding]:
    """Find units whose parent is not of the level above, or not on the same borders."""
    column, known = f"parent_{borders}", rows.drop_duplicates("unit", keep="last")
    level = dict(zip(known["unit"], known["level"], strict=True))
    exists = dict(zip(known["unit"], known["borders"], strict=True))
    for line, parent, unit_level, its_borders in rows[[column, "level", "borders"]].itertuples():
        above = _ABOVE.get(unit_level, "")
        here = borders in its_borders.split() and bool(above)
        fault = ""
        if here != bool(parent):
            fault = f"a unit of the level {above}" if here else _NO_UNIT.format(borders=borders)
        elif parent and level.get(parent) != above:
            fault = f"a unit of the level {above} in this table"
        elif parent and borders not in exists[parent].split():
            fault = f"a unit of the level {above} on the borders of {borders} provinces"
        if fault:
            possible = [unit for unit, its in level.items() if its == above]
            remedy = nearest(parent, possible) if here else "leave the cell empty"
            found = repr(parent) if parent else "an empty cell"
            yield units.finding(f"parent {fault}", found, fault, remedy, line, column)


def _cycles(units: Loaded, rows: pd.DataFrame, column: str) -> Iterator[Finding]:
    """Find units that are below themselves."""
    parents = dict(zip(rows["unit"], rows[column], strict=True))
    lines = dict(zip(rows["unit"], rows.index, strict=True))
    expected, remedy = "a tree: no unit below itself", "correct the parent of one of them"
    passed: set[str] = set()
    for start in parents:
        path: list[str] = []
        unit = start
        while unit in parents and unit not in passed:
            passed.add(unit)
            path.append(unit)
            unit = parents[unit]
        if unit in path:
            found = " is below ".join([*path[path.index(unit) :], unit])
            yield units.finding(f"cycle {unit}", found, expected, remedy, lines[unit], column)


def _counts(units: Loaded, borders: str) -> Iterator[Finding]:
    """Find provinces that say another number of kabupaten or kota than are below them."""
    column = f"parent_{borders}"
    rows = units.rows("unit", "level", "type", "borders", column, "n_kabupaten", "n_kota")
    below = rows[rows["level"] == "regency"]
    provinces = rows[(rows["level"] == "province") & rows["borders"].str.contains(borders)]
    for kind in ("kabupaten", "kota"):
        counts = below.loc[below["type"] == kind, column].value_counts()
        stated = provinces.set_index("unit", append=True)[f"n_{kind}"]
        for (line, unit), number in stated[stated != ""].items():
            count = counts.get(unit, 0)
            if int(number) != count:
                expected = f"{count}, the number of {kind} below {unit} in this table"
                remedy = f"correct the number, or {column} of its {kind}"
                yield units.finding(f"count {kind}", number, expected, remedy, line, f"n_{kind}")
