"""Figures of the methodology notebooks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from erat.locale import Language
from erat.plots import goalpost_strips, histogram
from erat.plots.style import SMALL, WIDTH, png
from tests.plots.checks import collisions, cut_off, shown_texts, words


def of_differences(lang: Language, values: tuple[float, ...] = (-0.2, 0.0, 0.0, 0.21)) -> Figure:
    return histogram(
        {"First": pd.Series(values), "Second, with a title as long as they come, and a bit": pd.Series(
            np.linspace(-0.4, 0.4, 4000))},
        lang, width=0.1, xlabel="Computed less published index, points",
        ylabel="values", limit=0.35, source="BPS",
    )  # fmt: skip


def of_goalposts(lang: Language) -> Figure:
    scores = pd.DataFrame({"a": [0.0, 50.0, 100.0], "b": [10.0, np.nan, 30.0]})
    observed = pd.DataFrame({"worst": [0.0, 5.0], "best": [100.0, 40.0]}, index=["a", "b"])
    return goalpost_strips(
        scores, observed, lang,
        labels={"a": "Adjusted expenditure per person", "b": "Poverty"},
        ends={"a": ("5,000 thousand IDR per person a year", "22,000"), "b": ("36 percent", "0")},
        words=("between the goalposts", "observed in any year", "a province in 2024"),
        source="BPS",
    )  # fmt: skip


@pytest.mark.parametrize("draw", [of_differences, of_goalposts])
def test_texts_stand_apart_at_a_size_to_read(draw: Callable[[Language], Figure]) -> None:
    figure = draw(Language("en"))
    assert cut_off(figure) == []
    assert collisions(figure) == []
    assert figure.get_figwidth() <= WIDTH
    assert min(float(text.get_fontsize()) for text in shown_texts(figure)) >= SMALL
    assert png(figure, dpi=50) == png(draw(Language("en")), dpi=50)


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
