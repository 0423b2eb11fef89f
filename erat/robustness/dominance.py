"""Who is above whom: the share of replicates for each pair, what can be told from it, and exactly.

Exact dominance holds for every set of weights around the base's, at one level: each weight there
may be multiplied by its own number from ``1 - r`` to ``1 + r``. Under arithmetic means from that
level up, the difference of two scores is a sum over nodes of ``sum(m w d) / sum(m w)``, d being the
children's differences. Each part is smallest at a corner that has ``1 + r`` at the smallest
differences and ``1 - r`` at the others, so as many corners as children are tried. Geometric means
are the same in logarithms.

Source: Hazen (1986), Partial information, dominance, and potential optimality in multiattribute
utility theory, Operations Research 34 (dominance under weights that are known within bounds).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from erat.errors import MethodError, Problem
from erat.index.assessment import Assessment
from erat.index.climb import scale_of

MOST_UNITS = 1000
"""Pairs are compared up to this many units."""

TOLD = 0.90
"""A pair is told apart if one is above the other in at least this share of the replicates."""

NEAR = 1e-12
"""Differences nearer to 0 than this part of the largest score are ties."""


def dominance(ranks: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the share of replicates in which the row's unit is above the column's.

    Ranks are ``(units, evaluations)``, nan where missing; ``counts`` says how many replicates each
    evaluation stands for. Returned are ``(units, units)`` shares of all replicates: ties, and units
    without a rank, are neither above nor below, so that the two shares of a pair add to 1 or less;
    nan where both never have a rank together.

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

    ``order`` has the units with a rank, best mean rank first. ``tier`` counts from 1, 0 without a
    rank, in the order of the units. ``cuts`` tell after how many units everyone above is told from
    everyone below, with the weakest share of any such pair; ``runs`` are the first and last places
    in the order, from 0, of all the longest stretches (they overlap) with no pair told apart.
    """

    order: np.ndarray
    tier: np.ndarray
    cuts: list[tuple[int, float]]
    runs: list[tuple[int, int]]


def find_tiers(above: np.ndarray, mean_rank: np.ndarray) -> Tiers:
    """Find groups that cannot be told apart, and where the ranking can be cut; ``above`` is of
    :func:`dominance`. A tier begins with the best unit that is in none yet, and goes on down the
    order while the next unit can be told from none of its members. At a cut each unit above is
    above each one below in at least :data:`TOLD` of the replicates.
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


def _runs(apart: np.ndarray) -> list[tuple[int, int]]:
    """Return the longest stretches, of two or more, in which no pair can be told apart."""
    n, start = len(apart), 0
    runs: list[tuple[int, int]] = []
    for end in range(n):
        while apart[start:end, end].any():
            start += 1
        goes_on = end + 1 < n and not apart[start : end + 1, end + 1].any()
        if end > start and not goes_on:
            runs.append((start, end))
    return runs


def exact_dominance(
    assessment: Assessment, level: int, relative: float, rows: np.ndarray | None = None
) -> np.ndarray:
    """Tell who is above whom whatever the weights at a level are within their bounds.

    Parameters
    ----------
    level
        Level of the nodes whose children's weights vary; 1 is the level above the indicators.
    relative
        By which part a weight may be larger or smaller, below 1.
    rows
        Places of the rows that are compared, those of one year; all if None.

    Returns
    -------
    ndarray
        bool, ``(units, units)``: the row is above the column for every set of weights. A unit that
        misses a child of a node at the level, or was dropped, has no part in it.

    Raises
    ------
    MethodError
        If a node of that level or above it takes another mean, or arithmetic and geometric ones
        are mixed there: the difference is then neither linear nor log-linear.
    """
    tree = assessment.tree
    nodes = [n for n in assessment.framework.upwards if tree.levels[n] >= level]
    power = _power(assessment, nodes, level)
    outer = {assessment.framework.top: 1.0}  # weights of nodes in the index
    for node in nodes[-2::-1]:
        outer[node] = outer[assessment.framework.parent(node)] * float(assessment.weights[node])
    index = assessment.panel.values.index
    places = tree.panel.values.index.get_indexer(index if rows is None else index[rows])
    n, dropped = len(places), places < 0
    worst, whole, zero = np.zeros((n, n)), ~dropped, np.zeros(n, dtype=bool)
    for node in nodes:
        climbed, varied = tree.climbed[node], tree.levels[node] == level
        fixed = np.array([varied or child not in outer for child in climbed.node.codes])
        used, w = _used(assessment, node)[places][:, fixed], climbed.node.weights[fixed]
        whole &= ~np.isnan(used).any(axis=1)
        if power == 0:
            zero |= ((used == 0) & (w > 0)).any(axis=1)
            used = np.log(np.where(used > 0, used, 1.0))
        used = np.nan_to_num(used)
        if varied:
            worst += outer[node] * _smallest(used, w, relative)
        elif fixed.any():
            part = outer[node] * (used @ w)
            worst += part[:, None] - part[None, :]
    largest = float(np.abs(np.nan_to_num(assessment.index.to_numpy())).max(initial=1.0))
    above = worst > (NEAR if power == 0 else NEAR * largest)
    above[zero], above[:, zero] = False, True
    above[np.ix_(zero, zero)] = False
    return np.asarray(above & whole[:, None] & whole[None, :])


def _used(assessment: Assessment, node: str) -> np.ndarray:
    """Return the scores of a node's children, raised to its floor."""
    climbed = assessment.tree.climbed[node]
    floor = climbed.blocks[0].step.arguments.get("floor")
    return climbed.x if floor is None else np.maximum(climbed.x, floor)


def _smallest(x: np.ndarray, w: np.ndarray, relative: float) -> np.ndarray:
    """Return the smallest weighted mean difference of each pair, ``(units, units)``. ``x`` are
    ``(units, children)``; ``w`` add to 1, and each may change by the part ``relative``.
    """
    smallest, (up, down) = np.empty((len(x), len(x))), (1 + relative, 1 - relative)
    for i in range(len(x)):
        apart = x[i] - x
        order = np.argsort(apart, axis=1)
        moved = w[order] * np.take_along_axis(apart, order, axis=1)
        below, part = (
            np.insert(np.cumsum(sums, axis=1), 0, 0.0, axis=1) for sums in (w[order], moved)
        )
        top = up * part + down * (part[:, -1:] - part)
        bottom = up * below + down * (below[:, -1:] - below)
        smallest[i] = (top / bottom).min(axis=1)
    return smallest


def _power(assessment: Assessment, nodes: list[str], level: int) -> float:
    """Return the one power, 1 or 0, of the means that some nodes take, or refuse. A floor above the
    level is refused where a score there may come below it.
    """
    method, levels = assessment.method, assessment.tree.levels
    steps = {node: method.aggregate.of(node, levels[node]) for node in nodes}
    scales = {node: scale_of(step) for node, step in steps.items()}
    powers = {scale.power if scale else None for scale in scales.values()}
    used = [_used(assessment, node) for node in nodes if levels[node] == level]
    lowest = min((np.nanmin(x, initial=np.inf) for x in used), default=np.inf)
    floors = [one.floor for n, one in scales.items() if levels[n] > level and one and one.floor]
    linear = powers in ({0.0}, {1.0}) and all(floor <= lowest for floor in floors)
    if not linear or method.aggregate.groups or level not in levels.values():
        names = sorted({step.method for step in steps.values()})
        means = f"{', '.join(names) or 'no node'} from level {level} up"
        expected = "arithmetic means only, or geometric means only (with no floor that is reached)"
        remedy = "ask for a higher level, or rely on the shares of replicates"
        raise MethodError([Problem("exact dominance", means, expected, remedy)])
    return 1.0 if powers == {1.0} else 0.0
