"""``erat survey score`` and ``erat survey study`` from a folder of imported answers."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from erat.locale import language
from erat.survey.importing import check_files, write_import
from erat.survey.instrument import Instrument
from erat.survey.simulated_files import write_simulated
from erat.survey.units import SubUnits
from tests.conftest import ROOT
from tests.small import erat

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, raw = tmp_path_factory.mktemp("survey"), ROOT / "data" / "raw"
    units = SubUnits.read(raw, Instrument.read(raw / "instrument"))
    write_simulated(folder / "files", units, ("34", "82"))
    checked = check_files([folder / "files" / "answers"], units, language("en"))
    write_import(checked, folder / "answers", [], accept_rest=True)
    return folder / "answers"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(ROOT)
    path = tmp_path / "settings.yml"
    path.write_text("resampling: {replicates: 20}\n")
    return path


def test_scores_from_imported_answers(
    answers: Path, settings: Path, tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "out"
    run = erat(capsys, "survey", "score", answers, "--out", out, "--settings", settings)
    assert run.status == 0, run.err
    assert "34: " in run.out
    assert run.out.count("(simulated)") == 2
    scores = pd.read_csv(out / "scores.csv", dtype={"unit": str})
    assert (scores["simulated"] == "simulated").all()
    made = json.loads((out / "manifest.json").read_text("utf-8"))
    assert made["simulated"] is True
    assert "answers/levels.csv" in made["inputs"]
    assert len(made["outputs"]) == 14


def test_a_province_without_enough_answers_is_not_assessed(
    answers: Path, settings: Path, tmp_path: Path, capsys: Capture
) -> None:
    settings.write_text("{resampling: {replicates: 0}, thresholds: {answered: 1}}")
    run = erat(capsys, "survey", "score", answers, "--out", tmp_path / "o", "--settings", settings)
    assert run.status == 0
    assert "34: not assessed, few answers (simulated)" in run.out


def test_wrong_input_ends_with_status_2_and_writes_nothing(
    answers: Path, settings: Path, tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "out"
    settings.write_text("treshholds: {}")
    for arguments in ((answers, "--settings", settings), (tmp_path / "nowhere",)):
        run = erat(capsys, "survey", "score", *arguments, "--out", out)
        assert run.status == 2
        assert "What to do" in run.err
    assert not out.exists()


def test_a_study_holds_sample_and_choices_against_each_other(
    answers: Path, settings: Path, tmp_path: Path, capsys: Capture
) -> None:
    study = tmp_path / "study.yml"
    study.write_text(
        "base: settings.yml\nfactors: [{name: order, at: subunits.first, choices: [units, framework]}]"
    )
    out = tmp_path / "out"
    run = erat(capsys, "survey", "study", answers, "--study", study, "--out", out, "-n", "10")
    assert run.status == 0, run.err
    shares = pd.read_csv(out / "shares.csv")
    assert set(shares["factor"]) == {"order", "sampling", "interactions"}
    assert (shares["simulated"] == "simulated").all()
    assert set(pd.read_csv(out / "intervals.csv")["output"]) == {"score", "rank"}
