"""Normalization: bringing indicators on one scale, more being better.

A function takes ``y`` = direction x indicator, of shape ``(..., units, indicators)``, and what the
framework says of the columns. A linear one returns :class:`Anchors`: two points of the old scale
and where they go on the new one. Anchors are kept, so that what was fitted on one edition can be
used on another (``fitted``). Any other function returns the normalized array itself.

What is fitted is fitted to all values that are there: of a panel, to all years together, or to its
reference year.

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

from erat.errors import MethodError, Problem
from erat.index.construct.anchors import Anchors, on_file
from erat.index.registry import GivenFile, Registry

__all__ = ["NORMALIZATIONS", "Anchors", "Columns"]


@dataclass(frozen=True)
class Columns:
    """What is known of the columns and rows, on the scale of ``y``.

    Attributes
    ----------
    low, high, target
        The framework's goalposts and target after transformation and times direction, so that
        ``low`` is the worse end; ``nan`` where the framework gives none. Shape ``(indicators,)``.
    units, years
        Labels of the rows, shape ``(units,)``.
    codes
        The indicators' codes.
    direction
        1 or -1, shape ``(indicators,)``.
    scales
        What was done to each column, in words: two columns with the same words have one scale.
    place
        Does to numbers of shape ``(indicators,)`` in the indicators' own units what was done to
        the columns before they were turned; None if nothing was.
    """

    low: np.ndarray
    high: np.ndarray
    target: np.ndarray
    units: np.ndarray
    years: np.ndarray
    codes: tuple[str, ...]
    direction: np.ndarray
    scales: tuple[str, ...]
    place: Callable[[np.ndarray], np.ndarray] | None = None

    @property
    def marks(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What the framework gives: low, high and target."""
        return self.low, self.high, self.target

    def at(self, value: float) -> np.ndarray:
        """Bring a number in the indicators' own units onto the scale of ``y``."""
        values = np.full(len(self.codes), value)
        return np.asarray(self.direction * (values if self.place is None else self.place(values)))


def _ascending(value: tuple[float, float]) -> tuple[float, float]:
    if not value[0] < value[1]:
        raise ValueError("a range that does not ascend; expected the smaller number first")
    return value


Range = Annotated[tuple[float, float], AfterValidator(_ascending)]
Positive = Annotated[float, Field(gt=0)]
Scale = Positive | Range
"""One number stands for a scale that begins at 0."""

NORMALIZATIONS: Registry[Callable[..., Anchors | np.ndarray]] = Registry("normalize")


@NORMALIZATIONS.add
def none(y: np.ndarray, columns: Columns) -> Anchors:
    """Keep the values, turned so that more is better."""
    zero = np.zeros((*y.shape[:-2], 1, y.shape[-1]))
    return Anchors(zero, zero + 1, (0.0, 1.0))


@NORMALIZATIONS.add
def minmax(y: np.ndarray, columns: Columns, *, range: Range = (0.0, 100.0)) -> Anchors:
    """Stretch from the smallest to the largest value: ``(y - min) / (max - min)`` onto ``range``.

    A constant column, or a single unit, goes to the middle of the range.

    Source: OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 5.3.
    """
    return Anchors(_over_units(np.nanmin, y), _over_units(np.nanmax, y), range)


@NORMALIZATIONS.add
def zscore(y: np.ndarray, columns: Columns, *, mean: float = 0.0, sd: Positive = 1.0) -> Anchors:
    """Standardize to a mean and a standard deviation (n - 1).

    A constant column, or a single unit, gets ``mean``. The anchors are the values one standard
    deviation below and above the mean.

    Source: OECD/JRC (2008), Handbook, section 5.2; ``mean: 100, sd: 10`` is Mazziotta and Pareto's.
    """
    low = _over_units(np.nanmin, y)
    constant = low == _over_units(np.nanmax, y)
    centre = np.where(constant, low, _over_units(np.nanmean, y))
    spread = np.where(constant, 0.0, _over_units(partial(np.nanstd, ddof=1), y))
    return Anchors(centre - spread, centre + spread, (mean - sd, mean + sd))


@NORMALIZATIONS.add
def rank(y: np.ndarray, columns: Columns) -> np.ndarray:
    """Rank upwards: the worst is 1, the best n; ties get the smaller rank.

    Source: OECD/JRC (2008), Handbook, section 5.1. A constant column gets 1 throughout.
    """
    return _ranks(y)


@NORMALIZATIONS.add
def borda(y: np.ndarray, columns: Columns) -> np.ndarray:
    """Borda points, ``rank - 1``: how many units are below.

    Source: COINr, ``n_borda``. A constant column gets 0 throughout.
    """
    return _ranks(y) - 1


@NORMALIZATIONS.add
def percentile_rank(y: np.ndarray, columns: Columns) -> np.ndarray:
    """Share of the other units that are below: ``(rank - 1) / (n - 1)``, from 0 to 1.

    n counts the values that are there. A constant column, or a single unit, gets 0: nobody is
    below. Source: COINr, ``n_prank``.
    """
    count = (~np.isnan(y)).sum(axis=-2, keepdims=True)
    return np.asarray((_ranks(y) - 1) / np.maximum(count - 1, 1))


@NORMALIZATIONS.add
def distance_to_max(y: np.ndarray, columns: Columns) -> Anchors:
    """Distance to the best unit, as a score: ``1 - (max - y) / (max - min)``.

    The best gets 1 and the worst 0; a constant column, or a single unit, gets 0.5 as with
    ``minmax``, which this is on the scale 0..1. Source: COINr, ``n_dist2max``.
    """
    return Anchors(_over_units(np.nanmin, y), _over_units(np.nanmax, y), (0.0, 1.0))


@NORMALIZATIONS.add(needs="target")
def distance_to_target(y: np.ndarray, columns: Columns, *, cap: bool = False) -> Anchors:
    """Distance to the framework's target: ``(y - min) / (target - min)``.

    The worst unit gets 0, whoever is at the target 1, and beyond it more unless ``cap`` stops at 1.
    Where the target is no better than the worst value, all have reached it: they get 1.

    Source: OECD/JRC (2008), Handbook, section 5.4; COINr, ``n_dist2targ``.
    """
    return _distance(y, columns.target + 0 * _over_units(np.nanmin, y), cap)


@NORMALIZATIONS.add(needs="reference")
def distance_to_reference(
    y: np.ndarray, columns: Columns, *, unit: str, cap: bool = False
) -> Anchors:
    """Distance to a reference unit: ``1 - (yref - y) / (yref - min)``.

    The worst unit gets 0, the reference 1, and who is better more unless ``cap`` stops at 1. In a
    panel the reference is the unit's latest value. Where the reference is the worst unit, all have
    reached it: they get 1.

    Source: OECD/JRC (2008), Handbook, section 5.4; COINr, ``n_dist2ref``.
    """
    rows = np.flatnonzero(columns.units == unit)
    rows = rows[np.argsort(columns.years[rows], kind="stable")]
    reference = np.full((*y.shape[:-2], 1, y.shape[-1]), np.nan)
    for row in rows:
        value = y[..., row : row + 1, :]
        reference = np.where(np.isnan(value), reference, value)
    return _distance(y, reference, cap)


@NORMALIZATIONS.add(needs="true zero")
def fraction_of_max(y: np.ndarray, columns: Columns) -> Anchors:
    """Fraction of the largest value: ``x / max`` where more is better.

    Where less is better it is ``1 - (x - min) / max``: the mirror image, so that the best gets 1
    and the worst ``min / max`` in both directions. (``x / min``, which a turned sign would give,
    ranks the wrong way.) In both it is ``1 - (max(y) - y) / max(x)``. Meant for indicators that
    count from a true zero; a column of zeros goes to the middle.

    Source: COINr, ``n_fracmax``, for the positive direction.
    """
    best = _over_units(np.nanmax, y)
    largest = np.where(columns.direction > 0, best, -_over_units(np.nanmin, y))
    return Anchors(best - np.abs(largest), best, (0.0, 1.0), span=np.abs(largest))


@NORMALIZATIONS.add(needs="goalposts")
def goalposts(
    y: np.ndarray, columns: Columns, *, scale: Scale = 100.0, clip: bool = True
) -> Anchors:
    """Place between the framework's fixed goalposts: ``scale * (y - low) / (high - low)``.

    Clipped to the scale, ``0..scale`` or, of two numbers, from the one to the other. Fixed
    goalposts keep years and editions comparable. ``scale: [70, 130]`` gives the scale of the
    adjusted Mazziotta-Pareto index.

    Source: UNDP (2020), Human Development Report, technical note 1.
    """
    return Anchors(columns.low, columns.high, _scale(scale), clip)


@NORMALIZATIONS.add
def scaled(
    y: np.ndarray, columns: Columns, *, low: float, high: float, scale: Scale = 100.0
) -> Anchors:
    """Place between two given numbers: ``scale * (y - low) / (high - low)``, not clipped.

    ``low`` and ``high`` are in the indicator's own unit, like goalposts, and are transformed with
    it; where less is better, ``high`` is the worse end. ``scale`` is as for ``goalposts``.

    Source: COINr, ``n_scaled``.
    """
    if not low < high:
        expected = "an ascending range, in the indicator's own unit"
        where = "method, normalize, scaled"
        raise MethodError([Problem(where, f"{low:g} to {high:g}", expected, "swap the two")])
    ends = np.stack([columns.at(low), columns.at(high)])
    return Anchors(ends.min(axis=0), ends.max(axis=0), _scale(scale))


@NORMALIZATIONS.add
def fitted(y: np.ndarray, columns: Columns, *, file: GivenFile) -> Anchors:
    """Use what was fitted before: the ``anchors.csv`` of another run.

    An index of another edition, or a panel that grows, is so measured by the same yardstick. The
    file is relative to the method file. An indicator that is not in it, or that was transformed in
    another way there, is refused.

    Raises
    ------
    MethodError
        If the file cannot be read or does not fit.
    """
    known = on_file(file.path)
    problems = []
    for code, scale in zip(columns.codes, columns.scales, strict=True):
        found = known[code].scale if code in known else "no such indicator"
        if found != scale:
            remedy = "fit again, transform in the framework, or give it a normalization of its own"
            problems.append(Problem(file.name, found, f"{code} on the scale {scale}", remedy))
    if problems:
        raise MethodError(problems)
    return Anchors.side_by_side([known[code].anchors for code in columns.codes])


def _ranks(y: np.ndarray) -> np.ndarray:
    return np.asarray(np.apply_along_axis(_column_ranks, -2, y))


def _column_ranks(y: np.ndarray) -> np.ndarray:
    """Rank a column upwards, ties taking the smaller rank; a column at a time stays in the cache."""
    order = np.argsort(y)
    ordered = y[order]
    places = np.arange(1.0, len(y) + 1)
    places[1:][ordered[1:] == ordered[:-1]] = 0.0
    ranks = np.empty(len(y))
    ranks[order] = np.maximum.accumulate(places)
    ranks[np.isnan(y)] = np.nan
    return ranks


def _distance(y: np.ndarray, best: np.ndarray, cap: bool) -> Anchors:
    """Place between the worst value and ``best``; where there is no way to go, all get 1."""
    worst = _over_units(np.nanmin, y)
    low = np.fmin(worst, best) + 0 * best
    return Anchors(low, best, (0.0, 1.0), cap=cap | (low >= best))


def _scale(scale: float | tuple[float, float]) -> tuple[float, float]:
    return scale if isinstance(scale, tuple) else (0.0, scale)


def _over_units(statistic: Callable[..., Any], y: np.ndarray) -> np.ndarray:
    """Take a statistic over the units; a column without any value gives ``nan``, silently."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(statistic(y, axis=-2, keepdims=True))
