"""Sensitivity indices: how much of an output's variance comes from each factor.

With f(A), f(B) and f(AB), where AB is A with one factor (or group) taken from B, on outputs centred
at the mean of A and B, and V their variance:

- first order  ``S1 = mean(f(B) (f(AB) - f(A))) / V``: what the factor does alone. Source: Saltelli
  et al. (2010), Variance based sensitivity analysis of model output, Computer Physics
  Communications 181, table 2, row b.
- total order  ``ST = mean((f(A) - f(AB))**2) / (2 V)``: with all its interactions. Source: Jansen
  (1999), Analysis of variance designs for model output, Computer Physics Communications 117.

Intervals come from drawing whole rows (A, B and all AB of one point) again with repetition, 95%
between percentiles. Source: Archer, Saltelli and Sobol' (1997), Sensitivity measures, ANOVA-like
techniques and the use of bootstrap, J. Statistical Computation and Simulation 58.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

RESAMPLES = 500
"""Bootstrap samples behind an interval."""

LEVEL = 0.95
TAILS = [50 * (1 - LEVEL), 100 - 50 * (1 - LEVEL)]
"""Percentiles of the bootstrap between which an interval lies."""

NO_VARIANCE = 1e-20
"""A variance below this part of the squared outputs is rounding: the output never changes."""


class Indices(NamedTuple):
    """Indices, ``(factors, outputs)`` each; nan where not defined, or no bootstrap was made."""

    s1: np.ndarray
    s1_low: np.ndarray
    s1_high: np.ndarray
    st: np.ndarray
    st_low: np.ndarray
    st_high: np.ndarray


def sobol_indices(
    a: np.ndarray, b: np.ndarray, ab: np.ndarray, resampled: np.ndarray | None = None
) -> Indices:
    """Estimate first and total order indices, with bootstrap intervals.

    Parameters
    ----------
    a, b, ab
        Outputs of the two samples, ``(rows, outputs)``, and of A with one factor from B,
        ``(factors, rows, outputs)``. A row that misses a value of an output is left out of it.
    resampled
        How often each row is drawn in every bootstrap sample, ``(samples, rows)``, as
        :func:`resamples` gives it; None for no intervals.
    """
    there = ~(np.isnan(a) | np.isnan(b) | np.isnan(ab).any(axis=0))
    count = np.maximum(there.sum(axis=0), 1)
    centre = np.where(there, a + b, 0.0).sum(axis=0) / (2 * count)
    a, b, ab = (np.where(there, y - centre, 0.0) for y in (a, b, ab))
    scale = np.abs(centre)
    s1, st = _estimates(np.ones((1, len(a))), a, b, ab, there, scale)[:, 0]
    ends = np.full((2, 2, *s1.shape), np.nan)
    if resampled is not None:
        step = max(2**24 // max(len(resampled) * len(ab), 1), 1)
        for start in range(0, a.shape[1], step):
            part = slice(start, start + step)
            outputs = (a[:, part], b[:, part], ab[..., part], there[:, part], scale[part])
            ends[..., part] = np.percentile(_estimates(resampled, *outputs), TAILS, axis=1)
    (s1_low, st_low), (s1_high, st_high) = ends
    return Indices(s1, s1_low, s1_high, st, st_low, st_high)


def _estimates(
    weights: np.ndarray,
    a: np.ndarray,
    b: np.ndarray,
    ab: np.ndarray,
    there: np.ndarray,
    scale: np.ndarray,
) -> np.ndarray:
    """Return S1 and ST, ``(2, samples, factors, outputs)``, under weights of rows. Outputs were
    centred once; each sample is centred again at its own mean through sums.
    """
    rows = weights.sum(axis=1, keepdims=True)
    if not there.all():
        rows = np.maximum(weights @ there.astype(float), 1.0)
    mean = weights @ (a + b) / (2 * rows)
    variance = weights @ (a**2 + b**2) / (2 * rows) - mean**2
    varies = variance > NO_VARIANCE * (scale**2 + 1e-300)
    safe = np.where(varies, variance, np.nan)
    estimates = np.empty((2, len(weights), len(ab), a.shape[1]))
    for i, mixed in enumerate(ab):
        apart = mixed - a
        estimates[0, :, i] = (weights @ (b * apart) - mean * (weights @ apart)) / rows / safe
        estimates[1, :, i] = weights @ apart**2 / (2 * rows) / safe
    return estimates


def enumerated_indices(choices: pd.DataFrame, outputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the exact indices of a whole grid, every combination equally likely, or ValueError.

    ``S1 = V(E(f | x)) / V(f)`` and ``ST = E(V(f | all but x)) / V(f)``, ``(factors, outputs)``
    each; nan of an output that never changes. ``choices`` has a row a combination and a column a
    factor; ``outputs`` are ``(combinations, outputs)``.

    Source: Saltelli et al. (2008), Global sensitivity analysis: the primer, chapter 4.

    >>> grid = pd.DataFrame({"a": [0, 0, 1, 1], "b": [0, 1, 0, 1]})
    >>> s1, st = enumerated_indices(grid, np.array([[0.0], [0.0], [2.0], [2.0]]))
    >>> s1[:, 0].tolist(), st[:, 0].tolist()
    ([1.0, 0.0], [1.0, 0.0])
    """
    sizes = [int(choices[name].nunique()) for name in choices]
    if len(choices) != np.prod(sizes) or choices.duplicated().any():
        raise ValueError("some combinations of choices are missing, or occur twice")
    order = choices.reset_index(drop=True).sort_values(list(choices)).index
    grid = outputs[order].reshape(*sizes, -1)
    every = tuple(range(len(sizes)))
    variance = grid.var(axis=every)
    varies = variance > NO_VARIANCE * (grid.mean(axis=every) ** 2 + 1e-300)
    safe = np.where(varies, variance, np.nan)
    first = [grid.mean(axis=tuple(i for i in every if i != axis)).var(axis=0) for axis in every]
    total = [grid.var(axis=axis).mean(axis=every[:-1]) for axis in every]
    return np.stack(first) / safe, np.stack(total) / safe


def resamples(rows: int, seed: int, count: int = RESAMPLES) -> np.ndarray:
    """Draw bootstrap samples of whole rows: how often each is drawn, ``(count, rows)``."""
    random = np.random.default_rng([seed, 2])
    drawn = (random.integers(0, rows, rows) for _ in range(count))
    return np.array([np.bincount(places, minlength=rows) for places in drawn], dtype=float)


def resolved(low: np.ndarray, high: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Tell which factors' indices can be told from the next smaller one's, ``(factors,)``: their
    intervals do not overlap. The smallest is compared with the next larger; one alone is told.
    """
    order = np.argsort(-value, kind="stable")
    apart = low[order[:-1]] > high[order[1:]]
    clear = np.ones(len(value), dtype=bool)
    clear[order] = [*apart, *(apart[-1:] if len(apart) else [True])]
    return clear
