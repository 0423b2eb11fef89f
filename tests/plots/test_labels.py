from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erat.plots.panels import overlaps, place
from erat.plots.text import text_width, wrap
from erat.plots.trend import spread

LABELS = st.lists(st.tuples(st.floats(0, 10), st.floats(0.1, 1)), min_size=1, max_size=8)


@given(LABELS)
def test_spread_labels_never_overlap_on_the_line(
    labels: list[tuple[float, float]],
) -> None:
    wanted, sizes = zip(*labels, strict=True)
    centres = spread(wanted, sizes, 0.0, 10.0)
    spans = sorted((c - s / 2, c + s / 2) for c, s in zip(centres, sizes, strict=True))
    assert all(before[1] <= after[0] + 1e-9 for before, after in pairwise(spans))
    assert spans[0][0] >= -1e-9
    assert spans[-1][1] <= 10 + 1e-9


def test_labels_with_room_stay_where_they_are() -> None:
    assert spread([8.0, 2.0], [1, 1], 0, 10) == [8.0, 2.0]


@pytest.mark.parametrize(
    ("taken", "expected"),
    [([], (1.06, 0.9)), ([(1.2, 0.0, 3.0, 3.0)], (0.44, 0.9))],
)
def test_a_name_is_placed_right_then_left(
    taken: list[tuple[float, float, float, float]], expected: tuple[float, float]
) -> None:
    box = place((1.0, 1.0), (0.5, 0.2), taken, (0, 0, 5, 5))
    assert box is not None
    assert box[:2] == pytest.approx(expected)
    assert not any(overlaps(box, other) for other in taken)


def test_there_may_be_no_place() -> None:
    assert place((1.0, 1.0), (0.5, 0.2), [(0, 0, 5, 5)], (0, 0, 5, 5)) is None


def test_wrapped_lines_are_not_wider_than_asked() -> None:
    text = "Pengeluaran riil per kapita yang disesuaikan (ribu rupiah per orang per tahun)"
    wrapped = wrap(text, 1.5)
    assert text_width(wrapped) <= 1.5
    assert wrapped.replace("\n", " ") == text
