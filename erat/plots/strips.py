"""Strips: where units stand between the ends of an indicator, a strip an indicator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from seaborn.categorical import Beeswarm

from erat.locale import Language
from erat.plots.colours import ACCENT, GREY, INK, PALE
from erat.plots.sheet import Sheet, limits
from erat.plots.style import FAINT, SIZE, SMALL, WIDTH, Look, point, styled
from erat.plots.text import PAD, ROOM, line_height, text_height, text_width, wrap

HALF = WIDTH / 2 - PAD - 0.06  # room for what is written under one end of a strip, in inches


class Strip(NamedTuple):
    """What is written around a strip: above it, and under its two ends."""

    head: str
    unit: str
    value: str
    left: str
    right: str


def _strips(
    strips: Sequence[Strip],
    lang: Language,
    key: Mapping[str, Look],
    *,
    source: str | None = None,
    height: float = 0.24,
    corner: str | None = None,
) -> tuple[Figure, list[Axes]]:
    """Write all around strips, ``corner`` above them at the right; return the axes to draw in."""
    sheet, axes = Sheet(lang, key), []
    sheet.text(WIDTH - PAD, sheet.top + 0.02, corner or "", ha="right", **FAINT)
    sheet.top += (0.0 if corner is None else line_height(SMALL)) + 0.08
    for strip in strips:
        room = ROOM - (text_width(strip.value, SIZE, "bold") + 0.15 if strip.value else 0)
        head, unit = wrap(strip.head, room, SIZE, "bold"), wrap(strip.unit, room, SMALL)
        left, right = wrap(strip.left, HALF, SMALL), wrap(strip.right, HALF, SMALL)
        sheet.text(PAD, sheet.top, head, weight="bold")
        sheet.text(WIDTH - PAD, sheet.top, strip.value, ha="right", weight="bold", color=ACCENT)
        sheet.top += text_height(head)
        sheet.text(PAD, sheet.top, unit, **FAINT)
        sheet.top += text_height(unit, SMALL) + 0.02
        axes.append(sheet.bare_axes(PAD, sheet.top, ROOM, height))
        sheet.top += height + 0.02
        sheet.text(PAD, sheet.top, left, **FAINT)
        sheet.text(WIDTH - PAD, sheet.top, right, ha="right", multialignment="right", **FAINT)
        sheet.top += max(text_height(left, SMALL), text_height(right, SMALL)) + 0.12
    return sheet.finish(source), axes


UNIT, OTHER, MEDIAN = point("o", ACCENT, 7.5), point("o", GREY, 5.5), point("|", INK, 13, 1.8)
EDGED = point("o", ACCENT, 7.5, 0.8, markeredgecolor="white")


@styled
def position_strips(
    values: pd.DataFrame,
    highlight: str,
    lang: Language,
    *,
    labels: Mapping[str, str],
    units: Mapping[str, str],
    digits: Mapping[str, int],
    directions: Mapping[str, int],
    names: Mapping[str, str],
) -> Figure:
    """Draw all units on a strip an indicator, the better end at the right.

    ``values`` is units by indicators, a column a strip. ``directions`` are, by indicator, +1 (more
    is better), -1 (less is better) or 0 (neither: more is drawn at the right).
    """
    columns = {str(code): values[code].dropna() for code in values.columns}
    strips = []
    for code, column in columns.items():
        ordered = column.sort_values(ascending=directions[code] >= 0, kind="stable")
        ends = [f"{names[unit]} {lang.number(x, digits[code])}" for unit, x in ordered.items()]
        ends = ends or [""]
        value = lang.tr("no data")
        if highlight in column:
            value = lang.number(column[highlight], digits[code])
        neither = lang.tr("{unit}; neither end is better", unit=units[code])
        unit = units[code] if directions[code] else neither
        strips.append(Strip(labels[code], unit, value, ends[0], ends[-1]))
    key = {
        names[highlight]: UNIT,
        lang.tr("median of all provinces"): MEDIAN,
        lang.tr("another province"): OTHER,
    }
    corner = lang.tr("better →") if any(directions[code] for code in columns) else ""
    figure, axes = _strips(strips, lang, key, corner=corner)
    for ax, (code, column) in zip(axes, columns.items(), strict=True):
        low, high = limits(list(column), 0.02)
        ax.set_xlim((low, high) if directions[code] >= 0 else (high, low))
        ax.plot([low, high], [0.5, 0.5], color=PALE, linewidth=5)
        others = column.drop(highlight, errors="ignore")
        ax.scatter(others, [0.5] * len(others), s=30, color=GREY, alpha=0.6, linewidths=0, zorder=2)
        ax.plot([column.median()], [0.5], zorder=3, **MEDIAN)
        here = column[column.index == highlight]
        ax.plot(here, [0.5] * len(here), zorder=4, **EDGED)
    return figure


SUB_UNIT = point("o", INK, 5, alpha=0.75)


@styled
def sub_unit_strips(
    frame: pd.DataFrame,
    unit: Mapping[str, float],
    lang: Language,
    *,
    labels: Mapping[str, str],
    units: Mapping[str, str],
    digits: Mapping[str, int],
    limit: Mapping[str, tuple[float, float]],
) -> Figure:
    """Draw every sub-unit of a unit, with the unit's value as a line.

    The frame has a row a sub-unit and indicator: columns ``unit``, ``name``, ``indicator``,
    ``value``. Strips stand in the order in which the indicators first occur. ``unit`` has the unit's
    value by indicator, one that is not in it gets no line; ``limit`` the ends of each strip, such as
    the extremes of all sub-units of the whole.
    """
    lines = {code: value for code, value in unit.items() if value == value}
    parts = {
        str(code): part.dropna(subset="value").astype({"value": float})
        for code, part in frame.groupby("indicator", sort=False)
    }
    strips = []
    for code, part in parts.items():
        ordered = part.sort_values(["value", "unit"], kind="stable")
        rows = zip(ordered["name"], ordered["value"], strict=True)
        ends = [f"{name} {lang.number(x, digits[code])}" for name, x in rows]
        ends = ends or [lang.tr("no data")]
        value = lang.number(lines[code], digits[code]) if code in lines else ""
        right = ends[-1] if len(ends) > 1 else ""
        strips.append(Strip(labels[code], units[code], value, ends[0], right))
    line: Look = {"color": ACCENT, "linewidth": 2}
    key = {lang.tr("regency or city"): SUB_UNIT, lang.tr("value of the province"): line}
    figure, axes = _strips(strips, lang, key, height=0.52)
    for ax, (code, part) in zip(axes, parts.items(), strict=True):
        drawn = [lines[code]] if code in lines else []
        xlim = limits([*part["value"], *drawn, *limit[code]], 0.03)
        ax.set(xlim=xlim, ylim=(0.5, -0.5))
        ax.plot(xlim, [0, 0], color=PALE, linewidth=5, zorder=1)
        for x in drawn:
            ax.plot([x, x], [-0.5, 0.5], zorder=2, **line)
        if len(part):
            size = (4.2 if len(part) < 24 else 3.6) ** 2
            look: Look = {"color": INK, "alpha": 0.75, "linewidths": 0, "zorder": 3}
            points = ax.scatter(part["value"], [0.0] * len(part), s=size, **look)
            # seaborn's swarmplot draws the whole figure again for every strip
            Beeswarm(orient="y", warn_thresh=1)(points, 0)
    return figure


BAND: Look = {"linewidth": 8, "solid_capstyle": "butt"}
DOT = point("o", INK, 5)


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

    ``scores`` are units by indicators, 0 to 100 between the goalposts; ``observed`` has, by
    indicator, ``worst`` and ``best``: the scores reached in any year. ``ends`` are, by indicator,
    what to write at the worse and at the better goalpost; ``words`` are those for the room between
    the goalposts, the range observed, a unit.
    """
    whole, reached = {**BAND, "color": PALE}, {**BAND, "color": GREY}
    strips = [Strip(labels[str(code)], "", "", *ends[str(code)]) for code in scores]
    key = dict(zip(words, (whole, reached, DOT), strict=True))
    figure, axes = _strips(strips, lang, key, source=source)
    for ax, code in zip(axes, scores, strict=True):
        ax.set_xlim(-1, 101)
        ax.plot([0, 100], [0.5, 0.5], **whole)
        ax.plot(observed.loc[code, ["worst", "best"]], [0.5, 0.5], **reached)
        there = scores[code].dropna()
        ax.plot(there, [0.5] * len(there), alpha=0.75, zorder=3, **DOT)
    return figure
