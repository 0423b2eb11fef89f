"""Weighting: the weight of every child under its node.

A function takes the children of one node and returns weights of shape ``(children,)`` that add
to 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import Field

from erat.registry import Registry


@dataclass(frozen=True)
class Children:
    """The children of one node.

    Attributes
    ----------
    codes
        Their codes.
    nominal
        The framework's weights, shape ``(children,)``.
    x
        Their scores, shape ``(units, children)``.
    """

    codes: tuple[str, ...]
    nominal: np.ndarray
    x: np.ndarray


WEIGHTINGS: Registry[Callable[..., np.ndarray]] = Registry(
    "weights", later=("pca", "entropy", "critic", "ahp", "budget", "bod", "optimized")
)

Weight = Annotated[float, Field(ge=0)]


@WEIGHTINGS.add
def framework(children: Children, *, values: dict[str, Weight] = {}) -> np.ndarray:  # noqa: B006
    """The weights that the framework table gives, scaled to add to 1 under each node.

    ``values`` replaces the weights of some nodes.
    """
    pairs = zip(children.codes, children.nominal, strict=True)
    return _to_one(np.array([values.get(code, nominal) for code, nominal in pairs]))


@WEIGHTINGS.add
def equal(children: Children) -> np.ndarray:
    """The same weight for every child of a node."""
    return _to_one(np.ones(len(children.codes)))


def _to_one(weights: np.ndarray) -> np.ndarray:
    """Scale weights to add to 1; weights that are all zero stay zero."""
    most = weights.max()
    if most == 0:
        return weights
    shares = weights / most
    return np.asarray(shares / shares.sum())
