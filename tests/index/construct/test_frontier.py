"""Benefit of the doubt: closed forms, bounds, and what must hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from erat.index.construct.aggregate import AGGREGATIONS
from erat.index.construct.frontier import BoundsError, Frontier, benefit_of_the_doubt
from erat.index.construct.power_means import Node

GAP = np.nan
SCORES = arrays(float, (5, 3), elements=st.one_of(st.just(0.0), st.floats(0.01, 100), st.just(GAP)))


def solve(
    x: list[list[float]] | np.ndarray,
    low: list[float] | None = None,
    high: list[float] | None = None,
) -> Frontier:
    x = np.array(x, dtype=float)
    none = [GAP] * x.shape[1]
    return benefit_of_the_doubt(x, np.array(low or none), np.array(high or none))


def test_two_indicators_on_the_drawing_board() -> None:
    """A (10, 0), B (0, 10) and C (6, 6) are the frontier; D looks through the side from A to C.

    The line from A to C is ``x / 10 + y / 15 = 1``; D (7, 3) reaches 7/10 + 3/15 = .9 of it.
    """
    made = solve([[10, 0], [0, 10], [6, 6], [7, 3], [3, 3]])
    np.testing.assert_allclose(made.score, [1, 1, 1, 0.9, 0.5], rtol=1e-9)
    np.testing.assert_allclose(made.weights[3], [1 / 10, 1 / 15], rtol=1e-9)
    assert made.peers[3].tolist() == [True, False, True, False, False]
    assert made.peers.diagonal().tolist() == [True, True, True, False, False]


def test_shares_that_are_fixed_leave_one_weighted_sum() -> None:
    made = solve([[10, 0], [0, 8], [4, 4]], low=[0.5, 0.5], high=[0.5, 0.5])
    np.testing.assert_allclose(made.score, [1, 0.8, 0.8], rtol=1e-9)
    np.testing.assert_allclose(made.weights, 0.1, rtol=1e-9)


def test_a_lower_bound_in_closed_form() -> None:
    """With half on the first at least, weights are (1, 1) for B (0, 8): 8 against 10 of A."""
    made = solve([[10, 0], [0, 8], [4, 4]], low=[0.5, GAP])
    np.testing.assert_allclose(made.score, [1, 0.8, 0.8], rtol=1e-9)


def test_an_upper_bound_in_closed_form() -> None:
    """Two thirds at most on the first: A (9, 0) draws level with B (0, 18) at (2, 1) only."""
    made = solve([[9, 0], [0, 18], [3, 4]], high=[2 / 3, GAP])
    np.testing.assert_allclose(made.score, [1, 1, 10 / 18], rtol=1e-9)
    np.testing.assert_allclose(made.weights[0] / made.weights[0].sum(), [2 / 3, 1 / 3], rtol=1e-9)


def test_missing_values_get_no_weight() -> None:
    made = solve([[10, GAP], [5, 4], [GAP, GAP], [GAP, 8]])
    np.testing.assert_allclose(made.score, [1, 0.5 + 0.5, GAP, 1], rtol=1e-9)
    assert made.weights[0, 1] == made.weights[3, 0] == 0
    assert not made.weights[2].any()


def test_nobody_has_anything() -> None:
    assert solve([[0, 0], [0, 0]]).score.tolist() == [0, 0]
    assert solve([[0, 5], [0, 2]]).score.tolist() == [1, 0.4]


def test_next_to_nothing_counts_as_nothing() -> None:
    made = solve([[5e-324, 2], [0, 1]])
    assert made.score.tolist() == [1, 0.5]
    assert np.isfinite(made.weights).all()


def test_equal_units_tie() -> None:
    made = solve([[2, 4], [2, 4], [1, 1]])
    assert made.score.tolist() == [1, 1, pytest.approx(0.5)]
    assert made.peers[0].tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("low", "high"), [([0.6, 0.6], None), (None, [0.3, 0.3]), ([0.5, 0.1], [0.4, 0.9])]
)
def test_bounds_that_leave_no_weights(low: list[float] | None, high: list[float] | None) -> None:
    with pytest.raises(BoundsError, match="no weights fit"):
        solve([[1, 2], [3, 4]], low, high)


def test_bounds_are_refused_in_words() -> None:
    node = Node("D1", ("a", "b"), np.array([0.5, 0.5]), np.array([0.6, 0.6]), np.array([GAP, GAP]))
    refused = AGGREGATIONS["bod"](np.ones((2, 2)), np.full((2, 2), 0.5), node).refused
    assert refused is not None
    assert refused.where.all()
    assert "1.2" in refused.found


@pytest.mark.parametrize("bounded", [False, True])
@given(x=SCORES)
def test_nobody_is_above_1_and_someone_reaches_it(bounded: bool, x: np.ndarray) -> None:
    low, high = ([0.1, 0.2, 0.1], [0.5, 0.6, 0.7]) if bounded else (None, None)
    made = solve(x, low, high)
    filled, there = np.nan_to_num(x), ~np.isnan(x)
    assert ((made.weights >= 0) & (there | (made.weights == 0))).all()
    assert (made.weights @ filled.T <= 1 + 1e-8).all()
    scored = there.any(axis=1)
    assert np.isnan(made.score[~scored]).all()
    np.testing.assert_allclose(
        (made.weights * filled).sum(axis=1)[scored], made.score[scored], rtol=1e-12, atol=1e-15
    )
    if filled.any():
        assert np.nanmax(made.score) == pytest.approx(1, rel=1e-12)
    if bounded:
        full = there.all(axis=1) & made.weights.any(axis=1)
        shares = made.weights[full] / made.weights[full].sum(axis=1, keepdims=True)
        assert ((shares >= np.array(low) - 1e-6) & (shares <= np.array(high) + 1e-6)).all()


@given(x=SCORES, factors=arrays(float, 3, elements=st.floats(0.01, 100)))
def test_without_bounds_units_of_measurement_do_not_matter(
    x: np.ndarray, factors: np.ndarray
) -> None:
    np.testing.assert_allclose(solve(x * factors).score, solve(x).score, rtol=1e-7, atol=1e-9)


@given(x=SCORES)
def test_nobody_fares_worse_without_bounds(x: np.ndarray) -> None:
    bound = np.nan_to_num(solve(x, [0.2, 0.2, 0.2]).score)
    whole = ~np.isnan(x).any(axis=1)
    assert (np.nan_to_num(solve(x).score)[whole] >= bound[whole] - 1e-8).all()
