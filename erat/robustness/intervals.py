"""Intervals of ranks and scores, and the chance of a rank, over the replicates.

Source of the chances: Lahdelma and Salminen (2001), SMAA-2: stochastic multicriteria acceptability
analysis for group decision making, Operations Research 49 (rank acceptability, here added up).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from erat.robustness.store import Store

QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}

COLUMNS = ["nominal", "mean", "median", "q05", "q25", "q75", "q95"]


def summary(values: np.ndarray) -> dict[str, np.ndarray]:
    """Return the ``mean`` and exact :data:`QUANTILES` (as numpy's, between the two nearest values)
    of values ``(units, replicates)``, ``(units,)`` each; nan is left out, and comes of a unit
    without any.

    >>> three = summary(np.array([[3.0, 1.0, np.nan, 2.0]]))
    >>> three["mean"].tolist(), three["median"].tolist(), three["q95"].round(2).tolist()
    ([2.0], [2.0], [2.9])
    """
    sums = values.sum(axis=1, dtype=float)
    count: np.ndarray = np.full(len(values), values.shape[1])
    for unit in np.flatnonzero(np.isnan(sums)):
        there = values[unit][~np.isnan(values[unit])]
        count[unit], sums[unit] = there.size, there.sum(dtype=float)
    below, above, part = _places(count)
    ascending = np.sort(values, axis=1)  # what is missing comes last
    low, high = (
        np.take_along_axis(ascending, places, axis=1).astype(float) for places in (below, above)
    )
    return _named(sums / np.maximum(count, 1), low + (high - low) * part, count)


def rank_summary(ranks: np.ndarray) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return the :func:`summary` of ranks (whole or half numbers, nan where missing; counted, so up
    to some thousand units), and the share of replicates in which a unit's rank is k or better,
    ``(units, k)``, k from 1 to the largest rank. A missing rank is never as good.

    >>> four, chances = rank_summary(np.array([[1.0, 2.0, 2.0, 4.0]]))
    >>> four["median"].tolist(), chances.tolist()
    ([2.0], [[0.25, 0.75, 0.75, 1.0]])
    """
    units, replicates = ranks.shape
    largest = int(np.fmax.reduce(ranks, axis=None, initial=1.0))
    width = 2 * largest + 2  # twice the rank; the last place is for what is missing
    counted = np.empty((units, width), dtype=np.int64)
    for unit, of_unit in enumerate(ranks):
        halves = of_unit * 2
        if np.isnan(halves.sum()):
            halves[np.isnan(halves)] = width - 1
        counted[unit] = np.bincount(halves.astype(np.int64), minlength=width)
    totals = counted[:, :-1].cumsum(axis=1)
    count = totals[:, -1]
    below, above, part = _places(count)
    low, high = (
        np.stack([(totals <= place[:, None]).sum(axis=1) / 2 for place in places.T], axis=1)
        for places in (below, above)
    )
    mean = counted[:, :-1] @ np.arange(width - 1) / 2 / np.maximum(count, 1)
    return _named(mean, low + (high - low) * part, count), totals[:, 2::2] / replicates


def _places(count: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the places below and above each quantile, and the part of the way between them."""
    last = np.maximum(count - 1, 0)[:, None]
    place = last * np.array(list(QUANTILES.values()))
    below = np.floor(place).astype(int)
    return below, np.minimum(below + 1, last), place - below


def _named(mean: np.ndarray, quantiles: np.ndarray, count: np.ndarray) -> dict[str, np.ndarray]:
    """Name a mean and the quantiles, ``(units, quantiles)``; nan of units with a count of 0."""
    named = {"mean": mean, **dict(zip(QUANTILES, quantiles.T, strict=True))}
    return {name: np.where(count > 0, values, np.nan) for name, values in named.items()}


class Intervals:
    """Intervals of the ranks and scores in a store, gathered unit by unit.

    ``counts`` says how many replicates each evaluation stands for. ``ranks`` and ``scores`` have
    the columns of the contract without ``nominal``. ``at_most``, ``(rows, units)``, is the chance
    that a row's rank in its year is k or better; it is kept if ``most``, the units in a year, is
    not 0.
    """

    def __init__(self, store: Store, counts: np.ndarray, most: int) -> None:
        self.at_most = np.ones((store.shape[1], most))
        used = int(counts.nonzero()[0][-1]) + 1
        places = np.repeat(np.arange(used), counts[:used])
        once = bool((counts[:used] == 1).all())

        def replicates(values: np.ndarray) -> np.ndarray:
            return values[:, :used] if once else np.take(values, places, axis=1)

        ranks, scores = [], []
        for group in store.groups():
            if most:
                of_ranks, chances = rank_summary(replicates(group.ranks))
                self.at_most[group.rows, : chances.shape[1]] = chances
                self.at_most[group.rows, chances.shape[1] :] = chances[:, -1:]
            else:
                of_ranks = summary(replicates(group.ranks))
            ranks.append(pd.DataFrame(of_ranks))
            scores.append(pd.DataFrame(summary(replicates(group.scores))))
        self.ranks, self.scores = (pd.concat(parts, ignore_index=True) for parts in (ranks, scores))
