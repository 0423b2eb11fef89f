"""The tables of an assessment: whole, closed, written and read again, marked where simulated."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from erat.errors import InputError
from erat.files import write_tables
from erat.survey.score.results import assess_capacity
from tests.survey import small_survey as small


@cache
def capacity() -> dict[str, pd.DataFrame]:
    answers = small.answers(small.everybody("34") | {"51.bpbd": 2, "5101.bpbd": 1}, missing=0.2)
    answers.verified.iloc[0] = answers.levels.iloc[0]
    settings = small.settings(resampling={"replicates": 60})
    return assess_capacity(answers, settings, small.units())


def test_every_table_says_that_it_is_simulated_in_every_row() -> None:
    for name, table in capacity().items():
        assert len(table), name
        assert (table["simulated"] == "simulated").all(), name


def test_real_answers_are_not_called_simulated() -> None:
    answers = small.answers({"34.bpbd": 2})
    real = replace(answers, respondents=answers.respondents.assign(simulated=False))
    found = assess_capacity(real, small.settings(), small.units())
    assert (found["scores"]["simulated"] == "").all()


def test_one_simulated_answer_marks_everything() -> None:
    answers = small.answers({"34.bpbd": 2, "34.dinkes": 1})
    mark = [True, False, False]
    mixed = replace(answers, respondents=answers.respondents.assign(simulated=mark))
    found = assess_capacity(mixed, small.settings(), small.units())
    assert (found["next_steps"]["simulated"] == "simulated").all()


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    write_tables(tmp_path / "made", capacity(), {}, {"note": "a test"})
    for name, table in capacity().items():
        texts = {column: "str" for column in table if isinstance(table[column].iloc[0], str)}
        missing = dict.fromkeys(set(table) - set(texts), "")
        path = tmp_path / "made" / f"{name}.csv"
        again = pd.read_csv(path, dtype=texts, keep_default_na=False, na_values=missing)
        pd.testing.assert_frame_equal(again, table, check_dtype=False)


def test_the_same_answers_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        capacity.cache_clear()
        write_tables(tmp_path / name, capacity(), {}, {})
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_a_score_is_missing_exactly_where_there_is_a_reason() -> None:
    scores = capacity()["scores"]
    np.testing.assert_array_equal(scores["score"].isna(), scores["reason"] != "")
    assert not scores["low"].notna()[scores["score"].isna()].any()
    assert scores["reason"].isin(["", "few answers", "few sub-units", "no agreement",
                                  "not asked"]).all()  # fmt: skip


def test_contributions_close_on_the_score_that_is_shown() -> None:
    parts, scores = capacity()["contributions"], capacity()["scores"]
    sums = parts.groupby(["province", "node"])[["weight", "contribution"]].sum()
    assert ("34", "CAP") in sums.index
    assert ("51", "CAP") not in sums.index
    shown = scores.set_index(["unit", "node"])["score"]
    for key, row in sums.iterrows():
        assert row["weight"] == pytest.approx(1, abs=1e-12)
        assert row["contribution"] == pytest.approx(shown[key], abs=1e-10)
    np.testing.assert_allclose(parts["weight"] * parts["value"], parts["contribution"], atol=1e-10)


def test_weights_close_where_the_framework_goes_first() -> None:
    answers = small.answers(small.everybody("34"), missing=0.2)
    settings = small.settings(method={"subunits": {"first": "framework"}})
    found = assess_capacity(answers, settings, small.units())
    sums = found["contributions"].groupby(["province", "node"])[["weight", "contribution"]].sum()
    shown = found["scores"].set_index(["unit", "node"])["score"]
    assert sums["weight"].to_numpy() == pytest.approx(1)
    for key, row in sums.iterrows():
        assert row["contribution"] == pytest.approx(shown[key], abs=1e-10)


def test_lenses_are_means_of_the_questions_that_carry_the_tag() -> None:
    scores = capacity()["scores"].set_index(["unit", "node"])["score"]
    lenses = capacity()["lenses"].set_index(["unit", "lens", "tag"])
    expected = np.nanmean([scores["34", f"{d}1{x}"] for d in "AB" for x in "ab"])
    assert lenses.loc[("34", "phase", "prevention"), "score"] == pytest.approx(expected)
    assert lenses.loc[("34", "phase", "prevention"), "n_questions"] == 4
    row = lenses.loc[("34", "topic", "policy")]
    assert row["low"] < row["score"] < row["high"]
    assert np.isnan(lenses.loc[("34", "topic", "warning"), "score"])


def test_cells_without_a_question_are_empty() -> None:
    cells = capacity()["cells"]
    one = cells[cells["unit"] == "34"]
    assert len(one) == 12
    empty = one[one["capacity"] == "recover"]
    assert (empty["n_questions"] == 0).all()
    assert empty["score"].isna().all()
    assert (one[one["capacity"] != "recover"]["n_questions"] == 2).all()


def test_agreement_is_given_for_units_and_for_all_together() -> None:
    table = capacity()["agreement"].set_index(["unit", "node", "between"])
    assert ("ID", "A1a", "respondents") in table.index
    row = table.loc[("34", "A1a", "respondents")]
    assert row["icc1_low"] <= row["icc1"] <= row["icc1_high"]
    assert 0 <= row["rwg"] <= 1
    own = table.loc[("34.bpbd", "CAP", "respondents")]
    assert np.isnan(own["icc1"])
    assert own["n_raters"] == 3


def test_every_unit_with_children_has_both_orders() -> None:
    orders = capacity()["orders"]
    assert set(orders.columns) == {"unit", "node", "units_first", "framework_first", "simulated"}
    assert {"34", "34.government", "3401"} <= set(orders["unit"])


def test_nobody_is_refused() -> None:
    answers = small.answers({"34.bpbd": 1}).of_rows(np.array([False]))
    with pytest.raises(InputError, match="nobody"):
        assess_capacity(answers, small.settings(), small.units())


def test_inequality_is_that_of_the_regencies_that_are_shown() -> None:
    table = capacity()["inequality"].set_index(["unit", "node"])
    scores = capacity()["scores"]
    shown = scores[(scores["parent"] == "34.regencies") & (scores["node"] == "CAP")]
    row, x = table.loc[("34", "CAP")], shown.set_index("unit")["score"].dropna()
    assert row["n"] == len(x) == 5
    assert row["weakest"] == x.idxmin()
    assert row["range"] == pytest.approx(x.max() - x.min())
    assert row["lost"] == pytest.approx(x.mean() - np.exp(np.log(x).mean()))
    assert ("51", "CAP") not in table.index


def test_unknown_sub_units_and_provinces_are_refused() -> None:
    answers = small.answers({"34.bpbd": 1, "3401.bpbd": 1})
    about = answers.respondents.assign(unit=["34.bpbx", "3401.bpbd"], province=["34", "35"])
    wrong = replace(answers, respondents=about)
    with pytest.raises(InputError) as refused:
        assess_capacity(wrong, small.settings(), small.units())
    assert [p.found for p in refused.value.problems] == [
        "unknown sub-units: 34.bpbx", "sub-units with another province: 3401.bpbd",
    ]  # fmt: skip
