"""Bars: what lifts a score, how far choices move ranks, and what the variance comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from erat.locale import Language, phrase, written
from erat.plots.colours import ACCENT, BETTER, GREY, INK, PALE, TEXT_GREY, WORSE
from erat.plots.sheet import UNDER, Sheet
from erat.plots.style import FAINT, SIZE, SMALL, WIDTH, Look, styled
from erat.plots.text import PAD, ROOM, text_height, text_width, widest, wrap

GUTTER = 1.95  # width in inches of the names beside the bars of contributions
GAP = 0.05


@styled
def contribution_bars(
    frame: pd.DataFrame, lang: Language, *, total: float, interval: tuple[float, float]
) -> Figure:
    """Draw what each indicator gives to the score, less what it gives to the mean of the units.

    The frame is indexed by the indicator's label; columns ``contribution`` and ``mean``, in points.
    ``total`` is the difference of the whole score, the sum of the bars, ``interval`` its interval.
    """
    gaps = (frame["contribution"] - frame["mean"]).dropna()
    gaps = gaps.sort_values(ascending=False, kind="stable")
    low, high = (str(written(lang, end, "+.1")) for end in interval)
    together = lang.tr("All together ({low} to {high})", low=low, high=high)
    heads = [wrap(str(name), GUTTER - 0.1) for name in gaps.index]
    heads.append(wrap(together, GUTTER - 0.1, SIZE, "bold"))
    values = [*gaps.astype(float), total]
    words = [str(written(lang, value, "+.1")) for value in values]
    wide = widest(words, SIZE, "bold") + 0.07
    low_end, high_end = min(*values, 0.0), max(*values, 0.0)
    left = PAD + GUTTER + (wide if low_end < 0 else 0.05)
    right = WIDTH - PAD - (wide if high_end > 0 else 0.05)
    per_point = (right - left) / (high_end - low_end) if high_end > low_end else 1.0
    sheet = Sheet(lang)
    title = lang.tr("Difference from the mean of the provinces, in points of the score")
    sheet.paragraph(title, 0.08)
    zero, first = left - low_end * per_point, sheet.top
    for place, (head, value, word) in enumerate(zip(heads, values, words, strict=True)):
        whole = place == len(gaps)
        if whole:
            sheet.line([PAD, WIDTH - PAD], [sheet.top + 0.02] * 2, color=GREY, linewidth=0.8)
            sheet.top += 0.06
        y, end = sheet.top + text_height(head) / 2, left + (value - low_end) * per_point
        colour = INK if whole else BETTER if value >= 0 else WORSE
        sheet.line([zero, end], [y, y], color=colour, linewidth=9, solid_capstyle="butt")
        side, ha = (0.05, "left") if value >= 0 else (-0.05, "right")
        weight = "bold" if whole else "normal"
        sheet.text(end + side, y, word, ha=ha, va="center_baseline", weight=weight)
        sheet.text(PAD, y, head, va="center", weight=weight)
        sheet.top += text_height(head) + GAP
    sheet.line([zero, zero], [first, sheet.top], color=GREY, linewidth=0.8, zorder=UNDER)
    return sheet.finish()


@styled
def factor_effects(frame: pd.DataFrame, lang: Language) -> Figure:
    """Draw by how many ranks a choice moves the units: mean (bar) and most (end of the line).

    The frame is indexed by the choice's label; columns ``mean_shift`` and ``max_shift`` in ranks,
    and ``max_name``, the unit that moves most. The largest mean is drawn first.
    """
    table = frame.sort_values("mean_shift", ascending=False, kind="stable")
    rows = table.to_dict("records")
    text, ends = phrase("{mean}; most {most} ({name})"), []
    for row in rows:
        mean, most = lang.number(row["mean_shift"], 1), lang.number(row["max_shift"], 0)
        ends.append(lang.tr(text, mean=mean, most=most, name=row["max_name"]))
    per_place = (ROOM - widest(ends) - 0.1) / max(float(table["max_shift"].max()), 1.0)
    sheet = Sheet(lang)
    title = lang.tr("Places by which a province moves: mean (bar) and most (line)")
    sheet.paragraph(title, 0.08, **FAINT)
    for head, end, row in zip(table.index, ends, rows, strict=True):
        sheet.paragraph(str(head), 0.27)
        y = sheet.top - 0.18
        near, far = (PAD + float(row[name]) * per_place for name in ("mean_shift", "max_shift"))
        sheet.line([PAD, far], [y, y], color=GREY, linewidth=1.2)
        sheet.line([PAD, near], [y, y], color=INK, linewidth=8, solid_capstyle="butt")
        sheet.line([far], [y], color=GREY, marker="|", markersize=8)
        sheet.text(far + 0.06, y, end, va="center_baseline", size=SMALL)
    return sheet.finish()


STRIP = 0.17  # height of one output's bar in inches
COLOURS = (INK, ACCENT)  # of the first and the second output
BAR: Look = {"linewidth": 7, "solid_capstyle": "butt"}


@styled
def index_bars(frame: pd.DataFrame, lang: Language, *, outputs: Sequence[str] = ()) -> Figure:
    """Draw the part of the variance that each factor accounts for, in the order of the rows.

    The full bar is S1, what a factor does alone; the pale one reaches to ST, with its interactions;
    the line is the interval of ST. The frame has a row a factor and output: columns ``label`` (of
    the factor), ``output`` (0 or 1), ``S1, ST, ST_low, ST_high`` (shares; nan where the output never
    changes) and ``remark`` (written at the right of the factor's name). ``outputs`` is what the
    outputs are called, one or two; none for a single output.
    """
    alone = lang.tr("alone (S1)")
    words = [f"{name}: {alone}" for name in outputs] or [alone]
    key = {word: {**BAR, "color": colour} for word, colour in zip(words, COLOURS, strict=False)}
    key[lang.tr("with interactions (ST)")] = {**BAR, "color": GREY, "alpha": 0.55}
    if (frame["ST_high"] > frame["ST_low"]).any():
        key[lang.tr("95% interval of ST")] = {"color": TEXT_GREY, "linewidth": 1.1}
    sheet = Sheet(lang, key)
    sheet.top += 0.06
    left, right = PAD + 0.06, WIDTH - PAD - text_width("100", SMALL)
    most = max(1.0, float(frame[["S1", "ST", "ST_high"]].max(axis=None)))
    first = sheet.top
    for label, block in frame.groupby("label", sort=False):
        remark = str(block["remark"].iloc[0])
        room = ROOM - (text_width(remark, SMALL) + 0.15 if remark else 0.0)
        head = wrap(str(label), room)
        sheet.text(PAD, sheet.top, head)
        sheet.text(WIDTH - PAD, sheet.top, remark, ha="right", **FAINT)
        sheet.top += text_height(head)
        for row in block.to_dict("records"):
            _index_bar(sheet, sheet.top + STRIP / 2, row, (left, right, most))
            sheet.top += STRIP
        sheet.top += 0.1
    xs = {tick: left + tick / most * (right - left) for tick in (0.0, 0.25, 0.5, 0.75, 1.0)}
    for x in xs.values():
        sheet.line([x, x], [first, sheet.top], color=PALE, linewidth=0.8, zorder=UNDER)
    sheet.top += 0.02
    places = {x: lang.number(100 * tick, 0) for tick, x in xs.items()}
    sheet.axis(places, (left + right) / 2, lang.tr("Percent of the variance"), 0.02)
    return sheet.finish()


def _index_bar(
    sheet: Sheet, y: float, row: Mapping[Any, Any], scale: tuple[float, float, float]
) -> None:
    """Draw one output's indices between left and right, the ends of 0 and most."""
    (left, right, most), lang = scale, sheet.lang
    look = {**FAINT, "va": "center_baseline"}
    if pd.isna(row["ST"]):
        sheet.text(left + 0.04, y, lang.tr("it changes nothing here"), **look)
        return
    shares = [min(row["S1"], row["ST"]), row["ST"], row["ST_low"], row["ST_high"]]
    alone, total, low, high = np.interp(shares, (0, most), (left, right))
    colour = COLOURS[int(row["output"])]
    sheet.line([left, total], [y, y], color=colour, alpha=0.3, **BAR)
    sheet.line([left, alone], [y, y], color=colour, **BAR)
    if high - low > 0.01:
        sheet.line([low, high], [y, y], color=TEXT_GREY, linewidth=1.1)
    sheet.text(max(high, total) + 0.05, y, lang.number(100 * row["ST"], 0), **look)
