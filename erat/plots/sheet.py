"""A figure measured in inches from its top left corner, so that nothing is cut off by chance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from string import ascii_uppercase
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from erat.locale import Language
from erat.plots import mark
from erat.plots.style import DPI, FAINT, SIZE, SMALL, WIDTH, Look
from erat.plots.text import PAD, ROOM, line_height, text_height, text_width, widest, wrap


def key_rows(words: Iterable[str]) -> list[list[str]]:
    """Spread the entries of a key over rows."""
    rows: list[list[str]] = [[]]
    used = 0.0
    for word in words:
        width = 0.36 + text_width(word)
        if rows[-1] and used + width > ROOM:
            rows.append([])
            used = 0.0
        rows[-1].append(word)
        used += width
    return rows


def key_height(words: Iterable[str]) -> float:
    """Return the height in inches of a key with these words."""
    return len(key_rows(words)) * (line_height() + 0.02)


class Sheet:
    """A figure with a key at the top of its body and, under it, notes in small type.

    ``body`` is the height of the body in inches, its key included; ``key`` is word to the look that
    it explains. The figure grows to hold the notes, wrapped; the last one names the source.
    """

    def __init__(
        self,
        body: float,
        lang: Language,
        source: str | None,
        *notes: str | None,
        key: Mapping[str, Look] | None = None,
        width: float = WIDTH,
    ) -> None:
        self.width = width
        present = mark.current()
        last = lang.tr("Source: {source}", source=source) if source else None
        wanted = [present.note if present else None, *notes, last]
        wrapped = [wrap(note, width - 2 * PAD, SMALL) for note in wanted if note]
        foot = sum(text_height(note, SMALL) + 0.03 for note in wrapped)
        self.height = body + (foot + 0.1 if wrapped else 0.0) + PAD
        self.figure = Figure(figsize=(width, self.height), dpi=DPI, facecolor="white")
        FigureCanvasAgg(self.figure)
        top = body + 0.1
        for note in wrapped:
            self.text(PAD, top, note, **FAINT)
            top += text_height(note, SMALL) + 0.03
        self._draw_key(key or {})

    def _draw_key(self, key: Mapping[str, Look]) -> None:
        y = PAD + line_height() / 2
        for words in key_rows(key):
            left = PAD
            for word in words:
                look = key[word]
                if look.get("linestyle") != "none":
                    self.line([left, left + 0.17], [y, y], **{**look, "marker": ""})
                self.line([left + 0.085], [y], **look)
                self.text(left + 0.23, y, word, va="center_baseline")
                left += 0.36 + text_width(word)
            y += line_height() + 0.02

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Add axes of this size whose top left corner is at (left, top) inches."""
        bottom = self.height - top - height
        box = (left / self.width, bottom / self.height, width / self.width, height / self.height)
        return self.figure.add_axes(box)

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
        where = self.figure.dpi_scale_trans
        self.figure.text(x, self.height - y, text, transform=where, **look)

    def line(self, xs: Sequence[float], ys: Sequence[float], **look: Any) -> None:
        """Draw a line or markers through points in inches from the top left corner."""
        where = self.figure.dpi_scale_trans
        self.figure.add_artist(Line2D(xs, [self.height - y for y in ys], transform=where, **look))

    def box(self, xs: tuple[float, float], ys: tuple[float, float], **look: Any) -> None:
        """Fill a box between two x and two y in inches from the top left corner."""
        corner, size = (xs[0], self.height - ys[1]), (xs[1] - xs[0], ys[1] - ys[0])
        look = {"transform": self.figure.dpi_scale_trans, "linewidth": 0, **look}
        self.figure.add_artist(Rectangle(corner, *size, **look))


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
