"""Roll-ups on arrays: known numbers, exact shares, many groups at once."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erat.index.construct.aggregate import AGGREGATIONS
from erat.index.construct.power_means import Groups, Mean, Node
from erat.index.construct.rollup import ROLLUPS

INCOMES = [541.0, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]
"""Ten incomes of the example of ``ineq`` in R, whose indices are known."""
OPTIONS: dict[str, dict[str, float]] = {"share_above": {"threshold": 40}}
NAN = float("nan")


def roll(name: str, x: list[float], w: list[float] | None = None, **options: Any) -> Mean:
    """Roll up one group."""
    values = np.array(x)[:, None]
    groups = Groups(np.array([0]), len(x))
    weights = np.ones(len(x)) if w is None else np.array(w)
    own = groups.share(np.where(np.isnan(values), 0.0, weights[:, None]))
    made: Mean = ROLLUPS[name](values, own, groups, **OPTIONS.get(name, {}), **options)
    return made


def score(name: str, x: list[float], w: list[float] | None = None, **options: Any) -> float:
    return float(roll(name, x, w, **options).score[0, 0])


def shares(name: str, x: list[float], w: list[float] | None = None, **options: Any) -> list[float]:
    found = roll(name, x, w, **options).shares
    assert found is not None
    return [float(share) for share in found[:, 0]]


def test_known_numbers() -> None:
    assert score("mean", [10, 40, NAN], [1, 2, 9]) == pytest.approx(30)
    assert score("minimum", [10, 40, 5], [1, 1, 0]) == 10
    assert score("share_above", [10, 40, 90], [1, 1, 2]) == pytest.approx(75)
    assert score("atkinson", [1, 4]) == pytest.approx(2)
    assert score("atkinson", [2, 6], epsilon=2) == pytest.approx(3)
    assert score("atkinson", [0, 6], epsilon=1) == 0
    assert score("atkinson", [0, 4], floor=1) == pytest.approx(2)
    assert score("atkinson", [0, 4], epsilon=0.5) == pytest.approx(1)


@pytest.mark.parametrize(("epsilon", "index"), [(0.5, 0.1796591), (1.0, 0.3518251)])
def test_the_penalty_is_the_one_of_atkinsons_index(epsilon: float, index: float) -> None:
    """Numbers of ``ineq::Atkinson`` in R."""
    mean = np.mean(INCOMES)
    assert score("atkinson", INCOMES, epsilon=epsilon) == pytest.approx(mean * (1 - index))


def test_median_of_equal_weights_is_the_usual_one() -> None:
    assert score("median", [7, 1, 3]) == 3
    assert score("median", [7, 1, 3, 9]) == 5
    assert shares("median", [7, 1, 3, 9]) == [0.5, 0, 0.5, 0]


def test_median_of_weights_is_where_half_of_the_weight_is() -> None:
    assert score("median", [1, 2, 3], [1, 1, 5]) == 3
    assert score("median", [1, 2, 3], [1, 1, 2]) == pytest.approx(2.5)
    assert score("median", [1, NAN, 3], [1, 9, 5]) == 3


def test_those_that_set_the_score_share_it() -> None:
    assert shares("minimum", [5, 5, 9], [1, 3, 4]) == pytest.approx([0.25, 0.75, 0])
    assert shares("median", [5, 5, 9], [1, 3, 1]) == pytest.approx([0.25, 0.75, 0])


def test_nothing_makes_nothing() -> None:
    for name in ROLLUPS:
        assert np.isnan(score(name, [NAN, NAN]))


values = st.one_of(st.just(NAN), st.integers(0, 6).map(lambda n: 20.0 * n), st.floats(0.5, 100))


@st.composite
def groups_of_rows(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, Groups]:
    sizes = draw(st.lists(st.integers(1, 5), min_size=1, max_size=4))
    n = sum(sizes)
    x = np.array(draw(st.lists(values, min_size=2 * n, max_size=2 * n))).reshape(n, 2)
    given_w = draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))
    groups = Groups(np.cumsum([0, *sizes[:-1]]), n)
    w = groups.share(np.where(np.isnan(x), 0.0, np.array(given_w, dtype=float)[:, None]))
    return x, w, groups


@given(
    rows=groups_of_rows(),
    choice=st.sampled_from(
        [("mean", {}), ("median", {}), ("minimum", {}), ("share_above", {"threshold": 40}),
         ("atkinson", {}), ("atkinson", {"epsilon": 0.5}), ("atkinson", {"epsilon": 2.5}),
         ("atkinson", {"floor": 30.0})]
    ),
)  # fmt: skip
def test_a_score_is_the_sum_of_its_shares_and_each_group_its_own(
    rows: tuple[np.ndarray, np.ndarray, Groups], choice: tuple[str, dict[str, float]]
) -> None:
    x, w, groups = rows
    name, options = choice
    made = ROLLUPS[name](x, w, groups, **options)
    assert made.shares is not None
    there = groups.any(w > 0)
    assert (np.isnan(made.score) == ~there).all()
    summed = groups.sum(made.shares * made.used)
    assert summed[there] == pytest.approx(made.score[there], abs=1e-12)
    assert (made.shares[w == 0] == 0).all()
    ends = [*groups.starts, groups.count]
    for i, (start, end) in enumerate(pairwise(ends)):
        one = Groups(np.array([0]), end - start)
        alone = ROLLUPS[name](x[start:end], w[start:end], one, **options)
        assert alone.score[0] == pytest.approx(made.score[i], nan_ok=True, abs=1e-12)


@pytest.mark.parametrize("power", [1.0, 0.5, 0.0, -1.5])
def test_the_penalty_is_a_power_mean_of_the_framework(power: float) -> None:
    x, w = np.array([[10.0, 40, 0.5, 90]]), np.array([[0.1, 0.2, 0.3, 0.4]])
    node = Node("n", tuple("abcd"), w[0], w[0], w[0])
    expected = AGGREGATIONS["power"](x, w, node, p=power)
    name, options = ("mean", {}) if power == 1 else ("atkinson", {"epsilon": 1 - power})
    made = roll(name, x[0].tolist(), w[0].tolist(), **options)
    assert made.score[0, 0] == pytest.approx(expected.score[0])
    assert made.shares is not None
    assert expected.shares is not None
    assert made.shares[:, 0] == pytest.approx(expected.shares[0])


def test_rows_are_ordered_within_groups() -> None:
    groups = Groups(np.array([0, 2]), 5)
    x = np.array([[3.0], [1.0], [9.0], [7.0], [8.0]])
    assert groups.order(x)[:, 0].tolist() == [1, 0, 3, 4, 2]
    assert groups.cumulative(x)[:, 0].tolist() == [3, 4, 9, 16, 24]
    assert groups.spread(groups.max(x))[:, 0].tolist() == [3, 3, 9, 9, 9]
