"""Who is above whom in how many ways, pair by pair, and the tiers that follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from erat.locale import Language
from erat.plots.sheet import (
    PAD,
    Sheet,
    line_height,
    source_note,
    text_height,
    text_width,
    wrap,
)
from erat.plots.style import (
    ACCENT,
    DIVERGING,
    INK,
    SMALL,
    TEXT_GREY,
    WIDTH,
    number,
    styled,
)

ROW = 0.158
"""Height of a row in inches."""
KEY = 1.5
"""Width of the bar that explains the colours."""


@styled
def dominance_heat(
    above: pd.DataFrame,
    lang: Language,
    *,
    names: Mapping[str, str],
    tiers: pd.Series[int],
    highlight: str | None = None,
    note: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw for each pair the share of ways in which the row's province is above the column's.

    Parameters
    ----------
    above
        Units by units, shares; in the order to draw.
    names
        Unit id to name.
    tiers
        Unit id to tier; each is outlined.
    """
    units = [str(unit) for unit in above.index]
    shares = above.to_numpy(dtype=float, copy=True)
    n = len(units)
    left = PAD + 0.27 + max(text_width(names[u], SMALL, "bold") for u in units) + 0.06
    title = wrap(
        lang.tr("Share of ways in which the province of the row is above that of the column"),
        WIDTH - 2 * PAD, SMALL,
    )  # fmt: skip
    top = PAD + text_height(title, SMALL) + 0.28 + line_height(SMALL) + 0.02
    outlined = lang.tr(
        "Outlined: tiers. Rows and columns stand in the order of mean ranks; their numbers are "
        "places in it, not the ranks of the edition."
    )
    sheet = Sheet(top + n * ROW, [outlined, note or "", source_note(lang, source)])
    sheet.text(PAD, PAD, title, size=SMALL)
    _key(sheet, PAD + text_height(title, SMALL) + 0.05, lang)
    ax = sheet.axes(left, top, WIDTH - PAD - left, n * ROW)
    np.fill_diagonal(shares, np.nan)
    ax.imshow(shares, cmap=DIVERGING, vmin=0, vmax=1, aspect="auto", interpolation="none")
    ax.set(xlim=(-0.5, n - 0.5), ylim=(n - 0.5, -0.5))
    ax.set_axis_off()
    for first, last in _runs([int(tiers[unit]) for unit in units]):
        size = last - first + 1
        look: dict[str, Any] = {"fill": False, "edgecolor": INK, "linewidth": 1.3, "clip_on": False}
        ax.add_patch(Rectangle((first - 0.5, first - 0.5), size, size, **look))
    cell = (WIDTH - PAD - left) / n
    for place in [1, *range(5, n + 1, 5)]:
        look = {"ha": "center", "va": "bottom", "size": SMALL, "color": TEXT_GREY}
        sheet.text(left + (place - 0.5) * cell, top - 0.03, number(lang, place, 0), **look)
    for place, unit in enumerate(units):
        y = top + (place + 0.5) * ROW
        colour = ACCENT if unit == highlight else INK
        look = {"va": "center_baseline", "size": SMALL, "color": colour}
        sheet.text(PAD + 0.2, y, number(lang, place + 1, 0), ha="right", **look)
        sheet.text(PAD + 0.27, y, names[unit], **look)
    return sheet.figure


def _runs(tiers: list[int]) -> list[tuple[int, int]]:
    """Return the first and last place of each run of one tier."""
    found: list[tuple[int, int]] = []
    for place, tier in enumerate(tiers):
        if found and tiers[found[-1][0]] == tier:
            found[-1] = (found[-1][0], place)
        else:
            found.append((place, place))
    return found


def _key(sheet: Sheet, top: float, lang: Language) -> None:
    """Draw the scale of colours with its ends and its middle."""
    word = f"{number(lang, 0, 0)}%"
    x = PAD + text_width(word, SMALL) + 0.05
    ax = sheet.axes(x, top + 0.03, KEY, 0.11)
    ax.imshow(np.linspace(0, 1, 101)[None, :], cmap=DIVERGING, aspect="auto")
    ax.set_axis_off()
    look = {"va": "center_baseline", "size": SMALL, "color": TEXT_GREY}
    sheet.text(PAD, top + 0.085, word, **look)
    sheet.text(x + KEY + 0.05, top + 0.085, f"{number(lang, 100, 0)}%", **look)
