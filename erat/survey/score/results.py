"""The results of an assessment: tables of scores and of how far they can be trusted, by name."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import pandas as pd

from erat.errors import InputError, Problem
from erat.subunits.contributions import contributions
from erat.subunits.inequality import atkinson, gini
from erat.survey.answers import Answers
from erat.survey.score.agreement import icc, quotient
from erat.survey.score.next_steps import next_steps
from erat.survey.score.quality import (
    item_table,
    quality_table,
    respondent_table,
    response_table,
    verification_table,
)
from erat.survey.score.reliability import REPLICATES, reliability_table
from erat.survey.score.replicates import Replicator
from erat.survey.score.scoring import Assessed, Tags
from erat.survey.score.settings import AssessmentSettings
from erat.survey.score.sufficiency import ROUNDING, Basis
from erat.survey.units import SubUnits


def assess_capacity(
    answers: Answers,
    settings: AssessmentSettings,
    units: SubUnits,
    roster: Mapping[str, float] | None = None,
) -> dict[str, pd.DataFrame]:
    """Score answers and say how far the scores can be trusted: tables by name.

    Scores are 0 to 100, nan where not assessed. What the columns hold is said where a table is
    made: :func:`score_table`, :func:`lens_tables` and the functions of their names. Every table has
    a last column ``simulated``: the word "simulated" in every row if any answer of the assessment
    is, else empty.

    ``roster`` has the number of people who could have answered, by sub-unit, for the
    finite-population correction. InputError if nobody answered, or the method does not fit the
    instrument or the units.
    """
    if answers.respondents.empty:
        remedy = "import answers first"
        raise InputError([Problem("answers", "nobody", "at least one respondent", remedy)])
    one = Assessed.of(answers, settings, units)
    basis, ends = Basis(one), Replicator(one, roster).intervals()
    respondents = respondent_table(one.answers)
    tables = {
        "scores": score_table(basis, ends),
        **lens_tables(basis, ends),
        "reliability": reliability_table(one, min(REPLICATES, settings.resampling.replicates)),
        "agreement": agreement_table(basis),
        "quality": quality_table(one, respondents),
        "response": response_table(one.answers, units),
        "respondents": respondents,
        "items": item_table(one.answers),
        "verification": verification_table(one),
        "contributions": contribution_table(basis),
        "inequality": inequality_table(basis),
        "next_steps": next_steps(one),
        "orders": one.rolled.orders.drop(columns="year"),
    }
    return {name: table.assign(simulated=answers.word) for name, table in tables.items()}


Ends = tuple[np.ndarray, np.ndarray]
"""Low and high ends of intervals, ``(units, nodes + tags)``."""


def score_table(basis: Basis, ends: Ends) -> pd.DataFrame:
    """Put the score of every node of every unit beside what it rests on.

    Columns ``unit, kind, parent, node, score, low, high, n_respondents, n_subunits,
    share_answered`` and ``reason``. Without a reason a node is assessed; with one, score and
    interval are nan. Of sub-units the nodes that they are asked about have a row.
    """
    one, n = basis.assessed, len(basis.assessed.nodes)
    scores = {"score": one.scores.to_numpy(), "low": ends[0][:, :n], "high": ends[1][:, :n]}
    cubes = {
        **{name: np.where(basis.reasons != "", np.nan, x) for name, x in scores.items()},
        "n_respondents": basis.respondents.astype(int),
        "n_subunits": basis.subunits.astype(int),
        "share_answered": basis.share_answered,
        "reason": basis.reasons,
    }
    keys = pd.MultiIndex.from_product([one.tree.codes, one.nodes], names=["unit", "node"])
    table = pd.DataFrame({name: cube.ravel() for name, cube in cubes.items()}, keys).reset_index()
    table = table.join(one.tree.table[["kind", "parent"]], on="unit")
    kept = ~one.is_subunit[:, None] | (basis.askable > 0)
    columns = ["unit", "kind", "parent", "node", *cubes]
    return table.loc[kept.ravel(), columns].reset_index(drop=True)


def lens_tables(basis: Basis, ends: Ends) -> dict[str, pd.DataFrame]:
    """Average the questions of every tag, unit by unit.

    Where fewer of its questions are assessed by themselves than the share ``answered`` of the
    thresholds, a tag has no score.

    ``lenses``: ``unit, lens, tag, score, low, high, n_questions``; ``cells``: ``unit, phase,
    capacity, score, low, high, n_questions``, with 0 questions and no score where a phase and a
    capacity have none in common. They rest on the questions that scores of dimensions and intervals
    rest on: all that have an answer.
    """
    one = basis.assessed
    tags, scores = Tags.of(one), one.scores[one.questions]
    counts = tags.counts(scores.to_numpy())
    assessed = tags.counts(scores.where(basis.is_assessed[one.questions]).to_numpy())
    least = one.settings.thresholds.answered * counts - ROUNDING
    seen = (assessed > 0) & (assessed >= least)
    values = (tags(scores.to_numpy()), *(end[:, len(one.nodes) :] for end in ends))
    cubes = {name: np.where(seen, x, np.nan).ravel()
             for name, x in zip(("score", "low", "high"), values, strict=True)}  # fmt: skip
    keys = [(unit, *name) for unit in one.tree.units for name in tags.names]
    table = pd.DataFrame(keys, columns=["unit", "lens", "tag"], dtype=object)
    table = table.assign(**cubes, n_questions=np.where(seen, counts, 0).ravel())
    is_cell = table["lens"] == "cell"
    cells = table[is_cell].reset_index(drop=True)
    cells[["phase", "capacity"]] = cells["tag"].str.split(" ", expand=True)
    order = ["unit", "phase", "capacity", *cubes, "n_questions"]
    return {"lenses": table[~is_cell].reset_index(drop=True), "cells": cells[order]}


CONTRIBUTION_COLUMNS = ["province", "node", "subunit", "question", "value", "weight",
                        "contribution"]  # fmt: skip


def contribution_table(basis: Basis) -> pd.DataFrame:
    """Decompose the index and every dimension of the provinces where it is assessed.

    Columns :data:`CONTRIBUTION_COLUMNS`: ``value`` is the sub-unit's score in the question,
    ``weight`` its weight in the node (they add to 1), and the contributions add to the province's
    score, to rounding, also where means are geometric; they are weight times value where all is
    linear.
    """
    one, tables = basis.assessed, []
    for node in (one.framework.top, *one.framework.dimensions):
        parts = contributions(one.rolled, node)
        parts = parts.rename(columns={"unit": "province", "indicator": "question"})
        parts = parts[parts["province"].map(basis.is_assessed[node])].assign(node=node)
        parts["weight"] = _weights(one, node, parts)
        tables.append(parts[CONTRIBUTION_COLUMNS])
    return pd.concat(tables, ignore_index=True)


def _weights(one: Assessed, node: str, parts: pd.DataFrame) -> np.ndarray:
    """Return the weight of each sub-unit's question in a node of its province."""
    order, parents, at = one.rolled.order, one.tree.parents, one.places
    path = np.ones((len(at), len(order.climb.columns)))
    while (inner := parents[at] >= 0).any():
        path[inner] *= order.climb.w[at[inner], 0]
        at = np.where(inner, parents[at], at)
    subunit = pd.Index(one.subunits).get_indexer(parts["subunit"])
    question = pd.Index(one.questions).get_indexer(parts["question"])
    column = question if order.units_first else order.climb.columns.index(node)
    rows = order.rows[one.places[subunit], 0]
    return np.asarray(order.tree.leaf_weights[node][rows, question] * path[subunit, column])


INEQUALITY_COLUMNS = ["unit", "node", "n", "mean", "lowest", "highest", "range", "weakest", "gini",
                      "atkinson", "lost"]  # fmt: skip


def inequality_table(basis: Basis) -> pd.DataFrame:
    """Measure how far apart the assessed regencies and cities of every province are.

    Columns :data:`INEQUALITY_COLUMNS`, a row a province and aggregate node with two or more of
    them. Means and indices are weighted as the method weighs regencies; ``atkinson`` has the
    aversion 1, and ``lost`` is what it takes off the mean, in points. See
    :mod:`erat.subunits.inequality`.
    """
    one, table = basis.assessed, []
    for province, node in product(one.answers.provinces, one.framework.aggregates):
        inside = (one.tree.table["parent"] == f"{province}.regencies").to_numpy()
        rows = np.flatnonzero(inside & basis.is_assessed[node])
        if len(rows) > 1:
            step = one.rolled.subunits.of(one.framework.path(node), "block")
            assert step.weights is not None  # noqa: S101
            w = np.nan_to_num(one.rolled.order.climb.weights[step.weights][rows, 0])
            x = one.scores[node].to_numpy()[rows]
            mean, loss = float(np.average(x, weights=w)), atkinson(x, w)
            table.append(
                (province, node, len(rows), mean, x.min(), x.max(), np.ptp(x),
                 one.tree.codes[rows[x.argmin()]], gini(x, w), loss, loss * mean)
            )  # fmt: skip
    return pd.DataFrame(table, columns=INEQUALITY_COLUMNS)


EVERYWHERE = "ID"
"""Unit of the rows over all provinces together."""
AGREEMENT_COLUMNS = ["unit", "node", "between", "icc1", "icc1_low", "icc1_high", "icck", "icck_low",
                     "icck_high", "rwg", "n_raters", "n_targets"]  # fmt: skip


def agreement_table(basis: Basis) -> pd.DataFrame:
    """Measure agreement before answers are averaged.

    Between respondents the targets are sub-units and the raters their respondents; between
    sub-units the targets are governments and the raters their sub-units. A rater's value in a node
    is the mean over its questions of how far it is from the mean of all answers to the question, so
    that raters who were asked other questions can be compared. rwg is that of a sub-unit or
    government, and of a higher unit the mean over those.

    Columns :data:`AGREEMENT_COLUMNS`, rows where something is defined; of sub-units rwg alone, for
    dimensions and index.
    """
    one, tables = basis.assessed, []
    parents = one.tree.parents[one.places]
    for between, points, targets, above, rwg in (
        ("respondents", one.points, one.of_subunit, one.above[:, one.of_subunit],
         basis.between_respondents),
        ("sub-units", one.means, parents, one.above, basis.between_subunits),
    ):  # fmt: skip
        x = _distances(points, one)
        units = [(one.tree.units[i], above[i] > 0, rwg[i]) for i in np.flatnonzero(~one.is_subunit)]
        if len(one.answers.provinces) > 1:
            units.insert(0, (EVERYWHERE, np.ones(len(x), dtype=bool), np.full(x.shape[1], np.nan)))
        for unit, rows, agreed in units:
            of = np.unique(targets[rows], return_inverse=True)[1]
            keys = {"unit": unit, "node": one.nodes, "between": between, "rwg": agreed}
            tables.append(icc(x[rows], of).assign(**keys))
    rows, columns = np.nonzero(one.is_subunit[:, None] & one.is_dimension_or_index)
    of_subunits = {
        "unit": one.tree.codes[rows],
        "node": np.array(one.nodes, dtype=object)[columns],
        "between": "respondents",
        "rwg": basis.between_respondents[rows, columns],
        "n_raters": basis.respondents[rows, columns].astype(int),
        "n_targets": 1,
    }
    table = pd.concat([*tables, pd.DataFrame(of_subunits)], ignore_index=True)
    there = table["icc1"].notna() | table["rwg"].notna()
    return table.loc[there, AGREEMENT_COLUMNS].reset_index(drop=True)


def _distances(points: np.ndarray, one: Assessed) -> np.ndarray:
    """Return every rater's mean distance from all answers, ``(raters, nodes)``."""
    there = ~np.isnan(points)
    mean = quotient(np.nansum(points, axis=0), there.sum(axis=0))
    total = np.where(there, points - mean, 0.0) @ one.members.T
    return quotient(total, there.astype(float) @ one.members.T)
