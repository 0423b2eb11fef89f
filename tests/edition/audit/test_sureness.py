"""How sure ranks are: what the methodology notebook shows, on a small study."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from erat.edition.audit import choices, sureness
from erat.index.assessment import Assessment, assess
from erat.index.method import Method
from erat.robustness.closed_forms import ISHIGAMI, compared
from erat.robustness.exact_dominance import exact_dominance
from erat.robustness.factors import Study
from erat.robustness.study_result import StudyResult
from erat.robustness.uncertainty import uncertainty
from tests.robustness.cases import simulated, study
from tests.small import framework

FACTORS = """
{name: n, at: normalize, choices: [minmax, rank, {method: zscore, mean: 50}], label_en: Scale}
{name: weights, at: weights, perturb: {relative: 0.5}}
"""
NAMES = {f"u{i:02}": f"Unit {i}" for i in range(12)}


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return study(tmp_path_factory.mktemp("study"), FACTORS)


def evaluated(chosen: Study, n: int = 64) -> StudyResult:
    tree = framework()
    return StudyResult(uncertainty(simulated(tree), tree, chosen, n, 3, jobs=1))


@pytest.fixture(scope="module")
def findings(chosen: Study) -> StudyResult:
    return evaluated(chosen)


@pytest.fixture(scope="module")
def index() -> Assessment:
    tree = framework()
    return assess(simulated(tree), tree, Method())


def test_factors_are_told_with_address_and_settings(chosen: Study) -> None:
    assert sureness.factors(chosen).to_numpy().tolist() == [
        ["Scale", "3 choices: minmax; rank; zscore (mean 50)", "normalize"],
        ["weights", "each by its own draw of up to ±50%", "weights"],
    ]
    many = {"name": "out", "at": "exclude", "choices": ["none", "x1", "x2", "x3", "x4"]}
    error = {"name": "error", "at": "data", "error": {"rounding": 1, "draws": 30}}
    power = {"name": "power", "at": "aggregate.p", "uniform": [0, 1]}
    table = sureness.factors(sureness.study_of(chosen, many, error, power))
    assert table["varies"].tolist() == ["5 choices", "30 draws", "uniform"]


def test_replicates_are_counted_by_what_they_are_for(findings: StudyResult) -> None:
    table = sureness.design(findings.found).set_index("part")
    assert table["replicates"].tolist() == [1, 2 * 64, 2 * 64, 3 + 64, 1 + 4 * 64 + 3 + 64]
    assert table.loc["all", "distinct"] == findings.found.plan.count
    assert (table["distinct"] <= table["replicates"]).all()


def test_ranks_stand_with_intervals_tiers_and_chances(findings: StudyResult) -> None:
    table = sureness.ranks(findings, findings, NAMES, (1, 12))
    row = findings.rank_intervals.set_index("unit").loc[table.index[0]]
    low, high = int(np.floor(row["q05"])), int(np.ceil(row["q95"]))
    assert table["rank"].iloc[0] == f"{int(row['nominal'])} ({low}–{high})"
    assert table["unit"].tolist() == [NAMES[unit] for unit in table.index]
    assert table["tier"].is_monotonic_increasing
    assert (table["best_12"] == 100).all()
    assert table["best_1"].sum() >= 100
    grouped = sureness.tiers(table)
    assert grouped["units"].sum() == 12
    assert grouped["who"].iloc[0].split(", ")[0] == table["unit"].iloc[0]


def test_neighbours_are_those_of_the_ranking(findings: StudyResult) -> None:
    table = sureness.neighbours(findings, NAMES)
    above = findings.above
    assert above is not None
    assert len(table) == 11
    assert table["above"].tolist()[1:] == table["below"].tolist()[:-1]
    first, second = np.argsort(findings.found.ranks)[:2]
    assert table["above"].iloc[0] == NAMES[findings.units[first]]
    assert table["share"].iloc[0] == 100 * above[first, second]
    assert ((table["told"] == "yes") == (table["share"] >= 90)).all()


def test_neighbours_may_be_told_the_other_way(findings: StudyResult) -> None:
    turned = StudyResult(replace(findings.found, ranks=13 - findings.found.ranks))
    told, back = (sureness.neighbours(one, NAMES)["told"].tolist() for one in (findings, turned))
    assert "yes" in told
    assert back == [{"yes": "the other way", "no": "no"}[word] for word in told[::-1]]


def test_pairs_that_weights_cannot_turn_are_counted_or_refused(index: Assessment) -> None:
    mixed = choices.with_choice(
        index,
        aggregate={"method": "arithmetic", "levels": {2: {"method": "geometric", "floor": 1}}},
    )
    table = sureness.kept({"own": index, "mixed": mixed}, [2, 1], [0.1, 0.5]).set_index("index")
    pairs = int(exact_dominance(index, 1, 0.1).sum())
    assert table.loc["own, level 1", "±10%"] == f"{pairs} ({100 * pairs / 66:.0f}%)"
    assert table.loc["mixed, level 1", "±50%"] == "refused"
    assert table.loc["mixed, level 2", "±50%"] != "refused"
    assert "arithmetic, geometric from level 1 up" in sureness.why_refused(mixed, 1, 0.1)
    assert sureness.why_refused(index, 1, 0.1) == ""


def test_open_pairs_are_all_that_are_not_kept(index: Assessment) -> None:
    table = sureness.open_pairs(index, 2, 0.5, NAMES)
    assert table["order_open_with"].str.split(", ").str.len().sum() == 66 - int(
        exact_dominance(index, 2, 0.5).sum()
    )
    ranks = index.ranks["idx"].droplevel("year")
    named = {name: ranks[unit] for unit, name in NAMES.items()}
    for unit, others in table.itertuples(index=False):
        assert all(named[unit] <= named[other] for other in others.split(", "))


def test_bounds_of_ranks_hold_every_sampled_rank(index: Assessment, chosen: Study) -> None:
    across = {"name": "w", "at": "weights", "perturb": {"relative": 0.5, "levels": [2]}}
    sampled = evaluated(sureness.study_of(chosen, across), 256)
    table = sureness.rank_bounds(index, 2, [0.5], NAMES)
    assert table["rank"].is_monotonic_increasing
    ranks = sampled.found.store.ranks
    for unit, own in zip(sampled.units, ranks, strict=True):
        ends = [int(end) for end in table.loc[unit, "±50%"].split("–")]
        assert ends[0] <= own.min() <= own.max() <= ends[-1]
    assert sampled.above is not None
    surely = exact_dominance(index, 2, 0.5)
    kept, turned, never = sureness.against_sample(sampled.above, surely)["count"]
    assert (kept, turned) == (surely.sum(), 0)
    assert 0 <= never <= 66 - kept


def test_a_pair_that_a_draw_turns_shows() -> None:
    above, surely = np.array([[0, 0.9], [0.1, 0]]), np.array([[False, True], [False, False]])
    assert sureness.against_sample(above, surely)["count"].tolist() == [1, 1, 0]
    above = np.array([[0.0, 1.0], [0.0, 0.0]])
    assert sureness.against_sample(above, ~np.ones_like(surely))["count"].tolist() == [0, 0, 1]


def test_known_answers_over_all_outputs(chosen: Study) -> None:
    same = {"name": "same", "at": "normalize", "choices": ["minmax", "minmax"]}
    weights = {"name": "weights", "at": "weights", "perturb": {"relative": 0.5}}
    table = sureness.over_outputs(evaluated(sureness.study_of(chosen, same, weights)))
    ends = table.set_index("index")[["lowest", "highest"]]
    assert (ends.loc[["S1 of same", "ST of same"]] == 0).all(axis=None)
    assert (ends.loc["ST of weights"] > 0.5).all()
    assert (table["outputs"] > 12).all()


def test_convergence_has_all_points_first_and_the_largest_factor(findings: StudyResult) -> None:
    table, source = sureness.convergence(findings), findings.convergence
    assert source is not None
    assert list(table) == ["factor", "resolved", "64 points", "32 points", "16 points"]
    last = source[source["rows"] == 64].set_index("factor")
    assert table.index[0] == last["ST"].idxmax()
    row = 100 * last.loc["n", ["ST", "ST_low", "ST_high"]].astype(float)
    said = f"{row['ST']:.1f} ({row['ST_low']:.1f}–{row['ST_high']:.1f})"
    assert table.loc["n", "64 points"] == said
    assert table.loc["n", "factor"] == "Scale"
    assert sureness.convergence(findings, "S1").index.tolist() == table.index.tolist()


def test_a_study_of_intervals_alone_has_no_convergence(tmp_path: Path) -> None:
    tree = framework()
    own = study(tmp_path, FACTORS)
    found = uncertainty(simulated(tree), tree, own, 16, jobs=1, only="intervals")
    with pytest.raises(ValueError, match="without the replicates for indices"):
        sureness.convergence(StudyResult(found))


def test_closed_forms_stand_beside_estimates() -> None:
    table = compared(ISHIGAMI, 64)
    shown = sureness.with_intervals(table)
    assert shown["index"].tolist()[:2] == ["S1 of x1", "ST of x1"]
    pd.testing.assert_series_equal(shown["closed_form"], table["closed_form"])
    assert shown["estimate"].iloc[0].startswith(f"{table['estimate'].iloc[0]:.3f} (")
    negative = table["low"] < 0
    assert negative.any()
    assert shown["estimate"].str.contains(" to ").tolist() == negative.tolist()
