"""Two scores of a unit, and what each sub-unit did to their difference, exactly.

The framework's nodes are split in :mod:`erat.index.changes`; here are the roll-ups of units, for all
groups at once. A split is factors and shifts, ``(rows, k)`` each.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from erat.index.changes import Side, Split, passed_on
from erat.index.changes import split as split_mean
from erat.index.construct.groups import Groups
from erat.index.construct.rollup import lowest_of, median_ends, minimum, share_above
from erat.index.method import RollUp


class Members(NamedTuple):
    """Sub-units on one side of a comparison: ``(rows, k)`` each, the score spread over the rows."""

    x: np.ndarray
    used: np.ndarray
    w: np.ndarray
    score: np.ndarray

    @property
    def side(self) -> Side:
        """As the split of a mean takes it."""
        return Side(self.used, self.w, self.w > 0, self.score)


def split(step: RollUp, one: Members, two: Members, groups: Groups) -> Split:
    """Split the difference of two roll-ups of the same sub-units.

    It is the sum of factor times the difference of x, plus shift (what a change of the weight did).

    Notes
    -----
    Power means are split as :func:`erat.index.changes.changes` does. Median and minimum: at every
    level z between both scores the step is due to the sub-units that crossed z in that direction,
    by their weights w; so a sub-unit's part is ``w`` times the integral of ``dz / W(z)`` over what
    it crossed, W being the weight of all that crossed z. The weights are those of either side in
    turn, and the part is the mean of both. A sub-unit that did not move has no part.
    """
    if step.power is None:
        value, shifts = _by_rank(step, one, two, groups)
        return _quotient(value, two.x - one.x), shifts
    factors, shifts = split_mean(one.side, two.side, step.power, groups)
    return factors * passed_on(one.x, two.x, one.used, two.used), shifts


def from_level(step: RollUp, level: np.ndarray, two: Members, groups: Groups) -> Split:
    """Split the difference of a roll-up from a level that all of its sub-units might have had.

    ``level``, ``(rows, k)``, is the same within a group. Score minus level is the sum of factor
    times (x minus level), plus shift. A sub-unit at the level has no part. Under a threshold (0 or
    100) what a sub-unit brings is all shift, as the level is no level of x.
    """
    if step.function is share_above:
        return np.zeros(two.x.shape), two.w * (two.used - level)
    alike = np.where(two.w > 0, level, 0.0)
    one = Members(alike, alike, two.w, level)
    if step.power is None:
        factors = _quotient(_by_rank(step, one, two, groups)[0], two.used - alike)
    else:
        factors, _ = split_mean(one.side, two.side, step.power, groups)
    raised = np.where(two.w > 0, two.used - np.nan_to_num(two.x), 0.0)
    return factors, np.where(raised == 0, 0.0, factors * raised)


def _quotient(value: np.ndarray, by: np.ndarray) -> np.ndarray:
    return np.asarray(np.divide(value, by, out=np.zeros(value.shape), where=value != 0))


def _by_rank(step: RollUp, one: Members, two: Members, groups: Groups) -> Split:
    """Split the change of a median or minimum into that of values and that of weights."""
    x1 = np.where(one.w > 0, one.used, two.used)
    x2 = np.where(two.w > 0, two.used, one.used)
    weights = [one.w] if np.array_equal(one.w, two.w) else [one.w, two.w]
    value = np.asarray(sum(_crossed(step, x1, x2, w, groups) for w in weights) / len(weights))
    shifts = np.zeros(x1.shape)
    if len(weights) == 1:
        return value, shifts
    for x in (x1, x2):
        before, after = (step.function(x, w, groups) for w in weights)
        middle = groups.spread((before.score + after.score) / 2)
        moved = after.shares - before.shares
        shifts += np.where(moved == 0, 0.0, moved * (x - middle)) / 2
    return value, shifts


def _crossed(
    step: RollUp, x1: np.ndarray, x2: np.ndarray, w: np.ndarray, groups: Groups
) -> np.ndarray:
    """Split the change of an order statistic, under the same weights, among what crossed it."""
    if step.function is minimum:
        return _parts(x1, x2, w, lowest_of(x1, w, groups), lowest_of(x2, w, groups), groups)
    ends = zip(median_ends(x1, w, groups), median_ends(x2, w, groups), strict=True)
    return np.asarray(sum(_parts(x1, x2, w, *end, groups) for end in ends) / 2)


def _parts(
    x1: np.ndarray,
    x2: np.ndarray,
    w: np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
    groups: Groups,
) -> np.ndarray:
    """Return each row's part of the change from ``before`` to ``after``, ``(rows, k)``."""
    both = np.isfinite(before) & np.isfinite(after)
    before, after = np.where(both, before, 0.0), np.where(both, after, 0.0)
    sign = groups.spread(np.where(after < before, -1.0, 1.0))
    start, end = groups.spread(before) * sign, groups.spread(after) * sign
    low, high = np.clip(x1 * sign, start, end), np.clip(x2 * sign, start, end)
    crossing = (high > low) & (w > 0)
    rows, columns = np.nonzero(crossing)
    key = groups.of[rows] * x1.shape[1] + columns
    parts = np.zeros(x1.shape)
    parts[crossing] = w[crossing] * _integral(key, low[crossing], high[crossing], w[crossing])
    due, total = after - before, groups.sum(parts)
    scale = np.divide(due, total, out=np.zeros(due.shape), where=total != 0)
    return np.asarray(parts * groups.spread(scale))


def _integral(key: np.ndarray, a: np.ndarray, b: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Integrate ``dz / W(z)`` from a to b, W being the weight of the intervals of a key around z."""
    n = len(key)
    ends, keys = np.concatenate([a, b]), np.concatenate([key, key])
    order = np.lexsort((ends, keys))
    ends, keys = ends[order], keys[order]
    around = np.cumsum(np.concatenate([weight, -weight])[order])
    width = np.zeros(2 * n)
    width[:-1] = np.where(keys[1:] == keys[:-1], np.diff(ends), 0.0)
    pieces = np.divide(width, around, out=np.zeros(2 * n), where=(width > 0) & (around > 0))
    up_to = np.empty(2 * n)
    up_to[order] = np.append(0.0, np.cumsum(pieces))[:-1]
    return np.asarray(up_to[n:] - up_to[:n])
