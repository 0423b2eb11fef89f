"""What a weighting is given, the registry of weightings, and the two that need no data.

A weighting takes the :class:`Children` of one node and returns weights of shape ``(children,)``
that add to 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, NoReturn

import numpy as np
import pandas as pd
from pydantic import Field

from erat.errors import MethodError, Problem
from erat.index.construct.node import to_one
from erat.index.registry import Registry


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
        Their scores, shape ``(units, children)``; nan where missing. Of a panel: all years.
    node
        The node's code.
    top
        Whether the node is the index.
    low, high
        Bounds of a weight's share in the sum of weights, shape ``(children,)``; nan for none.
    """

    codes: tuple[str, ...]
    nominal: np.ndarray
    x: np.ndarray
    node: str = ""
    top: bool = True
    low: np.ndarray = field(default_factory=lambda: np.array([]))
    high: np.ndarray = field(default_factory=lambda: np.array([]))


WEIGHTINGS: Registry[Callable[..., np.ndarray]] = Registry("weights")

Weight = Annotated[float, Field(ge=0)]


@WEIGHTINGS.add
def framework(children: Children, *, values: dict[str, Weight] = {}) -> np.ndarray:  # noqa: B006
    """The weights that the framework table gives, scaled to add to 1 under each node.

    ``values`` replaces the weights of some nodes.
    """
    pairs = zip(children.codes, children.nominal, strict=True)
    return to_one(np.array([values.get(code, nominal) for code, nominal in pairs]))


@WEIGHTINGS.add
def equal(children: Children) -> np.ndarray:
    """The same weight for every child of a node."""
    return to_one(np.ones(len(children.codes)))


def to_one_or_equal(weights: np.ndarray) -> np.ndarray:
    """Scale weights to add to 1; where the data speak for nobody, all get the same."""
    return to_one(weights if weights.any() else np.ones(weights.shape))


def varies(x: np.ndarray) -> np.ndarray:
    """Tell which columns have two values that differ by more than rounding, ``(children,)``."""
    frame = pd.DataFrame(x)
    low, high = frame.min().to_numpy(), frame.max().to_numpy()
    return np.asarray(high - low > 1e-12 * np.maximum(np.abs(low), np.abs(high)))


def correlations(x: np.ndarray) -> np.ndarray:
    """Return Pearson correlations, each over the rows that both columns have; 0 if undefined."""
    frame = pd.DataFrame(x)
    scaled = (frame - frame.min()) / (frame.max() - frame.min()).replace(0, 1)
    r = np.nan_to_num(scaled.corr(min_periods=3).to_numpy(copy=True))
    np.fill_diagonal(r, 1.0)
    return np.asarray(np.clip(r, -1.0, 1.0))


def refuse(node: str, found: str, expected: str, remedy: str) -> NoReturn:
    """Refuse to weigh a node's children."""
    raise MethodError([Problem(f"method, weights of {node!r}", found, expected, remedy)])


def refuse_negative(children: Children, name: str) -> None:
    """Refuse negative scores under a weighting that is not defined for them."""
    columns = zip(children.codes, children.x.T, strict=True)
    bad = [code for code, column in columns if (column < 0).any()]
    if bad:
        found = f"negative values of {', '.join(bad)}"
        remedy = "choose a normalization that cannot be negative, or another weighting"
        refuse(children.node, found, f"values of 0 or more for {name}", remedy)
