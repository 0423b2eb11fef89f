from __future__ import annotations

from erat.locale import Language
from tests.plots.checks import words
from tests.plots.examples import LONG, NAMES, bars, factor_rows, factors, unit_factors

ENGLISH = Language("en")


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
