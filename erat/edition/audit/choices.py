"""One index under other choices of method, side by side, for the methodology notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from erat.coherence.importance import importance
from erat.edition.edition import Edition
from erat.edition.project import Project
from erat.errors import InputError
from erat.index.assessment import Assessment, assess, in_year
from erat.index.comparison import Comparison
from erat.index.construct.frontier import benefit_of_the_doubt
from erat.indonesia.check import RawTables
from erat.indonesia.series import panel_of


def assessed(project: Project, raw: RawTables, code: str) -> Assessment:
    """Construct the index of an edition from the raw tables."""
    edition = Edition.read(project, code)
    units, found = edition.units(raw), edition.cells(raw)
    own = found[found["indicator"].isin(edition.framework.indicators)]
    panel = panel_of(own, list(units.index), units, edition.spec.year)
    return assess(panel, edition.framework, edition.method)


def with_choice(assessment: Assessment, **steps: Any) -> Assessment:
    """Construct an index again with other choices.

    Parameters
    ----------
    assessment
        The index.
    **steps
        By step of the method (``weights``, ``normalize``, ``aggregate``, ...): what a method file
        would have there. All other steps stay.

    Raises
    ------
    ValidationError
        If a choice is not known; its message names the nearest.
    MethodError
        If the index cannot be constructed so.
    """
    method = assessment.method
    changed = {
        name: type(getattr(method, name)).model_validate(choice) for name, choice in steps.items()
    }
    return assess(assessment.panel, assessment.framework, method.model_copy(update=changed))


def weights_of(assessments: Mapping[str, Assessment]) -> pd.DataFrame:
    """Set the weights under every node side by side.

    Returns
    -------
    DataFrame
        A row a node below the index: ``under`` (its parent's name), ``node`` (its own), then a
        column an assessment with the weight in percent; those under one parent add up to 100.
    """
    first = next(iter(assessments.values())).framework
    codes = [code for node in reversed(first.upwards) for code in first.children[node]]
    names = {
        "under": [first.name(first.parent(code)) for code in codes],
        "node": [first.name(code) for code in codes],
    }
    weights = {name: 100 * one.weights.reindex(codes) for name, one in assessments.items()}
    return pd.DataFrame(weights, index=codes).assign(**names)[[*names, *weights]]


def effective(assessments: Mapping[str, Assessment]) -> pd.DataFrame:
    """Set the effective importance of the indicators in the index side by side, in percent.

    Returns
    -------
    DataFrame
        Indexed by indicator: ``indicator`` (its name) and a column an assessment; the share of
        :func:`erat.coherence.importance`, adding up to 100.
    """
    first = next(iter(assessments.values())).framework
    shares = {
        name: 100 * importance(one, "index").set_index("code")["s1_share"]
        for name, one in assessments.items()
    }
    labels = [first.name(code) for code in first.indicators]
    return (
        pd.DataFrame(shares)
        .reindex(first.indicators)
        .assign(indicator=labels)[["indicator", *shares]]
    )


def shift_table(comparison: Comparison, names: Mapping[str, str]) -> pd.DataFrame:
    """Summarize a comparison, with the names of those who move most.

    Returns
    -------
    DataFrame
        ``choice, mean_shift, max_shift, who, moved`` (percent) and ``rank_correlation``.
    """
    table = comparison.summary()
    return pd.DataFrame(
        {
            "choice": table.index,
            "mean_shift": table["mean_shift"],
            "max_shift": table["max_shift"].astype("Int64"),
            "who": [names.get(str(unit), "–") for unit in table["unit"]],
            "moved": 100 * table["moved"],
            "rank_correlation": table["correlation"],
        }
    )


def compensation(
    assessments: Mapping[str, Assessment], units: list[str], names: Mapping[str, str]
) -> pd.DataFrame:
    """Show units with their dimensions, and their rank under each assessment.

    Returns
    -------
    DataFrame
        A row a unit: ``unit`` (name), a column a dimension with its score in the first assessment,
        ``spread`` (standard deviation over the dimensions, divisor n), then a column an assessment
        with the rank.
    """
    first = next(iter(assessments.values()))
    dimensions = first.framework.dimensions
    scores = in_year(first)[dimensions].loc[units]
    labelled = scores.rename(columns={code: first.framework.name(code) for code in dimensions})
    spread = pd.Series(np.std(scores.to_numpy(), axis=1), index=units)
    table = labelled.assign(spread=spread)
    for name, one in assessments.items():
        ranks = one.ranks[one.framework.top].droplevel("year")
        table[name] = ranks.reindex(units).astype("Int64")
    return table.assign(unit=[names[unit] for unit in units])[["unit", *table.columns]]


def best_weights(assessment: Assessment, names: Mapping[str, str]) -> pd.DataFrame:
    """Weigh the dimensions as suits each unit best, and name its peers.

    Parameters
    ----------
    assessment
        Any assessment whose dimensions have scores of 0 or more; the framework's bounds of shares
        hold.
    names
        Unit to name.

    Returns
    -------
    DataFrame
        Indexed by unit, best first: ``unit`` (name), ``score`` (0 to 1), a column a dimension with
        the share of the score that comes from it in percent, and ``peers``: who reaches 1 with the
        unit's weights.
    """
    tree = assessment.framework
    codes = tree.dimensions
    x = in_year(assessment)[codes]
    bounds = (tree.column(f"weight_{end}", codes) for end in ("low", "high"))
    found = benefit_of_the_doubt(x.to_numpy(dtype=float), *bounds)
    parts = found.weights * x.to_numpy() / found.score[:, None]
    table = pd.DataFrame(100 * parts, index=x.index, columns=[tree.name(code) for code in codes])
    labels = [names[str(unit)] for unit in x.index]
    peers = [
        ", ".join(label for label, is_peer in zip(labels, row, strict=True) if is_peer)
        for row in found.peers
    ]
    table = table.assign(unit=labels, score=found.score, peers=peers)
    order = ["unit", "score", *(tree.name(code) for code in codes), "peers"]
    return table.sort_values("score", ascending=False, kind="stable")[order]


def bounded(assessment: Assessment, low: float, high: float) -> Assessment:
    """Construct an index again with bounds on the weight shares of its dimensions.

    Parameters
    ----------
    assessment
        The index.
    low, high
        Least and largest share of each dimension in the sum of weights, for the benefit of the
        doubt.
    """
    table = assessment.framework.table.copy()
    table.loc[assessment.framework.dimensions, ["weight_low", "weight_high"]] = low, high
    return assess(assessment.panel, replace(assessment.framework, table=table), assessment.method)


def refusal(assessment: Assessment, **steps: Any) -> str:
    """Return what is said when choices are refused; empty if they are not."""
    try:
        with_choice(assessment, **steps)
    except InputError as refused:
        return str(refused)
    return ""
