"""Correlations by pairs, with what they rest on, and which values they can be taken of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from erat.errors import DataError, Problem, listing

Kind = Literal["pearson", "spearman", "kendall"]
TESTS: dict[Kind, str] = {"pearson": "pearsonr", "spearman": "spearmanr", "kendall": "kendalltau"}
"""Functions of ``scipy.stats``."""

ROUNDING = 1e-12
"""A column whose range is less than this part of its largest value is constant."""


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
    """Correlate columns, each pair over the rows that have both values.

    Parameters
    ----------
    other
        On the same rows; ``frame`` with itself if not given.
    kind
        ``pearson``; ``spearman`` (ranks, ties averaged); ``kendall`` (tau-b).

    Returns
    -------
    Correlations
        Tables of shape ``(columns of frame, columns of other)``. A pair with fewer than three
        common rows, or with a column that is constant in them, has neither r nor p (nan).

    Raises
    ------
    DataError
        If a value is infinite.

    Notes
    -----
    p-values are those of ``scipy.stats.pearsonr``, ``spearmanr`` (t with n - 2) and ``kendalltau``
    (exact for small samples without ties). They take units for a random sample, which provinces
    are not: read them as a yardstick for what chance alone could do.

    Examples
    --------
    >>> table = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [1.0, 3, 2, None], "c": 5.0})
    >>> found = correlations(table)
    >>> found.r.round(2).loc["a"].tolist(), found.n.loc["a"].tolist()
    ([1.0, 0.5, nan], [4, 3, 4])
    """
    right = frame if other is None else other.loc[frame.index]
    x, y = numbers(frame), numbers(right)
    r, p, n = np.full((3, x.shape[1], y.shape[1]), np.nan)
    for i, j in np.ndindex(r.shape):
        if other is None and j < i:
            r[i, j], p[i, j], n[i, j] = r[j, i], p[j, i], n[j, i]
        else:
            r[i, j], p[i, j], n[i, j] = correlate(x[:, i], y[:, j], kind)
    tables = (
        pd.DataFrame(values, frame.columns, right.columns) for values in (r, p, n.astype(int))
    )
    return Correlations(*tables)


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
