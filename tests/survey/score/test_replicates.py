"""Replicates of whole assessments: the point estimate among them, coverage, censuses, bytes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from erat.survey.score.replicates import Replicator
from erat.survey.score.resampling import GovernmentSample, draw_samples
from erat.survey.score.scoring import Assessed
from tests.survey import small_survey as small

METHODS: list[dict[str, object]] = [
    {},
    {"subunits": {"first": "framework"}},
    {"subunits": {"method": "median"}},
    {"subunits": {"kinds": {"block": {"method": "minimum"}}}},
    {"subunits": {"method": "atkinson", "epsilon": 1, "floor": 1}},
    {"subunits": {"method": "share_above", "threshold": 50, "min_share": 0.4}},
    {"aggregate": {"method": "geometric", "floor": 1, "min_share": 0.6}},
    {"weights": {"method": "framework", "values": {"A": 3}}},
]


def assessed(of: dict[str, int], seed: int = 0, missing: float = 0.2, **more: object) -> Assessed:
    return small.assessed(small.answers(of, seed, missing), **more)


def undrawn(sample: GovernmentSample) -> GovernmentSample:
    """A sample whose draws are all 1: every replicate is the sample itself."""
    return replace(
        sample,
        draws=np.ones_like(sample.draws),
        subunit_draws=np.ones_like(sample.subunit_draws),
        people_draws=[np.ones_like(drawn) for drawn in sample.people_draws],
    )


@pytest.mark.parametrize("method", METHODS, ids=str)
def test_a_replicate_that_draws_everybody_once_is_the_score_itself(
    method: dict[str, object],
) -> None:
    of = dict.fromkeys(list(small.everybody("34"))[::2], 2) | {"5101.bpbd": 3, "51.bpbd": 1}
    one = assessed(of, method=method, resampling={"replicates": 3})
    made = Replicator(one)
    scores = one.rolled.scores.droplevel("year")
    for province in ("34", "51"):
        samples = [undrawn(sample) for sample in draw_samples(one, province, {}, 3, 1)]
        seen = set()
        for unit, values, *_ in made.units(province, samples):
            seen.add(unit)
            expected = np.broadcast_to(scores.loc[unit].to_numpy(), (3, len(one.nodes)))
            np.testing.assert_allclose(values[:, : len(one.nodes)], expected, atol=1e-9)
        assert {province, f"{province}.regencies", f"{province}.government"} <= seen


def intervals(one: Assessed, roster: dict[str, float] | None = None) -> tuple[np.ndarray, ...]:
    low, high = Replicator(one, roster).intervals()
    n = len(one.nodes)
    return low[:, :n], high[:, :n], one.scores.to_numpy()


def test_an_interval_encloses_its_score() -> None:
    one = assessed(small.everybody("34"), resampling={"replicates": 400})
    low, high, score = intervals(one)
    at = one.tree.places.get_loc("34")
    assert (low[at] < score[at]).all()
    assert (score[at] < high[at]).all()


def test_a_full_census_has_an_interval_of_no_width() -> None:
    of = small.everybody("34", 2)
    one = assessed(of, resampling={"replicates": 50})
    low, high, score = intervals(one, dict.fromkeys(of, 2))
    there = ~np.isnan(score)
    np.testing.assert_allclose(low[there], score[there], atol=1e-9)
    np.testing.assert_allclose(high[there], score[there], atol=1e-9)


def test_a_full_census_of_sub_units_has_no_variance_between_them() -> None:
    """Only respondents vary: the closed form of the mean of agencies' means."""
    of = {f"34.{who}": 6 for who in ("bpbd", "bappeda", "dinkes", "community")}
    one = assessed(of, missing=0.0, resampling={"replicates": 20_000, "seed": 3})
    values = Replicator(one)
    (sample,) = draw_samples(one, "34", {}, 20_000, 3)
    assert sample.pulls("government")[1] == 0
    found = {unit: rows for unit, rows, *_ in values.units("34", [sample])}["34.government"]
    points = one.points[:, one.questions.index("A1a")]
    asked = [g for g in np.unique(one.of_subunit) if not np.isnan(points[one.of_subunit == g][0])]
    exact = sum(points[one.of_subunit == g].var(ddof=1) / 6 for g in asked) / len(asked) ** 2
    assert found[:, one.nodes.index("A1a")].var() == pytest.approx(exact, rel=0.05)


def test_one_respondent_alone_says_nothing_of_uncertainty() -> None:
    of = dict.fromkeys(small.everybody("34"), 1)
    low, _, _ = intervals(assessed(of, resampling={"replicates": 20}))
    assert np.isnan(low).all()


def test_missing_regencies_make_a_provinces_interval_wide() -> None:
    """Respondents who all agree leave the regencies that are not there as what varies."""
    everybody = small.everybody("34")
    some = {code: 3 for code in everybody if code[:4] not in ("3403", "3404", "3471")}
    widths = []
    for of in (some, everybody):
        given = small.answers(of, spread=0.0)
        low, high, _ = intervals(small.assessed(given, resampling={"replicates": 200}))
        widths.append((high - low)[0, 0])
    assert widths[0] > 0.1
    assert np.isnan(widths[1])


@pytest.mark.stress
def test_coverage_of_a_population_of_regencies() -> None:
    """Six of ten regencies are drawn again and again: intervals of 90% mostly hold the truth."""
    given = small.answers(small.everybody("52", 1), seed=4, spread=0.0)

    def scored(rows: np.ndarray) -> Assessed:
        return small.assessed(given.of_rows(rows), resampling={"replicates": 200})

    government = given.respondents["government"].to_numpy(dtype=str)
    truth = scored(np.ones(len(government), bool)).rolled.scores.loc[("52.regencies", 0), "CAP"]
    codes, rng, hits, runs = (
        np.unique(government[government != "52"]),
        np.random.default_rng(1),
        0,
        60,
    )
    for _ in range(runs):
        drawn = rng.choice(codes, 6, replace=False)
        one = scored(np.isin(government, drawn))
        low, high, _ = intervals(one)
        at = one.tree.places.get_loc("52.regencies")
        hits += bool(low[at, 0] <= truth <= high[at, 0])
    assert 0.75 <= hits / runs < 1


def test_the_same_seed_gives_the_same_bytes_and_provinces_do_not_depend_on_each_other() -> None:
    both = small.everybody("34") | small.everybody("51")
    options = {"replicates": 30, "seed": 9}
    one = assessed(both, resampling=options)
    first, again = Replicator(one), Replicator(assessed(both, resampling=options))
    values = first.provinces()
    assert values.tobytes() == again.provinces().tobytes()
    assert values.shape == (30, 2, len(one.nodes))
    for p, province in enumerate(["34", "51"]):
        made = {unit: rows for unit, rows, *_ in first.units(province, first.samples(province))}
        np.testing.assert_array_equal(values[:, p], made[province][:, : len(one.nodes)])
    alone = Replicator(assessed(small.everybody("34"), resampling=options)).provinces()
    np.testing.assert_array_equal(values[:, [0]], alone)


def test_every_subunit_is_drawn_within_its_own_stratum() -> None:
    one = assessed(small.everybody("34"), resampling={"replicates": 10})
    for sample in draw_samples(one, "34", {}, 10, 1):
        for drawn in sample.people_draws:
            np.testing.assert_allclose(drawn.sum(axis=1), 3)


def test_a_question_does_not_drop_out_where_only_others_were_drawn() -> None:
    """Of two people one left out every second question: replicates lie around the score."""
    given = small.answers({"34.bpbd": 2, "34.dinkes": 2}, seed=3)
    given.levels.iloc[0, ::2] = np.nan
    one = small.assessed(given, resampling={"replicates": 4000})
    made = Replicator(one)
    samples = draw_samples(one, "34", {}, 4000, 1)
    values = {unit: rows for unit, rows, *_ in made.units("34", samples)}["34.bpbd"]
    score = made.scores[one.tree.places.get_loc("34.bpbd")]
    np.testing.assert_array_equal(np.isnan(values).any(axis=0), np.isnan(score))
    there = ~np.isnan(score)
    np.testing.assert_allclose(values.mean(axis=0)[there], score[there], atol=1.0)


@pytest.mark.parametrize("people", [2, 4])
def test_people_who_say_the_same_have_no_interval_unless_all_were_asked(people: int) -> None:
    of = {"34.bpbd": people, "34.dinkes": people}
    given = small.answers(of, spread=0.0)
    one = small.assessed(given, resampling={"replicates": 50})
    at = one.tree.places.get_loc("34.bpbd")
    low, _, score = intervals(one)
    assert np.isnan(low[at]).all()
    low, _, score = intervals(one, dict.fromkeys(of, people))
    np.testing.assert_array_equal(low[at], score[at])


@pytest.mark.parametrize("method", METHODS, ids=str)
def test_every_interval_holds_its_score(method: dict[str, object]) -> None:
    of = dict.fromkeys(list(small.everybody("34"))[::2], 2) | {"5101.bpbd": 3, "51.bpbd": 1}
    one = assessed(of, missing=0.4, method=method, resampling={"replicates": 60})
    low, high, score = intervals(one)
    there = ~np.isnan(low)
    assert there.any()
    assert (low[there] <= score[there]).all()
    assert (score[there] <= high[there]).all()


@pytest.mark.stress
def test_intervals_of_two_or_three_people_hold_the_truth_often_enough() -> None:
    """Of a population of 60 with answers left out, two to four people are drawn again and again."""
    given = small.answers({"34.bpbd": 60}, seed=8, missing=0.3)

    def scored(rows: np.ndarray) -> Assessed:
        return small.assessed(given.of_rows(rows), resampling={"replicates": 200})

    truth = scored(np.ones(60, bool)).rolled.scores.loc[("34.bpbd", 0), "A"]
    rng, hits, runs = np.random.default_rng(5), 0, 60
    for run in range(runs):
        rows = np.isin(np.arange(60), rng.choice(60, 2 + run % 3, replace=False))
        one = scored(rows)
        low, high, _ = intervals(one, {"34.bpbd": 60.0})
        at = (one.tree.places.get_loc("34.bpbd"), one.nodes.index("A"))
        hits += bool(low[at] <= truth <= high[at])
    assert hits / runs >= 0.8
