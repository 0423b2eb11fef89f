"""What becomes of answers: every cell of the long table is accepted or refused, in one place.

The same rules hold for every form of file. :mod:`erat.survey.importing` settles doubles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from operator import itemgetter

import numpy as np
import pandas as pd

from erat.errors import nearest
from erat.index.xlsx import FORMULA
from erat.survey.instrument import STEPS
from erat.survey.judged import ACCEPTED, NOT_GIVEN, REFUSED, SELF_ASSESSED, VERIFIED, Judged
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
    CHOICES,
    CONTRADICTS,
    NOTHING,
    PARTS,
    SAYS,
    STEP_ROWS,
    TEXTS,
    WHO,
    WHOLE_ROW,
    WORDS,
    Column,
    LongTable,
    answer_column,
    gather,
    read_cells,
)
from erat.survey.read.remarks import MESSAGES, Remarks, quoted, seen
from erat.survey.read.server import COUNTED, VERSION, review_message
from erat.survey.units import SubUnits

MOST_TEXT, MOST_ABOUT = 10_000, 300
"""Characters of evidence or comment, and of what respondents say of themselves; more is refused."""
NOT_KEPT = ("text too long", "formula.text")
"""Messages of texts that are not kept."""


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
    judging.levels()
    judging.texts()
    judging.verified()
    for _, message, rows, fields in sorted(judging.later, key=itemgetter(0)):
        judging.say(message, rows, **fields)
    judging.unknown()
    judging.close()
    return judging.judged


class _Judge:
    """Judges a long table: ``cells`` are those of known questions, arrays ``(rows, questions)``.

    What is to be said of answers is kept in ``later``, to be said question by question, and there
    by stages of judging.
    """

    def __init__(self, table: LongTable, units: SubUnits, remarks: Remarks) -> None:
        self.table, self.units, self.remarks = table, units, remarks
        self.codes = units.instrument.codes
        self.numbers = table.submissions["row"].to_numpy(dtype=int)
        self.ragged = table.submissions["ragged"].to_numpy(dtype=bool)
        self.bad = self.ragged.copy()
        self.faults: dict[Fault, np.ndarray] = {}
        self.judged = Judged.blank(len(self.numbers), len(self.codes))
        self.judged.verification = table.verification
        self.later: list[tuple[tuple[int, int], str, np.ndarray, dict[str, object]]] = []
        about = pd.DataFrame(table.columns, columns=Column._fields, dtype=object)
        places = {code: j for j, code in enumerate(self.codes)}
        about["question"] = about["question"].map(places).fillna(-1).astype(int)
        about["part"] = pd.Categorical(about["part"], PARTS)
        cells = table.cells.join(about[["question", "part"]], on="column")
        self.cells = cells[cells["question"] >= 0]
        self.strays = cells[cells["question"] < 0]

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
        kept = {}
        for name in ABOUT:
            given = about[name].to_numpy()
            kept[name], faults_of = _clean(given, MOST_ABOUT)
            for fault in filter(None, dict.fromkeys(faults_of)):
                first, place = given[faults_of == fault][0], self.table.about.get(name, "")
                self.say(fault, faults_of == fault, text=quoted(first), n=len(first), place=place)
        rows["role"] = kept["role"]
        rows["submitted"] = [iso_date(text) for text in kept["submitted"]]
        rows["simulated"] = about["simulated"].map(simulated_mark).to_numpy()
        rows["row"] = self.numbers
        for name in ("submission", *VERSION):
            rows[name] = about[name].to_numpy()
        rows["key"] = [
            respondent_key(unit, name, submission, f"{digest} {number}" if number else digest)
            for unit, name, submission, number in zip(
                rows["unit"], kept["respondent_id"], about["submission"], self.numbers, strict=True
            )
        ]

    def levels(self) -> None:
        """Judge what is ticked: which step sub-units say that they are on."""
        judged = self.judged
        outcome, level = judged.outcome[SELF_ASSESSED], judged.level[SELF_ASSESSED]
        bits, wrong = self.ticked()
        answered = (bits != 0) | wrong
        outcome[answered], outcome[wrong] = ACCEPTED, REFUSED
        self.refuse(2, answered & CONTRADICTS[bits], "contradiction", [WHOLE_ROW])
        strange = (outcome == ACCEPTED) & ~judged.asked
        self.refuse(3, strange, "not asked", (*STEP_ROWS, WHOLE_ROW))
        unusable = np.array([(code, False) in self.table.unusable for code in self.codes])
        outcome[answered & unusable] = REFUSED
        good = (outcome == ACCEPTED) & ~self.bad[:, None]
        level[good] = SAYS[bits[good]]
        beyond = np.where(good, BEYOND[bits], 0)
        for j in np.flatnonzero(beyond.any(axis=0)):
            rows = np.flatnonzero(beyond[:, j])
            place = self.place(self.codes[j], [str(beyond[rows[0], j])])
            self.say_later(4, self.codes[j], "step skipped", rows, place)

    def ticked(self) -> tuple[np.ndarray, np.ndarray]:
        """Return what is ticked, as bits, and where something else stands; that is refused."""
        cells = self.cells[~self.cells["part"].isin([*TEXTS, "verified"])]
        values, wrong = self.values(0, cells), np.zeros(self.judged.asked.shape, dtype=bool)
        bad = cells[values == BAD]
        wrong[bad["row"], bad["question"]] = True
        listed, apart, rows = gather(cells, values, wrong.shape)
        complete = np.array([code in self.table.complete for code in self.codes])
        differ = complete & ~wrong & (apart != 0) & (apart != listed)
        self.refuse(1, differ, "columns disagree", ())
        listed[differ] = 0
        return np.where(complete | (listed != 0), listed, apart) | rows, wrong | differ

    def values(self, stage: int, cells: pd.DataFrame) -> np.ndarray:
        """Read cells as ticks or levels; what cannot be read is :data:`BAD`, and named."""
        values = read_cells(cells)
        for column, same in self.each(cells[values == BAD], "text"):
            part, text, rows = column.part, same["text"].iloc[0], same["row"].to_numpy()
            kind = "choice" if part in CHOICES else part if part in ("list", "verified") else "word"
            message, words = f"scale.{kind}.{self.table.form}", ", ".join(WORDS.get(part, ()))
            fields = {"text": quoted(text), "n": STEPS, "words": words}
            if text.startswith(FORMULA):
                scale = MESSAGES[f"scale.{kind}"].expected
                message, fields["scale"] = "formula", self.remarks.lang.tr(scale, **fields)
            rows = rows[~self.bad[rows]]
            self.say_later(stage, column.question, message, rows, column.place, **fields)
        return values

    def texts(self) -> None:
        """Keep evidence and comments, and note steps without evidence."""
        judged, cells = self.judged, self.cells[self.cells["part"].isin(TEXTS)]
        texts, faults = _clean(cells["text"].to_numpy(), MOST_TEXT)
        cells = cells.assign(clean=texts, fault=faults)
        for column, same in self.each(cells[faults != ""], "fault"):
            first, fault, rows = same["text"].iloc[0], same["fault"].iloc[0], same["row"].to_numpy()
            about = {"text": quoted(first), "n": len(first), "answers": 0}
            self.say_later(5, column.question, fault, rows, column.place, **about)
        kept = cells[~np.isin(faults, NOT_KEPT)]
        judged.lost_texts += len(cells) - len(kept)
        judged.texts = kept[["row", "question"]].assign(
            kind=kept["part"].astype(object), text=kept["clean"]
        )
        claimed = (judged.level[SELF_ASSESSED] > 0) & (judged.level[SELF_ASSESSED] <= STEPS)
        evidence = kept[kept["part"] == "evidence"]
        claimed[evidence["row"], evidence["question"]] = False
        self.say_each(6, claimed, "no evidence", (), "evidence")

    def verified(self) -> None:
        """Judge levels that somebody found at the sub-unit."""
        cells, judged = self.cells[self.cells["part"] == "verified"], self.judged
        nobody = np.zeros(len(self.numbers), dtype=bool)
        if "verifier" in self.table.submissions:
            nobody = (self.table.submissions["verifier"] == "").to_numpy()
        for column, same in self.each(cells, "question"):
            j, rows, level = (
                same["question"].iloc[0],
                same["row"].to_numpy(),
                np.full(len(nobody), NOTHING),
            )
            outcome, level[rows] = judged.outcome[VERIFIED, :, j], self.values(7, same)
            outcome[rows] = np.where(level[rows] == BAD, REFUSED, ACCEPTED)
            accepted = (outcome == ACCEPTED) & (level != NOTHING) & ~self.bad
            strange = accepted & ~judged.asked[:, j]
            messages = {f"not asked.verified.{self.table.form}": strange,
                        "no verifier": accepted & ~strange & nobody}  # fmt: skip
            for message, mask in messages.items():
                outcome[mask] = REFUSED
                text = quoted(str(level[mask][0])) if mask.any() else ""
                wrong = np.flatnonzero(mask)
                self.say_later(7, column.question, message, wrong, column.place, text=text)
            if (column.question, True) in self.table.unusable:
                outcome[rows] = REFUSED
            good = accepted & (outcome == ACCEPTED)
            judged.level[VERIFIED, good, j] = level[good]

    def refuse(self, stage: int, mask: np.ndarray, message: str, parts: Sequence[str]) -> None:
        """Refuse answers; rows that are refused as a whole are not named again."""
        self.judged.outcome[SELF_ASSESSED][mask] = REFUSED
        self.say_each(stage, mask & ~self.bad[:, None], f"{message}.{self.table.form}", parts)

    def say_each(
        self, stage: int, mask: np.ndarray, message: str, parts: Sequence[str], part: str = "list"
    ) -> None:
        """Keep a message about every question that a mask has rows of."""
        for j in np.flatnonzero(mask.any(axis=0)):
            place = self.place(self.codes[j], parts, part)
            self.say_later(stage, self.codes[j], message, np.flatnonzero(mask[:, j]), place)

    def say_later(
        self, stage: int, code: str, message: str, rows: np.ndarray, place: str, **fields: object
    ) -> None:
        """Keep a message about a question in some rows until all is judged."""
        if len(rows):
            fields = {"code": code, "answers": len(rows), "place": place} | fields
            self.later.append(((self.codes.index(code), stage), message, rows, fields))

    def place(self, code: str, parts: Sequence[str], part: str = "list") -> str:
        """Name the column of an export, or the first cell of a workbook that holds some parts."""
        if self.table.form == "export":
            return self.remarks.lang.tr("column {name}", name=answer_column(code, part))
        columns = [one for one in self.table.columns if one.question == code]
        return next((one.place for one in columns if one.part in parts), columns[0].place)

    def each(self, cells: pd.DataFrame, key: str) -> Iterator[tuple[Column, pd.DataFrame]]:
        """Give cells with the same of a key together, column by column."""
        for _, same in cells.groupby(["column", key], sort=False):
            yield self.table.columns[same["column"].iloc[0]], same

    def unknown(self) -> None:
        """Refuse answers to questions that the instrument does not have, or in rows without key."""
        is_text = self.strays["part"].isin(TEXTS)
        self.judged.lost_texts += int(is_text.sum())
        cells = self.strays[~is_text]
        names = pd.Series([one.question for one in self.table.columns], dtype=object)
        group = cells["column"].map(names.where(names != "", names.index))
        for _, same in cells.groupby(group, sort=False):
            name, _, place = self.table.columns[same["column"].iloc[0]]
            variant, code = str(self.table.form), ""
            if variant == "export":
                last = re.split(r"[/:.-]", name)[-1].split("_")[0]
                near = nearest(last, self.codes)
                if near.startswith("did you mean"):
                    variant, code = "near", near.split("'")[1]
            rows = np.unique(same["row"])
            self.judged.strays += len(rows)
            self.say(f"unknown question.{variant}" if name else "no key", rows, name=quoted(name),
                     code=code, place=place, answers=len(rows))  # fmt: skip

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
        judged.drop_texts()
        asked = [self.codes[j] for j in np.flatnonzero(judged.asked.any(axis=0))]
        absent = [code for code in asked if code not in self.table.present]
        if self.table.form == "workbook" and absent and not self.bad.any():
            self.remarks.say("questions missing.workbook", n=len(absent), codes=absent)


def _clean(texts: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Return texts as they are kept, empty if they are not, and the message to be said of each."""
    codes, distinct = pd.factorize(texts)
    faults = [_text_fault(text, most) for text in distinct]
    clean = [
        "" if fault in NOT_KEPT else seen(text)
        for fault, text in zip(faults, distinct, strict=True)
    ]
    return np.array(clean, dtype=object)[codes], np.array(faults, dtype=object)[codes]


def _text_fault(text: str, most: int) -> str:
    """Return the message that is to be said of a text; empty if there is none."""
    if text.startswith(FORMULA):
        return "formula.text"
    if len(text) > most:
        return "text too long"
    if seen(text) != text:
        return "hidden characters"
    return "like a formula" if text.startswith(("=", "@", "+cmd", "-cmd", "|")) else ""
