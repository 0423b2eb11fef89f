"""An opened assessment: frames of one province that close, name and never show a zero for nothing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from erat.edition.project import Project
from erat.errors import DataError, InputError, ParameterError
from erat.survey.answered import read_files
from erat.survey.frames import levels_text
from erat.survey.opened import OpenAssessment, open_assessment
from erat.survey.stored import provinces_of
from tests.report.assessed import UNASSESSED, write_example

ROOT = Path(__file__).resolve().parents[2]
ENDS = ["score", "score_low", "score_high"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with one assessment and without an edition's results."""
    root = tmp_path_factory.mktemp("opened")
    (root / "config").symlink_to(ROOT / "config")
    (root / "data" / "processed").mkdir(parents=True)
    (root / "data" / "raw").symlink_to(ROOT / "data" / "raw")
    made = Project(root)
    write_example(made.raw, made.processed("real"), root / "answers", simulated=False)
    return made


@pytest.fixture(scope="module")
def real(project: Project) -> OpenAssessment:
    return open_assessment("real", "34", "en", project=project)


def test_it_opens_by_name_or_code_and_refuses_others(project: Project) -> None:
    assert open_assessment("real", "di yogyakarta", project=project).unit == "34"
    assert open_assessment("real", 34, project=project).name == "DI Yogyakarta"
    with pytest.raises(ParameterError, match="code or name"):
        open_assessment("real", "99", project=project)
    with pytest.raises(InputError, match="'reel'"):
        open_assessment("reel", "34", project=project)


@pytest.mark.parametrize("answers", ["", "none"])
def test_without_answers_every_frame_is_there_and_says_not_assessed(
    project: Project, answers: str
) -> None:
    nothing = open_assessment(answers, "34", "id", project=project)
    assert not nothing.is_answered
    assert set(nothing.profile["score_missing"]) == {"belum dinilai"}
    assert nothing.profile[ENDS].isna().all(axis=None)
    empty = "moves next_steps orders reliability agreement response verification files refused"
    assert all(getattr(nothing, name).empty for name in empty.split())
    assert list(nothing.regencies["answered"]) == [0] * len(nothing.regencies)


def test_answers_of_another_province_are_not_this_one(project: Project) -> None:
    assert not open_assessment("real", "72", project=project).is_answered


def test_scores_have_intervals_or_a_reason(real: OpenAssessment) -> None:
    frame = real.all
    there = frame["score"].notna()
    assert there.sum() > 80
    assert (frame.loc[there, "score_low"] <= frame.loc[there, "score_high"]).mean() > 0.95
    assert (frame.loc[there, "score_missing"] == "").all()
    assert frame.loc[~there, "score_missing"].str.startswith("not assessed").all()
    assert frame.loc[UNASSESSED, "score_missing"].startswith("not assessed: too few")
    assert list(real.dimensions.index) == [one.code for one in real.instrument.dimensions]


def test_a_reader_changes_a_copy(real: OpenAssessment) -> None:
    frame = real.dimensions
    frame["score"] = 0.0
    assert real.dimensions["score"].max() > 0


def test_contributions_close_and_moves_make_nothing(real: OpenAssessment) -> None:
    moves, scores = real.moves, real.dimensions["score"].dropna()
    assert moves["contribution"].sum() == pytest.approx(scores.mean(), abs=1e-9)
    assert moves.groupby("question")["moved"].sum().abs().max() < 1e-9
    assert set(moves["dimension"]) == set(scores.index)


def test_regencies_go_from_the_weakest_and_say_who_answered(real: OpenAssessment) -> None:
    people = real.answers.respondents
    frame = real.regencies
    assert sorted(frame.index) == sorted(real.governments[1:])
    for unit, row in frame.iterrows():
        scores = real.of(str(unit)).query("level == 'dimension'")["score"]
        assert row["lowest_dimension_score"] == scores.min()
        assert row["answered"] == people.loc[people["government"] == unit, "unit"].nunique()
    assert frame["answered"].min() < frame["asked"].max()


def test_inequality_names_the_lowest_and_the_highest(real: OpenAssessment) -> None:
    scores = {unit: real.of(unit).at["RMP", "score"] for unit in real.governments[1:]}
    known = pd.Series(scores).dropna()
    row = real.inequality.loc["RMP"]
    assert (row["lowest"], row["highest"]) == (known.idxmin(), known.idxmax())
    assert (row["lowest_score"], row["highest_score"]) == (known.min(), known.max())
    assert row["lowest_name"] == real.unit_names[known.idxmin()]


def test_a_lens_without_a_question_is_not_one_without_answers(real: OpenAssessment) -> None:
    cells = real.cells
    assert set(cells.loc[cells["questions"] == 0, "score_missing"]) == {"no question"}
    assert cells.loc[cells["questions"] == 0, "score"].isna().all()
    assert cells["questions"].sum() == len(real.instrument.questions)


def test_files_are_accounted_for(real: OpenAssessment) -> None:
    files = real.files.set_index("file")
    assert list(files.index) == ["example.csv", "verification.csv", "refused.csv"]
    assert list(files.loc["example.csv"][:4]) == [1200, 1150, 20, 30]
    assert list(real.refused["more"]) == [0, 1]


def test_a_file_of_people_of_another_province_is_not_ours(
    real: OpenAssessment, tmp_path: Path
) -> None:
    """Where people of both stand in it, it is; a name decides only where nobody's are there."""
    (tmp_path / "files.csv").write_text("file,found\na.csv,1\nb.csv,2\nc.csv,3\n7201.x,4\n")
    (tmp_path / "respondents.csv").write_text(
        "respondent,file,province\n1,a.csv,34\n2,b.csv,72\n3,a.csv,72\n"
    )
    governments = {code: one.province for code, one in real.subunits.governments.items()}
    assert list(read_files(tmp_path, "34", governments)["file"]) == ["a.csv", "c.csv"]
    assert list(read_files(tmp_path, "72", governments)["file"]) == [
        "a.csv", "b.csv", "c.csv", "7201.x"
    ]  # fmt: skip
    places = "respondent,file\n1,a.csv\n1,b.csv\n2,b.csv\n"
    (tmp_path / "places.csv").write_text(places)
    assert "b.csv" in set(read_files(tmp_path, "34", governments)["file"])


def test_many_levels_are_counted() -> None:
    assert levels_text([]) == ""
    assert levels_text([0, 5, 5]) == "0, 5, 5"
    assert levels_text([1] * 6 + [2]) == "6×1, 1×2"


def test_respondents_that_a_spreadsheet_saved_are_read(tmp_path: Path) -> None:
    table = tmp_path / "respondents.csv"
    table.write_bytes("respondent;province;role\nr;72;Kepalá\n".encode("cp1252"))
    assert provinces_of(tmp_path) == ["72"]
    table.write_text("respondent;provinsi\nr;72\n", "utf-8")
    with pytest.raises(DataError, match="a column 'province'"):
        provinces_of(tmp_path)
