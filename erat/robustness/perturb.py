"""Weights that move: relatively, from a Dirichlet distribution, or with the experts who gave them.

A Dirichlet distribution is drawn as gamma distributions scaled to add to 1. Source: Devroye (1986),
Non-Uniform Random Variate Generation, chapter XI.4. Drawing experts again with repetition is the
bootstrap. Source: Efron (1979), Bootstrap methods: another look at the jackknife, Annals of
Statistics 7.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import special

from erat.index.construct.experts import expert_points, expert_shares
from erat.index.framework import Framework
from erat.robustness.design import BASE, pick
from erat.robustness.factors import EDGE, Perturb

SMALLEST = 1e-200
"""Draws of a gamma distribution below it count as this much, so that no node loses all weight."""


@dataclass(frozen=True)
class Mover:
    """Moves weights as one factor says: ``columns`` are coordinates of a draw by node and child, of
    ``width``; ``points`` of the unit cube, ``(draws, width)``; ``experts`` have a row each.
    """

    how: Perturb
    columns: dict[str, dict[str, int]]
    width: int
    points: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))
    experts: pd.DataFrame = field(default_factory=pd.DataFrame)

    @classmethod
    def of(cls, how: Perturb, framework: Framework) -> Mover:
        """Say which weights of a framework move; experts' points are read from their file."""
        columns: dict[str, dict[str, int]] = {}
        width = 0
        for node in framework.upwards:
            if not how.levels or framework.levels[node] in how.levels:
                columns[node] = {c: width + j for j, c in enumerate(framework.children[node])}
                width += len(columns[node])
        if not how.experts:
            return cls(how, columns, width)
        experts = expert_points(how.experts.file.path)
        return cls(how, columns, 1 if how.experts.take == "one" else len(experts), experts=experts)

    def identities(self, draws: np.ndarray) -> np.ndarray:
        """Return a number for each draw, ``(draws,)``; equal numbers mean equal weights."""
        if self.how.experts and self.how.experts.take == "one":
            return pick(len(self.experts), draws[:, 0])
        return np.arange(len(draws))

    def multipliers(self, draws: np.ndarray) -> np.ndarray | None:
        """Return what all weights are multiplied by, ``(replicates, width)``, if they are."""
        if self.how.relative is None:
            return None
        factors: np.ndarray = self.points[draws]
        factors *= 2 * self.how.relative
        factors += 1 - self.how.relative
        factors[draws == BASE] = 1.0
        return factors

    def move(
        self, node: str, children: Sequence[str], w: np.ndarray, draws: np.ndarray
    ) -> np.ndarray:
        """Return the weights of ``children``, those that are in, not yet scaled, ``(replicates,
        children)``. ``w`` are the base's, adding to 1, ``(children,)`` or one row a replicate;
        ``draws`` are ``(replicates,)``; at the base nothing moves.
        """
        if node not in self.columns:
            return np.broadcast_to(w, (len(draws), len(children)))
        if self.how.experts:
            moved = self._by_experts(children, w, draws)
        else:
            columns = [self.columns[node][child] for child in children]
            moved = self._by_points(w, self.points[draws[:, None], columns])
        return np.where((draws == BASE)[:, None], w, moved)

    def _by_points(self, w: np.ndarray, u: np.ndarray) -> np.ndarray:
        if self.how.dirichlet is None:
            return np.asarray(w * (1 + (self.how.relative or 0.0) * (2 * u - 1)))
        shape = self.how.dirichlet.concentration * w
        gamma = special.gammaincinv(np.where(w > 0, shape, 1.0), np.clip(u, EDGE, 1 - EDGE))
        return np.where(w > 0, np.maximum(gamma, SMALLEST), 0.0)

    def _by_experts(self, children: Sequence[str], w: np.ndarray, draws: np.ndarray) -> np.ndarray:
        if not set(children) <= set(self.experts.columns):
            return w
        shares = expert_shares(self.experts, children).reindex(self.experts.index).to_numpy()
        drawn = pick(len(shares), self.points[draws])
        counts = np.zeros((len(draws), len(shares)))
        np.add.at(counts, (np.arange(len(draws))[:, None], drawn), 1.0)
        counts *= ~np.isnan(shares[:, 0])
        total = counts.sum(axis=1, keepdims=True)
        mean = counts @ np.nan_to_num(shares) / np.where(total > 0, total, 1.0)
        return np.where(total > 0, mean, w)


def to_one(w: np.ndarray) -> np.ndarray:
    """Scale weights, ``(..., children)``, to add to 1; weights that are all zero stay zero."""
    total = w.sum(axis=-1, keepdims=True)
    return np.asarray(w / np.where(total > 0, total, 1.0))
