"""Which correlations a framework hopes for and which it has; indicators that others already say."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np
import pandas as pd

from erat.index.assessment import Assessment, in_year
from erat.index.correlation import SINGULAR, Kind, complete, correlate, numbers
from erat.index.framework import Framework

WEAK, STRONG, LEVEL = 0.3, 0.92, 0.05
"""Limits by which a correlation is flagged, and is significant.

0.3 and 0.92 are the rules of thumb of the JRC's statistical audits. They also call what is below -0.4
a trade-off; here every negative correlation is flagged, and the column ``significant`` tells chance
from trade-off.
"""


def within_and_across(
    assessment: Assessment,
    *,
    kind: Kind = "pearson",
    year: int | None = None,
    weak: float = WEAK,
    strong: float = STRONG,
) -> pd.DataFrame:
    """Correlate every two children of a node, and every two indicators of different dimensions.

    Indicators enter normalized (more is better), nodes with their scores, of the latest year if
    none is given. Below ``weak`` a correlation inside a node is weak (below 0 it is negative);
    above ``strong`` two nodes measure nearly the same and are counted twice. With a p-value above
    :data:`LEVEL` a correlation is not significant.

    Returns
    -------
    DataFrame
        A row a pair: ``relation`` (``siblings`` or ``across``), ``node`` (the parent of siblings,
        else the lowest node over both), ``a``, ``b``, ``r``, ``p``, ``n``, ``significant`` and
        ``flag``: for siblings ``negative``, ``weak`` or ``strong``; across only ``strong``;
        ``undefined`` if there is no r; else empty. Siblings stand node by node from the bottom up.
    """
    values = in_year(assessment, year)
    rows = []
    for relation, node, a, b in _pairs(assessment.framework):
        r, p, n = correlate(values[a].to_numpy(float), values[b].to_numpy(float), kind)
        flag = _flag(r, weak if relation == "siblings" else -np.inf, strong)
        rows.append((relation, node, a, b, r, p, n, p <= LEVEL, flag))
    columns = ["relation", "node", "a", "b", "r", "p", "n", "significant", "flag"]
    return pd.DataFrame(rows, columns=columns)


def _pairs(tree: Framework) -> Iterator[tuple[str, str, str, str]]:
    pairs = [(node, *two) for node in tree.upwards for two in combinations(tree.children[node], 2)]
    for node, a, b in pairs:
        yield "siblings", node, a, b
    for node, left, right in pairs:
        for a, b in product(tree.leaves(left), tree.leaves(right)):
            if (a, b) != (left, right):
                yield "across", node, a, b


def _flag(r: float, weak: float, strong: float) -> str:
    if np.isnan(r):
        return "undefined"
    if r < weak:
        return "negative" if r < 0 else "weak"
    return "strong" if r > strong else ""


def with_parents(
    assessment: Assessment, *, kind: Kind = "pearson", year: int | None = None
) -> pd.DataFrame:
    """Correlate every node with its parent, with the index, and with its parent's siblings.

    Returns
    -------
    DataFrame
        A row a node below the index: ``code``, ``parent``, ``r``, ``p``, ``n``, ``significant``,
        ``r_index``, ``best`` and ``r_best`` (the sibling of the parent with which the node
        correlates most, empty where the parent has none) and ``flag``: ``negative``, ``weak``,
        ``elsewhere`` (it goes more with ``best`` than with its own parent), ``undefined`` or empty.

    Notes
    -----
    A node is a part of its parent, so that this correlation is never low by chance alone;
    :func:`erat.coherence.alpha_if_deleted` gives the correlation with the rest of the parent.
    """
    values, tree = in_year(assessment, year), assessment.framework
    x = {str(code): values[code].to_numpy(float) for code in values}
    rows = []
    for code in [*tree.indicators, *tree.upwards[:-1]]:
        parent = tree.parent(code)
        r, p, n = correlate(x[code], x[parent], kind)
        family = tree.children[tree.parent(parent)] if parent != tree.top else []
        aunts = [aunt for aunt in family if aunt != parent and aunt in tree.children]
        others = [(aunt, correlate(x[code], x[aunt], kind)[0]) for aunt in aunts]
        defined = [(aunt, other) for aunt, other in others if not np.isnan(other)]
        best, r_best = max(defined, key=lambda pair: pair[1], default=("", np.nan))
        flag = _flag(r, WEAK, np.inf) or ("elsewhere" if r_best > r else "")
        r_index = correlate(x[code], x[tree.top], kind)[0]
        rows.append((code, parent, r, p, n, p <= LEVEL, r_index, best, r_best, flag))
    columns = ["code", "parent", "r", "p", "n", "significant", "r_index", "best", "r_best", "flag"]
    return pd.DataFrame(rows, columns=columns)


def redundant(
    frame: pd.DataFrame, threshold: float = STRONG, kind: Kind = "pearson"
) -> pd.DataFrame:
    """List the pairs of columns that say nearly the same, the strongest first: ``a, b, r, n``.

    Their ``|r|`` is above the threshold, also where r is negative; each pair is complete by itself.
    """
    columns = zip(map(str, frame.columns), numbers(frame).T, strict=True)
    rows = []
    for (a, x), (b, y) in combinations(columns, 2):
        r, _, n = correlate(x, y, kind)
        if abs(r) > threshold:
            rows.append((a, b, r, n))
    rows.sort(key=lambda row: -abs(row[2]))
    return pd.DataFrame(rows, columns=["a", "b", "r", "n"])


def vif(frame: pd.DataFrame) -> pd.Series:
    """Compute the variance inflation factor of every column, ``1 / (1 - R^2)``.

    R^2 is that of the regression of the column on all others. Infinite for a column that is a
    weighted sum of others (all of them, if there are not more rows than columns); 1 for one that
    is unrelated to them; nan of less than two columns or three rows.
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


def collinear(frame: pd.DataFrame) -> list[str]:
    """Find columns that are weighted sums of others.

    They have a part in an eigenvector of the correlation matrix whose eigenvalue is zero (below
    1e-10 of the largest). Of less than two columns or three rows there are none.
    """
    data = complete(frame)
    if not data.enough:
        return []
    values, vectors = np.linalg.eigh(data.r)
    part = (np.abs(vectors[:, values <= SINGULAR * values[-1]]) > 1e-6).any(axis=1)
    return [code for code, involved in zip(data.codes, part, strict=True) if involved]
