"""The word that is drawn into every figure made from answers that nobody gave.

A :class:`Mark` holds for all figures drawn inside :func:`marked`; the sheet on which a figure is
drawn takes it from here, so that no figure can be without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from matplotlib.figure import Figure

from erat.locale import Language

GID = "erat-mark"
"""The id of the text that is a mark."""


@dataclass(frozen=True)
class Mark:
    """A word for the figure itself, and a sentence for the notes under it.

    Parameters
    ----------
    word
        Drawn large and light across the figure.
    note
        Written under the figure, above its source.
    """

    word: str
    note: str


def simulated(lang: Language) -> Mark:
    """Return the mark of everything that is made from simulated answers."""
    return Mark(
        lang.tr("simulated"),
        lang.tr("Simulated answers: made up by the computer, given by nobody."),
    )


_CURRENT: ContextVar[Mark | None] = ContextVar("erat_mark", default=None)


@contextmanager
def marked(mark: Mark | None) -> Iterator[None]:
    """Draw a mark into every figure that is made inside; None draws nothing."""
    before = _CURRENT.set(mark)
    try:
        yield
    finally:
        _CURRENT.reset(before)


def current() -> Mark | None:
    """Return the mark that a figure made now must have."""
    return _CURRENT.get()


def mark_of(figure: Figure) -> str:
    """Return the word that is drawn into a figure; empty if there is none."""
    words = [text.get_text() for text in figure.texts if text.get_gid() == GID]
    return words[0] if words else ""
