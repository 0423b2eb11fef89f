"""Alpha, omega, KMO and Bartlett against other tools, and where they are not defined."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import numpy as np
import pandas as pd
import pytest

from erat.coherence import (
    alpha_if_deleted,
    bartlett,
    correlations,
    kmo,
    omega,
    one_factor,
    principal_components,
    reliability,
    reliability_by_node,
    scree,
)
from erat.coherence.reliability import ACCEPTABLE
from erat.index.assessment import assess
from tests.coherence.technology import (
    ALPHA,
    CORRELATIONS,
    DATA,
    DELETED,
    LOADINGS,
    VARIANCE,
)
from tests.small import framework, panel

FOUR = DATA[["internet", "telephones", "electricity", "schooling"]]
ITEMS = pd.read_csv(
    StringIO(
        """Q1,Q2,Q3,Q4,Q5,Q6,Q7,Q8,Q9,Q10,Q11
1,1,1,1,1,1,1,1,1,1,1
1,1,1,1,1,1,1,1,0,1,0
,0,1,1,,1,1,1,1,0,0
1,1,1,0,1,1,0,1,1,0,0
1,1,1,1,1,0,0,0,1,0,0
0,1,,0,1,1,1,1,0,0,0
1,1,1,1,0,0,1,0,0,0,0
1,1,1,1,1,0,0,0,0,0,0
0,1,0,1,1,0,0,0,0,1,0
1,0,0,1,0,1,0,0,,0,0
1,1,1,0,0,0,0,0,0,0,0
1,0,0,1,0,0,0,0,0,0,0
"""
    )
)
"""Answers with gaps, the example of real-statistics.com that pingouin documents."""


def test_alpha_and_its_interval_are_those_of_pingouin() -> None:
    """pingouin 0.7.0, cronbach_alpha of the rows without a gap; it rounds the interval."""
    found = reliability(ITEMS)
    assert found.alpha == pytest.approx(0.8016949152542373, abs=1e-12)
    assert (round(found.low, 3), round(found.high, 3)) == (0.533, 0.947)
    assert (found.n, found.items, found.left_out) == (9, 11, ())


def test_standardized_alpha_is_alpha_of_standardized_items() -> None:
    """pingouin 0.7.0, cronbach_alpha of the standardized table."""
    z = (DATA - DATA.mean()) / DATA.std()
    assert reliability(DATA).standardized == pytest.approx(0.7035427579584912, abs=1e-12)
    found = reliability(z)
    assert found.alpha == pytest.approx(0.7035427579584912, abs=1e-12)
    assert (round(found.low, 3), round(found.high, 3)) == (0.477, 0.856)
    assert reliability(DATA).alpha == pytest.approx(0.11889183477545626, abs=1e-12)


def test_alpha_if_deleted_is_alpha_of_the_rest() -> None:
    table = alpha_if_deleted(FOUR)
    for code in FOUR:
        rest = FOUR.drop(columns=code)
        assert table.at[code, "alpha"] == pytest.approx(reliability(rest).alpha, abs=1e-12)
        others = reliability(rest).standardized
        assert table.at[code, "standardized"] == pytest.approx(others, abs=1e-12)
        r = np.corrcoef(FOUR[code], rest.sum(axis=1))[0, 1]
        assert table.at[code, "rest"] == pytest.approx(r, abs=1e-12)


def test_loadings_of_one_factor_are_those_of_factor_analyzer_and_statsmodels() -> None:
    """factor_analyzer 0.5.1 (minres) and statsmodels 0.15.0 (principal axes, iterated to the end).

    The two agree with each other to 1e-6; the second is the more exact.
    """
    minres = [0.0692653613, 0.4553125801, 0.9415091813, -0.2951963972]
    minres += [0.6668061917, 0.9202651427, 0.6516855995, 0.2787900074]
    found = one_factor(DATA.corr().to_numpy())
    np.testing.assert_allclose(found, minres, atol=1e-6)
    axes = [0.9025779894, 0.6079001643, 0.9766659481, 0.6448822701]
    np.testing.assert_allclose(one_factor(FOUR.corr().to_numpy()), axes, atol=1e-9)


def test_omega_is_that_of_the_loadings() -> None:
    assert omega(DATA) == pytest.approx(0.7304488496977863, abs=1e-9)
    assert omega(FOUR) == pytest.approx(0.8715257811275157, abs=1e-9)


def test_omega_of_a_perfect_factor_is_known() -> None:
    loadings = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    r = np.outer(loadings, loadings)
    np.fill_diagonal(r, 1.0)
    np.testing.assert_allclose(one_factor(r), loadings, atol=1e-10)
    np.testing.assert_allclose(one_factor(-r + 2 * np.eye(5)) ** 2 <= 0.995, True)


def test_two_items_have_the_omega_of_alpha() -> None:
    pair = DATA[["internet", "schooling"]]
    assert omega(pair) == pytest.approx(reliability(pair).standardized, abs=1e-12)
    turned = pair.assign(schooling=-pair["schooling"])
    assert np.isnan(omega(turned))
    assert reliability(turned).alpha < 0


def test_kmo_and_bartlett_are_those_of_factor_analyzer() -> None:
    """factor_analyzer 0.5.1, calculate_kmo and calculate_bartlett_sphericity."""
    items = [0.2599719072, 0.3492702383, 0.6825173626, 0.3758284223]
    items += [0.5198103334, 0.5931000291, 0.5261763016, 0.5564950568]
    found = kmo(DATA)
    np.testing.assert_allclose(found.items, items, atol=1e-9)
    assert found.overall == pytest.approx(0.5005672252709317, abs=1e-12)
    test = bartlett(DATA)
    assert test.statistic == pytest.approx(85.93076297523224, abs=1e-9)
    assert test.p == pytest.approx(8.460601185390656e-08, rel=1e-10)
    assert (test.df, test.n) == (28, 23)


def test_kmo_of_two_items_is_a_half() -> None:
    assert kmo(DATA[["internet", "schooling"]]).overall == pytest.approx(0.5, abs=1e-12)


@pytest.mark.parametrize(
    "table",
    [
        FOUR[["internet"]],
        FOUR[:2],
        FOUR[:0],
        FOUR[[]],
        FOUR.assign(internet=np.nan)[["internet", "schooling"]],
        FOUR.assign(internet=0.1 + 0.2)[["internet", "schooling"]],
    ],
    ids=["one item", "two rows", "no rows", "no items", "empty item", "constant item"],
)
def test_what_is_not_defined_is_nan(table: pd.DataFrame) -> None:
    found = reliability(table)
    numbers = [found.alpha, found.low, found.high, found.standardized, found.omega]
    assert np.isnan(numbers).all()
    assert alpha_if_deleted(table).isna().to_numpy().all()
    assert np.isnan(kmo(table).overall)
    assert np.isnan(bartlett(table).statistic)


def test_a_constant_item_is_named_and_changes_nothing() -> None:
    more = FOUR.assign(constant=0.3, empty=np.nan)
    found = reliability(more)
    assert found.left_out == ("constant", "empty")
    assert found.alpha == reliability(FOUR).alpha
    assert kmo(more).overall == kmo(FOUR).overall


def test_items_that_cancel_have_no_alpha() -> None:
    table = pd.DataFrame({"a": [1.0, 2, 3, 5], "b": [-1.0, -2, -3, -5]})
    found = reliability(table)
    assert np.isnan([found.alpha, found.standardized, found.omega]).all()


@pytest.mark.parametrize("measure", [lambda t: kmo(t).overall, lambda t: bartlett(t).statistic])
def test_perfectly_collinear_items_have_no_partial_correlations(
    measure: Callable[[pd.DataFrame], float],
) -> None:
    assert np.isnan(measure(FOUR.assign(sum=FOUR["internet"] + 2 * FOUR["schooling"])))
    assert np.isnan(measure(FOUR[:4]))


def test_identical_items_are_perfectly_reliable() -> None:
    table = pd.DataFrame(dict.fromkeys("abc", FOUR["internet"]))
    found = reliability(table)
    assert (found.alpha, found.low, found.standardized) == pytest.approx((1, 1, 1))
    assert found.omega > 0.99


def test_every_node_and_all_indicators_are_measured() -> None:
    table = reliability_by_node(assess(panel(), framework()))
    assert list(zip(table["node"], table["of"], strict=True)) == [
        ("A", "children"),
        ("B", "children"),
        ("idx", "children"),
        ("idx", "indicators"),
    ]
    assert list(table["items"]) == [2, 2, 2, 4]
    assert list(table["n"]) == [4, 4, 5, 3]


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
