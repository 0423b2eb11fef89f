"""Benefit of the doubt: each unit's own best weights, by linear programs (HiGHS through scipy)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

REACHED = 1e-9
"""Scores nearer to 1 than this have reached it."""
SMALLEST = 1e-290
"""Scores below it count as 0, so that weights stay finite."""


class BoundsError(ValueError):
    """Bounds that leave no weights."""


class Frontier(NamedTuple):
    """Scores of the benefit of the doubt, 0 to 1; nan where a unit has no value at all.

    ``weights`` are each unit's own, ``(units, children)``: ``score = sum(weights * x)``; where
    several are equally good, those that the solver came upon. ``peers`` of a row,
    ``(units, units)``, are the units that reach 1 under the row's weights: a unit that reaches 1 is
    its own peer, and ties with others that are peers of it.
    """

    score: np.ndarray
    weights: np.ndarray
    peers: np.ndarray


def benefit_of_the_doubt(x: np.ndarray, low: np.ndarray, high: np.ndarray) -> Frontier:
    """Weigh every unit as suits it best, so that nobody gets above 1 with these weights.

    ``x`` are scores of 0 or more, ``(units, children)``. A missing child (nan) gets no weight in
    its unit, and counts 0 where others are held against the unit. ``low`` and ``high``,
    ``(children,)``, bound each weight's share in the sum of weights (nan for none) among the
    children that a unit has; upper ones that then add to less than 1 are scaled up. Raises
    :class:`BoundsError` for lows that add to more than 1, or highs to less.
    """
    low, high = np.nan_to_num(low, nan=0.0), np.nan_to_num(high, nan=1.0)
    if low.sum() > 1 + 1e-9 or high.sum() < 1 - 1e-9 or (low > high).any():
        least, most = low.sum(), high.sum()
        raise BoundsError(
            f"lower shares add to {least:g} and upper ones to {most:g}: no weights fit"
        )
    there, filled = ~np.isnan(x), np.where(x >= SMALLEST, x, 0.0)
    weights = np.zeros(x.shape)
    for pattern in np.unique(there, axis=0):
        rows = np.flatnonzero((there == pattern).all(axis=1))
        everyone = np.unique(filled[:, pattern], axis=0)
        if everyone.size and everyone.max() > 0:
            units, places = np.unique(filled[np.ix_(rows, pattern)], axis=0, return_inverse=True)
            solved = _solve(units, everyone, low[pattern], high[pattern])
            weights[np.ix_(rows, pattern)] = solved[places.reshape(-1)]
    reached = weights @ filled.T >= 1 - REACHED
    score = np.where(there.any(axis=1), (weights * filled).sum(axis=1), np.nan)
    return Frontier(np.minimum(score, 1.0), weights, reached)


def _solve(
    units: np.ndarray, everyone: np.ndarray, low: np.ndarray, high: np.ndarray
) -> np.ndarray:
    """Solve one linear program a unit; all share their constraints, on columns with a maximum of 1.

    A child that nobody has anything of gets no more weight than its lower bound asks for.
    """
    from scipy.optimize import linprog

    k = units.shape[1]
    if high.sum() < 1:
        high = high / high.sum() if high.sum() > 0 else np.ones(k)
    low = np.minimum(low, high)
    most = everyone.max(axis=0)
    most = np.where(most > 0, most, most.max())
    above_low = (low[:, None] * np.ones(k) - np.eye(k))[low > 0]
    below_high = (np.eye(k) - high[:, None] * np.ones(k))[high < 1]
    shares = np.vstack([above_low, below_high]) / most * most.max()
    above = np.vstack([everyone / most, shares])
    limit = np.concatenate([np.ones(len(everyone)), np.zeros(len(shares))])
    weights = np.zeros(units.shape)
    for i, row in enumerate(units / most):
        if row.any():
            result = linprog(-row, A_ub=above, b_ub=limit, bounds=(0, None), method="highs")
            weights[i] = _without_rounding(np.maximum(result.x, 0.0), row, everyone / most)
    return np.asarray(weights / most)


def _without_rounding(weights: np.ndarray, row: np.ndarray, everyone: np.ndarray) -> np.ndarray:
    """Take the solver's rounding out: nobody above 1, and whoever nearly reaches 1 does."""
    weights = weights / max(1.0, float((everyone @ weights).max()))
    score = float(row @ weights)
    return np.asarray(weights / score if score > 1 - REACHED else weights)
