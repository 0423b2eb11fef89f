from __future__ import annotations

import numpy as np

from erat.locale import Language
from tests.plots.checks import words
from tests.plots.examples import (
    UNITS,
    chances,
    interval_ranking,
    own_ranks,
    ranking,
    ranking_frame,
    tiered_ranking,
)

ENGLISH = Language("en")


def test_all_provinces_are_named_in_the_order_of_their_ranks() -> None:
    by_rank = ranking_frame().sort_values(["rank", "name"])["name"]
    assert [text for text in words(ranking(ENGLISH)) if text in {*by_rank}] == list(by_rank)


def test_a_province_without_a_rank_has_no_dot_and_ranges_reach_from_low_to_high() -> None:
    lines = ranking(ENGLISH).axes[0].lines
    assert sum(line.get_marker() == "o" for line in lines) == len(UNITS) - 1
    ranges = [np.asarray(line.get_xdata()) for line in lines if line.get_marker() != "o"]
    frame = ranking_frame().dropna()[["low", "high"]]
    assert sorted(map(tuple, ranges)) == sorted(frame.itertuples(index=False, name=None))


def test_tiers_are_headed_once_and_the_unranked_stand_last() -> None:
    texts = words(tiered_ranking(ENGLISH))
    heads = [text for text in texts if text in {"Low", "Middle", "High", "Not ranked"}]
    assert heads == ["High", "Middle", "Low", "Not ranked"]


def test_the_middle_half_is_drawn_of_every_rank() -> None:
    thick = [one for one in interval_ranking(ENGLISH).axes[0].lines if one.get_linewidth() == 5.5]
    assert len(thick) == int(ranking_frame()["rank"].notna().sum())


def test_each_rank_of_a_province_is_written_under_its_factor_once() -> None:
    texts = words(own_ranks(ENGLISH))
    assert texts.count("Normalisasi") == texts.count("Tanpa") == 1
    assert {"16", "17"} <= set(texts)


def test_steps_rise_by_the_chance_of_each_rank() -> None:
    heights = chances(ENGLISH).axes[0].patches[0].get_data().values  # type: ignore[attr-defined]
    assert (len(heights), heights[0], heights[-1]) == (38, 0.3, 1.0)
    assert (np.diff(heights) > 0).all()
