"""A hundred damaged or hostile files: each a clear refusal or note, no traceback, nothing lost."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from erat.locale import Language
from erat.survey.answers import read_answers
from erat.survey.importing import Checked, check_files
from tests.small import erat
from tests.survey.exports_of import export, full, the_units
from tests.survey.hostile import hostile
from tests.survey.hostile_made import Case

UNITS = the_units()
CASES = hostile(UNITS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All hostile files, and a good one."""
    folder = tmp_path_factory.mktemp("hostile")
    for case in CASES:
        (folder / case.name).write_bytes(case.data)
    good = [full("7201.bappeda", str(number), UNITS) for number in range(3)]
    (folder / "good.csv").write_text(export(good, UNITS), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def checked(folder: Path) -> Checked:
    """What is found in them, all at once."""
    return check_files([folder], UNITS, Language("en"))


@pytest.fixture(scope="module")
def ledger(checked: Checked) -> pd.DataFrame:
    """The ledger by file."""
    return checked.files().set_index("file")


def test_there_are_a_hundred() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names))
    assert sum(case.severity != "accepted" for case in CASES) >= 100


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_is_said_clearly(case: Case, checked: Checked) -> None:
    lang = Language("en")
    lines = [r.line(lang) for r in checked.remarks if r.file == case.name]
    if case.severity == "accepted":
        assert lines == []
        return
    assert any(line.startswith(f"{case.severity}: ") and case.says in line for line in lines), lines
    if case.severity == "noted":
        assert not any(line.startswith("refused") for line in lines), lines
    for line in lines:
        assert f": {case.name}" in line
        assert "What to do: " in line
        assert line.isprintable()
        assert len(line) < 700


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_answer_is_lost(case: Case, ledger: pd.DataFrame) -> None:
    row = ledger.loc[case.name]
    assert row["accepted"] + row["repeated"] + row["refused"] == row["found"]
    if case.answers is not None:
        assert row["found"] == case.answers
        assert row["accepted"] == case.left
    if case.answers is None:
        assert row["accepted"] == case.left == 0


def test_the_good_file_beside_them_is_whole(ledger: pd.DataFrame) -> None:
    row = ledger.loc["good.csv"]
    assert row["found"] == row["accepted"] > 0
    assert row["refused"] == row["repeated"] == 0


@pytest.mark.stress
def test_the_command_says_all_of_it_in_indonesian(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = erat(capsys, "survey", "check", folder, "--lang", "id", "--all")
    assert told.status == 2
    assert "Traceback" not in told.out + told.err
    lang = Language("id")
    lines = [line for line in told.out.splitlines() if ": " in line]
    for case in CASES:
        if case.severity != "accepted":
            start = f"{lang.tr(case.severity)}: {case.name}"
            assert any(line.startswith(start) for line in lines), case.name
    for line in lines:
        assert "What to do" not in line
        assert "expected" not in line
        assert " the " not in line


def test_an_import_refuses_files_that_cannot_be_read(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unread = next(case.name for case in CASES if case.severity == "refused" and not case.answers)
    files = [folder / name for name in ("good.csv", unread)]
    told = erat(capsys, "survey", "import", *files, "--out", tmp_path / "answers")
    assert told.status == 2
    assert "--accept-rest" in told.err
    assert not (tmp_path / "answers").exists()


@pytest.mark.stress
def test_an_import_of_the_rest_keeps_a_ledger(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "answers"
    assert erat(capsys, "survey", "import", folder, "--accept-rest", "--out", out).status == 0
    files = pd.read_csv(out / "files.csv", dtype={"file": str}).set_index("file")
    assert set(files.index) == {case.name for case in CASES} | {"good.csv"}
    answers = read_answers(out, UNITS.instrument)
    given = answers.states.isin([0, 1, 2]).to_numpy().sum() + answers.verified.notna().sum().sum()
    assert given == files["accepted"].sum()
    problems = pd.read_csv(out / "problems.csv", dtype=str, keep_default_na=False)
    assert {case.name for case in CASES if case.severity != "accepted"} <= set(problems["file"])
    for path in out.glob("*.csv"):
        for line in path.read_text("utf-8").splitlines():
            assert not line.startswith(("=", "+", "@", "\t"))
            assert ",=" not in line
