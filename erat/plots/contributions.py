"""Which indicators lift or lower one unit's score."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from erat.locale import Language, written
from erat.plots.sheet import PAD, Sheet, source_note, text_height, text_width, wrap
from erat.plots.style import BETTER, GREY, INK, SIZE, WIDTH, WORSE, styled

GUTTER = 1.95
"""Width of the column of names in inches."""
GAP = 0.05


@styled
def contribution_bars(
    frame: pd.DataFrame,
    lang: Language,
    *,
    total: float | None = None,
    interval: tuple[float, float] | None = None,
    digits: int = 1,
    label: str | None = None,
    note: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw what each indicator gives to the score, less what it gives to the mean of the units.

    Parameters
    ----------
    frame
        Indexed by the indicator's label; columns ``contribution`` and ``mean``, in points.
    total
        The difference of the whole score; the sum of the bars if not given.
    interval
        The ends of its interval.
    label
        What the bars measure; a sentence in the language if not given.
    """
    gaps = (frame["contribution"] - frame["mean"]).dropna()
    gaps = gaps.sort_values(ascending=False, kind="stable")
    title = wrap(
        label or lang.tr("Difference from the mean of the provinces, in points of the score"),
        WIDTH - 2 * PAD,
    )
    whole = float(gaps.sum()) if total is None else total
    heads = [wrap(str(name), GUTTER - 0.1) for name in gaps.index]
    heads.append(wrap(_all_words(lang, interval, digits), GUTTER - 0.1, SIZE, "bold"))
    values = [*gaps.astype(float), whole]
    top = PAD + text_height(title) + 0.08
    height = sum(text_height(head) + GAP for head in heads) + 0.06
    sheet = Sheet(top + height, [note or "", source_note(lang, source)])
    sheet.text(PAD, PAD, title)
    scale = _Scale(values, [str(written(lang, value, f"+.{digits}")) for value in values])
    zero = scale(0.0)
    sheet.line([zero, zero], [top, top + height], color=GREY, linewidth=0.8)
    for position, (head, value) in enumerate(zip(heads, values, strict=True)):
        last = position == len(heads) - 1
        if last:
            sheet.line([PAD, WIDTH - PAD], [top + 0.02] * 2, color=GREY, linewidth=0.8)
            top += 0.06
        middle = top + text_height(head) / 2
        _bar(
            sheet, middle, zero, scale(value), value, str(written(lang, value, f"+.{digits}")), last
        )
        weight = "bold" if last else "normal"
        sheet.text(PAD, middle, head, va="center", weight=weight)
        top += text_height(head) + GAP
    return sheet.figure


def _all_words(lang: Language, interval: tuple[float, float] | None, digits: int) -> str:
    """Name the last bar, with the interval of its end if there is one."""
    if interval is None:
        return lang.tr("All together")
    low, high = (str(written(lang, end, f"+.{digits}")) for end in interval)
    return lang.tr("All together ({low} to {high})", low=low, high=high)


class _Scale:
    """From points to inches, leaving room at both ends for the numbers beside the bars."""

    def __init__(self, values: list[float], words: list[str]) -> None:
        wide = max(text_width(word, SIZE, "bold") for word in words) + 0.07
        low, high = min(*values, 0.0), max(*values, 0.0)
        self.left = PAD + GUTTER + (wide if low < 0 else 0.05)
        right = WIDTH - PAD - (wide if high > 0 else 0.05)
        self.low = low
        self.per_point = (right - self.left) / (high - low) if high > low else 1.0

    def __call__(self, value: float) -> float:
        return self.left + (value - self.low) * self.per_point


def _bar(
    sheet: Sheet, y: float, zero: float, end: float, value: float, word: str, total: bool
) -> None:
    colour = INK if total else BETTER if value >= 0 else WORSE
    sheet.line([zero, end], [y, y], color=colour, linewidth=9, solid_capstyle="butt")
    side = 0.05 if value >= 0 else -0.05
    sheet.text(
        end + side,
        y,
        word,
        ha="left" if value >= 0 else "right",
        va="center_baseline",
        weight="bold" if total else "normal",
    )
