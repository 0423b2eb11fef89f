"""Power means of one node for many replicates at once: one product of weights and scores.

The functions give what :mod:`erat.index.construct.aggregate` gives, to rounding, without the shares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from erat.index.construct.aggregate import POWERS, SMALLEST_POWER
from erat.index.method import AggregateOne


@dataclass(frozen=True)
class Scale:
    """The scale on which a power mean is a weighted sum.

    Attributes
    ----------
    power
        1 arithmetic, 0 geometric, -1 harmonic, or any other.
    floor
        What lower scores are raised to; None if they are not.
    unit
        What scores are divided by first, so that powers stay within reach.
    """

    power: float
    floor: float | None = None
    unit: float = 1.0

    @classmethod
    def of(cls, step: AggregateOne) -> Scale | None:
        """Return the scale of an aggregation; None if it is no power mean."""
        options: dict[str, Any] = step.arguments
        if step.method == "power":
            power = float(options["p"])
            return cls(0.0 if abs(power) < SMALLEST_POWER else power)
        if step.method in POWERS:
            return cls(POWERS[step.method], options.get("floor"))
        return None

    @property
    def plain(self) -> bool:
        """Whether scores are summed as they are, negative ones too."""
        return self.power == 1

    @property
    def zeros_win(self) -> bool:
        """Whether one zero makes the mean zero."""
        return self.power <= 0

    def raised(self, x: np.ndarray) -> np.ndarray:
        """Raise scores, of any shape, to the floor; missing ones stay."""
        return x if self.floor is None else np.maximum(x, self.floor)

    def forth(self, x: np.ndarray) -> np.ndarray:
        """Bring scores of 0 or more onto the scale; finite also where a zero wins."""
        if self.plain:
            return x
        safe = np.where(x > 0, x, self.unit) if self.zeros_win else x
        if self.power == -1:
            return np.asarray(self.unit / safe)
        logs = safe / self.unit
        with np.errstate(divide="ignore"):
            np.log(logs, out=logs)
        return np.asarray(logs if self.power == 0 else np.expm1(self.power * logs))

    def back(self, mean: np.ndarray) -> np.ndarray:
        """Bring means back from the scale, in the memory of ``mean`` where that is possible."""
        if self.plain:
            return mean
        if self.power == -1:
            return np.asarray(np.divide(self.unit, mean, out=mean))
        if self.power != 0:
            with np.errstate(divide="ignore"):
                np.log1p(np.maximum(mean, -1.0, out=mean), out=mean)
            mean /= self.power
        np.exp(mean, out=mean)
        mean *= self.unit
        return mean

    def fitted(self, xs: Sequence[np.ndarray]) -> Scale:
        """Return the scale with a unit that suits some scores."""
        if self.plain:
            return self
        largest = max((float(np.fmax.reduce(x, axis=None, initial=0.0)) for x in xs), default=0.0)
        return Scale(self.power, self.floor, largest if largest > 0 else 1.0)


@dataclass(frozen=True)
class Means:
    """Means of one node: ``(replicates, rows)``, nan where missing, and who could not be computed.

    ``refused`` marks the replicates in which a child with a weight is negative.
    """

    values: np.ndarray
    refused: np.ndarray


def power_means(xs: Sequence[np.ndarray], w: np.ndarray, scale: Scale, min_share: float) -> Means:
    """Average the children of a node in every replicate.

    Parameters
    ----------
    xs
        Scores of each child: ``(rows,)`` where all replicates share them, else
        ``(replicates, rows)``; nan where missing.
    w
        Weights, ``(replicates, children)``; scaled over the children that a row has.
    scale
        Which power mean.
    min_share
        A row with less than this share of the children is missing.
    """
    scale = scale.fitted(xs)
    rows = xs[0].shape[-1]
    state = _Sums(len(w), rows, scale)
    shared = [j for j, x in enumerate(xs) if x.ndim == 1]
    if shared:
        state.add(np.stack([xs[j] for j in shared]), w[:, shared])
    for j, x in enumerate(xs):
        if x.ndim == 2:
            state.add_own(x, w[:, j])
    return state.means(len(xs), min_share)


class _Sums:
    """Weighted sums of children, their weights, and what else the mean depends on."""

    def __init__(self, replicates: int, rows: int, scale: Scale) -> None:
        self.scale, self.shape = scale, (replicates, rows)
        self.sums: Any = 0.0
        self.zeros: Any = 0.0
        self.there: Any = 0.0
        self.weight: Any = 0.0
        self.refused = np.zeros(replicates, dtype=bool)

    def add(self, x: np.ndarray, w: np.ndarray) -> None:
        """Add children that all replicates share: ``x`` is ``(children, rows)``."""
        there = ~np.isnan(x)
        if not self.scale.plain:
            negative = (x < 0).any(axis=1)
            self.refused |= (w[:, negative] > 0).any(axis=1)
            x = np.maximum(x, 0.0)
        x = self.scale.raised(np.where(there, x, 1.0))
        self.sums = self.sums + w @ np.where(there, self.scale.forth(x), 0.0)
        whole = bool(there.all())
        self.weight = self.weight + (w.sum(axis=1)[:, None] if whole else w @ there.astype(float))
        self.there = self.there + there.sum(axis=0)
        zero = (x == 0) & there
        if self.scale.zeros_win and zero.any():
            self.zeros = self.zeros + (w > 0).astype(float) @ zero.astype(float)

    def add_own(self, x: np.ndarray, w: np.ndarray) -> None:
        """Add a child of which every replicate has its own scores: ``x`` is ``(replicates, rows)``."""
        there = ~np.isnan(x)
        whole = bool(there.all())
        if not self.scale.plain:
            self.refused |= (x < 0).any(axis=1) & (w > 0)
            x = np.maximum(x, 0.0)
        x = self.scale.raised(x if whole else np.where(there, x, 1.0))
        part = self.scale.forth(x) * w[:, None]
        self.sums = self.sums + (part if whole else np.where(there, part, 0.0))
        self.weight = self.weight + (w[:, None] if whole else there * w[:, None])
        self.there = self.there + (1.0 if whole else there)
        if self.scale.zeros_win and (x == 0).any():
            self.zeros = self.zeros + ((x == 0) & there & (w > 0)[:, None])

    def means(self, children: int, min_share: float) -> Means:
        """Return the means of all that was added."""
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.broadcast_to(self.sums / self.weight, self.shape).copy()
        found = self.scale.back(mean)
        if np.ndim(self.zeros):
            found[np.broadcast_to(self.zeros > 0, self.shape)] = 0.0
        enough = (self.weight > 0) & (self.there / children >= min_share - 1e-12)
        if not enough.all():
            found[~np.broadcast_to(enough, self.shape)] = np.nan
        return Means(found, self.refused)
