"""The long table: the filled cells of a file and who filled them in, in whatever form it came."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from erat.survey.read.choices import CHOICES, PARTS

WHO = ("government", "respondent", "instrument_version", "instrument_digest", "consent",
       "province", "code")  # fmt: skip
"""Columns of submissions that say whose answers they are; ``code`` is that of a workbook's cover."""
ABOUT = ("respondent_id", "role", "submitted")
"""Columns of submissions that somebody wrote."""


@dataclass(frozen=True)
class Run:
    """Filled cells of one part of a question in one column, or one cell of a workbook.

    ``rows`` are positions of submissions; ``texts`` are without blanks around them, never empty.
    """

    question: str
    part: str
    place: str
    rows: np.ndarray
    texts: np.ndarray


@dataclass
class LongTable:
    """What one file, or a piece of it, holds.

    Attributes
    ----------
    submissions
        A row a submission: texts :data:`WHO`, :data:`ABOUT`, ``submission`` (its id) and
        ``simulated``; ``row``, its number in the file (0 for a workbook); ``ragged``, whether it
        has more or fewer cells than the ``width`` of the header; ``verifier`` in workbooks.
    runs
        The filled cells by question, as :func:`by_question` orders them.
    about
        Places of the columns of submissions.
    asked_consent
        Whether the file has a place for consent.
    unusable
        Questions whose answers (or, if true, verified levels) have places too many or too few;
        they are refused.
    present, complete
        Questions with a place in the file; those with one for every choice beside their list.
    verification
        Whether the rows say what was found at a sub-unit, not what it says of itself.
    """

    form: Literal["export", "workbook"]
    submissions: pd.DataFrame
    runs: dict[str, list[Run]]
    about: dict[str, str]
    asked_consent: bool
    unusable: set[tuple[str, bool]]
    present: set[str]
    complete: set[str] = field(default_factory=set)
    verification: bool = False
    width: int = 0


def by_question(runs: Iterable[Run], codes: Sequence[str]) -> dict[str, list[Run]]:
    """Sort runs: the instrument's questions first and in its order, parts in that of `PARTS`."""
    groups: dict[str, list[Run]] = {code: [] for code in codes}
    for run in runs:
        groups.setdefault(run.question, []).append(run)
    return {
        question: sorted(group, key=lambda run: PARTS.index(run.part))
        for question, group in groups.items()
        if group
    }


def answer_column(code: str, part: str = "list") -> str:
    """Name the column of an export that holds a part of a question.

    Examples
    --------
    >>> answer_column("RMP1a"), answer_column("RMP1a", "s1"), answer_column("RMP1a", "evidence")
    ('RMP1a', 'RMP1a/s1', 'RMP1a_evidence')
    """
    return code if part == "list" else f"{code}/{part}" if part in CHOICES else f"{code}_{part}"
