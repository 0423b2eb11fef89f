"""Figures of what is certain: indices, pairs, chances."""

from __future__ import annotations

import numpy as np
from matplotlib.patches import Rectangle

from erat.locale import Language
from tests.plots.checks import words
from tests.plots.examples import (
    NAMES,
    UNITS,
    chances,
    factor_rows,
    interval_ranking,
    pairs,
    ranged_map,
    ranged_profile,
    ranking_frame,
    unit_factors,
)

ENGLISH = Language("en")


def test_every_factor_is_named_once_with_its_total_index() -> None:
    texts = words(unit_factors(ENGLISH))
    for label in set(factor_rows()["label"]):
        assert texts.count(label) == 1
    assert {"42", "98", "30", "1"} <= set(texts)


def test_a_factor_without_an_index_is_said_to_change_nothing() -> None:
    assert words(unit_factors(ENGLISH)).count("it changes nothing here") == 1


def test_each_tier_is_outlined_around_its_own_pairs() -> None:
    ax = pairs(ENGLISH).axes[-1]
    boxes = [p for p in ax.patches if isinstance(p, Rectangle)]
    assert [(box.get_x(), box.get_width()) for box in boxes] == [
        (start - 0.5, min(8, len(UNITS) - start)) for start in range(0, len(UNITS), 8)
    ]
    assert all(box.get_x() == box.get_y() for box in boxes)


def test_a_pair_of_one_province_has_no_colour() -> None:
    shares = pairs(ENGLISH).axes[-1].images[0].get_array()
    assert shares is not None
    assert np.ma.getmaskarray(np.ma.masked_invalid(shares)).diagonal().all()


def test_steps_rise_by_the_chance_of_each_rank() -> None:
    heights = chances(ENGLISH).axes[0].patches[0].get_data().values  # type: ignore[attr-defined]
    assert len(heights) == 38
    assert heights[0] == 0.3
    assert heights[-1] == 1.0


def test_the_middle_half_lies_inside_the_interval() -> None:
    ax = interval_ranking(ENGLISH).axes[0]
    thick = [line for line in ax.lines if line.get_linewidth() == 5.5]
    assert len(thick) == int(ranking_frame()["rank"].notna().sum())


def test_tiles_hold_intervals_where_they_are_given() -> None:
    assert sum("\N{EN DASH}" in word for word in words(ranged_map(ENGLISH))) == len(UNITS)


def test_a_score_of_a_profile_carries_its_interval() -> None:
    texts = words(ranged_profile(ENGLISH))
    assert "35.2 (30.0\N{EN DASH}40.1)" in texts
    assert NAMES["19"] in texts
