"""Ranks: of all units with their ranges, and of one unit under each choice and by chance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

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
    GREY,
    INK,
    PALE,
    SIZE,
    SMALL,
    TEXT_GREY,
    WIDTH,
    styled,
)

ROW = 0.185
"""Height of a unit's row in inches."""


@styled
def rank_ranges(
    frame: pd.DataFrame,
    lang: Language,
    *,
    highlight: str | None = None,
    tiers: pd.Series[str] | None = None,
    note: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw each unit's rank (dot) and the range of its ranks (line).

    Parameters
    ----------
    frame
        Indexed by unit id; columns ``rank``, ``low``, ``high`` (ranks, 1 is best) and ``name``;
        with ``q25``, ``median`` and ``q75`` the middle half and the median are drawn too, and a key.
        Units without a rank stand at the end.
    tiers
        Unit id to tier; each tier becomes a headed block, in the order of its best rank.
    note
        What the range stands for.
    """
    table = frame.sort_values(["rank", "name"], na_position="last", kind="stable")
    if tiers is not None:
        best = table["rank"].groupby(tiers.reindex(table.index)).transform("min")
        ranked = table["rank"].isna().to_numpy()
        table = table.iloc[np.lexsort((np.arange(len(table)), best.to_numpy(), ranked))]
    units = {str(unit): i for i, unit in enumerate(table.index)}
    rows = _rows(table, tiers, lang)
    names = [str(name) for name in table["name"]]
    left = PAD + 0.27 + max(text_width(name, SIZE, "bold") for name in names) + 0.1
    width = WIDTH - left - PAD - 0.08
    key = _key(lang) if "q25" in table else []
    words = [word for word, _ in key]
    over = key_height(words) + 0.06 if key else 0.0
    top = PAD + over + line_height() + line_height(SMALL) + 0.06
    sheet = Sheet(top + len(rows) * ROW + 0.05, [note or "", source_note(lang, source)])
    ax = sheet.axes(left, top, width, len(rows) * ROW)
    _frame(ax, len(table), len(rows), lang)
    draw_key(sheet, PAD, [mark for _, mark in key], words)
    title = lang.tr("Rank (1 is best)")
    sheet.text(left + width / 2, PAD + over, title, ha="center", size=SMALL)
    for position, row in enumerate(rows):
        if row in units:
            _range(ax, position, table.iloc[units[row]], row == highlight)
            _name(
                sheet, top + (position + 0.5) * ROW, table.iloc[units[row]], row == highlight, lang
            )
        else:
            _heading(sheet, ax, position, top + (position + 0.5) * ROW, row, left + width)
    return sheet.figure


def _rows(table: pd.DataFrame, tiers: pd.Series[str] | None, lang: Language) -> list[str]:
    """Return the unit ids in order, with the name of a tier before its first unit."""
    rows: list[str] = []
    last: str | None = None
    for unit, rank in zip(table.index, table["rank"], strict=True):
        missing = bool(pd.isna(rank))
        tier = None if tiers is None else str(tiers.get(unit, ""))
        tier = lang.tr("Not ranked") if missing and tiers is not None else tier
        if tier is not None and tier != last:
            rows.append(tier)
            last = tier
        rows.append(str(unit))
    return rows


def _key(lang: Language) -> list[tuple[str, dict[str, Any]]]:
    """Return the words of the key with the looks of their marks."""
    line: dict[str, Any] = {"color": GREY, "marker": "", "solid_capstyle": "butt"}
    return [
        (lang.tr("rank in this edition"), {**_dot(INK), "linestyle": "none"}),
        (lang.tr("90% of the ways"), {**line, "linewidth": 1.6}),
        (lang.tr("the middle half"), {**line, "linewidth": 5.5}),
        (lang.tr("median"), {**_MEDIAN, "color": TEXT_GREY, "linestyle": "none"}),
    ]


def _dot(colour: str) -> dict[str, Any]:
    return {"marker": "o", "color": colour, "markersize": 5, "markeredgewidth": 0}


_MEDIAN: dict[str, Any] = {"marker": "|", "markersize": 8, "markeredgewidth": 1.6}


def _frame(ax: Axes, units: int, rows: int, lang: Language) -> None:
    ax.set(xlim=(0.2, units + 0.8), ylim=(rows, 0))
    ticks = [1, *range(5, units - 3, 5), units] if units > 5 else list(range(1, units + 1))
    ax.set_xticks(ticks, [lang.number(tick, 0) for tick in ticks])
    ax.set_yticks([])
    ax.xaxis.tick_top()
    ax.tick_params(length=0, pad=2)
    ax.grid(axis="x")
    for side in ax.spines.values():
        side.set_visible(False)


def _range(ax: Axes, position: int, row: pd.Series[Any], marked: bool) -> None:
    if pd.isna(row["rank"]):
        return
    colour = ACCENT if marked else INK
    y = position + 0.5
    line = ACCENT if marked else GREY
    whole: dict[str, Any] = {"color": line, "linewidth": 3.2, "alpha": 0.65, "zorder": 2}
    if "q25" in row.index:
        whole["linewidth"] = 1.6
        half = {**whole, "linewidth": 5.5, "solid_capstyle": "butt"}
        ax.plot([row["q25"], row["q75"]], [y, y], **half)
        tick = ACCENT if marked else TEXT_GREY
        ax.plot([row["median"]], [y], color=tick, zorder=2.5, **_MEDIAN)
    ax.plot([row["low"], row["high"]], [y, y], **whole)
    ax.plot([row["rank"]], [y], zorder=3, **_dot(colour))


def _name(sheet: Sheet, y: float, row: pd.Series[Any], marked: bool, lang: Language) -> None:
    look = {"va": "center_baseline", "color": ACCENT if marked else INK}
    look |= {"weight": "bold"} if marked else {}
    sheet.text(PAD + 0.2, y, lang.number(row["rank"], 0), ha="right", **look)
    sheet.text(PAD + 0.27, y, str(row["name"]), **look)


def _heading(sheet: Sheet, ax: Axes, position: int, y: float, tier: str, right: float) -> None:
    ax.axhspan(position, position + 1, color="white", zorder=1.5)
    sheet.line([PAD, right], [y + ROW / 2 - 0.015] * 2, color=PALE, linewidth=1.0, zorder=3)
    sheet.text(PAD, y, tier, va="center_baseline", color=TEXT_GREY, weight="bold", size=SMALL)


@styled
def unit_ranks(
    frame: pd.DataFrame,
    lang: Language,
    *,
    nominal: float,
    units: int,
    interval: tuple[float, float],
    note: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw the ranks of one unit under each choice, next to its rank in the edition.

    Parameters
    ----------
    frame
        A row an alternative: columns ``factor`` and ``level`` (labels) and ``rank``. Rows of one
        factor stand together.
    nominal
        The rank in the edition.
    units
        How many units there are.
    interval
        The ends of the interval of the rank.
    """
    gutter = 2.05
    factors = list(dict.fromkeys(frame["factor"]))
    blocks = [(str(f), frame[frame["factor"] == f]) for f in factors]
    levels = [[wrap(str(w), gutter - 0.15) for w in part["level"]] for _, part in blocks]
    title = lang.tr("Rank (1 is best); line: this edition, band: 90% of the ways")
    top = PAD + line_height(SMALL) + line_height(SMALL) + 0.04
    height = sum(line_height() + 0.06 + sum(text_height(w) + 0.04 for w in b) for b in levels)
    sheet = Sheet(top + height, [note or "", source_note(lang, source)])
    left, right = PAD + gutter, WIDTH - PAD - 0.27
    sheet.text(WIDTH - PAD, PAD, title, ha="right", size=SMALL)

    def at(rank: float) -> float:
        return left + (rank - 1) / max(units - 1, 1) * (right - left)

    for tick in sorted({1, *range(10, units - 3, 10), units}):
        look = {"ha": "center", "size": SMALL, "color": TEXT_GREY}
        sheet.text(at(tick), PAD + line_height(SMALL), lang.number(tick, 0), **look)
        sheet.line([at(tick)] * 2, [top, top + height], color=PALE, linewidth=0.8)
    band = (at(interval[0]) - 0.03, at(interval[1]) + 0.03)
    sheet.box(band, (top, top + height), color=ACCENT, alpha=0.12)
    sheet.line([at(nominal)] * 2, [top, top + height], color=ACCENT, linewidth=1.2)
    for (factor, part), words in zip(blocks, levels, strict=True):
        sheet.text(PAD, top + 0.04, wrap(factor, gutter - 0.1, SIZE, "bold"), weight="bold")
        top += line_height() + 0.06
        for word, rank in zip(words, part["rank"].astype(float), strict=True):
            y = top + text_height(word) / 2
            sheet.text(PAD + 0.1, y, word, va="center")
            sheet.line([at(nominal), at(rank)], [y, y], color=GREY, linewidth=1.2)
            sheet.line([at(rank)], [y], color=INK, marker="o", markersize=5.5)
            side, ha = (0.08, "left") if rank >= nominal else (-0.08, "right")
            sheet.text(
                at(rank) + side, y, lang.number(rank, 0), ha=ha, va="center_baseline", size=SMALL
            )
            top += text_height(word) + 0.04
    return sheet.figure


CURVE = 1.7
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
    """Draw the share of ways in which a unit ranks k or better.

    Parameters
    ----------
    at_most
        Indexed by k from 1 to the number of units; shares that do not descend.
    name
        The unit.
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
    sheet = Sheet(top + CURVE + foot, [note or "", source_note(lang, source)])
    sheet.text(PAD, PAD, title)
    ax = sheet.axes(left, top, width, CURVE)
    ax.set(xlim=(0.5, n + 0.5), ylim=(0, 1.02))
    ax.set_axis_off()
    for share in (0.05, 0.5, 0.95):
        ax.plot([0.5, n + 0.5], [share, share], color=PALE, linewidth=0.9)
        word = f"{lang.number(100 * share, 0)}%"
        y = top + CURVE * (1 - share / 1.02)
        sheet.text(
            left - 0.05, y, word, ha="right", va="center_baseline", size=SMALL, color=TEXT_GREY
        )
    ax.plot([nominal, nominal], [0, 1], color=ACCENT, linewidth=1.2)
    steps = np.arange(n + 1) + 0.5
    ax.fill_between(steps, [*shares, shares[-1]], step="post", color=GREY, alpha=0.3, linewidth=0)
    ax.stairs(shares, steps, color=INK, linewidth=1.8, baseline=None, zorder=3)

    def at(rank: float) -> float:
        return left + (rank - 0.5) / n * width

    word = lang.tr("rank in this edition: {rank}", rank=lang.number(nominal, 0))
    half = text_width(word, SMALL) / 2
    x = min(max(at(nominal), PAD + half), WIDTH - PAD - half)
    sheet.text(x, top - 0.03, word, ha="center", va="bottom", size=SMALL, color=ACCENT)
    for tick in [1, *range(5, n - 2, 5), n]:
        look = {"ha": "center", "size": SMALL, "color": TEXT_GREY}
        sheet.text(at(tick), top + CURVE + 0.02, lang.number(tick, 0), **look)
    y = top + CURVE + 0.02 + line_height(SMALL)
    sheet.text(left + width / 2, y, lang.tr("Rank (1 is best)"), ha="center", size=SMALL)
    return sheet.figure
