"""A figure drawn downwards and measured in inches, so that nothing is cut off by chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from string import ascii_uppercase
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from erat.locale import Language
from erat.plots import mark
from erat.plots.style import DPI, FAINT, SIZE, SMALL, WIDTH, Look
from erat.plots.text import PAD, ROOM, line_height, text_height, text_width, widest, wrap

UNDER = 1.9  # order of lines behind the others


class Sheet:
    """A figure that is drawn downwards, in inches from its top left corner.

    A key (word to the look that it explains) stands first. ``top`` is where the next thing goes;
    :meth:`finish` writes notes below it and sets the height.
    """

    def __init__(
        self, lang: Language, key: Mapping[str, Look] | None = None, width: float = WIDTH
    ) -> None:
        self.lang, self.width, self.top = lang, width, PAD
        self.figure = Figure(figsize=(width, 1.0), dpi=DPI, facecolor="white")
        FigureCanvasAgg(self.figure)
        self._places: list[Callable[[float], object]] = []
        left, row = PAD, line_height() + 0.02
        for word, look in (key or {}).items():
            room = 0.36 + text_width(word)
            if left > PAD and left + room > PAD + ROOM:
                left, self.top = PAD, self.top + row
            y = self.top + line_height() / 2
            if look.get("linestyle") != "none":
                self.line([left, left + 0.17], [y, y], **{**look, "marker": ""})
            self.line([left + 0.085], [y], **look)
            self.text(left + 0.23, y, word, va="center_baseline")
            left += room
        self.top += row if key else 0.0

    def finish(self, source: str | None = None, *notes: str | None) -> Figure:
        """Write the notes, the last one on the source, put all in its place, and return it."""
        present = mark.current()
        last = self.lang.tr("Source: {source}", source=source) if source else None
        wanted = (present and present.note, *notes, last)
        shown = [wrap(note, self.width - 2 * PAD, SMALL) for note in wanted if note]
        foot = sum(text_height(note, SMALL) + 0.03 for note in shown)
        height = self.top + (foot + 0.1 if shown else 0.0) + PAD
        self.top += 0.1
        for note in shown:
            self.text(PAD, self.top, note, **FAINT)
            self.top += text_height(note, SMALL) + 0.03
        self.figure.set_size_inches(self.width, height)
        for place in self._places:
            place(height)
        return self.figure

    def paragraph(self, text: str, gap: float, **look: Any) -> None:
        """Write a text between the edges, and go on below it."""
        size = look.get("size", SIZE)
        text = wrap(text, self.width - 2 * PAD, size, look.get("weight", "normal"))
        self.text(PAD, self.top, text, **look)
        self.top += text_height(text, size) + gap

    def axis(self, ticks: Mapping[float, str], middle: float, title: str, gap: float) -> None:
        """Write the ticks of an axis at their x, and under them its title; go on below."""
        for x, word in ticks.items():
            self.text(x, self.top, word, ha="center", **FAINT)
        self.top += line_height(SMALL)
        self.text(middle, self.top, title, ha="center", size=SMALL)
        self.top += line_height(SMALL) + gap

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Add axes of this size whose top left corner is at (left, top) inches."""
        ax = self.figure.add_axes((0, 0, 1, 1))
        x, wide = left / self.width, width / self.width
        self._places.append(
            lambda whole: ax.set_position((x, (whole - top - height) / whole, wide, height / whole))
        )
        return ax

    def bare_axes(
        self,
        left: float,
        top: float,
        width: float,
        height: float,
        xlim: tuple[float, float] = (0, 1),
        ylim: tuple[float, float] = (0, 1),
    ) -> Axes:
        """Add axes of which nothing is seen but what is drawn into them."""
        ax = self.axes(left, top, width, height)
        ax.set(xlim=xlim, ylim=ylim)
        ax.set_axis_off()
        return ax

    def text(self, x: float, y: float, text: str, **look: Any) -> None:
        """Write at (x, y) inches from the top left corner; ``va`` is top if not said."""
        look = {"va": "top", "size": SIZE, "linespacing": 1.2, **look}
        words = self.figure.text(x, 0, text, transform=self.figure.dpi_scale_trans, **look)
        self._places.append(lambda whole: words.set_y(whole - y))

    def line(self, xs: Sequence[float], ys: Sequence[float], **look: Any) -> None:
        """Draw a line or markers through points in inches from the top left corner."""
        line = Line2D(xs, ys, transform=self.figure.dpi_scale_trans, **look)
        self.figure.add_artist(line)
        self._places.append(lambda whole: line.set_ydata([whole - y for y in ys]))

    def box(self, xs: tuple[float, float], ys: tuple[float, float], **look: Any) -> None:
        """Fill a box between two x and two y in inches from the top left corner."""
        look = {"transform": self.figure.dpi_scale_trans, "linewidth": 0, **look}
        box = Rectangle((xs[0], 0), xs[1] - xs[0], ys[1] - ys[0], **look)
        self.figure.add_artist(box)
        self._places.append(lambda whole: box.set_y(whole - ys[1]))


class Columns:
    """Headings of columns ``cell`` inches wide and, if there are any, their sums.

    Where a heading has a word that is wider than a column, all are letters, and a list above says
    what they stand for, with the sums. ``height`` is what headings and list take, in inches.
    """

    def __init__(self, labels: Sequence[str], cell: float, sums: Sequence[str] = ()) -> None:
        self.labels, self.cell, self.sums = labels, cell, sums
        self.heads = [wrap(label, cell - 0.04, SMALL) for label in labels]
        self.listed = widest([*self.heads, *sums]) > cell - 0.03
        above = 0.0
        if self.listed:
            letters = len(labels) <= len(ascii_uppercase)
            self.heads = [ascii_uppercase[i] if letters else str(i + 1) for i in range(len(labels))]
            above = len(labels) * line_height() + 0.06
        self.height = above + max(text_height(head, SMALL) for head in self.heads) + 0.05

    def draw(self, sheet: Sheet, left: float, bottom: float, foot: float = 0.0) -> None:
        """Write headings that end at ``bottom``, and sums at ``foot`` or in the list."""
        wide = widest(self.heads, SIZE)
        for column, (head, label) in enumerate(zip(self.heads, self.labels, strict=True)):
            x, y = left + (column + 0.5) * self.cell, foot
            look: Look = {"ha": "center", "va": "center_baseline"}
            sheet.text(x, bottom - 0.03, head, ha="center", va="bottom", size=SMALL)
            if self.listed:
                x, y = WIDTH - PAD, PAD + (column + 0.5) * line_height()
                look["ha"] = "right"
                sheet.text(PAD, y, head, va="center_baseline")
                sheet.text(PAD + wide + 0.1, y, label, va="center_baseline")
            if self.sums:
                sheet.text(x, y, self.sums[column], size=SMALL, **look)


def limits(values: Sequence[float], pad: float = 0.06) -> tuple[float, float]:
    """Return the extremes of the values that are there, with a margin on both sides."""
    there = np.asarray([value for value in values if value == value], dtype=float)
    low, high = (float(there.min()), float(there.max())) if there.size else (0.0, 1.0)
    margin = (high - low) * pad if high > low else max(abs(high) * pad, 0.5)
    return low - margin, high + margin


def nice_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return at most ``most`` round numbers between ``low`` and ``high``."""
    ticks = MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    return [float(tick) for tick in ticks if low - 1e-9 <= tick <= high + 1e-9]


def tick_words(lang: Language, ticks: Sequence[float]) -> list[str]:
    """Write ticks with as many decimals as tell them apart."""
    apart = (d for d in range(6) if all(abs(tick - round(tick, d)) <= 1e-9 for tick in ticks))
    digits = next(apart, 6)
    return [lang.number(tick, digits) for tick in ticks]


def value_axis(axis: Axis, lang: Language, most: int = 5) -> None:
    """Set round ticks within the limits of an axis, written as the language writes numbers."""
    low, high = sorted(axis.get_view_interval())
    ticks = nice_ticks(low, high, most)
    axis.set_ticks(ticks, tick_words(lang, ticks))
