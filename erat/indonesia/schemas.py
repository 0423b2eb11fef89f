"""The raw tables: each column with its type, allowed values, range and meaning, in one place.

Tables are read as texts here, and their cells, keys and references held against the columns. The Data
Package descriptor (:mod:`erat.indonesia.package`) comes from them too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pandas as pd

from erat.errors import listing, nearest, nearest_or
from erat.index.cell_problems import (
    Fault,
    Finding,
    blank_fault,
    finding,
    integer_fault,
    number_fault,
    year_fault,
)
from erat.index.rows import Rows, decode, fits, rows_of

Kind = Literal["text", "number", "integer", "year"]

_FAULTS = {"number": number_fault, "integer": integer_fault, "year": year_fault}


@dataclass(frozen=True)
class Field:
    """A column of a raw table: its heading and what it means, and what its cells may hold.

    Every filled cell must stand in the column of the table that it ``refers`` to, ``"units.unit"``.
    """

    name: str
    title: str
    kind: Kind = "text"
    required: bool = True
    allowed: tuple[str, ...] = ()
    pattern: str = ""
    pattern_in_words: str = ""
    low: float | None = None
    high: float | None = None
    refers: str = ""

    def fault(self, text: str) -> Fault | None:
        """Say what is wrong with the text of a cell of this column, or None."""
        if not text:
            remedy = f"fill in: {self.title}"
            return Fault("empty", "a filled cell", remedy) if self.required else None
        if self.kind != "text":
            return blank_fault(text) or _FAULTS[self.kind](text) or self._fault_of_size(text)
        if fault := blank_fault(text):
            return fault
        if self.allowed and text not in self.allowed:
            words = f"one of {', '.join(filter(None, self.allowed))}"
            words = f"{words}, or an empty cell" if "" in self.allowed else words
            return Fault(f"not allowed {text}", words, nearest(text, filter(None, self.allowed)))
        if self.pattern and not re.fullmatch(self.pattern, text):
            return Fault("form", self.pattern_in_words, f"correct it: {self.title}")
        return None

    def _fault_of_size(self, text: str) -> Fault | None:
        low, high = self.low, self.high
        if (low is None or float(text) >= low) and (high is None or float(text) <= high):
            return None
        expected = f"a number from {low:g}" + ("" if high is None else f" to {high:g}")
        return Fault("range", expected, "compare it with the publication")


@dataclass(frozen=True)
class Table:
    """A raw or local table: its file, what it holds, its key and its columns."""

    name: str
    title_id: str
    title_en: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    suffix: str = ".csv"

    @property
    def file(self) -> str:
        """Name of its file."""
        return f"{self.name}{self.suffix}"

    @property
    def columns(self) -> list[str]:
        """Headings in their order."""
        return [field.name for field in self.fields]

    def field(self, name: str) -> Field:
        """Return the column with this heading."""
        return next(field for field in self.fields if field.name == name)


_WORD = r"[a-z][a-z0-9_]*"
_A_WORD = "a code of small letters, digits and underscores"
_UNIT = r"ID|[0-9]{2}|[0-9]{2}-34|[0-9]{4}"
_A_UNIT = (
    "a BPS code: two digits for a province, four for a regency, "
    "'-34' behind a province whose area changed in 2022"
)
_NAMES = (Field("name_id", "Name in Indonesian"), Field("name_en", "Name in English"))


def _word(name: str, title: str, refers: str = "") -> Field:
    return Field(name, title, pattern=_WORD, pattern_in_words=_A_WORD, refers=refers)


_INDICATOR = _word("indicator", "Code of the indicator", refers="indicators.indicator")

_KEY = ("unit", "year", "period", "indicator")
_BORDERS = Field("borders", "Borders of the table it comes from", allowed=("34", "38"))
_FIGURES = (
    Field("unit", "Unit the value stands for", refers="units.unit"),
    Field("name", "Name of the unit, so that a wrong code is noticed"),
    Field("year", "Year the value stands for", "year", low=1990, high=2050),
    Field("period", "Month of the survey; empty: the year, or not stated", required=False,
          allowed=("", "Feb", "Mar", "Aug", "Sep")),
    _INDICATOR,
    Field("value", "Value, as published, in the unit of its indicator", "number"),
    Field("base", "Base or vintage: that of its indicator", required=False),
    Field("status", "Status", allowed=("published", "derived", "preliminary")),
    Field("copies", "Number of independent copies it was seen in", "integer", low=1, high=99),
    Field("verified", "How it was verified", required=False,
          allowed=("", "second_copy", "formula")),
    Field("source", "Code of its source", refers="sources.source"),
)  # fmt: skip
_TABLES = (
    Table("units", "Satuan: negara, provinsi (34 dan 38), kabupaten dan kota",
          "Units: country, provinces (34 and 38), regencies and cities", ("unit",), (
        Field("unit", "Unit: BPS code, '-34' where the area changed in 2022", pattern=_UNIT,
              pattern_in_words=_A_UNIT),
        Field("name", "Name"),
        Field("level", "Level in the tree", allowed=("country", "province", "regency")),
        Field("type", "Kind of unit", allowed=("negara", "provinsi", "kabupaten", "kota")),
        Field("parent_34", "Unit above it on the borders of 34 provinces", required=False),
        Field("parent_38", "Unit above it on the borders of 38 provinces", required=False),
        Field("borders", "Borders on which it exists", allowed=("34 38", "34", "38")),
        Field("bps", "Code of BPS (as before 2022 for regencies)", required=False,
              pattern=r"[0-9]{2}|[0-9]{4}", pattern_in_words="two or four digits"),
        Field("kemendagri", "Code of the Ministry of Home Affairs", required=False,
              pattern=r"[0-9]{2}(\.[0-9]{2})?", pattern_in_words="a code such as 11 or 11.09"),
        Field("iso", "Code of ISO 3166", required=False, pattern=r"ID(-[A-Z]{2})?",
              pattern_in_words="a code such as ID-AC"),
        Field("island_group", "Island group", required=False, refers="island_groups.group"),
        Field("n_kabupaten", "Number of kabupaten in it", "integer", required=False, low=0,
              high=1000),
        Field("n_kota", "Number of kota in it", "integer", required=False, low=0, high=1000),
        Field("note", "Remark", required=False),
    )),
    Table("island_groups", "Kelompok pulau", "Island groups", ("group",),
          (_word("group", "Code"), *_NAMES)),
    Table("indicators", "Indikator: nama, satuan, rentang, keluarga seri",
          "Indicators: names, units, ranges, families of series", ("indicator",), (
        _word("indicator", "Code"),
        *_NAMES,
        Field("unit_id", "Unit of measurement in Indonesian"),
        Field("unit_en", "Unit of measurement in English"),
        Field("digits", "Decimals to show", "integer", low=0, high=9),
        Field("low", "Smallest value that is physically possible", "number"),
        Field("high", "Largest value that is physically possible", "number"),
        _word("family", "Series of one family exclude each other in an analysis"),
        Field("base", "Base or vintage of the series", required=False),
        Field("computed_from", "How it is computed from other series", required=False,
              pattern=rf"{_WORD}/{_WORD}|sd\({_WORD}\)",
              pattern_in_words="numerator/denominator, or sd(series)"),
        Field("note_id", "Remark in Indonesian", required=False),
        Field("note_en", "Remark in English", required=False),
    )),
    Table("breaks", "Jeda seri: tahun ketika nilai tidak sebanding dengan tahun sebelumnya",
          "Breaks in series: years whose values do not compare with the year before",
          ("indicator", "year", "kind"), (
        _INDICATOR,
        Field("year", "First year after the break", "year", low=1990, high=2050),
        Field("kind", "What breaks", allowed=("concept", "level", "base", "borders")),
        Field("reason_id", "Reason in Indonesian"),
        Field("reason_en", "Reason in English"),
    )),
    Table("sources", "Sumber: penerbit, publikasi dan tabel setiap nilai",
          "Sources: publisher, publication and table of every value", ("source",), (
        Field("source", "Code", pattern=r"[a-z][0-9]{3}", pattern_in_words="a code such as p004"),
        Field("publisher", "Publisher", allowed=("BPS", "Kemenkeu", "e-RAT")),
        Field("publication", "Publication"),
        Field("table", "Table of the publication"),
        Field("note", "Remark", required=False),
        Field("read_from", "Where the figures were read"),
    )),
    Table("province_statistics", "Statistik provinsi", "Statistics of provinces", _KEY,
          (*_FIGURES[:2], _BORDERS, *_FIGURES[2:])),
    Table("regency_statistics", "Statistik kabupaten dan kota",
          "Statistics of regencies and cities", _KEY, _FIGURES),
    Table("erat_dimensions", "Delapan dimensi kapasitas E-RAT",
          "The eight capacity dimensions of E-RAT", ("code",), (
        Field("code", "Code", pattern=r"[A-Z]+", pattern_in_words="capital letters"),
        *_NAMES,
        Field("source", "Where the dimension was made public"),
    )),
)  # fmt: skip
TABLES: dict[str, Table] = {table.name: table for table in _TABLES}
"""Every raw table by its name."""


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
    try:
        data = (folder / table.file).read_bytes()
        found, expected = "an empty file", "a header and rows"
        remedy = f"restore the file; its columns are {', '.join(table.columns)}"
    except OSError as error:
        data, expected = b"", "a readable CSV file"
        found = "no such file" if isinstance(error, FileNotFoundError) else str(error.strerror)
        remedy = f"put the file {table.file} into the folder of raw tables"
    if not data.strip():
        return Loaded(table, findings=[finding(table.file, "file", found, expected, remedy)])
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
