"""The next maturity steps: counted by hand, and their gains computed by answering again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from erat.survey.answers import Answers
from erat.survey.score.next_steps import next_steps
from erat.survey.score.scoring import Assessed
from tests.survey import small_survey as small

METHODS: list[dict[str, object]] = [
    {},
    {"subunits": {"first": "framework"}},
    {"subunits": {"method": "median"}},
    {"aggregate": {"method": "geometric", "floor": 1}},
    {"subunits": {"first": "framework", "method": "atkinson", "floor": 1}},
]


def assessed(answers: Answers, method: dict[str, object]) -> Assessed:
    return small.assessed(answers, method=method)


@pytest.mark.parametrize("method", METHODS, ids=str)
def test_gains_are_those_of_answers_one_step_on(method: dict[str, object]) -> None:
    """Every sub-unit has one respondent, so that its step can be answered again."""
    of = dict.fromkeys(list(small.everybody("34"))[:14], 1)
    answers = small.answers(of, missing=0.2)
    one = assessed(answers, method)
    before = one.rolled.scores.droplevel("year")["CAP"]
    table = next_steps(one)
    for row in table.sample(12, random_state=1).itertuples():
        inside = one.above[one.tree.places.get_loc(row.unit)] > 0
        units = [unit for unit, there in zip(one.subunits, inside, strict=True) if there]
        levels = answers.levels.copy()
        moved = answers.respondents["unit"].isin(units) & (
            levels[row.question] == row.next_step - 1
        )
        assert moved.sum() == row.n_subunits
        levels.loc[moved, row.question] = float(row.next_step)
        again = replace(answers, levels=levels)
        after = assessed(again, method).rolled.scores.droplevel("year")["CAP"]
        assert row.gain == pytest.approx(after["34"] - before["34"], abs=1e-9)
        assert row.gain_own == pytest.approx(after[row.unit] - before[row.unit], abs=1e-9)


def test_the_step_that_most_stand_below_is_chosen() -> None:
    of = {"34.bpbd": 1, "34.dinkes": 1, "34.bappeda": 1}
    answers = small.answers(of)
    answers.levels["A1a"] = [2.0, 2.0, 4.0]
    row = next_steps(assessed(answers, {})).set_index(["unit", "question"]).loc[("34", "A1a")]
    assert (row["next_step"], row["n_subunits"], row["level"]) == (3, 2, 2)


def test_a_mean_between_two_levels_stands_below_the_next_step() -> None:
    answers = small.answers({"34.bpbd": 2})
    answers.levels["A1a"] = [2.0, 3.0]
    row = next_steps(assessed(answers, {})).set_index(["unit", "question"]).loc[("34", "A1a")]
    assert (row["next_step"], row["level"]) == (3, 2.5)


def test_who_is_at_the_top_has_no_next_step() -> None:
    answers = small.answers({"34.bpbd": 1})
    answers.levels.loc[:] = np.where(answers.levels.isna(), np.nan, 5.0)
    assert next_steps(assessed(answers, {})).empty


def test_the_largest_gain_goes_first() -> None:
    table = next_steps(assessed(small.answers(small.everybody("34")), {}))
    gains = table.loc[table["unit"] == "34", "gain"].round(9)
    assert gains.is_monotonic_decreasing
    assert (table["gain"] >= -1e-12).all()


def test_equal_gains_stand_in_the_order_of_questions() -> None:
    """However their last digits fell: a gain is a difference of two scores."""
    answers = small.answers(dict.fromkeys(small.everybody("34"), 1))
    table = next_steps(assessed(answers, {}))
    equal = table.assign(gain=table["gain"].round(9)).groupby(["unit", "gain"], sort=False)
    assert equal["question"].nunique().max() > 1
    assert equal["question"].apply(lambda codes: codes.is_monotonic_increasing).all()
