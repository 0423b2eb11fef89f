from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from erat.locale import Language
from erat.plots import trend_lines
from erat.plots.colours import ACCENT
from erat.plots.trend import spread
from tests.plots.checks import words
from tests.plots.examples import BREAKS, NAMES, multiples, trend, yearly


def test_nothing_is_joined_across_a_break() -> None:
    ax = trend(Language("en")).axes[0]
    own = [np.asarray(line.get_xdata()) for line in ax.lines if line.get_color() == ACCENT]
    assert [list(xs) for xs in own] == [[2015], [2016, 2017, *range(2019, 2026)]]


def test_a_break_is_drawn_between_its_years_and_explained_below() -> None:
    figure = trend(Language("en"))
    assert any(np.array_equal(line.get_xdata(), [2015.5, 2015.5]) for line in figure.axes[0].lines)
    texts = words(figure)
    assert "(1)" in texts
    assert f"(1) break before 2016: {BREAKS[0][1]}" in texts


def test_both_lines_are_named_at_their_ends_with_the_last_value() -> None:
    texts = words(trend(Language("en")))
    assert f"{NAMES['19']} 84.0" in texts
    assert "median of all provinces 85.5" in texts


def test_an_equal_break_has_one_number_in_all_panels() -> None:
    texts = words(multiples(Language("en")))
    assert texts.count("(1)") == 2
    assert not any(text.startswith("(2)") for text in texts)


def test_panels_share_their_years() -> None:
    axes = multiples(Language("en")).axes
    assert len(axes) == 3
    assert len({ax.get_xlim() for ax in axes}) == 1


def test_a_line_that_ends_early_says_when() -> None:
    frame = yearly()
    frame.loc[frame["year"] > 2022, "value"] = np.nan
    texts = words(trend_lines(frame, Language("en"), label="x", name="Aceh"))
    assert "Aceh 76.8 (2022)" in texts
    assert "median of all provinces 85.5" in texts


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0.1, 1)), min_size=1, max_size=8))
def test_spread_labels_never_overlap_on_the_line(labels: list[tuple[float, float]]) -> None:
    wanted, sizes = zip(*labels, strict=True)
    centres = spread(wanted, sizes, 0.0, 10.0)
    spans = sorted((c - s / 2, c + s / 2) for c, s in zip(centres, sizes, strict=True))
    assert all(before[1] <= after[0] + 1e-9 for before, after in pairwise(spans))
    assert spans[0][0] >= -1e-9
    assert spans[-1][1] <= 10 + 1e-9


def test_labels_with_room_stay_where_they_are() -> None:
    assert spread([8.0, 2.0], [1, 1], 0, 10) == [8.0, 2.0]
