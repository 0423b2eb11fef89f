"""Correlations and eigenvalues as figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from erat.coherence import correlations
from erat.locale import Language
from erat.plots import correlation_heat, scree_plots
from tests.coherence.technology import DATA
from tests.plots.checks import cut_off, words
from tests.plots.examples import eigenvalues, few, many


def test_every_pair_is_written_once() -> None:
    figure = few(Language("en"))
    r = correlations(DATA).r.to_numpy()
    expected = sorted(
        f"{round(100 * value)}".replace("-", "−") for value in r[np.tril_indices(8, -1)]
    )
    axes = figure.axes[0]
    assert sorted(text.get_text() for text in axes.texts) == expected
    assert len([patch for patch in axes.patches if isinstance(patch, Rectangle)]) == 28


def test_pairs_of_a_dimension_are_framed_and_flags_marked() -> None:
    lines = few(Language("en")).axes[0].lines
    assert sum(line.get_marker() == "None" for line in lines) == 4
    assert [line.get_marker() for line in lines][-2:] == ["v", "o"]
    row, column = 3, 2
    assert int(np.asarray(lines[-2].get_xdata())[0]) == column
    frame = np.asarray(lines[1].get_ydata())
    assert np.asarray(lines[-2].get_ydata())[0] == pytest.approx(frame.min() + 0.05)
    assert row == list(DATA).index("exports")


def test_what_does_not_vary_stays_empty_and_colours_are_explained() -> None:
    figure = many(Language("en"))
    axes = figure.axes[0]
    assert len(axes.patches) == 24 * 23 // 2 - 23
    assert any(text.startswith("Green is a positive") for text in words(figure))


def test_a_set_without_components_says_so() -> None:
    figure = eigenvalues(Language("en"))
    assert words(figure).count("too little data") == 1
    points = [len(np.asarray(ax.lines[-1].get_xdata())) for ax in figure.axes[:2]]
    assert points == [2, 8]


def test_nothing_to_draw_is_drawn() -> None:
    lang = Language("en")
    none = pd.DataFrame(index=[], columns=[], dtype=float)
    assert cut_off(correlation_heat(none, lang, labels={})) == []
    one = pd.DataFrame([[1.0]], index=["a"], columns=["a"])
    assert "1 A" in words(correlation_heat(one, lang, labels={"a": "A"}))
    assert cut_off(scree_plots({}, lang)) == []
