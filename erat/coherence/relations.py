"""Which correlations a framework hopes for, and which it has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from erat.index.assessment import Assessment, in_year
from erat.index.correlation import Kind, correlate
from erat.index.framework import Framework


@dataclass(frozen=True)
class Thresholds:
    """Limits by which a correlation is flagged.

    Attributes
    ----------
    weak
        Below it a correlation inside a node is ``weak`` (below 0 it is ``negative``).
    strong
        Above it two nodes measure nearly the same and are counted twice: ``strong``.
    level
        A correlation with a larger p-value is not significant.

    Notes
    -----
    0.3 and 0.92 are the rules of thumb of the JRC's statistical audits. They also call what is
    below -0.4 a trade-off; here every negative correlation is flagged, and the column
    ``significant`` tells chance from trade-off.
    """

    weak: float = 0.3
    strong: float = 0.92
    level: float = 0.05


def within_and_across(
    assessment: Assessment,
    *,
    kind: Kind = "pearson",
    year: int | None = None,
    thresholds: Thresholds | None = None,
) -> pd.DataFrame:
    """Correlate every two children of a node, and every two indicators of different dimensions.

    Parameters
    ----------
    assessment
        Any assessment. Indicators enter normalized (more is better), nodes with their scores.
    kind
        Pearson, Spearman or Kendall.
    year
        The latest if not given.
    thresholds
        See :class:`Thresholds`.

    Returns
    -------
    DataFrame
        A row a pair: ``relation`` (``siblings`` or ``across``), ``node`` (the parent of siblings,
        else the lowest node over both), ``a``, ``b``, ``r``, ``p``, ``n``, ``significant`` and
        ``flag``: for siblings ``negative``, ``weak`` or ``strong``; across only ``strong``;
        ``undefined`` if there is no r; else empty. Siblings stand node by node from the bottom up.
    """
    limits, values = thresholds or Thresholds(), in_year(assessment, year)
    rows = []
    for relation, node, a, b in _pairs(assessment.framework):
        r, p, n = correlate(values[a].to_numpy(float), values[b].to_numpy(float), kind)
        low = limits.weak if relation == "siblings" else -np.inf
        flag = _flag(r, low, limits.strong)
        rows.append((relation, node, a, b, r, p, n, p <= limits.level, flag))
    columns = ["relation", "node", "a", "b", "r", "p", "n", "significant", "flag"]
    return pd.DataFrame(rows, columns=columns)


def with_parents(
    assessment: Assessment,
    *,
    kind: Kind = "pearson",
    year: int | None = None,
    thresholds: Thresholds | None = None,
) -> pd.DataFrame:
    """Correlate every node with its parent, with the index, and with its parent's siblings.

    Parameters
    ----------
    assessment, kind, year, thresholds
        As for :func:`within_and_across`.

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
    limits, values = thresholds or Thresholds(), in_year(assessment, year)
    tree = assessment.framework

    def with_(code: str, node: str) -> tuple[float, float, int]:
        return correlate(values[code].to_numpy(float), values[node].to_numpy(float), kind)

    rows = []
    for code in [*tree.indicators, *(node for node in tree.upwards if node != tree.top)]:
        parent = tree.parent(code)
        r, p, n = with_(code, parent)
        best, r_best = _best({aunt: with_(code, aunt)[0] for aunt in _aunts(tree, parent)})
        flag = _flag(r, limits.weak, np.inf) or ("elsewhere" if r_best > r else "")
        r_index = with_(code, tree.top)[0]
        rows.append((code, parent, r, p, n, p <= limits.level, r_index, best, r_best, flag))
    columns = ["code", "parent", "r", "p", "n", "significant", "r_index", "best", "r_best", "flag"]
    return pd.DataFrame(rows, columns=columns)


def _flag(r: float, weak: float, strong: float) -> str:
    if np.isnan(r):
        return "undefined"
    if r < weak:
        return "negative" if r < 0 else "weak"
    return "strong" if r > strong else ""


def _pairs(tree: Framework) -> Iterator[tuple[str, str, str, str]]:
    for node in tree.upwards:
        for a, b in combinations(tree.children[node], 2):
            yield "siblings", node, a, b
    for node in tree.upwards:
        for left, right in combinations(tree.children[node], 2):
            for a in tree.leaves(left):
                for b in tree.leaves(right):
                    if (a, b) != (left, right):
                        yield "across", node, a, b


def _aunts(tree: Framework, parent: str) -> list[str]:
    if parent == tree.top:
        return []
    family = tree.children[tree.parent(parent)]
    return [code for code in family if code != parent and code in tree.children]


def _best(found: dict[str, float]) -> tuple[str, float]:
    known = {code: r for code, r in found.items() if not np.isnan(r)}
    if not known:
        return "", np.nan
    code = max(known, key=lambda name: known[name])
    return code, known[code]
