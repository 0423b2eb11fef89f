"""What parts of scores are laid out on: base units, years and the indicators under a node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from erat.errors import MethodError, Problem, listing, nearest
from erat.subunits.layers import Layer
from erat.subunits.parts import check_sums, node_pairs
from erat.subunits.rollup import RolledUp

Picked = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Unit, year and indicator of every row of a table, by position."""


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
        return np.asarray(np.searchsorted(self.tops, self.rolled.tree.of_top[self.base]))

    @cached_property
    def base_names(self) -> np.ndarray:
        """Codes of the base units."""
        return np.asarray(np.array(self.rolled.tree.units, dtype=object)[self.base])

    @cached_property
    def top_names(self) -> np.ndarray:
        """Code of each base unit's top."""
        units = np.array(self.rolled.tree.units, dtype=object)
        return np.asarray(units[self.tops][self.top_of_base])

    @property
    def names(self) -> np.ndarray:
        """Codes of the indicators, as an array."""
        return np.asarray(self.codes, dtype=object)

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
            "indicator": self.names[columns],
        }
        return pd.DataFrame(keys), (self.base[rows], years, columns)

    def picked(self, cube: np.ndarray, where: Picked) -> np.ndarray:
        """Return the cells of a cube in the order of a table."""
        return np.asarray(cube[where])
