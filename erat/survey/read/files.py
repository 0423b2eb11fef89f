"""The files of an import: what each is by its content, whether it can be read, what it holds."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from erat.index.xlsx import UnreadableError, XlsxFile
from erat.locale import Language
from erat.survey.judge import judge
from erat.survey.judged import Judged
from erat.survey.read.export import Row, read_export, sheet_rows, text_rows
from erat.survey.read.remarks import Remarks, clean_name, quoted
from erat.survey.read.server import COUNTED
from erat.survey.read.workbook import IDENTITY, read_workbook
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
    """A file, what is to be said of it by a name that can be shown, the SHA-256 of its bytes (empty
    if it cannot be read) and its answers (None if none can be read). ``counted``: what the office
    can have decided of submissions that count.
    """

    path: Path
    in_folder: bool
    remarks: Remarks
    kind: Kind = "unreadable"
    digest: str = ""
    judged: Judged | None = None
    counted: Sequence[str] = COUNTED

    @property
    def name(self) -> str:
        """The name it is shown by."""
        return self.remarks.file


def list_files(
    paths: Sequence[Path], lang: Language, counted: Sequence[str] = COUNTED
) -> list[AnswerFile]:
    """List files, and all files and links in folders, by name. Files of one name are shown by their
    path; those given twice are listed once. ``counted``: the submissions that count.
    """
    listed: dict[Path, tuple[Path, bool, str]] = {}
    for path in paths:
        in_folder = path.is_dir()
        inside = (one for one in path.rglob("*") if one.is_symlink() or not one.is_dir())
        for one in sorted(inside) if in_folder else [path]:
            name = clean_name(one.relative_to(path).as_posix() if in_folder else path.name)
            listed[one.absolute()] = one, in_folder, name
    names = [name for _, _, name in listed.values()]
    files: dict[str, AnswerFile] = {}
    for path, in_folder, short in listed.values():
        name = short if names.count(short) == 1 else clean_name(path.as_posix())
        number = 2
        while name in files:
            name, number = f"{short} ({number})", number + 1
        files[name] = AnswerFile(path, in_folder, Remarks(name, lang), counted=counted)
    return [files[name] for name in sorted(files)]


def read_file(file: AnswerFile, units: SubUnits) -> None:
    """Read one file and judge its answers. Whatever is wrong becomes a remark, never an error."""
    path, remarks = file.path, file.remarks
    if file.in_folder and path.is_symlink():
        remarks.say("link")
        return
    hidden = path.name.startswith((".", "~$"))
    if file.in_folder and (hidden or path.suffix.lower() not in SUFFIXES):
        remarks.say("not read")
        file.kind = "not read"
        return
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadableError("no file")
        with path.open("rb") as opened:
            file.digest = hashlib.file_digest(opened, "sha256").hexdigest()
        file.kind, file.judged = _read(file, units)
        return
    except UnreadableError as error:
        cause, detail = error.cause, error.detail
    except FileNotFoundError:
        cause, detail = "not there", ""
    except (OSError, ValueError) as error:
        cause, detail = "unreadable", quoted(str(error))
    except MemoryError:
        cause, detail = "too large", "memory"
    remarks.say(f"{cause}.{detail}", detail=detail)


def _read(file: AnswerFile, units: SubUnits) -> tuple[Kind, Judged | None]:
    with file.path.open("rb") as opened:
        start = opened.read(1 << 16)
    if start.startswith(b"PK\x03\x04"):
        with XlsxFile.open(file.path) as book:
            return _read_book(book, file, units)
    other = next((kind for magic, kind in MAGIC.items() if start.startswith(magic)), "")
    if other:
        locked = other == "ole" and _has_package(file.path)
        raise UnreadableError("encrypted" if locked else "other kind", other)
    if start.startswith(b"PK"):
        raise UnreadableError("broken zip", "no file in the archive")
    if start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"<", b"{", b"["):
        raise UnreadableError("other kind", "markup")
    return "csv export", _judge_export(text_rows(file.path, file.remarks), file, units)


def _has_package(path: Path) -> bool:
    """Whether an old container holds an encrypted workbook."""
    with path.open("rb") as file:
        return "EncryptedPackage".encode("utf-16-le") in file.read(10_000_000)


def _read_book(book: XlsxFile, file: AnswerFile, units: SubUnits) -> tuple[Kind, Judged | None]:
    names, remarks = [sheet.name for sheet in book.sheets], file.remarks
    if {"survey", "choices", "settings"} <= {*names}:
        remarks.say("form")
        return "form", None
    if IDENTITY in names:
        table = read_workbook(book, units.instrument, remarks)
        judged = judge(table, units, remarks, file.digest, file.counted)
        if not judged.answers:
            remarks.say("no answers.workbook")
        return "workbook", judged
    exported = _judge_export(sheet_rows(book, book.sheets[0]), file, units)
    if len(names) > 1:
        others = ", ".join(clean_name(name)[:40] for name in names[1:6])
        remarks.say("other sheets", names=others)
    return "xlsx export", exported


def _judge_export(rows: Iterator[Row], file: AnswerFile, units: SubUnits) -> Judged | None:
    pieces = []
    for table in read_export(rows, units.instrument, file.remarks):
        # below a header that cannot be read, rows are refused without a word of their own
        remarks = file.remarks if table.readable else Remarks(file.name, file.remarks.lang)
        piece = judge(table, units, remarks, file.digest, file.counted)
        if not table.readable:
            piece.refuse_rows(np.ones(len(piece.rows), dtype=bool))
            piece.drop_texts()
        pieces.append(piece)
    return Judged.below(pieces) if pieces else None
