"""Sub-units: every respondent of every government, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from erat.survey.instrument import Instrument
from erat.survey.units import SubUnits

RAW = Path(__file__).parents[2] / "data" / "raw"


@pytest.fixture(scope="module")
def units() -> SubUnits:
    """The sub-units of the whole country."""
    return SubUnits.read(RAW, Instrument.read(RAW / "instrument"))


def test_governments_are_38_provinces_and_514_regencies(units: SubUnits) -> None:
    levels = [one.level for one in units.governments.values()]
    assert (levels.count("province"), levels.count("regency")) == (38, 514)


def test_a_province_has_its_own_sub_units_and_those_of_its_regencies(units: SubUnits) -> None:
    found = units.of_province("72")
    governments = [one.code for one in units.governments_of("72")]
    assert governments[0] == "72"
    assert len(governments) == 14
    assert found[0].government.code == "72"
    assert {one.province for one in found} == {"72"}
    assert [one.code for one in found] == sorted(
        (one.code for one in found),
        key=lambda code: (governments.index(code.split(".")[0]), list(units.all).index(code)),
    )


def test_every_sub_unit_stands_in_one_province(units: SubUnits) -> None:
    counted = sum(len(units.of_province(code)) for code in units.provinces)
    assert counted == len(units.all) == len(units.frame())


def test_new_provinces_have_the_regencies_of_their_borders(units: SubUnits) -> None:
    """Merauke is in Papua Selatan since 2022."""
    merauke = next(one for one in units.governments.values() if one.name.endswith("Merauke"))
    assert units.governments[merauke.province].name == "Papua Selatan"


def test_names_say_whose_agency_it_is(units: SubUnits) -> None:
    assert units.all["72.bpbd"].label("id") == "BPBD, Pemerintah Provinsi Sulawesi Tengah"
    assert units.all["72.community"].label("en") == "Communities, province of Sulawesi Tengah"
    assert units.all["7271.bpbd"].label("id") == "BPBD, Kota Palu"
