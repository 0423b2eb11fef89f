"""All replicates of like settings in one product: weights multiplied down the tree times scores.

Where every node takes the same power mean, the index is that mean of the indicators themselves,
with the weights along each path multiplied. That holds for rows that miss no indicator; the others
are climbed node by node.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from erat.index.climb import negative_values, scale_of
from erat.index.construct.power_means import Scale
from erat.robustness.climb import SettingClimber
from erat.robustness.perturb import to_one
from erat.robustness.prepare import Prepared


def common_scale(climber: SettingClimber) -> Scale | None:
    """Return the scale that all nodes share, if they do and weights do not look at scores."""
    aggregate = climber.method.aggregate
    if not climber.weights.are_given or aggregate.groups:
        return None
    levels = climber.prepared.levels
    scales = {scale_of(aggregate.of(n, levels[n])) for n in climber.prepared.framework.upwards}
    scale = scales.pop()
    return None if scales or scale is None or scale.floor is not None else scale


class Product:
    """Scores of several settings that share normalized values and a scale.

    Parameters
    ----------
    prepared
        The normalized values.
    scale
        The scale of every node.
    """

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
        self.scores = np.ascontiguousarray(self.scale.forth(filled).T)
        self.columns = {code: j for j, code in enumerate(self.framework.indicators)}
        self.siblings: dict[str, slice] = {}
        self.places: dict[str, int] = {}
        for node in self.framework.upwards:
            start = len(self.places)
            self.places |= {code: start + j for j, code in enumerate(self.framework.children[node])}
            self.siblings[node] = slice(start, len(self.places))

    def refusal(self, climber: SettingClimber) -> str:
        """Say why a setting has no scores; empty if it has."""
        weights = climber.weights
        if weights.problem or not self.negative.any():
            return weights.problem
        for node, children in weights.framework.children.items():
            for child, weight in zip(children, weights.given[node].tolist(), strict=True):
                if child in self.columns and weight > 0 and self.negative[self.columns[child]]:
                    name = climber.method.aggregate.of(node, self.prepared.levels[node]).method
                    return negative_values(name, node)
        return ""

    def whole(self, climbers: Sequence[SettingClimber]) -> np.ndarray:
        """Tell which rows miss no indicator of any of the settings, ``(rows,)``."""
        used = {code for climber in climbers for code in climber.framework.indicators}
        return np.asarray(self.there[:, [self.columns[code] for code in sorted(used)]].all(axis=1))

    def weights(
        self, climbers: Sequence[SettingClimber], which: np.ndarray, sources: np.ndarray
    ) -> np.ndarray:
        """Return each indicator's weight in the index, ``(replicates, indicators)``.

        Parameters
        ----------
        climbers
            The settings.
        which
            The setting of each replicate.
        sources
            The draw that each mover takes, ``(replicates, movers)``.
        """
        if any(mover.how.experts for mover in climbers[0].movers):
            w = self._moved_apart(climbers, which, sources)
        else:
            w = self._moved(climbers, which, sources)
        for node, own in reversed(self.siblings.items()):
            if node in self.places:
                w[own] *= w[self.places[node]]
        return w[[self.places[code] for code in self.framework.indicators]].T

    def _moved(
        self, climbers: Sequence[SettingClimber], which: np.ndarray, sources: np.ndarray
    ) -> np.ndarray:
        """Return the weights of all nodes below the index, ``(nodes, replicates)``.

        They add to 1 under every node; those that a setting leaves out are 0.
        """
        sizes = np.array([rows.stop - rows.start for rows in self.siblings.values()])
        starts = np.cumsum(sizes) - sizes
        w = np.array([self._given(climber) for climber in climbers]).T[:, which]
        for mover, own in zip(climbers[0].movers, sources.T, strict=True):
            multipliers = mover.multipliers(own)
            if multipliers is None:
                for node, family in self.siblings.items():
                    children = self.framework.children[node]
                    w[family] = mover.move(node, children, w[family].T, own).T
            else:
                pairs = [
                    (self.places[code], column)
                    for columns in mover.columns.values()
                    for code, column in columns.items()
                    if code in self.places
                ]
                rows, coordinates = np.array(pairs, dtype=int).reshape(-1, 2).T
                w[rows] *= multipliers.T[coordinates]
            total = np.add.reduceat(w, starts, axis=0)
            total[total == 0] = 1.0
            w /= np.repeat(total, sizes, axis=0)
        return w

    def _moved_apart(
        self, climbers: Sequence[SettingClimber], which: np.ndarray, sources: np.ndarray
    ) -> np.ndarray:
        """Do the same setting by setting: experts are asked only about what is in it."""
        w = np.zeros((len(self.places), len(which)))
        for k, climber in enumerate(climbers):
            at = np.flatnonzero(which == k)
            for node, children in climber.framework.children.items():
                own = climber.weights.given[node]
                for i, mover in enumerate(climber.movers):
                    own = to_one(mover.move(node, children, own, sources[at, i]))
                rows = np.array([self.places[child] for child in children])
                w[np.ix_(rows, at)] = own.T
        return w

    def _given(self, climber: SettingClimber) -> list[float]:
        """Return a setting's own weights of all nodes below the index."""
        known = climber.weights.given_by_code
        return [known.get(code, 0.0) for code in self.places]

    def product(
        self, weights: np.ndarray, rows: np.ndarray | None, into: np.ndarray | None = None
    ) -> np.ndarray:
        """Return the index, ``(replicates, rows)``; ``rows`` of None stands for all."""
        scores = self.scores if rows is None else self.scores[:, rows]
        found = self.scale.back(np.matmul(weights, scores, out=into))
        if self.scale.zeros_win and self.zeros.any():
            zeros = self.zeros if rows is None else self.zeros[:, rows]
            patterns, which = np.unique(weights > 0, axis=0, return_inverse=True)
            for i, pattern in enumerate(patterns):
                lost = np.flatnonzero(zeros[pattern].any(axis=0))
                found[np.ix_(np.flatnonzero(which.reshape(-1) == i), lost)] = 0.0
        return found
