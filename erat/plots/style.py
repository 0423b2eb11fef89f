"""One look for all figures: colours, type, numbers, and the bytes of a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from io import BytesIO
from typing import Any, ParamSpec, TypeAlias, TypeVar, cast

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from matplotlib.typing import ColorType
from PIL import Image

from erat.locale import Language
from erat.plots.mark import marked, needed, stamp

P = ParamSpec("P")
R = TypeVar("R")
Look: TypeAlias = Any
"""A property of something drawn: a colour, a width, a marker."""

WIDTH = 4.6
"""Width of a figure in inches; at 390 px on a phone 9 pt stays readable."""
DPI = 200
COLOURS = 256
"""Of a picture."""
SIZE = 9.0
SMALL = 8.5

INK = "#1b2a3a"
TEXT_GREY = "#566473"
GREY = "#9aa5b1"
PALE = "#e6eaee"
ACCENT = "#b5451b"
BETTER = "#1f7a74"
WORSE = "#93601a"

SEQUENTIAL: Colormap = LinearSegmentedColormap.from_list(
    "erat_sequential", ["#f6f1d5", "#c5dfc0", "#7fbfba", "#3f8fb0", "#255a91", "#14295c"]
)
DIVERGING: Colormap = LinearSegmentedColormap.from_list(
    "erat_diverging", ["#93601a", "#d9b876", "#f5f3ee", "#85bdb6", "#1f7a74"]
)

STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": SIZE,
    "text.color": INK,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.labelsize": SIZE,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": TEXT_GREY,
    "ytick.labelcolor": TEXT_GREY,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "grid.color": PALE,
    "grid.linewidth": 0.7,
    "hatch.linewidth": 0.6,
    "lines.solid_capstyle": "round",
}


def styled(draw: Callable[P, R]) -> Callable[P, R]:
    """Draw in this module's style, whatever the caller's own settings, and leave those alone.

    A figure carries the mark that it is drawn under, or that its frames need.
    """

    @wraps(draw)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        with mpl.rc_context(), marked(needed(*args, *kwargs.values())):
            mpl.rcdefaults()
            mpl.rcParams.update(cast("Any", STYLE))
            drawn = draw(*args, **kwargs)
            if isinstance(drawn, Figure):
                stamp(drawn)
            return drawn

    return wrapper


@styled
def png(figure: Figure, dpi: float = DPI) -> bytes:
    """Return the figure as PNG of few colours: a third of the size, and the same to the eye.

    The same figure gives the same bytes.
    """
    full, small = BytesIO(), BytesIO()
    loose = {"compress_level": 0}  # it is read again at once
    figure.savefig(full, format="png", dpi=dpi, metadata={"Software": None}, pil_kwargs=loose)
    drawn = Image.open(full).convert("RGB")
    few = drawn.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(small, format="png", optimize=True)
    return small.getvalue()


def contrast(colour: ColorType) -> str:
    """Choose ink or white, whichever reads better on ``colour``."""
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in to_rgb(colour)
    )
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "white" if 1.05 / (light + 0.05) > (light + 0.05) / 0.072 else INK


def limits(values: Sequence[float], pad: float = 0.06) -> tuple[float, float]:
    """Return the extremes of the values that are there, with a margin on both sides."""
    there = np.asarray([value for value in values if value == value], dtype=float)
    low, high = (float(there.min()), float(there.max())) if there.size else (0.0, 1.0)
    margin = (high - low) * pad if high > low else max(abs(high) * pad, 0.5)
    return low - margin, high + margin


def nice_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return at most ``most`` round numbers between ``low`` and ``high``."""
    found = MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    return [float(tick) for tick in found if low - 1e-9 <= tick <= high + 1e-9]


def tick_digits(ticks: Sequence[float]) -> int:
    """Return how many decimals tell the ticks apart."""
    digits = 0
    while digits < 6 and any(abs(tick - round(tick, digits)) > 1e-9 for tick in ticks):
        digits += 1
    return digits


def value_axis(ax: Axes, lang: Language, which: str = "x", most: int = 5) -> None:
    """Set round ticks within the limits of one axis, written as the language writes numbers."""
    low, high = sorted(ax.get_xlim() if which == "x" else ax.get_ylim())
    ticks = nice_ticks(low, high, most)
    words = [lang.number(tick, tick_digits(ticks)) for tick in ticks]
    (ax.set_xticks if which == "x" else ax.set_yticks)(ticks, words)
