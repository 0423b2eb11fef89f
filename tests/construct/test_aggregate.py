"""Aggregations: formulas, exact parts, and what must hold of every registered one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from erat.construct.aggregate import AGGREGATIONS, Mean, logarithmic_mean

EVERY = pytest.mark.parametrize("name", AGGREGATIONS.names)
POSITIVE = st.one_of(st.floats(0.01, 100), st.sampled_from([1e-12, 1e-30, 1e6]))
WIDTH = 4
SCORES = arrays(float, (3, WIDTH), elements=POSITIVE)
WEIGHTS = arrays(float, WIDTH, elements=st.floats(0.01, 5))


def aggregate(name: str, x: Any, w: Any, **options: Any) -> Mean:
    x, w = np.atleast_2d(np.asarray(x, float)), np.asarray(w, float)
    made: Mean = AGGREGATIONS[name](x, np.broadcast_to(w / w.sum(), x.shape), **options)
    return made


def test_means_by_hand() -> None:
    assert aggregate("arithmetic", [10, 40], [3, 1]).score.item() == 17.5
    assert aggregate("geometric", [10, 40], [1, 1]).score.item() == pytest.approx(20, rel=1e-15)
    assert aggregate("geometric", [16, 1], [3, 1]).score.item() == pytest.approx(8, rel=1e-15)


def test_zero_under_a_geometric_mean_makes_zero() -> None:
    made = aggregate("geometric", [[0, 50], [4, 9]], [1, 1])
    assert made.score.tolist() == [0, pytest.approx(6)]
    assert np.isfinite(made.shares).all()


def test_zero_without_weight_does_not_count() -> None:
    assert aggregate("geometric", [0, 50], [0, 1]).score.item() == pytest.approx(50)


def test_floor_raises_what_is_below() -> None:
    made = aggregate("geometric", [[0, 100], [0.5, 100], [4, 100]], [1, 1], floor=1)
    np.testing.assert_allclose(made.score, [10, 10, 20])
    assert made.used[:, 0].tolist() == [1, 1, 4]
    np.testing.assert_allclose((made.shares * made.used).sum(axis=1), made.score)


def test_a_child_next_to_nothing() -> None:
    made = aggregate("geometric", [1e-20, 100, 100, 100], [1, 1, 1, 1])
    assert made.score.item() == pytest.approx(1e-20**0.25 * 100**0.75)
    assert (made.shares * made.used).sum() == pytest.approx(made.score.item(), rel=1e-12)


@pytest.mark.parametrize("ratio", [1e-300, 1e-17, 0.3, 0.5, 1 - 1e-6, 1, 1 + 1e-9, 1.5, 7, 1e12])
def test_logarithmic_mean_lies_between_geometric_and_arithmetic(ratio: float) -> None:
    mean = float(logarithmic_mean(np.array(ratio), np.array(1.0)))
    assert np.sqrt(ratio) * (1 - 1e-12) <= mean <= (ratio + 1) / 2 * (1 + 1e-12)
    other = float(logarithmic_mean(np.array(1.0), np.array(ratio)))
    assert mean == pytest.approx(other, rel=1e-12)


@EVERY
@given(x=SCORES, w=WEIGHTS)
def test_shares_add_up_to_the_score(name: str, x: np.ndarray, w: np.ndarray) -> None:
    made = aggregate(name, x, w)
    np.testing.assert_allclose((made.shares * made.used).sum(axis=1), made.score, rtol=1e-12)
    assert (made.shares >= 0).all()


@EVERY
@given(x=SCORES, w=WEIGHTS)
def test_a_mean_lies_between_its_children(name: str, x: np.ndarray, w: np.ndarray) -> None:
    score = aggregate(name, x, w).score
    assert (score >= x.min(axis=1) * (1 - 1e-12)).all()
    assert (score <= x.max(axis=1) * (1 + 1e-12)).all()


@given(x=SCORES, w=WEIGHTS)
def test_the_geometric_mean_is_not_above_the_arithmetic(x: np.ndarray, w: np.ndarray) -> None:
    above = aggregate("arithmetic", x, w).score * (1 + 1e-12)
    assert (aggregate("geometric", x, w).score <= above).all()


@EVERY
@given(value=POSITIVE, w=WEIGHTS)
def test_equal_children_give_their_value(name: str, value: float, w: np.ndarray) -> None:
    score = aggregate(name, np.full((1, WIDTH), value), w).score.item()
    assert score == pytest.approx(value, rel=1e-12)


@EVERY
@given(x=SCORES, w=WEIGHTS, factor=st.floats(0.001, 1000))
def test_only_the_relation_of_weights_counts(
    name: str, x: np.ndarray, w: np.ndarray, factor: float
) -> None:
    scaled = aggregate(name, x, w * factor).score
    np.testing.assert_allclose(scaled, aggregate(name, x, w).score, rtol=1e-10)


@EVERY
@given(x=SCORES, w=WEIGHTS, order=st.permutations(range(WIDTH)))
def test_the_order_of_children_does_not_matter(
    name: str, x: np.ndarray, w: np.ndarray, order: list[int]
) -> None:
    turned = aggregate(name, x[:, order], w[order]).score
    np.testing.assert_allclose(turned, aggregate(name, x, w).score, rtol=1e-12)


@EVERY
@given(x=SCORES, w=WEIGHTS, gain=st.floats(1, 50), child=st.integers(0, WIDTH - 1))
def test_a_better_child_makes_no_worse_node(
    name: str, x: np.ndarray, w: np.ndarray, gain: float, child: int
) -> None:
    better = x.copy()
    better[:, child] += gain
    before, after = aggregate(name, x, w).score, aggregate(name, better, w).score
    assert (after >= before * (1 - 1e-12)).all()


@EVERY
@given(x=SCORES, w=WEIGHTS)
def test_a_child_without_weight_is_as_good_as_none(name: str, x: np.ndarray, w: np.ndarray) -> None:
    wide = np.hstack([x, np.zeros((len(x), 1))])
    score = aggregate(name, wide, np.append(w, 0)).score
    np.testing.assert_allclose(score, aggregate(name, x, w).score, rtol=1e-12)
