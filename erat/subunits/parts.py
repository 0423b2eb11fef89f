"""From the top down: what every score is multiplied by on its way to the top.

A score that is an exact sum of its children is carried down as two numbers a leaf: the factor by
which the leaf's value (or difference) counts, and an addition that is no leaf's (what a floor
raised, or a change of weights) and is spread over all that is below by weight. The framework's
nodes are split in :mod:`erat.index.changes`; the roll-ups of units here, for all groups at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from erat.errors import MethodError, Problem
from erat.index.changes import Side, Split, by_child, passed_on, shared, times
from erat.index.changes import split as split_mean
from erat.index.climb import Block, ScoredTree
from erat.index.construct.power_means import Groups
from erat.index.construct.rollup import lowest_of, median_ends, minimum, share_above
from erat.index.method import RollUp
from erat.subunits.climb import UnitBlock, UnitClimb
from erat.subunits.orders import Order

Carried = tuple[np.ndarray, np.ndarray]
"""Factors and additions."""

Step = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Of the children of a block, ``(children, k)`` each: the factor by which a child's part counts;
what is added, to be spread over all that is under the child; and its weight in a spread."""


def _downward(
    climb: UnitClimb, columns: Sequence[int], step: Callable[[UnitBlock], Step], years: int = 1
) -> Carried:
    """Carry factors and additions from the top units down, ``(base units, years, columns)``.

    ``step`` says what happens to the children of a block, of which ``columns`` are followed.
    """
    factors, added = np.zeros((2, len(climb.tree.units), years, len(climb.columns)))
    factors[climb.tree.tops] = 1.0
    for block in reversed(climb.blocks):
        kept = np.isin(block.columns, columns)
        if kept.any():
            part, children = replace(block, columns=block.columns[kept]), block.family.children
            factor, addition, weight = step(part)
            above, spread = part.above(factors), part.above(added)
            part.put(factors, children, times(above, factor))
            part.put(added, children, times(above, addition) + spread * weight)
    at = np.ix_(climb.tree.base, np.arange(years), np.array(columns))
    return factors[at], added[at]


def unit_shares(climb: UnitClimb, columns: Sequence[int]) -> Carried:
    """Split the scores of the top units among base units, ``(base units, years, columns)``.

    A score is the sum of factor times score, plus addition (what a floor or threshold raised).
    """

    def step(block: UnitBlock) -> Step:
        shares, w = block.take(climb.shares), block.take(climb.w)
        raised = block.take(climb.used) - np.nan_to_num(block.take(climb.values))
        return shares, np.where(raised == 0, 0.0, shares * raised), w

    return _downward(climb, columns, step, climb.values.shape[1])


def unit_spread(climb: UnitClimb, columns: Sequence[int], years: Sequence[int]) -> np.ndarray:
    """Return every base unit's weight in its top unit, ``(base units, columns)``.

    Over the base units that have a score in one of the years; the weights of each year count alike.
    """

    def step(block: UnitBlock) -> Step:
        w = _spread_weights(block, climb, years)
        return w, np.zeros(w.shape), w

    return _downward(climb, columns, step)[0][:, 0]


def unit_levels(climb: UnitClimb, columns: Sequence[int], year: int, level: np.ndarray) -> Carried:
    """Split the top units' distance from a level among base units, ``(base units, columns)``.

    ``level`` is one score a column; nan counts as 0. Score minus level is the sum of factor times
    (base unit's score minus level), plus addition.
    """
    of_column = np.zeros(len(climb.columns))
    of_column[columns] = np.nan_to_num(level)

    def step(block: UnitBlock) -> Step:
        two = _members(block, climb, year)
        same = np.broadcast_to(of_column[block.columns], two.x.shape)
        return *from_level(block.step, same, two, block.family.groups), two.w

    factors, added = _downward(climb, columns, step)
    return factors[:, 0], added[:, 0]


def unit_changes(climb: UnitClimb, columns: Sequence[int], one: int, two: int) -> Carried:
    """Split the top units' change between two years (positions), ``(base units, columns)``."""

    def step(block: UnitBlock) -> Step:
        before, after = (_members(block, climb, year) for year in (one, two))
        parts = split(block.step, before, after, block.family.groups)
        return *parts, _spread_weights(block, climb, [one, two])

    factors, added = _downward(climb, columns, step)
    return factors[:, 0], added[:, 0]


def _members(block: UnitBlock, climb: UnitClimb, year: int) -> Members:
    x, used, w = (block.take(cube, [year]) for cube in (climb.values, climb.used, climb.w))
    return Members(x, used, w, block.above(climb.values, [year]))


def _spread_weights(block: UnitBlock, climb: UnitClimb, years: Sequence[int]) -> np.ndarray:
    return block.family.groups.share(np.sum([block.take(climb.w, [y]) for y in years], axis=0))


def node_pairs(tree: ScoredTree, one: np.ndarray, two: np.ndarray, node: str) -> Carried:
    """Split the differences of a node's scores between pairs of rows, ``(pairs, indicators)``.

    A difference is the sum of factor times the difference of the indicator's score, plus addition
    (what a change of weights did); nan where the two were not aggregated in the same way.
    """
    factors, added = np.zeros((2, len(one), len(tree.place)))
    waiting = [(node, np.ones(len(one)))]
    while waiting:
        code, factor = waiting.pop()
        if code in tree.place:
            factors[:, tree.place[code]] = factor
            continue
        of_child, shifts = by_child(tree.climbed[code], one, two)
        for j, child in enumerate(tree.climbed[code].node.codes):
            waiting.append((child, times(factor, of_child[:, j])))
            shift = times(factor, shifts[:, j])
            if child in tree.place:
                added[:, tree.place[child]] += shift
            elif (shift != 0).any():
                weights = tree.leaf_weights[child][one] + tree.leaf_weights[child][two]
                added += shift[:, None] * shared(weights)
    return factors, added


def score_parts(order: Order, node: str) -> np.ndarray:
    """Split the scores of the top units, ``(base units, years, indicators)``.

    A part is nan where a score is missing or no sum of the indicators.
    """
    tree, climb, columns = order.tree, order.climb, order.columns(node)
    factors, lifts = (order.of_base(part) for part in tree.shares(node))
    outer, inner = (factors, lifts), unit_shares(climb, columns)
    if order.units_first:
        years = range(climb.values.shape[1])
        spread = np.stack([unit_spread(climb, columns, [year]) for year in years], axis=1)
    else:
        outer, inner = inner, outer
        spread = order.of_base(tree.leaf_weights[node])
    parts = inner[0] * np.nan_to_num(order.base_values) + inner[1]
    return np.asarray(times(outer[0], parts) + times(outer[1], spread))


NO_SUM = (
    "whose score is no sum of its children",
    "a mean (arithmetic, geometric, harmonic, power) or the benefit of the doubt",
    "choose one of these, or ask for a node below it",
)
COMPARED = (
    "which measures units against each other",
    "a mean, where the framework is climbed first",
    "choose a mean, or let units go first",
)
"""What is wrong with an aggregation by which a score cannot be taken apart, and what would do."""


def refuse_blocks(
    tree: ScoredTree, node: str, wrong: Callable[[Block], bool], why: tuple[str, str, str]
) -> None:
    """Refuse a node with an aggregation (of its own or below it) that is wrong: MethodError."""
    at_fault, waiting = set(), [node]
    while waiting:
        code = waiting.pop()
        if code not in tree.place:
            waiting.extend(tree.climbed[code].node.codes)
            names = {b.step.method for b in tree.climbed[code].blocks if wrong(b)}
            at_fault |= {f"{name!r} at {code!r}, {why[0]}" for name in names}
    if at_fault:
        raise MethodError([Problem("method, aggregate", x, *why[1:]) for x in sorted(at_fault)])


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
        lowest = (lowest_of(x1, w, groups), lowest_of(x2, w, groups))
        return _parts(x1, x2, w, lowest, groups)
    ends = zip(median_ends(x1, w, groups), median_ends(x2, w, groups), strict=True)
    return np.asarray(sum(_parts(x1, x2, w, end, groups) for end in ends) / 2)


def _parts(
    x1: np.ndarray, x2: np.ndarray, w: np.ndarray, ends: tuple[np.ndarray, ...], groups: Groups
) -> np.ndarray:
    """Return each row's part of the change between two scores, ``(rows, k)``."""
    before, after = ends
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
