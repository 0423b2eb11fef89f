"""Methods side by side: what moves, and through which indicator."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from erat.errors import MethodError, ParameterError
from erat.index.assessment import Assessment, assess
from erat.index.comparison import (
    Comparison,
    compare,
    leave_one_out,
    shift_table,
    with_choice,
)
from erat.index.framework import Framework
from erat.index.method import Method
from tests.small import META, framework, panel

DATA = """unit,region,x1,x2,x3,x4,note
u1,east,1,20,10,1,first
u2,east,4,5,100,2,
u3,west,2.5,10,1000,3,
u4,west,10,0,2,7,last
u5,west,3,12,50,5,
"""


def index(data: str = DATA, meta: str = META, **choices: object) -> Assessment:
    """Construct the small index."""
    tree: Framework = framework(meta)
    return assess(panel(data, tree), tree, Method.parse(choices))


@pytest.fixture(scope="module")
def three() -> Comparison:
    """The small index, on another scale, and with other weights."""
    equal = index(weights="equal")
    return compare({"own": index(), "z": index(normalize="zscore"), "equal": equal})


def test_scores_and_ranks_stand_side_by_side(three: Comparison) -> None:
    assert list(three.scores) == ["own", "z", "equal"]
    own = index()
    assert three.scores["own"].tolist() == own.index.tolist()
    assert three.ranks["equal"].tolist() == index(weights="equal").ranks["idx"].tolist()
    expected = three.ranks["equal"] - three.ranks["own"]
    assert three.shifts["equal"].tolist() == expected.tolist()
    assert list(three.shifts) == ["z", "equal"]


def test_the_summary_counts_the_shifts(three: Comparison) -> None:
    shift = three.shifts["equal"].abs()
    row = three.summary().loc["equal"]
    assert (row["mean_shift"], row["max_shift"]) == (shift.mean(), shift.max())
    assert shift[row["unit"]] == shift.max()
    assert row["moved"] == (shift > 0).mean()
    r = np.corrcoef(three.ranks["own"], three.ranks["equal"])[0, 1]
    assert row["correlation"] == pytest.approx(r, abs=1e-12)
    assert three.correlation("kendall").at["own", "own"] == pytest.approx(1)


def test_drivers_add_up_to_the_change_of_standing(three: Comparison) -> None:
    z = (three.scores - three.scores.mean()) / three.scores.std()
    for name in ("z", "equal"):
        found = three.drivers(name).sum(axis=1)
        np.testing.assert_allclose(found, z[name] - z["own"], atol=1e-12)


def test_movers_are_named_with_what_moved_them(three: Comparison) -> None:
    movers = three.movers("equal")
    drivers = three.drivers("equal")
    assert list(movers["shift"].abs()) == sorted(movers["shift"].abs(), reverse=True)
    assert (movers["shift"] != 0).all()
    assert len(movers) == (three.shifts["equal"] != 0).sum()
    for unit, row in movers.iterrows():
        ends = drivers.loc[str(unit)]
        assert row["effect"] == (ends.min() if row["shift"] > 0 else ends.max())
        assert drivers.at[unit, row["through"]] == row["effect"]
    assert len(three.movers("equal", most=1)) == 1


def test_an_index_equals_itself() -> None:
    same = compare({"a": index(), "b": index()})
    row = same.summary().loc["b"]
    assert (row["mean_shift"], row["unit"], row["moved"]) == (0, "", 0)
    assert same.movers("b").empty
    assert (same.drivers("b") == 0).all(axis=None)


def test_an_indicator_of_one_index_only_counts_in_full() -> None:
    pair = compare({"all": index(), "less": index(exclude=["x3"])})
    own = pair.assessments["all"]
    part = own.contributions["x3"].droplevel("year")
    expected = -(part - part.mean()) / own.index.std()
    np.testing.assert_allclose(pair.drivers("less")["x3"], expected, atol=1e-12)


def test_units_that_one_index_lacks_are_kept_and_do_not_shift() -> None:
    fewer = DATA.replace("u2,east,4,5,100,2,\n", "")
    pair = compare({"all": index(), "fewer": index(fewer)})
    assert list(pair.scores.index) == ["u1", "u2", "u3", "u4", "u5"]
    assert np.isnan(pair.shifts.at["u2", "fewer"])
    assert pair.summary().at["fewer", "units"] == 4
    assert pair.drivers("fewer").loc["u2"].isna().all()


def test_without_contributions_movers_have_no_driver() -> None:
    one, other = index(), index(weights="equal")
    object.__setattr__(other, "contributions", other.contributions * np.nan)
    pair = compare({"one": one, "other": other})
    movers = pair.movers("other")
    assert len(movers)
    assert (movers["through"] == "").all()
    assert movers["effect"].isna().all()


def test_one_unit_has_a_rank_and_nothing_else() -> None:
    one = "unit,region,x1,x2,x3,x4\nu1,east,1,20,10,1\n"
    pair = compare({"a": index(one), "b": index(one, weights="equal")})
    row = pair.summary().loc["b"]
    assert (row["mean_shift"], row["units"]) == (0, 1)
    assert np.isnan(row["correlation"])
    assert pair.drivers("b").isna().all(axis=None)


def test_a_node_can_be_compared() -> None:
    pair = compare({"a": index(), "b": index(weights="equal")}, node="A")
    assert pair.scores["a"].tolist() == index().scores["A"].tolist()
    with pytest.raises(MethodError, match="compare the index"):
        pair.drivers("b")


def test_wrong_calls_are_refused_with_a_remedy(three: Comparison) -> None:
    with pytest.raises(MethodError, match="two or more"):
        compare({"a": index()})
    with pytest.raises(MethodError, match="a node of its framework"):
        compare({"a": index(), "b": index()}, node="zzz")
    with pytest.raises(ParameterError, match="choose another year"):
        compare({"a": index(), "b": index()}, year=1999)
    with pytest.raises(MethodError, match="did you mean 'equal'"):
        three.drivers("equl")


def test_leaving_out_is_excluding() -> None:
    tree = framework()
    table = leave_one_out(panel(DATA, tree), tree).set_index("code")
    assert table.index.tolist() == ["x1", "x2", "x3", "x4", "A", "B"]
    assert table["kind"].tolist() == ["indicator"] * 4 + ["aggregate"] * 2
    for code in table.index:
        pair = compare({"all": index(), code: index(exclude=[code])})
        expected = pair.summary().loc[code]
        assert table.loc[code, expected.index].to_dict() == expected.to_dict()
    assert (table["reason"] == "").all()


def test_a_node_that_cannot_go_says_why() -> None:
    tree = framework(META.replace("B,Dimension B,idx,1,3", "B,Dimension B,idx,1,0"))
    table = leave_one_out(panel(DATA, tree), tree).set_index("code")
    assert "zero weights" in table.at["A", "reason"]
    assert np.isnan(table.at["A", "mean_shift"])
    assert table.at["x1", "reason"] == ""
    single = "code,parent,direction,weight,type\nidx,,1,1,aggregate\nx1,idx,1,1,indicator\n"
    lone = framework(single)
    found = leave_one_out(panel("unit,x1\na,1\nb,2\n", lone), lone)
    assert found["reason"].str.contains("everything").all()


def test_leaving_out_keeps_to_the_year() -> None:
    lines = DATA.splitlines()
    years = ["unit,year," + lines[0].split(",", 1)[1]]
    for year in (2020, 2021):
        years += [line.replace(",", f",{year},", 1) for line in lines[1:]]
    tree = framework()
    both = panel("\n".join(years) + "\n", tree)
    pd.testing.assert_frame_equal(
        leave_one_out(both, tree, year=2020), leave_one_out(both, tree), check_exact=True
    )


def test_only_the_named_step_changes() -> None:
    own = index()
    other = with_choice(own, weights="critic")
    pd.testing.assert_frame_equal(other.normalized, own.normalized)
    assert other.method.weights.method == "critic"
    assert other.method.aggregate == own.method.aggregate
    assert not other.weights.equals(own.weights)
    with pytest.raises(MethodError, match="did you mean 'critic'"):
        with_choice(own, weights="critik")


def test_a_shift_table_names_who_moves_and_nobody_where_none_does(three: Comparison) -> None:
    names = {f"u{i}": f"Unit {i}" for i in range(1, 6)}
    row, summary = shift_table(three, names).loc["equal"], three.summary().loc["equal"]
    assert row["who"] == names[summary["unit"]]
    assert row["moved"] == 100 * summary["moved"]
    same = compare({"own": index(), "again": index()})
    assert shift_table(same, names).loc["again", ["max_shift", "who"]].tolist() == [0, "–"]
