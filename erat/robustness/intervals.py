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

THIRDS = ("upper", "middle", "lower")
"""Thirds of the ranking, the best first."""


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
    last = np.maximum(count - 1, 0)[:, None]
    place = last * np.array(list(QUANTILES.values()))
    below = np.floor(place).astype(int)
    ascending = np.sort(values, axis=1)  # what is missing comes last
    low, high = (
        np.take_along_axis(ascending, places, axis=1).astype(float)
        for places in (below, np.minimum(below + 1, last))
    )
    quantiles = low + (high - low) * (place - below)
    named = {"mean": sums / np.maximum(count, 1), **dict(zip(QUANTILES, quantiles.T, strict=True))}
    return {name: np.where(count > 0, column, np.nan) for name, column in named.items()}


def rank_chances(ranks: np.ndarray, most: int) -> np.ndarray:
    """Return the share of replicates in which a unit's rank is k or better, ``(units, k)``, k from
    1 to ``most``, of ranks ``(units, replicates)``. A missing rank (nan) is never as good.

    >>> rank_chances(np.array([[1.0, 2.0, 2.5, np.nan]]), 4).tolist()
    [[0.25, 0.5, 0.75, 0.75]]
    """
    reached = np.nan_to_num(np.ceil(ranks), nan=most + 1).clip(max=most + 1).astype(np.int64)
    counted = np.stack([np.bincount(of_unit, minlength=most + 2) for of_unit in reached])
    return np.asarray(counted[:, 1 : most + 1].cumsum(axis=1) / ranks.shape[1])


class Intervals:
    """Intervals of a store's ``ranks`` and ``scores``, in the columns of the contract without
    ``nominal``, and ``at_most``, the :func:`rank_chances`, ``(rows, most)``, ``most`` being the
    units in a year. ``counts`` says how many replicates each evaluation stands for.
    """

    def __init__(self, store: Store, counts: np.ndarray, most: int) -> None:
        used = int(counts.nonzero()[0][-1]) + 1
        places = np.repeat(np.arange(used), counts[:used])
        once = bool((counts[:used] == 1).all())
        ranks, scores, chances = [], [], []
        for group in store.groups():
            of_ranks, of_scores = (
                values[:, :used] if once else np.take(values, places, axis=1)
                for values in (group.ranks, group.scores)
            )
            ranks.append(pd.DataFrame(summary(of_ranks)))
            scores.append(pd.DataFrame(summary(of_scores)))
            chances.append(rank_chances(of_ranks, most))
        self.ranks, self.scores = (pd.concat(parts, ignore_index=True) for parts in (ranks, scores))
        self.at_most = np.concatenate(chances)


def whole_ranks(intervals: pd.DataFrame) -> pd.DataFrame:
    """Return rank intervals in whole ranks by unit: ``nominal, low, high, median, min, max``; low
    and high are the 5% and 95% quantiles (``q05, q95``), rounded outwards.
    """
    known = intervals.set_index("unit")
    low, high = np.floor(known["q05"] + 1e-9), np.ceil(known["q95"] - 1e-9)
    return known.assign(low=low, high=high)[["nominal", "low", "high", "median", "min", "max"]]


def thirds(intervals: pd.DataFrame) -> pd.DataFrame:
    """Say which thirds whole ranks touch: ``tier`` (nominal), ``best`` (low), ``worst`` (high)."""
    n = len(intervals)
    ends = {"tier": "nominal", "best": "low", "worst": "high"}
    return pd.DataFrame({name: third(intervals[column], n) for name, column in ends.items()})


def third(ranks: pd.Series, n: int) -> pd.Series:
    """Say in which third of ``n`` units ranks are: ``upper``, ``middle`` or ``lower``."""
    return ((ranks - 1) * 3 // n).clip(0, 2).astype(int).map(dict(enumerate(THIRDS)))
