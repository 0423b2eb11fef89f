"""Transformations: one function of one indicator's value, applied before treatment.

Goalposts and targets stand in the indicator's own unit and are transformed with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from erat.index.registry import Registry

TRANSFORMS: Registry[Callable[[np.ndarray], np.ndarray]] = Registry("transform")
LOWEST: dict[str, float] = {"log": 0.0, "log10": 0.0, "log1p": -1.0, "sqrt": 0.0}
"""Where a transformation's domain begins; the logarithms' is open there."""
POWERS = (-5.0, 5.0)
"""Where the power of a Box-Cox transformation is looked for."""


class Transform(NamedTuple):
    """A function of a value, and its name with whatever was fitted (17 digits)."""

    function: Callable[[np.ndarray], np.ndarray]
    name: str


@TRANSFORMS.add()
def none(x: np.ndarray) -> np.ndarray:
    """Leave the values as they are."""
    return x


@TRANSFORMS.add()
def log(x: np.ndarray) -> np.ndarray:
    """Natural logarithm."""
    return np.asarray(np.log(x))


@TRANSFORMS.add()
def log10(x: np.ndarray) -> np.ndarray:
    """Logarithm to the base 10."""
    return np.asarray(np.log10(x))


@TRANSFORMS.add()
def log1p(x: np.ndarray) -> np.ndarray:
    """Natural logarithm of 1 + x."""
    return np.asarray(np.log1p(x))


@TRANSFORMS.add()
def sqrt(x: np.ndarray) -> np.ndarray:
    """Square root."""
    return np.asarray(np.sqrt(x))


@TRANSFORMS.add()
def boxcox(x: np.ndarray) -> np.ndarray:
    """Box-Cox power transformation, its power fitted to the values: see :func:`fit_boxcox`."""
    return fit_boxcox(x).function(x)


def fit(name: str, x: np.ndarray) -> Transform:
    """Return a transformation, fitted to the values of a column if it has parameters."""
    return fit_boxcox(x) if name == "boxcox" else Transform(TRANSFORMS[name], name)


def fit_boxcox(x: np.ndarray) -> Transform:
    """Fit ``(z**p - 1) / p`` (``log(z)`` for p = 0), p being the most likely power from -5 to 5.

    z is x if all values are above 0, else ``x - min + 0.01 (max - min)``. A column of one value or
    of less than four stays as it is. Below the domain the function gives ``nan``. Source: Box and
    Cox (1964), An analysis of transformations, J. Royal Statistical Society B 26.
    """
    from scipy.special import boxcox

    there = x[~np.isnan(x)]
    if len(there) < 4 or there.min() == there.max():
        return Transform(none, "none")
    low, high = float(there.min()), float(there.max())
    shift = 0.0 if low > 0 else 0.01 * (high - low) - low
    power = _likeliest_power(there + shift)

    def function(value: np.ndarray) -> np.ndarray:
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            z = np.where(value + shift > 0, value + shift, np.nan)
            return np.asarray(boxcox(z, power))

    return Transform(function, f"boxcox({power!r}, {shift!r})")


def _likeliest_power(z: np.ndarray) -> float:
    """Maximize the Box-Cox likelihood of positive values, which does not depend on their unit."""
    from scipy import optimize, stats

    z = z / np.exp(np.log(z).mean())
    best = optimize.minimize_scalar(
        lambda power: -stats.boxcox_llf(power, z), bounds=POWERS, method="bounded",
        options={"xatol": 1e-9},
    )  # fmt: skip
    return float(best.x)


def outside_domain(name: str, x: np.ndarray) -> np.ndarray:
    """Mark the values that a transformation is not defined for (bool, the shape of ``x``)."""
    if name not in LOWEST:
        return np.zeros(np.shape(x), dtype=bool)
    low = LOWEST[name]
    return np.asarray(x < low if name == "sqrt" else x <= low)
