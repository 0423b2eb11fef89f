"""Exports of every kind say the same, and what they say is read as it was given."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erat.locale import Language
from erat.survey.answers import Answers
from erat.survey.read.long_table import CHOICES, SAYS, ticks
from erat.survey.read.remarks import Remarks
from tests.survey.exports_of import (
    Submission,
    answers_of,
    check,
    export,
    full,
    header,
    rows_of,
    the_units,
)

UNITS = the_units()
CODES = list(UNITS.instrument.codes)
EN = Language("en")
ASKED = [question.code for question in UNITS.instrument.asked("bpbd", "regency")]


def some() -> list[Submission]:
    """Submissions with every kind of answer."""
    words = ["s1", "s1 s2 s3 s4 s5", "none", "dk", "na", "", "s1 s2 s3"]
    first = full("7201.bpbd", "A", UNITS)
    mixed = {code: words[i % len(words)] for i, code in enumerate(ASKED)}
    second = Submission("7201.bpbd", "B", mixed, dict.fromkeys(ASKED, 'SK, 1; "x"\nbaris 2'))
    third = Submission("72.community", "C", {}, comments={})
    return [first, second, third]


def test_levels_states_and_texts_are_those_given(tmp_path: Path) -> None:
    found = answers_of(check(tmp_path, export(some(), UNITS)))
    assert list(found.respondents["unit"]) == ["72.community", "7201.bpbd", "7201.bpbd"]
    (row,) = np.flatnonzero((found.levels == 3).any(axis=1))
    words = {"none": (0, 0), "dk": (np.nan, 1), "na": (np.nan, 2), "": (np.nan, 3)}
    for code, ticked in some()[1].answers.items():
        level, state = words.get(ticked, (len(ticked.split()), 0))
        np.testing.assert_equal(found.levels.iloc[row][code], level)
        assert found.states.iloc[row][code] == state
    not_asked = [code for code in CODES if code not in ASKED]
    assert (found.states.iloc[row][not_asked] == 4).all()
    mine = found.notes[found.notes["respondent"] == found.levels.index[row]]
    assert set(mine["evidence"]) == {'SK, 1; "x"\nbaris 2'}
    assert set(mine["question"]) == set(ASKED)


KINDS: dict[str, dict[str, Any]] = {
    "KoboToolbox, semicolons": {"separator": ";"},
    "KoboToolbox, without groups": {"groups": ""},
    "ODK Central": {"groups": "-"},
    "columns of each choice too": {"split": True},
    "columns of each choice only": {"split": True, "listed": False},
    "tabs": {"separator": "\t"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_export_says_the_same(kind: str, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    one = answers_of(check(tmp_path / "a", export(some(), UNITS)))
    other = answers_of(check(tmp_path / "b", "\ufeff" + export(some(), UNITS, **KINDS[kind])))
    assert_same(one, other)


@pytest.mark.parametrize(("encoding", "notes"), [("utf-16", []), ("cp1252", ["latin-1"])])
def test_an_export_that_a_spreadsheet_saved_is_read(
    encoding: str, notes: list[str], tmp_path: Path
) -> None:
    good = Submission("7201.bpbd", "A", {ASKED[0]: "s1"}, {ASKED[0]: "Perda"}, role="Kepalá")
    found = check(tmp_path, export([good], UNITS, separator="\t").encode(encoding))
    assert answers_of(found).respondents["role"].tolist() == ["Kepalá"]
    assert [remark.cause for remark in found.remarks] == notes


def test_lists_end_in_the_language_of_the_remark() -> None:
    remarks = Remarks("a.csv", Language("id"))
    remarks.say("columns not read", names=list("abcdefghij"))
    assert "a, b, c, d, e, f, g, h dan 2 lainnya" in remarks.all[0].found


def test_an_export_as_xlsx_says_the_same(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    book = openpyxl.Workbook()
    page: Any = book.active
    names = header(UNITS.instrument)
    page.append(names)
    for row in rows_of(some(), names, UNITS):
        page.append([int(cell) if cell.isdigit() else cell or None for cell in row])
    data = io.BytesIO()
    book.save(data)
    one = answers_of(check(tmp_path / "a", export(some(), UNITS)))
    assert_same(one, answers_of(check(tmp_path / "b", data.getvalue())))


def assert_same(one: Answers, other: Answers) -> None:
    pd.testing.assert_frame_equal(one.levels, other.levels)
    pd.testing.assert_frame_equal(one.states, other.states)
    pd.testing.assert_frame_equal(one.notes, other.notes)
    pd.testing.assert_frame_equal(
        one.respondents.drop(columns="file"), other.respondents.drop(columns="file")
    )


TICKED = st.lists(st.sampled_from(CHOICES), unique=True, max_size=4).map(" ".join)


@given(st.lists(TICKED, min_size=len(ASKED), max_size=len(ASKED)))
def test_every_answer_comes_out_in_one_way(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str]
) -> None:
    """What is found is accepted or refused, and what is accepted is what the ticks say."""
    submission = Submission("7201.bpbd", "A", dict(zip(ASKED, cells, strict=True)))
    found = check(tmp_path_factory.mktemp("one"), export([submission], UNITS))
    ledger = found.files().iloc[0]
    assert ledger["found"] == sum(map(bool, cells))
    assert ledger["accepted"] + ledger["refused"] == ledger["found"]
    said = SAYS[[ticks(cell) for cell in cells]]
    assert ledger["accepted"] == (said >= 0).sum()
    if found.answers:
        levels = found.answers.levels.iloc[0][ASKED].to_numpy()
        np.testing.assert_array_equal(levels, np.where((said >= 0) & (said <= 5), said, np.nan))


def test_all_problems_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    good = full("7201.bpbd", "A", UNITS)
    wrong = [
        Submission("7299.bpbd", "B", good.answers, version="0.9", consent="no"),
        Submission("7201.bpbd", "C", {**good.answers, ASKED[1]: "s7", ASKED[2]: "dk na"}),
    ]
    found = check(tmp_path, export([good, *wrong], UNITS))
    causes = {remark.cause: remark.rows for remark in found.refused}
    assert causes == {
        "version": (3,), "unknown government": (3,), "no consent": (3,), "scale": (4,),
        "contradiction": (4,),
    }  # fmt: skip


def test_one_fault_in_many_rows_is_told_once_with_every_row(tmp_path: Path) -> None:
    many = [
        Submission("7201.bpbd", str(number), {ASKED[0]: "yes"}, uuid=str(number))
        for number in range(30)
    ]
    (remark,) = check(tmp_path, export(many, UNITS)).refused
    assert remark.rows == tuple(range(2, 32))
    assert remark.answers == 30
    assert "rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 20 more" in remark.line(EN)


def test_a_row_is_named_as_a_spreadsheet_counts_it(tmp_path: Path) -> None:
    """A text over several lines moves the rows below it."""
    first = Submission("7201.bpbd", "A", {ASKED[0]: "s1"}, {ASKED[0]: "two\nlines"})
    second = Submission("7201.bpbd", "B", {ASKED[0]: "s8"})
    (remark,) = check(tmp_path, export([first, second], UNITS)).refused
    assert remark.rows == (4,)


def test_a_file_of_too_many_rows_is_refused_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("erat.survey.read.export.MOST_ROWS", 2)
    found = check(tmp_path, export(some(), UNITS))
    assert [remark.found for remark in found.refused] == ["more than 2 rows"]
    assert found.answers is None


def test_who_declines_and_answers_nothing_is_noted_and_is_no_respondent(tmp_path: Path) -> None:
    found = check(
        tmp_path, export([*some(), Submission("7201.bpbd", "D", {}, consent="no")], UNITS)
    )
    assert found.refused == []
    assert "no consent" in {remark.cause for remark in found.remarks}
    assert len(answers_of(found).levels) == 3
