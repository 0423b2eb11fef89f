"""A figure measured in inches from its top left corner, so that nothing is cut off by chance."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_uppercase
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from erat.locale import Language
from erat.plots import mark
from erat.plots.style import DPI, SIZE, SMALL, TEXT_GREY, WIDTH, Look

PAD = 0.06
"""Free space at the edges of a figure, in inches."""
SPACING = 1.2


def line_height(size: float = SIZE) -> float:
    """Return the height of a line of text in inches."""
    return size * 1.32 / 72


def text_height(text: str, size: float = SIZE) -> float:
    """Return the height of a wrapped text in inches (0 for an empty one)."""
    return (text.count("\n") + 1) * line_height(size) if text else 0.0


def text_width(text: str, size: float = SIZE, weight: str = "normal") -> float:
    """Return the width in inches of the longest line of ``text``."""
    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    widths = [
        text_to_path.get_text_width_height_descent(line, font, ismath=False)[0]
        for line in text.split("\n")
        if line
    ]
    return max(widths, default=0.0) / 72 * 1.01


def wrap(text: str, width: float, size: float = SIZE, weight: str = "normal") -> str:
    """Break ``text`` at spaces so that no line is wider than ``width`` inches."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)


class Sheet:
    """A figure with a body and, under it, notes in small type.

    Parameters
    ----------
    body
        Height of the body in inches.
    notes
        Paragraphs under the body; they are wrapped, and the figure grows to hold them.
    width
        Width of the figure in inches.
    """

    def __init__(self, body: float, notes: Sequence[str] = (), width: float = WIDTH) -> None:
        self.width = width
        drawn = mark.current()
        notes = [drawn.note, *notes] if drawn else notes
        wrapped = [wrap(note, width - 2 * PAD, SMALL) for note in notes if note]
        foot = sum(text_height(note, SMALL) + 0.03 for note in wrapped)
        self.height = body + (foot + 0.1 if wrapped else 0.0) + PAD
        self.figure = Figure(figsize=(width, self.height), dpi=DPI, facecolor="white")
        FigureCanvasAgg(self.figure)
        top = body + 0.1
        for note in wrapped:
            self.text(PAD, top, note, size=SMALL, color=TEXT_GREY)
            top += text_height(note, SMALL) + 0.03

    def axes(self, left: float, top: float, width: float, height: float, **look: Look) -> Axes:
        """Add axes of this size whose top left corner is at (left, top) inches."""
        bottom = self.height - top - height
        box = (left / self.width, bottom / self.height, width / self.width, height / self.height)
        return self.figure.add_axes(box, **look)

    def text(self, x: float, y: float, text: str, **look: Look) -> Text:
        """Write at (x, y) inches from the top left corner; ``va`` is top if not said."""
        look = {"va": "top", "size": SIZE, "linespacing": SPACING, **look}
        where = self.figure.dpi_scale_trans
        return self.figure.text(x, self.height - y, text, transform=where, **look)

    def line(self, xs: Sequence[float], ys: Sequence[float], **look: Look) -> None:
        """Draw a line or markers through points in inches from the top left corner."""
        where = self.figure.dpi_scale_trans
        flipped = [self.height - y for y in ys]
        self.figure.add_artist(Line2D(xs, flipped, transform=where, **look))

    def box(self, xs: tuple[float, float], ys: tuple[float, float], **look: Look) -> None:
        """Fill a box between two x and two y in inches from the top left corner."""
        corner, size = (xs[0], self.height - ys[1]), (xs[1] - xs[0], ys[1] - ys[0])
        where = self.figure.dpi_scale_trans
        self.figure.add_artist(Rectangle(corner, *size, transform=where, linewidth=0, **look))


def key_rows(words: Sequence[str], width: float, size: float = SIZE) -> list[list[int]]:
    """Spread the entries of a key over rows of ``width`` inches; returns positions per row."""
    rows: list[list[int]] = [[]]
    used = 0.0
    for position, word in enumerate(words):
        needed = 0.36 + text_width(word, size)
        if rows[-1] and used + needed > width:
            rows.append([])
            used = 0.0
        rows[-1].append(position)
        used += needed
    return rows


def key_height(words: Sequence[str], width: float = WIDTH - 2 * PAD) -> float:
    """Return the height in inches that :func:`draw_key` will use."""
    return len(key_rows(words, width)) * (line_height() + 0.02)


def draw_key(
    sheet: Sheet, top: float, marks: Sequence[dict[str, Any]], words: Sequence[str]
) -> None:
    """Write a key: each mark (line properties) with its word, in the mark's own colour."""
    for row in key_rows(words, sheet.width - 2 * PAD):
        left = PAD
        for position in row:
            mark, word = marks[position], words[position]
            y = top + line_height() / 2
            if mark.get("linestyle") != "none":
                sheet.line([left, left + 0.17], [y, y], **{**mark, "marker": ""})
            sheet.line([left + 0.085], [y], **mark)
            sheet.text(left + 0.23, top + line_height() / 2, word, va="center_baseline")
            left += 0.36 + text_width(word)
        top += line_height() + 0.02


def source_note(lang: Language, source: str | None) -> str:
    """Return the line that names the source, or nothing."""
    return lang.tr("Source: {source}", source=source) if source else ""


class Columns:
    """Headings of columns and, if there are any, their sums.

    Where a heading has a word that is wider than a column, all are letters, and a list above says
    what they stand for, with the sums.

    Parameters
    ----------
    labels
        Of the columns.
    cell
        Width of a column in inches.
    sums
        Written at the foot, or in the list.

    Attributes
    ----------
    height
        Inches that headings and list take.
    """

    def __init__(self, labels: Sequence[str], cell: float, sums: Sequence[str] = ()) -> None:
        self.labels, self.cell, self.sums = list(labels), cell, list(sums)
        self.heads = [wrap(label, cell - 0.04, SMALL) for label in labels]
        widest = max(text_width(word, SMALL) for word in [*self.heads, *sums])
        self.listed = widest > cell - 0.03
        above = 0.0
        if self.listed:
            letters = len(labels) <= len(ascii_uppercase)
            self.heads = [ascii_uppercase[i] if letters else str(i + 1) for i in range(len(labels))]
            above = len(labels) * line_height() + 0.06
        self.height = above + max(text_height(head, SMALL) for head in self.heads) + 0.05

    def draw(self, sheet: Sheet, left: float, bottom: float, foot: float = 0.0) -> None:
        """Write headings that end at ``bottom``, and sums at ``foot`` or in the list."""
        for column, head in enumerate(self.heads):
            x = left + (column + 0.5) * self.cell
            sheet.text(x, bottom - 0.03, head, ha="center", va="bottom", size=SMALL)
            if self.sums and not self.listed:
                sum_ = self.sums[column]
                sheet.text(x, foot, sum_, ha="center", va="center_baseline", size=SMALL)
        if self.listed:
            self._list(sheet)

    def _list(self, sheet: Sheet) -> None:
        wide = max(text_width(head) for head in self.heads)
        for place, (head, label) in enumerate(zip(self.heads, self.labels, strict=True)):
            y = PAD + (place + 0.5) * line_height()
            sheet.text(PAD, y, head, va="center_baseline")
            sheet.text(PAD + wide + 0.1, y, label, va="center_baseline")
            if self.sums:
                look = {"ha": "right", "va": "center_baseline", "size": SMALL}
                sheet.text(WIDTH - PAD, y, self.sums[place], **look)
