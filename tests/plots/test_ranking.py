from __future__ import annotations

import numpy as np
from matplotlib.lines import Line2D

from erat.locale import Language
from erat.plots.colours import ACCENT
from tests.plots.checks import shown_texts, words
from tests.plots.examples import NAMES, UNITS, ranking, ranking_frame, tiered_ranking


def test_all_provinces_are_named_in_the_order_of_their_ranks() -> None:
    texts = words(ranking(Language("en")))
    by_rank = ranking_frame().sort_values(["rank", "name"])["name"]
    assert [text for text in texts if text in set(NAMES.values())] == list(by_rank)


def test_a_province_without_a_rank_has_no_dot() -> None:
    ax = ranking(Language("en")).axes[0]
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert len(dots) == len(UNITS) - 1


def test_the_highlighted_province_alone_has_the_accent() -> None:
    marked = [t.get_text() for t in shown_texts(ranking(Language("en"))) if t.get_color() == ACCENT]
    assert NAMES["19"] in marked
    assert len(marked) == 2  # its rank and its name


def test_a_range_reaches_from_its_low_to_its_high() -> None:
    ax = ranking(Language("en")).axes[0]
    ranges = sorted(tuple(_xs(line)) for line in ax.lines if line.get_marker() != "o")
    frame = ranking_frame().dropna()
    assert ranges == sorted(zip(frame["low"], frame["high"], strict=True))


def test_tiers_are_headed_once_and_the_unranked_stand_last() -> None:
    texts = words(tiered_ranking(Language("en")))
    heads = [text for text in texts if text in {"Low", "Middle", "High", "Not ranked"}]
    assert heads == ["High", "Middle", "Low", "Not ranked"]


def _xs(line: Line2D) -> list[float]:
    return [float(x) for x in np.asarray(line.get_xdata(), dtype=float)]
