"""What hostile files are made of: right exports and workbooks, and ways to change them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import openpyxl

from erat.locale import Language
from erat.survey.forms.workbook import FormBook
from erat.survey.units import SubUnits
from tests.survey.exports_of import Submission, export, full

UNIT = "7201.bpbd"
PARTS = {
    "types": "[Content_Types].xml", "book": "xl/workbook.xml", "sheet": "xl/worksheets/sheet2.xml",
    "rels": "xl/_rels/workbook.xml.rels", "texts": "xl/sharedStrings.xml",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A file that is wrong: its name and bytes, and what is to be said of it.

    ``answers`` is how many answers it holds, None where they cannot be counted; ``left`` how many
    of them count all the same.
    """

    name: str
    data: bytes
    severity: str
    says: str
    answers: int | None = None
    left: int = 0


@dataclass
class Maker:
    """Makes the cases; every file is of a respondent of its own."""

    units: SubUnits
    cases: list[Case] = field(default_factory=list)

    def __post_init__(self) -> None:
        lang = Language("id")
        self.blank = FormBook(self.units.instrument, "bpbd", "regency", lang)
        self.asked = [q.code for q in self.units.instrument.asked("bpbd", "regency")]
        self.first, self.second, self.third = self.asked[:3]
        self.n = len(self.asked)
        self.not_asked = next(c for c in self.units.instrument.codes if c not in self.asked)

    # -- what files are made of

    def submission(self, **changes: Any) -> Submission:
        """A whole and right submission, with some changes."""
        return replace(full(UNIT, f"person {len(self.cases)}", self.units), **changes)

    def answered(self, code: str, ticked: str) -> Submission:
        """A submission in which one question is answered otherwise."""
        one = self.submission()
        return replace(one, answers={**one.answers, code: ticked})

    def export(self, *submissions: Submission, **form: Any) -> str:
        """An export of some submissions."""
        return export(submissions, self.units, **form)

    def book(self, fill: Callable[[Any], None] = lambda _: None, person: str = "") -> bytes:
        """A filled workbook, with changes made by ``fill``."""
        book = openpyxl.load_workbook(io.BytesIO(self.filled))
        cell(book, "respondent_id").value = person or f"person {len(self.cases)}"
        fill(book)
        return saved(book)

    @cached_property
    def filled(self) -> bytes:
        """A workbook that is filled in, whole and right."""
        book = openpyxl.load_workbook(io.BytesIO(self.blank.bytes_for(self.units.all[UNIT])))
        words = {"role": "Kepala", "consent": "ya"}
        for code in self.asked:
            words |= {f"{code}.{n}": "ya" if n < 3 else "tidak" for n in range(1, 6)}
            words[f"{code}.evidence"] = "SK 1"
        for page in book:
            for row in range(1, page.max_row + 1):
                if (key := page.cell(row, 1).value) in words:
                    page.cell(row, column_of(str(key))).value = words[str(key)]
        return saved(book)

    # -- cases

    def add(self, name: str, data: bytes | str, severity: str, says: str,
            answers: int | None = None, left: int = 0) -> None:  # fmt: skip
        """Add a case."""
        raw = data.encode() if isinstance(data, str) else data
        self.cases.append(Case(name, raw, severity, says, answers, left))

    def parts(self, name: str, says: str, changes: Mapping[str, bytes | None]) -> None:
        """Add a workbook whose parts were changed, added or (None) taken out; it is refused."""
        self.add(name, changed(self.book(), changes), "refused", says)


def column_of(key: str) -> int:
    """The column that is filled in beside a key."""
    return 4 if key.split(".")[-1] in {"1", "2", "3", "4", "5", "all", "verified"} else 3


def cell(book: Any, key: str) -> Any:
    """The cell to be filled in of a key."""
    for page in book:
        for (found,) in page.iter_rows(min_col=1, max_col=1):
            if found.value == key and page.title != "_erat":
                return page.cell(found.row, column_of(key))
    raise KeyError(key)


def saved(book: Any) -> bytes:
    """The bytes of a workbook."""
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def changed(data: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """A zip archive with other parts."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(result, "w", 8) as new:
        parts = {name: old.read(name) for name in old.namelist()}
        for name, part in {**parts, **changes}.items():
            if part is not None:
                new.writestr(name, part)
    return result.getvalue()


def archive(parts: Mapping[str, bytes]) -> bytes:
    """A zip archive."""
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", 8) as new:
        for name, part in parts.items():
            new.writestr(name, part)
    return result.getvalue()
