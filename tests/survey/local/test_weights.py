"""Regencies weigh by their people, everything else equally."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from erat.errors import DataError
from erat.indonesia.check import RawTables
from erat.survey.instrument import Instrument
from erat.survey.local.reading import assessment_weights
from erat.survey.units import SubUnits

YOGYAKARTA = ("3401", "3402", "3403", "3404", "3471")


@pytest.fixture
def subunits(raw_tables: RawTables, root: Path) -> SubUnits:
    return SubUnits(raw_tables.units, Instrument.read(root / "data" / "raw" / "instrument"))


def population(units: tuple[str, ...]) -> pd.DataFrame:
    rows = [(unit, 2023, 7) for unit in units] + [(unit, 2024, 100 + int(unit)) for unit in units]
    return pd.DataFrame(rows, columns=["unit", "year", "value"])


def test_the_latest_people_are_the_weights_of_regencies(subunits: SubUnits) -> None:
    table = assessment_weights(population(YOGYAKARTA), subunits).set_index("unit")["weight"]
    assert table["3471"] == 3571
    assert table["34.regencies"] == table["34.government"] == table["3401.bpbd"] == 1
    assert set(table.index) == {
        "34.regencies", "34.government", *YOGYAKARTA,
        *(one.code for one in subunits.of_province("34")),
    }  # fmt: skip


def test_a_regency_without_people_is_named(subunits: SubUnits) -> None:
    with pytest.raises(DataError, match="no population of 3471"):
        assessment_weights(population(YOGYAKARTA[:-1]), subunits)


def test_without_regencies_there_are_no_weights(subunits: SubUnits) -> None:
    with pytest.raises(DataError, match="no regency or city"):
        assessment_weights(population(()), subunits)
