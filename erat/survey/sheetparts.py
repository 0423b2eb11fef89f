"""The XML parts of a workbook, read piece by piece: shared texts, and the rows of a sheet."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from xml.parsers import expat

MOST_ROWS, MOST_COLUMNS = 200_000, 4_000
MOST_CELL = 1_000_000
"""Characters of a formula that are kept."""

_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class UnreadableError(Exception):
    """A file cannot be read. Carries a code of the cause, and a detail to quote."""

    def __init__(self, cause: str, detail: str = "") -> None:
        self.cause = cause
        self.detail = detail
        super().__init__(cause, detail)


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
