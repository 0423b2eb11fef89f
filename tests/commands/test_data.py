"""``erat data add``: shown without --write, added with it, refused with status 2 in both languages."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from erat.indonesia.check import read_tables
from erat.indonesia.series import cells
from tests.small import erat

SOURCE = "BPS, Statistik Indonesia 2026, Tabel 4.1.1 (simulated)"


@pytest.fixture
def project(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of configuration and raw tables, and a table of invented figures of 2025."""
    shutil.copytree(root / "config", tmp_path / "config")
    shutil.copytree(root / "data" / "raw", tmp_path / "data" / "raw")
    table = pd.read_csv(root / "data" / "raw" / "province_statistics.csv", dtype={"unit": str})
    rows = table[(table["indicator"] == "hls") & (table["year"] == 2024)]
    lines = [f"{name.upper()};{value:.2f};{value + 0.02:.2f}".replace(".", ",")
             for name, value in zip(rows["name"], rows["value"], strict=True)]  # fmt: skip
    text = "\n".join(
        ["Harapan Lama Sekolah, 2024-2025", "Provinsi;2024;2025", *lines, "INDONESIA;13;13"]
    )
    (tmp_path / "simulated_hls.csv").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_invented_figures_go_into_a_copy_and_into_its_panel(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["data", "add", "simulated_hls.csv", "--indicator", "hls", "--year", "2025"]
    before = (project / "data" / "raw" / "province_statistics.csv").read_bytes()
    shown = erat(capsys, *call, "--source", SOURCE)
    assert (shown.status, shown.err) == (0, "")
    assert "2024 in the same file: 38 of 38 figures as in data/raw" in shown.out
    assert "Left out, totals (row): 'INDONESIA' (41)" in shown.out
    assert "Nothing was written. To add them: --write" in shown.out
    assert (project / "data" / "raw" / "province_statistics.csv").read_bytes() == before
    refused = erat(capsys, *call, "--source", "BPS", "--lang", "id", "--write")
    assert refused.status == 2
    assert "Tindakan: misalnya:" in refused.err
    assert "tidak ada yang ditulis" in refused.err
    written = erat(capsys, *call, "--source", SOURCE, "--write", "--lang", "id")
    assert (written.status, written.err) == (0, "")
    assert "Ditambahkan ke data/raw sebagai hls tahun 2025, sumber p104" in written.out
    assert erat(capsys, "check").status == 0
    panel = cells(read_tables(project / "data" / "raw"), ["hls"])
    of_year = panel[panel["year"] == 2025]
    assert len(of_year) == 38
    assert of_year["table"].str.contains("simulated").all()
    assert of_year["read_from"].str.startswith("file simulated_hls.csv").all()
