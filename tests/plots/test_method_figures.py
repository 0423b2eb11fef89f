"""Figures about the method: choices, overlap, coverage."""

from __future__ import annotations

import numpy as np

from erat.locale import Language
from tests.plots.checks import words
from tests.plots.examples import (
    LONG,
    NAMES,
    UNITS,
    choices,
    cloud,
    coverage,
    factors,
    own_ranks,
    ranks,
)


def test_every_rank_of_every_choice_is_written() -> None:
    texts = words(choices(Language("en")))
    assert sum(text.isdigit() for text in texts) == 9 * len(UNITS)
    names = [text for text in texts if text in NAMES.values()]
    assert names == [NAMES[str(unit)] for unit in ranks(0).sort_values().index]


def test_headings_too_long_are_letters_that_a_list_explains() -> None:
    texts = words(choices(Language("en")))
    for letter, said in (("B", "Skor z"), ("C", f"Tanpa {LONG.lower()}")):
        assert texts.count(letter) == 2
        assert texts[texts.index(letter, texts.index("A")) :].count(said) == 1


def test_the_largest_effect_stands_first() -> None:
    texts = words(factors(Language("en")))
    heads = [text for text in texts if text.startswith(("Norm", "Agr", "Tanpa"))]
    assert heads == [f"Tanpa {LONG.lower()}", "Normalisasi", "Agregasi"]
    assert f"2.3; most 14 ({NAMES['19']})" in texts


def test_each_rank_of_a_province_is_written_under_its_factor_once() -> None:
    texts = words(own_ranks(Language("en")))
    assert texts.count("Normalisasi") == texts.count("Tanpa") == 1
    assert {"16", "17"} <= set(texts)


def test_the_highlighted_point_is_named_even_in_a_crowd() -> None:
    figure = cloud(Language("en"))
    assert NAMES["19"] in words(figure)
    points = sum(len(np.asarray(group.get_offsets())) for group in figure.axes[0].collections)
    assert points == len(UNITS)


def test_coverage_tells_none_some_most_and_all_apart() -> None:
    figure = coverage(Language("en"))
    steps = np.asarray(figure.axes[0].collections[0].get_array())
    assert steps.shape == (5, 16)
    assert list(steps[0, :4]) == [0, 1, 2, 3]
