"""From checked raw tables to the cells of an analysis, each with its publisher, table and year.

A *cell* is one value of one unit, year and indicator. Cells stay a long table, so that every
number of a report can be traced to the raw row that it comes from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from erat.errors import MethodError, Problem, listing, nearest
from erat.panel import Panel
from erat.rawdata.check import RawTables
from erat.rawdata.series import one_of_each_family

KEY = ["unit", "year", "indicator"]
ORIGIN = ["publisher", "publication", "table"]
CELL_COLUMNS = [*KEY, "value", "period", "base", "status", "copies", "verified", "source", *ORIGIN]


def cells(
    raw: RawTables,
    indicators: Sequence[str],
    *,
    level: str = "province",
    periods: Mapping[str, str] | None = None,
    where: str = "edition",
) -> pd.DataFrame:
    """Collect the cells of some indicators, all units and years.

    Parameters
    ----------
    raw
        The checked raw tables.
    indicators
        Raw series, or computed ones (a ratio of two raw series of the same unit, year and period).
    level
        ``"province"`` or ``"regency"``.
    periods
        The period (``"Mar"``, ``"Sep"``...) of each series that is published more than once a year.
    where
        What to name in an error.

    Returns
    -------
    DataFrame
        Columns ``unit, year, indicator, value, period, base, status, copies, verified, source,
        publisher, publication, table``; a row a cell, in the order of indicator, year and unit.

    Raises
    ------
    MethodError
        If a series is unknown, its period is ambiguous, or two bases of one series stand together.
    """
    table = raw.provinces if level == "province" else raw.regencies
    problems = _unknown(raw, indicators, where) or one_of_each_family(
        list(indicators), raw.indicators, where
    )
    if problems:
        raise MethodError(problems)
    computed = raw.indicators.set_index("indicator")["computed_from"]
    found = []
    for indicator in indicators:
        parts = [part for part in str(computed[indicator] or "").split("/") if part]
        picked = [_one_period(table, part, periods or {}, where) for part in parts or [indicator]]
        found.append(_ratio(indicator, *picked) if parts else picked[0])
    joined = pd.concat(found, ignore_index=True)
    origin = raw.sources.set_index("source")[ORIGIN]
    first = joined["source"].str.split("; ").str[0]
    joined[ORIGIN] = origin.loc[first].to_numpy()
    return joined[CELL_COLUMNS]


def panel_of(
    found: pd.DataFrame, units: Sequence[str], groups: pd.DataFrame, year: int | None = None
) -> Panel:
    """Spread cells into a panel of the given units; a cell that is not there is missing.

    ``groups`` is indexed by unit; its columns become the panel's groups. With a ``year`` the panel
    has every unit in that year, without one it has the units and years that there are values of.
    """
    indicators = list(dict.fromkeys(found["indicator"]))
    mine = found[found["unit"].isin(list(units))]
    wide = mine.pivot(index=["unit", "year"], columns="indicator", values="value")
    wide = wide.reindex(columns=indicators).sort_index()
    if year is not None:
        rows = pd.MultiIndex.from_product([sorted(units), [year]], names=["unit", "year"])
        wide = wide.reindex(index=rows)
    of_rows = groups.loc[wide.index.get_level_values("unit")].set_axis(wide.index, axis=0)
    return Panel(wide.astype(float), of_rows)


def _unknown(raw: RawTables, indicators: Sequence[str], where: str) -> list[Problem]:
    known = list(raw.indicators["indicator"])
    return [
        Problem(where, repr(name), "an indicator of data/raw/indicators.csv", nearest(name, known))
        for name in indicators
        if name not in known
    ]


def _one_period(
    table: pd.DataFrame, indicator: str, periods: Mapping[str, str], where: str
) -> pd.DataFrame:
    rows = table[table["indicator"] == indicator]
    has = sorted(set(rows["period"]))
    period = periods.get(indicator, has[0] if len(has) == 1 else None)
    if period not in has:
        found = (
            f"the period {period!r} of {indicator!r}" if period else f"no period of {indicator!r}"
        )
        expected = f"one of {listing(has)}" if has else "a series with values"
        raise MethodError([Problem(where, found, expected, "name it under 'periods'")])
    return rows[rows["period"] == period]


def _ratio(indicator: str, top: pd.DataFrame, bottom: pd.DataFrame) -> pd.DataFrame:
    """Divide two series cell by cell; the ratio is derived and as well seen as the worse of two."""
    on = ["unit", "year", "period"]
    both = top.merge(bottom, on=on, suffixes=("", "_2"), validate="one_to_one")
    sources = [
        "; ".join(dict.fromkeys(pair))
        for pair in zip(both["source"], both["source_2"], strict=True)
    ]
    return both.assign(
        indicator=indicator,
        value=both["value"] / both["value_2"],
        status="derived",
        copies=both[["copies", "copies_2"]].min(axis=1),
        verified="",
        source=sources,
    )
