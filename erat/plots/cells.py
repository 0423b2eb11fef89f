"""Cells: coverage by series and year, points by sub-unit and indicator, scores by two lenses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from erat.locale import Language, written
from erat.plots.sheet import (
    PAD,
    Columns,
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
    GREY,
    PALE,
    SEQUENTIAL,
    SIZE,
    SMALL,
    TEXT_GREY,
    WIDTH,
    contrast,
    styled,
)

SERIES = 2.1
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
    """Draw the share of units that have a value, by series and year.

    Parameters
    ----------
    frame
        Indexed by the series' label, columns are years; values from 0 to 1, missing is 0.
    breaks
        (label, year): the series changed between the year before and this one.
    """
    shares = frame.fillna(0.0).astype(float)
    steps = 1.0 * (shares > 0) + (shares >= 0.5) + (shares > 1 - 1e-9)
    heads = [wrap(str(head), SERIES - 0.08, SMALL) for head in shares.index]
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
    cell = (WIDTH - PAD - SERIES) / shares.shape[1]
    for row, head in enumerate(heads):
        sheet.text(PAD, top + (edges[row] + edges[row + 1]) / 2, head, va="center", size=SMALL)
    ax = sheet.axes(SERIES, top, WIDTH - PAD - SERIES, edges[-1])
    look: dict[str, Any] = {"cmap": ListedColormap(COLOURS), "vmin": 0, "vmax": 3}
    ax.pcolormesh(range(shares.shape[1] + 1), edges, steps, edgecolors="white", lw=1.0, **look)
    ax.invert_yaxis()
    ax.set_axis_off()
    for column, year in enumerate(shares.columns):
        x = SERIES + (column + 0.5) * cell
        sheet.text(x, top - 0.04, str(year), ha="center", va="bottom", size=SMALL, rotation=90)
    years, labels = [int(str(year)) for year in shares.columns], list(shares.index)
    for label, first in breaks:
        if label in labels and first in years:
            x, row = SERIES + years.index(first) * cell, labels.index(label)
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
        What the sums in the last row are of, for example the unit.

    Notes
    -----
    Numbers stand in the cells where they are wide enough; the sums have them always. Where columns
    are too narrow for their headings they have letters, and a list above says of what, with the
    sums. The colour is full where only one cell of twenty has more points.
    """
    values = frame.to_numpy(dtype=float)
    digits = 2 if np.abs(frame.sum(axis=1)).max() < 9.95 else 1
    sums = [str(written(lang, total, f"+.{digits}")) for total in frame.sum(axis=1)]
    foots = [str(written(lang, total, f"+.{digits}")) for total in [*frame.sum(), values.sum()]]
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
    words = [[str(written(lang, value, f"+.{digits}")) for value in row] for row in values]
    if max(text_width(word, SMALL) for row in words for word in row) > cell - 0.04:
        return
    for (row, column), value in np.ndenumerate(values):
        colour = contrast(tuple(DIVERGING(min(max(0.5 + value / (2 * most), 0.0), 1.0))))
        place: dict[str, Any] = {"ha": "center", "va": "center_baseline", "size": SMALL}
        ax.text(column + 0.5, row + 0.5, words[row][column], color=colour, **place)


GUTTER = 1.15
"""Width of the column of names in inches."""
TILE = 0.66
GAP = 0.05


@styled
def lens_grid(
    cells: pd.DataFrame,
    lang: Language,
    *,
    rows: Mapping[str, str],
    columns: Mapping[str, str],
    note: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw the scores of a grid of two lenses.

    Parameters
    ----------
    cells
        Indexed by row and column; ``score`` (0 to 100, nan where it is not assessed), ``questions``
        (0: the instrument asks nothing there) and, where there are intervals, ``score_low`` and
        ``score_high``.
    rows, columns
        Tag to name, in the order to show.
    """
    width = (WIDTH - 2 * PAD - GUTTER) / len(columns)
    heads = [wrap(name, width - 0.06, SMALL) for name in columns.values()]
    top = PAD + max(text_height(head, SMALL) for head in heads) + 0.05
    sheet = Sheet(top + len(rows) * TILE, [note or "", source_note(lang, source)])
    for place, head in enumerate(heads):
        sheet.text(
            PAD + GUTTER + (place + 0.5) * width, top - 0.05, head,
            ha="center", va="bottom", size=SMALL, color=TEXT_GREY,
        )  # fmt: skip
    for i, (row, name) in enumerate(rows.items()):
        sheet.text(PAD, top + (i + 0.5) * TILE, wrap(name, GUTTER - 0.1), va="center")
        for j, column in enumerate(columns):
            box = (PAD + GUTTER + j * width, top + i * TILE, width, TILE)
            _tile(sheet, box, cells.loc[(row, column)], lang)
    return sheet.figure


def _tile(
    sheet: Sheet, box: tuple[float, float, float, float], cell: pd.Series, lang: Language
) -> None:
    left, top, width, height = box
    score, count = float(cell["score"]), int(cell["questions"])
    look: dict[str, object] = {"facecolor": "white", "edgecolor": GREY, "linewidth": 0.8}
    lines: Sequence[tuple[str, float]] = [(lang.tr("no question"), SMALL)]
    colour: object = TEXT_GREY
    if not count:
        look |= {"linestyle": (0, (2, 3))}
    elif score != score:
        look |= {"hatch": "///", "edgecolor": "#c8cfd6"}
        lines = [(lang.tr("not assessed"), SMALL)]
    else:
        fill = SEQUENTIAL(0.08 + 0.84 * score / 100)
        look = {"facecolor": fill, "edgecolor": "white", "linewidth": 0.8}
        colour = contrast(fill)
        lines = [(lang.number(score, 1), SIZE + 2), *_interval(cell, lang)]
    if count:
        lines = [*lines, (_questions(lang, count), SMALL)]
    sheet.figure.add_artist(
        Rectangle(
            (left + GAP / 2, sheet.height - top - height + GAP / 2), width - GAP, height - GAP,
            transform=sheet.figure.dpi_scale_trans, **look,  # type: ignore[arg-type]
        )
    )  # fmt: skip
    lines = [
        (part, size)
        for text, size in lines
        for part in wrap(text, width - GAP - 0.06, size).split("\n")
    ]
    tall = sum(line_height(size) for _, size in lines)
    y = top + (height - tall) / 2
    for text, size in lines:
        y += line_height(size) / 2
        backed = (
            {"bbox": {"facecolor": "white", "edgecolor": "none", "pad": 1}}
            if (count and score != score)
            else {}
        )
        sheet.text(
            left + width / 2, y, text, ha="center", va="center_baseline", size=size,
            color=colour, weight="bold" if size > SIZE else "normal", **backed,
        )  # fmt: skip
        y += line_height(size) / 2


def _interval(cell: pd.Series, lang: Language) -> list[tuple[str, float]]:
    low, high = (float(cell.get(end, float("nan"))) for end in ("score_low", "score_high"))
    if not low <= high:
        return []
    return [(f"{lang.number(low, 1)}\N{EN DASH}{lang.number(high, 1)}", SMALL)]


def _questions(lang: Language, count: int) -> str:
    return lang.tr("1 question") if count == 1 else lang.tr("{n} questions", n=count)
