"""The word that is drawn into every figure made from answers that nobody gave.

A :class:`Mark` holds for all figures drawn inside :func:`marked` or after :func:`keep`, and for
those drawn from a frame that says that it is simulated. The project's style stamps it into each.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from erat.locale import Language, spoken
from erat.plots.colours import TEXT_GREY

COLUMN = "simulated"
"""The column of a frame that says so, in every row that rests on simulated answers."""
GID = "erat-mark"  # the id of the text that is a mark
EVERY = 3.0  # A mark is repeated in a figure that is taller than this, in inches
SIZES = (44.0, 36.0, 30.0, 25.0, 21.0, 17.0, 14.0, 11.0, 9.0)  # sizes that are tried, in points
EDGE = 0.03


@dataclass(frozen=True)
class Mark:
    """A word drawn lightly over a figure, and a sentence for the notes under it."""

    word: str
    note: str


def simulated(lang: Language) -> Mark:
    """Return the mark of everything that is made from simulated answers."""
    note = lang.tr("Simulated answers: made up by the computer, given by nobody.")
    return Mark(lang.tr("simulated"), note)


_current: list[Mark | None] = [None]


def keep(mark: Mark | None) -> None:
    """Draw a mark into every figure from now on, in all cells of a notebook; None ends it."""
    _current[:] = [mark]


@contextmanager
def marked(mark: Mark | None) -> Iterator[None]:
    """Draw a mark into every figure that is made inside; None draws nothing."""
    before = current()
    keep(mark)
    try:
        yield
    finally:
        keep(before)


def current() -> Mark | None:
    """Return the mark that a figure made now must have."""
    return _current[0]


def needed(*shown: object) -> Mark | None:
    """Return the mark of what is made from frames: the current one, or that of simulated rows."""
    frames = (frame for frame in shown if isinstance(frame, pd.DataFrame) and COLUMN in frame)
    if current() is None and any((frame[COLUMN] == COLUMN).any() for frame in frames):
        return simulated(spoken())
    return current()


def stamp(figure: Figure) -> None:
    """Write the current mark into a figure, once a part of its height, where it crosses no text."""
    mark = current()
    if mark is None or mark_of(figure):
        return
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    figure.draw_without_rendering()
    texts = (
        text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()
    )
    extents = [text.get_window_extent(renderer).extents for text in texts]
    taken = np.array(extents).reshape(-1, 4) / figure.dpi
    width, height = figure.get_size_inches()
    word = figure.text(0, 0, mark.word, size=SIZES[0], weight="bold")
    extent = word.get_window_extent(renderer)
    box = np.array([extent.width, extent.height]) / figure.dpi / SIZES[0]
    word.remove()
    parts = max(1, round(height / EVERY))
    for part in range(parts):
        low, high = height * part / parts, height * (part + 1) / parts
        size, x, y = _free(taken, box, (width, low, high))
        figure.text(
            x, y, mark.word, gid=GID, transform=figure.dpi_scale_trans, size=size, weight="bold",
            ha="center", va="center", color=TEXT_GREY, alpha=0.4, zorder=9,
        )  # fmt: skip


def _free(
    taken: np.ndarray, box: np.ndarray, region: tuple[float, float, float]
) -> tuple[float, float, float]:
    """Return the largest size at which a word crosses nothing, and the middle of its place.

    ``taken`` are the texts, ``(texts, 4)``: left, bottom, right, top in inches; ``box`` is the size
    of the word at one point; ``region`` the width of the figure, and the ends of the word's part.
    """
    width, low, high = region
    for size in SIZES:
        half = box * size / 2
        x = np.arange(half[0] + EDGE, width - half[0] - EDGE, 0.06)[:, None, None]
        y = np.arange(low + half[1] + EDGE, high - half[1] - EDGE, 0.03)[None, :, None]
        across = (taken[:, 0] < x + half[0]) & (taken[:, 2] > x - half[0])
        crossed = (across & (taken[:, 1] < y + half[1]) & (taken[:, 3] > y - half[1])).any(axis=2)
        if not crossed.all():
            away = (x[..., 0] - width / 2) ** 2 + (y[..., 0] - (low + high) / 2) ** 2
            i, j = np.unravel_index(np.where(crossed, np.inf, away).argmin(), crossed.shape)
            return size, float(x[i, 0, 0]), float(y[0, j, 0])
    return SIZES[-1], width / 2, (low + high) / 2


def mark_of(figure: Figure) -> str:
    """Return the word that is drawn into a figure; empty if there is none."""
    words = [text.get_text() for text in figure.texts if text.get_gid() == GID]
    return words[0] if words else ""
