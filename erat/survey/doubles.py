"""Answers that one respondent gave twice: equal ones count once, different ones not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from erat.errors import listing
from erat.locale import Language
from erat.survey.batch import ACCEPTED, REFUSED, REPEATED, Batch
from erat.survey.intake import Intake
from erat.survey.remarks import Teller


def settle(
    said: np.ndarray, outcome: np.ndarray, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Settle the rows of one respondent, in place.

    Parameters
    ----------
    said, outcome
        Rows by questions; ``outcome`` is changed.
    rows
        The rows that are of one respondent.

    Returns
    -------
    repeated, different
        For every answer of ``rows`` the place (in ``rows``) of the first answer that it repeats,
        and of the first that it differs from; -1 where there is none.
    """
    settled, values = outcome[rows], said[rows]
    given = settled == ACCEPTED
    high = np.where(given, values, -128).max(axis=0)
    low = np.where(given, values, 127).min(axis=0)
    differ = given & (high != low)
    later = given & (np.cumsum(given, axis=0) > 1) & ~differ
    repeated = np.where(later, given.argmax(axis=0), -1)
    others = [(given & (values != own)).argmax(axis=0) for own in values]
    different = np.where(differ, np.stack(others), -1)
    settled[differ] = REFUSED
    settled[later] = REPEATED
    outcome[rows] = settled
    return repeated, different


@dataclass
class Doubles:
    """The joined rows of several files, with what is needed to name a place in them.

    Parameters
    ----------
    whole
        All rows below each other.
    owner
        Which file each row is of.
    intakes
        The files.
    codes
        Codes of the questions.
    lang
        Language of the remarks.
    """

    whole: Batch
    owner: np.ndarray
    intakes: Sequence[Intake]
    codes: Sequence[str]
    lang: Language

    def settle_all(self) -> None:
        """Settle every respondent (or, for verified levels, sub-unit) with several rows."""
        rows = self.whole.rows
        keys = rows["key"].where(rows["unit"] != "", "")
        twice = keys[keys.duplicated(keep=False) & (keys != "")]
        for places in twice.groupby(twice, sort=False).indices.values():
            self._settle(twice.index[places].to_numpy())

    def _settle(self, rows: np.ndarray) -> None:
        """Settle the rows of one respondent; what is said of a row names each answer once."""
        said = settle(self.whole.said, self.whole.outcome, rows)
        seen = settle(self.whole.verified, self.whole.checked, rows)
        repeated, different = (np.stack(pair) for pair in zip(said, seen, strict=True))
        for place, row in enumerate(rows):
            for there in _places(different[:, place]):
                self._say_different(row, rows[there], different[:, place] == there)
            for there in _places(repeated[:, place]):
                self._say_equal(rows[there], row, int((repeated[:, place] == there).sum()))
            if place and (different[:, place] < 0).all() and (repeated[:, place] < 0).all():
                self._say_beside(rows[0], row)

    def tell(self, row: int) -> Teller:
        """Return what takes the remarks on the file of a row."""
        intake = self.intakes[self.owner[row]]
        return Teller(intake.file, self.lang, intake.remarks)

    def lines(self, row: int) -> list[int]:
        """Return the number of a row in its file; none for a workbook."""
        number = int(self.whole.rows.at[row, "row"])
        return [number] if number else []

    def place(self, row: int) -> str:
        """Name a row by its file and number."""
        lines = self.lines(row)
        file = self.intakes[self.owner[row]].file
        return f"{file}, {self.lang.tr('row {rows}', rows=lines[0])}" if lines else file

    def refuse(self, row: int, cause: str, texts: tuple[str, str, str], answers: int) -> None:
        """Refuse answers of a row: what was found, what was expected, and what to do."""
        self.tell(row).refuse(cause, *texts, rows=self.lines(row), answers=answers)

    def _say_different(self, here: int, there: int, different: np.ndarray) -> None:
        """Name the other place; ``different`` is answers and verified levels by questions."""
        codes = listing([self.codes[int(j)] for j in np.flatnonzero(different.any(axis=0))])
        tr, place = self.lang.tr, self.place(there)
        texts = (
            tr("another answer to {codes} than in {place}", codes=codes, place=place),
            tr("one answer of a respondent to a question"),
            tr(
                "ask which holds and delete the other; two persons need initials or numbers "
                "of their own"
            ),
        )
        self.refuse(here, "double", texts, int(different.sum()))

    def _say_equal(self, first: int, row: int, equal: int) -> None:
        tell = self.tell(row)
        place = self.place(first)
        tell.note(
            "given twice",
            tell.tr("answers of a respondent that stand also in {place}", place=place),
            tell.tr("each answer once"),
            tell.tr("nothing: equal answers count once"),
            rows=self.lines(row),
            answers=equal,
        )

    def _say_beside(self, first: int, row: int) -> None:
        tell = self.tell(row)
        place = self.place(first)
        tell.note(
            "two submissions",
            tell.tr("a second submission of a respondent, beside {place}", place=place),
            tell.tr("one submission"),
            tell.tr("nothing: they answer different questions, and are put together"),
            rows=self.lines(row),
        )


def _places(found: np.ndarray) -> list[int]:
    """List the places that are named, without -1."""
    return [int(place) for place in np.unique(found) if place >= 0]
