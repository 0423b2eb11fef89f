"""A node as weightings and aggregations see it: its children, their weights, and who is missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Node:
    """A node (the index if ``top``), the codes of its children, and what bounds their weights.

    ``weights``, ``(..., children)``, are the framework's; for an aggregation they add to 1. ``low``
    and ``high``, ``(children,)``, bound a weight's share in the sum of weights; nan for none.
    """

    code: str
    codes: tuple[str, ...]
    weights: np.ndarray
    low: np.ndarray
    high: np.ndarray
    top: bool = True


def to_one(weights: np.ndarray) -> np.ndarray:
    """Scale weights to add to 1; weights that are all zero stay zero."""
    most = weights.max()
    if most == 0:
        return weights
    shares = weights / most
    return np.asarray(shares / shares.sum())


def has_enough(share: np.ndarray, min_share: float) -> np.ndarray:
    """Tell whether what is there of a node's children (a share, 0 to 1) is enough to score it."""
    return np.asarray(share >= min_share - 1e-12)


def over_those_there(
    x: np.ndarray, weights: np.ndarray, min_share: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return weights over the children a unit has, adding to 1, and whether these are enough.

    ``x`` is ``(..., units, children)``, nan where missing. Enough, ``(..., units)``, are
    ``min_share`` of the children, and one with a weight.
    """
    there = ~np.isnan(x)
    w = weights * there
    total = w.sum(axis=-1, keepdims=True)
    enough = (total[..., 0] > 0) & has_enough(there.mean(axis=-1), min_share)
    return w / np.where(total > 0, total, 1.0), enough
