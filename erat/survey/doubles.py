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


def settle(said: np.ndarray, outcome: np.ndarray, rows: np.ndarray) -> tuple[int, np.ndarray]:
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
        How many answers repeat an equal one, and the questions whose answers differ.
    """
    given = outcome[rows] == ACCEPTED
    values = said[rows]
    high = np.where(given, values, -128).max(axis=0)
    low = np.where(given, values, 127).min(axis=0)
    many = given.sum(axis=0) > 1
    differ, same = many & (high != low), many & (high == low)
    later = given & (np.cumsum(given, axis=0) > 1) & same
    settled = outcome[rows]
    settled[given & differ] = REFUSED
    settled[later] = REPEATED
    outcome[rows] = settled
    return int(later.sum()), np.flatnonzero(differ)


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
        equal, differ = settle(self.whole.said, self.whole.outcome, rows)
        equal_too, differ_too = settle(self.whole.verified, self.whole.checked, rows)
        different = np.union1d(differ, differ_too)
        for row in rows[1:]:
            if len(different):
                self._say_different(rows[0], row, different)
            elif equal + equal_too:
                self._say_equal(rows[0], row, equal + equal_too)
            else:
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

    def _say_different(self, first: int, row: int, different: np.ndarray) -> None:
        """Name both places, in what is said of either file."""
        codes = listing([self.codes[j] for j in different])
        for here, there in ((row, first), (first, row)):
            tell = self.tell(here)
            place = self.place(there)
            tell.refuse(
                "double",
                tell.tr("another answer to {codes} than in {place}", codes=codes, place=place),
                tell.tr("one answer of a respondent to a question"),
                tell.tr(
                    "ask which holds and delete the other; two persons need initials or numbers "
                    "of their own"
                ),
                rows=self.lines(here),
                answers=len(different),
            )

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
