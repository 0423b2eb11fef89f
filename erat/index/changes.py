"""From one year to another: what each indicator did to the change of each score, exactly."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from erat.errors import InputError, Problem, listing
from erat.index.assessment import Assessment
from erat.index.climb import Block, Climbed, ScoredTree
from erat.index.construct.groups import SIBLINGS, Groups, Siblings
from erat.index.construct.power_means import is_zero, relative_slope

COLUMNS = ["unit", "node", "indicator", "before", "after", "by_value", "by_weight", "change"]


def changes(assessment: Assessment, start: int, end: int) -> pd.DataFrame:
    """Split the change of every score between two years among its indicators.

    Parameters
    ----------
    assessment
        Of a panel that has both years.
    start, end
        The years.

    Returns
    -------
    DataFrame
        A row for each unit that is there in both years, each aggregate node and each indicator
        under it. ``before`` and ``after`` are the indicator's normalized values; ``by_value`` is
        what its own change did to the node's score, ``by_weight`` what a change of weights did
        (its own, or that of a node above it), and ``change`` their sum. The changes of a node's
        indicators add up to the change of its score. They are missing where the score is missing
        in a year, or is no sum (see :attr:`erat.index.registry.Registry.sums`).

    Raises
    ------
    InputError
        If the panel does not have a year.

    Notes
    -----
    A power mean averages ``f(x) = x**p`` (the logarithm for the geometric mean), and so

        S2 - S1 = sum (f(x2) - f(x1)) w (S2 - S1) / (f(S2) - f(S1)),

    which is LMDI for the geometric mean: an indicator that did not change contributes nothing.
    Children that are scores themselves hand their part on to their indicators in proportion.

    Weights differ between the years where a value is missing in one of them (or, for the benefit
    of the doubt, where other weights suit better). Then w is the mean of both weights, and
    ``w2 - w1`` counts at the mean of the child's f, seen from the mean of the score's f: a weight
    that moves from a child below the score to one above it lifts the score. A child that is there
    in one year only counts as unchanged in value; its coming or going is a change of weight. The
    effect of a child's weight is split among its indicators by their weights.

    A mean that is zero because a child is zero (geometric, harmonic) in one of the years: the
    whole change is due to the children that were zero in that year only, by their weights; the
    limit of the formula for ever smaller values. Between groups or years with different
    aggregations a change has no parts.

    Source: Ang (2005), The LMDI approach to decomposition analysis, Energy Policy 33; Reinsdorf,
    Diewert and Ehemann (2002), J. Economic and Social Measurement 28.
    """
    tree = assessment.tree
    units, one, two = _rows(assessment, start, end)
    split = _Changes(tree, one, two)
    codes = tree.framework.indicators
    tables = []
    for node in tree.framework.upwards:
        split.climb(node)
        for leaf in tree.framework.leaves(node):
            j = codes.index(leaf)
            table = pd.DataFrame({"unit": units, "node": node, "indicator": leaf})
            table["before"], table["after"] = tree.values[leaf][one], tree.values[leaf][two]
            table["by_value"] = split.by_value[node][:, j]
            table["by_weight"] = split.by_weight[node][:, j]
            tables.append(table)
    result = pd.concat(tables, ignore_index=True)
    result["change"] = result["by_value"] + result["by_weight"]
    place = {unit: i for i, unit in enumerate(units)}
    order = result["unit"].map(place).argsort(kind="stable")
    return result.iloc[order][COLUMNS].reset_index(drop=True)


def _rows(assessment: Assessment, start: int, end: int) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Return the units of both years, and their rows in each."""
    index = assessment.tree.panel.values.index
    years = index.get_level_values("year")
    known = [str(year) for year in sorted(set(years))]
    problems = [
        Problem("changes", f"the year {year}", f"one of {listing(known)}", "choose another year")
        for year in (start, end)
        if year not in years
    ]
    if problems:
        raise InputError(problems)
    places = pd.Series(np.arange(len(index)), index=index)
    one, two = (places.xs(year, level="year") for year in (start, end))
    units = [unit for unit in one.index if unit in two.index]
    return [str(unit) for unit in units], one[units].to_numpy(), two[units].to_numpy()


class _Changes:
    """Changes climbing the framework as scores do: ``(units, indicators)`` by node."""

    def __init__(self, tree: ScoredTree, one: np.ndarray, two: np.ndarray) -> None:
        self.tree, self.one, self.two = tree, one, two
        self.by_value: dict[str, np.ndarray] = {}
        self.by_weight: dict[str, np.ndarray] = {}
        for j, code in enumerate(tree.framework.indicators):
            unit = np.eye(len(tree.framework.indicators))[j]
            change = tree.values[code][two] - tree.values[code][one]
            self.by_value[code] = np.nan_to_num(change)[:, None] * unit
            self.by_weight[code] = np.zeros((len(one), len(unit)))

    def climb(self, node: str) -> None:
        """Split the changes of one node from those of its children."""
        climbed, change = self.tree.climbed[node], self.tree.values[node]
        factors, shifts = by_child(climbed, self.one, self.two)
        total = change[self.two] - change[self.one]
        closing = np.where(np.isnan(total), np.nan, 0.0)[:, None]
        value, weight = closing + np.zeros(self._shape), closing + np.zeros(self._shape)
        for j, child in enumerate(climbed.node.codes):
            own = factors[:, j, None]
            value = value + _times(own, self.by_value[child])
            weight = weight + _times(own, self.by_weight[child])
            weight = weight + shifts[:, j, None] * self._split(child)
        self.by_value[node], self.by_weight[node] = value, weight

    @property
    def _shape(self) -> tuple[int, int]:
        return len(self.one), len(self.tree.framework.indicators)

    def _split(self, child: str) -> np.ndarray:
        """Return a child's weights of its indicators, the mean of both years, adding to 1."""
        if child in self.tree.place:
            return np.eye(self._shape[1])[[self.tree.place[child]]]
        both = self.tree.leaf_weights[child][self.one] + self.tree.leaf_weights[child][self.two]
        total = both.sum(axis=1, keepdims=True)
        return np.asarray(np.divide(both, total, out=np.zeros(both.shape), where=total > 0))


def _times(factor: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """Multiply, nothing times something missing being nothing."""
    return np.asarray(np.where(factor == 0, 0.0, factor * parts))


def by_child(climbed: Climbed, one: np.ndarray, two: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what a child's change is multiplied by, and the effect of its weight's change."""
    factors = np.full((len(one), climbed.x.shape[1]), np.nan)
    shifts = factors.copy()
    mean = climbed.mean
    for kind, rows in _kinds(climbed, one, two).items():
        a, b = one[rows], two[rows]
        free, power = kind
        w = np.nan_to_num(mean.shares) if free and mean.shares is not None else climbed.w
        there = ~np.isnan(climbed.x) if free else climbed.w > 0
        sides = [Side(mean.used[r], w[r], there[r], mean.score[r, None]) for r in (a, b)]
        own, shifts[rows] = split(sides[0], sides[1], power, free=free)
        factors[rows] = own * passed_on(climbed.x[a], climbed.x[b], sides[0].x, sides[1].x)
    return factors, shifts


def _kinds(
    climbed: Climbed, one: np.ndarray, two: np.ndarray
) -> dict[tuple[bool, float], np.ndarray]:
    """Return the pairs (their numbers) of each aggregation that is a sum; see :func:`_kind`."""
    if len(climbed.blocks) == 1:
        kind = _kind(climbed.blocks[0], climbed.blocks[0])
        return {} if kind is None else {kind: np.arange(len(one))}
    of_row = np.zeros(len(climbed.x), dtype=int)
    for i, block in enumerate(climbed.blocks):
        of_row[block.rows] = i
    n = len(climbed.blocks)
    pairs, which = np.unique(of_row[one] * n + of_row[two], return_inverse=True)
    kinds = [_kind(climbed.blocks[pair // n], climbed.blocks[pair % n]) for pair in pairs]
    return {
        kind: np.flatnonzero(np.isin(which, [i for i, own in enumerate(kinds) if own == kind]))
        for kind in sorted({kind for kind in kinds if kind is not None})
    }


def _kind(one: Block, two: Block) -> tuple[bool, float] | None:
    """Return whether units have weights of their own, and the power of the mean.

    None unless both years have the same aggregation and it is a sum.
    """
    same = one.step.method == two.step.method and one.step.arguments == two.step.arguments
    if not same or one.step.power is None:
        return None
    return "other units" in one.step.needs, one.step.power


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
    one: Side, two: Side, power: float, over: Groups | Siblings = SIBLINGS, *, free: bool = False
) -> Split:
    """Split the change of a power mean of the children in the last axis, or of groups of rows.

    Weights that are ``free`` need not add to 1; the power is 1 then.
    """
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
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        of_score = _slope(s2, s1, base, power)
        factors = (one.w + two.w) / 2 * _slope(x2, x1, base, power) / of_score
        shifts = _shifts(one, two, x1, x2, base, power, of_score)
    still = ~(one.there & two.there) | (x1 == x2) & (x1 == 0)
    return np.where(still, 0.0, factors), np.where((s1 == 0) & (s2 == 0), 0.0, shifts)


def _shifts(
    one: Side,
    two: Side,
    x1: np.ndarray,
    x2: np.ndarray,
    base: np.ndarray,
    power: float,
    of_score: np.ndarray,
) -> np.ndarray:
    """Return the effects of the weights' changes on the scale of a power."""
    if one.w is two.w or np.array_equal(one.w, two.w):
        return np.zeros(one.w.shape)
    middle = (_scaled(x1, base, power) + _scaled(x2, base, power)) / 2
    s1, s2 = np.nan_to_num(one.score), np.nan_to_num(two.score)
    seen_from = (_scaled(s1, base, power) + _scaled(s2, base, power)) / 2
    shifts = (two.w - one.w) * (middle - seen_from) / of_score * base
    return np.where(one.w == two.w, 0.0, shifts)


def _through_zero(one: Side, two: Side, over: Groups | Siblings) -> Split:
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
