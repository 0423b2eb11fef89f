"""One measure of the units against another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from erat.locale import Language
from erat.plots.labels import Box, place
from erat.plots.sheet import PAD, Sheet, line_height, source_note, text_height, text_width, wrap
from erat.plots.style import (
    ACCENT,
    GREY,
    SMALL,
    TEXT_GREY,
    WIDTH,
    limits,
    nice_ticks,
    styled,
    tick_digits,
    value_axis,
)

HEIGHT = 3.3
DOT = 0.045
"""Radius of a point in inches."""


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
    highlight: str | None = None,
    labelled: Sequence[str] | None = None,
    note: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw a point a unit; the highlighted one and a few more are named.

    Parameters
    ----------
    x, y
        Indexed by unit id; only units with both values are drawn.
    xlabel, ylabel
        What is measured, with the unit.
    ranges
        Indexed by unit id: columns ``low`` and ``high``, the interval of y.
    labelled
        Units to name; if not given, the extremes and those farthest from the straight line. A
        name that finds no free place is left out.
    note
        Such as the correlation, in words.
    """
    table = pd.DataFrame({"x": x, "y": y}).dropna()
    title, below = wrap(ylabel, WIDTH - 2 * PAD), wrap(xlabel, WIDTH - 2 * PAD)
    ends = pd.DataFrame() if ranges is None else ranges.loc[table.index, ["low", "high"]]
    ylim = limits([*table["y"], *ends.to_numpy(dtype=float).ravel().tolist()], 0.09)
    ticks = nice_ticks(*ylim)
    words = [lang.number(tick, tick_digits(ticks)) for tick in ticks]
    left = PAD + max((text_width(word, SMALL) for word in words), default=0.0) + 0.1
    top = PAD + text_height(title) + 0.06
    under = line_height(SMALL) + 0.08
    notes = [note or "", source_note(lang, source)]
    sheet = Sheet(top + HEIGHT + under + text_height(below) + 0.02, notes)
    sheet.text(PAD, PAD, title)
    sheet.text(WIDTH - PAD, top + HEIGHT + under, below, ha="right", multialignment="right")
    ax = sheet.axes(left, top, WIDTH - PAD - 0.1 - left, HEIGHT)
    ax.set(xlim=limits(list(table["x"]), 0.06), ylim=ylim)
    value_axis(ax, lang, "x")
    value_axis(ax, lang, "y")
    ax.grid()
    ax.tick_params(length=0)
    if len(ends):
        ax.vlines(table["x"], ends["low"], ends["high"], color=GREY, alpha=0.6, lw=1.2, zorder=1.5)
    _points(ax, table, highlight)
    first = [highlight] if highlight in table.index else []
    chosen = dict.fromkeys([*first, *(_notable(table) if labelled is None else labelled)])
    _names(ax, table, [str(unit) for unit in chosen], names, highlight)
    return sheet.figure


def _points(ax: Axes, table: pd.DataFrame, highlight: str | None) -> None:
    others = table.drop(index=[highlight] if highlight in table.index else [])
    ax.scatter(others["x"], others["y"], s=34, color=GREY, linewidths=0, zorder=2)
    if highlight in table.index:
        own = table.loc[[highlight]]
        ax.scatter(own["x"], own["y"], s=60, color=ACCENT, linewidths=0, zorder=3)


def _notable(table: pd.DataFrame, most: int = 7) -> list[str]:
    """Return the extremes of both axes, then the units farthest from the straight line."""
    if len(table) < 3:
        return [str(unit) for unit in table.index]
    ends = [table["x"].idxmin(), table["x"].idxmax(), table["y"].idxmin(), table["y"].idxmax()]
    slope, start = np.polyfit(table["x"], table["y"], 1)
    far = (
        (table["y"] - start - slope * table["x"]).abs().sort_values(ascending=False, kind="stable")
    )
    return [str(unit) for unit in dict.fromkeys([*ends, *far.index])][:most]


def _names(
    ax: Axes,
    table: pd.DataFrame,
    units: Sequence[str],
    names: Mapping[str, str],
    highlight: str | None,
) -> None:
    """Write names beside their points, in inches from the axes' corner, where there is room."""
    figure = ax.get_figure(root=True)
    wide, tall = figure.get_size_inches() if figure else (WIDTH, HEIGHT)
    box = ax.get_position()
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    size = (box.width * wide, box.height * tall)
    xs = (table["x"] - x0) / (x1 - x0) * size[0]
    ys = (table["y"] - y0) / (y1 - y0) * size[1]
    taken: list[Box] = [(a - DOT, b - DOT, a + DOT, b + DOT) for a, b in zip(xs, ys, strict=True)]
    for unit in units:
        own = unit == highlight
        weight = "bold" if own else "normal"
        extent = (text_width(names[unit], SMALL, weight), line_height(SMALL))
        point = (float(xs[unit]), float(ys[unit]))
        far = [0.06, 0.14, 0.3, 0.5, 0.8, 1.2] if own else [0.06]
        boxes = (place(point, extent, taken, (0.0, 0.0, *size), gap) for gap in far)
        found = next((box for box in boxes if box is not None), None)
        if found is None:
            continue
        taken.append(found)
        _leader(ax, point, found, size, ACCENT if own else GREY)
        ax.text(
            found[0] / size[0],
            (found[1] + found[3]) / 2 / size[1],
            names[unit],
            transform=ax.transAxes,
            va="center",
            size=SMALL,
            weight=weight,
            color=ACCENT if own else TEXT_GREY,
            zorder=4,
        )


def _leader(
    ax: Axes, point: tuple[float, float], box: Box, size: tuple[float, float], colour: str
) -> None:
    """Join a point with its name where the name had to stand farther away."""
    near = (min(max(point[0], box[0]), box[2]), min(max(point[1], box[1]), box[3]))
    if max(abs(near[0] - point[0]), abs(near[1] - point[1])) > 0.1:
        xs, ys = (point[0] / size[0], near[0] / size[0]), (point[1] / size[1], near[1] / size[1])
        ax.plot(xs, ys, color=colour, linewidth=0.9, transform=ax.transAxes, zorder=2.5)
