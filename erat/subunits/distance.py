"""How far a top unit is from the mean of all, traced to its sub-units and the indicators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from erat.index.climb import ScoredTree
from erat.index.panel import Panel
from erat.subunits.grid import Grid
from erat.subunits.layers import with_weights
from erat.subunits.parts import check_unshared, node_pairs, unit_levels, unit_spread
from erat.subunits.rollup import RolledUp


def distances(rolled: RolledUp, node: str | None = None) -> pd.DataFrame:
    """Split the distance of every top unit to the mean of the top units.

    Parameters
    ----------
    rolled
        The roll-up.
    node
        Whose score; the index if not given.

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
    of these is split among the indicators as a change is (see :func:`erat.index.changes.changes`), so
    that an indicator on which both are equal has no part; and an indicator's part is spread over
    the sub-units by what each did to the distance of the roll-up from that unit's score (see
    :func:`erat.subunits.pairs.from_level`), so that a sub-unit at that score has no part. With
    arithmetic means throughout a part is so weight times (value minus mean of the top units).

    Where the framework goes first, it is each sub-unit that is compared with every top unit: with
    its indicators' scores, scaled so that they make up its score (moved by a constant where
    all nodes are arithmetic means). What this leaves, where a floor is in the way, is spread by
    weight.

    Source: Ang (2005), The LMDI approach to decomposition analysis, Energy Policy 33; Ang, Xu and
    Su (2015), Multi-country comparisons of energy performance, Energy Economics 47.
    """
    grid = Grid.of(rolled, node)
    if not rolled.units_first:
        check_unshared(grid.layer.tree, grid.node)
    shape = (len(rolled.tree.units), len(rolled.years), len(grid.leaves))
    by_value, by_weight = np.zeros(shape), np.zeros(shape)
    for year in range(len(rolled.years)):
        tops = np.flatnonzero(grid.scored[:, year])
        if len(tops):
            make = _units_first if rolled.units_first else _framework_first
            found = make(grid, year, tops)
            by_value[grid.base, year] = found.by_value / len(tops)
            by_weight[grid.base, year] = found.by_weight / len(tops)
    table, keep = grid.table(by_value + by_weight, grid.values)
    return table.assign(
        value=grid.picked(grid.values, keep),
        by_value=grid.picked(by_value, keep),
        by_weight=grid.picked(by_weight, keep),
        contribution=grid.picked(by_value + by_weight, keep),
    )


class Found(NamedTuple):
    """Sums over the other top units: ``(base units, indicators)`` each."""

    by_value: np.ndarray
    by_weight: np.ndarray


class Pair(NamedTuple):
    """All top units compared with one: factors and additions ``(tops, indicators)``."""

    other: int
    factors: np.ndarray
    added: np.ndarray


def _pairs(grid: Grid, year: int, tops: np.ndarray) -> Iterator[Pair]:
    """Compare the top units with each of them in turn."""
    rows = np.arange(len(grid.tops)) * len(grid.rolled.years) + year
    for other in tops:
        factors, added = (np.zeros((len(rows), len(grid.leaves))) for _ in range(2))
        one = np.full(len(tops), rows[other])
        pair = node_pairs(grid.layer.tree, one, rows[tops], grid.node)
        factors[tops], added[tops] = (part[:, grid.leaves] for part in pair)
        yield Pair(int(other), factors, added)


def _units_first(grid: Grid, year: int, tops: np.ndarray) -> Found:
    """Split by indicator first, and each indicator's part among the sub-units."""
    climb = grid.rolled.order.climb
    values = np.nan_to_num(climb.values[grid.base, year][:, grid.columns])
    levels = np.nan_to_num(climb.values[grid.tops, year][:, grid.columns])
    straight = all(block.step.power == 1 for block in climb.blocks)

    def away(level: np.ndarray) -> np.ndarray:
        """Return every base unit's part of its top's distance from a level, by indicator."""
        factor, added = (p[grid.base, 0] for p in unit_levels(climb, grid.columns, year, level))
        return np.asarray(factor * (values - level) + added)

    zero = away(np.zeros(len(grid.leaves)))
    slope = zero - away(np.ones(len(grid.leaves)))
    by_value, sum_added = np.zeros(values.shape), np.zeros(levels.shape)
    factors, products = np.zeros(levels.shape), np.zeros(levels.shape)
    for pair in _pairs(grid, year, tops):
        sum_added += pair.added
        if straight:
            factors += pair.factors
            products += pair.factors * levels[pair.other]
        else:
            of_base = pair.factors[grid.top_of_base]
            by_value += np.where(of_base == 0, 0.0, of_base * away(levels[pair.other]))
    if straight:
        by_value = factors[grid.top_of_base] * zero - products[grid.top_of_base] * slope
    spread = unit_spread(climb, grid.columns, [year])[grid.base, 0]
    return Found(by_value, sum_added[grid.top_of_base] * _filled(grid, spread))


def _filled(grid: Grid, spread: np.ndarray) -> np.ndarray:
    """Spread over all base units alike what no base unit of a top has a value of."""
    n = len(grid.tops)
    total = np.zeros((n, spread.shape[1]))
    np.add.at(total, grid.top_of_base, spread)
    count = np.bincount(grid.top_of_base, minlength=n)[:, None]
    alike = np.where(total > 0, 0.0, 1.0 / np.maximum(count, 1))
    return np.asarray(spread + alike[grid.top_of_base])


def _framework_first(grid: Grid, year: int, tops: np.ndarray) -> Found:
    """Split by sub-unit first, and each sub-unit's part among the indicators."""
    climb, tree = grid.rolled.order.climb, grid.layer.tree
    rows = np.flatnonzero(grid.layer.years == year)
    scored = rows[~np.isnan(tree.values[grid.node][rows])]
    place = np.full(len(grid.rolled.tree.units), -1)
    place[grid.base] = np.arange(len(grid.base))
    at = place[grid.layer.units[scored]]
    level = climb.values[grid.tops, year]
    both = _with_profiles(grid, scored, level)
    own = np.nan_to_num(np.stack([both.values[code] for code in grid.codes], axis=1))
    score = tree.values[grid.node][scored]
    leaves = tree.leaf_weights[grid.node][scored][:, grid.leaves]
    shape = (len(grid.base), len(grid.leaves))
    by_value, by_weight = np.zeros(shape), np.zeros(shape)
    n = len(scored)
    for other in tops:
        mine = level[other, [grid.column]]
        factor, lift = (p[grid.base, 0] for p in unit_levels(climb, [grid.column], year, mine))
        factor, lift = factor[at], lift[at]
        pair = node_pairs(both, np.full(n, n + other), np.arange(n), grid.node)
        factors, added = (part[:, grid.leaves] for part in pair)
        parts = np.where(factors == 0, 0.0, factors * (own[:n] - own[n + other]))
        rest = score - mine[0] - (parts + added).sum(axis=1)
        by_value[at] += factor * parts
        by_weight[at] += factor * (added + rest[:, None] * leaves) + lift * leaves
    return Found(by_value, by_weight)


def _with_profiles(grid: Grid, rows: np.ndarray, level: np.ndarray) -> ScoredTree:
    """Let base units climb again, and below them the top units' own profiles of indicators.

    A profile is moved or scaled so that it makes up the top unit's score.
    """
    tree, climb = grid.layer.tree, grid.rolled.order.climb
    indicators = list(tree.place)
    profile = level[:, [climb.columns.index(code) for code in indicators]]
    score = level[:, grid.column]
    base = np.stack([tree.values[code][rows] for code in indicators], axis=1)
    made = _climbed(grid, rows, np.vstack([base, profile])).values[grid.node][len(rows) :]
    if all(block.step.power == 1 for one in tree.climbed.values() for block in one.blocks):
        profile = profile + np.nan_to_num(score - made)[:, None]
    else:
        scale = np.divide(score, made, out=np.ones(made.shape), where=made > 0)
        profile = profile * np.nan_to_num(scale, nan=1.0)[:, None]
    return _climbed(grid, rows, np.vstack([base, profile]))


def _climbed(grid: Grid, rows: np.ndarray, values: np.ndarray) -> ScoredTree:
    tree = grid.layer.tree
    groups = tree.panel.groups.iloc[rows]
    extra = len(values) - len(rows)
    names = [*groups.index.get_level_values("unit"), *[f"profile {i}" for i in range(extra)]]
    index = pd.MultiIndex.from_arrays([names, np.zeros(len(names), dtype=int)])
    index = index.set_names(["unit", "year"])
    padded = pd.concat([groups, pd.DataFrame("", index=range(extra), columns=groups.columns)])
    panel = Panel(pd.DataFrame(index=index), padded.set_axis(index), has_years=False)
    framework, method = with_weights(tree.framework, tree.method, tree.weights)
    return ScoredTree(framework, method, values, panel, tree.levels)
