"""Pieces of a page: escaped, accessible, the same bytes for the same content."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from erat.report import page


def test_values_are_escaped_everywhere() -> None:
    bad = "<b onclick='x'>&"
    pieces = [
        page.text(bad),
        page.heading(bad, anchor=bad),
        page.section(bad, title=bad),
        page.note(bad),
        page.items([bad]),
        page.link(bad, bad),
        page.download(bad, bad, bad),
        page.card(bad, bad, bad),
        page.details(bad, bad),
        page.table(pd.DataFrame({bad: [bad]}), caption=bad),
        page.join([bad]),
    ]
    for piece in pieces:
        assert "<b" not in piece._repr_html_()
        assert "onclick='" not in piece._repr_html_()
        assert "&lt;b" in piece._repr_html_()


def test_pieces_stay_whole_inside_others() -> None:
    inner = page.strong("a")
    assert page.text("x ", inner)._repr_html_() == "<p>x <strong>a</strong></p>"


def test_piece_does_not_show_its_markup_as_text() -> None:
    assert repr(page.text("a")) == "<Html, 8 characters>"


def draw() -> page.Html:
    fig, ax = plt.subplots(figsize=(4, 3))
    ax.plot([1, 2])
    return page.figure(fig, alt="Two points", caption="Source: BPS")


def test_figure_is_closed_and_the_same_each_time() -> None:
    first, second = draw(), draw()
    assert first == second
    assert plt.get_fignums() == []
    assert 'alt="Two points" width="384" height="288"' in first._repr_html_()


def test_figure_without_alternative_text_is_refused() -> None:
    fig = plt.figure()
    with pytest.raises(ValueError, match="alternative"):
        page.figure(fig, alt=" ")
    plt.close(fig)


def test_table_has_headers_numbers_and_dashes() -> None:
    frame = pd.DataFrame({"Name": ["A", "B"], "Score": [1.5, float("nan")]})
    html = page.table(frame)._repr_html_()
    assert '<th scope="col">Name</th>' in html
    assert '<th scope="row">A</th><td data-label="Score" class="num">1.5</td>' in html
    assert '<td data-label="Score" class="num">–</td>' in html


def test_empty_table_is_refused() -> None:
    with pytest.raises(ValueError, match="row"):
        page.table(pd.DataFrame({"a": []}))
