"""Strips: where units stand between the ends of an indicator, a strip an indicator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import seaborn as sns
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
    limits,
    styled,
)

HALF = WIDTH / 2 - PAD - 0.06


@dataclass(frozen=True)
class StripText:
    """What is written around one strip: above it, and under its two ends. Wrapped."""

    head: str
    unit: str
    value: str
    left: str
    right: str
    strip: float = 0.24

    @classmethod
    def fit(
        cls, head: str, unit: str, value: str, left: str, right: str, strip: float = 0.24
    ) -> StripText:
        """Wrap the texts so that they fit into the figure's width."""
        room = WIDTH - 2 * PAD - (text_width(value, SIZE, "bold") + 0.15 if value else 0)
        ends = (wrap(left, HALF, SMALL), wrap(right, HALF, SMALL))
        return cls(wrap(head, room, SIZE, "bold"), wrap(unit, room, SMALL), value, *ends, strip)

    @property
    def height(self) -> float:
        """Height in inches of the strip with its texts and the space after it."""
        ends = max(text_height(self.left, SMALL), text_height(self.right, SMALL))
        return text_height(self.head) + text_height(self.unit, SMALL) + self.strip + ends + 0.16

    def draw(self, sheet: Sheet, top: float) -> Axes:
        """Write the texts from ``top`` (inches) down and return the axes of the strip."""
        sheet.text(PAD, top, self.head, weight="bold")
        sheet.text(WIDTH - PAD, top, self.value, ha="right", weight="bold", color=ACCENT)
        top += text_height(self.head)
        sheet.text(PAD, top, self.unit, size=SMALL, color=TEXT_GREY)
        top += text_height(self.unit, SMALL) + 0.02
        ax = sheet.axes(PAD, top, WIDTH - 2 * PAD, self.strip)
        top += self.strip + 0.02
        look = {"size": SMALL, "color": TEXT_GREY}
        sheet.text(PAD, top, self.left, **look)
        sheet.text(WIDTH - PAD, top, self.right, ha="right", multialignment="right", **look)
        return ax


@styled
def position_strips(
    values: pd.DataFrame,
    highlight: str,
    lang: Language,
    *,
    labels: Mapping[str, str],
    units: Mapping[str, str],
    digits: Mapping[str, int],
    directions: Mapping[str, int],
    names: Mapping[str, str],
    source: str | None = None,
) -> Figure:
    """Draw all units on a strip an indicator, the better end at the right.

    Parameters
    ----------
    values
        Units by indicators; the strips stand in the order of the columns.
    highlight
        The unit to mark.
    labels, units, digits, directions
        By indicator: its name, its unit, the decimals to write, and +1 (more is better), -1 (less
        is better) or 0 (neither: more is drawn at the right).
    names
        Unit id to name.
    """
    rows = [
        _texts(
            values[str(code)], highlight, lang, str(code), labels, units, digits, directions, names
        )
        for code in values.columns
    ]
    words = [names[highlight], lang.tr("median of all provinces"), lang.tr("another province")]
    arrow = lang.tr("better →")
    top = PAD + key_height(words) + line_height(SMALL) + 0.08
    sheet = Sheet(top + sum(row.height for row in rows), [source_note(lang, source)])
    draw_key(sheet, PAD, [_mark(ACCENT), _tick(), _mark(GREY)], words)
    if any(directions[str(code)] for code in values.columns):
        y = PAD + key_height(words) + 0.02
        sheet.text(WIDTH - PAD, y, arrow, ha="right", size=SMALL, color=TEXT_GREY)
    for code, row in zip(values.columns, rows, strict=True):
        ax = row.draw(sheet, top)
        _points(ax, values[code], highlight, directions[str(code)])
        top += row.height
    return sheet.figure


def _mark(colour: str) -> dict[str, Any]:
    size = 7.5 if colour == ACCENT else 5.5
    return {
        "marker": "o",
        "color": colour,
        "markersize": size,
        "linestyle": "none",
        "markeredgewidth": 0,
    }


def _tick() -> dict[str, Any]:
    return {
        "marker": "|",
        "color": INK,
        "markersize": 13,
        "markeredgewidth": 1.8,
        "linestyle": "none",
    }


def _texts(
    column: pd.Series[float],
    highlight: str,
    lang: Language,
    code: str,
    labels: Mapping[str, str],
    units: Mapping[str, str],
    digits: Mapping[str, int],
    directions: Mapping[str, int],
    names: Mapping[str, str],
) -> StripText:
    direction = directions[code]
    there = column.dropna().sort_values(ascending=direction >= 0, kind="stable")
    ends = ["", ""]
    if len(there):
        ends = [
            f"{names[str(unit)]} {lang.number(float(there[unit]), digits[code])}"
            for unit in (there.index[0], there.index[-1])
        ]
    own = column.get(highlight)
    missing = own is None or bool(pd.isna(own))
    value = lang.tr("no data") if missing else lang.number(float(own or 0.0), digits[code])
    unit = units[code]
    if not direction:
        unit = lang.tr("{unit}; neither end is better", unit=unit)
    return StripText.fit(labels[code], unit, value, ends[0], ends[1])


def _points(ax: Axes, column: pd.Series[float], highlight: str, direction: int) -> None:
    low, high = limits(list(column), 0.02)
    ax.set(xlim=(low, high) if direction >= 0 else (high, low), ylim=(0, 1))
    ax.set_axis_off()
    ax.plot([low, high], [0.5, 0.5], color=PALE, linewidth=5)
    others = column.drop(highlight, errors="ignore").dropna()
    ax.scatter(others, [0.5] * len(others), s=30, color=GREY, alpha=0.6, linewidths=0, zorder=2)
    if len(column.dropna()):
        ax.plot([float(column.median())], [0.5], zorder=3, **_tick())
    own = column.get(highlight)
    if own is not None and not pd.isna(own):
        ax.plot(
            [own],
            [0.5],
            zorder=4,
            **{**_mark(ACCENT), "markeredgecolor": "white", "markeredgewidth": 0.8},
        )


SWARM = 0.52
"""Height of a strip of sub-units in inches."""


@styled
def sub_unit_strips(
    frame: pd.DataFrame,
    unit: Mapping[str, float],
    lang: Language,
    *,
    labels: Mapping[str, str],
    units: Mapping[str, str],
    digits: Mapping[str, int],
    limit: Mapping[str, tuple[float, float]] | None = None,
    source: str | None = None,
) -> Figure:
    """Draw every sub-unit of a unit, with the unit's own value as a line.

    Parameters
    ----------
    frame
        A row a sub-unit and indicator: columns ``unit``, ``name``, ``indicator``, ``value``.
        Strips stand in the order in which the indicators first occur.
    unit
        Indicator to the unit's value; an indicator that is not in it gets no line.
    labels, units, digits
        By indicator: its name, its unit, and the decimals to write.
    limit
        By indicator: ends of the strip, such as the extremes of all sub-units of the whole.
    """
    codes = [str(code) for code in frame["indicator"].drop_duplicates()]
    parts = {code: frame[(frame["indicator"] == code) & frame["value"].notna()] for code in codes}
    rows = {
        code: _swarm_texts(
            parts[code], unit.get(code), lang, labels[code], units[code], digits[code]
        )
        for code in codes
    }
    words = [lang.tr("regency or city"), lang.tr("value of the province")]
    top = PAD + key_height(words) + 0.08
    sheet = Sheet(top + sum(row.height for row in rows.values()), [source_note(lang, source)])
    draw_key(sheet, PAD, [_sub_unit(), {"color": ACCENT, "linewidth": 2}], words)
    for code in codes:
        ax = rows[code].draw(sheet, top)
        _swarm(ax, parts[code], unit.get(code), (limit or {}).get(code))
        top += rows[code].height
    return sheet.figure


def _sub_unit() -> dict[str, Any]:
    return {
        "marker": "o",
        "color": INK,
        "markersize": 5,
        "linestyle": "none",
        "markeredgewidth": 0,
        "alpha": 0.75,
    }


def _swarm_texts(
    part: pd.DataFrame, own: float | None, lang: Language, label: str, unit: str, digits: int
) -> StripText:
    ordered = part.sort_values(["value", "unit"], kind="stable")
    ends = [
        f"{name} {lang.number(float(value), digits)}"
        for name, value in zip(ordered["name"], ordered["value"], strict=True)
    ]
    left, right = (
        (ends[0], ends[-1]) if len(ends) > 1 else (ends[0] if ends else lang.tr("no data"), "")
    )
    value = lang.number(own, digits) if own is not None and own == own else ""
    return StripText.fit(label, unit, value, left, right, SWARM)


def _swarm(
    ax: Axes, part: pd.DataFrame, own: float | None, ends: tuple[float, float] | None
) -> None:
    lines = [own] if own is not None and own == own else []
    values = [
        *part["value"].astype(float),
        *lines,
        *(ends or ()),
    ]
    ax.set(xlim=limits(values, 0.03), ylim=(0.5, -0.5))
    ax.plot(ax.get_xlim(), [0, 0], color=PALE, linewidth=5, zorder=1)
    for line in lines:
        ax.plot([line, line], [-0.5, 0.5], color=ACCENT, linewidth=2, zorder=2)
    if len(part):
        level = pd.Series(0, index=part.index)
        sns.swarmplot(
            x=part["value"].astype(float),
            y=level,
            orient="h",
            ax=ax,
            color=INK,
            alpha=0.75,
            size=4.2 if len(part) < 24 else 3.6,
            linewidth=0,
            zorder=3,
            warn_thresh=1,
        )
    ax.set_axis_off()


BAND: dict[str, Any] = {"linewidth": 8, "solid_capstyle": "butt"}
UNIT_DOT: dict[str, Any] = {
    "marker": "o",
    "markersize": 5,
    "markeredgewidth": 0,
    "linestyle": "none",
}


@styled
def goalpost_strips(
    scores: pd.DataFrame,
    observed: pd.DataFrame,
    lang: Language,
    *,
    labels: Mapping[str, str],
    ends: Mapping[str, tuple[str, str]],
    words: tuple[str, str, str],
    source: str | None = None,
) -> Figure:
    """Draw a strip an indicator, from its worse goalpost at the left to the better at the right.

    Parameters
    ----------
    scores
        Units by indicators, 0 to 100 between the goalposts.
    observed
        Indexed by indicator; columns ``worst`` and ``best``: the scores reached in any year.
    labels
        By indicator: its name.
    ends
        By indicator: what to write at the worse and at the better goalpost.
    words
        In the language: the room between the goalposts, the range observed, a unit.
    """
    rows = {
        str(code): StripText.fit(labels[str(code)], "", "", *ends[str(code)])
        for code in scores.columns
    }
    top = PAD + key_height(words) + 0.08
    sheet = Sheet(top + sum(row.height for row in rows.values()), [source_note(lang, source)])
    marks = [{**BAND, "color": PALE}, {**BAND, "color": GREY}, {**UNIT_DOT, "color": INK}]
    draw_key(sheet, PAD, marks, words)
    for code, row in rows.items():
        ax = row.draw(sheet, top)
        _between(ax, scores[code].dropna(), observed.loc[code])
        top += row.height
    return sheet.figure


def _between(ax: Axes, scores: pd.Series[float], reached: pd.Series[float]) -> None:
    ax.set(xlim=(-1, 101), ylim=(0, 1))
    ax.set_axis_off()
    ax.plot([0, 100], [0.5, 0.5], color=PALE, **BAND)
    ax.plot([reached["worst"], reached["best"]], [0.5, 0.5], color=GREY, **BAND)
    ax.plot(scores, [0.5] * len(scores), color=INK, alpha=0.75, zorder=3, **UNIT_DOT)
