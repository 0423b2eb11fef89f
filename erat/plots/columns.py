"""Headings of narrow columns: read from left to right, or letters that a list above explains."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_uppercase

from erat.plots.sheet import PAD, Sheet, line_height, text_height, text_width, wrap
from erat.plots.style import SMALL, WIDTH


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
