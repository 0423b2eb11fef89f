"""What becomes of answers: every cell of the long table is accepted or refused, in one place.

The same rules hold for every form of file. :mod:`erat.survey.importing` settles doubles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from erat.errors import nearest
from erat.index.xlsx import FORMULA
from erat.survey.instrument import STEPS
from erat.survey.read.identity import (
    Fault,
    identify,
    iso_date,
    respondent_key,
    simulated_mark,
)
from erat.survey.read.long_table import (
    ABOUT,
    BAD,
    BEYOND,
    BIT,
    CHOICES,
    CONTRADICTS,
    NOTHING,
    SAYS,
    STEP_BITS,
    STEP_ROWS,
    TEXTS,
    WHO,
    WHOLE_ROW,
    WORDS,
    LongTable,
    Run,
    answer_column,
    cell_value,
)
from erat.survey.read.remarks import MESSAGES, Remarks, quoted, seen
from erat.survey.read.server import COUNTED, VERSION, review_message
from erat.survey.units import SubUnits

MOST_TEXT, MOST_ABOUT = 10_000, 300
"""Characters of evidence or comment, and of what respondents say of themselves; more is refused."""
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


def judge(
    table: LongTable, units: SubUnits, remarks: Remarks, digest: str,
    counted: Sequence[str] = COUNTED,
) -> Judged:  # fmt: skip
    """Judge all that a file, or a piece of it, holds; ``remarks`` takes what is refused and noted.
    The file's ``digest`` and a row's number tell rows without any id apart. Submissions count if
    what the office decided of them is among ``counted``.
    """
    judging = _Judge(table, units, remarks)
    judging.review(counted)
    judging.people(digest)
    for question, runs in table.runs.items():
        if question in judging.column:
            judging.question(question, runs)
        else:
            judging.unknown(question, runs)
    judging.close()
    return judging.judged


class _Judge:
    def __init__(self, table: LongTable, units: SubUnits, remarks: Remarks) -> None:
        self.table, self.units, self.remarks = table, units, remarks
        self.column = {code: j for j, code in enumerate(units.instrument.codes)}
        self.numbers = table.submissions["row"].to_numpy(dtype=int)
        self.ragged = table.submissions["ragged"].to_numpy(dtype=bool)
        self.bad = self.ragged.copy()
        self.faults: dict[Fault, np.ndarray] = {}
        self.judged = Judged.blank(len(self.numbers), len(self.column))
        self.judged.verification = table.verification
        self.texts = [self.judged.texts]

    def say(self, message: str, rows: np.ndarray, **fields: object) -> None:
        """Say a message about some rows (a mask or positions); workbooks have no row numbers."""
        numbers = self.numbers[rows]
        self.remarks.say(message, rows=numbers[numbers > 0], **fields)  # type: ignore[arg-type]

    def review(self, counted: Sequence[str]) -> None:
        """Find out which rows do not count, or only until the office decides."""
        words = self.table.submissions["review"]
        for word, places in words.groupby(words).indices.items():
            if message := review_message(str(word), counted):
                fault = Fault.of(message, found=quoted(str(word)), counted=", ".join(counted))
                self.faults[fault] = np.isin(np.arange(len(words)), places)
                self.bad |= self.faults[fault] & fault.refused

    def people(self, digest: str) -> None:
        """Find out who answers in every row, and which rows cannot count."""
        about, rows = self.table.submissions, self.judged.rows
        codes, combinations = pd.factorize(pd.MultiIndex.from_frame(about[list(WHO)]))
        for number, texts in enumerate(combinations):
            mask = codes == number
            who = dict(zip(WHO, map(str, texts), strict=True))
            unit, faults = identify(who, self.units, asked_consent=self.table.asked_consent)
            for fault in faults:
                self.faults[fault] = mask | self.faults.get(fault, np.False_)
            if unit is not None:
                kind, level = unit.respondent.code, unit.government.level
                self.judged.asked[mask] = self.units.asks(kind, level)
            if any(fault.refused for fault in faults):
                self.bad |= mask
            elif unit is not None:
                rows.loc[mask, "unit"] = unit.code
        rows.loc[self.bad, "unit"] = ""
        every, places = np.arange(len(rows)), self.table.about
        person, rows["role"], submitted = (
            self.checked(about[name].to_numpy(), every, places.get(name, ""), MOST_ABOUT)[0]
            for name in ABOUT
        )
        rows["submitted"] = [iso_date(text) for text in submitted]
        rows["simulated"] = about["simulated"].map(simulated_mark).to_numpy()
        rows["row"] = self.numbers
        for name in ("submission", *VERSION):
            rows[name] = about[name].to_numpy()
        rows["key"] = [
            respondent_key(unit, name, submission, f"{digest} {number}" if number else digest)
            for unit, name, submission, number in zip(
                rows["unit"], person, about["submission"], self.numbers, strict=True
            )
        ]

    def question(self, code: str, runs: Sequence[Run]) -> None:
        """Judge everything that was given to one question."""
        j, judged = self.column[code], self.judged
        outcome, level = judged.outcome[SELF_ASSESSED, :, j], judged.level[SELF_ASSESSED, :, j]
        bits, wrong = self.ticked(code, runs)
        answered = (bits != 0) | wrong
        outcome[answered], outcome[wrong] = ACCEPTED, REFUSED
        self.refuse(outcome, answered & CONTRADICTS[bits], "contradiction", code, runs, [WHOLE_ROW])
        strange = (outcome == ACCEPTED) & ~judged.asked[:, j]
        self.refuse(outcome, strange, "not asked", code, runs, (*STEP_ROWS, WHOLE_ROW))
        if (code, False) in self.table.unusable:
            outcome[answered] = REFUSED
        good = (outcome == ACCEPTED) & ~self.bad
        level[good] = SAYS[bits[good]]
        skipped = good & (BEYOND[bits] > 0)
        if skipped.any():
            place = self.place(code, runs, [str(BEYOND[bits[skipped][0]])])
            self.say("step skipped", skipped, code=code, place=place, answers=skipped.sum())
        claimed = (level > 0) & (level <= STEPS)
        for run in runs:
            if run.part in TEXTS:
                kept = self.text(j, run)
                claimed[kept] &= run.part != "evidence"
        if claimed.any():
            place = self.place(code, runs, (), "evidence")
            self.say("no evidence", claimed, code=code, place=place, answers=claimed.sum())
        for run in runs:
            if run.part == "verified":
                self.verified(code, j, run)

    def ticked(self, code: str, runs: Sequence[Run]) -> tuple[np.ndarray, np.ndarray]:
        """Return what is ticked, as bits, and where something else stands; that is refused."""
        n, outcome = len(self.numbers), self.judged.outcome[SELF_ASSESSED, :, self.column[code]]
        listed, apart, rows = (np.zeros(n, dtype=int) for _ in range(3))
        wrong, answered = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
        for run in runs:
            if run.part in TEXTS or run.part == "verified":
                continue
            values = self.parsed(run, outcome)
            into = listed if run.part == "list" else apart if run.part in CHOICES else rows
            wrong[run.rows] |= values == BAD
            # whatever the word is: a reason why there is no answer excludes steps
            unread = BIT["dk"] if run.part == WHOLE_ROW else 0
            into[run.rows] |= np.where(values == BAD, unread, values)
            answered[run.rows] |= run.part in STEP_ROWS
        rows[answered & (rows & STEP_BITS == 0)] |= BIT["none"]
        if code in self.table.complete:
            differ = ~wrong & (apart != 0) & (apart != listed)
            self.refuse(outcome, differ, "columns disagree", code, runs, ())
            listed = np.where(differ, 0, listed)
            return listed, np.asarray(wrong | differ)
        return np.asarray(np.where(listed != 0, listed, apart) | rows), wrong

    def parsed(self, run: Run, outcome: np.ndarray) -> np.ndarray:
        """Read cells text by text; what cannot be read is refused, and named."""
        codes, texts = pd.factorize(run.texts)
        values = np.array([cell_value(run.part, text) for text in texts], dtype=int)
        for number in np.flatnonzero(values == BAD):
            rows = run.rows[codes == number]
            outcome[rows] = REFUSED
            rows = rows[~self.bad[rows]]
            if len(rows):
                self.say_scale(run, texts[number], rows)
        return np.asarray(values[codes])

    def say_scale(self, run: Run, text: str, rows: np.ndarray) -> None:
        """Refuse a text that is none of those a cell can hold."""
        kinds = dict.fromkeys(CHOICES, "choice") | dict.fromkeys((*STEP_ROWS, WHOLE_ROW), "word")
        part = kinds.get(run.part, run.part)
        message, tr = f"scale.{part}.{self.table.form}", self.remarks.lang.tr
        fields = {"text": quoted(text), "n": STEPS, "words": ", ".join(WORDS.get(run.part, ()))}
        if text.startswith(FORMULA):
            fields["scale"] = tr(MESSAGES[f"scale.{part}"].expected, **fields)
            message = "formula"
        self.say(message, rows, place=run.place, answers=len(rows), **fields)

    def refuse(
        self, outcome: np.ndarray, mask: np.ndarray, message: str, code: str,
        runs: Sequence[Run], parts: Sequence[str],
    ) -> None:  # fmt: skip
        """Refuse answers; rows that are refused as a whole are not named again."""
        outcome[mask] = REFUSED
        named = mask & ~self.bad
        if named.any():
            place = self.place(code, runs, parts)
            self.say(f"{message}.{self.table.form}", named, code=code, place=place,
                     answers=named.sum())  # fmt: skip

    def place(
        self, code: str, runs: Sequence[Run], parts: Iterable[str], part: str = "list"
    ) -> str:
        """Name the column of an export, or the first cell of a workbook that holds some parts."""
        if self.table.form == "export":
            return self.remarks.lang.tr("column {name}", name=answer_column(code, part))
        return next((run.place for run in runs if run.part in parts), runs[0].place)

    def checked(
        self, texts: np.ndarray, rows: np.ndarray, place: str, most: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return texts as they are kept, and which are; say what is wrong or strange with them."""
        codes, distinct = pd.factorize(texts)
        faults = np.array([_text_fault(text, most) for text in distinct], dtype=object)[codes]
        for fault in filter(None, dict.fromkeys(faults)):
            mask = faults == fault
            first = texts[mask][0]
            self.say(fault, rows[mask], text=quoted(first), n=len(first), place=place)
        kept = ~np.isin(faults, ("text too long", "formula.text"))
        cleaned = np.array([seen(text) for text in distinct], dtype=object)[codes]
        return np.where(kept, cleaned, ""), kept

    def text(self, j: int, run: Run) -> np.ndarray:
        """Keep evidence or comments; return the rows of those that are kept."""
        cleaned, kept = self.checked(run.texts, run.rows, run.place, MOST_TEXT)
        self.judged.lost_texts += int((~kept).sum())
        rows = run.rows[kept]
        self.texts.append(
            pd.DataFrame({"row": rows, "question": j, "kind": run.part, "text": cleaned[kept]})
        )
        return np.asarray(rows)

    def verified(self, code: str, j: int, run: Run) -> None:
        """Judge levels that somebody found at the sub-unit."""
        outcome = self.judged.outcome[VERIFIED, :, j]
        outcome[run.rows] = ACCEPTED
        values = self.parsed(run, outcome)
        level = np.full(len(self.numbers), NOTHING)
        level[run.rows] = values
        accepted = (outcome == ACCEPTED) & (level != NOTHING) & ~self.bad
        strange = accepted & ~self.judged.asked[:, j]
        lone = np.zeros(len(strange), dtype=bool)
        if "verifier" in self.table.submissions:
            lone = accepted & ~strange & (self.table.submissions["verifier"] == "").to_numpy()
        for mask, message in (
            (strange, f"not asked.verified.{self.table.form}"), (lone, "no verifier"),
        ):  # fmt: skip
            outcome[mask] = REFUSED
            if mask.any():
                first = quoted(str(level[mask][0]))
                self.say(message, mask, text=first, place=run.place, answers=mask.sum())
        if (code, True) in self.table.unusable:
            outcome[run.rows] = REFUSED
        good = accepted & (outcome == ACCEPTED)
        self.judged.level[VERIFIED, good, j] = level[good]

    def unknown(self, name: str, runs: Sequence[Run]) -> None:
        """Refuse answers to a question that the instrument does not have, or in rows without key."""
        self.judged.lost_texts += sum(len(run.rows) for run in runs if run.part in TEXTS)
        answers = [run for run in runs if run.part not in TEXTS]
        variant, code = str(self.table.form), ""
        if variant == "export":
            last = re.split(r"[/:.-]", name)[-1].split("_")[0]
            near = nearest(last, self.units.instrument.codes)
            if near.startswith("did you mean"):
                variant, code = "near", near.split("'")[1]
        for run in answers if not name else answers[:1]:
            rows = np.unique(np.concatenate([one.rows for one in answers])) if name else run.rows
            self.judged.strays += len(rows)
            self.say(f"unknown question.{variant}" if name else "no key", rows, name=quoted(name),
                     code=code, place=run.place, answers=len(rows))  # fmt: skip

    def close(self) -> None:
        """Refuse what stands in bad rows, and say why they are bad."""
        judged = self.judged
        answers = (judged.outcome != NOT_GIVEN).sum(axis=(0, 2))
        judged.refuse_rows(self.bad)
        if self.ragged.any():
            self.say("cells", self.ragged, n=self.table.width, answers=answers[self.ragged].sum())
        for fault, mask in self.faults.items():
            count = answers[mask].sum()
            declined = fault.message.startswith("no consent") and not count
            place = self.table.about.get("code", "") if fault.message == "other code" else ""
            self.say(fault.message, mask, noted=declined, place=place, answers=count,
                     **dict(fault.fields))  # fmt: skip
        judged.texts = pd.concat(self.texts, ignore_index=True)
        judged.drop_texts()
        asked = [code for code, j in self.column.items() if judged.asked[:, j].any()]
        absent = [code for code in asked if code not in self.table.present]
        if self.table.form == "workbook" and absent and not self.bad.any():
            self.remarks.say("questions missing.workbook", n=len(absent), codes=absent)


def _text_fault(text: str, most: int) -> str:
    """Return the message that is to be said of a text; empty if there is none."""
    if text.startswith(FORMULA):
        return "formula.text"
    if len(text) > most:
        return "text too long"
    if seen(text) != text:
        return "hidden characters"
    return "like a formula" if text.startswith(("=", "@", "+cmd", "-cmd", "|")) else ""
