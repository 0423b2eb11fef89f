"""Raw tables as text: reading a file, and holding its cells, keys and references to its columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from erat.errors import listing, nearest, nearest_or
from erat.index.cell_problems import Finding, finding
from erat.index.rows import Rows, decode, fits, rows_of
from erat.indonesia.schemas import Table


@dataclass
class Loaded:
    """A table as text; the index of ``frame`` is the line of the file.

    ``bad`` holds, for each column, the lines whose cell was refused; later checks leave them out.
    """

    table: Table
    frame: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(index=pd.Index([], dtype=int)))
    findings: list[Finding] = field(default_factory=list)
    bad: dict[str, set[int]] = field(default_factory=dict)

    def rows(self, *columns: str) -> pd.DataFrame:
        """Return the rows whose cells in ``columns`` can be trusted (none if one is missing)."""
        if not {*columns} <= {*self.frame.columns}:
            return pd.DataFrame(columns=list(columns), dtype=str)
        lines = set().union(*(self.bad.get(column, set()) for column in columns))
        return self.frame[~self.frame.index.isin(lines)] if lines else self.frame

    def finding(
        self,
        cause: str,
        found: object,
        expected: str,
        remedy: str,
        line: object = None,
        column: str | None = None,
    ) -> Finding:
        """Make a finding of this table, at a line and column of it."""
        row = None if line is None else int(str(line))
        return finding(self.table.file, cause, found, expected, remedy, row=row, column=column)


def load(folder: Path, table: Table) -> Loaded:
    """Read one file of ``folder``; a file that cannot be used gives an empty table."""
    empty = Loaded(table)
    try:
        data = (folder / table.file).read_bytes()
    except OSError as error:
        reason = "no such file" if isinstance(error, FileNotFoundError) else error.strerror
        remedy = f"put the file {table.file} into the folder of raw tables"
        empty.findings.append(empty.finding("file", reason, "a readable CSV file", remedy))
        return empty
    if not data.strip():
        remedy = f"restore the file; its columns are {', '.join(table.columns)}"
        empty.findings.append(empty.finding("file", "an empty file", "a header and rows", remedy))
        return empty
    text, findings = decode(data, table.file)
    return parse(rows_of(text, table.file, findings), table, findings)


def parse(read: Rows, table: Table, findings: list[Finding]) -> Loaded:
    """Lay the rows of a file out as a table of texts; ``findings`` are those made so far."""
    loaded, where = Loaded(table, findings=findings), table.file
    lines, rows = read
    header, lines, rows = (rows or [[]])[0], lines[1:], rows[1:]
    fault = _header_fault(header, table)
    if fault:
        findings.append(loaded.finding("header", *fault, line=1))
        return loaded
    width = len(header)
    kept = [
        i
        for i, row in enumerate(rows)
        if len(row) == width or fits(row, header, lines[i], where, findings)
    ]
    if not kept:
        found = "a header and no rows" if not rows else "no row that can be read"
        findings.append(loaded.finding("rows", found, "at least one row", "restore the rows"))
    index = pd.Index([lines[i] for i in kept], dtype=int)
    loaded.frame = pd.DataFrame([rows[i] for i in kept], columns=header, index=index, dtype=object)
    return loaded


def _header_fault(header: list[str], table: Table) -> tuple[str, str, str] | None:
    """Say what was found, expected and is to do where a header cannot be used."""
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        found = f"the column {listing(twice)} more than once"
        return found, "every column once", "keep one of them"
    if not {*header} & {*table.columns}:
        remedy = "put the header into the first line, cells separated by commas"
        return repr(",".join(header)[:80]), f"the header {','.join(table.columns)}", remedy
    return None


def schema_findings(loaded: Loaded) -> Iterator[Finding]:
    """Hold every cell of a table against its column; cells that are refused are marked as bad."""
    table, frame = loaded.table, loaded.frame
    if frame.columns.empty:
        return
    for column in table.fields:
        name = column.name
        if name not in frame:
            remedy = f"add the column {name}: {column.title}"
            expected = f"a column {name!r}"
            yield loaded.finding(f"no {name}", "no such column", expected, remedy, 1, name)
            continue
        texts = {text: column.fault(text) for text in frame[name].unique()}
        faults = {text: fault for text, fault in texts.items() if fault}
        if not faults:
            continue
        refused = frame.loc[frame[name].isin(list(faults)), name]
        loaded.bad[name] = {*refused.index}
        for line, text in refused.items():
            cause, expected, remedy = faults[text]
            cell = repr(text) if text else "an empty cell"
            yield loaded.finding(cause, cell, expected, remedy, line, name)
    for name in frame.columns.difference(table.columns):
        remedy = f"remove it, or correct its name ({nearest(name, table.columns)})"
        expected = "only the columns of this table"
        yield loaded.finding(f"extra {name}", f"a column {name!r}", expected, remedy, 1, name)


def key_findings(loaded: Loaded) -> Iterator[Finding]:
    """Find rows that repeat the key of an earlier row."""
    key = list(loaded.table.key)
    rows = loaded.rows(*key)
    remedy = f"keep one of the two rows (key: {', '.join(key)})"
    for cells, same in rows[rows.duplicated(key, keep=False)].groupby(key, sort=False):
        words = " ".join(filter(None, map(str, cells)))
        found = f"{words} again, as in row {same.index[0]}"
        for line in same.index[1:]:
            yield loaded.finding("duplicate key", found, "every key once", remedy, line, key[0])


def reference_findings(loaded: Loaded, column: str, known: list[str], of: str) -> Iterator[Finding]:
    """Find filled cells of ``column`` that are not among the ``known`` codes of a table."""
    rows = loaded.rows(column)
    for line, text in rows.loc[~rows[column].isin(["", *known]), column].items():
        remedy = nearest_or(text, known, f"add it to {of}")
        expected = f"a code of {of}"
        yield loaded.finding(f"unknown {text}", repr(text), expected, remedy, line, column)


def typed(loaded: Loaded) -> pd.DataFrame:
    """Return a table without faults with its cells as texts, numbers and years."""
    frame = loaded.frame[loaded.table.columns].reset_index(drop=True)
    for column in loaded.table.fields:
        cells = frame[column.name]
        if column.kind == "text":
            frame[column.name] = cells.astype(str)
        elif not column.required:
            frame[column.name] = pd.to_numeric(cells.where(cells != "")).astype("Int64")
        else:
            frame[column.name] = cells.astype(float if column.kind == "number" else int)
    return frame
