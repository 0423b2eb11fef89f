"""The raw tables as a whole."""

from __future__ import annotations

import shutil
from pathlib import Path

from erat.edition.audit import tables
from erat.edition.project import Project
from erat.indonesia.check import RawTables


def test_inventory_counts_the_rows_and_columns_of_every_file(project: Project) -> None:
    found = tables.inventory(project.raw).set_index("file")
    assert set(found.index) == {path.name for path in project.raw.glob("*.csv")}
    assert found.loc["units.csv", "rows"] == 555
    assert found.loc["province_statistics.csv", ["rows", "columns"]].tolist() == [9845, 12]
    assert found["state"].unique().tolist() == ["as described"]


def test_inventory_shows_a_changed_byte(project: Project, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(project.raw, tmp_path / "raw"))
    path = folder / "breaks.csv"
    path.write_bytes(path.read_bytes().replace(b"2016", b"2017", 1))
    found = tables.inventory(folder).set_index("file")["state"]
    assert found[found == "changed"].index.tolist() == ["breaks.csv"]


def test_every_value_belongs_to_one_publication_and_one_quality(raw: RawTables) -> None:
    values = len(raw.provinces) + len(raw.regencies)
    by_publication, by_quality = tables.publications(raw), tables.quality(raw)
    assert by_publication["values"].sum() == values
    assert abs(by_publication["share"].sum() - 100) < 1e-9
    assert by_quality["values"].sum() == values
    assert (by_quality.groupby("level")["share"].sum() - 100).abs().max() < 1e-9
    assert set(by_publication["publisher"]) == {"BPS", "Kemenkeu", "e-RAT"}


def test_only_what_was_seen_twice_is_verified_by_a_second_copy(raw: RawTables) -> None:
    twice = tables.quality(raw).query("copies == 2")
    assert twice["verified"].tolist() == ["second copy"]
    assert twice["values"].tolist() == [344 + 204]


def test_coverage_is_a_share_of_the_provinces_of_the_year(raw: RawTables) -> None:
    share = tables.coverage(raw)
    assert share.to_numpy().min() == 0
    assert share.to_numpy().max() == 1
    assert share.loc["Poverty rate (Mar)", 2024] == 1
    assert share.loc["Expected years of schooling", 2010] == 33 / 34
    assert share.loc["Life expectancy at birth (base LF SP2020)", 2022] == 32 / 34
    assert list(share.columns) == list(range(2010, 2026))


def test_surveys_held_twice_a_year_are_two_series(raw: RawTables) -> None:
    names = set(tables.series(raw).query("indicator == 'poverty_rate'")["series"])
    assert names == {"Poverty rate", "Poverty rate (Mar)", "Poverty rate (Sep)"}


def test_breaks_are_marked_on_every_series_that_has_them(raw: RawTables) -> None:
    marks = tables.break_marks(raw)
    years = [year for label, year in marks if label.startswith("Real GRDP per person")]
    assert years == [2019, 2021, 2023]
    assert {label for label, _ in marks} <= set(tables.coverage(raw).index)


def test_units_are_counted_and_those_of_one_border_listed(raw: RawTables) -> None:
    counts = tables.unit_counts(raw)
    assert counts.groupby("level")["units"].sum().to_dict() == {
        "country": 1, "province": 40, "regency": 514,
    }  # fmt: skip
    changed = tables.changed_units(raw)
    assert changed["borders"].value_counts().to_dict() == {"38": 6, "34": 2}
