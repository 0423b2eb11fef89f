"""Pairs: which indicators go together, and which units are above which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

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
    DIVERGING,
    INK,
    SMALL,
    TEXT_GREY,
    WIDTH,
    contrast,
    styled,
)

GUTTER = 1.6
"""Width of the column of names in inches."""
SQUARE = 0.24
"""Least height of a row in inches."""


@styled
def correlation_heat(
    r: pd.DataFrame,
    lang: Language,
    *,
    labels: Mapping[str, str],
    groups: Mapping[str, str] | None = None,
    flags: Mapping[tuple[str, str], str] | None = None,
    note: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw every pair of indicators once, coloured and written as 100 times its correlation.

    Parameters
    ----------
    r
        Correlations, indexed by indicator both ways; a missing one stays empty.
    labels
        By indicator: its name. Rows are named and numbered, columns numbered.
    groups
        By indicator: its dimension. Pairs within one are framed; the order of rows is kept, so
        that indicators of a dimension should stand together.
    flags
        By pair, in either order: ``negative``, ``weak`` or ``strong``, as
        :func:`erat.coherence.within_and_across` gives them. Other words are not drawn.
    """
    codes = [str(code) for code in r.index]
    names = [f"{i} {labels[code]}" for i, code in enumerate(codes, start=1)]
    heads = [wrap(name, GUTTER - PAD - 0.1, SMALL) for name in names]
    edges = np.cumsum([0.0, *(max(text_height(head, SMALL) + 0.05, SQUARE) for head in heads)])
    words = [
        lang.tr("within a dimension"),
        lang.tr("weak or negative within it"),
        lang.tr("nearly the same"),
    ]
    top = PAD + key_height(words) + 0.06
    values = r.to_numpy(dtype=float)
    columns = max(len(codes) - 1, 1)
    wide = (WIDTH - PAD - GUTTER) / columns
    texts = _percents(values, lang)
    fits = max([text_width(text, SMALL) for text in texts.values()] or [0.0]) + 0.03 <= wide
    notes = [_how(lang, fits), note or "", source_note(lang, source)]
    sheet = Sheet(top + edges[-1] + line_height(SMALL) + 0.04, notes)
    draw_key(sheet, PAD, _pair_marks(), words)
    for row, head in enumerate(heads):
        middle = top + (edges[row] + edges[row + 1]) / 2
        sheet.text(PAD, middle, head, va="center", size=SMALL)
    ax = sheet.axes(GUTTER, top, wide * columns, float(edges[-1]))
    ax.set(xlim=(0, columns), ylim=(float(edges[-1]) or SQUARE, 0))
    ax.set_axis_off()
    _cells(ax, values, edges, texts if fits else {})
    _frames(ax, codes, edges, groups or {})
    _flags(ax, codes, edges, flags or {})
    step = int(np.ceil(text_width(f"{len(codes)} ", SMALL) / wide))
    for column in range(0, len(codes) - 1, step):
        x = GUTTER + (column + 0.5) * wide
        y = top + float(edges[-1]) + 0.02
        sheet.text(x, y, str(column + 1), ha="center", size=SMALL, color=TEXT_GREY)
    return sheet.figure


def _percents(values: np.ndarray, lang: Language) -> dict[tuple[int, int], str]:
    """Write the numbers under the diagonal, by row and column."""
    places = [(i, j) for i in range(len(values)) for j in range(i)]
    return {
        (i, j): lang.number(100 * float(values[i, j]), 0)
        for i, j in places
        if not np.isnan(values[i, j])
    }


def _how(lang: Language, fits: bool) -> str:
    if fits:
        return lang.tr("The numbers are correlations times 100.")
    return lang.tr("Green is a positive correlation, brown a negative one; darker is stronger.")


def _cells(
    ax: Axes, values: np.ndarray, edges: np.ndarray, texts: Mapping[tuple[int, int], str]
) -> None:
    """Colour the cells under the diagonal, and write in them."""
    look: dict[str, Any] = {"ha": "center", "va": "center_baseline", "size": SMALL}
    for row, column in [(i, j) for i in range(len(values)) for j in range(i)]:
        value, top, end = float(values[row, column]), float(edges[row]), float(edges[row + 1])
        if np.isnan(value):
            continue
        colour = DIVERGING((value + 1) / 2)
        box = Rectangle((column, top), 1, end - top, facecolor=colour, edgecolor="white")
        ax.add_patch(box)
        words = texts.get((row, column), "")
        ax.text(column + 0.5, (top + end) / 2, words, color=contrast(colour), **look)


def _frames(ax: Axes, codes: Sequence[str], edges: np.ndarray, groups: Mapping[str, str]) -> None:
    """Draw a staircase around the pairs of each run of indicators of one dimension."""
    own = [groups.get(code, "") for code in codes]
    starts = [i for i in range(len(codes)) if not i or own[i] != own[i - 1]]
    for first, end in pairwise([*starts, len(codes)]):
        if not own[first] or end - first < 2:
            continue
        xs, ys = [first], [edges[first + 1]]
        for i in range(first + 1, end):
            xs += [i, i]
            ys += [edges[i], edges[i + 1]]
        xs, ys = [*xs, first, first], [*ys, edges[end], edges[first + 1]]
        ax.plot(xs, ys, color=INK, linewidth=1.4, clip_on=False, zorder=3)


def _flags(
    ax: Axes,
    codes: Sequence[str],
    edges: np.ndarray,
    flags: Mapping[tuple[str, str], str],
) -> None:
    """Mark the corner of every flagged pair."""
    place = {code: i for i, code in enumerate(codes)}
    kinds = {"negative": _pair_marks()[1], "weak": _pair_marks()[1], "strong": _pair_marks()[2]}
    for (a, b), flag in flags.items():
        if flag in kinds and a in place and b in place:
            row, column = max(place[a], place[b]), min(place[a], place[b])
            size = {"markersize": 5, "markeredgecolor": "white", "markeredgewidth": 0.5}
            x, y = [column + 0.87], [edges[row] + 0.05]
            ax.plot(x, y, **{**kinds[flag], **size}, zorder=4, clip_on=False)


def _pair_marks() -> list[dict[str, Any]]:
    none = {"linestyle": "none"}
    return [
        {"marker": "s", "markersize": 7, "markerfacecolor": "none", "color": INK, **none},
        {"marker": "v", "markersize": 7, "markeredgewidth": 0, "color": ACCENT, **none},
        {"marker": "o", "markersize": 7, "markeredgewidth": 0, "color": INK, **none},
    ]


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
    """Draw for each pair the share of ways in which the row's unit is above the column's.

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
        sheet.text(left + (place - 0.5) * cell, top - 0.03, lang.number(place, 0), **look)
    for place, unit in enumerate(units):
        y = top + (place + 0.5) * ROW
        colour = ACCENT if unit == highlight else INK
        look = {"va": "center_baseline", "size": SMALL, "color": colour}
        sheet.text(PAD + 0.2, y, lang.number(place + 1, 0), ha="right", **look)
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
    word = f"{lang.number(0, 0)}%"
    x = PAD + text_width(word, SMALL) + 0.05
    ax = sheet.axes(x, top + 0.03, KEY, 0.11)
    ax.imshow(np.linspace(0, 1, 101)[None, :], cmap=DIVERGING, aspect="auto")
    ax.set_axis_off()
    look = {"va": "center_baseline", "size": SMALL, "color": TEXT_GREY}
    sheet.text(PAD, top + 0.085, word, **look)
    sheet.text(x + KEY + 0.05, top + 0.085, f"{lang.number(100, 0)}%", **look)
