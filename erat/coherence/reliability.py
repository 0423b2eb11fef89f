"""Do items measure one thing: alpha, omega, principal components, and tests of correlations."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from erat.index.assessment import Assessment, in_year
from erat.index.correlation import complete, correlation_matrix, is_constant, principal
from erat.index.framework import Framework

ACCEPTABLE = 0.7
"""Nunnally's (1978) least alpha, as quoted in the OECD/JRC Handbook (2008), section 4.3."""
UNIQUENESS = 0.005
"""The least share of its own that an item keeps, as in psych's and factor_analyzer's minres."""
STEPS = 10_000


@dataclass(frozen=True)
class Reliability:
    """How consistently some items measure one thing, over n rows without a gap.

    ``low`` and ``high`` are the confidence interval of Cronbach's ``alpha``; ``standardized`` is
    alpha of the items brought to the same standard deviation; ``omega`` is McDonald's
    (:func:`omega`); ``left_out`` are items that are constant or empty.
    """

    items: int
    n: int
    alpha: float
    low: float
    high: float
    standardized: float
    omega: float
    left_out: tuple[str, ...]


def reliability(frame: pd.DataFrame, level: float = 0.95) -> Reliability:
    """Compute Cronbach's alpha with its interval, standardized alpha and omega.

    The items (units by items) are all in the direction of what is measured, as normalized values
    are. nan where there are less than two items or three rows, or where their sum does not vary.
    Alpha can be negative: the items then contradict each other.

    ``alpha = k / (k - 1) (1 - sum var(x_j) / var(sum x_j))``; standardized
    ``k m / (1 + (k - 1) m)`` with m the mean correlation. Interval: ``1 - (1 - alpha) F`` with the
    quantiles of F with n - 1 and (n - 1)(k - 1) degrees of freedom. n counts the rows that are
    used; pingouin 0.7 counts those with a gap as well. Sources: Cronbach (1951), Psychometrika 16;
    Feldt, Woodruff and Salih (1987), Applied Psychological Measurement 11, after Feldt (1965).

    Examples
    --------
    >>> table = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [2.0, 1, 4, 3], "c": [1.0, 2, 3, 5]})
    >>> result = reliability(table)
    >>> round(result.alpha, 3), round(result.low, 3), result.n
    (0.872, 0.152, 4)
    """
    data = complete(frame)
    alpha = low = high = np.nan
    if data.enough:
        alpha = _alpha(np.cov(data.x.T))
        degrees = (data.n - 1, (data.n - 1) * (len(data.codes) - 1))
        low, high = 1 - (1 - alpha) * stats.f.isf([(1 - level) / 2, (1 + level) / 2], *degrees)
    interval = (float(alpha), float(low), float(high))
    others = (_alpha(data.r), omega(frame), data.left_out)
    return Reliability(len(data.codes), data.n, *interval, *others)


def alpha_if_deleted(frame: pd.DataFrame) -> pd.DataFrame:
    """Say what each item does to alpha.

    Indexed by item (those that vary): ``alpha`` and ``standardized`` (alpha of the others),
    ``rest`` and ``standardized_rest`` (correlation of the item with the sum of the others, as they
    are or brought to the same standard deviation). Alpha of a single item is nan, and so is a
    correlation with a sum that does not vary. An item that raises alpha when it is left out
    measures something else than the others. Source: OECD/JRC (2008), Handbook, section 4.3, table
    11, which shows the standardized ones.
    """
    data = complete(frame)
    columns = ["alpha", "standardized", "rest", "standardized_rest"]
    items = pd.Index(data.codes, name="indicator")
    if not data.enough:
        return pd.DataFrame(np.nan, index=items, columns=columns)
    z = (data.x - data.x.mean(axis=0)) / data.x.std(axis=0, ddof=1)
    rows = []
    for j in range(len(items)):
        others = [np.delete(x, j, axis=1) for x in (data.x, z)]
        alphas = [_alpha(np.atleast_2d(np.cov(other.T))) for other in others]
        pairs = zip((data.x, z), others, strict=True)
        rests = [_with_rest(x[:, j], other.sum(axis=1)) for x, other in pairs]
        rows.append([*alphas, *rests])
    return pd.DataFrame(rows, index=items, columns=columns)


def reliability_by_node(
    assessment: Assessment, *, year: int | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Compute the reliability of the children of every node, and of all indicators together.

    Children enter as they go into their node. A row a node from the bottom up: ``node``, ``of``
    (``children``, or ``indicators`` for the last row, unless the index has nothing but indicators)
    and the fields of :class:`Reliability`.
    """
    values = in_year(assessment, year)
    rows = [
        {"node": node, "of": of, **asdict(reliability(values[codes], level))}
        for node, of, codes in item_sets(assessment.framework)
    ]
    return pd.DataFrame(rows)


def item_sets(framework: Framework) -> list[tuple[str, str, list[str]]]:
    """Return the nodes, what is looked at under each (``children`` or ``indicators``), and these."""
    sets = [(node, "children", framework.children[node]) for node in framework.upwards]
    if framework.dimensions:
        sets.append((framework.top, "indicators", framework.indicators))
    return sets


def _alpha(covariance: np.ndarray) -> float:
    """Alpha of a covariance (or correlation) matrix; nan of one item or of a sum that stands."""
    k, total = len(covariance), float(covariance.sum())
    variances = float(np.trace(covariance))
    if k < 2 or not abs(total) > 1e-12 * variances:
        return float("nan")
    return k / (k - 1) * (1 - variances / total)


def _with_rest(item: np.ndarray, rest: np.ndarray) -> float:
    if np.ptp(rest) <= 1e-12 * np.ptp(item) or is_constant(rest):
        return float("nan")
    return float(correlation_matrix(np.column_stack([item, rest]))[0, 1])


def omega(frame: pd.DataFrame) -> float:
    """Return McDonald's omega (total) of one common factor.

    nan of less than two items or three rows. Two items determine no loading of their own: both get
    ``sqrt(r)``, which gives the standardized alpha, and nan if they correlate negatively.

    ``(sum l)^2 / ((sum l)^2 + sum(1 - l^2))``, with the loadings ``l`` of one factor
    (:func:`one_factor`) fitted to the correlations, so that every item counts alike. Items are not
    turned: one that loads against the others lowers omega. Source: McDonald (1999), Test Theory,
    equation 6.20b; this is ``omega.tot`` of R's ``psych::omega`` with one factor.
    """
    data = complete(frame)
    if not data.enough:
        return float("nan")
    loadings = one_factor(data.r)
    common = loadings.sum() ** 2
    return float(common / (common + (1 - loadings**2).sum()))


def one_factor(r: np.ndarray) -> np.ndarray:
    """Fit one factor to correlations ``r``, ``(items, items)``; return its loadings ``(items,)``.

    They make ``sum over i < j of (r_ij - l_i l_j)^2`` least, with ``l^2 <= 0.995``; their sum is
    not negative. Two items: ``sqrt(r)`` for both, nan if r is negative.

    Harman and Jones (1966), Factor analysis by minimizing residuals (minres), Psychometrika 31. One
    loading at a time is set to its best value given the others,
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

    ``r v = e v``; loadings are ``v sqrt(e)``. Source: OECD/JRC (2008), Handbook, section 4.1.
    """
    data = complete(frame)
    codes = data.codes if data.enough else ()
    values, loadings = principal(data.r if data.enough else np.empty((0, 0)))
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

    Indexed by component: ``eigenvalue``, ``share``, ``cumulative``, ``noise`` (the quantile of the
    drawn eigenvalues of the same place), ``bend`` (the second difference ``e[i+1] - 2 e[i] +
    e[i-1]``, nan at the ends). Empty where there are no components.

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
