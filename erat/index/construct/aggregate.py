"""Aggregation: from the children of a node to the node.

A function takes the children's scores ``x``, ``(..., units, children)``, nan where missing, the
weights ``w`` (over the children that a unit has, adding to 1; 0 where one is missing) and the node.
Leading axes are broadcast: replicates may share scores or weights. It returns a
:class:`~erat.index.construct.power_means.Mean`. Those that need other units are called for the
units of one year (and of one group, where it has an aggregation of its own).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from erat.index.construct.frontier import BoundsError, Frontier, benefit_of_the_doubt
from erat.index.construct.power_means import Mean, Node, Refused, power_mean
from erat.index.registry import Registry

AGGREGATIONS: Registry[Callable[..., Mean]] = Registry("aggregate", default="arithmetic")
HALF_WITHIN = 1e-9
"""A lead (weight above minus weight below) that is nearer to 0 is no lead."""
Floor = Annotated[float, Field(gt=0)]
Penalty = Literal["negative", "positive"]


@AGGREGATIONS.add(power=1.0)
def arithmetic(x: np.ndarray, w: np.ndarray, node: Node) -> Mean:
    """Weighted arithmetic mean: a weak child can be made up for in full by a strong one."""
    return power_mean(np.nan_to_num(x), w, 1.0)


@AGGREGATIONS.add(needs="no negatives", power=0.0)
def geometric(x: np.ndarray, w: np.ndarray, node: Node, *, floor: Floor | None = None) -> Mean:
    """Weighted geometric mean: a weak child can be made up for only in part.

    Values below ``floor`` are raised to it. Without a floor a zero makes the whole score zero. The
    score is an exact sum with the shares ``w / L(x, score)``, scaled to add to 1, where L is the
    logarithmic mean. Source: Reinsdorf, Diewert and Ehemann (2002), Additive decompositions for
    Fisher, Törnqvist and geometric mean indexes, J. Economic and Social Measurement 28.
    """
    used = np.nan_to_num(x) if floor is None else np.maximum(np.nan_to_num(x), floor)
    return power_mean(used, w, 0.0)


@AGGREGATIONS.add(needs="no negatives", power=-1.0)
def harmonic(x: np.ndarray, w: np.ndarray, node: Node) -> Mean:
    """Weighted harmonic mean ``1 / sum(w / x)``; a zero makes the whole score zero."""
    return power_mean(np.nan_to_num(x), w, -1.0)


@AGGREGATIONS.add(needs="no negatives", power=lambda options: float(options["p"]))
def power(x: np.ndarray, w: np.ndarray, node: Node, *, p: float) -> Mean:
    """Weighted power mean ``sum(w x**p) ** (1 / p)``; ``p = 0`` is the geometric mean.

    With ``p`` of 0 or less a zero makes the whole score zero.
    """
    return power_mean(np.nan_to_num(x), w, p)


@AGGREGATIONS.add()
def minimum(x: np.ndarray, w: np.ndarray, node: Node) -> Mean:
    """The weakest child with a weight; nothing can be made up for."""
    lowest = np.where(w > 0, x, np.inf).min(axis=-1)
    return Mean(np.where((w > 0).any(axis=-1), lowest, np.nan), None, np.nan_to_num(x))


@AGGREGATIONS.add()
def median(x: np.ndarray, w: np.ndarray, node: Node) -> Mean:
    """The middle of the children with a weight, whatever the weights otherwise are.

    Of an even number it is the mean of the two in the middle.
    """
    order = np.sort(np.where(w > 0, x, np.inf), axis=-1)
    count = (w > 0).sum(axis=-1)
    lower, upper = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, x.shape[-1] - 1)
    places = np.stack([lower, upper], axis=-1)
    middle = (np.take_along_axis(order, places, axis=-1) / 2).sum(axis=-1)
    return Mean(np.where(count > 0, middle, np.nan), None, np.nan_to_num(x))


@AGGREGATIONS.add(needs="other units")
def copeland(x: np.ndarray, w: np.ndarray, node: Node) -> Mean:
    """Wins minus losses against every other unit.

    A unit beats another where the weight of the children on which it is above, plus half the weight
    of ties, is over 0.5 (within rounding). A comparison that cannot be made, because a value is
    missing, counts half for both; weights are not scaled up for what is missing. So the order of
    the rows is irrelevant. Source: OECD/JRC (2008), Handbook on Constructing Composite Indicators,
    section 6.9; Munda and Nardo (2009), Noncompensatory/nonlinear composite indicators, Applied
    Economics 41.
    """
    w_all = node.weights
    leading = np.broadcast_shapes(x.shape[:-2], w_all.shape[:-1])
    score = np.zeros((*leading, x.shape[-2]))
    for i in range(x.shape[-2]):
        above = np.swapaxes(np.nan_to_num(np.sign(x[..., i : i + 1, :] - x)), -1, -2)
        lead = w_all @ above if x.ndim == 2 else (w_all[..., None, :] @ above)[..., 0, :]
        score[..., i] = (lead > HALF_WITHIN).sum(axis=-1) - (lead < -HALF_WITHIN).sum(axis=-1)
    return Mean(score, None, np.nan_to_num(x))


@AGGREGATIONS.add()
def mpi(x: np.ndarray, w: np.ndarray, node: Node, *, penalty: Penalty = "negative") -> Mean:
    """Mazziotta-Pareto index ``M - S**2 / M`` (``M + S**2 / M`` with a positive penalty).

    M is the weighted mean of the children and S**2 their weighted population variance (for equal
    weights the divisor is n, not n - 1). Meant for
    ``normalize: {method: zscore, mean: 100, sd: 10}``. Refused where a mean is not above 0 although
    the children differ. The penalty is no sum of children: there are no contributions. Source:
    Mazziotta and Pareto (2016), On a generalized non-compensatory composite index for measuring
    socio-economic phenomena, Social Indicators Research 127.
    """
    used = np.nan_to_num(x)
    mean = (w * used).sum(axis=-1)
    variance = (w * (used - mean[..., None]) ** 2).sum(axis=-1)
    no_mean = (mean <= 0) & (variance > (1e-12 * mean) ** 2)
    why = ("a mean of children that is not above 0", "means above 0 under a penalty")
    loss = np.divide(variance, mean, out=np.zeros_like(mean), where=mean > 0)
    score = mean + (loss if penalty == "positive" else -loss)
    return Mean(score, None, used, Refused(no_mean, *why) if no_mean.any() else None)


@AGGREGATIONS.add()
def ampi(x: np.ndarray, w: np.ndarray, node: Node, *, penalty: Penalty = "negative") -> Mean:
    """Adjusted Mazziotta-Pareto index: the same penalty on children placed between goalposts.

    Meant for children of which a reference gets 100 and whose goalposts are 60 apart:
    ``normalize: {method: minmax, range: [70, 130]}``, or ``scaled`` for goalposts of one's own. The
    formula is that of ``mpi``. Source: Mazziotta and Pareto (2018), Measuring well-being over time:
    the adjusted Mazziotta-Pareto index versus other non-compensatory indices, Social Indicators
    Research 136.
    """
    return mpi(x, w, node, penalty=penalty)


@AGGREGATIONS.add(needs=("no negatives", "other units"), power=1.0)
def bod(x: np.ndarray, w: np.ndarray, node: Node) -> Mean:
    """Benefit of the doubt: every unit is weighed as suits it best, within the bounds of shares.

    The node's own weights only say which children count (those above 0); the framework's
    ``weight_low`` and ``weight_high`` bound each weight's share in the sum of a unit's weights.
    Scores are 0 to 1 whatever the children's scale, and someone reaches 1. Source: Cherchye,
    Moesen, Rogge and Van Puyenbroeck (2007), An introduction to 'benefit of the doubt' composite
    indicators, Social Indicators Research 82.
    """
    leading = np.broadcast_shapes(x.shape[:-2], node.weights.shape[:-1])
    x = np.broadcast_to(x, (*leading, *x.shape[-2:]))
    weights = np.broadcast_to(node.weights, (*leading, x.shape[-1]))
    score, shares = np.full(x.shape[:-1], np.nan), np.zeros(x.shape)
    wrong, cause = np.zeros(score.shape, dtype=bool), ""
    for at in np.ndindex(leading):
        try:
            best = best_weights(x[at], replace(node, weights=weights[at]))
            score[at], shares[at] = best.score, best.weights
        except BoundsError as error:
            wrong[at], cause = True, str(error)
    refused = Refused(wrong, cause, "bounds between which shares can add to 1") if cause else None
    return Mean(score, shares, np.nan_to_num(x), refused)


def best_weights(x: np.ndarray, node: Node) -> Frontier:
    """Return each unit's own best weights over the children that count, ``(units, children)``."""
    counts = node.weights > 0
    best = benefit_of_the_doubt(x[:, counts], node.low[counts], node.high[counts])
    weights = np.zeros(x.shape)
    weights[:, counts] = best.weights
    return best._replace(weights=weights)
