"""Inequality among a province's regencies and cities, over those that are assessed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from erat.subunits.inequality import atkinson, gini
from erat.survey.scoring import Assessed

COLUMNS = ["unit", "node", "n", "mean", "lowest", "highest", "range", "weakest", "gini",
           "atkinson", "lost"]  # fmt: skip


def inequality_table(assessed: Assessed, shown: np.ndarray) -> pd.DataFrame:
    """Measure how far apart the assessed regencies and cities of every province are.

    Parameters
    ----------
    assessed
        The answers.
    shown
        Whether a node of a unit is assessed, ``(units, nodes)``.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`, a row a province and aggregate node with two or more of them. Means
        and indices are weighted as the method weighs regencies; ``atkinson`` has the aversion 1, and
        ``lost`` is what it takes off the mean, in points. See :mod:`erat.subunits.inequality`.
    """
    return pd.DataFrame(list(_rows(assessed, shown)), columns=COLUMNS)


def _rows(one: Assessed, shown: np.ndarray) -> Iterator[tuple[object, ...]]:
    scores = one.rolled.order.values[:, 0, :]
    units = np.array(one.tree.units, dtype=object)
    for province in one.answers.provinces:
        parent = (one.tree.table["parent"] == f"{province}.regencies").to_numpy()
        for node in one.framework.aggregates:
            j = one.rolled.nodes.index(node)
            rows = np.flatnonzero(parent & shown[:, one.nodes.index(node)])
            if len(rows) < 2:
                continue
            step = one.rolled.subunits.of(one.framework.path(node), "block")
            assert step.weights is not None  # noqa: S101
            w = np.nan_to_num(one.rolled.order.climb.weights[step.weights][rows, 0])
            x = scores[rows, j]
            mean, loss = float(np.average(x, weights=w)), atkinson(x, w)
            yield (province, node, len(rows), mean, x.min(), x.max(), np.ptp(x),
                   units[rows[x.argmin()]], gini(x, w), loss, loss * mean)  # fmt: skip
