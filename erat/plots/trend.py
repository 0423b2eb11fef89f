"""A unit over the years beside the median; nothing is joined across a break in a series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from erat.locale import Estimate, Language, written
from erat.plots.labels import spread
from erat.plots.sheet import (
    PAD,
    SPACING,
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
    SIZE,
    SMALL,
    TEXT_GREY,
    WIDTH,
    limits,
    nice_ticks,
    styled,
    tick_digits,
    value_axis,
)

Breaks = Sequence[tuple[int, str]]
"""(year, reason): something changed between the year before and this one."""
HEIGHT = 2.3
SMALL_HEIGHT = 1.15
LABEL_ROOM = 1.2
LOOKS: tuple[dict[str, Any], dict[str, Any]] = (
    {"color": ACCENT, "linewidth": 2.2, "markersize": 5, "zorder": 4},
    {"color": GREY, "linewidth": 1.8, "markersize": 4, "zorder": 3},
)
"""Looks of the unit and of what it is compared with."""


@styled
def trend_lines(
    frame: pd.DataFrame,
    lang: Language,
    *,
    label: str,
    name: str,
    compare: str | None = None,
    breaks: Breaks = (),
    digits: int = 1,
    source: str | None = None,
) -> Figure:
    """Draw one measure of a province over the years, and the median of all provinces.

    Parameters
    ----------
    frame
        A row a year: columns ``year``, ``value``, ``segment`` (years of one segment are joined)
        and optionally ``compare`` (the value of the comparison in the year), ``low`` and ``high``
        (the interval of the value, drawn as a band), ``compare_low`` and ``compare_high``.
    label
        What is measured, with its unit.
    name, compare
        Labels of the two lines; 'median of all provinces' in the language if not given.
    breaks
        Years in which the series changed and why; numbered in the figure, explained under it.
    """
    other = compare or lang.tr("median of all provinces")
    title = wrap(label, WIDTH - 2 * PAD)
    top = PAD + text_height(title) + (line_height(SMALL) if breaks else 0.06)
    notes = [*break_notes(lang, breaks), source_note(lang, source)]
    sheet = Sheet(top + HEIGHT + line_height(SMALL) + 0.08, notes)
    sheet.text(PAD, PAD, title)
    ends = ("low", "high", "compare_low", "compare_high")
    columns = [c for c in ("value", "compare", *ends) if c in frame]
    low, high = limits(list(frame[columns].to_numpy(dtype=float).ravel()), 0.08)
    ticks = nice_ticks(low, high)
    gutter = max((text_width(lang.number(t, tick_digits(ticks)), SMALL) for t in ticks), default=0)
    left = PAD + gutter + 0.1
    ax = sheet.axes(left, top, WIDTH - left - LABEL_ROOM - PAD, HEIGHT)
    _frame(ax, frame, (low, high), lang, 6)
    _band(ax, frame, "compare_", GREY)
    _band(ax, frame, "", ACCENT)
    _lines(ax, frame)
    _breaks(ax, breaks)
    _end_labels(sheet, ax, frame, (name, other), digits, lang)
    return sheet.figure


@styled
def small_multiples(
    frame: pd.DataFrame,
    lang: Language,
    *,
    labels: Mapping[str, str],
    units: Mapping[str, str],
    name: str,
    compare: str | None = None,
    breaks: Mapping[str, Breaks] | None = None,
    source: str | None = None,
) -> Figure:
    """Draw several measures, two beside each other, each with its own scale.

    Parameters
    ----------
    frame
        Columns ``indicator``, ``year``, ``value``, ``segment`` and optionally ``compare``. Panels
        stand in the order in which the indicators first occur, and share the years.
    labels, units
        By indicator: the panel's title and the unit of its axis.
    breaks
        By indicator: (year, reason); one numbering for the whole figure.
    """
    codes = [str(code) for code in frame["indicator"].drop_duplicates()]
    column = (WIDTH - 2 * PAD - 0.2) / 2
    titles = {code: wrap(labels[code], column, SIZE, "bold") for code in codes}
    below = {code: wrap(units[code], column, SMALL) for code in codes}
    pairs = [codes[i : i + 2] for i in range(0, len(codes), 2)]
    numbered = _numbered(codes, breaks or {})
    heads = [_head(pair, titles, below, any(numbered[0][code] for code in pair)) for pair in pairs]
    words = [name, compare or lang.tr("median of all provinces")]
    under = line_height(SMALL) + 0.2
    top = PAD + key_height(words) + 0.06
    notes = [*break_notes(lang, numbered[1]), source_note(lang, source)]
    sheet = Sheet(top + sum(heads) + len(pairs) * (SMALL_HEIGHT + under), notes)
    draw_key(sheet, PAD, [{**look, "marker": "o", "markeredgewidth": 0} for look in LOOKS], words)
    for pair, head in zip(pairs, heads, strict=True):
        for place, code in enumerate(pair):
            left = PAD + place * (column + 0.2)
            sheet.text(left, top, titles[code], weight="bold")
            y = top + text_height(titles[code])
            sheet.text(left, y, below[code], size=SMALL, color=TEXT_GREY)
            part = frame[frame["indicator"] == code]
            years = (int(frame["year"].min()), int(frame["year"].max()))
            _panel(sheet, (left, top + head, column), part, years, numbered[0][code], lang)
        top += head + SMALL_HEIGHT + under
    return sheet.figure


def break_notes(lang: Language, breaks: Breaks) -> list[str]:
    """Return the notes that explain the numbers of the breaks."""
    return [
        lang.tr("({number}) break before {year}: {reason}", number=i, year=year, reason=reason)
        for i, (year, reason) in enumerate(breaks, start=1)
    ]


def _head(
    pair: list[str], titles: Mapping[str, str], below: Mapping[str, str], numbered: bool
) -> float:
    """Return the height of the tallest heading of a row of panels, with room for break numbers."""
    tallest = max(text_height(titles[code]) + text_height(below[code], SMALL) for code in pair)
    return tallest + (line_height(SMALL) if numbered else 0.08)


def _numbered(
    codes: list[str], breaks: Mapping[str, Breaks]
) -> tuple[dict[str, list[tuple[int, int]]], list[tuple[int, str]]]:
    """Number equal breaks once; returns (year, number) per indicator, and the list of breaks."""
    known: list[tuple[int, str]] = []
    found: dict[str, list[tuple[int, int]]] = {code: [] for code in codes}
    for code in codes:
        for year, reason in breaks.get(code, ()):
            if (year, reason) not in known:
                known.append((year, reason))
            found[code].append((year, known.index((year, reason)) + 1))
    return found, known


def _panel(
    sheet: Sheet,
    place: tuple[float, float, float],
    part: pd.DataFrame,
    years: tuple[int, int],
    breaks: Sequence[tuple[int, int]],
    lang: Language,
) -> None:
    left, top, width = place
    shown = part[[c for c in ("value", "compare") if c in part]].to_numpy(dtype=float).ravel()
    low, high = limits(list(shown), 0.08)
    ticks = nice_ticks(low, high, 4)
    gutter = max((text_width(lang.number(t, tick_digits(ticks)), SMALL) for t in ticks), default=0)
    ax = sheet.axes(left + gutter + 0.08, top, width - gutter - 0.2, SMALL_HEIGHT)
    _frame(ax, part, (low, high), lang, 3, years)
    _lines(ax, part)
    for year, mark in breaks:
        _break(ax, year, mark)


def _frame(
    ax: Axes,
    frame: pd.DataFrame,
    ends: tuple[float, float],
    lang: Language,
    most: int,
    years: tuple[int, int] | None = None,
) -> None:
    first, last = years or (int(frame["year"].min()), int(frame["year"].max()))
    ax.set(xlim=(first - 0.4, last + 0.4), ylim=ends)
    ax.set_xticks(*_years(first, last, most))
    value_axis(ax, lang, "y", most=5 if years is None else 4)
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0, pad=2)
    ax.tick_params(axis="x", pad=2)


def _years(first: int, last: int, most: int) -> tuple[list[int], list[str]]:
    """Return round steps of years that always include both ends."""
    step = next(n for n in (1, 2, 3, 4, 5, 10, 20, 50) if (last - first) / n <= most)
    ticks = list(range(last, first - 1, -step))[::-1]
    if ticks[0] != first and ticks[0] - first >= step * 0.75:
        ticks.insert(0, first)
    return ticks, [str(tick) for tick in ticks]


def _band(ax: Axes, frame: pd.DataFrame, name: str, colour: str) -> None:
    """Draw an interval, a stretch for each segment; a bar where it is one year."""
    low, high = f"{name}low", f"{name}high"
    if low not in frame:
        return
    for _, part in frame.sort_values("year").groupby("segment", sort=True):
        there = part.dropna(subset=[low, high])
        if len(there) == 1:
            [(year, *ends)] = there[["year", low, high]].to_numpy(dtype=float).tolist()
            ax.plot([year, year], ends, color=colour, alpha=0.25, linewidth=6)
        else:
            look: dict[str, Any] = {"color": colour, "alpha": 0.2, "linewidth": 0}
            ax.fill_between(there["year"], there[low], there[high], **look)


def _lines(ax: Axes, frame: pd.DataFrame) -> None:
    for column, look in zip(("value", "compare"), LOOKS, strict=True):
        if column not in frame:
            continue
        for _, part in frame.sort_values("year").groupby("segment", sort=True):
            there = part.dropna(subset=[column])
            ax.plot(there["year"], there[column], marker="o", markeredgewidth=0, **look)


def _breaks(ax: Axes, breaks: Breaks) -> None:
    for mark, (year, _) in enumerate(breaks, start=1):
        _break(ax, year, mark)


def _break(ax: Axes, year: int, mark: int) -> None:
    ax.axvline(year - 0.5, color=TEXT_GREY, linewidth=0.8, linestyle=(0, (3, 3)), zorder=1)
    ax.annotate(
        f"({mark})",
        (year - 0.5, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 1),
        textcoords="offset points",
        ha="center",
        size=SMALL,
        color=TEXT_GREY,
    )


def _last_value(row: pd.Series[Any], column: str, digits: int, lang: Language) -> str:
    """Write a value, with its interval where it has one."""
    prefix = "" if column == "value" else "compare_"
    value = float(row[column])
    low, high = (float(row.get(f"{prefix}{end}", np.nan)) for end in ("low", "high"))
    if low != low:
        return lang.number(value, digits)
    return str(written(lang, Estimate(value, low, high, digits)))


def _end_labels(
    sheet: Sheet,
    ax: Axes,
    frame: pd.DataFrame,
    names: tuple[str, str],
    digits: int,
    lang: Language,
) -> None:
    """Write each line's name and last value beside its end, moved apart where they would meet."""
    low, high = ax.get_ylim()
    box = ax.get_position()
    bottom, tall = box.y0 * sheet.height, box.height * sheet.height
    words: list[tuple[str, str, str]] = []
    wanted: list[float] = []
    for column, name, colour in zip(("value", "compare"), names, (ACCENT, TEXT_GREY), strict=True):
        there = frame.sort_values("year").dropna(subset=[column]) if column in frame else frame[:0]
        if len(there):
            last = float(there[column].iloc[-1])
            weight = "bold" if column == "value" else "normal"
            year = int(there["year"].iloc[-1])
            when = f" ({year})" if year < int(frame["year"].max()) else ""
            text = f"{name} {_last_value(there.iloc[-1], column, digits, lang)}{when}"
            text = wrap(text, LABEL_ROOM - 0.05, SIZE, weight)
            words.append((text, colour, weight))
            wanted.append(bottom + (last - low) / (high - low) * tall)
    sizes = [text_height(text) for text, _, _ in words]
    for (text, colour, weight), y in zip(
        words, spread(wanted, sizes, bottom - 0.1, bottom + tall + 0.15), strict=True
    ):
        sheet.text(
            box.x1 * sheet.width + 0.04,
            sheet.height - y,
            text,
            color=colour,
            weight=weight,
            va="center",
            linespacing=SPACING,
        )
