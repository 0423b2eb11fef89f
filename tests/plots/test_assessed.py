"""Figures of assessed scores: what is missing is said, and a mark is in every figure."""

from __future__ import annotations

import contextvars
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from erat.locale import Language
from erat.plots import interval_rows, lens_grid, two_sides
from erat.plots.mark import Mark, keep, mark_of, marked, simulated
from erat.plots.style import SMALL, WIDTH, png
from tests.plots.checks import collisions, cut_off, shown_texts, words
from tests.plots.examples import FIGURES

LONG = "Kemampuan mengembangkan produk/layanan baru dan kemitraan dengan dunia usaha"
MISSING = "belum dinilai: terlalu sedikit subunit"


def rows(lang: Language) -> Figure:
    """Ends of the scale, a missing score, a score without an interval, two groups."""
    frame = pd.DataFrame(
        {
            "name": ["Nol", LONG, LONG, "Penuh"],
            "score": [0, np.nan, 43.2, 100],
            "score_low": [0, np.nan, np.nan, 96.0],
            "score_high": [3, np.nan, np.nan, 100.0],
            "score_missing": ["", MISSING, "", ""],
            "group": ["Fase", "Fase", "Jenis", "Jenis"],
        }
    )
    return interval_rows(frame, lang, colours={"Jenis": "#1b2a3a"}, note=LONG, source="BPS")


def sides(lang: Language) -> Figure:
    """Both sides, one side, neither, and both at one place."""
    frame = pd.DataFrame(
        {
            "name": ["A", LONG, LONG, "D"],
            "first": [0, 50, np.nan, 70],
            "second": [100, np.nan, np.nan, 70],
            "first_low": [0, 40, np.nan, 66],
            "first_high": [5, 60, np.nan, 75],
            "second_low": [95, np.nan, np.nan, 69],
            "second_high": [100, np.nan, np.nan, 71],
            "first_missing": "belum dinilai",
            "second_missing": "belum dinilai",
        }
    )
    sides = {"first": "Pemerintah provinsi", "second": "Kabupaten dan kota"}
    return two_sides(frame, lang, sides=sides)


def grid(lang: Language) -> Figure:
    """A score, no question, not assessed, one question."""
    cells = pd.DataFrame(
        [("a", "x", 10.0, 3), ("a", "y", np.nan, 0), ("b", "x", np.nan, 2), ("b", "y", 99.0, 1)],
        columns=["row", "column", "score", "questions"],
    ).set_index(["row", "column"])
    names = {"x": "Menyerap", "y": "Menyesuaikan diri"}
    return lens_grid(cells, lang, rows={"a": "Pencegahan", "b": "Kesiapsiagaan"}, columns=names)


def grid_with_intervals(lang: Language) -> Figure:
    """The widest interval, an interval that is missing, and a tile without a question."""
    nan = float("nan")
    tiles = {"x": (55.5, 50.0, 100.0, 12), "y": (40.0, nan, nan, 2), "z": (nan, nan, nan, 0)}
    rows = {"a": "Pencegahan", "b": "Kesiapsiagaan"}
    cells = pd.DataFrame(
        [(row, column, *tile) for row in rows for column, tile in tiles.items()],
        columns=["row", "column", "score", "score_low", "score_high", "questions"],
    ).set_index(["row", "column"])
    names = {"x": "Menyerap", "y": "Menyesuaikan diri", "z": "Memulihkan diri"}
    return lens_grid(cells, lang, rows=rows, columns=names)


DRAWN: dict[str, Callable[[Language], Figure]] = {
    "rows": rows,
    "sides": sides,
    "grid": grid,
    "ends": grid_with_intervals,
}


@pytest.mark.parametrize("code", ["id", "en"])
@pytest.mark.parametrize("name", DRAWN)
def test_texts_stand_apart_inside_the_figure(name: str, code: str) -> None:
    figure = DRAWN[name](Language(code))
    assert cut_off(figure) == []
    assert collisions(figure) == []
    assert figure.get_figwidth() <= WIDTH
    assert min(float(text.get_fontsize()) for text in shown_texts(figure)) >= SMALL


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


@pytest.mark.parametrize("name", [*DRAWN, *FIGURES])
def test_any_figure_carries_the_mark_it_is_drawn_under(name: str) -> None:
    draw = {**DRAWN, **FIGURES}[name]
    lang = Language("id")
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
