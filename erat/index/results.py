"""An assessment as files: the tables of the contract of ``erat index``."""

from __future__ import annotations

import numpy as np
import pandas as pd

from erat.errors import InputError, Problem, listing
from erat.index.assessment import Assessment
from erat.index.changes import changes
from erat.index.climb import Block, ScoredTree
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
    """Return, by file name, ``changes`` of a panel and ``frontier`` of ``bod`` nodes, if any."""
    result = {}
    years = sorted(set(assessment.panel.years))
    if len(years) > 1:
        result["changes"] = changes(assessment, int(years[0]), int(years[-1]))
    nodes = _bod_nodes(assessment.tree)
    if nodes:
        frontier = pd.concat(
            [frontier_table(assessment, node) for node in nodes], ignore_index=True
        )
        has_years = assessment.panel.has_years
        result["frontier"] = frontier if has_years else frontier.drop(columns="year")
    return result


def _bod_nodes(tree: ScoredTree) -> dict[str, list[Block]]:
    """Return the blocks that were aggregated by the benefit of the doubt, by node."""
    blocks = {
        node: [block for block in climbed.blocks if block.step.function is bod]
        for node, climbed in tree.climbed.items()
    }
    return {node: own for node, own in blocks.items() if own}


def frontier_table(assessment: Assessment, node: str | None = None) -> pd.DataFrame:
    """Tell who reaches 1 under the benefit of the doubt, with which weights, and who is like whom.

    The node is the index if not given; refused (InputError) if ``bod`` does not aggregate it. A row
    a unit (and year): ``unit, year, node, score, reached`` (bool), ``ties`` (other units that reach
    1 too), ``peers`` (other units that reach 1 under this unit's own weights; both parted by
    blanks) and, for every child, ``share:CHILD``, the part of its weight in the sum of the unit's
    weights. Where several weights are equally good, those shown are one choice of them.
    """
    tree = assessment.tree
    node = node or tree.framework.top
    nodes = _bod_nodes(tree)
    if node not in nodes:
        expected = f"a node aggregated by bod ({listing(list(nodes)) or 'there is none'})"
        remedy = "choose another node, or aggregate it by bod"
        raise InputError([Problem("frontier", f"the node {node!r}", expected, remedy)])
    climbed, keys = tree.climbed[node], tree.panel.values.index.to_frame(index=False)
    tables = []
    for block in nodes[node]:
        best = best_weights(climbed.x[block.rows], climbed.node)
        table = keys.iloc[block.rows].assign(node=node, score=best.score)
        names = table["unit"].to_numpy(dtype=str)
        table["reached"] = reached = best.peers.diagonal()
        table["ties"] = _others(names, np.outer(reached, reached))
        table["peers"] = _others(names, best.peers)
        total = best.weights.sum(axis=1, keepdims=True)
        shares = best.weights / np.where(total > 0, total, np.nan)
        table[[f"share:{child}" for child in climbed.node.codes]] = shares
        tables.append(table)
    return pd.concat(tables).sort_index().reset_index(drop=True)


def _others(names: np.ndarray, marked: np.ndarray) -> list[str]:
    """List for every unit the other units that are marked in its row."""
    apart = marked & ~np.eye(len(names), dtype=bool)
    return [" ".join(names[row]) for row in apart]
