"""Who is above whom: the share of replicates for each pair, and what can be told from it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

MOST_UNITS = 1000
"""Pairs are compared up to this many units."""

TOLD = 0.90
"""A pair is told apart if one is above the other in at least this share of the replicates."""


def dominance(ranks: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the share of replicates in which the row's unit is above the column's.

    Ranks are ``(units, evaluations)``, nan where missing; ``counts`` says how many replicates each
    evaluation stands for. The result, ``(units, units)``, is a share of all replicates: a unit
    without a rank is neither above nor below, nor are ties, so that the two shares of a pair add to
    1 or less. It is nan where both never have a rank together.

    >>> dominance(np.array([[1.0, 1.0], [2.0, 1.0]]), np.array([3, 1])).tolist()
    [[0.0, 0.75], [0.0, 0.0]]
    """
    used = np.flatnonzero(counts)
    ranks, weights = ranks[:, used], counts[used]
    there = ~np.isnan(ranks)
    doubled = np.round(2 * np.nan_to_num(ranks)).astype(np.int16)
    last = np.iinfo(np.int16).max
    as_row = np.ascontiguousarray(np.where(there, doubled, last).T)
    as_column = np.ascontiguousarray(np.where(there, doubled, -1).T)
    above = _counted(as_row, as_column, weights)
    together = there.astype(float) @ there.T.astype(float) > 0
    return np.asarray(np.where(together, above / weights.sum(), np.nan))


def _counted(rows: np.ndarray, columns: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Count, in replicates, how often a row's number is below a column's."""
    units = rows.shape[1]
    total = np.zeros((units, units), dtype=np.int64)
    less = np.empty((units, units), dtype=bool)
    once = bool((weights == 1).all())
    few = np.zeros((units, units), dtype=np.uint8)
    for i in range(len(rows)):
        np.less(rows[i][:, None], columns[i][None, :], out=less)
        if not once:
            total += less * weights[i]
            continue
        few += less.view(np.uint8)
        if i % 255 == 254:
            total += few
            few[:] = 0
    return total + few


class Tiers(NamedTuple):
    """Groups of units that cannot be told apart.

    ``order`` has the units from the best to the worst, by their mean rank; those without any are
    left out. ``tier`` is the tier of every unit, from 1, in the order of the units; 0 of one
    without a rank. ``cuts`` tell after how many units everyone above is told from everyone below,
    with the weakest share of any such pair; ``runs`` are the first and last places in the order,
    from 0, between which no pair can be told apart.
    """

    order: np.ndarray
    tier: np.ndarray
    cuts: list[tuple[int, float]]
    runs: list[tuple[int, int]]


def find_tiers(above: np.ndarray, mean_rank: np.ndarray) -> Tiers:
    """Find groups that cannot be told apart, and where the ranking can be cut.

    A tier begins with the best unit that is in none yet, and goes on down the order while the next
    unit can be told from none of its members. ``runs`` are all the longest such stretches, which
    overlap. At a cut each unit above it is above each one below it in at least
    :data:`TOLD` of the replicates.

    ``above`` is the share of replicates in which the row's unit is above the column's.
    """
    order = np.argsort(mean_rank, kind="stable")
    order = order[~np.isnan(mean_rank[order])]
    shares = np.nan_to_num(above[np.ix_(order, order)])
    apart = np.maximum(shares, shares.T) >= TOLD
    tiers, start, number = np.zeros(len(mean_rank), dtype=int), 0, 1
    for place, unit in enumerate(order):
        if apart[start:place, place].any():
            start, number = place, number + 1
        tiers[unit] = number
    # weakest[i, j]: the smallest share among pairs of one of 0..i and one of j..n-1
    weakest = np.minimum.accumulate(shares, axis=0)
    weakest = np.minimum.accumulate(weakest[:, ::-1], axis=1)[:, ::-1]
    least = np.diagonal(weakest, 1).tolist()
    cuts = [(i + 1, share) for i, share in enumerate(least) if share >= TOLD]
    return Tiers(order, tiers, cuts, _runs(apart))


def _runs(told_apart: np.ndarray) -> list[tuple[int, int]]:
    """Return the longest stretches, of two or more, in which no pair is told apart."""
    n, start = len(told_apart), 0
    runs: list[tuple[int, int]] = []
    for end in range(n):
        while told_apart[start:end, end].any():
            start += 1
        goes_on = end + 1 < n and not told_apart[start : end + 1, end + 1].any()
        if end > start and not goes_on:
            runs.append((start, end))
    return runs
