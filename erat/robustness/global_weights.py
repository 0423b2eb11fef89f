"""All replicates of like variants at once: an indicator's global weight times its score.

Where every node takes the same power mean, the index is that mean of the indicators, each with its
global weight: the local weights along its path multiplied. Rows that miss an indicator are scored
node by node.

Source: Saaty (1980), The Analytic Hierarchy Process (local and global weights).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from erat.index.climb import negative_values, scale_of
from erat.index.construct.power_means import Scale
from erat.robustness.node_scores import NodeScorer
from erat.robustness.perturb import to_one
from erat.robustness.prepare import Prepared


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
