"""Normalization: bringing indicators on one scale, more being better.

A function takes ``y`` = direction x indicator, of shape ``(..., units, indicators)``, and what the
framework says of the columns. A linear one returns :class:`Anchors`: two points of the old scale
and where they go on the new one. Anchors are kept, so that what was fitted on one edition can be
used on another. Any other function returns the normalized array itself.

To add a normalization write one function here and decorate it; its keyword-only parameters are its
options in a method file.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

import numpy as np
from pydantic import AfterValidator, Field
from scipy import stats

from erat.registry import Registry


@dataclass(frozen=True)
class Columns:
    """What the framework says of the columns, on the scale of ``y``: arrays ``(indicators,)``.

    ``low`` and ``high`` are the goalposts after transformation and times direction, so that
    ``low`` is the worse end; ``nan`` where the framework gives none.
    """

    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True)
class Anchors:
    """A straight line for every column: ``low`` goes to ``to[0]`` and ``high`` to ``to[1]``.

    ``low`` and ``high`` have the shape ``(..., 1, indicators)``. With ``clip`` values beyond an
    anchor are moved to it. ``span`` is ``high - low``, where that is known without rounding.
    """

    low: np.ndarray
    high: np.ndarray
    to: tuple[float, float]
    clip: bool = False
    span: np.ndarray | None = None

    def apply(self, y: np.ndarray) -> np.ndarray:
        """Normalize ``y``; a column whose anchors coincide goes to the middle of the new scale."""
        bottom, top = self.to
        span = self.high - self.low if self.span is None else self.span
        share = np.divide(y - self.low, span, out=np.full(y.shape, 0.5), where=span != 0)
        share = np.where(np.isnan(y), np.nan, share)
        if self.clip:
            share = np.clip(share, 0.0, 1.0)
        return bottom + (top - bottom) * share


def _ascending(value: tuple[float, float]) -> tuple[float, float]:
    if not value[0] < value[1]:
        raise ValueError("a range must ascend: its first number is the smaller one")
    return value


Range = Annotated[tuple[float, float], AfterValidator(_ascending)]
Positive = Annotated[float, Field(gt=0)]

NORMALIZATIONS: Registry[Callable[..., Anchors | np.ndarray]] = Registry(
    "normalize",
    later=(
        "borda",
        "percentile_rank",
        "distance_to_max",
        "distance_to_target",
        "distance_to_reference",
        "fraction_of_max",
        "scaled",
    ),
)


@NORMALIZATIONS.add
def none(y: np.ndarray, columns: Columns) -> np.ndarray:
    """Keep the values, turned so that more is better."""
    return y


@NORMALIZATIONS.add
def minmax(y: np.ndarray, columns: Columns, *, range: Range = (0.0, 100.0)) -> Anchors:
    """Stretch from the smallest to the largest value: ``(y - min) / (max - min)`` onto ``range``.

    A constant column goes to the middle of the range.
    """
    return Anchors(_over_units(np.nanmin, y), _over_units(np.nanmax, y), range)


@NORMALIZATIONS.add
def zscore(y: np.ndarray, columns: Columns, *, mean: float = 0.0, sd: Positive = 1.0) -> Anchors:
    """Standardize to a mean and a standard deviation (n - 1).

    A constant column, or a single unit, gets ``mean``.
    """
    centre = _over_units(np.nanmean, y)
    spread = _over_units(partial(np.nanstd, ddof=1), y)
    low = _over_units(np.nanmin, y)
    constant = low == _over_units(np.nanmax, y)
    centre, spread = np.where(constant, low, centre), np.where(constant, 0.0, spread)
    span = np.where(constant, 1.0, spread)
    return Anchors(centre, centre + spread, (mean, mean + sd), span=span)


@NORMALIZATIONS.add
def rank(y: np.ndarray, columns: Columns) -> np.ndarray:
    """Rank upwards: the worst is 1, the best n; ties get the smaller rank."""
    return np.asarray(stats.rankdata(y, method="min", axis=-2, nan_policy="omit"))


@NORMALIZATIONS.add
def goalposts(
    y: np.ndarray, columns: Columns, *, scale: Positive = 100.0, clip: bool = True
) -> Anchors:
    """Place between the framework's fixed goalposts: ``scale * (y - low) / (high - low)``.

    Clipped to ``0..scale``. Fixed goalposts keep years and editions comparable.
    """
    return Anchors(columns.low, columns.high, (0.0, scale), clip)


def _over_units(statistic: Callable[..., Any], y: np.ndarray) -> np.ndarray:
    """Take a statistic over the units; a column without any value gives ``nan``, silently."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(statistic(y, axis=-2, keepdims=True))
