from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from erat.coherence import correlations
from erat.locale import Language
from erat.plots import correlation_heat
from tests.coherence.technology import DATA
from tests.plots.checks import cut_off, words
from tests.plots.examples import UNITS, few, many, pairs

ENGLISH = Language("en")


def test_every_pair_is_written_once() -> None:
    axes = few(ENGLISH).axes[0]
    r = correlations(DATA).r.to_numpy()[np.tril_indices(8, -1)]
    expected = sorted(f"{round(100 * value)}".replace("-", "−") for value in r)
    assert sorted(text.get_text() for text in axes.texts) == expected
    assert len([patch for patch in axes.patches if isinstance(patch, Rectangle)]) == 28


def test_pairs_of_a_dimension_are_framed_and_flags_marked() -> None:
    lines = few(ENGLISH).axes[0].lines
    assert sum(line.get_marker() == "None" for line in lines) == 4
    assert [line.get_marker() for line in lines][-2:] == ["v", "o"]
    row, column = 3, 2
    assert int(np.asarray(lines[-2].get_xdata())[0]) == column
    frame = np.asarray(lines[1].get_ydata())
    assert np.asarray(lines[-2].get_ydata())[0] == pytest.approx(frame.min() + 0.05)
    assert row == list(DATA).index("exports")


def test_what_does_not_vary_stays_empty_and_colours_are_explained() -> None:
    figure = many(ENGLISH)
    assert len(figure.axes[0].patches) == 24 * 23 // 2 - 23
    assert any(text.startswith("Green is a positive") for text in words(figure))


def test_no_pair_is_drawn_too() -> None:
    none = pd.DataFrame(index=[], columns=[], dtype=float)
    assert cut_off(correlation_heat(none, ENGLISH, labels={}, groups={}, flags={})) == []
    one = pd.DataFrame([[1.0]], index=["a"], columns=["a"])
    assert "1 A" in words(correlation_heat(one, ENGLISH, labels={"a": "A"}, groups={}, flags={}))


def test_each_tier_is_outlined_around_its_own_pairs() -> None:
    boxes = [p for p in pairs(ENGLISH).axes[-1].patches if isinstance(p, Rectangle)]
    starts = range(0, len(UNITS), 8)
    assert [(box.get_x(), box.get_width()) for box in boxes] == [
        (start - 0.5, min(8, len(UNITS) - start)) for start in starts
    ]
    assert all(box.get_x() == box.get_y() for box in boxes)


def test_a_pair_of_one_province_has_no_colour() -> None:
    shares = pairs(ENGLISH).axes[-1].images[0].get_array()
    assert shares is not None
    assert np.ma.getmaskarray(np.ma.masked_invalid(shares)).diagonal().all()
