"""One look for all figures: colours, type, numbers, and the bytes of a picture."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any, ParamSpec, TypeAlias, TypeVar, cast

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from erat.plots.colours import GREY, INK, PALE, TEXT_GREY
from erat.plots.mark import marked, needed, stamp

P = ParamSpec("P")
R = TypeVar("R")
Look: TypeAlias = dict[str, Any]  # properties of something drawn: its colour, width, marker

WIDTH = 4.6  # width of a figure in inches; at 390 px on a phone 9 pt stays readable
DPI = 200
COLOURS = 256  # of a picture
SIZE = 9.0
SMALL = 8.5

TICKS: Look = {"color": GREY, "labelcolor": TEXT_GREY, "labelsize": SMALL, "major.width": 0.7,
               "major.size": 3}  # fmt: skip
STYLE: Look = {
    "font.family": "DejaVu Sans", "font.size": SIZE, "text.color": INK,
    "text.parse_math": False,  # a name with "$" is a name, and no formula that may be wrong
    "axes.edgecolor": GREY, "axes.labelcolor": INK, "axes.labelsize": SIZE, "axes.linewidth": 0.7,
    "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True,
    "grid.color": PALE, "grid.linewidth": 0.7, "hatch.linewidth": 0.6,
    "lines.solid_capstyle": "round",
    **{f"{axis}tick.{name}": value for axis in "xy" for name, value in TICKS.items()},
}  # fmt: skip


FAINT: Look = {"size": SMALL, "color": TEXT_GREY}
CENTRED: Look = {"ha": "center", "va": "center_baseline", "size": SMALL}
"""Looks of small texts: beside what is drawn, and in the middle of a cell."""


def point(shape: str, colour: str, size: float, edge: float = 0.0, **look: Any) -> Look:
    """Return the look of a marker that no line joins."""
    marker = {"marker": shape, "color": colour, "markersize": size, "markeredgewidth": edge}
    return {**marker, "linestyle": "none", **look}


def styled(draw: Callable[P, R]) -> Callable[P, R]:
    """Draw in this module's style, leave the caller's alone, and stamp the mark that is needed."""

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
    canvas, small = FigureCanvasAgg(figure), BytesIO()
    figure.savefig(BytesIO(), format="rgba", dpi=dpi)
    pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    drawn = Image.fromarray(pixels).convert("RGB")
    few = drawn.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(small, format="png", compress_level=7)  # 9 takes six times longer for 7% less
    return small.getvalue()
