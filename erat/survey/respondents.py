"""The answers of all files together: doubles, verified levels, one row a respondent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from erat.errors import listing
from erat.locale import Language
from erat.survey.answers import COLUMNS, NOTE_COLUMNS, SIMULATED, Answers
from erat.survey.judged import (
    ACCEPTED,
    REFUSED,
    REPEATED,
    SAID,
    VERIFIED,
    Judged,
    states_of,
)
from erat.survey.read.choices import NOTHING
from erat.survey.read.files import AnswerFile
from erat.survey.read.identity import respondent_id
from erat.survey.units import SubUnits


@dataclass(frozen=True)
class Counted:
    """All answers that count, and where each respondent's came from.

    ``places`` has a row a submission: ``respondent``, ``file``, ``row`` (0 for a workbook).
    """

    answers: Answers
    places: pd.DataFrame


def count_answers(files: Sequence[AnswerFile], units: SubUnits, lang: Language) -> Counted | None:
    """Put the answers of all files together, and settle what became of each.

    An answer that a respondent gave twice counts once if both are equal; if they differ, neither
    counts. A respondent all of whose answers were refused is none. The outcomes and the remarks of
    the files are brought up to date.

    Returns
    -------
    Counted or None
        None if there is no submission that counts.
    """
    said, checks = (
        _Rows([one for one in files if one.judged and one.judged.verification == verification],
              units, lang)
        for verification in (False, True)
    )  # fmt: skip
    checks.all.rows["key"] = checks.all.rows["unit"]
    said.settle()
    checks.settle()
    said.leave_out()
    counted = said.counted()
    people = _respondents(said, counted, units) if len(counted) else None
    checks.verify(people)
    said.give_back()
    checks.give_back()
    if people is None:
        return None
    said.all.drop_texts()
    frame = {
        "index": people.table.index,
        "columns": pd.Index(list(units.instrument.codes), dtype="str"),
    }
    levels = [
        pd.DataFrame(np.where((level >= 0) & (level <= 5), level, np.nan).astype(float), **frame)
        for level in people.level
    ]
    states = pd.DataFrame(states_of(people.level[SAID], people.asked), **frame)
    answers = Answers.of(
        people.table, levels[SAID], states=states, verified=levels[VERIFIED],
        notes=_notes(said.all, people, units), version=units.instrument.version,
    )  # fmt: skip
    places = pd.DataFrame(
        {
            "respondent": people.table.index.to_numpy()[people.of[counted]],
            "file": [said.files[number].name for number in said.owner[counted]],
            "row": said.all.rows["row"].to_numpy()[counted].astype(int),
        }
    )
    return Counted(answers, places)


@dataclass
class _Respondents:
    """The respondents and what they said; ``of`` is the respondent's place for every row."""

    table: pd.DataFrame
    level: np.ndarray
    asked: np.ndarray
    of: np.ndarray


def settle(level: np.ndarray, outcome: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Settle the rows of one respondent; ``outcome`` is changed in place.

    Parameters
    ----------
    level, outcome
        ``(2, rows, questions)``: said and verified.

    Returns
    -------
    repeated, different
        Same shape: the row of the first answer that an answer repeats, and of the first that it
        differs from; -1 where there is none.
    """
    given = outcome == ACCEPTED
    high = np.where(given, level, -128).max(axis=1, keepdims=True)
    low = np.where(given, level, 127).min(axis=1, keepdims=True)
    differ = given & (high != low)
    later = given & (np.cumsum(given, axis=1) > 1) & ~differ
    repeated = np.where(later, given.argmax(axis=1)[:, None], -1)
    rows = range(level.shape[1])
    others = [(given & (level != level[:, row : row + 1])).argmax(axis=1) for row in rows]
    outcome[differ], outcome[later] = REFUSED, REPEATED
    return repeated, np.where(differ, np.stack(others, axis=1), -1)


class _Rows:
    """The rows of several files below each other, with what is needed to name a place in them."""

    def __init__(self, files: Sequence[AnswerFile], units: SubUnits, lang: Language) -> None:
        self.files, self.codes, self.lang = files, units.instrument.codes, lang
        judged = [one.judged for one in files if one.judged]
        self.owner = np.repeat(
            np.arange(len(files)), np.array([len(one.rows) for one in judged], dtype=int)
        )
        self.all = Judged.below(judged) if judged else Judged.blank(0, len(self.codes))

    def say(self, row: int, message: str, answers: int, **fields: object) -> None:
        """Say a message about a row."""
        number = int(self.all.rows.at[row, "row"])
        remarks = self.files[self.owner[row]].remarks
        remarks.say(message, rows=[number] if number else (), answers=answers, **fields)

    def place(self, row: int) -> str:
        """Name a row by its file and number."""
        number, file = int(self.all.rows.at[row, "row"]), self.files[self.owner[row]].name
        return f"{file}, {self.lang.tr('row {rows}', rows=number)}" if number else file

    def listed(self, questions: np.ndarray) -> str:
        """List the codes of questions, a mask."""
        return listing([self.codes[int(j)] for j in np.flatnonzero(questions)])

    def settle(self) -> None:
        """Settle every respondent (or, for verified levels, sub-unit) with several rows.

        What is said of a row names each answer once.
        """
        keys = self.all.rows["key"].where(self.all.rows["unit"] != "", "")
        twice = keys[keys.duplicated(keep=False) & (keys != "")]
        for same in twice.groupby(twice, sort=False).indices.values():
            rows = twice.index[same].to_numpy()
            outcome = self.all.outcome[:, rows]
            repeated, different = settle(self.all.level[:, rows], outcome)
            self.all.outcome[:, rows] = outcome
            for place, row in enumerate(rows):
                differs, repeats = different[:, place], repeated[:, place]
                for there in _named(differs):
                    codes = self.listed((differs == there).any(axis=0))
                    self.say(row, "double", (differs == there).sum(), codes=codes,
                             where=self.place(rows[there]))  # fmt: skip
                for there in _named(repeats):
                    self.say(row, "given twice", (repeats == there).sum(),
                             where=self.place(rows[there]))  # fmt: skip
                if place and (differs < 0).all() and (repeats < 0).all():
                    self.say(row, "two submissions", 0, where=self.place(rows[0]))

    def leave_out(self) -> None:
        """Refuse the rows of respondents all of whose answers were refused; they say nothing."""
        rows, outcome = self.all.rows, self.all.outcome
        kept = (outcome == ACCEPTED).any(axis=(0, 2))
        lost = (outcome[SAID] == REFUSED).any(axis=1) & (rows["unit"] != "").to_numpy()
        left = lost & ~rows["key"].isin(rows["key"][kept]).to_numpy()
        gone = rows["key"].isin(rows["key"][left]) & (rows["unit"] != "")
        rows.loc[gone, "unit"] = ""

    def counted(self) -> np.ndarray:
        """Return the rows of respondents: not refused, and no workbook that nobody filled in."""
        blank = [
            one.kind == "workbook" and not (one.judged and one.judged.answers) for one in self.files
        ]
        there = (self.all.rows["unit"] != "").to_numpy()
        return np.flatnonzero(there & ~np.array(blank, dtype=bool)[self.owner])

    def verify(self, people: _Respondents | None) -> None:
        """Give verified levels to the respondents of a sub-unit; refuse them where there is none."""
        units = self.all.rows["unit"].to_numpy()
        of_unit = people.table.groupby("unit", sort=False).indices if people else {}
        for row in map(int, np.flatnonzero(units != "")):
            outcome, level = self.all.outcome[VERIFIED, row], self.all.level[VERIFIED, row]
            good, places = outcome == ACCEPTED, of_unit.get(units[row])
            if people is None or places is None:
                outcome[good] = REFUSED
                if good.any():
                    self.say(row, "nothing to verify", good.sum(), unit=units[row])
                continue
            simulated = people.table[SIMULATED].to_numpy()[places].any()
            if self.all.rows.at[row, SIMULATED] != (SIMULATED if simulated else ""):
                outcome[good] = REFUSED
                self.say(row, "simulated", good.sum(), unit=units[row])
                continue
            mine = people.level[VERIFIED][places]
            free = (mine == NOTHING) & people.asked[places] & good
            people.level[VERIFIED][places] = np.where(free, level, mine)
            taken = good & ~free.any(axis=0)
            same = taken & ((mine == NOTHING) | (mine == level)).all(axis=0)
            outcome[same], outcome[taken & ~same] = REPEATED, REFUSED
            if (taken & ~same).any():
                codes = self.listed(taken & ~same)
                self.say(row, "double.verified", (taken & ~same).sum(), codes=codes)

    def give_back(self) -> None:
        """Bring the outcomes and rows of every file up to date."""
        for number, one in enumerate(self.files):
            if one.judged is not None:
                mask = self.owner == number
                one.judged.outcome = self.all.outcome[:, mask]
                one.judged.rows["unit"] = self.all.rows["unit"].to_numpy()[mask]
                one.judged.drop_texts()


def _named(places: np.ndarray) -> list[int]:
    return [int(place) for place in np.unique(places) if place >= 0]


def _respondents(said: _Rows, counted: np.ndarray, units: SubUnits) -> _Respondents:
    """Make one row a respondent of the rows that count, in the order of sub-units."""
    rows, judged = said.all.rows.iloc[counted], said.all
    ids = pd.Series([respondent_id(u, k) for u, k in zip(rows["unit"], rows["key"], strict=True)])
    order = {code: place for place, code in enumerate(units.all)}
    places = rows["unit"].map(order).to_numpy()
    sorting = np.lexsort((counted, ids.to_numpy().astype(str), places))
    counted, ids = counted[sorting], ids.iloc[sorting].reset_index(drop=True)
    new = ids.ne(ids.shift()).to_numpy()
    starts = np.flatnonzero(new)
    of = np.full(len(judged.rows), -1, dtype=int)
    of[counted] = np.cumsum(new) - 1
    level = np.where(judged.outcome == ACCEPTED, judged.level, NOTHING)[:, counted]
    marked = (judged.rows[SIMULATED] == SIMULATED).to_numpy()[counted]
    first = judged.rows.iloc[counted[starts]]
    subunits = [units.all[code] for code in first["unit"]]
    table = pd.DataFrame(
        {
            "unit": first["unit"].to_list(),
            "government": [one.government.code for one in subunits],
            "province": [one.province for one in subunits],
            "kind": [one.kind for one in subunits],
            "role": first["role"].to_list(),
            "file": [said.files[number].name for number in said.owner[counted[starts]]],
            "submitted": first["submitted"].to_list(),
        },
        index=pd.Index(ids.iloc[starts].to_list(), dtype="str", name="respondent"),
        dtype="str",
    )
    return _Respondents(
        table.assign(simulated=np.logical_or.reduceat(marked, starts))[list(COLUMNS)],
        np.maximum.reduceat(level, starts, axis=1),
        judged.asked[counted[starts]],
        of,
    )


def _notes(judged: Judged, people: _Respondents, units: SubUnits) -> pd.DataFrame:
    """Return evidence and comments; several of one respondent to one question stand together."""
    texts = judged.texts.assign(of=people.of[judged.texts["row"]])
    texts = texts[texts["of"] >= 0].drop_duplicates(["of", "question", "kind", "text"])
    keys = ["of", "question", "kind"]
    twice = texts.duplicated(keys, keep=False)
    together = texts[twice].groupby(keys, sort=False)["text"].agg("\n".join)
    single = texts[~twice].set_index(keys)["text"]
    wide = pd.concat([single, together]).unstack("kind").sort_index()
    wide = wide.reindex(columns=["evidence", "comment"]).astype(object)
    wide = wide.where(wide.notna(), "").reset_index()
    codes = np.array(units.instrument.codes, dtype=object)
    notes = pd.DataFrame(
        {
            "respondent": people.table.index.to_numpy()[wide["of"].to_numpy(dtype=int)],
            "question": codes[wide["question"].to_numpy(dtype=int)],
            "evidence": wide["evidence"],
            "comment": wide["comment"],
        },
        dtype="str",
    )
    return notes[list(NOTE_COLUMNS)]
