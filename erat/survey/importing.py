"""From files of any number to a folder of answers: doubles settled, one row a respondent, a ledger.

Of a submission that was edited the newest version counts. An answer that a respondent gave twice
counts once if both are equal; if they differ, neither counts. A respondent all of whose answers were
refused is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from erat.errors import InputError, Problem, listing
from erat.files import replaced_when_whole, write_csv, write_manifest
from erat.index.display import counted
from erat.locale import Language
from erat.survey.answers import (
    ABSENT,
    ANSWERED,
    COLUMNS,
    NOT_APPLICABLE,
    NOT_ASKED,
    NOTE_TEXTS,
    SIMULATED,
    UNKNOWN,
    Answers,
    inert,
)
from erat.survey.instrument import STEPS
from erat.survey.judged import ACCEPTED, REFUSED, REPEATED, SELF_ASSESSED, VERIFIED, Judged
from erat.survey.read.files import AnswerFile, list_files, read_file
from erat.survey.read.identity import respondent_id
from erat.survey.read.long_table import DOES_NOT_KNOW, NOT_OURS, NOTHING
from erat.survey.read.remarks import Remark, quoted
from erat.survey.read.server import COUNTED, versions
from erat.survey.units import SubUnits

FILE_COLUMNS = ["file", "kind", "submissions", "found", "accepted", "repeated", "refused", "noted",
                "texts_kept", "texts_refused", "sha256"]  # fmt: skip
PROBLEM_COLUMNS = ["file", "severity", "cause", "place", "rows", "answers", "found", "expected",
                   "remedy"]  # fmt: skip


@dataclass(frozen=True)
class Checked:
    """What the files of an assessment hold; ``answers`` are those that count, None if none does.

    ``places`` has a row a submission: ``respondent``, ``file``, ``row`` (0 for a workbook).
    ``counted``: what the office can have decided of submissions that count.
    """

    read: list[AnswerFile]
    lang: Language
    answers: Answers | None
    places: pd.DataFrame
    counted: Sequence[str] = COUNTED

    @property
    def remarks(self) -> list[Remark]:
        """All that is to be said, file by file."""
        return [remark for one in self.read for remark in one.remarks.all]

    @property
    def refused(self) -> list[Remark]:
        """What was refused."""
        return [remark for remark in self.remarks if remark.severity == "refused"]

    @property
    def unreadable(self) -> list[str]:
        """Files that could not be read at all, or hold nothing of the questionnaire."""
        lost = {one.name for one in self.read if one.judged is None}
        return list(dict.fromkeys(remark.file for remark in self.refused if remark.file in lost))

    def files(self) -> pd.DataFrame:
        """Return the ledger: a row a file; found is accepted, repeated and refused together."""
        rows: list[tuple[object, ...]] = []
        for one in self.read:
            judged = one.judged or Judged.blank(0, 0)
            noted = sum(remark.severity == "noted" for remark in one.remarks.all)
            counts = [judged.count(outcome) for outcome in (ACCEPTED, REPEATED, REFUSED)]
            rows.append((one.name, one.kind, len(judged.rows), judged.answers, *counts, noted,
                         len(judged.texts), judged.lost_texts, one.digest))  # fmt: skip
        return pd.DataFrame(rows, columns=FILE_COLUMNS)

    def problems(self) -> pd.DataFrame:
        """Return every remark in a row, with all the rows it is about."""
        problems = pd.DataFrame(map(vars, self.remarks), columns=PROBLEM_COLUMNS)
        return problems.assign(rows=[" ".join(map(str, rows)) for rows in problems["rows"]])


def check_files(
    paths: Sequence[Path], units: SubUnits, lang: Language, counted: Sequence[str] = COUNTED
) -> Checked:
    """Read exports of KoboToolbox or ODK (CSV, xlsx) and filled workbooks, in files and folders,
    and find everything that is wrong with them; InputError if there is no file. Submissions count
    if what the office decided of them is among ``counted``.
    """
    files = list_files(paths, lang, counted)
    if not files:
        where = f"no file in {listing([str(path) for path in paths])}"
        raise InputError([Problem("files", where, "files with answers", "check the path")])
    for file in files:
        read_file(file, units)
    submitted, checks = (
        _Rows([one for one in files if one.judged and one.judged.verification == verification],
              units, lang)
        for verification in (False, True)
    )  # fmt: skip
    checks.all.rows["key"] = checks.all.rows["unit"]
    submitted.match_numbers()
    for rows in (submitted, checks):
        rows.keep_newest()
        rows.settle()
    submitted.leave_out()
    people = _Respondents.of(submitted, units)
    checks.verify(people)
    submitted.give_back()
    checks.give_back()
    submitted.all.drop_texts()
    answers = people.answers(submitted.all, units) if len(people.table) else None
    places = people.rows[["respondent", "file", "row"]].reset_index(drop=True)
    return Checked(files, lang, answers, places, counted)


def write_import(
    checked: Checked, folder: Path, instrument_files: Sequence[Path], *, accept_rest: bool = False
) -> None:
    """Write the answers that count, and what became of every file, in place of an earlier import.

    Beside the tables of :class:`erat.survey.answers.Answers` stand ``places.csv``, ``files.csv``,
    ``problems.csv`` and ``manifest.json``. InputError if no answer counts, or if a file cannot be
    read and ``accept_rest`` is not set.
    """
    where, files, answers = "erat survey import", checked.files(), checked.answers
    if checked.unreadable and not accept_rest:
        names = listing(checked.unreadable)
        found = f"{counted(len(checked.unreadable), 'file')} not readable: {names}"
        remedy = "correct or leave out these files, or add --accept-rest to import the others"
        raise InputError([Problem(where, found, "readable files", remedy)])
    if answers is None or not files["accepted"].sum():
        remedy = "see what was refused with: erat survey check"
        raise InputError([Problem(where, "no answer that counts", "answers", remedy)])
    tables = {"places": checked.places, "files": files, "problems": checked.problems()}
    with replaced_when_whole(folder) as new:
        answers.write(new)
        for name, table in tables.items():
            texts = table.select_dtypes(exclude="number").columns
            table = table.assign(**{column: table[column].map(inert) for column in texts})
            write_csv(table, new / f"{name}.csv", index=False)
        inputs = {path.name: path for path in instrument_files}
        write_manifest(new, inputs, instrument=answers.version, language=checked.lang.code,
                       submissions=[*checked.counted])  # fmt: skip


def settle(level: np.ndarray, outcome: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Settle the rows of one respondent, ``(2, rows, questions)``; ``outcome`` is changed in place.

    Returns for each answer the first row that differs, and the first that it repeats; -1 for none.
    """
    accepted = outcome == ACCEPTED
    high = np.where(accepted, level, -128).max(axis=1, keepdims=True)
    low = np.where(accepted, level, 127).min(axis=1, keepdims=True)
    differ = accepted & (high != low)
    later = accepted & (np.cumsum(accepted, axis=1) > 1) & ~differ
    others = [
        (accepted & (level != level[:, [row]])).argmax(axis=1) for row in range(level.shape[1])
    ]
    outcome[differ], outcome[later] = REFUSED, REPEATED
    repeated = np.where(later, accepted.argmax(axis=1)[:, None], -1)
    return np.where(differ, np.stack(others, axis=1), -1), repeated


class _Rows:
    """The rows of several files below each other, with what is needed to name a place in them."""

    def __init__(self, files: Sequence[AnswerFile], units: SubUnits, lang: Language) -> None:
        self.files, self.codes, self.lang = files, units.instrument.codes, lang
        judged = [one.judged for one in files if one.judged]
        lengths = np.array([len(one.rows) for one in judged], dtype=int)
        self.owner = np.repeat(np.arange(len(files)), lengths)
        self.all = Judged.below([Judged.blank(0, len(self.codes)), *judged])

    def say(self, row: int, message: str, answers: int, **fields: object) -> None:
        """Say a message about a row."""
        number = int(self.all.rows.at[row, "row"])
        remarks = self.files[self.owner[row]].remarks
        remarks.say(message, rows=[number] if number else (), answers=answers, **fields)

    def place(self, row: int) -> str:
        """Name a row by its file and number."""
        number, file = int(self.all.rows.at[row, "row"]), self.files[self.owner[row]].name
        return f"{file}, {self.lang.tr('row {rows}', rows=number)}" if number else file

    def listed(self, questions: np.ndarray) -> list[str]:
        """Return the codes of questions, a mask."""
        return [self.codes[int(j)] for j in np.flatnonzero(questions)]

    def match_numbers(self) -> None:
        """Take respondents of a sub-unit for one whose numbers differ in leading zeros alone, which
        a spreadsheet drops when it saves; where one file has both they stay two, and that is noted.
        """
        rows = self.all.rows
        keys = rows.loc[rows["unit"] != "", "key"].str.extract(r"^(\S+ person )(0*([0-9]+))$")
        keys = keys.set_axis(["person", "text", "number"], axis=1).dropna()
        same = ["person", "number"]
        keys = keys[keys.groupby(same)["text"].transform("nunique") > 1]
        for (person, _), group in keys.assign(file=self.owner[keys.index]).groupby(same):
            whole = max(group["text"], key=len)
            apart = group.groupby("file")["text"].nunique().max() > 1
            message = "leading zeros.apart" if apart else "leading zeros"
            for row, text in group["text"].items():
                if text != whole:
                    names = {"found": quoted(text), "other": quoted(whole)}
                    self.say(int(str(row)), message, 0, **names)
            if not apart:
                rows.loc[group.index, "key"] = f"{person}{whole}"

    def keep_newest(self) -> None:
        """Let older versions of submissions go, and name each; versions of unknown age are settled
        as submissions of one respondent.
        """
        rows, outcome = self.all.rows, self.all.outcome
        group, newest = versions(rows)
        for row in map(int, np.flatnonzero(newest >= 0)):
            given = (outcome[:, row] == ACCEPTED).sum()
            self.say(row, "older version", given, where=self.place(newest[row]))
        older = (newest >= 0)[:, None] & (outcome == ACCEPTED)
        outcome[older] = REPEATED
        rows.loc[newest >= 0, "unit"] = ""
        left = rows["key"][(group >= 0) & (rows["unit"] != "")]
        rows.loc[left.index, "key"] = left.groupby(group[left.index]).transform("first")

    def settle(self) -> None:
        """Settle respondents (sub-units, if verified) with several rows; name each answer once."""
        keys = self.all.rows.loc[self.all.rows["unit"] != "", "key"]
        twice = keys[keys.duplicated(keep=False)]
        for same in twice.groupby(twice, sort=False).indices.values():
            rows = twice.index[same].to_numpy()
            outcome = self.all.outcome[:, rows]
            different, repeated = settle(self.all.level[:, rows], outcome)
            self.all.outcome[:, rows] = outcome
            for place, row in enumerate(rows):
                doubles = [("double", different[:, place]), ("given twice", repeated[:, place])]
                for message, others in doubles:
                    for other in np.unique(others[others >= 0]):
                        these = others == other
                        codes = self.listed(these.any(axis=0))
                        self.say(row, message, these.sum(), codes=codes,
                                 where=self.place(rows[other]))  # fmt: skip
                if place and all((others < 0).all() for _, others in doubles):
                    self.say(row, "two submissions", 0, where=self.place(rows[0]))

    def leave_out(self) -> None:
        """Refuse the rows of respondents all of whose answers were refused; they say nothing."""
        rows, outcome = self.all.rows, self.all.outcome
        there = rows["unit"] != ""
        kept = rows.loc[(outcome == ACCEPTED).any(axis=(0, 2)), "key"]
        lost = rows.loc[there & (outcome[SELF_ASSESSED] == REFUSED).any(axis=1), "key"]
        rows.loc[there & rows["key"].isin(lost) & ~rows["key"].isin(kept), "unit"] = ""

    def verify(self, people: _Respondents) -> None:
        """Give verified levels to the respondents of a sub-unit; refuse them where there is none."""
        units = self.all.rows["unit"].to_numpy()
        of_unit = people.table.groupby("unit", sort=False).indices
        for row in map(int, np.flatnonzero(units != "")):
            outcome, level = self.all.outcome[VERIFIED, row], self.all.level[VERIFIED, row]
            good, places = outcome == ACCEPTED, of_unit.get(units[row])
            if places is None:
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


@dataclass
class _Respondents:
    """The respondents and what they said, and in ``rows`` the submissions of each."""

    table: pd.DataFrame
    level: np.ndarray
    asked: np.ndarray
    rows: pd.DataFrame

    @classmethod
    def of(cls, submitted: _Rows, units: SubUnits) -> _Respondents:
        """Make a row a respondent, by sub-unit; leave out refused rows and blank workbooks."""
        judged, files = submitted.all, submitted.files
        blank = {one.name for one in files if one.kind == "workbook"
                 and not (one.judged and one.judged.answers)}  # fmt: skip
        rows = judged.rows.assign(file=[files[number].name for number in submitted.owner.tolist()])
        rows = rows[(rows["unit"] != "") & ~rows["file"].isin(blank)]
        keys = zip(rows["unit"], rows["key"], strict=True)
        order = rows["unit"].map({code: place for place, code in enumerate(units.all)})
        rows = rows.assign(respondent=[respondent_id(*key) for key in keys], order=order)
        rows = rows.sort_values(["order", "respondent"], kind="stable")
        starts = np.flatnonzero(~rows["respondent"].duplicated())
        rows["of"] = rows["respondent"].factorize()[0]
        simulated = (rows[SIMULATED] == SIMULATED).groupby(rows["of"]).any()
        about = units.frame()[["government", "province", "kind"]]
        table = rows.iloc[starts].join(about, on="unit").set_index("respondent")[list(COLUMNS)]
        table.index = table.index.astype("str")
        level = np.where(judged.outcome == ACCEPTED, judged.level, NOTHING)[:, rows.index]
        return cls(
            table.astype("str").assign(simulated=simulated.to_numpy()),
            np.maximum.reduceat(level, starts, axis=1),
            judged.asked[rows.index[starts]],
            rows.sort_index(),
        )

    def answers(self, judged: Judged, units: SubUnits) -> Answers:
        """Lay out what the respondents said, and what was found at their sub-units."""
        codes, people = pd.Index(units.instrument.codes, dtype="str"), self.table.index
        levels, verified = (
            pd.DataFrame(np.where((level >= 0) & (level <= STEPS), level, np.nan), people, codes)
            for level in self.level
        )
        level = self.level[SELF_ASSESSED]
        states = np.select(
            [level == DOES_NOT_KNOW, level == NOT_OURS, level >= 0, self.asked],
            [UNKNOWN, NOT_APPLICABLE, ANSWERED, ABSENT],
            NOT_ASKED,
        ).astype(np.int8)
        tables = pd.DataFrame(states, people, codes), verified, self._notes(judged.texts, codes)
        return Answers(self.table, levels, *tables, units.instrument.version)

    def _notes(self, texts: pd.DataFrame, codes: pd.Index) -> pd.DataFrame:
        """Return evidence and comments; several of one respondent to one question stand together."""
        texts = texts[texts["row"].isin(self.rows.index)]
        texts = texts.assign(of=self.rows["of"].loc[texts["row"]].to_numpy())
        texts = texts.drop_duplicates(["of", "question", "kind", "text"])
        keys = ["of", "question", "kind"]
        twice = texts.duplicated(keys, keep=False)
        together = texts[twice].groupby(keys, sort=False)["text"].agg("\n".join)
        wide = pd.concat([texts[~twice].set_index(keys)["text"], together])
        wide = wide.unstack("kind").reindex(columns=list(NOTE_TEXTS)).sort_index().reset_index()
        return pd.DataFrame(
            {
                "respondent": self.table.index[wide["of"]],
                "question": codes[wide["question"]],
                **{name: wide[name].where(wide[name].notna(), "") for name in NOTE_TEXTS},
            },
            dtype="str",
        )
