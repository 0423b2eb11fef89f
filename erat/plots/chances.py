"""How likely it is that a province is among the best k."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from erat.locale import Language
from erat.plots.sheet import PAD, Sheet, line_height, source_note, text_height, text_width, wrap
from erat.plots.style import ACCENT, GREY, INK, PALE, SMALL, TEXT_GREY, WIDTH, number, styled

HEIGHT = 1.7
"""Of the curve, in inches."""


@styled
def rank_chances(
    at_most: pd.Series[float],
    lang: Language,
    *,
    name: str,
    nominal: float,
    note: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw the share of ways in which a province ranks k or better.

    Parameters
    ----------
    at_most
        Indexed by k from 1 to the number of provinces; shares that do not descend.
    name
        The province.
    nominal
        Its rank in the edition.
    """
    n = len(at_most)
    shares = at_most.to_numpy(dtype=float)
    title = wrap(
        lang.tr("Share of ways in which {name} has this rank or a better one", name=name),
        WIDTH - 2 * PAD,
    )
    left = PAD + text_width("100%", SMALL) + 0.06
    top = PAD + text_height(title) + 0.22
    width = WIDTH - left - PAD - 0.12
    foot = 2 * line_height(SMALL) + 0.06
    sheet = Sheet(top + HEIGHT + foot, [note or "", source_note(lang, source)])
    sheet.text(PAD, PAD, title)
    ax = sheet.axes(left, top, width, HEIGHT)
    ax.set(xlim=(0.5, n + 0.5), ylim=(0, 1.02))
    ax.set_axis_off()
    for share in (0.05, 0.5, 0.95):
        ax.plot([0.5, n + 0.5], [share, share], color=PALE, linewidth=0.9)
        word = f"{number(lang, 100 * share, 0)}%"
        y = top + HEIGHT * (1 - share / 1.02)
        sheet.text(
            left - 0.05, y, word, ha="right", va="center_baseline", size=SMALL, color=TEXT_GREY
        )
    ax.plot([nominal, nominal], [0, 1], color=ACCENT, linewidth=1.2)
    steps = np.arange(n + 1) + 0.5
    ax.fill_between(steps, [*shares, shares[-1]], step="post", color=GREY, alpha=0.3, linewidth=0)
    ax.stairs(shares, steps, color=INK, linewidth=1.8, baseline=None, zorder=3)

    def at(rank: float) -> float:
        return left + (rank - 0.5) / n * width

    word = lang.tr("rank in this edition: {rank}", rank=number(lang, nominal, 0))
    half = text_width(word, SMALL) / 2
    x = min(max(at(nominal), PAD + half), WIDTH - PAD - half)
    sheet.text(x, top - 0.03, word, ha="center", va="bottom", size=SMALL, color=ACCENT)
    for tick in [1, *range(5, n - 2, 5), n]:
        look = {"ha": "center", "size": SMALL, "color": TEXT_GREY}
        sheet.text(at(tick), top + HEIGHT + 0.02, number(lang, tick, 0), **look)
    y = top + HEIGHT + 0.02 + line_height(SMALL)
    sheet.text(left + width / 2, y, lang.tr("Rank (1 is best)"), ha="center", size=SMALL)
    return sheet.figure
