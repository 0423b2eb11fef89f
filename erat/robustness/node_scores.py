"""Scores of one variant node by node: local weights in every replicate, and means of children."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from erat.errors import InputError
from erat.index.climb import Climber, Scores, weigh
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
    cells = {code: value for column, code, value in variant.cells if column == "weight"}
    indicators = tuple(prepared.framework.indicators)
    key = (indicators, method.exclude, repr(method.weights), tuple(cells.items()))
    if key not in known:
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
        return np.broadcast_to(w, (len(draws), len(children)))
