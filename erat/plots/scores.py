"""Scores with their intervals, a row a score, on one scale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from erat.locale import Estimate, Language, written
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
    PALE,
    SIZE,
    SMALL,
    TEXT_GREY,
    WIDTH,
    Look,
    nice_ticks,
    styled,
)

STRIP = 0.19
"""Height of the row of marks under a name, in inches."""
SIDE = 0.12
DOT: dict[str, Look] = {"marker": "o", "markersize": 7, "markeredgewidth": 0}
LINE: dict[str, Look] = {"linewidth": 4, "alpha": 0.35, "solid_capstyle": "butt"}
SECOND: dict[str, Look] = {
    "marker": "o",
    "markersize": 6.5,
    "markerfacecolor": "white",
    "markeredgewidth": 1.4,
}
"""Looks of a score, of its interval, and of the second of two scores in a row."""


@styled
def interval_rows(
    frame: pd.DataFrame,
    lang: Language,
    *,
    label: str | None = None,
    colours: Mapping[str, str] | None = None,
    note: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw a row a score, with the interval that resampling gives it.

    Parameters
    ----------
    frame
        Columns ``name``, ``score``, ``score_low``, ``score_high`` (0 to 100; nan where there is
        none); where a score can be missing ``score_missing`` (what is written instead), and where
        rows are grouped ``group`` (a heading above the first row of each).
    label
        What the axis measures; 'Score (0 to 100)' in the language if not given.
    colours
        By group, where it has a colour of its own.
    """
    words = [lang.tr("score"), lang.tr("90% interval")]
    marks = [{**DOT, "color": ACCENT, "linestyle": "none"}, {**LINE, "color": ACCENT}]
    rows = [_Row.of(row, lang) for row in frame.to_dict("records")]
    groups = [str(name) for name in frame.get("group", [""] * len(frame))]
    heads = [
        "" if own == before else own for own, before in zip(groups, ["", *groups[:-1]], strict=True)
    ]
    top = PAD + key_height(words) + 0.06
    body = sum(row.height for row in rows) + sum(0.32 if head else 0.0 for head in heads)
    sheet = Sheet(
        top + body + 2 * line_height(SMALL) + 0.1, [note or "", source_note(lang, source)]
    )
    draw_key(sheet, PAD, marks, words)
    for head, row, group in zip(heads, rows, groups, strict=True):
        if head:
            sheet.text(PAD, top + 0.1, head, weight="bold", color=TEXT_GREY)
            top += 0.32
        row.draw(sheet, top, (colours or {}).get(group, ACCENT))
        top += row.height
    _axis(sheet, top, lang, label)
    return sheet.figure


@styled
def two_sides(
    frame: pd.DataFrame,
    lang: Language,
    *,
    sides: Mapping[str, str],
    note: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw two scores a row, joined by a line: what one side says against the other.

    Parameters
    ----------
    frame
        A column ``name`` and two of scores (0 to 100; nan where a side is not assessed), each
        with its interval (``x_low``, ``x_high``) and what is written where it is missing
        (``x_missing``).
    sides
        The two columns of scores, and what they are called.
    """
    marks = [
        {**DOT, "color": ACCENT, "linestyle": "none"},
        {**SECOND, "color": INK, "linestyle": "none"},
    ]
    (first, second), words = sides, list(sides.values())
    heads = [wrap(str(name), WIDTH - 2 * PAD - 1.1) for name in frame["name"]]
    top = PAD + key_height(words) + 0.06
    height = sum(text_height(head) + STRIP + 0.06 for head in heads)
    foot = 2 * line_height(SMALL) + 0.1
    sheet = Sheet(top + height + foot, [note or "", source_note(lang, source)])
    draw_key(sheet, PAD, marks, words)
    for head, row in zip(heads, frame.to_dict("records"), strict=True):
        one, other = float(row[first]), float(row[second])
        said = str(row[f"{first if one != one else second}_missing"])
        said = said if one != one or other != other else ""
        sheet.text(PAD, top, head)
        sheet.text(WIDTH - PAD, top, said, ha="right", color=TEXT_GREY, size=SMALL)
        top += text_height(head)
        ax = _strip(sheet, top)
        for side, colour in ((first, ACCENT), (second, INK)):
            ends = [float(row[f"{side}_{end}"]) for end in ("low", "high")]
            ax.plot(ends, [0.5, 0.5], clip_on=False, color=colour, **LINE)
        ax.plot([one, other], [0.5, 0.5], color=GREY, linewidth=2)
        ax.plot([one], [0.5], clip_on=False, color=ACCENT, **DOT)
        ax.plot([other], [0.5], clip_on=False, color=INK, **SECOND)
        top += STRIP + 0.06
    _axis(sheet, top, lang, None)
    return sheet.figure


class _Row:
    """A name, a number or what is said instead of it, and the marks below."""

    def __init__(self, head: str, said: str, score: float, low: float, high: float) -> None:
        self.said, self.score, self.low, self.high = said, score, low, high
        size = SIZE if self.is_there else SMALL
        self.head = wrap(head, WIDTH - 2 * PAD - text_width(said, size, "bold") - 0.15)

    @classmethod
    def of(cls, row: dict[object, object], lang: Language) -> _Row:
        score, low, high = (float(str(row[f"score{end}"])) for end in ("", "_low", "_high"))
        said = lang.number(score, 1) if score == score else str(row.get("score_missing", "–"))
        if low <= high:
            said += f" ({lang.number(low, 1)}\N{EN DASH}{lang.number(high, 1)})"
        return cls(str(row["name"]), said, score, low, high)

    @property
    def is_there(self) -> bool:
        return self.score == self.score

    @property
    def height(self) -> float:
        return text_height(self.head) + STRIP + 0.06

    def draw(self, sheet: Sheet, top: float, colour: str) -> None:
        sheet.text(PAD, top, self.head)
        look = (
            {"weight": "bold", "color": colour}
            if self.is_there
            else {"color": TEXT_GREY, "size": SMALL}
        )
        sheet.text(WIDTH - PAD, top, self.said, ha="right", **look)
        ax = _strip(sheet, top + text_height(self.head), solid=self.is_there)
        if self.low == self.low and self.high == self.high:
            ax.plot([self.low, self.high], [0.5, 0.5], clip_on=False, color=colour, **LINE)
        if self.is_there:
            ax.plot([self.score], [0.5], clip_on=False, color=colour, **DOT)


def _strip(
    sheet: Sheet,
    top: float,
    height: float = STRIP,
    scale: tuple[float, float] = (0, 100),
    solid: bool = True,
) -> Axes:
    ax = sheet.axes(SIDE, top, WIDTH - 2 * SIDE, height)
    ax.set(xlim=scale, ylim=(0, 1))
    ax.set_axis_off()
    if solid:
        for tick in nice_ticks(*scale):
            ax.plot([tick, tick], [0.15, 0.85], color=PALE, linewidth=0.8)
        ax.plot(scale, [0.5, 0.5], color=PALE, linewidth=4)
    else:
        ax.plot(scale, [0.5, 0.5], color=GREY, linewidth=0.8, linestyle=(0, (2, 3)))
    return ax


def _axis(
    sheet: Sheet,
    top: float,
    lang: Language,
    title: str | None,
    scale: tuple[float, float] = (0, 100),
) -> None:
    """Write the ticks and what the axis measures: a score, if nothing else is said."""
    low, high = scale
    for tick in nice_ticks(low, high):
        x = SIDE + (tick - low) / (high - low) * (WIDTH - 2 * SIDE)
        ha = "left" if tick == low else "right" if tick == high else "center"
        x += -0.04 if ha == "left" else 0.04 if ha == "right" else 0.0
        sheet.text(x, top - 0.03, lang.number(tick, 0), ha=ha, size=SMALL, color=TEXT_GREY)
    y = top - 0.03 + line_height(SMALL) + 0.02
    title = title or lang.tr("Score ({low} to {high})", low=f"{low:g}", high=f"{high:g}")
    sheet.text(WIDTH / 2, y, title, ha="center", size=SMALL)


TALL = 0.22
"""Height of the row of marks under a dimension's name, in inches."""
SIDE = 0.12
MARKS: list[dict[str, Any]] = [
    {"marker": "o", "markersize": 7.5, "color": ACCENT, "markeredgewidth": 0},
    {"marker": "|", "markersize": 12, "color": INK, "markeredgewidth": 2},
    {
        "marker": "o",
        "markersize": 6.5,
        "color": INK,
        "markerfacecolor": "white",
        "markeredgewidth": 1.2,
    },
]
"""Looks of the unit, the median of all and its group's median."""


@styled
def dimension_profile(
    frame: pd.DataFrame,
    lang: Language,
    *,
    name: str,
    group_name: str,
    scale: tuple[float, float] = (0, 100),
    digits: int = 1,
    label: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw a row a dimension: the unit, the median of units and of its group.

    Parameters
    ----------
    frame
        Indexed by the dimension's name; columns ``score``, ``median`` and ``group_median``
        (points), and optionally their intervals: ``low`` and ``high``, ``median_low`` and so on.
    name, group_name
        The unit and its group.
    scale
        The ends of the scale of scores.
    label
        What the axis measures; 'Score (0 to 100)' in the language if not given.
    """
    words = [
        name,
        lang.tr("median of all provinces"),
        lang.tr("median of {group}", group=group_name),
    ]
    numbers = [_score_words(row, lang, digits) for row in frame.to_dict("records")]
    room = WIDTH - 2 * PAD - max((text_width(n, SIZE, "bold") for n in numbers), default=0) - 0.15
    heads = [wrap(str(dimension), room) for dimension in frame.index]
    body = key_height(words) + sum(text_height(head) + TALL + 0.06 for head in heads)
    foot = 2 * line_height(SMALL) + 0.12
    sheet = Sheet(PAD + 0.06 + body + foot, [source_note(lang, source)])
    draw_key(sheet, PAD, [{**mark, "linestyle": "none"} for mark in MARKS], words)
    top = PAD + 0.06 + key_height(words)
    points = frame[["score", "median", "group_median"]]
    rows = zip(
        heads, numbers, points.itertuples(index=False), frame.to_dict("records"), strict=True
    )
    for head, word, row, known in rows:
        sheet.text(PAD, top, head)
        sheet.text(WIDTH - PAD, top, word, ha="right", weight="bold", color=ACCENT)
        top += text_height(head)
        ax = _strip(sheet, top, TALL, scale)
        _intervals(ax, known)
        for mark, value in reversed(list(zip(MARKS, row, strict=True))):
            ax.plot([float(str(value))], [0.5], clip_on=False, **mark)
        top += TALL + 0.06
    _axis(sheet, top, lang, label, scale)
    return sheet.figure


def _score_words(row: dict[Any, Any], lang: Language, digits: int) -> str:
    """Write a score, with its interval where there is one."""
    if "low" not in row:
        return lang.number(float(row["score"]), digits)
    value, low, high = (float(row[name]) for name in ("score", "low", "high"))
    return str(written(lang, Estimate(value, low, high, digits)))


def _intervals(ax: Axes, row: dict[Any, Any]) -> None:
    """Draw the unit's interval as a band, those of the medians as thin lines beside it."""
    looks: list[tuple[str, float, dict[str, Any]]] = [
        ("", 0.5, {"color": ACCENT, "linewidth": 4, "alpha": 0.4}),
        ("median_", 0.86, {"color": INK, "linewidth": 1.6}),
        ("group_median_", 0.14, {"color": INK, "linewidth": 1.2, "linestyle": (0, (2, 1.2))}),
    ]
    for name, y, look in looks:
        if f"{name}low" in row:
            ax.plot([row[f"{name}low"], row[f"{name}high"]], [y, y], clip_on=False, **look)
