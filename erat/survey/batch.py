"""The answers of one file, as arrays: what was given, what it says, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from erat.survey.cells import ABSENT, ANSWERED, NOT_APPLICABLE, NOT_ASKED, UNKNOWN
from erat.survey.instrument import Instrument
from erat.survey.rubric import STEPS
from erat.survey.units import SubUnit, SubUnits

NOTHING, DOES_NOT_KNOW, NOT_OURS = -1, STEPS + 1, STEPS + 2
"""What an answer says beside the levels 0 to 5: nothing, does not know, does not concern us."""

ABSENT_CELL, ACCEPTED, REPEATED, REFUSED = range(4)
"""What became of a cell; :data:`ABSENT_CELL` where nothing was given."""

ROW_COLUMNS = ("unit", "key", "role", "submitted", "row", "place",
               "simulated")  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """What every file is read against: the instrument and the sub-units."""

    units: SubUnits

    @property
    def instrument(self) -> Instrument:
        """The instrument."""
        return self.units.instrument

    @cached_property
    def column(self) -> dict[str, int]:
        """Place of every question."""
        return {code: j for j, code in enumerate(self.instrument.codes)}

    @cached_property
    def _asked(self) -> dict[tuple[str, str], np.ndarray]:
        masks = {}
        for one in self.instrument.respondents:
            for level in ("province", "regency"):
                asked = {question.code for question in self.instrument.asked(one.code, level)}
                mask = np.array([code in asked for code in self.instrument.codes], dtype=bool)
                masks[one.code, level] = mask
        return masks

    def asked(self, unit: SubUnit) -> np.ndarray:
        """Say which questions are for a sub-unit."""
        return self._asked[unit.respondent.code, unit.government.level]


@dataclass(frozen=True)
class Texts:
    """Texts to one question in some rows: evidence, or comments."""

    question: int
    kind: str
    rows: np.ndarray
    texts: np.ndarray

    def kept(self, mask: np.ndarray) -> Texts:
        """Keep some of the texts."""
        return Texts(self.question, self.kind, self.rows[mask], self.texts[mask])


@dataclass
class Batch:
    """What a file holds.

    Attributes
    ----------
    file
        Its name.
    rows
        A row a submission; columns :data:`ROW_COLUMNS`. ``unit`` is empty where the row is refused.
    said, verified
        Rows by questions, int8: a level 0 to 5, :data:`DOES_NOT_KNOW`, :data:`NOT_OURS`, or
        :data:`NOTHING`.
    outcome, checked
        Same shape, int8: what became of the answer, and of the verified level.
    asked
        Same shape, bool.
    texts
        Evidence and comments.
    verification
        Whether the rows say what was found at a sub-unit, not what it says of itself.
    strays
        Answers to questions that the instrument does not have; they are refused.
    lost_texts
        Evidence and comments that are refused.
    """

    file: str
    rows: pd.DataFrame
    said: np.ndarray
    verified: np.ndarray
    outcome: np.ndarray
    checked: np.ndarray
    asked: np.ndarray
    texts: list[Texts] = field(default_factory=list)
    verification: bool = False
    strays: int = 0
    lost_texts: int = 0

    @classmethod
    def empty(cls, file: str, rows: pd.DataFrame, questions: int) -> Batch:
        """Return a batch of some rows in which nothing is said."""
        shape = (len(rows), questions)
        nothing = np.full(shape, NOTHING, dtype=np.int8)
        zero = np.zeros(shape, dtype=np.int8)
        asked = np.zeros(shape, dtype=bool)
        return cls(file, rows, nothing, nothing.copy(), zero, zero.copy(), asked)

    def count(self, outcome: int) -> int:
        """Count answers and verified levels that came out in one way."""
        found = int((self.outcome == outcome).sum() + (self.checked == outcome).sum())
        return found + (self.strays if outcome == REFUSED else 0)

    @property
    def found(self) -> int:
        """All answers and verified levels of the file."""
        given = int((self.outcome != ABSENT_CELL).sum() + (self.checked != ABSENT_CELL).sum())
        return given + self.strays

    def refuse_rows(self, bad: np.ndarray) -> None:
        """Refuse everything in some rows."""
        for cells in (self.outcome, self.checked):
            cells[bad] = np.where(cells[bad] != ABSENT_CELL, REFUSED, ABSENT_CELL)

    def drop_texts(self) -> None:
        """Let texts go whose answer was refused, that nobody asked for, or whose row is refused."""
        good = (
            self.asked & (self.outcome != REFUSED) & (self.rows["unit"] != "").to_numpy()[:, None]
        )
        kept = [texts.kept(good[texts.rows, texts.question]) for texts in self.texts]
        before, after = (sum(len(t.rows) for t in some) for some in (self.texts, kept))
        self.lost_texts += before - after
        self.texts = [texts for texts in kept if len(texts.rows)]


def joined(parts: Sequence[Batch]) -> Batch:
    """Put the batches of one file (or of many) below each other."""
    first = parts[0]
    if len(parts) == 1:
        return first
    starts = np.cumsum([0, *(len(part.rows) for part in parts)])
    texts = [
        Texts(t.question, t.kind, t.rows + start, t.texts)
        for part, start in zip(parts, starts[:-1], strict=True)
        for t in part.texts
    ]
    below = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("said", "verified", "outcome", "checked", "asked")
    }
    return Batch(
        file=first.file,
        rows=pd.concat([part.rows for part in parts], ignore_index=True),
        said=below["said"],
        verified=below["verified"],
        outcome=below["outcome"],
        checked=below["checked"],
        asked=below["asked"],
        texts=texts,
        verification=first.verification,
        strays=sum(part.strays for part in parts),
        lost_texts=sum(part.lost_texts for part in parts),
    )


def states_of(said: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Return the states of answers (:data:`erat.survey.cells.STATES`) for what they say."""
    states = np.where(asked, ABSENT, NOT_ASKED).astype(np.int8)
    states[said >= 0] = ANSWERED
    states[said == DOES_NOT_KNOW] = UNKNOWN
    states[said == NOT_OURS] = NOT_APPLICABLE
    return states
