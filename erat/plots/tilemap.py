"""The provinces as a map of square tiles: every province the same size, near its true place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.typing import ColorType

from erat.errors import DataError, Problem
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
    GREY,
    INK,
    SEQUENTIAL,
    SMALL,
    TEXT_GREY,
    Look,
    contrast,
    styled,
)

MAP_WIDTH = 5.0
"""A little wider than other figures, so that the usual abbreviations fit into the tiles."""
COLUMNS = 10.2
TILE = (MAP_WIDTH - 2 * PAD) / COLUMNS
KEY_LEFT = 2.65
"""Inches; the key stands right of Kalimantan, above Sulawesi and Papua."""


class Tile(NamedTuple):
    """A place on the grid; columns and rows may be fractions, so that islands stand apart."""

    abbr: str
    column: float
    row: float


@dataclass(frozen=True)
class _Key:
    """The key of a map: its label, the ends of its colour bar if it has one, its swatches."""

    label: str
    ends: tuple[str, str] | None
    swatches: Sequence[tuple[dict[str, Any], str]]

    @property
    def height(self) -> float:
        bar = 0.16 + line_height(SMALL) if self.ends else 0.04
        return text_height(self.label) + bar + sum(_row(word) for _, word in self.swatches)


@cache
def tiles() -> dict[str, Tile]:
    """Return the tile of every province unit, on both borders."""
    with (files("erat.plots") / "tiles.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file, dtype={"unit": str})
    columns = (table[name].tolist() for name in ("unit", "abbr", "column", "row"))
    return {
        unit: Tile(abbr, float(column), float(row))
        for unit, abbr, column, row in zip(*columns, strict=True)
    }


@styled
def tile_map(
    values: pd.Series[float],
    lang: Language,
    *,
    names: Mapping[str, str],
    label: str,
    highlight: str | None = None,
    digits: int = 0,
    vmin: float | None = None,
    vmax: float | None = None,
    ranges: pd.DataFrame | None = None,
    note: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw a number for each province; darker is more.

    Parameters
    ----------
    values
        Indexed by unit id; a missing value is drawn as 'no data', a unit that is not in the index
        is not drawn.
    names
        Unit id to name, for the highlighted province in the key.
    label
        What the numbers are, with their unit. Numbers too wide for a tile are left to the colours.
    vmin, vmax
        The ends of the colour scale; the extremes of the values if not given.
    ranges
        Indexed by unit id; columns ``low`` and ``high``, written in the tiles instead of the values.

    Raises
    ------
    DataError
        If a unit has no tile.
    """
    there = values.dropna()
    low = vmin if vmin is not None else float(there.min()) if len(there) else 0.0
    high = vmax if vmax is not None else float(there.max()) if len(there) else 1.0
    span = high - low if high > low else 1.0
    colours = {str(unit): SEQUENTIAL((value - low) / span) for unit, value in there.items()}
    words = {str(unit): lang.number(value, digits) for unit, value in there.items()}
    if ranges is not None:
        for unit, low_end, high_end in ranges.reindex(there.index)[["low", "high"]].itertuples():
            parts = (lang.number(end, digits) for end in (low_end, high_end))
            words[str(unit)] = "\N{EN DASH}".join(parts)
    ends = (lang.number(low, digits), lang.number(high, digits))
    key = _Key(_wrapped(label), ends, _extras(values, names, highlight, lang))
    return _draw(
        list(values.index), colours, words, key, highlight, [note or "", source_note(lang, source)]
    )


@styled
def tier_map(
    tiers: pd.Series[str],
    lang: Language,
    *,
    names: Mapping[str, str],
    label: str,
    order: Sequence[str],
    values: pd.Series[float] | None = None,
    digits: int = 0,
    highlight: str | None = None,
    note: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw the tier of each province, lowest first in ``order``; ``values`` stand in the tiles.

    A missing tier is drawn as 'no data'. Raises DataError if a unit has no tile.
    """
    steps = max(len(order) - 1, 1)
    colour = {tier: SEQUENTIAL(0.08 + 0.8 * i / steps) for i, tier in enumerate(order)}
    there = tiers.dropna()
    colours = {str(unit): colour[tier] for unit, tier in there.items()}
    words = {} if values is None else {str(u): lang.number(v, digits) for u, v in values.items()}
    swatches = [({"facecolor": colour[tier]}, _wrapped(tier, 0.25)) for tier in reversed(order)]
    key = _Key(_wrapped(label), None, [*swatches, *_extras(tiers, names, highlight, lang)])
    return _draw(
        list(tiers.index), colours, words, key, highlight, [note or "", source_note(lang, source)]
    )


def _wrapped(text: str, indent: float = 0.0) -> str:
    return wrap(text, MAP_WIDTH - PAD - KEY_LEFT - indent)


def _row(word: str) -> float:
    return text_height(word) + 0.03


def _extras(
    values: pd.Series[Any], names: Mapping[str, str], highlight: str | None, lang: Language
) -> list[tuple[dict[str, Any], str]]:
    """Return the swatches for the highlighted province and for missing values, where they occur."""
    found: list[tuple[dict[str, Any], str]] = []
    if highlight in values.index:
        look = {"facecolor": "white", "edgecolor": ACCENT, "linewidth": 1.8}
        found.append((look, _wrapped(names.get(str(highlight), str(highlight)), 0.25)))
    if values.isna().any():
        found.append((_missing(), _wrapped(lang.tr("no data"), 0.25)))
    return found


def _missing() -> dict[str, Any]:
    return {"facecolor": "#f4f5f7", "edgecolor": GREY, "hatch": "////", "linewidth": 0}


def _draw(
    units: Sequence[str],
    colours: Mapping[str, Any],
    words: Mapping[str, str],
    key: _Key,
    highlight: str | None,
    notes: Sequence[str],
) -> Figure:
    grid = tiles()
    _require_tiles(units)
    offset = max(0.0, key.height + 0.06 - TILE)
    rows = max((grid[unit].row for unit in units), default=0.0) + 1
    sheet = Sheet(offset + PAD + rows * TILE, notes, MAP_WIDTH)
    _draw_key(sheet, key)
    ax = sheet.axes(PAD, PAD + offset, COLUMNS * TILE, rows * TILE)
    ax.set(xlim=(0, COLUMNS), ylim=(rows, 0))
    ax.set_axis_off()
    words, weight = _fitting(words)
    for unit in units:
        word = words.get(unit, "–" if words else "")
        _tile(ax, grid[unit], colours.get(unit), word, weight)
    if highlight in units:
        place = grid[str(highlight)]
        _square(ax, place, 0.02, facecolor="none", edgecolor=ACCENT, linewidth=2.4, zorder=3)
    return sheet.figure


def _fitting(words: Mapping[str, str]) -> tuple[Mapping[str, str], str]:
    """Return the numbers for the tiles and their weight; none at all if they are too wide."""
    for weight in ("bold", "normal"):
        if all(text_width(word, SMALL, weight) <= TILE - 0.03 for word in words.values()):
            return words, weight
    return {}, "normal"


def _require_tiles(units: Sequence[str]) -> None:
    lost = [unit for unit in units if unit not in tiles()]
    if lost:
        remedy = "give province units by their BPS code; old borders are 91-34 and 94-34"
        raise DataError(
            Problem("tile map", repr(unit), "a unit with a tile", remedy) for unit in lost
        )


def _square(ax: Axes, tile: Tile, inset: float, **look: Look) -> None:
    side = 1 - 2 * inset
    ax.add_patch(Rectangle((tile.column + inset, tile.row + inset), side, side, **look))


def _tile(ax: Axes, tile: Tile, colour: ColorType | None, word: str, weight: str) -> None:
    if colour is None:
        _square(ax, tile, 0.025, **_missing())
    else:
        _square(ax, tile, 0.025, facecolor=colour, linewidth=0)
    ink = INK if colour is None else contrast(colour)
    backing = {"facecolor": "#f4f5f7", "edgecolor": "none", "pad": 0.6} if colour is None else None
    middle = tile.column + 0.5
    look: dict[str, Any] = {"ha": "center", "va": "center_baseline", "color": ink, "size": SMALL}
    look["bbox"] = backing
    ax.text(middle, tile.row + (0.3 if word else 0.5), tile.abbr, **look)
    if word:
        ax.text(middle, tile.row + 0.7, word, **{**look, "weight": weight})


def _draw_key(sheet: Sheet, key: _Key) -> None:
    top = PAD
    sheet.text(KEY_LEFT, top, key.label, weight="normal")
    top += text_height(key.label) + 0.04
    if key.ends:
        _colour_bar(sheet, top, key.ends)
        top += 0.12 + line_height(SMALL)
    for look, word in key.swatches:
        middle = top + line_height() / 2
        ax = sheet.axes(KEY_LEFT, middle - 0.065, 0.18, 0.13)
        ax.set(xlim=(0, 1), ylim=(0, 1))
        ax.set_axis_off()
        ax.add_patch(Rectangle((0, 0), 1, 1, clip_on=False, **{"linewidth": 0, **look}))
        sheet.text(KEY_LEFT + 0.25, top, word)
        top += _row(word)


def _colour_bar(sheet: Sheet, top: float, ends: tuple[str, str]) -> None:
    width = 1.6
    ax = sheet.axes(KEY_LEFT, top, width, 0.1)
    ax.imshow([[step / 255 for step in range(256)]], cmap=SEQUENTIAL, aspect="auto")
    ax.set_axis_off()
    for x, ha, word in ((KEY_LEFT, "left", ends[0]), (KEY_LEFT + width, "right", ends[1])):
        sheet.text(x, top + 0.11, word, ha=ha, size=SMALL, color=TEXT_GREY)
