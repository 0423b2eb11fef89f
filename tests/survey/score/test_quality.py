"""Quality of answers, counted by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erat.survey.answers import ABSENT, NOT_APPLICABLE, UNKNOWN, Answers
from erat.survey.score.quality import (
    item_table,
    longest_runs,
    quality_table,
    respondent_table,
    response_table,
    verification_table,
)
from tests.survey import small_survey as small


def with_states(answers: Answers, row: int, code: str, state: int) -> None:
    """Take one answer back, in place."""
    answers.levels.iloc[row, answers.questions.index(code)] = np.nan
    answers.states.iloc[row, answers.questions.index(code)] = state


def test_runs_are_not_broken_by_gaps() -> None:
    x = np.array([[1, 1, np.nan, 1, 2], [np.nan] * 5, [3, 2, 2, 3, 3]])
    assert longest_runs(x).tolist() == [3, 0, 2]


@given(st.lists(st.sampled_from([0.0, 1.0, np.nan]), min_size=1, max_size=12))
def test_runs_as_counted_one_by_one(levels: list[float]) -> None:
    longest = run = 0
    last = None
    for level in levels:
        if level != level:
            continue
        run = run + 1 if level == last else 1
        longest, last = max(longest, run), level
    assert longest_runs(np.array([levels])).tolist() == [longest]


def test_respondents_by_hand() -> None:
    answers = small.answers({"34.bpbd": 2, "34.dinkes": 1})
    answers.levels.iloc[0] = 3.0
    with_states(answers, 1, "A1a", UNKNOWN)
    with_states(answers, 1, "A1b", ABSENT)
    with_states(answers, 1, "A2a", NOT_APPLICABLE)
    table = respondent_table(answers).set_index("respondent")
    assert table.loc["34.bpbd-0", "straight_lining"]
    assert table.loc["34.bpbd-0", "longest_run"] == 16
    assert not table.loc["34.bpbd-1", "straight_lining"]
    assert table.loc["34.bpbd-1", "asked"] == 15
    assert table.loc["34.bpbd-1", "non_response"] == pytest.approx(2 / 15)
    assert table.loc["34.dinkes-0", "asked"] == 8


def test_few_levels_are_no_straight_line() -> None:
    answers = small.answers({"34.dinkes": 1})
    for code in ("A1a", "A1b", "A2a", "A2b"):
        with_states(answers, 0, code, ABSENT)
    answers.levels.iloc[0] = answers.levels.iloc[0].where(answers.levels.iloc[0].isna(), 4.0)
    assert not respondent_table(answers)["straight_lining"].any()


def test_items_by_hand() -> None:
    answers = small.answers({"34.bpbd": 3, "34.dinkes": 1})
    for row, state in enumerate((UNKNOWN, ABSENT, NOT_APPLICABLE)):
        with_states(answers, row, "A1a", state)
    row = item_table(answers).set_index("question").loc["A1a"]
    assert row[["asked", "answered", "unknown", "not_applicable", "blank"]].tolist() == [
        4,
        1,
        1,
        1,
        1,
    ]
    assert row["non_response"] == pytest.approx(2 / 3)


def test_response_rates_count_those_that_could_have_answered() -> None:
    """Yogyakarta: four respondents of the province, and of each of its five regencies."""
    answers = small.answers({"34.bpbd": 2, "3401.bpbd": 1, "3401.community": 1, "3471.bpbd": 1})
    one = small.assessed(answers)
    table = quality_table(one, respondent_table(one.answers)).set_index("unit")
    counts = table[["asked", "answered", "respondents"]]
    assert counts.loc["34"].tolist() == [24, 4, 5]
    assert counts.loc["34.government"].tolist() == [4, 1, 2]
    assert counts.loc["34.regencies"].tolist() == [20, 3, 3]
    assert counts.loc["3401"].tolist() == [4, 2, 2]
    assert counts.loc["3402"].tolist() == [4, 0, 0]
    assert counts.loc["3402.bpbd"].tolist() == [1, 0, 0]
    assert table.loc["3401", "rate"] == 0.5
    assert np.isnan(table.loc["3402", "non_response"])
    rates = response_table(answers, small.units()).set_index(["respondent", "level"])
    assert rates.loc[("bpbd", "regency"), ["asked", "answered"]].tolist() == [5, 2]
    assert rates.loc[("bpbd", "province"), "rate"] == 1


def test_self_assessed_against_verified() -> None:
    answers = small.answers({"34.bpbd": 2, "3401.bpbd": 1})
    answers.levels.loc["34.bpbd-0", ["A1a", "A1b"]] = [4.0, 3.0]
    answers.verified.loc["34.bpbd-0", ["A1a", "A1b"]] = [2.0, 3.0]
    answers.verified.loc["3401.bpbd-0", "A1a"] = 0.0
    answers.levels.loc["3401.bpbd-0", "A1a"] = 1.0
    table = verification_table(small.assessed(answers)).set_index(["unit", "node"])
    row = table.loc[("34.bpbd", "A1")]
    assert row[["self", "verified", "difference", "agree", "n"]].tolist() == [70, 50, 20, 0.5, 2]
    assert table.loc[("34", "A1a"), "difference"] == pytest.approx((2 + 1) / 2 * 20)
    assert ("34.bpbd", "B") not in table.index
    assert verification_table(small.assessed(small.answers({"34.bpbd": 1}))).empty


def test_units_with_nothing_are_told_apart_from_zero() -> None:
    one = small.assessed(small.answers({"34.bpbd": 1}))
    table = quality_table(one, respondent_table(one.answers))
    empty = table[table["answered"] == 0]
    assert empty["straight_lining"].isna().all()
    assert isinstance(empty, pd.DataFrame)
