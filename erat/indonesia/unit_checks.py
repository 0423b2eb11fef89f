"""Checks of units: their codes in the systems of BPS and Kemendagri, and the tree that they form.

Both systems give every province two digits. They agree outside Papua and differ in it, and a code of
one system is a valid code of the other: only the name beside it shows which was meant.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from erat.errors import listing, nearest
from erat.index.cell_problems import Fault, Finding, finding
from erat.indonesia.text_tables import Loaded

KEMENDAGRI_IN_PAPUA: dict[str, str] = {
    "91": "92",
    "92": "96",
    "94": "91",
    "95": "93",
    "96": "94",
    "97": "95",
}
"""BPS code of a province and its Kemendagri code, where the two differ."""


class CodeBook:
    """Finds units by any of their codes or by name.

    Parameters
    ----------
    units
        The table of units, as text.
    """

    def __init__(self, units: pd.DataFrame) -> None:
        self.name: dict[str, str] = dict(zip(units["unit"], units["name"], strict=True))
        self.borders: dict[str, str] = dict(zip(units["unit"], units["borders"], strict=True))
        self.level: dict[str, str] = dict(zip(units["unit"], units["level"], strict=True))
        self.by_name = _lookup(units, "name")
        self.by_iso = _lookup(units, "iso")
        self.by_kemendagri = _lookup(units, "kemendagri")
        for code in [code for code in self.by_kemendagri if "." in code]:
            self.by_kemendagri[code.replace(".", "")] = self.by_kemendagri[code]

    def fault(self, code: str, name: str, borders: str = "") -> Fault | None:
        """Say what is wrong with a unit's code beside its name, or None.

        Parameters
        ----------
        code, name
            Cells of one row.
        borders
            ``"34"`` or ``"38"`` to tell the units of one name apart; empty if unknown.
        """
        known = self.name.get(code)
        if known == name:
            return self._fault_of_borders(code, name, borders)
        return (
            self._fault_of_system(code, name, borders)
            or (self._fault_of_name(code, name, borders) if known else None)
            or self._unknown(code, name, borders)
        )

    def _fault_of_borders(self, code: str, name: str, borders: str) -> Fault | None:
        if not borders or borders in self.borders[code].split():
            return None
        right = self._pick(self.by_name.get(name, []), borders)
        remedy = f"use unit {right}" if right else f"{name} exists only on other borders"
        expected = f"a unit of the borders of {borders} provinces"
        return Fault(f"borders of {code}", expected, f"{remedy}, or correct the borders")

    def _fault_of_system(self, code: str, name: str, borders: str) -> Fault | None:
        units = self.by_kemendagri.get(code, [])
        units = [unit for unit in units if self.name[unit] == name] or (
            [] if code in self.name else units
        )
        right = self._pick(units, borders)
        if right is None:
            return None
        whose = self.name[right]
        return Fault(
            f"Kemendagri code {code}",
            "a BPS code",
            f"{code} is the Kemendagri code of {whose}, whose BPS unit is {right}: write {right}",
        )

    def _fault_of_name(self, code: str, name: str, borders: str) -> Fault:
        right = self._pick(self.by_name.get(name, []), borders)
        close = nearest(name, self.by_name) if len(self.by_name) > 20 else ""
        own = f"write {right}, the unit of {name}" if right else f"correct the name ({close})"
        expected = f"the name {self.name[code]}, which belongs to {code}"
        return Fault(f"name of {code}", expected, f"{own}, or correct the code")

    def _unknown(self, code: str, name: str, borders: str) -> Fault:
        right = self._pick(
            self.by_name.get(name) or self.by_iso.get(code) or self.by_name.get(code) or [],
            borders,
        )
        remedy = f"write {right}, the unit of {self.name[right]}" if right else ""
        return Fault(
            f"unknown {code}", "a unit of units.csv", remedy or nearest(code, _short(self.name))
        )

    def _pick(self, units: list[str], borders: str) -> str | None:
        fitting = [unit for unit in units if not borders or borders in self.borders[unit].split()]
        return min(fitting or units, key=lambda unit: (len(unit), unit), default=None)


def _short(names: dict[str, str]) -> list[str]:
    return [code for code in names if len(code) < 4]


def _lookup(units: pd.DataFrame, column: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, unit in zip(units[column], units["unit"], strict=True):
        if key:
            found.setdefault(key, []).append(unit)
    return found


def unit_findings(loaded: Loaded, book: CodeBook) -> Iterator[Finding]:
    """Hold code, name and borders of every row of statistics against the table of units.

    Rows with a wrong code are marked as bad, so that later checks do not take them for others.
    """
    columns = ["unit", "name"] + (["borders"] if "borders" in loaded.frame else [])
    rows = loaded.rows(*columns)
    for cells, same in _blocks(rows, columns):
        fault = book.fault(*cells)
        if fault:
            loaded.bad.setdefault("unit", set()).update(same)
            for line in same:
                yield finding(
                    loaded.table.file, fault.cause, f"{cells[0]!r} with the name {cells[1]!r}",
                    fault.expected, fault.remedy, row=line, column="unit",
                )  # fmt: skip


def _blocks(rows: pd.DataFrame, columns: list[str]) -> Iterator[tuple[tuple[str, ...], list[int]]]:
    keys = rows[columns].itertuples(index=False, name=None)
    blocks: dict[tuple[str, ...], list[int]] = {}
    for line, key in zip(rows.index, keys, strict=True):
        blocks.setdefault(key, []).append(int(line))
    yield from blocks.items()


def code_findings(units: Loaded) -> Iterator[Finding]:
    """Check the codes of the table of units against each other."""
    rows = units.rows("unit", "bps", "kemendagri", "level", "parent_34", "parent_38")
    if rows.empty:
        return
    kemendagri = dict(zip(rows["unit"], rows["kemendagri"], strict=True))
    for line, row in zip(rows.index, rows.to_dict("records"), strict=True):
        for column, expected in _expected_codes({str(k): str(v) for k, v in row.items()}):
            if column == "kemendagri" and row["level"] == "regency":
                parent = kemendagri.get(row["parent_38"], "")
                fits = not parent or row["kemendagri"].startswith(f"{parent}.")
                expected = f"a code that starts with {parent}., as its province's does"
            else:
                fits = row[column] == expected
            if not fits:
                yield _wrong_code(units, int(line), column, str(row[column]), expected)
    yield from _kemendagri_twice(units, rows)


def _expected_codes(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    if row["level"] == "country":
        return
    code = row["unit"].split("-")[0]
    yield "bps", code
    yield "kemendagri", KEMENDAGRI_IN_PAPUA.get(code, code)


def _wrong_code(units: Loaded, line: int, column: str, found: str, expected: str) -> Finding:
    system = "BPS" if column == "bps" else "Kemendagri"
    remedy = f"write the {system} code; in Papua the codes of BPS and Kemendagri differ"
    return finding(
        units.table.file, f"{column} code", repr(found), expected, remedy, row=line, column=column
    )


def _kemendagri_twice(units: Loaded, rows: pd.DataFrame) -> Iterator[Finding]:
    own = rows[(rows["kemendagri"] != "") & ~rows["unit"].str.endswith("-34")]
    for code, same in own.groupby("kemendagri"):
        if len(same) > 1:
            yield finding(
                units.table.file, f"twice {code}", f"{code} for {listing(list(same['unit']))}",
                "a Kemendagri code for one unit", "correct the code of one of them",
                row=int(same.index[1]), column="kemendagri",
            )  # fmt: skip


BORDERS = ("34", "38")
_ABOVE = {"province": "country", "regency": "province"}
_TYPES = {
    "country": ("negara",),
    "province": ("provinsi",),
    "regency": ("kabupaten", "kota"),
}


def tree_findings(units: Loaded) -> Iterator[Finding]:
    """Check that the units form one tree on each of the borders, and that its counts agree."""
    rows = units.rows("unit", "level", "type", "borders", "parent_34", "parent_38")
    if rows.empty:
        return
    yield from _types(units, rows)
    for borders in BORDERS:
        column = f"parent_{borders}"
        parents = dict(zip(rows["unit"], rows[column], strict=True))
        yield from _parents(units, rows, borders)
        yield from _cycles(units, rows, column, parents)
        yield from _counts(units, borders)
    tops = rows.index[rows["level"] == "country"]
    if len(tops) != 1:
        remedy = "keep one country, above all provinces"
        yield finding(units.table.file, "country", f"{len(tops)} countries", "one", remedy)


def _types(units: Loaded, rows: pd.DataFrame) -> Iterator[Finding]:
    for line, level, kind in zip(rows.index, rows["level"], rows["type"], strict=True):
        if kind not in _TYPES[level]:
            yield finding(
                units.table.file, "type", repr(kind), f"{' or '.join(_TYPES[level])} for a {level}",
                "correct the type or the level", row=int(line), column="type",
            )  # fmt: skip


def _parents(units: Loaded, rows: pd.DataFrame, borders: str) -> Iterator[Finding]:
    column = f"parent_{borders}"
    level = dict(zip(rows["unit"], rows["level"], strict=True))
    exists = dict(zip(rows["unit"], rows["borders"], strict=True))
    for line, row in zip(rows.index, rows.to_dict("records"), strict=True):
        parent, above = row[column], _ABOVE.get(row["level"], "")
        here = borders in row["borders"].split() and bool(above)
        fault = ""
        if here != bool(parent):
            fault = f"a {above}" if here else f"nothing: no such place on {borders} provinces"
        elif parent and level.get(parent) != above:
            fault = f"a {above} of this table"
        elif parent and borders not in exists[parent].split():
            fault = f"a {above} that exists on the borders of {borders} provinces"
        if fault:
            known = [unit for unit, its in level.items() if its == above]
            remedy = "leave the cell empty" if not here else nearest(parent, known)
            found = repr(parent) if parent else "nothing"
            yield finding(
                units.table.file, f"parent {fault}", found, fault, remedy, row=int(line),
                column=column,
            )  # fmt: skip


def _cycles(
    units: Loaded, rows: pd.DataFrame, column: str, parents: dict[str, str]
) -> Iterator[Finding]:
    line = dict(zip(rows["unit"], rows.index, strict=True))
    told: set[str] = set()
    for start in parents:
        path: list[str] = []
        unit = start
        while unit in parents and unit not in path and unit not in told:
            path.append(unit)
            unit = parents[unit]
        if unit in path:
            ring = path[path.index(unit) :]
            yield finding(
                units.table.file, f"cycle {unit}", " is below ".join([*ring, unit]),
                "a tree: no unit below itself", "correct the parent of one of them",
                row=int(line[unit]), column=column,
            )  # fmt: skip
        told.update(path)


def _counts(units: Loaded, borders: str) -> Iterator[Finding]:
    column = f"parent_{borders}"
    rows = units.rows("unit", "level", "type", "borders", column, "n_kabupaten", "n_kota")
    below = rows[(rows["level"] == "regency") & (rows[column] != "")]
    for kind in ("kabupaten", "kota"):
        count = below.loc[below["type"] == kind, column].value_counts().to_dict()
        provinces = rows[
            (rows["level"] == "province")
            & rows["borders"].str.split().map(lambda its: borders in its)
            & (rows[f"n_{kind}"] != "")
        ]
        for line, unit, said in zip(
            provinces.index, provinces["unit"], provinces[f"n_{kind}"], strict=True
        ):
            if int(said) != count.get(unit, 0):
                yield finding(
                    units.table.file, f"count {kind}", said,
                    f"{count.get(unit, 0)}, the number of {kind} below {unit} in this table",
                    f"correct the number, or {column} of its {kind}", row=int(line),
                    column=f"n_{kind}",
                )  # fmt: skip


def level_findings(loaded: Loaded, levels: dict[str, str], level: str) -> Iterator[Finding]:
    """Check that a table of statistics holds only units of its own level."""
    units = loaded.rows("unit")["unit"]
    known = units.map(levels)
    others = listing([name for name, its in levels.items() if its == level], most=3)
    for line, unit in units[known.notna() & (known != level)].items():
        yield finding(
            loaded.table.file, "level", f"{unit!r}, a {levels[unit]}", f"a {level}",
            f"this table is for units such as {others}", row=int(str(line)), column="unit",
        )  # fmt: skip
