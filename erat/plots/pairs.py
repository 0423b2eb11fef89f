"""Pairs: which indicators go together, and which units are above which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from erat.locale import Language
from erat.plots.colours import ACCENT, DIVERGING, INK, contrast
from erat.plots.sheet import Sheet
from erat.plots.style import CENTRED, FAINT, SMALL, WIDTH, Look, point, styled
from erat.plots.text import PAD, line_height, text_height, text_width, widest, wrap

GUTTER = 1.6  # width of the column of names in inches
SQUARE = 0.24  # least height of a row in inches
WITHIN = point("s", INK, 7, 1.0, markerfacecolor="none")
WEAK, STRONG = point("v", ACCENT, 7), point("o", INK, 7)
FLAGS = {"negative": WEAK, "weak": WEAK, "strong": STRONG}
"""Marks of a dimension, and of pairs by their flag."""


@styled
def correlation_heat(
    r: pd.DataFrame,
    lang: Language,
    *,
    labels: Mapping[str, str],
    groups: Mapping[str, str],
    flags: Mapping[tuple[str, str], str],
    source: str | None = None,
) -> Figure:
    """Draw every pair of indicators once, coloured and written as 100 times its correlation.

    ``r`` is indexed by indicator both ways; a missing correlation stays empty. ``groups`` are, by
    indicator, its dimension. Pairs within one are framed; the order of rows is kept, so indicators
    of a dimension should stand together. ``flags`` are, by pair in either order, ``negative``,
    ``weak`` or ``strong``, as :func:`erat.coherence.within_and_across` gives them; other words are
    not drawn.
    """
    codes, values = [str(code) for code in r.index], r.to_numpy(dtype=float)
    names = [f"{i} {labels[code]}" for i, code in enumerate(codes, start=1)]
    heads = [wrap(name, GUTTER - PAD - 0.1, SMALL) for name in names]
    heights = [max(text_height(head, SMALL) + 0.05, SQUARE) for head in heads]
    edges = np.cumsum([0.0, *heights]).tolist()
    columns = max(len(codes) - 1, 1)
    wide = (WIDTH - PAD - GUTTER) / columns
    places = [(i, j) for i in range(len(codes)) for j in range(i) if not np.isnan(values[i, j])]
    texts = [lang.number(100 * float(values[place]), 0) for place in places]
    fits = widest(texts) + 0.03 <= wide
    how = (
        lang.tr("The numbers are correlations times 100.")
        if fits
        else lang.tr("Green is a positive correlation, brown a negative one; darker is stronger.")
    )
    key = {
        lang.tr("within a dimension"): WITHIN,
        lang.tr("weak or negative within it"): WEAK,
        lang.tr("nearly the same"): STRONG,
    }
    sheet = Sheet(lang, key)
    top = sheet.top + 0.06
    sheet.top = top + edges[-1] + line_height(SMALL) + 0.04
    for head, ends in zip(heads, pairwise(edges), strict=True):
        sheet.text(PAD, top + sum(ends) / 2, head, va="center", size=SMALL)
    ylim = (edges[-1] or SQUARE, 0)
    ax = sheet.bare_axes(GUTTER, top, wide * columns, edges[-1], (0, columns), ylim)
    for (i, j), text in zip(places, texts, strict=True):
        colour, height = DIVERGING((values[i, j] + 1) / 2), edges[i + 1] - edges[i]
        ax.add_patch(Rectangle((j, edges[i]), 1, height, facecolor=colour, edgecolor="white"))
        if fits:
            middle = (edges[i] + edges[i + 1]) / 2
            ax.text(j + 0.5, middle, text, color=contrast(colour), **CENTRED)
    _frames(ax, [groups.get(code, "") for code in codes], edges)
    _flags(ax, flags, codes, edges)
    step = int(np.ceil(text_width(f"{len(codes)} ", SMALL) / wide))
    for column in range(0, len(codes) - 1, step):
        x = GUTTER + (column + 0.5) * wide
        sheet.text(x, top + edges[-1] + 0.02, str(column + 1), ha="center", **FAINT)
    return sheet.finish(source, how)


def _frames(ax: Axes, groups: Sequence[str], edges: Sequence[float]) -> None:
    """Draw a staircase around the pairs of each run of indicators of one dimension."""
    for first, last in _runs(groups):
        if not groups[first] or last == first:
            continue
        xs, ys = [first], [edges[first + 1]]
        for i in range(first + 1, last + 1):
            xs += [i, i]
            ys += [edges[i], edges[i + 1]]
        xs, ys = [*xs, first, first], [*ys, edges[last + 1], edges[first + 1]]
        ax.plot(xs, ys, color=INK, linewidth=1.4, clip_on=False, zorder=3)


def _flags(
    ax: Axes, flags: Mapping[tuple[str, str], str], codes: Sequence[str], edges: Sequence[float]
) -> None:
    """Mark the pairs that are flagged, at the corner of their cells."""
    for pair, flag in flags.items():
        if flag in FLAGS and {*pair} <= {*codes}:
            column, row = sorted(map(codes.index, pair))
            edge = {"markersize": 5, "markeredgecolor": "white", "markeredgewidth": 0.5}
            look: Look = {**FLAGS[flag], **edge, "zorder": 4, "clip_on": False}
            ax.plot([column + 0.87], [edges[row] + 0.05], **look)


def _runs(values: Sequence[object]) -> list[tuple[int, int]]:
    """Return the first and last place of each run of equal values."""
    runs = [list(run) for _, run in groupby(range(len(values)), key=values.__getitem__)]
    return [(run[0], run[-1]) for run in runs]


ROW = 0.158  # height of a row in inches
KEY = 1.5  # width of the bar that explains the colours


@styled
def dominance_heat(
    above: pd.DataFrame, lang: Language, *, names: Mapping[str, str], tiers: pd.Series[int]
) -> Figure:
    """Draw for each pair the share of ways in which the row's unit is above the column's.

    ``above`` is units by units, in the order to draw; ``tiers`` (unit id to tier) are outlined.
    """
    units, n = [str(unit) for unit in above.index], len(above)
    title = lang.tr("Share of ways in which the province of the row is above that of the column")
    outlined = lang.tr(
        "Outlined: tiers. Rows and columns stand in the order of mean ranks; their numbers are "
        "places in it, not the ranks of the edition."
    )
    left = PAD + 0.27 + widest([names[unit] for unit in units], SMALL, "bold") + 0.06
    sheet = Sheet(lang)
    sheet.paragraph(title, 0.05, size=SMALL)
    bar, top = sheet.top, sheet.top + 0.23 + line_height(SMALL) + 0.02
    sheet.top = top + n * ROW
    low, high = (f"{lang.number(percent, 0)}%" for percent in (0, 100))
    x, look = PAD + text_width(low, SMALL) + 0.05, {"va": "center_baseline", **FAINT}
    scale = sheet.bare_axes(x, bar + 0.03, KEY, 0.11)
    colours = np.linspace(0, 1, 101)[None, :]
    scale.imshow(colours, cmap=DIVERGING, aspect="auto", extent=(0, 1, 0, 1))
    sheet.text(PAD, bar + 0.085, low, **look)
    sheet.text(x + KEY + 0.05, bar + 0.085, high, **look)
    width, ends = WIDTH - PAD - left, (-0.5, n - 0.5)
    ax = sheet.bare_axes(left, top, width, n * ROW)
    shares = above.to_numpy(dtype=float, copy=True)
    np.fill_diagonal(shares, np.nan)
    ax.imshow(shares, cmap=DIVERGING, vmin=0, vmax=1, aspect="auto", interpolation="none")
    ax.set(xlim=ends, ylim=ends[::-1])
    for first, last in _runs([int(tiers[unit]) for unit in units]):
        size = last - first + 1
        outline: Look = {"fill": False, "edgecolor": INK, "linewidth": 1.3, "clip_on": False}
        ax.add_patch(Rectangle((first - 0.5, first - 0.5), size, size, **outline))
    for place in [1, *range(5, n + 1, 5)]:
        x = left + (place - 0.5) * width / n
        sheet.text(x, top - 0.03, lang.number(place, 0), ha="center", va="bottom", **FAINT)
    for place, unit in enumerate(units, start=1):
        y = top + (place - 0.5) * ROW
        sheet.text(PAD + 0.2, y, lang.number(place, 0), **{**CENTRED, "ha": "right"})
        sheet.text(PAD + 0.27, y, names[unit], **{**CENTRED, "ha": "left"})
    return sheet.finish(None, outlined)
