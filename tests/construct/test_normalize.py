"""Normalizations: formulas, and what must hold of every registered one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from erat.construct.normalize import NORMALIZATIONS, Anchors, Columns

SHIFTED_AND_STRETCHED = {"minmax", "zscore", "rank"}
"""Methods whose result does not depend on the indicator's unit of measurement."""
WITH_UNIT = {"none", "goalposts"}
MIRRORED = {"minmax": 100.0, "zscore": 0.0, "none": 0.0, "goalposts": 100.0}
"""What a value and its mirror image add up to; ranks with ties have no such sum."""

POSTS = Columns(np.array([-50.0]), np.array([80.0]))
TENTHS = st.integers(-1000, 1000).map(lambda n: n / 10)
COLUMNS = arrays(float, st.tuples(st.integers(2, 12), st.just(1)), elements=TENTHS)
EVERY = pytest.mark.parametrize("name", NORMALIZATIONS.names)


def normalize(name: str, y: Any, columns: Columns = POSTS, **options: Any) -> np.ndarray:
    y = np.asarray(y, dtype=float)
    y = y[:, None] if y.ndim == 1 else y
    made = NORMALIZATIONS[name](y, columns, **options)
    return made.apply(y) if isinstance(made, Anchors) else made


def test_every_method_says_whether_the_unit_of_measurement_matters() -> None:
    assert set(NORMALIZATIONS.names) == SHIFTED_AND_STRETCHED | WITH_UNIT


def test_minmax() -> None:
    assert normalize("minmax", [2, 4, 10])[:, 0].tolist() == [0, 25, 100]
    assert normalize("minmax", [2, 4, 10], range=(1, 100))[:, 0].tolist() == [1, 25.75, 100]


def test_zscore_divides_by_n_minus_1() -> None:
    y = np.array([1.0, 2.0, 4.0, 9.0])
    expected = (y - y.mean()) / np.sqrt(((y - y.mean()) ** 2).sum() / 3)
    np.testing.assert_allclose(normalize("zscore", y)[:, 0], expected, rtol=1e-15)
    np.testing.assert_allclose(
        normalize("zscore", y, mean=50, sd=10)[:, 0], 50 + 10 * expected, rtol=1e-15
    )


def test_zscore_of_a_large_level_loses_no_digits() -> None:
    y = 1e9 + np.array([0.0, 1.0, 2.0])
    np.testing.assert_allclose(normalize("zscore", y)[:, 0], [-1, 0, 1], atol=1e-15)


def test_rank_ascends_and_ties_take_the_smaller() -> None:
    assert normalize("rank", [5, 1, 5, 9])[:, 0].tolist() == [2, 1, 2, 4]
    with_gap = normalize("rank", [5, np.nan, 1])[:, 0]
    np.testing.assert_equal(with_gap, [2, np.nan, 1])


def test_goalposts_clip_and_scale() -> None:
    posts = Columns(np.array([20.0]), np.array([85.0]))
    y = [10, 20, 52.5, 85, 90]
    assert normalize("goalposts", y, posts)[:, 0].tolist() == [0, 0, 50, 100, 100]
    free = normalize("goalposts", y, posts, scale=1, clip=False)[:, 0]
    np.testing.assert_allclose(free, [-10 / 65, 0, 0.5, 1, 70 / 65], rtol=1e-15)


def test_none_keeps_values() -> None:
    assert normalize("none", [3, -1])[:, 0].tolist() == [3, -1]


@EVERY
def test_constant_missing_and_single_columns_raise_nothing(name: str) -> None:
    columns = Columns(np.array([0.0] * 3), np.array([10.0] * 3))
    made = normalize(name, [[0.1, np.nan, np.nan], [0.1, np.nan, 2], [0.1, np.nan, 3]], columns)
    assert np.ptp(made[:, 0]) == 0
    assert np.isnan(made[:, 1]).all()
    assert np.isnan(made[:, 2]).tolist() == [True, False, False]
    assert np.isfinite(normalize(name, [7.0])).all()


def test_constant_columns_go_to_the_middle() -> None:
    assert normalize("minmax", [7, 7], range=(1, 100))[:, 0].tolist() == [50.5, 50.5]
    assert normalize("zscore", [0.1] * 3, mean=50, sd=10)[:, 0].tolist() == [50, 50, 50]


@EVERY
@given(y=COLUMNS)
def test_order_is_kept(name: str, y: np.ndarray) -> None:
    order = np.argsort(y[:, 0], kind="stable")
    assert (np.diff(normalize(name, y)[order, 0]) >= 0).all()


@EVERY
@given(y=COLUMNS, data=st.data())
def test_the_order_of_rows_does_not_matter(name: str, y: np.ndarray, data: st.DataObject) -> None:
    rows = data.draw(st.permutations(range(len(y))))
    np.testing.assert_allclose(normalize(name, y[rows]), normalize(name, y)[rows], atol=1e-9)


@EVERY
@given(y=COLUMNS)
def test_columns_do_not_matter_to_each_other(name: str, y: np.ndarray) -> None:
    posts = Columns(np.repeat(POSTS.low, 2), np.repeat(POSTS.high, 2))
    both = normalize(name, np.hstack([y, y[::-1] ** 2]), posts)
    np.testing.assert_allclose(both[:, :1], normalize(name, y), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", sorted(SHIFTED_AND_STRETCHED))
@given(y=COLUMNS, shift=TENTHS, stretch=st.sampled_from([0.25, 3.0, 1000.0]))
def test_the_unit_of_measurement_does_not_matter(
    name: str, y: np.ndarray, shift: float, stretch: float
) -> None:
    whole = np.round(y * 10)
    other = whole * stretch + round(shift)
    np.testing.assert_allclose(normalize(name, other), normalize(name, whole), atol=1e-8)


@pytest.mark.parametrize("name", sorted(MIRRORED))
@given(y=COLUMNS)
def test_turning_the_direction_mirrors(name: str, y: np.ndarray) -> None:
    mirrored = Columns(-POSTS.high, -POSTS.low)
    total = normalize(name, y) + normalize(name, -y, mirrored)
    np.testing.assert_allclose(total, MIRRORED[name], atol=1e-8)


@given(y=COLUMNS)
def test_ranks_of_the_other_direction(y: np.ndarray) -> None:
    above = (y < y.T).sum(axis=1)
    np.testing.assert_array_equal(normalize("rank", -y)[:, 0], 1 + above)


def test_a_block_of_replicates_is_normalized_as_each_alone() -> None:
    block = np.random.default_rng(1).normal(size=(3, 7, 2))
    posts = Columns(np.array([-1.0, -2.0]), np.array([1.0, 2.0]))
    for name in NORMALIZATIONS.names:
        made = normalize(name, block, posts)
        for i in range(3):
            np.testing.assert_allclose(made[i], normalize(name, block[i], posts), rtol=1e-15)
