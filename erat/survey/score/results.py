"""The results of an assessment: the tables that reports read, by name."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from erat.errors import InputError, Problem
from erat.survey.answers import SIMULATED, Answers
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
from erat.survey.score.sufficiency import Basis
from erat.survey.score.tables import (
    agreement_table,
    contribution_table,
    inequality_table,
    lens_tables,
    score_table,
)
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
        "reliability": reliability_table(one),
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
    word = SIMULATED if answers.simulated else ""
    return {name: table.assign(simulated=word) for name, table in tables.items()}
