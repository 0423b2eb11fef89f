"""Power means with their exact parts, of the children of a node or of the sub-units of a unit."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from erat.index.construct.groups import SIBLINGS, Groups, Siblings

SMALLEST_POWER = 1e-12
"""Powers nearer to 0 than this are those of the geometric mean."""


class Mean(NamedTuple):
    """A node's score and what it is made of.

    Attributes
    ----------
    score
        Shape ``(..., units)``.
    shares
        Weights of the exact sum ``score = sum(shares * used)``, shape ``(..., units, children)``;
        None where the score is not such a sum.
    used
        The children's scores as they went in: raised to a floor, 0 where missing.
    refused
        Why some have no score; None if all can have one.
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


def power_mean(
    used: np.ndarray, w: np.ndarray, power: float, over: Groups | Siblings = SIBLINGS
) -> Mean:
    """Average on the scale of a power, relative to the largest (smallest) value.

    With ``f(x) = (x**p - 1) / p`` (the logarithm for p = 0) the score solves
    ``sum(w (f(x) - f(score))) = 0``; with the slopes ``g = (f(x) - f(score)) / (x - score)`` that
    is ``sum(w g (x - score)) = 0``, so that the score is the exact mean of x with weights in
    proportion to ``w g``.

    Parameters
    ----------
    used, w
        Values of 0 or more (of any sign if the power is 1), and weights of the same shape that add
        to 1; both 0 where a value is missing.
    power
        The exponent.
    over
        What is averaged: the last axis, or groups of rows.
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


def is_zero(
    used: np.ndarray, w: np.ndarray, power: float, over: Groups | Siblings = SIBLINGS
) -> np.ndarray:
    """Tell which means are zero: one zero does for p of 0 or less, else only zeros do."""
    if power > 0:
        return ~over.any((used != 0) & (w > 0))
    return over.any((used == 0) & (w > 0))


def _mean_log(logs: np.ndarray, w: np.ndarray, power: float, over: Groups | Siblings) -> np.ndarray:
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
