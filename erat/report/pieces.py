"""Figures and tables that carry a mark: the one way to show what is made from answers.

Where answers are simulated, the mark's word is drawn into every figure and stands in the text that
replaces it, in every caption and above the part of the page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure

from erat.locale import Language
from erat.plots.mark import Mark, mark_of, marked
from erat.report import page
from erat.report.page import Content, Html, join, note, strong


@dataclass(frozen=True)
class Pieces:
    """Makes the figures and tables of one part of a page.

    Parameters
    ----------
    lang
        The language.
    mark
        What everything here must carry; None for real answers.
    """

    lang: Language
    mark: Mark | None = None

    def figure(
        self,
        draw: Callable[..., Figure],
        *given: object,
        alt: str,
        caption: Content = "",
        **options: object,
    ) -> Html:
        """Draw a figure and put it into the page.

        Parameters
        ----------
        draw
            A function of :mod:`erat.plots`; it is called with ``given`` and ``options``.
        alt, caption
            As in :func:`erat.report.page.figure`.

        Raises
        ------
        RuntimeError
            If the figure was drawn without the mark.
        """
        with marked(self.mark):
            drawn = draw(*given, **options)
        if self.mark and mark_of(drawn) != self.mark.word:
            raise RuntimeError(f"{draw.__name__} draws a figure without the mark")
        return page.figure(drawn, alt=self.worded(alt), caption=caption)

    def table(
        self,
        frame: pd.DataFrame,
        caption: str,
        *,
        right: Sequence[str] | None = None,
        kind: str = "",
    ) -> Html:
        """Make a table with a caption; ``right`` and ``kind`` as in the page's own tables."""
        return page.table(frame, caption=self.worded(caption), right=right, kind=kind)

    def banner(self) -> Html:
        """Say above a part of a page what its mark means; nothing without a mark."""
        if self.mark is None:
            return join([])
        return note(strong(self.mark.note), kind="warning")

    def worded(self, text: str) -> str:
        """Put the mark before a text."""
        return f"[{self.mark.word}] {text}" if self.mark else text
