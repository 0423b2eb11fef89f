"""Reading workbooks (xlsx) that come from anywhere: texts only, within limits, never a formula.

A workbook is a zip archive of XML files. Only the sheets' cells and the table of texts are read,
piece by piece; nothing is unpacked to the disk, no entity is resolved, no formula is evaluated.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from xml.parsers import expat

from erat.survey.read.remarks import UnreadableError, quoted

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

_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")

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
            raise UnreadableError("zip bomb")
        names = [part.filename for part in parts]
        if len(set(names)) < len(names):
            raise UnreadableError("parts twice")
        for part in parts:
            if part.flag_bits & 1:
                raise UnreadableError("encrypted")
            large = part.file_size > RATIO_FROM
            if large and part.file_size > MOST_RATIO * max(part.compress_size, 1):
                raise UnreadableError("zip bomb")
            if "\\" in part.filename or part.filename.startswith("/") or ".." in part.filename:
                raise UnreadableError("path in zip", quoted(part.filename))
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
        macros = ("xl/macrosheets", "xl/activex")
        links = ("xl/externallinks/", "xl/querytables")
        if b"macroEnabled" in types or any(
            "vbaproject" in name or name.startswith(macros) for name in lower
        ):
            raise UnreadableError("macros")
        if any(name == "xl/connections.xml" or name.startswith(links) for name in lower):
            raise UnreadableError("external links")

    def _part(self, name: str, most: int) -> bytes:
        try:
            with self.archive.open(name) as file:
                data = file.read(most + 1)
        except KeyError:
            raise UnreadableError("part missing", quoted(name)) from None
        except _BROKEN as error:
            raise UnreadableError("broken zip", str(error)) from None
        if len(data) > most:
            raise UnreadableError("zip bomb")
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
        listed = []
        for name, state, key in sheets:
            target = targets.get(key, "")
            part = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
            if "worksheets/" in part:
                listed.append(SheetInfo(name, state, posixpath.normpath(part)))
        if not listed:
            raise UnreadableError("no sheet")
        return listed

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
                while piece := file.read(PIECE):
                    yield piece
        except KeyError:
            raise UnreadableError("part missing", quoted(part)) from None
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


class Formula(str):
    """A cell that holds a formula; its text is the formula, and its value is not read."""

    __slots__ = ()


@dataclass
class SheetRow:
    """A row of a sheet: its number, whether it is hidden, and its filled cells by column from 0."""

    number: int
    hidden: bool
    cells: dict[int, str]


class XmlReader:
    """An XML reader that refuses document types, and with them entities of any kind."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.CharacterDataHandler = self._data

    def feed(self, data: bytes, *, last: bool = False) -> None:
        """Read the next piece."""
        try:
            self.parser.Parse(data, last)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise UnreadableError("broken xml", str(error)) from None

    def _refuse(self, *_: object) -> None:
        raise UnreadableError("entities")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take an element's start; a reader overrides what it has to see."""

    def _end(self, tag: str) -> None:
        """Take an element's end."""

    def _data(self, data: str) -> None:
        """Take a piece of text."""


def read_starts(data: bytes, take: Callable[[str, dict[str, str]], None]) -> None:
    """Call ``take`` with every element's name and attributes, without their namespaces."""

    class Starts(XmlReader):
        def _start(self, tag: str, attributes: dict[str, str]) -> None:
            local = {_local(key): value for key, value in attributes.items()}
            take(_local(tag), local)

    Starts().feed(data, last=True)


def _local(tag: str) -> str:
    return tag.rpartition(" ")[2]


class TextReader(XmlReader):
    """The table of shared texts: runs are joined, phonetic hints are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.parts: list[str] = []
        self.inside = self.hint = False

    def _start(self, tag: str, _: dict[str, str]) -> None:
        tag = _local(tag)
        if tag == "si":
            self.parts = []
        elif tag == "rPh":
            self.hint = True
        elif tag == "t" and not self.hint:
            self.inside = True

    def _end(self, tag: str) -> None:
        tag = _local(tag)
        if tag == "t":
            self.inside = False
        elif tag == "rPh":
            self.hint = False
        elif tag == "si":
            self.texts.append("".join(self.parts))

    def _data(self, data: str) -> None:
        if self.inside:
            self.parts.append(data)


class RowReader(XmlReader):
    """The rows of one sheet."""

    def __init__(self, texts: list[str]) -> None:
        super().__init__()
        self.shared = texts
        self.ready: list[SheetRow] = []
        self.merged: list[str] = []
        self.row: SheetRow | None = None
        self.number = self.column = -1
        self.kind = ""
        self.value: list[str] = []
        self.formula: list[str] | None = None
        self.into: list[str] | None = None
        self.seen = 0

    def taken(self) -> list[SheetRow]:
        """Hand over the rows that are whole."""
        ready, self.ready = self.ready, []
        return ready

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = _local(tag)
        if tag == "row":
            self._start_row(attributes)
        elif tag == "c":
            self._start_cell(attributes)
        elif tag == "f":
            self.formula = self.into = []
        elif tag in ("v", "t"):
            self.into = self.value
        elif tag == "mergeCell" and len(self.merged) < MOST_ROWS:
            self.merged.append(attributes.get("ref", ""))

    def _start_row(self, attributes: dict[str, str]) -> None:
        given = attributes.get("r", "")
        self.number = int(given) if given.isascii() and given.isdigit() else max(self.number, 0) + 1
        self.seen += 1
        if self.seen > MOST_ROWS:
            raise UnreadableError("too many rows", f"{MOST_ROWS:,}")
        hidden = attributes.get("hidden", "0") in ("1", "true")
        self.row = SheetRow(self.number, hidden, {})
        self.column = -1

    def _start_cell(self, attributes: dict[str, str]) -> None:
        match = _CELL.fullmatch(attributes.get("r", ""))
        self.column = _column(match.group(1)) if match else self.column + 1
        if self.column >= MOST_COLUMNS:
            raise UnreadableError("too many columns", f"{MOST_COLUMNS:,}")
        self.kind, self.value, self.formula = attributes.get("t", "n"), [], None

    def _end(self, tag: str) -> None:
        tag = _local(tag)
        if tag in ("f", "v", "t"):
            self.into = None
        elif tag == "c" and self.row is not None:
            text = self._text()
            if text:
                self.row.cells[self.column] = text
        elif tag == "row" and self.row is not None:
            if self.row.cells:
                self.ready.append(self.row)
            self.row = None

    def _text(self) -> str:
        if self.formula is not None:
            return Formula("=" + "".join(self.formula)[:MOST_CELL])
        value = "".join(self.value)
        if self.kind == "s":
            place = int(value) if value.isascii() and value.isdigit() else -1
            if not 0 <= place < len(self.shared):
                raise UnreadableError("broken xml", f"no shared text {value[:20]!r}")
            return self.shared[place]
        return _number(value) if self.kind == "n" else value

    def _data(self, data: str) -> None:
        if self.into is not None:
            self.into.append(data)


def _number(text: str) -> str:
    """Return a number as it is shown: whole numbers without a decimal point."""
    try:
        value = float(text)
    except ValueError:
        return text
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else text


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def cell_name(column: int, row: int) -> str:
    """Name a cell as a spreadsheet does.

    Examples
    --------
    >>> cell_name(0, 1), cell_name(27, 12)
    ('A1', 'AB12')
    """
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"
