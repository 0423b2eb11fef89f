from __future__ import annotations

from erat.locale import Language
from tests.plots.checks import words
from tests.plots.examples import MISSING, NAMES, profile, ranged_profile, rows


def test_a_missing_score_is_said_and_not_drawn() -> None:
    figure = rows(Language("id"))
    assert MISSING in words(figure)
    dots = [sum(line.get_marker() == "o" for line in ax.lines) for ax in figure.axes]
    assert dots == [1, 0, 1, 1]


def test_the_profile_draws_three_marks_a_dimension() -> None:
    for ax in profile(Language("en")).axes:
        assert sum(line.get_marker() in {"o", "|"} for line in ax.lines) == 3


def test_a_score_of_a_profile_carries_its_interval() -> None:
    texts = words(ranged_profile(Language("en")))
    assert {"35.2 (30.0\N{EN DASH}40.1)", NAMES["19"]} <= set(texts)
