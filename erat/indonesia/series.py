"""From checked raw tables to the cells of an analysis, each with its publisher, table and year.

A *cell* is one value of one unit, year and indicator. Cells stay a long table, so that every number
of a report can be traced to its raw row. New values are held against the past of their series.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
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


FENCE = 3.0  # distances between the quartiles that a change may be beyond them

FEWEST = 20
"""Changes that it takes for quartiles; where there are fewer, double and half are the fences."""

POWERS = sorted(range(-6, 7), key=abs)[1:]
"""Powers of ten by which a lost or moved point makes a value too large."""


def doubtful(
    past: pd.DataFrame, new: pd.Series, year: int, broken: Collection[int] = ()
) -> pd.DataFrame:
    """Hold values of a year against the nearest year of the same unit: lost points, abrupt changes.

    A change is a difference of logarithms where all values are positive, else a difference. It is
    abrupt if it is outside the fences of Tukey (1977, Exploratory Data Analysis, section 2D: three
    times the distance between the quartiles beyond them, 'far out') around the changes that all
    units made in the past over as many years, and outside those that the unit itself made. Of the
    figures in ``data/raw``, each year held against those before it, 1.1 percent are abrupt, almost a
    third of them growth in 2020 and 2021; of the same figures times ten, growth and inflation aside,
    99 percent are told as such.

    ``past`` has the values of a series, ``(units, years)``; those of ``year`` itself are not looked
    at. ``new`` has those of ``year`` by unit; a missing one gets its nearest year alone. Nothing is
    compared across a break: ``broken`` are the first years after one.

    Returned are by unit ``near`` (the year compared with, 0 if none; a later one where there is no
    earlier one), ``before`` (its value), ``low`` and ``high`` (the values that would not be abrupt),
    ``abrupt``, and ``meant`` (the value with its point moved, where that would not be abrupt; else
    missing).
    """
    wide = past.drop(columns=year, errors="ignore").sort_index(axis=1).astype(float)
    wide = wide.reindex(new.index.union(wide.index))
    # Years since the same break form a run; only those of the run of ``year`` compare with it.
    run = np.searchsorted(sorted(broken), np.append(wide.columns, year), side="right")
    positive = not (new <= 0).any() and not (wide <= 0).any(axis=None)
    scaled = np.log(wide) if positive else wide
    comparable = wide.columns[run[:-1] == run[-1]]
    nearest_last = sorted(comparable, key=lambda one: (one < year, -abs(one - year)))
    there = wide.loc[new.index].reindex(columns=[0, *nearest_last])  # 0 stands for none
    has = there.notna()
    has[0] = True
    near, before = has.iloc[:, ::-1].idxmax(axis=1), there.ffill(axis=1).iloc[:, -1]
    found = pd.DataFrame({"near": near, "before": before})
    run_of = dict(zip(wide.columns, run, strict=False))
    low, high = np.full(len(found), np.nan), np.full(len(found), np.nan)
    for near in filter(None, found["near"].unique()):
        at = (found["near"] == near).to_numpy()
        least, most = _fences(scaled, run_of, abs(year - near), positive)
        bounds = np.stack([least[found.index[at]], most[found.index[at]]])
        low[at], high[at] = bounds if near < year else -bounds[::-1]
    start = np.log(found["before"].to_numpy()) if positive else found["before"].to_numpy()
    low, high = start + low, start + high
    low, high = (np.exp(low), np.exp(high)) if positive else (low, high)
    value = new.to_numpy(dtype=float)
    meant = np.full(len(found), np.nan)
    abrupt = (value < low) | (value > high)
    # Any small number with its point moved is near zero, where values may have both signs.
    usual = wide.abs().max(axis=1).reindex(found.index).to_numpy()
    large = positive | (np.abs(value) > usual)
    for power in reversed(POWERS):
        moved = value / 10.0**power
        meant = np.where(abrupt & large & (moved >= low) & (moved <= high), moved, meant)
    return found.assign(low=low, high=high, abrupt=abrupt, meant=meant)


def _fences(
    scaled: pd.DataFrame, run: dict[int, int], lag: int, positive: bool
) -> tuple[pd.Series, pd.Series]:
    """Return the least and most that each unit may change over some years."""
    pairs = [(one, one + lag) for one in scaled if run.get(one + lag) == run[one]]
    changes = pd.DataFrame({later: scaled[later] - scaled[one] for one, later in pairs})
    changes = changes.reindex(scaled.index)
    every = changes.to_numpy(dtype=float).ravel()
    every = every[~np.isnan(every)]
    if len(every) < FEWEST:
        limit = np.log(2.0) if positive else np.inf
        return pd.Series(-limit, scaled.index), pd.Series(limit, scaled.index)
    first, third = np.quantile(every, [0.25, 0.75])
    apart = FENCE * (third - first)
    least, most = changes.min(axis=1), changes.max(axis=1)
    least = least.fillna(np.inf).clip(upper=first - apart)
    return least, most.fillna(-np.inf).clip(lower=third + apart)
