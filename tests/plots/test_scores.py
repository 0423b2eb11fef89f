from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from erat.locale import Language
from tests.plots.checks import collisions, cut_off, words
from tests.plots.examples import (
    CODES,
    MISSING,
    NAMES,
    of_goalposts,
    profile,
    ranged_profile,
    regencies,
    rows,
    strips,
    values,
)


def test_a_missing_score_is_said_and_not_drawn() -> None:
    figure = rows(Language("id"))
    assert MISSING in words(figure)
    dots = [sum(line.get_marker() == "o" for line in ax.lines) for ax in figure.axes]
    assert dots == [1, 0, 1, 1]


def test_the_profile_draws_three_marks_a_dimension() -> None:
    for ax in profile(Language("en")).axes:
        assert sum(line.get_marker() in {"o", "|"} for line in ax.lines) == 3


def test_a_score_of_a_profile_carries_its_interval() -> None:
    texts = words(ranged_profile(Language("en")))
    assert {"35.2 (30.0\N{EN DASH}40.1)", NAMES["19"]} <= set(texts)


def test_the_better_end_is_at_the_right() -> None:
    less, more, neither = strips(Language("en")).axes
    assert less.get_xlim()[0] > less.get_xlim()[1]
    assert more.get_xlim()[0] < more.get_xlim()[1]
    assert neither.get_xlim()[0] < neither.get_xlim()[1]


def test_best_and_worst_are_named() -> None:
    texts = words(strips(Language("en")))
    poverty = values(3, 33)
    for end in (poverty.nsmallest(1), poverty.nlargest(1)):
        assert f"{NAMES[str(end.index[0])]} {end.iloc[0]:.2f}" in texts


def test_every_province_has_a_dot_and_a_missing_one_is_said() -> None:
    figure = strips(Language("en"))
    others = [len(np.asarray(ax.collections[0].get_offsets())) for ax in figure.axes]
    assert others == [37, 37, 37]
    assert "no data" in words(figure)


@pytest.mark.parametrize("count", [1, 2, 6, 38])
def test_every_regency_has_a_dot(count: int) -> None:
    figure = regencies(Language("en"), count)
    missing = [1, 0, 0] if count > 2 else [0, 0, 0]
    assert [_dots(figure, i) for i in range(len(CODES))] == [count - gone for gone in missing]
    assert cut_off(figure) == []
    assert collisions(figure) == []


def test_regency_ends_are_named_with_their_values() -> None:
    texts = words(regencies(Language("en"), 6))
    assert "Kota Administrasi Jakarta Selatan 0 10.00" in texts
    assert "Kota Administrasi Jakarta Selatan 3 20.06" in texts


def test_a_province_without_a_score_has_no_dot_between_the_goalposts() -> None:
    lines = of_goalposts(Language("en")).axes[1].lines
    assert [len(np.asarray(line.get_xdata())) for line in lines] == [2, 2, 2]
    assert list(np.asarray(lines[1].get_xdata())) == [5.0, 40.0]


def _dots(figure: Figure, position: int) -> int:
    groups = figure.axes[position].collections
    return sum(len(np.asarray(group.get_offsets())) for group in groups)
