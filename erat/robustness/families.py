"""Families: what is known of every node's children before any score is, kept for like settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from erat.errors import InputError
from erat.index.construct.weight import Children
from erat.index.framework import Framework
from erat.index.method import Weights
from erat.index.step_checks import check_some_weight
from erat.robustness.plan import Setup
from erat.robustness.prepare import Prepared, with_weights

GIVEN_WEIGHTS = frozenset({"framework", "equal", "ahp", "budget"})
"""Weightings that do not look at scores."""

COLUMNS = ("weight", "weight_low", "weight_high")
"""Columns of the framework that tell of weights."""


@dataclass(frozen=True)
class Families:
    """The children of every node under one exclusion and weighting.

    Attributes
    ----------
    framework
        Without what is excluded.
    weights
        The weighting.
    about
        Nominal weights and their bounds, ``(3, children)``, by node.
    """

    framework: Framework
    weights: Weights
    about: Mapping[str, np.ndarray]

    def weigh(self, node: str, x: np.ndarray) -> np.ndarray:
        """Weigh a node's children, whose scores are ``x`` of shape ``(rows, children)``.

        Raises
        ------
        InputError
            If the weighting refuses its options or the scores.
        """
        children = self.framework.children[node]
        nominal, low, high = self.about[node]
        top = node == self.framework.top
        family = Children(tuple(children), nominal, x, node, top, low, high)
        weights: np.ndarray = self.weights.function(family, **self.weights.arguments)
        check_some_weight(node, children, weights)
        return weights

    @property
    def are_given(self) -> bool:
        """Whether weights do not depend on scores."""
        return self.weights.method in GIVEN_WEIGHTS

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


class FamilyBook:
    """Keeps the families of settings that exclude and weigh alike."""

    def __init__(self) -> None:
        self.kept: dict[object, Families] = {}

    def of(self, prepared: Prepared, setup: Setup) -> Families:
        """Return the families of a setting."""
        assert setup.method is not None  # noqa: S101
        excluded, weights = setup.method.exclude, setup.method.weights
        set_weights = tuple(setup.cell_weights.items())
        key = (tuple(prepared.framework.indicators), excluded, repr(weights), set_weights)
        if key not in self.kept:
            known = with_weights(prepared.framework, setup.cell_weights)
            tree = known.without([code for code in excluded if code in known.table.index])
            about = {
                node: np.stack([tree.column(name, children) for name in COLUMNS])
                for node, children in tree.children.items()
            }
            self.kept[key] = Families(tree, weights, about)
        return self.kept[key]
