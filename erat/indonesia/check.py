"""Checking all raw tables at once, and reading them once they are right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from erat.errors import DataError, Problem, listing, nearest
from erat.index.cell_problems import Finding, grouped
from erat.indonesia import schemas, unit_checks
from erat.indonesia.package import changed_files
from erat.indonesia.schemas import TABLES, Loaded

STATISTICS = {"province_statistics": "province", "regency_statistics": "regency"}
"""The tables of values, and the level of their units."""

NAMES = {"province_statistics": "provinces", "regency_statistics": "regencies",
         "erat_dimensions": "dimensions"}  # fmt: skip
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
    frames = {name: schemas.typed(table) for name, table in tables.items()}
    return RawTables(**{NAMES.get(name, name): frame for name, frame in frames.items()})


def _load_all(folder: Path) -> dict[str, Loaded]:
    return {name: schemas.load(Path(folder), table) for name, table in TABLES.items()}


def _findings(tables: dict[str, Loaded]) -> Iterator[Finding]:
    """Check every table in itself, then each against the others."""
    for table in tables.values():
        yield from table.findings
        yield from schemas.schema_findings(table)
    units, indicators = tables["units"], tables["indicators"]
    known = units.rows("unit", "name", "level", "borders", "kemendagri", "iso")
    book = unit_checks.CodeBook(known) if len(known) else None
    for name, level in STATISTICS.items():
        if book:
            yield from unit_checks.unit_findings(tables[name], book)
            yield from unit_checks.level_findings(tables[name], book.level, level)
        yield from range_findings(tables[name], indicators)
        yield from base_findings(tables[name], indicators)
    for table in tables.values():
        yield from schemas.key_findings(table)
        yield from _references(table, tables)
    yield from indicator_findings(indicators)
    yield from unit_checks.code_findings(units)
    yield from unit_checks.tree_findings(units)
    yield from border_findings(tables["province_statistics"])


def _references(table: Loaded, tables: dict[str, Loaded]) -> Iterator[Finding]:
    """Hold the columns that refer to another table against it; units were held by code and name."""
    for field in table.table.fields:
        if field.refers and field.refers != "units.unit":
            name, column = field.refers.split(".")
            codes = list(tables[name].rows(column)[column])
            if codes:
                file = TABLES[name].file
                yield from schemas.reference_findings(table, field.name, codes, file)


_SERIES = ["indicator", "year", "period"]


class Computation(NamedTuple):
    """How a series follows from others: by ``"ratio"`` of two, or ``"sd"`` of one over years."""

    kind: str
    parts: tuple[str, ...]


def computation(text: str) -> Computation:
    """Read the column ``computed_from`` of the table of indicators.

    >>> computation("food/total"), computation("sd(growth)")
    (Computation(kind='ratio', parts=('food', 'total')), Computation(kind='sd', parts=('growth',)))
    """
    if text.startswith("sd(") and text.endswith(")"):
        return Computation("sd", (text[3:-1],))
    return Computation("ratio" if text else "", tuple(filter(None, text.split("/"))))


def _of_series(statistics: Loaded, column: str, indicators: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of statistics that have a known series, with the columns of these."""
    rows = statistics.rows("indicator", column)[["indicator", column]]
    series = indicators.drop_duplicates("indicator").set_index("indicator")
    return rows.join(series.add_suffix("_of_series"), on="indicator", how="inner")


def range_findings(statistics: Loaded, indicators: Loaded) -> Iterator[Finding]:
    """Find values outside the physically possible range of their indicator."""
    columns = ["indicator", "low", "high"]
    known = indicators.rows(*columns)[columns].astype({"low": float, "high": float})
    rows = _of_series(statistics, "value", known)
    value = rows["value"].astype(float)
    out = rows[(value < rows["low_of_series"]) | (value > rows["high_of_series"])]
    for line, code, text, low, high in out.itertuples(name=None):
        remedy = "compare it with the publication and its unit of measurement"
        if low > 0 and low <= float(text) * 1000 <= high:
            remedy += f"; if the point separates thousands, write {float(text) * 1000:.0f}"
        found = f"{text} ({code})"
        expected = f"a value from {low:,.10g} to {high:,.10g}, as indicators.csv has for {code}"
        yield statistics.finding(f"range {code}", found, expected, remedy, line, "value")


def base_findings(statistics: Loaded, indicators: Loaded) -> Iterator[Finding]:
    """Find values whose base or vintage is not that of their indicator."""
    known = indicators.rows("indicator", "family", "base")[["indicator", "family", "base"]]
    rows = _of_series(statistics, "base", known)
    wrong = rows[rows["base"] != rows["base_of_series"]]
    for line, code, text, family, base in wrong.itertuples(name=None):
        remedy, cause = "give values of another base to another indicator", f"base {code} {text}"
        same = known.loc[(known["family"] == family) & (known["base"] == text), "indicator"]
        if len(same) and text:
            remedy = f"{text} is the base of {same.iloc[0]}: give the value there"
        expected = f"{base!r}, the base of {code}: two bases or vintages make two series"
        if not base:
            expected = f"an empty cell, since {code} has no base in indicators.csv"
        found = repr(text) if text else "an empty cell"
        yield statistics.finding(cause, found, expected, remedy, line, "base")


def border_findings(statistics: Loaded) -> Iterator[Finding]:
    """Find indicators with values on both borders in one year and period."""
    rows = statistics.rows(*_SERIES, "borders")
    if rows.empty:
        return
    many = rows.groupby(_SERIES)["borders"].transform("nunique") > 1
    expected = "the same borders in one year and period of an indicator"
    remedy = "give the year on 34 or on 38 borders; Papua and Papua Barat are other areas on each"
    for key, same in rows[many].groupby(_SERIES):
        counts = same["borders"].value_counts()
        lines = same.index[same["borders"] == counts.index[-1]].tolist()
        series = " ".join(filter(None, map(str, key)))
        fewer = f"rows {listing(lines)} on {counts.index[-1]}"
        found = f"{series} on the borders of both 34 and 38 provinces ({fewer})"
        yield statistics.finding(f"mixed {series}", found, expected, remedy, lines[0], "borders")


def indicator_findings(indicators: Loaded) -> Iterator[Finding]:
    """Check the table of indicators in itself: ranges that ascend, computations of known series."""
    rows = indicators.rows("indicator", "low", "high", "computed_from")
    known = list(rows["indicator"])
    for line, row in rows.iterrows():
        if float(row["low"]) >= float(row["high"]):
            found, expected = f"from {row['low']} to {row['high']}", "a range that ascends"
            remedy = "exchange low and high, or correct them"
            yield indicators.finding("range", found, expected, remedy, line, "low")
        for part in computation(row["computed_from"]).parts:
            if part not in known:
                cause, remedy = f"unknown {part}", nearest(part, known)
                expected = "an indicator of this table"
                yield indicators.finding(cause, repr(part), expected, remedy, line, "computed_from")


def one_of_each_family(indicators: Sequence[str], table: pd.DataFrame, where: str) -> list[Problem]:
    """Say when two bases or vintages of one series stand in one analysis: a problem a family.

    ``table`` has columns ``indicator, family, base``; codes that are not in it are left alone.

    >>> table = pd.DataFrame({"indicator": ["uhh", "uhh_lf2020"], "family": ["uhh", "uhh"],
    ...                       "base": ["SP2010", "LF SP2020"]})
    >>> one_of_each_family(["uhh", "uhh_lf2020"], table, "framework.csv")[0].expected
    "one series of the family 'uhh'"
    """
    used = table[table["indicator"].isin(list(indicators))]
    members = (used["indicator"] + " (" + used["base"] + ")").groupby(used["family"]).agg(list)
    remedy = "keep one: two bases or vintages of one series cannot be compared"
    return [
        Problem(where, ", ".join(same), f"one series of the family {str(family)!r}", remedy)
        for family, same in members.items()
        if len(same) > 1
    ]
