"""Treatment: held to a slow reference written from the definition, and to scipy."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from erat.index.construct.transform import fit_boxcox
from erat.index.construct.treat import TREATMENTS, Treated, passes

NAN = float("nan")
HEAVY = [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 300]


def skewness(x: list[float]) -> float:
    """G1 = sqrt(n (n - 1)) / (n - 2) * m3 / m2^1.5."""
    n, mean = len(x), sum(x) / len(x)
    m2, m3 = (sum((v - mean) ** k for v in x) / n for k in (2, 3))
    return float((n * (n - 1)) ** 0.5 / (n - 2) * m3 / m2**1.5)


def kurtosis(x: list[float]) -> float:
    """G2 = (n - 1) / ((n - 2)(n - 3)) * ((n + 1) (m4 / m2^2 - 3) + 6)."""
    n, mean = len(x), sum(x) / len(x)
    m2, m4 = (sum((v - mean) ** k for v in x) / n for k in (2, 4))
    return float((n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (m4 / m2**2 - 3) + 6))


def column_passes(x: list[float], skew: float, kurt: float) -> bool:
    if len(x) < 4 or len(set(x)) == 1:
        return True
    return abs(skewness(x)) < skew or kurtosis(x) < kurt


def winsorized(x: list[float], most: int, skew: float, kurt: float) -> list[float]:
    """Move the most extreme value in with those moved before to the next one, step by step."""
    now, top, bottom = list(x), set[int](), set[int]()
    for _ in range(most):
        if column_passes(now, skew, kurt):
            break
        up = skewness(now) > 0
        left = [i for i in range(len(x)) if i not in top | bottom]
        if len(left) < 2:
            break
        pick = max if up else min
        chosen = pick(left, key=lambda i: x[i])
        side = top if up else bottom
        side.add(chosen)
        target = pick(x[i] for i in left if i != chosen)
        for i in side:
            now[i] = target
    return now


def treat(method: str, x: Any, **options: Any) -> tuple[np.ndarray, Treated]:
    """Treat a column by what was fitted to it."""
    x = np.array(x, dtype=float)
    made = TREATMENTS[method](x, **options)
    return made.function(x), made


def winsorize(x: Any, **options: Any) -> tuple[np.ndarray, Treated]:
    return treat("winsorize", x, **options)


def test_the_formulas_are_those_of_scipy() -> None:
    x = [1.0, 2, 2, 3, 5, 9, 40]
    assert skewness(x) == pytest.approx(float(stats.skew(x, bias=False)), rel=1e-12)
    assert kurtosis(x) == pytest.approx(float(stats.kurtosis(x, bias=False)), rel=1e-12)


@given(
    x=st.lists(st.integers(-50, 50).map(lambda n: n**3 / 10), min_size=2, max_size=14, unique=True),
    most=st.integers(0, 6),
    skew=st.sampled_from([0.3, 1.0, 2.0]),
    kurt=st.sampled_from([-1.0, 0.0, 3.5]),
)
def test_winsorizing_step_by_step(x: list[float], most: int, skew: float, kurt: float) -> None:
    moved, made = winsorize(x, max_points=most, skewness=skew, kurtosis=kurt, fallback="none")
    expected = winsorized(x, most, skew, kurt)
    np.testing.assert_array_equal(moved, expected)
    assert made.passes == column_passes(expected, skew, kurt)
    assert made.action == ("winsorized" if x != expected else "")
    assert not made.scale


def test_one_point_is_moved_to_the_next() -> None:
    x, made = winsorize(HEAVY)
    assert x.tolist() == [*HEAVY[:-1], 9]
    assert (made.action, made.passes, made.scale) == ("winsorized", True, "")


def test_the_bottom_is_moved_where_skewness_is_negative() -> None:
    x, made = winsorize([-v for v in HEAVY])
    assert x.tolist() == [*(-v for v in HEAVY[:-1]), -9]
    assert made.action == "winsorized"


def test_values_it_was_not_fitted_to_are_moved_in_as_well() -> None:
    _, made = winsorize(HEAVY)
    assert made.function(np.array([-5, 8, 9, 10, 400, NAN]))[:5].tolist() == [-5, 8, 9, 9, 9]


def test_missing_values_stay_and_do_not_count() -> None:
    x, _ = winsorize([*HEAVY, NAN])
    np.testing.assert_array_equal(x, [*HEAVY[:-1], 9, NAN])


def test_tied_extremes_are_moved_together_in_the_end() -> None:
    x = [*range(1, 40), 500, 500]
    assert winsorize(x)[0].tolist() == [*range(1, 40), 39, 39]
    one, made = winsorize(x, max_points=1, fallback="none")
    assert one.tolist() == x
    assert (made.action, made.passes) == ("", False)


SKEWED = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 900, 1000])


def test_the_fallback_starts_again_from_the_untreated_column() -> None:
    x, made = winsorize(SKEWED, max_points=1)
    expected = np.log(SKEWED - 1 + 0.01 * (1000 - 1))
    np.testing.assert_allclose(x, expected, rtol=1e-15)
    assert (made.action, made.scale) == ("log", "log(1.0, 1000.0)")
    assert made.passes == passes(expected, 2, 3.5)


def test_the_fallback_boxcox_starts_again_too() -> None:
    x, made = winsorize(SKEWED, max_points=1, fallback="boxcox")
    function, name = fit_boxcox(SKEWED)
    np.testing.assert_array_equal(x, function(SKEWED))
    assert (made.action, made.scale) == ("boxcox", name)
    assert made.passes == passes(x, 2, 3.5)
    np.testing.assert_allclose(x, stats.boxcox(SKEWED)[0], rtol=1e-6)


@pytest.mark.parametrize("x", [HEAVY, [-v for v in HEAVY]])
def test_boxcox_as_a_step(x: list[float]) -> None:
    made, treated = treat("boxcox", x)
    low = 0.0 if x is HEAVY else -min(x) + 0.01 * 299
    np.testing.assert_allclose(made, stats.boxcox(np.array(x) + low)[0], rtol=1e-5)
    assert treated.scale
    assert treated.passes == passes(made, 2, 3.5)
    assert treat("boxcox", [1.0, 2, 3, 4, 5])[1] == Treated()


def test_no_fallback_leaves_what_was_moved() -> None:
    x, made = winsorize(SKEWED, max_points=1, skewness=1, kurtosis=-2, fallback="none")
    assert x.tolist() == [*SKEWED[:-1], 900]
    assert (made.action, made.passes) == ("winsorized", False)


def test_a_fallback_that_fails_too_stays_and_says_so() -> None:
    heavy = [0.0] * 40 + [1.0, 1e9, 1e9, 1e9]
    x, made = winsorize(heavy, max_points=1)
    assert (made.passes, made.action) == (False, "log")
    assert x[0] == pytest.approx(np.log(1e7))
    strict = {"skewness": 0.1, "kurtosis": -9.0}
    x, made = winsorize(HEAVY, max_points=1, fallback="boxcox", **strict)
    assert (made.passes, made.action) == (passes(x, 0.1, -9.0), "boxcox")


@pytest.mark.parametrize("method", TREATMENTS)
@pytest.mark.parametrize("x", [[NAN] * 5, [1.0] * 5, [3.0], [1.0, 100, NAN], [1e9, 1e9 + 1e-6] * 3])
def test_nothing_is_done_to_short_constant_or_empty_columns(method: str, x: list[float]) -> None:
    made, treated = treat(method, x)
    np.testing.assert_array_equal(made, x)
    assert treated == Treated()


@pytest.mark.parametrize("method", ["log", "boxcox"])
def test_a_column_that_passes_is_left(method: str) -> None:
    assert treat(method, [1.0, 2, 3, 4, 5])[1] == Treated()
    assert treat(method, HEAVY)[1].action == method


def test_a_column_passes_by_skewness_or_kurtosis() -> None:
    x = np.array(HEAVY)
    g1, g2 = skewness(HEAVY), kurtosis(HEAVY)
    assert not passes(x, g1 - 0.01, g2 - 0.01)
    assert passes(x, g1 + 0.01, g2 - 0.01)
    assert passes(x, g1 - 0.01, g2 + 0.01)


def test_more_allowed_points_move_no_fewer_values() -> None:
    x = np.random.default_rng(0).lognormal(sigma=2.5, size=60)
    moved = [(winsorize(x, max_points=m, fallback="none")[0] != x).sum() for m in range(8)]
    assert moved[0] == 0
    assert all(a <= b for a, b in pairwise(moved))
