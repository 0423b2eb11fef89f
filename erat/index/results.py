"""An assessment as files: the tables of the contract of ``erat index``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from erat.errors import InputError, Problem, listing
from erat.files import write_csv
from erat.index.assessment import Assessment
from erat.index.changes import changes
from erat.index.construct.aggregate import best_weights, bod


def tables(assessment: Assessment) -> dict[str, pd.DataFrame]:
    """Return every table of an assessment by its file name, without the suffix.

    The first column is ``unit``, the second ``year`` where the data have years.
    """
    a = assessment
    by_unit = {
        "availability": a.availability,
        "imputed": a.imputed,
        "treated": a.treated,
        "normalized": a.normalized,
        "scores": a.scores,
        "ranks": a.ranks,
        "contributions": a.contributions,
    }
    years = a.panel.has_years
    result = {
        name: frame.reset_index() if years else frame.reset_index().drop(columns="year")
        for name, frame in by_unit.items()
    }
    listed = {"screening": a.screening, "imputation": imputation(a), "treatment": a.treatment}
    for name, frame in listed.items():
        result[name] = frame if years else frame.drop(columns="year")
    result["anchors"] = a.anchors.reset_index()
    result["weights"] = a.weights.reset_index()
    return result


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
    """Return the tables that only some assessments have.

    ``changes`` splits the change of every score from the first to the last year of a panel;
    ``frontier`` tells own weights, ties and peers of every node under the benefit of the doubt.
    """
    found = {}
    years = sorted(set(assessment.panel.years))
    if len(years) > 1:
        found["changes"] = changes(assessment, int(years[0]), int(years[-1]))
    doubted = [
        frontier_table(assessment, node)
        for node, climbed in assessment.tree.climbed.items()
        if any(block.step.function is bod for block in climbed.blocks)
    ]
    if doubted:
        frame = pd.concat(doubted, ignore_index=True)
        found["frontier"] = frame if assessment.panel.has_years else frame.drop(columns="year")
    return found


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


def write_tables(assessment: Assessment, folder: Path) -> None:
    """Write every table of an assessment into a folder as CSV."""
    for name, frame in {**tables(assessment), **further_tables(assessment)}.items():
        write_csv(frame, folder / f"{name}.csv", index=False)
