"""Importing: one row a respondent, whatever the order of the files; nothing lost or overwritten."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from erat.errors import InputError
from erat.locale import Language
from erat.survey.answers import read_answers
from erat.survey.importing import check_files, write_import
from erat.survey.read.identity import iso_date, respondent_id, respondent_key
from tests.small import erat
from tests.survey.exports_of import (
    Submission,
    answers_of,
    check,
    csv_of,
    export,
    full,
    the_units,
)

UNITS = the_units()
VERSION = UNITS.instrument.version
EN = Language("en")
FIRST, SECOND, *_ = (question.code for question in UNITS.instrument.asked("bpbd", "regency"))


def one(person: str, answers: dict[str, str], **more: str) -> Submission:
    return Submission("7201.bpbd", person, answers, **more)  # type: ignore[arg-type]


def verified(*rows: tuple[str, str, str], code: str = FIRST) -> str:
    """An export of the verification form: government, agency, level."""
    names = [
        "instrument_version",
        "consent",
        "government",
        "respondent",
        f"{code}_verified",
        "_uuid",
    ]
    cells = [[VERSION, "yes", *row, f"v{number}"] for number, row in enumerate(rows)]
    return csv_of(names, cells)


def test_two_submissions_of_one_person_are_put_together(tmp_path: Path) -> None:
    parts = [one("A", {FIRST: "s1"}), one(" a ", {FIRST: "s1", SECOND: "s1 s2"}, uuid="other")]
    found = check(tmp_path, a=export(parts, UNITS))
    answers = answers_of(found)
    assert len(answers.levels) == 1
    assert answers.levels.iloc[0][[FIRST, SECOND]].tolist() == [1, 2]
    row = found.files().iloc[0]
    assert (row["found"], row["accepted"], row["repeated"], row["refused"]) == (3, 2, 1, 0)


@pytest.mark.parametrize(
    ("files", "people", "cause"),
    [
        ([["007"], ["7"]], 1, "leading zeros"),
        ([["007"], ["07"], ["7"]], 1, "leading zeros"),
        ([["007", "7"], ["7"]], 2, "leading zeros.apart"),
        ([["10"], ["1"], ["0"], ["a7"], ["7"]], 5, ""),
    ],
)
def test_a_number_whose_zeros_a_spreadsheet_dropped_is_one_person(
    files: list[list[str]], people: int, cause: str, tmp_path: Path
) -> None:
    texts = [export([one(p, {FIRST: "s1"}) for p in persons], UNITS) for persons in files]
    found = check(tmp_path, *texts)
    assert len(answers_of(found).levels) == people
    said = [remark for remark in found.remarks if remark.cause == "leading zeros"]
    assert bool(said) == bool(cause)
    expected = "" if not cause else "differ" if "apart" in cause else "is '007' in another file"
    assert all(expected in remark.found for remark in said)
    others = Submission("7202.bpbd", "7", {FIRST: "s1"})
    assert len(answers_of(check(tmp_path, texts[0], export([others], UNITS))).levels) > 1


def test_different_answers_of_one_person_are_refused_in_both_places(tmp_path: Path) -> None:
    a, b = one("A", {FIRST: "s1", SECOND: "s1"}), one("A", {FIRST: "s1", SECOND: "dk"}, uuid="x")
    found = check(tmp_path, a=export([a], UNITS), b=export([b], UNITS))
    told = {remark.file: remark.found for remark in found.refused}
    assert told == {
        "a.csv": f"another answer to {SECOND} than in b.csv, row 2",
        "b.csv": f"another answer to {SECOND} than in a.csv, row 2",
    }
    answers = answers_of(found)
    assert answers.levels.iloc[0][FIRST] == 1
    assert np.isnan(answers.levels.iloc[0][SECOND])
    assert answers.states.iloc[0][SECOND] == 3


def test_of_three_submissions_each_is_told_which_it_differs_from(tmp_path: Path) -> None:
    same = {FIRST: "s1", SECOND: "s1"}
    given = {
        "a": export([one("A", same)], UNITS),
        "b": export([one("A", same, uuid="b")], UNITS),
        "d": export([one("A", {FIRST: "s1 s2", SECOND: "s1"}, uuid="d")], UNITS),
    }
    found = check(tmp_path, **given)
    told = {(remark.file, remark.found): remark.answers for remark in found.refused}
    assert told == {
        ("a.csv", f"another answer to {FIRST} than in d.csv, row 2"): 1,
        ("b.csv", f"another answer to {FIRST} than in d.csv, row 2"): 1,
        ("d.csv", f"another answer to {FIRST} than in a.csv, row 2"): 1,
    }
    noted = [remark for remark in found.remarks if remark.cause == "given twice"]
    assert [(remark.file, remark.answers) for remark in noted] == [("b.csv", 1), ("d.csv", 1)]
    ledger, problems = found.files(), found.problems()
    for outcome, cause in (("refused", "double"), ("repeated", "given twice")):
        sums = problems[problems["cause"] == cause].groupby("file")["answers"].sum()
        counted = ledger.set_index("file")[outcome]
        assert sums.reindex(counted.index, fill_value=0).tolist() == counted.tolist()
    assert ledger["refused"].tolist() == [1, 1, 1]


def test_a_respondent_whose_every_answer_was_refused_is_none(tmp_path: Path) -> None:
    wrong = one("B", {FIRST: "s1 none"})
    texts = {
        "a": export([one("A", {FIRST: "s1"}), wrong, one("C", {FIRST: "s2 none"})], UNITS),
        "b": export([one("C", {SECOND: "s1"}, uuid="c")], UNITS),
    }
    found = check(tmp_path, **texts)
    answers = answers_of(found)
    ids = [respondent_id("7201.bpbd", respondent_key("7201.bpbd", p, "", "")) for p in "AC"]
    assert sorted(answers.respondents.index) == sorted(ids)
    assert found.files()["refused"].tolist() == [2, 0]
    assert found.problems()["answers"].sum() >= 2
    assert len(found.places) == 3
    assert len(answers_of(check(tmp_path, d=export([one("A", {})], UNITS))).levels) == 1


def test_links_in_a_folder_are_refused_unread(tmp_path: Path) -> None:
    secret, folder = tmp_path / "secret", tmp_path / "answers"
    secret.write_text("root:x:0:0\n", encoding="utf-8")
    folder.mkdir()
    (folder / "a.csv").write_text(export([one("A", {FIRST: "s1"})], UNITS), encoding="utf-8")
    (folder / "passwd.csv").symlink_to(secret)
    (folder / "more").symlink_to(tmp_path)
    found = check_files([folder], UNITS, EN)
    told = {remark.file: remark.found for remark in found.refused}
    assert told == {"passwd.csv": "a link to another place", "more": "a link to another place"}
    assert (
        found.files().set_index("file").loc[["more", "passwd.csv"], "sha256"].tolist() == [""] * 2
    )
    assert "root" not in found.problems().to_csv()
    by_name = check_files([folder / "passwd.csv"], UNITS, EN)
    assert "a link to another place" not in [remark.found for remark in by_name.remarks]


def test_the_same_submission_in_two_exports_counts_once(tmp_path: Path) -> None:
    nameless = one("", {FIRST: "s1"}, uuid="the same")
    found = check(tmp_path, a=export([nameless], UNITS), b=export([nameless], UNITS))
    assert len(answers_of(found).levels) == 1
    assert found.files()["repeated"].tolist() == [0, 1]


def test_two_persons_of_one_agency_are_two_rows(tmp_path: Path) -> None:
    found = check(tmp_path, a=export([one("A", {FIRST: "s1"}), one("B", {FIRST: "dk"})], UNITS))
    assert len(answers_of(found).levels) == 2
    assert found.refused == []


def test_verified_levels_go_to_every_respondent_of_the_sub_unit(tmp_path: Path) -> None:
    said = export([one("A", {FIRST: "s1"}), one("B", {FIRST: "s1 s2"})], UNITS)
    found = check(tmp_path, said=said, seen=verified(("7201", "bpbd", "1")))
    assert found.refused == []
    assert answers_of(found).verified[FIRST].tolist() == [1, 1]
    assert found.files()["accepted"].tolist() == [2, 1]


def test_two_verifiers_who_differ_are_refused(tmp_path: Path) -> None:
    said = export([one("A", {FIRST: "s1"})], UNITS)
    seen = verified(("7201", "bpbd", "1"), ("7201", "bpbd", "2"))
    found = check(tmp_path, said=said, seen=seen)
    assert {remark.cause for remark in found.refused} == {"double"}
    assert answers_of(found).verified[FIRST].isna().all()
    assert found.files().set_index("file").at["seen.csv", "refused"] == 2


def test_simulated_levels_do_not_verify_real_answers(tmp_path: Path) -> None:
    said = export([one("A", {FIRST: "s1"})], UNITS)
    names = ["instrument_version", "simulated", "government", "respondent", f"{FIRST}_verified"]
    seen = csv_of(names, [[VERSION, "simulated", "7201", "bpbd", "1"]])
    found = check(tmp_path, said=said, seen=seen)
    assert [remark.cause for remark in found.refused] == ["simulated"]
    assert answers_of(found).verified[FIRST].isna().all()
    assert not answers_of(found).simulated


def test_a_respondent_with_a_simulated_submission_is_simulated(tmp_path: Path) -> None:
    real = export([one("A", {FIRST: "s1"}), one("B", {FIRST: "s1"})], UNITS)
    names = ["instrument_version", "simulated", "consent", "government", "respondent",
             "respondent_id", SECOND]  # fmt: skip
    made = csv_of(names, [[VERSION, "simulasi", "yes", "7201", "bpbd", "A", "s1"]])
    answers = answers_of(check(tmp_path, a=real, b=made))
    assert sorted(answers.respondents["simulated"]) == [False, True]
    assert answers.simulated


def test_texts_of_two_submissions_stand_together(tmp_path: Path) -> None:
    a = Submission("7201.bpbd", "A", {FIRST: "s1"}, {FIRST: "SK 1"}, {FIRST: "mine"})
    b = Submission("7201.bpbd", "A", {FIRST: "s1"}, {FIRST: "SK 1"}, {FIRST: "and this"}, uuid="x")
    notes = answers_of(check(tmp_path, a=export([a, b], UNITS))).notes
    assert notes[["evidence", "comment"]].to_numpy().tolist() == [["SK 1", "mine\nand this"]]


def test_the_order_of_the_files_does_not_matter(tmp_path: Path) -> None:
    texts = {
        "a": export([full("7201.bpbd", "A", UNITS), full("72.bpbd", "C", UNITS)], UNITS),
        "b": export([full("7201.bpbd", "B", UNITS)], UNITS, separator=";"),
    }
    for name, order in (("one", ["a", "b"]), ("two", ["b", "a"])):
        write_import(check(tmp_path, **{key: texts[key] for key in order}), tmp_path / name, [])
    one_way = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    other = {path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()}
    assert one_way == other
    assert set(one_way) == {"respondents.csv", "levels.csv", "verified.csv", "notes.csv",
                            "places.csv", "files.csv", "problems.csv", "manifest.json"}  # fmt: skip


def test_what_was_imported_reads_back(tmp_path: Path) -> None:
    found = check(tmp_path, a=export([full("7201.bpbd", "A", UNITS)], UNITS))
    write_import(found, tmp_path / "out", [])
    read, given = read_answers(tmp_path / "out", UNITS.instrument), answers_of(found)
    pd.testing.assert_frame_equal(read.levels, given.levels)
    pd.testing.assert_frame_equal(read.states, given.states)
    pd.testing.assert_frame_equal(read.respondents, given.respondents)
    assert not read.simulated
    places = pd.read_csv(tmp_path / "out" / "places.csv")
    assert places.to_dict("records") == [
        {"respondent": given.levels.index[0], "file": "a.csv", "row": 2}
    ]


def test_no_name_or_initials_stand_in_the_import(tmp_path: Path) -> None:
    found = check(tmp_path, a=export([full("7201.bpbd", "Siti Aminah", UNITS)], UNITS))
    write_import(found, tmp_path / "out", [])
    for path in (tmp_path / "out").iterdir():
        assert "Aminah" not in path.read_text("utf-8")


def test_an_import_takes_the_place_of_the_one_before_and_of_nothing_else(tmp_path: Path) -> None:
    found = check(tmp_path, a=export([full("7201.bpbd", "A", UNITS)], UNITS))
    write_import(found, tmp_path / "out", [])
    write_import(found, tmp_path / "out", [])
    (tmp_path / "out" / "mine.xlsx").write_bytes(b"x")
    with pytest.raises(InputError, match=r"files that e-RAT did not make: mine\.xlsx"):
        write_import(found, tmp_path / "out", [])
    assert (tmp_path / "out" / "levels.csv").exists()


def test_nothing_that_counts_is_refused_and_nothing_written(tmp_path: Path) -> None:
    found = check(tmp_path, a=export([one("A", {FIRST: "s1"}, version="0.1")], UNITS))
    with pytest.raises(InputError, match="no answer that counts"):
        write_import(found, tmp_path / "out", [])
    assert not (tmp_path / "out").exists()


def test_the_commands_check_and_import(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_text(export([full("7201.bpbd", "A", UNITS)], UNITS), encoding="utf-8")
    assert erat(capsys, "survey", "check", path).status == 0
    told = erat(capsys, "survey", "import", "--out", tmp_path / "out", path)
    assert told.status == 0
    assert "Answers, files.csv and problems.csv in" in told.out
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["instrument"] == VERSION
    assert "RMP.yml" in manifest["inputs"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["check", "nowhere.csv"], "no such file"),
        (["check", "/dev/null"], "no ordinary file"),
        (["check", "."], "a file that holds no answers"),
        (["check", "a.csv", "--lang", "xx"], "found 'xx'"),
        (["template", "--province", "99", "--out", "out"], "'99'"),
        (["template", "--province", "949", "--out", "out"], "'94'"),
        (["simulate", "--province", "949", "--out", "out"], "'94'"),
    ],
)
def test_wrong_calls_end_in_a_message(
    arguments: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if arguments[1] == ".":
        (tmp_path / "photo.png").write_bytes(b"x")
        arguments = ["check", str(tmp_path)]
    run = erat(capsys, "survey", *arguments)
    assert told in run.out + run.err
    assert "Traceback" not in run.out + run.err
    assert run.status == (0 if "holds no answers" in told else 2)


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file in"):
        check_files([tmp_path], UNITS, EN)


def test_a_file_given_twice_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(export([full("7201.bpbd", "A", UNITS)], UNITS), encoding="utf-8")
    assert len(check_files([path, path, tmp_path], UNITS, EN).read) == 1


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        person = full("7201.bpbd", name, UNITS)
        (tmp_path / name / "a.csv").write_text(export([person], UNITS), encoding="utf-8")
    found = check_files([tmp_path / "one" / "a.csv", tmp_path / "two" / "a.csv"], UNITS, EN)
    assert len(set(found.files()["file"])) == 2
    whole = check_files([tmp_path], UNITS, EN)
    assert whole.files()["file"].tolist() == ["one/a.csv", "two/a.csv"]


def test_a_name_that_hides_something_is_shown_plainly(tmp_path: Path) -> None:
    path = tmp_path / "a\nb\u202e.csv"
    path.write_text("x", encoding="utf-8")
    (remark, *_) = check_files([path], UNITS, EN).remarks
    assert remark.file == "a\ufffdb\ufffd.csv"


def test_ids_are_of_a_person_and_do_not_tell_who() -> None:
    key = respondent_key("7201.bpbd", "Siti  Aminah", "u1", "x")
    assert key == respondent_key("7201.bpbd", "siti aminah", "u2", "y")
    assert key != respondent_key("7201.bappeda", "siti aminah", "u2", "y")
    assert respondent_key("7201.bpbd", "", "u1", "x") != respondent_key("7201.bpbd", "", "u2", "x")
    assert respondent_id("7201.bpbd", key).startswith("7201.bpbd.")
    assert "siti" not in respondent_id("7201.bpbd", key)


@pytest.mark.parametrize("text", ["2026-13-01", "31/31/2026", "99999999", "soon", "", "0000-00-00"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert iso_date(text) == ""
