"""Tables and pictures of the methodology notebooks."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from erat.report.exhibit import listed, picture, printed, verbatim


def test_numbers_are_rounded_and_years_are_not_parted() -> None:
    frame = pd.DataFrame(
        {"first_year": [2010], "values": [12345], "share": [-1.23456], "passes": [np.True_]}
    )
    assert repr(listed(frame, 1)).split() == [
        "First", "year", "Values", "Share", "Passes", "2010", "12,345", "−1.2", "yes",
    ]  # fmt: skip


def test_noise_in_the_last_digits_changes_no_text() -> None:
    frame = pd.DataFrame({"a": [0.1 + 0.2, 1 / 3]})
    assert repr(listed(frame)) == repr(listed(frame + 1e-13))


def test_columns_of_several_units_keep_four_digits() -> None:
    frame = pd.DataFrame({"a": [250000.0, 9095.4, 67.4, 0.38934, 36.0]})
    assert repr(listed(frame, None)).split()[1:] == ["250,000", "9,095", "67.4", "0.3893", "36"]


def test_digits_may_be_given_by_column() -> None:
    frame = pd.DataFrame({"a": [1.0], "b": [1.0]})
    assert repr(listed(frame, {"a": 0})).split() == ["A", "B", "1", "1.00"]


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_a_missing_cell_is_a_dash(missing: object) -> None:
    shown = repr(listed(pd.DataFrame({"a": [1.5, np.nan], "b": ["x", missing]})))
    assert shown.split()[-2:] == ["–", "–"]


def test_the_html_holds_the_same_texts_escaped() -> None:
    shown = listed(pd.DataFrame({"name": ["<b> & co"], "value": [2.0]}))._repr_html_()
    assert "<td" in shown
    assert "&lt;b&gt; &amp; co" in shown
    assert '<td class="num">2.00</td>' in shown
    assert "<b>" not in shown


def test_a_picture_carries_its_alternative_text() -> None:
    figure = Figure(figsize=(1, 1))
    data, metadata = picture(figure, "A square")._repr_png_()
    assert metadata == {"alt": "A square"}
    assert data == picture(figure, "A square")._repr_png_()[0]


def test_a_line_does_not_break_inside_an_interval() -> None:
    shown = listed(pd.DataFrame({"rank": ["2 (1–3)"], "span": ["a–b"]}))
    assert "2 (1–3)" in repr(shown)
    html = shown._repr_html_()
    assert "2 (1–\N{WORD JOINER}3)" in html
    assert "a–b" in html


def test_a_command_is_shown_with_what_it_prints(tmp_path: Path) -> None:
    said = printed("erat \\\n  --help", tmp_path)
    assert said.startswith("$ erat \\\n  --help\n")
    assert "uncertainty" in said
    assert "```text\n$ erat" in verbatim(said).data


def test_only_commands_of_erat_that_succeed_are_shown(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected a command of erat"):
        printed("ls", tmp_path)
    with pytest.raises(subprocess.CalledProcessError):
        printed("erat index missing.csv --framework missing.csv --out OUT", tmp_path)
