"""What holds for every figure."""

from __future__ import annotations

from functools import cache

import matplotlib as mpl
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from erat.locale import Language
from erat.plots.style import SMALL, WIDTH, png
from tests.plots.checks import collisions, cut_off, shown_texts, words
from tests.plots.examples import FIGURES


@cache
def drawn(name: str, code: str) -> Figure:
    """A figure in a language; it is looked at only."""
    figure = FIGURES[name](Language(code))
    assert isinstance(figure, Figure)
    return figure


class Loud(Language):
    """A language in which every translated text is in capitals."""

    def tr(self, text: str, /, **fields: object) -> str:
        return f"«{super().tr(text, **fields)}»"


@pytest.mark.parametrize("code", ["id", "en"])
@pytest.mark.parametrize("name", FIGURES)
def test_texts_stand_apart_inside_the_figure(name: str, code: str) -> None:
    figure = drawn(name, code)
    assert cut_off(figure) == []
    assert collisions(figure) == []


@pytest.mark.parametrize("name", FIGURES)
def test_figures_suit_a_phone(name: str) -> None:
    figure = drawn(name, "en")
    assert figure.get_figwidth() <= WIDTH * (1.1 if name.endswith("map") else 1.0)
    assert min(float(text.get_fontsize()) for text in shown_texts(figure)) >= SMALL


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.stress
def test_the_same_figure_gives_the_same_bytes_and_leaves_no_trace(name: str) -> None:
    before = dict(mpl.rcParams)
    first = png(FIGURES[name](Language("id")), dpi=60)
    with mpl.rc_context({"font.size": 23, "lines.linewidth": 9, "axes.grid": True}):
        second = png(FIGURES[name](Language("id")), dpi=60)
    assert first == second
    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == []


@pytest.mark.parametrize("name", FIGURES)
def test_own_words_are_translated(name: str) -> None:
    plain = set(words(drawn(name, "en")))
    loud = words(FIGURES[name](Loud("en")))
    for text in plain & set(loud):
        assert text not in OWN_WORDS


OWN_WORDS = {
    "Rank (1 is best)",
    "no data",
    "rank in this edition",
    "90% of the ways",
    "the middle half",
    "median",
    "alone (S1)",
    "with interactions (ST)",
    "95% interval of ST",
    "Percent of the variance",
    "it changes nothing here",
    "median of all provinces",
    "another province",
    "better →",
    "regency or city",
    "value of the province",
    "Difference from the median province, in points of the score",
    "All together",
    "all provinces",
    "half or more",
    "none",
    "break in the series",
    "Score (0 to 100)",
}


def test_numbers_follow_the_language() -> None:
    indonesian = words(FIGURES["money_map"](Language("id")))
    english = words(FIGURES["money_map"](Language("en")))
    assert any(text.count(".") == 1 and text.replace(".", "").isdigit() for text in indonesian)
    assert any(text.count(",") == 1 and text.replace(",", "").isdigit() for text in english)
