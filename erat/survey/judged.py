"""What a file holds, and what became of every answer in it: accepted, repeated or refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from erat.survey.read.long_table import NOTHING
from erat.survey.read.server import VERSION

SELF_ASSESSED, VERIFIED = 0, 1
"""What a sub-unit says of itself, and what was found at it: the first axis of levels."""
NOT_GIVEN, ACCEPTED, REPEATED, REFUSED = range(4)
"""What became of an answer or verified level."""


@dataclass
class Judged:
    """What a file holds, and what became of it.

    ``rows`` has a row a submission: ``unit`` (empty where the row is refused), ``key`` of the
    respondent, ``role``, ``submitted``, ``simulated``, what tells versions of a submission apart
    (``submission`` and :data:`erat.survey.read.server.VERSION`), and ``row``, its number in the file.
    ``level`` and ``outcome`` are int8 ``(2, rows, questions)``, self-assessed and verified: 0 to 5
    or what else :data:`erat.survey.read.long_table.SAYS` has, and what became of it; ``asked`` is
    bool ``(rows, questions)``. ``texts`` (``row, question, kind, text``) are evidence and comments
    by positions. ``verification``: rows say what was found at a sub-unit. ``strays`` counts answers
    to unknown questions, which are refused, ``lost_texts`` evidence and comments that are.
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
        names = ["unit", "key", "role", "submitted", "simulated", "submission", *VERSION]
        texts = pd.DataFrame(columns=["row", "question", "kind", "text"], dtype=object)
        return cls(
            rows=pd.DataFrame("", index=range(rows), columns=names, dtype=object).assign(row=0),
            level=np.full((2, rows, questions), NOTHING, dtype=np.int8),
            outcome=np.zeros((2, rows, questions), dtype=np.int8),
            asked=np.zeros((rows, questions), dtype=bool),
            texts=texts.astype({"row": int, "question": int}),
        )

    @classmethod
    def below(cls, parts: Sequence[Judged]) -> Judged:
        """Put the pieces of one file, or many files, below each other."""
        starts = np.cumsum([0, *(len(part.rows) for part in parts)])[:-1]
        texts = [part.texts.assign(row=part.texts["row"] + start)
                 for part, start in zip(parts, starts, strict=True)]  # fmt: skip
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
        return int((self.outcome == outcome).sum()) + (self.strays if outcome == REFUSED else 0)

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
        good = self.asked & (self.outcome[SELF_ASSESSED] != REFUSED) & there
        kept = good[self.texts["row"], self.texts["question"]]
        self.lost_texts += int((~kept).sum())
        self.texts = self.texts[kept].reset_index(drop=True)
