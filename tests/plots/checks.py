"""What a reader would see of a figure: its texts and where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

SLACK = 2.0
"""Pixels that the boxes of two texts may share (boxes are a little larger than the ink)."""


def shown_texts(artist: Artist) -> Iterator[Text]:
    """Find the texts that are drawn; those of an axis that is switched off are not."""
    for child in artist.get_children():
        if not child.get_visible():
            continue
        hidden = isinstance(artist, Axes) and not artist.axison
        if hidden and child in (artist.xaxis, artist.yaxis):  # type: ignore[attr-defined]
            continue
        if isinstance(child, Text) and child.get_text().strip():
            yield child
        yield from shown_texts(child)


def words(figure: Figure) -> list[str]:
    """Return all texts, with line breaks read as spaces."""
    return [" ".join(text.get_text().split()) for text in shown_texts(figure)]


def boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    """Return each text with the box of pixels that it fills."""
    figure.draw_without_rendering()
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    return [(text.get_text(), text.get_window_extent(renderer)) for text in shown_texts(figure)]


def cut_off(figure: Figure) -> list[str]:
    """Return the texts that reach beyond the figure."""
    width, height = figure.bbox.width, figure.bbox.height
    return [
        text
        for text, box in boxes(figure)
        if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height
    ]


def collisions(figure: Figure) -> list[tuple[str, str]]:
    """Return the pairs of texts that cover each other."""
    return [
        (one, other)
        for (one, a), (other, b) in combinations(boxes(figure), 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > SLACK and min(a.y1, b.y1) - max(a.y0, b.y0) > SLACK
    ]
