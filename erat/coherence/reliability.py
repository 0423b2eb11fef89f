"""Reliability: Cronbach's alpha and McDonald's omega, and what each item does to alpha."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from scipy import stats

from erat.index.assessment import Assessment, in_year
from erat.index.correlation import complete, correlation_matrix, is_constant
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

    Notes
    -----
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

    Notes
    -----
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

    Notes
    -----
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
