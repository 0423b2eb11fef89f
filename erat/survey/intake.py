"""Taking in one file: what it is by its content, whether it can be read, and what it holds."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from erat.survey.batch import Batch, Setting, joined
from erat.survey.exports import read_rows
from erat.survey.filled import is_questionnaire, read_filled
from erat.survey.headers import read_header, say_columns, usable
from erat.survey.remarks import Remark, Teller, clean_name
from erat.survey.sheetparts import UnreadableError
from erat.survey.sheetreader import XlsxFile
from erat.survey.tabular import Table, csv_table, csv_text, sheet_table
from erat.survey.unreadable import say_unreadable

Kind = Literal["csv export", "xlsx export", "workbook", "form", "unreadable", "not read"]

MAGIC = {
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "ole", b"%PDF": "pdf", b"\x89PNG": "png",
    b"\xff\xd8\xff": "jpeg", b"\x1f\x8b": "gzip", b"7z\xbc\xaf": "7z", b"Rar!": "rar",
    b"{\\rtf": "rtf", b"GIF8": "gif", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"PAR1": "parquet",
    b"SQLite format 3": "sqlite", b"MZ": "program", b"\x7fELF": "program",
}  # fmt: skip
"""First bytes of files that hold no answers, and what they are."""


@dataclass
class Intake:
    """What one file gave.

    Parameters
    ----------
    file
        Its name, as it can be shown; the path below the folder that was given.
    kind
        What it is.
    digest
        SHA-256 of its bytes; empty if it cannot be read.
    batch
        Its answers; None if there are none that can be read.
    remarks
        What was refused and noted.
    """

    file: str
    kind: Kind
    digest: str = ""
    batch: Batch | None = None
    remarks: list[Remark] = field(default_factory=list)


@dataclass(frozen=True)
class Given:
    """A file to read: its path, the name it is told by, and whether it was found in a folder."""

    path: Path
    name: str
    found: bool


def given_files(paths: Sequence[Path]) -> list[Given]:
    """List the files of what was given: files as they are, and every file and link in a folder."""
    listed: list[Given] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(one for one in path.rglob("*") if one.is_symlink() or not one.is_dir())
            listed += [
                Given(one, clean_name(one.relative_to(path).as_posix()), True) for one in inside
            ]
        else:
            listed.append(Given(path, clean_name(path.name), False))
    return _told_apart(listed)


def _told_apart(listed: Sequence[Given]) -> list[Given]:
    """Give files of one name the path they were given by, and drop those given twice."""
    unique = list({one.path.absolute(): one for one in listed}.values())
    names = [one.name for one in unique]
    result: list[Given] = []
    taken: set[str] = set()
    for one in unique:
        name = one.name if names.count(one.name) == 1 else clean_name(one.path.as_posix())
        number = 2
        while name in taken:
            name, number = f"{one.name} ({number})", number + 1
        taken.add(name)
        result.append(Given(one.path, name, one.found))
    return result


def take_in(given: Given, setting: Setting, tell: Teller) -> Intake:
    """Read one file. Whatever is wrong with it becomes a remark, never an error."""
    if given.found and given.path.is_symlink():
        say_unreadable(UnreadableError("link"), tell)
        return Intake(given.name, "unreadable", remarks=tell.remarks)
    if given.found and _skipped(given.path):
        tell.note("not read", tell.tr("a file that holds no answers"),
                  tell.tr("exports (csv, xlsx) and workbooks"), tell.tr("nothing"))  # fmt: skip
        return Intake(given.name, "not read", remarks=tell.remarks)
    try:
        if not stat.S_ISREG(given.path.stat().st_mode):
            raise UnreadableError("no file")
        return _read(given.path, setting, tell)
    except UnreadableError as error:
        say_unreadable(error, tell)
    except FileNotFoundError:
        say_unreadable(UnreadableError("not there"), tell)
    except (OSError, ValueError) as error:
        say_unreadable(UnreadableError("unreadable", str(error)), tell)
    except MemoryError:
        say_unreadable(UnreadableError("too large", "memory"), tell)
    return Intake(given.name, "unreadable", _digest(given.path), remarks=tell.remarks)


def _skipped(path: Path) -> bool:
    """Whether a file in a folder is nobody's answers: hidden, a lock, or of another kind."""
    return path.name.startswith((".", "~$")) or path.suffix.lower() not in {
        ".csv", ".xlsx", ".xlsm", ".xls", ".ods", ".tsv", ".txt", ".xlsb",
    }  # fmt: skip


def _digest(path: Path) -> str:
    try:
        if not path.is_file():
            return ""
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
        return digest.hexdigest()
    except OSError:
        return ""


def _read(path: Path, setting: Setting, tell: Teller) -> Intake:
    with path.open("rb") as file:
        start = file.read(1 << 16)
    digest = _digest(path)
    if start.startswith(b"PK\x03\x04"):
        with XlsxFile(path) as book:
            return _read_book(book, setting, tell, digest)
    for magic, kind in MAGIC.items():
        if start.startswith(magic):
            locked = kind == "ole" and _has_package(path)
            raise UnreadableError("encrypted" if locked else "other kind", kind)
    if start.startswith((b"PK\x05\x06", b"PK")):
        raise UnreadableError("broken zip", "no file in the archive")
    if start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"<", b"{", b"["):
        raise UnreadableError("other kind", "markup")
    batch = _read_table(csv_table(csv_text(path)), setting, tell, digest)
    return Intake(tell.file, "csv export", digest, batch, tell.remarks)


def _has_package(path: Path) -> bool:
    """Whether an old container holds an encrypted workbook."""
    with path.open("rb") as file:
        return "EncryptedPackage".encode("utf-16-le") in file.read(10_000_000)


def _read_book(book: XlsxFile, setting: Setting, tell: Teller, digest: str) -> Intake:
    names = {sheet.name for sheet in book.sheets}
    if {"survey", "choices", "settings"} <= names:
        tell.note("form", tell.tr("the form itself, with no answers in it"), tell.tr("answers"),
                  tell.tr("put it on the server; import what the server exports"))  # fmt: skip
        return Intake(tell.file, "form", digest, remarks=tell.remarks)
    if is_questionnaire(book):
        batch = read_filled(book, setting, tell, digest)
        if not batch.found:
            tell.note("no answers", tell.tr("a workbook without an answer"), tell.tr("answers"),
                      tell.tr("nothing, if it was not filled in yet"))  # fmt: skip
        return Intake(tell.file, "workbook", digest, batch, tell.remarks)
    sheet = book.sheets[0]
    read = _read_table(sheet_table(book, sheet), setting, tell, digest)
    if len(book.sheets) > 1:
        others = ", ".join(clean_name(other.name)[:40] for other in book.sheets[1:6])
        tell.note("other sheets", tell.tr("sheets that are not read: {names}", names=others),
                  tell.tr("one sheet, as the server exports it"),
                  tell.tr("give other tables in files of their own"))  # fmt: skip
    return Intake(tell.file, "xlsx export", digest, read, tell.remarks)


def _read_table(table: Table, setting: Setting, tell: Teller, digest: str) -> Batch | None:
    header = read_header(table.names, setting.instrument)
    readable = usable(header, table.names, tell)
    if not header.known:
        if readable:
            tell.refuse("no questions", tell.tr("no column of a question"), tell.tr("answers"),
                        tell.tr("export all columns of the form; leave none out"))  # fmt: skip
        return None
    say_columns(header, setting.instrument, tell)
    kept = tell if readable else Teller(tell.file, tell.lang)
    parts = []
    for rows in table.pieces:
        part = read_rows(rows, header, setting, kept, digest)
        if not readable:
            part.refuse_rows(np.ones(len(part.rows), dtype=bool))
            part.rows["unit"] = ""
            part.drop_texts()
        parts.append(part)
    if not parts:
        tell.note("no answers", tell.tr("a header and no rows"), tell.tr("answers"),
                  tell.tr("nothing, if nobody answered yet"))  # fmt: skip
    return joined(parts) if parts else None
