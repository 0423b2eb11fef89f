"""Which series exist in which years, for how many provinces, and where they break."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from erat.locale import Language
from erat.plots.sheet import (
    PAD,
    Sheet,
    draw_key,
    key_height,
    source_note,
    text_height,
    text_width,
    wrap,
)
from erat.plots.style import ACCENT, PALE, SMALL, WIDTH, styled

GUTTER = 2.1
"""Width of the column of names in inches."""
COLOURS = [PALE, "#a9cfc6", "#4f97b0", "#255a91"]
"""None; under half; half or more; all."""


@styled
def heat(
    frame: pd.DataFrame,
    lang: Language,
    *,
    breaks: Sequence[tuple[str, int]] = (),
    note: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw the share of provinces that have a value, by series and year.

    Parameters
    ----------
    frame
        Indexed by the series' label, columns are years; values from 0 to 1, missing is 0.
    breaks
        (label, year): the series changed between the year before and this one.
    """
    shares = frame.fillna(0.0).astype(float)
    steps = 1.0 * (shares > 0) + (shares >= 0.5) + (shares > 1 - 1e-9)
    heads = [wrap(str(head), GUTTER - 0.08, SMALL) for head in shares.index]
    edges = [0.0]
    for head in heads:
        edges.append(edges[-1] + text_height(head, SMALL) + 0.05)
    words = [
        lang.tr("all provinces"),
        lang.tr("half or more"),
        lang.tr("under half"),
        lang.tr("none"),
        lang.tr("break in the series"),
    ]
    tall = text_width("2020", SMALL) + 0.08
    top = PAD + key_height(words) + 0.08 + tall
    sheet = Sheet(top + edges[-1] + 0.02, [note or "", source_note(lang, source)])
    draw_key(sheet, PAD, _marks(), words)
    cell = (WIDTH - PAD - GUTTER) / shares.shape[1]
    for row, head in enumerate(heads):
        sheet.text(PAD, top + (edges[row] + edges[row + 1]) / 2, head, va="center", size=SMALL)
    ax = sheet.axes(GUTTER, top, WIDTH - PAD - GUTTER, edges[-1])
    look: dict[str, Any] = {"cmap": ListedColormap(COLOURS), "vmin": 0, "vmax": 3}
    ax.pcolormesh(range(shares.shape[1] + 1), edges, steps, edgecolors="white", lw=1.0, **look)
    ax.invert_yaxis()
    ax.set_axis_off()
    for column, year in enumerate(shares.columns):
        x = GUTTER + (column + 0.5) * cell
        sheet.text(x, top - 0.04, str(year), ha="center", va="bottom", size=SMALL, rotation=90)
    years, labels = [int(str(year)) for year in shares.columns], list(shares.index)
    for label, first in breaks:
        if label in labels and first in years:
            x, row = GUTTER + years.index(first) * cell, labels.index(label)
            ends = [top + edges[row] + 0.01, top + edges[row + 1] - 0.01]
            sheet.line([x, x], ends, color=ACCENT, linewidth=2.2, solid_capstyle="butt", zorder=5)
    return sheet.figure


def _marks() -> list[dict[str, Any]]:
    square = {"marker": "s", "markersize": 8, "linestyle": "none", "markeredgewidth": 0}
    line = {"marker": "|", "markersize": 10, "markeredgewidth": 2.2, "linestyle": "none"}
    return [
        *({**square, "color": colour} for colour in reversed(COLOURS)),
        {**line, "color": ACCENT},
    ]
