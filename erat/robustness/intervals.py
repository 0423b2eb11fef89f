"""Intervals of ranks and scores, and the chance of a rank, over the replicates.

Source of the chances: Lahdelma and Salminen (2001), SMAA-2: stochastic multicriteria acceptability
analysis for group decision making, Operations Research 49 (rank acceptability, here added up).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from erat.robustness.store import Store

QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
BINS, MANY = 4096, 4096
"""How many bins values are counted in, from how many values on."""

COLUMNS = ["nominal", "mean", "median", "q05", "q25", "q75", "q95"]


def summary(values: np.ndarray) -> dict[str, np.ndarray]:
    """Return the mean and exact quantiles of every unit.

    Quantiles lie on the straight line between the two nearest values, as numpy's do.

    Parameters
    ----------
    values
        Shape ``(units, replicates)``; nan where missing, and left out.

    Returns
    -------
    dict
        ``mean`` and the names of :data:`QUANTILES`, ``(units,)`` each; nan of a unit without any.

    Examples
    --------
    >>> found = summary(np.array([[3.0, 1.0, np.nan, 2.0]]))
    >>> found["mean"].tolist(), found["median"].tolist(), found["q95"].round(2).tolist()
    ([2.0], [2.0], [2.9])
    """
    sums = values.sum(axis=1, dtype=float)
    gaps = np.isnan(sums)
    count: np.ndarray = np.full(len(values), values.shape[1])
    for unit in np.flatnonzero(gaps).tolist():
        there = values[unit][~np.isnan(values[unit])]
        count[unit] = there.size
        sums[unit] = there.sum(dtype=float)
    has_any = count > 0
    below, part = _places(count)
    after = np.minimum(below + 1, np.maximum(count - 1, 0)[:, None])
    low, high = np.empty(below.shape), np.empty(below.shape)
    for unit, own in enumerate(values):
        wanted = np.concatenate([below[unit], after[unit]])
        found = np.sort(own)[wanted] if gaps[unit] else order_statistics(own, wanted)
        low[unit], high[unit] = found[: len(QUANTILES)], found[len(QUANTILES) :]
    quantiles = np.where(has_any[:, None], low + (high - low) * part, np.nan)
    mean = np.where(has_any, sums / np.maximum(count, 1), np.nan)
    return {"mean": mean, **dict(zip(QUANTILES, quantiles.T, strict=True))}


def order_statistics(values: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return the values at some places of the ascending order, from 0, without sorting all.

    Values are counted in bins of equal width; only the bins that hold a wanted place are sorted.

    Parameters
    ----------
    values
        Shape ``(n,)``, none missing.
    wanted
        Places, whole numbers below n.

    Examples
    --------
    >>> order_statistics(np.array([3.0, 1.0, 2.0]), np.array([0, 2])).tolist()
    [1.0, 3.0]
    """
    low, high = values.min(), values.max()
    with np.errstate(over="ignore"):
        width = BINS / (high - low) if high > low else np.inf
    if len(values) < MANY or not np.isfinite(width):
        return np.asarray(np.sort(values)[wanted], dtype=float)
    bins = ((values - low) * width).astype(np.int64)
    counted = np.bincount(bins, minlength=BINS + 1)
    ends = counted.cumsum()
    own = ends.searchsorted(wanted, side="right")
    inside = np.zeros(BINS + 2, dtype=bool)
    inside[own] = True
    kept = np.sort(values[inside[bins]])
    before = (
        np.where(inside[: len(counted)], counted, 0).cumsum() - counted * inside[: len(counted)]
    )
    return np.asarray(kept[before[own] + wanted - (ends[own] - counted[own])], dtype=float)


def _places(count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the place below each quantile, and the part of the way to the next place."""
    place = np.maximum(count - 1, 0)[:, None] * np.array(list(QUANTILES.values()))
    below = np.floor(place).astype(int)
    return below, place - below


def rank_summary(ranks: np.ndarray) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Summarize ranks of up to some thousand units by counting them, and return the chances.

    Parameters
    ----------
    ranks
        Shape ``(units, replicates)``; whole or half numbers, nan where missing.

    Returns
    -------
    tuple
        What :func:`summary` gives; and the share of replicates in which a unit's rank is k or
        better, for k from 1 to the largest rank, ``(units, k)``. A missing rank is never as good.

    Examples
    --------
    >>> found, chances = rank_summary(np.array([[1.0, 2.0, 2.0, 4.0]]))
    >>> found["median"].tolist(), chances.tolist()
    ([2.0], [[0.25, 0.75, 0.75, 1.0]])
    """
    units, replicates = ranks.shape
    largest = int(np.fmax.reduce(ranks, axis=None, initial=1.0))
    width = 2 * largest + 2  # twice the rank; the last place is for what is missing
    counted = np.empty((units, width), dtype=np.int64)
    for unit, own in enumerate(ranks):
        halves = own * 2
        if np.isnan(halves.sum()):
            halves[np.isnan(halves)] = width - 1
        counted[unit] = np.bincount(halves.astype(np.int64), minlength=width)
    totals = counted[:, :-1].cumsum(axis=1)
    count = totals[:, -1]
    has_any = count > 0
    below, part = _places(count)
    low, high = (
        np.stack([(totals <= place[:, None]).sum(axis=1) / 2 for place in places.T], axis=1)
        for places in (below, np.minimum(below + 1, np.maximum(count - 1, 0)[:, None]))
    )
    quantiles = np.where(has_any[:, None], low + (high - low) * part, np.nan)
    mean = counted[:, :-1] @ np.arange(width - 1) / 2 / np.maximum(count, 1)
    found = {
        "mean": np.where(has_any, mean, np.nan),
        **dict(zip(QUANTILES, quantiles.T, strict=True)),
    }
    return found, totals[:, 2::2] / replicates


class Intervals:
    """Gathers intervals unit by unit.

    Parameters
    ----------
    counts
        How many replicates each evaluation stands for.
    most
        Units in a year, if they are few enough to keep a chance of every rank; else 0.

    Attributes
    ----------
    ranks, scores
        Columns as in the contract without ``nominal``, a row a unit.
    at_most
        ``(rows, units)``: the chance that a row's rank in its year is k or better; empty of too
        many units.
    """

    def __init__(self, store: Store, counts: np.ndarray, most: int) -> None:
        self.at_most = np.ones((store.shape[1], most))
        take = _taker(counts)
        parts: dict[str, list[pd.DataFrame]] = {"ranks": [], "scores": []}
        for group in store.groups():
            if most:
                found, chances = rank_summary(take(group.ranks))
                self.at_most[group.rows, : chances.shape[1]] = chances
                self.at_most[group.rows, chances.shape[1] :] = chances[:, -1:]
            else:
                found = summary(take(group.ranks))
            parts["ranks"].append(pd.DataFrame(found))
            parts["scores"].append(pd.DataFrame(summary(take(group.scores))))
        self.ranks, self.scores = (
            pd.concat(parts[name], ignore_index=True) for name in ("ranks", "scores")
        )


def _taker(counts: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Return what takes every evaluation as often as it counts."""
    used = int(counts.nonzero()[0][-1]) + 1
    if (counts[:used] == 1).all():
        return lambda values: values[:, :used]
    places = np.repeat(np.arange(len(counts)), counts)
    return lambda values: np.take(values, places, axis=1)
