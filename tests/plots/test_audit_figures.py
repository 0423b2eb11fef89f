"""Figures of the methodology notebooks."""

from __future__ import annotations

import numpy as np

from erat.locale import Language
from tests.plots.checks import words
from tests.plots.examples import of_differences, of_goalposts


def test_bars_hold_every_value_and_one_is_centred_on_zero() -> None:
    figure = of_differences(Language("en"))
    bars = figure.axes[0].patches
    heights = {round(bar.get_x() + bar.get_width() / 2, 6): bar.get_height() for bar in bars}  # type: ignore[attr-defined]
    assert heights[0.0] == 2
    assert heights[0.2] == heights[-0.2] == 1
    assert sum(heights.values()) == 4


def test_missing_values_are_left_out_of_the_bars() -> None:
    figure = of_differences(Language("en"), (np.nan, 0.1))
    assert sum(bar.get_height() for bar in figure.axes[0].patches) == 1  # type: ignore[attr-defined]


def test_numbers_follow_the_language() -> None:
    assert "0,2" in words(of_differences(Language("id")))
    assert "0.2" in words(of_differences(Language("en")))


def test_a_province_without_a_score_has_no_dot() -> None:
    figure = of_goalposts(Language("en"))
    lines = figure.axes[1].lines
    assert [len(np.asarray(line.get_xdata())) for line in lines] == [2, 2, 2]
    assert list(np.asarray(lines[1].get_xdata())) == [5.0, 40.0]
