"""Numbers on two axes: one measure against another, how differences spread, eigenvalues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from erat.locale import Language
from erat.plots.colours import ACCENT, GREY, INK, TEXT_GREY
from erat.plots.sheet import Sheet, limits, nice_ticks, tick_words, value_axis
from erat.plots.style import FAINT, SMALL, WIDTH, Look, point, styled
from erat.plots.text import PAD, line_height, text_height, text_width, widest, wrap

HEIGHT = 3.3  # height of the axes in inches
MOST_NAMED = 7
DOT = 0.045  # radius of a point in inches
Box = tuple[float, float, float, float]  # left, bottom, right, top


@styled
def scatter(
    x: pd.Series[float],
    y: pd.Series[float],
    lang: Language,
    *,
    names: Mapping[str, str],
    xlabel: str,
    ylabel: str,
    ranges: pd.DataFrame | None = None,
    note: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw a point a unit. Named are the extremes and the units farthest from the straight line, where
    there is room. All is indexed by unit id; only units with both values are drawn. ``ranges`` has
    columns ``low`` and ``high``, the interval of y.
    """
    table = pd.DataFrame({"x": x, "y": y}).dropna()
    ends = pd.DataFrame() if ranges is None else ranges.loc[table.index, ["low", "high"]]
    ylim = limits([*table["y"], *ends.to_numpy(dtype=float).ravel().tolist()], 0.09)
    left = PAD + widest(tick_words(lang, nice_ticks(*ylim))) + 0.1
    sheet, size = Sheet(lang), (WIDTH - PAD - 0.1 - left, HEIGHT)
    sheet.paragraph(ylabel, 0.06)
    ax = sheet.axes(left, sheet.top, *size)
    sheet.top += HEIGHT + line_height(SMALL) + 0.08
    below = wrap(xlabel)
    sheet.text(WIDTH - PAD, sheet.top, below, ha="right", multialignment="right")
    sheet.top += text_height(below) + 0.02
    ax.set(xlim=limits(list(table["x"]), 0.06), ylim=ylim)
    value_axis(ax.xaxis, lang)
    value_axis(ax.yaxis, lang)
    ax.grid()
    ax.tick_params(length=0)
    if len(ends):
        ax.vlines(table["x"], ends["low"], ends["high"], color=GREY, alpha=0.6, lw=1.2, zorder=1.5)
    ax.scatter(table["x"], table["y"], s=34, color=GREY, linewidths=0, zorder=2)
    _names(ax, table, size, {unit: names[unit] for unit in map(str, _notable(table))})
    return sheet.finish(source, note)


def _notable(table: pd.DataFrame) -> list[str]:
    """Return the extremes of both axes, then the units farthest from the straight line."""
    if len(table) < 3:
        return list(table.index)
    ends = [table["x"].idxmin(), table["x"].idxmax(), table["y"].idxmin(), table["y"].idxmax()]
    slope, start = np.polyfit(table["x"], table["y"], 1)
    away = (table["y"] - start - slope * table["x"]).abs()
    far = away.sort_values(ascending=False, kind="stable").index
    return list(dict.fromkeys([*ends, *far]))[:MOST_NAMED]


def _names(
    ax: Axes, table: pd.DataFrame, size: tuple[float, float], names: Mapping[str, str]
) -> None:
    """Write names beside their points, in inches from the axes' corner, where there is room."""
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    xs, ys = (table["x"] - x0) / (x1 - x0) * size[0], (table["y"] - y0) / (y1 - y0) * size[1]
    taken: list[Box] = [(a - DOT, b - DOT, a + DOT, b + DOT) for a, b in zip(xs, ys, strict=True)]
    for unit, name in names.items():
        extent = (text_width(name, SMALL), line_height(SMALL))
        box = place((float(xs[unit]), float(ys[unit])), extent, taken, (0.0, 0.0, *size))
        if box is not None:
            taken.append(box)
            x, y = box[0] / size[0], (box[1] + box[3]) / 2 / size[1]
            ax.text(x, y, name, transform=ax.transAxes, va="center", zorder=4, **FAINT)


def overlaps(one: Box, other: Box) -> bool:
    """Say whether two boxes share any area."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def place(
    point: tuple[float, float], size: tuple[float, float], taken: Sequence[Box], inside: Box
) -> Box | None:
    """Find a free box near a point: at its right, left, above, below, at a corner; or None."""
    (x, y), (width, height), gap = point, size, 0.06
    right, left = x + gap, x - gap - width
    above, below, middle = y + gap, y - gap - height, y - height / 2
    corners = [(right, middle), (left, middle), (x - width / 2, above), (x - width / 2, below)]
    sides = (x + gap / 2, x - gap / 2 - width), (above - gap / 2, below + gap / 2)
    for a, b in [*corners, *product(*sides)]:
        box = (a, b, a + width, b + height)
        fits = inside[0] <= box[0] and inside[1] <= box[1]
        fits = fits and box[2] <= inside[2] and box[3] <= inside[3]
        if fits and not any(overlaps(box, other) for other in taken):
            return box
    return None


BARS = 1.15  # height of one histogram in inches


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
    """Draw a histogram a group, under its title; zero is the middle of a bar.

    ``width`` is that of a bar, in the unit of the values; a line is drawn at ``limit`` on both
    sides of zero. ``ylabel`` says what is counted.
    """
    values = [part.dropna().to_numpy(dtype=float) for part in groups.values()]
    limit_lines = [limit, -limit] if limit else []
    every = np.concatenate([*values, limit_lines or [0.0]])
    low, high = np.floor(every.min() / width + 0.5), np.ceil(every.max() / width - 0.5)
    edges = width * (np.arange(low, high + 2) - 0.5)
    counts = [np.histogram(part, edges)[0] for part in values]
    ticks = [nice_ticks(0, float(count.max()) * 1.08, 3) for count in counts]
    words = [[lang.number(tick, 0) for tick in row] for row in ticks]
    left = PAD + 0.1 + widest([word for row in words for word in row])
    sheet = Sheet(lang)
    for head, count, marks in zip(groups, counts, zip(ticks, words, strict=True), strict=True):
        sheet.paragraph(head, 0.0, weight="bold")
        sheet.text(PAD, sheet.top, ylabel, **FAINT)
        sheet.top += line_height(SMALL) + 0.04
        ax = sheet.axes(left, sheet.top, WIDTH - PAD - 0.1 - left, BARS)
        ax.bar(edges[:-1] + width / 2, count, width=0.88 * width, color=INK, linewidth=0)
        ax.axvline(0.0, color=GREY, linewidth=0.8, zorder=0)
        for end in limit_lines:
            ax.axvline(end, color=ACCENT, linewidth=1.6)
        ax.set_xlim(edges[0], edges[-1])
        value_axis(ax.xaxis, lang)
        ax.set_yticks(*marks)
        ax.grid(axis="y")
        ax.tick_params(length=0)
        sheet.top += BARS + line_height(SMALL) + 0.16
    below = wrap(xlabel)
    sheet.text(WIDTH - PAD, sheet.top - 0.06, below, ha="right", multialignment="right")
    sheet.top += text_height(below)
    return sheet.finish(source)


SCREE = 1.0  # height of one set of axes in inches
EIGENVALUE: Look = {**point("o", INK, 5), "linewidth": 1.4, "linestyle": "-"}
NOISE: Look = {"color": ACCENT, "linewidth": 1.4, "linestyle": (0, (4, 2))}
ONE: Look = {"color": GREY, "linewidth": 1.2}


@styled
def scree_plots(
    tables: Mapping[str, pd.DataFrame], lang: Language, *, source: str | None = None
) -> Figure:
    """Draw the eigenvalues of one or more sets of indicators, one under another.

    ``tables`` are, by title, those of :func:`erat.coherence.scree`: indexed by component from 1,
    columns ``eigenvalue`` and ``noise``. A set without components is said to have too little data.
    """
    key = {
        lang.tr("eigenvalue"): EIGENVALUE,
        lang.tr("noise, 95%"): NOISE,
        lang.tr("one indicator's worth (1)"): ONE,
    }
    longest = max([len(table) for table in tables.values()] or [1])
    shown = [table[["eigenvalue", "noise"]] for table in tables.values()]
    most = 1.08 * max([1.0, *(float(table.max(axis=None)) for table in shown if len(table))])
    ticks = nice_ticks(0.0, most, 4)
    left = PAD + 0.1 + widest(tick_words(lang, ticks))
    sheet = Sheet(lang, key)
    sheet.top += 0.08
    for title, table in zip(tables, shown, strict=True):
        sheet.paragraph(title, 0.06, weight="bold")
        ax = sheet.axes(left, sheet.top, WIDTH - PAD - 0.1 - left, SCREE)
        ax.set_ylim(0, most)
        ax.set_yticks(ticks, tick_words(lang, ticks))
        ax.tick_params(length=0)
        ax.grid(axis="y")
        _eigenvalues(ax, table, longest, lang.tr("too little data"))
        sheet.top += SCREE + line_height(SMALL) + 0.1
    sheet.text(WIDTH - PAD, sheet.top - 0.04, lang.tr("Component"), ha="right")
    sheet.top += line_height()
    return sheet.finish(source)


def _eigenvalues(ax: Axes, table: pd.DataFrame, longest: int, empty: str) -> None:
    if not len(table):
        ax.set_xticks([])
        ax.text(0.5, 0.5, empty, transform=ax.transAxes, ha="center", color=TEXT_GREY)
        return
    components = np.arange(1, len(table) + 1)
    ax.axhline(1.0, **ONE)
    ax.plot(components, table["noise"], **NOISE)
    ax.plot(components, table["eigenvalue"], clip_on=False, zorder=3, **EIGENVALUE)
    ax.set_xlim(0.6, longest + 0.4)
    shown = components[:: int(np.ceil(longest / 12))]
    ax.set_xticks(shown, [str(i) for i in shown])
