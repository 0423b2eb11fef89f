"""Checking all raw tables at once, and reading them once they are right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from erat.errors import DataError, Problem
from erat.index.cell_problems import Finding, grouped
from erat.indonesia import series_checks, text_tables, unit_checks
from erat.indonesia.package import changed_files
from erat.indonesia.schemas import TABLES
from erat.indonesia.text_tables import Loaded

STATISTICS = {"province_statistics": "province", "regency_statistics": "regency"}
"""The tables of values, and the level of their units."""

NAMES = {
    "province_statistics": "provinces",
    "regency_statistics": "regencies",
    "erat_dimensions": "dimensions",
}
"""What :class:`RawTables` calls tables whose file has another name."""


@dataclass(frozen=True)
class RawTables:
    """The raw tables, checked and typed.

    Texts are ``str`` (an empty cell is the empty text, never missing), years and copies ``int``,
    values and ranges ``float``, ``n_kabupaten`` and ``n_kota`` the nullable ``Int64``.
    """

    units: pd.DataFrame
    island_groups: pd.DataFrame
    indicators: pd.DataFrame
    breaks: pd.DataFrame
    sources: pd.DataFrame
    provinces: pd.DataFrame
    regencies: pd.DataFrame
    dimensions: pd.DataFrame

    @property
    def names(self) -> dict[str, str]:
        """Names of all units by their code."""
        return dict(zip(self.units["unit"], self.units["name"], strict=True))

    @property
    def titles(self) -> dict[str, str]:
        """English names of all series by their code."""
        return dict(zip(self.indicators["indicator"], self.indicators["name_en"], strict=True))

    def rows_of(self, indicator: str, level: str = "province") -> pd.DataFrame:
        """Return the values of a series, of provinces or ``"regency"``; no rows of an unknown one."""
        table = self.provinces if level == "province" else self.regencies
        return table.iloc[self._places[level].get(indicator, [])]

    @cached_property
    def _places(self) -> dict[str, dict[str, np.ndarray]]:
        """Positions of every series' rows, by level: found once, since editions ask many times."""
        tables = {"province": self.provinces, "regency": self.regencies}
        return {level: table.groupby("indicator").indices for level, table in tables.items()}

    def until(self, year: int) -> RawTables:
        """Return the tables as they were at the end of a year: no later figure, no later break."""
        tables = {name: getattr(self, name) for name in ("provinces", "regencies", "breaks")}
        early = {name: table["year"] <= year for name, table in tables.items()}
        if all(rows.all() for rows in early.values()):
            return self
        return replace(self, **{name: table[early[name]] for name, table in tables.items()})


def check(folder: Path) -> list[Problem]:
    """Find everything that is wrong with the raw tables of a folder, in order of file and row."""
    return grouped(_findings(_load_all(folder)))


def read_tables(folder: Path, *, verify: bool = True) -> RawTables:
    """Read a folder's raw tables, ``verify`` their hashes; a ``DataError`` has every problem."""
    tables = _load_all(folder)
    problems = grouped(_findings(tables))
    if verify:
        problems += changed_files(folder)
    if problems:
        raise DataError(problems)
    frames = {name: text_tables.typed(table) for name, table in tables.items()}
    return RawTables(**{NAMES.get(name, name): frame for name, frame in frames.items()})


def _load_all(folder: Path) -> dict[str, Loaded]:
    return {name: text_tables.load(Path(folder), table) for name, table in TABLES.items()}


def _findings(tables: dict[str, Loaded]) -> Iterator[Finding]:
    """Check every table in itself, then each against the others."""
    for table in tables.values():
        yield from table.findings
        yield from text_tables.schema_findings(table)
    units, indicators = tables["units"], tables["indicators"]
    known = units.rows("unit", "name", "level", "borders", "kemendagri", "iso")
    book = unit_checks.CodeBook(known) if len(known) else None
    for name, level in STATISTICS.items():
        if book:
            yield from unit_checks.unit_findings(tables[name], book)
            yield from unit_checks.level_findings(tables[name], book.level, level)
        yield from series_checks.range_findings(tables[name], indicators)
        yield from series_checks.base_findings(tables[name], indicators)
    for table in tables.values():
        yield from text_tables.key_findings(table)
        yield from _references(table, tables)
    yield from series_checks.indicator_findings(indicators)
    yield from unit_checks.code_findings(units)
    yield from unit_checks.tree_findings(units)
    yield from series_checks.border_findings(tables["province_statistics"])


def _references(table: Loaded, tables: dict[str, Loaded]) -> Iterator[Finding]:
    """Hold the columns that refer to another table against it; units were held by code and name."""
    for field in table.table.fields:
        if field.refers and field.refers != "units.unit":
            name, column = field.refers.split(".")
            codes = list(tables[name].rows(column)[column])
            if codes:
                file = TABLES[name].file
                yield from text_tables.reference_findings(table, field.name, codes, file)
