"""Figures that are not answers are merged only where the settings say so."""

from __future__ import annotations

import math

import pytest

from erat.survey.merge import merge

OTHERS = {"ikd": 30.0, "conditions": 90.0}


def test_nothing_is_merged_without_a_weight() -> None:
    assert merge(60.0, OTHERS, {}) == 60.0


def test_a_weighted_mean_with_the_assessed_index_at_one() -> None:
    assert merge(60.0, OTHERS, {"ikd": 0.5, "conditions": 0.5}) == pytest.approx((60 + 15 + 45) / 2)


@pytest.mark.parametrize(("assessed", "ikd"), [(math.nan, 30.0), (60.0, math.nan)])
def test_what_is_missing_leaves_nothing_to_merge(assessed: float, ikd: float) -> None:
    assert math.isnan(merge(assessed, {"ikd": ikd}, {"ikd": 1.0}))
