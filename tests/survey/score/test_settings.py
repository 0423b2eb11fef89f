"""Settings of an assessment: defaults, what is refused, and how levels become points."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from erat.errors import MethodError
from erat.survey.score.settings import AssessmentSettings, merge


def read(tmp_path: Path, text: str) -> AssessmentSettings:
    path = tmp_path / "assessment.yml"
    path.write_text(text, encoding="utf-8")
    return AssessmentSettings.read(path)


def test_the_projects_settings_are_the_defaults(root: Path) -> None:
    given = AssessmentSettings.read(root / "config" / "assessment.yml")
    plain = AssessmentSettings()
    assert given.thresholds == plain.thresholds
    assert given.resampling == plain.resampling
    assert given.subunits.of(["CAP"], "block") == given.subunits.of(["CAP"], "province")
    assert plain.subunits.of([], "").weights == given.subunits.of([], "").weights == "equal"
    assert given.merge == {}


def test_an_empty_file_is_the_defaults(tmp_path: Path) -> None:
    assert read(tmp_path, "").subunits.method == "mean"


def test_levels_are_points_between_0_and_100(tmp_path: Path) -> None:
    method = read(tmp_path, "method: {aggregate: geometric, exclude: [A]}").computing
    assert method.normalize.method == "goalposts"
    assert method.normalize.arguments["scale"] == 100
    assert method.aggregate.method == "geometric"
    assert method.exclude == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("treshholds: {}", "did you mean 'thresholds'"),
        ("thresholds: {answered: 2}", "thresholds.answered"),
        ("thresholds: {subunits: 0}", "thresholds.subunits"),
        ("resampling: {level: 1}", "resampling.level"),
        ("resampling: {replicates: -1}", "resampling.replicates"),
        ("method: {normalize: zscore}", "the key 'normalize'"),
        ("method: {impute: mean}", "the key 'impute'"),
        ("method: {weights: pca}", "depend on the answers"),
        ("method: {aggregate: copeland}", "stays within one unit"),
        ("method: {aggregate: {levels: {2: copeland}}}", "stays within one unit"),
        ("method: {aggregate: {groups: {g: {x: geometric}}}}", "stays within one unit"),
        ("method: {subunits: {method: meen}}", "mean"),
        ("merge: {ikd: 0}", "merge.ikd"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(MethodError) as refused:
        read(tmp_path, text)
    assert said in str(refused.value)


OTHERS = {"ikd": 30.0, "conditions": 90.0}


def test_nothing_is_merged_without_a_weight() -> None:
    assert merge(60.0, OTHERS, {}) == 60.0


def test_a_weighted_mean_with_the_assessed_index_at_one() -> None:
    assert merge(60.0, OTHERS, {"ikd": 0.5, "conditions": 0.5}) == pytest.approx((60 + 15 + 45) / 2)


@pytest.mark.parametrize(("assessed", "ikd"), [(math.nan, 30.0), (60.0, math.nan)])
def test_what_is_missing_leaves_nothing_to_merge(assessed: float, ikd: float) -> None:
    assert math.isnan(merge(assessed, {"ikd": ikd}, {"ikd": 1.0}))
