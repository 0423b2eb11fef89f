"""The tables that an edition's study gives, sampled and with every combination tried."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from erat.edition.study import Tables, enumerated_tables, study_tables, year_intervals
from erat.index.framework import Framework
from erat.index.panel import Panel
from erat.robustness.alternatives import Alternatives, alternatives
from erat.robustness.factors import Study
from erat.robustness.intervals import whole_ranks

META = pd.DataFrame(
    [
        ("top", "", 1, 1, "aggregate", "", ""),
        ("d", "top", 1, 1, "aggregate", "", ""),
        ("e", "top", 1, 1, "aggregate", "", ""),
        ("x1", "d", 1, 1, "indicator", 0, 10),
        ("x2", "d", 1, 1, "indicator", 0, 10),
        ("x3", "e", 1, 1, "indicator", 0, 10),
    ],
    columns=["code", "parent", "direction", "weight", "type", "goalpost_low", "goalpost_high"],
)
FACTORS = [
    {
        "name": "scale",
        "at": "normalize",
        "choices": [{"method": "goalposts"}, {"method": "rank"}],
    },
    {"name": "mean", "at": "aggregate.levels.2", "choices": ["arithmetic", "geometric"]},
    {"name": "out", "at": "exclude", "choices": ["none", "x1", "x2"]},
]
GROUPS = {"": list("abcde"), "north": ["a", "b", "c"]}
NAMES = {code: {"a": "Aceh", "b": "Bali"} for code in ("id", "en")}


@pytest.fixture(scope="module")
def framework() -> Framework:
    return Framework.from_table(META)


@pytest.fixture(scope="module")
def panel() -> Panel:
    values = np.array([[9, 8, 9], [7, 6, 7], [4, 6, 5], [5, 3, 5], [1, 1, 2.0]])
    index = pd.MultiIndex.from_product([list("abcde"), [2024]], names=["unit", "year"])
    frame = pd.DataFrame(values, index, columns=["x1", "x2", "x3"])
    return Panel(frame, pd.DataFrame(index=index), has_years=True)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    base = tmp_path_factory.mktemp("study") / "base.yml"
    base.write_text("normalize: goalposts\n")
    return Study.model_validate({"base": str(base), "factors": FACTORS})


@pytest.fixture(scope="module")
def tried(panel: Panel, framework: Framework, study: Study) -> Alternatives:
    return alternatives(panel, framework, study)


@pytest.fixture(scope="module")
def every(tried: Alternatives, framework: Framework, study: Study) -> Tables:
    return enumerated_tables(tried, framework, study, NAMES, GROUPS)


@pytest.fixture(scope="module")
def sampled(panel: Panel, framework: Framework, study: Study) -> Tables:
    return study_tables(panel, framework, study, NAMES, GROUPS, n=128)


def test_every_combination_is_an_alternative(tried: Alternatives) -> None:
    assert sorted(map(tuple, tried.choices.to_numpy())) == list(
        product(range(2), range(2), range(3))
    )
    assert tried.scale == ("scale",)
    assert len(tried.on_scale) == 6


def test_alone_changes_one_choice_at_a_time(
    panel: Panel, framework: Framework, study: Study, tried: Alternatives
) -> None:
    alone = alternatives(panel, framework, study, alone=True)
    assert len(alone.choices) == 1 + 1 + 1 + 2
    for name, row in alone.choices.iterrows():
        same = tried.choices.index[(tried.choices == row).all(axis=1)][0]
        pd.testing.assert_series_equal(alone.ranks[name], tried.ranks[same], check_names=False)


def test_both_ways_to_try_a_study_give_the_same_tables(every: Tables, sampled: Tables) -> None:
    assert set(sampled) - set(every) == {"convergence"}
    for name, frame in every.items():
        if name == "alternatives":
            continue  # a column an alternative
        assert list(frame.columns) == list(sampled[name].columns), name


def test_exact_indices_are_what_samples_estimate(every: Tables, sampled: Tables) -> None:
    keys = ["factor", "output"]
    both = every["indices"].merge(sampled["indices"], on=keys, suffixes=("", "_sampled"))
    assert len(both) == len(every["indices"])
    scores = both[both["output"].str.startswith("score:")]
    assert not (scores["factor"] == "scale").any()
    apart = (scores["ST"] - scores["ST_sampled"]).abs()
    assert apart.max() < 0.25
    assert apart.median() < 0.1


def test_scores_stay_on_the_scale_of_the_edition(every: Tables, tried: Alternatives) -> None:
    intervals = every["node_intervals"].set_index(["node", "unit"])
    on_scale = tried.scores["d"].loc["a", tried.on_scale]
    row = intervals.loc[("d", "a")]
    assert row["nominal"] == 85
    assert row["mean"] == pytest.approx(on_scale.mean())
    assert row["q05"] == pytest.approx(np.quantile(on_scale, 0.05))
    own = every["score_intervals"].set_index("unit")
    assert own.loc["b", "q95"] == intervals.loc[("top", "b"), "q95"]


def test_who_is_always_first_is_a_tier_of_its_own(every: Tables, sampled: Tables) -> None:
    for tables in (every, sampled):
        tiers = tables["tiers"].set_index("unit")["tier"]
        assert (tiers == 1).sum() == 1
        assert tiers["a"] == 1
        assert tables["rank_at_most"].set_index("unit").loc["a", "1"] == 1
        said = tables["claims"]
        assert said.loc[said["kind"] == "cut", "en"].str.startswith("Aceh").any()


def test_a_shift_is_against_the_rank_of_the_edition(every: Tables, tried: Alternatives) -> None:
    shifts = every["shifts"].set_index(["factor", "unit"])
    choices = tried.choices
    alone = choices.index[(choices.drop(columns="out") == 0).all(axis=1)]
    for unit in "abcde":
        moved = tried.ranks.loc[unit, alone] - tried.nominal[unit]
        row = shifts.loc[("out", unit)]
        assert (row["low"], row["high"]) == (moved.min(), moved.max())
        assert row["mean_absolute"] == pytest.approx(moved.abs().mean())


def test_the_ends_of_whole_ranks_are_rounded_outwards() -> None:
    row = {"unit": "a", "nominal": 3.0, "median": 3.0, "min": 1.0, "max": 9.0}
    intervals = pd.DataFrame([{**row, "q05": 2.4, "q95": 5.1}, {**row, "q05": 2.0, "q95": 5.0}])
    assert whole_ranks(intervals)[["low", "high"]].to_numpy().tolist() == [[2, 6], [2, 5]]


def test_intervals_of_many_years_hold_each_years_score(framework: Framework, study: Study) -> None:
    index = pd.MultiIndex.from_product([list("ab"), [2023, 2024]], names=["unit", "year"])
    values = pd.DataFrame(
        [[9, 8, 9], [7, 6, 7], [4, 6, 5], [5, 3, 5.0]], index, columns=["x1", "x2", "x3"]
    )
    panel = Panel(values, pd.DataFrame(index=index), has_years=True)
    found = year_intervals(panel, framework, study, index, n=64).set_index(["unit", "year"])
    scores = {("a", 2023): 87.5, ("a", 2024): 67.5, ("b", 2023): 50.0, ("b", 2024): 45.0}
    for key, score in scores.items():
        assert found.loc[key, "low"] <= score <= found.loc[key, "high"]
    for year, median in ((2023, 68.75), (2024, 56.25)):
        ends = found.loc[("", year)]
        assert ends["low"] <= median <= ends["high"]
        assert ends["low"] >= found.xs(year, level="year")["low"].min()


def test_a_median_is_taken_within_each_way(every: Tables, tried: Alternatives) -> None:
    medians = every["medians"].set_index(["group", "node"])
    on_scale = tried.scores["top"][tried.on_scale]
    for name, units in GROUPS.items():
        row, within = medians.loc[(name, "top")], on_scale.loc[units].median()
        assert row["nominal"] == tried.scores["top"].loc[units, tried.nominal.name].median()
        assert row["q95"] == pytest.approx(np.quantile(within, 0.95))
    assert set(medians.index.get_level_values("node")) == {"top", "d", "e"}


def test_a_distance_is_to_the_mean_of_the_same_way(every: Tables, tried: Alternatives) -> None:
    distances = every["distances"].set_index("unit")
    on_scale = tried.scores["top"][tried.on_scale]
    apart = on_scale.loc["a"] - on_scale.mean()
    assert distances.loc["a", "q05"] == pytest.approx(np.quantile(apart, 0.05))
    assert distances["nominal"].sum() == pytest.approx(0)
    assert distances.loc["e", "q95"] < 0 < distances.loc["a", "q05"]


def test_a_node_that_nothing_acts_on_has_its_score_as_interval(
    panel: Panel, framework: Framework, tmp_path_factory: pytest.TempPathFactory
) -> None:
    base = tmp_path_factory.mktemp("left") / "base.yml"
    base.write_text("normalize: goalposts\n")
    study = Study.model_validate({"base": str(base), "factors": FACTORS[2:]})
    found = study_tables(panel, framework, study, NAMES, GROUPS, n=16)["node_intervals"]
    row = found.set_index(["node", "unit"]).loc[("e", "b")]
    assert (row["nominal"], row["q05"], row["q95"]) == (70, 70, 70)
