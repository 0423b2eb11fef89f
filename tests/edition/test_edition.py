"""Editions: reading, refusing, computing; and `erat check` and `erat build` on a damaged project."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from erat.edition.compute import compute, predecessors, problems_of
from erat.edition.edition import Edition
from erat.edition.project import Project
from erat.errors import MethodError, ParameterError
from erat.indonesia.check import RawTables
from tests.projects import few_replicates, latest_alone, tables_of
from tests.small import erat

STUDY = """base: ../methods/enabling_conditions.yml
factors:
  - {name: aggregation, at: aggregate.levels.2, choices: [{method: geometric, floor: 1}, arithmetic]}
  - {name: left_out, at: exclude, choices: [none, hls]}
"""


@pytest.fixture
def project(root: Path, tmp_path: Path) -> Project:
    """A copy of the project with a small study, to be damaged."""
    shutil.copytree(root / "config", tmp_path / "config")
    shutil.copytree(root / "data" / "raw", tmp_path / "data" / "raw")
    (tmp_path / "config" / "studies" / "choices.yml").write_text(STUDY)
    return Project(tmp_path)


def change(project: Project, file: str, old: str, new: str) -> None:
    path = project.config / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_edition_is_whole(built: Project) -> None:
    edition, tables = Edition.read(built, "2024"), tables_of(built, "2024")
    scores = tables["scores"].set_index("unit")
    assert len(scores) == 38
    assert scores.notna().all(axis=None)
    assert scores["ikp"].between(0, 100).all()
    assert sorted(tables["ranks"]["ikp"]) == list(range(1, 39))
    parts = tables["contributions"].set_index(["unit", "year"]).sum(axis=1)
    assert (parts.to_numpy() - scores["ikp"].to_numpy()).max() < 1e-10
    assert len(tables["predecessors"]) == 6
    assert set(tables["cells"]["indicator"]) == set(edition.series)
    assert tables["cells"]["year"].max() == tables["trend"]["year"].max() == 2024
    assert not tables["cells"].duplicated(["unit", "year", "indicator"]).any()
    trend = tables["trend"]
    assert trend.loc[trend["node"] == "ikp", "year"].min() >= edition.spec.trend.first_year
    for name, frame in tables.items():
        assert len(frame) or name in ("treatment", "imputation"), name


def test_units_of_both_borders(project: Project, raw_tables: RawTables) -> None:
    edition = Edition.read(project, "2024")
    assert len(edition.units(raw_tables)) == 38
    old = edition.units(raw_tables, 34)
    assert len(old) == 34
    assert {"91-34", "94-34"} <= set(old.index)
    assert old["group_en"].notna().all()


def test_new_provinces_know_where_they_came_from(raw_tables: RawTables) -> None:
    pairs = predecessors(raw_tables).set_index("unit")["predecessor"].to_dict()
    assert pairs == {
        "91": "91-34", "92": "91-34",
        "94": "94-34", "95": "94-34", "96": "94-34", "97": "94-34",
    }  # fmt: skip


def test_an_unknown_edition_lists_the_valid_ones(project: Project) -> None:
    with pytest.raises(ParameterError, match=r"found '2204'; expected one of 2021, 2022, 2024"):
        Edition.read(project, "2204")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("editions/2024.yml", "borders: 38", "borders: 36", "one of 34, 38"),
        ("editions/2024.yml", "borders: 38", "border: 38", "did you mean 'borders'?"),
        ("editions/2024.yml", "year: 2024", "year: dua ribu", "a whole number"),
        ("editions/2024.yml", "enabling_conditions.csv", "none.csv", "no such file"),
        ("editions/2024.yml", "tpak_aug", "tpak", "found 'tpak'"),
        ("editions/2024.yml", "tpak_aug", "uhh", "uhh (SP2010), uhh_lf2020"),
        ("editions/2024.yml", "{poverty_rate: Mar}", "{}", "no period of 'poverty_rate'"),
        ("frameworks/enabling_conditions.csv", "hls,Harapan", "uhh,Harapan", "uhh (SP2010),"),
        ("frameworks/enabling_conditions.csv", "people,Manusia,People,ikp", "people,a,b,ikq", "'ikq'"),
        ("methods/enabling_conditions.yml", "scale", "scala", "did you mean 'scale'?"),
        ("studies/choices.yml", "aggregate.levels.2", "agregate.levels.2", "'aggregate'?"),
        ("studies/choices.yml", "arithmetic", "aritmetic", "did you mean 'arithmetic'?"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_edition_is_said(
    project: Project, raw_tables: RawTables, file: str, old: str, new: str, said: str
) -> None:
    change(project, file, old, new)
    assert said in "\n".join(map(str, problems_of(project, "2024", raw_tables)))


def test_a_year_without_values_is_refused(project: Project, raw_tables: RawTables) -> None:
    change(project, "editions/2024.yml", "year: 2024", "year: 1999")
    with pytest.raises(MethodError, match="no value of 1999 for provinces"):
        compute(Edition.read(project, "2024"), raw_tables)


def test_provinces_without_values_are_missing_not_left_out(
    project: Project, raw_tables: RawTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_replicates(monkeypatch)
    change(project, "editions/2024.yml", "year: 2024", "year: 2023")
    change(project, "editions/2024.yml", "[2014, 2024]", "[2014, 2023]")
    carried = "carried: {food_share: [2020, 2023]}\ncontext:"
    change(project, "editions/2024.yml", "context:", carried)
    tables = compute(Edition.read(project, "2024"), raw_tables)
    ranks = tables["ranks"].set_index("unit")["ikp"]
    assert len(ranks) == 38
    imputed = tables["imputed"].set_index("unit").drop(columns="year")
    empty = imputed.index[imputed.isna().all(axis=1)]
    assert ranks[empty].isna().all()


def test_check_says_all_is_well_or_what_is_not(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.root)
    well = erat(capsys, "check")
    assert (well.status, well.err) == (0, "")
    latest_alone(project)
    change(project, "editions/2024.yml", "tpak_aug", "uhh")
    assert "uhh (SP2010), uhh_lf2020" in erat(capsys, "check").err
    change(project, "studies/choices.yml", "enabling_conditions.yml", "ipm_sp2010.yml")
    assert "choices.yml, base: found ipm_sp2010.yml" in erat(capsys, "check").err
    path = project.raw / "province_statistics.csv"
    path.write_text(path.read_text("utf-8").replace(",61.23,", ',"61,23",', 1), "utf-8")
    damaged = erat(capsys, "check")
    assert damaged.status == 2
    assert "province_statistics.csv, row 2, column value" in damaged.err
    assert "write 61.23" in damaged.err


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("data/raw/province_statistics.csv", ",61.23,", ',"61,23",',
         "province_statistics.csv, baris 2, kolom value. Ditemukan: '61,23'; seharusnya: titik "
         "desimal, bukan koma desimal. Tindakan: tulis 61.23"),
        ("data/raw/province_statistics.csv", ",61.23,", ",61.24,",
         "province_statistics.csv. Ditemukan: berkas yang berubah (sha256:"),
        ("config/editions/2024.yml", "year: 2024", "year: 2023",
         "edisi 2024. Ditemukan: tidak ada nilai tahun 2023 untuk provinsi menurut pembagian 38 "
         "provinsi: food_share; seharusnya: nilai setiap seri. Tindakan: tambahkan ke"),
    ],
)  # fmt: skip
def test_check_speaks_indonesian(
    project: Project,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    file: str,
    old: str,
    new: str,
    said: str,
) -> None:
    monkeypatch.chdir(project.root)
    latest_alone(project)
    path = project.root / file
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    refused = erat(capsys, "check", "--lang", "id")
    assert refused.status == 2
    assert said in refused.err
    assert "nothing was written" not in refused.err


@pytest.mark.stress
def test_build_refuses_damage_and_keeps_what_was_there(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    few_replicates(monkeypatch)
    monkeypatch.chdir(project.root)
    assert "computed" in erat(capsys, "build", "2024").out
    before = sorted((p.name, p.read_bytes()) for p in project.processed("2024").iterdir())
    assert "nothing changed" in erat(capsys, "build", "2024").out
    assert erat(capsys, "build", "2023").status == 2
    change(project, "editions/2024.yml", "tpak_aug", "uhh")
    assert erat(capsys, "build", "2024").status == 2
    after = sorted((p.name, p.read_bytes()) for p in project.processed("2024").iterdir())
    assert after == before
    assert sorted(p.name for p in (project.root / "data" / "processed").iterdir()) == ["2024"]


def test_outside_a_project(tmp_path: Path, root: Path) -> None:
    with pytest.raises(Exception, match="run the command inside the project's folder"):
        Project.here(tmp_path)
    assert Project.here(root / "config" / "editions").root == root


def test_the_panel_of_the_edition_is_typed(project: Project, raw_tables: RawTables) -> None:
    found = Edition.read(project, "2024").cells(raw_tables)
    assert pd.api.types.is_float_dtype(found["value"])
    assert pd.api.types.is_integer_dtype(found["year"])


def test_the_edition_for_research_is_whole(built: Project) -> None:
    """34 provinces, twelve indicators without a gap, one of them carried forward."""
    edition, tables = Edition.read(built, "2022"), tables_of(built, "2022")
    scores = tables["scores"].set_index("unit")
    assert len(scores) == 34
    assert {"94-34", "91-34"} <= set(scores.index)
    assert len(edition.framework.indicators) == 12
    assert tables["imputed"].notna().all(axis=None)
    carried = tables["cells"].query("status == 'carried'")
    assert carried["indicator"].unique().tolist() == ["kfd_index"]
    assert len(carried) == 34


@pytest.mark.parametrize("code", ["2021", "2022", "2024"])
def test_goalposts_hold_what_was_observed(root: Path, raw_tables: RawTables, code: str) -> None:
    edition = Edition.read(Project(root), code)
    found = edition.cells(raw_tables)
    now = (
        found[found["year"] == edition.spec.year].groupby("indicator")["value"].agg(["min", "max"])
    )
    table = edition.framework.table
    for indicator in edition.framework.indicators:
        assert table.loc[indicator, "goalpost_low"] <= now.loc[indicator, "min"], indicator
        assert table.loc[indicator, "goalpost_high"] >= now.loc[indicator, "max"], indicator
