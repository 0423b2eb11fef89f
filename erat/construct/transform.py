"""Transformations: one function of one indicator's value, applied before treatment.

Goalposts and targets stand in the indicator's own unit and are transformed with it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from erat.registry import Registry

TRANSFORMS: Registry[Callable[[np.ndarray], np.ndarray]] = Registry("transform", later=("boxcox",))

LOWEST: dict[str, float] = {"log": 0.0, "log10": 0.0, "log1p": -1.0, "sqrt": 0.0}
"""Where a transformation's domain begins; the logarithms' is open there."""


@TRANSFORMS.add
def none(x: np.ndarray) -> np.ndarray:
    """Leave the values as they are."""
    return x


@TRANSFORMS.add
def log(x: np.ndarray) -> np.ndarray:
    """Natural logarithm."""
    return np.asarray(np.log(x))


@TRANSFORMS.add
def log10(x: np.ndarray) -> np.ndarray:
    """Logarithm to the base 10."""
    return np.asarray(np.log10(x))


@TRANSFORMS.add
def log1p(x: np.ndarray) -> np.ndarray:
    """Natural logarithm of 1 + x."""
    return np.asarray(np.log1p(x))


@TRANSFORMS.add
def sqrt(x: np.ndarray) -> np.ndarray:
    """Square root."""
    return np.asarray(np.sqrt(x))


def outside_domain(name: str, x: np.ndarray) -> np.ndarray:
    """Mark the values that a transformation is not defined for (bool, the shape of ``x``)."""
    if name not in LOWEST:
        return np.zeros(np.shape(x), dtype=bool)
    low = LOWEST[name]
    return np.asarray(x < low if name == "sqrt" else x <= low)
