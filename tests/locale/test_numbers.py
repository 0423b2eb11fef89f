"""Numbers in text, with sign, per cent and interval, in both languages."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from erat.locale import Estimate, Language, written

ENGLISH, INDONESIAN = Language("en"), Language("id")


@pytest.mark.parametrize(
    ("value", "spec", "english", "indonesian"),
    [
        (3.25, "+.1", "+3.2", "+3,2"),
        (-3.25, "+.1", "−3.2", "−3,2"),
        (0.04, "+.1", "0.0", "0,0"),
        (16384, ",", "16,384", "16.384"),
        (2024, "", "2024", "2024"),
        (0.256, ".0%", "26%", "26%"),
        (float("nan"), ".1", "–", "–"),
        (Estimate(31, 25, 33, digits=0), "", "31\xa0(25–33)", "31\xa0(25–33)"),
        (Estimate(-1.5, -2, 0.5), "+.1", "−1.5\xa0(−2.0\xa0to\xa0+0.5)",
         "−1,5\xa0(−2,0\xa0sampai\xa0+0,5)"),
        ("Riau", "", "Riau", "Riau"),
    ],
)  # fmt: skip
def test_number_is_written(value: object, spec: str, english: str, indonesian: str) -> None:
    assert written(ENGLISH, value, spec) == english
    assert written(INDONESIAN, value, spec) == indonesian


def test_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected a format such as"):
        written(ENGLISH, 1.0, "x")


def test_values_are_escaped_on_a_page_and_markup_is_not() -> None:
    made = ENGLISH.markup("{a} < {b}", a="<i>", b=Markup("<b>1</b>"))
    assert made == "&lt;i&gt; &lt; <b>1</b>"
    assert ENGLISH.tr("{a}", a="<i>") == "<i>"
