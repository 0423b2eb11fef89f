"""Where the raw figures mislead."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from erat.edition.audit import traps
from erat.edition.project import Project
from erat.index.framework import Framework
from erat.indonesia.check import RawTables


def test_the_bases_of_life_expectancy_differ_by_years(raw: RawTables) -> None:
    by_unit, by_year = traps.gaps(raw, "uhh", "uhh_lf2020")
    assert by_year.set_index("year")["provinces"].to_dict() == {
        2021: 34, 2022: 32, 2023: 32, 2024: 38,
    }  # fmt: skip
    assert by_year["median"].between(2, 3).all()
    row = by_unit.query("unit == '52' and year == 2024").iloc[0]
    assert row["gap"] == pytest.approx(row["uhh_lf2020"] - row["uhh"])
    assert by_unit["gap"].max() == pytest.approx(by_year["largest"].max())


def test_vintages_are_compared_province_by_province(raw: RawTables) -> None:
    by_year = traps.gaps(raw, "pdrb_growth_yoy", "pdrb_growth_yoy_v2025")[1].set_index("year")
    assert by_year.loc[2021, "equal"] == by_year.loc[2021, "provinces"] == 34
    assert by_year.loc[2020, ["largest_in", "equal"]].tolist() == ["Maluku Utara", 11]


def test_levels_join_only_inside_a_yearbook(raw: RawTables) -> None:
    joins = traps.level_joins(raw, "pdrb_pc_adhk2010", "pdrb_pc_growth_yoy").set_index("year")
    assert joins.loc[[2019, 2021], "largest"].min() > 14
    assert joins.loc[2019, "where"] == "Sulawesi Tengah"
    assert joins.loc[[2016, 2017, 2018, 2020, 2024, 2025], "largest"].max() < 0.01
    assert joins["over_one"].to_dict()[2021] == 27


def test_a_series_is_cut_at_its_breaks_but_not_by_the_borders_of_others(raw: RawTables) -> None:
    own = traps.stretches(raw, "pdrb_pc_adhk2010", "72").set_index("year")["segment"]
    assert own.to_dict() == {
        **dict.fromkeys(range(2015, 2019), 0),
        **dict.fromkeys((2019, 2020), 1),
        **dict.fromkeys(range(2021, 2026), 2),
    }


def test_fiscal_capacity_follows_population(raw: RawTables) -> None:
    ties = traps.size_ties(raw, "kfd_index", {"population_implied": "population"})
    assert ties["year"].tolist() == [2017, 2018, 2019, 2020, 2021]
    assert ties["population"].between(0.7, 0.85).all()
    assert ties["mean"].between(0.98, 1.02).all()


def test_the_zeros_are_four_regencies_of_2021(raw: RawTables) -> None:
    found = traps.zeros(raw)
    assert set(found["unit"]) == {"9429", "9430", "9431", "9436"}
    assert (found["copies"] == 1).all()


def test_papua_jumps_by_its_borders(raw: RawTables) -> None:
    found = traps.border_jumps(raw, ["ipm", "poverty_rate"], {"poverty_rate": "Mar"})
    papua = found.query("name == 'Papua'").set_index("indicator")
    row = papua.loc["Human development index (base LF SP2020)"]
    assert (row["old_borders"], row["new_borders"]) == (61.40, 72.57)
    assert (row["last_year"], row["first_year"]) == (2021, 2022)
    assert papua.loc["Poverty rate", "new_borders"] < papua.loc["Poverty rate", "old_borders"]


def test_outliers_are_judged_before_and_after_transformation(project: Project) -> None:
    framework = Framework.from_table(
        pd.DataFrame(
            [
                ["top", "", "1", "1", "aggregate", ""],
                ["x", "top", "1", "1", "indicator", "log"],
                ["z", "top", "1", "1", "indicator", ""],
            ],
            columns=["code", "parent", "direction", "weight", "type", "transform"],
        )
    )
    units = [f"u{i}" for i in range(12)]
    rows = pd.MultiIndex.from_product([units, [2024]], names=["unit", "year"])
    values = pd.DataFrame({"x": 10.0 ** np.arange(12), "z": np.arange(12.0)}, index=rows)
    names = {unit: unit.upper() for unit in units}
    shape, extremes = traps.outliers(values, framework, names, {"x": 0, "z": 1})
    log, plain = (row for _, row in shape.iterrows())
    assert not log["passes"]
    assert log["passes_transformed"]
    assert log["skewness_transformed"] == pytest.approx(0, abs=1e-9)
    assert plain["passes"]
    assert plain["passes_transformed"] is None
    assert extremes.loc[1].tolist() == ["z", "U0 0.0", "U1 1.0", "U10 10.0", "U11 11.0"]
    assert extremes.loc[0, "highest"] == "U11 100,000,000,000"
