"""From the top down: what every score is multiplied by on its way to the top.

A score that is an exact sum of its children is carried down as two numbers a leaf: the factor by
which the leaf's own value (or difference) counts, and an addition that is nobody's own (what a
floor raised, or a change of weights) and is spread over all that is below by weight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from erat.errors import MethodError, Problem
from erat.index.changes import by_child
from erat.index.climb import Block, ScoredTree
from erat.subunits.climb import UnitBlock, UnitClimb
from erat.subunits.pairs import Members, from_level, split

Carried = tuple[np.ndarray, np.ndarray]
"""Factors and additions."""

Step = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Of the children of a block, ``(children, k)`` each: the factor by which a child's part counts;
what is added, to be spread over all that is under the child; and its weight in a spread."""


def downward(
    climb: UnitClimb, columns: Sequence[int], step: Callable[[UnitBlock], Step], years: int
) -> Carried:
    """Carry factors and additions from the top units down to the base units.

    Parameters
    ----------
    climb
        How units were rolled up.
    columns
        Numbers of the columns to follow.
    step
        What happens to the children of a block, whose columns are among ``columns``.
    years
        How many years each column has in the arrays that ``step`` returns.

    Returns
    -------
    tuple of arrays
        Factors and additions ``(units, years, columns)``.
    """
    shape = (len(climb.tree.units), years, len(climb.columns))
    factors, added = np.zeros(shape), np.zeros(shape)
    factors[climb.tree.depths == 0] = 1.0
    for block in reversed(climb.blocks):
        kept = np.isin(block.columns, columns)
        if not kept.any():
            continue
        part = block.of_columns(kept)
        factor, own, weight = step(part)
        above = block.groups.spread(part.take_parents(factors))
        spread = block.groups.spread(part.take_parents(added))
        part.put(factors, np.where(above == 0, 0.0, above * factor))
        part.put(added, np.where(above == 0, 0.0, above * own) + spread * weight)
    return factors[:, :, list(columns)], added[:, :, list(columns)]


def unit_shares(climb: UnitClimb, columns: Sequence[int]) -> Carried:
    """Return how base units make up the score of their top unit.

    The top's score is the sum over its base units of factor times score, plus addition (what a
    floor raised, or a threshold made 100 or 0).
    """

    def step(block: UnitBlock) -> Step:
        shares, w = block.take(climb.shares), block.take(climb.w)
        raised = block.take(climb.used) - np.nan_to_num(block.take(climb.values))
        return shares, np.where(raised == 0, 0.0, shares * raised), w

    return downward(climb, columns, step, climb.values.shape[1])


def unit_spread(climb: UnitClimb, columns: Sequence[int], years: Sequence[int]) -> np.ndarray:
    """Return every base unit's weight in its top unit, ``(units, 1, columns)``.

    Over the base units that have a score in one of the years; the weights of each year count alike.
    """

    def step(block: UnitBlock) -> Step:
        w = _spread_weights(block, climb, years)
        return w, np.zeros(w.shape), w

    return downward(climb, columns, step, 1)[0]


def unit_levels(climb: UnitClimb, columns: Sequence[int], year: int, level: np.ndarray) -> Carried:
    """Split the top units' distance from a level among base units.

    Parameters
    ----------
    level
        One number a column, ``(columns,)``: the score to compare with; nan counts as 0.

    Returns
    -------
    tuple of arrays
        ``(units, 1, columns)``: score minus level is the sum of factor times (base unit's score
        minus level), plus addition.
    """
    of_column = np.zeros(len(climb.columns))
    of_column[list(columns)] = np.nan_to_num(level)

    def step(block: UnitBlock) -> Step:
        two = _members(block, climb, year)
        same = np.broadcast_to(of_column[block.columns], two.x.shape)
        factor, added = from_level(block.step, same, two, block.groups)
        return factor, added, two.w

    return downward(climb, columns, step, 1)


def unit_changes(climb: UnitClimb, columns: Sequence[int], one: int, two: int) -> Carried:
    """Split the top units' change between two years (their positions) among base units."""

    def step(block: UnitBlock) -> Step:
        before, after = (_members(block, climb, year) for year in (one, two))
        factor, added = split(block.step, before, after, block.groups)
        return factor, added, _spread_weights(block, climb, [one, two])

    return downward(climb, columns, step, 1)


def _members(block: UnitBlock, climb: UnitClimb, year: int) -> Members:
    x, used, w = (block.take(cube, [year]) for cube in (climb.values, climb.used, climb.w))
    return Members(x, used, w, block.groups.spread(block.take_parents(climb.values, [year])))


def _spread_weights(block: UnitBlock, climb: UnitClimb, years: Sequence[int]) -> np.ndarray:
    return block.groups.share(np.sum([block.take(climb.w, [year]) for year in years], axis=0))


def node_pairs(tree: ScoredTree, one: np.ndarray, two: np.ndarray, node: str) -> Carried:
    """Split the differences of a node's scores, between pairs of rows, among indicators.

    Parameters
    ----------
    tree
        That was climbed.
    one, two
        Numbers of rows; row ``two`` is compared with row ``one``.
    node
        Whose scores.

    Returns
    -------
    tuple of arrays
        ``(pairs, indicators)``: the score of two minus that of one is the sum of factor times the
        difference of the indicator's score, plus addition (what a change of weights did). nan
        where the two were not aggregated in the same way.
    """
    shape = (len(one), len(tree.place))
    factors, added = np.zeros(shape), np.zeros(shape)
    waiting = [(node, np.ones(len(one)))]
    while waiting:
        code, factor = waiting.pop()
        if code in tree.place:
            factors[:, tree.place[code]] = factor
            continue
        own, shifts = by_child(tree.climbed[code], one, two)
        for j, child in enumerate(tree.climbed[code].node.codes):
            waiting.append((child, np.where(factor == 0, 0.0, factor * own[:, j])))
            shift = np.where(factor == 0, 0.0, factor * shifts[:, j])
            if child in tree.place:
                added[:, tree.place[child]] += shift
            elif (shift != 0).any():
                added += shift[:, None] * _spread_nodes(tree, child, one, two)
    return factors, added


def _spread_nodes(tree: ScoredTree, node: str, one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Return a node's weights of its indicators, the mean of both rows, adding to 1."""
    weights = tree.leaf_weights[node]
    both = weights[one] + weights[two]
    total = both.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(both, total, out=np.zeros(both.shape), where=total > 0))


def check_sums(tree: ScoredTree, node: str) -> None:
    """Refuse to take apart a score that is no sum of the indicators.

    Raises
    ------
    MethodError
        Naming every node below and its aggregation.
    """
    _refuse(
        {
            f"{name!r} at {code!r}, whose score is no sum of its children"
            for code, blocks in _blocks_below(tree, node)
            for name in {b.step.method for b in blocks if not b.is_sum}
        },
        "a mean (arithmetic, geometric, harmonic, power) or the benefit of the doubt",
        "choose one of these, or ask for a node below it",
    )


def check_unshared(tree: ScoredTree, node: str) -> None:
    """Refuse aggregations by which a unit is measured against the others.

    Raises
    ------
    MethodError
        Naming every node below and its aggregation.
    """
    _refuse(
        {
            f"{name!r} at {code!r}, which measures units against each other"
            for code, blocks in _blocks_below(tree, node)
            for name in {b.step.method for b in blocks if "other units" in b.step.needs}
        },
        "a mean, where the framework is climbed first",
        "choose a mean, or let units go first",
    )


def _blocks_below(tree: ScoredTree, node: str) -> Iterator[tuple[str, tuple[Block, ...]]]:
    waiting = [node]
    while waiting:
        code = waiting.pop()
        if code not in tree.place:
            waiting.extend(tree.climbed[code].node.codes)
            yield code, tree.climbed[code].blocks


def _refuse(found: set[str], expected: str, remedy: str) -> None:
    if found:
        where = "method, aggregate"
        raise MethodError([Problem(where, text, expected, remedy) for text in sorted(found)])
