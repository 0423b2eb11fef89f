"""Scores of all units and nodes, by hand and in both orders."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from erat.subunits.contributions import contributions
from erat.survey.score.scoring import Assessed
from tests.survey import small_survey as small


def assessed(
    of: dict[str, int] | None = None, missing: float = 0.2, **settings: object
) -> Assessed:
    given = small.answers(of or small.everybody("34"), missing=missing)
    return small.assessed(given, **settings)


def test_a_province_by_hand() -> None:
    """Two agencies of the province, one of one regency: respondents, agencies, blocks, nodes."""
    one = assessed({"34.bpbd": 2, "34.bappeda": 1, "3401.bpbd": 3}, missing=0.0)
    levels = one.answers.levels
    question = 20 * levels["A1a"]
    of = one.answers.respondents["unit"]
    own = (question[of == "34.bpbd"].mean() + question[of == "34.bappeda"].mean()) / 2
    regency = question[of == "3401.bpbd"].mean()
    scores = one.rolled.scores.droplevel("year")
    assert scores.at["34.bpbd", "A1a"] == pytest.approx(question[of == "34.bpbd"].mean())
    assert scores.at["34.government", "A1a"] == pytest.approx(own)
    assert scores.at["3401", "A1a"] == pytest.approx(regency)
    assert scores.at["34", "A1a"] == pytest.approx((own + regency) / 2)
    assert scores.at["34", "A1"] == pytest.approx(scores.loc["34", ["A1a", "A1b"]].mean())
    assert scores.at["34", "A"] == pytest.approx(scores.loc["34", ["A1", "A2", "A3", "A4"]].mean())
    assert scores.at["34", "CAP"] == pytest.approx(scores.loc["34", ["A", "B"]].mean())


def test_what_nobody_answered_is_missing_and_never_zero() -> None:
    scores = assessed({"34.bpbd": 1}, missing=0.0).rolled.scores.droplevel("year")
    assert scores.loc["3402"].isna().all()
    assert scores.loc["34.regencies"].isna().all()
    assert scores.loc["34"].notna().all()


def test_the_tree_has_every_regency_and_the_subunits_that_answered() -> None:
    table = assessed({"34.bpbd": 1, "3401.community": 2}).tree.table
    kinds, parents = table["kind"], table["parent"]
    assert (kinds == "regency").sum() == 5
    assert kinds["3401.community"] == "community"
    assert parents.index[parents == "34"].tolist() == ["34.government", "34.regencies"]
    assert parents.index[parents == "34.government"].tolist() == ["34.bpbd"]


def test_both_orders_agree_where_nothing_is_missing_in_a_linear_method() -> None:
    of = {f"{unit}.{who}": 2 for unit in ("34", "3401") for who in ("bpbd",)}
    one = assessed(of, missing=0.0, method={"exclude": ["B4b"]})
    orders = one.rolled.orders
    np.testing.assert_allclose(orders["units_first"], orders["framework_first"])


def test_both_orders_differ_where_sub_units_answer_different_questions() -> None:
    orders = assessed().rolled.orders
    top = orders[(orders["unit"] == "34") & (orders["node"] == "CAP")]
    assert abs(top["units_first"] - top["framework_first"]).item() > 0.01


@pytest.mark.parametrize("first", ["units", "framework"])
@pytest.mark.parametrize("aggregate", ["arithmetic", "geometric"])
def test_contributions_close(first: str, aggregate: str) -> None:
    method = {"subunits": {"first": first}, "aggregate": {"method": aggregate, "floor": 1}}
    if aggregate == "arithmetic":
        method["aggregate"] = {"method": "arithmetic"}
    one = assessed(small.everybody("34") | small.everybody("51"), method=method)
    parts = contributions(one.rolled)
    scores = one.rolled.scores.droplevel("year")["CAP"]
    sums = parts.groupby("unit")["contribution"].sum()
    assert abs(sums - scores[sums.index]).max() < 1e-12 * 100


def test_a_questions_share_of_the_own_bureaucracy_is_one_half() -> None:
    one = assessed(missing=0.0)
    assert one.rolled.weights_of("A1a")[one.tree.places.get_loc("34.government"), 0] == 0.5


def test_answers_in_any_order_give_the_same_scores() -> None:
    given = small.answers(small.everybody("34"), missing=0.2)
    mixed = given.of_rows(np.random.default_rng(1).permutation(len(given.respondents)))
    both = [small.assessed(x).rolled.scores for x in (given, mixed)]
    pd.testing.assert_frame_equal(*both)


def test_an_excluded_dimension_is_left_out() -> None:
    one = assessed(method={"exclude": ["B"]})
    assert "B1a" not in one.questions
    assert one.means.shape[1] == 8
