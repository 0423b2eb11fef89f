"""The colours of all figures."""

from __future__ import annotations

from matplotlib.colors import Colormap, LinearSegmentedColormap, to_rgb
from matplotlib.typing import ColorType

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


def contrast(colour: ColorType) -> str:
    """Choose ink or white, whichever reads better on ``colour``."""
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in to_rgb(colour)
    )
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "white" if 1.05 / (light + 0.05) > (light + 0.05) / 0.072 else INK
