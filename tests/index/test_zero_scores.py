"""A geometric or harmonic mean over min-max from 0 makes the worst unit of any indicator zero."""

from __future__ import annotations

from typing import Any

import pytest

from erat.index.assessment import assess
from erat.index.zero_scores import zero_scores
from tests.index.test_odd_rows import TREE, read


def notes(**method: Any) -> list[str]:
    assessment = assess(read(), TREE, method)
    said = [str(note) for note in zero_scores(assessment.tree)]
    assert bool(said) == bool((assessment.index == 0).any())
    return said


@pytest.mark.parametrize("name", ["geometric", "harmonic", {"method": "power", "p": -2}])
def test_units_and_remedy_are_named(name: object) -> None:
    (note,) = notes(aggregate=name)
    assert "scores of 'i' that one child's 0 makes 0: SUMUT (life), BENGKULU (grdp);" in note
    assert "normalize: {method: minmax, range: [1, 100]}" in note


@pytest.mark.parametrize(
    "method",
    [
        {"aggregate": "geometric", "normalize": {"method": "minmax", "range": [1, 100]}},
        {"aggregate": {"method": "geometric", "floor": 1}},
        {"aggregate": "arithmetic"},
        {"aggregate": "geometric", "normalize": "rank"},
    ],
)
def test_nothing_is_said_where_no_zero_wins(method: dict[str, Any]) -> None:
    assert notes(**method) == []
