"""Tables of results: scores, lenses, who contributed what, how unequal and agreed units are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from erat.subunits.contributions import contributions
from erat.subunits.inequality import atkinson, gini
from erat.survey.score.agreement import icc, quotient
from erat.survey.score.replicates import Intervals
from erat.survey.score.scoring import Assessed, Tags
from erat.survey.score.sufficiency import Basis

CONTRIBUTION_COLUMNS = [
    "province",
    "node",
    "subunit",
    "question",
    "value",
    "weight",
    "contribution",
]


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
        Columns :data:`CONTRIBUTION_COLUMNS`. ``value`` is the sub-unit's score in the question,
        ``weight`` its weight in the node (they add to 1), and the contributions add to the
        province's score, to rounding, also where means are geometric; they are weight times value
        where all is linear.
    """
    rolled, framework = assessed.rolled, assessed.framework
    tables = []
    for node in (framework.top, *framework.dimensions):
        parts = contributions(rolled, node).rename(columns={"unit": "province"})
        parts = parts.rename(columns={"indicator": "question"})
        there = [unit for unit in parts["province"].unique() if shown[unit, node]]
        parts = parts[parts["province"].isin(there)].assign(node=node)
        parts["weight"] = _weights(assessed, node, parts)
        tables.append(parts[CONTRIBUTION_COLUMNS])
    return pd.concat(tables, ignore_index=True)


def _weights(assessed: Assessed, node: str, parts: pd.DataFrame) -> np.ndarray:
    """Return the weight of each sub-unit's question in a node of its province."""
    one, rolled = assessed, assessed.rolled
    columns, order = list(rolled.order.climb.columns), rolled.order
    path = np.ones((len(one.subunits), len(columns)))
    at = one.tree.places.get_indexer(one.subunits)
    rows = order.rows[at, 0]
    while (up := one.tree.parents[at]).max(initial=-1) >= 0:
        inner = up >= 0
        path[inner] *= rolled.order.climb.w[at[inner], 0]
        at = np.where(inner, up, at)
    of_rows = pd.Index(one.subunits).get_indexer(parts["subunit"])
    question = pd.Index(one.questions).get_indexer(parts["question"])
    column = question if rolled.units_first else columns.index(node)
    return np.asarray(
        order.tree.leaf_weights[node][rows[of_rows], question] * path[of_rows, column]
    )


INEQUALITY_COLUMNS = ["unit", "node", "n", "mean", "lowest", "highest", "range", "weakest", "gini",
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
        Columns :data:`INEQUALITY_COLUMNS`, a row a province and aggregate node with two or more
        of them. Means and indices are weighted as the method weighs regencies; ``atkinson`` has
        the aversion 1, and ``lost`` is what it takes off the mean, in points. See
        :mod:`erat.subunits.inequality`.
    """
    return pd.DataFrame(list(_inequality(assessed, shown)), columns=INEQUALITY_COLUMNS)


def _inequality(one: Assessed, shown: np.ndarray) -> Iterator[tuple[object, ...]]:
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


def score_table(one: Assessed, basis: Basis, intervals: Intervals, why: np.ndarray) -> pd.DataFrame:
    """Put the score of every node of every unit beside what it rests on.

    Returns
    -------
    DataFrame
        ``unit, kind, parent, node, score, low, high, n_respondents, n_subunits, share_answered,
        reason``. Without a reason a node is assessed; with one, score and interval are nan. Of
        sub-units the nodes that they are asked about have a row.
    """
    units, nodes = one.tree.units, one.nodes
    shape = (len(units), len(nodes))
    n, hidden = len(nodes), why != ""

    def spread(values: np.ndarray) -> np.ndarray:
        return np.where(hidden, np.nan, values).ravel()

    scores = one.rolled.scores.loc[[(unit, 0) for unit in units], nodes].to_numpy()
    table = pd.DataFrame(
        {
            "unit": np.repeat(np.array(units, dtype=object), n),
            "kind": np.repeat(one.tree.table["kind"].to_numpy(dtype=object), n),
            "parent": np.repeat(one.tree.table["parent"].to_numpy(dtype=object), n),
            "node": np.tile(np.array(nodes, dtype=object), len(units)),
            "score": spread(scores),
            "low": spread(intervals.low[:, :n]),
            "high": spread(intervals.high[:, :n]),
            "n_respondents": basis.respondents.ravel().astype(int),
            "n_subunits": basis.subunits.ravel().astype(int),
            "share_answered": basis.share_answered.ravel(),
            "reason": why.ravel(),
        }
    )
    kept = ~np.broadcast_to(one.is_subunit[:, None], shape) | (basis.askable > 0)
    return table[kept.ravel()].reset_index(drop=True)


def lens_tables(
    one: Assessed, intervals: Intervals, why: np.ndarray, least: float
) -> dict[str, pd.DataFrame]:
    """Average the questions of every tag, unit by unit.

    Parameters
    ----------
    one, intervals, why
        The assessment, its intervals, and why a node of a unit is not assessed.
    least
        Share of the questions of a tag that must be assessed by themselves; with fewer the tag has
        no score.

    Returns
    -------
    dict of DataFrame
        ``lenses``: ``unit, lens, tag, score, low, high, n_questions``; ``cells``: ``unit, phase,
        capacity, score, low, high, n_questions``, with 0 questions and no score where a phase and a
        capacity have none in common. They rest on the questions that scores of dimensions and
        intervals rest on: all that have an answer.
    """
    tags = Tags.of(one.instrument, one.questions)
    columns = [one.nodes.index(code) for code in one.questions]
    scores = one.rolled.scores.loc[[(unit, 0) for unit in one.tree.units], one.questions]
    x = scores.to_numpy()
    counts = tags.counts(x)
    assessed = tags.counts(np.where(why[:, columns] != "", np.nan, x))
    seen = (assessed > 0) & (assessed >= least * counts - 1e-12)
    means, counts = np.where(seen, tags(x), np.nan), np.where(seen, counts, 0)
    lens = np.array([name for name, _ in tags.names], dtype=object)
    tag = np.array([name for _, name in tags.names], dtype=object)
    low, high = (ends[:, len(one.nodes) :] for ends in (intervals.low, intervals.high))
    rows = len(one.tree.units)
    table = pd.DataFrame(
        {
            "unit": np.repeat(np.array(one.tree.units, dtype=object), len(tag)),
            "lens": np.tile(lens, rows),
            "tag": np.tile(tag, rows),
            "score": means.ravel(),
            "low": np.where(seen, low, np.nan).ravel(),
            "high": np.where(seen, high, np.nan).ravel(),
            "n_questions": counts.ravel(),
        }
    )
    is_cell = table["lens"] == "cell"
    cells = table[is_cell].reset_index(drop=True)
    names = cells["tag"].str.split(" ", expand=True)
    cells["phase"], cells["capacity"] = names[0], names[1]
    order = ["unit", "phase", "capacity", "score", "low", "high", "n_questions"]
    return {"lenses": table[~is_cell].reset_index(drop=True), "cells": cells[order]}


BETWEEN = ("respondents", "sub-units")
EVERYWHERE = "ID"
"""Unit of the rows over all provinces together."""
AGREEMENT_COLUMNS = ["unit", "node", "between", "icc1", "icc1_low", "icc1_high", "icck", "icck_low",
           "icck_high", "rwg", "n_raters", "n_targets"]  # fmt: skip


def agreement_table(assessed: Assessed, basis: Basis) -> pd.DataFrame:
    """Measure agreement before answers are averaged.

    Between respondents the targets are sub-units and the raters their respondents; between
    sub-units the targets are governments and the raters their sub-units. A rater's value in a node
    is the mean over its questions of how far it is from the mean of all answers to the question, so
    that raters who were asked other questions can be compared. rwg is that of a sub-unit or
    government, and of a higher unit the mean over those.

    Returns
    -------
    DataFrame
        Columns :data:`AGREEMENT_COLUMNS`, rows where something is defined; of sub-units rwg alone, for
        dimensions and index.
    """
    one = assessed
    parents = one.tree.parents[one.tree.places.get_indexer(one.subunits)]
    raters = {
        "respondents": (_distances(one.points, one), one.of_subunit, one.above[:, one.of_subunit]),
        "sub-units": (_distances(one.means, one), parents, one.above),
    }
    rwg = {"respondents": basis.between_respondents, "sub-units": basis.between_subunits}
    tables = []
    for between, (values, targets, above) in raters.items():
        whole = np.ones(len(targets), dtype=bool)
        for unit, rows in [
            (EVERYWHERE, whole),
            *((one.tree.units[i], above[i] > 0) for i in np.flatnonzero(~one.is_subunit)),
        ]:
            if unit == EVERYWHERE and len(one.answers.provinces) < 2:
                continue
            agreed = (
                np.full(len(one.nodes), np.nan)
                if unit == EVERYWHERE
                else rwg[between][one.tree.places.get_loc(unit)]
            )
            tables.append(_agreement(one.nodes, unit, between, values[rows], targets[rows], agreed))
    tables.append(pd.DataFrame(_of_subunits(one, basis), columns=AGREEMENT_COLUMNS))
    table = pd.concat(tables, ignore_index=True)
    return table[table["icc1"].notna() | table["rwg"].notna()].reset_index(drop=True)


def _distances(points: np.ndarray, one: Assessed) -> np.ndarray:
    """Return every rater's mean distance from all answers, ``(raters, nodes)``."""
    there = ~np.isnan(points)
    count = there.sum(axis=0)
    mean = np.divide(np.nansum(points, axis=0), count, out=np.zeros(len(count)), where=count > 0)
    total = np.where(there, points - mean, 0.0) @ one.members.T
    number = there.astype(float) @ one.members.T
    return quotient(total, number)


def _agreement(
    nodes: list[str], unit: str, between: str, x: np.ndarray, targets: np.ndarray, rwg: np.ndarray
) -> pd.DataFrame:
    of = np.unique(targets, return_inverse=True)[1]
    agreement = icc(x, of)
    return pd.DataFrame(
        {
            "unit": unit, "node": nodes, "between": between,
            "icc1": agreement.icc1, "icc1_low": agreement.low, "icc1_high": agreement.high,
            "icck": agreement.icck, "icck_low": agreement.icck_low, "icck_high": agreement.icck_high,
            "rwg": rwg, "n_raters": agreement.raters.astype(int),
            "n_targets": agreement.targets.astype(int),
        }
    )[AGREEMENT_COLUMNS]  # fmt: skip


def _of_subunits(one: Assessed, basis: Basis) -> Iterator[tuple[object, ...]]:
    chosen = [one.nodes.index(code) for code in (one.framework.top, *one.framework.dimensions)]
    nothing = (np.nan,) * 6
    for i in np.flatnonzero(one.is_subunit):
        for j in chosen:
            value, raters = basis.between_respondents[i, j], int(basis.respondents[i, j])
            if value == value:
                yield (one.tree.units[i], one.nodes[j], BETWEEN[0], *nothing, value, raters, 1)
