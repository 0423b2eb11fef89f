"""How far a top unit is from the mean of all, traced to its sub-units and the indicators."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from erat.index.changes import times
from erat.index.climb import ScoredTree
from erat.index.panel import Panel
from erat.subunits.contributions import Decomposition
from erat.subunits.parts import COMPARED, node_pairs, refuse_blocks, unit_levels, unit_spread
from erat.subunits.rollup import RolledUp

Sums = tuple[np.ndarray, np.ndarray]
"""What values did and what weights did, over all other units: ``(base units, indicators)`` each."""


def distances(rolled: RolledUp, node: str | None = None) -> pd.DataFrame:
    """Split the distance of every top unit to the mean of the top units.

    The score is that of ``node``, the index if not given.

    Returns
    -------
    DataFrame
        Columns ``unit, year, subunit, indicator, value`` (the sub-unit's normalized score),
        ``by_value`` (what its being above or below the others did), ``by_weight`` (what different
        weights did, where one of two units lacks an indicator) and ``contribution``, their sum. The
        contributions to a unit in a year add up to its score minus the mean of all top units'.

    Raises
    ------
    MethodError
        As :func:`erat.subunits.contributions.contributions` does; and where the framework is
        climbed first under the benefit of the doubt, which knows no unit between the units.

    Notes
    -----
    The distance to the mean is the mean of the distances to every top unit, itself included. Each
    is split among the indicators as a change is (:func:`erat.index.changes.changes`), so that an
    indicator on which both are equal has no part; and an indicator's part is spread over the
    sub-units by what each did to the distance of the roll-up from that unit's score
    (:func:`erat.subunits.parts.from_level`), so that a sub-unit at that score has no part. With
    arithmetic means throughout, a part is weight times (value minus mean of the top units).

    Where the framework goes first, each sub-unit is compared with every top unit: with its
    indicators' scores, scaled so that they make up its score (moved by a constant where all nodes
    are arithmetic means). What this leaves, where a floor is in the way, is spread by weight.

    Source: Ang (2005), The LMDI approach to decomposition analysis, Energy Policy 33; Ang, Xu and
    Su (2015), Multi-country comparisons of energy performance, Energy Economics 47.
    """
    whole = Decomposition.of(rolled, node)
    if not rolled.units_first:
        tree, node = whole.order.tree, whole.node
        refuse_blocks(tree, node, lambda block: "other units" in block.step.needs, COMPARED)
    by_value, by_weight = np.zeros((2, *whole.values.shape))
    split = _units_first if rolled.units_first else _framework_first
    for year, scored in enumerate(whole.scored.T):
        tops = np.flatnonzero(scored)
        if len(tops):
            sums = split(whole, year, tops)
            by_value[:, year], by_weight[:, year] = (part / len(tops) for part in sums)
    parts = by_value + by_weight
    has = (~np.isnan(whole.values) | (parts != 0)) & whole.scored[whole.of_top, :, None]
    cubes = {"value": whole.values, "by_value": by_value, "by_weight": by_weight}
    return whole.table(has, **cubes, contribution=parts)


def _pairs(
    whole: Decomposition, year: int, tops: np.ndarray
) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Compare the top units with each of them: its number, factors and additions.

    Both are ``(top units, indicators)``, 0 for a top unit without a score.
    """
    rows = whole.order.rows[whole.rolled.tree.tops, year]
    for other in tops:
        pairs = np.zeros((2, len(rows), whole.values.shape[2]))
        one = np.full(len(tops), rows[other])
        pairs[:, tops] = node_pairs(whole.order.tree, one, rows[tops], whole.node)
        yield int(other), *pairs


def _units_first(whole: Decomposition, year: int, tops: np.ndarray) -> Sums:
    """Split by indicator first, and each indicator's part among the sub-units."""
    climb, columns, of_top = whole.order.climb, whole.columns, whole.of_top
    values = np.nan_to_num(whole.values[:, year])
    levels = np.nan_to_num(climb.values[whole.rolled.tree.tops, year])

    def away(level: np.ndarray) -> np.ndarray:
        """Return every base unit's part of its top's distance from a level, by indicator."""
        factor, added = unit_levels(climb, columns, year, level)
        return np.asarray(factor * (values - level) + added)

    added, by_value = np.zeros(levels.shape), np.zeros(values.shape)
    if all(block.step.power == 1 for block in climb.blocks):  # a level counts in proportion
        factors, products = np.zeros((2, *levels.shape))
        for other, factor, addition in _pairs(whole, year, tops):
            added += addition
            factors += factor
            products += factor * levels[other]
        zero = away(np.zeros(len(columns)))
        slope = zero - away(np.ones(len(columns)))
        by_value = factors[of_top] * zero - products[of_top] * slope
    else:
        for other, factor, addition in _pairs(whole, year, tops):
            added += addition
            by_value += times(factor[of_top], away(levels[other]))
    spread = unit_spread(climb, columns, [year])
    # What no base unit of a top has a value of is spread over all of them alike.
    total = np.zeros(levels.shape)
    np.add.at(total, of_top, spread)
    alike = np.where(total > 0, 0.0, 1.0 / np.maximum(np.bincount(of_top), 1)[:, None])
    return by_value, added[of_top] * (spread + alike[of_top])


def _framework_first(whole: Decomposition, year: int, tops: np.ndarray) -> Sums:
    """Split by sub-unit first, and each sub-unit's part among the indicators."""
    climb, tree, columns = whole.order.climb, whole.order.tree, whole.columns
    rows = whole.order.rows[climb.tree.base, year]
    at = np.flatnonzero((rows >= 0) & ~np.isnan(tree.values[whole.node][rows]))
    rows, n = rows[at], len(at)
    level = climb.values[climb.tree.tops, year]
    both = _with_profiles(whole, rows, level)
    x = np.nan_to_num(np.stack([both.values[code] for code in tree.place], axis=1))
    score, leaves = tree.values[whole.node][rows], tree.leaf_weights[whole.node][rows]
    by_value, by_weight = np.zeros((2, *whole.values[:, year].shape))
    for other in tops:
        of_other = level[other, columns]
        factor, lift = (part[at] for part in unit_levels(climb, columns, year, of_other))
        factors, added = node_pairs(both, np.full(n, n + other), np.arange(n), whole.node)
        parts = times(factors, x[:n] - x[n + other])
        rest = score - of_other[0] - (parts + added).sum(axis=1)
        by_value[at] += factor * parts
        by_weight[at] += factor * (added + rest[:, None] * leaves) + lift * leaves
    return by_value, by_weight


def _with_profiles(whole: Decomposition, rows: np.ndarray, level: np.ndarray) -> ScoredTree:
    """Let base units climb again, and below them the top units' own profiles of indicators.

    A profile is moved or scaled so that it makes up the top unit's score.
    """
    tree, climb = whole.order.tree, whole.order.climb
    profile = level[:, [climb.columns.index(code) for code in tree.place]]
    score = level[:, whole.columns[0]]
    base = np.stack([tree.values[code][rows] for code in tree.place], axis=1)
    climbed = _climbed(tree, rows, np.vstack([base, profile])).values[whole.node][len(rows) :]
    if all(
        block.step.power == 1
        for code in tree.framework.upwards
        for block in tree.climbed[code].blocks
    ):
        profile = profile + np.nan_to_num(score - climbed)[:, None]
    else:
        scale = np.divide(score, climbed, out=np.ones(climbed.shape), where=climbed > 0)
        profile = profile * np.nan_to_num(scale, nan=1.0)[:, None]
    return _climbed(tree, rows, np.vstack([base, profile]))


def _climbed(tree: ScoredTree, rows: np.ndarray, values: np.ndarray) -> ScoredTree:
    """Let rows of a tree, and profiles that are in no group, climb the framework again."""
    groups = tree.panel.groups.iloc[rows].astype(str)
    names = [*groups.index.get_level_values("unit")]
    names += [f"profile {i}" for i in range(len(values) - len(rows))]
    index = pd.MultiIndex.from_product([names, [0]], names=["unit", "year"])
    groups = groups.reset_index(drop=True).reindex(range(len(names)), fill_value="")
    panel = Panel(pd.DataFrame(index=index), groups.set_axis(index), has_years=False)
    return ScoredTree(tree.framework, tree.method, values, panel, tree.levels, tree.weights)
