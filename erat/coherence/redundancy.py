"""Redundancy: indicators that others already say."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from erat.coherence.values import SINGULAR, complete
from erat.index.correlation import Kind, correlate, numbers

LARGE_VIF = 4.0
"""The common limit of a variance inflation factor (OECD/JRC 2008, Handbook, box 5)."""


@dataclass(frozen=True)
class Collinearity:
    """How many independent columns a table has.

    Attributes
    ----------
    rank, items, n
        Rank of the correlation matrix, number of columns that vary, rows without a gap.
    involved
        Columns that are a weighted sum of others (those with a part in an eigenvector whose
        eigenvalue is zero).
    left_out
        Columns that are constant or empty.
    """

    rank: int
    items: int
    n: int
    involved: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def perfect(self) -> bool:
        """Whether some column is a weighted sum of others."""
        return self.rank < self.items


def redundant(frame: pd.DataFrame, threshold: float = 0.92, kind: Kind = "pearson") -> pd.DataFrame:
    """List the pairs of columns that say nearly the same, the strongest first.

    Parameters
    ----------
    frame
        Units by indicators, missing as nan; pairs are complete by themselves.
    threshold
        Pairs with ``|r|`` above it are listed.
    kind
        Pearson, Spearman or Kendall.

    Returns
    -------
    DataFrame
        ``a``, ``b``, ``r``, ``n``. A strong negative r counts as well.

    Raises
    ------
    DataError
        If a value is infinite.
    """
    x = numbers(frame)
    rows = []
    for i, j in combinations(range(x.shape[1]), 2):
        r, _, n = correlate(x[:, i], x[:, j], kind)
        if abs(r) > threshold:
            rows.append((str(frame.columns[i]), str(frame.columns[j]), r, n))
    rows.sort(key=lambda row: -abs(row[2]))
    return pd.DataFrame(rows, columns=["a", "b", "r", "n"])


def vif(frame: pd.DataFrame) -> pd.Series:
    """Compute the variance inflation factor of every column, ``1 / (1 - R^2)``.

    Parameters
    ----------
    frame
        Units by indicators. Rows with a gap and constant columns are left out.

    Returns
    -------
    Series
        Indexed by column; R^2 is that of the regression of the column on all others. Infinite
        for a column that is a weighted sum of others (all of them, if there are not more rows
        than columns); 1 for one that is unrelated to them; nan of less than two columns or three
        rows.

    Raises
    ------
    DataError
        If a value is infinite.
    """
    data = complete(frame)
    index = pd.Index(data.codes, name="indicator")
    if not data.enough:
        return pd.Series(np.nan, index=index, name="vif")
    z = (data.x - data.x.mean(axis=0)) / data.x.std(axis=0)
    factors = []
    for j in range(len(index)):
        others = np.delete(z, j, axis=1)
        left = z[:, j] - others @ np.linalg.lstsq(others, z[:, j], rcond=SINGULAR)[0]
        unexplained = (left**2).mean()
        factors.append(1 / unexplained if unexplained > SINGULAR else np.inf)
    return pd.Series(factors, index=index, name="vif")


def collinearity(frame: pd.DataFrame) -> Collinearity:
    """Find columns that are weighted sums of others.

    Parameters
    ----------
    frame
        Units by indicators. Rows with a gap and constant columns are left out.

    Returns
    -------
    Collinearity
        An eigenvalue of the correlation matrix counts as zero below 1e-10 of the largest. With
        less than two columns or three rows nothing is called collinear.

    Raises
    ------
    DataError
        If a value is infinite.
    """
    data = complete(frame)
    k = len(data.codes)
    if not data.enough:
        return Collinearity(k, k, data.n, (), data.left_out)
    values, vectors = np.linalg.eigh(data.r)
    zero = values <= SINGULAR * values[-1]
    part = (np.abs(vectors[:, zero]) > 1e-6).any(axis=1)
    involved = tuple(code for code, own in zip(data.codes, part, strict=True) if own)
    return Collinearity(k - int(zero.sum()), k, data.n, involved, data.left_out)
