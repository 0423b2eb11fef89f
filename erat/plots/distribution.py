"""How the regencies of one province spread, an indicator a strip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from erat.locale import Language
from erat.plots.sheet import PAD, Sheet, draw_key, key_height, source_note
from erat.plots.strip import StripText
from erat.plots.style import ACCENT, INK, PALE, limits, number, styled

SWARM = 0.52
"""Height of a strip of regencies in inches."""


@styled
def regency_strips(
    frame: pd.DataFrame,
    province: Mapping[str, float],
    lang: Language,
    *,
    labels: Mapping[str, str],
    units: Mapping[str, str],
    digits: Mapping[str, int],
    limit: Mapping[str, tuple[float, float]] | None = None,
    source: str | None = None,
) -> Figure:
    """Draw every regency of a province, with the province's own value as a line.

    Parameters
    ----------
    frame
        A row a regency and indicator: columns ``unit``, ``name``, ``indicator``, ``value``.
        Strips stand in the order in which the indicators first occur.
    province
        Indicator to the province's value; an indicator that is not in it gets no line.
    labels, units, digits
        By indicator: its name, its unit, and the decimals to write.
    limit
        By indicator: ends of the strip, such as the extremes of all regencies of the country.
    """
    codes = [str(code) for code in frame["indicator"].drop_duplicates()]
    parts = {code: frame[(frame["indicator"] == code) & frame["value"].notna()] for code in codes}
    rows = {
        code: _texts(parts[code], province.get(code), lang, labels[code], units[code], digits[code])
        for code in codes
    }
    words = [lang.tr("regency or city"), lang.tr("value of the province")]
    top = PAD + key_height(words) + 0.08
    sheet = Sheet(top + sum(row.height for row in rows.values()), [source_note(lang, source)])
    draw_key(sheet, PAD, [_dot(), {"color": ACCENT, "linewidth": 2}], words)
    for code in codes:
        ax = rows[code].draw(sheet, top)
        _swarm(ax, parts[code], province.get(code), (limit or {}).get(code))
        top += rows[code].height
    return sheet.figure


def _dot() -> dict[str, Any]:
    return {
        "marker": "o",
        "color": INK,
        "markersize": 5,
        "linestyle": "none",
        "markeredgewidth": 0,
        "alpha": 0.75,
    }


def _texts(
    part: pd.DataFrame, own: float | None, lang: Language, label: str, unit: str, digits: int
) -> StripText:
    ordered = part.sort_values(["value", "unit"], kind="stable")
    ends = [
        f"{name} {number(lang, float(value), digits)}"
        for name, value in zip(ordered["name"], ordered["value"], strict=True)
    ]
    left, right = (
        (ends[0], ends[-1]) if len(ends) > 1 else (ends[0] if ends else lang.tr("no data"), "")
    )
    value = number(lang, own, digits) if own is not None and own == own else ""
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
