"""Principal components, how many of them say more than noise would, and whether there are any."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from erat.index.correlation import complete


class Components(NamedTuple):
    """Principal components of standardized items, over n rows without a gap.

    ``eigenvalues`` and ``share`` (of the items' variance) are indexed by component from 1 and add
    up to the number of items and to 1. ``loadings`` are the correlations of items with components;
    those of a component add up to 0 or more. ``left_out`` are items that are constant or empty.
    """

    eigenvalues: pd.Series
    share: pd.Series
    loadings: pd.DataFrame
    n: int
    left_out: tuple[str, ...]


def principal_components(frame: pd.DataFrame) -> Components:
    """Take the principal components of the correlation matrix of items.

    Empty where there are less than two items or three rows. Perfectly collinear items give
    eigenvalues of zero.

    Notes
    -----
    ``r v = e v``; loadings are ``v sqrt(e)``. Source: OECD/JRC (2008), Handbook, section 4.1.
    """
    data = complete(frame)
    codes = data.codes if data.enough else ()
    values, vectors = np.linalg.eigh(data.r if data.enough else np.empty((0, 0)))
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    loadings = vectors * np.sqrt(values)
    sums = loadings.sum(axis=0)
    first = loadings[np.argmax(np.abs(loadings) > 1e-9, axis=0), range(len(codes))] if codes else 0
    turned = np.where(np.abs(sums) < 1e-9, first, sums) < 0
    components = pd.RangeIndex(1, len(codes) + 1, name="component")
    items = pd.Index(codes, name="indicator")
    return Components(
        eigenvalues=pd.Series(values, components, name="eigenvalue"),
        share=pd.Series(values / max(len(codes), 1), components, name="share"),
        loadings=pd.DataFrame(loadings * np.where(turned, -1.0, 1.0), items, components),
        n=data.n,
        left_out=data.left_out,
    )


def scree(
    frame: pd.DataFrame, *, draws: int = 1000, quantile: float = 0.95, seed: int = 0
) -> pd.DataFrame:
    """Set the eigenvalues of items beside those of noise.

    Noise are ``draws`` tables of independent normal numbers of the same shape.

    Returns
    -------
    DataFrame
        Indexed by component: ``eigenvalue``, ``share``, ``cumulative``, ``noise`` (the quantile of
        the drawn eigenvalues of the same place), ``bend`` (the second difference
        ``e[i+1] - 2 e[i] + e[i-1]``, nan at the ends). Empty where there are no components.

    Notes
    -----
    Parallel analysis: Horn (1965), Psychometrika 30, with the quantile of Glorfeld (1995),
    Educational and Psychological Measurement 55. Bend: the acceleration factor of Raîche et al.
    (2013), Methodology 9(1), the scree test of Cattell (1966) without the eye.
    """
    components = principal_components(frame)
    e, noise = components.eigenvalues, np.array([])
    if len(e):
        z = np.random.default_rng(seed).standard_normal((draws, components.n, len(e)))
        z -= z.mean(axis=1, keepdims=True)
        z /= np.sqrt((z**2).sum(axis=1, keepdims=True))
        drawn = np.linalg.eigvalsh(z.transpose(0, 2, 1) @ z)[:, ::-1]
        noise = np.quantile(drawn, quantile, axis=0)
    return pd.DataFrame(
        {
            "eigenvalue": e,
            "share": components.share,
            "cumulative": components.share.cumsum(),
            "noise": pd.Series(noise, index=e.index),
            "bend": e.shift(-1) - 2 * e + e.shift(1),
        }
    )


def retained(table: pd.DataFrame) -> pd.Series:
    """Say how many components of a table of :func:`scree` each rule keeps.

    ``kaiser`` keeps eigenvalues over 1, ``parallel`` the first ones that are over the noise,
    ``elbow`` those before the sharpest bend (0 if there are less than three).

    Examples
    --------
    >>> e = pd.Series([2.5, 0.9, 0.35, 0.25])
    >>> bend = e.shift(-1) - 2 * e + e.shift(1)
    >>> noise = [1.6, 1.2, 0.9, 0.7]
    >>> retained(pd.DataFrame({"eigenvalue": e, "noise": noise, "bend": bend})).to_dict()
    {'kaiser': 1, 'parallel': 1, 'elbow': 1}
    """
    over_noise = (table["eigenvalue"] > table["noise"]).to_numpy()
    counts = {
        "kaiser": int((table["eigenvalue"] > 1 + 1e-9).sum()),
        "parallel": int(np.logical_and.accumulate(over_noise).sum()),
        "elbow": int(np.nanargmax(table["bend"])) if len(table) > 2 else 0,
    }
    return pd.Series(counts, name="components")


class Kmo(NamedTuple):
    """Sampling adequacy of all items and of each (0 to 1), over n rows without a gap."""

    overall: float
    items: pd.Series
    n: int


def kmo(frame: pd.DataFrame) -> Kmo:
    """Compare correlations of items with partial ones: the Kaiser-Meyer-Olkin measure.

    nan where the correlations are singular (an item is a sum of others, or there are not more rows
    than items): partial correlations are not defined then.

    Notes
    -----
    ``sum r^2 / (sum r^2 + sum q^2)`` over pairs, q being the partial correlations given all other
    items, ``q_ij = -s_ij / sqrt(s_ii s_jj)`` of the inverse s of r. Sources: Kaiser (1970),
    Psychometrika 35; Kaiser and Rice (1974), Educational and Psychological Measurement 34.
    """
    data = complete(frame)
    index = pd.Index(data.codes, name="indicator")
    if not data.invertible:
        return Kmo(np.nan, pd.Series(np.nan, index, name="kmo"), data.n)
    inverse = np.linalg.inv(data.r)
    scale = np.sqrt(np.diag(inverse))
    partial = inverse / np.outer(scale, scale)
    off = ~np.eye(len(index), dtype=bool)
    r2, q2 = data.r**2 * off, partial**2 * off
    both = (r2 + q2).sum(axis=0)
    items = np.divide(r2.sum(axis=0), both, out=np.full(len(index), np.nan), where=both != 0)
    overall = r2.sum() / both.sum() if both.sum() else np.nan
    return Kmo(float(overall), pd.Series(items, index, name="kmo"), data.n)


class Bartlett(NamedTuple):
    """Chi-squared, its degrees of freedom and the p-value, over n rows without a gap."""

    statistic: float
    df: int
    p: float
    n: int


def bartlett(frame: pd.DataFrame) -> Bartlett:
    """Test whether the correlation matrix differs from that of unrelated items.

    nan where the correlations are singular: their determinant is zero.

    Notes
    -----
    ``-(n - 1 - (2 k + 5) / 6) log det r`` with ``k (k - 1) / 2`` degrees of freedom. Source:
    Bartlett (1951), Biometrika 38. It takes rows for a random sample of a normal distribution.
    """
    data = complete(frame)
    k = len(data.codes)
    df = k * (k - 1) // 2
    if not data.invertible:
        return Bartlett(np.nan, df, np.nan, data.n)
    statistic = -(data.n - 1 - (2 * k + 5) / 6) * np.linalg.slogdet(data.r)[1]
    return Bartlett(float(statistic), df, float(stats.chi2.sf(statistic, df)), data.n)
