"""Scores of every unit in every node, in both orders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from erat.errors import DataError, MethodError
from erat.index.assessment import assess
from erat.index.method import Method
from erat.index.panel import Panel
from erat.subunits.rollup import roll_up
from erat.subunits.unit_tree import UnitTree
from tests.subunits.cases import UNITS, drawn, figures, forest, meta, method, rolled

NAN = float("nan")
BASES: list[list[float]] = [
    [10, 20, 30],
    [20, 40, 60],
    [40, 80, NAN],
    [0, 0, 90],
    [50, 50, 50],
    [30, 10, 0],
    [10, 90, 100],
]

BASE_UNITS = ["R", "Pa1", "Pa2", "Pb1", "Pb2", "Q1", "Q2"]


def one_year(values: list[list[float]] | None = None) -> Panel:
    return figures(np.array(BASES if values is None else values)[:, None, :])


def score(made: Any, unit: str, node: str) -> float:
    return float(made.scores.loc[(unit, 2020), node])


def test_every_unit_has_every_node() -> None:
    made = rolled(one_year())
    assert list(made.scores) == ["idx", "A", "B", "x1", "x2", "x3"]
    assert made.scores.index.get_level_values("unit").tolist() == forest().units
    assert score(made, "R", "x2") == 20
    assert score(made, "R", "A") == pytest.approx(0.25 * 10 + 0.75 * 20)
    assert score(made, "Pa", "x1") == 30
    assert score(made, "Pa", "x3") == 60
    assert score(made, "P", "x1") == pytest.approx((30 + 25) / 2)
    assert score(made, "P", "idx") == pytest.approx(0.25 * (0.25 * 27.5 + 0.75 * 42.5) + 0.75 * 65)


def test_weights_of_children_that_have_none_are_added_up() -> None:
    made = rolled(one_year(), {"method": "mean", "weights": "population"})
    assert score(made, "Pa", "x1") == pytest.approx((20 + 3 * 40) / 4)
    assert score(made, "P", "x1") == pytest.approx((20 + 3 * 40 + 0 + 5 * 50) / 11)
    assert score(made, "Pa", "x3") == 60
    assert score(made, "P", "x3") == pytest.approx((4 * 60 + 2 * 90 + 5 * 50) / 11)
    w = made.weights_of("x3")[:, 0]
    assert dict(zip(made.tree.units, w.tolist(), strict=True)) == pytest.approx(
        {"P": 0, "Q": 0, "R": 0, "Pa": 4 / 11, "Pb": 7 / 11, "Pa1": 1, "Pa2": 0, "Pb1": 2 / 7,
         "Pb2": 5 / 7, "Q1": 0.5, "Q2": 0.5}
    )  # fmt: skip


def test_nodes_and_kinds_have_a_roll_up_of_their_own() -> None:
    made = rolled(
        one_year(),
        {
            "method": "mean",
            "weights": "population",
            "kinds": {"province": "minimum"},
            "nodes": {"A": {"method": "share_above", "threshold": 30, "weights": "equal"}},
        },
    )
    assert score(made, "Pa", "x2") == 100
    assert score(made, "Pb", "x1") == 50
    assert score(made, "P", "x1") == 100
    assert score(made, "Pb", "x3") == pytest.approx((2 * 90 + 5 * 50) / 7)
    assert score(made, "P", "x3") == 60


def test_the_framework_can_go_first() -> None:
    made = rolled(one_year(), {"method": "minimum", "first": "framework"})
    base = {unit: score(made, unit, "idx") for unit in BASE_UNITS}
    alone = assess(one_year(), meta(), method(None))
    assert base == pytest.approx(alone.index.droplevel("year").to_dict())
    assert score(made, "P", "idx") == min(base[u] for u in ("Pa1", "Pa2", "Pb1", "Pb2"))
    assert score(made, "P", "x1") == 0


def test_orders_tell_what_the_other_order_gives() -> None:
    one = rolled(drawn(missing=0.2), "median")
    two = rolled(drawn(missing=0.2), {"method": "median", "first": "framework"})
    pd.testing.assert_frame_equal(one.orders, two.orders)
    rows = one.orders.set_index(["unit", "year", "node"])
    assert rows.loc[("P", 2021, "idx"), "units_first"] == one.scores.loc[("P", 2021), "idx"]
    assert rows.loc[("P", 2021, "idx"), "framework_first"] == two.scores.loc[("P", 2021), "idx"]
    assert set(one.orders["unit"]) == {"P", "Q", "Pa", "Pb"}
    assert (one.orders["units_first"] - one.orders["framework_first"]).abs().max() > 1


def test_geometric_means_along_both_trees_do_not_depend_on_the_order() -> None:
    """Path independence, the reason for the geometric mean in Alkire and Foster (2010)."""
    weights = {"method": "atkinson", "epsilon": 1, "weights": "population"}
    found = rolled(drawn(3), weights, "geometric").orders
    assert found["units_first"].to_numpy() == pytest.approx(found["framework_first"].to_numpy())


def test_the_inequality_adjusted_index_is_the_mean_times_one_minus_atkinson() -> None:
    """UNDP (2010), technical note 2: each dimension is ``(1 - A) * I``, then the geometric mean."""
    panel = drawn(5, years=1)
    made = rolled(panel, {"method": "atkinson", "epsilon": 1}, "geometric")
    plain = rolled(panel, "mean")
    q = panel.values.loc[["Q1", "Q2"]].to_numpy()
    adjusted = (1 - (1 - np.exp(np.log(q).mean(axis=0)) / q.mean(axis=0))) * q.mean(axis=0)
    assert [score(made, "Q", code) for code in ("x1", "x2", "x3")] == pytest.approx(adjusted)
    assert [score(plain, "Q", code) for code in ("x1", "x2", "x3")] == pytest.approx(q.mean(axis=0))
    a = adjusted[0] ** 0.25 * adjusted[1] ** 0.75
    assert score(made, "Q", "idx") == pytest.approx(a**0.25 * adjusted[2] ** 0.75)


def test_a_unit_with_too_few_of_its_sub_units_is_missing() -> None:
    few = rolled(one_year(), {"method": "mean", "weights": "population", "min_share": 0.5})
    assert np.isnan(score(few, "Pa", "x3"))
    assert score(few, "P", "x3") == pytest.approx((2 * 90 + 5 * 50) / 7)
    enough = rolled(one_year(), {"method": "mean", "weights": "population", "min_share": 0.25})
    assert score(enough, "Pa", "x3") == 60


def test_one_normalization_serves_all_levels() -> None:
    made = roll_up(one_year(), meta(), Method.parse({"normalize": "minmax"}), forest())
    alone = assess(one_year(), meta(), Method.parse({"normalize": "minmax"}))
    base = made.scores.loc[BASE_UNITS, ["x1", "x2", "x3"]]
    pd.testing.assert_frame_equal(base, alone.normalized, check_names=False)


@pytest.mark.parametrize("first", ["units", "framework"])
def test_the_top_units_have_scores_ranks_and_contributions(first: str) -> None:
    made = rolled(drawn(missing=0.3), {"method": "atkinson", "first": first}, "geometric")
    top = made.top
    assert top.scores.index.get_level_values("unit").unique().tolist() == ["P", "Q", "R"]
    both = top.normalized.join(top.scores)
    pd.testing.assert_frame_equal(both[list(made.scores)], made.scores.loc[["P", "Q", "R"]])
    sums = top.contributions.sum(axis=1).to_numpy()
    assert sums == pytest.approx(top.scores["idx"].to_numpy())
    assert top.ranks["idx"].groupby("year").max().tolist() == [3, 3]


def test_ranks_are_among_units_of_the_same_depth() -> None:
    ranks = rolled(one_year()).ranks["idx"].droplevel("year")
    assert sorted(ranks[["P", "Q", "R"]]) == [1, 2, 3]
    assert sorted(ranks[["Pa", "Pb", "Q1", "Q2"]]) == [1, 2, 3, 4]


def test_units_are_compared_with_those_of_the_same_depth() -> None:
    made = rolled(one_year(), "mean", {"nodes": {"A": "copeland"}})
    assert sorted(made.scores.loc[["P", "Q", "R"], "A"]) == [-2, 0, 2]


def test_weights_found_in_the_data_are_found_where_the_framework_is_climbed_first() -> None:
    panel = drawn(4)
    found = roll_up(panel, meta(), method("mean", weights="entropy"), forest())
    top = assess(Panel(found.top.normalized, panel.groups), meta(), method(None, weights="entropy"))
    assert found.order.tree.weights == pytest.approx(top.weights.to_dict())
    assert found.scores.loc["Q1", "A"].to_numpy() == pytest.approx(
        found.scores.loc["Q1", ["x1", "x2"]].to_numpy() @ top.weights[["x1", "x2"]].to_numpy()
    )
    first = roll_up(panel, meta(), method({"first": "framework"}, weights="entropy"), forest())
    base = assess(panel, meta(), method(None, weights="entropy"))
    assert first.base.weights.to_dict() == base.weights.to_dict()


def test_a_group_of_all_sub_units_is_a_group_of_the_unit() -> None:
    panel = one_year()
    coast = ["yes", "yes", "yes", "no", "no", "yes", "yes"]
    groups = pd.DataFrame({"coast": coast}, index=panel.values.index)
    own = {"method": "arithmetic", "groups": {"coast": {"yes": "minimum"}}}
    made = roll_up(Panel(panel.values, groups, False), meta(), method("mean", own), forest())
    for unit, lowest in (("Pa", True), ("Pb", False), ("P", False), ("Q", True)):
        children = made.scores.loc[unit, ["A", "B"]].to_numpy()[0]
        assert (score(made, unit, "idx") == children.min()) == lowest


def test_a_file_gives_weights_of_each_year(tmp_path: Path) -> None:
    rows = ["unit,year,people,else", *(f"{u},{y},{n},x" for u, y, n in WEIGHTS), "Z,2020,9,"]
    (tmp_path / "w.csv").write_text("\n".join(rows), encoding="utf-8")
    plain = {"normalize": "none", "subunits": {"weights": {"file": "w.csv", "column": "people"}}}
    chosen = Method.parse(plain, folder=tmp_path)
    assert chosen.files == {"subunits.weights w.csv": tmp_path / "w.csv"}
    made = roll_up(drawn(), meta(), chosen, forest())
    values = drawn().values["x1"]
    for year, (a, b) in {2020: (1, 3), 2021: (3, 1)}.items():
        expected = (a * values["Q1", year] + b * values["Q2", year]) / 4
        assert made.scores.loc[("Q", year), "x1"] == pytest.approx(expected)


WEIGHTS = [
    *[(unit, year, 2) for unit in ("R", "Pa1", "Pa2", "Pb1", "Pb2") for year in (2020, 2021)],
    *[("Q1", 2020, 1), ("Q2", 2020, 3), ("Q1", 2021, 3), ("Q2", 2021, 1)],
]


def test_a_file_of_weights_with_faults_is_refused(tmp_path: Path) -> None:
    text = "unit,people\nQ1,1\nQ1,2\nQ2,-1\nR,many\n"
    (tmp_path / "w.csv").write_text(text, encoding="utf-8")
    plain = {"normalize": "none", "subunits": {"weights": {"file": "w.csv", "column": "people"}}}
    with pytest.raises(MethodError) as refused:
        roll_up(drawn(), meta(), Method.parse(plain, folder=tmp_path), forest())
    assert len(refused.value.problems) == 3
    plain["subunits"] = {"weights": {"file": "w.csv", "column": "budget"}}
    with pytest.raises(MethodError, match="a column 'budget'"):
        roll_up(drawn(), meta(), Method.parse(plain, folder=tmp_path), forest())


def test_a_column_of_the_data_gives_weights_and_parents() -> None:
    panel = drawn(years=1)
    panel = panel.take(np.array([u.startswith("Q") for u in panel.units]))
    columns = {"province": ["Q", "Q"], "people": ["1", "3"]}
    given = Panel(panel.values, pd.DataFrame(columns, index=panel.values.index), False)
    made = roll_up(given, meta(), method({"parent": "province", "weights": "people"}))
    assert made.top.scores.index.get_level_values("unit") == ["Q"]
    low, high = panel.values["x1"]
    assert score(made, "Q", "x1") == pytest.approx((low + 3 * high) / 4)
    wrong = Panel(given.values, given.groups.assign(people=["1", "-3"]), False)
    with pytest.raises(DataError, match=r"column people: found '-3' \(Q2\)"):
        roll_up(wrong, meta(), method({"parent": "province", "weights": "people"}))


def test_weights_that_are_missing_are_told_with_their_units() -> None:
    units = UNITS.replace("Q2,Q,regency,2", "Q2,Q,regency,").replace("Pb,regency,5", "Pb,regency,")
    tree = forest(units)
    others = drawn().take(np.array([unit != "Q2" for unit in drawn().units]))
    with pytest.raises(DataError, match=r"no 'population' of 1 unit: Pb2"):
        roll_up(others, meta(), method({"weights": "population"}), tree)
    with pytest.raises(DataError) as refused:
        roll_up(drawn(), meta(), method({"weights": "population"}), tree)
    assert "Q2" in str(refused.value)
    assert "Pb2" in str(refused.value)
    wrong = forest(UNITS.replace("Q1,Q,regency,2", "Q1,Q,regency,-1").replace(",5", ",many"))
    with pytest.raises(DataError, match=r"column population: found 'many' \(Pb2\), '-1' \(Q1\);"):
        roll_up(drawn(), meta(), method({"weights": "population"}), wrong)
    zero = forest(UNITS.replace("Q,regency,2", "Q,regency,0"))
    with pytest.raises(DataError, match="only zero weights under Q;"):
        roll_up(drawn(), meta(), method({"weights": "population"}), zero)


def test_what_is_not_there_is_refused() -> None:
    tree = forest()
    index = pd.MultiIndex.from_tuples([("Q", 0)], names=["unit", "year"])
    own = Panel(pd.DataFrame([[1.0, 2, 3]], index, ["x1", "x2", "x3"]), pd.DataFrame())
    with pytest.raises(DataError, match="data of units that have sub-units: Q"):
        roll_up(own, meta(), method(), tree)
    with pytest.raises(DataError, match="1 unit of the data outside the tree: R"):
        roll_up(drawn(), meta(), method(), forest(UNITS.replace("R,,province,4\n", "")))
    wrong = {"nodes": {"x9": "median"}, "kinds": {"regencies": "median"}}
    with pytest.raises(MethodError) as refused:
        roll_up(drawn(), meta(), method(wrong), tree)
    assert "'x9'" in str(refused.value)
    assert "did you mean 'regency'?" in str(refused.value)
    with pytest.raises(MethodError, match="'people'; expected 'equal', a column"):
        roll_up(drawn(), meta(), method({"weights": "people"}), tree)


def test_negative_scores_under_a_penalty_are_refused() -> None:
    values = one_year([[-5.0, 1, 1], *BASES[1:6], [1.0, 1.0, -1.0]])
    with pytest.raises(MethodError, match=r"negative scores \(Q2\); expected 0 or more under 'atk"):
        rolled(values, "atkinson")


def test_units_that_stand_alone_are_not_rolled_up_in_silence() -> None:
    with pytest.raises(MethodError, match="use 'erat subunits'"):
        assess(drawn(), meta(), method("mean"))


def test_a_top_unit_may_be_alone() -> None:
    tree = UnitTree.from_table(pd.DataFrame({"unit": ["R"], "parent": [""]}))
    panel = drawn().take(np.array([u == "R" for u in drawn().units]))
    made = roll_up(panel, meta(), method(), tree)
    assert made.scores["x1"].tolist() == panel.values["x1"].tolist()
    assert made.orders.empty


def test_a_dropped_unit_has_empty_rows() -> None:
    values = drawn(years=1).values.copy()
    values.loc["Q1", ["x1", "x2"]] = np.nan
    panel = Panel(values, drawn(years=1).groups, False)
    chosen = method("mean", screen={"method": "drop", "units": 0.5})
    made = roll_up(panel, meta(), chosen, forest())
    assert made.scores.loc["Q1"].isna().all(axis=None)
    assert made.scores.loc["Q", "x3"].item() == values.loc["Q2", "x3"].item()
