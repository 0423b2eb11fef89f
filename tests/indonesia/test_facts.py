"""Facts that hold for the real raw tables."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from erat.indonesia.check import RawTables

EDITION_2024 = [
    "uhh_lf2020", "hls", "rls", "poverty_rate", "ppp_exp", "food_exp_pc_month",
    "total_exp_pc_month", "drinking_water_access", "sanitation_access", "pdrb_pc_adhk2010",
]  # fmt: skip
"""What the nine indicators of the edition 2024 need (food share: two series)."""


def _count(frame: pd.DataFrame, indicator: str, year: int, period: str = "") -> int:
    at = (frame["indicator"] == indicator) & (frame["year"] == year) & (frame["period"] == period)
    return int(at.sum())


def test_units_are_the_country_40_provinces_and_514_regencies(tables: RawTables) -> None:
    assert tables.units["level"].value_counts().to_dict() == {
        "regency": 514, "province": 40, "country": 1,
    }  # fmt: skip
    provinces = tables.units[tables.units["level"] == "province"]
    assert provinces["borders"].str.contains("34").sum() == 34
    assert provinces["borders"].str.contains("38").sum() == 38


def test_papua_has_other_codes_in_each_system(tables: RawTables) -> None:
    units = tables.units[(tables.units["level"] == "province") & tables.units["borders"].eq("38")]
    assert dict(zip(units["unit"], units["kemendagri"], strict=True)) == {
        "91": "92", "92": "96", "94": "91", "95": "93", "96": "94", "97": "95",
    }  # fmt: skip
    assert dict(zip(units["unit"], units["name"], strict=True)) == {
        "91": "Papua Barat", "92": "Papua Barat Daya", "94": "Papua", "95": "Papua Selatan",
        "96": "Papua Tengah", "97": "Papua Pegunungan",
    }  # fmt: skip


def test_outside_papua_both_systems_give_a_province_one_code(tables: RawTables) -> None:
    units = tables.units[tables.units["borders"].eq("34 38") & tables.units["level"].eq("province")]
    assert len(units) == 32
    assert (units["bps"] == units["kemendagri"]).all()


@pytest.mark.parametrize("borders", ["34", "38"])
def test_regencies_below_each_province_are_as_many_as_it_says(
    tables: RawTables, borders: str
) -> None:
    regencies = tables.units[tables.units["level"] == "regency"]
    below = pd.crosstab(regencies[f"parent_{borders}"], regencies["type"])
    provinces = tables.units[
        tables.units["level"].eq("province") & tables.units["borders"].str.contains(borders)
    ].set_index("unit")
    assert set(below.index) == set(provinces.index)
    assert (below["kabupaten"] == provinces["n_kabupaten"].reindex(below.index)).all()
    assert (below["kota"] == provinces["n_kota"].reindex(below.index)).all()
    assert below.to_numpy().sum() == 514


def test_numbers_of_rows(tables: RawTables) -> None:
    assert len(tables.provinces) == 9_845
    assert len(tables.regencies) == 32_382
    assert len(tables.dimensions) == 8
    assert len(tables.island_groups) == 7


def test_what_was_seen_in_a_second_copy(tables: RawTables) -> None:
    second = tables.provinces[tables.provinces["copies"] == 2]
    assert second["indicator"].value_counts().to_dict() == {"poverty_rate": 344, "tpt_aug": 204}
    assert second["verified"].eq("second_copy").all()
    assert set(second.loc[second["indicator"] == "tpt_aug", "year"]) == {
        2015, 2016, 2017, 2019, 2020, 2021,
    }  # fmt: skip
    assert (tables.regencies["copies"] == 1).all()


@pytest.mark.parametrize(
    ("table", "number", "tolerance"), [("provinces", 405, 0.015), ("regencies", 4112, 0.016)]
)
def test_what_is_verified_by_formula_is_reproduced_by_it(
    tables: RawTables, table: str, number: int, tolerance: float
) -> None:
    frame: pd.DataFrame = getattr(tables, table)
    wide = frame[frame["verified"] == "formula"].pivot_table(
        index=["unit", "year"], columns="indicator", values="value"
    )
    assert len(wide) == number
    assert not wide.isna().any(axis=None)
    health = (wide["uhh"] - 20) / 65
    school = (wide["hls"] / 18 + wide["rls"] / 15) / 2
    low, high = math.log(1007.436), math.log(26572.352)
    living = (wide["ppp_exp"].map(math.log) - low) / (high - low)
    index = 100 * (health * school * living) ** (1 / 3)
    assert (index - wide["ipm_sp2010"]).abs().max() <= tolerance


def test_every_value_has_source_publisher_publication_and_table(tables: RawTables) -> None:
    used = set(tables.provinces["source"]) | set(tables.regencies["source"])
    assert used == set(tables.sources["source"])
    for column in ("publisher", "publication", "table", "read_from"):
        assert (tables.sources[column] != "").all()


def test_status_follows_the_source(tables: RawTables) -> None:
    derived = tables.provinces[tables.provinces["status"] == "derived"]
    assert set(derived["indicator"]) == {"uhh_lf2020", "population_implied"}
    publisher = tables.sources.set_index("source")["publisher"]
    assert derived["source"].map(publisher).eq("e-RAT").all()
    early = tables.regencies[tables.regencies["status"] == "preliminary"]
    assert set(zip(early["indicator"], early["year"], strict=True)) == {
        ("pdrb_pc_adhb", 2024), ("pdrb_pc_adhb", 2025),
    }  # fmt: skip


@pytest.mark.parametrize("indicator", EDITION_2024)
def test_the_edition_2024_is_complete_on_38_borders(tables: RawTables, indicator: str) -> None:
    rows = tables.provinces[
        tables.provinces["indicator"].eq(indicator)
        & tables.provinces["year"].eq(2024)
        & tables.provinces["period"].isin(["", "Mar"])
    ]
    assert set(rows["borders"]) == {"38"}
    assert rows["unit"].nunique() == len(rows) == 38


@pytest.mark.parametrize(
    ("indicator", "period", "years", "number"),
    [
        ("ipm", "", range(2022, 2026), 38),
        ("ipm", "", [2021], 34),
        ("pdrb_growth_yoy", "", range(2023, 2026), 38),
        ("pdrb_growth_yoy", "", range(2013, 2023), 34),
        ("pdrb_pc_adhk2010", "", range(2023, 2026), 38),
        ("tpt_aug", "Aug", [2024, 2025], 38),
        ("tpt_aug", "Aug", range(2015, 2024), 34),
        ("poverty_rate", "Mar", [2024, 2025], 38),
        ("poverty_rate", "Mar", range(2015, 2024), 34),
        ("hls", "", range(2010, 2013), 33),
        ("hls", "", range(2013, 2024), 34),
        ("gini", "", range(2015, 2023), 34),
        ("kfd_index", "", range(2017, 2022), 34),
        ("drinking_water_access", "Mar", range(2016, 2024), 34),
        ("internet_hh_access", "", [2022], 34),
        ("food_exp_pc_month", "Mar", range(2017, 2021), 34),
        ("uhh_lf2020", "", [2021], 34),
        ("uhh_lf2020", "", [2022, 2023], 32),
    ],
)
def test_years_are_complete_as_listed(
    tables: RawTables, indicator: str, period: str, years: range, number: int
) -> None:
    counts = {year: _count(tables.provinces, indicator, year, period) for year in years}
    assert counts == dict.fromkeys(years, number)


def test_regencies_are_complete_in_every_indicator_and_year(tables: RawTables) -> None:
    assert (tables.regencies.groupby(["indicator", "year"])["unit"].nunique() == 514).all()


def test_papua_before_and_after_are_other_units(tables: RawTables) -> None:
    ipm = tables.provinces[tables.provinces["indicator"] == "ipm"].set_index(["unit", "year"])
    assert ipm.loc[("94-34", 2021), "value"] == 61.40
    assert ipm.loc[("94", 2022), "value"] == 72.57


def test_zeros_are_those_of_papuas_highlands(tables: RawTables) -> None:
    zero = tables.regencies[tables.regencies["value"] == 0]
    assert set(zip(zero["unit"], zero["indicator"], strict=True)) == {
        ("9431", "drinking_water_access"), ("9436", "sanitation_access"),
        ("9429", "tpt_aug"), ("9430", "tpt_aug"),
    }  # fmt: skip


def test_every_indicator_has_values_or_is_computed(tables: RawTables) -> None:
    used = set(tables.provinces["indicator"]) | set(tables.regencies["indicator"])
    rows = tables.indicators.set_index("indicator")
    assert set(rows.index) - used == {"food_share", "growth_volatility"}
    assert rows.loc["growth_volatility", "computed_from"] == "sd(pdrb_growth_yoy)"
    assert rows.loc["food_share", "computed_from"] == "food_exp_pc_month/total_exp_pc_month"


def test_texts_are_there_in_both_languages(tables: RawTables) -> None:
    for frame, names in (
        (tables.indicators, ("name", "unit")),
        (tables.breaks, ("reason",)),
        (tables.dimensions, ("name",)),
    ):
        for name in names:
            assert (frame[f"{name}_id"] != "").all()
            assert (frame[f"{name}_en"] != "").all()
    notes = tables.indicators
    assert ((notes["note_id"] == "") == (notes["note_en"] == "")).all()


def test_a_break_of_borders_stands_where_the_borders_change(tables: RawTables) -> None:
    wide = tables.provinces[tables.provinces["borders"] == "38"]
    first = wide.groupby("indicator")["year"].min()
    both = set(tables.provinces.loc[tables.provinces["borders"] == "34", "indicator"])
    expected = {name: int(year) for name, year in first.items() if name in both}
    breaks = tables.breaks[tables.breaks["kind"] == "borders"].set_index("indicator")["year"]
    assert breaks.drop("food_share").to_dict() == expected
    assert breaks["food_share"] == expected["food_exp_pc_month"]
