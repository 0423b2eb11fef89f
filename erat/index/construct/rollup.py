"""Roll-ups: from the sub-units of a unit to the unit, for all units at once.

A function takes the sub-units' scores ``x`` of shape ``(rows, k)``, nan where missing, the weights
``w`` of the same shape (over the rows of a group that have a score, adding to 1; 0 where one is
missing) and the :class:`erat.index.construct.groups.Groups`. It returns a
:class:`~erat.index.construct.aggregate.Mean`: the score ``(groups, k)``, and the shares and the used
values ``(rows, k)`` of its exact sum ``score = sum(shares * used)``. Where a group has nothing in a
column the score is nan.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import numpy as np
from pydantic import Field

from erat.index.construct.aggregate import SMALLEST_POWER, Mean, log_ratio, relative_slope
from erat.index.construct.groups import Groups
from erat.index.registry import Registry

ROLLUPS: Registry[Callable[..., Mean]] = Registry("subunits")

ORDER_STATISTICS = frozenset({"median", "minimum"})
"""Roll-ups whose score is that of one or two of the sub-units."""

NO_NEGATIVE = frozenset({"atkinson"})
"""Roll-ups that are not defined for a negative value."""

WITHIN = 1e-9
"""A weight that is nearer to one half is one half."""


@ROLLUPS.add
def mean(x: np.ndarray, w: np.ndarray, groups: Groups) -> Mean:
    """Weighted arithmetic mean."""
    used = _filled(x)
    return Mean(_or_nan(groups.sum(w * used), w, groups), w, used)


@ROLLUPS.add
def median(x: np.ndarray, w: np.ndarray, groups: Groups) -> Mean:
    """Weighted median: half of the weight is at or below it, half at or above it.

    Where exactly half of the weight is below a sub-unit it is the mean of that sub-unit and the one
    before, so that equal weights give the usual median. The share is on the sub-units whose
    score it is, by their weights.
    """
    used = _filled(x)
    ends = median_ends(used, w, groups)
    shares = sum(_at(used, w, groups, end) for end in ends) / 2
    return Mean(_or_nan((ends[0] + ends[1]) / 2, w, groups), np.asarray(shares), used)


@ROLLUPS.add
def minimum(x: np.ndarray, w: np.ndarray, groups: Groups) -> Mean:
    """The weakest sub-unit with a weight; the share is on it (or them, by their weights)."""
    used = _filled(x)
    lowest = lowest_of(used, w, groups)
    return Mean(_or_nan(lowest, w, groups), _at(used, w, groups, lowest), used)


@ROLLUPS.add
def share_above(x: np.ndarray, w: np.ndarray, groups: Groups, *, threshold: float) -> Mean:
    """Weight of the sub-units that reach a threshold, in percent (0 to 100).

    The used value of a sub-unit is 100 or 0.
    """
    used = np.where(x >= threshold, 100.0, 0.0)
    return Mean(_or_nan(groups.sum(w * used), w, groups), w, used)


@ROLLUPS.add
def atkinson(
    x: np.ndarray,
    w: np.ndarray,
    groups: Groups,
    *,
    epsilon: Annotated[float, Field(gt=0)] = 1.0,
    floor: Annotated[float, Field(gt=0)] | None = None,
) -> Mean:
    """Mean with a penalty for inequality: the equally distributed equivalent of Atkinson.

    It is the power mean of exponent ``1 - epsilon``, that is ``mean * (1 - A)`` with Atkinson's
    index A; with the aversion ``epsilon = 1`` the geometric mean, as in the inequality-adjusted
    human development index. Values below ``floor`` are raised to it; without one a zero makes the
    score zero where epsilon is 1 or more. Not defined for negative values.

    Source: Atkinson (1970), On the measurement of inequality, J. Economic Theory 2; Alkire and
    Foster (2010), Designing the inequality-adjusted human development index, OPHI working paper 37.
    """
    used = _filled(x) if floor is None else np.maximum(_filled(x), floor)
    power = 1.0 - epsilon
    zero = zero_groups(used, w, groups, power)
    counts = w > 0
    limit = -np.inf if power >= 0 else np.inf
    ends = np.where(counts, used, limit)
    start = groups.max(ends) if power >= 0 else groups.min(ends)
    start = np.where(zero | ~groups.any(counts), 1.0, start)
    of_row = groups.spread(start)
    safe = np.where(groups.spread(zero) | ~counts, of_row, used)
    score = start * np.exp(_mean_log(log_ratio(safe, of_row), w, groups, power))
    slopes = relative_slope(safe, groups.spread(score), power)
    shares = groups.share(np.where(counts & ~groups.spread(zero), w * slopes, 0.0))
    return Mean(_or_nan(np.where(zero, 0.0, score), w, groups), shares, used)


def lowest_of(used: np.ndarray, w: np.ndarray, groups: Groups) -> np.ndarray:
    """Return the smallest value with a weight; infinite where there is none."""
    return groups.min(np.where(w > 0, used, np.inf))


def median_ends(used: np.ndarray, w: np.ndarray, groups: Groups) -> tuple[np.ndarray, np.ndarray]:
    """Return the lower and the upper median, ``(groups, k)`` each; infinite where there is none."""
    values = np.where(w > 0, used, np.inf)
    order = groups.order(values)
    values = np.take_along_axis(values, order, axis=0)
    below = groups.cumulative(np.take_along_axis(w, order, axis=0))
    total = groups.spread(groups.sum(w))
    lower = groups.min(np.where(below >= total / 2 - WITHIN, values, np.inf))
    upper = groups.min(np.where(below > total / 2 + WITHIN, values, np.inf))
    return lower, upper


def zero_groups(used: np.ndarray, w: np.ndarray, groups: Groups, power: float) -> np.ndarray:
    """Tell whose power mean is zero: a zero for a power of 0 or less, else nothing but zeros."""
    if power > 0:
        return ~groups.any((used != 0) & (w > 0))
    return groups.any((used == 0) & (w > 0))


def power_of(method: str, arguments: dict[str, float]) -> float | None:
    """Return the exponent of a roll-up that is a power mean; None for the others."""
    return {"mean": 1.0, "atkinson": 1.0 - arguments.get("epsilon", 1.0)}.get(method)


def _filled(x: np.ndarray) -> np.ndarray:
    return np.asarray(np.where(np.isnan(x), 0.0, x))


def _at(used: np.ndarray, w: np.ndarray, groups: Groups, value: np.ndarray) -> np.ndarray:
    """Share 1 among the rows that have their group's value, by their weights."""
    return groups.share(np.where((used == groups.spread(value)) & (w > 0), w, 0.0))


def _or_nan(score: np.ndarray, w: np.ndarray, groups: Groups) -> np.ndarray:
    return np.asarray(np.where(groups.any(w > 0), score, np.nan))


def _mean_log(logs: np.ndarray, w: np.ndarray, groups: Groups, power: float) -> np.ndarray:
    """Return the logarithm of the power mean of ``exp(logs)``, where ``power * logs <= 0``."""
    if abs(power) < SMALLEST_POWER:
        return groups.sum(w * logs)
    below = np.minimum(groups.sum(w * np.expm1(power * logs)), 0.0)
    mean = groups.sum(w * np.exp(power * logs))
    safe = np.where(mean > 0, mean, 1.0)
    return np.asarray(np.where(below > -0.5, np.log1p(below), np.log(safe)) / power)
