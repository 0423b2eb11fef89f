"""What the figure of sub-units and indicators says in numbers."""

from __future__ import annotations

import pandas as pd

from erat.locale import Language
from erat.plots import unit_heat
from tests.plots.checks import words

FRAME = pd.DataFrame({"x": [-1.234, 0.5], "y": [0.0, 2.0]}, index=["a", "b"])


def drawn(frame: pd.DataFrame, lang: str = "en") -> list[str]:
    names = {"a": "Kab. A", "b": "Kota B"}
    labels = {str(code): str(code).upper() for code in frame.columns}
    return words(unit_heat(frame, Language(lang), names=names, labels=labels, foot="All"))


def test_cells_and_sums_are_written() -> None:
    found = drawn(FRAME)
    assert {"−1.23", "+0.50", "0.00", "+2.00"} <= set(found)
    assert found.count("+2.50") == 1
    assert {"−0.73", "+1.27", "All", "Kab. A", "Kota B", "X", "Y"} <= set(found)


def test_numbers_are_those_of_the_language_and_large_sums_have_one_decimal() -> None:
    assert "−12,3" in drawn(FRAME * 10, "id")
    assert "+25,0" in drawn(FRAME * 10, "id")


def test_narrow_cells_have_sums_only() -> None:
    wide = pd.DataFrame({f"c{k}": [0.25, 0.5] for k in range(9)}, index=["a", "b"])
    found = drawn(wide)
    assert "+0.25" not in found
    assert found.count("+0.75") == 9
    assert {"+2.25", "+4.50", "+6.75"} <= set(found)


def test_a_figure_of_nothing_but_zeros_is_drawn() -> None:
    assert "0.00" in drawn(FRAME * 0)
