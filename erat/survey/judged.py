"""The answers of one or many files, as arrays: what they say, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from erat.survey.cells import ABSENT, ANSWERED, NOT_APPLICABLE, NOT_ASKED, UNKNOWN
from erat.survey.read.choices import DOES_NOT_KNOW, NOT_OURS, NOTHING

SAID, VERIFIED = 0, 1
"""What a sub-unit says of itself, and what was found at it: the first axis of levels."""
NOT_GIVEN, ACCEPTED, REPEATED, REFUSED = range(4)
"""What became of an answer or verified level."""


@dataclass
class Judged:
    """What a file holds, and what became of it.

    Attributes
    ----------
    rows
        A row a submission: ``unit`` (empty where the row is refused), ``key`` of the respondent,
        ``role``, ``submitted``, ``simulated``, and ``row``, its number in the file.
    level
        Said and verified, by rows, by questions, int8: 0 to 5, or what else
        :data:`erat.survey.read.choices.SAYS` has.
    outcome
        Same shape, int8: what became of each.
    asked
        Rows by questions, bool.
    texts
        ``row, question, kind, text``: evidence and comments by the positions of row and question.
    verification
        Whether the rows say what was found at a sub-unit, not what it says of itself.
    strays
        Answers to questions that the instrument does not have; they are refused.
    lost_texts
        Number of evidence and comments that are refused.
    """

    rows: pd.DataFrame
    level: np.ndarray
    outcome: np.ndarray
    asked: np.ndarray
    texts: pd.DataFrame
    verification: bool = False
    strays: int = 0
    lost_texts: int = 0

    @classmethod
    def blank(cls, rows: int, questions: int) -> Judged:
        """Return some rows in which nothing is said."""
        names = ("unit", "key", "role", "submitted", "simulated")
        return cls(
            rows=pd.DataFrame({name: np.full(rows, "", dtype=object) for name in names}).assign(
                row=0
            ),
            level=np.full((2, rows, questions), NOTHING, dtype=np.int8),
            outcome=np.zeros((2, rows, questions), dtype=np.int8),
            asked=np.zeros((rows, questions), dtype=bool),
            texts=pd.DataFrame({"row": [], "question": [], "kind": [], "text": []}).astype(
                {"row": int, "question": int}
            ),
        )

    @classmethod
    def below(cls, parts: Sequence[Judged]) -> Judged:
        """Put the pieces of one file, or many files, below each other."""
        starts = np.cumsum([0, *(len(part.rows) for part in parts)])
        texts = [
            part.texts.assign(row=part.texts["row"] + start)
            for part, start in zip(parts, starts[:-1], strict=True)
        ]
        return cls(
            rows=pd.concat([part.rows for part in parts], ignore_index=True),
            level=np.concatenate([part.level for part in parts], axis=1),
            outcome=np.concatenate([part.outcome for part in parts], axis=1),
            asked=np.concatenate([part.asked for part in parts]),
            texts=pd.concat(texts, ignore_index=True),
            verification=parts[0].verification,
            strays=sum(part.strays for part in parts),
            lost_texts=sum(part.lost_texts for part in parts),
        )

    def count(self, outcome: int) -> int:
        """Count answers and verified levels that came out in one way."""
        strays = self.strays if outcome == REFUSED else 0
        return int((self.outcome == outcome).sum()) + strays

    @property
    def answers(self) -> int:
        """Number of all answers and verified levels of the file."""
        return int((self.outcome != NOT_GIVEN).sum()) + self.strays

    def refuse_rows(self, rows: np.ndarray) -> None:
        """Refuse everything in some rows (a mask)."""
        self.outcome[:, rows] = np.where(self.outcome[:, rows] != NOT_GIVEN, REFUSED, NOT_GIVEN)
        self.level[:, rows] = NOTHING
        self.rows.loc[rows, "unit"] = ""

    def drop_texts(self) -> None:
        """Let texts go whose answer was refused, that nobody asked for, or whose row is refused."""
        there = (self.rows["unit"] != "").to_numpy()[:, None]
        good = self.asked & (self.outcome[SAID] != REFUSED) & there
        kept = good[self.texts["row"], self.texts["question"]]
        self.lost_texts += int((~kept).sum())
        self.texts = self.texts[kept].reset_index(drop=True)


def states_of(level: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Return the states of answers (:data:`erat.survey.answers.STATES`) for what they say."""
    states = np.where(asked, ABSENT, NOT_ASKED).astype(np.int8)
    states[level >= 0] = ANSWERED
    states[level == DOES_NOT_KNOW] = UNKNOWN
    states[level == NOT_OURS] = NOT_APPLICABLE
    return states
