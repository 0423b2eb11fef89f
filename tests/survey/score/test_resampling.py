"""Rescaled bootstrap weights: their moments, closed forms, censuses, and the same bytes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erat.survey.score.resampling import draws, generator, interval, pulled, stage_pulls, widened

RNG = np.random.default_rng(7)


def test_weights_of_a_stratum_add_to_its_size() -> None:
    strata = np.array([1, 0, 1, 1, 2, 0])
    made = draws(strata, 50, RNG)
    for stratum, size in enumerate((2, 3, 1)):
        np.testing.assert_allclose(made[:, strata == stratum].sum(axis=1), size)
    assert (made[:, 4] == 1).all()


def test_variance_of_a_stratified_mean_with_finite_populations() -> None:
    """Closed form: sum W_h^2 (1 - f_h) s_h^2 / n_h (Cochran 1977, equation 5.13)."""
    sizes, population = np.array([5, 8, 12]), np.array([10, 40, 15])
    strata = np.repeat(np.arange(3), sizes)
    y = np.random.default_rng(1).normal(50, 10, len(strata)) + 5 * strata
    share = population / population.sum()
    f = sizes / population
    s2 = np.array([y[strata == h].var(ddof=1) for h in range(3)])
    exact = (share**2 * (1 - f) * s2 / sizes).sum()
    (pull,) = stage_pulls([f])
    w = pulled(draws(strata, 60_000, RNG), pull[strata])
    means = np.stack([w[:, strata == h] @ y[strata == h] / sizes[h] for h in range(3)])
    assert (share @ means).var() == pytest.approx(exact, rel=0.03)


def test_variance_in_two_stages() -> None:
    """(1 - f1) s1^2 / n + f1 (1 - f2) s2^2 / (n m) (Cochran 1977, equation 10.15)."""
    n, m, f1, f2 = 6, 5, 0.6, 0.5
    rng = np.random.default_rng(2)
    y = rng.normal(size=(n, 1)) * 2 + rng.normal(size=(n, m))
    exact = (1 - f1) * y.mean(axis=1).var(ddof=1) / n
    exact += f1 * (1 - f2) * y.var(axis=1, ddof=1).mean() / (n * m)
    first, second = stage_pulls([f1, f2])
    a = pulled(draws(np.zeros(n, dtype=int), 60_000, RNG), first)
    b = pulled(draws(np.repeat(np.arange(n), m), 60_000, RNG), second).reshape(-1, n, m)
    means = (b * y).sum(axis=2) / b.sum(axis=2)
    assert ((a * means).sum(axis=1) / a.sum(axis=1)).var() == pytest.approx(exact, rel=0.03)


def test_a_census_of_the_first_stage_leaves_the_second_alone() -> None:
    first, second = stage_pulls([1.0, 0.25])
    assert first == 0
    assert second == pytest.approx(np.sqrt(0.75))


def test_a_census_has_no_variance() -> None:
    w = pulled(draws(np.zeros(9, dtype=int), 100, RNG), stage_pulls([1.0])[0])
    assert (w == 1).all()


def test_the_same_seed_gives_the_same_bytes_and_places_do_not_share_draws() -> None:
    made = [draws(np.zeros(6, int), 20, generator(5, place)).tobytes() for place in "aab"]
    assert made[0] == made[1] != made[2]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=4))
def test_pulls_lie_between_0_and_1(fractions: list[float]) -> None:
    pulls = stage_pulls(fractions)
    assert all(0 <= pull <= 1 for pull in pulls)
    assert sum(pull**2 for pull in pulls) <= 1 + 1e-12


def test_intervals_are_quantiles_and_leave_out_what_is_missing() -> None:
    values = RNG.normal(size=(201, 3))
    values[:100, 1], values[:, 2] = np.nan, np.nan
    low, high = interval(values, 0.9)
    np.testing.assert_allclose(low[:2], np.nanquantile(values[:, :2], 0.05, axis=0))
    np.testing.assert_allclose(high[:2], np.nanquantile(values[:, :2], 0.95, axis=0))
    assert np.isnan([low[2], high[2]]).all()


def test_intervals_of_few_are_wider_by_students_t() -> None:
    values = 50 + RNG.normal(size=(4000, 2))
    plain, wide = interval(values, 0.9), widened(values, 0.9, 2)
    ratio = (wide[1] - wide[0]) / (plain[1] - plain[0])
    np.testing.assert_allclose(ratio, 2.920 / 1.645, rtol=1e-3)
    np.testing.assert_array_equal(widened(values, 0.9, np.inf), plain)
    low, high = widened(np.array([[0.0], [100.0]]).repeat(50, axis=0), 0.9, 1)
    assert (low[0], high[0]) == (0, 100)


def test_coverage_of_the_mean_of_three() -> None:
    """Percentile intervals of three hold the truth far too seldom; widened ones nearly often enough."""
    hits = np.zeros(2)
    for _ in range(400):
        y = 50 + RNG.normal(0, 5, 3)
        w = draws(np.zeros(3, int), 200, RNG)
        means = (w @ y / 3)[:, None]
        for k, (low, high) in enumerate((interval(means, 0.9), widened(means, 0.9, 2))):
            hits[k] += low[0] <= 50 <= high[0]
    assert hits[0] / 400 < 0.8
    assert hits[1] / 400 > 0.82
