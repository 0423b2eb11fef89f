"""Climbing the framework: from the indicators' scores to the index, part by part."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from erat.construct.aggregate import NEEDS_NON_NEGATIVE, Mean
from erat.construct.weight import Children
from erat.framework import Framework
from erat.method import Aggregate, Method
from erat.panel import Panel
from erat.preconditions import check_not_negative, check_some_weight


class Tree:
    """Scores climbing the framework, with the exact part of every indicator in every score.

    ``values`` are scores ``(units,)`` by node; ``parts`` are ``(units, indicators)`` by node and
    add up to the score; ``leaf_weights``, of the same shape, are the weights of the indicators that
    a unit has, multiplied down the tree. ``levels`` are those of the whole framework, so that
    leaving out a branch does not change which aggregation a node gets.
    """

    def __init__(
        self,
        framework: Framework,
        method: Method,
        normalized: np.ndarray,
        levels: Mapping[str, int] | None = None,
    ) -> None:
        self.framework, self.method = framework, method
        self.levels = levels or framework.levels
        self.weights: dict[str, float] = {}
        self.values = {code: normalized[:, j] for j, code in enumerate(framework.indicators)}
        one = np.eye(len(self.values))
        self.leaf_weights = {
            code: np.tile(one[j], (len(normalized), 1)) for j, code in enumerate(self.values)
        }
        self.parts = {
            code: np.nan_to_num(value)[:, None] * one[j]
            for j, (code, value) in enumerate(self.values.items())
        }

    def climb(self, node: str, panel: Panel) -> None:
        """Score one node from its children."""
        children = self.framework.children[node]
        x = np.stack([self.values[child] for child in children], axis=-1)
        family = Children(tuple(children), self.framework.column("weight", children), x)
        weights = self.method.weights.function(family, **self.method.weights.arguments)
        check_some_weight(node, children, weights)
        self.weights.update(zip(children, weights, strict=True))
        step = self.method.aggregate.of(node, self.levels[node])
        if step.method in NEEDS_NON_NEGATIVE:
            check_not_negative(x, children, node, step.method, panel)
        w, enough = _available(x, weights, self.method.aggregate)
        mean: Mean = step.function(np.nan_to_num(x), w, **step.arguments)
        self.values[node] = np.where(enough, mean.score, np.nan)
        self.leaf_weights[node] = np.sum(
            [w[:, j, None] * self.leaf_weights[child] for j, child in enumerate(children)], axis=0
        )
        parts = sum(self._part(child, j, mean, x[:, j]) for j, child in enumerate(children))
        self.parts[node] = np.where(enough[:, None], parts, np.nan)

    def _part(self, child: str, j: int, mean: Mean, x: np.ndarray) -> np.ndarray:
        """Return what a child brings into its node's score, split among its indicators.

        What a floor raised the child by is split by the weights of its indicators.
        """
        lift = mean.used[:, j] - np.nan_to_num(x)
        parts = np.nan_to_num(self.parts[child]) + lift[:, None] * self.leaf_weights[child]
        return np.asarray(mean.shares[:, j, None] * parts)


def _available(
    x: np.ndarray, weights: np.ndarray, step: Aggregate
) -> tuple[np.ndarray, np.ndarray]:
    """Return weights over the children that are there, and whether a unit has enough of them."""
    there = ~np.isnan(x)
    w = weights * there
    total = w.sum(axis=-1, keepdims=True)
    enough = (total[:, 0] > 0) & (there.mean(axis=-1) >= step.min_share - 1e-12)
    return w / np.where(total > 0, total, 1.0), enough
