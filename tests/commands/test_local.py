"""``erat local`` and what ``erat check`` says of data/local."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from erat.cli import main
from erat.edition.project import Project
from tests.projects import latest_alone

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    latest_alone(Project(tmp_path))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "raw").symlink_to(ROOT / "data" / "raw")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(ended.value.code or 0)


def test_templates_are_written_once_and_pass_the_check(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("local", "template", "--province", "34") == 0
    assert run("check") == 0
    assert "data/local" in capsys.readouterr().out
    roster = project / "data" / "local" / "roster.csv"
    roster.write_text(roster.read_text("utf-8").replace("34.bpbd,DI Yogyakarta,,", "34.bpbd,x,3,"))
    assert run("check") == 2
    assert "data/local/roster.csv" in capsys.readouterr().err
    assert run("local", "template") == 0
    assert "stays as it is" in capsys.readouterr().out
    assert "34.bpbd,x,3," in roster.read_text("utf-8")


def test_weights_come_from_the_population(project: Path) -> None:
    assert run("local", "template", "--province", "34") == 0
    assert run("local", "weights") == 2
    table = project / "data" / "local" / "population.csv"
    table.write_text(table.read_text("utf-8").replace(",,,", ",2024,1000,BPS"), "utf-8")
    assert run("local", "weights") == 0
    assert (project / "data" / "local" / "weights.csv").exists()
    assert run("check") == 0


def test_an_unknown_province_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("local", "template", "--province", "99", "--out", "never") == 2
    assert "72 Sulawesi Tengah" in capsys.readouterr().err
    assert not Path("never").exists()
