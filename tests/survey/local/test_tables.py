"""Templates have the headers that the check asks for, and explain every column twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from erat.indonesia.check import RawTables
from erat.survey.local.reading import KnownCodes, local_problems, read_local
from erat.survey.local.tables import TABLES, TITLES_ID, explanation, title_id, write_templates
from tests.survey.exports_of import the_units


@pytest.fixture
def known(raw_tables: RawTables) -> KnownCodes:
    return KnownCodes(raw_tables.units, frozenset({"bpbd"}), frozenset({"RMP1"}))


def test_empty_templates_pass_the_check(tmp_path: Path, known: KnownCodes) -> None:
    written, kept = write_templates(tmp_path / "local")
    assert written == [*(table.file for table in TABLES.values()), "README.md"]
    assert kept == []
    assert local_problems(tmp_path / "local", known) == []


def test_what_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text("mine", "utf-8")
    _, kept = write_templates(tmp_path)
    assert kept == ["roster.csv"]
    assert (tmp_path / "roster.csv").read_text("utf-8") == "mine"


def test_a_province_gets_rows_to_fill_in_that_are_no_fault(
    tmp_path: Path, raw_tables: RawTables, known: KnownCodes
) -> None:
    write_templates(tmp_path, the_units(), "95")
    lines = (tmp_path / "population.csv").read_text("utf-8").splitlines()[1:]
    assert lines[0] == "95,Papua Selatan,,,"
    assert {line.split(",")[0] for line in lines[1:]} == set(
        raw_tables.units.loc[raw_tables.units["parent_38"] == "95", "unit"]
    )
    roster = (tmp_path / "roster.csv").read_text("utf-8").splitlines()
    assert "9401.bpbd,Kabupaten Merauke,," in roster
    assert local_problems(tmp_path, known) == []
    assert all(frame.empty for frame in read_local(tmp_path, known).values())


def test_every_column_is_explained_in_both_languages() -> None:
    text = explanation()
    for table in TABLES.values():
        for field in table.fields:
            assert f"| {title_id(table.name, field.name)} | {field.title}" in text
    columns = {
        name
        for table in TABLES.values()
        for field in table.fields
        for name in (field.name, f"{table.name}.{field.name}")
    }
    assert set(TITLES_ID) <= columns


def test_a_value_means_people_in_one_table_and_an_index_in_the_other() -> None:
    parts = explanation().split("\n## ")
    rows = {
        part.split(".csv")[0]: line
        for part in parts
        for line in part.splitlines()
        if line.startswith("| `value`")
    }
    assert "Jumlah jiwa" in rows["population"]
    assert "IKD" not in rows["population"]
    assert "jiwa" not in rows["risk_indices"]


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_text("mine", encoding="utf-8")
    folder = tmp_path / "local"
    folder.mkdir()
    (folder / "README.md").symlink_to(mine)
    (folder / "roster.csv").symlink_to(tmp_path / "nowhere.csv")
    write_templates(folder)
    assert mine.read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "nowhere.csv").exists()
    assert (folder / "roster.csv").read_text(encoding="utf-8").startswith("subunit,")
