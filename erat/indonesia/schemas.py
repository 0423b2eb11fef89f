"""The raw tables: each column with its type, allowed values, range and meaning, in one place.

The checks of cells and the Data Package descriptor (:mod:`erat.indonesia.package`) come from here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from erat.errors import nearest
from erat.index.cell_problems import Fault, blank_fault, integer_fault, number_fault, year_fault

Kind = Literal["text", "number", "integer", "year"]

_FAULTS: dict[str, Callable[[str], Fault | None]] = {
    "number": number_fault,
    "integer": integer_fault,
    "year": year_fault,
}


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
        expected = (
            f"a number from {low:g}" if high is None else f"a number from {low:g} to {high:g}"
        )
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

_UNITS = Table(
    "units",
    "Satuan: negara, provinsi (34 dan 38), kabupaten dan kota",
    "Units: country, provinces (34 and 38), regencies and cities",
    ("unit",),
    (
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
    ),
)  # fmt: skip
_ISLANDS = Table(
    "island_groups",
    "Kelompok pulau",
    "Island groups",
    ("group",),
    (_word("group", "Code"), *_NAMES),
)
_INDICATORS = Table(
    "indicators",
    "Indikator: nama, satuan, rentang, keluarga seri",
    "Indicators: names, units, ranges, families of series",
    ("indicator",),
    (
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
    ),
)  # fmt: skip
_BREAKS = Table(
    "breaks",
    "Jeda seri: tahun ketika nilai tidak sebanding dengan tahun sebelumnya",
    "Breaks in series: years whose values do not compare with the year before",
    ("indicator", "year", "kind"),
    (
        _INDICATOR,
        Field("year", "First year after the break", "year", low=1990, high=2050),
        Field("kind", "What breaks", allowed=("concept", "level", "base", "borders")),
        Field("reason_id", "Reason in Indonesian"),
        Field("reason_en", "Reason in English"),
    ),
)
_SOURCES = Table(
    "sources",
    "Sumber: penerbit, publikasi dan tabel setiap nilai",
    "Sources: publisher, publication and table of every value",
    ("source",),
    (
        Field("source", "Code", pattern=r"[a-z][0-9]{3}", pattern_in_words="a code such as p004"),
        Field("publisher", "Publisher", allowed=("BPS", "Kemenkeu", "e-RAT")),
        Field("publication", "Publication"),
        Field("table", "Table of the publication"),
        Field("note", "Remark", required=False),
        Field("read_from", "Where the figures were read"),
    ),
)


def _statistics(borders: tuple[Field, ...]) -> tuple[Field, ...]:
    return (
        Field("unit", "Unit the value stands for", refers="units.unit"),
        Field("name", "Name of the unit, so that a wrong code is noticed"),
        *borders,
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


_PROVINCES = Table(
    "province_statistics",
    "Statistik provinsi",
    "Statistics of provinces",
    ("unit", "year", "period", "indicator"),
    _statistics((Field("borders", "Borders of the table it comes from", allowed=("34", "38")),)),
)
_REGENCIES = Table(
    "regency_statistics",
    "Statistik kabupaten dan kota",
    "Statistics of regencies and cities",
    ("unit", "year", "period", "indicator"),
    _statistics(()),
)
_DIMENSIONS = Table(
    "erat_dimensions",
    "Delapan dimensi kapasitas E-RAT",
    "The eight capacity dimensions of E-RAT",
    ("code",),
    (
        Field("code", "Code", pattern=r"[A-Z]+", pattern_in_words="capital letters"),
        *_NAMES,
        Field("source", "Where the dimension was made public"),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _UNITS, _ISLANDS, _INDICATORS, _BREAKS, _SOURCES, _PROVINCES, _REGENCIES, _DIMENSIONS,
    )
}  # fmt: skip
"""Every raw table by its name."""
