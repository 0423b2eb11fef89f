"""Who contributed what: a province's scores as sums over sub-units and questions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from erat.subunits.contributions import contributions
from erat.survey.scoring import Assessed

COLUMNS = ["province", "node", "subunit", "question", "value", "weight", "contribution"]


def contribution_table(assessed: Assessed, shown: pd.Series) -> pd.DataFrame:
    """Decompose the index and every dimension of the provinces.

    Parameters
    ----------
    assessed
        The answers.
    shown
        Whether a node of a province is assessed, indexed by ``(unit, node)``.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`. ``value`` is the sub-unit's score in the question, ``weight`` its
        weight in the node (they add to 1), and the contributions add to the province's score, to
        rounding, also where means are geometric; they are weight times value where all is linear.
    """
    rolled, framework = assessed.rolled, assessed.framework
    found = []
    for node in (framework.top, *framework.dimensions):
        parts = contributions(rolled, node).rename(columns={"unit": "province"})
        parts = parts.rename(columns={"indicator": "question"})
        there = [unit for unit in parts["province"].unique() if shown[unit, node]]
        parts = parts[parts["province"].isin(there)].assign(node=node)
        parts["weight"] = _weights(assessed, node, parts)
        found.append(parts[COLUMNS])
    return pd.concat(found, ignore_index=True)


def _weights(assessed: Assessed, node: str, parts: pd.DataFrame) -> np.ndarray:
    """Return the weight of each sub-unit's question in a node of its province."""
    one, rolled = assessed, assessed.rolled
    columns = list(rolled.order.climb.columns)
    path = np.ones((len(one.subunits), len(columns)))
    at = one.tree.places.get_indexer(one.subunits)
    top = at.copy()
    while (up := one.tree.parents[at]).max(initial=-1) >= 0:
        inner = up >= 0
        path[inner] *= rolled.order.climb.w[at[inner], 0]
        at = np.where(inner, up, at)
        top = at
    of_rows = pd.Index(one.subunits).get_indexer(parts["subunit"])
    question = pd.Index(one.questions).get_indexer(parts["question"])
    if rolled.units_first:
        tree, places = rolled.top.tree, pd.Index(rolled.tree.tops)
        rows = places.get_indexer(np.array(one.tree.units, dtype=object)[top])
        of_path = path[of_rows, question]
    else:
        tree, rows = rolled.base.tree, np.arange(len(one.subunits))
        of_path = path[of_rows, columns.index(node)]
    return np.asarray(tree.leaf_weights[node][rows[of_rows], question] * of_path)
