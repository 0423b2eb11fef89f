"""The results of an assessment: tables that reports read, computed and written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from erat.errors import InputError, Problem
from erat.files import replaced_when_whole, write_csv, write_manifest
from erat.survey.answers import SIMULATED, Answers
from erat.survey.instrument import Instrument
from erat.survey.score.next_steps import next_steps
from erat.survey.score.quality import (
    item_table,
    quality_table,
    respondent_table,
    response_table,
    verification_table,
)
from erat.survey.score.reliability import reliability_table
from erat.survey.score.replicates import Replicator
from erat.survey.score.scoring import Assessed
from erat.survey.score.settings import AssessmentSettings
from erat.survey.score.sufficiency import Basis, reasons
from erat.survey.score.tables import (
    agreement_table,
    contribution_table,
    inequality_table,
    lens_tables,
    score_table,
)
from erat.survey.units import SubUnits


@dataclass(frozen=True)
class Capacity:
    """Tables of an assessment by name; scores are 0 to 100, nan where not assessed.

    ``scores, lenses, cells, reliability, agreement, quality, response, respondents, items,
    verification, contributions, inequality, next_steps, orders``. Every table has a last column
    ``simulated``: the word "simulated" in every row if any answer of the assessment is, else
    empty. What the columns hold is said where a table is made: :func:`score_table`,
    :func:`lens_tables` and the functions of their names.
    """

    tables: Mapping[str, pd.DataFrame]

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    @property
    def simulated(self) -> bool:
        """Whether any answer is simulated."""
        return bool((self["scores"][SIMULATED] == SIMULATED).any())

    def write(
        self,
        folder: Path,
        inputs: Mapping[str, Path] | None = None,
        tables: Mapping[str, pd.DataFrame] | None = None,
        **more: Any,
    ) -> None:
        """Write every table as CSV, and a manifest; an earlier result is replaced when it is whole.

        ``tables`` are written beside these, by name. The manifest names ``inputs``, the files that
        the results were made of, and what else is given.
        """
        with replaced_when_whole(folder) as new:
            for name, table in {**self.tables, **(tables or {})}.items():
                write_csv(table, new / f"{name}.csv", index=False)
            write_manifest(new, inputs or {}, simulated=self.simulated, **more)


def assess_capacity(
    answers: Answers,
    instrument: Instrument,
    settings: AssessmentSettings,
    units: SubUnits,
    roster: Mapping[str, float] | None = None,
) -> Capacity:
    """Score answers and say how far the scores can be trusted.

    ``roster`` has the number of people who could have answered, by sub-unit, for the
    finite-population correction. InputError if nobody answered, or the method does not fit the
    instrument or the units.
    """
    if answers.respondents.empty:
        remedy = "import answers first"
        raise InputError([Problem("answers", "nobody", "at least one respondent", remedy)])
    one = Assessed.of(answers, instrument, settings, units)
    basis, ends = Basis(one), Replicator(one, roster).intervals()
    why = reasons(basis)
    shown = pd.DataFrame(why == "", one.tree.units, one.nodes)
    respondents = respondent_table(one.answers)
    tables = {
        "scores": score_table(one, basis, ends, why),
        **lens_tables(one, ends, why, settings.thresholds.answered),
        "reliability": reliability_table(one),
        "agreement": agreement_table(one, basis),
        "quality": quality_table(one, respondents),
        "response": response_table(one.answers, units),
        "respondents": respondents,
        "items": item_table(one.answers),
        "verification": verification_table(one),
        "contributions": contribution_table(one, shown),
        "inequality": inequality_table(one, shown),
        "next_steps": next_steps(one),
        "orders": one.rolled.orders.drop(columns="year"),
    }
    word = SIMULATED if answers.simulated else ""
    return Capacity({name: table.assign(simulated=word) for name, table in tables.items()})
