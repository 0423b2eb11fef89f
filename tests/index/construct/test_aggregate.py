"""Aggregations: formulas, exact parts, and what must hold of every registered one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from erat.index.construct.aggregate import AGGREGATIONS
from erat.index.construct.power_means import Mean, Node, log_ratio, over_those_there, relative_slope
from tests.small import SUMS

COMPENSATORY = SUMS

POSITIVE = st.one_of(st.floats(0.01, 100), st.sampled_from([1e-12, 1e-30, 1e6]))
MODERATE = st.floats(1, 100)
WIDTH = 4
SCORES = arrays(float, (3, WIDTH), elements=POSITIVE)
MODERATE_SCORES = arrays(float, (3, WIDTH), elements=MODERATE)
WEIGHTS = arrays(float, WIDTH, elements=st.floats(0.01, 5))

OPTIONS: dict[str, dict[str, Any]] = {"power": {"p": 2.0}}
"""Options of the methods that cannot do without."""

ALWAYS = {"weights", "children", "weightless", "rows"}
MEAN = {*ALWAYS, "between", "equal", "monotone", "multiple", "own"}
HOLDS: dict[str, set[str]] = {
    "arithmetic": {*MEAN, "shift", "mirror"},
    "geometric": MEAN,
    "harmonic": MEAN,
    "power": MEAN,
    "minimum": {*MEAN, "shift"},
    "median": {*MEAN, "shift", "mirror"},
    "copeland": {*ALWAYS, "monotone", "no_unit"},
    "mpi": {*ALWAYS, "equal", "multiple", "own"},
    "ampi": {*ALWAYS, "equal", "multiple", "own"},
    "bod": {*ALWAYS, "monotone", "no_unit"},
}
"""What must hold of a method; a new one is declared here.

weights: a multiple of all weights changes nothing. children, rows: their order is irrelevant.
weightless: a child without weight is as good as none. between: the least and the largest child.
equal: equal children give their value. monotone: a better child makes no worse node. multiple:
twice the children, twice the score. no_unit: twice the children, the same score. shift: a constant
added to the children is added to the score. mirror: 100 - children give 100 - score. own: a unit's
score does not depend on the other units.
"""


def that(holds: str) -> pytest.MarkDecorator:
    names = [name for name, known in HOLDS.items() if holds in known]
    return pytest.mark.parametrize("name", names)


def aggregate(name: str, x: Any, w: Any, **options: Any) -> Mean:
    x, w = np.atleast_2d(np.asarray(x, float)), np.asarray(w, float)
    none = np.full(len(w), np.nan)
    node = Node("node", tuple(map(str, range(len(w)))), w / w.sum(), none, none)
    own, _ = over_those_there(x, w, 0.0)
    made: Mean = AGGREGATIONS[name](x, own, node, **(options or OPTIONS.get(name, {})))
    return made


def score(name: str, x: Any, w: Any, **options: Any) -> np.ndarray:
    return aggregate(name, x, w, **options).score


def test_every_method_is_declared() -> None:
    assert set(HOLDS) == set(AGGREGATIONS)


# By hand


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("arithmetic", {}, 17.5),
        ("geometric", {}, 10 * 4**0.25),
        ("harmonic", {}, 1 / (0.75 / 10 + 0.25 / 40)),
        ("power", {"p": 1.0}, 17.5),
        ("power", {"p": 0.0}, 10 * 4**0.25),
        ("power", {"p": -1.0}, 1 / (0.75 / 10 + 0.25 / 40)),
        ("power", {"p": 2.0}, (0.75 * 100 + 0.25 * 1600) ** 0.5),
        ("minimum", {}, 10),
        ("median", {}, 25),
    ],
)
def test_means_by_hand(name: str, options: dict[str, Any], expected: float) -> None:
    assert score(name, [10, 40], [3, 1], **options).item() == pytest.approx(expected, rel=1e-14)


def test_the_penalty_of_two_values() -> None:
    """M - S**2 / M of m - s and m + s, S**2 with the divisor n (Mazziotta and Pareto 2016)."""
    for name in ("mpi", "ampi"):
        assert score(name, [90, 110], [1, 1]).item() == pytest.approx(100 - 100 / 100)
        above = score(name, [90, 110], [1, 1], penalty="positive")
        assert above.item() == pytest.approx(100 + 100 / 100)


def test_weighted_penalty() -> None:
    mean, variance = 0.75 * 80 + 0.25 * 120, 0.75 * 100 + 0.25 * 900
    assert score("mpi", [80, 120], [3, 1]).item() == pytest.approx(mean - variance / mean)


def test_a_penalty_needs_a_mean_above_zero() -> None:
    assert score("mpi", [[0, 0], [-2, 8]], [1, 1]).tolist() == [0, pytest.approx(3 - 25 / 3)]
    refused = aggregate("mpi", [[-1, 1], [1, 1]], [1, 1]).refused
    assert refused is not None
    assert refused.where.tolist() == [True, False]
    assert "not above 0" in refused.found


def test_median_leaves_out_what_has_no_weight_or_value() -> None:
    x = [[1, 2, 9, 100], [1, np.nan, 9, 100], [np.nan, np.nan, np.nan, 5]]
    assert score("median", x, [1, 5, 1, 0]).tolist()[:2] == [2, 5]
    assert np.isnan(score("median", x, [1, 5, 1, 0])[2])
    assert np.isnan(score("minimum", x, [1, 5, 1, 0])[2])


def test_minimum_leaves_out_what_has_no_weight() -> None:
    assert score("minimum", [[3, 1, np.nan], [3, 5, 4]], [1, 0, 1]).tolist() == [3, 3]


def test_copeland_by_hand() -> None:
    """Three units: a is above b and c on .6 of the weight; b and c differ on the last only."""
    x = [[9, 9, 1], [5, 5, 5], [5, 5, 9]]
    assert score("copeland", x, [3, 3, 4]).tolist() == [2, -2, 0]


def test_copeland_with_half_the_weight_is_a_tie() -> None:
    third = [0.1, 0.2, 0.3]
    assert score("copeland", [[1, 1, 0], [0, 0, 1]], third).tolist() == [0, 0]


def test_copeland_of_a_comparison_that_cannot_be_made() -> None:
    """a beats c on .5 + .4 / 2; b against a and against c has .3 + .7 / 2 against .35."""
    x = [[2, 5, 1], [np.nan, np.nan, 2], [1, 5, 1]]
    w = [3, 4, 3]
    assert score("copeland", x, w).tolist() == [0, 2, -2]
    assert score("copeland", x[::-1], w).tolist() == [-2, 2, 0]


def test_zero_under_a_geometric_mean_makes_zero() -> None:
    for name in ("geometric", "harmonic"):
        made = aggregate(name, [[0, 50], [4, 4]], [1, 1])
        assert made.score.tolist() == [0, 4]
        assert made.shares is not None
        assert np.isfinite(made.shares).all()


def test_zeros_under_a_power_above_zero() -> None:
    made = aggregate("power", [[0, 50], [0, 0]], [1, 1], p=0.5)
    assert made.score.tolist() == [pytest.approx(12.5), 0]
    np.testing.assert_allclose((made.shares * made.used).sum(axis=1), made.score)


def test_zero_without_weight_does_not_count() -> None:
    assert score("geometric", [0, 50], [0, 1]).item() == 50


def test_floor_raises_what_is_below() -> None:
    made = aggregate("geometric", [[0, 100], [0.5, 100], [4, 100]], [1, 1], floor=1)
    np.testing.assert_allclose(made.score, [10, 10, 20])
    assert made.used[:, 0].tolist() == [1, 1, 4]
    np.testing.assert_allclose((made.shares * made.used).sum(axis=1), made.score)


def test_a_child_next_to_nothing() -> None:
    made = aggregate("geometric", [1e-20, 100, 100, 100], [1, 1, 1, 1])
    assert made.score.item() == pytest.approx(1e-20**0.25 * 100**0.75)
    assert (made.shares * made.used).sum() == pytest.approx(made.score.item(), rel=1e-12)


@pytest.mark.parametrize("p", [1e-300, 1e-9, 1e-6, -1e-9, -1e-300])
def test_a_power_next_to_zero_is_the_geometric_mean(p: float) -> None:
    x, w = [1e-9, 3, 40, 7], [1, 2, 3, 4]
    near = score("power", x, w, p=p).item()
    assert near == pytest.approx(score("geometric", x, w).item(), rel=1e-14 + 200 * abs(p))


@pytest.mark.parametrize(("p", "expected"), [(500.0, 100.0), (-500.0, 1.0)])
def test_large_powers_do_not_overflow(p: float, expected: float) -> None:
    made = aggregate("power", [1, 30, 100], [1, 1, 1], p=p)
    assert made.score.item() == pytest.approx(expected, rel=3e-3)
    assert (made.shares * made.used).sum() == pytest.approx(made.score.item(), rel=1e-12)


def test_shares_of_a_geometric_mean_are_those_of_logarithmic_means() -> None:
    """w / L(x, score), scaled to add to 1 (Reinsdorf, Diewert and Ehemann 2002)."""
    made = aggregate("geometric", [4, 9], [1, 1])
    mean = [(x - 6) / np.log(x / 6) for x in (4, 9)]
    expected = np.array([1 / m for m in mean]) / sum(1 / m for m in mean)
    np.testing.assert_allclose(made.shares[0] if made.shares is not None else [], expected)


@pytest.mark.parametrize("ratio", [1e-300, 1e-17, 0.3, 0.5, 1 - 1e-6, 1, 1 + 1e-9, 1.5, 7, 1e12])
def test_the_logarithmic_mean_lies_between_geometric_and_arithmetic(ratio: float) -> None:
    a, one = np.array(ratio), np.array(1.0)
    mean = 1 / float(relative_slope(a, one, 0.0))
    assert np.sqrt(ratio) * (1 - 1e-12) <= mean <= (ratio + 1) / 2 * (1 + 1e-12)
    assert float(log_ratio(a, one)) == pytest.approx(np.log(ratio), rel=1e-12)


# Exact parts


@pytest.mark.parametrize("name", AGGREGATIONS)
def test_who_has_shares(name: str) -> None:
    assert (aggregate(name, [3, 5], [1, 1]).shares is not None) == (name in COMPENSATORY)


@pytest.mark.parametrize("name", sorted(COMPENSATORY))
@given(x=SCORES, w=WEIGHTS, gaps=arrays(bool, (3, WIDTH)))
def test_shares_add_up_to_the_score(
    name: str, x: np.ndarray, w: np.ndarray, gaps: np.ndarray
) -> None:
    gaps[:, 0] = False
    made = aggregate(name, np.where(gaps, np.nan, x), w)
    assert made.shares is not None
    np.testing.assert_allclose((made.shares * made.used).sum(axis=1), made.score, rtol=1e-12)
    assert (made.shares >= 0).all()
    assert not made.shares[gaps].any()


@given(x=SCORES, w=WEIGHTS, p=st.floats(-20, 20))
def test_shares_of_any_power(x: np.ndarray, w: np.ndarray, p: float) -> None:
    made = aggregate("power", x, w, p=p)
    assert made.shares is not None
    np.testing.assert_allclose((made.shares * made.used).sum(axis=1), made.score, rtol=1e-12)


# What must hold


@that("between")
@given(x=SCORES, w=WEIGHTS)
def test_a_mean_lies_between_its_children(name: str, x: np.ndarray, w: np.ndarray) -> None:
    found = score(name, x, w)
    assert (found >= x.min(axis=1) * (1 - 1e-12)).all()
    assert (found <= x.max(axis=1) * (1 + 1e-12)).all()


@given(x=SCORES, w=WEIGHTS)
def test_order_of_the_means(x: np.ndarray, w: np.ndarray) -> None:
    names = ("minimum", "harmonic", "geometric", "arithmetic", "power")
    means = [*(score(name, x, w) for name in names), x.max(axis=1)]
    for lower, higher in pairwise(means):
        assert (lower <= higher * (1 + 1e-12)).all()


@given(x=SCORES, w=WEIGHTS, p=st.floats(-8, 8), more=st.floats(0.01, 5))
def test_a_larger_power_gives_no_less(x: np.ndarray, w: np.ndarray, p: float, more: float) -> None:
    assert (score("power", x, w, p=p) <= score("power", x, w, p=p + more) * (1 + 1e-12)).all()


@given(x=MODERATE_SCORES, w=WEIGHTS)
def test_penalties_lie_on_both_sides_of_the_mean(x: np.ndarray, w: np.ndarray) -> None:
    mean = score("arithmetic", x, w)
    assert (score("mpi", x, w) <= mean).all()
    assert (score("mpi", x, w, penalty="positive") >= mean).all()


@that("equal")
@given(value=POSITIVE, w=WEIGHTS)
def test_equal_children_give_their_value(name: str, value: float, w: np.ndarray) -> None:
    found = score(name, np.full((1, WIDTH), value), w).item()
    assert found == pytest.approx(value, rel=1e-12)


@that("weights")
@given(x=SCORES, w=WEIGHTS, factor=st.floats(0.001, 1000))
def test_only_the_relation_of_weights_counts(
    name: str, x: np.ndarray, w: np.ndarray, factor: float
) -> None:
    np.testing.assert_allclose(
        score(name, x, w * factor), score(name, x, w), rtol=1e-10, atol=1e-14 * x.max()
    )


@that("children")
@given(x=SCORES, w=WEIGHTS, order=st.permutations(range(WIDTH)))
def test_the_order_of_children_does_not_matter(
    name: str, x: np.ndarray, w: np.ndarray, order: list[int]
) -> None:
    turned = score(name, x[:, order], w[order])
    np.testing.assert_allclose(turned, score(name, x, w), rtol=1e-9, atol=1e-14 * x.max())


@that("rows")
@given(x=SCORES, w=WEIGHTS, order=st.permutations(range(3)), gaps=arrays(bool, (3, WIDTH)))
def test_the_order_of_rows_does_not_matter(
    name: str, x: np.ndarray, w: np.ndarray, order: list[int], gaps: np.ndarray
) -> None:
    gaps[:, 0] = False
    x = np.where(gaps, np.nan, x)
    np.testing.assert_allclose(score(name, x[order], w), score(name, x, w)[order], rtol=1e-12)


@that("own")
@given(x=SCORES, w=WEIGHTS)
def test_a_score_is_the_unit_s_own(name: str, x: np.ndarray, w: np.ndarray) -> None:
    assert score(name, x[:1], w).item() == score(name, x, w)[0]


@that("monotone")
@given(x=MODERATE_SCORES, w=WEIGHTS, gain=st.floats(1, 50), child=st.integers(0, WIDTH - 1))
def test_a_better_child_makes_no_worse_node(
    name: str, x: np.ndarray, w: np.ndarray, gain: float, child: int
) -> None:
    better = x.copy()
    better[0, child] += gain
    before, after = score(name, x, w)[0], score(name, better, w)[0]
    assert after >= before - 1e-9 * abs(before)


@that("weightless")
@given(x=SCORES, w=WEIGHTS)
def test_a_child_without_weight_is_as_good_as_none(name: str, x: np.ndarray, w: np.ndarray) -> None:
    wide = np.hstack([x, np.zeros((len(x), 1))])
    np.testing.assert_allclose(score(name, wide, np.append(w, 0)), score(name, x, w), rtol=1e-12)


@that("multiple")
@given(x=MODERATE_SCORES, w=WEIGHTS, factor=st.floats(0.01, 100))
def test_a_multiple_of_the_children(name: str, x: np.ndarray, w: np.ndarray, factor: float) -> None:
    most = factor * np.abs(x).max()
    np.testing.assert_allclose(
        score(name, factor * x, w), factor * score(name, x, w), rtol=1e-9, atol=1e-9 * most
    )


@that("no_unit")
@given(x=MODERATE_SCORES, w=WEIGHTS, factor=st.sampled_from([0.25, 2.0, 64.0]))
def test_a_score_without_a_unit(name: str, x: np.ndarray, w: np.ndarray, factor: float) -> None:
    np.testing.assert_allclose(score(name, factor * x, w), score(name, x, w), rtol=1e-9)


@that("shift")
@given(x=MODERATE_SCORES, w=WEIGHTS, more=st.floats(0, 100))
def test_a_constant_more(name: str, x: np.ndarray, w: np.ndarray, more: float) -> None:
    np.testing.assert_allclose(score(name, x + more, w), score(name, x, w) + more, rtol=1e-12)


@that("mirror")
@given(x=MODERATE_SCORES, w=WEIGHTS)
def test_mirrored_children(name: str, x: np.ndarray, w: np.ndarray) -> None:
    found = score(name, 100 - x, w)
    np.testing.assert_allclose(found, 100 - score(name, x, w), rtol=1e-9, atol=1e-9)


@given(x=arrays(float, (5, WIDTH), elements=st.integers(0, 3)), w=WEIGHTS)
def test_copeland_scores_are_mirrored_and_balanced(x: np.ndarray, w: np.ndarray) -> None:
    found = score("copeland", x, w)
    assert found.sum() == 0
    np.testing.assert_array_equal(score("copeland", -x, w), -found)
    order: Callable[[np.ndarray], np.ndarray] = np.exp
    np.testing.assert_array_equal(score("copeland", order(x), w), found)
