"""Weights from principal components: children that say the same share one weight."""

from __future__ import annotations

from itertools import combinations
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from erat.index.construct.children import (
    WEIGHTINGS,
    Children,
    correlations,
    to_one_or_equal,
    varies,
)
from erat.index.construct.node import to_one

Count = Annotated[int, Field(ge=1)]

EIGENVALUE, SHARE, TOGETHER = 1.0, 0.10, 0.60
"""What a component explains to be kept (in columns, or of the variance), and all kept together."""


@WEIGHTINGS.add(needs="scores")
def pca(
    children: Children,
    *,
    variant: Literal["handbook", "first"] = "handbook",
    factors: Count | None = None,
) -> np.ndarray:
    """Weights from the principal components of the children's correlations; never negative.

    ``handbook``: components that explain more than one column (an eigenvalue over 1) or more than
    10% of the variance are kept, and further ones until 60% is explained (``factors`` gives their
    number instead). They are rotated (varimax with Kaiser's normalization). Every child belongs
    to the component in which its squared loading, scaled to add to 1 over the children, is
    largest; that share, times the part of the explained variance that is the component's, is its
    weight, scaled to add to 1 over all. This gives the Handbook's own example its four components.

    ``first``: the loadings on the first component without their sign. A child that goes against
    the others gets a positive weight all the same: look at the correlations first.

    Correlations are taken over the units that both children have. A constant child gets no weight;
    if none varies, all get the same.

    Source: OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 6.1, tables 16
    and 17; Nicoletti, Scarpetta and Boylaud (2000), OECD Economics Department Working Paper 226.
    """
    moving = varies(children.x)
    weights = np.zeros(len(children.codes))
    if moving.any():
        r = correlations(children.x[:, moving])
        loadings = component_loadings(r)
        if variant == "first":
            weights[moving] = np.abs(loadings[:, 0])
        else:
            kept = loadings[:, : min(factors or components_kept(loadings), len(r))]
            weights[moving] = _own_component(varimax(kept))
    return to_one_or_equal(weights)


def component_loadings(r: np.ndarray) -> np.ndarray:
    """Return loadings (children by components), the component that explains most first."""
    values, vectors = np.linalg.eigh(r)
    return np.asarray(vectors[:, ::-1] * np.sqrt(np.maximum(values[::-1], 0.0)))


def components_kept(loadings: np.ndarray) -> int:
    """Count the components to keep: over 1, or over 10%, and at least 60% together."""
    values = (loadings**2).sum(axis=0)
    shares = values / values.sum()
    large = int(((values > EIGENVALUE + 1e-9) | (shares > SHARE + 1e-9)).sum())
    together = int((shares.cumsum() < TOGETHER - 1e-9).sum()) + 1
    return max(large, together)


def _own_component(rotated: np.ndarray) -> np.ndarray:
    """Return each child's squared loading in its own component."""
    squared = rotated**2
    explained = squared.sum(axis=0)
    shares = np.divide(squared, explained, out=np.zeros(squared.shape), where=explained > 0)
    own = shares.round(10).argmax(axis=1)
    return to_one(squared[np.arange(len(own)), own])


def varimax(loadings: np.ndarray, sweeps: int = 1000) -> np.ndarray:
    """Rotate loadings, of shape ``(children, components)``, so that each child loads on few.

    Pairs of components are turned in their plane by the angle that is best for the pair, until
    none turns any more; rows are scaled to length 1 meanwhile. Source: Kaiser (1958), The varimax
    criterion for analytic rotation in factor analysis, Psychometrika 23.
    """
    length = np.linalg.norm(loadings, axis=1, keepdims=True)
    length = np.where(length > 0, length, 1.0)
    turned = loadings / length
    for _ in range(sweeps):
        angles = [_turn(turned, a, b) for a, b in combinations(range(turned.shape[1]), 2)]
        if max(map(abs, angles), default=0.0) < 1e-12:
            break
    return np.asarray(turned * length)


def _turn(loadings: np.ndarray, a: int, b: int) -> float:
    """Turn two columns in place by their best angle, and return it."""
    x, y = loadings[:, a].copy(), loadings[:, b].copy()
    u, v = x**2 - y**2, 2 * x * y
    up = 2 * ((u * v).mean() - u.mean() * v.mean())
    along = (u**2 - v**2).mean() - (u.mean() ** 2 - v.mean() ** 2)
    if np.hypot(up, along) < 1e-14:
        return 0.0
    angle = float(np.arctan2(up, along) / 4)
    loadings[:, a] = x * np.cos(angle) + y * np.sin(angle)
    loadings[:, b] = y * np.cos(angle) - x * np.sin(angle)
    return angle
