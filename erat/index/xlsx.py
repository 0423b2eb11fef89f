"""Reading workbooks (xlsx) that come from anywhere: texts only, within limits, never a formula.

Cells and shared texts are read piece by piece. Nothing is unpacked to disk, no entity resolved.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import Self
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils import column_index_from_string

FORMULA = "\x00"
"""Put before a cell of a workbook that holds a formula; no file can have it otherwise."""
MOST_BYTES = 60_000_000
"""Of a workbook's file."""
MOST_UNPACKED = 400_000_000
"""Of all its parts, unpacked."""
MOST_RATIO = 250
"""Unpacked to packed, for a part of more than :data:`RATIO_FROM` bytes; real sheets reach 40."""
RATIO_FROM = 10_000_000
MOST_PARTS = 2_000
PIECE = 1 << 16
MOST_ROWS, MOST_COLUMNS = 200_000, 4_000
MOST_CELL = 1_000_000
"""Characters of a formula that are kept."""
_ADDRESS = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, EOFError, RuntimeError)
"""What the archive raises for parts that cannot be read."""


class UnreadableError(Exception):
    """A file cannot be read: the cause in a word or two, which readers put into sentences."""

    def __init__(self, cause: str, detail: str = "") -> None:
        super().__init__(cause, detail)
        self.cause, self.detail = cause, detail


@dataclass
class SheetRow:
    """A row of a sheet: its number, whether it is hidden, its filled cells by column from 0, and of
    those that a program stored as numbers the style.
    """

    number: int
    hidden: bool
    cells: dict[int, str]
    styles: dict[int, str] = field(default_factory=dict, compare=False)


@dataclass
class SheetInfo:
    """A sheet of a workbook, and after its rows were read the ranges of its merged cells."""

    name: str
    state: str
    part: str
    merged: list[str] = field(default_factory=list)


class XlsxFile:
    """A workbook in an archive; :meth:`open` opens one."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self._check_parts()
        self._check_kind()
        self.sheets = self._sheets()
        self.texts = self._texts()

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Self]:
        """Open a workbook; UnreadableError if it is none, is damaged, too large or encrypted, or
        holds macros or links.
        """
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise UnreadableError("too large", f"{size:,} bytes")
        try:
            archive = zipfile.ZipFile(path)
        except (*_BROKEN, ValueError) as error:
            raise UnreadableError("broken zip", str(error)) from None
        with archive:
            yield cls(archive)

    def _check_parts(self) -> None:
        parts = self.archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise UnreadableError("zip bomb")
        if len({part.filename for part in parts}) < len(parts):
            raise UnreadableError("parts twice")
        for part in parts:
            if part.flag_bits & 1:
                raise UnreadableError("encrypted")
            if part.file_size > max(RATIO_FROM, MOST_RATIO * max(part.compress_size, 1)):
                raise UnreadableError("zip bomb")
            if "\\" in part.filename or part.filename.startswith("/") or ".." in part.filename:
                raise UnreadableError("path in zip", repr(part.filename[:60]))

    def _check_kind(self) -> None:
        names = self.archive.namelist()
        if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
            known = {
                "mimetype": "ods", "word/document.xml": "docx", "ppt/presentation.xml": "pptx",
                "xl/workbook.bin": "xlsb",
            }  # fmt: skip
            kind = next((kind for name, kind in known.items() if name in names), "zip")
            raise UnreadableError("other zip", kind)
        lower = [name.lower() for name in names]
        macros = ("xl/macrosheets", "xl/activex")
        links = ("xl/externallinks/", "xl/querytables")
        if b"macroEnabled" in b"".join(self._pieces("[Content_Types].xml", 5_000_000)) or any(
            "vbaproject" in name or name.startswith(macros) for name in lower
        ):
            raise UnreadableError("macros")
        if any(name == "xl/connections.xml" or name.startswith(links) for name in lower):
            raise UnreadableError("external links")

    def _pieces(self, part: str, most: int = MOST_UNPACKED) -> Iterator[bytes]:
        left = most
        try:
            with self.archive.open(part) as file:
                while piece := file.read(PIECE):
                    left -= len(piece)
                    if left < 0:
                        raise UnreadableError("zip bomb")
                    yield piece
        except KeyError:
            raise UnreadableError("part missing", repr(part[:60])) from None
        except _BROKEN as error:
            raise UnreadableError("broken zip", str(error)) from None

    def _sheets(self) -> list[SheetInfo]:
        related = elements(self._pieces("xl/_rels/workbook.xml.rels", 5_000_000))
        targets = {
            attributes.get("Id", ""): attributes.get("Target", "")
            for tag, attributes, _ in related
            if tag == "Relationship"
        }
        sheets = []
        for tag, attributes, _ in elements(self._pieces("xl/workbook.xml", 20_000_000)):
            key = next((key for name, key in attributes.items() if _local(name) == "id"), "")
            target = targets.get(key, "")
            part = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
            if tag == "sheet" and "worksheets/" in part:
                name, state = attributes.get("name", ""), attributes.get("state", "visible")
                sheets.append(SheetInfo(name, state, part))
        if not sheets:
            raise UnreadableError("no sheet")
        return sheets

    def _texts(self) -> list[str]:
        """Read the table of shared texts: runs are joined, phonetic hints are left out."""
        names = {part.lower(): part for part in self.archive.namelist()}
        if "xl/sharedstrings.xml" not in names:
            return []
        texts: list[str] = []
        runs: list[str] = []
        hint = False
        for tag, _, text in elements(self._pieces(names["xl/sharedstrings.xml"])):
            if tag in ("rPh", "/rPh"):
                hint = tag == "rPh"
            elif tag == "/t" and not hint:
                runs.append(text)
            elif tag == "/si":
                texts.append("".join(runs))
                runs = []
        return texts

    @cached_property
    def date_styles(self) -> frozenset[str]:
        """Styles in which a number is shown as a date or a time."""
        if "xl/styles.xml" not in self.archive.namelist():
            return frozenset()
        formats: dict[str, str] = {str(key): text for key, text in BUILTIN_FORMATS.items()}
        styles: list[str] = []
        inside = False
        for tag, attributes, _ in elements(self._pieces("xl/styles.xml", 20_000_000)):
            if tag == "numFmt":
                formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
            elif tag in ("cellXfs", "/cellXfs"):
                inside = tag == "cellXfs"
            elif tag == "xf" and inside:
                styles.append(attributes.get("numFmtId", ""))
        dates = (i for i, key in enumerate(styles) if is_date_format(formats.get(key, "")))
        return frozenset(map(str, dates))

    def rows(self, sheet: SheetInfo) -> Iterator[SheetRow]:
        """Give the rows of a sheet that hold anything, in the order of the file."""
        row, column, kind, style, seen = SheetRow(0, False, {}), -1, "", "", 0
        parts: dict[str, list[str]] = {}
        for tag, attributes, text in elements(self._pieces(sheet.part)):
            match tag:
                case "row":
                    row, column, seen = _row(attributes, row.number, seen), -1, seen + 1
                case "c":
                    column, kind, parts = _column(attributes, column), attributes.get("t", "n"), {}
                    style = attributes.get("s", "0")
                case "/f" | "/v" | "/t":
                    parts.setdefault(tag, []).append(text)
                case "/c":
                    if shown := self._shown(kind, parts):
                        row.cells[column] = shown
                        row.styles |= {column: style} if kind == "n" else {}
                case "/row":
                    if row.cells:
                        yield row
                    row = SheetRow(row.number, False, {})
                case "mergeCell" if len(sheet.merged) < MOST_ROWS:
                    sheet.merged.append(attributes.get("ref", ""))

    def _shown(self, kind: str, parts: Mapping[str, list[str]]) -> str:
        """Return what a cell shows; of a formula its text, marked, and never its value."""
        if "/f" in parts:
            return f"{FORMULA}={''.join(parts['/f'])[:MOST_CELL]}"
        value = "".join([*parts.get("/v", ()), *parts.get("/t", ())])
        if kind == "s":
            place = int(value) if value.isascii() and value.isdigit() else -1
            if not 0 <= place < len(self.texts):
                raise UnreadableError("broken xml", f"no shared text {value[:20]!r}")
            return self.texts[place]
        return _number(value) if kind == "n" else value


def _row(attributes: Mapping[str, str], last: int, seen: int) -> SheetRow:
    if seen >= MOST_ROWS:
        raise UnreadableError("too many rows", f"{MOST_ROWS:,}")
    number = attributes.get("r", "")
    place = int(number) if number.isascii() and number.isdigit() else last + 1
    return SheetRow(place, attributes.get("hidden", "0") in ("1", "true"), {})


def _column(attributes: Mapping[str, str], last: int) -> int:
    match = _ADDRESS.fullmatch(attributes.get("r", ""))
    column = column_index_from_string(match[1]) - 1 if match else last + 1
    if column >= MOST_COLUMNS:
        raise UnreadableError("too many columns", f"{MOST_COLUMNS:,}")
    return column


def _number(text: str) -> str:
    """Return a number as it is shown: whole numbers without a decimal point."""
    try:
        value = float(text)
    except ValueError:
        return text
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else text


@lru_cache(maxsize=256)
def _local(tag: str) -> str:
    return tag.rpartition(" ")[2]


def elements(pieces: Iterable[bytes]) -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield each start of an element (tag without namespace, attributes, no text) and each end
    (``/tag``, nothing, text before it); document types, and with them entities, are refused.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    events: list[tuple[str, dict[str, str], str]] = []
    texts: list[str] = []
    nothing: dict[str, str] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        texts.clear()
        events.append((_local(tag), attributes, ""))

    def end(tag: str) -> None:
        events.append((f"/{_local(tag)}", nothing, "".join(texts)))
        texts.clear()

    def refuse(*_: object) -> None:
        raise UnreadableError("entities")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = texts.append
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    for piece in chain(pieces, [None]):
        try:
            parser.Parse(piece or b"", piece is None)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise UnreadableError("broken xml", str(error)) from None
        yield from events
        events.clear()
