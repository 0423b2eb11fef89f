"""Climbing the framework with many rows at once, and the lenses that cut across it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from erat.index.construct.aggregate import Node
from erat.index.construct.children import Children
from erat.index.framework import Framework
from erat.index.method import AggregateOne, Method
from erat.survey.instrument import CAPACITIES, PHASES, TOPICS, Instrument

LENSES: dict[str, tuple[str, ...]] = {"phase": PHASES, "capacity": CAPACITIES, "topic": TOPICS}
"""Lenses and their tags."""


@dataclass(frozen=True)
class NodeClimb:
    """A framework whose nodes are scored row by row, without regard to other rows."""

    framework: Framework
    method: Method

    @cached_property
    def weights(self) -> dict[str, np.ndarray]:
        """Weights of every aggregate node's children, adding to 1."""
        column, step = self.framework.column, self.method.weights
        made = {}
        for node, children in self.framework.children.items():
            family = Children(
                tuple(children), column("weight", children), np.zeros((0, len(children))), node,
                node == self.framework.top, column("weight_low", children),
                column("weight_high", children),
            )  # fmt: skip
            made[node] = step.function(family, **step.arguments)
        return made

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Score every node.

        Parameters
        ----------
        x
            Scores of the leaves, ``(..., leaves)``; nan where missing.

        Returns
        -------
        ndarray
            ``(..., nodes)``, nodes in the order of the framework's table.
        """
        flat, table = x.reshape(-1, x.shape[-1]), self.framework.table.index
        place = {str(code): j for j, code in enumerate(table)}
        made = np.full((len(flat), len(place)), np.nan)
        made[:, [place[code] for code in self.framework.indicators]] = flat
        for nodes in self._levels:
            means = [node for node in nodes if self._step(node).method == "arithmetic"]
            self._means(means, place, made)
            for node in nodes:
                if node not in means:
                    columns = [place[child] for child in self.framework.children[node]]
                    made[:, place[node]] = self._score(node, made[:, columns])
        return made.reshape(*x.shape[:-1], len(place))

    @cached_property
    def _levels(self) -> list[list[str]]:
        """Aggregate nodes by level, the lowest first: children are scored before their parents."""
        found: dict[int, list[str]] = {}
        for node, level in self.framework.levels.items():
            found.setdefault(level, []).append(node)
        return [found[level] for level in sorted(found)]

    def _step(self, node: str) -> AggregateOne:
        return self.method.aggregate.of(node, self.framework.levels[node])

    def _means(self, nodes: list[str], place: dict[str, int], made: np.ndarray) -> None:
        """Score all nodes of a level that are arithmetic means in one go."""
        if not nodes:
            return
        children = [child for node in nodes for child in self.framework.children[node]]
        weights, belongs = (np.zeros((len(children), len(nodes))) for _ in range(2))
        start = 0
        for j, node in enumerate(nodes):
            rows = slice(start, start + len(self.weights[node]))
            weights[rows, j], belongs[rows, j], start = self.weights[node], 1.0, rows.stop
        x = made[:, [place[child] for child in children]]
        there = (~np.isnan(x)).astype(float)
        total, share = there @ weights, there @ belongs / belongs.sum(axis=0)
        enough = (total > 0) & (share >= self.method.aggregate.min_share - 1e-12)
        score = np.divide(np.nan_to_num(x) @ weights, total, out=total * 0, where=total > 0)
        made[:, [place[node] for node in nodes]] = np.where(enough, score, np.nan)

    def _score(self, node: str, x: np.ndarray) -> np.ndarray:
        aggregate, weights = self.method.aggregate, self.weights[node]
        there = ~np.isnan(x)
        w = there * weights
        total = w.sum(axis=1)
        w /= np.where(total > 0, total, 1.0)[:, None]
        enough = (total > 0) & (there.mean(axis=1) >= aggregate.min_share - 1e-12)
        step = self._step(node)
        empty = np.full(len(weights), np.nan)
        own = Node(node, tuple(self.framework.children[node]), weights, empty, empty)
        return np.where(enough, step.function(x, w, own, **step.arguments).score, np.nan)


@dataclass(frozen=True)
class Tags:
    """Groups of questions that have a tag (or a phase and a capacity) in common.

    Attributes
    ----------
    names
        ``(lens, tag)``; the cells come last, as ``("cell", "phase capacity")``.
    members
        ``(tags, questions)`` as 0 or 1.
    """

    names: tuple[tuple[str, str], ...]
    members: np.ndarray

    @classmethod
    def of(cls, instrument: Instrument, questions: Sequence[str]) -> Tags:
        """Collect the tags of some questions of an instrument."""
        asked = [instrument.question(code) for code in questions]
        names = [(lens, tag) for lens, tags in LENSES.items() for tag in tags]
        cells = [(phase, capacity) for phase in PHASES for capacity in CAPACITIES]
        rows = [[getattr(one, lens) == tag for one in asked] for lens, tag in names]
        rows += [[(one.phase, one.capacity) == cell for one in asked] for cell in cells]
        names += [("cell", " ".join(cell)) for cell in cells]
        return cls(tuple(names), np.array(rows, dtype=float).reshape(len(names), len(asked)))

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Average the questions of every tag, ``(..., questions)`` to ``(..., tags)``.

        Questions without a score are left out; nan where none is left.
        """
        total = np.nan_to_num(x) @ self.members.T
        count = (~np.isnan(x)).astype(float) @ self.members.T
        made = np.full(total.shape, np.nan)
        return np.asarray(np.divide(total, count, out=made, where=count > 0))

    def counts(self, x: np.ndarray) -> np.ndarray:
        """Count the questions of every tag that have a score."""
        return np.asarray((~np.isnan(x)).astype(int) @ self.members.astype(int).T)
