"""Correlations, components and alpha against the tables of the OECD/JRC Handbook (2008)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from erat.coherence import (
    alpha_if_deleted,
    correlations,
    principal_components,
    reliability,
    scree,
)
from erat.coherence.reliability import ACCEPTABLE
from tests.coherence.technology import (
    ALPHA,
    CORRELATIONS,
    DATA,
    DELETED,
    LOADINGS,
    VARIANCE,
)

# The Handbook prints telephones and electricity as logarithms with two decimals, and seems to have
# used more: correlations agree to 0.02, and what is computed from them nearly as well.


def test_correlations_are_those_of_table_6() -> None:
    r = correlations(DATA).r.to_numpy()
    printed = np.array([cell for row in CORRELATIONS for cell in row])
    np.testing.assert_allclose(r[np.triu_indices(8, 1)], printed, atol=0.02)
    exact = [0, 1, 2, 3, 6]  # the columns that are not logarithms
    off = np.abs(r[np.ix_(exact, exact)] - _square(printed)[np.ix_(exact, exact)])
    assert off.max() <= 0.0051


def test_components_are_those_of_tables_7_and_8() -> None:
    found = principal_components(DATA)
    np.testing.assert_allclose(100 * found.share, VARIANCE, atol=0.12)
    printed = pd.DataFrame(LOADINGS, index=[1, 2, 3, 4]).T
    own = found.loadings[[1, 2, 3, 4]]
    signs = np.sign((own * printed).sum())
    np.testing.assert_allclose(own * signs, printed, atol=0.0125)


def test_scree_cumulates_as_table_7() -> None:
    expected = [41.9, 63.7, 76.0, 87.2, 93.2, 96.9, 99.1, 100.0]
    np.testing.assert_allclose(100 * scree(DATA, draws=10)["cumulative"], expected, atol=0.1)


def test_alpha_is_that_of_section_4_3() -> None:
    found = reliability(DATA)
    assert found.standardized == pytest.approx(ALPHA, abs=0.005)
    assert found.standardized > ACCEPTABLE


def test_alpha_without_each_indicator_is_that_of_table_11() -> None:
    printed = pd.DataFrame(DELETED, index=["rest", "alpha"]).T
    found = alpha_if_deleted(DATA)
    np.testing.assert_allclose(found["standardized"], printed["alpha"], atol=0.0025)
    np.testing.assert_allclose(found["standardized_rest"], printed["rest"], atol=0.006)


def _square(upper: np.ndarray) -> np.ndarray:
    square = np.eye(8)
    square[np.triu_indices(8, 1)] = upper
    return square + square.T - np.eye(8)
