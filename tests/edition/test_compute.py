"""Results on disk: built when an input changed, read as they were computed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from erat.edition import compute
from erat.edition.compute import build_edition
from erat.edition.edition import Edition
from erat.edition.frames import EditionFrames
from erat.edition.project import Project

TABLES = {
    "scores": pd.DataFrame({"unit": ["11", "94-34"], "i": [1 / 3, float("nan")]}),
    "units": pd.DataFrame({"unit": ["ID", "11"], "parent_34": ["", "ID"], "bps": ["", "11"]}),
    "notes": pd.DataFrame({"indicator": ["x", "y"], "note": ["", "a"], "value": [1.5, 2]}),
}


@pytest.fixture
def project(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A copy of the project whose edition is computed in no time."""
    shutil.copytree(root / "config", tmp_path / "config")
    (tmp_path / "data" / "raw").mkdir(parents=True)
    for name in ("units", "breaks"):
        shutil.copy(root / "data" / "raw" / f"{name}.csv", tmp_path / "data" / "raw")
    monkeypatch.setattr(compute, "read_tables", lambda folder: folder)
    monkeypatch.setattr(compute, "compute", lambda *_: TABLES)
    return Project(tmp_path)


def test_built_once(project: Project) -> None:
    assert build_edition(project, "2024")
    assert not build_edition(project, "2024")


@pytest.mark.parametrize(
    "file",
    [
        "config/editions/2024.yml",
        "config/frameworks/enabling_conditions.csv",
        "config/methods/enabling_conditions.yml",
        "config/studies/choices.yml",
        "data/raw/breaks.csv",
        "data/processed/2024/scores.csv",
        "data/processed/2024/manifest.json",
    ],
)
def test_built_again_when_a_byte_changed(project: Project, file: str) -> None:
    build_edition(project, "2024")
    path = project.root / file
    path.write_bytes(path.read_bytes() + b" " if "manifest" not in file else b"{}")
    assert build_edition(project, "2024")
    assert not build_edition(project, "2024")


@pytest.mark.parametrize(("year", "again"), [("2025", False), ("2024", True), ("2O25", True)])
def test_figures_of_a_later_year_do_not_compute_an_edition_again(
    project: Project, root: Path, year: str, again: bool
) -> None:
    rows = {
        "province_statistics": f"11,Aceh,38,{year},,hls,14.5,,published,1,,p999",
        "regency_statistics": f"1101,Kabupaten Simeulue,{year},,hls,13.9,,published,1,,p999",
        "breaks": f"hls,{year},concept,Konsep baru.,A new concept.",
        "sources": "p999,BPS,A new book,Table 1,,the publication",
    }
    for name in ("province_statistics", "regency_statistics", "sources"):
        shutil.copy(root / "data" / "raw" / f"{name}.csv", project.raw)
    build_edition(project, "2024")
    for name, row in rows.items():
        with (project.raw / f"{name}.csv").open("a", encoding="utf-8") as file:
            file.write(f"{row}\n")
    assert build_edition(project, "2024") is again


def test_built_again_when_a_file_is_new_or_gone(project: Project) -> None:
    build_edition(project, "2024")
    (project.raw / "more.csv").write_text("a\n1\n")
    assert build_edition(project, "2024")
    (project.processed("2024") / "scores.csv").unlink()
    assert build_edition(project, "2024")
    (project.raw / "more.csv").unlink()
    assert build_edition(project, "2024")


@pytest.mark.parametrize("text", ["", "[]", "null", '{"made_by": "e-RAT", "outputs": 1}', "{"])
def test_built_again_over_a_damaged_manifest(project: Project, text: str) -> None:
    build_edition(project, "2024")
    (project.processed("2024") / "manifest.json").write_text(text)
    assert build_edition(project, "2024")


def test_built_again_when_the_library_changed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_edition(project, "2024")
    monkeypatch.setattr("erat.files.library_digest", lambda: "another")
    assert build_edition(project, "2024")


def test_another_file_of_the_same_content_is_another_input(project: Project) -> None:
    build_edition(project, "2024")
    edition = project.config / "editions" / "2024.yml"
    method = project.config / "methods" / "enabling_conditions.yml"
    method.rename(method.with_name("renamed.yml"))
    for path in (edition, project.config / "studies" / "choices.yml"):
        path.write_text(path.read_text().replace("enabling_conditions.yml", "renamed.yml"))
    assert build_edition(project, "2024")
    assert Edition.read(project, "2024").inputs["method"].name == "renamed.yml"


def test_tables_are_read_as_they_were_written(project: Project) -> None:
    build_edition(project, "2024")
    read = EditionFrames(project.processed("2024"))
    scores = read.table("scores")
    assert scores["unit"].tolist() == ["11", "94-34"]
    assert scores["i"][0] == 1 / 3
    assert scores["i"].isna().tolist() == [False, True]
    assert read.table("units").to_numpy().tolist() == [["ID", "", ""], ["11", "ID", "11"]]
    assert read.table("notes")["note"].tolist() == ["", "a"]


def test_same_inputs_same_bytes(project: Project) -> None:
    build_edition(project, "2024")
    first = {path.name: path.read_bytes() for path in project.processed("2024").iterdir()}
    shutil.rmtree(project.processed("2024"))
    build_edition(project, "2024")
    assert first == {p.name: p.read_bytes() for p in project.processed("2024").iterdir()}
