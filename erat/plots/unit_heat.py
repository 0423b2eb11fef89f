"""Points by sub-unit and indicator: rows add up at the right, columns at the foot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from erat.locale import Language
from erat.plots.columns import Columns
from erat.plots.sheet import (
    PAD,
    Sheet,
    source_note,
    text_width,
)
from erat.plots.style import (
    DIVERGING,
    SIZE,
    SMALL,
    TEXT_GREY,
    WIDTH,
    contrast,
    number,
    styled,
)

ROW = 0.195
"""Height of a row in inches."""
NAME = 1.75
"""Most inches that names take; a longer one is set smaller, then cut."""
FULL = 0.95
"""Share of the cells below the one at which the colour is full."""


@styled
def unit_heat(
    frame: pd.DataFrame,
    lang: Language,
    *,
    names: Mapping[str, str],
    labels: Mapping[str, str],
    foot: str,
    note: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw the points that every sub-unit adds through every indicator.

    Parameters
    ----------
    frame
        Units by indicators, in points, in the order to be drawn. Rows and columns add up.
    names, labels
        Unit and indicator to what they are called.
    foot
        What the sums in the last row are of, for example the province.

    Notes
    -----
    Numbers stand in the cells where they are wide enough; the sums have them always. Where columns
    are too narrow for their headings they have letters, and a list above says of what, with the
    sums. The colour is full where only one cell of twenty has more points.
    """
    values = frame.to_numpy(dtype=float)
    digits = 2 if np.abs(frame.sum(axis=1)).max() < 9.95 else 1
    sums = [number(lang, total, digits, sign=True) for total in frame.sum(axis=1)]
    foots = [number(lang, total, digits, sign=True) for total in [*frame.sum(), values.sum()]]
    right = max(text_width(word, SMALL, "bold") for word in [*sums, foots[-1]]) + 0.08
    heads = [_fitted(names[str(unit)]) for unit in frame.index]
    last = _fitted(foot, "bold")
    left = PAD + max(text_width(*last, "bold"), *(text_width(*head) for head in heads)) + 0.08
    cell = (WIDTH - PAD - right - left) / frame.shape[1]
    columns = Columns([labels[str(code)] for code in frame.columns], cell, foots[:-1])
    rows, tops = len(frame), PAD + columns.height
    key = lang.tr("Colour: points below (brown) or above (green) zero")
    sheet = Sheet(tops + (rows + 1) * ROW + 0.06, [key, note or "", source_note(lang, source)])
    ax = sheet.axes(left, tops, cell * frame.shape[1], rows * ROW)
    _cell_words(ax, values, lang, digits, cell)
    y = tops + (rows + 0.8) * ROW
    columns.draw(sheet, left, tops, y)
    for row, (head, total) in enumerate(zip(heads, sums, strict=True)):
        _row(sheet, tops + (row + 0.5) * ROW, head, total)
    sheet.line([PAD, WIDTH - PAD], [y - ROW * 0.65] * 2, color=TEXT_GREY, linewidth=0.7)
    _row(sheet, y, last, foots[-1], "bold")
    return sheet.figure


def _row(
    sheet: Sheet, y: float, head: tuple[str, float], total: str, weight: str = "normal"
) -> None:
    """Write the name and the sum of a row."""
    name, size = head
    sheet.text(PAD, y, name, va="center_baseline", size=size, weight=weight)
    _word(sheet, WIDTH - PAD, y, total, ha="right", weight="bold")


def _word(sheet: Sheet, x: float, y: float, word: str, **look: Any) -> None:
    sheet.text(x, y, word, **{"size": SMALL, "va": "center_baseline", **look})


def _fitted(name: str, weight: str = "normal") -> tuple[str, float]:
    """Return a name that fits its column and the size it is set in."""
    size = SIZE if text_width(name, SIZE, weight) <= NAME else SMALL
    while text_width(name, size, weight) > NAME:
        name = name.removesuffix("…")[:-1].rstrip() + "…"
    return name, size


def _cell_words(ax: Axes, values: np.ndarray, lang: Language, digits: int, cell: float) -> None:
    """Colour the cells and write into them where there is room."""
    most = float(np.nanquantile(np.abs(values), FULL)) or 1.0
    edges = (range(values.shape[1] + 1), range(values.shape[0] + 1))
    look: dict[str, Any] = {"cmap": DIVERGING, "vmin": -most, "vmax": most}
    ax.pcolormesh(*edges, values, edgecolors="white", lw=0.8, **look)
    ax.invert_yaxis()
    ax.set_axis_off()
    words = [[number(lang, value, digits, sign=True) for value in row] for row in values]
    if max(text_width(word, SMALL) for row in words for word in row) > cell - 0.04:
        return
    for (row, column), value in np.ndenumerate(values):
        colour = contrast(tuple(DIVERGING(min(max(0.5 + value / (2 * most), 0.0), 1.0))))
        place: dict[str, Any] = {"ha": "center", "va": "center_baseline", "size": SMALL}
        ax.text(column + 0.5, row + 0.5, words[row][column], color=colour, **place)
