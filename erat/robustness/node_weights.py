"""Weights of every node's children before any score is known, kept for settings that weigh alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from erat.errors import InputError
from erat.index.climb import weigh
from erat.index.framework import Framework
from erat.index.method import Weights
from erat.robustness.plan import Setup
from erat.robustness.prepare import Prepared, with_weights


@dataclass(frozen=True)
class NodeWeights:
    """Weights of the nodes under one exclusion and weighting.

    Attributes
    ----------
    framework
        Without what is excluded.
    weights
        The weighting.
    """

    framework: Framework
    weights: Weights

    def weigh(self, node: str, x: np.ndarray) -> np.ndarray:
        """Weigh a node's children by their scores; see :func:`erat.index.climb.weigh`."""
        return weigh(self.framework, self.weights, node, x)

    @property
    def are_given(self) -> bool:
        """Whether weights do not depend on scores."""
        return "scores" not in self.weights.needs

    @cached_property
    def given(self) -> dict[str, np.ndarray]:
        """Weights of each node's children, ``(children,)``, where they do not depend on scores."""
        return {node: self.weigh(node, np.empty((0, 0))) for node in self.framework.upwards}

    @cached_property
    def given_by_code(self) -> dict[str, float]:
        """The same, by the child's code."""
        return {
            child: weight
            for node, weights in self.given.items()
            for child, weight in zip(self.framework.children[node], weights.tolist(), strict=True)
        }

    @cached_property
    def problem(self) -> str:
        """Why there are no weights; empty if there are, or if they depend on scores."""
        try:
            if self.are_given:
                self.given  # noqa: B018  (weighs every node, and keeps what comes of it)
        except InputError as refused:
            return str(refused.problems[0])
        return ""


class NodeWeightsByKind(dict[object, NodeWeights]):
    """Node weights of settings that exclude and weigh alike, each made once."""

    def of(self, prepared: Prepared, setup: Setup) -> NodeWeights:
        """Return the node weights of a setting."""
        assert setup.method is not None  # noqa: S101
        excluded, weights = setup.method.exclude, setup.method.weights
        set_weights = tuple(setup.cell_weights.items())
        key = (tuple(prepared.framework.indicators), excluded, repr(weights), set_weights)
        if key not in self:
            known = with_weights(prepared.framework, setup.cell_weights)
            tree = known.without([code for code in excluded if code in known.table.index])
            self[key] = NodeWeights(tree, weights)
        return self[key]
