"""The benefit of the doubt of one node, told in a table: own weights, ties and peers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from erat.errors import InputError, Problem, listing
from erat.index.assessment import Assessment
from erat.index.construct.aggregate import best_weights, bod


def frontier_table(assessment: Assessment, node: str | None = None) -> pd.DataFrame:
    """Tell who reaches 1 under the benefit of the doubt, with which weights, and who is like whom.

    Parameters
    ----------
    assessment
        Whose method aggregates the node by ``bod``.
    node
        An aggregate node; the index if not given.

    Returns
    -------
    DataFrame
        A row a unit (and year): ``unit, year, node, score, reached`` (bool), ``ties`` (other units
        that reach 1 too), ``peers`` (other units that reach 1 under this unit's own weights) and,
        for every child, ``share:CHILD``, the part of the child's weight in the sum of the unit's
        weights. Lists are parted by blanks. Where several weights are equally good, those shown are
        one choice of them.

    Raises
    ------
    InputError
        If the node is not aggregated by the benefit of the doubt.
    """
    tree = assessment.tree
    node = node or tree.framework.top
    blocks = [
        block
        for block in (tree.climbed[node].blocks if node in tree.climbed else ())
        if block.step.function is bod
    ]
    if not blocks:
        named = [
            n for n, c in tree.climbed.items() if any(b.step.function is bod for b in c.blocks)
        ]
        found = f"the node {node!r}"
        expected = f"a node aggregated by bod ({listing(named) or 'there is none'})"
        remedy = "choose another node, or aggregate it by bod"
        raise InputError([Problem("frontier", found, expected, remedy)])
    climbed, index = tree.climbed[node], tree.panel.values.index
    tables = []
    for block in blocks:
        best = best_weights(climbed.x[block.rows], climbed.node)
        names = index.get_level_values("unit")[block.rows].astype(str)
        reached = best.peers.diagonal()
        table = pd.DataFrame({"unit": names, "node": node, "score": best.score})
        table.insert(1, "year", index.get_level_values("year")[block.rows])
        table["reached"] = reached
        table["ties"] = _others(names, np.outer(reached, reached))
        table["peers"] = _others(names, best.peers)
        total = best.weights.sum(axis=1, keepdims=True)
        shares = np.divide(
            best.weights, total, out=np.full(best.weights.shape, np.nan), where=total > 0
        )
        for child, share in zip(climbed.node.codes, shares.T, strict=True):
            table[f"share:{child}"] = share
        tables.append(table.set_index(pd.Index(block.rows)))
    return pd.concat(tables).sort_index().reset_index(drop=True)


def _others(names: pd.Index, those: np.ndarray) -> list[str]:
    """List for every unit the other units that are marked in its row."""
    apart = those & ~np.eye(len(names), dtype=bool)
    return [" ".join(names[row]) for row in apart]
