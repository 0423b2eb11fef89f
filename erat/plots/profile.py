"""The dimensions of one province against the country and its island group."""

from __future__ import annotations

from typing import Any

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
    INK,
    PALE,
    SIZE,
    SMALL,
    TEXT_GREY,
    WIDTH,
    nice_ticks,
    number,
    styled,
)

STRIP = 0.22
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
"""Looks of the province, the country's median and the island group's median."""


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
    """Draw a row a dimension: the province, the median of provinces and of its island group.

    Parameters
    ----------
    frame
        Indexed by the dimension's name; columns ``value``, ``median`` and ``group`` (points), and
        optionally their intervals: ``low`` and ``high``, ``median_low``, ``group_low`` and so on.
    name, group_name
        The province and its island group.
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
    numbers = [_number(row, lang, digits) for row in frame.to_dict("records")]
    room = WIDTH - 2 * PAD - max((text_width(n, SIZE, "bold") for n in numbers), default=0) - 0.15
    heads = [wrap(str(dimension), room) for dimension in frame.index]
    body = key_height(words) + sum(text_height(head) + STRIP + 0.06 for head in heads)
    foot = 2 * line_height(SMALL) + 0.12
    sheet = Sheet(PAD + 0.06 + body + foot, [source_note(lang, source)])
    draw_key(sheet, PAD, [{**mark, "linestyle": "none"} for mark in MARKS], words)
    top = PAD + 0.06 + key_height(words)
    points = frame[["value", "median", "group"]]
    rows = zip(
        heads, numbers, points.itertuples(index=False), frame.to_dict("records"), strict=True
    )
    for head, word, row, known in rows:
        sheet.text(PAD, top, head)
        sheet.text(WIDTH - PAD, top, word, ha="right", weight="bold", color=ACCENT)
        top += text_height(head)
        ax = _strip(sheet, top, scale)
        _intervals(ax, known)
        for mark, value in reversed(list(zip(MARKS, row, strict=True))):
            ax.plot([float(str(value))], [0.5], clip_on=False, **mark)
        top += STRIP + 0.06
    title = label or lang.tr("Score ({low} to {high})", low=f"{scale[0]:g}", high=f"{scale[1]:g}")
    _axis(sheet, top, scale, title, lang)
    return sheet.figure


def _number(row: dict[Any, Any], lang: Language, digits: int) -> str:
    """Write a score, with its interval where there is one."""
    own = number(lang, float(row["value"]), digits)
    if "low" not in row:
        return own
    low, high = (number(lang, float(row[end]), digits) for end in ("low", "high"))
    return f"{own} ({low}\N{EN DASH}{high})"


def _strip(sheet: Sheet, top: float, scale: tuple[float, float]) -> Axes:
    ax = sheet.axes(SIDE, top, WIDTH - 2 * SIDE, STRIP)
    ax.set(xlim=scale, ylim=(0, 1))
    ax.set_axis_off()
    for tick in nice_ticks(*scale):
        ax.plot([tick, tick], [0.15, 0.85], color=PALE, linewidth=0.8)
    ax.plot(scale, [0.5, 0.5], color=PALE, linewidth=4)
    return ax


def _intervals(ax: Axes, row: dict[Any, Any]) -> None:
    """Draw the province's interval as a band, those of the medians as thin lines beside it."""
    looks: list[tuple[str, float, dict[str, Any]]] = [
        ("", 0.5, {"color": ACCENT, "linewidth": 4, "alpha": 0.4}),
        ("median_", 0.86, {"color": INK, "linewidth": 1.6}),
        ("group_", 0.14, {"color": INK, "linewidth": 1.2, "linestyle": (0, (2, 1.2))}),
    ]
    for name, y, look in looks:
        if f"{name}low" in row:
            ax.plot([row[f"{name}low"], row[f"{name}high"]], [y, y], clip_on=False, **look)


def _axis(sheet: Sheet, top: float, scale: tuple[float, float], title: str, lang: Language) -> None:
    low, high = scale
    for tick in nice_ticks(low, high):
        x = SIDE + (tick - low) / (high - low) * (WIDTH - 2 * SIDE)
        ha = "left" if tick == low else "right" if tick == high else "center"
        x += -0.04 if ha == "left" else 0.04 if ha == "right" else 0.0
        sheet.text(x, top - 0.03, number(lang, tick, 0), ha=ha, size=SMALL, color=TEXT_GREY)
    y = top - 0.03 + line_height(SMALL) + 0.02
    sheet.text(WIDTH / 2, y, title, ha="center", size=SMALL)
