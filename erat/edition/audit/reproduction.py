"""A published index made again from its published components, and what the differences are."""

from __future__ import annotations

import pandas as pd

from erat.index.assessment import assess
from erat.index.framework import Framework
from erat.index.method import Method
from erat.index.panel import Panel
from erat.indonesia.check import RawTables
from erat.indonesia.series import cells, panel_of

EXACT = 1e-9


def reproduced(
    raw: RawTables, framework: Framework, method: Method, published: str, level: str = "province"
) -> pd.DataFrame:
    """Compute an index from raw series and set it beside the published one.

    Published components are rounded. The index is also computed with every component lowered and
    raised by half a unit of its last published decimal: a published value that lies between the
    two, give or take its own rounding, is explained by rounding alone.

    Parameters
    ----------
    framework, method
        How the index is constructed; the framework's indicators are raw series.
    published
        Code of the published index.
    level
        ``"province"`` or ``"regency"``.

    Returns
    -------
    DataFrame
        ``unit, name, year, published, computed, difference`` (computed less published) and
        ``rounding``: whether rounding alone explains the difference. A row a published value whose
        components are all there.
    """
    units = raw.units[raw.units["level"] == level].set_index("unit")
    found = cells(raw, framework.indicators, level=level)
    panel = panel_of(found, list(units.index), units[["name"]])
    index = assess(panel, framework, method).index.rename("computed")
    low, high = _within_rounding(panel, raw, framework, method)
    target = cells(raw, [published], level=level).set_index(["unit", "year"])["value"]
    both = pd.concat([target.rename("published"), index, low, high], axis=1, join="inner").dropna()
    both["difference"] = both["computed"] - both["published"]
    half = _half_steps(raw, [published])[published] + EXACT
    both["rounding"] = both["published"].between(both["low"] - half, both["high"] + half)
    both = both.drop(columns=["low", "high"]).reset_index()
    both.insert(1, "name", both["unit"].map(units["name"]))
    return both.sort_values(["unit", "year"], ignore_index=True)


def _within_rounding(
    panel: Panel, raw: RawTables, framework: Framework, method: Method
) -> tuple[pd.Series, pd.Series]:
    """Return the index with all components lowered and raised by their rounding (they all help)."""
    half = _half_steps(raw, framework.indicators) * framework.column("direction")
    low, high = (Panel(panel.values + sign * half, panel.groups) for sign in (-1, 1))
    return (
        assess(low, framework, method).index.rename("low"),
        assess(high, framework, method).index.rename("high"),
    )


def _half_steps(raw: RawTables, codes: list[str]) -> pd.Series:
    digits = raw.indicators.set_index("indicator").loc[codes, "digits"]
    return 0.5 * 10.0 ** -digits.astype(float)


def agreement(found: pd.DataFrame, tolerance: float) -> pd.DataFrame:
    """Summarize the differences of :func:`reproduced` by year, and over all years.

    Returns
    -------
    DataFrame
        ``year`` ("all" at the end), ``values, within`` (the tolerance), ``by_rounding``,
        ``same_2_decimals``, ``mean`` difference and ``largest`` absolute one.
    """
    parts = [(str(year), part) for year, part in found.groupby("year")]
    return pd.DataFrame(
        {
            "year": year,
            "values": len(part),
            "within": int((part["difference"].abs() <= tolerance).sum()),
            "by_rounding": int(part["rounding"].sum()),
            "same_2_decimals": int(part["computed"].round(2).eq(part["published"].round(2)).sum()),
            "mean": part["difference"].mean(),
            "largest": part["difference"].abs().max(),
        }
        for year, part in [*parts, ("all", found)]
    )


def by_time(found: pd.DataFrame, year: int) -> dict[str, pd.Series]:
    """Part the differences into those before a year and those from it on."""
    early = found["year"] < year
    return {
        f"To {year - 1}": found.loc[early, "difference"],
        f"From {year} on": found.loc[~early, "difference"],
    }


def largest(found: pd.DataFrame, most: int = 5) -> pd.DataFrame:
    """Return the rows with the largest absolute differences."""
    order = found["difference"].abs().sort_values(ascending=False, kind="stable").index
    return found.loc[order[:most]].reset_index(drop=True)
