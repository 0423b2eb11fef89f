"""Workbooks that were filled in wrongly, or changed by hand or by malice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import openpyxl

from tests.survey.exports_of import header, rows_of
from tests.survey.hostile_made import Maker, cell, saved


def sheets(make: Maker) -> None:
    """Exports as xlsx."""
    names = header(make.units.instrument)

    def book(fill: Callable[[Any, Any], None]) -> bytes:
        made = openpyxl.Workbook()
        page: Any = made.active
        page.append(names)
        page.append(rows_of([make.submission()], names, make.units)[0])
        fill(made, page)
        return saved(made)

    def at(column: str) -> int:
        return 1 + next(i for i, name in enumerate(names) if name.split("/")[-1] == column)

    def put(column: str, value: str) -> Callable[[Any, Any], None]:
        def fill(_: Any, page: Any) -> None:
            page.cell(2, at(column)).value = value

        return fill

    make.add("formula.xlsx", book(put(make.first, "=A1")), "refused", "a formula: '=A1'",
             make.n, make.n - 1)  # fmt: skip
    make.add("who formula.xlsx", book(put("government", "=7200+1")), "refused", "'=7200+1'", make.n)
    make.add("text formula.xlsx", book(put(f"{make.first}_evidence", '=WEBSERVICE("x")')), "refused",
             "formulas are never evaluated", make.n, make.n)  # fmt: skip
    more = book(lambda made, _: made.create_sheet("notes of ours"))
    make.add("two sheets.xlsx", more, "noted", "sheets that are not read: notes of ours",
             make.n, make.n)  # fmt: skip


def books(make: Maker) -> None:
    def one(name: str, key: str, value: object, says: str, severity: str = "refused",
            left: int | None = None, answers: int = 0) -> None:  # fmt: skip
        def fill(book: Any) -> None:
            cell(book, key).value = value

        refused = int(severity == "refused")
        kept = make.n - refused if left is None else left
        make.add(name, make.book(fill), severity, says, make.n + answers, kept)

    first = make.first
    one("step formula.xlsx", f"{first}.1", '=IF(1,"ya","tidak")', "a formula: '=IF(1")
    one("perhaps.xlsx", f"{first}.2", "mungkin", "'mungkin'; expected one of: ya, yes, tidak, no")
    one("number.xlsx", f"{first}.2", 7, "'7'")
    one("both.xlsx", f"{first}.all", "tidak tahu", "answer that excludes them")
    one("why.xlsx", f"{first}.all", "malas", "'malas'")
    one("skipped.xlsx", f"{first}.5", "ya", "a later step", "noted")
    one("unmarked.xlsx", "consent", None, "'' as consent", left=0)
    one("refuses.xlsx", "consent", "tidak", "consent was not given", left=0)
    one("nameless.xlsx", "respondent_id", None, "no initials or number", "noted")
    one("evidence.xlsx", f"{first}.evidence", "=1+1", "formulas are never evaluated", left=make.n)
    one("essay.xlsx", f"{first}.comment", "y" * 20_000, "a text of 20000 characters", left=make.n)
    one("bare.xlsx", f"{first}.evidence", None, "claimed without evidence", "noted")
    one("nobody.xlsx", f"{first}.verified", "3", "nobody who verified", left=make.n, answers=1)

    def above(book: Any) -> None:
        cell(book, "verifier").value = "Inspektur"
        cell(book, f"{first}.verified").value = 9

    make.add("above.xlsx", make.book(above), "refused", "'9'", make.n + 1, make.n)


def identity(row: int, value: str) -> Callable[[Any], None]:
    """Change a row of the hidden sheet."""

    def fill(book: Any) -> None:
        book["_erat"].cell(row, 2).value = value

    return fill


def keyed(key: str, new: str) -> Callable[[Any], None]:
    """Change the key of a row."""

    def fill(book: Any) -> None:
        found = cell(book, key)
        found.parent.cell(found.row, 1).value = new

    return fill


def page(change: Callable[[Any], None]) -> Callable[[Any], None]:
    """Change the first sheet of questions."""
    return lambda book: change(book.worksheets[1])


def keys(make: Maker) -> None:
    """What a workbook is found by: its hidden sheet, and the keys of its rows."""

    def one(name: str, fill: Callable[[Any], None], says: str, answers: int | None = None,
            left: int = 0, severity: str = "refused") -> None:  # fmt: skip
        make.add(name, make.book(fill), severity, says, answers, left)

    n, first, second = make.n, make.first, make.second
    one("book version.xlsx", identity(2, "0.1"), "version '0.1'", n)
    one("book texts.xlsx", identity(3, "old"), "before the texts", n, n, "noted")
    one("book unit.xlsx", identity(4, "7299.bpbd"), "government '7299'", n)
    one("book code.xlsx", lambda book: setattr(cell(book, "code"), "value", "7202.bpbd"),
        "'7202.bpbd' on the cover", n)  # fmt: skip
    one("copied rows.xlsx", keyed(f"{second}.1", f"{first}.1"), f"rows of {first} twice", n, n - 1)
    one("other question.xlsx", keyed(f"{first}.1", "XYZ1a.1"), "answer to 'XYZ1a'", n + 1, n)
    one("other agency.xlsx", keyed(f"{first}.1", f"{make.not_asked}.1"), "not asked it", n + 1, n)
    one("lost key.xlsx", keyed(f"{first}.1", "?"), "a row that has lost its key", n + 1, n)
    one("no identity.xlsx", lambda book: book.remove(book["_erat"]), "no export of this")


def layouts(make: Maker) -> None:
    """Workbooks whose layout was changed, and files that hold no answers or the same ones."""

    def one(name: str, fill: Callable[[Any], None], says: str, gone: int = 0) -> None:
        make.add(name, make.book(fill), "noted", says, make.n - gone, make.n - gone)

    hide = page(lambda p: setattr(p.row_dimensions[7], "hidden", True))
    one("hidden rows.xlsx", hide, "answers in hidden rows")
    one("merged.xlsx", page(lambda p: p.merge_cells("B1:C1")), "merged cells B1:C1")
    one("hidden sheet.xlsx", page(lambda p: setattr(p, "sheet_state", "hidden")), "a hidden sheet")
    last = make.units.instrument.dimensions[-1].indicators
    gone = sum(question.code in make.asked for item in last for question in item.questions)
    lose = f"no rows for {gone} questions"
    one("lost sheet.xlsx", lambda book: book.remove(book.worksheets[-2]), lose, gone)
    blank = make.blank.bytes_for(make.units.all["7202.bpbd"])
    make.add("blank.xlsx", blank, "noted", "a workbook without an answer", 0, 0)
    form = openpyxl.Workbook()
    for name in ("survey", "choices", "settings"):
        form.create_sheet(name)
    make.add("form.xlsx", saved(form), "noted", "the form itself")
    same = make.book(person="a person of two files")
    make.add("copy 1.xlsx", same, "accepted", "", make.n, make.n)
    make.add("copy 2.xlsx", same, "noted", "stand also in copy 1.xlsx", make.n)
