"""From checked raw tables to the cells of an analysis, each with its publisher, table and year.

A *cell* is one value of one unit, year and indicator. Cells stay a long table, so that every number
of a report can be traced to its raw row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from erat.errors import MethodError, Problem, listing, nearest
from erat.index.panel import Panel
from erat.indonesia.check import RawTables, computation, one_of_each_family

KEY = ["unit", "year", "indicator"]
ORIGIN = ["publisher", "publication", "table", "read_from"]
QUALITY = ["period", "base", "status", "copies", "verified", "source"]
CELL_COLUMNS = [*KEY, "value", "observed", *QUALITY, *ORIGIN]


def cells(
    raw: RawTables,
    indicators: Sequence[str],
    *,
    level: str = "province",
    periods: Mapping[str, str] | None = None,
    windows: Mapping[str, tuple[int, int]] | None = None,
    carried: Mapping[str, tuple[int, int]] | None = None,
    where: str = "edition",
) -> pd.DataFrame:
    """Collect the cells of some indicators, all units and years, of provinces or regencies.

    Indicators are raw series, or computed ones: a ratio of two raw series of the same unit, year and
    period, or the standard deviation (n - 1) of one over a window of years. ``periods`` has the
    period (``"Mar"``, ``"Sep"``...) of each series that is published more than once a year;
    ``windows`` the first and last year of each standard deviation, which stands in the last one;
    ``carried`` the series whose values of one year also stand for a later one: from and to.

    Returned is a row a cell, in the order of indicator, year and unit: :data:`CELL_COLUMNS`.
    ``observed`` is the year of the observation, another than ``year`` only where ``status`` is
    ``carried``. A MethodError says that a series is unknown, that its period is ambiguous, or that
    two bases of one series stand together.
    """
    known = raw.indicators.set_index("indicator")
    expected = "an indicator of data/raw/indicators.csv"
    problems = [
        Problem(where, repr(name), expected, nearest(name, known.index))
        for name in indicators
        if name not in known.index
    ] or one_of_each_family(indicators, raw.indicators, where)
    if problems:
        raise MethodError(problems)
    series = []
    for indicator in indicators:
        kind, parts = computation(str(known.at[indicator, "computed_from"]))
        names = parts or (indicator,)
        read = [_one_period(raw.rows_of(part, level), part, periods or {}, where) for part in names]
        if kind == "ratio":
            series.append(_ratio(indicator, *read))
        elif kind == "sd":
            series.append(_deviation(indicator, read[0], windows or {}, where))
        else:
            series += read
    if not series:
        return pd.DataFrame(columns=CELL_COLUMNS)
    joined = pd.concat(series, ignore_index=True).assign(observed=lambda cells: cells["year"])
    joined = pd.concat([joined, *_carried(joined, carried or {}, where)], ignore_index=True)
    first = joined["source"].map({text: text.split("; ")[0] for text in joined["source"].unique()})
    joined[ORIGIN] = raw.sources.set_index("source").loc[first, ORIGIN].to_numpy()
    return joined[CELL_COLUMNS]


def panel_of(
    cells: pd.DataFrame, units: Sequence[str], groups: pd.DataFrame, year: int | None = None
) -> Panel:
    """Spread cells into a panel of some units; a cell that is not there is missing.

    ``groups`` is indexed by unit; its columns become the panel's groups. With a ``year`` the panel
    has every unit in that year, without one it has the units and years that there are values of.
    """
    of_units = cells[cells["unit"].isin(list(units))]
    wide = of_units.pivot(index=["unit", "year"], columns="indicator", values="value")
    wide = wide.reindex(columns=cells["indicator"].unique()).sort_index()
    if year is not None:
        rows = pd.MultiIndex.from_product([sorted(units), [year]], names=["unit", "year"])
        wide = wide.reindex(index=rows)
    of_rows = groups.loc[wide.index.get_level_values("unit")].set_axis(wide.index, axis=0)
    return Panel(wide.astype(float), of_rows)


def _one_period(
    rows: pd.DataFrame, indicator: str, periods: Mapping[str, str], where: str
) -> pd.DataFrame:
    known = sorted(rows["period"].unique())
    period = periods.get(indicator, known[0] if len(known) == 1 else None)
    if known and period not in known:  # a series without values is for the caller to judge
        found = f"the period {period!r} of {indicator!r}"
        found = found if period else f"no period of {indicator!r}"
        expected, remedy = f"one of {listing(known)}", "name it under 'periods'"
        raise MethodError([Problem(where, found, expected, remedy)])
    return rows if len(known) == 1 else rows[rows["period"] == period]


def _ratio(indicator: str, top: pd.DataFrame, bottom: pd.DataFrame) -> pd.DataFrame:
    """Divide two series cell by cell; the ratio is derived and as well seen as the worse of two."""
    on = ["unit", "year", "period"]
    both = top.merge(bottom, on=on, suffixes=("", "_2"), validate="one_to_one")
    value, copies = both["value"] / both["value_2"], both[["copies", "copies_2"]].min(axis=1)
    pairs = zip(both["source"], both["source_2"], strict=True)
    source, derived = ["; ".join(dict.fromkeys(pair)) for pair in pairs], _derived(indicator)
    return both.assign(value=value, copies=copies, source=source, **derived)


def _derived(indicator: str) -> dict[str, str]:
    return {"indicator": indicator, "status": "derived", "verified": ""}


def _deviation(
    indicator: str, series: pd.DataFrame, windows: Mapping[str, tuple[int, int]], where: str
) -> pd.DataFrame:
    """Take the standard deviation of each unit's series over a window that it covers in full."""
    if indicator not in windows:
        absent, expected = f"no years for {indicator!r}", "a first and a last year"
        raise MethodError([Problem(where, absent, expected, "add it to 'windows'")])
    first, last = windows[indicator]
    inside = series[series["year"].between(first, last)]
    whole = inside.groupby("unit")["year"].transform("nunique") == last - first + 1
    by = inside[whole].groupby("unit")
    cells = inside[whole & (inside["year"] == last)]
    value = cells["unit"].map(by["value"].std())
    source = cells["unit"].map(by["source"].agg(lambda s: "; ".join(s.unique())))
    return cells.assign(value=value, source=source, **_derived(indicator))


def _carried(
    cells: pd.DataFrame, carried: Mapping[str, tuple[int, int]], where: str
) -> list[pd.DataFrame]:
    """Let values of one year stand for a later one, and say so."""
    later = []
    for indicator, (since, to) in carried.items():
        years = cells[cells["indicator"] == indicator].set_index("year", drop=False)
        if since not in years.index or to in years.index:
            found = f"{indicator!r} of {since} to stand for {to}"
            expected = "a year with values, and a later one without"
            raise MethodError([Problem(where, found, expected, "correct 'carried'")])
        later.append(years.loc[[since]].assign(year=to, status="carried"))
    return later
