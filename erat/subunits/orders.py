"""The two ways to every unit's score in every node: units rolled up first, or the framework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from erat.index.climb import ScoredTree
from erat.index.construction import Construction
from erat.index.panel import Panel
from erat.subunits.climb import UnitClimb
from erat.subunits.unit_tree import UnitTree
from erat.subunits.weights import unit_weights


@dataclass(frozen=True)
class Order:
    """One of the two ways to the scores of every unit in every node.

    Units first: ``climb`` rolled up the indicators, and the top units climbed the framework in
    ``tree``. Framework first: the base units climbed it, and ``climb`` rolled up every node.
    ``rows``, ``(units, years)``, are those of ``tree`` that are of a unit's top (units first) or of
    the unit itself; -1 where it has none. ``values`` are scores ``(units, years, nodes)``.
    """

    units_first: bool
    climb: UnitClimb
    tree: ScoredTree
    rows: np.ndarray
    values: np.ndarray

    def columns(self, node: str) -> list[int]:
        """Return the columns of the units' climb behind a node: the indicators, or the node."""
        if self.units_first:
            return list(range(len(self.climb.columns)))
        return [self.climb.columns.index(node)]

    @property
    def base_values(self) -> np.ndarray:
        """Normalized scores ``(base units, years, indicators)``."""
        place = [self.climb.columns.index(code) for code in self.tree.place]
        return np.asarray(self.climb.values[self.climb.tree.base][:, :, place])

    def of_base(self, values: np.ndarray) -> np.ndarray:
        """Take rows of the framework's climb, ``(rows, k)`` to ``(base units, years, k)``."""
        rows = self.rows[self.climb.tree.base]
        return np.where(rows[:, :, None] >= 0, values[rows], 0.0)


def units_first(tree: UnitTree, steps: Construction, years: np.ndarray) -> Order:
    """Roll up every indicator, and let every unit climb the framework from there.

    Weights that are found in the data are found on the top units and hold for all. Units of one
    depth climb together, and are compared with each other where an aggregation compares.
    """
    framework, method = steps.framework, steps.method
    climb = _climb(tree, steps, years, framework.indicators, steps.normalized)
    place = {str(code): j for j, code in enumerate(framework.table.index)}
    values = np.full((*climb.values.shape[:2], len(place)), np.nan)
    values[:, :, [place[code] for code in framework.indicators]] = climb.values
    groups, climbed = _groups(tree, steps, years), list[ScoredTree]()
    weights: Mapping[str, float] | None = None
    for depth in range(int(tree.depths.max(initial=0)) + 1):
        units = np.flatnonzero(tree.depths == depth)
        rows, when = np.repeat(units, len(years)), np.tile(np.arange(len(years)), len(units))
        of_rows = groups.iloc[rows * len(years) + when]
        panel = Panel(pd.DataFrame(index=of_rows.index), of_rows, steps.unscreened.has_years)
        x = climb.values[rows, when]
        climbed.append(ScoredTree(framework, method, x, panel, steps.levels, weights))
        for node in steps.framework.aggregates:
            values[rows, when, place[node]] = climbed[-1].values[node]
        weights = climbed[0].weights
    number = np.searchsorted(tree.tops, tree.of_top)
    rows = number[:, None] * len(years) + np.arange(len(years))
    return Order(True, climb, climbed[0], rows, values)


def framework_first(tree: UnitTree, steps: Construction, years: np.ndarray) -> Order:
    """Let the base units climb the framework, and roll up their scores in every node."""
    nodes = [str(code) for code in steps.framework.table.index]
    values = np.stack([steps.tree.values[node] for node in nodes], axis=-1)
    climb = _climb(tree, steps, years, nodes, values)
    rows = np.full(climb.values.shape[:2], -1)
    rows[_places(tree, steps.panel, years)] = np.arange(len(values))
    return Order(False, climb, steps.tree, rows, climb.values)


def _places(tree: UnitTree, panel: Panel, years: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of a panel's rows among all units and years."""
    return tree.places.get_indexer(panel.units), np.searchsorted(years, panel.years)


def _climb(
    tree: UnitTree, steps: Construction, years: np.ndarray, codes: list[str], values: np.ndarray
) -> UnitClimb:
    """Roll up the panel's rows, ``(rows, codes)``."""
    base = np.full((len(tree.units), len(years), len(codes)), np.nan)
    base[_places(tree, steps.panel, years)] = values
    subunits = steps.method.subunits_or_mean
    sources = ["equal", *subunits.sources]
    weights = {source: unit_weights(source, tree, steps.unscreened, years) for source in sources}
    paths = {code: steps.framework.path(code) for code in codes}
    return UnitClimb(tree, codes, base, lambda code, kind: subunits.of(paths[code], kind), weights)


def _groups(tree: UnitTree, steps: Construction, years: np.ndarray) -> pd.DataFrame:
    """Return the groups of every unit and year that an aggregation may ask for.

    A unit with sub-units is in a group if all its base units are.
    """
    groups, table = steps.unscreened.groups, pd.DataFrame(index=tree.rows(years))
    for name in steps.method.aggregate.groups:
        codes, labels = pd.factorize(groups[name])
        lows = np.full((len(tree.units), len(years)), np.inf)
        lows[_places(tree, steps.unscreened, years)] = codes
        highs = np.where(np.isinf(lows), -np.inf, lows)
        for family in tree.families:
            lows[family.parents] = family.groups.min(lows[family.children])
            highs[family.parents] = family.groups.max(highs[family.children])
        number = np.where(lows == highs, lows, -1).astype(int).reshape(-1)
        table[name] = np.array([*labels, ""], dtype=object)[number]
    return table
