"""Imputation: by hand, and held to scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from erat.index.construct.impute import IMPUTATIONS, Rows, chained

NAN = float("nan")


def rows_of(unit: Any, year: Any, columns: int = 2, **groups: Any) -> Rows:
    return Rows(
        np.array(unit),
        np.array(year),
        {name: np.array(labels, dtype=object) for name, labels in groups.items()},
        np.array(["A"] * columns),
        np.ones(columns),
        np.array([f"x{j}" for j in range(columns)]),
    )


ROWS = rows_of(["a", "b", "c"] * 2, [2020] * 3 + [2021] * 3, region=["e", "e", "w"] * 2)
X = np.array([[1.0, NAN], [3, NAN], [NAN, 7], [NAN, NAN], [5, 2], [9, NAN]])

GAPS = np.array(
    [
        [2.0, 61, NAN, 7.5],
        [3.5, NAN, 12, 6.1],
        [NAN, 70, 15.5, 9.2],
        [5.1, 74, 11, NAN],
        [6.4, 66, 18, 3.3],
        [7.2, 81, 21, 5.9],
        [4.3, 58, NAN, 8.8],
        [9.0, 90, 25, 1.2],
        [8.1, NAN, 19.5, 2.4],
    ]
)
ONE_YEAR = rows_of(list("abcdefghi"), [2020] * 9, 4)
OPTIONS: dict[str, dict[str, Any]] = {
    "group_mean": {"group": "region"},
    "group_median": {"group": "region"},
}


def impute(name: str, x: np.ndarray = X, rows: Rows = ROWS, **options: Any) -> np.ndarray:
    return np.asarray(IMPUTATIONS[name](x, rows, **options))


def test_mean_of_the_same_year() -> None:
    expected = [[1, 7], [3, 7], [2, 7], [7, 2], [5, 2], [9, 2]]
    np.testing.assert_array_equal(impute("mean"), expected)


def test_median_of_the_same_year() -> None:
    x = np.array([[1.0], [2], [9], [NAN], [NAN], [4]])
    rows = rows_of(list("abcdef"), [0] * 4 + [1] * 2, 1)
    assert impute("median", x, rows)[:, 0].tolist() == [1, 2, 9, 2, 4, 4]


def test_group_mean_of_the_same_year() -> None:
    expected = [[1, NAN], [3, NAN], [NAN, 7], [5, 2], [5, 2], [9, NAN]]
    np.testing.assert_array_equal(impute("group_mean", group="region"), expected)


def test_group_median_of_the_same_year() -> None:
    x = np.array([[1.0], [2], [9], [NAN], [5], [NAN]])
    rows = rows_of(list("abcdef"), [0] * 6, 1, g=["e"] * 4 + ["w"] * 2)
    assert impute("group_median", x, rows, group="g")[:, 0].tolist() == [1, 2, 9, 2, 5, 5]


@pytest.mark.parametrize("name", ["group_mean", "group_median"])
def test_units_without_a_group_are_no_group(name: str) -> None:
    rows = rows_of(["a", "b", "c"], [0] * 3, 1, g=["", "", "NA"])
    x = np.array([[1.0], [NAN], [NAN]])
    np.testing.assert_array_equal(impute(name, x, rows, group="g"), x)


def test_sibling_mean_by_hand() -> None:
    x = np.array([[0.0, 8, 10, 1], [10, 0, 30, 2], [4, NAN, NAN, 3], [NAN, NAN, NAN, 4]])
    rows = Rows(
        np.array(list("abcd")),
        np.zeros(4),
        {},
        np.array(["A", "A", "A", "B"]),
        np.array([1.0, -1.0, 1.0, 1.0]),
        np.array(["x1", "x2", "x3", "x4"]),
    )
    made = impute("sibling_mean", x, rows)
    # x1 of unit c is .4 of the way from worst to best: x2 (less is better) 8 - .4 * 8, x3 10 + .4 * 20
    np.testing.assert_allclose(made[2], [4, 4.8, 18, 3], rtol=1e-15)
    np.testing.assert_array_equal(made[3], x[3])


def test_sibling_mean_takes_the_mean_of_all_available_siblings_of_the_year() -> None:
    x = np.array([[0.0, 0, 0], [10, 100, 1], [5, 100, NAN], [5, 0, 7], [7, NAN, NAN]])
    rows = rows_of(list("abcde"), [0, 0, 0, 1, 1], 3)
    made = impute("sibling_mean", x, rows)
    assert made[2, 2] == pytest.approx(0.75)
    assert made[4].tolist() == [7, 0, 7]


def test_knn_is_that_of_scikit_learn() -> None:
    """KNNImputer of scikit-learn 1.9.1 on (x - min) / (max - min), mapped back."""
    gaps = np.isnan(GAPS)
    one = impute("knn", GAPS, ONE_YEAR, k=1)[gaps]
    np.testing.assert_allclose(one, [12, 74, 5.1, 6.1, 12, 66], rtol=1e-14)
    three = impute("knn", GAPS, ONE_YEAR, k=3)[gaps]
    expected = [12.833333333333334, 64.33333333333333, 3.8, 6.2, 12.833333333333334, 79]
    np.testing.assert_allclose(three, expected, rtol=1e-14)


def test_knn_ties_count_alike_and_strangers_stay_missing() -> None:
    x = np.array([[1.0, NAN], [0, 10], [2, 20], [9, 99], [NAN, NAN]])
    made = impute("knn", x, rows_of(list("abcde"), [0] * 5), k=1)
    assert made[0, 1] == 15
    assert np.isnan(made[4]).all()
    assert impute("knn", x, rows_of(list("abcde"), [0] * 5), k=50)[0, 1] == 43


def test_chained_equations_are_those_of_scikit_learn() -> None:
    """IterativeImputer(Ridge(alpha=1), max_iter=10, tol=0, min_value, max_value), 1.9.1."""
    made = impute("iterative", GAPS, ONE_YEAR)[np.isnan(GAPS)]
    expected = [
        *(11, 64.34244579586556, 4.7779778495056755),
        *(6.638726721447214, 11.843642817535759, 80.02483132866178),
    ]
    np.testing.assert_allclose(made, expected, rtol=1e-9)


def test_a_draw_is_the_same_again_and_differs_from_others() -> None:
    gaps = np.isnan(GAPS)
    draws = [impute("iterative", GAPS, ONE_YEAR, draw=d, seed=3)[gaps] for d in (1, 1, 2)]
    np.testing.assert_array_equal(draws[0], draws[1])
    assert (draws[0] != draws[2]).any()
    assert (draws[0] != impute("iterative", GAPS, ONE_YEAR, draw=1, seed=4)[gaps]).any()


@pytest.mark.parametrize("draw", [0, 1])
def test_neither_rows_nor_columns_need_an_order(draw: int) -> None:
    rows, columns = np.array([3, 0, 8, 1, 7, 2, 6, 4, 5]), np.array([2, 0, 3, 1])
    other = Rows(
        ONE_YEAR.unit[rows],
        ONE_YEAR.year[rows],
        {},
        ONE_YEAR.parent,
        ONE_YEAR.direction,
        ONE_YEAR.codes[columns],
    )
    made = impute("iterative", GAPS[np.ix_(rows, columns)], other, draw=draw)
    expected = impute("iterative", GAPS, ONE_YEAR, draw=draw)[np.ix_(rows, columns)]
    np.testing.assert_array_equal(made, expected)


def test_draws_have_the_posterior_mean_and_spread() -> None:
    """One gap, one predictor: the predictive distribution is a t with known scale."""
    random = np.random.default_rng(5)
    x = random.normal(size=60)
    y = 2 * x + random.normal(size=60)
    table = np.column_stack([x, y])
    table[7, 1] = NAN
    seen = np.delete(table, 7, axis=0)
    made = np.array([chained(table, 1, np.random.default_rng([0, d]))[7, 1] for d in range(4000)])
    # Least squares, by textbook formulas; the ridge of 1 moves both by less than 2%.
    slope, level = np.polyfit(seen[:, 0], seen[:, 1], 1)
    rest = seen[:, 1] - slope * seen[:, 0] - level
    s2 = (rest**2).sum() / 58
    away = (x[7] - seen[:, 0].mean()) ** 2 / ((seen[:, 0] - seen[:, 0].mean()) ** 2).sum()
    scale = np.sqrt(s2 * (1 + 1 / 59 + away))
    assert made.mean() == pytest.approx(level + slope * x[7], abs=0.1 * scale)
    assert made.std() == pytest.approx(scale, rel=0.06)


def test_filled_values_stay_within_those_of_the_column() -> None:
    for draw in range(30):
        made = impute("iterative", GAPS, ONE_YEAR, draw=draw)
        assert (made >= np.nanmin(GAPS, axis=0)).all()
        assert (made <= np.nanmax(GAPS, axis=0)).all()


@pytest.mark.parametrize("draw", [0, 1])
def test_chained_equations_with_few_rows_and_collinear_or_constant_columns(draw: int) -> None:
    random = np.random.default_rng(draw) if draw else None
    x = np.array([[1.0, 2, 5, NAN, 3], [2, 4, 5, NAN, NAN], [NAN, 6, NAN, NAN, NAN]])
    made = chained(x, 10, random)
    assert np.isnan(made[:, 3]).all()
    assert made[:, 2].tolist() == [5, 5, 5]
    assert made[:, 4].tolist() == [3, 3, 3]
    assert 1 <= made[2, 0] <= 2
    assert chained(np.array([[NAN], [2.0], [4]]), 3, None)[0, 0] == 3


def test_latest_carries_forward_and_never_back() -> None:
    expected = [[1, NAN], [3, NAN], [NAN, 7], [1, NAN], [5, 2], [9, 7]]
    np.testing.assert_array_equal(impute("latest"), expected)


def test_linear_by_hand_and_never_beyond_the_ends() -> None:
    x = np.array([[NAN, 1], [1, NAN], [NAN, NAN], [NAN, NAN], [7, NAN], [NAN, 2.0]])
    years = [2010, 2011, 2012, 2013, 2017, 2018]
    made = impute("linear", x, rows_of(["a"] * 6, years))
    np.testing.assert_allclose(made[:, 0], [NAN, 1, 2, 3, 7, NAN])
    np.testing.assert_allclose(made[:, 1], [1, 1.125, 1.25, 1.375, 1.875, 2])
    two = rows_of(["a", "b", "a", "b"], [1, 1, 2, 3], 1)
    gaps = np.array([[NAN], [1], [4], [NAN]])
    np.testing.assert_array_equal(impute("linear", gaps, two), gaps)


@pytest.mark.parametrize("name", IMPUTATIONS)
def test_the_order_of_rows_does_not_matter(name: str) -> None:
    order = np.array([5, 0, 3, 2, 4, 1])
    region = {"region": ROWS.groups["region"][order]}
    rows = rows_of(ROWS.unit[order], ROWS.year[order], **region)
    options = OPTIONS.get(name, {})
    np.testing.assert_allclose(
        impute(name, X[order], rows, **options), impute(name, **options)[order], rtol=1e-15
    )


@pytest.mark.parametrize("name", IMPUTATIONS)
def test_what_is_there_stays(name: str) -> None:
    before = X.copy()
    made = impute(name, **OPTIONS.get(name, {}))
    np.testing.assert_array_equal(made[~np.isnan(X)], X[~np.isnan(X)])
    np.testing.assert_array_equal(X, before)


@pytest.mark.parametrize("name", IMPUTATIONS)
@pytest.mark.parametrize("shape", [(1, 1), (3, 1), (1, 3), (4, 2)])
def test_where_nothing_is_there_nothing_is_filled(name: str, shape: tuple[int, int]) -> None:
    x = np.full(shape, NAN)
    rows = rows_of([f"u{i}" for i in range(shape[0])], [0] * shape[0], shape[1],
                   region=["e"] * shape[0])  # fmt: skip
    assert np.isnan(impute(name, x, rows, **OPTIONS.get(name, {}))).all()
