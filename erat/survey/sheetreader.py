"""Reading workbooks (xlsx) that come from anywhere: texts only, within limits, never a formula.

A workbook is a zip archive of XML files. Only the sheets' cells and the table of texts are read,
piece by piece; nothing is unpacked to the disk, no entity is resolved, no formula is evaluated.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Self

from erat.survey.sheetparts import RowReader, SheetRow, TextReader, UnreadableError, read_starts

MOST_BYTES = 60_000_000
"""Of a workbook's file."""
MOST_UNPACKED = 400_000_000
"""Of all its parts, unpacked."""
MOST_RATIO = 250
"""Unpacked to packed, for a part of more than :data:`RATIO_FROM` bytes; real sheets reach 40."""
RATIO_FROM = 10_000_000
MOST_PARTS = 2_000
PIECE = 1 << 16

_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, EOFError, RuntimeError)
"""What the archive raises for parts that cannot be read."""


@dataclass
class SheetInfo:
    """A sheet of a workbook, and after its rows were read the ranges of its merged cells."""

    name: str
    state: str
    part: str
    merged: list[str] = field(default_factory=list)


class XlsxFile:
    """A workbook, open to be read; close it, or use it in a ``with`` statement.

    Raises
    ------
    UnreadableError
        If it is no workbook, is damaged, too large, encrypted, or holds macros or links.
    """

    def __init__(self, path: Path) -> None:
        if path.stat().st_size > MOST_BYTES:
            raise UnreadableError("too large", f"{path.stat().st_size:,} bytes")
        try:
            self.archive = zipfile.ZipFile(path)
        except (*_BROKEN, ValueError) as error:
            raise UnreadableError("broken zip", str(error)) from None
        try:
            self._check()
            self.sheets = self._sheets()
            self.texts = self._texts()
        except BaseException:
            self.archive.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.archive.close()

    def _check(self) -> None:
        parts = self.archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise UnreadableError(
                "zip bomb", f"{sum(part.file_size for part in parts):,} bytes unpacked"
            )
        names = [part.filename for part in parts]
        if len(set(names)) < len(names):
            raise UnreadableError("parts twice")
        for part in parts:
            if part.flag_bits & 1:
                raise UnreadableError("encrypted")
            large = part.file_size > RATIO_FROM
            if large and part.file_size > MOST_RATIO * max(part.compress_size, 1):
                raise UnreadableError(
                    "zip bomb", f"{part.file_size:,} bytes in {part.compress_size:,}"
                )
            if "\\" in part.filename or part.filename.startswith("/") or ".." in part.filename:
                raise UnreadableError("path in zip", part.filename)
        self._check_kind(names)

    def _check_kind(self, names: list[str]) -> None:
        lower = [name.lower() for name in names]
        if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
            known = {
                "mimetype": "ods", "word/document.xml": "docx", "ppt/presentation.xml": "pptx",
                "xl/workbook.bin": "xlsb",
            }  # fmt: skip
            kind = next((kind for name, kind in known.items() if name in names), "zip")
            raise UnreadableError("other zip", kind)
        types = self._part("[Content_Types].xml", 5_000_000)
        macros = [
            n for n in lower if "vbaproject" in n or n.startswith(("xl/macrosheets", "xl/activex"))
        ]
        if macros or b"macroEnabled" in types:
            raise UnreadableError("macros")
        if any(name.startswith("xl/externallinks/") for name in lower):
            raise UnreadableError("external links")
        if any(
            name in ("xl/connections.xml",) or name.startswith("xl/querytables") for name in lower
        ):
            raise UnreadableError("external links")

    def _part(self, name: str, most: int) -> bytes:
        try:
            with self.archive.open(name) as file:
                data = file.read(most + 1)
        except KeyError:
            raise UnreadableError("part missing", name) from None
        except _BROKEN as error:
            raise UnreadableError("broken zip", str(error)) from None
        if len(data) > most:
            raise UnreadableError("zip bomb", name)
        return data

    def _sheets(self) -> list[SheetInfo]:
        targets: dict[str, str] = {}
        sheets: list[tuple[str, str, str]] = []

        def relation(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship":
                targets[attributes.get("Id", "")] = attributes.get("Target", "")

        def sheet(tag: str, attributes: dict[str, str]) -> None:
            if tag == "sheet":
                name, state = attributes.get("name", ""), attributes.get("state", "visible")
                sheets.append((name, state, attributes.get("id", "")))

        read_starts(self._part("xl/_rels/workbook.xml.rels", 5_000_000), relation)
        read_starts(self._part("xl/workbook.xml", 20_000_000), sheet)
        found = []
        for name, state, key in sheets:
            target = targets.get(key, "")
            part = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
            if "worksheets/" in part:
                found.append(SheetInfo(name, state, posixpath.normpath(part)))
        if not found:
            raise UnreadableError("no sheet")
        return found

    def _texts(self) -> list[str]:
        names = {part.lower(): part for part in self.archive.namelist()}
        part = names.get("xl/sharedstrings.xml")
        if part is None:
            return []
        reader = TextReader()
        for piece in self._pieces(part):
            reader.feed(piece)
        reader.feed(b"", last=True)
        return reader.texts

    def _pieces(self, part: str) -> Iterator[bytes]:
        try:
            with self.archive.open(part) as file:
                yield from _read_pieces(file)
        except KeyError:
            raise UnreadableError("part missing", part) from None
        except _BROKEN as error:
            raise UnreadableError("broken zip", str(error)) from None

    def rows(self, sheet: SheetInfo) -> Iterator[SheetRow]:
        """Give the rows of a sheet that hold anything, in the order of the file."""
        reader = RowReader(self.texts)
        for piece in self._pieces(sheet.part):
            reader.feed(piece)
            yield from reader.taken()
        reader.feed(b"", last=True)
        yield from reader.taken()
        sheet.merged = reader.merged


def _read_pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece
