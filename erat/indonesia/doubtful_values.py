"""New values held against the past of their series: lost decimal points and abrupt changes.

A change is a difference of logarithms where all values are positive, else a difference. It is abrupt
if it is outside the fences of Tukey (1977, Exploratory Data Analysis, section 2D: three times the
distance between the quartiles beyond them, 'far out') around the changes that all units made in the
past over as many years, and outside those that the unit itself made. Of the figures in ``data/raw``,
each year held against those before it, 1.1 percent are abrupt, almost a third of them growth in
2020 and 2021; of the same figures times ten, growth and inflation aside, 99 percent are told as such.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

FENCE = 3.0  # distances between the quartiles that a change may be beyond them

FEWEST = 20
"""Changes that it takes for quartiles; where there are fewer, double and half are the fences."""

POWERS = sorted(range(-6, 7), key=abs)[1:]
"""Powers of ten by which a lost or moved point makes a value too large."""


def doubtful(
    past: pd.DataFrame, new: pd.Series, year: int, broken: Collection[int] = ()
) -> pd.DataFrame:
    """Hold values of a year against the nearest year of the same unit.

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
    nearest = sorted(comparable, key=lambda one: (one < year, -abs(one - year)))
    there = wide.loc[new.index].reindex(columns=[0, *nearest])  # 0 stands for none
    has = there.notna()
    has[0] = True
    found = pd.DataFrame({
        "near": has.iloc[:, ::-1].idxmax(axis=1),
        "before": there.ffill(axis=1).iloc[:, -1],
        "value": new.astype(float),
    })  # fmt: skip
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
    value = found["value"].to_numpy()
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
