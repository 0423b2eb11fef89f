"""The ten steps: every verdict can be reached, and rests on the numbers alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from erat.edition import ten_steps as steps
from erat.edition.audit import Audit
from erat.edition.opened import open_edition
from erat.edition.project import Project
from erat.edition.ten_steps import LIMITS, SOURCES, VERDICTS, Check, Limit, judged, step_verdicts
from erat.index.framework import Framework
from erat.report.audit_text import FOUND, NAMES, STEPS

PASS, LOOK, FAIL = VERDICTS
UNITS = [f"u{i}" for i in range(8)]
CODES = ["x1", "x2", "x3", "x4"]

META = """code,name_id,name_en,parent,direction,weight,type,phase,capacity,reason_id,reason_en,reference
idx,Indeks,Index,,1,1,aggregate,,,alasan,reason,Author
A,Dimensi A,Dimension A,idx,1,1,aggregate,,,alasan,reason,Author
B,Dimensi B,Dimension B,idx,1,1,aggregate,,,alasan,reason,Author
x1,Satu,One,A,1,1,indicator,prevention,absorb,alasan,reason,Author
x2,Dua,Two,A,1,1,indicator,preparedness,adapt,alasan,reason,Author
x3,Tiga,Three,B,1,1,indicator,response,recover,alasan,reason,Author
x4,Empat,Four,B,1,1,indicator,recovery,absorb,alasan,reason,Author
"""


def framework(tmp_path: Path, meta: str = META) -> Framework:
    path = tmp_path / "meta.csv"
    path.write_text(meta, "utf-8")
    return Framework.read(path)


def grid(value: object = 1.0) -> pd.DataFrame:
    """Eight units by four indicators of one value."""
    return pd.DataFrame(value, index=UNITS, columns=CODES)


def cells(**columns: object) -> pd.DataFrame:
    """32 cells that are all in order, but for the given columns."""
    good = {"status": "published", "verified": "second_copy", "publisher": "BPS", "table": "T"}
    return pd.DataFrame({**good, "publication": "P", **columns}, index=range(32))


def found(checks: Sequence[Check], name: str) -> Check:
    return next(check for check in checks if check.name == name)


def verdict_of(step: str, checks: Sequence[Check]) -> str:
    return str(step_verdicts(judged({step: checks}))[step])


def reasons(step: str, checks: Sequence[Check]) -> list[str]:
    """The checks that share the verdict of the step."""
    table = judged({step: checks}).loc[step]
    return list(table.index[table["verdict"] == table["verdict"].max()])


def some(worse: object, count: int, better: object, n: int = 32) -> list[object]:
    return [worse] * count + [better] * (n - count)


# the framework


@pytest.mark.parametrize(
    ("change", "verdict", "reason"),
    [
        ({}, PASS, ""),
        ({"x2,Dua,Two,A": "x2,Dua,Two,B"}, LOOK, "single"),
        ({"prevention,absorb": "response,absorb"}, LOOK, "lenses"),
        ({"reason,Author": "reason,"}, FAIL, "unexplained"),
    ],
)
def test_framework(tmp_path: Path, change: dict[str, str], verdict: str, reason: str) -> None:
    meta = META
    for old, new in change.items():
        meta = meta.replace(old, new)
    step = steps.framework_checks(framework(tmp_path, meta))
    assert verdict_of("framework", step) == verdict
    assert not reason or reasons("framework", step) == [reason]


def test_a_single_indicator_names_its_dimension(tmp_path: Path) -> None:
    meta = META.replace("x2,Dua,Two,A", "x2,Dua,Two,B")
    single = found(steps.framework_checks(framework(tmp_path, meta)), "single")
    assert (single.value, single.about) == (0.5, ("A",))


def test_a_bare_framework_is_unexplained(tmp_path: Path) -> None:
    meta = "code,parent,direction,weight,type\nidx,,1,1,aggregate\nx1,idx,1,1,indicator\n"
    step = steps.framework_checks(framework(tmp_path, meta))
    assert found(step, "unexplained").value == 1
    assert [check.name for check in step] == ["unexplained", "single"]


# the data, and what was filled in


def holes(*places: tuple[int, str]) -> pd.DataFrame:
    values = grid()
    for row, code in places:
        values.loc[UNITS[row], code] = np.nan
    return values


@pytest.mark.parametrize(
    ("values", "own", "verdict"),
    [
        (holes(), cells(), PASS),
        (holes((0, "x1")), cells(), LOOK),
        (holes((0, "x1"), (1, "x1"), (2, "x1")), cells(), FAIL),
        (holes((0, "x1"), (0, "x2")), cells(), FAIL),
        (holes(), cells(status=some("derived", 4, "published")), LOOK),
        (holes(), cells(status=some("derived", 17, "published")), FAIL),
        (holes(), cells(verified=some("", 16, "second_copy")), PASS),
        (holes(), cells(verified=""), LOOK),
        (holes(), cells(verified=some("formula", 17, "second_copy")), LOOK),
    ],
)
def test_data(values: pd.DataFrame, own: pd.DataFrame, verdict: str) -> None:
    assert verdict_of("data", steps.data_checks(values, own)) == verdict


def test_the_least_complete_are_named() -> None:
    step = steps.data_checks(holes((3, "x2")), cells())
    assert found(step, "coverage_indicator") == Check("coverage_indicator", 7 / 8, ("x2",))
    assert found(step, "coverage_unit") == Check("coverage_unit", 3 / 4, ("u3",))


@pytest.mark.parametrize(
    ("raw", "imputed", "carried", "verdict"),
    [
        (holes(), grid(), 0, PASS),
        (holes((0, "x1")), grid(), 0, PASS),
        (holes((0, "x1"), (1, "x1")), grid(), 0, LOOK),
        (holes(), grid(), 1, LOOK),
        (grid(np.nan), grid(), 0, FAIL),
        (holes((0, "x1")), holes((0, "x1")), 0, LOOK),
        (grid(np.nan), grid(np.nan), 0, FAIL),
    ],
)
def test_imputation(raw: pd.DataFrame, imputed: pd.DataFrame, carried: int, verdict: str) -> None:
    flags = grid(value=False)
    flags.loc[:, CODES[:carried]] = True
    assert verdict_of("imputation", steps.imputation_checks(raw, imputed, flags)) == verdict


# the structure


def structure(
    inside: float = 0.6, across: float = 0.4, alpha: float = 0.8, kmo: float = 0.7, **more: object
) -> list[Check]:
    pairs = pd.DataFrame(
        [("siblings", "A", "x1", "x2", 0.7), ("siblings", "B", "x3", "x4", inside),
         ("siblings", "idx", "A", "B", -0.9), ("across", "idx", "x1", "x3", across)],
        columns=["relation", "node", "a", "b", "r"],
    )  # fmt: skip
    parents = pd.DataFrame({"code": [*CODES, "A", "B"], "r": 0.8, "best": "B", "r_best": 0.9})
    parents["flag"] = ["elsewhere"] * int(str(more.get("away", 0))) + [""] * (
        6 - int(str(more.get("away", 0)))
    )
    reliability = pd.DataFrame(
        [("A", "children", 0.9, np.nan, 8), ("B", "children", alpha, np.nan, 8),
         ("idx", "children", 0.1, np.nan, 8), ("idx", "indicators", 0.1, kmo, more.get("n", 12))],
        columns=["node", "of", "alpha", "kmo", "n"],
    )  # fmt: skip
    return steps.multivariate_checks(pairs, parents, reliability, CODES)


@pytest.mark.parametrize(
    ("step", "verdict", "reason"),
    [
        (structure(), PASS, ""),
        (structure(inside=0.29), LOOK, "lowest_pair"),
        (structure(inside=-0.41), FAIL, "lowest_pair"),
        (structure(across=-0.93), LOOK, "highest_pair"),
        (structure(across=0.995), FAIL, "highest_pair"),
        (structure(alpha=0.69), LOOK, "alpha"),
        (structure(alpha=0.49), FAIL, "alpha"),
        (structure(kmo=0.59), LOOK, "kmo"),
        (structure(kmo=0.49), FAIL, "kmo"),
        (structure(kmo=np.nan), LOOK, "kmo"),
        (structure(away=1), LOOK, "elsewhere"),
        (structure(away=2), FAIL, "elsewhere"),
        (structure(n=11), LOOK, "units_each"),
        (structure(n=3), FAIL, "units_each"),
    ],
)
def test_multivariate(step: list[Check], verdict: str, reason: str) -> None:
    assert verdict_of("multivariate", step) == verdict
    assert not reason or reasons("multivariate", step) == [reason]


def test_an_indicator_that_fits_elsewhere_says_where() -> None:
    away = found(structure(away=1), "elsewhere")
    assert away.about == ("x1",)
    assert away.details == {"worst": "x1", "r": 0.8, "other": "B", "r_other": 0.9}


# scales and weights


@pytest.mark.parametrize(
    ("outliers", "used", "beyond", "verdict"),
    [
        (0, 0.5, 0, PASS),
        (1, 0.5, 0, LOOK),
        (2, 0.5, 0, FAIL),
        (0, 0.49, 0, LOOK),
        (0, 0.24, 0, FAIL),
        (0, np.nan, 0, LOOK),
        (0, 0.5, 1, LOOK),
        (0, 0.5, 2, FAIL),
    ],
)
def test_normalization(outliers: int, used: float, beyond: int, verdict: str) -> None:
    flags = pd.Series([True] * outliers + [False] * (4 - outliers), index=CODES)
    scale = pd.Series(used, index=CODES)
    clipped = grid(value=False)
    clipped.iloc[:beyond, 0] = True
    step = steps.normalization_checks(flags, scale, clipped)
    assert verdict_of("normalization", step) == verdict


@pytest.mark.parametrize(
    ("weights", "gap", "r", "verdict"),
    [
        ([0.25] * 4, 0.1, 0.3, PASS),
        ([0.55, 0.15, 0.15, 0.15], 0.0, 0.5, LOOK),
        ([0.25] * 4, -0.11, 0.5, LOOK),
        ([0.25] * 4, -0.21, 0.5, FAIL),
        ([0.25] * 4, 0.0, 0.29, LOOK),
        ([0.25] * 4, 0.0, -0.01, FAIL),
    ],
)
def test_weighting(weights: list[float], gap: float, r: float, verdict: str) -> None:
    table = pd.DataFrame({"weight": weights, "gap": [gap, 0, 0, 0], "r": [r, 0.9, 0.9, 0.9]})
    step = steps.weighting_checks(table.set_axis(CODES, axis=0))
    assert verdict_of("weighting", step) == verdict
    if verdict != PASS:
        worst = reasons("weighting", step)[0]
        assert found(step, worst).about == ("x1",)


def test_a_fifth_of_ten_indicators_is_twice_an_equal_share() -> None:
    codes = [f"x{i}" for i in range(10)]
    table = pd.DataFrame({"weight": [0.45, *[0.55 / 9] * 9], "gap": 0.0, "r": 0.5}, index=codes)
    largest = found(steps.weighting_checks(table), "largest_weight")
    assert largest.value == pytest.approx(4.5)
    assert verdict_of("weighting", [largest]) == FAIL


# what the index can bear


def ranks(width: int, open_thirds: int = 0) -> pd.DataFrame:
    table = pd.DataFrame({"low": 1, "high": 1 + width, "best": "upper"}, index=UNITS)
    return table.assign(worst=some("lower", open_thirds, "upper", 8))


def effects(shift: float) -> pd.DataFrame:
    rows = [("normalization", 1, shift), ("aggregation", 1, 0.1), ("left_out", 1, 9.0)]
    return pd.DataFrame(rows, columns=["factor", "choice", "mean_shift"])


@pytest.mark.parametrize(
    ("intervals", "shift", "verdict", "reason"),
    [
        (ranks(1), 0.4, PASS, ""),
        (ranks(2), 0.4, LOOK, "width"),
        (ranks(3), 0.4, FAIL, "width"),
        (ranks(1, 3), 0.4, LOOK, "open"),
        (ranks(1, 7), 0.4, FAIL, "open"),
        (ranks(1), 0.5, LOOK, "choice"),
        (ranks(1), 1.3, FAIL, "choice"),
    ],
)
def test_robustness(intervals: pd.DataFrame, shift: float, verdict: str, reason: str) -> None:
    step = steps.robustness_checks(intervals, effects(shift))
    assert verdict_of("robustness", step) == verdict
    assert not reason or reasons("robustness", step) == [reason]
    assert found(step, "choice").about == ("normalization 1",)


def details(
    parts: list[float], shift: float = 0.1, error: float = 0.0, moved: float = 0.0
) -> list[Check]:
    contributions = pd.DataFrame([parts] * 8, index=UNITS, columns=CODES)
    score = contributions.sum(axis=1)
    left_out = pd.Series([shift, 0.0, 0.0, 0.0], index=CODES)
    return steps.details_checks(contributions, score + error, score + error + moved, left_out)


@pytest.mark.parametrize(
    ("step", "verdict", "reason"),
    [
        (details([1, 1, 1, 1]), PASS, ""),
        (details([4, 2, 2, 2]), LOOK, "dominant"),
        (details([6, 2, 1, 1]), FAIL, "dominant"),
        (details([1, 1, 1, 1], shift=0.5), LOOK, "left_out"),
        (details([1, 1, 1, 1], shift=1.3), FAIL, "left_out"),
        (details([1, 1, 1, 1], error=1e-7), LOOK, "closing"),
        (details([1, 1, 1, 1], error=1.0), FAIL, "closing"),
        (details([1, 1, 1, 1], moved=1e-7), LOOK, "rebuilt"),
        (details([1, 1, 1, 1], moved=-1.0), FAIL, "rebuilt"),
        (details([1, 1, 1, np.nan]), LOOK, "dominant"),
    ],
)
def test_details(step: list[Check], verdict: str, reason: str) -> None:
    assert verdict_of("details", step) == verdict
    assert not reason or reasons("details", step)[0] == reason


SCORE = pd.Series([1.0, 2, 3, 4, 5, 6, 7, 8], index=UNITS)


@pytest.mark.parametrize(
    ("other", "shared", "verdict", "worst"),
    [
        ([2, 1, 8, 3, 6, 4, 7, 5], 0.2, PASS, []),
        (None, 0.0, LOOK, ["compared"]),
        ([2, 1, 4, 3, 7, 6, 5, 8], 0.2, LOOK, ["overlap"]),
        ([-1, -2, -3, -4, -5, -6, -7, -8], 0.2, FAIL, ["overlap"]),
        ([2, 1, 8, 3, 6, 4, 7, 5], 0.4, LOOK, ["shared"]),
        ([2, 1, 8, 3, 6, 4, 7, 5], 0.7, FAIL, ["shared"]),
    ],
)
def test_links(other: list[float] | None, shared: float, verdict: str, worst: list[str]) -> None:
    r = {} if other is None else {"hdi": SCORE.corr(pd.Series(other, index=UNITS, dtype=float))}
    step = steps.links_checks(pd.Series(r, dtype=float), shared)
    assert verdict_of("links", step) == verdict
    assert not worst or reasons("links", step) == worst


@pytest.mark.parametrize(
    ("change", "own", "gone", "verdict"),
    [
        ("", cells(), 0, PASS),
        ("", cells(publisher=some("", 1, "BPS")), 0, LOOK),
        ("", cells(publication="", table=""), 0, FAIL),
        ("", cells(publication=""), 0, PASS),
        ("Satu", cells(), 0, LOOK),
        ("", cells(), 1, LOOK),
        ("", cells(), 5, FAIL),
    ],
)
def test_presentation(
    tmp_path: Path, change: str, own: pd.DataFrame, gone: int, verdict: str
) -> None:
    meta = META.replace(change, "") if change else META
    intervals = ranks(1).astype({"low": float})
    intervals.iloc[:gone, 0] = np.nan
    step = steps.presentation_checks(framework(tmp_path, meta), own, intervals)
    assert verdict_of("presentation", step) == verdict


def test_texts_of_one_language_fail(tmp_path: Path) -> None:
    tree = framework(tmp_path)
    table = tree.table.drop(columns=["name_id", "reason_id"])
    step = steps.presentation_checks(replace(tree, table=table), cells(), ranks(1))
    assert found(step, "untranslated").value == 0.5
    assert verdict_of("presentation", step) == FAIL


# limits


@pytest.mark.parametrize(
    ("value", "low", "verdict"),
    [
        (0.3, False, PASS),
        (0.31, False, LOOK),
        (0.5, False, LOOK),
        (0.51, False, FAIL),
        (np.nan, False, LOOK),
        (0.5, True, PASS),
        (0.49, True, LOOK),
        (0.29, True, FAIL),
    ],
)
def test_a_limit_itself_still_passes(value: float, low: bool, verdict: str) -> None:
    look, fail = (0.5, 0.3) if low else (0.3, 0.5)
    assert Limit(look, fail, ("e-RAT",), low=low).verdict(value) == verdict


def test_what_never_fails_needs_a_look() -> None:
    assert Limit(0.5, None, ("e-RAT",)).verdict(1e9) == LOOK


def test_every_limit_is_in_order_and_has_a_source_and_a_sentence() -> None:
    assert list(LIMITS) == list(STEPS)
    limits = {name: limit for own in LIMITS.values() for name, limit in own.items()}
    assert list(limits) == list(NAMES) == list(FOUND)
    for name, limit in limits.items():
        assert set(limit.source) <= set(SOURCES), name
        if limit.fail is not None:
            assert (limit.fail < limit.look) == limit.low, name


def test_a_step_is_as_good_as_its_worst_check() -> None:
    checks = [Check("coverage_unit", 1), Check("derived", 0.2), Check("one_copy", 0.6)]
    assert verdict_of("data", checks) == LOOK
    assert reasons("data", checks) == ["derived", "one_copy"]


# the real editions


def value(audit: Audit, check: str) -> float:
    return float(audit.checks["value"].xs(check, level="check").item())


def about(audit: Audit, check: str) -> tuple[str, ...]:
    codes: tuple[str, ...] = audit.checks["about"].xs(check, level="check").item()
    return codes


def test_edition_2024(built: Project) -> None:
    """What a reader must know: life expectancy, the weight of GRDP, the overlap."""
    audit = Audit(open_edition("2024", project=built))
    verdicts = step_verdicts(audit.checks)
    assert list(verdicts.index) == list(LIMITS)
    assert set(verdicts.index[verdicts == PASS]) == {"imputation", "presentation"}
    assert FAIL not in set(verdicts)
    assert about(audit, "elsewhere") == ("uhh_lf2020",)
    assert about(audit, "scale") == ("uhh_lf2020",)
    assert about(audit, "largest_weight") == ("pdrb_pc_adhk2010",)
    assert value(audit, "largest_weight") == pytest.approx(2.25)
    assert value(audit, "overlap") == pytest.approx(0.9008, abs=5e-4)
    assert value(audit, "rebuilt") < 1e-12
    assert len(audit._intervals) == 38 * (1 + 5)
    _states_each_number_once(audit)


def test_edition_2022(built: Project) -> None:
    """The wide set does not hang together: the economy's three indicators are not one thing."""
    audit = Audit(open_edition("2022", project=built))
    verdicts = step_verdicts(audit.checks)
    assert list(verdicts.index[verdicts == FAIL]) == ["multivariate"]
    assert about(audit, "alpha") == ("economy",)
    assert about(audit, "filled") == ("kfd_index",)
    assert about(audit, "with_index") == ("gini",)
    _states_each_number_once(audit)


def _states_each_number_once(audit: Audit) -> None:
    """What two steps speak of is one number: the tables behind a check, and the study's own."""
    e, left_out = audit.edition, audit.left_out.set_index("code")
    study = e.effects[e.effects["factor"] == "left_out"]
    codes = e.settings.loc["left_out"]["codes"].loc[study["choice"]]
    for column in ("mean_shift", "max_shift"):
        np.testing.assert_allclose(study[column], left_out.loc[codes, column], atol=1e-12)
    assert list(study["unit"]) == list(left_out.loc[codes, "unit"])
    largest = left_out[left_out["kind"] == "indicator"]["mean_shift"].max() / len(e.scores)
    assert value(audit, "left_out") == pytest.approx(largest)
    kept = e.effects.loc[e.effects["factor"] != "left_out", "mean_shift"].max() / len(e.scores)
    assert value(audit, "choice") == pytest.approx(kept)
    assert value(audit, "dominant") == pytest.approx(left_out["share"].loc[audit.indicators].max())
    overlap = e.about["overlap"]
    assert value(audit, "overlap") == pytest.approx(abs(audit.links.loc[overlap, e.top]))
    assert value(audit, "gap") == pytest.approx(audit.importance["gap"].abs().max())
