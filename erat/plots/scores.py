"""Scores with their intervals, a row a score, on one scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from erat.locale import Estimate, Language, written
from erat.plots.colours import ACCENT, GREY, INK, PALE, TEXT_GREY
from erat.plots.sheet import Sheet, nice_ticks
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
