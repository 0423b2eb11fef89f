"""Who contributed what: every score of a top unit traced to sub-units and indicators, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from erat.errors import InputError, MethodError, Problem, listing, nearest
from erat.subunits.layers import Layer
from erat.subunits.parts import (
    check_sums,
    node_pairs,
    unit_changes,
    unit_shares,
    unit_spread,
)
from erat.subunits.rollup import RolledUp
from erat.subunits.unit_tree import UnitTree

KEYS = ["unit", "year", "subunit", "indicator"]


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
        :data:`erat.construct.aggregate.COMPENSATORY`), or there is no such node.

    Notes
    -----
    Every roll-up and every compensatory aggregation is an exact sum ``sum(shares * used)``; shares
    are multiplied along both trees. What a floor raised, or a threshold made 100 or 0, is spread
    over all that is below by weight.
    """
    grid = Grid.of(rolled, node)
    if rolled.units_first:
        factors, lifts = grid.layer.tree.shares(grid.node)
        own, lift = unit_shares(grid.rolled.order.climb, grid.columns)
        parts = own * np.nan_to_num(grid.values) + lift
        cube = grid.of_tops(factors) * parts
        if lifts.any():
            spread = _every_year(rolled, grid)
            cube = cube + grid.of_tops(lifts) * spread
    else:
        factor, lift = unit_shares(grid.rolled.order.climb, [grid.column])
        factors, lifts = (grid.of_base(part) for part in grid.layer.tree.shares(grid.node))
        parts = factors * np.nan_to_num(grid.values) + lifts
        cube = np.where(factor == 0, 0.0, factor * parts)
        if lift.any():
            cube = cube + lift * grid.of_base(grid.layer.tree.leaf_weights[grid.node])
    table, keep = grid.table(cube, grid.values)
    return table.assign(value=grid.picked(grid.values, keep), contribution=grid.picked(cube, keep))


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
    Nodes and roll-ups that are power means are split as in :func:`erat.changes.changes`; the median
    and the minimum as in :func:`erat.subunits.pairs.split`. A value that did not change has no
    part in ``by_value``. What is there in one year only counts as a change of weight.
    """
    grid = Grid.of(rolled, node)
    one, two = (_position(rolled, year) for year in (start, end))
    value = grid.cube_of_values
    before, after = value[:, one, :], value[:, two, :]
    moved = np.nan_to_num(after - before)
    climb = rolled.order.climb
    if rolled.units_first:
        factors, added = grid.pairs_of_tops(one, two)
        own, lift = (part[grid.base, 0] for part in unit_changes(climb, grid.columns, one, two))
        above = factors[grid.top_of_base]
        by_value = np.where(above == 0, 0.0, above * own * moved)
        by_weight = np.where(above == 0, 0.0, above * lift)
        if np.nan_to_num(added).any():
            spread = unit_spread(climb, grid.columns, [one, two])[grid.base, 0]
            by_weight = by_weight + added[grid.top_of_base] * spread
    else:
        own, lift = (part[grid.base, 0] for part in unit_changes(climb, [grid.column], one, two))
        factors, added, leaves = grid.pairs_of_base(one, two)
        by_value = np.where(own == 0, 0.0, own * factors * moved)
        by_weight = np.where(own == 0, 0.0, own * added) + lift * leaves
    scored = grid.scored[:, [one, two]].all(axis=1)[grid.top_of_base, None]
    there = ~(np.isnan(before) & np.isnan(after)) | (by_weight != 0)
    rows, columns = np.nonzero(scored & there)
    return pd.DataFrame(
        {
            "unit": grid.top_names[rows],
            "subunit": grid.base_names[rows],
            "indicator": np.array(grid.codes, dtype=object)[columns],
            "before": before[rows, columns],
            "after": after[rows, columns],
            "by_value": by_value[rows, columns],
            "by_weight": by_weight[rows, columns],
            "change": by_value[rows, columns] + by_weight[rows, columns],
        }
    )


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


PARTS = ("contribution", "by_value", "by_weight", "change")


def _every_year(rolled: RolledUp, grid: Grid) -> np.ndarray:
    climb = rolled.order.climb
    each = [unit_spread(climb, grid.columns, [y]) for y in range(len(rolled.years))]
    return np.concatenate(each, axis=1)


def _position(rolled: RolledUp, year: int) -> int:
    found = np.flatnonzero(rolled.years == year)
    if not len(found):
        known = listing([str(one) for one in rolled.years])
        problem = Problem("changes", f"the year {year}", f"one of {known}", "choose another year")
        raise InputError([problem])
    return int(found[0])


@dataclass(frozen=True)
class Grid:
    """Base units, years and the indicators under a node: what parts are laid out on.

    Attributes
    ----------
    rolled
        The roll-up.
    node
        Whose score is taken apart.
    """

    rolled: RolledUp
    node: str

    @classmethod
    def of(cls, rolled: RolledUp, node: str | None) -> Grid:
        """Check that a node's score can be taken apart."""
        node = node or rolled.framework.top
        if node not in rolled.nodes:
            known = rolled.nodes
            problem = Problem("node", repr(node), f"one of {listing(known)}", nearest(node, known))
            raise MethodError([problem])
        grid = cls(rolled, node)
        check_sums(grid.layer.tree, node)
        return grid

    @property
    def layer(self) -> Layer:
        """Who climbed the framework: the top units, or the base units."""
        return self.rolled.order.layers[0]

    @cached_property
    def codes(self) -> list[str]:
        """Indicators under the node, in the framework's order."""
        under = set(self.rolled.framework.leaves(self.node))
        return [code for code in self.rolled.framework.indicators if code in under]

    @cached_property
    def leaves(self) -> list[int]:
        """Their numbers among all indicators."""
        return [self.rolled.framework.indicators.index(code) for code in self.codes]

    @property
    def columns(self) -> list[int]:
        """Their numbers among the columns that were rolled up."""
        place = {code: j for j, code in enumerate(self.rolled.order.climb.columns)}
        return [place[code] for code in self.codes]

    @property
    def column(self) -> int:
        """The node's number among the columns that were rolled up."""
        return self.rolled.order.climb.columns.index(self.node)

    @cached_property
    def base(self) -> np.ndarray:
        """Positions of the base units, those of a top unit together."""
        tree = self.rolled.tree
        base = np.flatnonzero(tree.is_base)
        return base[np.argsort(tree.of_top[base], kind="stable")]

    @cached_property
    def tops(self) -> np.ndarray:
        """Positions of the top units."""
        return np.flatnonzero(self.rolled.tree.depths == 0)

    @cached_property
    def top_of_base(self) -> np.ndarray:
        """Number of each base unit's top among the top units."""
        return np.searchsorted(self.tops, self.rolled.tree.of_top[self.base])

    @cached_property
    def base_names(self) -> np.ndarray:
        """Codes of the base units."""
        return np.array(self.rolled.tree.units, dtype=object)[self.base]

    @cached_property
    def top_names(self) -> np.ndarray:
        """Code of each base unit's top."""
        return np.array(self.rolled.tree.units, dtype=object)[self.tops][self.top_of_base]

    @cached_property
    def scored(self) -> np.ndarray:
        """Whether a top unit has a score in a year, ``(tops, years)``."""
        values = self.rolled.order.values[self.tops]
        return np.asarray(~np.isnan(values[:, :, self.rolled.nodes.index(self.node)]))

    @cached_property
    def values(self) -> np.ndarray:
        """Normalized scores of all units ``(units, years, indicators)``."""
        return np.asarray(self.rolled.order.climb.values[:, :, self.columns])

    @property
    def cube_of_values(self) -> np.ndarray:
        """Normalized scores of the base units."""
        return np.asarray(self.values[self.base])

    def of_tops(self, rows: np.ndarray) -> np.ndarray:
        """Give every unit what its top has: ``(rows of the layer, all indicators)`` to a cube."""
        shape = (len(self.tops), len(self.rolled.years), rows.shape[1])
        of_top = np.searchsorted(self.tops, self.rolled.tree.of_top)
        return np.asarray(rows.reshape(shape)[:, :, self.leaves][of_top])

    def of_base(self, rows: np.ndarray) -> np.ndarray:
        """Put rows of the base units into a cube; 0 where a unit has no row."""
        shape = (len(self.rolled.tree.units), len(self.rolled.years), len(self.leaves))
        cube = np.zeros(shape)
        cube[self.layer.units, self.layer.years] = rows[:, self.leaves]
        return cube

    def pairs_of_tops(self, one: int, two: int) -> tuple[np.ndarray, np.ndarray]:
        """Compare every top unit's two years: factors and additions ``(tops, indicators)``."""
        years = len(self.rolled.years)
        rows = np.arange(len(self.tops)) * years
        both = self.scored[:, [one, two]].all(axis=1)
        found = [np.zeros((len(rows), len(self.leaves))) for _ in range(2)]
        pairs = node_pairs(self.layer.tree, rows[both] + one, rows[both] + two, self.node)
        for cube, part in zip(found, pairs, strict=True):
            cube[both] = part[:, self.leaves]
        return found[0], found[1]

    def pairs_of_base(self, one: int, two: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Compare every base unit's two years: factors, additions, and weights of its indicators.

        ``(base units, indicators)`` each; weights are the mean of the years that it is there.
        """
        tree, layer = self.layer.tree, self.layer
        row_of = np.full((len(self.rolled.tree.units), len(self.rolled.years)), -1)
        row_of[layer.units, layer.years] = np.arange(len(layer.units))
        first, last = row_of[self.base, one], row_of[self.base, two]
        score = tree.values[self.node]
        both = (first >= 0) & (last >= 0)
        both &= ~np.isnan(score[first]) & ~np.isnan(score[last])
        shape = (len(self.base), len(self.leaves))
        factors, added, leaves = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        pairs = node_pairs(tree, first[both], last[both], self.node)
        factors[both], added[both] = (part[:, self.leaves] for part in pairs)
        weights = tree.leaf_weights[self.node][:, self.leaves]
        for rows in (first, last):
            there = (rows >= 0) & ~np.isnan(score[rows])
            leaves[there] += weights[rows[there]]
        total = leaves.sum(axis=1, keepdims=True)
        return factors, added, leaves / np.where(total > 0, total, 1.0)

    def table(self, cube: np.ndarray, values: np.ndarray) -> tuple[pd.DataFrame, Picked]:
        """Return the keys of all cells that are there or have a part, and where they are.

        Both cubes have all units: ``(units, years, indicators)``.
        """
        has = ~np.isnan(values[self.base]) | (cube[self.base] != 0)
        has &= self.scored[self.top_of_base][:, :, None]
        rows, years, columns = np.nonzero(has)
        order = np.lexsort((columns, rows, years, self.top_of_base[rows]))
        rows, years, columns = rows[order], years[order], columns[order]
        keys: Mapping[str, np.ndarray] = {
            "unit": self.top_names[rows],
            "year": self.rolled.years[years],
            "subunit": self.base_names[rows],
            "indicator": np.array(self.codes, dtype=object)[columns],
        }
        return pd.DataFrame(keys), (self.base[rows], years, columns)

    def picked(self, cube: np.ndarray, where: Picked) -> np.ndarray:
        """Return the cells of a cube in the order of a table."""
        return np.asarray(cube[where])


Picked = tuple[np.ndarray, np.ndarray, np.ndarray]
