"""Scores of variants: node by node, or all replicates of like variants at once.

Where every node takes the same power mean, the index is that mean of the indicators, each with its
global weight: the local weights along its path multiplied. Rows that miss an indicator are scored
node by node.

Source: Saaty (1980), The Analytic Hierarchy Process (local and global weights).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from erat.errors import InputError
from erat.index.climb import Climber, Scores, negative_values, scale_of, weigh
from erat.index.construct.power_means import Scale
from erat.index.framework import Framework
from erat.index.method import Method, Weights
from erat.robustness.perturb import Mover, to_one
from erat.robustness.plan import Variant
from erat.robustness.prepare import Prepared


class LocalWeights:
    """Weights of every node's children, adding to 1, under one exclusion and weighting: ``of_node``
    has ``(children,)`` by node and ``of_child`` one by code, unless they depend on scores;
    ``problem`` says why there are none. ``framework`` is without what is excluded.
    """

    def __init__(self, framework: Framework, step: Weights) -> None:
        self.framework, self.step, self.problem = framework, step, ""
        self.of_node: dict[str, np.ndarray] = {}
        self.of_child: dict[str, float] = {}
        if self.depend_on_scores:
            return
        try:
            none = np.empty((0, 0))
            self.of_node = {n: weigh(framework, step, n, none) for n in framework.upwards}
        except InputError as refused:
            self.problem = str(refused.problems[0])
        for node, weights in self.of_node.items():
            self.of_child |= zip(framework.children[node], weights.tolist(), strict=True)

    @property
    def depend_on_scores(self) -> bool:
        """Whether weights are known only when the scores of the children are."""
        return "scores" in self.step.needs


def local_weights(
    prepared: Prepared, variant: Variant, method: Method, known: dict[object, LocalWeights]
) -> LocalWeights:
    """Return the local weights of a variant; variants that exclude and weigh alike share them."""
    key = (tuple(prepared.framework.indicators), method.exclude, variant.from_weights)
    if key not in known:
        cells = {code: value for column, code, value in variant.cells if column == "weight"}
        table = prepared.framework.table.copy()
        for code in cells.keys() & set(table.index):
            table.loc[code, "weight"] = cells[code]
        tree = replace(prepared.framework, table=table) if cells else prepared.framework
        excluded = [code for code in method.exclude if code in table.index]
        known[key] = LocalWeights(tree.without(excluded), method.weights)
    return known[key]


class NodeScorer:
    """Scores the index of one variant node by node; each mover has its column of ``draws``."""

    def __init__(
        self, prepared: Prepared, method: Method, weights: LocalWeights, movers: Sequence[Mover]
    ) -> None:
        self.prepared, self.method, self.weights, self.movers = prepared, method, weights, movers
        self.framework, panel = weights.framework, prepared.panel
        self.climber = Climber(
            self.framework, method.aggregate, prepared.levels, panel.years, panel.groups
        )

    def scores(self, draws: np.ndarray, rows: np.ndarray | None = None) -> Scores:
        """Score the index, ``(replicates, rows)``, with draws ``(replicates, movers)``, in some of
        the prepared rows or all; aggregations that compare rows need all of them.
        """
        rows = np.arange(len(self.prepared.rows)) if rows is None else rows
        columns = {code: j for j, code in enumerate(self.prepared.framework.indicators)}
        scores = {c: self.prepared.values[rows, columns[c]] for c in self.framework.indicators}
        problems = np.full(len(draws), "", dtype=object)
        for node in self.framework.upwards:
            xs = [scores.pop(child) for child in self.framework.children[node]]
            w = self._weights(node, xs, draws, problems)
            of_node = self.climber.scores(node, xs, w, rows)
            scores[node] = of_node.values
            problems[problems == ""] = of_node.problems[problems == ""]
        return Scores(
            np.broadcast_to(scores[self.framework.top], (len(draws), len(rows))), problems
        )

    def _weights(
        self, node: str, xs: Sequence[np.ndarray], draws: np.ndarray, problems: np.ndarray
    ) -> np.ndarray:
        """Return weights of a node's children in every replicate, adding to 1."""
        children = self.framework.children[node]
        if not self.weights.depend_on_scores:
            w = self.weights.of_node[node]
        elif all(x.ndim == 1 for x in xs):
            w = weigh(self.framework, self.method.weights, node, np.stack(xs, axis=-1))
        else:
            w = np.full((len(draws), len(children)), np.nan)
            for r in np.flatnonzero(problems == ""):
                try:
                    x = np.stack([x if x.ndim == 1 else x[r] for x in xs], axis=-1)
                    w[r] = weigh(self.framework, self.method.weights, node, x)
                except InputError as refused:
                    problems[r] = str(refused.problems[0])
        for i, mover in enumerate(self.movers):
            w = to_one(mover.move(node, children, w, draws[:, i]))
        return w if w.shape[:-1] == draws.shape[:1] else np.broadcast_to(w, (len(draws), len(w)))


def common_scale(scorer: NodeScorer) -> Scale | None:
    """Return the scale that all nodes share, if they do and weights do not look at scores."""
    aggregate = scorer.method.aggregate
    if scorer.weights.depend_on_scores or aggregate.groups:
        return None
    levels = scorer.prepared.levels
    scales = {scale_of(aggregate.of(n, levels[n])) for n in scorer.prepared.framework.upwards}
    scale = scales.pop()
    return None if scales or scale is None or scale.floor is not None else scale


class GlobalScorer:
    """Scores the index of several variants that share normalized values and a scale."""

    def __init__(self, prepared: Prepared, scale: Scale) -> None:
        self.prepared, self.framework = prepared, prepared.framework
        values = prepared.values
        self.there = ~np.isnan(values)
        self.scale = scale.fitted([values])
        self.negative = np.zeros(values.shape[1], dtype=bool)
        filled = values if self.there.all() else np.where(self.there, values, 1.0)
        if not scale.plain:
            self.negative = np.asarray((filled < 0).any(axis=0))
            filled = np.maximum(filled, 0.0)
        self.zeros = (filled == 0).T if scale.zeros_win else np.empty((0, 0), dtype=bool)
        self.scaled = np.ascontiguousarray(self.scale.forth(filled).T)
        self.columns = {code: j for j, code in enumerate(self.framework.indicators)}
        # Weights have a row for every node below the index, those of siblings side by side.
        self.siblings: dict[str, slice] = {}
        self.places: dict[str, int] = {}
        for node in self.framework.upwards:
            start = len(self.places)
            self.places |= {code: start + j for j, code in enumerate(self.framework.children[node])}
            self.siblings[node] = slice(start, len(self.places))

    def refusal(self, scorer: NodeScorer) -> str:
        """Say why a variant has no scores; empty if it has."""
        weights = scorer.weights
        if weights.problem or not self.negative.any():
            return weights.problem
        for node, children in weights.framework.children.items():
            used = [c for c in children if c in self.columns and weights.of_child[c] > 0]
            if self.negative[[self.columns[child] for child in used]].any():
                name = scorer.method.aggregate.of(node, self.prepared.levels[node]).method
                return negative_values(name, node)
        return ""

    def whole(self, scorers: Sequence[NodeScorer]) -> np.ndarray:
        """Tell which rows miss no indicator of any of the variants, ``(rows,)``."""
        used = {code for scorer in scorers for code in scorer.framework.indicators}
        return np.asarray(self.there[:, [self.columns[code] for code in sorted(used)]].all(axis=1))

    def weights(
        self, scorers: Sequence[NodeScorer], which: np.ndarray, draws: np.ndarray
    ) -> np.ndarray:
        """Return global weights, ``(replicates, indicators)``. ``which`` is the place in
        ``scorers`` of each replicate's variant; ``draws`` are ``(replicates, movers)``.
        """
        by_experts = any(mover.how.experts for mover in scorers[0].movers)
        local = self._local_by_variant if by_experts else self._local
        w = local(scorers, which, draws)
        for node, family in reversed(self.siblings.items()):
            if node in self.places:
                w[family] *= w[self.places[node]]
        return w[[self.places[code] for code in self.framework.indicators]].T

    def _local(
        self, scorers: Sequence[NodeScorer], which: np.ndarray, draws: np.ndarray
    ) -> np.ndarray:
        """Return the local weights of all nodes below the index, ``(nodes, replicates)``. They add
        to 1 under every node; what a variant leaves out has 0.
        """
        base = [[s.weights.of_child.get(code, 0.0) for code in self.places] for s in scorers]
        sizes = np.array([family.stop - family.start for family in self.siblings.values()])
        w = np.array(base).T[:, which]
        for mover, drawn in zip(scorers[0].movers, draws.T, strict=True):
            multipliers = mover.multipliers(drawn)
            if multipliers is None:
                for node, family in self.siblings.items():
                    children = self.framework.children[node]
                    w[family] = mover.move(node, children, w[family].T, drawn).T
            else:
                coordinates = {
                    c: j for columns in mover.columns.values() for c, j in columns.items()
                }
                moved = [code for code in coordinates if code in self.places]
                rows = [self.places[code] for code in moved]
                w[rows] *= multipliers.T[[coordinates[code] for code in moved]]
            total = np.add.reduceat(w, np.cumsum(sizes) - sizes, axis=0)
            total[total == 0] = 1.0
            w /= np.repeat(total, sizes, axis=0)
        return w

    def _local_by_variant(
        self, scorers: Sequence[NodeScorer], which: np.ndarray, draws: np.ndarray
    ) -> np.ndarray:
        """Do the same variant by variant: experts are asked only about what is in it."""
        w = np.zeros((len(self.places), len(which)))
        for k, scorer in enumerate(scorers):
            at = np.flatnonzero(which == k)
            for node, children in scorer.framework.children.items():
                moved = scorer.weights.of_node[node]
                for i, mover in enumerate(scorer.movers):
                    moved = to_one(mover.move(node, children, moved, draws[at, i]))
                family = np.array([self.places[child] for child in children])
                w[np.ix_(family, at)] = moved.T
        return w

    def scores(
        self, weights: np.ndarray, rows: np.ndarray | None, into: np.ndarray | None = None
    ) -> np.ndarray:
        """Return the index, ``(replicates, rows)``; ``rows`` of None stands for all."""
        scaled = self.scaled if rows is None else self.scaled[:, rows]
        scores = self.scale.back(np.matmul(weights, scaled, out=into))
        if self.scale.zeros_win and self.zeros.any():
            zeros = self.zeros if rows is None else self.zeros[:, rows]
            patterns, which = np.unique(weights > 0, axis=0, return_inverse=True)
            for i, pattern in enumerate(patterns):
                lost = np.flatnonzero(zeros[pattern].any(axis=0))
                scores[np.ix_(np.flatnonzero(which.reshape(-1) == i), lost)] = 0.0
        return scores
