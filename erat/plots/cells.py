"""Cells: coverage by year, points by sub-unit, ranks by choice, scores by two lenses, pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from erat.locale import Language, written
from erat.plots.colours import ACCENT, DIVERGING, GREY, INK, PALE, SEQUENTIAL, TEXT_GREY, contrast
from erat.plots.sheet import Columns, Sheet
from erat.plots.style import CENTRED, FAINT, SIZE, SMALL, WIDTH, Look, point, styled
from erat.plots.text import PAD, line_height, text_height, text_width, widest, wrap

SERIES = 2.1  # width of the column of names of series in inches
STEPS = [PALE, "#a9cfc6", "#4f97b0", "#255a91"]
"""None; under half; half or more; all."""


@styled
def heat(frame: pd.DataFrame, lang: Language, *, breaks: Sequence[tuple[str, int]] = ()) -> Figure:
    """Draw the share of units that have a value, by series and year.

    The frame is indexed by the series' label, its columns are years; values go from 0 (or missing)
    to 1. ``breaks`` are (label, year): the series changed between the year before and this one.
    """
    shares = frame.fillna(0.0).astype(float)
    steps = 1.0 * (shares > 0) + (shares >= 0.5) + (shares > 1 - 1e-9)
    heads = [wrap(str(head), SERIES - 0.08, SMALL) for head in shares.index]
    edges = [0.0]
    for head in heads:
        edges.append(edges[-1] + text_height(head, SMALL) + 0.05)
    key = {
        lang.tr("all provinces"): point("s", STEPS[3], 8),
        lang.tr("half or more"): point("s", STEPS[2], 8),
        lang.tr("under half"): point("s", STEPS[1], 8),
        lang.tr("none"): point("s", STEPS[0], 8),
        lang.tr("break in the series"): point("|", ACCENT, 10, 2.2),
    }
    sheet = Sheet(lang, key)
    top = sheet.top + 0.08 + text_width("2020", SMALL) + 0.08
    sheet.top = top + edges[-1] + 0.02
    width = WIDTH - PAD - SERIES
    cell = width / shares.shape[1]
    ax = sheet.bare_axes(SERIES, top, width, edges[-1], (0, shares.shape[1]), (edges[-1], 0))
    look: Look = {"cmap": ListedColormap(STEPS), "vmin": 0, "vmax": 3, "edgecolors": "white"}
    ax.pcolormesh(range(shares.shape[1] + 1), edges, steps, lw=1.0, **look)
    for head, ends in zip(heads, pairwise(edges), strict=True):
        sheet.text(PAD, top + sum(ends) / 2, head, va="center", size=SMALL)
    for column, year in enumerate(shares.columns):
        x = SERIES + (column + 0.5) * cell
        sheet.text(x, top - 0.04, str(year), ha="center", va="bottom", size=SMALL, rotation=90)
    years, labels = [int(str(year)) for year in shares.columns], list(shares.index)
    for label, first in breaks:
        if label in labels and first in years:
            x, row = SERIES + years.index(first) * cell, labels.index(label)
            ys = [top + edges[row] + 0.01, top + edges[row + 1] - 0.01]
            sheet.line([x, x], ys, color=ACCENT, linewidth=2.2, solid_capstyle="butt", zorder=5)
    return sheet.finish()


def _paint(
    ax: Axes, values: np.ndarray, most: float, words: Sequence[Sequence[str]], line: float
) -> None:
    """Colour cells by values from -most to most, and write the words into them if there are any."""
    look: Look = {"cmap": DIVERGING, "vmin": -most, "vmax": most, "edgecolors": "white"}
    ax.pcolormesh(values, linewidth=line, **look)
    for i, row in enumerate(words):
        for j, word in enumerate(row):
            shift = float(np.nan_to_num(values[i, j]))
            colour = contrast(DIVERGING(0.5 + shift / (2 * most)))
            ax.text(j + 0.5, i + 0.5, word, color=colour, **CENTRED)


ROW = 0.195  # height of a sub-unit's row in inches
NAME = 1.75  # most inches that names take; a longer one is set smaller, then cut
FULL = 0.95  # share of the cells below the one at which the colour is full


@styled
def unit_heat(
    frame: pd.DataFrame,
    lang: Language,
    *,
    names: Mapping[str, str],
    labels: Mapping[str, str],
    foot: str,
) -> Figure:
    """Draw the points that every sub-unit adds through every indicator, and their sums.

    The frame is units by indicators, in points, in the order to be drawn. ``foot`` says what the
    sums in the last row are of, for example the unit. The colour is full where only one cell of
    twenty has more points. Cells have their numbers where these fit, sums always; where headings do
    not fit, they are letters, and a list above says of what, with the sums.
    """
    values = frame.to_numpy(dtype=float)
    spec = "+.2" if np.abs(frame.sum(axis=1)).max() < 9.95 else "+.1"
    words = [[str(written(lang, value, spec)) for value in row] for row in values]
    sums = [str(written(lang, total, spec)) for total in [*frame.sum(axis=1), values.sum()]]
    foots = [str(written(lang, total, spec)) for total in frame.sum()]
    right = widest(sums, SMALL, "bold") + 0.08
    heads = [_fitted(names[str(unit)]) for unit in frame.index]
    last = _fitted(foot, "bold")
    left = PAD + max(text_width(*last, "bold"), *(text_width(*head) for head in heads)) + 0.08
    n, k = frame.shape
    cell = (WIDTH - PAD - right - left) / k
    columns = Columns([labels[str(code)] for code in frame.columns], cell, foots)
    top = PAD + columns.height
    colours = lang.tr("Colour: points below (brown) or above (green) zero")
    sheet = Sheet(lang)
    sheet.top = top + (n + 1) * ROW + 0.06
    ax = sheet.bare_axes(left, top, cell * k, n * ROW, (0, k), (n, 0))
    most = float(np.nanquantile(np.abs(values), FULL)) or 1.0
    fits = widest([word for row in words for word in row]) <= cell - 0.04
    _paint(ax, values, most, words if fits else [], 0.8)
    ys = [top + (row + 0.5) * ROW for row in range(n)] + [top + (n + 0.8) * ROW]
    columns.draw(sheet, left, top, ys[-1])
    sheet.line([PAD, WIDTH - PAD], [ys[-1] - ROW * 0.65] * 2, color=TEXT_GREY, linewidth=0.7)
    weights = ["normal"] * n + ["bold"]
    for y, (name, size), total, weight in zip(ys, [*heads, last], sums, weights, strict=True):
        sheet.text(PAD, y, name, va="center_baseline", size=size, weight=weight)
        sheet.text(WIDTH - PAD, y, total, **{**CENTRED, "ha": "right", "weight": "bold"})
    return sheet.finish(None, colours)


def _fitted(name: str, weight: str = "normal") -> tuple[str, float]:
    """Return a name that fits its column and the size it is set in."""
    size = SIZE if text_width(name, SIZE, weight) <= NAME else SMALL
    while text_width(name, size, weight) > NAME:
        name = name.removesuffix("…")[:-1].rstrip() + "…"
    return name, size


RANK_ROW = 0.185  # height of a unit's row in inches
SHIFT_SHOWN = 10  # A shift of so many ranks has the full colour


@styled
def rank_by_choice(
    frame: pd.DataFrame,
    lang: Language,
    *,
    names: Mapping[str, str],
    ranges: Mapping[str, str] | None = None,
    source: str | None = None,
) -> Figure:
    """Draw the rank of every unit under each alternative; colour is the shift.

    The frame is unit ids by alternatives (column names are their labels, up to twelve or so); values
    are ranks, 1 is best. The first column orders the rows, and shifts are counted from it. ``ranges``
    are, by unit id, the interval of its rank in words; written before the first column.
    """
    table = frame.sort_values(frame.columns[0], kind="stable").astype(float)
    shifts = table.rsub(table.iloc[:, 0], axis=0).to_numpy()
    spans = ranges or {}
    room = widest(spans.values()) + 0.08 if spans else 0.0
    left = PAD + widest([names[str(u)] for u in table.index], SIZE, "bold") + room + 0.08
    n, k = table.shape
    cell = (WIDTH - PAD - left) / k
    columns = Columns([str(head) for head in table.columns], cell)
    top = PAD + columns.height
    key = lang.tr("Colour: places gained (green) or lost (brown) against the first column")
    about = lang.tr("Beside the names: the interval of the rank") if spans else None
    sheet = Sheet(lang)
    sheet.top = top + n * RANK_ROW
    ax = sheet.bare_axes(left, top, cell * k, n * RANK_ROW, (0, k), (n, 0))
    words = [[lang.number(rank, 0) for rank in row] for row in table.to_numpy()]
    _paint(ax, shifts, SHIFT_SHOWN, words, 0.6)
    columns.draw(sheet, left, top)
    for row, unit in enumerate(map(str, table.index)):
        y = top + (row + 0.5) * RANK_ROW
        sheet.text(PAD, y, names[unit], va="center_baseline")
        span = spans.get(unit, "")
        sheet.text(left - 0.06, y, span, ha="right", va="center_baseline", **FAINT)
    return sheet.finish(source, about, key)


GUTTER = 1.15  # width of the column of names in inches
TILE = 0.66
GAP = 0.05


@styled
def lens_grid(
    cells: pd.DataFrame, lang: Language, *, rows: Mapping[str, str], columns: Mapping[str, str]
) -> Figure:
    """Draw the scores of a grid of two lenses.

    ``cells`` are indexed by row and column: ``score`` (0 to 100, nan where it is not assessed),
    ``questions`` (0: the instrument asks nothing there) and, where there are intervals, ``score_low``
    and ``score_high``. ``rows`` and ``columns`` are, by tag, its name, in the order to show.
    """
    left, width = PAD + GUTTER, (WIDTH - 2 * PAD - GUTTER) / len(columns)
    heads = [wrap(name, width - 0.06, SMALL) for name in columns.values()]
    sheet = Sheet(lang)
    sheet.top += max(text_height(head, SMALL) for head in heads) + 0.05
    for place, head in enumerate(heads):
        x = left + (place + 0.5) * width
        sheet.text(x, sheet.top - 0.05, head, ha="center", va="bottom", **FAINT)
    for row, name in rows.items():
        sheet.text(PAD, sheet.top + TILE / 2, wrap(name, GUTTER - 0.1), va="center")
        for place, column in enumerate(columns):
            _tile(sheet, left + place * width, width, cells.loc[(row, column)])
        sheet.top += TILE
    return sheet.finish()


def _tile(sheet: Sheet, left: float, width: float, cell: pd.Series) -> None:
    lang, top = sheet.lang, sheet.top
    score, count = float(cell["score"]), int(cell["questions"])
    look: Look = {"facecolor": "white", "edgecolor": GREY, "linewidth": 0.8}
    ink: Look = {"color": TEXT_GREY}
    if not count:
        look |= {"linestyle": (0, (2, 3))}
        lines = [(lang.tr("no question"), SMALL)]
    elif score != score:
        look |= {"hatch": "///", "edgecolor": "#c8cfd6"}
        ink["bbox"] = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        lines = [(lang.tr("not assessed"), SMALL)]
    else:
        look |= {"facecolor": SEQUENTIAL(0.08 + 0.84 * score / 100), "edgecolor": "white"}
        ink["color"] = contrast(look["facecolor"])
        lines = [(lang.number(score, 1), SIZE + 2)]
        low, high = (float(cell.get(end, np.nan)) for end in ("score_low", "score_high"))
        if low <= high:
            lines += [(f"{lang.number(low, 1)}\N{EN DASH}{lang.number(high, 1)}", SMALL)]
    if count:
        asked = lang.tr("1 question") if count == 1 else lang.tr("{n} questions", n=count)
        lines.append((asked, SMALL))
    xs, ys = (left + GAP / 2, left + width - GAP / 2), (top + GAP / 2, top + TILE - GAP / 2)
    sheet.box(xs, ys, **look)
    room = width - GAP - 0.06
    parts = [(part, size) for text, size in lines for part in wrap(text, room, size).split("\n")]
    y = top + (TILE - sum(line_height(size) for _, size in parts)) / 2
    for text, size in parts:
        weight = "bold" if size > SIZE else "normal"
        place = {**CENTRED, "size": size, "weight": weight}
        sheet.text(left + width / 2, y + line_height(size) / 2, text, **place, **ink)
        y += line_height(size)


LABELS = 1.6  # width of the column of names in inches
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
    heads = [wrap(name, LABELS - PAD - 0.1, SMALL) for name in names]
    heights = [max(text_height(head, SMALL) + 0.05, SQUARE) for head in heads]
    edges = np.cumsum([0.0, *heights]).tolist()
    columns = max(len(codes) - 1, 1)
    wide = (WIDTH - PAD - LABELS) / columns
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
    ax = sheet.bare_axes(LABELS, top, wide * columns, edges[-1], (0, columns), ylim)
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
        x = LABELS + (column + 0.5) * wide
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


PAIR_ROW = 0.158  # height of a row in inches
SCALE = 1.5  # width of the bar that explains the colours


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
    sheet.top = top + n * PAIR_ROW
    low, high = (f"{lang.number(percent, 0)}%" for percent in (0, 100))
    x, look = PAD + text_width(low, SMALL) + 0.05, {"va": "center_baseline", **FAINT}
    scale = sheet.bare_axes(x, bar + 0.03, SCALE, 0.11)
    colours = np.linspace(0, 1, 101)[None, :]
    scale.imshow(colours, cmap=DIVERGING, aspect="auto", extent=(0, 1, 0, 1))
    sheet.text(PAD, bar + 0.085, low, **look)
    sheet.text(x + SCALE + 0.05, bar + 0.085, high, **look)
    width, ends = WIDTH - PAD - left, (-0.5, n - 0.5)
    ax = sheet.bare_axes(left, top, width, n * PAIR_ROW)
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
        y = top + (place - 0.5) * PAIR_ROW
        sheet.text(PAD + 0.2, y, lang.number(place, 0), **{**CENTRED, "ha": "right"})
        sheet.text(PAD + 0.27, y, names[unit], **{**CENTRED, "ha": "left"})
    return sheet.finish(None, outlined)
