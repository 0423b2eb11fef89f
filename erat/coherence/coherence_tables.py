"""Each indicator by itself, and everything that coherence says of an assessment, as tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

import numpy as np
import pandas as pd
from scipy import stats

from erat.coherence.correlations import (
    collinear,
    importance,
    redundant,
    vif,
    with_parents,
    within_and_across,
)
from erat.coherence.reliability import (
    alpha_if_deleted,
    bartlett,
    item_sets,
    kmo,
    principal_components,
    reliability_by_node,
    retained,
    scree,
)
from erat.index.assessment import Assessment, in_year
from erat.index.construct.treat import passes
from erat.index.correlation import Kind, is_constant, numbers, to_unit_range


def coherence_tables(assessment: Assessment, year: int | None = None) -> dict[str, pd.DataFrame]:
    """Return every table of coherence by its name, in the latest year if none is given.

    ``statistics`` (of the data and after treatment), ``correlations`` (within and across
    dimensions), ``parents``, ``reliability`` (with KMO and Bartlett's test, a row a set), ``items``
    (of each set), ``components``, ``loadings``, ``importance`` (in the parent and in the index),
    ``redundancy`` (pairs) and ``collinearity``. A set is the children of one node, or all
    indicators. ParameterError if the assessment does not have the year.
    """
    scores, tree, years = in_year(assessment, year), assessment.framework, assessment.panel.years
    indicators, rows = scores[tree.indicators], years == (years.max() if year is None else year)
    values = {"data": assessment.panel.values[tree.indicators], "treated": assessment.treated}
    factors = vif(indicators).reset_index()
    kinds: tuple[Kind, ...] = get_args(Kind)
    sets = {(node, of): scores[codes] for node, of, codes in item_sets(tree)}

    def of_sets(function: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
        return _stacked(["node", "of"], {key: function(x).reset_index() for key, x in sets.items()})

    described = {of: statistics(x[rows]).reset_index() for of, x in values.items()}
    pairs = {kind: within_and_across(assessment, kind=kind, year=year) for kind in kinds}
    parents = {kind: with_parents(assessment, kind=kind, year=year) for kind in kinds}
    in_parent = importance(assessment, "parent", year=year)
    in_index = importance(assessment, "index", year=year)
    return {
        "statistics": _stacked(["of"], described),
        "correlations": _stacked(["kind"], pairs),
        "parents": _stacked(["kind"], parents),
        "reliability": _reliability(assessment, year, list(sets.values())),
        "items": of_sets(lambda x: alpha_if_deleted(x).assign(kmo=kmo(x).items)),
        "components": of_sets(_components),
        "loadings": of_sets(_loadings),
        "importance": _stacked(["of"], {"parent": in_parent, "index": in_index}),
        "redundancy": redundant(indicators),
        "collinearity": factors.assign(collinear=factors["indicator"].isin(collinear(indicators))),
    }


def _stacked(names: list[str], parts: Mapping[Any, pd.DataFrame]) -> pd.DataFrame:
    """Set tables below each other, with first columns that tell them apart."""
    return pd.concat(parts, names=names).reset_index(names).reset_index(drop=True)


def _reliability(
    assessment: Assessment, year: int | None, sets: list[pd.DataFrame]
) -> pd.DataFrame:
    table = reliability_by_node(assessment, year=year)
    tests = [bartlett(values) for values in sets]
    return table.assign(
        left_out=table["left_out"].map(" ".join),
        kmo=[kmo(values).overall for values in sets],
        bartlett=[test.statistic for test in tests],
        bartlett_df=[test.df for test in tests],
        bartlett_p=[test.p for test in tests],
    )


def _components(values: pd.DataFrame) -> pd.DataFrame:
    """Return the scree with a column a rule: whether it keeps the component."""
    table = scree(values)
    return table.assign(**{str(rule): table.index <= n for rule, n in retained(table).items()})


def _loadings(values: pd.DataFrame) -> pd.DataFrame:
    loadings = principal_components(values).loadings.reset_index()
    long = loadings.melt("indicator", var_name="component", value_name="loading")
    return long.set_index("indicator")


def statistics(
    frame: pd.DataFrame, *, skewness: float = 2.0, kurtosis: float = 3.5
) -> pd.DataFrame:
    """Describe every indicator, over the values that are there.

    A column has outliers if ``|G1| >= skewness`` and ``G2 >= kurtosis``, the rule by which
    :func:`erat.index.construct.treat.winsorize` acts.

    Indexed by indicator: ``n``, ``share`` (of rows with a value), ``min``, ``max``, ``mean``,
    ``median``, ``sd`` (with n - 1), ``skewness`` (G1) and ``kurtosis`` (excess, G2), both
    bias-adjusted; ``unique`` (number of different values), ``same`` (share of the values that equal
    the most frequent one: 1 for a constant, 1 / n if all differ), ``constant`` and ``outliers``
    (True or False). G1 needs three values, G2 four, sd two; a constant column has neither G1 nor
    G2.

    With ``m2, m3, m4`` the central moments, ``g1 = m3 / m2^1.5`` and ``g2 = m4 / m2^2 - 3``:
    ``G1 = g1 sqrt(n (n - 1)) / (n - 2)``, ``G2 = ((n + 1) g2 + 6) (n - 1) / ((n - 2) (n - 3))``.
    Source: Joanes and Gill (1998), Comparing measures of sample skewness and kurtosis, The
    Statistician 47(1), 183-189. The limits 2 and 3.5 are the rule of thumb of the JRC (OECD/JRC
    2008, Handbook, step 3).

    Examples
    --------
    >>> table = statistics(pd.DataFrame({"a": [1.0, 2.0, 2.0, 9.0, None]}))
    >>> table[["n", "share", "median", "same"]].to_dict("records")
    [{'n': 4, 'share': 0.8, 'median': 2.0, 'same': 0.5}]
    """
    x = numbers(frame)
    rows = [_one(x[:, j], skewness, kurtosis) for j in range(x.shape[1])]
    table = pd.DataFrame(rows, columns=list(_one(np.array([]), skewness, kurtosis)))
    return table.set_index(frame.columns.rename("indicator"))


def _one(x: np.ndarray, skewness: float, kurtosis: float) -> dict[str, object]:
    there = x[~np.isnan(x)]
    n, constant = len(there), is_constant(x)
    counts = np.unique(there, return_counts=True)[1]
    scaled = np.array([]) if constant else to_unit_range(there)
    some = there if n else np.array([np.nan])
    return {
        "n": n,
        "share": n / len(x) if len(x) else np.nan,
        "min": some.min(),
        "max": some.max(),
        "mean": some.mean(),
        "median": np.median(some),
        "sd": there.std(ddof=1) if n > 1 else np.nan,
        "skewness": stats.skew(scaled, bias=False) if len(scaled) > 2 else np.nan,
        "kurtosis": stats.kurtosis(scaled, bias=False) if len(scaled) > 3 else np.nan,
        "unique": len(counts),
        "same": counts.max() / n if n else np.nan,
        "constant": n > 0 and constant,
        "outliers": not constant and not passes(there, skewness, kurtosis),
    }
