"""Scores, changes and distances traced to sub-unit and indicator: they close, and mean something."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erat.errors import InputError, MethodError
from erat.index.assessment import assess
from erat.index.changes import changes as changes_of_units
from erat.index.panel import Panel
from erat.subunits.contributions import changes, contributions
from erat.subunits.distance import distances
from erat.subunits.rollup import RolledUp, roll_up
from tests.subunits.cases import UNITS, YEARS, drawn, figures, forest, meta, method, rolled

TOLERANCE = 1e-12
AGGREGATIONS: list[Any] = [
    *("arithmetic", "geometric", "harmonic", "bod"),
    {"method": "power", "p": 0.5},
    {"method": "power", "p": -2},
    {"method": "geometric", "floor": 20},
    {"method": "arithmetic", "nodes": {"A": "geometric"}},
]
ROLLUPS: list[dict[str, Any]] = [
    {"method": "mean"},
    {"method": "median"},
    {"method": "minimum"},
    {"method": "share_above", "threshold": 40},
    {"method": "atkinson"},
    {"method": "atkinson", "epsilon": 0.5},
    {"method": "atkinson", "epsilon": 3},
    {"method": "atkinson", "floor": 20},
    {"method": "mean", "kinds": {"block": "median", "province": "atkinson"}},
    {"method": "minimum", "nodes": {"A": "mean", "x3": {"method": "share_above", "threshold": 50}}},
]

cells = st.one_of(st.just(np.nan), st.integers(0, 5).map(lambda n: 20.0 * n), st.floats(0.125, 100))


@st.composite
def cases(draw: st.DrawFn, plain: bool = False) -> RolledUp:
    """A roll-up with zeros, ties and missing values, and an index of any kind."""
    found = draw(st.lists(cells, min_size=42, max_size=42))
    subunits = {
        **draw(st.sampled_from(ROLLUPS)),
        "first": draw(st.sampled_from(["units", "framework"])),
        "weights": draw(st.sampled_from(["equal", "population"])),
        "min_share": draw(st.sampled_from([0, 0.4])),
    }
    known = [a for a in AGGREGATIONS if a != "bod"] if plain else AGGREGATIONS
    aggregate = draw(st.sampled_from(known))
    return rolled(figures(np.array(found).reshape(7, 2, 3)), subunits, aggregate)


def tops(made: RolledUp, node: str) -> pd.Series:
    """Scores of the top units that have one."""
    return made.scores.loc[["P", "Q", "R"], node].dropna()


def close(parts: pd.Series, expected: pd.Series) -> None:
    """Compare sums with what they must come to; both for the same units."""
    assert set(parts.index) == set(expected.index)
    expected = expected.loc[parts.index]
    scale = max(1.0, expected.abs().max()) if len(expected) else 1.0
    assert (parts - expected).abs().max() < TOLERANCE * 100 * scale or not len(parts)


@given(made=cases(), node=st.sampled_from(["idx", "A"]))
def test_contributions_add_up_to_the_score(made: RolledUp, node: str) -> None:
    found = contributions(made, node).groupby(["unit", "year"])["contribution"].sum(min_count=1)
    close(found, tops(made, node))


@given(made=cases(), node=st.sampled_from(["idx", "A"]))
def test_changes_add_up_to_the_change(made: RolledUp, node: str) -> None:
    found = changes(made, *YEARS, node)
    sums = found.groupby("unit")[["by_value", "by_weight", "change"]].sum()
    score = tops(made, node).unstack("year").reindex(columns=YEARS)
    close(sums["change"], (score[2021] - score[2020]).dropna())
    close(sums["by_value"] + sums["by_weight"], sums["change"])
    still = found[found["before"] == found["after"]]
    assert (still["by_value"] == 0).all()


@given(made=cases(plain=True), node=st.sampled_from(["idx", "A"]))
def test_distances_add_up_to_the_distance(made: RolledUp, node: str) -> None:
    found = distances(made, node).groupby(["unit", "year"])["contribution"].sum(min_count=1)
    score = tops(made, node)
    close(found, score - score.groupby("year").transform("mean"))


@pytest.mark.parametrize(("aggregate", "subunits"), list(product(AGGREGATIONS[:3], ROLLUPS)))
def test_all_close_to_twelve_digits(aggregate: Any, subunits: dict[str, Any]) -> None:
    for first in ("units", "framework"):
        made = rolled(drawn(7, missing=0.2), {**subunits, "first": first}, aggregate)
        score = tops(made, "idx")
        parts = contributions(made).groupby(["unit", "year"])["contribution"].sum()
        assert (parts - score).abs().max() < 1e-12 * 100
        moved = changes(made, *YEARS).groupby("unit")["change"].sum()
        due = score.unstack()[2021] - score.unstack()[2020]
        assert (moved - due).abs().max() < 1e-12 * 100
        away = distances(made).groupby(["unit", "year"])["contribution"].sum()
        due = score - score.groupby("year").transform("mean")
        assert (away - due).abs().max() < 1e-12 * 100


def part(table: pd.DataFrame, subunit: str, indicator: str, name: str = "contribution") -> float:
    row = table[(table["subunit"] == subunit) & (table["indicator"] == indicator)]
    return float(row[name].iloc[0])


def test_a_plain_index_is_a_sum_of_weights_times_values() -> None:
    panel = drawn(1, years=1)
    for first in ("units", "framework"):
        made = rolled(panel, {"method": "mean", "weights": "population", "first": first})
        table = contributions(made)
        x = panel.values.droplevel("year")
        assert part(table, "Pa2", "x2") == pytest.approx(0.25 * 0.75 * 3 / 11 * x.at["Pa2", "x2"])
        away = distances(made)
        mean = made.scores.droplevel("year").loc[["P", "Q", "R"], "x2"].mean()
        expected = 0.25 * 0.75 * 3 / 11 * (x.at["Pa2", "x2"] - mean)
        assert part(away, "Pa2", "x2") == pytest.approx(expected)


def test_the_weakest_carries_a_minimum_and_lifts_it() -> None:
    cube = np.full((7, 2, 3), 50.0)
    cube[1:5, 0, 0] = [10, 60, 30, 90]
    cube[1:5, 1, 0] = [70, 60, 80, 90]
    made = rolled(figures(cube), {"method": "minimum"})
    table = contributions(made)
    first = table[(table["year"] == 2020) & (table["indicator"] == "x1") & (table["unit"] == "P")]
    assert first["contribution"].tolist() == [0.25 * 0.25 * 10, 0, 0, 0]
    moved = changes(made, *YEARS)
    moved = moved[(moved["unit"] == "P") & (moved["indicator"] == "x1")].set_index("subunit")
    weight = 0.25 * 0.25
    both = weight * 50
    assert moved["change"].sum() == pytest.approx(both)
    assert moved["change"][["Pa2", "Pb2"]].tolist() == [0, 0]
    assert moved.at["Pa1", "change"] > moved.at["Pb1", "change"] > 0


def test_a_median_moves_by_who_crosses_it() -> None:
    """Of 10, 20, 30 the lowest rises to 40: the median goes from 20 to 30, all of it due to it."""
    units = "unit,parent,kind,population\nT,,,\n" + "".join(f"{c},T,,1\n" for c in "abcdefg")
    cube = np.full((7, 2, 3), 50.0)
    cube[:, 0, 0] = [10, 20, 30, 10, 20, 30, 20]
    cube[:, 1, 0] = [40, 20, 30, 40, 20, 30, 30]
    tree = forest(units)
    made = roll_up(figures(cube, tree), meta(), method("median"), tree)
    moved = changes(made, *YEARS)
    moved = moved[moved["indicator"] == "x1"].set_index("subunit")["by_value"]
    assert moved.sum() == pytest.approx(0.25 * 0.25 * 10)
    assert moved[["b", "c", "e", "f"]].tolist() == [0, 0, 0, 0]
    assert moved["a"] == pytest.approx(moved["g"]) == pytest.approx(moved["d"])


def test_what_equals_the_comparison_contributes_nothing() -> None:
    cube = np.full((7, 1, 3), 40.0)
    cube[:, 0, 1] = [10, 20, 90, 20, 30, 60, 70]
    cube[5:, 0, 2] = 25
    for aggregate, subunits in product(AGGREGATIONS[:3], ("mean", "median", "atkinson")):
        found = distances(rolled(figures(cube), subunits, aggregate))
        alike = found[found["indicator"] == "x1"]["contribution"]
        assert alike.abs().max() < 1e-13
        other = found[(found["indicator"] == "x3") & (found["unit"] == "Q")]["contribution"]
        assert (other < 0).all()


def test_a_sub_unit_at_the_mean_of_all_contributes_nothing() -> None:
    cube = np.full((7, 1, 3), 40.0)
    cube[1, 0, :] = 10
    cube[3, 0, :] = 410 / 11  # the mean of P, which it is in, and 40 and 40
    for first in ("units", "framework"):
        made = rolled(figures(cube), {"method": "mean", "first": first})
        assert tops(made, "idx").mean() == pytest.approx(410 / 11)
        mine = distances(made)
        mine = mine[mine["unit"] == "P"].set_index("subunit")["contribution"]
        assert mine["Pb1"].abs().max() < 1e-13
        assert (mine["Pa1"] < 0).all()
        assert (mine["Pa2"] > 0).all()


def test_a_sub_unit_at_the_level_of_both_contributes_nothing() -> None:
    cube = np.full((7, 1, 3), 40.0)
    cube[5:, 0, :] = [[30, 30, 30], [160 / 3, 160 / 3, 160 / 3]]  # a geometric mean of 40
    for first in ("units", "framework"):
        made = rolled(figures(cube), {"method": "atkinson", "first": first})
        assert tops(made, "idx").to_numpy() == pytest.approx(40)
        mine = distances(made).set_index("subunit")["contribution"]
        assert mine[["Pa1", "Pa2", "Pb1", "Pb2", "R"]].abs().max() < 1e-12
        assert (mine["Q1"] < 0).all()


def test_the_indicators_of_a_change_are_those_of_the_units_alone() -> None:
    made = rolled(drawn(2, missing=0.2), "atkinson", "geometric")
    alike = Panel(made.top.normalized, pd.DataFrame(index=made.top.normalized.index))
    units = changes_of_units(assess(alike, meta(), method(None, "geometric")), *YEARS)
    alone = units[units["node"] == "idx"].set_index(["unit", "indicator"])["change"]
    found = changes(made, *YEARS).groupby(["unit", "indicator"])["change"].sum()
    both = alone.index.intersection(found.index)
    assert (alone[both] - found[both]).abs().max() < 1e-11
    assert alone.drop(both).abs().sum() < 1e-11


@pytest.mark.parametrize("first", ["units", "framework"])
def test_people_who_move_change_a_score_by_weight(first: str) -> None:
    panel = drawn(8)
    same = panel.values.xs(2020, level="year").loc[panel.units].to_numpy()
    people = np.where(panel.years == 2020, 1.0, 3.0)
    people[np.array(panel.units) != "Q1"] = 2.0
    groups = pd.DataFrame({"people": people.astype(str)}, index=panel.values.index)
    still = Panel(pd.DataFrame(same, panel.values.index, panel.values.columns), groups)
    for step in ("mean", "atkinson", "median"):
        chosen = method({"method": step, "first": first, "weights": "people"}, "geometric")
        made = roll_up(still, meta(), chosen, forest(UNITS.replace(",population", ",other")))
        moved = changes(made, *YEARS)
        assert (moved["by_value"] == 0).all()
        score = tops(made, "idx").unstack()
        due = score[2021] - score[2020]
        close(moved.groupby("unit")["by_weight"].sum(), due)
        assert abs(due["Q"]) > 1
        assert due[["P", "R"]].abs().max() < 1e-12


@pytest.mark.parametrize("first", ["units", "framework"])
def test_rows_may_be_lacking_and_in_any_order(first: str) -> None:
    panel = drawn(6, missing=0.1)
    subunits = {"method": "atkinson", "first": first, "weights": "population"}
    whole = rolled(panel, subunits, "geometric")
    turned = np.random.default_rng(1).permutation(len(panel.values))
    mixed = Panel(panel.values.iloc[turned], panel.groups.iloc[turned])
    pd.testing.assert_frame_equal(rolled(mixed, subunits, "geometric").scores, whole.scores)
    absent = panel.values.index.isin([("Pa1", 2020), ("Q1", 2021), ("Pb2", 2020), ("Pb2", 2021)])
    made = rolled(panel.take(~absent), subunits, "geometric")
    blank = Panel(panel.values.where(~np.tile(absent[:, None], 3)), panel.groups)
    pd.testing.assert_frame_equal(made.scores, rolled(blank, subunits, "geometric").scores)
    score = tops(made, "idx")
    close(contributions(made).groupby(["unit", "year"])["contribution"].sum(), score)
    moved = changes(made, *YEARS).groupby("unit")["change"].sum()
    close(moved, (score.unstack()[2021] - score.unstack()[2020]).dropna())
    away = distances(made).groupby(["unit", "year"])["contribution"].sum()
    close(away, score - score.groupby("year").transform("mean"))


def test_a_score_that_is_no_sum_is_refused_in_words() -> None:
    made = rolled(drawn(), "mean", {"method": "arithmetic", "nodes": {"A": "copeland"}})
    for split in (contributions, distances):
        with pytest.raises(MethodError, match="'copeland' at 'A', whose score is no sum"):
            split(made)
    with pytest.raises(MethodError, match="'copeland' at 'A'"):
        changes(made, *YEARS)
    below = contributions(made, "B").groupby(["unit", "year"])["contribution"].sum()
    close(below, tops(made, "B"))


def test_units_measured_against_each_other_have_no_distance_from_a_profile() -> None:
    made = rolled(drawn(), {"method": "mean", "first": "framework"}, "bod")
    with pytest.raises(MethodError, match="'bod' at 'A', which measures units against each other"):
        distances(made)
    apart = rolled(drawn(), {"method": "mean"}, "bod")
    score = tops(apart, "idx")
    found = distances(apart).groupby(["unit", "year"])["contribution"].sum()
    close(found, score - score.groupby("year").transform("mean"))


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="the year 2019"):
        changes(rolled(drawn()), 2019, 2021)
    with pytest.raises(MethodError, match="'idz'"):
        contributions(rolled(drawn()), "idz")
