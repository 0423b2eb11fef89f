"""What becomes of answers: every cell of the long table is accepted or refused, in one place.

The same rules hold for every form of file: whose answers they are, the scale, contradictions, who
is asked what, evidence, verified levels.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import numpy as np
import pandas as pd

from erat.errors import listing, nearest
from erat.survey.instrument import STEPS
from erat.survey.judged import ACCEPTED, NOT_GIVEN, REFUSED, SAID, VERIFIED, Judged
from erat.survey.read.choices import (
    BAD,
    BEYOND,
    BIT,
    CHOICES,
    CONTRADICTS,
    NOTHING,
    SAYS,
    STEP_BITS,
    STEP_ROWS,
    WHOLE_ROW,
    bits_of,
    level_of,
    words,
)
from erat.survey.read.given import ABOUT, TEXTS, WHO, Given, Run, answer_column
from erat.survey.read.identity import (
    Fault,
    identify,
    iso_date,
    respondent_key,
    simulated_mark,
)
from erat.survey.read.messages import MESSAGES
from erat.survey.read.remarks import FORMULA, Remarks, quoted, seen
from erat.survey.units import SubUnits

MOST_TEXT, MOST_ABOUT = 10_000, 300
"""Characters of evidence or comment, and of what respondents say of themselves; more is refused."""


def judge(given: Given, units: SubUnits, remarks: Remarks, digest: str) -> Judged:
    """Judge everything that a file, or a piece of it, holds.

    Parameters
    ----------
    given
        The long table.
    units
        The sub-units and the instrument.
    remarks
        Takes what is refused and noted.
    digest
        Digest of the file; rows without any id are told apart by it and their number.

    Returns
    -------
    Judged
        Every answer with its outcome; doubles over several files are found later.
    """
    judging = _Judge(given, units, remarks)
    judging.people(digest)
    for question, runs in given.by_question():
        if question in judging.column:
            judging.question(question, runs)
        else:
            judging.unknown(question, runs)
    judging.close()
    return judging.judged


class _Judge:
    def __init__(self, given: Given, units: SubUnits, remarks: Remarks) -> None:
        self.given, self.units, self.remarks = given, units, remarks
        self.column = {code: j for j, code in enumerate(units.instrument.codes)}
        self.numbers = given.submissions["row"].to_numpy(dtype=int)
        self.bad = given.submissions["ragged"].to_numpy(dtype=bool, copy=True)
        self.faults: dict[Fault, np.ndarray] = {}
        self.texts: list[tuple[np.ndarray, int, str, np.ndarray]] = []
        self.judged = Judged.blank(len(self.numbers), len(self.column))
        self.judged.verification = given.verification

    def say(self, message: str, rows: np.ndarray, **fields: object) -> None:
        """Say a message about some rows (a mask or positions); workbooks have no row numbers."""
        numbers = self.numbers[rows]
        self.remarks.say(message, rows=numbers[numbers > 0], **fields)  # type: ignore[arg-type]

    def people(self, digest: str) -> None:
        """Find out who answers in every row, and which rows cannot count."""
        about, rows = self.given.submissions, self.judged.rows
        codes, combinations = pd.factorize(pd.MultiIndex.from_frame(about[list(WHO)]))
        for number, texts in enumerate(combinations):
            mask = codes == number
            who = dict(zip(WHO, map(str, texts), strict=True))
            unit, faults = identify(who, self.units, asked_consent=self.given.asked_consent)
            for fault in faults:
                self.faults[fault] = self.faults.get(fault, ~mask & mask) | mask
            if unit is not None:
                level = unit.government.level
                self.judged.asked[mask] = self.units.asks(unit.respondent.code, level)
            if any(fault.refused for fault in faults):
                self.bad |= mask
            elif unit is not None:
                rows.loc[mask, "unit"] = unit.code
        rows.loc[self.bad, "unit"] = ""
        every = np.arange(len(rows))
        person, role, submitted = (
            self.checked(about[name].to_numpy(), every, self.given.about.get(name, ""), MOST_ABOUT)[
                0
            ]
            for name in ABOUT
        )
        rows["role"] = role
        rows["submitted"] = _each(submitted, iso_date)
        rows["simulated"] = _each(about["simulated"].to_numpy(), simulated_mark)
        rows["row"] = self.numbers
        rows["key"] = [
            respondent_key(unit, name, submission, f"{digest} {number}" if number else digest)
            for unit, name, submission, number in zip(
                rows["unit"], person, about["submission"], self.numbers, strict=True
            )
        ]

    def question(self, code: str, runs: Sequence[Run]) -> None:
        """Judge everything that was given to one question."""
        j, judged = self.column[code], self.judged
        outcome = judged.outcome[SAID, :, j]
        bits, wrong = self.ticked(code, runs)
        answered = (bits != 0) | wrong
        outcome[answered] = ACCEPTED
        outcome[wrong] = REFUSED
        self.refuse(outcome, answered & CONTRADICTS[bits], "contradiction", code, runs, [WHOLE_ROW])
        strange = (outcome == ACCEPTED) & ~judged.asked[:, j]
        self.refuse(outcome, strange, "not asked", code, runs, (*STEP_ROWS, WHOLE_ROW))
        if (code, False) in self.given.unusable:
            outcome[answered] = REFUSED
        good = (outcome == ACCEPTED) & ~self.bad
        judged.level[SAID, good, j] = SAYS[bits[good]]
        skipped = good & (BEYOND[bits] > 0)
        if skipped.any():
            place = self.place(code, runs, [str(BEYOND[bits[skipped][0]])])
            self.say("step skipped", skipped, code=code, place=place, answers=skipped.sum())
        claimed = (judged.level[SAID, :, j] > 0) & (judged.level[SAID, :, j] <= STEPS)
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
        n, outcome = len(self.numbers), self.judged.outcome[SAID, :, self.column[code]]
        listed, apart, rows = (np.zeros(n, dtype=int) for _ in range(3))
        wrong, answered = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
        for run in runs:
            if run.part in TEXTS or run.part == "verified":
                continue
            values = self.parsed(run, outcome, partial(bits_of, run.part))
            into = listed if run.part == "list" else apart if run.part in CHOICES else rows
            wrong[run.rows] |= values == BAD
            # whatever the word is: a reason why there is no answer excludes steps
            unread = BIT["dk"] if run.part == WHOLE_ROW else 0
            into[run.rows] |= np.where(values == BAD, unread, values)
            answered[run.rows] |= run.part in STEP_ROWS
        rows[answered & (rows & STEP_BITS == 0)] |= BIT["none"]
        if code in self.given.complete:
            differ = ~wrong & (apart != 0) & (apart != listed)
            self.refuse(outcome, differ, "columns disagree", code, runs, ())
            listed = np.where(differ, 0, listed)
            return listed, np.asarray(wrong | differ)
        return np.asarray(np.where(listed != 0, listed, apart) | rows), wrong

    def parsed(self, run: Run, outcome: np.ndarray, parse: Callable[[str], int]) -> np.ndarray:
        """Read cells text by text; what cannot be read is refused, and named."""
        codes, texts = pd.factorize(run.texts)
        values = np.array([parse(text) for text in texts], dtype=int)
        for number in np.flatnonzero(values == BAD):
            rows = run.rows[codes == number]
            outcome[rows] = REFUSED
            rows = rows[~self.bad[rows]]
            if len(rows):
                self.say_scale(run, texts[number], rows)
        return np.asarray(values[codes])

    def say_scale(self, run: Run, text: str, rows: np.ndarray) -> None:
        """Refuse a text that is none of those a cell can hold."""
        part = "choice" if run.part in CHOICES else run.part
        part = "word" if run.part in (*STEP_ROWS, WHOLE_ROW) else part
        message, tr = f"scale.{part}.{self.given.form}", self.remarks.lang.tr
        fields = {"text": quoted(text), "n": STEPS, "words": ", ".join(words(run.part))}
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
            self.say(f"{message}.{self.given.form}", named, code=code, place=place,
                     answers=named.sum())  # fmt: skip

    def place(
        self, code: str, runs: Sequence[Run], parts: Iterable[str], part: str = "list"
    ) -> str:
        """Name the column of an export, or the first cell of a workbook that holds some parts."""
        if self.given.form == "export":
            return self.remarks.lang.tr("column {name}", name=answer_column(code, part))
        return next((run.place for run in runs if run.part in parts), runs[0].place)

    def checked(
        self, texts: np.ndarray, rows: np.ndarray, place: str, most: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return texts as they are kept, and which are; say what is wrong or strange with them."""
        codes, distinct = pd.factorize(texts)
        kept_texts = [check_text(text, most) for text in distinct]
        faults = np.array([fault for _, fault in kept_texts], dtype=object)[codes]
        for fault in dict.fromkeys(faults):
            if fault:
                mask = faults == fault
                first = texts[mask][0]
                self.say(fault, rows[mask], text=quoted(first), n=len(first), place=place)
        cleaned = np.array([text for text, _ in kept_texts], dtype=object)[codes]
        return cleaned, ~np.isin(faults, ("text too long", "formula.text"))

    def text(self, j: int, run: Run) -> np.ndarray:
        """Keep evidence or comments; return the rows of those that are kept."""
        cleaned, kept = self.checked(run.texts, run.rows, run.place, MOST_TEXT)
        self.judged.lost_texts += int((~kept).sum())
        self.texts.append((run.rows[kept], j, run.part, cleaned[kept]))
        return np.asarray(run.rows[kept])

    def verified(self, code: str, j: int, run: Run) -> None:
        """Judge levels that somebody found at the sub-unit."""
        outcome = self.judged.outcome[VERIFIED, :, j]
        outcome[run.rows] = ACCEPTED
        values = self.parsed(run, outcome, level_of)
        level = np.full(len(self.numbers), NOTHING)
        level[run.rows] = values
        accepted = (outcome == ACCEPTED) & (level != NOTHING) & ~self.bad
        strange = accepted & ~self.judged.asked[:, j]
        lone = np.zeros(len(strange), dtype=bool)
        if "verifier" in self.given.submissions:
            lone = accepted & ~strange & (self.given.submissions["verifier"] == "").to_numpy()
        for mask, message in (
            (strange, f"not asked.verified.{self.given.form}"), (lone, "no verifier"),
        ):  # fmt: skip
            outcome[mask] = REFUSED
            if mask.any():
                first = quoted(str(level[mask][0]))
                self.say(message, mask, text=first, place=run.place, answers=mask.sum())
        if (code, True) in self.given.unusable:
            outcome[run.rows] = REFUSED
        good = accepted & (outcome == ACCEPTED)
        self.judged.level[VERIFIED, good, j] = level[good]

    def unknown(self, name: str, runs: Sequence[Run]) -> None:
        """Refuse answers to a question that the instrument does not have, or in rows without key."""
        self.judged.lost_texts += sum(len(run.rows) for run in runs if run.part in TEXTS)
        answers = [run for run in runs if run.part not in TEXTS]
        variant, code = str(self.given.form), ""
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
        ragged = self.given.submissions["ragged"].to_numpy(dtype=bool)
        if ragged.any():
            self.say("cells", ragged, n=self.given.width, answers=answers[ragged].sum())
        for fault, mask in self.faults.items():
            count = answers[mask].sum()
            declined = fault.message.startswith("no consent") and not count
            place = self.given.about.get("code", "") if fault.message == "other code" else ""
            self.say(fault.message, mask, noted=declined, place=place, answers=count,
                     **dict(fault.fields))  # fmt: skip
        rows, questions, kinds, texts = zip(*self.texts, strict=True) if self.texts else [()] * 4
        lengths = [len(some) for some in rows]
        judged.texts = pd.DataFrame(
            {
                "row": np.concatenate([np.zeros(0, dtype=int), *rows]),
                "question": np.repeat(np.array(questions, dtype=int), lengths),
                "kind": np.repeat(np.array(kinds, dtype=object), lengths),
                "text": np.concatenate([np.zeros(0, dtype=object), *texts]),
            }
        )
        judged.drop_texts()
        asked = [code for code, j in self.column.items() if judged.asked[:, j].any()]
        absent = [code for code in asked if code not in self.given.there]
        if self.given.form == "workbook" and absent and not self.bad.any():
            self.remarks.say("questions missing.workbook", n=len(absent), codes=listing(absent))


def check_text(text: str, most: int = MOST_TEXT) -> tuple[str, str]:
    """Return a text as it is kept, and the message that is to be said of it.

    Examples
    --------
    >>> check_text("SK 12/2025")
    ('SK 12/2025', '')
    >>> check_text("=HYPERLINK(1)")
    ('=HYPERLINK(1)', 'like a formula')
    """
    if text.startswith(FORMULA):
        return "", "formula.text"
    if len(text) > most:
        return "", "text too long"
    if seen(text) != text:
        return seen(text), "hidden characters"
    if text.startswith(("=", "@", "+cmd", "-cmd", "|")):
        return text, "like a formula"
    return text, ""


def _each(texts: np.ndarray, change: Callable[[str], str]) -> np.ndarray:
    """Change texts, every distinct one once."""
    codes, distinct = pd.factorize(texts)
    return np.asarray(np.array([change(text) for text in distinct], dtype=object)[codes])
