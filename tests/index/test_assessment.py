"""From a panel to an index: every definition of the contract, step by step."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erat.errors import DataError, EratError, FrameworkError, MethodError
from erat.files import write_csv
from erat.index.assessment import Assessment, assess, rank
from erat.index.construct.normalize import NORMALIZATIONS
from erat.index.framework import Framework
from erat.index.method import Method
from erat.index.results import tables
from tests.choices import normalization, with_targets
from tests.index.test_framework import UNEVEN
from tests.small import COINR_META, DATA, META, SUMS, framework, panel

DEEP = """code,name,parent,direction,weight,type,goalpost_low,goalpost_high
idx,Index,,1,1,aggregate,,
A,A,idx,1,2,aggregate,,
B,B,idx,1,1,aggregate,,
A1,A1,A,1,1,aggregate,,
A2,A2,A,1,3,aggregate,,
x1,X1,A1,1,1,indicator,0,10
x2,X2,A1,-1,2,indicator,0,10
x3,X3,A2,1,1,indicator,0,10
x4,X4,A2,1,0,indicator,0,10
x5,X5,B,1,1,indicator,0,10
x6,X6,B,-1,1,indicator,0,10
"""
CODES = ("x1", "x2", "x3", "x4", "x5", "x6")


def made(method: dict[str, Any] | None = None, data: str = DATA, meta: str = META) -> Assessment:
    tree = framework(meta)
    return assess(panel(data, tree), tree, Method.parse(method or {}))


def refused(method: dict[str, Any], data: str = DATA, meta: str = META) -> str:
    with pytest.raises(EratError) as error:
        made(method, data, meta)
    assert isinstance(error.value, DataError | MethodError | FrameworkError)
    return str(error.value)


def column(frame: pd.DataFrame, name: str) -> list[Any]:
    return [None if pd.isna(value) else value for value in frame[name]]


def test_defaults_by_hand() -> None:
    result = made()
    x1 = [0, 100 * 3 / 9, 100 * 1.5 / 9, 100, None]
    x2 = [0, 75, 50, 100, 40]
    assert column(result.normalized, "x1") == pytest.approx(x1, nan_ok=True)
    assert column(result.normalized, "x2") == pytest.approx(x2)
    a = [0, (x1[1] + 3 * 75) / 4, (x1[2] + 3 * 50) / 4, 100, 40]  # type: ignore[operator]
    assert column(result.scores, "A") == pytest.approx(a)
    x3 = [100 * math.log(v) / math.log(1000) for v in (10, 100, 1000, 1, 50)]
    x4 = [0, math.nan, 100 * 2 / 6, 100, 100 * 4 / 6]
    b = [(x3[0] + x4[0]) / 2, x3[1], (x3[2] + x4[2]) / 2, (x3[3] + 100) / 2, (x3[4] + x4[4]) / 2]
    assert column(result.scores, "B") == pytest.approx(b)
    assert result.index.tolist() == pytest.approx(
        [(one + 3 * other) / 4 for one, other in zip(a, b, strict=True)]
    )
    assert result.weights.to_dict() == pytest.approx(
        {"A": 0.25, "B": 0.75, "x1": 0.25, "x2": 0.75, "x3": 0.5, "x4": 0.5}
    )


def test_goalposts_are_transformed_and_turned_with_the_indicator() -> None:
    result = made({"normalize": "goalposts"})
    assert column(result.normalized, "x2") == pytest.approx([0, 75, 50, 100, 40])
    third = [100 * math.log10(v) / 3 for v in (10, 100, 1000, 1, 50)]
    assert column(result.normalized, "x3") == pytest.approx(third)
    assert result.anchors.loc["x2", ["low", "high"]].tolist() == [-20, 0]
    assert result.anchors.loc["x3", "high"] == pytest.approx(math.log(1000))


def test_a_method_may_transform_what_the_framework_does_not() -> None:
    result = made({"transform": {"x3": "none", "x4": "sqrt"}})
    assert column(result.treated, "x3") == [10, 100, 1000, 1, 50]
    assert column(result.treated, "x4")[4] == math.sqrt(5)


def test_an_indicator_may_have_its_own_normalization() -> None:
    result = made({"normalize": {"range": [1, 100], "indicators": {"x1": "rank"}}})
    assert column(result.normalized, "x1") == [1, 3, 2, 4, None]
    assert column(result.normalized, "x2")[:2] == [1, 75.25]
    assert "x1" not in result.anchors.index


def test_missing_children_scale_their_siblings_up() -> None:
    result = made({"aggregate": "geometric", "normalize": {"range": [1, 100]}})
    assert column(result.scores, "A")[4] == pytest.approx(column(result.normalized, "x2")[4])


def test_min_share() -> None:
    half = made({"aggregate": {"min_share": 0.5}})
    assert half.scores.notna().all(axis=None)
    all_of_them = made({"aggregate": {"min_share": 0.51}})
    assert column(all_of_them.scores, "A")[4] is None
    assert column(all_of_them.scores, "B")[1] is None
    assert column(all_of_them.scores, "idx")[1] is None
    assert column(all_of_them.ranks, "idx")[1] is None
    assert all_of_them.contributions.isna().all(axis=1).tolist() == [0, 1, 0, 0, 1]


def test_without_any_child_a_node_is_missing() -> None:
    result = made(data=DATA.replace("u5,west,,12", "u5,west,,"))
    assert column(result.scores, "A")[4] is None
    assert column(result.scores, "idx")[4] == column(result.scores, "B")[4]


def test_a_column_without_any_value() -> None:
    data = "unit,region,x1,x2,x3,x4\na,r,,1,10,1\nb,r,NA,2,20,2\n"
    for name in NORMALIZATIONS:
        tree = with_targets(framework())
        choices = {"normalize": normalization(name), "treat": "winsorize", "impute": "mean"}
        method = Method.parse({**choices, "transform": {"x3": "none"}})
        result = assess(panel(data, tree), tree, method)
        assert column(result.normalized, "x1") == [None, None]
        assert result.index.notna().all()


def test_nodes_go_before_levels_and_levels_before_the_rest() -> None:
    method = {
        "normalize": {"range": [1, 100]},
        "aggregate": {"method": "geometric", "levels": {2: "arithmetic"}, "nodes": {"A": "arithmetic"}},
    }  # fmt: skip
    result = made(method)
    one = {"normalize": {"range": [1, 100]}}
    assert column(result.scores, "A") == column(made(one).scores, "A")
    assert column(result.scores, "B") == pytest.approx(
        column(made({**one, "aggregate": "geometric"}).scores, "B")
    )
    mean = (result.scores["A"] + 3 * result.scores["B"]) / 4
    pd.testing.assert_series_equal(result.index, mean, check_names=False)


def test_levels_stay_those_of_the_whole_framework() -> None:
    data = "unit,x0,x1,x2,x3\na,1,2,3,4\nb,2,9,4,9\nc,8,5,1,7\n"
    method = {"normalize": "none", "aggregate": {"levels": {3: "geometric"}}}
    short = made({**method, "exclude": ["x2"]}, data, UNEVEN)
    expected = np.exp(
        np.log(short.scores[["A", "C"]].assign(x0=short.normalized["x0"])).mean(axis=1)
    )
    pd.testing.assert_series_equal(short.index, expected, check_names=False)


def test_equal_weights_hold_at_every_node() -> None:
    result = made({"weights": "equal"})
    assert set(result.weights) == {0.5}


def test_weights_of_a_method_replace_those_of_the_framework() -> None:
    result = made({"weights": {"values": {"A": 9, "x1": 0}}})
    assert result.weights.to_dict() == {
        "A": 0.75, "B": 0.25, "x1": 0, "x2": 1, "x3": 0.5, "x4": 0.5
    }  # fmt: skip
    assert column(result.scores, "A") == column(result.normalized, "x2")


def test_zero_under_a_geometric_mean_gives_zero() -> None:
    result = made({"aggregate": {"levels": {2: "geometric"}}})
    assert column(result.scores, "A")[0] == 0
    assert column(result.scores, "idx")[0] == 0
    assert result.contributions.iloc[0].tolist() == [0, 0, 0, 0]


def test_a_floor_lifts_a_zero_and_its_parts_add_up() -> None:
    result = made({"aggregate": {"levels": {2: {"method": "geometric", "floor": 1}}}})
    b = column(result.scores, "B")[0]
    assert column(result.scores, "idx")[0] == pytest.approx(b**0.75)
    parts = result.contributions.iloc[0]
    assert parts.sum() == pytest.approx(b**0.75, rel=1e-13)
    assert parts["x2"] == pytest.approx(3 * parts["x1"])


def test_steps_are_kept() -> None:
    result = made({"impute": "mean", "treat": "winsorize"})
    assert column(result.imputed, "x1")[4] == (1 + 4 + 2.5 + 10) / 4
    assert column(result.imputed, "x3") == [10, 100, 1000, 1, 50]
    assert column(result.treated, "x3")[1] == math.log(100)
    assert result.treatment.empty
    raw = made({"order": ["normalize", "aggregate"], "impute": "mean"})
    assert column(raw.imputed, "x1")[4] is None


def test_order_of_steps() -> None:
    before = ["impute", "transform", "treat", "normalize", "aggregate"]
    after = ["transform", "impute", "treat", "normalize", "aggregate"]
    data = DATA.replace("u1,east,1,20,10,1", "u1,east,1,20,,1")
    first = made({"order": before, "impute": "mean"}, data)
    second = made({"order": after, "impute": "mean"}, data)
    assert column(first.treated, "x3")[0] == pytest.approx(math.log((100 + 1000 + 1 + 50) / 4))
    logs = [math.log(v) for v in (100, 1000, 1, 50)]
    assert column(second.treated, "x3")[0] == pytest.approx(sum(logs) / 4)


def test_treatment_says_what_was_done() -> None:
    rows = "".join(f"v{i},r,{i},{i},{i + 1},1\n" for i in range(1, 12))
    data = f"unit,region,x1,x2,x3,x4\n{rows}far,r,1000,3,4,1\n"
    done = made({"treat": {"method": "winsorize", "max_points": 1}}, data).treatment
    assert done.to_dict("records") == [
        {"unit": "far", "year": 0, "indicator": "x1", "action": "winsorized (top)",
         "before": 1000.0, "after": 11.0}
    ]  # fmt: skip
    logged = made({"treat": {"method": "winsorize", "max_points": 0}}, data)
    assert len(logged.treatment) == 12
    assert set(logged.treatment["action"]) == {"log"} or set(logged.treatment["action"]) == {
        "log; skewness and kurtosis still fail"
    }


def test_a_logarithm_as_fallback_takes_the_goalposts_along() -> None:
    rows = "".join(f"v{i},r,{i},{i},{i + 1},1\n" for i in range(1, 12))
    data = f"unit,region,x1,x2,x3,x4\n{rows}far,r,1000,3,4,1\n"
    meta = META.replace("x1,First,A,1,1,indicator,0,10", "x1,First,A,1,1,indicator,1,1000")
    method = {"treat": {"method": "winsorize", "max_points": 0}, "normalize": "goalposts"}
    result = made(method, data, meta)
    assert column(result.normalized, "x1")[11] == pytest.approx(100)
    assert column(result.normalized, "x1")[0] == pytest.approx(0)
    assert "no usable goalposts for 'x1'" in refused(
        method, data, meta.replace("1,1000,\n", "-99,1000,\n")
    )
    other = {**method, "normalize": "minmax"}
    assert made(other, data, meta.replace("1,1000,\n", "-99,1000,\n")).index.notna().all()


def test_result_ranks() -> None:
    index = pd.MultiIndex.from_arrays([list("abcdef"), [0] * 6], names=["unit", "year"])
    scores = pd.DataFrame({"i": [5.0, 9.0, np.nan, 5.0, 5.0 + 1e-14, 1.0]}, index=index)
    assert rank(scores)["i"].tolist() == [2, 1, pd.NA, 2, 2, 5]
    assert rank(scores, "max")["i"].tolist() == [4, 1, pd.NA, 4, 4, 5]
    assert rank(scores, "average")["i"].tolist()[0] == 3
    tiny = rank(scores * 1e-13)["i"].tolist()
    assert tiny == [2, 1, pd.NA, 2, 2, 5]
    assert rank(scores * np.nan)["i"].isna().all()
    assert rank(scores * 0)["i"].tolist() == [1, 1, pd.NA, 1, 1, 1]


def test_years_are_ranked_apart_and_normalized_together() -> None:
    data = "unit,year,region,x1,x2,x3,x4\n"
    data += "a,2020,r,1,1,10,1\nb,2020,r,2,2,20,2\na,2021,r,3,3,30,3\nb,2021,r,5,1,40,4\n"
    result = made(data=data)
    assert column(result.normalized, "x1") == [0, 25, 50, 100]
    assert result.ranks["idx"].tolist() == [2, 1, 2, 1]


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ({"transform": {"x9": "log"}}, "method, transform: found 'x9'"),
        ({"normalize": {"indicators": {"A": "rank"}}}, "normalize.indicators: found 'A'"),
        ({"aggregate": {"nodes": {"x1": "geometric"}}}, "aggregate.nodes: found 'x1'"),
        ({"aggregate": {"levels": {3: "geometric"}}}, "aggregate.levels: found '3'"),
        ({"weights": {"values": {"AA": 1}}}, "weights.values: found 'AA'"),
        ({"weights": {"values": {"idx": 1}}}, "weights.values: found 'idx'"),
        ({"impute": {"method": "group_mean", "group": "Region"}}, "did you mean 'region'?"),
        ({"impute": {"method": "group_mean", "group": "year"}}, "impute.group: found 'year'"),
        ({"exclude": ["x9"]}, "method, exclude: found 'x9'"),
        ({"exclude": ["idx"]}, "found everything"),
        ({"exclude": ["x1", "x2", "x3", "x4"]}, "found everything"),
        ({"exclude": ["A", "B"]}, "found everything"),
        ({"weights": {"values": {"x1": 0, "x2": 0}}}, "only zero weights under 'A'"),
        ({"weights": {"values": {"x1": 0}}, "exclude": ["x2"]}, "only zero weights under 'A'"),
        ({"normalize": "zscore", "aggregate": "geometric"}, "negative values of 'x1'"),
        ({"normalize": "none", "aggregate": {"nodes": {"A": "geometric"}}}, "'x2' (u1, u2, u3, u5)"),
        ({"transform": {"x2": "log"}}, "data, column x2: found 0 (u4)"),
        ({"transform": {"x2": "log10"}}, "values that log10 is defined for"),
    ],
)  # fmt: skip
def test_refused(method: dict[str, Any], said: str) -> None:
    assert said in refused(method)


def test_a_normalization_by_goalposts_needs_them() -> None:
    bare = META.replace("indicator,0,10", "indicator,,")
    assert "no usable goalposts for 'x1'" in refused({"normalize": "goalposts"}, meta=bare)
    assert made({"normalize": {"indicators": {"x2": "goalposts"}}}, meta=bare).index.notna().all()
    zero = META.replace("1,1000,log", "0,1000,log")
    assert "no usable goalposts for 'x3'" in refused({"normalize": "goalposts"}, meta=zero)
    assert made(meta=zero).index.notna().all()


def test_a_denominator_that_the_data_do_not_have_is_refused() -> None:
    tree = framework(META.replace("transform", "denominator").replace("log", "area"))
    with pytest.raises(DataError, match="expected 'area', which 'x3' is divided by"):
        panel(DATA, tree)


YEARS = "unit,year,region,x1,x2,x3,x4\n" + "".join(
    f"u{i},{year},r,{i + 3 * (year - 2020)},{i},{10 + i},{i * i}\n"
    for i in range(1, 6)
    for year in (2020, 2021)
)


def test_a_reference_year_gives_its_yardstick_to_all_years() -> None:
    result = made({"reference_year": 2020}, YEARS)
    assert result.anchors.loc["x1", ["low", "high"]].tolist() == [1, 5]
    assert result.normalized["x1"].tolist() == [0, 75, 25, 100, 50, 125, 75, 150, 100, 175]
    assert made({}, YEARS).anchors.loc["x1", "high"] == 8
    for name in ("rank", "borda", "percentile_rank"):
        found = refused({"reference_year": 2020, "normalize": name}, YEARS)
        assert f"found '{name}' with a reference year" in found
    assert made({"reference_year": 2020, "normalize": "none"}, YEARS).index.notna().all()
    assert "reference_year: found 2019" in refused({"reference_year": 2019}, YEARS)


def test_a_treatment_of_the_reference_year_is_that_of_all_years() -> None:
    rows = "".join(
        f"v{i},{year},r,{1000 + year if i == 12 else i},{i},{i},{i}\n"
        for i in range(1, 13)
        for year in (2020, 2021)
    )
    data = f"unit,year,region,x1,x2,x3,x4\n{rows}"
    treat = {"method": "winsorize", "max_points": 1}
    done = made({"reference_year": 2020, "treat": treat}, data).treatment
    assert done["year"].tolist() == [2020, 2021]
    assert done["after"].tolist() == [11, 11]
    both = made({"treat": {**treat, "max_points": 2}}, data).treatment
    assert both[["unit", "after"]].to_numpy().tolist() == [["v12", 11], ["v12", 11]]


def test_what_a_fitted_logarithm_cannot_reach_is_refused() -> None:
    rows = "".join(f"v{i},2020,r,{i if i < 12 else 1000},{i},{i},{i}\n" for i in range(1, 13))
    data = f"unit,year,region,x1,x2,x3,x4\n{rows}late,2021,r,-500,1,1,1\n"
    for method in ("log", "boxcox"):
        said = refused({"reference_year": 2020, "treat": method}, data)
        assert "column x1: found -500 (late 2021)" in said
    said = refused({"reference_year": 2020, "transform": {"x1": "boxcox"}},
                   data.replace("v1,2020,r,1,", "v1,2020,r,0,"))  # fmt: skip
    assert "inside the range that boxcox was fitted on" in said


def test_digits_lost_by_a_fitted_power_are_refused() -> None:
    values = [1e12 + 10.0**i for i in range(9)]
    rows = "".join(f"v{i},r,{value!r},1,1,{i}\n" for i, value in enumerate(values))
    said = refused({"transform": {"x1": "boxcox"}}, f"unit,region,x1,x2,x3,x4\n{rows}")
    assert "different values that boxcox makes equal" in said


def test_a_fitted_power_takes_the_goalposts_along() -> None:
    meta = META.replace("x1,First,A,1,1,indicator,0,10", "x1,First,A,1,1,indicator,1,8")
    result = made({"transform": {"x1": "boxcox"}, "normalize": "goalposts"}, YEARS, meta)
    assert result.normalized["x1"].min() == pytest.approx(0)
    assert result.normalized["x1"].max() == pytest.approx(100)
    assert result.anchors.loc["x1", "scale"].startswith("x then boxcox(")


def test_scaled_is_transformed_with_its_indicator() -> None:
    one = {"method": "scaled", "low": 1, "high": 1000, "scale": 3}
    result = made({"normalize": {"indicators": {"x3": one}}})
    assert column(result.normalized, "x3") == pytest.approx(
        [math.log10(v) for v in (10, 100, 1000, 1, 50)]
    )
    turned = {"method": "scaled", "low": 0, "high": 20}
    result = made({"normalize": {"indicators": {"x2": turned}}})
    assert column(result.normalized, "x2") == pytest.approx([0, 75, 50, 100, 40])
    zero = {"normalize": {"indicators": {"x3": {**one, "low": 0}}}}
    assert "nothing to fit on" in refused(zero)


TARGETS = META.replace("goalpost_high,transform", "goalpost_high,target").replace("log", "1000")


@pytest.mark.parametrize(
    ("normalize", "said"),
    [
        ({"method": "distance_to_reference", "unit": "u9"}, "normalize.unit: found 'u9'"),
        ({"method": "distance_to_reference", "unit": "u5"}, "no value, or none inside the domain"),
        ({"method": "distance_to_reference", "unit": "u1"}, "an end at 1 that all have reached (x1)"),
        ({"method": "distance_to_target"}, "no usable target for 'x1'"),
        ({"method": "minmax", "indicators": {"x3": {"method": "distance_to_target"}}}, ""),
        ({"method": "fraction_of_max"}, ""),
        ({"method": "scaled", "low": 3, "high": 3}, "expected an ascending range"),
    ],
)  # fmt: skip
def test_a_yardstick_that_measures_nothing_is_refused(normalize: dict[str, Any], said: str) -> None:
    if said:
        assert said in refused({"normalize": normalize}, meta=TARGETS)
    else:
        assert made({"normalize": normalize}, meta=TARGETS).index.notna().all()


def test_a_fraction_of_a_largest_value_below_zero_is_refused() -> None:
    data = DATA.replace("u1,east,1,", "u1,east,-1,").replace("u2,east,4,", "u2,east,-4,")
    data = data.replace("u3,west,2.5,", "u3,west,-2,").replace("u4,west,10,", "u4,west,-3,")
    assert "found no value above 0 (x1)" in refused({"normalize": "fraction_of_max"}, data)


def test_what_was_imputed_is_marked() -> None:
    result = made({"impute": "mean"})
    assert np.argwhere(result.filled).tolist() == [[1, 3], [4, 0]]
    assert not made().filled.to_numpy().any()


def test_anchors_of_one_run_measure_another(tmp_path: Path) -> None:
    choices = {"treat": "winsorize", "normalize": {"method": "zscore", "mean": 50, "sd": 10}}
    first = made(choices)
    write_csv(tables(first)["anchors"], tmp_path / "anchors.csv", index=False)
    (tmp_path / "method.yml").write_text("normalize: {method: fitted, file: anchors.csv}\n")
    method = Method.read(tmp_path / "method.yml")
    tree = framework()
    again = assess(panel(DATA, tree), tree, method)
    pd.testing.assert_frame_equal(again.normalized, first.normalized, rtol=1e-12)
    other = assess(panel(DATA.replace("u4,west,10", "u4,west,19"), tree), tree, method)
    kept, moved = first.normalized["x1"].tolist(), other.normalized["x1"].tolist()
    assert moved[:3] == pytest.approx(kept[:3], rel=1e-12)
    assert moved[3] > kept[3]
    assert method.model_dump(mode="json")["normalize"] == {"method": "fitted", "file": "anchors.csv",
                                                           "indicators": {}}  # fmt: skip
    assert method.files == {"normalize.file": tmp_path / "anchors.csv"}
    plain = framework(META.replace("1,1000,log", "1,1000,"))
    with pytest.raises(MethodError, match="found x then log; expected x3 on the scale x"):
        assess(panel(DATA, plain), plain, method)


def test_coinr_framework_gives_the_same_index() -> None:
    ours = made({"transform": {"x3": "none"}})
    meta = COINR_META.replace('"', "")
    coinr = made(meta=meta)
    pd.testing.assert_frame_equal(ours.scores, coinr.scores[ours.scores.columns])


def test_a_single_unit() -> None:
    for name in NORMALIZATIONS:
        tree = with_targets(framework())
        method = Method.parse({"normalize": normalization(name), "transform": {"x3": "none"}})
        result = assess(panel("unit,region,x1,x2,x3,x4\na,r,1,2,3,4\n", tree), tree, method)
        assert result.ranks["idx"].tolist() == [1]
        assert np.isfinite(result.index).all()


CELL = st.one_of(st.none(), st.integers(0, 100).map(lambda n: n / 10), st.sampled_from([0.0, 10.0]))
ROWS = st.lists(st.tuples(*[CELL] * len(CODES)), min_size=1, max_size=6)
AGGREGATE_METHODS = st.sampled_from(
    [
        *sorted(set(SUMS) - {"power"}),
        *({"method": "power", "p": p} for p in (-2, 0.5, 3)),
        {"method": "geometric", "floor": 1},
        {"method": "geometric", "floor": 0.01},
    ]
)


@given(
    rows=ROWS,
    normalization=st.sampled_from(["minmax", "rank", "goalposts"]),
    steps=st.lists(AGGREGATE_METHODS, min_size=4, max_size=4),
    weights=st.sampled_from(["framework", "equal"]),
)
def test_contributions_add_up_to_the_score(
    rows: list[tuple[float | None, ...]], normalization: str, steps: list[Any], weights: str
) -> None:
    tree = framework(DEEP)
    method = Method.parse(
        {
            "normalize": normalization,
            "weights": weights,
            "aggregate": {
                "method": "arithmetic",
                "levels": {1: steps[0], 2: steps[1]},
                "nodes": {"B": steps[2], "idx": steps[3]},
            },
        }
    )
    table = pd.DataFrame(rows, columns=list(CODES), dtype=float).assign(
        unit=[f"u{i}" for i in range(len(rows))]
    )
    result = assess(panel_of_table(table, tree), tree, method)
    total = result.contributions.sum(axis=1, skipna=False)
    np.testing.assert_allclose(total, result.index, atol=1e-12 * 100, rtol=1e-12)
    absent = table[list(CODES)].isna().to_numpy()
    assert not np.nan_to_num(result.contributions.to_numpy())[absent].any()


def panel_of_table(table: pd.DataFrame, tree: Framework) -> Any:
    from erat.index.panel import Panel

    return Panel.from_table(table, tree)


@given(rows=ROWS, data=st.data())
@pytest.mark.parametrize("name", sorted({*NORMALIZATIONS} - {"distance_to_reference"}))
def test_order_of_rows_and_columns_does_not_matter(
    name: str, rows: list[tuple[float | None, ...]], data: st.DataObject
) -> None:
    table = pd.DataFrame(rows, columns=list(CODES), dtype=float)
    table.insert(0, "unit", [f"u{i}" for i in range(len(rows))])
    tree = with_targets(framework(DEEP))
    method = Method.parse({"normalize": normalization(name)})
    one = assess(panel_of_table(table, tree), tree, method)
    units = data.draw(st.permutations(range(len(rows))))
    nodes = data.draw(st.permutations(range(len(tree.table))))
    other_tree = Framework(tree.table.iloc[nodes])
    other = assess(panel_of_table(table.iloc[units], other_tree), other_tree, method)
    again = other.scores.loc[one.scores.index, one.scores.columns]
    pd.testing.assert_frame_equal(again, one.scores, rtol=1e-9, atol=1e-9)
