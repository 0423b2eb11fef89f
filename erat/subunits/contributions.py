"""Who contributed what: every score of a top unit traced to sub-units and indicators, exactly."""

from __future__ import annotations

import numpy as np
import pandas as pd

from erat.errors import InputError, Problem, listing
from erat.subunits.grid import Grid
from erat.subunits.parts import unit_changes, unit_shares, unit_spread
from erat.subunits.rollup import RolledUp
from erat.subunits.unit_tree import UnitTree

KEYS = ["unit", "year", "subunit", "indicator"]
PARTS = ("contribution", "by_value", "by_weight", "change")
"""Columns that are parts of a sum."""


def contributions(rolled: RolledUp, node: str | None = None) -> pd.DataFrame:
    """Split the score of every top unit among its base sub-units and the indicators.

    Parameters
    ----------
    rolled
        The roll-up.
    node
        Whose score; the index if not given.

    Returns
    -------
    DataFrame
        Columns ``unit, year, subunit, indicator, value`` (the sub-unit's normalized score) and
        ``contribution``. The contributions to a unit in a year add up to its score. Values that
        are missing, and units without a score, have no rows.

    Raises
    ------
    MethodError
        If a score is no sum of the indicators (see
        :attr:`erat.index.registry.Registry.sums`), or there is no such node.

    Notes
    -----
    Every roll-up and every compensatory aggregation is an exact sum ``sum(shares * used)``; shares
    are multiplied along both trees. What a floor raised, or a threshold made 100 or 0, is spread
    over all that is below by weight.
    """
    grid = Grid.of(rolled, node)
    cube = _shares_units_first(grid) if rolled.units_first else _shares_framework_first(grid)
    table, keep = grid.table(cube, grid.values)
    return table.assign(value=grid.picked(grid.values, keep), contribution=grid.picked(cube, keep))


def _shares_units_first(grid: Grid) -> np.ndarray:
    """Return the parts of all units ``(units, years, indicators)``."""
    climb, years = grid.rolled.order.climb, range(len(grid.rolled.years))
    factors, lifts = (grid.of_tops(part) for part in grid.layer.tree.shares(grid.node))
    own, lift = unit_shares(climb, grid.columns)
    cube = factors * (own * np.nan_to_num(grid.values) + lift)
    if np.nan_to_num(lifts).any():
        each = [unit_spread(climb, grid.columns, [year]) for year in years]
        cube = cube + lifts * np.concatenate(each, axis=1)
    return np.asarray(cube)


def _shares_framework_first(grid: Grid) -> np.ndarray:
    """Return the parts of all units ``(units, years, indicators)``."""
    factor, lift = unit_shares(grid.rolled.order.climb, [grid.column])
    factors, lifts = (grid.of_base(part) for part in grid.layer.tree.shares(grid.node))
    parts = factors * np.nan_to_num(grid.values) + lifts
    cube = np.where(factor == 0, 0.0, factor * parts)
    if lift.any():
        cube = cube + lift * grid.of_base(grid.layer.tree.leaf_weights[grid.node])
    return np.asarray(cube)


def changes(rolled: RolledUp, start: int, end: int, node: str | None = None) -> pd.DataFrame:
    """Split the change of every top unit's score between two years, by sub-unit and indicator.

    Parameters
    ----------
    rolled
        The roll-up of a panel that has both years.
    start, end
        The years.
    node
        Whose score; the index if not given.

    Returns
    -------
    DataFrame
        Columns ``unit, subunit, indicator, before, after`` (the sub-unit's normalized scores),
        ``by_value`` (what its own change did), ``by_weight`` (what a change of weights did: its
        own, or of a unit or node above) and ``change``, their sum. The changes of a unit's rows
        add up to the change of its score. Units that lack a score in a year have no rows.

    Raises
    ------
    InputError
        If the panel does not have a year.
    MethodError
        As :func:`contributions` does.

    Notes
    -----
    Nodes and roll-ups that are power means are split as in :func:`~erat.index.changes.changes`; median
    and minimum as in :func:`erat.subunits.pairs.split`. A value that did not change has no
    part in ``by_value``. What is there in one year only counts as a change of weight.
    """
    grid = Grid.of(rolled, node)
    one, two = (_position(rolled, year) for year in (start, end))
    before, after = grid.cube_of_values[:, one, :], grid.cube_of_values[:, two, :]
    split = _changes_units_first if rolled.units_first else _changes_framework_first
    by_value, by_weight = split(grid, one, two)
    by_value = np.where(by_value == 0, 0.0, by_value * np.nan_to_num(after - before))
    both = np.array(grid.scored[:, [one, two]].all(axis=1))
    there = ~(np.isnan(before) & np.isnan(after)) | (by_weight != 0)
    at = np.nonzero(both[grid.top_of_base, None] & there)
    return pd.DataFrame(
        {
            "unit": grid.top_names[at[0]],
            "subunit": grid.base_names[at[0]],
            "indicator": grid.names[at[1]],
            "before": before[at],
            "after": after[at],
            "by_value": by_value[at],
            "by_weight": by_weight[at],
            "change": by_value[at] + by_weight[at],
        }
    )


def _changes_units_first(grid: Grid, one: int, two: int) -> tuple[np.ndarray, np.ndarray]:
    """Return factors of the base units' changes and what weights did, ``(base, indicators)``."""
    climb, years = grid.rolled.order.climb, [one, two]
    factors, added = (part[grid.top_of_base] for part in grid.pairs_of_tops(one, two))
    own, lift = (part[grid.base, 0] for part in unit_changes(climb, grid.columns, one, two))
    by_weight = np.where(factors == 0, 0.0, factors * lift)
    if np.nan_to_num(added).any():
        by_weight = by_weight + added * unit_spread(climb, grid.columns, years)[grid.base, 0]
    return np.where(factors == 0, 0.0, factors * own), by_weight


def _changes_framework_first(grid: Grid, one: int, two: int) -> tuple[np.ndarray, np.ndarray]:
    """Return factors of the base units' changes and what weights did, ``(base, indicators)``."""
    climb = grid.rolled.order.climb
    own, lift = (part[grid.base, 0] for part in unit_changes(climb, [grid.column], one, two))
    factors, added, leaves = grid.pairs_of_base(one, two)
    by_weight = np.where(own == 0, 0.0, own * added) + lift * leaves
    return np.where(own == 0, 0.0, own * factors), by_weight


def gathered(table: pd.DataFrame, tree: UnitTree, kind: str) -> pd.DataFrame:
    """Add up the sub-units of a table to the units of a kind above them.

    Parameters
    ----------
    table
        Of :func:`contributions`, :func:`changes` or :func:`erat.subunits.distance.distances`.
    tree
        The units.
    kind
        For example ``regency``. Sub-units without a unit of this kind above them stay as they are.

    Returns
    -------
    DataFrame
        The same keys and the columns that are parts of a sum; values of single sub-units are left
        out.
    """
    above = tree.ancestor(kind)
    of = table["subunit"].map(above.where(above != "", above.index.to_series()))
    keys = [key for key in KEYS if key in table]
    parts = [name for name in PARTS if name in table]
    by = [table[key] if key != "subunit" else of.rename(key) for key in keys]
    return table[parts].groupby(by, sort=False).sum().reset_index()


def _position(rolled: RolledUp, year: int) -> int:
    found = np.flatnonzero(rolled.years == year)
    if not len(found):
        known = listing([str(one) for one in rolled.years])
        problem = Problem("changes", f"the year {year}", f"one of {known}", "choose another year")
        raise InputError([problem])
    return int(found[0])
