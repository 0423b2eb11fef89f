"""Agreement between raters before they are averaged: ICC(1), ICC(k) and rwg(j).

All functions take many measures at once: a row a rating, a column a question or node.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

POINTS = 6
"""Points of the scale: levels 0 to 5."""


def quotient(total: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Divide two arrays of one shape; nan where the divisor is not above 0."""
    out = np.full(total.shape, np.nan)
    return np.asarray(np.divide(total, count, out=out, where=count > 0))


def icc(x: np.ndarray, targets: np.ndarray, level: float = 0.9) -> pd.DataFrame:
    """Compute ICC(1) and ICC(k) of a one-way layout, balanced or not.

    Ratings ``x`` are ``(ratings, columns)``, nan where missing; ``targets``, ``(ratings,)``, says
    who was rated, in whole numbers from 0. The table has a row a column of ``x``: ``icc1`` (how
    much of one rating's variance lies between targets), ``icck`` (how reliable the mean of a
    target's ratings is), each with ``_low`` and ``_high`` of an interval of that level,
    ``n_raters`` (ratings) and ``n_targets``. nan with fewer than two targets, or where no target
    has two ratings.

    Notes
    -----
    With the mean squares between and within targets,
    ``ICC(1) = (MSB - MSW) / (MSB + (k0 - 1) MSW)`` and ``ICC(k) = (MSB - MSW) / MSB``, where
    ``k0 = (N - sum n_i^2 / N) / (g - 1)`` is the number of ratings a target that makes MSW + k0
    sigma^2 the expectation of MSB when the targets have unequal numbers n_i. Interval: F = MSB /
    MSW over and times the quantiles of F with (g - 1, N - g) degrees of freedom, put into the same
    formulas; exact where the n_i are equal.

    Sources: Shrout and Fleiss (1979), Intraclass correlations, Psychological Bulletin 86 (forms 1,1
    and 1,k); Bliese (2000), Within-group agreement, non-independence, and reliability; Donner
    (1986), A review of inference procedures for the intraclass correlation coefficient,
    International Statistical Review 54 (k0).
    """
    sizes, sums, squares = _moments(x, targets)
    total, count = sizes.sum(axis=0), (sizes > 0).sum(axis=0)
    columns: dict[str, np.ndarray] = {}
    with np.errstate(invalid="ignore", divide="ignore"):
        means = sums / sizes
        grand = sums.sum(axis=0) / total
        between = np.nansum(sizes * (means - grand) ** 2, axis=0) / (count - 1)
        within = squares.sum(axis=0) / (total - count)
        k0 = (total - (sizes**2).sum(axis=0) / total) / (count - 1)
        usable = (count > 1) & (total > count) & (between + within > 1e-12)
        ratio, tail = between / within, (1 - level) / 2
        lower = ratio / stats.f.isf(tail, count - 1, total - count)
        upper = ratio * stats.f.isf(tail, total - count, count - 1)
        for end, value in (("", ratio), ("_low", lower), ("_high", upper)):
            f = np.where(usable, value, np.nan)
            columns[f"icc1{end}"] = np.where(np.isposinf(f), 1.0, (f - 1) / (f + k0 - 1))
            columns[f"icck{end}"] = 1 - 1 / f
    return pd.DataFrame(columns | {"n_raters": total.astype(int), "n_targets": count})


def _moments(x: np.ndarray, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return number, sum and squared deviations of every group's values, ``(groups, columns)``."""
    there = ~np.isnan(x)
    sizes, sums, squares = np.zeros((3, int(groups.max(initial=-1)) + 1, x.shape[1]))
    np.add.at(sizes, groups, there)
    np.add.at(sums, groups, np.where(there, x, 0.0))
    means = np.divide(sums, sizes, out=np.zeros_like(sums), where=sizes > 0)
    np.add.at(squares, groups, np.where(there, x - means[groups], 0.0) ** 2)
    return sizes, sums, squares


def variances(x: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return the sample variance of every group's values, ``(groups, columns)``; nan below two."""
    sizes, _, squares = _moments(x, groups)
    return quotient(squares, sizes - 1)


def rwg_j(mean_variance: np.ndarray, items: np.ndarray, points: int = POINTS) -> np.ndarray:
    """Return within-group agreement on a scale of several items, or one.

    ``mean_variance`` is the mean, over the ``items`` that have one, of the sample variances of the
    ratings of one target.

    Notes
    -----
    ``j a / (j a + v)`` of j items, with ``v`` the mean variance over that of levels chosen at
    random, ``(points^2 - 1) / 12``, and ``a = 1 - v``; of one item it is ``1 - v``. 0 where v is 1
    or more, which is less agreement than chance; nan stays nan. Source: James, Demaree and Wolf
    (1984), Estimating within-group interrater reliability with and without response bias, J.
    Applied Psychology 69.

    Examples
    --------
    >>> rwg_j(np.array([0.0, 35 / 24, 10.0]), np.array([1, 1, 1])).tolist()
    [1.0, 0.5, 0.0]
    """
    v = np.minimum(mean_variance / ((points**2 - 1) / 12), 1.0)
    return np.asarray(items * (1 - v) / (items * (1 - v) + v))


def node_rwg(variance: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Return :func:`rwg_j` of every group on every node, ``(groups, nodes)``.

    ``variance`` is that of a group's ratings, ``(groups, questions)``, nan below two; a node
    without any is nan. ``members`` says which questions are under a node, ``(nodes, questions)``.
    """
    items = (~np.isnan(variance)).astype(float) @ members.T
    return rwg_j(quotient(np.nan_to_num(variance) @ members.T, items), items)
