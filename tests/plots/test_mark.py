"""A mark is in every figure, and ends where it should."""

from __future__ import annotations

import contextvars

import pandas as pd
import pytest

from erat.locale import Language
from erat.plots import interval_rows
from erat.plots.mark import Mark, keep, mark_of, marked, simulated
from erat.plots.style import png
from tests.plots.checks import collisions, cut_off, words
from tests.plots.examples import FIGURES

ENGLISH = Language("en")
draw_grid = FIGURES["grid"]


@pytest.mark.parametrize("name", FIGURES)
def test_any_figure_carries_the_mark_it_is_drawn_under(name: str) -> None:
    lang = Language("id")
    with marked(simulated(lang)):
        figure = FIGURES[name](lang)
    assert mark_of(figure) == "simulasi"
    assert any(text.startswith("Jawaban simulasi") for text in words(figure))
    assert "simulasi" not in cut_off(figure)
    assert [pair for pair in collisions(figure) if "simulasi" in pair] == []
    assert mark_of(FIGURES[name](lang)) == ""


def test_a_mark_that_is_kept_holds_in_every_context_until_it_is_ended() -> None:
    """Cells of a notebook run in contexts of their own: a mark set in one holds in the next."""
    contextvars.Context().run(keep, simulated(ENGLISH))
    try:
        assert mark_of(contextvars.Context().run(draw_grid, ENGLISH)) == "simulated"
    finally:
        keep(None)
    assert mark_of(draw_grid(ENGLISH)) == ""


def test_a_frame_that_is_simulated_marks_its_figure() -> None:
    frame = pd.DataFrame({"name": ["A"], "score": [5.0], "score_low": [4.0], "score_high": [6.0]})
    for word in ("simulated", ""):
        assert mark_of(interval_rows(frame.assign(simulated=word), ENGLISH)) == word


def test_a_mark_ends_where_it_was_set_and_changes_the_picture() -> None:
    with pytest.raises(ZeroDivisionError), marked(Mark("a", "b")):
        raise ZeroDivisionError
    plain = png(draw_grid(ENGLISH), dpi=60)
    with marked(Mark("a", "b")):
        with marked(None):
            assert png(draw_grid(ENGLISH), dpi=60) == plain
        assert png(draw_grid(ENGLISH), dpi=60) != plain
