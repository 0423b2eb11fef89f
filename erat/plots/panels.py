"""Panels one under another: how differences spread, and eigenvalues beside those of noise."""

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
    styled,
    tick_digits,
)

HEIGHT = 1.15
"""Height of one histogram in inches."""


@styled
def histogram(
    groups: Mapping[str, pd.Series[float]],
    lang: Language,
    *,
    width: float,
    xlabel: str,
    ylabel: str,
    limit: float | None = None,
    source: str | None = None,
) -> Figure:
    """Draw a histogram a group; zero is the middle of a bar.

    Parameters
    ----------
    groups
        Title of a histogram to its values.
    width
        Width of a bar, in the unit of the values.
    xlabel, ylabel
        What is measured, with its unit, and what is counted.
    limit
        Where to draw a line on both sides of zero.
    """
    values = {head: part.dropna().to_numpy(dtype=float) for head, part in groups.items()}
    edges = _edges(np.concatenate([*values.values(), [limit or 0.0, -(limit or 0.0)]]), width)
    heads = {head: wrap(head, WIDTH - 2 * PAD, weight="bold") for head in values}
    counts = {head: np.histogram(part, edges)[0] for head, part in values.items()}
    ticks = {head: nice_ticks(0, float(count.max()) * 1.08, 3) for head, count in counts.items()}
    words = [lang.number(tick, 0) for found in ticks.values() for tick in found]
    left = PAD + 0.1 + max(text_width(word, SMALL) for word in words)
    above = line_height(SMALL) + 0.04
    below, under = wrap(xlabel, WIDTH - 2 * PAD), line_height(SMALL) + 0.08
    body = sum(text_height(head) + above + HEIGHT + under + 0.08 for head in heads.values())
    sheet = Sheet(PAD + body + text_height(below), [source_note(lang, source)])
    top = PAD
    for head, count in counts.items():
        sheet.text(PAD, top, heads[head], weight="bold")
        top += text_height(heads[head])
        sheet.text(PAD, top, ylabel, size=SMALL, color=TEXT_GREY)
        top += above
        ax = sheet.axes(left, top, WIDTH - PAD - 0.1 - left, HEIGHT)
        _bars(ax, edges, count, limit)
        _ticks(ax, edges, ticks[head], lang)
        top += HEIGHT + under + 0.08
    sheet.text(WIDTH - PAD, top - 0.06, below, ha="right", multialignment="right")
    return sheet.figure


def _edges(values: np.ndarray, width: float) -> np.ndarray:
    """Return edges of bars of one width that hold all values; one bar is centred on zero."""
    low, high = np.floor(values.min() / width + 0.5), np.ceil(values.max() / width - 0.5)
    return np.asarray(width * (np.arange(low, high + 2) - 0.5))


def _bars(ax: Axes, edges: np.ndarray, count: np.ndarray, limit: float | None) -> None:
    width = edges[1] - edges[0]
    ax.bar(edges[:-1] + width / 2, count, width=0.88 * width, color=INK, linewidth=0)
    ax.axvline(0.0, color=GREY, linewidth=0.8, zorder=0)
    for end in (limit, -limit) if limit else ():
        ax.axvline(end, color=ACCENT, linewidth=1.6)


def _ticks(ax: Axes, edges: np.ndarray, counts: list[float], lang: Language) -> None:
    ax.set(xlim=(edges[0], edges[-1]))
    marks = nice_ticks(float(edges[0]), float(edges[-1]))
    ax.set_xticks(marks, [lang.number(mark, tick_digits(marks)) for mark in marks])
    ax.set_yticks(counts, [lang.number(mark, 0) for mark in counts])
    ax.grid(axis="y")
    ax.tick_params(length=0)


SCREE = 1.0
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
    marks = [lang.number(tick, tick_digits(ticks)) for tick in ticks]
    left = PAD + 0.1 + max(text_width(mark, SMALL) for mark in marks)
    top = PAD + key_height(words) + 0.08
    body = sum(text_height(head) + 0.06 + SCREE + under for head in heads.values())
    label = lang.tr("Component")
    sheet = Sheet(top + body + line_height(), [note or "", source_note(lang, source)])
    draw_key(sheet, PAD, _scree_marks(), words)
    for title, table in shown.items():
        sheet.text(PAD, top, heads[title], weight="bold")
        top += text_height(heads[title]) + 0.06
        ax = sheet.axes(left, top, WIDTH - PAD - 0.1 - left, SCREE)
        ax.set_ylim(0, most)
        ax.set_yticks(ticks, marks)
        _eigenvalues(ax, table, longest, lang.tr("too little data"))
        top += SCREE + under
    sheet.text(WIDTH - PAD, top - 0.04, label, ha="right")
    return sheet.figure


def _eigenvalues(ax: Axes, table: pd.DataFrame, longest: int, empty: str) -> None:
    ax.tick_params(length=0)
    ax.grid(axis="y")
    if not len(table):
        ax.set_xticks([])
        ax.text(0.5, 0.5, empty, transform=ax.transAxes, ha="center", color=TEXT_GREY)
        return
    components = np.arange(1, len(table) + 1)
    eigenvalue, noise, one = _scree_marks()
    ax.axhline(1.0, **one)
    ax.plot(components, table["noise"], **noise)
    ax.plot(components, table["eigenvalue"], clip_on=False, zorder=3, **eigenvalue)
    ax.set_xlim(0.6, longest + 0.4)
    step = int(np.ceil(longest / 12))
    ax.set_xticks(components[::step], [str(i) for i in components[::step]])


def _scree_marks() -> list[dict[str, Any]]:
    dot = {"marker": "o", "markersize": 5, "markeredgewidth": 0}
    return [
        {"color": INK, "linewidth": 1.4, **dot},
        {"color": ACCENT, "linewidth": 1.4, "linestyle": (0, (4, 2)), "marker": ""},
        {"color": GREY, "linewidth": 1.2, "marker": ""},
    ]
