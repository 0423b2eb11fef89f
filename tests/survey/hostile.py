"""Damaged and hostile files of answers, made for the tests: a hundred ways to be wrong."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import replace
from typing import Any

import numpy as np

from erat.survey.units import SubUnits
from tests.survey.exports_of import csv_of, header, rows_of
from tests.survey.hostile_books import books, keys, layouts, sheets
from tests.survey.hostile_made import PARTS, Case, Maker, archive


def hostile(units: SubUnits) -> list[Case]:
    """All cases."""
    make = Maker(units)
    for some in (_no_tables, _texts, _archives, _xml, _headers, _rows, _who, _answers, _doubles,
                 _free_texts, sheets, books, keys, layouts):  # fmt: skip
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
    make.add("utf16.csv", right.encode("utf-16")[:-1], "refused", "not UTF-8")
    latin = right.replace("Kepala", "Kepalá").encode("latin-1")
    mixed = latin + "Kepalá".encode()
    make.add("latin.csv", mixed, "refused", "not UTF-8, first in row 2")
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
    make.add(
        "open.xlsx",
        archive({"mimetype": b"x", "content.xml": b""}),
        "refused",
        "OpenDocument (ods)",
    )
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

    wide = ",".join(f"c{number}" for number in range(4_001))
    make.add("wide.csv", wide, "refused", "more than 4,000 columns")
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
    place = next(i for i, name in enumerate(names) if name.endswith(f"/{make.second}"))
    renamed = [*names[:place], f"pertanyaan {make.second} (baru)", *names[place + 1 :]]
    make.add("renamed.csv", csv_of(renamed, rows()), "refused", "answers to 'pertanyaan", make.n,
             make.n - 1)  # fmt: skip
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
        other[names.index("_id")] = str(zlib.crc32(name.encode()))
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
