"""A unit over the years beside the median; nothing is joined across a break in a series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.optimize import isotonic_regression

from erat.locale import Estimate, Language, written
from erat.plots.colours import ACCENT, GREY, TEXT_GREY
from erat.plots.sheet import Sheet, limits, nice_ticks, tick_words, value_axis
from erat.plots.style import FAINT, SIZE, SMALL, WIDTH, Look, point, styled
from erat.plots.text import PAD, ROOM, line_height, text_height, widest, wrap

Breaks = Sequence[tuple[int, str]]
"""(year, reason): something changed between the year before and this one."""
HEIGHT = 2.3
SMALL_HEIGHT = 1.15
LABEL_ROOM = 1.2
LINES: dict[str, Look] = {
    "value": point("o", ACCENT, 5, linewidth=2.2, linestyle="-", zorder=4),
    "compare": point("o", GREY, 4, linewidth=1.8, linestyle="-", zorder=3),
}
"""Columns of the unit and of what it is compared with, and their looks."""


@styled
def trend_lines(
    frame: pd.DataFrame,
    lang: Language,
    *,
    label: str,
    name: str,
    compare: str | None = None,
    breaks: Breaks = (),
    source: str | None = None,
) -> Figure:
    """Draw one measure of a province over the years, and the median of all provinces.

    The frame has a row a year: columns ``year``, ``value``, ``segment`` (years of one segment are
    joined) and optionally ``compare`` (the value of the comparison in the year), ``low`` and
    ``high`` (the interval of the value, drawn as a band), ``compare_low`` and ``compare_high``.
    ``breaks`` are the years in which the series changed and why; numbered in the figure, explained
    under it.
    """
    sheet = Sheet(lang)
    sheet.paragraph(label, line_height(SMALL) if breaks else 0.06)
    measured = ("value", "compare", "low", "high", "compare_low", "compare_high")
    ylim = limits(frame.filter(items=measured).to_numpy(dtype=float).ravel().tolist(), 0.08)
    left = PAD + widest(tick_words(lang, nice_ticks(*ylim))) + 0.1
    right = WIDTH - LABEL_ROOM - PAD
    ax = sheet.axes(left, sheet.top, right - left, HEIGHT)
    _frame(ax, frame["year"], ylim, lang, (6, 5))
    _band(ax, frame, "compare_", GREY)
    _band(ax, frame, "", ACCENT)
    _lines(ax, frame)
    for number, (year, _) in enumerate(breaks, start=1):
        _break(ax, year, number)
    names = {"value": name, "compare": compare or lang.tr("median of all provinces")}
    _end_labels(sheet, right + 0.04, ylim, frame, names)
    sheet.top += HEIGHT + line_height(SMALL) + 0.08
    return sheet.finish(source, *_break_notes(lang, breaks))


@styled
def small_multiples(
    frame: pd.DataFrame,
    lang: Language,
    *,
    labels: Mapping[str, str],
    units: Mapping[str, str],
    name: str,
    compare: str,
    breaks: Mapping[str, Breaks],
) -> Figure:
    """Draw several measures, two beside each other, each with its own scale.

    The frame has columns ``indicator`` and, as for :func:`trend_lines`, ``year``, ``value``,
    ``segment`` and optionally ``compare``. Panels share the years and stand in the order in which
    the indicators first occur. ``breaks`` are by indicator, numbered through the whole figure.
    """
    parts = {str(code): part for code, part in frame.groupby("indicator", sort=False)}
    codes, column = list(parts), (ROOM - 0.2) / 2
    broken = {code: list(breaks.get(code, ())) for code in parts}
    known = list(dict.fromkeys(one for some in broken.values() for one in some))
    sheet = Sheet(lang, dict(zip((name, compare), LINES.values(), strict=True)))
    sheet.top += 0.06
    for row in [codes[i : i + 2] for i in range(0, len(codes), 2)]:
        tall = 0.0
        for left, code in zip((PAD, PAD + column + 0.2), row, strict=False):
            title, unit = wrap(labels[code], column, SIZE, "bold"), wrap(units[code], column, SMALL)
            sheet.text(left, sheet.top, title, weight="bold")
            sheet.text(left, sheet.top + text_height(title), unit, **FAINT)
            tall = max(tall, text_height(title) + text_height(unit, SMALL))
        sheet.top += tall + (line_height(SMALL) if any(broken[code] for code in row) else 0.08)
        for left, code in zip((PAD, PAD + column + 0.2), row, strict=False):
            values = parts[code].filter(items=LINES).to_numpy(dtype=float)
            ylim = limits(values.ravel().tolist(), 0.08)
            gutter = widest(tick_words(lang, nice_ticks(*ylim, 4)))
            size = (column - gutter - 0.2, SMALL_HEIGHT)
            ax = sheet.axes(left + gutter + 0.08, sheet.top, *size)
            _frame(ax, frame["year"], ylim, lang, (3, 4))
            _lines(ax, parts[code])
            for one in broken[code]:
                _break(ax, one[0], known.index(one) + 1)
        sheet.top += SMALL_HEIGHT + line_height(SMALL) + 0.2
    return sheet.finish(None, *_break_notes(lang, known))


def _break_notes(lang: Language, breaks: Breaks) -> list[str]:
    """Explain the numbers of the breaks."""
    return [
        lang.tr("({number}) break before {year}: {reason}", number=i, year=year, reason=reason)
        for i, (year, reason) in enumerate(breaks, start=1)
    ]


def _frame(
    ax: Axes,
    years: pd.Series[int],
    ylim: tuple[float, float],
    lang: Language,
    most: tuple[int, int],
) -> None:
    """Set the ends of the axes, and at the most so many years and values on them."""
    first, last = int(years.min()), int(years.max())
    ax.set(xlim=(first - 0.4, last + 0.4), ylim=ylim)
    step = next(n for n in (1, 2, 3, 4, 5, 10, 20, 50) if (last - first) / n <= most[0])
    ticks = list(range(last, first - 1, -step))[::-1]
    if ticks[0] - first >= step * 0.75:
        ticks.insert(0, first)
    ax.set_xticks(ticks, [str(tick) for tick in ticks])
    value_axis(ax.yaxis, lang, most[1])
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0, pad=2)
    ax.tick_params(axis="x", pad=2)


def _segments(frame: pd.DataFrame, *columns: str) -> list[pd.DataFrame]:
    """Return the years of each segment that have values, in order; none without the columns."""
    if not {*columns} <= {*frame}:
        return []
    parts = frame.sort_values("year").groupby("segment", sort=True)
    return [part.dropna(subset=list(columns)) for _, part in parts]


def _band(ax: Axes, frame: pd.DataFrame, name: str, colour: str) -> None:
    """Draw an interval, a stretch for each segment; a bar where it is one year."""
    low, high = f"{name}low", f"{name}high"
    for part in _segments(frame, low, high):
        if len(part) == 1:
            year, *ends = part[["year", low, high]].to_numpy(dtype=float)[0].tolist()
            ax.plot([year, year], ends, color=colour, alpha=0.25, linewidth=6)
        else:
            look: Look = {"color": colour, "alpha": 0.2, "linewidth": 0}
            ax.fill_between(part["year"], part[low], part[high], **look)


def _lines(ax: Axes, frame: pd.DataFrame) -> None:
    for column, look in LINES.items():
        for part in _segments(frame, column):
            ax.plot(part["year"], part[column], **look)


def _break(ax: Axes, year: int, number: int) -> None:
    ax.axvline(year - 0.5, color=TEXT_GREY, linewidth=0.8, linestyle=(0, (3, 3)), zorder=1)
    where: Look = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points"}
    ax.annotate(f"({number})", (year - 0.5, 1), xytext=(0, 1), ha="center", **where, **FAINT)


def _end_labels(
    sheet: Sheet, x: float, ylim: tuple[float, float], frame: pd.DataFrame, names: Mapping[str, str]
) -> None:
    """Write each line's name and last value beside its end, moved apart where they would meet."""
    low, high = ylim
    labels: list[tuple[str, Look]] = []
    wanted: list[float] = []
    for column, before, weight, colour in (
        ("value", "", "bold", ACCENT), ("compare", "compare_", "normal", TEXT_GREY)
    ):  # fmt: skip
        there = frame.sort_values("year").dropna(subset=[column]) if column in frame else frame[:0]
        for row in there[-1:].to_dict("records"):
            when = f" ({row['year']})" if row["year"] < frame["year"].max() else ""
            ends = [row.get(f"{before}{end}", np.nan) for end in ("low", "high")]
            value = sheet.lang.number(row[column])
            if not pd.isna(ends[0]):
                value = str(written(sheet.lang, Estimate(row[column], *ends)))
            text = wrap(f"{names[column]} {value}{when}", LABEL_ROOM - 0.05, SIZE, weight)
            labels.append((text, {"color": colour, "weight": weight}))
            wanted.append((row[column] - low) / (high - low) * HEIGHT)
    sizes = [text_height(text) for text, _ in labels]
    places = spread(wanted, sizes, -0.1, HEIGHT + 0.15)
    for (text, look), y in zip(labels, places, strict=True):
        sheet.text(x, sheet.top + HEIGHT - y, text, va="center", **look)


def spread(wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Move the centres of labels along a line as little as possible until none overlap.

    All lengths are in one unit. Labels that are too long for the line in sum start at ``low``.

    >>> spread([5, 5], [2, 2], 0, 10)
    [4.0, 6.0]
    """
    if not wanted:
        return []
    order = np.argsort(wanted, kind="stable")
    halves = np.asarray(sizes, dtype=float)[order] / 2
    offsets = np.concatenate([[0.0], np.cumsum(halves[:-1] + halves[1:])])
    level = isotonic_regression(np.asarray(wanted)[order] - offsets).x
    level = np.maximum(np.minimum(level, high - halves[-1] - offsets[-1]), low + halves[0])
    centres = np.empty(len(order))
    centres[order] = level + offsets
    return [float(centre) for centre in centres]
