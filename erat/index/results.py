"""An assessment as tables: those of the contract of ``erat index``, and the paths over the years;
and notes on its scores that one child's zero makes zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from erat.errors import Problem, listing
from erat.index.assessment import Assessment
from erat.index.changes import changes
from erat.index.climb import ScoredTree, scale_of
from erat.index.construct.aggregate import best_weights, bod
from erat.index.framework import Framework
from erat.index.method import AggregateOne, Method

CUTS = ("level", "base", "concept")
"""Kinds of breaks that cut a line; new borders are new units and need no cut."""
REMEDY = (
    "normalize to a range above 0, as normalize: {method: minmax, range: [1, 100]}, or raise what is "
    "low, as aggregate: {method: geometric, floor: 1}"
)


def tables(assessment: Assessment) -> dict[str, pd.DataFrame]:
    """Return every table of an assessment by its file name, without the suffix.

    The first column is ``unit``, the second ``year`` where the data have years.
    """
    a = assessment
    by_rows = {"contributions": a.contributions.reset_index(), "treatment": a.treatment}
    return _steps(a) | {name: _of_years(a, table) for name, table in by_rows.items()}


def written(assessment: Assessment) -> dict[str, pd.DataFrame | Iterator[pd.DataFrame]]:
    """Return all tables for :func:`erat.files.write_tables`; two are made as they are written."""
    a = assessment
    parts = (_of_years(a, part.reset_index()) for part in a.contributions_by_rows())
    treatment = (_of_years(a, part) for part in a.treatment_by_indicator())
    return {**_steps(a), **further_tables(a), "contributions": parts, "treatment": treatment}


def _steps(a: Assessment) -> dict[str, pd.DataFrame]:
    by_unit = ("availability", "imputed", "treated", "normalized", "scores", "ranks")
    result = {name: getattr(a, name).reset_index() for name in by_unit}
    result |= {"screening": a.screening, "imputation": imputation(a)}
    result = {name: _of_years(a, frame) for name, frame in result.items()}
    return result | {"anchors": a.anchors.reset_index(), "weights": a.weights.reset_index()}


def _of_years(assessment: Assessment, table: pd.DataFrame) -> pd.DataFrame:
    return table if assessment.panel.has_years else table.drop(columns="year")


def imputation(assessment: Assessment) -> pd.DataFrame:
    """List every value that was filled in: columns ``unit, year, indicator, value, method``."""
    rows, columns = assessment.filled.to_numpy().nonzero()
    indicators = assessment.filled.columns[columns]
    values, method = assessment.imputed.to_numpy()[rows, columns], assessment.method.impute.method
    table = assessment.filled.index[rows].to_frame(index=False)
    return table.assign(indicator=indicators, value=values, method=method)


def further_tables(assessment: Assessment) -> dict[str, pd.DataFrame]:
    """Return, by file name, ``changes`` of a panel and ``frontier`` of ``bod`` nodes, if any.

    ``frontier`` tells who reaches 1 under the benefit of the doubt, with which weights, and who is
    like whom. A row a node and unit (and year): ``unit, year, node, score, reached`` (bool),
    ``ties`` (other units that reach 1 too), ``peers`` (other units that reach 1 under this unit's
    own weights; both parted by blanks) and, for every child, ``share:CHILD``, the part of its
    weight in the sum of the unit's weights. Where several weights are equally good, those shown are
    one choice of them.
    """
    result, tree = {}, assessment.tree
    years = sorted(set(assessment.panel.years))
    if len(years) > 1:
        result["changes"] = changes(assessment, int(years[0]), int(years[-1]))
    parts = []
    for node in tree.framework.upwards:
        if all(step.function is not bod for step, _ in tree.climber.steps(node)):
            continue
        blocks = [block for block in tree.climbed[node].blocks if block.step.function is bod]
        frontiers = [_frontier(tree, node, block.rows) for block in blocks]
        parts += [pd.concat(frontiers).sort_index()] if frontiers else []
    if parts:
        result["frontier"] = _of_years(assessment, pd.concat(parts, ignore_index=True))
    return result


def _frontier(tree: ScoredTree, node: str, rows: np.ndarray) -> pd.DataFrame:
    climbed = tree.climbed[node]
    best = best_weights(climbed.x[rows], climbed.node)
    keys = tree.panel.values.index.to_frame(index=False)
    table = keys.iloc[rows].assign(node=node, score=best.score)
    names = table["unit"].to_numpy(dtype=str)
    table["reached"] = reached = best.peers.diagonal()
    table["ties"] = _others(names, np.outer(reached, reached))
    table["peers"] = _others(names, best.peers)
    total = best.weights.sum(axis=1, keepdims=True)
    shares = best.weights / np.where(total > 0, total, np.nan)
    table[[f"share:{child}" for child in climbed.node.codes]] = shares
    return table


def _others(names: np.ndarray, marked: np.ndarray) -> list[str]:
    """List for every unit the other units that are marked in its row."""
    apart = marked & ~np.eye(len(names), dtype=bool)
    return [" ".join(names[row]) for row in apart]


def paths(assessment: Assessment, breaks: pd.DataFrame, min_indicators: int) -> pd.DataFrame:
    """Follow every node and indicator over the years: a row a unit, node and year.

    ``value`` is the score of an aggregate node and the raw value of an indicator, ``segment``
    numbers the stretches of comparable years from 0, ``missing`` names the indicators that are not
    there. ``breaks`` has ``indicator, year, kind``: a break between the year before and ``year``.
    The index is followed where it has ``min_indicators``, a dimension where it has half of its own.
    Two years compare if a node is made of the same indicators in both, and no indicator has a break
    in between. Goalposts must be the same in every year.
    """
    framework = assessment.framework
    raw = assessment.panel.values[framework.indicators]
    since = _break_years(raw, breaks)
    parts = []
    for node in [*framework.aggregates, *framework.indicators]:
        leaves = framework.leaves(node)
        there = raw[leaves].notna()
        least = min_indicators if node == framework.top else len(leaves) / 2
        values = assessment.scores[node] if node in framework.children else raw[node]
        missing = there.apply(lambda row: " ".join(row.index[~row]), axis=1)
        signature = since[leaves].where(there).apply(tuple, axis=1).astype(str)
        columns = {"node": node, "value": values, "missing": missing, "signature": signature}
        parts.append(pd.DataFrame(columns)[(there.sum(axis=1) >= least) & values.notna()])
    table = pd.concat(parts).reset_index().sort_values(["node", "unit", "year"], kind="stable")
    by = [table["node"], table["unit"]]
    same = table["signature"].eq(table.groupby(by)["signature"].shift())
    follows = table["year"].eq(table.groupby(by)["year"].shift() + 1)
    table["segment"] = (~(same & follows)).groupby(by).cumsum() - 1
    shown = ["unit", "node", "year", "value", "segment", "missing"]
    return table[shown].reset_index(drop=True)


def _break_years(raw: pd.DataFrame, breaks: pd.DataFrame) -> pd.DataFrame:
    """Return, for every cell, the year of the last break at or before it (0 without one)."""
    years, since = raw.index.get_level_values("year"), pd.DataFrame(0, raw.index, raw.columns)
    cuts = breaks[breaks["kind"].isin(CUTS)].sort_values("year")
    for indicator, year in zip(cuts["indicator"], cuts["year"], strict=True):
        if indicator in since:
            since.loc[years >= year, indicator] = year
    return since


def zero_scores(tree: ScoredTree) -> list[Problem]:
    """Name the units whose score in a node is 0 since a single child's is; one note a node."""
    notes = []
    for node in tree.framework.upwards:
        units: list[str] = []
        children = [child for child in tree.framework.children[node] if tree.weights[child] > 0]
        for step, members in tree.climber.steps(node):
            if _zero_wins(step):
                zero = np.stack([tree.values[child] == 0 for child in children], axis=-1)
                rows = np.flatnonzero(zero.any(axis=1) & (True if members is None else members))
                first = zero[rows].argmax(axis=1)
                named = zip(tree.panel.named(rows), first, strict=True)
                units += [f"{unit} ({children[j]})" for unit, j in named]
        if units:
            found = f"scores of {node!r} that one child's 0 makes 0: {listing(units)}"
            expected = "children above 0 under a geometric or harmonic mean"
            notes.append(Problem("method, aggregate", found, expected, REMEDY))
    return notes


def zero_may_win(method: Method, framework: Framework, levels: Mapping[str, int]) -> bool:
    """Tell whether a method has a mean that one zero makes zero, at any node."""
    nodes = [node for node in framework.upwards if node in levels]
    return any(_zero_wins(method.aggregate.of(node, levels[node])) for node in nodes)


def _zero_wins(step: AggregateOne) -> bool:
    scale = scale_of(step)
    return scale is not None and scale.zeros_win and not (scale.floor or 0) > 0
