"""The room that texts take, in inches."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from erat.plots.style import SIZE, SMALL, WIDTH

PAD = 0.06  # free space at the edges of a figure, in inches
ROOM = WIDTH - 2 * PAD  # inches between the edges


def line_height(size: float = SIZE) -> float:
    """Return the height of a line of text in inches."""
    return size * 1.32 / 72


def text_height(text: str, size: float = SIZE) -> float:
    """Return the height of a wrapped text in inches (0 for an empty one)."""
    return (text.count("\n") + 1) * line_height(size) if text else 0.0


def text_width(text: str, size: float = SIZE, weight: str = "normal") -> float:
    """Return the width in inches of the longest line of ``text``."""
    widths = [_line_width(line, size, weight) for line in text.split("\n") if line]
    return max(widths, default=0.0) / 72 * 1.01


@lru_cache(maxsize=10_000)
def _line_width(line: str, size: float, weight: str) -> float:
    """Return the width of a line in points."""
    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    return float(text_to_path.get_text_width_height_descent(line, font, ismath=False)[0])


def widest(texts: Iterable[str], size: float = SMALL, weight: str = "normal") -> float:
    """Return the width in inches of the longest of some texts (0 if there are none)."""
    return text_width("\n".join(texts), size, weight)


def wrap(text: str, width: float = ROOM, size: float = SIZE, weight: str = "normal") -> str:
    """Break ``text`` at spaces so that no line is wider than ``width`` inches."""
    lines: list[str] = []
    whole = " ".join(text.split())
    if text_width(whole, size, weight) <= width:
        return whole
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)
