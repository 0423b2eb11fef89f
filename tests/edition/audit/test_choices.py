"""One index under other choices: what the methodology notebooks show."""

from __future__ import annotations

import pandas as pd
import pytest

from erat.edition.audit import choices
from erat.edition.audit.traps import names
from erat.edition.project import Project
from erat.index.assessment import Assessment
from erat.index.comparison import compare
from erat.indonesia.check import RawTables


@pytest.fixture(scope="module")
def edition(project: Project, raw: RawTables) -> Assessment:
    return choices.assessed(project, raw, "2022")


@pytest.fixture(scope="module")
def weighed(edition: Assessment) -> dict[str, Assessment]:
    return {"own": edition, "critic": choices.with_choice(edition, weights="critic")}


def test_only_the_named_step_changes(edition: Assessment, weighed: dict[str, Assessment]) -> None:
    pd.testing.assert_frame_equal(weighed["critic"].normalized, edition.normalized)
    assert weighed["critic"].method.weights.method == "critic"
    assert weighed["critic"].method.aggregate == edition.method.aggregate
    assert not weighed["critic"].weights.equals(edition.weights)


def test_weights_add_up_under_every_node(weighed: dict[str, Assessment]) -> None:
    table = choices.weights_of(weighed)
    sums = table.groupby("under")[["own", "critic"]].sum()
    assert sums.to_numpy() == pytest.approx(100)
    assert table.iloc[0]["under"] == "Index of enabling conditions"
    assert table.loc["gini", "own"] == pytest.approx(100 / 3)


def test_effective_importance_adds_up(weighed: dict[str, Assessment]) -> None:
    table = choices.effective(weighed)
    assert table[["own", "critic"]].sum().to_numpy() == pytest.approx(100)
    assert table.loc["gini", "own"] < 0.2


def test_the_shift_table_names_who_moves(weighed: dict[str, Assessment], raw: RawTables) -> None:
    table = choices.shift_table(compare(weighed), names(raw))
    row = table.loc["critic"]
    shift = (weighed["critic"].ranks["ikp"] - weighed["own"].ranks["ikp"]).abs()
    assert row["mean_shift"] == pytest.approx(shift.mean())
    assert row["max_shift"] == shift.max()
    assert row["who"] == names(raw)[shift.idxmax()[0]]


def test_nobody_moves_under_the_same_weights(edition: Assessment, raw: RawTables) -> None:
    same = {"own": edition, "equal": choices.with_choice(edition, weights="equal")}
    row = choices.shift_table(compare(same), names(raw)).loc["equal"]
    assert (row["max_shift"], row["who"], row["moved"]) == (0, "–", 0)


def test_an_uneven_province_gains_by_compensation(edition: Assessment, raw: RawTables) -> None:
    arithmetic = choices.with_choice(edition, aggregate="arithmetic")
    shown = {"arithmetic": arithmetic, "geometric": edition}
    table = choices.compensation(shown, ["51", "35"], names(raw)).set_index("unit")
    assert table.loc["Bali", "spread"] > table.loc["Jawa Timur", "spread"]
    assert table.loc["Bali", "arithmetic"] < table.loc["Jawa Timur", "arithmetic"]
    assert table.loc["Bali", "geometric"] > table.loc["Jawa Timur", "geometric"]


def test_best_weights_never_pass_one_and_have_peers(edition: Assessment, raw: RawTables) -> None:
    table = choices.best_weights(edition, names(raw))
    assert table["score"].max() == pytest.approx(1)
    assert (table["peers"] != "").all()
    parts = table[[edition.framework.name(code) for code in edition.framework.dimensions]]
    assert parts.sum(axis=1).to_numpy() == pytest.approx(100)
    best = table.loc[table["score"] > 1 - 1e-9, "unit"]
    assert all(set(peers.split(", ")) <= set(best) for peers in table["peers"])


def test_bounds_lower_the_best_scores(edition: Assessment, raw: RawTables) -> None:
    free = choices.best_weights(edition, names(raw))["score"]
    bound = choices.best_weights(choices.bounded(edition, 0.15, 0.4), names(raw))["score"]
    bound = bound.reindex(free.index)
    assert (bound <= free + 1e-9).all()
    assert (bound < free - 1e-6).any()


def test_a_refusal_is_told_and_a_choice_that_works_is_not(edition: Assessment) -> None:
    assert "livelihood" in choices.refusal(edition, weights="optimized")
    assert choices.refusal(edition, weights="equal") == ""
