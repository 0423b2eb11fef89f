"""Statistics, correlations and redundancy against other tools, and their edge cases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from erat.coherence import (
    collinear,
    correlations,
    in_year,
    redundant,
    statistics,
    vif,
    with_parents,
    within_and_across,
)
from erat.errors import DataError, ParameterError
from erat.index.assessment import Assessment, assess
from erat.index.correlation import Kind
from erat.index.framework import Framework
from erat.index.panel import Panel
from tests.coherence.technology import DATA
from tests.small import framework, panel


@pytest.fixture(scope="module")
def technology() -> Assessment:
    """The Handbook's indicators under their four dimensions."""
    dimensions = ["creation"] * 2 + ["recent"] * 2 + ["old"] * 2 + ["skills"] * 2
    nodes = [
        ("tai", "", "aggregate"),
        *((d, "tai", "aggregate") for d in dict.fromkeys(dimensions)),
    ]
    nodes += [(code, dim, "indicator") for code, dim in zip(DATA, dimensions, strict=True)]
    table = pd.DataFrame(nodes, columns=["code", "parent", "type"]).assign(
        direction="1", weight="1"
    )
    tree = Framework.from_table(table)
    data = DATA.assign(unit=[f"u{i}" for i in range(len(DATA))])
    return assess(Panel.from_table(data, tree), tree)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("spearman", {("patents", "internet"): (0.185817, 0.395949),
                      ("internet", "schooling"): (0.572984, 0.004266)}),
        ("kendall", {("patents", "internet"): (0.134654, 0.369042),
                     ("internet", "schooling"): (0.399221, 0.008138)}),
    ],
)  # fmt: skip
def test_rank_correlations_are_those_of_pingouin(
    kind: Kind, expected: dict[tuple[str, str], tuple[float, float]]
) -> None:
    """pingouin 0.7.0, pairwise_corr."""
    found = correlations(DATA, kind=kind)
    for pair, numbers in expected.items():
        assert (found.r.at[pair], found.p.at[pair]) == pytest.approx(numbers, abs=1e-6)


def test_pairs_are_complete_by_themselves() -> None:
    holes = DATA.copy()
    holes.loc[:4, "patents"] = np.nan
    holes.loc[20:, "internet"] = np.nan
    found = correlations(holes, holes[["internet"]])
    assert found.n["internet"].to_dict() | {"patents": 15} == found.n["internet"].to_dict()
    pd.testing.assert_frame_equal(correlations(holes).r, holes.corr(), atol=1e-12, rtol=0)


@pytest.mark.parametrize("kind", ["pearson", "spearman", "kendall"])
def test_what_does_not_vary_does_not_correlate(kind: Kind) -> None:
    table = pd.DataFrame(
        {
            "a": [1.0, 2.0, 4.0, np.nan],
            "same": [7.0] * 4,
            "rounding": [0.3, 0.1 + 0.2, 0.3, 0.3],
            "two": [1.0, 2.0, np.nan, np.nan],
            "none": [np.nan] * 4,
            "twice": [2.0, 4.0, 8.0, 9.0],
        }
    )
    found = correlations(table, kind=kind)
    assert found.r.loc["a", ["same", "rounding", "two", "none"]].isna().all()
    assert found.r.loc["a", "twice"] == pytest.approx(1.0)
    assert found.n.loc["a"].tolist() == [3, 3, 3, 2, 0, 3]


def test_large_numbers_lose_no_digits() -> None:
    x = np.array([1.0, 2, 3, 5, 8])
    y = np.array([2.0, 1, 4, 3, 9])
    plain = correlations(pd.DataFrame({"x": x, "y": y})).r.at["x", "y"]
    large = correlations(pd.DataFrame({"x": 1e9 + x, "y": y * 1e-300})).r.at["x", "y"]
    assert large == pytest.approx(plain, abs=1e-12)


def test_an_infinite_value_is_refused() -> None:
    table = pd.DataFrame({"a": [1.0, np.inf, 2.0], "b": [1.0, 2.0, 3.0]})
    for function in (statistics, correlations, redundant, vif, collinear):
        with pytest.raises(DataError, match="infinite value in a"):
            function(table)


def test_statistics_follow_the_rule_of_treatment() -> None:
    found = statistics(DATA)
    assert found.index[found["outliers"]].tolist() == ["patents"]
    np.testing.assert_allclose(found["skewness"], DATA.skew(), atol=1e-12)
    np.testing.assert_allclose(found["kurtosis"], DATA.kurt(), atol=1e-12)
    np.testing.assert_allclose(found["sd"], DATA.std(), atol=1e-12)
    assert not statistics(DATA, skewness=3)["outliers"].any()


def test_statistics_of_odd_columns() -> None:
    table = pd.DataFrame(
        {
            "none": [np.nan] * 4,
            "one": [2.0, *[np.nan] * 3],
            "same": [5.0] * 4,
            "three": [1, 2, 4, None],
        }
    ).astype(float)
    found = statistics(table)
    assert found["n"].tolist() == [0, 1, 4, 3]
    assert found["same"].isna().tolist() == [True, False, False, False]
    assert found["constant"].tolist() == [False, True, True, False]
    assert found["sd"].isna().tolist() == [True, True, False, False]
    assert found["skewness"].notna().tolist() == [False, False, False, True]
    assert found["kurtosis"].isna().all()
    assert not found["outliers"].any()
    assert statistics(table[:0])["share"].isna().all()


def test_flags_follow_the_printed_correlations(technology: Assessment) -> None:
    table = within_and_across(technology).set_index(["a", "b"])
    flags = table["flag"]
    assert flags["patents", "royalties"] == "weak"  # .13
    assert flags["internet", "exports"] == "negative"  # -.45
    assert flags["telephones", "electricity"] == ""  # .64
    assert flags["internet", "electricity"] == ""  # .84, across
    assert table.at[("internet", "exports"), "significant"]
    assert not table.at[("patents", "royalties"), "significant"]
    assert (table["relation"] == "siblings").sum() == 4 + 6
    assert (table["relation"] == "across").sum() == 28 - 4
    close = within_and_across(technology, weak=0.1, strong=0.8)
    assert close.set_index(["a", "b"])["flag"]["internet", "electricity"] == "strong"
    assert close.set_index(["a", "b"])["flag"]["patents", "royalties"] == ""


def test_an_indicator_may_belong_elsewhere(technology: Assessment) -> None:
    table = with_parents(technology).set_index("code")
    values = in_year(technology)
    assert len(table) == 8 + 4
    exports = table.loc["exports"]
    assert exports["r"] == pytest.approx(values["exports"].corr(values["recent"]), abs=1e-12)
    elsewhere = table[table["flag"] == "elsewhere"]
    assert (elsewhere["r_best"] > elsewhere["r"]).all()
    assert table.loc["internet", "best"] == "old"
    assert table.loc["creation", "best"] == ""


def test_a_constant_indicator_is_flagged_as_undefined() -> None:
    data = "unit,region,x1,x2,x3,x4\nu1,e,1,5,10,1\nu2,e,4,5,100,2\nu3,e,2,5,900,3\nu4,e,2,5,90,5\n"
    assessment = assess(panel(data), framework())
    table = with_parents(assessment).set_index("code")
    assert table.loc["x2", "flag"] == "undefined"
    pairs = within_and_across(assessment).set_index(["a", "b"])
    assert pairs.loc[("x1", "x2"), "flag"] == "undefined"


def test_years_are_not_pooled() -> None:
    data = "unit,year,region,x1,x2,x3,x4\nu1,2020,e,1,5,10,1\nu1,2021,e,4,3,100,2\nu2,2021,e,4,5,30,2\n"
    assessment = assess(panel(data), framework())
    assert list(in_year(assessment).index) == ["u1", "u2"]
    assert list(in_year(assessment, 2020).index) == ["u1"]
    assert within_and_across(assessment, year=2020)["r"].isna().all()
    with pytest.raises(ParameterError, match="2020, 2021"):
        in_year(assessment, 1999)


def test_variance_inflation_is_that_of_statsmodels() -> None:
    """statsmodels 0.15.0, variance_inflation_factor with a constant."""
    expected = [2.1569804116, 3.1206045696, 5.795885416, 2.8932763073]
    expected += [3.5167611002, 5.741768135, 2.9537271296, 1.2254931682]
    np.testing.assert_allclose(vif(DATA), expected, atol=1e-9)


def test_perfect_collinearity_is_found() -> None:
    table = DATA[["patents", "internet", "schooling"]]
    more = table.assign(sum=2 * table["patents"] - 3 * table["internet"] + 5)
    assert collinear(more) == ["patents", "internet", "sum"]
    factors = vif(more)
    assert np.isinf(factors[["patents", "internet", "sum"]]).all()
    assert factors["schooling"] == pytest.approx(vif(table)["schooling"], abs=1e-9)
    assert collinear(table) == []


def test_more_columns_than_rows_are_collinear() -> None:
    assert len(collinear(DATA[:5])) == 8
    assert np.isinf(vif(DATA[:5])).all()


def test_redundancy_of_odd_tables() -> None:
    assert vif(DATA[:2]).isna().all()
    assert vif(DATA[["patents"]]).isna().all()
    assert collinear(DATA[["patents"]]) == []
    assert redundant(DATA.assign(same=1.0)).empty
    twin = DATA.assign(twin=-DATA["internet"])
    found = redundant(twin)
    assert found[["a", "b", "n"]].to_numpy().tolist() == [["internet", "twin", 23]]
    assert found.at[0, "r"] == pytest.approx(-1)
    assert redundant(DATA, threshold=0.8)["b"].tolist() == ["electricity"]
