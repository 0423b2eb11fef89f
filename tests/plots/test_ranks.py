from __future__ import annotations

import numpy as np

from erat.locale import Language
from tests.plots.checks import words
from tests.plots.examples import (
    LONG,
    NAMES,
    UNITS,
    bars,
    chances,
    factor_rows,
    factors,
    interval_ranking,
    own_ranks,
    ranking,
    ranking_frame,
    tiered_ranking,
    unit_factors,
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


def test_bars_are_sorted_signed_and_add_up() -> None:
    texts = words(bars(ENGLISH))
    signed = [text for text in texts if text[0] in "+−" or text == "0.0"]
    assert signed == ["+4.5", "0.0", "−2.0", "−7.2", "−4.8"]
    assert "All together (−6.0 to −3.5)" in texts


def test_the_largest_effect_stands_first() -> None:
    texts = words(factors(ENGLISH))
    heads = [text for text in texts if text.startswith(("Norm", "Agr", "Tanpa"))]
    assert heads == [f"Tanpa {LONG.lower()}", "Normalisasi", "Agregasi"]
    assert f"2.3; most 14 ({NAMES['19']})" in texts


def test_every_factor_is_named_once_with_its_total_index_or_changes_nothing() -> None:
    texts = words(unit_factors(ENGLISH))
    assert {texts.count(label) for label in factor_rows()["label"]} == {1}
    assert {"42", "98", "30", "1"} <= set(texts)
    assert texts.count("it changes nothing here") == 1
