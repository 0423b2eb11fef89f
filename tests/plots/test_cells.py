from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from erat.coherence import correlations
from erat.locale import Language
from erat.plots import correlation_heat, unit_heat
from tests.coherence.technology import DATA
from tests.plots.checks import cut_off, words
from tests.plots.examples import (
    LONG,
    NAMES,
    UNITS,
    choices,
    coverage,
    few,
    grid,
    grid_with_intervals,
    many,
    pairs,
    ranks,
)

ENGLISH = Language("en")
FRAME = pd.DataFrame({"x": [-1.234, 0.5], "y": [0.0, 2.0]}, index=["a", "b"])


def heat(frame: pd.DataFrame, lang: str = "en") -> list[str]:
    """Return the texts of points by sub-unit."""
    names = {"a": "Kab. A", "b": "Kota B"}
    labels = {str(code): str(code).upper() for code in frame.columns}
    return words(unit_heat(frame, Language(lang), names=names, labels=labels, foot="All"))


def test_coverage_tells_none_some_most_and_all_apart() -> None:
    steps = np.asarray(coverage(ENGLISH).axes[0].collections[0].get_array())
    assert steps.shape == (5, 16)
    assert list(steps[0, :4]) == [0, 1, 2, 3]


def test_points_and_sums_are_written() -> None:
    texts = heat(FRAME)
    assert {"−1.23", "+0.50", "0.00", "+2.00"} <= set(texts)
    assert texts.count("+2.50") == 1
    assert {"−0.73", "+1.27", "All", "Kab. A", "Kota B", "X", "Y"} <= set(texts)
    assert "0.00" in heat(FRAME * 0)


def test_points_are_in_the_language_and_large_sums_have_one_decimal() -> None:
    assert {"−12,3", "+25,0"} <= set(heat(FRAME * 10, "id"))


def test_narrow_cells_have_sums_only() -> None:
    texts = heat(pd.DataFrame({f"c{k}": [0.25, 0.5] for k in range(9)}, index=["a", "b"]))
    assert "+0.25" not in texts
    assert texts.count("+0.75") == 9
    assert {"+2.25", "+4.50", "+6.75"} <= set(texts)


def test_every_rank_of_every_choice_is_written() -> None:
    texts = words(choices(ENGLISH))
    assert sum(text.isdigit() for text in texts) == 9 * len(UNITS)
    names = [text for text in texts if text in NAMES.values()]
    assert names == [NAMES[str(unit)] for unit in ranks(0).sort_values().index]


def test_headings_too_long_are_letters_that_a_list_explains() -> None:
    texts = words(choices(ENGLISH))
    for letter, head in (("B", "Skor z"), ("C", f"Tanpa {LONG.lower()}")):
        assert texts.count(letter) == 2
        assert texts[texts.index(letter, texts.index("A")) :].count(head) == 1


def test_a_grid_tells_no_question_from_not_assessed_and_from_zero() -> None:
    texts = words(grid(ENGLISH))
    assert texts.count("no question") == texts.count("not assessed") == 1
    assert {"10.0", "3 questions", "2 questions", "99.0", "1 question"} <= set(texts)
    assert "0.0" not in texts


def test_a_tile_says_its_interval_where_there_is_one() -> None:
    texts = words(grid_with_intervals(Language("id")))
    assert [text for text in texts if "–" in text] == ["50,0–100,0"] * 2


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
