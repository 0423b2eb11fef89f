"""Inequality among sub-units: numbers from elsewhere, and what every table row says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erat.subunits.inequality import COLUMNS, atkinson, gini, inequality
from tests.index.construct.test_rollup import INCOMES
from tests.subunits.cases import drawn, figures, rolled
from tests.subunits.test_rollup import one_year


def test_known_numbers() -> None:
    """``Gini`` and ``Atkinson`` of the package ineq in R, on its example's ten incomes."""
    x = np.array(INCOMES)
    assert gini(x) == pytest.approx(0.4620911, abs=5e-8)
    assert atkinson(x, epsilon=0.5) == pytest.approx(0.1796591, abs=5e-8)
    assert atkinson(x, epsilon=1) == pytest.approx(0.3518251, abs=5e-8)


counts = st.lists(st.tuples(st.floats(0.5, 100), st.integers(1, 4)), min_size=1, max_size=8)


@given(pairs=counts)
def test_a_weight_is_as_good_as_so_many_units(pairs: list[tuple[float, int]]) -> None:
    x = np.array([value for value, _ in pairs])
    w = np.array([count for _, count in pairs])
    repeated = np.repeat(x, w)
    assert gini(x, w) == pytest.approx(gini(repeated), abs=1e-12)
    for epsilon in (0.5, 1, 2):
        assert atkinson(x, w, epsilon) == pytest.approx(atkinson(repeated, None, epsilon), abs=1e-9)
    difference = np.abs(repeated[:, None] - repeated[None, :]).mean()
    assert gini(repeated) == pytest.approx(difference / 2 / repeated.mean(), abs=1e-12)


def test_odd_cases() -> None:
    assert gini(np.array([3.0, 3, 3])) == pytest.approx(0)
    assert atkinson(np.array([3.0, 3, 3])) == pytest.approx(0)
    assert gini(np.array([0.0, 0, 0, 4])) == 0.75
    assert atkinson(np.array([0.0, 4])) == 1
    assert np.isnan(gini(np.array([0.0, 0])))
    assert np.isnan(gini(np.array([-1.0, 4])))
    assert np.isnan(atkinson(np.array([-1.0, 4])))
    assert gini(np.array([3.0, np.nan, 3])) == 0


def test_a_good_mean_does_not_hide_a_failing_sub_unit() -> None:
    table = inequality(rolled(one_year(), {"method": "mean", "weights": "population"}))
    assert list(table) == list(COLUMNS)
    row = table[(table["unit"] == "Pb") & (table["node"] == "x1")].iloc[0]
    assert row["n"] == 2
    assert row["mean"] == row["score"] == pytest.approx(5 * 50 / 7)
    assert (row["lowest"], row["highest"], row["range"], row["weakest"]) == (0, 50, 50, "Pb1")
    assert row["sd"] == pytest.approx(50 * np.sqrt(2 / 7 * 5 / 7))
    assert row["gini"] == pytest.approx(2 / 7)
    assert row["atkinson_1"] == 1
    assert row["lost"] == row["mean"]
    assert row["lost_percent"] == 100


def test_inequality_is_among_the_children() -> None:
    made = rolled(drawn(3), {"method": "mean", "weights": "population"})
    table = inequality(made).set_index(["unit", "year", "node"])
    assert set(table.index.get_level_values("unit")) == {"P", "Q", "Pa", "Pb"}
    assert table.loc[("P", 2021, "idx"), "n"] == 2
    row = table.loc[("Pb", 2021, "A")]
    x = made.scores.loc[["Pb1", "Pb2"], "A"].xs(2021, level="year").to_numpy()
    w = np.array([2, 5])
    assert row["mean"] == pytest.approx(x @ w / 7)
    assert row["gini"] == pytest.approx(gini(x, w))
    assert row["atkinson_05"] == pytest.approx(atkinson(x, w, 0.5))
    assert row["score"] == made.scores.loc[("Pb", 2021), "A"]


def test_what_is_lost_is_what_the_roll_up_takes() -> None:
    made = rolled(drawn(3), {"method": "atkinson", "epsilon": 2})
    table = inequality(made)
    own = table[table["node"].isin(["x1", "x2", "x3"])]
    assert (own["mean"] - own["lost"]).to_numpy() == pytest.approx(own["score"].to_numpy())
    one = table[table["node"] == "x1"].iloc[0]
    assert one["lost_percent"] == pytest.approx(100 * one["lost"] / one["mean"])


def test_missing_sub_units_are_not_counted() -> None:
    cube = np.full((7, 1, 3), 10.0)
    cube[5, 0, 0] = np.nan
    table = inequality(rolled(figures(cube))).set_index(["unit", "node"])
    assert table.loc[("Q", "x1"), "n"] == 1
    assert table.loc[("Q", "x1"), "gini"] == 0
    cube[6, 0, 0] = np.nan
    gone = inequality(rolled(figures(cube))).set_index(["unit", "node"])
    assert ("Q", "x1") not in gone.index
