"""What is 'not assessed', and why: thresholds one by one, never a zero."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from erat.survey.answers import Answers
from erat.survey.score.scoring import Assessed
from erat.survey.score.sufficiency import Basis
from tests.survey import small_survey as small


def why(answers: Answers, **thresholds: float) -> pd.DataFrame:
    loose: dict[str, float] = {"answered": 0, "subunits": 1, "regencies": 0, "agreement": 0,
                               "dimensions": 0}  # fmt: skip
    one = small.assessed(answers, thresholds=loose | thresholds)
    return pd.DataFrame(Basis(one).reasons, index=one.tree.units, columns=one.nodes)


def basis(answers: Answers) -> tuple[Basis, Assessed]:
    one = small.assessed(answers)
    return Basis(one), one


def test_counts_by_hand() -> None:
    found, one = basis(small.answers({"34.bpbd": 2, "34.dinkes": 3, "3401.bpbd": 1}))
    at = one.tree.places.get_loc
    a, b = one.nodes.index("A"), one.nodes.index("B")
    assert found.respondents[at("34"), [a, b]].tolist() == [6, 3]
    assert found.subunits[at("34"), [a, b]].tolist() == [3, 2]
    assert found.subunits[at("34.dinkes"), a] == 1
    assert found.regencies[at("34.regencies"), a] == 1
    assert found.askable[at("34.government"), [a, b]].tolist() == [3, 2]
    assert found.askable[at("34.regencies"), a] == 5


def test_answers_that_are_missing() -> None:
    answers = small.answers({"34.bpbd": 1})
    answers.levels.loc["34.bpbd-0", ["A1a", "A1b", "A2a", "A2b", "A3a"]] = np.nan
    answers.states.loc["34.bpbd-0", ["A1a", "A1b", "A2a", "A2b", "A3a"]] = 3
    table = why(answers, answered=0.5)
    assert table.at["34.bpbd", "A"] == "few answers"
    assert table.at["34.bpbd", "B"] == ""
    assert table.at["34", "A"] == "few answers"
    assert why(answers, answered=0.3).at["34.bpbd", "A"] == ""


def test_what_concerns_nobody_lowers_no_share() -> None:
    answers = small.answers({"34.bpbd": 1})
    answers.levels.loc["34.bpbd-0", ["A1a", "A1b", "A2a", "A2b", "A3a"]] = np.nan
    answers.states.loc["34.bpbd-0", ["A1a", "A1b", "A2a", "A2b", "A3a"]] = 2
    table = why(answers, answered=1)
    assert table.at["34.bpbd", "A"] == ""
    assert table.at["34.bpbd", "A1"] == "few answers"


def test_nobody_answered_or_nobody_was_asked() -> None:
    table = why(small.answers({"34.bpbd": 1}))
    assert (table.loc["3402", ["A", "B", "CAP"]] == "few sub-units").all()
    assert table.at["3402", "B4b"] == "not asked"
    assert table.at["34.regencies", "B4b"] == "not asked"
    assert table.at["34", "B4b"] == ""


def test_respondents_of_a_subunit() -> None:
    table = why(small.answers({"34.bpbd": 1, "34.dinkes": 2}), respondents=2)
    assert table.at["34.bpbd", "A"] == "few answers"
    assert table.at["34.dinkes", "A"] == ""


def test_subunits_of_a_government_or_as_many_as_are_asked() -> None:
    answers = small.answers({"34.bpbd": 3, "3401.bpbd": 1, "3401.community": 1})
    table = why(answers, subunits=2)
    assert table.at["34.government", "A"] == "few sub-units"
    assert table.at["34", "A"] == "few sub-units"
    assert table.at["3401", "B"] == ""
    assert table.at["3401", "A"] == "few sub-units"
    assert why(answers, subunits=3).at["3401", "B"] == ""


def test_regencies_of_a_province() -> None:
    of = {"34.bpbd": 2, "3401.bpbd": 2, "3402.bpbd": 2}
    assert why(small.answers(of), regencies=0.5).at["34", "A"] == "few sub-units"
    assert why(small.answers(of), regencies=0.4).at["34", "A"] == ""
    alone = small.answers({"34.bpbd": 2})
    assert why(alone, regencies=0).at["34", "CAP"] == ""


def test_disagreement_hides_a_dimension_and_the_index_that_needs_it() -> None:
    answers = small.answers({"34.bpbd": 2}, spread=0.0)
    answers.levels.loc["34.bpbd-0", [c for c in answers.questions if c[0] == "A"]] = 0.0
    answers.levels.loc["34.bpbd-1", [c for c in answers.questions if c[0] == "A"]] = 5.0
    table = why(answers, agreement=0.3, dimensions=1)
    assert table.at["34.bpbd", "A"] == "no agreement"
    assert table.at["34.bpbd", "CAP"] == "no agreement"
    assert table.at["34.bpbd", "B"] == ""
    assert table.at["34.bpbd", "A1a"] == ""
    assert why(answers, agreement=0.3, dimensions=0.5).at["34.bpbd", "CAP"] in ("", "no agreement")
    assert why(answers, agreement=0).at["34.bpbd", "A"] == ""


def test_sub_units_that_contradict_each_other() -> None:
    answers = small.answers({"3401.bpbd": 2, "3401.dinkes": 2}, spread=0.0)
    a = [c for c in answers.questions if c[0] == "A"]
    answers.levels.loc[["3401.bpbd-0", "3401.bpbd-1"], a] = 0.0
    answers.levels.loc[["3401.dinkes-0", "3401.dinkes-1"], a] = 5.0
    table = why(answers, agreement=0.3)
    assert table.at["3401", "A"] == "no agreement"
    assert table.at["3401.bpbd", "A"] == ""


@pytest.mark.parametrize("limit", [0.0, 0.5, 1.0])
def test_a_reason_never_hides_what_is_complete(limit: float) -> None:
    table = why(
        small.answers(small.everybody("34", 2), spread=0.0), answered=limit, regencies=limit
    )
    asked = table != "not asked"
    assert (table[asked].fillna("") == "").to_numpy().all()
