"""Exact indices of a grid against what can be worked out by hand."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from erat.robustness.indices import enumerated_indices


def grid(*sizes: int) -> pd.DataFrame:
    rows = list(product(*(range(size) for size in sizes)))
    return pd.DataFrame(rows, columns=[f"f{i}" for i in range(len(sizes))])


def test_a_sum_has_no_interactions() -> None:
    choices = grid(2, 3)
    y = 3.0 * choices["f0"] + choices["f1"]
    s1, st = enumerated_indices(choices, y.to_numpy()[:, None])
    parts = np.array([9 * 0.25, 2 / 3])
    assert s1[:, 0] == pytest.approx(parts / parts.sum())
    assert st == pytest.approx(s1)


def test_a_pure_interaction_has_no_first_order() -> None:
    choices = grid(2, 2)
    y = (choices["f0"] == choices["f1"]).to_numpy(dtype=float)
    s1, st = enumerated_indices(choices, y[:, None])
    assert s1[:, 0] == pytest.approx([0, 0])
    assert st[:, 0] == pytest.approx([1, 1])


def test_two_identical_alternatives_have_no_index() -> None:
    choices = grid(2, 3)
    y = np.column_stack([choices["f1"], np.full(6, 7.0)])
    s1, st = enumerated_indices(choices, y)
    assert (s1[0, 0], st[0, 0]) == (0, 0)
    assert (s1[1, 0], st[1, 0]) == pytest.approx((1, 1))
    assert np.isnan(s1[:, 1]).all()
    assert np.isnan(st[:, 1]).all()


def test_the_order_of_combinations_does_not_matter() -> None:
    choices = grid(2, 3, 2)
    y = np.random.default_rng(3).normal(size=(12, 2))
    mixed = np.random.default_rng(4).permutation(12)
    shuffled = choices.iloc[mixed].set_index(mixed)
    for one, other in zip(
        enumerated_indices(choices, y), enumerated_indices(shuffled, y[mixed]), strict=True
    ):
        assert one == pytest.approx(other)


def test_a_grid_with_a_gap_is_refused() -> None:
    choices = grid(2, 3)
    with pytest.raises(ValueError, match="missing"):
        enumerated_indices(choices.iloc[:-1], np.zeros((5, 1)))
