"""Sub-units: every agency and partner of every government that can answer, in 38 provinces.

``72`` is a province's government, ``7201`` a regency's or city's, ``7201.bpbd`` a sub-unit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, get_args

import numpy as np
import pandas as pd

from erat.errors import DataError, nearest
from erat.index.tables import read_text_table
from erat.survey.instrument import Instrument, Level, Respondent

BORDERS = "38"


class Government(NamedTuple):
    """A government that is assessed: a province's, or a regency's or city's in it."""

    code: str
    name: str
    level: Level
    province: str

    def label(self, language: str) -> str:
        """Return its name; the province's government is named as such.

        Examples
        --------
        >>> Government("72", "Sulawesi Tengah", "province", "72").label("id")
        'Pemerintah Provinsi Sulawesi Tengah'
        >>> Government("7271", "Kota Palu", "regency", "72").label("en")
        'Kota Palu'
        """
        if self.level == "regency":
            return self.name
        whose = "Pemerintah Provinsi" if language == "id" else "Province government of"
        return f"{whose} {self.name}"


@dataclass(frozen=True)
class SubUnit:
    """One respondent of one government."""

    government: Government
    respondent: Respondent

    @property
    def code(self) -> str:
        """``<government>.<respondent>``."""
        return f"{self.government.code}.{self.respondent.code}"

    @property
    def province(self) -> str:
        """Code of the province it belongs to."""
        return self.government.province

    @property
    def kind(self) -> str:
        """``agency``, ``community`` or ``business``."""
        return self.respondent.kind

    def label(self, language: str) -> str:
        """Return its name: the respondent's, then the government's."""
        respondent, government = self.respondent, self.government
        name = respondent.name_id if language == "id" else respondent.name_en
        if self.kind == "agency" or government.level == "regency":
            return f"{name}, {government.label(language)}"
        return f"{name}, {'Provinsi' if language == 'id' else 'province of'} {government.name}"


class SubUnits:
    """All sub-units: who is asked anything, at every government of the raw table ``units``.

    ``governments`` and ``provinces`` (those of provinces) are by code, ``respondents`` (who is asked
    anything) by level of government, ``all`` (sub-units, government by government) by code.
    """

    def __init__(self, units: pd.DataFrame, instrument: Instrument) -> None:
        self.instrument = instrument
        rows = units[units["borders"].str.split().map(lambda its: BORDERS in its)]
        rows = rows[rows["level"] != "country"].sort_values("unit", kind="stable")
        parents = rows[f"parent_{BORDERS}"].where(rows["level"] == "regency", rows["unit"])
        columns = rows["unit"], rows["name"], rows["level"], parents
        self.governments = {one.code: one for one in map(Government, *columns)}
        self.provinces = {
            code: one for code, one in self.governments.items() if one.level == "province"
        }
        self.respondents: dict[str, list[Respondent]] = {
            level: [one for one in instrument.respondents if instrument.asked(one.code, level)]
            for level in get_args(Level)
        }
        self.all = {one.code: one for code in self.governments for one in self.of_government(code)}

    @classmethod
    def read(cls, raw: Path, instrument: Instrument) -> SubUnits:
        """Read the table of units from the folder of raw tables."""
        return cls(read_text_table(Path(raw) / "units.csv", DataError), instrument)

    def governments_of(self, province: str) -> list[Government]:
        """Return a province's own government, and those of its regencies and cities."""
        every = (one for one in self.governments.values() if one.province == province)
        return sorted(every, key=lambda one: (len(one.code), one.code))

    def of_government(self, government: str) -> list[SubUnit]:
        """Return the sub-units of one government."""
        one = self.governments[government]
        return [SubUnit(one, respondent) for respondent in self.respondents[one.level]]

    def of_province(self, province: str) -> list[SubUnit]:
        """Return the sub-units of a province: its own agencies and partners, then its regencies'."""
        governments = self.governments_of(province)
        return [unit for one in governments for unit in self.of_government(one.code)]

    def asks(self, respondent: str, level: str) -> np.ndarray:
        """Say which questions are for a kind of sub-unit, bool in the order of the instrument."""
        asked = {question.code for question in self.instrument.asked(respondent, level)}
        return np.array([code in asked for code in self.instrument.codes], dtype=bool)

    def nearest(self, government: str, known: Iterable[str] | None = None) -> str:
        """Say which government was probably meant, of all or of those that can be meant."""
        near = nearest(government, self.governments if known is None else known)
        return near if near.startswith("did") else "take the code from data/raw/units.csv"

    def frame(self, provinces: Collection[str] | None = None) -> pd.DataFrame:
        """Return sub-units as a table, indexed by code: government, respondent, kind, level (of the
        government) and province.
        """
        rows = [
            (one.code, one.government.code, one.respondent.code, one.kind, one.government.level,
             one.province)
            for one in self.all.values()
            if provinces is None or one.province in provinces
        ]  # fmt: skip
        columns = ["unit", "government", "respondent", "kind", "level", "province"]
        return pd.DataFrame(rows, columns=columns).set_index("unit")
