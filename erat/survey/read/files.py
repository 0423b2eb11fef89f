"""The files of an import: what each is by its content, whether it can be read, what it holds."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from erat.locale import Language
from erat.survey.judge import Judged, judge
from erat.survey.read.export import Row, csv_rows, read_export, sheet_rows
from erat.survey.read.remarks import Remarks, UnreadableError, clean_name, quoted
from erat.survey.read.workbook import IDENTITY, read_workbook
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
    """A file by a name that can be shown: what is to be said of it, the SHA-256 of its bytes (empty
    if it cannot be read) and its answers (None if none can be read).
    """

    name: str
    remarks: Remarks
    kind: Kind = "unreadable"
    digest: str = ""
    judged: Judged | None = None


class Listed(NamedTuple):
    """A file to read: its path, the name it is shown by, and whether it lay in a folder."""

    path: Path
    name: str
    in_folder: bool


def list_files(paths: Sequence[Path]) -> list[Listed]:
    """List files, and all files and links in folders, by name. Files of one name are shown by their
    path; those given twice are listed once.
    """
    listed: dict[Path, Listed] = {}
    for path in paths:
        in_folder = path.is_dir()
        inside = (one for one in path.rglob("*") if one.is_symlink() or not one.is_dir())
        for one in sorted(inside) if in_folder else [path]:
            name = one.relative_to(path).as_posix() if in_folder else path.name
            listed[one.absolute()] = Listed(one, clean_name(name), in_folder)
    names = [item.name for item in listed.values()]
    named: dict[str, Listed] = {}
    for item in listed.values():
        name = item.name if names.count(item.name) == 1 else clean_name(item.path.as_posix())
        number = 2
        while name in named:
            name, number = f"{item.name} ({number})", number + 1
        named[name] = item._replace(name=name)
    return sorted(named.values(), key=lambda one: one.name)


def read_file(listed: Listed, units: SubUnits, lang: Language) -> AnswerFile:
    """Read one file and judge its answers. Whatever is wrong becomes a remark, never an error."""
    path, remarks = listed.path, Remarks(listed.name, lang)
    file = AnswerFile(listed.name, remarks)
    if listed.in_folder and path.is_symlink():
        remarks.say("link")
        return file
    hidden = path.name.startswith((".", "~$"))
    if listed.in_folder and (hidden or path.suffix.lower() not in SUFFIXES):
        remarks.say("not read")
        file.kind = "not read"
        return file
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadableError("no file")
        with path.open("rb") as opened:
            file.digest = hashlib.file_digest(opened, "sha256").hexdigest()
        file.kind, file.judged = _read(path, units, remarks, file.digest)
        return file
    except UnreadableError as error:
        cause, detail = error.cause, error.detail
    except FileNotFoundError:
        cause, detail = "not there", ""
    except (OSError, ValueError) as error:
        cause, detail = "unreadable", quoted(str(error))
    except MemoryError:
        cause, detail = "too large", "memory"
    remarks.say(f"{cause}.{detail}", detail=detail)
    return file


def _read(path: Path, units: SubUnits, remarks: Remarks, digest: str) -> tuple[Kind, Judged | None]:
    with path.open("rb") as file:
        start = file.read(1 << 16)
    if start.startswith(b"PK\x03\x04"):
        with XlsxFile.open(path) as book:
            return _read_book(book, units, remarks, digest)
    other = next((kind for magic, kind in MAGIC.items() if start.startswith(magic)), "")
    if other:
        locked = other == "ole" and _has_package(path)
        raise UnreadableError("encrypted" if locked else "other kind", other)
    if start.startswith(b"PK"):
        raise UnreadableError("broken zip", "no file in the archive")
    if start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"<", b"{", b"["):
        raise UnreadableError("other kind", "markup")
    return "csv export", _judge_export(csv_rows(path), units, remarks, digest)


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
    if IDENTITY in names:
        judged = judge(read_workbook(book, units.instrument, remarks), units, remarks, digest)
        if not judged.answers:
            remarks.say("no answers.workbook")
        return "workbook", judged
    exported = _judge_export(sheet_rows(book, book.sheets[0]), units, remarks, digest)
    if len(names) > 1:
        others = ", ".join(clean_name(name)[:40] for name in names[1:6])
        remarks.say("other sheets", names=others)
    return "xlsx export", exported


def _judge_export(
    rows: Iterator[Row], units: SubUnits, remarks: Remarks, digest: str
) -> Judged | None:
    pieces = []
    for table in read_export(rows, units.instrument, remarks):
        # below a header that cannot be read, rows are refused without a word of their own
        of_rows = remarks if table.readable else Remarks(remarks.file, remarks.lang)
        piece = judge(table, units, of_rows, digest)
        if not table.readable:
            piece.refuse_rows(np.ones(len(piece.rows), dtype=bool))
            piece.drop_texts()
        pieces.append(piece)
    return Judged.below(pieces) if pieces else None
