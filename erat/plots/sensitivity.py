"""What the choices of a method do to the ranks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from erat.locale import Language
from erat.plots.columns import Columns
from erat.plots.sheet import PAD, Sheet, line_height, source_note, text_height, text_width, wrap
from erat.plots.style import (
    ACCENT,
    DIVERGING,
    GREY,
    INK,
    PALE,
    SIZE,
    SMALL,
    TEXT_GREY,
    WIDTH,
    contrast,
    number,
    styled,
)

ROW = 0.185
FAINT: dict[str, Any] = {"size": SMALL, "color": TEXT_GREY}
SHIFT_SHOWN = 10
"""A shift of so many ranks has the full colour."""


@styled
def rank_by_choice(
    frame: pd.DataFrame,
    lang: Language,
    *,
    names: dict[str, str],
    ranges: dict[str, str] | None = None,
    highlight: str | None = None,
    note: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw the rank of every province under each alternative; colour is the shift.

    Parameters
    ----------
    frame
        Unit ids by alternatives (column names are their labels, up to twelve or so); values are
        ranks, 1 is best. The first column is the one from which shifts are counted, and it orders
        the rows.
    names
        Unit id to name.
    ranges
        Unit id to the interval of its rank, in words; written before the first column.
    """
    table = frame.sort_values(frame.columns[0], kind="stable")
    shifts = table.rsub(table.iloc[:, 0], axis=0)
    spans = ranges or {}
    room = max((text_width(span, SMALL) for span in spans.values()), default=-0.08) + 0.08
    left = PAD + max(text_width(names[str(u)], SIZE, "bold") for u in table.index) + room + 0.08
    cell = (WIDTH - PAD - left) / table.shape[1]
    columns = Columns([str(head) for head in table.columns], cell)
    tall = columns.height
    key = lang.tr("Colour: places gained (green) or lost (brown) against the first column")
    about = lang.tr("Beside the names: the interval of the rank") if spans else ""
    notes = [about, key, note or "", source_note(lang, source)]
    sheet = Sheet(PAD + tall + len(table) * ROW, notes)
    ax = sheet.axes(left, PAD + tall, cell * table.shape[1], len(table) * ROW)
    sns.heatmap(
        shifts.astype(float),
        ax=ax,
        cmap=DIVERGING,
        vmin=-SHIFT_SHOWN,
        vmax=SHIFT_SHOWN,
        cbar=False,
        linewidths=0.6,
        linecolor="white",
    )
    ax.set_axis_off()
    columns.draw(sheet, left, PAD + tall)
    _rank_words(ax, table, shifts, lang)
    for row, unit in enumerate(table.index):
        look = {"color": ACCENT, "weight": "bold"} if unit == highlight else {}
        y = PAD + tall + (row + 0.5) * ROW
        sheet.text(PAD, y, names[str(unit)], va="center_baseline", **look)
        span = spans.get(str(unit), "")
        sheet.text(left - 0.06, y, span, ha="right", va="center_baseline", **FAINT)
    return sheet.figure


def _rank_words(ax: Axes, table: pd.DataFrame, shifts: pd.DataFrame, lang: Language) -> None:
    look: dict[str, Any] = {"ha": "center", "va": "center_baseline", "size": SMALL}
    moved = shifts.to_numpy(dtype=float)
    for (row, column), rank in np.ndenumerate(table.to_numpy(dtype=float)):
        shift = moved[row, column]
        level = 0.5 + shift / (2 * SHIFT_SHOWN) if shift == shift else 0.5
        word = number(lang, float(rank), 0)
        ax.text(column + 0.5, row + 0.5, word, color=contrast(tuple(DIVERGING(level))), **look)


@styled
def factor_effects(
    frame: pd.DataFrame, lang: Language, *, note: str | None = None, source: str | None = None
) -> Figure:
    """Draw by how many ranks a choice moves the provinces: mean (bar) and most (end of the line).

    Parameters
    ----------
    frame
        Indexed by the choice's label; columns ``mean_shift`` and ``max_shift`` in ranks, and
        optionally ``max_name``, the province that moves most. Drawn with the largest mean first.
    """
    table = frame.sort_values("mean_shift", ascending=False, kind="stable")
    title = wrap(
        lang.tr("Places by which a province moves: mean (bar) and most (line)"), WIDTH - 2 * PAD
    )
    heads = [wrap(str(head), WIDTH - 2 * PAD) for head in table.index]
    ends = [_end(row, lang) for _, row in table.iterrows()]
    room = max(text_width(end.split("\n")[0], SMALL) for end in ends) + 0.1
    most = max(float(table["max_shift"].max()), 1.0)
    per_place = (WIDTH - 2 * PAD - room) / most
    top = PAD + text_height(title) + 0.08
    height = sum(text_height(head) + 0.27 for head in heads)
    sheet = Sheet(top + height, [note or "", source_note(lang, source)])
    sheet.text(PAD, PAD, title, color=TEXT_GREY, size=SMALL)
    for head, end, (_, row) in zip(heads, ends, table.iterrows(), strict=True):
        sheet.text(PAD, top, head)
        y = top + text_height(head) + 0.09
        mean, far = float(row["mean_shift"]), float(row["max_shift"])
        sheet.line([PAD, PAD + far * per_place], [y, y], color=GREY, linewidth=1.2)
        sheet.line(
            [PAD, PAD + mean * per_place], [y, y], color=INK, linewidth=8, solid_capstyle="butt"
        )
        sheet.line([PAD + far * per_place], [y], color=GREY, marker="|", markersize=8)
        sheet.text(PAD + far * per_place + 0.06, y, end, va="center_baseline", size=SMALL)
        top += text_height(head) + 0.27
    return sheet.figure


def _end(row: pd.Series[float], lang: Language) -> str:
    mean = number(lang, float(row["mean_shift"]), 1)
    most = number(lang, float(row["max_shift"]), 0)
    who = str(row["max_name"]) if "max_name" in row.index else ""
    if who:
        return lang.tr("{mean}; most {most} ({name})", mean=mean, most=most, name=who)
    return lang.tr("{mean}; most {most}", mean=mean, most=most)


@styled
def province_ranks(
    frame: pd.DataFrame,
    lang: Language,
    *,
    nominal: float,
    units: int,
    interval: tuple[float, float],
    note: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw the ranks of one province under each choice, next to its rank in the edition.

    Parameters
    ----------
    frame
        A row an alternative: columns ``factor`` and ``level`` (labels) and ``rank``. Rows of one
        factor stand together.
    nominal
        The rank in the edition.
    units
        How many provinces there are.
    interval
        The ends of the interval of the rank.
    """
    gutter = 2.05
    factors = list(dict.fromkeys(frame["factor"]))
    blocks = [(str(f), frame[frame["factor"] == f]) for f in factors]
    levels = [[wrap(str(w), gutter - 0.15) for w in part["level"]] for _, part in blocks]
    title = lang.tr("Rank (1 is best); line: this edition, band: 90% of the ways")
    top = PAD + line_height(SMALL) + line_height(SMALL) + 0.04
    height = sum(line_height() + 0.06 + sum(text_height(w) + 0.04 for w in b) for b in levels)
    sheet = Sheet(top + height, [note or "", source_note(lang, source)])
    left, right = PAD + gutter, WIDTH - PAD - 0.27
    sheet.text(WIDTH - PAD, PAD, title, ha="right", size=SMALL)

    def at(rank: float) -> float:
        return left + (rank - 1) / max(units - 1, 1) * (right - left)

    for tick in sorted({1, *range(10, units - 3, 10), units}):
        look = {"ha": "center", "size": SMALL, "color": TEXT_GREY}
        sheet.text(at(tick), PAD + line_height(SMALL), number(lang, tick, 0), **look)
        sheet.line([at(tick)] * 2, [top, top + height], color=PALE, linewidth=0.8)
    band = (at(interval[0]) - 0.03, at(interval[1]) + 0.03)
    sheet.box(band, (top, top + height), color=ACCENT, alpha=0.12)
    sheet.line([at(nominal)] * 2, [top, top + height], color=ACCENT, linewidth=1.2)
    for (factor, part), words in zip(blocks, levels, strict=True):
        sheet.text(PAD, top + 0.04, wrap(factor, gutter - 0.1, SIZE, "bold"), weight="bold")
        top += line_height() + 0.06
        for word, rank in zip(words, part["rank"].astype(float), strict=True):
            y = top + text_height(word) / 2
            sheet.text(PAD + 0.1, y, word, va="center")
            sheet.line([at(nominal), at(rank)], [y, y], color=GREY, linewidth=1.2)
            sheet.line([at(rank)], [y], color=INK, marker="o", markersize=5.5)
            side, ha = (0.08, "left") if rank >= nominal else (-0.08, "right")
            sheet.text(
                at(rank) + side, y, number(lang, rank, 0), ha=ha, va="center_baseline", size=SMALL
            )
            top += text_height(word) + 0.04
    return sheet.figure
