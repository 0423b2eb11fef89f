"""Climbing the framework for many replicates of one setting, node by node.

What :class:`erat.index.tree.Tree` does for one method, without contributions, for all draws of moving
weights at once. Power means take one product a node, Copeland's method one of pairs; other
aggregations go replicate by replicate through the functions of :mod:`erat.index.construct.aggregate`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from erat.errors import InputError, MethodError
from erat.index.construct.aggregate import NEEDS_NON_NEGATIVE, Node
from erat.index.framework import Framework
from erat.index.method import AggregateOne, Method
from erat.robustness.duels import copeland_scores
from erat.robustness.families import Families
from erat.robustness.means import Scale, power_means
from erat.robustness.perturb import Mover, to_one
from erat.robustness.plan import Setup
from erat.robustness.prepare import Prepared

ROW_BY_ROW = frozenset({"minimum", "median"})
"""Aggregations that are no power means, never refuse, and look at one row at a time."""


class Scores(NamedTuple):
    """Scores of the index, ``(replicates, rows)``, and why a replicate has none (else empty)."""

    values: np.ndarray
    problems: np.ndarray


class Climber:
    """Climbs the framework under one setting.

    Parameters
    ----------
    prepared
        Normalized values.
    setup
        The setting.
    families
        The children of every node, as the setting has them.
    movers
        What moves weights, in the order of the columns of ``sources``.
    """

    def __init__(
        self, prepared: Prepared, setup: Setup, families: Families, movers: Sequence[Mover]
    ) -> None:
        assert setup.method is not None  # noqa: S101
        self.method: Method = setup.method
        self.prepared, self.families, self.movers = prepared, families, movers
        self.framework: Framework = families.framework

    def scores(self, sources: np.ndarray, rows: np.ndarray | None = None) -> Scores:
        """Score the index.

        Parameters
        ----------
        sources
            The draw that each mover takes, ``(replicates, movers)``.
        rows
            Rows to score; all if not given. Aggregations that compare rows need all.
        """
        rows = np.arange(len(self.prepared.rows)) if rows is None else rows
        columns = {code: j for j, code in enumerate(self.prepared.framework.indicators)}
        values = {c: self.prepared.values[rows, columns[c]] for c in self.framework.indicators}
        problems = np.full(len(sources), "", dtype=object)
        for node in self.framework.upwards:
            children = self.framework.children[node]
            xs = [values.pop(child) for child in children]
            w = self._weights(node, children, xs, sources, problems)
            values[node] = self._score(node, xs, w, rows, problems)
        found = np.broadcast_to(values[self.framework.top], (len(sources), len(rows)))
        return Scores(found, problems)

    def _weights(
        self,
        node: str,
        children: list[str],
        xs: Sequence[np.ndarray],
        sources: np.ndarray,
        problems: np.ndarray,
    ) -> np.ndarray:
        """Return weights of a node's children in every replicate, adding to 1."""
        if self.families.are_given:
            base = self.families.given[node]
        elif all(x.ndim == 1 for x in xs):
            base = self.families.weigh(node, np.stack(xs, axis=-1))
        else:
            base = np.full((len(sources), len(children)), np.nan)
            for r in np.flatnonzero(problems == ""):
                try:
                    x = np.stack([x if x.ndim == 1 else x[r] for x in xs], axis=-1)
                    base[r] = self.families.weigh(node, x)
                except InputError as refused:
                    problems[r] = str(refused.problems[0])
        for i, mover in enumerate(self.movers):
            base = to_one(mover.move(node, children, base, sources[:, i]))
        return np.broadcast_to(base, (len(sources), len(children)))

    def steps(self, node: str) -> Iterator[tuple[AggregateOne, np.ndarray | None]]:
        """Give the aggregations at a node, each with the rows it is for; None stands for all."""
        aggregate, level = self.method.aggregate, self.prepared.levels[node]
        if not aggregate.groups:
            yield aggregate.of(node, level), None
            return
        groups = self.prepared.panel.groups[list(aggregate.groups)]
        labels = [dict(zip(groups, row, strict=True)) for row in groups.to_numpy().tolist()]
        found = [aggregate.of(node, level, label) for label in labels]
        for key, step in {id(step): step for step in found}.items():
            yield step, np.array([id(one) == key for one in found])

    def _score(
        self,
        node: str,
        xs: Sequence[np.ndarray],
        w: np.ndarray,
        rows: np.ndarray,
        problems: np.ndarray,
    ) -> np.ndarray:
        """Score a node: ``(rows,)`` if all replicates share its score, else with replicates."""
        same = all(x.ndim == 1 for x in xs) and bool((w == w[0]).all()) and len(w) > 1
        w = w[:1] if same else w
        own = problems[:1].copy() if same else problems
        found = np.full((len(w), len(rows)), np.nan)
        for step, members in self.steps(node):
            at = slice(None) if members is None else np.flatnonzero(members[rows])
            part = [x[..., at] for x in xs]
            scale = Scale.of(step)
            if scale is not None:
                means = power_means(part, w, scale, self.method.aggregate.min_share)
                found[:, at] = means.values
                own[means.refused & (own == "")] = negative_values(step.method, node)
            elif step.method == "copeland":
                found[:, at] = self._copeland(part, w, rows[at])
            else:
                found[:, at] = self._other(step, node, part, w, rows[at], own)
        if same and own[0]:
            problems[problems == ""] = own[0]
        return found[0] if same else found

    def _copeland(self, xs: Sequence[np.ndarray], w: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Hold the rows of each year against each other, in all replicates at once."""
        found = np.full((len(w), len(rows)), np.nan)
        years = self.prepared.panel.years[rows]
        for year in np.unique(years):
            at = np.flatnonzero(years == year)
            part = [x[..., at] for x in xs]
            weight = np.stack([~np.isnan(x) * w[:, j, None] for j, x in enumerate(part)]).sum(
                axis=0
            )
            there = np.mean([~np.isnan(x) for x in np.broadcast_arrays(*part)], axis=0)
            enough = (weight > 0) & (there >= self.method.aggregate.min_share - 1e-12)
            found[:, at] = np.where(enough, copeland_scores(part, w), np.nan)
        return found

    def _other(
        self,
        step: AggregateOne,
        node: str,
        xs: Sequence[np.ndarray],
        w: np.ndarray,
        rows: np.ndarray,
        problems: np.ndarray,
    ) -> np.ndarray:
        """Aggregate by the step's own function, as a single assessment does."""
        found = np.full((len(w), len(rows)), np.nan)
        children = self.framework.children[node]
        _, low, high = self.families.about[node]
        years = self.prepared.panel.years[rows]
        blocks = [np.flatnonzero(years == year) for year in np.unique(years)]
        for r in np.flatnonzero(problems == ""):
            x = np.stack([x if x.ndim == 1 else x[r] for x in xs], axis=-1)
            there = ~np.isnan(x)
            own = w[r] * there
            total = own.sum(axis=-1, keepdims=True)
            own = own / np.where(total > 0, total, 1.0)
            about = Node(node, tuple(children), w[r], low, high)
            if step.method in NEEDS_NON_NEGATIVE and ((x < 0) & (own > 0)).any():
                problems[r] = negative_values(step.method, node)
                continue
            enough = there.mean(axis=-1) >= self.method.aggregate.min_share - 1e-12
            try:
                for block in [np.arange(len(rows))] if step.method in ROW_BY_ROW else blocks:
                    made = step.function(x[block], own[block], about, **step.arguments)
                    found[r, block] = made.score
            except MethodError as refused:
                problems[r] = str(refused.problems[0])
            found[r, ~(enough & (total[:, 0] > 0))] = np.nan
        return found


def negative_values(name: str, node: str) -> str:
    """Say that a mean is not defined for the values below it."""
    return f"method, aggregate: negative values under the {name} mean of {node!r}"
