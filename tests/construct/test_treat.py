"""Treatment: held to a slow reference written from the definition, and to scipy."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from erat.construct.treat import TREATMENTS, passes

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


def winsorize(x: Any, **options: Any) -> Any:
    return TREATMENTS["winsorize"](np.array(x, dtype=float), **options)


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
    made = winsorize(x, max_points=most, skewness=skew, kurtosis=kurt, fallback="none")
    expected = winsorized(x, most, skew, kurt)
    np.testing.assert_array_equal(made.x, expected)
    assert made.passes == column_passes(expected, skew, kurt)
    moved = [i for i, value in enumerate(x) if value != expected[i]]
    assert np.flatnonzero(made.action != "").tolist() == moved


def test_one_point_is_moved_to_the_next() -> None:
    made = winsorize(HEAVY)
    assert made.x.tolist() == [*HEAVY[:-1], 9]
    assert made.action.tolist() == [""] * 9 + ["winsorized (top)"]
    assert made.passes
    assert made.function is None


def test_the_bottom_is_moved_where_skewness_is_negative() -> None:
    made = winsorize([-v for v in HEAVY])
    assert made.x.tolist() == [*(-v for v in HEAVY[:-1]), -9]
    assert made.action[-1] == "winsorized (bottom)"


def test_missing_values_stay_and_do_not_count() -> None:
    made = winsorize([*HEAVY, NAN])
    np.testing.assert_array_equal(made.x, [*HEAVY[:-1], 9, NAN])
    assert made.action[-1] == ""


def test_tied_extremes_are_moved_together_in_the_end() -> None:
    x = [*range(1, 40), 500, 500]
    assert winsorize(x).x.tolist() == [*range(1, 40), 39, 39]
    one = winsorize(x, max_points=1, fallback="none")
    assert one.x.tolist() == x
    assert set(one.action) == {""}


def test_the_fallback_starts_again_from_the_untreated_column() -> None:
    x = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 900, 1000])
    made = winsorize(x, max_points=1)
    expected = np.log(x - 1 + 0.01 * (1000 - 1))
    np.testing.assert_allclose(made.x, expected, rtol=1e-15)
    assert set(made.action) == {"log"}
    assert made.passes == passes(expected, 2, 3.5)
    np.testing.assert_allclose(made.function(x), expected)


def test_a_fallback_that_fails_too_stays_and_says_so() -> None:
    x = [0.0] * 40 + [1.0, 1e9, 1e9, 1e9]
    made = winsorize(x, max_points=1)
    assert not made.passes
    assert set(made.action) == {"log"}
    assert made.x[0] == pytest.approx(np.log(1e7))


@pytest.mark.parametrize("method", TREATMENTS.names)
@pytest.mark.parametrize("x", [[NAN] * 5, [1.0] * 5, [3.0], [1.0, 100, NAN], [1e9, 1e9 + 1e-6] * 3])
def test_nothing_is_done_to_short_constant_or_empty_columns(method: str, x: list[float]) -> None:
    made = TREATMENTS[method](np.array(x))
    np.testing.assert_array_equal(made.x, x)
    assert made.passes
    assert set(made.action) == {""}


def test_log_leaves_a_column_that_passes() -> None:
    x = np.array([1.0, 2, 3, 4, 5])
    assert TREATMENTS["log"](x).x is x
    assert set(TREATMENTS["log"](np.array(HEAVY)).action) == {"log"}


def test_a_column_passes_by_skewness_or_kurtosis() -> None:
    x = np.array(HEAVY)
    g1, g2 = skewness(HEAVY), kurtosis(HEAVY)
    assert not passes(x, g1 - 0.01, g2 - 0.01)
    assert passes(x, g1 + 0.01, g2 - 0.01)
    assert passes(x, g1 - 0.01, g2 + 0.01)


def test_more_allowed_points_move_no_fewer_values() -> None:
    x = np.random.default_rng(0).lognormal(sigma=2.5, size=60)
    moved = [(winsorize(x, max_points=m, fallback="none").action != "").sum() for m in range(8)]
    assert moved[0] == 0
    assert all(a <= b for a, b in pairwise(moved))
