"""An assessment as files: the tables of the contract of ``erat index``."""

from __future__ import annotations

import numpy as np
import pandas as pd

from erat.index.assessment import Assessment
from erat.index.changes import changes
from erat.index.climb import ScoredTree
from erat.index.construct.aggregate import best_weights, bod


def tables(assessment: Assessment) -> dict[str, pd.DataFrame]:
    """Return every table of an assessment by its file name, without the suffix.

    The first column is ``unit``, the second ``year`` where the data have years.
    """
    a = assessment
    by_unit = ("availability", "imputed", "treated", "normalized", "scores", "ranks")
    result = {name: getattr(a, name).reset_index() for name in (*by_unit, "contributions")}
    result |= {"screening": a.screening, "imputation": imputation(a), "treatment": a.treatment}
    if not a.panel.has_years:
        result = {name: frame.drop(columns="year") for name, frame in result.items()}
    return result | {"anchors": a.anchors.reset_index(), "weights": a.weights.reset_index()}


def imputation(assessment: Assessment) -> pd.DataFrame:
    """List every value that was filled in: columns ``unit, year, indicator, value, method``."""
    filled = assessment.filled.to_numpy()
    index = assessment.filled.index
    rows, columns = filled.nonzero()
    return pd.DataFrame(
        {
            "unit": index.get_level_values("unit")[rows],
            "year": index.get_level_values("year")[rows],
            "indicator": assessment.filled.columns[columns],
            "value": assessment.imputed.to_numpy()[rows, columns],
            "method": assessment.method.impute.method,
        }
    )


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
    tables = []
    for node, climbed in tree.climbed.items():
        blocks = [block for block in climbed.blocks if block.step.function is bod]
        frontiers = [_frontier(tree, node, block.rows) for block in blocks]
        tables += [pd.concat(frontiers).sort_index()] if frontiers else []
    if tables:
        frontier = pd.concat(tables, ignore_index=True)
        has_years = assessment.panel.has_years
        result["frontier"] = frontier if has_years else frontier.drop(columns="year")
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
