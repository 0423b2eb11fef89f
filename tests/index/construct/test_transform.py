"""Transformations and their domains."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from erat.index.construct.transform import TRANSFORMS, fit, fit_boxcox, outside_domain

X = np.array([0.5, 1.0, 10.0, 2.5e7])


@pytest.mark.parametrize(
    ("name", "one"),
    [
        ("none", lambda v: v),
        ("log", math.log),
        ("log10", math.log10),
        ("log1p", math.log1p),
        ("sqrt", math.sqrt),
    ],
)
def test_formula(name: str, one: object) -> None:
    assert callable(one)
    np.testing.assert_allclose(TRANSFORMS[name](X), [one(v) for v in X], rtol=1e-15)


@pytest.mark.parametrize("name", TRANSFORMS)
def test_order_is_kept_and_missing_stays(name: str) -> None:
    assert (np.diff(TRANSFORMS[name](X)) > 0).all()
    assert np.isnan(TRANSFORMS[name](np.array([np.nan]))).all()


@pytest.mark.parametrize(
    ("name", "bad", "good"),
    [("log", 0.0, 1e-9), ("log10", -1.0, 1e-9), ("log1p", -1.0, -0.9), ("sqrt", -1e-9, 0.0)],
)
def test_domain(name: str, bad: float, good: float) -> None:
    assert outside_domain(name, np.array([bad, good, np.nan])).tolist() == [True, False, False]


def test_every_value_may_stay_as_it_is() -> None:
    assert not outside_domain("none", np.array([-1.0, 0.0])).any()


INCOMES = np.array([541.0, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261])


def test_boxcox_is_that_of_scipy() -> None:
    """scipy.stats.boxcox, scipy 1.17.1."""
    expected = [
        *(11.618590572302162, 14.962514705708406, 16.935350064097314, 18.348085499118493),
        *(19.463003339135863, 20.357593674173522, 21.149482251871458, 22.427765513270426),
        *(24.28737927445664, 27.817905654844147),
    ]
    function, name = fit_boxcox(INCOMES)
    np.testing.assert_allclose(function(INCOMES), expected, rtol=1e-6)
    power, shift = (float(part) for part in name[len("boxcox(") : -1].split(","))
    assert power == pytest.approx(0.17833194483701237, abs=1e-7)
    assert shift == 0
    np.testing.assert_array_equal(TRANSFORMS["boxcox"](INCOMES), function(INCOMES))


def test_boxcox_shifts_values_that_are_not_positive() -> None:
    """scipy.stats.boxcox (1.17.1) of x + 3 + .01 * 34."""
    x = np.array([-3, 0.5, 1, 2, np.nan, 4, 9, 31])
    expected = [
        *(-0.9605034391901465, 1.565440935706284, 1.7321674915539038, 2.0250393013541133),
        *(np.nan, 2.5011075172467847, 3.3537811053323416, 5.34695989724916),
    ]
    function, _ = fit_boxcox(x)
    np.testing.assert_allclose(function(x), expected, rtol=1e-6)
    assert np.isnan(function(np.array([-3.5]))).all()


@pytest.mark.parametrize("unit", [1e-12, 1.0, 1e9])
def test_the_power_does_not_depend_on_the_unit(unit: float) -> None:
    _, name = fit_boxcox(INCOMES * unit)
    assert float(name[len("boxcox(") :].split(",")[0]) == pytest.approx(0.178331945, abs=1e-6)


def test_boxcox_makes_a_column_more_nearly_normal() -> None:
    x = np.random.default_rng(2).lognormal(sigma=1.5, size=200)
    assert abs(stats.skew(fit_boxcox(x).function(x))) < 0.1 < abs(stats.skew(x))


@pytest.mark.parametrize("x", [[], [np.nan] * 5, [3.0], [1, 2, np.nan, 4], [7.0] * 9])
def test_boxcox_leaves_short_and_constant_columns(x: list[float]) -> None:
    function, name = fit("boxcox", np.array(x, dtype=float))
    assert name == "none"
    np.testing.assert_array_equal(function(np.array(x)), x)


def test_fitting_what_has_no_parameters() -> None:
    assert fit("log", X).name == "log"
    np.testing.assert_array_equal(fit("log", X[:2]).function(X), np.log(X))
