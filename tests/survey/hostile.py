"""Damaged and hostile files of answers, made for the tests: a hundred ways to be wrong."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import openpyxl

from erat.locale import Language
from erat.survey.forms import FormBook
from erat.survey.units import SubUnits
from tests.survey.exports_of import Submission, csv_of, export, full, header, rows_of

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


def hostile(units: SubUnits) -> list[Case]:
    """All cases."""
    make = Maker(units)
    for some in (_no_tables, _texts, _archives, _xml, _headers, _rows, _who, _answers, _doubles,
                 _free_texts, _sheets, _books, _more_books):  # fmt: skip
        some(make)
    return make.cases


def _no_tables(make: Maker) -> None:
    kinds = [
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "of another kind (png)"),
        ("photo.xlsx", b"\xff\xd8\xff\xe0" + b"\x00" * 50, "of another kind (jpeg)"),
        ("letter.csv", b"%PDF-1.7\n", "a PDF"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "an old workbook (xls)"),
        ("page.csv", b"<!DOCTYPE html><html><script>alert(1)</script></html>", "a web page"),
        ("page.xlsx", b"<html><table><tr><td>1</td></tr></table></html>", "a web page"),
        ("answers.json.csv", b'{"RMP1a": "s1"}', "a web page, XML or JSON"),
        ("program.xlsx", b"MZ\x90\x00", "a program"),
        ("packed.csv", b"\x1f\x8b\x08\x00", "of another kind (gzip)"),
        ("rar.xlsx", b"Rar!\x1a\x07\x00", "of another kind (rar)"),
        ("seven.xlsx", b"7z\xbc\xaf\x27\x1c", "of another kind (7z)"),
        ("text.csv", b"{\\rtf1 hello}", "of another kind (rtf)"),
        ("base.csv", b"SQLite format 3\x00", "of another kind (sqlite)"),
        ("empty.csv", b"", "an empty file"),
        ("empty.xlsx", b"", "an empty file"),
        ("blank.csv", b"\xef\xbb\xbf\r\n\r\n  \r\n", "an empty file"),
    ]
    for name, data, says in kinds:
        make.add(name, data, "refused", says)
    package = "EncryptedPackage".encode("utf-16-le")
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + package
    make.add("password.xlsx", locked, "refused", "with a password")


def _texts(make: Maker) -> None:
    right = make.export(make.submission())
    noise = np.random.default_rng(1)
    make.add("noise.csv", noise.bytes(3000), "refused", "NUL byte")
    bright = noise.integers(128, 256, 900, dtype=np.uint8).tobytes()
    make.add("noise.xlsx", bright, "refused", "not UTF-8")
    make.add("utf16.csv", right.encode("utf-16"), "refused", "UTF-16")
    latin = right.replace("Kepala", "Kepalá").encode("latin-1")
    make.add("latin.csv", latin, "refused", "not UTF-8, first in row 2")
    make.add("nul.csv", right.replace("Kepala", "Ke\x00pala"), "refused", "a NUL byte in row 2")
    make.add("quote.csv", right + '"an open quote, and then', "refused", "quotation marks")
    make.add("inner.csv", right.replace("Kepala", '"Ke"pa"la'), "refused", "from row 2 on")
    huge = make.submission(comments={make.first: "x" * 5_100_000})
    make.add("field.csv", make.export(huge), "refused", "from row 2 on")


def _archives(make: Maker) -> None:
    book = make.book()
    make.add("half.xlsx", book[: len(book) // 2], "refused", "a damaged workbook")
    make.add("magic.xlsx", b"PK\x03\x04", "refused", "a damaged workbook")
    make.add("nothing.xlsx", archive({}), "refused", "a damaged workbook")
    spoiled = bytearray(book)
    for place in range(len(book) // 3, len(book) // 3 + 40):
        spoiled[place] ^= 0x55
    make.add("spoiled.xlsx", bytes(spoiled), "refused", "a damaged workbook")
    make.add(
        "many.zip.xlsx", archive({"a.csv": b"1", "b.csv": b"2"}), "refused", "an archive (zip)"
    )
    make.add("letter.xlsx", archive({"word/document.xml": b"<a/>"}), "refused", "(docx)")
    make.add("open.xlsx", archive({"mimetype": b"x", "content.xml": b""}), "refused", "(ods)")
    make.add("binary.xlsx", archive({"xl/workbook.bin": b"x"}), "refused", "(xlsb)")
    make.parts("macro.xlsx", "with macros", {"xl/vbaProject.bin": b"x"})
    types = zipfile.ZipFile(io.BytesIO(book)).read(PARTS["types"])
    enabled = types.replace(b"spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main")
    make.parts("enabled.xlsx", "with macros", {PARTS["types"]: enabled})
    make.parts(
        "linked.xlsx", "links to other files", {"xl/externalLinks/externalLink1.xml": b"<a/>"}
    )
    make.parts("connected.xlsx", "links to other files", {"xl/connections.xml": b"<a/>"})
    make.parts("path.xlsx", "leads elsewhere", {"../../../etc/cron.d/x": b"x"})
    make.parts("absolute.xlsx", "leads elsewhere", {"/etc/passwd": b"x"})
    make.parts("bomb.xlsx", "very large size", {PARTS["sheet"]: b" " * 60_000_000})
    make.parts("parts.xlsx", "very large size", {f"xl/media/{n}.png": b"" for n in range(2001)})
    entry = b"PK\x01\x02\x14\x03\x14\x00"
    locked = book.replace(entry + b"\x00", entry + b"\x01")
    make.add("locked.xlsx", locked, "refused", "with a password")


def _xml(make: Maker) -> None:
    laughs = (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]>'
        b"<worksheet><sheetData><row><c><v>&c;</v></c></row></sheetData></worksheet>"
    )
    outside = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><worksheet>&b;</worksheet>'
    make.parts("laughs.xlsx", "no spreadsheet writes", {PARTS["sheet"]: laughs})
    make.parts("outside.xlsx", "no spreadsheet writes", {PARTS["sheet"]: outside})
    make.parts("shared.xlsx", "no spreadsheet writes", {PARTS["texts"]: laughs})
    make.parts("cut.xlsx", "a damaged workbook", {PARTS["sheet"]: b"<worksheet><sheetData><row>"})
    make.parts("binary sheet.xlsx", "a damaged workbook", {PARTS["sheet"]: b"\x00\x01\x02"})
    wrong = b'<worksheet><sheetData><row><c t="s"><v>999999</v></c></row></sheetData></worksheet>'
    make.parts("index.xlsx", "a damaged workbook", {PARTS["sheet"]: wrong})
    make.parts("no sheet.xlsx", "without its part", {PARTS["sheet"]: None})
    make.parts("no rels.xlsx", "without its part", {PARTS["rels"]: None})
    make.parts("no pages.xlsx", "without a sheet", {PARTS["book"]: b"<workbook/>"})
    rows = b"<worksheet><sheetData>" + b"<row/>" * 200_001 + b"</sheetData></worksheet>"
    make.parts("rows.xlsx", "more than 200,000 rows", {PARTS["sheet"]: rows})
    wide = b'<worksheet><sheetData><row><c r="ZZZ1"><v>1</v></c></row></sheetData></worksheet>'
    make.parts("columns.xlsx", "more than 4,000 columns", {PARTS["sheet"]: wide})
    coded = b'<?xml version="1.0" encoding="x-none"?><worksheet/>'
    make.parts("coding.xlsx", "a damaged workbook", {PARTS["sheet"]: coded})


def _headers(make: Maker) -> None:
    names = header(make.units.instrument)

    def rows() -> list[list[str]]:
        return rows_of([make.submission()], names, make.units)

    def without(column: str) -> str:
        j = names.index(column)
        return csv_of(names[:j] + names[j + 1 :], [row[:j] + row[j + 1 :] for row in rows()])

    def twice(column: str) -> str:
        j = next(i for i, name in enumerate(names) if name.split("/")[-1] == column)
        return csv_of([*names, names[j]], [[*row, row[j]] for row in rows()])

    make.add("budget.csv", "kode;uraian;jumlah\n1;belanja;2\n", "refused", "no export of this")
    instrument = make.units.instrument
    labels = [f"{q.code}. {q.text_id}" for q in instrument.questions]
    make.add("labels.csv", csv_of(labels, [["Ya"] * len(labels)]), "refused", "XML values")
    make.add("no version.csv", without("instrument_version"), "refused",
             "no column instrument_version", make.n)  # fmt: skip
    make.add("no government.csv", without("government"), "refused", "no column government", make.n)
    make.add("two governments.csv", twice("government"), "refused", "government twice", make.n)
    make.add("two columns.csv", twice(make.first), "refused", f"more than one column for {make.first}",
             make.n, make.n - 1)  # fmt: skip
    make.add("header.csv", csv_of(names, []), "noted", "a header and no rows")
    make.add(
        "who.csv",
        csv_of(names[:12], [row[:12] for row in rows()]),
        "refused",
        "no column of a question",
    )
    stray = csv_of([*names, "RMP/RMP1/RMP9z"], [[*row, "s1"] for row in rows()])
    make.add("stray.csv", stray, "refused", "answers to 'RMP/RMP1/RMP9z'", make.n + 1, make.n)
    own = csv_of([*names, "our remark"], [[*row, "ok"] for row in rows()])
    make.add("own.csv", own, "noted", "columns that are not read: 'our remark'", make.n, make.n)
    sheet = csv_of(["RMP1a.1", "1", "Ada daftar", "ya"], [["RMP1a.2", "2", "Ada peta", "ya"]])
    make.add("sheet.csv", sheet, "refused", "a sheet of a workbook, saved as CSV")


def _rows(make: Maker) -> None:
    names = header(make.units.instrument)
    row = rows_of([make.submission()], names, make.units)[0]
    make.add(
        "long row.csv", csv_of(names, [[*row, "more"]]), "refused", "more or fewer cells", make.n
    )
    make.add("short row.csv", csv_of(names, [row[:-3]]), "refused", "more or fewer cells", make.n)


def _who(make: Maker) -> None:
    def one(name: str, says: str, **changes: Any) -> None:
        make.add(name, make.export(make.submission(**changes)), "refused", says, make.n)

    one("government.csv", "government '7299'", unit="7299.bpbd")
    one("country.csv", "government 'ID'", unit="ID.bpbd")
    one("agency.csv", "agency or partner 'bpdb'", unit="7201.bpdb")
    one("climbing.csv", "agency or partner '../../etc/passwd'", unit="7201.../../etc/passwd")
    one("tables.csv", "agency or partner 'x'; DROP TABLE", unit="7201.x'; DROP TABLE answers;--")
    one("endless.csv", "agency or partner 'aaaa", unit="7201." + "a" * 4000)
    one("version.csv", "version '0.9' of the instrument", version="0.9")
    one("no consent.csv", "consent was not given", consent="no")
    one("silent.csv", "'' as consent", consent="")
    one("consent.csv", "'=1' as consent", consent="=1")
    text = make.export(make.submission()).replace(",72,7201,", ",71,7201,")
    make.add("province.csv", text, "refused", "province '71'", make.n)
    text = make.export(make.submission()).replace(make.units.instrument.digest[:12], "abc")
    make.add("older texts.csv", text, "noted", "before the texts of the instrument changed",
             make.n, make.n)  # fmt: skip


def _answers(make: Maker) -> None:
    def one(name: str, ticked: str, says: str, severity: str = "refused", **form: Any) -> None:
        left = make.n - (severity == "refused")
        text = make.export(make.answered(make.first, ticked), **form)
        make.add(name, text, severity, says, make.n, left)

    one("scale.csv", "s9", "'s9'")
    one("number.csv", "3", "'3'")
    one("label.csv", "Ada daftar tertulis bahaya", "'Ada daftar")
    one("formula.csv", "=1+1", "'=1+1'")
    one("contradiction.csv", "s1 dk", "answer that excludes them")
    one("two alone.csv", "dk na", "answer that excludes them")
    one("skipped.csv", "s1 s3", "without an earlier one", "noted")
    asked_not = make.submission()
    answers = {**asked_not.answers, make.not_asked: "s1"}
    text = make.export(replace(asked_not, answers=answers))
    make.add("not asked.csv", text, "refused", "not asked it", make.n + 1, make.n)
    bare = make.export(make.submission(evidence={}))
    make.add("no evidence.csv", bare, "noted", "claimed without evidence", make.n, make.n)
    split = make.export(make.submission(), split=True)
    stem = f"{make.first}/s1"
    names = split.split("\r\n")[0].split(",")
    j = next(i for i, name in enumerate(names) if name.endswith(stem))
    lines = split.split("\r\n")
    cells = lines[1].split(",")
    for name, cell_text, says in (("disagree.csv", "0", "differs from the columns"),
                                  ("perhaps.csv", "perhaps", "'perhaps'")):  # fmt: skip
        other = [*cells[:j], cell_text, *cells[j + 1 :]]
        person = make.submission().person
        line = ",".join(other).replace(cells[10], person)
        make.add(name, "\r\n".join([lines[0], line, ""]), "refused", says, make.n, make.n - 1)
    verified = [
        "instrument_version",
        "consent",
        "government",
        "respondent",
        "RMP1a_verified",
        "_uuid",
    ]
    version = make.units.instrument.version
    nobody = csv_of(verified, [[version, "yes", "9471", "bpbd", "3", "v1"]])
    make.add("nobody.csv", nobody, "refused", "which has no answers in these files", 1)
    above = csv_of(verified, [[version, "yes", "7201", "bpbd", "7", "v2"]])
    make.add("above.csv", above, "refused", "a level from 0 to 5", 1)


def _doubles(make: Maker) -> None:
    one = make.submission(uuid="u1")
    other = replace(one, answers={**one.answers, make.first: "s1", make.second: "none"}, uuid="u2")
    says = f"another answer to {make.first}, {make.second} than in changed mind.csv, row"
    make.add("changed mind.csv", make.export(one, other), "refused", says, 2 * make.n, make.n - 2)
    same = make.submission(uuid="u3")
    make.add("twice.csv", make.export(same, replace(same, uuid="u4")), "noted",
             "stand also in twice.csv, row 2", 2 * make.n, make.n)  # fmt: skip
    mine = make.submission()
    says = f"another answer to {make.third} than in over two files"
    make.add("over two files a.csv", make.export(mine), "refused", f"{says} b.csv", make.n,
             make.n - 1)  # fmt: skip
    theirs = replace(mine, answers={**mine.answers, make.third: "na"})
    make.add("over two files b.csv", make.export(theirs), "refused", f"{says} a.csv", make.n)


def _free_texts(make: Maker) -> None:
    def one(name: str, text: str, says: str, severity: str = "noted") -> None:
        submission = make.submission(comments={make.second: text})
        make.add(name, make.export(submission), severity, says, make.n, make.n)

    one("essay.csv", "x" * 50_000, "a text of 50000 characters", "refused")
    one("bell.csv", "ring \x07 ring", "cannot be seen")
    one("backwards.csv", "abc \u202etxt.exe", "cannot be seen")
    one("hidden.csv", "zero\u200bwidth", "cannot be seen")
    one("command.csv", "=cmd|' /C calc'!A0", "begins like a formula")
    one("link.csv", '=HYPERLINK("http://example.org","see")', "begins like a formula")
    one("at.csv", "@SUM(1+1)*cmd|' /C calc'!A0", "begins like a formula")


def _sheets(make: Maker) -> None:
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


def _books(make: Maker) -> None:
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


def _more_books(make: Maker) -> None:
    def one(name: str, fill: Callable[[Any], None], severity: str, says: str,
            answers: int | None = None, left: int = 0) -> None:  # fmt: skip
        make.add(name, make.book(fill), severity, says, answers, left)

    def identity(row: int, value: str) -> Callable[[Any], None]:
        def fill(book: Any) -> None:
            book["_erat"].cell(row, 2).value = value

        return fill

    def keyed(key: str, new: str) -> Callable[[Any], None]:
        def fill(book: Any) -> None:
            found = cell(book, key)
            found.parent.cell(found.row, 1).value = new

        return fill

    n, first, second = make.n, make.first, make.second
    one("book version.xlsx", identity(2, "0.1"), "refused", "version '0.1'", n)
    one("book texts.xlsx", identity(3, "old"), "noted", "before the texts", n, n)
    one("book unit.xlsx", identity(4, "7299.bpbd"), "refused", "government '7299'", n)
    one("book code.xlsx", lambda book: setattr(cell(book, "code"), "value", "7202.bpbd"),
        "refused", "'7202.bpbd' on the cover", n)  # fmt: skip
    one("copied rows.xlsx", keyed(f"{second}.1", f"{first}.1"), "refused", f"rows of {first} twice",
        n, n - 1)  # fmt: skip
    one("other question.xlsx", keyed(f"{first}.1", "XYZ1a.1"), "refused", "an answer to 'XYZ1a'",
        n + 1, n)  # fmt: skip
    one("other agency.xlsx", keyed(f"{first}.1", f"{make.not_asked}.1"), "refused", "not asked it",
        n + 1, n)  # fmt: skip
    one("no identity.xlsx", lambda book: book.remove(book["_erat"]), "refused", "no export of this")

    def page(change: Callable[[Any], None]) -> Callable[[Any], None]:
        return lambda book: change(book.worksheets[1])

    hide = page(lambda p: setattr(p.row_dimensions[7], "hidden", True))
    one("hidden rows.xlsx", hide, "noted", "answers in hidden rows", n, n)
    one("merged.xlsx", page(lambda p: p.merge_cells("B1:C1")), "noted", "merged cells B1:C1", n, n)
    hidden = page(lambda p: setattr(p, "sheet_state", "hidden"))
    one("hidden sheet.xlsx", hidden, "noted", "a hidden sheet", n, n)
    blank = make.blank.bytes_for(make.units.all["7202.bpbd"])
    make.add("blank.xlsx", blank, "noted", "a workbook without an answer", 0, 0)
    sheets = openpyxl.Workbook()
    for name in ("survey", "choices", "settings"):
        sheets.create_sheet(name)
    make.add("form.xlsx", saved(sheets), "noted", "the form itself")
    same = make.book(person="a person of two files")
    make.add("copy 1.xlsx", same, "accepted", "", n, n)
    make.add("copy 2.xlsx", same, "noted", "stand also in copy 1.xlsx", n)
