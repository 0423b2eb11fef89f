"""Distributions of a numeric setting, and the values that points of the unit interval stand for."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated

import numpy as np
from pydantic import AfterValidator, Field, model_validator
from scipy import special

from erat.index.config import Strict

EDGE = 2.0**-40
"""Points nearer to 0 or 1 than this are moved in, so that no quantile is infinite."""


def _ascending(value: tuple[float, ...]) -> tuple[float, ...]:
    if not all(a <= b for a, b in pairwise(value)) or value[0] == value[-1]:
        raise ValueError("numbers that do not ascend; expected the smallest first")
    return value


Interval = Annotated[tuple[float, float], AfterValidator(_ascending)]
Triangle = Annotated[tuple[float, float, float], AfterValidator(_ascending)]
MOST_OPTIONS = 100_000
"""A range of whole numbers, or of draws, has up to this many."""


def _countable(value: tuple[int, int]) -> tuple[int, int]:
    if value[1] - value[0] >= MOST_OPTIONS:
        raise ValueError(f"a range of more numbers than can be tried; expected {MOST_OPTIONS:,}")
    return value


Whole = Annotated[tuple[int, int], AfterValidator(_ascending), AfterValidator(_countable)]


class Normal(Strict):
    """A normal distribution, cut off at ``low`` and ``high`` where they are given."""

    mean: float
    sd: float = Field(gt=0)
    low: float | None = None
    high: float | None = None

    @model_validator(mode="after")
    def _some_chance(self) -> Normal:
        if np.diff(self._ends())[0] < 1e-9:
            raise ValueError("limits that leave nothing of the distribution; expected low < high")
        return self

    def _ends(self) -> tuple[float, float]:
        """Return the probabilities below the two limits."""
        low = -np.inf if self.low is None else (self.low - self.mean) / self.sd
        high = np.inf if self.high is None else (self.high - self.mean) / self.sd
        return float(special.ndtr(low)), float(special.ndtr(high))

    def at(self, u: np.ndarray) -> np.ndarray:
        """Return the quantiles of probabilities ``u``, in its shape."""
        low, high = self._ends()
        inside = np.clip(low + (high - low) * u, EDGE, 1 - EDGE)
        found = self.mean + self.sd * special.ndtri(inside)
        low = -np.inf if self.low is None else self.low
        return np.asarray(np.clip(found, low, np.inf if self.high is None else self.high))


def uniform(ends: tuple[float, float], u: np.ndarray) -> np.ndarray:
    """Return quantiles of the uniform distribution between two ends.

    Examples
    --------
    >>> uniform((10.0, 20.0), np.array([0.0, 0.5])).tolist()
    [10.0, 15.0]
    """
    low, high = ends
    return np.asarray(low + (high - low) * u)


def triangular(corners: tuple[float, float, float], u: np.ndarray) -> np.ndarray:
    """Return quantiles of the triangular distribution of low, mode and high.

    Source: Kotz and van Dorp (2004), Beyond Beta, chapter 1.

    Examples
    --------
    >>> triangular((0.0, 1.0, 2.0), np.array([0.125, 0.5, 0.875])).tolist()
    [0.5, 1.0, 1.5]
    """
    low, mode, high = corners
    span, left = high - low, mode - low
    rising = low + np.sqrt(u * span * left)
    falling = high - np.sqrt((1 - u) * span * (high - mode))
    return np.asarray(np.where(u * span < left, rising, falling))


def pick(count: int, u: np.ndarray) -> np.ndarray:
    """Return which of ``count`` equally likely choices each point stands for, from 0.

    Examples
    --------
    >>> pick(4, np.array([0.0, 0.26, 0.999])).tolist()
    [0, 1, 3]
    """
    return np.minimum((u * count).astype(np.int64), count - 1)
