"""Climbing the framework: from the indicators' scores to the index, part by part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from erat.index.climb import Climbed, Climber, weigh
from erat.index.framework import Framework
from erat.index.method import Method
from erat.index.panel import Panel
from erat.index.step_checks import check_not_negative


class ByNode(Mapping[str, np.ndarray]):
    """Arrays by node, made when they are first asked for."""

    def __init__(self, nodes: list[str], make: Callable[[str], np.ndarray]) -> None:
        self.nodes, self.make = nodes, make
        self.made: dict[str, np.ndarray] = {}

    def __getitem__(self, node: str) -> np.ndarray:
        if node not in self.made:
            self.made[node] = self.make(node)
        return self.made[node]

    def __iter__(self) -> Iterator[str]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)


class Tree:
    """Scores climbing the framework, with the exact part of every indicator in every score.

    ``values`` are scores ``(units,)`` by node; ``parts`` are ``(units, indicators)`` by node and
    add up to the score (nan where it is no sum); ``leaf_weights``, of the same shape, are the
    weights of the indicators that a unit has, multiplied down the tree. ``climbed`` keeps how every
    node was scored. ``levels`` are those of the whole framework, so that leaving out a branch does
    not change which aggregation a node gets.
    """

    def __init__(
        self,
        framework: Framework,
        method: Method,
        normalized: np.ndarray,
        panel: Panel,
        levels: Mapping[str, int] | None = None,
    ) -> None:
        self.framework, self.method, self.panel = framework, method, panel
        self.levels = levels or framework.levels
        self.climber = Climber(framework, method.aggregate, self.levels, panel.years, panel.groups)
        self.climbed: dict[str, Climbed] = {}
        self.weights: dict[str, float] = {}
        self.values = {code: normalized[:, j] for j, code in enumerate(framework.indicators)}
        self.place = {code: j for j, code in enumerate(framework.indicators)}
        nodes = [*framework.indicators, *framework.aggregates]
        self.parts = ByNode(nodes, self._parts)
        self.leaf_weights = ByNode(nodes, self._leaf_weights)
        for node in framework.upwards:
            self._climb(node)

    def _climb(self, node: str) -> None:
        """Score one node from its children."""
        children = self.framework.children[node]
        x = np.stack([self.values[child] for child in children], axis=-1)
        weights = weigh(self.framework, self.method.weights, node, x)
        self.weights.update(zip(children, weights.tolist(), strict=True))
        for step, members in self.climber.steps(node):
            if "no negatives" in step.needs:
                counted = (weights > 0) & (True if members is None else members[:, None])
                low = np.where(counted, x, np.nan)
                check_not_negative(low, children, node, step.method, self.panel)
        self.climbed[node] = self.climber.climb(node, x, weights)
        self.values[node] = self.climbed[node].score

    def shares(self, node: str) -> tuple[np.ndarray, np.ndarray]:
        """Return what a node's score is made of, by indicator.

        Returns
        -------
        tuple of arrays
            ``factors`` and ``lifts``, ``(units, indicators)``: the score is the sum of factor times
            normalized value, plus lift. What a floor raised a child by is the lift of its
            indicators, by their weights. nan where the score is no sum.
        """
        rows, k = len(self.values[node]), len(self.place)
        factors, lifts = np.zeros((rows, k)), np.zeros((rows, k))
        waiting = [(node, np.ones(rows), np.zeros(rows))]
        broken = np.isnan(self.values[node])
        while waiting:
            code, factor, lift = waiting.pop()
            if code in self.place:
                factors[:, self.place[code]], lifts[:, self.place[code]] = factor, lift
                continue
            climbed = self.climbed[code]
            mean = climbed.mean()
            assert mean.shares is not None  # noqa: S101
            for j, child in enumerate(climbed.node.codes):
                own = np.where(factor == 0, 0.0, factor * mean.shares[:, j])
                broken = broken | np.isnan(own)
                raised = mean.used[:, j] - np.nan_to_num(climbed.x[:, j])
                waiting.append((child, own, own * raised + lift * climbed.w[:, j]))
        factors[broken], lifts[broken] = np.nan, np.nan
        return factors, lifts

    def _parts(self, node: str) -> np.ndarray:
        factors, lifts = self.shares(node)
        values = np.stack([np.nan_to_num(self.values[code]) for code in self.place], axis=-1)
        return np.asarray(factors * values + lifts)

    def _leaf_weights(self, node: str) -> np.ndarray:
        rows = len(self.values[node])
        found = np.zeros((rows, len(self.place)))
        waiting = [(node, np.ones(rows))]
        while waiting:
            code, weight = waiting.pop()
            if code in self.place:
                found[:, self.place[code]] = weight
                continue
            climbed = self.climbed[code]
            for j, child in enumerate(climbed.node.codes):
                waiting.append((child, weight * climbed.w[:, j]))
        return found
