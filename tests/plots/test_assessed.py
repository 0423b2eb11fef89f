"""Figures of assessed scores: what is missing is said, and a mark is in every figure."""

from __future__ import annotations

import contextvars

import pandas as pd
import pytest

from erat.locale import Language
from erat.plots import interval_rows
from erat.plots.mark import Mark, keep, mark_of, marked, simulated
from erat.plots.style import png
from tests.plots.checks import collisions, cut_off, words
from tests.plots.examples import FIGURES, MISSING, grid, grid_with_intervals, rows


def test_a_tile_says_its_interval_where_there_is_one() -> None:
    said = words(grid_with_intervals(Language("id")))
    assert sum("–" in text for text in said) == 2
    assert "50,0–100,0" in said


def test_a_missing_score_is_said_and_not_drawn() -> None:
    figure = rows(Language("id"))
    assert MISSING in words(figure)
    dots = [sum(line.get_marker() == "o" for line in ax.lines) for ax in figure.axes]
    assert dots == [1, 0, 1, 1]


def test_a_grid_tells_no_question_from_not_assessed_and_from_zero() -> None:
    said = words(grid(Language("en")))
    assert said.count("no question") == 1
    assert said.count("not assessed") == 1
    assert {"10.0", "3 questions", "2 questions", "99.0", "1 question"} <= set(said)
    assert "0.0" not in said


@pytest.mark.parametrize("name", FIGURES)
def test_any_figure_carries_the_mark_it_is_drawn_under(name: str) -> None:
    draw, lang = FIGURES[name], Language("id")
    with marked(simulated(lang)):
        figure = draw(lang)
    assert mark_of(figure) == "simulasi"
    assert any(text.startswith("Jawaban simulasi") for text in words(figure))
    assert [text for text in cut_off(figure) if text == "simulasi"] == []
    assert [pair for pair in collisions(figure) if "simulasi" in pair] == []
    assert mark_of(draw(lang)) == ""


def test_a_mark_that_is_kept_holds_in_every_context_until_it_is_ended() -> None:
    """Cells of a notebook run in contexts of their own: a mark set in one holds in the next."""
    lang = Language("en")
    contextvars.Context().run(keep, simulated(lang))
    try:
        assert mark_of(contextvars.Context().run(grid, lang)) == "simulated"
    finally:
        keep(None)
    assert mark_of(grid(lang)) == ""


def test_a_frame_that_is_simulated_marks_its_figure() -> None:
    lang = Language("en")
    frame = pd.DataFrame({"name": ["A"], "score": [5.0], "score_low": [4.0], "score_high": [6.0]})
    assert mark_of(interval_rows(frame.assign(simulated="simulated"), lang)) == "simulated"
    assert mark_of(interval_rows(frame.assign(simulated=""), lang)) == ""


def test_a_mark_ends_where_it_was_set_and_changes_the_picture() -> None:
    lang = Language("en")
    with pytest.raises(ZeroDivisionError), marked(Mark("a", "b")):
        raise ZeroDivisionError
    plain = png(grid(lang), dpi=60)
    with marked(Mark("a", "b")):
        with marked(None):
            assert png(grid(lang), dpi=60) == plain
        assert png(grid(lang), dpi=60) != plain
