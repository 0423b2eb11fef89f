"""Rows of an export from KoboToolbox or ODK, read column by column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from erat.survey.answers import SIMULATED
from erat.survey.batch import (
    ABSENT_CELL,
    ACCEPTED,
    NOTHING,
    REFUSED,
    ROW_COLUMNS,
    Batch,
    Setting,
    Texts,
)
from erat.survey.choices import BAD, BIT, CHOICES, CONTRADICTS, FALSE, SAYS, SKIPS, TRUE, ticks
from erat.survey.headers import SUBMISSION, SUBMITTED, Header, stray_remedy
from erat.survey.identity import (
    Said,
    identity_faults,
    iso_date,
    respondent_key,
    simulated_mark,
)
from erat.survey.remarks import Teller, quoted
from erat.survey.rubric import STEPS
from erat.survey.wording import (
    FORMULA,
    Fault,
    check_text,
    level_of,
    say_no_evidence,
    say_skipped,
    say_text,
)


@dataclass
class Rows:
    """A piece of an export: cells as texts, and the number of every row in the file.

    ``ragged`` marks rows whose cells are more or fewer than the columns.
    """

    cells: np.ndarray
    numbers: np.ndarray
    ragged: np.ndarray


def read_rows(rows: Rows, header: Header, setting: Setting, tell: Teller, digest: str) -> Batch:
    """Read a piece of an export.

    Parameters
    ----------
    rows
        Cells, shape ``(rows, columns)``.
    header
        Which column holds what.
    setting
        The instrument and the sub-units.
    tell
        Takes what is refused and noted.
    digest
        Digest of the file; rows without any id are told apart by it and their number.

    Returns
    -------
    Batch
        Every answer with its outcome; doubles over several files are found later.
    """
    reader = _Reader(rows, header, setting, tell)
    reader.identify(digest)
    for code in setting.instrument.codes:
        reader.question(code)
    for name, place in header.strays.items():
        reader.stray(name, place)
    for name, place in header.others.items():
        reader.other(name, place)
    reader.close()
    return reader.batch


class _Reader:
    def __init__(self, rows: Rows, header: Header, setting: Setting, tell: Teller) -> None:
        self.rows, self.header, self.setting, self.tell = rows, header, setting, tell
        n = len(rows.numbers)
        frame = pd.DataFrame({name: [""] * n for name in ROW_COLUMNS}, dtype=object)
        frame["row"] = rows.numbers
        self.batch = Batch.empty(tell.file, frame, len(setting.instrument.codes))
        self.batch.verification = not (header.ticked or header.single) and any(
            kind == "verified" for _, kind in header.more
        )
        self.bad = rows.ragged.copy()
        self.faults: list[tuple[Said, np.ndarray]] = []

    def column(self, place: int | None) -> np.ndarray:
        """Return a column with the blanks around its texts taken away."""
        if place is None:
            return np.full(len(self.rows.numbers), "", dtype=object)
        codes, texts = pd.factorize(self.rows.cells[:, place])
        stripped = np.array([str(text).strip() for text in texts], dtype=object)
        return np.asarray(stripped[codes], dtype=object)

    def numbers(self, mask: np.ndarray) -> tuple[int, ...]:
        """Return the row numbers of a mask."""
        return tuple(self.rows.numbers[mask].tolist())

    def identify(self, digest: str) -> None:
        """Find out who answers in every row, and which rows cannot count."""
        header = self.header
        names = ("government", "respondent", "instrument_version", "instrument_digest", "consent",
                 "province")  # fmt: skip
        columns = {name: self.column(header.fields.get(name)) for name in names}
        combos = pd.MultiIndex.from_arrays([columns[name] for name in names])
        codes, found = pd.factorize(combos)
        for number, combo in enumerate(found):
            given = dict(zip(names, map(str, combo), strict=True))
            self._combo(given, codes == number)
        self._fill_rows(digest)

    def _combo(self, given: dict[str, str], mask: np.ndarray) -> None:
        consent_there = "consent" in self.header.fields
        unit, faults = identity_faults(given, self.setting, self.tell, consent_there)
        if unit is not None:
            self.batch.asked[mask] = self.setting.asked(unit)
        for fault in faults:
            self.faults.append((fault, mask))
            if fault.severity == "refused":
                self.bad |= mask
        if unit is not None and not any(fault.severity == "refused" for fault in faults):
            self.batch.rows.loc[mask, "unit"] = unit.code

    def _fill_rows(self, digest: str) -> None:
        frame, header = self.batch.rows, self.header
        frame.loc[self.bad, "unit"] = ""
        person = self.column(header.fields.get("respondent_id"))
        submission = self.column(header.at(SUBMISSION))
        role, when = self.column(header.fields.get("role")), self.column(header.at(SUBMITTED))
        frame["role"] = [check_text(text, 300)[0] for text in role]
        frame["submitted"] = [iso_date(text) for text in when]
        frame["simulated"] = list(map(simulated_mark, self.column(header.fields.get(SIMULATED))))
        units = frame["unit"].to_numpy()
        frame["key"] = [
            respondent_key(*parts, f"{digest} {number}")
            for parts, number in zip(
                zip(units, person, submission, strict=True), self.rows.numbers, strict=True
            )
        ]

    def question(self, code: str) -> None:
        """Read everything that was given to one question."""
        j = self.setting.column[code]
        bits, wrong = self._bits(code)
        given = (bits != 0) | wrong
        outcome = self.batch.outcome[:, j]
        outcome[given & (outcome == ABSENT_CELL)] = ACCEPTED
        good = given & ~self.bad
        level = np.where(bits > 0, bits, 0)
        self._refuse(j, good & (bits > 0) & CONTRADICTS[level], code, "contradiction",
                     self.tell.tr("steps together with an answer that excludes them"),
                     self.tell.tr("steps, or one of none, dk and na alone"))  # fmt: skip
        good &= self.batch.outcome[:, j] == ACCEPTED
        self._refuse(j, good & ~self.batch.asked[:, j], code, "not asked",
                     self.tell.tr("an answer to {code} from a sub-unit that is not asked it", code=code),
                     self.tell.tr("no answer there"))  # fmt: skip
        if code in self.header.twice | self.header.partial:
            self.batch.outcome[given, j] = REFUSED
        good = (self.batch.outcome[:, j] == ACCEPTED) & ~self.bad
        self.batch.said[good, j] = SAYS[level[good]]
        self._skipped(code, good & SKIPS[level])
        self._texts(code, "evidence")
        self._texts(code, "comment")
        self._without_evidence(code, j)
        self._verified(code, j)

    def _bits(self, code: str) -> tuple[np.ndarray, np.ndarray]:
        """Return what is ticked, and where something else stands; refuse the latter."""
        j = self.setting.column[code]
        n = len(self.rows.numbers)
        bits, wrong = np.zeros(n, dtype=int), np.zeros(n, dtype=bool)
        listed = self.header.ticked.get(code)
        if listed is not None:
            bits, wrong = self._parsed(
                listed, code, j, ticks, self.tell.tr("s1 to s5 in order, or none, dk, na")
            )
        singles = self.header.single.get(code)
        if not singles:
            return bits, wrong
        apart = np.zeros(n, dtype=int)
        bad_apart = np.zeros(n, dtype=bool)
        for choice, place in singles.items():
            parsed, bad = self._parsed(
                place, f"{code}/{choice}", j, _tick, self.tell.tr("1, 0 or nothing")
            )
            apart |= np.where(parsed == 1, BIT[choice], 0)
            bad_apart |= bad
        if listed is not None and len(singles) == len(CHOICES):
            differ = ~wrong & ~bad_apart & (apart != 0) & (apart != bits)
            self._refuse(j, differ & ~self.bad, code, "columns disagree",
                         self.tell.tr("a list of choices that differs from the columns of each choice"),
                         self.tell.tr("the same in both"), force=differ)  # fmt: skip
            return np.where(differ, BAD, bits), wrong | bad_apart | differ
        return (np.where(bits != 0, bits, apart), wrong | bad_apart)

    def _parsed(
        self, place: int, name: str, j: int, parse: Callable[[str], int], expected: str
    ) -> tuple[np.ndarray, np.ndarray]:
        """Read a column text by text; what cannot be read is refused, and named."""
        codes, texts = pd.factorize(self.rows.cells[:, place])
        values = np.array([parse(str(text).strip()) for text in texts], dtype=int)
        for number in np.flatnonzero(values == BAD):
            mask = codes == number
            self._refuse_cell(j, mask, name, str(texts[number]), expected)
        parsed = values[codes]
        return np.where(parsed == BAD, 0, parsed), parsed == BAD

    def _refuse_cell(self, j: int, mask: np.ndarray, name: str, text: str, expected: str) -> None:
        tell, said = self.tell, self.batch.outcome
        said[mask, j] = REFUSED
        told = mask & ~self.bad
        if not told.any():
            return
        formula = text.startswith(FORMULA)
        found = tell.tr("a formula: {text}", text=quoted(text)) if formula else quoted(text)
        remedy = (
            tell.tr("write the value itself; formulas are never evaluated")
            if formula
            else tell.tr(
                "correct the cell from the server's record, or export again with values, not labels"
            )
        )
        tell.refuse("formula" if formula else "scale", found, expected, remedy,
                    place=tell.tr("column {name}", name=name), rows=self.numbers(told),
                    answers=int(told.sum()))  # fmt: skip

    def _refuse(
        self, j: int, mask: np.ndarray, code: str, cause: str, found: str, expected: str,
        *, force: np.ndarray | None = None,
    ) -> None:  # fmt: skip
        self.batch.outcome[mask if force is None else force, j] = REFUSED
        if mask.any():
            remedy = self.tell.tr("ask the respondent, and correct the record on the server")
            if cause == "not asked":
                remedy = self.tell.tr(
                    "check agency and government of the record; the form does not ask this there"
                )
            self.tell.refuse(cause, found, expected, remedy,
                             place=self.tell.tr("column {name}", name=code),
                             rows=self.numbers(mask), answers=int(mask.sum()))  # fmt: skip

    def _skipped(self, code: str, mask: np.ndarray) -> None:
        if mask.any():
            place = self.tell.tr("column {name}", name=code)
            say_skipped(self.tell, code, place, self.numbers(mask))

    def _texts(self, code: str, kind: str) -> None:
        place = self.header.more.get((code, kind))
        if place is None:
            return
        texts = self.column(place)
        there = np.flatnonzero(texts != "")
        if not len(there):
            return
        kept = np.ones(len(there), dtype=bool)
        cleaned = texts[there]
        faults: dict[Fault, list[int]] = {}
        for i, row in enumerate(there):
            cleaned[i], fault = check_text(texts[row])
            if fault:
                faults.setdefault(fault, []).append(i)
                kept[i] = fault not in ("long", "formula")
        for fault, which in faults.items():
            self._say_text(fault, f"{code}_{kind}", there[which], str(texts[there[which[0]]]))
        self.batch.lost_texts += int((~kept).sum())
        j = self.setting.column[code]
        self.batch.texts.append(Texts(j, kind, there[kept], cleaned[kept]))

    def _say_text(self, fault: Fault, name: str, rows: np.ndarray, text: str) -> None:
        tell = self.tell
        place = tell.tr("column {name}", name=name)
        numbers = self.rows.numbers[rows].tolist()
        say_text(tell, fault, text, place, numbers)

    def _without_evidence(self, code: str, j: int) -> None:
        claimed = (self.batch.said[:, j] > 0) & (self.batch.said[:, j] <= STEPS)
        shown = np.zeros(len(claimed), dtype=bool)
        for texts in self.batch.texts:
            if texts.question == j and texts.kind == "evidence":
                shown[texts.rows] = True
        mask = claimed & ~shown
        if mask.any():
            say_no_evidence(self.tell, code, self.tell.tr("column {name}", name=f"{code}_evidence"),
                            self.numbers(mask))  # fmt: skip

    def _verified(self, code: str, j: int) -> None:
        place = self.header.more.get((code, "verified"))
        if place is None:
            return
        codes, texts = pd.factorize(self.rows.cells[:, place])
        values = np.array([level_of(str(text).strip()) for text in texts], dtype=int)[codes]
        given = values != NOTHING
        self.batch.checked[given, j] = ACCEPTED
        wrong = values < NOTHING
        strange = given & ~wrong & ~self.batch.asked[:, j] & ~self.bad
        for mask, cause in ((wrong & ~self.bad, "scale"), (strange, "not asked")):
            self.batch.checked[mask, j] = REFUSED
            if mask.any():
                tell = self.tell
                first = quoted(str(self.rows.cells[mask, place][0]))
                expected = tell.tr("a level from 0 to {n}", n=STEPS)
                if cause == "not asked":
                    expected = tell.tr("no answer there")
                tell.refuse(cause, first, expected, tell.tr("correct the record on the server"),
                            place=tell.tr("column {name}", name=f"{code}_verified"),
                            rows=self.numbers(mask), answers=int(mask.sum()))  # fmt: skip
        self.batch.checked[wrong, j] = REFUSED
        good = (self.batch.checked[:, j] == ACCEPTED) & ~self.bad
        self.batch.verified[good, j] = values[good]

    def stray(self, name: str, place: int) -> None:
        """Refuse what stands in the column of a question that the instrument does not have."""
        texts = self.column(place)
        there = texts != ""
        if there.any() and not name.endswith(("_evidence", "_comment")):
            self._stray(name, there)
        elif there.any():
            self.batch.lost_texts += int(there.sum())

    def _stray(self, name: str, there: np.ndarray) -> None:
        self.batch.strays += int(there.sum())
        tell = self.tell
        tell.refuse("unknown question", tell.tr("answers to {name}", name=quoted(name)),
                    tell.tr("a question of the instrument"),
                    stray_remedy(name, self.setting.instrument, tell),
                    place=tell.tr("column {name}", name=quoted(name)),
                    rows=self.numbers(there), answers=int(there.sum()))  # fmt: skip

    def other(self, name: str, place: int) -> None:
        """Refuse ticked steps that stand in a column of another name."""
        codes, texts = pd.factorize(self.rows.cells[:, place])
        steps = np.array([ticks(str(text)) > 0 and "s" in str(text) for text in texts], dtype=bool)
        there = steps[codes]
        if there.any():
            self._stray(name, there)

    def close(self) -> None:
        """Refuse what stands in bad rows, and say why they are bad."""
        batch, tell = self.batch, self.tell
        batch.refuse_rows(self.bad)
        batch.said[self.bad] = NOTHING
        batch.verified[self.bad] = NOTHING
        given = (batch.outcome != ABSENT_CELL) | (batch.checked != ABSENT_CELL)
        ragged = self.rows.ragged
        if ragged.any():
            expected = tell.tr("{n} cells, as the header has", n=self.header.width)
            tell.refuse("cells", tell.tr("rows with more or fewer cells than the header"), expected,
                        tell.tr("export again; do not edit the file as a text"),
                        rows=self.numbers(ragged), answers=int(given[ragged].sum()))  # fmt: skip
        together: dict[Said, np.ndarray] = {}
        for fault, mask in self.faults:
            together[fault] = together.get(fault, np.zeros(len(mask), dtype=bool)) | mask
        for fault, mask in together.items():
            declined = fault.cause == "no consent" and not given[mask].any()
            say = tell.note if declined or fault.severity == "noted" else tell.refuse
            say(fault.cause, fault.found, fault.expected, fault.remedy, place=fault.place,
                rows=self.numbers(mask), answers=int(given[mask].sum()))  # fmt: skip
        batch.drop_texts()


def _tick(text: str) -> int:
    """Read a cell of a single choice: 1, 0, or :data:`BAD`."""
    word = text.lower()
    return 1 if word in TRUE else 0 if word in FALSE else BAD
