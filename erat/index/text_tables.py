"""From the bytes of a file to a table of text, telling everything that is wrong on the way."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from erat.errors import listing
from erat.index.faults import Finding, finding
from erat.indonesia.schemas import Table

_SAVE = "save the file as CSV in UTF-8 without BOM"


@dataclass
class Loaded:
    """A table as text; the index of ``frame`` is the line of the file.

    ``bad`` holds, for each column, the lines whose cell was refused; later checks leave them out.
    """

    table: Table
    frame: pd.DataFrame
    findings: list[Finding] = field(default_factory=list)
    bad: dict[str, set[int]] = field(default_factory=dict)

    def rows(self, *columns: str) -> pd.DataFrame:
        """Return the rows whose cells in ``columns`` can be trusted (none if one is missing)."""
        if any(column not in self.frame.columns for column in columns):
            return pd.DataFrame(columns=list(columns), dtype=str)
        lines = set().union(*(self.bad.get(column, set()) for column in columns))
        return self.frame[~self.frame.index.isin(lines)] if lines else self.frame


def load(folder: Path, table: Table) -> Loaded:
    """Read one file of ``folder``; a file that cannot be used gives an empty table."""
    where = table.file
    try:
        data = (folder / where).read_bytes()
    except OSError as error:
        reason = "no such file" if isinstance(error, FileNotFoundError) else error.strerror
        remedy = f"put the file {where} into the folder of raw tables"
        return _nothing(table, [finding(where, "file", reason, "a readable CSV file", remedy)])
    if not data.strip():
        remedy = f"restore the file; its columns are {', '.join(table.columns)}"
        expected = "a header and rows"
        return _nothing(table, [finding(where, "file", "an empty file", expected, remedy)])
    text, findings = decode(data, where)
    return parse(text, table, findings)


def _nothing(table: Table, findings: list[Finding]) -> Loaded:
    return Loaded(table, pd.DataFrame(index=pd.Index([], dtype=int)), findings)


def decode(data: bytes, where: str) -> tuple[str, list[Finding]]:
    """Decode the bytes; what is not plain UTF-8 is said, and read as well as can be."""
    findings: list[Finding] = []

    def say(cause: str, found: str, expected: str, remedy: str, row: int | None = None) -> None:
        findings.append(finding(where, cause, found, expected, remedy, row=row))

    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        say("encoding", "text in UTF-16", "text in UTF-8", _SAVE)
        return data.decode("utf-16", errors="replace"), findings
    if data.startswith(b"\xef\xbb\xbf"):
        say("bom", "a byte order mark (BOM) at the start", "the header at once", _SAVE, 1)
        data = data[3:]
    if b"\x00" in data:
        row = data[: data.index(b"\x00")].count(b"\n") + 1
        say("nul", "a NUL byte", "text in UTF-8", "the file is damaged: restore it", row)
        data = data.replace(b"\x00", b"")
    try:
        return data.decode("utf-8"), findings
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        found = f"the byte 0x{data[error.start]:02x}, which is not UTF-8 (Latin-1, perhaps)"
        say("encoding", found, "text in UTF-8", _SAVE, row)
        return data.decode("latin-1"), findings


def rows_of(text: str, where: str, findings: list[Finding]) -> tuple[list[int], list[list[str]]]:
    """Split a text into rows of cells; the first list holds the line that each row begins in."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[int] = []
    rows: list[list[str]] = []
    last = 0
    try:
        for row in reader:
            lines.append(last + 1)
            rows.append(row)
            last = reader.line_num
    except csv.Error as error:
        remedy = "correct the quotation marks or line ends there; what follows was not read"
        expected = "cells parted by commas, quoted where needed"
        findings.append(finding(where, "csv", error, expected, remedy, row=last + 1))
    return lines, rows


def parse(text: str, table: Table, findings: list[Finding]) -> Loaded:
    """Read the text of a file into a table of texts; ``findings`` are those made so far."""
    where = table.file
    lines, rows = rows_of(text, where, findings)
    header, lines, rows = (rows or [[]])[0], lines[1:], rows[1:]
    if not _header_is_usable(header, table, findings):
        return _nothing(table, findings)
    kept = [i for i, row in enumerate(rows) if fits(row, header, lines[i], where, findings)]
    if not kept:
        found = "a header and no rows" if not rows else "no row that can be read"
        findings.append(finding(where, "rows", found, "at least one row", "restore the rows"))
    index = pd.Index([lines[i] for i in kept], dtype=int)
    frame = pd.DataFrame([rows[i] for i in kept], columns=header, index=index, dtype=object)
    return Loaded(table, frame, findings)


def _header_is_usable(header: list[str], table: Table, findings: list[Finding]) -> bool:
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        found = f"the column {listing(twice)} more than once"
        remedy = "keep one of them"
        expected = "every column once"
        findings.append(finding(table.file, "header", found, expected, remedy, row=1))
        return False
    if not set(header) & set(table.columns):
        found = repr(",".join(header)[:80])
        expected = f"the header {','.join(table.columns)}"
        remedy = "put the header into the first line, cells parted by commas"
        findings.append(finding(table.file, "header", found, expected, remedy, row=1))
        return False
    return True


def fits(row: list[str], header: list[str], line: int, where: str, out: list[Finding]) -> bool:
    """Say whether a row has as many cells as the header, and if not what is wrong with it."""
    if len(row) == len(header):
        return True
    few = len(row) < len(header)
    found = f"{len(row)} cells" if row else "an empty line"
    remedy = (
        "a cell is missing: add its comma, or remove the line"
        if few
        else "put a text with commas into quotation marks; use a point, not a comma, for decimals"
    )
    out.append(finding(where, f"cells {few}", found, f"{len(header)} cells", remedy, row=line))
    return False
