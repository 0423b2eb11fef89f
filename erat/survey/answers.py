"""Answers: who answered what, and how they lie in a folder of wide tables.

A folder of answers has ``respondents.csv`` and ``levels.csv`` (a row a respondent, a column a
question), and ``verified.csv`` and ``notes.csv`` where there is something to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from erat.files import write_csv
from erat.survey.cells import ABSENT, NOT_ASKED, inert, level_cells, verified_cells

SIMULATED = "simulated"
"""The word that marks answers that nobody gave."""

COLUMNS = ("unit", "government", "province", "kind", "role", "file", "submitted", SIMULATED)
"""Columns of the table of respondents."""

NOTE_COLUMNS = ("respondent", "question", "evidence", "comment")
TEXTS = ("role", "file", "submitted")
"""Columns that hold whatever somebody wrote."""


@dataclass(frozen=True)
class Answers:
    """The answers to one version of the instrument.

    Parameters
    ----------
    respondents
        Indexed by ``respondent``; columns :data:`COLUMNS`, ``simulated`` as bool.
    levels
        Respondents by questions, in the instrument's order: 0 to 5 steps met, nan without a level.
    states
        Same shape, int8: one of :data:`erat.survey.cells.STATES` by number.
    verified
        Same shape: the level that an inspectorate or an assessor found, nan where none looked.
    notes
        Columns :data:`NOTE_COLUMNS`; a row where evidence or a comment was given.
    version
        Version of the instrument.
    """

    respondents: pd.DataFrame
    levels: pd.DataFrame
    states: pd.DataFrame
    verified: pd.DataFrame
    notes: pd.DataFrame
    version: str

    @property
    def questions(self) -> list[str]:
        """Codes of the questions."""
        return [str(code) for code in self.levels.columns]

    @property
    def simulated(self) -> bool:
        """Whether any answer is simulated."""
        return bool(self.respondents[SIMULATED].any())

    @property
    def provinces(self) -> list[str]:
        """Codes of the provinces with answers."""
        return sorted(self.respondents["province"].unique())

    @classmethod
    def of(
        cls,
        respondents: pd.DataFrame,
        levels: pd.DataFrame,
        *,
        states: pd.DataFrame | None = None,
        verified: pd.DataFrame | None = None,
        notes: pd.DataFrame | None = None,
        version: str = "",
    ) -> Answers:
        """Make answers of what is there; a level that is missing is one that was not given.

        Raises
        ------
        ValueError
            If the tables do not have the same rows and questions.
        """
        if states is None:
            blank = np.where(levels.isna(), ABSENT, 0).astype(np.int8)
            states = pd.DataFrame(blank, index=levels.index, columns=levels.columns)
        if verified is None:
            verified = pd.DataFrame(np.nan, index=levels.index, columns=levels.columns)
        if notes is None:
            notes = pd.DataFrame(columns=list(NOTE_COLUMNS), dtype=str)
        for table in (states, verified):
            if not (table.index.equals(levels.index) and table.columns.equals(levels.columns)):
                raise ValueError("the tables of answers differ in rows or questions")
        if not respondents.index.equals(levels.index):
            raise ValueError("the respondents are not those of the levels")
        return cls(respondents, levels, states, verified, notes, version)

    @classmethod
    def joined(cls, parts: Sequence[Answers]) -> Answers:
        """Put answers to one version of the instrument together; ids must differ."""
        return cls(
            pd.concat([part.respondents for part in parts], verify_integrity=True),
            pd.concat([part.levels for part in parts]),
            pd.concat([part.states for part in parts]),
            pd.concat([part.verified for part in parts]),
            pd.concat([part.notes for part in parts], ignore_index=True),
            parts[0].version,
        )

    def of_rows(self, rows: np.ndarray) -> Answers:
        """Take some respondents: a mask or positions."""
        taken = self.respondents.iloc[rows] if rows.dtype != bool else self.respondents[rows]
        ids = taken.index
        return replace(
            self,
            respondents=taken,
            levels=self.levels.loc[ids],
            states=self.states.loc[ids],
            verified=self.verified.loc[ids],
            notes=self.notes[self.notes["respondent"].isin(ids)].reset_index(drop=True),
        )

    def write(self, folder: Path) -> None:
        """Write the tables into a folder; texts that a spreadsheet would run are made inert."""
        folder.mkdir(parents=True, exist_ok=True)
        about = self.respondents.assign(
            **{name: self.respondents[name].map(inert) for name in TEXTS},
            simulated=np.where(self.respondents[SIMULATED], SIMULATED, ""),
            version=self.version,
        )
        write_csv(about.rename_axis("respondent"), folder / "respondents.csv")
        for name, cells in (
            ("levels", level_cells(self.levels.to_numpy(), self.states.to_numpy())),
            ("verified", verified_cells(self.verified.to_numpy())),
        ):
            table = pd.DataFrame(cells, index=self.levels.index, columns=self.levels.columns)
            write_csv(table.rename_axis("respondent"), folder / f"{name}.csv")
        notes = self.notes.assign(
            evidence=self.notes["evidence"].map(inert), comment=self.notes["comment"].map(inert)
        )
        write_csv(notes[list(NOTE_COLUMNS)], folder / "notes.csv", index=False)

    def asked(self) -> np.ndarray:
        """Say which questions each respondent was asked, shape ``(respondents, questions)``."""
        return np.asarray(self.states.to_numpy() != NOT_ASKED)
