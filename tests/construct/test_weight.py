"""Weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erat.construct.weight import WEIGHTINGS, Children

NOMINAL = st.lists(st.floats(0.01, 1e6), min_size=1, max_size=6)


def children(nominal: list[float]) -> Children:
    codes = tuple(f"c{i}" for i in range(len(nominal)))
    return Children(codes, np.array(nominal), np.ones((3, len(nominal))))


@pytest.mark.parametrize("name", WEIGHTINGS.names)
@given(nominal=NOMINAL)
def test_weights_add_to_1_and_are_not_negative(name: str, nominal: list[float]) -> None:
    weights = WEIGHTINGS[name](children(nominal))
    assert weights.sum() == pytest.approx(1, rel=1e-14)
    assert (weights >= 0).all()


@given(nominal=NOMINAL, factor=st.floats(1e-6, 1e6))
def test_only_the_relation_counts(nominal: list[float], factor: float) -> None:
    scaled = WEIGHTINGS["framework"](children([factor * value for value in nominal]))
    np.testing.assert_allclose(scaled, WEIGHTINGS["framework"](children(nominal)), rtol=1e-12)


def test_framework_and_equal() -> None:
    assert WEIGHTINGS["framework"](children([1, 3])).tolist() == [0.25, 0.75]
    assert WEIGHTINGS["equal"](children([1, 3])).tolist() == [0.5, 0.5]


def test_values_replace_some_weights() -> None:
    weights = WEIGHTINGS["framework"](children([1, 3]), values={"c0": 9, "other": 1})
    assert weights.tolist() == [0.75, 0.25]


def test_weights_of_any_size() -> None:
    assert WEIGHTINGS["framework"](children([1e308, 1e308])).tolist() == [0.5, 0.5]
    assert WEIGHTINGS["framework"](children([0, 5e-324])).tolist() == [0, 1]
