"""Imputation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from erat.construct.impute import IMPUTATIONS, Rows

NAN = float("nan")
ROWS = Rows(
    np.array(["a", "b", "c", "a", "b", "c"]),
    np.array([2020, 2020, 2020, 2021, 2021, 2021]),
    {"region": np.array(["e", "e", "w", "e", "e", "w"], dtype=object)},
)
X = np.array([[1.0, NAN], [3, NAN], [NAN, 7], [NAN, NAN], [5, 2], [9, NAN]])


def impute(name: str, x: np.ndarray = X, rows: Rows = ROWS, **options: Any) -> np.ndarray:
    return np.asarray(IMPUTATIONS[name](x, rows, **options))


def test_mean_of_the_same_year() -> None:
    expected = [[1, 7], [3, 7], [2, 7], [7, 2], [5, 2], [9, 2]]
    np.testing.assert_array_equal(impute("mean"), expected)


def test_group_mean_of_the_same_year() -> None:
    expected = [[1, NAN], [3, NAN], [NAN, 7], [5, 2], [5, 2], [9, NAN]]
    np.testing.assert_array_equal(impute("group_mean", group="region"), expected)


def test_units_without_a_group_are_no_group() -> None:
    rows = Rows(ROWS.unit[:3], np.zeros(3), {"g": np.array(["", "", "NA"], dtype=object)})
    x = np.array([[1.0], [NAN], [NAN]])
    np.testing.assert_array_equal(impute("group_mean", x, rows, group="g"), x)


def test_latest_carries_forward_and_never_back() -> None:
    expected = [[1, NAN], [3, NAN], [NAN, 7], [1, NAN], [5, 2], [9, 7]]
    np.testing.assert_array_equal(impute("latest"), expected)


def test_latest_does_not_depend_on_the_order_of_rows() -> None:
    order = np.array([5, 0, 3, 2, 4, 1])
    rows = Rows(ROWS.unit[order], ROWS.year[order], {})
    np.testing.assert_array_equal(impute("latest", X[order], rows), impute("latest")[order])


@pytest.mark.parametrize("name", IMPUTATIONS.names)
def test_what_is_there_stays(name: str) -> None:
    options: dict[str, Any] = {"group": "region"} if "group" in name else {}
    before = X.copy()
    made = impute(name, **options)
    np.testing.assert_array_equal(made[~np.isnan(X)], X[~np.isnan(X)])
    np.testing.assert_array_equal(X, before)
