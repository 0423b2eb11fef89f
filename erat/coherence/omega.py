"""McDonald's omega: how much of a sum of items is one common factor."""

from __future__ import annotations

import numpy as np
import pandas as pd

from erat.coherence.values import complete

UNIQUENESS = 0.005
"""The least share of its own that an item keeps, as in psych's and factor_analyzer's minres."""
STEPS = 10_000


def omega(frame: pd.DataFrame) -> float:
    """Return McDonald's omega (total) of one common factor.

    Parameters
    ----------
    frame
        Units by items, all in the direction of what is measured (normalized values). Rows with a
        gap and constant columns are left out.

    Returns
    -------
    float
        ``(sum l)^2 / ((sum l)^2 + sum(1 - l^2))``, with the loadings ``l`` of one factor
        (:func:`one_factor`) fitted to the correlations, so that every item counts alike. Two items
        determine no loading of their own: both get ``sqrt(r)``, which gives the standardized
        alpha, and nan if they correlate negatively. nan of less than two items or three rows.

    Raises
    ------
    DataError
        If a value is infinite.

    Notes
    -----
    Items are not turned: one that loads against the others lowers omega. Source: McDonald (1999),
    Test Theory, equation 6.20b; this is ``omega.tot`` of R's ``psych::omega`` with one factor.
    """
    data = complete(frame)
    if not data.enough:
        return float("nan")
    loadings = one_factor(data.r)
    common = loadings.sum() ** 2
    return float(common / (common + (1 - loadings**2).sum()))


def one_factor(r: np.ndarray) -> np.ndarray:
    """Fit one factor to a correlation matrix by minimum residuals.

    Parameters
    ----------
    r
        Correlations, shape ``(items, items)``.

    Returns
    -------
    ndarray
        Loadings ``(items,)`` that make ``sum over i < j of (r_ij - l_i l_j)^2`` least, with
        ``l^2 <= 0.995``; their sum is not negative. Two items: ``sqrt(r)`` for both, nan if r is
        negative.

    Notes
    -----
    Harman and Jones (1966), Factor analysis by minimizing residuals (minres), Psychometrika 31.
    One loading at a time is set to its best value given the others,
    ``l_i = sum_j r_ij l_j / sum_j l_j^2`` (j other than i), from the first principal component on.
    """
    if len(r) == 2:
        return np.full(2, np.sqrt(r[0, 1]) if r[0, 1] >= 0 else np.nan)
    most = np.sqrt(1 - UNIQUENESS)
    values, vectors = np.linalg.eigh(r)
    loadings = np.clip(vectors[:, -1] * np.sqrt(values[-1]), -most, most)
    for _ in range(STEPS):
        before = loadings.copy()
        for i in range(len(r)):
            square = loadings @ loadings - loadings[i] ** 2
            product = r[i] @ loadings - loadings[i]
            loadings[i] = np.clip(product / square, -most, most) if square > 0 else 0.0
        if np.abs(loadings - before).max() < 1e-13:
            break
    return np.asarray(loadings if loadings.sum() >= 0 else -loadings)
