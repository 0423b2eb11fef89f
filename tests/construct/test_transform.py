"""Transformations and their domains."""

from __future__ import annotations

import math

import numpy as np
import pytest

from erat.construct.transform import TRANSFORMS, outside_domain

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


@pytest.mark.parametrize("name", TRANSFORMS.names)
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
