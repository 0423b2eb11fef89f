"""Raw tables as text: reading a file, and telling everything that is wrong on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from erat.errors import listing
from erat.index.cell_problems import Finding, finding
from erat.index.tables import decode, fits, rows_of
from erat.indonesia.schemas import Table


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
