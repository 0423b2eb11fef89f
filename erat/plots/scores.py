"""Scores with their intervals, and values between the ends of an indicator: a row or a strip each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from seaborn.categorical import Beeswarm

from erat.locale import Estimate, Language, written
from erat.plots.colours import ACCENT, GREY, INK, PALE, TEXT_GREY
from erat.plots.sheet import Sheet, limits, nice_ticks
from erat.plots.style import FAINT, SIZE, SMALL, WIDTH, Look, point, styled
from erat.plots.text import PAD, ROOM, line_height, text_height, text_width, widest, wrap

STRIP = 0.19  # height of the row of marks under a name, in inches
SIDE = 0.12
BAND: Look = {"linewidth": 4, "alpha": 0.35, "solid_capstyle": "butt"}


class Row(NamedTuple):
    """A name, a word at its right end, and marks below: their x, their y (0 to 1), their look."""

    head: str
    word: str
    look: Look
    marks: Sequence[tuple[Sequence[float], float, Look]]
    heading: str = ""
    is_there: bool = True


def _draw_rows(
    rows: Sequence[Row],
    lang: Language,
    key: Mapping[str, Look],
    *,
    note: str | None = None,
    strip: float = STRIP,
    foot: float = 0.1,
) -> Figure:
    """Draw rows of scores under a key, and an axis under them."""
    sheet, width, ticks = Sheet(lang, key), WIDTH - 2 * SIDE, nice_ticks(0, 100)
    sheet.top += 0.06
    for row in rows:
        if row.heading:
            sheet.text(PAD, sheet.top + 0.1, row.heading, weight="bold", color=TEXT_GREY)
            sheet.top += 0.32
        sheet.text(PAD, sheet.top, row.head)
        sheet.text(WIDTH - PAD, sheet.top, row.word, ha="right", **row.look)
        sheet.top += text_height(row.head)
        ax = sheet.bare_axes(SIDE, sheet.top, width, strip, (0, 100))
        if row.is_there:
            for tick in ticks:
                ax.plot([tick, tick], [0.15, 0.85], color=PALE, linewidth=0.8)
            ax.plot([0, 100], [0.5, 0.5], color=PALE, linewidth=4)
        else:
            ax.plot([0, 100], [0.5, 0.5], color=GREY, linewidth=0.8, linestyle=(0, (2, 3)))
        for xs, y, look in row.marks:
            ax.plot(xs, [y] * len(xs), clip_on=False, **look)
        sheet.top += strip + 0.06
    for tick in ticks:
        shift, ha = {0.0: (-0.04, "left"), 100.0: (0.04, "right")}.get(tick, (0.0, "center"))
        x = SIDE + tick / 100 * width + shift
        sheet.text(x, sheet.top - 0.03, lang.number(tick, 0), ha=ha, **FAINT)
    y = sheet.top - 0.03 + line_height(SMALL) + 0.02
    title = lang.tr("Score ({low} to {high})", low="0", high="100")
    sheet.text(WIDTH / 2, y, title, ha="center", size=SMALL)
    sheet.top += 2 * line_height(SMALL) + foot
    return sheet.finish(None, note)


@styled
def interval_rows(
    frame: pd.DataFrame, lang: Language, *, colours: Mapping[str, str] | None = None
) -> Figure:
    """Draw a row a score, with the interval that resampling gives it.

    The frame has columns ``name``, ``score``, ``score_low``, ``score_high`` (0 to 100; nan where
    there is none); where a score can be missing ``score_missing`` (what is written instead), and
    where rows are grouped ``group`` (a heading above the first row of each). ``colours`` are by
    group, where it has one of its own.
    """
    rows, before = [], ""
    for row in frame.to_dict("records"):
        group = str(row.get("group", ""))
        colour = (colours or {}).get(group, ACCENT)
        score, low, high = (float(row[f"score{end}"]) for end in ("", "_low", "_high"))
        there = score == score
        word = lang.number(score, 1) if there else str(row.get("score_missing", "–"))
        if low <= high:
            word += f" ({lang.number(low, 1)}\N{EN DASH}{lang.number(high, 1)})"
        room = ROOM - text_width(word, SIZE if there else SMALL, "bold") - 0.15
        look = {"weight": "bold", "color": colour} if there else FAINT
        band = ([low, high], 0.5, {**BAND, "color": colour})
        marks = [band, ([score], 0.5, point("o", colour, 7))] if there else [band]
        heading = "" if group == before else group
        rows.append(Row(wrap(str(row["name"]), room), word, look, marks, heading, there))
        before = group
    key = {
        lang.tr("score"): point("o", ACCENT, 7),
        lang.tr("90% interval"): {**BAND, "color": ACCENT},
    }
    return _draw_rows(rows, lang, key)


@styled
def two_sides(
    frame: pd.DataFrame, lang: Language, *, sides: Mapping[str, str], note: str | None = None
) -> Figure:
    """Draw two scores a row, joined by a line: what one side says against the other.

    The frame has a column ``name`` and two of scores (0 to 100; nan where a side is not assessed),
    each with its interval (``x_low``, ``x_high``) and what is written where it is missing
    (``x_missing``). ``sides`` are the two columns of scores, and what they are called.
    """
    first, second = sides
    dot, ring = point("o", ACCENT, 7), point("o", INK, 6.5, 1.4, markerfacecolor="white")
    rows = []
    for row in frame.to_dict("records"):
        one, other = float(row[first]), float(row[second])
        word = next((str(row[f"{side}_missing"]) for side in sides if pd.isna(row[side])), "")
        ends = {side: [float(row[f"{side}_{end}"]) for end in ("low", "high")] for side in sides}
        marks = [
            (ends[first], 0.5, {**BAND, "color": ACCENT}),
            (ends[second], 0.5, {**BAND, "color": INK}),
            ([one, other], 0.5, {"color": GREY, "linewidth": 2}),
            ([one], 0.5, dot),
            ([other], 0.5, ring),
        ]
        rows.append(Row(wrap(str(row["name"]), ROOM - 1.1), word, FAINT, marks))
    key = dict(zip(sides.values(), (dot, ring), strict=True))
    return _draw_rows(rows, lang, key, note=note)


SCORE = point("o", ACCENT, 7.5)
MEDIAN = point("|", INK, 12, 2)
GROUP_MEDIAN = point("o", INK, 6.5, 1.2, markerfacecolor="white")
INTERVALS: dict[str, tuple[float, Look]] = {
    "": (0.5, {"color": ACCENT, "linewidth": 4, "alpha": 0.4}),
    "median_": (0.86, {"color": INK, "linewidth": 1.6}),
    "group_median_": (0.14, {"color": INK, "linewidth": 1.2, "linestyle": (0, (2, 1.2))}),
}
"""The unit's interval is a band; those of the medians are thin lines beside it."""


@styled
def dimension_profile(frame: pd.DataFrame, lang: Language, *, name: str, group_name: str) -> Figure:
    """Draw a row a dimension: the unit, the median of units and of its group.

    The frame is indexed by the dimension's name; columns ``score``, ``median`` and ``group_median``
    (points), and their intervals: ``low`` and ``high``, ``median_low`` and so on.
    """
    records = frame.to_dict("records")
    words = [str(written(lang, Estimate(row["score"], row["low"], row["high"]))) for row in records]
    room = ROOM - widest(words, SIZE, "bold") - 0.15
    rows = []
    for head, word, row in zip(frame.index, words, records, strict=True):
        marks = [
            ([row[f"{what}low"], row[f"{what}high"]], y, look)
            for what, (y, look) in INTERVALS.items()
        ]
        points = {"group_median": GROUP_MEDIAN, "median": MEDIAN, "score": SCORE}
        marks += [([row[column]], 0.5, look) for column, look in points.items()]
        look = {"weight": "bold", "color": ACCENT}
        rows.append(Row(wrap(str(head), room), word, look, marks))
    key = {
        name: SCORE,
        lang.tr("median of all provinces"): MEDIAN,
        lang.tr("median of {group}", group=group_name): GROUP_MEDIAN,
    }
    return _draw_rows(rows, lang, key, strip=0.22, foot=0.12)


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


UNIT, OTHER, MIDDLE = point("o", ACCENT, 7.5), point("o", GREY, 5.5), point("|", INK, 13, 1.8)
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
        lang.tr("median of all provinces"): MIDDLE,
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
        ax.plot([column.median()], [0.5], zorder=3, **MIDDLE)
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


STRETCH: Look = {"linewidth": 8, "solid_capstyle": "butt"}
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
    whole, reached = {**STRETCH, "color": PALE}, {**STRETCH, "color": GREY}
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
