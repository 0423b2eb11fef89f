"""Are the correlations of a kind that one or a few factors can explain?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from erat.coherence.values import Complete, complete, is_singular

LEAST_KMO = 0.6
"""Kaiser and Rice's (1974) least KMO, as quoted in the OECD/JRC Handbook (2008), box 5."""


@dataclass(frozen=True)
class Kmo:
    """Kaiser-Meyer-Olkin measure of sampling adequacy, 0 to 1.

    Attributes
    ----------
    overall
        Of all items.
    items
        Of each, indexed by item.
    n
        Rows without a gap.
    """

    overall: float
    items: pd.Series
    n: int


@dataclass(frozen=True)
class Bartlett:
    """Bartlett's test that no two items correlate.

    Attributes
    ----------
    statistic, df, p
        Chi-squared, its degrees of freedom and the p-value.
    n
        Rows without a gap.
    """

    statistic: float
    df: int
    p: float
    n: int


def kmo(frame: pd.DataFrame) -> Kmo:
    """Compare correlations with partial correlations.

    Parameters
    ----------
    frame
        Units by items. Rows with a gap and constant columns are left out.

    Returns
    -------
    Kmo
        nan where the correlations are singular (an item is a sum of others, or there are not more
        rows than items): partial correlations are not defined then.

    Raises
    ------
    DataError
        If a value is infinite.

    Notes
    -----
    ``sum r^2 / (sum r^2 + sum q^2)`` over pairs, q being the partial correlations given all other
    items, ``q_ij = -s_ij / sqrt(s_ii s_jj)`` of the inverse s of r. Sources: Kaiser (1970),
    Psychometrika 35; Kaiser and Rice (1974), Educational and Psychological Measurement 34.
    """
    data = complete(frame)
    index = pd.Index(data.codes, name="indicator")
    if not _invertible(data):
        return Kmo(float("nan"), pd.Series(np.nan, index=index, name="kmo"), data.n)
    inverse = np.linalg.inv(data.r)
    scale = np.sqrt(np.diag(inverse))
    partial = inverse / np.outer(scale, scale)
    off = ~np.eye(len(index), dtype=bool)
    r2, q2 = data.r**2 * off, partial**2 * off
    both = (r2 + q2).sum(axis=0)
    none = both == 0
    items = np.where(none, np.nan, r2.sum(axis=0) / np.where(none, 1.0, both))
    overall = r2.sum() / both.sum() if both.sum() else np.nan
    return Kmo(float(overall), pd.Series(items, index=index, name="kmo"), data.n)


def bartlett(frame: pd.DataFrame) -> Bartlett:
    """Test whether the correlation matrix differs from that of unrelated items.

    Parameters
    ----------
    frame
        Units by items. Rows with a gap and constant columns are left out.

    Returns
    -------
    Bartlett
        nan where the correlations are singular: their determinant is zero.

    Raises
    ------
    DataError
        If a value is infinite.

    Notes
    -----
    ``-(n - 1 - (2 k + 5) / 6) log det r`` with ``k (k - 1) / 2`` degrees of freedom. Source:
    Bartlett (1951), Biometrika 38. It takes rows for a random sample of a normal distribution.
    """
    data = complete(frame)
    k = len(data.codes)
    df = k * (k - 1) // 2
    if not _invertible(data):
        return Bartlett(float("nan"), df, float("nan"), data.n)
    statistic = -(data.n - 1 - (2 * k + 5) / 6) * np.linalg.slogdet(data.r)[1]
    return Bartlett(float(statistic), df, float(stats.chi2.sf(statistic, df)), data.n)


def _invertible(data: Complete) -> bool:
    return data.enough and not is_singular(data.r)
