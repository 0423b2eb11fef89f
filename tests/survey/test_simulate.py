"""The simulated example: the same from a seed, marked all the way, with the faults of the field."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from erat.files import sha256
from erat.locale import language
from erat.survey.answers import read_answers
from erat.survey.importing import Checked, check_files, write_import
from erat.survey.score.results import assess_capacity
from erat.survey.simulate import HOSTILE, PROVINCES, WORKBOOKS_OF, simulate, write_simulated
from tests.small import erat
from tests.survey.exports_of import answers_of, the_units
from tests.survey.small_survey import settings

UNITS = the_units()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("example") / "files"
    write_simulated(made, UNITS)
    return made


@pytest.fixture(scope="module")
def checked(folder: Path) -> Checked:
    return check_files([folder / "answers"], UNITS, language("en"))


def test_the_example_covers_six_provinces_with_all_regencies() -> None:
    made = simulate(UNITS)
    asked = set(made.submissions["government"])
    assert set(made.submissions["province"]) == set(PROVINCES)
    everywhere = {g.code for p in PROVINCES for g in UNITS.governments_of(p)}
    assert len(everywhere) == 65
    assert len(asked) >= 0.8 * len(everywhere)
    assert made.submissions.groupby("unit").size().max() >= 4
    kinds = {UNITS.all[u].kind for u in made.submissions["unit"] if u in UNITS.all}
    assert kinds == {"agency", "community", "business"}


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    for name, seed in (("one", 2026), ("again", 2026), ("other", 7)):
        write_simulated(tmp_path / name, UNITS, ("34",), seed)
    digests = [
        [sha256(path) for path in sorted((tmp_path / name).rglob("*")) if path.is_file()]
        for name in ("one", "again", "other")
    ]
    assert digests[0] == digests[1] != digests[2]


def test_every_file_of_answers_says_that_it_is_simulated(folder: Path) -> None:
    files = list((folder / "answers").iterdir())
    assert len(files) == len(PROVINCES) + 1 + len(WORKBOOKS_OF)
    for path in files:
        if path.suffix == ".csv":
            table = pd.read_csv(path, sep=None, engine="python", dtype=str, keep_default_na=False)
            assert (table["simulated"] == "simulated").all()
        else:
            book = openpyxl.load_workbook(path)
            assert "SIMULATED" in str(book.worksheets[0].cell(3, 3).value)
            assert book["_erat"].cell(6, 1).value == "simulated"


def test_the_mark_is_carried_by_the_import_and_by_every_table(
    checked: Checked, tmp_path: Path
) -> None:
    write_import(checked, tmp_path / "answers", [], accept_rest=True)
    answers = read_answers(tmp_path / "answers", UNITS.instrument)
    assert answers.respondents["simulated"].all()
    assert set(answers.respondents["file"].str.rpartition(".")[2]) == {"csv", "xlsx"}
    found = assess_capacity(answers, settings(), UNITS)
    for name, table in found.items():
        assert len(table), name
        assert (table["simulated"] == "simulated").all(), name


def test_the_faults_of_the_field_are_in_it_and_are_told(checked: Checked) -> None:
    causes = {remark.cause for remark in checked.remarks}
    assert {"contradiction", "step skipped", "no consent", "unknown agency"} <= causes
    ledger = checked.files()
    assert ledger["repeated"].sum() > 0
    assert not checked.unreadable
    assert ledger["accepted"].sum() / ledger["found"].sum() > 0.9
    total = ledger[["accepted", "repeated", "refused"]].sum(axis=1)
    assert (total == ledger["found"]).all()


def test_hostile_texts_are_in_it_and_stay_texts(folder: Path, tmp_path: Path,
                                                checked: Checked) -> None:  # fmt: skip
    cells = "".join(p.read_text("utf-8") for p in (folder / "answers").glob("*.csv"))
    assert "<script>" in cells
    assert any(text.startswith("=") for text in HOSTILE)
    write_import(checked, tmp_path / "answers", [], accept_rest=True)
    notes = pd.read_csv(tmp_path / "answers" / "notes.csv", dtype=str, keep_default_na=False)
    texts = notes[["evidence", "comment"]].to_numpy().ravel()
    assert not any(str(text).startswith(("=", "@", "+", "-")) for text in texts)
    assert any("=HYPERLINK" in text or "cmd" in text or "<" in text for text in texts)


def test_reliability_and_agreement_are_neither_perfect_nor_nil(checked: Checked) -> None:
    found = assess_capacity(answers_of(checked), settings(), UNITS)
    dimensions = found["reliability"][found["reliability"]["node"].isin(["RMP", "LC", "OR", "OFR"])]
    assert dimensions["alpha"].between(0.5, 0.97).all()
    icc = found["agreement"].query("unit == 'ID' and node == 'CAP' and between == 'respondents'")
    assert 0.2 < icc["icc1"].item() < 0.8
    own = found["verification"].query("unit == '72' and node == 'CAP'")
    assert 2 < own["difference"].item() < 15
    assert np.isfinite(found["scores"]["score"]).any()


def test_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path, root: Path,
                     monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.chdir(root)
    run = erat(capsys, "survey", "simulate", "--out", tmp_path / "x", "--province", "34")
    assert run.status == 0
    assert "simulated submissions" in run.out
    arguments = ("--out", tmp_path / "z", "--province", "34", "--lang", "id")
    assert "kiriman simulasi dalam" in erat(capsys, "survey", "simulate", *arguments).out
    assert (tmp_path / "x" / "answers" / "kobo_34.csv").exists()
    wrong = erat(capsys, "survey", "simulate", "--out", tmp_path / "y", "--province", "7")
    assert wrong.status == 2
    assert "--province" in wrong.err
    assert not (tmp_path / "y").exists()


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path,
                                                 capsys: pytest.CaptureFixture[str], root: Path,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.chdir(root)
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "mine.txt").write_text("keep")
    run = erat(capsys, "survey", "simulate", "--out", tmp_path / "x", "--province", "34")
    assert run.status == 2
    assert (tmp_path / "x" / "mine.txt").read_text() == "keep"


@pytest.mark.stress
def test_every_interval_of_the_example_holds_its_score(checked: Checked) -> None:
    options = settings(resampling={"replicates": 200})
    found = assess_capacity(answers_of(checked), options, UNITS)
    for name in ("scores", "lenses", "cells"):
        table = found[name]
        shown = table[table["low"].notna()]
        assert len(shown) > 0.1 * len(table), name
        assert (shown["low"] <= shown["score"]).all(), name
        assert (shown["score"] <= shown["high"]).all(), name
        assert (shown["low"] < shown["high"]).all(), name
        np.testing.assert_array_equal(table["low"].isna(), table["high"].isna())
