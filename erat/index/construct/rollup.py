"""Roll-ups: from the sub-units of a unit to the unit, for all units at once.

A function takes the sub-units' scores ``x``, ``(rows, k)``, nan where missing, the weights ``w`` of
the same shape (over the rows of a group that have a score, adding to 1; 0 where one is missing) and
the :class:`~erat.index.construct.power_means.Groups`. It returns a
:class:`~erat.index.construct.power_means.Mean` with the score ``(groups, k)``, nan where a group
has nothing, and shares and used values ``(rows, k)``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import numpy as np
from pydantic import Field

from erat.index.construct.power_means import Groups, Mean, power_mean
from erat.index.registry import Registry

ROLLUPS: Registry[Callable[..., Mean]] = Registry("subunits", default="mean")
WITHIN = 1e-9
"""A weight that is nearer to one half is one half."""


@ROLLUPS.add(power=1.0)
def mean(x: np.ndarray, w: np.ndarray, groups: Groups) -> Mean:
    """Weighted arithmetic mean."""
    used = np.nan_to_num(x)
    return Mean(_or_nan(groups.sum(w * used), w, groups), w, used)


@ROLLUPS.add()
def median(x: np.ndarray, w: np.ndarray, groups: Groups) -> Mean:
    """Weighted median: half of the weight is at or below it, half at or above it.

    Where exactly half of the weight is below a sub-unit it is the mean of that one and the one
    before: equal weights give the usual median. The share is on the sub-units whose score it is, by
    weight.
    """
    used = np.nan_to_num(x)
    ends = median_ends(used, w, groups)
    shares = sum(_at(used, w, groups, end) for end in ends) / 2
    return Mean(_or_nan((ends[0] + ends[1]) / 2, w, groups), np.asarray(shares), used)


@ROLLUPS.add()
def minimum(x: np.ndarray, w: np.ndarray, groups: Groups) -> Mean:
    """The weakest sub-unit with a weight; the share is on it (or them, by their weights)."""
    used = np.nan_to_num(x)
    lowest = lowest_of(used, w, groups)
    return Mean(_or_nan(lowest, w, groups), _at(used, w, groups, lowest), used)


@ROLLUPS.add(power=1.0)
def share_above(x: np.ndarray, w: np.ndarray, groups: Groups, *, threshold: float) -> Mean:
    """Weight of the sub-units that reach a threshold, in percent (0 to 100).

    The used value of a sub-unit is 100 or 0.
    """
    used = np.where(x >= threshold, 100.0, 0.0)
    return Mean(_or_nan(groups.sum(w * used), w, groups), w, used)


@ROLLUPS.add(needs="no negatives", power=lambda options: 1.0 - options["epsilon"])
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
    score zero where epsilon is 1 or more. Not defined for negative values. Source: Atkinson (1970),
    On the measurement of inequality, J. Economic Theory 2; Alkire and Foster (2010), Designing the
    inequality-adjusted human development index, OPHI working paper 37.
    """
    used = np.nan_to_num(x) if floor is None else np.maximum(np.nan_to_num(x), floor)
    mean = power_mean(used, w, 1.0 - epsilon, groups)
    return mean._replace(score=_or_nan(mean.score, w, groups))


def lowest_of(used: np.ndarray, w: np.ndarray, groups: Groups) -> np.ndarray:
    """Return the smallest value with a weight; infinite where there is none."""
    return groups.min(np.where(w > 0, used, np.inf))


def median_ends(used: np.ndarray, w: np.ndarray, groups: Groups) -> tuple[np.ndarray, np.ndarray]:
    """Return the lower and the upper median, ``(groups, k)`` each; infinite where there is none."""
    values = np.where(w > 0, used, np.inf)
    order = groups.order(values)
    values = np.take_along_axis(values, order, axis=0)
    below = groups.cumulative(np.take_along_axis(w, order, axis=0))
    half = groups.spread(groups.sum(w)) / 2
    lower = groups.min(np.where(below >= half - WITHIN, values, np.inf))
    upper = groups.min(np.where(below > half + WITHIN, values, np.inf))
    return lower, upper


def _at(used: np.ndarray, w: np.ndarray, groups: Groups, value: np.ndarray) -> np.ndarray:
    """Share 1 among the rows that have their group's value, by their weights."""
    return groups.share(np.where((used == groups.spread(value)) & (w > 0), w, 0.0))


def _or_nan(score: np.ndarray, w: np.ndarray, groups: Groups) -> np.ndarray:
    return np.where(groups.any(w > 0), score, np.nan)
