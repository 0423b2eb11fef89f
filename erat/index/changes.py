"""From one year to another: what each indicator did to the change of each score, exactly."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from erat.errors import InputError, Problem, listing
from erat.index.assessment import Assessment
from erat.index.climb import Climbed, ScoredTree
from erat.index.construct.power_means import SIBLINGS, Together, is_zero, relative_slope
from erat.index.method import AggregateOne


def changes(assessment: Assessment, start: int, end: int) -> pd.DataFrame:
    """Split the change of every score between two years among its indicators.

    A row for each unit that is there in both years, each aggregate node and each indicator under
    it. ``before`` and ``after`` are the indicator's normalized values; ``by_value`` is what its own
    change did to the node's score, ``by_weight`` what a change of weights did (its own, or that of
    a node above it), and ``change`` their sum. The changes of a node's indicators add up to the
    change of its score. They are missing where the score is missing in a year, or is no sum (see
    :data:`erat.index.registry.Power`). InputError if the panel does not have a year.

    A power mean averages ``f(x) = x**p`` (the logarithm for the geometric mean), and so

        S2 - S1 = sum (f(x2) - f(x1)) w (S2 - S1) / (f(S2) - f(S1)),

    which is LMDI for the geometric mean: an indicator that did not change contributes nothing.
    Children that are scores themselves hand their part on to their indicators in proportion.

    Weights differ between the years where a value is missing in one of them (or, for the benefit of
    the doubt, where other weights suit better). Then w is the mean of both weights, and ``w2 - w1``
    counts at the mean of the child's f, seen from the mean of the score's f: a weight that moves
    from a child below the score to one above it lifts the score. A child that is there in one year
    only counts as unchanged in value; its coming or going is a change of weight. The effect of a
    child's weight is split among its indicators by their weights.

    Where a child that is zero makes the mean zero (geometric, harmonic) in one of the years, the
    whole change is due to the children that were zero in that year only, by their weights: the
    limit of the formula for ever smaller values. Between different aggregations a change has no
    parts.

    Source: Ang (2005), The LMDI approach to decomposition analysis, Energy Policy 33; Reinsdorf,
    Diewert and Ehemann (2002), J. Economic and Social Measurement 28.
    """
    tree = assessment.tree
    units, one, two = _rows(assessment, start, end)
    parts: dict[str, Parts] = {}
    for code, j in tree.place.items():
        values, weights = np.zeros((2, len(one), len(tree.place)))
        values[:, j] = np.nan_to_num(tree.values[code][two] - tree.values[code][one])
        parts[code] = values, weights
    tables = []
    for node in tree.framework.upwards:
        parts[node] = by_value, by_weight = _of_node(tree, node, one, two, parts)
        for leaf in tree.framework.leaves(node):
            j, values = tree.place[leaf], tree.values[leaf]
            table = pd.DataFrame({"unit": units, "node": node, "indicator": leaf})
            table = table.assign(before=values[one], after=values[two])
            tables.append(table.assign(by_value=by_value[:, j], by_weight=by_weight[:, j]))
    result = pd.concat(tables)
    result["change"] = result["by_value"] + result["by_weight"]
    return result.sort_index(kind="stable").reset_index(drop=True)


def _rows(assessment: Assessment, start: int, end: int) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Return the units of both years, and their rows in each."""
    index = assessment.tree.panel.values.index
    check_years(index.get_level_values("year"), start, end)
    places = pd.Series(np.arange(len(index)), index=index)
    one, two = (places.xs(year, level="year") for year in (start, end))
    units = [unit for unit in one.index if unit in two.index]
    return [str(unit) for unit in units], one[units].to_numpy(), two[units].to_numpy()


def check_years(years: Collection[int], start: int, end: int) -> None:
    """Refuse a change from or to a year that is not there (InputError)."""
    one_of = f"one of {listing(sorted(set(years)))}"
    absent = [f"the year {year}" for year in (start, end) if year not in years]
    if absent:
        raise InputError(Problem("changes", x, one_of, "choose another year") for x in absent)


Parts = tuple[np.ndarray, np.ndarray]
"""What changes of values and of weights did, by indicator: ``(units, indicators)`` each."""


def _of_node(
    tree: ScoredTree, node: str, one: np.ndarray, two: np.ndarray, parts: Mapping[str, Parts]
) -> Parts:
    """Split the change of one node from the changes of its children."""
    climbed, score = tree.climbed[node], tree.values[node]
    factors, shifts = by_child(climbed, one, two)
    closed = np.where(np.isnan(score[two] - score[one]), np.nan, 0.0)[:, None]
    value = weight = closed + np.zeros((len(one), len(tree.place)))
    for j, child in enumerate(climbed.node.codes):
        factor, (child_value, child_weight) = factors[:, j, None], parts[child]
        value = value + times(factor, child_value)
        weight = weight + times(factor, child_weight)
        weight = weight + shifts[:, j, None] * _mean_weights(tree, child, one, two)
    return value, weight


def _mean_weights(tree: ScoredTree, node: str, one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Return a node's weights of indicators, the mean of both rows; that of an indicator is 1."""
    if node in tree.place:
        return np.eye(len(tree.place))[[tree.place[node]]]
    return shared(tree.leaf_weights[node][one] + tree.leaf_weights[node][two])


def shared(weights: np.ndarray) -> np.ndarray:
    """Scale weights of 0 or more to add to 1 in each row; where all are 0 they stay 0."""
    total = weights.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(weights, total, out=np.zeros(weights.shape), where=total > 0))


def times(factor: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Multiply, nothing times something missing being nothing."""
    return np.where(factor == 0, 0.0, factor * part)


def by_child(climbed: Climbed, one: np.ndarray, two: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what a child's change is multiplied by, and the effect of its weight's change.

    nan unless both rows were aggregated in the same way, and as a sum.
    """
    factors = np.full((len(one), climbed.x.shape[1]), np.nan)
    shifts = factors.copy()
    mean = climbed.mean
    for free, power, rows in _alike(climbed, one, two):
        a, b = one[rows], two[rows]
        w = np.nan_to_num(mean.shares) if free and mean.shares is not None else climbed.w
        there = ~np.isnan(climbed.x) if free else climbed.w > 0
        sides = (Side(mean.used[at], w[at], there[at], mean.score[at, None]) for at in (a, b))
        before, after = sides
        factor, shifts[rows] = split(before, after, power, free=free)
        factors[rows] = factor * passed_on(climbed.x[a], climbed.x[b], before.x, after.x)
    return factors, shifts


def _alike(
    climbed: Climbed, one: np.ndarray, two: np.ndarray
) -> list[tuple[bool, float, np.ndarray]]:
    """Return, for each aggregation that is a sum, whether units have weights of their own in it, the
    power of the mean, and the pairs whose rows were both made by it.
    """
    steps: dict[str, AggregateOne] = {}
    of_row = np.zeros(len(climbed.x), dtype=int)
    for block in climbed.blocks:
        kind = f"{block.step.method} {block.step.arguments}"
        steps.setdefault(kind, block.step)
        of_row[block.rows] = list(steps).index(kind)
    return [
        ("other units" in step.needs, step.power, np.flatnonzero((of_row[[one, two]] == i).all(0)))
        for i, step in enumerate(steps.values())
        if step.power is not None
    ]


def passed_on(x1: np.ndarray, x2: np.ndarray, used1: np.ndarray, used2: np.ndarray) -> np.ndarray:
    """Return the part of a child's change that a floor lets through."""
    change = x2 - x1
    raised = (used1 != np.nan_to_num(x1)) | (used2 != np.nan_to_num(x2))
    moved = raised & (change != 0) & ~np.isnan(change)
    share = np.divide(used2 - used1, change, out=np.zeros(change.shape), where=moved)
    return np.where(raised & ~np.isnan(change), share, 1.0)


class Side(NamedTuple):
    """Children's values, weights, and whether they are there, and the score of one year."""

    x: np.ndarray
    w: np.ndarray
    there: np.ndarray
    score: np.ndarray


Split = tuple[np.ndarray, np.ndarray]
"""Factors of the children's changes, and the effects of their weights' changes."""


def split(
    one: Side, two: Side, power: float, over: Together = SIBLINGS, *, free: bool = False
) -> Split:
    """Split the change of a power mean; ``free`` weights (power 1 only) need not add to 1."""
    if power == 1:
        return _linear(one, two, free)
    factors, shifts = _on_scale(one, two, power)
    if power > 0:
        return factors, shifts
    zero = over.spread(is_zero(one.x, one.w, power, over) | is_zero(two.x, two.w, power, over))
    if not zero.any():
        return factors, shifts
    to_value, to_shift = _through_zero(one, two, over)
    return np.where(zero, to_value, factors), np.where(zero, to_shift, shifts)


def _linear(one: Side, two: Side, free: bool) -> Split:
    """Split a weighted sum; weights that need not add to 1 have no score to be seen from."""
    seen_from = 0.0 if free else (one.score + two.score) / 2
    both = one.there & two.there
    middle = np.where(both, (one.x + two.x) / 2, np.where(one.there, one.x, two.x))
    shifts = np.where(one.w == two.w, 0.0, (two.w - one.w) * (middle - seen_from))
    return np.where(both, (one.w + two.w) / 2, 0.0), shifts


def _on_scale(one: Side, two: Side, power: float) -> Split:
    """Split a power mean on the scale of its power, relative to one of the scores."""
    s1, s2 = np.nan_to_num(one.score), np.nan_to_num(two.score)
    base = np.where(s1 > 0, s1, np.where(s2 > 0, s2, 1.0))
    x1 = np.where(one.there, one.x, np.where(two.there, two.x, base))
    x2 = np.where(two.there, two.x, np.where(one.there, one.x, base))
    shifts = np.zeros(one.w.shape)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        of_score = _slope(s2, s1, base, power)
        factors = (one.w + two.w) / 2 * _slope(x2, x1, base, power) / of_score
        if not (one.w is two.w or np.array_equal(one.w, two.w)):
            middle, seen_from = (
                (_scaled(a, base, power) + _scaled(b, base, power)) / 2
                for a, b in ((x1, x2), (s1, s2))
            )
            shifts = (two.w - one.w) * (middle - seen_from) / of_score * base
            shifts = np.where(one.w == two.w, 0.0, shifts)
    still = ~(one.there & two.there) | (x1 == x2) & (x1 == 0)
    return np.where(still, 0.0, factors), np.where((s1 == 0) & (s2 == 0), 0.0, shifts)


def _through_zero(one: Side, two: Side, over: Together) -> Split:
    """Split a change from or to a mean that is zero among the children that were zero then only."""
    crossing = ((one.x == 0) & one.there) != ((two.x == 0) & two.there)
    due = over.share(np.where(crossing, one.w + two.w, 0.0)) * (two.score - one.score)
    moved = np.where(one.there & two.there, two.x - one.x, 0.0)
    factors = np.divide(due, moved, out=np.zeros(due.shape), where=moved != 0)
    return factors, np.where(moved != 0, 0.0, due)


def _scaled(x: np.ndarray, base: np.ndarray, power: float) -> np.ndarray:
    """Return ``((x / base)**p - 1) / p``, or the logarithm for p = 0."""
    return np.asarray(relative_slope(x, base, power) * (x / base - 1))


def _slope(a: np.ndarray, b: np.ndarray, base: np.ndarray, power: float) -> np.ndarray:
    """Return the slope of f between two values relative to the base; their order is irrelevant."""
    low, high = np.minimum(a, b), np.maximum(a, b)
    return np.asarray(relative_slope(low, high, power) * (high / base) ** (power - 1))
