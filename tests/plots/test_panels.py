from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from erat.locale import Language
from erat.plots import scree_plots
from erat.plots.panels import MOST_NAMED, Box, overlaps, place
from tests.plots.checks import cut_off, words
from tests.plots.examples import NAMES, UNITS, cloud, eigenvalues, of_differences

ENGLISH = Language("en")


def test_every_unit_has_a_point_and_few_are_named() -> None:
    figure = cloud(ENGLISH)
    assert 1 <= len(set(words(figure)) & {*NAMES.values()}) <= MOST_NAMED
    points = sum(len(np.asarray(group.get_offsets())) for group in figure.axes[0].collections)
    assert points == len(UNITS)


@pytest.mark.parametrize(
    ("taken", "expected"),
    [([], (1.06, 0.9)), ([(1.2, 0.0, 3.0, 3.0)], (0.44, 0.9)), ([(0, 0, 5, 5)], None)],
)
def test_a_name_is_placed_right_then_left_if_there_is_room(
    taken: list[Box], expected: tuple[float, float] | None
) -> None:
    box = place((1.0, 1.0), (0.5, 0.2), taken, (0, 0, 5, 5))
    assert (box and box[:2]) == (expected and pytest.approx(expected))
    assert box is None or not any(overlaps(box, other) for other in taken)


def test_bars_hold_every_value_there_is_and_one_is_centred_on_zero() -> None:
    bars: list[Any] = list(of_differences(ENGLISH).axes[0].patches)
    heights = {round(bar.get_x() + bar.get_width() / 2, 6): bar.get_height() for bar in bars}
    assert heights[0.0] == 2
    assert heights[0.2] == heights[-0.2] == 1
    assert sum(heights.values()) == 4
    fewer: list[Any] = list(of_differences(ENGLISH, (np.nan, 0.1)).axes[0].patches)
    assert sum(bar.get_height() for bar in fewer) == 1


def test_ticks_follow_the_language() -> None:
    assert "0,2" in words(of_differences(Language("id")))
    assert "0.2" in words(of_differences(ENGLISH))


def test_a_set_without_components_says_so() -> None:
    figure = eigenvalues(ENGLISH)
    assert words(figure).count("too little data") == 1
    points = [len(np.asarray(ax.lines[-1].get_xdata())) for ax in figure.axes[:2]]
    assert points == [2, 8]
    assert cut_off(scree_plots({}, ENGLISH)) == []
