"""How much of the room between its goalposts an indicator uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from erat.locale import Language
from erat.plots.sheet import PAD, Sheet, draw_key, key_height, source_note
from erat.plots.strip import StripText
from erat.plots.style import GREY, INK, PALE, styled

BAND: dict[str, Any] = {"linewidth": 8, "solid_capstyle": "butt"}
DOT: dict[str, Any] = {"marker": "o", "markersize": 5, "markeredgewidth": 0, "linestyle": "none"}


@styled
def goalpost_strips(
    scores: pd.DataFrame,
    observed: pd.DataFrame,
    lang: Language,
    *,
    labels: Mapping[str, str],
    ends: Mapping[str, tuple[str, str]],
    words: tuple[str, str, str],
    source: str | None = None,
) -> Figure:
    """Draw a strip an indicator, from its worse goalpost at the left to the better at the right.

    Parameters
    ----------
    scores
        Units by indicators, 0 to 100 between the goalposts.
    observed
        Indexed by indicator; columns ``worst`` and ``best``: the scores reached in any year.
    labels
        By indicator: its name.
    ends
        By indicator: what to write at the worse and at the better goalpost.
    words
        In the language: the room between the goalposts, the range observed, a unit.
    """
    rows = {
        str(code): StripText.fit(labels[str(code)], "", "", *ends[str(code)])
        for code in scores.columns
    }
    top = PAD + key_height(words) + 0.08
    sheet = Sheet(top + sum(row.height for row in rows.values()), [source_note(lang, source)])
    marks = [{**BAND, "color": PALE}, {**BAND, "color": GREY}, {**DOT, "color": INK}]
    draw_key(sheet, PAD, marks, words)
    for code, row in rows.items():
        ax = row.draw(sheet, top)
        _strip(ax, scores[code].dropna(), observed.loc[code])
        top += row.height
    return sheet.figure


def _strip(ax: Axes, scores: pd.Series[float], reached: pd.Series[float]) -> None:
    ax.set(xlim=(-1, 101), ylim=(0, 1))
    ax.set_axis_off()
    ax.plot([0, 100], [0.5, 0.5], color=PALE, **BAND)
    ax.plot([reached["worst"], reached["best"]], [0.5, 0.5], color=GREY, **BAND)
    ax.plot(scores, [0.5] * len(scores), color=INK, alpha=0.75, zorder=3, **DOT)
