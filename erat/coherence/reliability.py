"""Reliability: Cronbach's alpha, its interval, and what each item does to it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from scipy import stats

from erat.coherence.omega import omega
from erat.coherence.values import complete, correlation_matrix
from erat.index.assessment import Assessment, in_year
from erat.index.correlation import is_constant

ACCEPTABLE = 0.7
"""Nunnally's (1978) least alpha, as quoted in the OECD/JRC Handbook (2008), section 4.3."""


@dataclass(frozen=True)
class Reliability:
    """How consistently some items measure one thing.

    Attributes
    ----------
    items, n
        Number of items and of rows without a gap that the figures rest on.
    alpha, low, high
        Cronbach's alpha and its confidence interval.
    standardized
        Alpha of the items brought to the same standard deviation.
    omega
        McDonald's omega of one factor; see :func:`erat.coherence.omega`.
    left_out
        Items that are constant or empty.
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

    Parameters
    ----------
    frame
        Units by items, all in the direction of what is measured (normalized values). Rows with a
        gap and constant columns are left out, so that every figure rests on the same rows.
    level
        Of the confidence interval.

    Returns
    -------
    Reliability
        With nan where there are less than two items or three rows, or where the items' sum does
        not vary. Alpha can be negative: the items then contradict each other.

    Raises
    ------
    DataError
        If a value is infinite.

    Notes
    -----
    ``alpha = k / (k - 1) (1 - sum var(x_j) / var(sum x_j))``; standardized
    ``k m / (1 + (k - 1) m)`` with m the mean correlation. Interval: ``1 - (1 - alpha) F`` with the
    quantiles of F with n - 1 and (n - 1)(k - 1) degrees of freedom. Sources: Cronbach (1951),
    Psychometrika 16; Feldt, Woodruff and Salih (1987), Applied Psychological Measurement 11,
    after Feldt (1965).
    n counts the rows that are used; pingouin 0.7 counts those with a gap as well.

    Examples
    --------
    >>> table = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [2.0, 1, 4, 3], "c": [1.0, 2, 3, 5]})
    >>> found = reliability(table)
    >>> round(found.alpha, 3), round(found.low, 3), found.n
    (0.872, 0.152, 4)
    """
    data = complete(frame)
    alpha = _alpha(np.cov(data.x.T)) if data.enough else np.nan
    degrees = (data.n - 1, (data.n - 1) * (len(data.codes) - 1))
    low, high = np.nan, np.nan
    if data.enough:
        low, high = 1 - (1 - alpha) * stats.f.isf([(1 - level) / 2, (1 + level) / 2], *degrees)
    return Reliability(
        items=len(data.codes),
        n=data.n,
        alpha=float(alpha),
        low=float(low),
        high=float(high),
        standardized=_alpha(data.r),
        omega=omega(frame),
        left_out=data.left_out,
    )


def alpha_if_deleted(frame: pd.DataFrame) -> pd.DataFrame:
    """Say what each item does to alpha.

    Parameters
    ----------
    frame
        As for :func:`reliability`.

    Returns
    -------
    DataFrame
        Indexed by item (those that vary): ``alpha`` and ``standardized`` (alpha of the others),
        ``rest`` and ``standardized_rest`` (correlation of the item with the sum of the others, as
        they are or brought to the same standard deviation). Alpha of a single item is nan, and so
        is a correlation with a sum that does not vary.

    Notes
    -----
    An item that raises alpha when it is left out measures something else than the others
    (OECD/JRC 2008, Handbook, section 4.3, table 11, which shows the standardized ones).
    """
    data = complete(frame)
    columns = ["alpha", "standardized", "rest", "standardized_rest"]
    items = pd.Index(data.codes, name="indicator")
    if not data.enough:
        return pd.DataFrame(np.nan, index=items, columns=columns)
    z = (data.x - data.x.mean(axis=0)) / data.x.std(axis=0, ddof=1)
    rows = []
    for j in range(len(data.codes)):
        others = [i for i in range(len(data.codes)) if i != j]
        alphas = [_alpha(np.atleast_2d(np.cov(x[:, others].T))) for x in (data.x, z)]
        rests = [_with_rest(x[:, j], x[:, others].sum(axis=1)) for x in (data.x, z)]
        rows.append([*alphas, *rests])
    return pd.DataFrame(rows, index=items, columns=columns)


def reliability_by_node(
    assessment: Assessment, *, year: int | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Compute the reliability of the children of every node, and of all indicators together.

    Parameters
    ----------
    assessment
        Any assessment; children enter as they go into their node.
    year
        The latest if not given.
    level
        Of the confidence interval.

    Returns
    -------
    DataFrame
        A row a node from the bottom up: ``node``, ``of`` (``children``, or ``indicators`` for the
        last row, unless the index has nothing but indicators) and the fields of
        :class:`Reliability`.
    """
    values, tree = in_year(assessment, year), assessment.framework
    sets = [(node, "children", tree.children[node]) for node in tree.upwards]
    if any(code in tree.children for code in tree.children[tree.top]):
        sets.append((tree.top, "indicators", tree.indicators))
    rows = [
        {"node": node, "of": of, **asdict(reliability(values[codes], level))}
        for node, of, codes in sets
    ]
    return pd.DataFrame(rows)


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
