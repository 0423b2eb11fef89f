"""The results of an assessment: tables that reports read, computed, written and read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd

from erat.errors import InputError, Problem
from erat.files import MANIFEST, read_manifest, replaced_when_whole, write_csv, write_manifest
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
