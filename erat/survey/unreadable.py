"""What is said of a file that cannot be read at all."""

from __future__ import annotations

from collections.abc import Callable

from erat.survey.remarks import Teller, quoted
from erat.survey.sheetparts import UnreadableError

Texts = tuple[str, str, str]


def say_unreadable(error: UnreadableError, tell: Teller) -> None:
    """Refuse a file whole, and say why and what to do."""
    words = _of_files(tell) | _of_texts(tell) | _of_workbooks(tell)
    make = words.get(error.cause, words["unreadable"])
    found, expected, remedy = make(error.detail)
    tell.refuse(error.cause, found, expected, remedy)


def _of_files(tell: Teller) -> dict[str, Callable[[str], Texts]]:
    tr = tell.tr
    ours = tr("an export of the form of e-RAT, or a filled workbook (xlsx)")
    again = tr("send the file again, as the form or the workbook gave it")
    kinds = {
        "ole": tr("an old workbook (xls) or another old document"), "pdf": tr("a PDF"),
        "markup": tr("a web page, XML or JSON"), "program": tr("a program"),
    }  # fmt: skip
    return {
        "not there": lambda _: (tr("no such file"), ours, tr("check the path")),
        "no file": lambda _: (tr("no ordinary file"), ours, tr("name a file or a folder")),
        "link": lambda _: (tr("a link to another place"), ours,
                           tr("put the file itself into the folder, or name it by its path")),
        "empty": lambda _: (tr("an empty file"), ours, again),
        "unreadable": lambda detail: (
            tr("a file that cannot be read ({detail})", detail=quoted(detail)), ours, again),
        "too large": lambda detail: (
            tr("a file that is too large ({detail})", detail=detail), tr("a file of usual size"),
            tr("export by province, or by month")),
        "other kind": lambda kind: (
            kinds.get(kind, tr("a file of another kind ({kind})", kind=kind)), ours,
            tr("save or export it as xlsx or CSV")),
        "other zip": lambda kind: (
            tr("an archive ({kind})", kind=kind) if kind == "zip"
            else tr("a document of another kind ({kind})", kind=kind), ours,
            tr("unpack the archive, and give the files in it") if kind == "zip"
            else tr("save or export it as xlsx or CSV")),
    }  # fmt: skip


def _of_texts(tell: Teller) -> dict[str, Callable[[str], Texts]]:
    tr = tell.tr
    utf8 = tr("text in UTF-8")
    save = tr("export again; if a spreadsheet saved it, choose CSV UTF-8")
    return {
        "utf-16": lambda _: (tr("text in UTF-16"), utf8, save),
        "nul": lambda row: (tr("a NUL byte in row {row}", row=row), utf8,
                            tr("the file is damaged: export it again")),
        "encoding": lambda detail: (
            tr("bytes that are not UTF-8, first in row {row}", row=detail.partition(":")[0]), utf8,
            save),
        "csv": lambda detail: (
            tr("quotation marks or line ends that do not fit, from row {row} on",
               row=detail.partition(":")[0]),
            tr("cells parted by commas or semicolons, quoted where needed"),
            tr("export it again; do not edit the file as a text")),
    }  # fmt: skip


def _of_workbooks(tell: Teller) -> dict[str, Callable[[str], Texts]]:
    tr = tell.tr
    book = tr("a workbook (xlsx) that can be read")
    damaged = tr("the file is damaged: open and save it again, or ask for another copy")
    suspect = tr("do not open it; ask the sender for the file that was made")
    broken = tr("a damaged workbook")
    return {
        "broken zip": lambda _: (broken, book, damaged),
        "broken xml": lambda _: (broken, book, damaged),
        "part missing": lambda part: (
            tr("a workbook without its part {part}", part=quoted(part)), book, damaged),
        "parts twice": lambda _: (tr("a workbook with parts of one name"), book, suspect),
        "no sheet": lambda _: (tr("a workbook without a sheet"), book, damaged),
        "encrypted": lambda _: (tr("a workbook with a password"), tr("a workbook without one"),
                                tr("take the password away, and save it again as xlsx")),
        "macros": lambda _: (tr("a workbook with macros"), tr("a workbook without macros"),
                             tr("save it as xlsx; macros are never run")),
        "external links": lambda _: (
            tr("a workbook with links to other files"), tr("a workbook that stands alone"),
            tr("break the links, write the values, and save it again")),
        "entities": lambda _: (tr("a workbook with declarations that no spreadsheet writes"), book,
                               suspect),
        "zip bomb": lambda _: (tr("a workbook that unpacks to a very large size"), book, suspect),
        "path in zip": lambda name: (
            tr("a path in the archive that leads elsewhere: {name}", name=quoted(name)), book,
            suspect),
        "too many rows": lambda most: (tr("more than {most} rows", most=most), book,
                                       tr("export by province, or delete the empty rows")),
        "too many columns": lambda most: (tr("more than {most} columns", most=most), book,
                                          tr("export again; do not add columns")),
    }  # fmt: skip
