"""The two ways to every unit's score in every node: units rolled up first, or the framework."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from erat.index.construction import Construction
from erat.index.method import SubUnits
from erat.subunits.climb import UnitClimb
from erat.subunits.layers import Layer, base_layer, layers
from erat.subunits.unit_tree import UnitTree
from erat.subunits.weights import unit_weights


@dataclass(frozen=True)
class Order:
    """One of the two ways to the scores of every unit in every node.

    Attributes
    ----------
    climb
        How units were rolled up: indicators (units first), or every node (framework first).
    layers
        How units climbed the framework: every unit (units first), or the base units only.
    values
        Scores ``(units, years, nodes)``, nodes in the framework's order.
    """

    climb: UnitClimb
    layers: tuple[Layer, ...]
    values: np.ndarray


@dataclass(frozen=True)
class Orders:
    """Both orders, each made when it is first asked for."""

    tree: UnitTree
    steps: Construction
    years: np.ndarray

    @cached_property
    def units_first(self) -> Order:
        codes = self.steps.framework.indicators
        climb = self._climb(codes, self._cube(self.steps.normalized))
        made = layers(self.tree, self.steps, self.years, climb.values)
        return Order(climb, made, self._together(climb, made, codes))

    @cached_property
    def framework_first(self) -> Order:
        nodes = [str(code) for code in self.steps.framework.table.index]
        values = np.stack([self.steps.tree.values[node] for node in nodes], axis=-1)
        climb = self._climb(nodes, self._cube(values))
        return Order(climb, (base_layer(self.tree, self.steps, self.years),), climb.values)

    def _cube(self, values: np.ndarray) -> np.ndarray:
        """Put rows of the panel into ``(units, years, columns)``."""
        panel = self.steps.panel
        cube = np.full((len(self.tree.units), len(self.years), values.shape[1]), np.nan)
        at = self.tree.places.get_indexer(panel.units)
        cube[at, np.searchsorted(self.years, panel.years)] = values
        return cube

    def _climb(self, codes: list[str], base: np.ndarray) -> UnitClimb:
        method, framework = self.steps.method, self.steps.framework
        subunits = method.subunits or SubUnits(method="mean")
        sources = ["equal", *subunits.sources]
        given = {s: unit_weights(s, self.tree, self.steps.given, self.years) for s in sources}
        paths = {code: framework.path(code) for code in codes}
        return UnitClimb(
            self.tree, codes, base, lambda code, kind: subunits.of(paths[code], kind), given
        )

    def _together(self, climb: UnitClimb, made: tuple[Layer, ...], codes: list[str]) -> np.ndarray:
        """Put indicators and the aggregate nodes of every layer into one cube."""
        nodes = list(self.steps.framework.table.index)
        cube = np.full((*climb.values.shape[:2], len(nodes)), np.nan)
        cube[:, :, [nodes.index(code) for code in codes]] = climb.values
        for layer in made:
            for node in self.steps.framework.aggregates:
                cube[layer.units, layer.years, nodes.index(node)] = layer.tree.values[node]
        return cube
