"""The results of an assessment: tables that reports read, computed, written and read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from erat.errors import InputError, Problem
from erat.files import MANIFEST, read_manifest, replaced_when_whole, write_csv, write_manifest
from erat.survey.agreement_table import agreement_table
from erat.survey.answers import SIMULATED, Answers
from erat.survey.inside import inequality_table
from erat.survey.instrument import Instrument
from erat.survey.next_steps import next_steps
from erat.survey.nodes import Tags
from erat.survey.parts import contribution_table
from erat.survey.quality import (
    item_table,
    quality_table,
    respondent_table,
    response_table,
    verification_table,
)
from erat.survey.reliability import reliability_table
from erat.survey.replicates import Intervals, Replicator
from erat.survey.scoring import Assessed
from erat.survey.settings import AssessmentSettings
from erat.survey.sufficiency import Basis, reasons
from erat.survey.units import SubUnits

TEXTS = frozenset(
    {"unit", "kind", "parent", "node", "reason", "simulated", "lens", "tag", "phase", "capacity",
     "between", "province", "subunit", "question", "respondent", "weakest"}
)  # fmt: skip
"""Columns of texts, some of which look like numbers."""


@dataclass(frozen=True)
class Capacity:
    """Tables of an assessment; scores are 0 to 100, nan where not assessed.

    Every table has a last column ``simulated``: the word "simulated" in every row if any answer of
    the assessment is, else empty. What the columns hold is said where a table is made:
    :func:`score_table`, :func:`lens_tables` and the modules of their names.
    """

    scores: pd.DataFrame
    lenses: pd.DataFrame
    cells: pd.DataFrame
    reliability: pd.DataFrame
    agreement: pd.DataFrame
    quality: pd.DataFrame
    response: pd.DataFrame
    respondents: pd.DataFrame
    items: pd.DataFrame
    verification: pd.DataFrame
    contributions: pd.DataFrame
    inequality: pd.DataFrame
    next_steps: pd.DataFrame
    orders: pd.DataFrame

    @property
    def simulated(self) -> bool:
        """Whether any answer is simulated."""
        return bool((self.scores[SIMULATED] == SIMULATED).any())

    @property
    def provinces(self) -> list[str]:
        """Codes of the provinces with answers."""
        units = self.scores.loc[self.scores["kind"] == "province", "unit"]
        return [str(unit) for unit in units.unique()]

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def write(
        self,
        folder: Path,
        inputs: Mapping[str, Path] | None = None,
        tables: Mapping[str, pd.DataFrame] | None = None,
        **more: Any,
    ) -> None:
        """Write every table as CSV, and a manifest; an earlier result is replaced when it is whole.

        Parameters
        ----------
        folder
            Where to.
        inputs
            Files that the results were made of, by name, for the manifest.
        tables
            Tables to write beside these, by name.
        **more
            Anything else that the manifest should say.
        """
        with replaced_when_whole(folder) as new:
            for name, table in {**self.tables, **(tables or {})}.items():
                write_csv(table, new / f"{name}.csv", index=False)
            write_manifest(new, inputs or {}, simulated=self.simulated, **more)

    @classmethod
    def read(cls, folder: Path) -> Capacity:
        """Read the tables; texts stay texts, an empty number is nan.

        Raises
        ------
        InputError
            If the folder does not hold a whole result.
        """
        names = [field.name for field in fields(cls)]
        absent = [name for name in names if not (folder / f"{name}.csv").is_file()]
        if absent or not read_manifest(folder):
            found = f"no {absent[0]}.csv" if absent else f"no {MANIFEST} of e-RAT"
            remedy = "compute the assessment again"
            raise InputError([Problem(str(folder), found, "results of an assessment", remedy)])
        return cls(**{name: _read(folder / f"{name}.csv") for name in names})


def _read(path: Path) -> pd.DataFrame:
    header = pd.read_csv(path, nrows=0).columns
    texts = {column: "str" for column in header if column in TEXTS}
    return pd.read_csv(path, dtype=texts, keep_default_na=False, na_values={
        column: [""] for column in header if column not in TEXTS})  # fmt: skip


def assess_capacity(
    answers: Answers,
    instrument: Instrument,
    settings: AssessmentSettings,
    units: SubUnits,
    roster: Mapping[str, float] | None = None,
) -> Capacity:
    """Score answers and say how far the scores can be trusted.

    Parameters
    ----------
    answers
        At least one respondent.
    instrument, settings, units
        What was asked, how it is scored, and who could have answered.
    roster
        Number of people who could have answered, by sub-unit, for the finite-population correction.

    Raises
    ------
    InputError
        If nobody answered, or the method does not fit the instrument or the units.
    """
    if answers.respondents.empty:
        remedy = "import answers first"
        raise InputError([Problem("answers", "nobody", "at least one respondent", remedy)])
    one = Assessed.of(answers, instrument, settings, units)
    basis, intervals = Basis(one), Replicator(one, roster).intervals()
    why = reasons(basis)
    of_respondents = respondent_table(one.answers)
    shown = pd.Series(
        (why == "").ravel(), index=pd.MultiIndex.from_product([one.tree.units, one.nodes])
    )
    tables = {
        "scores": score_table(one, basis, intervals, why),
        **lens_tables(one, intervals, why, settings.thresholds.answered),
        "reliability": reliability_table(one),
        "agreement": agreement_table(one, basis),
        "quality": quality_table(one, of_respondents),
        "response": response_table(one.answers, units),
        "respondents": of_respondents,
        "items": item_table(one.answers),
        "verification": verification_table(one),
        "contributions": contribution_table(one, shown),
        "inequality": inequality_table(one, why == ""),
        "next_steps": next_steps(one),
        "orders": one.rolled.orders.drop(columns="year"),
    }
    word = SIMULATED if answers.simulated else ""
    return Capacity(**{name: table.assign(simulated=word) for name, table in tables.items()})


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
    own = np.isin(one.tree.table["kind"], ("agency", "community", "business"))
    kept = ~np.broadcast_to(own[:, None], shape) | (basis.askable > 0)
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
    found, counts = np.where(seen, tags(x), np.nan), np.where(seen, counts, 0)
    lens = np.array([name for name, _ in tags.names], dtype=object)
    tag = np.array([name for _, name in tags.names], dtype=object)
    low, high = (ends[:, len(one.nodes) :] for ends in (intervals.low, intervals.high))
    rows = len(one.tree.units)
    table = pd.DataFrame(
        {
            "unit": np.repeat(np.array(one.tree.units, dtype=object), len(tag)),
            "lens": np.tile(lens, rows),
            "tag": np.tile(tag, rows),
            "score": found.ravel(),
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
