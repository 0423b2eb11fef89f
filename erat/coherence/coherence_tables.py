"""Everything that coherence says of an assessment, as tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

import pandas as pd

from erat.coherence.components import bartlett, kmo, principal_components, retained, scree
from erat.coherence.correlations import collinear, redundant, vif, with_parents, within_and_across
from erat.coherence.importance import importance
from erat.coherence.reliability import alpha_if_deleted, item_sets, reliability_by_node
from erat.coherence.statistics import statistics
from erat.index.assessment import Assessment, in_year
from erat.index.correlation import Kind


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
