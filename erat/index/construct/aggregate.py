"""Aggregation: from the children of a node to the node.

A function takes the children's scores ``x`` of shape ``(units, children)``, nan where missing, the
weights ``w`` of the same shape (a unit's weights over the children it has, adding to 1; 0 where a
child is missing) and the :class:`Node`. It returns a :class:`Mean`: the score and, where the score
is an exact sum of the children, the shares of that sum.

Functions are called for the units of one year, so that comparisons between units stay within it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple, NoReturn

import numpy as np
from pydantic import Field

from erat.errors import MethodError, Problem
from erat.index.construct.frontier import BoundsError, Frontier, benefit_of_the_doubt
from erat.index.registry import Registry


@dataclass(frozen=True)
class Node:
    """What an aggregation may know of its node: arrays of shape ``(children,)``.

    ``weights`` add to 1. ``low`` and ``high`` bound a weight's share in the sum of weights (nan
    where the framework gives none).
    """

    code: str
    codes: tuple[str, ...]
    weights: np.ndarray
    low: np.ndarray
    high: np.ndarray


class Mean(NamedTuple):
    """A node's score and what it is made of.

    Attributes
    ----------
    score
        Shape ``(units,)``.
    shares
        Weights of the exact sum ``score = sum(shares * used)``, shape ``(units, children)``; None
        where the score is not such a sum.
    used
        The children's scores as they went in: raised to a floor, 0 where missing.
    """

    score: np.ndarray
    shares: np.ndarray | None
    used: np.ndarray


AGGREGATIONS: Registry[Callable[..., Mean]] = Registry("aggregate")

POWERS: dict[str, float] = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}
"""The exponent of the means that are power means; ``power`` has its own as an option."""

COMPENSATORY = frozenset({*POWERS, "power", "bod"})
"""Aggregations whose score is an exact weighted sum of the children; the others have no shares."""

SMALLEST_POWER = 1e-12
"""Powers nearer to 0 than this are those of the geometric mean."""

NEEDS_NON_NEGATIVE = frozenset({"geometric", "harmonic", "power", "bod"})
"""Aggregations that are not defined for a negative value."""

Floor = Annotated[float, Field(gt=0)]
Penalty = Literal["negative", "positive"]


@AGGREGATIONS.add
def arithmetic(x: np.ndarray, w: np.ndarray, node: Node) -> Mean:
    """Weighted arithmetic mean: a weak child can be made up for in full by a strong one."""
    return _power_mean(x, w, 1.0)


@AGGREGATIONS.add
def geometric(x: np.ndarray, w: np.ndarray, node: Node, *, floor: Floor | None = None) -> Mean:
    """Weighted geometric mean: a weak child can be made up for only in part.

    Values below ``floor`` are raised to it. Without a floor a zero makes the whole score zero.

    The score is an exact sum with the shares ``w / L(x, score)``, scaled to add to 1, where L is
    the logarithmic mean. Source: Reinsdorf, Diewert and Ehemann (2002), Additive decompositions
    for Fisher, Törnqvist and geometric mean indexes, J. Economic and Social Measurement 28.
    """
    return _power_mean(x, w, 0.0, floor)


@AGGREGATIONS.add
def harmonic(x: np.ndarray, w: np.ndarray, node: Node) -> Mean:
    """Weighted harmonic mean ``1 / sum(w / x)``; a zero makes the whole score zero."""
    return _power_mean(x, w, -1.0)


@AGGREGATIONS.add
def power(x: np.ndarray, w: np.ndarray, node: Node, *, p: float) -> Mean:
    """Weighted power mean ``sum(w x**p) ** (1 / p)``; ``p = 0`` is the geometric mean.

    With ``p`` of 0 or less a zero makes the whole score zero.
    """
    return _power_mean(x, w, p)


@AGGREGATIONS.add
def minimum(x: np.ndarray, w: np.ndarray, node: Node) -> Mean:
    """The weakest child with a weight; nothing can be made up for."""
    lowest = np.where(w > 0, x, np.inf).min(axis=-1)
    return Mean(np.where((w > 0).any(axis=-1), lowest, np.nan), None, _used(x))


@AGGREGATIONS.add
def median(x: np.ndarray, w: np.ndarray, node: Node) -> Mean:
    """The middle of the children with a weight, whatever the weights otherwise are.

    Of an even number it is the mean of the two in the middle.
    """
    order = np.sort(np.where(w > 0, x, np.inf), axis=-1)
    count = (w > 0).sum(axis=-1)
    rows = np.arange(len(order))
    lower, upper = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, x.shape[-1] - 1)
    middle = order[rows, lower] / 2 + order[rows, upper] / 2
    return Mean(np.where(count > 0, middle, np.nan), None, _used(x))


@AGGREGATIONS.add
def copeland(x: np.ndarray, w: np.ndarray, node: Node) -> Mean:
    """Wins minus losses against every other unit.

    A unit beats another where the weight of the children on which it is above, plus half the
    weight of ties, is over 0.5 (within rounding). A comparison that cannot be made, because a
    value is missing, counts half for both; weights are not scaled up for what is missing. So the
    order of the rows is irrelevant. Units are compared within a year, and within a group that has
    an aggregation of its own.

    Source: OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 6.9; Munda and
    Nardo (2009), Noncompensatory/nonlinear composite indicators, Applied Economics 41.
    """
    score = np.zeros(len(x))
    for i, own in enumerate(x):
        lead = np.nan_to_num(np.sign(own - x)) @ node.weights
        score[i] = (lead > HALF_WITHIN).sum() - (lead < -HALF_WITHIN).sum()
    return Mean(score, None, _used(x))


HALF_WITHIN = 1e-9
"""A lead (weight above minus weight below) that is nearer to 0 is no lead."""


@AGGREGATIONS.add
def mpi(x: np.ndarray, w: np.ndarray, node: Node, *, penalty: Penalty = "negative") -> Mean:
    """Mazziotta-Pareto index ``M - S**2 / M`` (``M + S**2 / M`` with a positive penalty).

    M is the weighted mean of the children and S**2 their weighted population variance: the divisor
    is n, not n - 1, for equal weights. Meant for children standardized to mean 100 and deviation
    10: ``normalize: {method: zscore, mean: 100, sd: 10}``. Refused where a mean is not above 0
    although the children differ. The penalty is no sum of children, so that there are no
    contributions.

    Source: Mazziotta and Pareto (2016), On a generalized non-compensatory composite index for
    measuring socio-economic phenomena, Social Indicators Research 127.
    """
    used = _used(x)
    mean = (w * used).sum(axis=-1)
    variance = (w * (used - mean[:, None]) ** 2).sum(axis=-1)
    if ((mean <= 0) & (variance > (1e-12 * mean) ** 2)).any():
        _refuse(node, "a mean of children that is not above 0", "means above 0 under a penalty")
    loss = np.divide(variance, mean, out=np.zeros_like(mean), where=mean > 0)
    return Mean(mean + (loss if penalty == "positive" else -loss), None, used)


@AGGREGATIONS.add
def ampi(x: np.ndarray, w: np.ndarray, node: Node, *, penalty: Penalty = "negative") -> Mean:
    """Adjusted Mazziotta-Pareto index: the same penalty on children placed between goalposts.

    Meant for children of which a reference gets 100 and whose goalposts are 60 apart, for example
    70 and 130: ``normalize: {method: minmax, range: [70, 130]}``, or ``scaled`` for goalposts of
    one's own. Formula and variance are those of ``mpi``.

    Source: Mazziotta and Pareto (2018), Measuring well-being over time: the adjusted
    Mazziotta-Pareto index versus other non-compensatory indices, Social Indicators Research 136.
    """
    return mpi(x, w, node, penalty=penalty)


@AGGREGATIONS.add
def bod(x: np.ndarray, w: np.ndarray, node: Node) -> Mean:
    """Benefit of the doubt: every unit is weighed as suits it best, within the bounds of shares.

    The node's own weights only say which children count (those above 0); the framework's
    ``weight_low`` and ``weight_high`` bound each weight's share in the sum of a unit's weights.
    Scores are 0 to 1 whatever the children's scale, and someone reaches 1. Units are held against
    those of the same year, and of the same group where the group has an aggregation of its own.

    Source: Cherchye, Moesen, Rogge and Van Puyenbroeck (2007), An introduction to 'benefit of the
    doubt' composite indicators, Social Indicators Research 82.
    """
    best = best_weights(x, w, node)
    return Mean(best.score, best.weights, _used(x))


def best_weights(x: np.ndarray, w: np.ndarray, node: Node) -> Frontier:
    """Return each unit's own best weights over the children that count."""
    counts = node.weights > 0
    try:
        best = benefit_of_the_doubt(x[:, counts], node.low[counts], node.high[counts])
    except BoundsError as cause:
        _refuse(node, str(cause), "bounds between which shares can add to 1")
    weights = np.zeros(x.shape)
    weights[:, counts] = best.weights
    return best._replace(weights=weights)


def _refuse(node: Node, found: str, expected: str) -> NoReturn:
    remedy = "change the framework's bounds, the normalization, or the aggregation"
    where = f"method, aggregate at {node.code!r}"
    raise MethodError([Problem(where, found, expected, remedy)])


def _used(x: np.ndarray) -> np.ndarray:
    return np.asarray(np.nan_to_num(x))


def _power_mean(x: np.ndarray, w: np.ndarray, power: float, floor: float | None = None) -> Mean:
    """Average on the scale of a power, relative to the row's largest (smallest) value.

    With ``f(x) = (x**p - 1) / p`` (the logarithm for p = 0) the score solves
    ``sum(w (f(x) - f(score))) = 0``; with the slopes ``g = (f(x) - f(score)) / (x - score)`` that
    is ``sum(w g (x - score)) = 0``, so that the score is the exact mean of x with weights in
    proportion to ``w g``.
    """
    used = _used(x) if floor is None else np.maximum(_used(x), floor)
    if power == 1:
        return Mean((w * used).sum(axis=-1), np.broadcast_to(w, used.shape), used)
    counts = w > 0
    zero = is_zero(used, w, power)
    start = np.where(counts, used, -np.inf if power >= 0 else np.inf)
    start = start.max(axis=-1) if power >= 0 else start.min(axis=-1)
    start = np.where(zero | ~counts.any(axis=-1), 1.0, start)[:, None]
    safe = np.where(zero[:, None] | ~counts, start, used)
    score = start[:, 0] * np.exp(_mean_log(log_ratio(safe, start), w, power))
    g = np.where(counts, relative_slope(safe, score[:, None], power), 0.0)
    total = (w * g).sum(axis=-1, keepdims=True)
    shares = np.divide(w * g, total, out=np.zeros(w.shape), where=total > 0)
    return Mean(np.where(zero, 0.0, score), np.where(zero[:, None], 0.0, shares), used)


def is_zero(used: np.ndarray, w: np.ndarray, power: float) -> np.ndarray:
    """Tell whose mean is zero, ``(units,)``: a zero for p of 0 or less, else nothing but zeros."""
    zeros = (used == 0) | (w == 0)
    found = zeros.all(axis=-1) if power > 0 else ((used == 0) & (w > 0)).any(axis=-1)
    return np.asarray(found)


def _mean_log(logs: np.ndarray, w: np.ndarray, power: float) -> np.ndarray:
    """Return the logarithm of the power mean of ``exp(logs)``, where ``power * logs <= 0``."""
    if abs(power) < SMALLEST_POWER:
        return np.asarray((w * logs).sum(axis=-1))
    below = np.minimum((w * np.expm1(power * logs)).sum(axis=-1), 0.0)
    mean = (w * np.exp(power * logs)).sum(axis=-1)
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
