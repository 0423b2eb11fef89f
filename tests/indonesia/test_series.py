"""From raw tables to panels; the published human development index is the proof."""

from __future__ import annotations

import statistics
from pathlib import Path

import pandas as pd
import pytest

from erat.edition.project import Project
from erat.errors import MethodError
from erat.index.assessment import assess
from erat.index.framework import Framework
from erat.index.method import Method
from erat.indonesia.check import RawTables
from erat.indonesia.series import CELL_COLUMNS, cells, panel_of


def human_development(raw: RawTables, project: Project, level: str) -> pd.DataFrame:
    """Our index and the published one, for every unit and year that has both."""
    tree = Framework.read(project.config / "frameworks" / "ipm_sp2010.csv")
    method = Method.read(project.config / "methods" / "ipm_sp2010.yml")
    found = cells(raw, [*tree.indicators, "ipm_sp2010"], level=level)
    units = raw.units.set_index("unit")
    inside = units[(units["level"] == level) & units["borders"].str.contains("34")]
    panel = panel_of(found, list(inside.index), inside)
    result = assess(panel, tree, method)
    both = pd.DataFrame({"ours": result.index, "published": panel.values["ipm_sp2010"]})
    return both[panel.values[tree.indicators].notna().all(axis=1)].dropna()


@pytest.mark.parametrize(
    ("level", "number", "within", "years"),
    [("province", 405, 0.015, (2010, 2021)), ("regency", 4112, 0.016, (2014, 2021))],
)
def test_the_published_human_development_index_is_reproduced(
    raw_tables: RawTables,
    root: Path,
    level: str,
    number: int,
    within: float,
    years: tuple[int, int],
) -> None:
    both = human_development(raw_tables, Project(root), level)
    found = both.index.get_level_values("year")
    assert (found.min(), found.max()) == years
    assert len(both) == number
    assert ((both["ours"] - both["published"]).abs() <= within).sum() == number


def test_every_cell_has_its_source(raw_tables: RawTables) -> None:
    found = cells(raw_tables, ["rls", "food_share"])
    assert list(found.columns) == CELL_COLUMNS
    assert found.notna().all(axis=None)
    assert (found[["publisher", "publication", "table"]] != "").all(axis=None)
    assert not found.duplicated(["unit", "year", "indicator"]).any()


def test_a_computed_series_is_the_ratio_of_two(raw_tables: RawTables) -> None:
    share = cells(raw_tables, ["food_share"]).set_index(["unit", "year"])
    table = raw_tables.provinces.set_index(["indicator", "unit", "year"])["value"]
    part = table["food_exp_pc_month"] / table["total_exp_pc_month"]
    pd.testing.assert_series_equal(
        share["value"].sort_index(), part.loc[share.index].sort_index(), check_names=False
    )
    assert set(share["status"]) == {"derived"}
    assert share["value"].between(0.3, 0.7).all()


def refused(raw: RawTables, *indicators: str, **options: object) -> str:
    with pytest.raises(MethodError) as error:
        cells(raw, list(indicators), **options)  # type: ignore[arg-type]
    return str(error.value)


def test_two_bases_of_one_series_are_refused(raw_tables: RawTables) -> None:
    text = refused(raw_tables, "uhh", "hls", "uhh_lf2020")
    assert "uhh (SP2010), uhh_lf2020 (LF SP2020)" in text
    assert "two bases or vintages" in refused(
        raw_tables, "pdrb_growth_yoy", "pdrb_growth_yoy_v2025"
    )


def test_an_unknown_series_is_refused(raw_tables: RawTables) -> None:
    assert "found 'rlss'" in refused(raw_tables, "rlss")
    assert "did you mean 'rls'?" in refused(raw_tables, "rlss")


def test_a_series_of_two_periods_needs_one(raw_tables: RawTables) -> None:
    assert "no period of 'poverty_rate'" in refused(raw_tables, "poverty_rate")
    wrong = refused(raw_tables, "poverty_rate", periods={"poverty_rate": "May"})
    assert "the period 'May'" in wrong
    march = cells(raw_tables, ["poverty_rate"], periods={"poverty_rate": "Mar"})
    assert set(march["period"]) == {"Mar"}


def test_a_panel_has_every_unit_of_its_year() -> None:
    found = pd.DataFrame(
        {"unit": ["a", "b", "c"], "year": [1, 1, 2], "indicator": "x", "value": [1.0, 2, 3]}
    )
    groups = pd.DataFrame({"g": ["r", "s", "s"]}, index=["a", "b", "c"])
    whole = panel_of(found, ["a", "b", "c"], groups)
    assert list(whole.values.index) == [("a", 1), ("b", 1), ("c", 2)]
    one = panel_of(found, ["c", "a"], groups, year=1)
    assert list(one.values.index) == [("a", 1), ("c", 1)]
    assert one.values["x"].isna().tolist() == [False, True]
    assert one.groups["g"].tolist() == ["r", "s"]


def test_a_deviation_covers_its_window(raw_tables: RawTables) -> None:
    found = cells(raw_tables, ["growth_volatility"], windows={"growth_volatility": (2013, 2022)})
    growth = raw_tables.provinces[raw_tables.provinces["indicator"] == "pdrb_growth_yoy"]
    bali = growth[(growth["unit"] == "51") & growth["year"].between(2013, 2022)]["value"]
    row = found[found["unit"] == "51"].iloc[0]
    assert row["value"] == pytest.approx(statistics.stdev(bali))
    assert (row["year"], row["status"]) == (2022, "derived")
    assert len(row["source"].split("; ")) > 1
    assert len(found) == 34


def test_a_deviation_of_part_of_its_window_is_left_out(raw_tables: RawTables) -> None:
    found = cells(raw_tables, ["growth_volatility"], windows={"growth_volatility": (2013, 2024)})
    assert set(found["unit"]).isdisjoint({"94", "94-34", "95"})


def test_a_deviation_without_years_is_refused(raw_tables: RawTables) -> None:
    with pytest.raises(MethodError, match="windows"):
        cells(raw_tables, ["growth_volatility"])


def test_a_carried_value_says_when_it_was_observed(raw_tables: RawTables) -> None:
    found = cells(raw_tables, ["kfd_index"], carried={"kfd_index": (2021, 2022)})
    rows = found[(found["unit"] == "72") & (found["year"] >= 2021)].set_index("year")
    assert rows.loc[2021, "value"] == rows.loc[2022, "value"]
    assert rows.loc[2022, ["observed", "status"]].tolist() == [2021, "carried"]


@pytest.mark.parametrize("years", [(2020, 2021), (2022, 2023)])
def test_what_cannot_be_carried_is_refused(raw_tables: RawTables, years: tuple[int, int]) -> None:
    with pytest.raises(MethodError, match="carried"):
        cells(raw_tables, ["kfd_index"], carried={"kfd_index": years})
