"""What a notebook shows and says: escaped, accessible, marked where simulated, folded as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from markupsafe import Markup

from erat.plots import mark
from erat.report import carry_mark, download, folded, items, link, say, show, title

SHOW = import_module("erat.report.show")
BAD = "<b onclick='x'>&"


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is put out, piece by piece, as HTML."""
    out: list[str] = []
    monkeypatch.setattr(SHOW, "display", lambda shown: out.append(shown._repr_html_()))
    yield out
    mark.keep(None)


def test_values_are_escaped_everywhere(page: list[str]) -> None:
    say("{x}", x=BAD)
    say(BAD, kind="heading", anchor=BAD)
    say("{x}", x=BAD, kind="note")
    say("{x}", x=link(BAD, BAD))
    title("{x}", x=BAD)
    items([BAD])
    download(BAD, BAD, detail=BAD)
    show(pd.DataFrame({BAD: [BAD], "name": [BAD]}), caption=BAD, fold=BAD)
    show(pd.DataFrame([(BAD, BAD, BAD)]), kind="cards")
    with folded("{x}", BAD, x=BAD):
        say("{x}", x=BAD)
    assert len(page) >= 10
    for piece in page:
        assert "<b" not in piece
        assert "onclick='" not in piece
        assert "&lt;b" in piece or "BPS" in piece


def test_a_fold_holds_what_is_shown_inside_and_nothing_after(page: list[str]) -> None:
    with folded("outer", "a"):
        with folded("inner"):
            say("deep")
        say("shallow")
    say("after")
    inner = "<details><summary>inner</summary><p>deep</p></details>"
    outer = f'<details id="a"><summary>outer</summary>{inner}<p>shallow</p></details>'
    assert page == [outer, "<p>after</p>"]


def test_a_fold_that_fails_leaves_nothing_open(page: list[str]) -> None:
    with pytest.raises(ZeroDivisionError), folded("outer"):
        raise ZeroDivisionError
    say("after")
    assert page == ["<p>after</p>"]


def test_nothing_is_said_of_no_text_and_of_no_rows(page: list[str]) -> None:
    say("")
    show(pd.DataFrame({"name": []}), otherwise="no {what}", what="rows")
    assert page == ['<p class="small">no rows</p>']
    with pytest.raises(ValueError, match="row"):
        show(pd.DataFrame({"name": []}))


def test_a_figure_is_closed_and_needs_an_alternative_text(page: list[str]) -> None:
    for _ in range(2):
        fig, ax = plt.subplots(figsize=(4, 3))
        ax.plot([1, 2])
        show(fig, alt="Two points", source=False)
    assert plt.get_fignums() == []
    assert page[0] == page[1]
    assert 'alt="Two points" width="384" height="288"' in page[0]
    fig = plt.figure()
    with pytest.raises(ValueError, match="alt"):
        show(fig, alt=" ")
    plt.close(fig)


def test_tables_say_why_a_score_is_missing(page: list[str]) -> None:
    frame = pd.DataFrame(
        {
            "name": ["A", "B"],
            "score": [1.5, float("nan")],
            "score_low": [1.0, float("nan")],
            "score_high": [2.0, float("nan")],
            "score_missing": ["", "not assessed"],
        }
    )
    show(frame)
    assert '<th scope="col">Name</th>' in page[0]
    assert '<td data-label="Score" class="num">1.5\xa0(1.0–2.0)</td>' in page[0]
    assert '<td data-label="Score" class="num">not assessed</td>' in page[0]
    with pytest.raises(ValueError, match="without an interval"):
        show(frame[["name", "score"]])


def test_a_simulated_frame_marks_its_table_its_fold_and_all_once_carried(page: list[str]) -> None:
    frame = pd.DataFrame({"name": ["A"], "x": [1], "simulated": ["simulated"]})
    show(frame, caption="c", fold="f")
    assert "<summary>[simulated] f</summary>" in page[0]
    assert "<caption>[simulated] c</caption>" in page[0]
    assert "<td" in page[0]
    assert page[0].count('<th scope="col"') == 2
    show(frame.assign(simulated=""), caption="c")
    assert "[simulated]" not in page[1]
    carry_mark(frame)
    assert "Simulated answers" in page[2]
    fig = plt.figure()
    with pytest.raises(RuntimeError, match="without the word"):
        show(fig, alt="unmarked")
    plt.close(fig)
    carry_mark(frame.assign(simulated=""))
    say("{x}", x=Markup("<i>1</i>"))
    assert page[3:] == ["<p><i>1</i></p>"]
