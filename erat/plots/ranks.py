"""Ranks and bars: ranks of all units and of one, what moves them, and what lifts a score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from erat.locale import Language, phrase, written
from erat.plots.colours import ACCENT, BETTER, GREY, INK, PALE, TEXT_GREY, WORSE
from erat.plots.sheet import UNDER, Sheet
from erat.plots.style import FAINT, SIZE, SMALL, WIDTH, Look, point, styled
from erat.plots.text import PAD, ROOM, line_height, text_height, text_width, widest, wrap

ROW = 0.185  # height of a unit's row in inches


@styled
def rank_ranges(
    frame: pd.DataFrame,
    lang: Language,
    *,
    tiers: pd.Series[str] | None = None,
    note: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw each unit's rank (dot) and the range of its ranks (line).

    The frame is indexed by unit id; columns ``rank``, ``low``, ``high`` (ranks, 1 is best) and
    ``name``; with ``q25``, ``median`` and ``q75`` the middle half and the median are drawn too, and
    a key. Units without a rank stand at the end. Each of the ``tiers`` (by unit id) becomes a headed
    block, in the order of its best rank.
    """
    table = frame.sort_values(["rank", "name"], na_position="last", kind="stable")
    blocks = [("", table)]
    if tiers is not None:
        tier = tiers.reindex(table.index).fillna("")
        tier = tier.mask(table["rank"].isna(), lang.tr("Not ranked"))
        best = table["rank"].groupby(tier).transform("min").sort_values(kind="stable")
        blocks = list(table.loc[best.index].groupby(tier, sort=False))
    rows = len(table) + (0 if tiers is None else len(blocks))
    key = _key(lang) if "q25" in table else {}
    left = PAD + 0.27 + widest(map(str, table["name"]), SIZE, "bold") + 0.1
    width = WIDTH - left - PAD - 0.08
    sheet = Sheet(lang, key)
    sheet.top += 0.06 if key else 0.0
    title = lang.tr("Rank (1 is best)")
    sheet.text(left + width / 2, sheet.top, title, ha="center", size=SMALL)
    top = sheet.top + line_height() + line_height(SMALL) + 0.06
    sheet.top = top + rows * ROW + 0.05
    ax = sheet.axes(left, top, width, rows * ROW)
    _frame(ax, len(table), rows, lang)
    place = 0
    for heading, block in blocks:
        if tiers is not None:
            y = top + (place + 0.5) * ROW
            ax.axhspan(place, place + 1, color="white", zorder=1.5)
            ends = ([PAD, left + width], [y + ROW / 2 - 0.015] * 2)
            sheet.line(*ends, color=PALE, linewidth=1.0, zorder=3)
            sheet.text(PAD, y, str(heading), va="center_baseline", weight="bold", **FAINT)
            place += 1
        for _, row in block.iterrows():
            _range(ax, place, row)
            y, va = top + (place + 0.5) * ROW, "center_baseline"
            sheet.text(PAD + 0.2, y, lang.number(row["rank"], 0), ha="right", va=va)
            sheet.text(PAD + 0.27, y, str(row["name"]), va=va)
            place += 1
    return sheet.finish(source, note)


def _key(lang: Language) -> dict[str, Look]:
    line = {"color": GREY, "solid_capstyle": "butt"}
    return {
        lang.tr("rank in this edition"): point("o", INK, 5),
        lang.tr("90% of the ways"): {**line, "linewidth": 1.6},
        lang.tr("the middle half"): {**line, "linewidth": 5.5},
        lang.tr("median"): point("|", TEXT_GREY, 8, 1.6),
    }


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


def _range(ax: Axes, place: int, row: pd.Series[Any]) -> None:
    if pd.isna(row["rank"]):
        return
    y = place + 0.5
    whole: Look = {"color": GREY, "linewidth": 3.2, "alpha": 0.65, "zorder": 2}
    if "q25" in row.index:
        whole["linewidth"] = 1.6
        half = {**whole, "linewidth": 5.5, "solid_capstyle": "butt"}
        ax.plot([row["q25"], row["q75"]], [y, y], **half)
        ax.plot([row["median"]], [y], **point("|", TEXT_GREY, 8, 1.6, zorder=2.5))
    ax.plot([row["low"], row["high"]], [y, y], **whole)
    ax.plot([row["rank"]], [y], **point("o", INK, 5, zorder=3))


CHOICES = 2.05  # width of the column of choices in inches


@styled
def unit_ranks(
    frame: pd.DataFrame,
    lang: Language,
    *,
    nominal: float,
    units: int,
    interval: tuple[float, float],
) -> Figure:
    """Draw the ranks of one unit under each choice, next to its rank in the edition.

    The frame has a row an alternative: columns ``factor`` and ``level`` (labels) and ``rank``; rows
    of a factor stand together. ``units`` is how many are ranked, ``interval`` that of the rank.
    """
    left, right = PAD + CHOICES, WIDTH - PAD - 0.27

    def at(rank: float) -> float:
        return left + (rank - 1) / max(units - 1, 1) * (right - left)

    sheet = Sheet(lang)
    title = lang.tr("Rank (1 is best); line: this edition, band: 90% of the ways")
    sheet.text(WIDTH - PAD, PAD, title, ha="right", size=SMALL)
    ticks = sorted({1, *range(10, units - 3, 10), units})
    for tick in ticks:
        sheet.text(at(tick), PAD + line_height(SMALL), lang.number(tick, 0), ha="center", **FAINT)
    sheet.top += 2 * line_height(SMALL) + 0.04
    first = sheet.top
    for factor, part in frame.groupby("factor", sort=False):
        name = wrap(str(factor), CHOICES - 0.1, SIZE, "bold")
        sheet.text(PAD, sheet.top + 0.04, name, weight="bold")
        sheet.top += line_height() + 0.06
        for level, rank in zip(part["level"], part["rank"].astype(float), strict=True):
            word = wrap(str(level), CHOICES - 0.15)
            y = sheet.top + text_height(word) / 2
            sheet.text(PAD + 0.1, y, word, va="center")
            sheet.line([at(nominal), at(rank)], [y, y], color=GREY, linewidth=1.2)
            sheet.line([at(rank)], [y], color=INK, marker="o", markersize=5.5)
            side, ha = (0.08, "left") if rank >= nominal else (-0.08, "right")
            look: Look = {"ha": ha, "va": "center_baseline", "size": SMALL}
            sheet.text(at(rank) + side, y, lang.number(rank, 0), **look)
            sheet.top += text_height(word) + 0.04
    ys = (first, sheet.top)
    for tick in ticks:
        sheet.line([at(tick)] * 2, ys, color=PALE, linewidth=0.8, zorder=UNDER)
    band = (at(interval[0]) - 0.03, at(interval[1]) + 0.03)
    sheet.box(band, ys, color=ACCENT, alpha=0.12)
    sheet.line([at(nominal)] * 2, ys, color=ACCENT, linewidth=1.2, zorder=UNDER)
    return sheet.finish()


CURVE = 1.7  # height of the curve in inches


@styled
def rank_chances(at_most: pd.Series[float], lang: Language, *, name: str, nominal: float) -> Figure:
    """Draw the share of ways in which a unit ranks k or better (``at_most``, by k from 1)."""
    n, shares = len(at_most), at_most.to_numpy(dtype=float)
    left = PAD + text_width("100%", SMALL) + 0.06
    width = WIDTH - left - PAD - 0.12
    sheet = Sheet(lang)
    title = lang.tr("Share of ways in which {name} has this rank or a better one", name=name)
    sheet.paragraph(title, 0.22)
    top = sheet.top
    ax = sheet.bare_axes(left, top, width, CURVE, (0.5, n + 0.5), (0, 1.02))
    for share in (0.05, 0.5, 0.95):
        ax.plot([0.5, n + 0.5], [share, share], color=PALE, linewidth=0.9)
        y, word = top + CURVE * (1 - share / 1.02), f"{lang.number(100 * share, 0)}%"
        sheet.text(left - 0.05, y, word, ha="right", va="center_baseline", **FAINT)
    ax.plot([nominal, nominal], [0, 1], color=ACCENT, linewidth=1.2)
    steps = np.arange(n + 1) + 0.5
    ax.fill_between(steps, [*shares, shares[-1]], step="post", color=GREY, alpha=0.3, linewidth=0)
    ax.stairs(shares, steps, color=INK, linewidth=1.8, baseline=None, zorder=3)
    word = lang.tr("rank in this edition: {rank}", rank=lang.number(nominal, 0))
    half = text_width(word, SMALL) / 2
    x = min(max(left + (nominal - 0.5) / n * width, PAD + half), WIDTH - PAD - half)
    sheet.text(x, top - 0.03, word, ha="center", va="bottom", size=SMALL, color=ACCENT)
    sheet.top += CURVE + 0.02
    ticks = [1, *range(5, n - 2, 5), n]
    places = {left + (tick - 0.5) / n * width: lang.number(tick, 0) for tick in ticks}
    sheet.axis(places, left + width / 2, lang.tr("Rank (1 is best)"), 0.04)
    return sheet.finish()


NAMES = 1.95  # width in inches of the names beside the bars of contributions
APART = 0.05


@styled
def contribution_bars(
    frame: pd.DataFrame, lang: Language, *, total: float, interval: tuple[float, float]
) -> Figure:
    """Draw what each indicator gives to the score, less what it gives to the mean of the units.

    The frame is indexed by the indicator's label; columns ``contribution`` and ``mean``, in points.
    ``total`` is the difference of the whole score, the sum of the bars, ``interval`` its interval.
    """
    gaps = (frame["contribution"] - frame["mean"]).dropna()
    gaps = gaps.sort_values(ascending=False, kind="stable")
    low, high = (str(written(lang, end, "+.1")) for end in interval)
    together = lang.tr("All together ({low} to {high})", low=low, high=high)
    heads = [wrap(str(name), NAMES - 0.1) for name in gaps.index]
    heads.append(wrap(together, NAMES - 0.1, SIZE, "bold"))
    values = [*gaps.astype(float), total]
    words = [str(written(lang, value, "+.1")) for value in values]
    wide = widest(words, SIZE, "bold") + 0.07
    low_end, high_end = min(*values, 0.0), max(*values, 0.0)
    left = PAD + NAMES + (wide if low_end < 0 else 0.05)
    right = WIDTH - PAD - (wide if high_end > 0 else 0.05)
    per_point = (right - left) / (high_end - low_end) if high_end > low_end else 1.0
    sheet = Sheet(lang)
    title = lang.tr("Difference from the mean of the provinces, in points of the score")
    sheet.paragraph(title, 0.08)
    zero, first = left - low_end * per_point, sheet.top
    for place, (head, value, word) in enumerate(zip(heads, values, words, strict=True)):
        whole = place == len(gaps)
        if whole:
            sheet.line([PAD, WIDTH - PAD], [sheet.top + 0.02] * 2, color=GREY, linewidth=0.8)
            sheet.top += 0.06
        y, end = sheet.top + text_height(head) / 2, left + (value - low_end) * per_point
        colour = INK if whole else BETTER if value >= 0 else WORSE
        sheet.line([zero, end], [y, y], color=colour, linewidth=9, solid_capstyle="butt")
        side, ha = (0.05, "left") if value >= 0 else (-0.05, "right")
        weight = "bold" if whole else "normal"
        sheet.text(end + side, y, word, ha=ha, va="center_baseline", weight=weight)
        sheet.text(PAD, y, head, va="center", weight=weight)
        sheet.top += text_height(head) + APART
    sheet.line([zero, zero], [first, sheet.top], color=GREY, linewidth=0.8, zorder=UNDER)
    return sheet.finish()


@styled
def factor_effects(frame: pd.DataFrame, lang: Language) -> Figure:
    """Draw by how many ranks a choice moves the units: mean (bar) and most (end of the line).

    The frame is indexed by the choice's label; columns ``mean_shift`` and ``max_shift`` in ranks,
    and ``max_name``, the unit that moves most. The largest mean is drawn first.
    """
    table = frame.sort_values("mean_shift", ascending=False, kind="stable")
    rows = table.to_dict("records")
    text, ends = phrase("{mean}; most {most} ({name})"), []
    for row in rows:
        mean, most = lang.number(row["mean_shift"], 1), lang.number(row["max_shift"], 0)
        ends.append(lang.tr(text, mean=mean, most=most, name=row["max_name"]))
    per_place = (ROOM - widest(ends) - 0.1) / max(float(table["max_shift"].max()), 1.0)
    sheet = Sheet(lang)
    title = lang.tr("Places by which a province moves: mean (bar) and most (line)")
    sheet.paragraph(title, 0.08, **FAINT)
    for head, end, row in zip(table.index, ends, rows, strict=True):
        sheet.paragraph(str(head), 0.27)
        y = sheet.top - 0.18
        near, far = (PAD + float(row[name]) * per_place for name in ("mean_shift", "max_shift"))
        sheet.line([PAD, far], [y, y], color=GREY, linewidth=1.2)
        sheet.line([PAD, near], [y, y], color=INK, linewidth=8, solid_capstyle="butt")
        sheet.line([far], [y], color=GREY, marker="|", markersize=8)
        sheet.text(far + 0.06, y, end, va="center_baseline", size=SMALL)
    return sheet.finish()


STRIP = 0.17  # height of one output's bar in inches
COLOURS = (INK, ACCENT)  # of the first and the second output
BAR: Look = {"linewidth": 7, "solid_capstyle": "butt"}


@styled
def index_bars(frame: pd.DataFrame, lang: Language, *, outputs: Sequence[str] = ()) -> Figure:
    """Draw the part of the variance that each factor accounts for, in the order of the rows.

    The full bar is S1, what a factor does alone; the pale one reaches to ST, with its interactions;
    the line is the interval of ST. The frame has a row a factor and output: columns ``label`` (of
    the factor), ``output`` (0 or 1), ``S1, ST, ST_low, ST_high`` (shares; nan where the output never
    changes) and ``remark`` (written at the right of the factor's name). ``outputs`` is what the
    outputs are called, one or two; none for a single output.
    """
    alone = lang.tr("alone (S1)")
    words = [f"{name}: {alone}" for name in outputs] or [alone]
    key = {word: {**BAR, "color": colour} for word, colour in zip(words, COLOURS, strict=False)}
    key[lang.tr("with interactions (ST)")] = {**BAR, "color": GREY, "alpha": 0.55}
    if (frame["ST_high"] > frame["ST_low"]).any():
        key[lang.tr("95% interval of ST")] = {"color": TEXT_GREY, "linewidth": 1.1}
    sheet = Sheet(lang, key)
    sheet.top += 0.06
    left, right = PAD + 0.06, WIDTH - PAD - text_width("100", SMALL)
    most = max(1.0, float(frame[["S1", "ST", "ST_high"]].max(axis=None)))
    first = sheet.top
    for label, block in frame.groupby("label", sort=False):
        remark = str(block["remark"].iloc[0])
        room = ROOM - (text_width(remark, SMALL) + 0.15 if remark else 0.0)
        head = wrap(str(label), room)
        sheet.text(PAD, sheet.top, head)
        sheet.text(WIDTH - PAD, sheet.top, remark, ha="right", **FAINT)
        sheet.top += text_height(head)
        for row in block.to_dict("records"):
            _index_bar(sheet, sheet.top + STRIP / 2, row, (left, right, most))
            sheet.top += STRIP
        sheet.top += 0.1
    xs = {tick: left + tick / most * (right - left) for tick in (0.0, 0.25, 0.5, 0.75, 1.0)}
    for x in xs.values():
        sheet.line([x, x], [first, sheet.top], color=PALE, linewidth=0.8, zorder=UNDER)
    sheet.top += 0.02
    places = {x: lang.number(100 * tick, 0) for tick, x in xs.items()}
    sheet.axis(places, (left + right) / 2, lang.tr("Percent of the variance"), 0.02)
    return sheet.finish()


def _index_bar(
    sheet: Sheet, y: float, row: Mapping[Any, Any], scale: tuple[float, float, float]
) -> None:
    """Draw one output's indices between left and right, the ends of 0 and most."""
    (left, right, most), lang = scale, sheet.lang
    look = {**FAINT, "va": "center_baseline"}
    if pd.isna(row["ST"]):
        sheet.text(left + 0.04, y, lang.tr("it changes nothing here"), **look)
        return
    shares = [min(row["S1"], row["ST"]), row["ST"], row["ST_low"], row["ST_high"]]
    alone, total, low, high = np.interp(shares, (0, most), (left, right))
    colour = COLOURS[int(row["output"])]
    sheet.line([left, total], [y, y], color=colour, alpha=0.3, **BAR)
    sheet.line([left, alone], [y, y], color=colour, **BAR)
    if high - low > 0.01:
        sheet.line([low, high], [y, y], color=TEXT_GREY, linewidth=1.1)
    sheet.text(max(high, total) + 0.05, y, lang.number(100 * row["ST"], 0), **look)
