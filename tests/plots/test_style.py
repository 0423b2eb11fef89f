from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from erat.locale import Language
from erat.plots.colours import INK, SEQUENTIAL, contrast
from erat.plots.sheet import limits, nice_ticks, tick_words
from erat.plots.style import DPI, WIDTH, png, styled
from erat.plots.text import text_width, wrap


def test_text_is_readable_on_both_ends_of_the_scale() -> None:
    assert contrast(SEQUENTIAL(0.0)) == INK
    assert contrast(SEQUENTIAL(1.0)) == "white"


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0, 10], (-1, 11)), ([5], (4.5, 5.5)), ([], (-0.1, 1.1)), ([float("nan"), 2, 4], (1.8, 4.2))],
)
def test_limits_leave_a_margin(values: list[float], expected: tuple[float, float]) -> None:
    assert limits(values, 0.1) == pytest.approx(expected)


def test_ticks_are_round_and_inside() -> None:
    assert nice_ticks(61.2, 84.9) == [65, 70, 75, 80]
    assert tick_words(Language("en"), [0.25, 0.5]) == ["0.25", "0.50"]
    assert tick_words(Language("en"), [10, 20]) == ["10", "20"]


def test_wrapped_lines_are_not_wider_than_asked() -> None:
    text = "Pengeluaran riil per kapita yang disesuaikan (ribu rupiah per orang per tahun)"
    wrapped = wrap(text, 1.5)
    assert text_width(wrapped) <= 1.5
    assert wrapped.replace("\n", " ") == text


@pytest.mark.parametrize("width", [WIDTH, 4.35, 0.29 * 12])
def test_a_picture_of_few_colours_looks_like_the_figure(width: float) -> None:
    figure = Figure((width, 2.3))
    axes = figure.add_axes((0.2, 0.2, 0.7, 0.7))
    axes.plot([0, 1, 0], color="teal")
    axes.set_axis_off()
    full = BytesIO()
    figure.savefig(full, dpi=DPI)
    pictures = [Image.open(file).convert("RGB") for file in (full, BytesIO(png(figure)))]
    before, after = (np.asarray(picture, dtype=float) for picture in pictures)
    assert after.shape == before.shape
    assert np.abs(after - before).mean() < 0.5


@pytest.mark.parametrize("name", [r"$\frac$", "US$ and Rp$", "a$b$c_d^e"])
def test_a_name_is_no_formula(name: str) -> None:
    @styled
    def drawn() -> Figure:
        figure = Figure()
        axes = figure.add_subplot(title=name, xlabel=name)
        axes.bar([name], [1], label=name)
        axes.legend()
        return figure

    assert png(drawn(), dpi=50).startswith(b"\x89PNG")
