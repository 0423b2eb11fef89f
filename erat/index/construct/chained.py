"""Chained equations: filling in every column from all others, in turn."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

PRIOR = 1.0
"""Precision of the prior on standardized slopes: as much as one observation says. It keeps the
regression defined with few rows, many columns or collinear ones."""


class Slopes(NamedTuple):
    """The posterior of a regression: expected slopes, a root of their covariance, and its scale."""

    expected: np.ndarray
    root: np.ndarray
    squares: float
    rows: int


def chained(x: np.ndarray, rounds: int, random: np.random.Generator | None) -> np.ndarray:
    """Fill in missing values by a linear regression of every column on all others.

    Columns are standardized and gaps begin as the mean. In every round each column with gaps, the
    one with the fewest first, is regressed on all others where it has values, and its gaps are
    predicted. The slopes have the prior ``N(0, s**2)``, a ridge of 1; s is the residual standard
    deviation. With ``random`` the residual variance, the slopes and the residuals are drawn from
    their posterior. Predictions are kept within the values that the column has, so that no chain
    runs away and no filled value is a new best or worst. A column without values stays missing;
    one with a single value, or a constant one, is filled with it.

    Parameters
    ----------
    x
        Shape ``(units, indicators)``, missing as nan.
    rounds
        How often every column is gone through.
    random
        Where draws come from; None for what the regression expects.

    Returns
    -------
    ndarray
        Shape ``(units, indicators)``.
    """
    gaps = np.isnan(x)
    usable = np.flatnonzero(~gaps.all(axis=0))
    gaps, part = gaps[:, usable], x[:, usable]
    centre, spread = _standard(part, gaps)
    z = np.where(gaps, 0.0, (part - centre) / spread)
    low = np.where(gaps, np.inf, z).min(axis=0, initial=np.inf)
    high = np.where(gaps, -np.inf, z).max(axis=0, initial=-np.inf)
    turns = [j for j in np.argsort(gaps.sum(axis=0), kind="stable") if gaps[:, j].any()]
    for _ in range(rounds):
        for j in turns:
            made = _predict(np.delete(z, j, axis=1), z[:, j], gaps[:, j], random)
            z[gaps[:, j], j] = np.clip(made, low[j], high[j])
    filled = x.copy()
    filled[:, usable] = np.where(gaps, z * spread + centre, part)
    return filled


def _standard(x: np.ndarray, gaps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation (n - 1) of what is there; 1 for a constant or single value."""
    count = (~gaps).sum(axis=0)
    known = np.where(gaps, 0.0, x)
    centre = known.sum(axis=0) / count
    squares = np.where(gaps, 0.0, (x - centre) ** 2).sum(axis=0)
    lowest = np.where(gaps, np.inf, x).min(axis=0, initial=np.inf)
    constant = lowest == np.where(gaps, -np.inf, x).max(axis=0, initial=-np.inf)
    centre = np.where(constant, lowest, centre)
    return centre, np.where(constant, 1.0, np.sqrt(squares / np.maximum(count - 1, 1)))


def _predict(
    others: np.ndarray, y: np.ndarray, gaps: np.ndarray, random: np.random.Generator | None
) -> np.ndarray:
    """Predict the gaps of a column from the others, or draw them."""
    centre, middle = others[~gaps].mean(axis=0), y[~gaps].mean()
    slopes = _regress(others[~gaps] - centre, y[~gaps] - middle)
    new = others[gaps] - centre
    if random is None:
        return np.asarray(middle + new @ slopes.expected)
    degrees = max(slopes.rows - 1, 1)
    sd = np.sqrt(slopes.squares / random.chisquare(degrees))
    beta = slopes.expected + sd * slopes.root @ random.standard_normal(len(slopes.expected))
    level = middle + sd / np.sqrt(slopes.rows) * random.standard_normal()
    return np.asarray(level + new @ beta + sd * random.standard_normal(len(new)))


def _regress(x: np.ndarray, y: np.ndarray) -> Slopes:
    precision = x.T @ x + PRIOR * np.eye(x.shape[1])
    inverse = np.linalg.inv(precision)
    expected = inverse @ (x.T @ y)
    squares = float(((y - x @ expected) ** 2).sum() + PRIOR * (expected**2).sum())
    return Slopes(expected, np.linalg.cholesky((inverse + inverse.T) / 2), squares, len(y))
