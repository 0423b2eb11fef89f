"""The files of an import: what each is by its content, whether it can be read, what it holds."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from erat.locale import Language
from erat.survey.judge import Judged, judge
from erat.survey.read.export import Table, csv_table, csv_text, read_rows, sheet_table
from erat.survey.read.header import read_header, say_columns, usable
from erat.survey.read.remarks import Remarks, UnreadableError, clean_name, quoted
from erat.survey.read.workbook import is_questionnaire, read_workbook
from erat.survey.read.xlsx import XlsxFile
from erat.survey.units import SubUnits

Kind = Literal["csv export", "xlsx export", "workbook", "form", "unreadable", "not read"]

MAGIC = {
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "ole", b"%PDF": "pdf", b"\x89PNG": "png",
    b"\xff\xd8\xff": "jpeg", b"\x1f\x8b": "gzip", b"7z\xbc\xaf": "7z", b"Rar!": "rar",
    b"{\\rtf": "rtf", b"GIF8": "gif", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"PAR1": "parquet",
    b"SQLite format 3": "sqlite", b"MZ": "program", b"\x7fELF": "program",
}  # fmt: skip
"""First bytes of files that hold no answers, and what they are."""
SUFFIXES = {".csv", ".xlsx", ".xlsm", ".xls", ".ods", ".tsv", ".txt", ".xlsb"}
"""Of files that are looked into, if they lie in a folder."""


@dataclass
class AnswerFile:
    """What one file gave.

    Parameters
    ----------
    name
        Its name, as it can be shown; the path below the folder that was given.
    kind
        What it is.
    remarks
        What was refused and noted.
    digest
        SHA-256 of its bytes; empty if it cannot be read.
    judged
        Its answers; None if there are none that can be read.
    """

    name: str
    kind: Kind
    remarks: Remarks
    digest: str = ""
    judged: Judged | None = None


@dataclass(frozen=True)
class Listed:
    """A file to read: its path, the name it is shown by, and whether it lay in a folder."""

    path: Path
    name: str
    in_folder: bool


def list_files(paths: Sequence[Path]) -> list[Listed]:
    """List the files of what was given, by name: files, and every file and link in a folder.

    Files of one name are shown by the path they were given by; those given twice are read once.
    """
    listed: dict[Path, Listed] = {}
    for path in paths:
        if path.is_dir():
            for one in sorted(
                one for one in path.rglob("*") if one.is_symlink() or not one.is_dir()
            ):
                name = clean_name(one.relative_to(path).as_posix())
                listed[one.absolute()] = Listed(one, name, True)
        else:
            listed[path.absolute()] = Listed(path, clean_name(path.name), False)
    names = [item.name for item in listed.values()]
    named: dict[str, Listed] = {}
    for item in listed.values():
        name = item.name if names.count(item.name) == 1 else clean_name(item.path.as_posix())
        number = 2
        while name in named:
            name, number = f"{item.name} ({number})", number + 1
        named[name] = Listed(item.path, name, item.in_folder)
    return sorted(named.values(), key=lambda one: one.name)


def read_file(listed: Listed, units: SubUnits, lang: Language) -> AnswerFile:
    """Read one file and judge its answers. Whatever is wrong becomes a remark, never an error."""
    path, remarks = listed.path, Remarks(listed.name, lang)
    if listed.in_folder and path.is_symlink():
        remarks.say("link")
        return AnswerFile(listed.name, "unreadable", remarks)
    hidden = path.name.startswith((".", "~$"))
    if listed.in_folder and (hidden or path.suffix.lower() not in SUFFIXES):
        remarks.say("not read")
        return AnswerFile(listed.name, "not read", remarks)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadableError("no file")
        return _read(path, units, remarks)
    except UnreadableError as error:
        wrong = error
    except FileNotFoundError:
        wrong = UnreadableError("not there")
    except (OSError, ValueError) as error:
        wrong = UnreadableError("unreadable", quoted(str(error)))
    except MemoryError:
        wrong = UnreadableError("too large", "memory")
    remarks.say(f"{wrong.cause}.{wrong.detail}", detail=wrong.detail)
    return AnswerFile(listed.name, "unreadable", remarks, _digest(path))


def _digest(path: Path) -> str:
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _read(path: Path, units: SubUnits, remarks: Remarks) -> AnswerFile:
    with path.open("rb") as file:
        start = file.read(1 << 16)
    digest = _digest(path)
    if start.startswith(b"PK\x03\x04"):
        with XlsxFile(path) as book:
            kind, judged = _read_book(book, units, remarks, digest)
        return AnswerFile(remarks.file, kind, remarks, digest, judged)
    for magic, other in MAGIC.items():
        if start.startswith(magic):
            locked = other == "ole" and _has_package(path)
            raise UnreadableError("encrypted" if locked else "other kind", other)
    if start.startswith(b"PK"):
        raise UnreadableError("broken zip", "no file in the archive")
    if start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"<", b"{", b"["):
        raise UnreadableError("other kind", "markup")
    judged = _read_table(csv_table(csv_text(path)), units, remarks, digest)
    return AnswerFile(remarks.file, "csv export", remarks, digest, judged)


def _has_package(path: Path) -> bool:
    """Whether an old container holds an encrypted workbook."""
    with path.open("rb") as file:
        return "EncryptedPackage".encode("utf-16-le") in file.read(10_000_000)


def _read_book(
    book: XlsxFile, units: SubUnits, remarks: Remarks, digest: str
) -> tuple[Kind, Judged | None]:
    names = [sheet.name for sheet in book.sheets]
    if {"survey", "choices", "settings"} <= {*names}:
        remarks.say("form")
        return "form", None
    if is_questionnaire(book):
        judged = judge(read_workbook(book, units.instrument, remarks), units, remarks, digest)
        if not judged.answers:
            remarks.say("no answers.workbook")
        return "workbook", judged
    exported = _read_table(sheet_table(book, book.sheets[0]), units, remarks, digest)
    if len(names) > 1:
        others = ", ".join(clean_name(name)[:40] for name in names[1:6])
        remarks.say("other sheets", names=others)
    return "xlsx export", exported


def _read_table(table: Table, units: SubUnits, remarks: Remarks, digest: str) -> Judged | None:
    header = read_header(table.names, units.instrument)
    readable = usable(header, table.names, remarks)
    if not header.known:
        return None
    say_columns(header, units.instrument, remarks)
    said = remarks if readable else Remarks(remarks.file, remarks.lang)
    pieces = []
    for rows in table.pieces:
        given = read_rows(rows, header, units.instrument, remarks.lang)
        piece = judge(given, units, said, digest)
        if not readable:
            piece.refuse_rows(np.ones(len(piece.rows), dtype=bool))
            piece.drop_texts()
        pieces.append(piece)
    if not pieces:
        remarks.say("no answers.export")
    return Judged.below(pieces) if pieces else None
