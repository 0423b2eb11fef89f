"""What an edition's YAML file holds; paths are relative to the file."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from erat.index.config import Strict


class Trend(Strict):
    """How far back the framework is followed."""

    first_year: int
    min_indicators: int = Field(ge=1)


class Overlap(Strict):
    """A published index that has indicators in common with the edition's."""

    series: str
    shared: tuple[str, ...]


class ChangeFile(Strict):
    """Between which years the change of regencies is followed; on which framework, if another."""

    years: tuple[int, int]
    framework: str = ""
    method: str = ""
    study: str = ""


class SubunitsFile(Strict):
    """Regencies as units of their own."""

    framework: str
    method: str
    study: str
    change: ChangeFile | None = None


class EditionFile(Strict):
    """An edition: a year, borders, and the files that its index is constructed from."""

    name_id: str
    name_en: str
    year: int
    borders: Literal[34, 38]
    framework: str
    method: str
    study: str
    periods: dict[str, str] = {}
    windows: dict[str, tuple[int, int]] = {}
    carried: dict[str, tuple[int, int]] = {}
    context: tuple[str, ...] = ()
    trend: Trend
    overlap: Overlap | None = None
    regencies: tuple[str, ...] = ()
    subunits: SubunitsFile | None = None
