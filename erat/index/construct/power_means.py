"""What is averaged together, the children of a node or sub-units in groups, and its power means:
with their exact parts, or of many weightings at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

SMALLEST_POWER = 1e-12
"""Powers nearer to 0 than this are those of the geometric mean."""


@dataclass(frozen=True)
class Node:
    """A node (the index if ``top``), the codes of its children, and what bounds their weights.

    ``weights``, ``(..., children)``, are the framework's; for an aggregation they add to 1. ``low``
    and ``high``, ``(children,)``, bound a weight's share in the sum of weights; nan for none.
    """

    code: str
    codes: tuple[str, ...]
    weights: np.ndarray
    low: np.ndarray
    high: np.ndarray
    top: bool = True


def to_one(weights: np.ndarray) -> np.ndarray:
    """Scale weights to add to 1; weights that are all zero stay zero."""
    most = weights.max()
    if most == 0:
        return weights
    shares = weights / most
    return np.asarray(shares / shares.sum())


def has_enough(share: np.ndarray, min_share: float) -> np.ndarray:
    """Tell whether what is there of a node's children (a share, 0 to 1) is enough to score it."""
    return np.asarray(share >= min_share - 1e-12)


def over_those_there(
    x: np.ndarray, weights: np.ndarray, min_share: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return weights over the children a unit has, adding to 1, and whether these are enough.

    ``x`` is ``(..., units, children)``, nan where missing. Enough, ``(..., units)``, are
    ``min_share`` of the children, and one with a weight.
    """
    there = ~np.isnan(x)
    w = weights * there
    total = w.sum(axis=-1, keepdims=True)
    enough = (total[..., 0] > 0) & has_enough(there.mean(axis=-1), min_share)
    return w / np.where(total > 0, total, 1.0), enough


class Together:
    """What is summed up together: the children of one node, ``(..., children)`` to ``(...)``."""

    def reduce(self, function: np.ufunc, values: np.ndarray) -> np.ndarray:
        """Reduce the values that belong together by a function of two."""
        return np.asarray(function.reduce(values, axis=-1))

    def spread(self, values: np.ndarray) -> np.ndarray:
        """Give every value what those that belong together have."""
        return values[..., None]

    def sum(self, values: np.ndarray) -> np.ndarray:
        return self.reduce(np.add, values)

    def max(self, values: np.ndarray) -> np.ndarray:
        return self.reduce(np.maximum, values)

    def min(self, values: np.ndarray) -> np.ndarray:
        return self.reduce(np.minimum, values)

    def any(self, values: np.ndarray) -> np.ndarray:
        return self.reduce(np.logical_or, values)

    def share(self, values: np.ndarray) -> np.ndarray:
        """Scale values of 0 or more to add to 1 together; where all are 0 they stay 0."""
        total = self.sum(values)
        return np.asarray(values / self.spread(np.where(total > 0, total, 1.0)))


@dataclass(frozen=True)
class Groups(Together):
    """Consecutive rows in groups, none of them empty: ``(rows, k)`` become ``(groups, k)``.

    ``starts`` are the first rows of the groups, ascending from 0; ``count`` the number of rows.
    """

    starts: np.ndarray
    count: int

    @cached_property
    def of(self) -> np.ndarray:
        """Group of every row."""
        sizes = np.diff(np.append(self.starts, self.count))
        return np.repeat(np.arange(len(self.starts)), sizes)

    def reduce(self, function: np.ufunc, values: np.ndarray) -> np.ndarray:
        return np.asarray(function.reduceat(values, self.starts, axis=0))

    def spread(self, values: np.ndarray) -> np.ndarray:
        return np.asarray(values[self.of])

    def order(self, values: np.ndarray) -> np.ndarray:
        """Return the rows of each column, sorted within groups: ``(rows, k)`` to ``(rows, k)``."""
        first = np.argsort(values.T, axis=1, kind="stable")
        group = self.of.astype(np.uint16 if len(self.starts) < 2**16 else np.int64)
        then = np.argsort(group[first], axis=1, kind="stable")
        return np.asarray(np.take_along_axis(first, then, axis=1).T)

    def cumulative(self, values: np.ndarray) -> np.ndarray:
        """Add up rows one after the other, anew in each group."""
        total = np.cumsum(values, axis=0)
        before = np.zeros((len(self.starts), *values.shape[1:]))
        before[1:] = total[self.starts[1:] - 1]
        return np.asarray(total - self.spread(before))


SIBLINGS = Together()


class Mean(NamedTuple):
    """A node's score, ``(..., units)``, and what it is made of.

    ``shares``, ``(..., units, children)``, are the weights of the exact sum
    ``score = sum(shares * used)``; None where there is none. ``used`` are the children's scores as
    they went in: raised to a floor, 0 where missing. ``refused`` tells why some have no score.
    """

    score: np.ndarray
    shares: np.ndarray | None
    used: np.ndarray
    refused: Refused | None = None


class Refused(NamedTuple):
    """Scores that an aggregation is not defined for: which, ``(..., units)`` as bool, and why."""

    where: np.ndarray
    found: str
    expected: str


def power_mean(used: np.ndarray, w: np.ndarray, power: float, over: Together = SIBLINGS) -> Mean:
    """Average on the scale of a power, relative to the largest (smallest) value.

    With ``f(x) = (x**p - 1) / p`` (the logarithm for p = 0) the score solves
    ``sum(w (f(x) - f(score))) = 0``; with the slopes ``g = (f(x) - f(score)) / (x - score)`` that
    is ``sum(w g (x - score)) = 0``: the score is the exact mean of x with weights in proportion to
    ``w g``. ``used`` are 0 or more (of any sign if the power is 1), ``w`` add to 1; both 0 where a
    value is missing. ``over`` is the axis of what is averaged.
    """
    if power == 1:
        return Mean(over.sum(w * used), w + np.zeros(used.shape), used)
    counts, zero = w > 0, is_zero(used, w, power, over)
    start = np.where(counts, used, -np.inf if power >= 0 else np.inf)
    start = over.max(start) if power >= 0 else over.min(start)
    start = np.where(zero | ~over.any(counts), 1.0, start)
    of_all, none = over.spread(start), over.spread(zero)
    safe = np.where(none | ~counts, of_all, used)
    score = start * np.exp(_mean_log(log_ratio(safe, of_all), w, power, over))
    slopes = relative_slope(safe, over.spread(score), power)
    shares = over.share(np.where(counts & ~none, w * slopes, 0.0))
    return Mean(np.where(zero, 0.0, score), shares, used)


def is_zero(used: np.ndarray, w: np.ndarray, power: float, over: Together = SIBLINGS) -> np.ndarray:
    """Tell which means are zero: one zero does for p of 0 or less, else only zeros do."""
    if power > 0:
        return ~over.any((used != 0) & (w > 0))
    return over.any((used == 0) & (w > 0))


def _mean_log(logs: np.ndarray, w: np.ndarray, power: float, over: Together) -> np.ndarray:
    """Return the logarithm of the power mean of ``exp(logs)``, where ``power * logs <= 0``."""
    if abs(power) < SMALLEST_POWER:
        return over.sum(w * logs)
    below = np.minimum(over.sum(w * np.expm1(power * logs)), 0.0)
    mean = over.sum(w * np.exp(power * logs))
    safe = np.where(mean > 0, mean, 1.0)
    return np.asarray(np.where(below > -0.5, np.log1p(below), np.log(safe)) / power)


def log_ratio(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return ``log(a / b)`` for a of 0 or more and b above 0, exact also where they nearly meet."""
    a, b = np.broadcast_arrays(a, b)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        near = (a > b / 2) & (a < 2 * b)
        apart = np.log(a) - np.log(b)
        return np.asarray(np.where(near, np.log1p(np.where(near, (a - b) / b, 0.0)), apart))


def relative_slope(a: np.ndarray, b: np.ndarray, power: float) -> np.ndarray:
    """Return the slope of ``f(x) = x**p / p`` (or the logarithm) from b to a, over that at b."""
    logs = log_ratio(a, b)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        rise = logs if abs(power) < SMALLEST_POWER else np.expm1(power * logs) / power
        run = np.expm1(logs)
        return np.asarray(np.where(np.abs(logs) < 1e-15, 1.0, rise / np.where(run == 0, 1, run)))


@dataclass(frozen=True)
class Scale:
    """The scale on which a power mean is a weighted sum.

    ``power`` is 1 for arithmetic, 0 for geometric, -1 for harmonic means. Lower scores are raised
    to ``floor`` if there is one, and divided by ``unit`` first, so that powers stay within reach.
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


def power_means(
    xs: Sequence[np.ndarray], w: np.ndarray, scale: Scale, min_share: float
) -> tuple[np.ndarray, np.ndarray]:
    """Average the children of a node in every replicate: :func:`power_mean` to rounding.

    ``xs`` are each child's scores: ``(rows,)`` where all replicates share them, else
    ``(replicates, rows)``; nan where missing. ``w``, ``(replicates, children)``, is scaled over the
    children that a row has; a row with less than ``min_share`` of them is missing. Returns means,
    ``(replicates, rows)``, and the replicates without one: a child with a weight is negative.
    """
    sums = _Sums(scale.fitted(xs), len(w))
    shared = [j for j, x in enumerate(xs) if x.ndim == 1]
    if shared:
        sums.add(np.stack([xs[j] for j in shared]), w[:, shared])
    for j, x in enumerate(xs):
        if x.ndim == 2:
            sums.add(x, w[:, j])
    shape = (len(w), xs[0].shape[-1])
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = sums.sum / sums.weight
    if mean.shape != shape:
        mean = np.broadcast_to(mean, shape).copy()
    mean = sums.scale.back(mean)
    if np.ndim(sums.zeros):
        mean[np.broadcast_to(sums.zeros > 0, shape)] = 0.0
    enough = (sums.weight > 0) & has_enough(sums.there / len(xs), min_share)
    if not enough.all():
        mean[~np.broadcast_to(enough, shape)] = np.nan
    return mean, sums.negative


class _Sums:
    """Weighted sums of children, their weights, and what else the mean depends on."""

    def __init__(self, scale: Scale, replicates: int) -> None:
        self.scale = scale
        self.sum: Any = 0.0
        self.zeros: Any = 0.0
        self.there: Any = 0.0
        self.weight: Any = 0.0
        self.negative = np.zeros(replicates, dtype=bool)

    def add(self, x: np.ndarray, w: np.ndarray) -> None:
        """Add children that all replicates share, or one of which each has its own scores.

        ``x`` and ``w`` are ``(children, rows)`` and ``(replicates, children)``; or
        ``(replicates, rows)`` and ``(replicates,)``.
        """
        one = w.ndim == 1

        def times(w: np.ndarray, values: np.ndarray) -> np.ndarray:
            return np.asarray(w[:, None] * values if one else w @ values)

        there = ~np.isnan(x)
        whole = bool(there.all())
        if not self.scale.plain:
            negative = (x < 0).any(axis=1)
            self.negative |= negative & (w > 0) if one else (w[:, negative] > 0).any(axis=1)
            x = np.maximum(x, 0.0)
        x = x if whole else np.where(there, x, 1.0)
        if self.scale.floor is not None:
            x = np.maximum(x, self.scale.floor)
        scaled = self.scale.forth(x)
        self.sum = self.sum + times(w, scaled if whole else np.where(there, scaled, 0.0))
        in_all = (w if one else w.sum(axis=1))[:, None]
        self.weight = self.weight + (in_all if whole else times(w, there.astype(float)))
        self.there = self.there + (there.sum(axis=0) if not one else 1.0 if whole else there)
        if self.scale.zeros_win and not (x > 0).all():
            zero = (x == 0) & there
            self.zeros = self.zeros + times((w > 0).astype(float), zero.astype(float))
