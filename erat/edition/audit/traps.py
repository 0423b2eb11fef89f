"""Where the raw figures mislead: bases, vintages, levels, borders, sizes, zeros and outliers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from erat.index.construct.transform import TRANSFORMS
from erat.index.construct.treat import passes
from erat.index.framework import Framework
from erat.index.trend import CUTS
from erat.indonesia.check import RawTables
from erat.indonesia.series import cells

SKEWNESS, KURTOSIS = 2.0, 3.5
"""Rule of thumb of the JRC: a column passes if one of the two is smaller."""


def side_by_side(
    raw: RawTables, indicators: Sequence[str], periods: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Set series of the provinces beside each other, whether or not they may be analysed together.

    Returns
    -------
    DataFrame
        Indexed by ``unit, year``, a column an indicator; a row has at least one value.
    """
    found = [cells(raw, [code], periods=periods, where="audit") for code in indicators]
    return pd.concat(found).pivot(index=["unit", "year"], columns="indicator", values="value")


def gaps(
    raw: RawTables, first: str, second: str, *, same: float = 0.005
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compare two series of one thing where both have a value: bases, or vintages.

    Parameters
    ----------
    first, second
        Codes of the series; the gap is the second less the first.
    same
        A gap below this is none.

    Returns
    -------
    by_unit, by_year
        ``unit, name, year, <first>, <second>, gap``; and by year ``provinces, equal, smallest,
        median, largest`` with the provinces of the extremes, and ``rank_correlation``.
    """
    both = side_by_side(raw, [first, second]).dropna().reset_index()
    both["gap"] = both[second] - both[first]
    both.insert(1, "name", both["unit"].map(names(raw)))
    rows = [
        {
            "year": year,
            "provinces": len(part),
            "equal": int((part["gap"].abs() < same).sum()),
            **_ends(part.set_index("name")["gap"]),
            "rank_correlation": float(part[first].corr(part[second], method="spearman")),
        }
        for year, part in both.groupby("year")
    ]
    return both, pd.DataFrame(rows)


def _ends(values: pd.Series) -> dict[str, object]:
    return {
        "smallest": values.min(),
        "smallest_in": str(values.idxmin()),
        "median": values.median(),
        "largest": values.max(),
        "largest_in": str(values.idxmax()),
    }


def level_joins(raw: RawTables, level: str, growth: str) -> pd.DataFrame:
    """Compare the change that the levels of a series imply with the change that was published.

    Parameters
    ----------
    level, growth
        Codes: the level, and its published change in percent a year.

    Returns
    -------
    DataFrame
        By year: ``provinces``, the ``median`` and ``largest`` absolute gap in percentage points,
        ``where`` it is largest, and ``over_one``: provinces with a gap above one point.
    """
    both = side_by_side(raw, [level, growth])
    before = both[level].rename(index=lambda year: year + 1, level="year")
    both["implied"] = 100 * (both[level] / before.reindex(both.index) - 1)
    gap = (both["implied"] - both[growth]).abs().dropna()
    rows = [
        {
            "year": year,
            "provinces": len(part),
            "median": part.median(),
            "largest": part.max(),
            "where": names(raw)[part.idxmax()[0]],
            "over_one": int((part > 1).sum()),
        }
        for year, part in gap.groupby("year")
    ]
    return pd.DataFrame(rows)


def stretches(raw: RawTables, indicator: str, unit: str) -> pd.DataFrame:
    """Follow one series of a province, cut at its breaks, beside the median of all provinces.

    Returns
    -------
    DataFrame
        ``year, value, segment, compare``, as :func:`erat.plots.trend.trend_lines` takes them.
    """
    found = cells(raw, [indicator], where="audit")
    own = found[found["unit"] == unit][["year", "value"]].sort_values("year")
    breaks = raw.breaks[(raw.breaks["indicator"] == indicator) & raw.breaks["kind"].isin(CUTS)]
    cuts = sorted(breaks["year"])
    own["segment"] = np.searchsorted(cuts, own["year"], side="right")
    own["compare"] = own["year"].map(found.groupby("year")["value"].median())
    return own.reset_index(drop=True)


def size_ties(raw: RawTables, indicator: str, others: Mapping[str, str]) -> pd.DataFrame:
    """Rank correlation of an indicator with others, by year, and its mean over the provinces.

    Parameters
    ----------
    others
        Code of a series and the heading of its column.
    """
    wide = side_by_side(raw, [indicator, *others])
    rows = []
    for year, part in wide[wide[indicator].notna()].groupby("year"):
        ties = {
            heading: part[indicator].corr(part[other], method="spearman")
            for other, heading in others.items()
        }
        row = {"year": year, "provinces": len(part), "mean": part[indicator].mean(), **ties}
        rows.append(row)
    return pd.DataFrame(rows)


def zeros(raw: RawTables) -> pd.DataFrame:
    """List every value of a province or regency that is exactly zero."""
    columns = ["unit", "name", "year", "indicator", "value", "copies", "source"]
    both = pd.concat([raw.provinces, raw.regencies])[columns]
    found = both[both["value"] == 0].sort_values(["indicator", "unit"], ignore_index=True)
    return found.assign(indicator=found["indicator"].map(titles(raw)))


def border_jumps(
    raw: RawTables, indicators: Sequence[str], periods: Mapping[str, str]
) -> pd.DataFrame:
    """Set the last value on 34 borders beside the first on 38, for the codes that changed area.

    Returns
    -------
    DataFrame
        ``name, indicator, last_year, old_borders, first_year, new_borders``.
    """
    rows = []
    for old in raw.units.loc[raw.units["borders"] == "34", "unit"]:
        new = str(old).removesuffix("-34")
        for code in indicators:
            found = cells(raw, [code], periods=periods, where="audit").sort_values("year")
            last, first = found[found["unit"] == old], found[found["unit"] == new]
            if len(last) and len(first):
                rows.append(
                    {
                        "name": names(raw)[old],
                        "indicator": titles(raw)[code],
                        "last_year": last["year"].iloc[-1],
                        "old_borders": last["value"].iloc[-1],
                        "first_year": first["year"].iloc[0],
                        "new_borders": first["value"].iloc[0],
                    }
                )
    return pd.DataFrame(rows)


def outliers(
    values: pd.DataFrame,
    framework: Framework,
    names: Mapping[str, str],
    digits: Mapping[str, int],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Look for outliers, before and after the framework's transformation.

    Parameters
    ----------
    values
        Indexed by ``unit, year`` (one year), a column an indicator.
    framework
        Gives names and transformations.
    names, digits
        Unit id to name; indicator to the decimals to write.

    Returns
    -------
    shape, extremes
        ``indicator, skewness, kurtosis`` (bias-adjusted G1 and excess G2), ``passes`` and the same
        after transformation; and ``indicator, lowest, second_lowest, second_highest, highest``,
        with the province's name.
    """
    table = values.droplevel("year")
    shape, extremes = [], []
    for code in framework.indicators:
        column = table[code].dropna()
        moved = TRANSFORMS[framework.table.at[code, "transform"]](column.to_numpy())
        raw_shape, new_shape = _shape(column.to_numpy()), _shape(moved)
        after = {f"{key}_transformed": value for key, value in new_shape.items()}
        same = framework.table.at[code, "transform"] == "none"
        blank = dict.fromkeys(after, None)
        row = {"indicator": framework.name(code), **raw_shape, **(blank if same else after)}
        shape.append(row)
        ordered = column.rename(index=names).sort_values(kind="stable")
        extremes.append({"indicator": framework.name(code), **_extremes(ordered, digits[code])})
    return pd.DataFrame(shape), pd.DataFrame(extremes)


def _shape(x: np.ndarray) -> dict[str, object]:
    return {
        "skewness": float(stats.skew(x, bias=False)),
        "kurtosis": float(stats.kurtosis(x, bias=False)),
        "passes": passes(x, SKEWNESS, KURTOSIS),
    }


def _extremes(ordered: pd.Series, digits: int) -> dict[str, str]:
    places = {"lowest": 0, "second_lowest": 1, "second_highest": -2, "highest": -1}
    return {
        heading: f"{ordered.index[place]} {ordered.iloc[place]:,.{digits}f}"
        for heading, place in places.items()
    }


def names(raw: RawTables) -> dict[str, str]:
    """Names of all units by their code."""
    return dict(zip(raw.units["unit"], raw.units["name"], strict=True))


def titles(raw: RawTables) -> dict[str, str]:
    """English names of all series by their code."""
    return dict(zip(raw.indicators["indicator"], raw.indicators["name_en"], strict=True))
