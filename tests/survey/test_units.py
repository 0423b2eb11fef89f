"""Sub-units: every respondent of every government, once."""

from __future__ import annotations

from tests.survey.exports_of import the_units

UNITS = the_units()


def test_governments_are_38_provinces_and_514_regencies() -> None:
    levels = [one.level for one in UNITS.governments.values()]
    assert (levels.count("province"), levels.count("regency")) == (38, 514)


def test_a_province_has_its_own_sub_units_and_those_of_its_regencies() -> None:
    found = UNITS.of_province("72")
    governments = [one.code for one in UNITS.governments_of("72")]
    assert governments[0] == "72"
    assert len(governments) == 14
    assert found[0].government.code == "72"
    assert {one.province for one in found} == {"72"}
    assert [one.code for one in found] == sorted(
        (one.code for one in found),
        key=lambda code: (governments.index(code.split(".")[0]), list(UNITS.all).index(code)),
    )


def test_every_sub_unit_stands_in_one_province() -> None:
    counted = sum(len(UNITS.of_province(code)) for code in UNITS.provinces)
    assert counted == len(UNITS.all) == len(UNITS.frame())


def test_new_provinces_have_the_regencies_of_their_borders() -> None:
    """Merauke is in Papua Selatan since 2022."""
    merauke = next(one for one in UNITS.governments.values() if one.name.endswith("Merauke"))
    assert UNITS.governments[merauke.province].name == "Papua Selatan"


def test_names_say_whose_agency_it_is() -> None:
    assert UNITS.all["72.bpbd"].label("id") == "BPBD, Pemerintah Provinsi Sulawesi Tengah"
    assert UNITS.all["72.community"].label("en") == "Communities, province of Sulawesi Tengah"
    assert UNITS.all["7271.bpbd"].label("id") == "BPBD, Kota Palu"
