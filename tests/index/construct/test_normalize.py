"""Normalizations: formulas, and what must hold of every registered one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from erat.errors import MethodError
from erat.index.construct.normalize import NORMALIZATIONS, Anchors, Columns
from erat.index.registry import NamedFile
from tests.choices import ANCHORS

SHIFTED_AND_STRETCHED = {
    *("minmax", "zscore", "rank", "borda", "percentile_rank"),
    *("distance_to_max", "distance_to_reference"),
}
"""Methods whose result does not depend on the indicator's unit of measurement."""
STRETCHED = {"fraction_of_max"}
"""Methods whose result does not depend on the unit, but on where its zero is."""
WITH_UNIT = {"none", "goalposts", "distance_to_target", "scaled", "fitted"}
MIRRORED = {"minmax": 100.0, "zscore": 0.0, "none": 0.0, "goalposts": 100.0, "distance_to_max": 1.0,
            "scaled": 100.0}  # fmt: skip
"""What a value and its mirror image add up to; ranks with ties have no such sum."""
UNMIRRORED = {
    *("rank", "borda", "percentile_rank"),
    *("distance_to_reference", "distance_to_target", "fraction_of_max", "fitted"),
}
"""Methods with another relation between the two directions, tested on their own."""
OPTIONS: dict[str, dict[str, Any]] = {
    "distance_to_reference": {"unit": "u0"},
    "scaled": {"low": -50.0, "high": 80.0},
    "fitted": {"file": NamedFile(str(ANCHORS))},
}
"""Options that a method cannot do without."""

TENTHS = st.integers(-1000, 1000).map(lambda n: n / 10)
COLUMNS = arrays(float, st.tuples(st.integers(2, 12), st.just(1)), elements=TENTHS)
EVERY = pytest.mark.parametrize("name", NORMALIZATIONS)


def columns_of(low: Any, high: Any, target: Any = 101.0, rows: int = 12, **more: Any) -> Columns:
    """Columns with goalposts and targets, the units being u0, u1 and so on."""
    low, high = np.atleast_1d(low).astype(float), np.atleast_1d(high).astype(float)
    known = {
        "units": np.array([f"u{i}" for i in range(rows)]),
        "years": np.zeros(rows),
        "codes": tuple("x1" for _ in low),
        "direction": np.ones(len(low)),
        "scales": tuple("x" for _ in low),
        **more,
    }
    return Columns(low, high, np.full(len(low), target), **known)


POSTS = columns_of(-50, 80)


def normalize(name: str, y: Any, columns: Columns = POSTS, **options: Any) -> np.ndarray:
    y = np.asarray(y, dtype=float)
    y = y[:, None] if y.ndim == 1 else y
    columns = replace(columns, units=columns.units[: y.shape[-2]])
    made = NORMALIZATIONS[name](y, columns, **{**OPTIONS.get(name, {}), **options})
    return made.apply(y) if isinstance(made, Anchors) else made


def test_every_method_says_whether_the_unit_of_measurement_matters() -> None:
    assert set(NORMALIZATIONS) == SHIFTED_AND_STRETCHED | STRETCHED | WITH_UNIT
    assert set(NORMALIZATIONS) == set(MIRRORED) | UNMIRRORED


def test_minmax() -> None:
    assert normalize("minmax", [2, 4, 10])[:, 0].tolist() == [0, 25, 100]
    assert normalize("minmax", [2, 4, 10], range=(1, 100))[:, 0].tolist() == [1, 25.75, 100]


def test_zscore_divides_by_n_minus_1() -> None:
    y = np.array([1.0, 2.0, 4.0, 9.0])
    expected = (y - y.mean()) / np.sqrt(((y - y.mean()) ** 2).sum() / 3)
    np.testing.assert_allclose(normalize("zscore", y)[:, 0], expected, rtol=1e-15)
    np.testing.assert_allclose(
        normalize("zscore", y, mean=50, sd=10)[:, 0], 50 + 10 * expected, rtol=1e-15
    )


def test_zscore_of_a_large_level_loses_no_digits() -> None:
    y = 1e9 + np.array([0.0, 1.0, 2.0])
    np.testing.assert_allclose(normalize("zscore", y)[:, 0], [-1, 0, 1], atol=1e-15)


def test_rank_ascends_and_ties_take_the_smaller() -> None:
    assert normalize("rank", [5, 1, 5, 9])[:, 0].tolist() == [2, 1, 2, 4]
    with_gap = normalize("rank", [5, np.nan, 1])[:, 0]
    np.testing.assert_equal(with_gap, [2, np.nan, 1])


def test_goalposts_clip_and_scale() -> None:
    posts = columns_of(20, 85)
    y = [10, 20, 52.5, 85, 90]
    assert normalize("goalposts", y, posts)[:, 0].tolist() == [0, 0, 50, 100, 100]
    free = normalize("goalposts", y, posts, scale=1, clip=False)[:, 0]
    np.testing.assert_allclose(free, [-10 / 65, 0, 0.5, 1, 70 / 65], rtol=1e-15)


def test_goalposts_on_the_scale_of_the_adjusted_mazziotta_pareto_index() -> None:
    """Mazziotta and Pareto (2018): r = (x - Min) / (Max - Min) * 60 + 70."""
    made = normalize("goalposts", [20, 52.5, 85], columns_of(20, 85), scale=(70.0, 130.0))
    assert made[:, 0].tolist() == [70, 100, 130]


def test_scaled_is_in_the_unit_of_the_indicator_and_not_clipped() -> None:
    made = normalize("scaled", [10, 20, 52.5, 85, 98], low=20, high=85)
    np.testing.assert_allclose(made[:, 0], [-1000 / 65, 0, 50, 100, 120], rtol=1e-14)
    turned = columns_of(0, 1, direction=np.array([-1.0]))
    made = normalize("scaled", [-20, -85], turned, low=20, high=85, scale=(70.0, 130.0))
    assert made[:, 0].tolist() == [130, 70]
    log = columns_of(0, 1, place=np.log10)
    made = normalize("scaled", [0, 1, 3], log, low=1, high=1000, scale=3.0)
    np.testing.assert_allclose(made[:, 0], [0, 1, 3], rtol=1e-15)
    with pytest.raises(MethodError, match="found from 85 to 20; expected an ascending range"):
        normalize("scaled", [1, 2], low=85, high=20)


# x 2, 3.5, 5.1, 9: MinMaxScaler and MaxAbsScaler of scikit-criteria 0.10.
CRITERIA = [2.0, 3.5, 5.1, 9.0]


def test_distance_to_max_is_minmax_on_0_to_1() -> None:
    made = normalize("distance_to_max", CRITERIA)[:, 0]
    expected = [0, 0.2142857142857143, 0.4428571428571427, 1]
    np.testing.assert_allclose(made, expected, rtol=1e-15)


def test_fraction_of_max() -> None:
    made = normalize("fraction_of_max", CRITERIA)[:, 0]
    expected = [0.2222222222222222, 0.3888888888888889, 0.5666666666666667, 1]
    np.testing.assert_allclose(made, expected, rtol=1e-15)


def test_fraction_of_max_where_less_is_better_is_the_mirror_image() -> None:
    turned = columns_of(0, 1, direction=np.array([-1.0]))
    made = normalize("fraction_of_max", [-2, -4, -8], turned)[:, 0]
    assert made.tolist() == [1, 0.75, 0.25]
    assert normalize("fraction_of_max", [0, 0])[:, 0].tolist() == [0.5, 0.5]
    assert normalize("fraction_of_max", [3, 3])[:, 0].tolist() == [1, 1]


@given(y=arrays(float, (6, 1), elements=st.integers(1, 100).map(float)))
def test_fractions_of_both_directions(y: np.ndarray) -> None:
    turned = columns_of(0, 1, direction=np.array([-1.0]))
    total = normalize("fraction_of_max", y) + normalize("fraction_of_max", -y, turned)
    np.testing.assert_allclose(total, 1 + y.min() / y.max(), rtol=1e-12)


def test_distance_to_target_by_hand() -> None:
    """COINr, n_dist2targ: (x - min) / (target - min), or (max - x) / (max - target)."""
    near = columns_of(0, 1, target=8.0)
    assert normalize("distance_to_target", [4, 5, 8, 10], near)[:, 0].tolist() == [0, 0.25, 1, 1.5]
    capped = normalize("distance_to_target", [4, 5, 8, 10], near, cap=True)
    assert capped[:, 0].tolist() == [0, 0.25, 1, 1]
    less = columns_of(0, 1, target=-8.0)
    made = normalize("distance_to_target", [-12, -9, -8, -6], less)[:, 0]
    assert made.tolist() == [0, 0.75, 1, 1.5]


def test_a_target_that_all_have_reached_gives_1() -> None:
    for cap in (False, True):
        easy = columns_of(0, 1, target=3.0)
        assert normalize("distance_to_target", [4, 5], easy, cap=cap)[:, 0].tolist() == [1, 1]
    there = columns_of(0, 1, target=7.0)
    assert normalize("distance_to_target", [7, 7], there)[:, 0].tolist() == [1, 1]
    assert normalize("distance_to_target", [6, 6], there)[:, 0].tolist() == [0, 0]


def test_distance_to_reference_by_hand() -> None:
    """COINr, n_dist2ref: 1 - (xref - x) / (xref - min)."""
    made = normalize("distance_to_reference", [4, 5, 8, 10], unit="u2")[:, 0]
    assert made.tolist() == [0, 0.25, 1, 1.5]
    made = normalize("distance_to_reference", [4, 5, 8, 10], unit="u2", cap=True)[:, 0]
    assert made.tolist() == [0, 0.25, 1, 1]
    assert normalize("distance_to_reference", [4, 5], unit="u0")[:, 0].tolist() == [1, 1]
    assert np.isnan(normalize("distance_to_reference", [4, 5], unit="u9")).all()


def test_the_reference_of_a_panel_is_its_latest_value() -> None:
    panel = columns_of(0, 1, units=np.array(list("abaab")), years=np.array([3, 1, 2, 1, 2]))
    y = np.array([np.nan, 0, 8, 4, 16])
    made = normalize("distance_to_reference", y, panel, unit="a")[:, 0]
    np.testing.assert_array_equal(made, [np.nan, 0, 1, 0.5, 2])


def test_borda_and_percentile_ranks() -> None:
    """COINr: n_borda is rank - 1, n_prank (rank - 1) / (n - 1), ties the smaller."""
    y = [5, 1, 5, np.nan, 9]
    np.testing.assert_array_equal(normalize("borda", y)[:, 0], [1, 0, 1, np.nan, 3])
    expected = np.array([1, 0, 1, np.nan, 3]) / 3
    np.testing.assert_array_equal(normalize("percentile_rank", y)[:, 0], expected)
    assert normalize("percentile_rank", [5])[:, 0].tolist() == [0]
    assert normalize("percentile_rank", [5, 5])[:, 0].tolist() == [0, 0]


HEADER = "indicator,low,high,to_low,to_high,clip,cap,scale\n"


def use(folder: Path, text: str, y: Any, **known: Any) -> np.ndarray:
    path = folder / "anchors.csv"
    path.write_text(text, encoding="utf-8")
    return normalize("fitted", y, columns_of(0, 1, **known), file=NamedFile(path.name, folder))


def test_what_was_fitted_elsewhere_is_used(tmp_path: Path) -> None:
    y = [0, 20, 40, 60]
    made = use(tmp_path, HEADER + "x1,20,40,0,10,False,False,x\n", y)
    assert made[:, 0].tolist() == [-10, 0, 10, 20]
    made = use(tmp_path, HEADER + "x0,1,2,0,1,True,False,x\nx1,20,40,0,10,True,False,x\n", y)
    assert made[:, 0].tolist() == [0, 0, 10, 10]
    made = use(tmp_path, HEADER + "x1,20,40,0,10,False,True,x\n", y)
    assert made[:, 0].tolist() == [-10, 0, 10, 10]


@pytest.mark.parametrize("name", ["minmax", "zscore", "distance_to_target", "fraction_of_max"])
def test_fitted_again_on_its_own_data_it_gives_the_same(name: str, tmp_path: Path) -> None:
    y = np.array([[4.0], [5], [8], [10]])
    made = NORMALIZATIONS[name](y, columns_of(0, 1, target=8.0))
    assert isinstance(made, Anchors)
    row = ",".join(map(str, made.table(["x1"], ["x"]).iloc[0]))
    again = use(tmp_path, f"{HEADER}x1,{row}\n", y)
    np.testing.assert_allclose(again, made.apply(y), rtol=1e-15)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x0,1,2,0,1,True,False,x\n", "no such indicator; expected x1 on the scale x"),
        ("x1,1,2,0,1,True,False,x then log\n", "x then log; expected x1 on the scale x"),
        ("x1,1,2,0,1,yes,False,x\n", "row 2, column clip: found 'yes'"),
        ("x1,1;5,2,0,1,True,False,x\n", "row 2, column low: found '1;5'"),
    ],
)
def test_a_file_that_does_not_fit(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(MethodError) as refused:
        use(tmp_path, HEADER + text, [1, 2])
    assert said in str(refused.value)


def test_a_file_that_is_not_there_or_is_another(tmp_path: Path) -> None:
    with pytest.raises(MethodError, match="no such file"):
        normalize("fitted", [1, 2], file=NamedFile("none.csv", tmp_path))
    with pytest.raises(MethodError, match="expected a column 'cap'"):
        use(tmp_path, HEADER.replace("cap", "kap") + "x1,1,2,0,1,True,False,x\n", [1, 2])


def test_none_keeps_values() -> None:
    assert normalize("none", [3, -1])[:, 0].tolist() == [3, -1]


@EVERY
def test_constant_missing_and_single_columns_raise_nothing(name: str) -> None:
    columns = columns_of([0] * 3, [10] * 3)
    made = normalize(name, [[0.1, np.nan, 2], [0.1, np.nan, np.nan], [0.1, np.nan, 3]], columns)
    assert np.ptp(made[:, 0]) == 0
    assert np.isnan(made[:, 1]).all()
    assert np.isnan(made[:, 2]).tolist() == [False, True, False]
    assert np.isfinite(normalize(name, [7.0])).all()


def test_constant_columns_go_to_the_middle() -> None:
    assert normalize("minmax", [7, 7], range=(1, 100))[:, 0].tolist() == [50.5, 50.5]
    assert normalize("zscore", [0.1] * 3, mean=50, sd=10)[:, 0].tolist() == [50, 50, 50]
    assert normalize("distance_to_max", [7, 7])[:, 0].tolist() == [0.5, 0.5]


@EVERY
@given(y=COLUMNS)
def test_order_is_kept(name: str, y: np.ndarray) -> None:
    order = np.argsort(y[:, 0], kind="stable")
    assert (np.diff(normalize(name, y)[order, 0]) >= 0).all()


@EVERY
@given(y=COLUMNS, data=st.data())
def test_the_order_of_rows_does_not_matter(name: str, y: np.ndarray, data: st.DataObject) -> None:
    rows = data.draw(st.permutations(range(len(y))))
    other = columns_of(-50, 80, units=POSTS.units[rows])
    made = normalize(name, y[rows], other)
    np.testing.assert_allclose(made, normalize(name, y)[rows], atol=1e-9)


@EVERY
@given(y=COLUMNS)
def test_columns_do_not_matter_to_each_other(name: str, y: np.ndarray) -> None:
    posts = columns_of([-50, -50], [80, 80])
    both = normalize(name, np.hstack([y, y[::-1] ** 2]), posts)
    np.testing.assert_allclose(both[:, :1], normalize(name, y), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", sorted(SHIFTED_AND_STRETCHED))
@given(y=COLUMNS, shift=TENTHS, stretch=st.sampled_from([0.25, 3.0, 1000.0]))
def test_the_unit_of_measurement_does_not_matter(
    name: str, y: np.ndarray, shift: float, stretch: float
) -> None:
    whole = np.round(y * 10)
    other = whole * stretch + round(shift)
    np.testing.assert_allclose(normalize(name, other), normalize(name, whole), atol=1e-8)


@pytest.mark.parametrize("name", sorted(STRETCHED))
@given(y=COLUMNS, stretch=st.sampled_from([0.25, 3.0, 1000.0]))
def test_the_size_of_the_unit_does_not_matter(name: str, y: np.ndarray, stretch: float) -> None:
    np.testing.assert_allclose(normalize(name, stretch * y), normalize(name, y), atol=1e-8)


@pytest.mark.parametrize("name", sorted(MIRRORED))
@given(y=COLUMNS)
def test_turning_the_direction_mirrors(name: str, y: np.ndarray) -> None:
    mirrored = columns_of(-80, 50, direction=np.array([-1.0]))
    total = normalize(name, y) + normalize(name, -y, mirrored)
    np.testing.assert_allclose(total, MIRRORED[name], atol=1e-8)


@given(y=COLUMNS)
def test_ranks_of_the_other_direction(y: np.ndarray) -> None:
    above = (y < y.T).sum(axis=1)
    np.testing.assert_array_equal(normalize("rank", -y)[:, 0], 1 + above)


def test_a_block_of_replicates_is_normalized_as_each_alone() -> None:
    block = np.random.default_rng(1).normal(size=(3, 7, 2))
    posts = columns_of([-1, -2], [1, 2])
    for name in NORMALIZATIONS:
        made = normalize(name, block, posts)
        for i in range(3):
            np.testing.assert_allclose(made[i], normalize(name, block[i], posts), rtol=1e-15)
