"""Climbing the framework for many replicates of one setting: their weights, node by node."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from erat.errors import InputError
from erat.index.climb import Climber, Scores
from erat.index.method import Method
from erat.robustness.node_weights import NodeWeights
from erat.robustness.perturb import Mover, to_one
from erat.robustness.plan import Setup
from erat.robustness.prepare import Prepared


class SettingClimber:
    """Climbs the framework under one setting.

    Parameters
    ----------
    prepared
        Normalized values.
    setup
        The setting.
    weights
        Of every node's children, as the setting has them.
    movers
        What moves weights, in the order of the columns of ``sources``.
    """

    def __init__(
        self, prepared: Prepared, setup: Setup, weights: NodeWeights, movers: Sequence[Mover]
    ) -> None:
        assert setup.method is not None  # noqa: S101
        self.method: Method = setup.method
        self.prepared, self.weights, self.movers = prepared, weights, movers
        self.framework, panel = weights.framework, prepared.panel
        self.climber = Climber(
            self.framework, self.method.aggregate, prepared.levels, panel.years, panel.groups
        )

    def scores(self, sources: np.ndarray, rows: np.ndarray | None = None) -> Scores:
        """Score the index: ``(replicates, rows)``.

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
            scored = self.climber.scores(node, xs, w, rows)
            values[node] = scored.values
            new = problems == ""
            problems[new] = scored.problems[new]
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
        if self.weights.are_given:
            base = self.weights.given[node]
        elif all(x.ndim == 1 for x in xs):
            base = self.weights.weigh(node, np.stack(xs, axis=-1))
        else:
            base = np.full((len(sources), len(children)), np.nan)
            for r in np.flatnonzero(problems == ""):
                try:
                    x = np.stack([x if x.ndim == 1 else x[r] for x in xs], axis=-1)
                    base[r] = self.weights.weigh(node, x)
                except InputError as refused:
                    problems[r] = str(refused.problems[0])
        for i, mover in enumerate(self.movers):
            base = to_one(mover.move(node, children, base, sources[:, i]))
        return np.broadcast_to(base, (len(sources), len(children)))
