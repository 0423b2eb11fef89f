"""Weights from contrast: a child that tells units apart counts for more."""

from __future__ import annotations

import numpy as np
import pandas as pd

from erat.index.construct.children import (
    WEIGHTINGS,
    Children,
    correlations,
    to_one_or_equal,
    varies,
)


@WEIGHTINGS.add(needs="scores")
def entropy(children: Children) -> np.ndarray:
    """One minus Shannon's entropy of every child's shares among the units, scaled to add to 1.

    ``p = x / sum(x)`` over the n units that have the child, ``H = -sum(p log p) / log n``. A child
    with a negative value is first moved up by its minimum, so that its lowest value counts 0;
    other children stay as they are. A constant child gets no weight; if none varies, all get the
    same.

    Source: Shannon (1948), A mathematical theory of communication; Zeleny (1982), Multiple
    criteria decision making, chapter 7.
    """
    moving = varies(children.x)
    diversity = [1 - _entropy(x) if m else 0.0 for x, m in zip(children.x.T, moving, strict=True)]
    return to_one_or_equal(np.maximum(diversity, 0.0))


def _entropy(x: np.ndarray) -> float:
    """Return the entropy of one column's shares, 0 to 1."""
    values = x[~np.isnan(x)]
    values = values - min(values.min(), 0.0)
    p = values / values.max()
    p = p[p > 0] / p.sum()
    return float(-(p * np.log(p)).sum() / np.log(len(values)))


@WEIGHTINGS.add(needs="scores")
def critic(children: Children) -> np.ndarray:
    """CRITIC: the standard deviation times the sum of ``1 - r`` with the other children.

    Deviations are those of the scores as they are, so that with a normalization that makes them
    all the same only correlations count. Correlations are taken over the units that both children
    have. A constant child gets no weight and does not count for the others; where nothing is left
    (all constant, or all the same), all get the same.

    Source: Diakoulaki, Mavrotas and Papayannakis (1995), Determining objective weights in multiple
    criteria problems: the CRITIC method, Computers & Operations Research 22.
    """
    moving = varies(children.x)
    weights = np.zeros(len(children.codes))
    if moving.sum() > 1:
        x = children.x[:, moving]
        apart = (1 - correlations(x)).sum(axis=1)
        weights[moving] = pd.DataFrame(x / np.nanmax(np.abs(x))).std().to_numpy() * apart
    weights[weights < 1e-12 * weights.max()] = 0.0
    return to_one_or_equal(np.where(moving, weights, 0.0) if weights.any() else moving * 1.0)
