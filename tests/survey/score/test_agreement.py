"""Agreement against published numbers and against pingouin."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erat.survey.score.agreement import icc, node_rwg, rwg_j, variances

SHROUT = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]],
    dtype=float,
)
"""Shrout and Fleiss (1979), table 2: four judges, six targets."""


def test_shrout_and_fleiss() -> None:
    """Table 4 of the paper: ICC(1,1) = .17 and ICC(1,4) = .44."""
    found = icc(SHROUT.reshape(-1, 1), np.repeat(np.arange(6), 4), level=0.95)
    assert found.icc1[0] == pytest.approx(0.17, abs=0.005)
    assert found.icck[0] == pytest.approx(0.44, abs=0.005)
    assert (found.n_raters[0], found.n_targets[0]) == (24, 6)


def test_pingouin_agrees_on_coefficients_and_intervals() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pingouin = pytest.importorskip("pingouin")
        wide = pd.DataFrame(SHROUT).rename_axis("target").reset_index()
        long = wide.melt("target", var_name="judge", value_name="x")
        table = pingouin.intraclass_corr(long, "target", "judge", "x")
    theirs = table.set_index("Type")
    ours = icc(SHROUT.reshape(-1, 1), np.repeat(np.arange(6), 4), level=0.95)
    single, average = theirs.iloc[0], theirs.iloc[3]
    interval = next(name for name in theirs if str(name).startswith("CI95"))
    assert ours.icc1[0] == pytest.approx(single["ICC"], abs=1e-9)
    assert ours.icck[0] == pytest.approx(average["ICC"], abs=1e-9)
    np.testing.assert_allclose([ours.icc1_low[0], ours.icc1_high[0]], single[interval], atol=0.006)
    np.testing.assert_allclose([ours.icck_low[0], ours.icck_high[0]], average[interval], atol=0.006)


def test_unequal_groups_recover_the_truth() -> None:
    """Variances 1 between and 3 within: ICC(1) is 0.25, whatever the sizes of groups."""
    rng = np.random.default_rng(1)
    sizes = rng.integers(1, 9, 4000)
    of = np.repeat(np.arange(4000), sizes)
    x = rng.normal(size=4000)[of] + np.sqrt(3) * rng.normal(size=len(of))
    assert icc(x[:, None], of).icc1[0] == pytest.approx(0.25, abs=0.02)


def test_columns_are_computed_apart_and_gaps_are_left_out() -> None:
    of = np.repeat(np.arange(6), 4)
    x = np.column_stack([SHROUT.ravel(), SHROUT.ravel()])
    x[[3, 10], 1] = np.nan
    kept = ~np.isnan(x[:, 1])
    both, alone = icc(x, of), icc(x[kept, 1:], of[kept])
    assert both.icc1[1] == pytest.approx(alone.icc1[0])
    assert both.n_raters.tolist() == [24, 22]


@pytest.mark.parametrize(
    ("x", "of"),
    [
        ([1.0, 2, 3], [0, 0, 0]),
        ([1.0, 2, 3], [0, 1, 2]),
        ([np.nan, np.nan], [0, 1]),
        ([2.0, 2, 2, 2], [0, 0, 1, 1]),
    ],
)
def test_what_is_not_defined_is_missing(x: list[float], of: list[int]) -> None:
    found = icc(np.array(x)[:, None], np.array(of))
    assert np.isnan([found.icc1[0], found.icc1_low[0], found.icck[0]]).all()


def test_perfect_agreement_within_and_difference_between() -> None:
    found = icc(np.array([1.0, 1, 4, 4])[:, None], np.array([0, 0, 1, 1]))
    assert found.icc1[0] == 1
    assert found.icck[0] == 1


def test_rwg_of_james_demaree_and_wolf() -> None:
    """A scale of five points has the chance variance 2; ten items of variance 0.5 give .9677."""
    assert rwg_j(np.array(0.5), np.array(1), points=5) == pytest.approx(0.75)
    assert rwg_j(np.array(0.5), np.array(10), points=5) == pytest.approx(7.5 / 7.75)


UNIFORM = np.var(np.arange(6))
"""Variance of levels chosen at random: the yardstick of agreement."""


def test_agreement_by_group_and_node() -> None:
    levels = np.array([[0.0, 3], [2, 3], [3, np.nan], [0, 1], [5, 1]])
    variance = variances(levels, np.array([0, 0, 0, 1, 1]))
    np.testing.assert_allclose(variance[:, 0], np.array([7 / 3, 12.5]))
    members = np.array([[True, False], [False, True], [True, True]])
    found = node_rwg(variance, members)
    assert found[1, 0] == 0
    assert found[0, 1] == 1
    v = 7 / 6 / UNIFORM
    assert found[0, 2] == pytest.approx(2 * (1 - v) / (2 * (1 - v) + v))


def test_one_rating_says_nothing_of_agreement() -> None:
    assert np.isnan(variances(np.array([[1.0]]), np.array([0]))).all()
    assert np.isnan(node_rwg(np.array([[np.nan]]), np.array([[True]]))).all()


@given(st.floats(0, 20), st.integers(1, 30))
def test_agreement_lies_between_0_and_1(variance: float, items: int) -> None:
    assert 0 <= float(rwg_j(np.array(variance), np.array(items))) <= 1


def test_of_one_item_agreement_is_what_is_left_of_chance() -> None:
    variance = np.linspace(0, 6, 50)
    expected = np.maximum(1 - variance / UNIFORM, 0)
    np.testing.assert_allclose(rwg_j(variance, np.ones(50)), expected, atol=1e-15)
