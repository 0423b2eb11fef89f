"""The ends of axes and the round numbers on them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axis import Axis
from matplotlib.ticker import MaxNLocator

from erat.locale import Language


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
