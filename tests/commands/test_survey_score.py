"""``erat survey score`` and ``erat survey study`` from a folder of imported answers."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from erat.locale import language
from erat.survey.importing import check_files, write_import
from erat.survey.instrument import Instrument
from erat.survey.simulate import write_simulated
from erat.survey.units import SubUnits
from tests.projects import ROOT
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


STUDY = """base: base.yml
factors:
  - {name: sampling, at: data, realizations: {file: scored/replicates.csv}}
  - {name: weights, at: weights, perturb: {relative: 0.25}}
"""


@pytest.mark.stress
def test_the_sample_is_a_factor_of_an_index_of_dimensions_and_conditions(
    answers: Path, settings: Path, tmp_path: Path, capsys: Capture
) -> None:
    scored, out = tmp_path / "scored", tmp_path / "out"
    run = erat(capsys, "survey", "score", answers, "--out", scored, "--settings", settings,
               "--replicates", "32")  # fmt: skip
    assert run.status == 0, run.err
    made = pd.read_csv(scored / "replicates.csv", dtype={"unit": str})
    data = pd.read_csv(scored / "provinces.csv", dtype={"unit": str}).drop(columns="simulated")
    dimensions = list(data.columns[1:])
    assert list(made) == ["unit", "replicate", *dimensions, "simulated"]
    assert len(made) == 2 * 32
    scores = pd.read_csv(scored / "scores.csv", dtype={"unit": str}).set_index(["unit", "node"])
    for province, row in data.set_index("unit").iterrows():
        assert row.tolist() == [scores.loc[(province, d), "score"] for d in dimensions]

    data.assign(schooling=[8.0, 9.0]).to_csv(tmp_path / "data.csv", index=False)
    rows = ["idx,Index,,,1,aggregate,,", "A,Assessed,idx,,1,aggregate,,"]
    rows += [f"{code},{code},A,1,1,indicator,0,100" for code in dimensions]
    rows += ["B,Measured,idx,,1,aggregate,,", "schooling,Schooling,B,1,1,indicator,0,15"]
    header = "code,name,parent,direction,weight,type,goalpost_low,goalpost_high"
    (tmp_path / "meta.csv").write_text("\n".join([header, *rows]) + "\n")
    (tmp_path / "base.yml").write_text("normalize: goalposts\n")
    (tmp_path / "study.yml").write_text(STUDY)
    run = erat(capsys, "uncertainty", tmp_path / "data.csv", "--framework", tmp_path / "meta.csv",
               "--study", tmp_path / "study.yml", "-n", "64", "--jobs", "1", "--out", out)  # fmt: skip
    assert run.status == 0, run.err
    assert "'sampling': its versions come from simulated answers" in run.err
    alone = pd.read_csv(out / "alone.csv").set_index("factor")
    assert alone.loc["sampling", "draws"] == 32
    indices = pd.read_csv(out / "indices.csv").set_index(["factor", "output"])
    assert indices.loc[("sampling", "score:34"), "ST"] > 0.05

    spread = made[made["unit"] == "34"][dimensions].mean(axis=1).std() / 2
    (tmp_path / "study.yml").write_text("\n".join(STUDY.splitlines()[:3]) + "\n")
    run = erat(capsys, "uncertainty", tmp_path / "data.csv", "--framework", tmp_path / "meta.csv",
               "--study", tmp_path / "study.yml", "-n", "64", "--jobs", "1", "--out", out)  # fmt: skip
    assert run.status == 0, run.err
    row = pd.read_csv(out / "score_intervals.csv", dtype={"unit": str}).set_index("unit").loc["34"]
    assert row["q05"] < row["nominal"] < row["q95"]
    assert 2 * spread < row["q95"] - row["q05"] < 5 * spread


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


@pytest.mark.stress
def test_answers_read_as_latin_1_are_noted(
    answers: Path, settings: Path, tmp_path: Path, capsys: Capture
) -> None:
    shutil.copytree(answers, tmp_path / "answers")
    path = tmp_path / "answers" / "respondents.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    place = lines[0].split(",").index("role")
    cells = lines[2].split(",")
    lines[2] = ",".join([*cells[:place], "Kepalá", *cells[place + 1 :]])
    path.write_bytes("".join(lines).encode("cp1252"))
    run = erat(capsys, "survey", "score", path.parent, "--out", tmp_path / "o", "--settings",
               settings)  # fmt: skip
    assert run.status == 0
    assert "erat: note: respondents.csv, row 3: found text in Latin-1 (Windows)" in run.err
