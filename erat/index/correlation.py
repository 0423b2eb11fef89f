"""Correlations, by pairs or of all rows without a gap, and which values they can be taken of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from erat.errors import DataError, Problem, listing

Kind = Literal["pearson", "spearman", "kendall"]
TESTS: dict[Kind, str] = {"pearson": "pearsonr", "spearman": "spearmanr", "kendall": "kendalltau"}
"""Functions of ``scipy.stats``."""
ROUNDING = 1e-12
"""A column whose range is less than this part of its largest value is constant."""
SINGULAR = 1e-10
"""An eigenvalue below this part of the largest one is zero."""


@dataclass(frozen=True)
class Correlations:
    """Correlations of some columns (rows of the tables) with others (their columns).

    ``r`` are coefficients, ``p`` two-sided p-values of no correlation, ``n`` rows with both values.
    """

    r: pd.DataFrame
    p: pd.DataFrame
    n: pd.DataFrame


def correlations(
    frame: pd.DataFrame, other: pd.DataFrame | None = None, kind: Kind = "pearson"
) -> Correlations:
    """Correlate columns with those of another table on the same rows, or among themselves.

    Each pair is taken over the rows that have both values: ``pearson``, ``spearman`` (ranks, ties
    averaged) or ``kendall`` (tau-b). Tables are ``(columns of frame, columns of other)``. A pair
    with fewer than three common rows, or with a column that is constant in them, has neither r nor
    p (nan). An infinite value is refused (DataError).

    p-values are those of ``scipy.stats.pearsonr``, ``spearmanr`` (t with n - 2) and ``kendalltau``
    (exact for small samples without ties). They take units for a random sample, which provinces
    are not: read them as a yardstick for what chance alone could do.

    Examples
    --------
    >>> table = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [1.0, 3, 2, None], "c": 5.0})
    >>> pairs = correlations(table)
    >>> pairs.r.round(2).loc["a"].tolist(), pairs.n.loc["a"].tolist()
    ([1.0, 0.5, nan], [4, 3, 4])
    """
    right = frame if other is None else other.loc[frame.index]
    x, y = numbers(frame), numbers(right)
    pairs = np.full((3, x.shape[1], y.shape[1]), np.nan)
    for i, j in np.ndindex(pairs.shape[1:]):
        again = other is None and j < i
        pairs[:, i, j] = pairs[:, j, i] if again else correlate(x[:, i], y[:, j], kind)
    r, p, n = (pd.DataFrame(values, frame.columns, right.columns) for values in pairs)
    return Correlations(r, p, n.astype(int))


def correlate(x: np.ndarray, y: np.ndarray, kind: Kind = "pearson") -> tuple[float, float, int]:
    """Return r, p and n of one pair of columns; see :func:`correlations`."""
    both = ~np.isnan(x) & ~np.isnan(y)
    x, y, n = x[both], y[both], int(both.sum())
    if n < 3 or is_constant(x) or is_constant(y):
        return np.nan, np.nan, n
    from scipy import stats

    r, p = getattr(stats, TESTS[kind])(to_unit_range(x), to_unit_range(y))
    return float(r), float(p), n


def numbers(frame: pd.DataFrame) -> np.ndarray:
    """Return a table as floats, ``(rows, columns)``, missing as nan; refuse an infinite value."""
    x = np.asarray(frame.to_numpy(dtype=float, na_value=np.nan))
    wrong = [str(code) for code in frame.columns[np.isinf(x).any(axis=0)]]
    if wrong:
        found, remedy = f"an infinite value in {listing(wrong)}", "correct it or leave it empty"
        raise DataError([Problem("data", found, "finite numbers", remedy)])
    return x


def is_constant(x: np.ndarray) -> bool:
    """Whether the values that are there are one, but for rounding; so are no values at all."""
    there = x[~np.isnan(x)]
    return not there.size or bool(np.ptp(there) <= ROUNDING * np.abs(there).max())


def to_unit_range(x: np.ndarray) -> np.ndarray:
    """Stretch a varying column to 0..1, so that large numbers lose no digits in its moments."""
    low, high = np.nanmin(x), np.nanmax(x)
    return np.asarray((x / 2 - low / 2) / (high / 2 - low / 2))


@dataclass(frozen=True)
class Complete:
    """The rows without a gap, of the columns that vary in them, ``x (rows, columns)``.

    ``left_out`` are columns that are constant or empty: they say nothing about the others.
    """

    x: np.ndarray
    codes: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.x)

    @property
    def enough(self) -> bool:
        """Whether there are two columns and three rows, the least that can be correlated."""
        return self.n >= 3 and len(self.codes) >= 2

    @cached_property
    def r(self) -> np.ndarray:
        """Pearson correlations, shape ``(columns, columns)``; nan where there is not enough."""
        if self.enough:
            return correlation_matrix(self.x)
        return np.full((len(self.codes), len(self.codes)), np.nan)

    @property
    def invertible(self) -> bool:
        """Whether no eigenvalue of the correlations is zero: no column adds up from others."""
        if not self.enough:
            return False
        eigenvalues = np.linalg.eigvalsh(self.r)
        return bool(eigenvalues[0] > SINGULAR * eigenvalues[-1])


def complete(frame: pd.DataFrame) -> Complete:
    """Take the rows without a gap and the columns that vary in them.

    A column that is constant or empty in the whole table is left out first: it costs no row.
    """
    x, codes = numbers(frame), [str(code) for code in frame.columns]
    varying = [j for j in range(len(codes)) if not is_constant(x[:, j])]
    x = x[~np.isnan(x[:, varying]).any(axis=1)]
    kept = [j for j in varying if not is_constant(x[:, j])]
    left_out = tuple(code for j, code in enumerate(codes) if j not in kept)
    return Complete(x[:, kept], tuple(codes[j] for j in kept), left_out)


def principal(r: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the eigenvalues of correlations, descending, and their components' loadings,
    ``(columns, components)``: ``v sqrt(e)``.
    """
    values, vectors = np.linalg.eigh(r)
    values = np.maximum(values[::-1], 0.0)
    return values, vectors[:, ::-1] * np.sqrt(values)


def correlation_matrix(x: np.ndarray) -> np.ndarray:
    """Pearson correlations of complete, varying columns, shape ``(columns, columns)``."""
    scaled = np.apply_along_axis(to_unit_range, 0, x)
    centred = scaled - scaled.mean(axis=0)
    z = centred / np.sqrt((centred**2).sum(axis=0))
    r = np.clip(z.T @ z, -1.0, 1.0)
    np.fill_diagonal(r, 1.0)
    return np.asarray((r + r.T) / 2)
