"""All replicates of like settings in one product: weights multiplied down the tree times scores.

Where every node takes the same power mean, the index is that mean of the indicators themselves,
with the weights along each path multiplied. That holds for rows that miss no indicator; the others
are climbed node by node.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from erat.robustness.climb import Climber, negative_values
from erat.robustness.means import Scale
from erat.robustness.perturb import to_one
from erat.robustness.prepare import Prepared


def common_scale(climber: Climber) -> Scale | None:
    """Return the scale that all nodes share, if they do and weights do not look at scores."""
    aggregate = climber.method.aggregate
    if not climber.families.are_given or aggregate.groups:
        return None
    levels = climber.prepared.levels
    scales = {Scale.of(aggregate.of(n, levels[n])) for n in climber.prepared.framework.upwards}
    scale = scales.pop()
    return None if scales or scale is None or scale.floor is not None else scale


class Together:
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
        below = np.zeros(values.shape, dtype=bool) if scale.plain else values < 0
        self.negative = np.asarray(below.any(axis=0))
        filled = np.where(self.there, values, 1.0)
        filled = filled if scale.plain else np.maximum(filled, 0.0)
        self.zeros = (filled == 0).T if scale.zeros_win else np.empty((0, 0), dtype=bool)
        self.scores = np.ascontiguousarray(self.scale.forth(filled).T)
        self.places = {code: j for j, code in enumerate(self.framework.indicators)}

    def refusal(self, climber: Climber) -> str:
        """Say why a setting has no scores; empty if it has."""
        families = climber.families
        if families.problem or not self.negative.any():
            return families.problem
        for node, children in families.framework.children.items():
            for child, weight in zip(children, families.given[node].tolist(), strict=True):
                if child in self.places and weight > 0 and self.negative[self.places[child]]:
                    name = climber.method.aggregate.of(node, self.prepared.levels[node]).method
                    return negative_values(name, node)
        return ""

    def whole(self, climbers: Sequence[Climber]) -> np.ndarray:
        """Tell which rows miss no indicator of any of the settings, ``(rows,)``."""
        used = {code for climber in climbers for code in climber.framework.indicators}
        return np.asarray(self.there[:, [self.places[code] for code in sorted(used)]].all(axis=1))

    def weights(
        self, climbers: Sequence[Climber], which: np.ndarray, sources: np.ndarray
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
        found = np.zeros((len(which), len(self.places)))
        movers = climbers[0].movers
        ready = [mover.multipliers(sources[:, i]) for i, mover in enumerate(movers)]
        down = {self.framework.top: np.ones((len(which), 1))}
        for node in reversed(self.framework.upwards):
            children = self.framework.children[node]
            w = self._moved(node, children, climbers, which, sources, ready)
            w = down.pop(node) * w
            for j, child in enumerate(children):
                if child in self.places:
                    found[:, self.places[child]] = w[:, j]
                else:
                    down[child] = w[:, j, None]
        return found

    def _moved(
        self,
        node: str,
        children: Sequence[str],
        climbers: Sequence[Climber],
        which: np.ndarray,
        sources: np.ndarray,
        ready: Sequence[np.ndarray | None],
    ) -> np.ndarray:
        """Return weights over all children of a node, 0 for those that a setting leaves out."""
        movers = climbers[0].movers
        if not any(mover.how.experts for mover in movers):
            spread = np.stack([_spread(climber, node, children) for climber in climbers])
            w: np.ndarray = spread[which]
            for i, (mover, multipliers) in enumerate(zip(movers, ready, strict=True)):
                if multipliers is None:
                    w = to_one(mover.move(node, children, w, sources[:, i]))
                elif node in mover.columns:
                    first = mover.columns[node][children[0]]
                    w = to_one(w * multipliers[:, first : first + len(children)])
            return w
        found = np.zeros((len(which), len(children)))
        for k, climber in enumerate(climbers):
            own, rows = climber.framework.children.get(node, []), np.flatnonzero(which == k)
            if own and len(rows):
                w = climber.families.given[node]
                for i, mover in enumerate(movers):
                    w = to_one(mover.move(node, own, w, sources[rows, i]))
                found[np.ix_(rows, np.array([children.index(child) for child in own]))] = w
        return found

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


def _spread(climber: Climber, node: str, children: Sequence[str]) -> np.ndarray:
    """Return a node's weights over all its children, 0 for those that a setting leaves out."""
    own = climber.framework.children.get(node, [])
    if len(own) == len(children):
        return climber.families.given[node]
    known = dict(zip(own, climber.families.given[node], strict=True)) if own else {}
    return np.array([known.get(child, 0.0) for child in children])
