"""Scores by two lenses at once: a tile a cell, and an empty cell is not a zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from erat.locale import Language
from erat.plots.sheet import PAD, Sheet, line_height, source_note, text_height, wrap
from erat.plots.style import (
    GREY,
    SEQUENTIAL,
    SIZE,
    SMALL,
    TEXT_GREY,
    WIDTH,
    contrast,
    number,
    styled,
)

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
        lines = [(number(lang, score, 1), SIZE + 2), *_interval(cell, lang)]
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
    return [(f"{number(lang, low, 1)}\N{EN DASH}{number(lang, high, 1)}", SMALL)]


def _questions(lang: Language, count: int) -> str:
    return lang.tr("1 question") if count == 1 else lang.tr("{n} questions", n=count)
