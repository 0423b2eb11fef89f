"""A filled workbook of one respondent: found by the keys in its hidden column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from erat.errors import listing
from erat.survey.answers import SIMULATED
from erat.survey.batch import (
    ACCEPTED,
    DOES_NOT_KNOW,
    NOT_OURS,
    NOTHING,
    REFUSED,
    ROW_COLUMNS,
    Batch,
    Setting,
    Texts,
)
from erat.survey.blocks import COVER_KEYS, IDENTITY, NO, UNKNOWN, YES
from erat.survey.blocks import NOT_OURS as NOT_OURS_WORDS
from erat.survey.identity import identity_faults, iso_date, respondent_key, simulated_mark
from erat.survey.remarks import Teller, quoted
from erat.survey.rubric import STEPS
from erat.survey.sheetparts import Formula, cell_name
from erat.survey.sheetreader import XlsxFile
from erat.survey.wording import (
    FORMULA,
    check_text,
    level_of,
    say_no_evidence,
    say_skipped,
    say_text,
)

KEY, LABEL_COLUMN, TEXT_COLUMN, ANSWER_COLUMN = 0, 1, 2, 3
PARTS = (*(str(number) for number in range(1, STEPS + 1)), "all", "evidence", "comment", "verified")
_KEY = re.compile(r"([A-Z]+[0-9]+[a-z])\.([a-z0-9]+)")


@dataclass(frozen=True)
class Entry:
    """What stands in a cell to be filled, and where that is."""

    text: str
    sheet: str
    cell: str
    formula: bool = False

    def place(self, tell: Teller) -> str:
        """Name the cell."""
        return tell.tr("sheet {sheet}, cell {cell}", sheet=self.sheet, cell=self.cell)


def is_questionnaire(book: XlsxFile) -> bool:
    """Say whether a workbook was made by ``erat survey template``."""
    return any(sheet.name == IDENTITY for sheet in book.sheets)


def read_filled(book: XlsxFile, setting: Setting, tell: Teller, digest: str) -> Batch:
    """Read a filled workbook.

    Returns
    -------
    Batch
        One row, every answer with its outcome.
    """
    reader = _Filled(setting, tell)
    reader.collect(book)
    return reader.read(digest)


class _Filled:
    def __init__(self, setting: Setting, tell: Teller) -> None:
        self.setting, self.tell = setting, tell
        self.identity: dict[str, str] = {}
        self.cover: dict[str, Entry] = {}
        self.entries: dict[str, dict[str, list[Entry]]] = {}
        self.seen: set[str] = set()
        self.unkeyed: list[Entry] = []
        frame = pd.DataFrame({name: [""] for name in ROW_COLUMNS}, dtype=object).assign(row=0)
        self.batch = Batch.empty(tell.file, frame, len(setting.instrument.codes))

    def collect(self, book: XlsxFile) -> None:
        """Take the keyed cells of all sheets."""
        for sheet in book.sheets:
            hidden_rows = []
            for row in book.rows(sheet):
                key = str(row.cells.get(KEY, ""))
                if sheet.name == IDENTITY:
                    self.identity[key] = str(row.cells.get(LABEL_COLUMN, "")).strip()
                elif self._take(key.strip(), row.cells, sheet.name, row.number) and row.hidden:
                    hidden_rows.append(row.number)
            self._say_sheet(sheet.name, sheet.state, sheet.merged, hidden_rows)

    def _take(self, key: str, cells: Mapping[int, str], sheet: str, row: int) -> bool:
        """Take the answer of a row that has a key; return whether there is one."""
        match = _KEY.fullmatch(key)
        if key in (*COVER_KEYS, "code"):
            column = TEXT_COLUMN
        elif match and match.group(2) in PARTS:
            column = TEXT_COLUMN if match.group(2) in ("evidence", "comment") else ANSWER_COLUMN
        else:
            column = ANSWER_COLUMN
        raw = cells.get(column, "")
        entry = Entry(str(raw).strip(), sheet, cell_name(column, row), isinstance(raw, Formula))
        if match:
            self.seen.add(match.group(1))
        if not entry.text or key in self.setting.column:
            return False
        if column == ANSWER_COLUMN and not (match and match.group(2) in PARTS):
            self.unkeyed.append(entry)
            return False
        if match:
            parts = self.entries.setdefault(match.group(1), {})
            parts.setdefault(match.group(2), []).append(entry)
        else:
            self.cover.setdefault(key, entry)
        return True

    def _say_sheet(self, name: str, state: str, merged: list[str], hidden: list[int]) -> None:
        tell = self.tell
        place = tell.tr("sheet {sheet}", sheet=quoted(name).strip("'"))
        kept = tell.tr("nothing: what stands in them is read")
        if hidden:
            tell.note("hidden rows", tell.tr("answers in hidden rows"), tell.tr("rows in sight"),
                      tell.tr("look at them; they are counted"), place=place, rows=hidden)  # fmt: skip
        if merged:
            found = tell.tr("merged cells {cells}", cells=listing(merged, most=4))
            as_made = tell.tr("the layout as it was made")
            tell.note("merged cells", found, as_made, kept, place=place)
        if state != "visible" and name != IDENTITY:
            tell.note("hidden sheet", tell.tr("a hidden sheet"), tell.tr("sheets in sight"),
                      tell.tr("look at it; its answers are counted"), place=place)  # fmt: skip

    def read(self, digest: str) -> Batch:
        """Read what was collected."""
        good = self._identify(digest)
        for code, parts in self.entries.items():
            if code in self.setting.column:
                self._question(code, parts, good)
            else:
                self._stray(code, parts)
        self._say_rows(good)
        if not good:
            self.batch.refuse_rows(np.array([True]))
            self.batch.said[:], self.batch.verified[:] = NOTHING, NOTHING
        self.batch.drop_texts()
        return self.batch

    def _cover_text(self, key: str) -> str:
        entry = self.cover.get(key)
        if entry is None:
            return ""
        text, fault = check_text(FORMULA + entry.text if entry.formula else entry.text, 300)
        if fault:
            say_text(self.tell, fault, entry.text, entry.place(self.tell), ())
        return text

    def _identify(self, digest: str) -> bool:
        """Find out whose workbook it is; return whether its answers can count."""
        tell = self.tell
        government, _, respondent = self.identity.get("unit", "").partition(".")
        consent = self._cover_text("consent").lower()
        given = {
            "government": government, "respondent": respondent, "province": "",
            "instrument_version": self.identity.get("instrument_version", ""),
            "instrument_digest": self.identity.get("instrument_digest", ""),
            "consent": "yes" if consent in YES else "no" if consent in NO else consent,
        }  # fmt: skip
        unit, faults = identity_faults(given, self.setting, tell, bool(self.entries))
        for fault in faults:
            say = tell.refuse if fault.severity == "refused" else tell.note
            say(fault.cause, fault.found, fault.expected, fault.remedy, place=fault.place,
                answers=self._answers())  # fmt: skip
        good = unit is not None and not any(fault.severity == "refused" for fault in faults)
        if unit is not None:
            self.batch.asked[0] = self.setting.asked(unit)
            good &= self._cover_fits(unit.code)
        person = self._cover_text("respondent_id")
        if not person and self.entries:
            tell.note("no initials", tell.tr("no initials or number of the respondent"),
                      tell.tr("initials, or a number of the agency"),
                      tell.tr("fill them in; else two files of one person count as two"))  # fmt: skip
        rows = self.batch.rows
        rows["unit"] = unit.code if unit is not None and good else ""
        rows["key"] = respondent_key(rows.at[0, "unit"], person, "", digest)
        rows["role"] = self._cover_text("role")
        rows["simulated"] = simulated_mark(self.identity.get(SIMULATED, ""))
        rows["submitted"] = iso_date(self._cover_text("date"))
        return good

    def _cover_fits(self, code: str) -> bool:
        entry = self.cover.get("code")
        if entry is None or entry.text == code:
            return True
        tell = self.tell
        tell.refuse("other code", tell.tr("{found} on the cover", found=quoted(entry.text)),
                    tell.tr("{code}, for which the workbook was made", code=code),
                    tell.tr("fill in the workbook of the right agency"), place=entry.place(tell),
                    answers=self._answers())  # fmt: skip
        return False

    def _answers(self) -> int:
        return sum(_is_answer(parts) for parts in self.entries.values())

    def _stray(self, code: str, parts: Mapping[str, list[Entry]]) -> None:
        if not _is_answer(parts):
            return
        tell, first = self.tell, next(iter(parts.values()))[0]
        self.batch.strays += 1
        tell.refuse("unknown question", tell.tr("an answer to {name}", name=quoted(code)),
                    tell.tr("a question of the instrument"),
                    tell.tr("make the workbook again with: erat survey template"),
                    place=first.place(tell), answers=1)  # fmt: skip

    def _say_rows(self, good: bool) -> None:
        """Refuse answers in rows that lost their key, and say which questions are not there."""
        tell = self.tell
        for entry in self.unkeyed:
            self.batch.strays += 1
            tell.refuse("no key", tell.tr("an answer in a row that has lost its key"),
                        tell.tr("the rows as they were made"),
                        tell.tr("copy the answers into a fresh workbook"), place=entry.place(tell),
                        answers=1)  # fmt: skip
        asked = [code for code, j in self.setting.column.items() if self.batch.asked[0, j]]
        absent = [code for code in asked if code not in self.seen]
        if good and absent:
            codes = listing(absent)
            tell.note("questions missing",
                      tell.tr("no rows for {n} questions: {codes}", n=len(absent), codes=codes),
                      tell.tr("all sheets and rows as they were made"),
                      tell.tr("copy the answers into a fresh workbook, if any are missing"))  # fmt: skip

    def _question(self, code: str, parts: dict[str, list[Entry]], good: bool) -> None:
        j = self.setting.column[code]
        steps = {part: parts[part] for part in PARTS[: STEPS + 1] if part in parts}
        if steps:
            self.batch.outcome[0, j] = ACCEPTED
            refused = self._refusal(code, steps, j) if good else None
            if refused:
                self.batch.outcome[0, j] = REFUSED
            elif good:
                self._level(code, steps, j)
        for kind in ("evidence", "comment"):
            for entry in parts.get(kind, []):
                self._text(j, kind, entry)
        self._evidence(code, j, parts)
        for entry in parts.get("verified", []):
            self._verified(j, entry, good)

    def _refusal(self, code: str, steps: dict[str, list[Entry]], j: int) -> bool:
        """Say what keeps an answer from counting, all of it; return whether anything does."""
        tell, before = self.tell, len(self.tell.remarks)
        entries = [entry for some in steps.values() for entry in some]
        if any(len(some) > 1 for some in steps.values()):
            cells = listing(
                [entry.cell for some in steps.values() for entry in some if len(some) > 1]
            )
            tell.refuse("rows twice", tell.tr("rows of {code} twice: {cells}", code=code, cells=cells),
                        tell.tr("each row once"), tell.tr("do not copy rows; fill in a fresh workbook"),
                        place=entries[0].place(tell))  # fmt: skip
        for part, some in steps.items():
            words = (*UNKNOWN, *NOT_OURS_WORDS, "tt", "dk", "na") if part == "all" else (*YES, *NO)
            for entry in some:
                self._word(entry, words)
        if "all" in steps and len(steps) > 1:
            tell.refuse("contradiction", tell.tr("steps together with an answer that excludes them"),
                        tell.tr("either steps, or why there is no answer"),
                        tell.tr("empty one of them"), place=steps["all"][0].place(tell))  # fmt: skip
        if not self.batch.asked[0, j]:
            tell.refuse("not asked",
                        tell.tr("an answer to {code} from a sub-unit that is not asked it", code=code),
                        tell.tr("no answer there"), tell.tr("fill in the workbook of the right agency"),
                        place=entries[0].place(tell))  # fmt: skip
        return len(tell.remarks) > before

    def _word(self, entry: Entry, words: tuple[str, ...]) -> None:
        tell = self.tell
        if entry.formula:
            say_text(tell, "formula", entry.text, entry.place(tell), ())
        elif entry.text.lower() not in words:
            tell.refuse("scale", quoted(entry.text), tell.tr("one of: {words}", words=", ".join(words)),
                        tell.tr("choose from the list of the cell"), place=entry.place(tell),
                        answers=1)  # fmt: skip

    def _level(self, code: str, steps: dict[str, list[Entry]], j: int) -> None:
        if "all" in steps:
            word = steps["all"][0].text.lower()
            known = word in (*UNKNOWN, "tt", "dk")
            self.batch.said[0, j] = DOES_NOT_KNOW if known else NOT_OURS
            return
        met = [
            str(n) in steps and steps[str(n)][0].text.lower() in YES for n in range(1, STEPS + 1)
        ]
        level = met.index(False) if False in met else STEPS
        self.batch.said[0, j] = level
        if any(met[level:]):
            first = steps[str(met.index(True, level) + 1)][0]
            say_skipped(self.tell, code, first.place(self.tell), ())

    def _text(self, j: int, kind: str, entry: Entry) -> None:
        text, fault = check_text(FORMULA + entry.text if entry.formula else entry.text)
        if fault:
            say_text(self.tell, fault, entry.text, entry.place(self.tell), ())
        if fault in ("long", "formula"):
            self.batch.lost_texts += 1
        else:
            texts = np.array([text], dtype=object)
            self.batch.texts.append(Texts(j, kind, np.array([0]), texts))

    def _evidence(self, code: str, j: int, parts: Mapping[str, list[Entry]]) -> None:
        claimed = 0 < self.batch.said[0, j] <= STEPS
        there = any(t.question == j and t.kind == "evidence" for t in self.batch.texts)
        if claimed and not there:
            first = next(iter(parts.values()))[0]
            say_no_evidence(self.tell, code, first.place(self.tell), ())

    def _verified(self, j: int, entry: Entry, good: bool) -> None:
        tell = self.tell
        self.batch.checked[0, j] = ACCEPTED
        level = level_of(entry.text)
        if not good:
            return
        if entry.formula or level < 0:
            self.batch.checked[0, j] = REFUSED
            self._word(entry, tuple(str(n) for n in range(STEPS + 1)))
        elif not self.batch.asked[0, j]:
            self.batch.checked[0, j] = REFUSED
            tell.refuse("not asked", quoted(entry.text), tell.tr("no answer there"),
                        tell.tr("fill in the workbook of the right agency"),
                        place=entry.place(tell), answers=1)  # fmt: skip
        elif "verifier" not in self.cover:
            self.batch.checked[0, j] = REFUSED
            tell.refuse("no verifier", tell.tr("a verified level, and nobody who verified"),
                        tell.tr("the position of the one who verified, on the cover"),
                        tell.tr("fill it in, or empty the verified levels"), place=entry.place(tell),
                        answers=1)  # fmt: skip
        else:
            self.batch.verified[0, j] = level


def _is_answer(parts: Mapping[str, list[Entry]]) -> bool:
    return any(part in parts for part in PARTS[: STEPS + 1])
