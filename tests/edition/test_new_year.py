"""A year more: invented figures in a copy of the project, an edition begun, and its pages."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from erat.edition.project import Project
from erat.indonesia.package import write_descriptor
from tests.projects import few_replicates, latest_alone
from tests.report.pages import run_cells
from tests.small import erat


@pytest.fixture
def project(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A copy of the project with figures of 2025 for the provinces: those of 2024, moved."""
    shutil.copytree(root / "config", tmp_path / "config")
    shutil.copytree(root / "data" / "raw", tmp_path / "data" / "raw")
    project = Project(tmp_path)
    latest_alone(project)
    file = project.raw / "province_statistics.csv"
    table = pd.read_csv(file, dtype=str, keep_default_na=False)
    of_year = {year: table[table["year"] == year] for year in ("2024", "2025")}
    lacks = ~of_year["2024"]["indicator"].isin(of_year["2025"]["indicator"])
    more = of_year["2024"][lacks & (of_year["2024"]["borders"] == "38")].assign(year="2025")
    more["value"] = (more["value"].astype(float) * 1.01).round(2).astype(str)
    pd.concat([table, more]).to_csv(file, index=False, lineterminator="\n")
    write_descriptor(project.raw)
    monkeypatch.chdir(tmp_path)
    few_replicates(monkeypatch)
    return project


def without(project: Project, *keys: str) -> None:
    """Take keys and what belongs to them out of the new edition's file."""
    path = project.edition_file("2025")
    text = path.read_text("utf-8")
    for key in keys:
        text, times = re.subn(rf"^{key}:.*\n(?:[ #].*\n)*", "", text, flags=re.MULTILINE)
        assert times == 1
    path.write_text(text, "utf-8")


def test_an_edition_is_begun_and_says_what_it_lacks(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = erat(capsys, "edition", "new", "2025", "--from", "2024")
    assert begun.status == 0
    lacks = "edition 2025, regencies: found no value of 2025 for regencies: uhh, hls, rls, ppp_exp"
    assert lacks in begun.out
    assert "erat build --edition 2025" in begun.out
    text = project.edition_file("2025").read_text("utf-8")
    assert "name_id: Indeks kondisi pendukung 2025" in text
    assert "framework: ../frameworks/enabling_conditions.csv" in text
    assert "years: [2014, 2025]" in text
    for refused in (erat(capsys, "check"), erat(capsys, "build", "--edition", "2025")):
        assert refused.status == 2
        assert lacks in refused.err
        assert "take 'subunits' out of 2025.yml: provinces work without it" in refused.err
    assert not project.processed("2025").exists()
    again = erat(capsys, "edition", "new", "2025")
    assert (again.status, project.edition_file("2025").read_text("utf-8")) == (2, text)
    assert "found 2025.yml, which is there" in again.err
    assert "a year other than 2024" in erat(capsys, "edition", "new", "baru", "--from", "2024").err


@pytest.mark.stress
def test_a_framework_without_figures_of_a_series_is_refused(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    erat(capsys, "edition", "new", "2025", "--from", "2024")
    file = project.raw / "province_statistics.csv"
    lines = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if ",2025,,hls," not in line), "utf-8")
    write_descriptor(project.raw)
    said = erat(capsys, "check").err
    assert "found no value of 2025 for provinces on the borders of 38: hls; expected" in said
    assert "under 'carried'" in said


@pytest.mark.parametrize(
    "keys",
    [("subunits",), ("subunits", "regencies")],
)
@pytest.mark.stress
def test_provinces_go_all_the_way_to_a_page_without_regencies(
    project: Project,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    keys: tuple[str, ...],
) -> None:
    erat(capsys, "edition", "new", "2025", "--from", "2024")
    without(project, *keys)
    checked = erat(capsys, "check")
    assert checked.status == 0
    assert ("note: edition 2025: found no value of 2025 for regencies" in checked.err) == (
        len(keys) == 1
    )
    assert "2025: computed" in erat(capsys, "build", "--edition", "2025").out
    page = run_cells(
        "province", monkeypatch, project.root, edition="2025", province="72", lang="id"
    )
    assert "Tidak diberi skor: edisi ini tidak memeringkat kabupaten dan kota" in page.words
    assert "Edisi ini tidak memuat angka kabupaten dan kota tahun 2025." in page.words
    national = run_cells("national", monkeypatch, project.root, edition="2025")
    assert "Not scored: this edition does not place the regencies" in national.words
