"""How much of what changes comes from each factor: first and total order indices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
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
    GREY,
    INK,
    PALE,
    SMALL,
    TEXT_GREY,
    WIDTH,
    number,
    styled,
)

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
    heads = [_head(str(label), remark) for label, remark in zip(labels, remarks, strict=True)]
    estimated = bool((frame["ST_high"] > frame["ST_low"]).any())
    words, marks = _key(outputs, lang, estimated)
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
        sheet.text(x, top + height + 0.02, number(lang, 100 * tick, 0), **look)
    title = lang.tr("Percent of the variance")
    y = top + height + 0.02 + line_height(SMALL)
    sheet.text((left + right) / 2, y, title, ha="center", size=SMALL)
    for head, remark, block in zip(heads, remarks, blocks, strict=True):
        sheet.text(PAD, top, head)
        sheet.text(WIDTH - PAD, top, remark, ha="right", size=SMALL, color=TEXT_GREY)
        top += text_height(head)
        for row in block.to_dict("records"):
            _bar(sheet, top + STRIP / 2, row, (left, right, most), lang)
            top += STRIP
        top += 0.1
    return sheet.figure


def _head(label: str, remark: str) -> str:
    room = WIDTH - 2 * PAD - (text_width(remark, SMALL) + 0.15 if remark else 0.0)
    return wrap(label, room)


def _key(
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


def _bar(
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
    word = number(lang, 100 * total, 0)
    x = max(ends[1], at(total)) + 0.05
    sheet.text(x, y, word, size=SMALL, color=TEXT_GREY, va="center_baseline")
