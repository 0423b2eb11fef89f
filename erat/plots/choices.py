"""What the choices of a method do to ranks: each alone, and their parts of the variance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from erat.locale import Language
from erat.plots.sheet import (
    PAD,
    Columns,
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
    DIVERGING,
    GREY,
    INK,
    PALE,
    SIZE,
    SMALL,
    TEXT_GREY,
    WIDTH,
    contrast,
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
    """Draw the rank of every unit under each alternative; colour is the shift.

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
        word = lang.number(float(rank), 0)
        ax.text(column + 0.5, row + 0.5, word, color=contrast(tuple(DIVERGING(level))), **look)


@styled
def factor_effects(
    frame: pd.DataFrame, lang: Language, *, note: str | None = None, source: str | None = None
) -> Figure:
    """Draw by how many ranks a choice moves the units: mean (bar) and most (end of the line).

    Parameters
    ----------
    frame
        Indexed by the choice's label; columns ``mean_shift`` and ``max_shift`` in ranks, and
        optionally ``max_name``, the unit that moves most. Drawn with the largest mean first.
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
    mean = lang.number(float(row["mean_shift"]), 1)
    most = lang.number(float(row["max_shift"]), 0)
    who = str(row["max_name"]) if "max_name" in row.index else ""
    if who:
        return lang.tr("{mean}; most {most} ({name})", mean=mean, most=most, name=who)
    return lang.tr("{mean}; most {most}", mean=mean, most=most)


STRIP = 0.17
"""Height of one output's bar in inches."""
COLOURS = (INK, ACCENT)
"""Of the first and the second output."""


@styled
def index_bars(
    frame: pd.DataFrame,
    lang: Language,
    *,
    outputs: Sequence[str] = (),
    note: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw the part of the variance that each factor accounts for.

    Parameters
    ----------
    frame
        A row a factor and output: columns ``label`` (of the factor), ``output`` (0 or 1),
        ``S1, ST, ST_low, ST_high`` (shares; nan where the output never changes) and ``remark``
        (written at the right of the factor's name). Factors are drawn in the order of their rows.
    outputs
        What the outputs are called, one or two; none for a single output.

    Notes
    -----
    The full bar is S1, what a factor does alone; the pale one reaches to ST, with its interactions;
    the line is the interval of ST.
    """
    labels = list(dict.fromkeys(frame["label"]))
    blocks = [frame[frame["label"] == label] for label in labels]
    remarks = [str(block["remark"].iloc[0]) for block in blocks]
    heads = [
        _factor_head(str(label), remark) for label, remark in zip(labels, remarks, strict=True)
    ]
    estimated = bool((frame["ST_high"] > frame["ST_low"]).any())
    words, marks = _index_key(outputs, lang, estimated)
    height = sum(text_height(h) + STRIP * len(b) + 0.1 for h, b in zip(heads, blocks, strict=True))
    top = PAD + key_height(words) + 0.06
    foot = 2 * line_height(SMALL) + 0.04
    sheet = Sheet(top + height + foot, [note or "", source_note(lang, source)])
    draw_key(sheet, PAD, marks, words)
    left, right = PAD + 0.06, WIDTH - PAD - text_width("100", SMALL)
    most = max(1.0, float(frame[["S1", "ST", "ST_high"]].max(axis=None)))
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = left + tick / most * (right - left)
        sheet.line([x, x], [top, top + height], color=PALE, linewidth=0.8)
        look = {"ha": "center", "size": SMALL, "color": TEXT_GREY}
        sheet.text(x, top + height + 0.02, lang.number(100 * tick, 0), **look)
    title = lang.tr("Percent of the variance")
    y = top + height + 0.02 + line_height(SMALL)
    sheet.text((left + right) / 2, y, title, ha="center", size=SMALL)
    for head, remark, block in zip(heads, remarks, blocks, strict=True):
        sheet.text(PAD, top, head)
        sheet.text(WIDTH - PAD, top, remark, ha="right", size=SMALL, color=TEXT_GREY)
        top += text_height(head)
        for row in block.to_dict("records"):
            _index_bar(sheet, top + STRIP / 2, row, (left, right, most), lang)
            top += STRIP
        top += 0.1
    return sheet.figure


def _factor_head(label: str, remark: str) -> str:
    room = WIDTH - 2 * PAD - (text_width(remark, SMALL) + 0.15 if remark else 0.0)
    return wrap(label, room)


def _index_key(
    outputs: Sequence[str], lang: Language, estimated: bool
) -> tuple[list[str], list[dict[str, Any]]]:
    alone, together = lang.tr("alone (S1)"), lang.tr("with interactions (ST)")
    bar: dict[str, Any] = {"linewidth": 7, "solid_capstyle": "butt", "marker": ""}
    names = list(outputs) or [alone]
    words = [f"{name}: {alone}" if outputs else alone for name in names]
    marks = [{**bar, "color": COLOURS[i]} for i in range(len(names))]
    words.append(together)
    marks.append({**bar, "color": GREY, "alpha": 0.55})
    if estimated:
        words.append(lang.tr("95% interval of ST"))
        marks.append({"color": TEXT_GREY, "linewidth": 1.1, "marker": ""})
    return words, marks


def _index_bar(
    sheet: Sheet, y: float, row: dict[Any, Any], scale: tuple[float, float, float], lang: Language
) -> None:
    left, right, most = scale
    if pd.isna(row["ST"]):
        words = lang.tr("it changes nothing here")
        sheet.text(left + 0.04, y, words, size=SMALL, color=TEXT_GREY, va="center_baseline")
        return

    def at(share: float) -> float:
        return left + min(max(share, 0.0), most) / most * (right - left)

    colour = COLOURS[int(row["output"])]
    first, total = float(row["S1"]), float(row["ST"])
    bar = {"solid_capstyle": "butt", "linewidth": 7}
    sheet.line([left, at(total)], [y, y], color=colour, alpha=0.3, **bar)
    sheet.line([left, at(min(first, total))], [y, y], color=colour, **bar)
    ends = [at(float(row["ST_low"])), at(float(row["ST_high"]))]
    if ends[1] - ends[0] > 0.01:
        sheet.line(ends, [y, y], color=TEXT_GREY, linewidth=1.1)
    word = lang.number(100 * total, 0)
    x = max(ends[1], at(total)) + 0.05
    sheet.text(x, y, word, size=SMALL, color=TEXT_GREY, va="center_baseline")
