"""Power means of many weightings as products: the declared fast path for scores without parts.

The functions give what :func:`erat.index.construct.power_means.power_mean` gives, to rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from erat.index.construct.children import has_enough


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
        return replace(self, unit=largest if largest > 0 else 1.0)


class Means(NamedTuple):
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
    sums = _Sums((len(w), xs[0].shape[-1]), scale.fitted(xs))
    shared = [j for j, x in enumerate(xs) if x.ndim == 1]
    if shared:
        sums.add(np.stack([xs[j] for j in shared]), w[:, shared])
    for j, x in enumerate(xs):
        if x.ndim == 2:
            sums.add(x, w[:, j])
    return sums.means(len(xs), min_share)


class _Sums:
    """Weighted sums of children, their weights, and what else the mean depends on."""

    def __init__(self, shape: tuple[int, int], scale: Scale) -> None:
        self.scale, self.shape = scale, shape
        self.sums: Any = 0.0
        self.zeros: Any = 0.0
        self.there: Any = 0.0
        self.weight: Any = 0.0
        self.refused = np.zeros(shape[0], dtype=bool)

    def add(self, x: np.ndarray, w: np.ndarray) -> None:
        """Add children that all replicates share, or one of which each has its own scores.

        Parameters
        ----------
        x, w
            ``(children, rows)`` and ``(replicates, children)``; or ``(replicates, rows)`` and
            ``(replicates,)``.
        """
        one = w.ndim == 1

        def times(w: np.ndarray, values: np.ndarray) -> np.ndarray:
            return np.asarray(w[:, None] * values if one else w @ values)

        there = ~np.isnan(x)
        whole = bool(there.all())
        if not self.scale.plain:
            negative = (x < 0).any(axis=1)
            self.refused |= negative & (w > 0) if one else (w[:, negative] > 0).any(axis=1)
            x = np.maximum(x, 0.0)
        x = self.scale.raised(x if whole else np.where(there, x, 1.0))
        scaled = self.scale.forth(x)
        self.sums = self.sums + times(w, scaled if whole else np.where(there, scaled, 0.0))
        all_of_it = w if one else w.sum(axis=1)
        weight = all_of_it[:, None] if whole else times(w, there.astype(float))
        self.weight = self.weight + weight
        count = there.sum(axis=0) if not one else 1.0 if whole else there
        self.there = self.there + count
        zero = (x == 0) & there
        if self.scale.zeros_win and zero.any():
            self.zeros = self.zeros + times((w > 0).astype(float), zero.astype(float))

    def means(self, children: int, min_share: float) -> Means:
        """Return the means of all that was added."""
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.broadcast_to(self.sums / self.weight, self.shape).copy()
        found = self.scale.back(mean)
        if np.ndim(self.zeros):
            found[np.broadcast_to(self.zeros > 0, self.shape)] = 0.0
        enough = (self.weight > 0) & has_enough(self.there / children, min_share)
        if not enough.all():
            found[~np.broadcast_to(enough, self.shape)] = np.nan
        return Means(found, self.refused)
