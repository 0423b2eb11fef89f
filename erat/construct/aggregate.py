"""Aggregation: from the children of a node to the node.

A function takes the children's scores ``x`` of shape ``(..., units, children)`` and their weights
``w`` of a shape that broadcasts to it; where a child is missing its weight is zero and the weights
of a unit add to 1. It returns a :class:`Mean`: the score, and the shares by which the score is an
exact sum of the children, ``score = sum(shares * used)``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, NamedTuple

import numpy as np
from pydantic import Field

from erat.registry import Registry


class Mean(NamedTuple):
    """A node's score and what it is made of.

    Attributes
    ----------
    score
        Shape ``(..., units)``.
    shares
        Weights of the exact sum, ``(..., units, children)``.
    used
        The children's scores as they went in (raised to a floor, where there is one).
    """

    score: np.ndarray
    shares: np.ndarray
    used: np.ndarray


AGGREGATIONS: Registry[Callable[..., Mean]] = Registry(
    "aggregate",
    later=("harmonic", "power", "minimum", "median", "copeland", "mpi", "ampi", "bod"),
)

Floor = Annotated[float, Field(ge=0)]

NEEDS_NON_NEGATIVE = frozenset({"geometric", "harmonic"})
"""Aggregations that are not defined for a negative value."""


@AGGREGATIONS.add
def arithmetic(x: np.ndarray, w: np.ndarray) -> Mean:
    """Weighted arithmetic mean: a weak child can be made up for in full by a strong one."""
    return Mean((w * x).sum(axis=-1), np.broadcast_to(w, x.shape), x)


@AGGREGATIONS.add
def geometric(x: np.ndarray, w: np.ndarray, *, floor: Floor | None = None) -> Mean:
    """Weighted geometric mean: a weak child can be made up for only in part.

    Values below ``floor`` are raised to it. Without a floor a zero makes the whole score zero.

    The score is an exact sum with the shares ``w / L(x, score)``, scaled to add to 1, where L is
    the logarithmic mean. Source: Reinsdorf, Diewert and Ehemann (2002), Additive decompositions
    for Fisher, Törnqvist and geometric mean indexes, J. Economic and Social Measurement 28.
    """
    used = x if floor is None else np.maximum(x, floor)
    zero = ((used == 0) & (w > 0)).any(axis=-1)
    safe = np.where((used > 0) & (w > 0), used, 1.0)
    score = np.where(zero, 0.0, np.exp((w * np.log(safe)).sum(axis=-1)))
    shares = w / logarithmic_mean(safe, np.where(zero, 1.0, score)[..., None])
    total = np.where(zero, 0.0, shares.sum(axis=-1))[..., None]
    shares = np.divide(shares, total, out=np.zeros(x.shape), where=total > 0)
    return Mean(score, shares, used)


def logarithmic_mean(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Logarithmic mean ``(a - b) / log(a / b)`` of positive numbers; ``a`` where they are equal.

    Examples
    --------
    >>> float(logarithmic_mean(np.array(1.0), np.array(np.e)).round(6))
    1.718282
    """
    a, b = np.broadcast_arrays(a, b)
    ratio = (a - b) / b
    near = np.abs(ratio) < 1e-5
    small = np.where(near, ratio, 0.0)
    series = b * (1 + small / 2 - small**2 / 12)
    gap = np.where(np.abs(ratio) < 0.5, np.log1p(np.maximum(ratio, -0.5)), np.log(a) - np.log(b))
    return np.asarray(np.where(near, series, (a - b) / np.where(near, 1.0, gap)))
