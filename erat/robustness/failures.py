"""Replicates that cannot be evaluated: how many a study bears, and which settings they share."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from erat.errors import MethodError, Problem
from erat.robustness.addresses import short
from erat.robustness.factors import Study
from erat.robustness.plan import Plan

MOST_FAILED = 0.5
"""Share of the replicates of A and B that may fail. Beyond a half the median of a score, a rank or a
shift can be anything, whatever those that are left say: that is its breakdown point (Hampel 1971, A
general qualitative definition of robustness, Annals of Mathematical Statistics 42). Below it, results
are those of the settings that go together, and begin with how many these are."""

MOST_SETTINGS = 3


def independent(plan: Plan) -> np.ndarray:
    """Return the places of the replicates of A and B, which intervals are made of."""
    parts = (plan.design.parts[part] for part in ("A", "B"))
    return np.concatenate([np.arange(part.start, part.stop) for part in parts])


def failing_settings(plan: Plan, study: Study, problems: Collection[int]) -> list[str]:
    """Name the settings that fail more often than others, with the share of replicates that do."""
    places = independent(plan)
    failed = np.isin(plan.evaluation[places], list(problems))
    shares = []
    for column, factor in enumerate(study.factors):
        labels = plan.labels[places, column]
        for number, option in enumerate(factor.options or ()):
            if (drawn := labels == number).any() and (
                share := failed[drawn].mean()
            ) > failed.mean():
                shares.append((share, f"{factor.name}: {short(option)} ({share:.0%})"))
    return [text for _, text in sorted(shares, key=lambda one: -one[0])[:MOST_SETTINGS]]


def check_enough(plan: Plan, study: Study, problems: dict[int, str]) -> None:
    """Refuse a study of which more than :data:`MOST_FAILED` of the replicates failed, or all."""
    total, left = len(independent(plan)), int(plan.sample_counts(problems).sum())
    if left >= (1 - MOST_FAILED) * total and left:
        return
    first = next(iter(problems.values()))
    found = f"{total - left:,} of {total:,} replicates that cannot be evaluated; the first: {first}"
    if not left:
        found = f"no replicate that can be evaluated; the first: {first}"
    settings = "; ".join(failing_settings(plan, study, problems))
    remedy = f"change the settings that fail: {settings}" if settings else "change the study"
    if "negative values" in first:
        remedy += (
            ". Under a geometric or harmonic mean values must be above 0, as of {method: minmax, "
            "range: [1, 100]} or {method: zscore, mean: 100, sd: 10}"
        )
    expected = f"{1 - MOST_FAILED:.0%} or more that can"
    raise MethodError([Problem("study", found, expected, remedy)])
