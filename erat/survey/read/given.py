"""The long table: a row a filled cell, in whatever form of file it was given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from erat.survey.read.choices import CHOICES, STEP_ROWS, WHOLE_ROW

FormOf = Literal["export", "workbook"]

TEXTS = ("evidence", "comment")
PARTS = ("list", *CHOICES, *STEP_ROWS, WHOLE_ROW, *TEXTS, "verified")
"""Parts of a question that a cell can hold: a list of ticks, one choice, a word, texts, a level."""

WHO = ("government", "respondent", "instrument_version", "instrument_digest", "consent",
       "province", "code")  # fmt: skip
"""Columns of submissions that say whose answers they are; ``code`` is that of a workbook's cover."""
ABOUT = ("respondent_id", "role", "submitted")
"""Columns of submissions that somebody wrote."""


@dataclass(frozen=True)
class Run:
    """Filled cells of one part of a question in one column, or one cell of a workbook."""

    part: str
    place: str
    rows: np.ndarray
    texts: np.ndarray


@dataclass
class Given:
    """What one file, or a piece of it, holds.

    The columns of the long table are the arrays ``row``, ``question``, ``part``, ``place`` and
    ``text``; the file is the same throughout, and unit and person are those of the submission.

    Attributes
    ----------
    form
        What kind of file it is.
    submissions
        A row a submission: texts :data:`WHO`, :data:`ABOUT`, ``submission`` (its id) and
        ``simulated``; ``row``, its number in the file (0 for a workbook); ``ragged``, whether it
        has more or fewer cells than the header; ``verifier`` in workbooks.
    row
        Position of a cell's submission.
    question, part, place
        Places in ``questions``, in :data:`PARTS` and in ``places``.
    text
        What the cell holds, without blanks around it; never empty.
    questions, places
        Codes of questions, those of the instrument first and in its order; names of places.
    about
        Places of the columns of submissions.
    asked_consent
        Whether the file has a place for consent.
    unusable
        Questions whose answers (or, if true, verified levels) have places too many or too few;
        they are refused.
    complete
        Questions with a column for every choice, beside one that lists them.
    there
        Questions with a place in the file.
    verification
        Whether the rows say what was found at a sub-unit, not what it says of itself.
    width
        Number of cells that a row should have.
    """

    form: FormOf
    submissions: pd.DataFrame
    row: np.ndarray
    question: np.ndarray
    part: np.ndarray
    place: np.ndarray
    text: np.ndarray
    questions: Sequence[str]
    places: Sequence[str]
    about: dict[str, str] = field(default_factory=dict)
    asked_consent: bool = True
    unusable: set[tuple[str, bool]] = field(default_factory=set)
    complete: set[str] = field(default_factory=set)
    there: set[str] = field(default_factory=set)
    verification: bool = False
    width: int = 0

    @classmethod
    def of(
        cls,
        form: FormOf,
        submissions: pd.DataFrame,
        codes: Sequence[str],
        runs: Sequence[tuple[str, Run]],
        **more: Any,
    ) -> Given:
        """Lay runs below each other; ``codes`` are the questions of the instrument."""
        questions = {
            code: j for j, code in enumerate(dict.fromkeys([*codes, *(q for q, _ in runs)]))
        }
        places = {name: k for k, name in enumerate(dict.fromkeys(run.place for _, run in runs))}
        parts = {part: k for k, part in enumerate(PARTS)}
        lengths = [len(run.rows) for _, run in runs]

        def column(values: Iterable[int]) -> np.ndarray:
            return np.repeat(np.fromiter(values, dtype=int), lengths)

        return cls(
            form,
            submissions,
            row=np.concatenate([np.zeros(0, dtype=int), *(run.rows for _, run in runs)]),
            question=column(questions[question] for question, _ in runs),
            part=column(parts[run.part] for _, run in runs),
            place=column(places[run.place] for _, run in runs),
            text=np.concatenate([np.zeros(0, dtype=object), *(run.texts for _, run in runs)]),
            questions=list(questions),
            places=list(places),
            **more,
        )

    def by_question(self) -> Iterator[tuple[str, list[Run]]]:
        """Give every question that has cells, with its runs in the order of :data:`PARTS`."""
        order = np.lexsort((self.part, self.question))
        keys = np.stack([self.question[order], self.part[order], self.place[order]])
        starts = np.flatnonzero((np.diff(keys, axis=1, prepend=-1) != 0).any(axis=0))
        runs: dict[int, list[Run]] = {}
        for cells in np.split(order, starts[1:]) if len(starts) else []:
            part, place = PARTS[self.part[cells[0]]], self.places[self.place[cells[0]]]
            run = Run(part, place, self.row[cells], self.text[cells])
            runs.setdefault(int(self.question[cells[0]]), []).append(run)
        return ((self.questions[question], of_question) for question, of_question in runs.items())


def answer_column(code: str, part: str = "list") -> str:
    """Name the column of an export that holds a part of a question.

    Examples
    --------
    >>> answer_column("RMP1a"), answer_column("RMP1a", "s1"), answer_column("RMP1a", "evidence")
    ('RMP1a', 'RMP1a/s1', 'RMP1a_evidence')
    """
    return code if part == "list" else f"{code}/{part}" if part in CHOICES else f"{code}_{part}"
