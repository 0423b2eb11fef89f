"""How many things a set of indicators measures: eigenvalues beside those of noise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from erat.locale import Language
from erat.plots.sheet import (
    PAD,
    Sheet,
    draw_key,
    key_height,
    line_height,
    source_note,
    text_height,
    text_width,
    wrap,
)
from erat.plots.style import (
    ACCENT,
    GREY,
    INK,
    SMALL,
    TEXT_GREY,
    WIDTH,
    nice_ticks,
    number,
    styled,
    tick_digits,
)

HEIGHT = 1.0
"""Height of one set of axes in inches."""


@styled
def scree_plots(
    tables: Mapping[str, pd.DataFrame],
    lang: Language,
    *,
    note: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw the eigenvalues of one or more sets of indicators, one under another.

    Parameters
    ----------
    tables
        By title: indexed by component from 1, columns ``eigenvalue`` and ``noise``, as
        :func:`erat.coherence.scree` gives it. Of a set without components it is
        said that there is too little data.
    """
    longest = max([len(table) for table in tables.values()] or [1])
    words = [lang.tr("eigenvalue"), lang.tr("noise, 95%"), lang.tr("one indicator's worth (1)")]
    heads = {title: wrap(title, WIDTH - 2 * PAD, weight="bold") for title in tables}
    under = line_height(SMALL) + 0.1
    shown = {title: table[["eigenvalue", "noise"]] for title, table in tables.items()}
    most = 1.08 * max([1.0, *(float(t.max().max()) for t in shown.values() if len(t))])
    ticks = nice_ticks(0.0, most, 4)
    marks = [number(lang, tick, tick_digits(ticks)) for tick in ticks]
    left = PAD + 0.1 + max(text_width(mark, SMALL) for mark in marks)
    top = PAD + key_height(words) + 0.08
    body = sum(text_height(head) + 0.06 + HEIGHT + under for head in heads.values())
    label = lang.tr("Component")
    sheet = Sheet(top + body + line_height(), [note or "", source_note(lang, source)])
    draw_key(sheet, PAD, _marks(), words)
    for title, table in shown.items():
        sheet.text(PAD, top, heads[title], weight="bold")
        top += text_height(heads[title]) + 0.06
        ax = sheet.axes(left, top, WIDTH - PAD - 0.1 - left, HEIGHT)
        ax.set_ylim(0, most)
        ax.set_yticks(ticks, marks)
        _one(ax, table, longest, lang.tr("too little data"))
        top += HEIGHT + under
    sheet.text(WIDTH - PAD, top - 0.04, label, ha="right")
    return sheet.figure


def _one(ax: Axes, table: pd.DataFrame, longest: int, empty: str) -> None:
    ax.tick_params(length=0)
    ax.grid(axis="y")
    if not len(table):
        ax.set_xticks([])
        ax.text(0.5, 0.5, empty, transform=ax.transAxes, ha="center", color=TEXT_GREY)
        return
    components = np.arange(1, len(table) + 1)
    eigenvalue, noise, one = _marks()
    ax.axhline(1.0, **one)
    ax.plot(components, table["noise"], **noise)
    ax.plot(components, table["eigenvalue"], clip_on=False, zorder=3, **eigenvalue)
    ax.set_xlim(0.6, longest + 0.4)
    step = int(np.ceil(longest / 12))
    ax.set_xticks(components[::step], [str(i) for i in components[::step]])


def _marks() -> list[dict[str, Any]]:
    dot = {"marker": "o", "markersize": 5, "markeredgewidth": 0}
    return [
        {"color": INK, "linewidth": 1.4, **dot},
        {"color": ACCENT, "linewidth": 1.4, "linestyle": (0, (4, 2)), "marker": ""},
        {"color": GREY, "linewidth": 1.2, "marker": ""},
    ]
