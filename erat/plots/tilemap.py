"""Units as a map of square tiles: every unit the same size, near its true place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.typing import ColorType

from erat.errors import DataError, Problem
from erat.locale import Language
from erat.plots.colours import ACCENT, GREY, INK, SEQUENTIAL, contrast
from erat.plots.sheet import Sheet
from erat.plots.style import CENTRED, FAINT, SMALL, Look, styled
from erat.plots.text import PAD, line_height, text_height, widest, wrap

MAP_WIDTH = 5.0
"""A little wider than other figures, so that the usual abbreviations fit into the tiles."""
KEY_LEFT = 2.65  # where the key begins, in inches: at the top, where no tile is
MISSING: Look = {"facecolor": "#f4f5f7", "edgecolor": GREY, "hatch": "////", "linewidth": 0}


@styled
def tile_map(
    scores: pd.DataFrame,
    lang: Language,
    *,
    tiles: pd.DataFrame,
    names: Mapping[str, str],
    label: str,
    highlight: str | None = None,
    vmin: float,
    note: str | None = None,
) -> Figure:
    """Draw the score of each unit, darker is more, and write its interval where tiles are wide enough.

    ``scores`` are indexed by unit id: ``score``, and the ends of its interval, ``low`` and ``high``.
    A missing score is drawn as 'no data', a unit that is not in the index is not drawn. ``tiles``
    are as :func:`erat.indonesia.tiles` gives them, by unit id: ``abbr`` (written in the tile),
    ``column`` and ``row``, which may be fractions. The map is as wide as all; a unit without a tile
    is a ``DataError``. ``vmin`` is the lower end of the colours; the upper one is the highest score.
    """
    units = [str(unit) for unit in scores.index]
    if lost := [repr(unit) for unit in units if unit not in tiles.index]:
        remedy = "give it a row in the table of tiles, or correct its code"
        raise DataError(Problem("tile map", one, "a unit with a tile", remedy) for one in lost)
    there = scores.dropna(subset="score")
    high = float(there["score"].max()) if len(there) else vmin
    columns = float(tiles["column"].max()) + 1
    side = (MAP_WIDTH - 2 * PAD) / columns
    rows = float(tiles.loc[units, "row"].max()) + 1 if units else 1.0
    swatches: dict[str, Look] = {}
    if highlight in units:
        name = names.get(str(highlight), str(highlight))
        swatches[name] = {"facecolor": "white", "edgecolor": ACCENT, "linewidth": 1.8}
    if len(there) < len(scores):
        swatches[lang.tr("no data")] = MISSING
    sheet = Sheet(lang, width=MAP_WIDTH)
    _draw_key(sheet, label, [lang.number(end, 0) for end in (vmin, high)], swatches)
    top = max(PAD, sheet.top + 0.06 - side)
    sheet.top = top + rows * side
    ax = sheet.bare_axes(PAD, top, columns * side, rows * side, (0, columns), (rows, 0))
    words, weight = _fitting(there[["low", "high"]], lang, side)
    span = high - vmin if high > vmin else 1.0
    colours = {str(u): SEQUENTIAL((x - vmin) / span) for u, x in there["score"].items()}
    for unit in units:
        _tile(ax, tiles.loc[unit], colours.get(unit), words.get(unit, "–" if words else ""), weight)
    if highlight in units:
        look = {"facecolor": "none", "edgecolor": ACCENT, "linewidth": 2.4, "zorder": 3}
        _square(ax, tiles.loc[str(highlight)], 0.02, **look)
    return sheet.finish(None, note)


def _fitting(numbers: pd.DataFrame, lang: Language, side: float) -> tuple[dict[str, str], str]:
    """Return the numbers for the tiles and their weight; none at all if they are too wide."""
    words = {
        str(unit): "\N{EN DASH}".join(lang.number(value, 0) for value in row)
        for unit, *row in numbers.itertuples()
    }
    for weight in ("bold", "normal"):
        if widest(words.values(), SMALL, weight) <= side - 0.03:
            return words, weight
    return {}, "normal"


def _square(ax: Axes, tile: pd.Series[Any], inset: float, **look: Any) -> None:
    corner = (float(tile["column"]) + inset, float(tile["row"]) + inset)
    ax.add_patch(Rectangle(corner, 1 - 2 * inset, 1 - 2 * inset, **look))


def _tile(ax: Axes, tile: pd.Series[Any], colour: ColorType | None, word: str, weight: str) -> None:
    look: Look = {**CENTRED, "color": INK}
    if colour is None:
        _square(ax, tile, 0.025, **MISSING)
        look["bbox"] = {"facecolor": "#f4f5f7", "edgecolor": "none", "pad": 0.6}
    else:
        _square(ax, tile, 0.025, facecolor=colour, linewidth=0)
        look["color"] = contrast(colour)
    middle, top = float(tile["column"]) + 0.5, float(tile["row"])
    ax.text(middle, top + (0.3 if word else 0.5), str(tile["abbr"]), **look)
    if word:
        ax.text(middle, top + 0.7, word, weight=weight, **look)


def _draw_key(sheet: Sheet, label: str, ends: Sequence[str], swatches: Mapping[str, Look]) -> None:
    """Draw the colours and what they stand for, then the others, and go on below."""
    left, width = KEY_LEFT, 1.6
    title = wrap(label, MAP_WIDTH - PAD - left)
    sheet.text(left, sheet.top, title)
    sheet.top += text_height(title) + 0.04
    ax = sheet.bare_axes(left, sheet.top, width, 0.1)
    colours = [[step / 255 for step in range(256)]]
    ax.imshow(colours, cmap=SEQUENTIAL, aspect="auto", extent=(0, 1, 0, 1))
    for x, ha, word in ((left, "left", ends[0]), (left + width, "right", ends[1])):
        sheet.text(x, sheet.top + 0.11, word, ha=ha, **FAINT)
    sheet.top += 0.12 + line_height(SMALL)
    for word, look in swatches.items():
        ax = sheet.bare_axes(left, sheet.top + line_height() / 2 - 0.065, 0.18, 0.13)
        ax.add_patch(Rectangle((0, 0), 1, 1, clip_on=False, **{"linewidth": 0, **look}))
        name = wrap(word, MAP_WIDTH - PAD - left - 0.25)
        sheet.text(left + 0.25, sheet.top, name)
        sheet.top += text_height(name) + 0.03
