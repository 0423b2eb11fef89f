"""Figures: a function a figure. Each takes a frame and a language, and returns a Figure.

No function touches matplotlib's global state: figures are made without pyplot.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from erat.plots.cells import heat, lens_grid, unit_heat
    from erat.plots.choices import factor_effects, index_bars, rank_by_choice
    from erat.plots.contributions import contribution_bars
    from erat.plots.pairs import correlation_heat, dominance_heat
    from erat.plots.panels import histogram, scree_plots
    from erat.plots.points import scatter
    from erat.plots.ranks import rank_chances, rank_ranges, unit_ranks
    from erat.plots.scores import dimension_profile, interval_rows, two_sides
    from erat.plots.strips import goalpost_strips, position_strips, sub_unit_strips
    from erat.plots.tilemap import tile_map
    from erat.plots.trend import small_multiples, trend_lines

PLACES = {
    "cells": ("heat", "lens_grid", "unit_heat"),
    "choices": ("factor_effects", "index_bars", "rank_by_choice"),
    "contributions": ("contribution_bars",),
    "pairs": ("correlation_heat", "dominance_heat"),
    "panels": ("histogram", "scree_plots"),
    "points": ("scatter",),
    "ranks": ("unit_ranks", "rank_chances", "rank_ranges"),
    "scores": ("dimension_profile", "interval_rows", "two_sides"),
    "strips": ("goalpost_strips", "position_strips", "sub_unit_strips"),
    "tilemap": ("tile_map",),
    "trend": ("small_multiples", "trend_lines"),
}
"""Where the figures are drawn: a module is imported when a figure of it is first used."""

__all__ = [
    "contribution_bars",
    "correlation_heat",
    "dimension_profile",
    "dominance_heat",
    "factor_effects",
    "goalpost_strips",
    "heat",
    "histogram",
    "index_bars",
    "interval_rows",
    "lens_grid",
    "position_strips",
    "rank_by_choice",
    "rank_chances",
    "rank_ranges",
    "scatter",
    "scree_plots",
    "small_multiples",
    "sub_unit_strips",
    "tile_map",
    "trend_lines",
    "two_sides",
    "unit_heat",
    "unit_ranks",
]


def __getattr__(name: str) -> object:
    place = next((place for place, names in PLACES.items() if name in names), None)
    if place is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return globals().setdefault(name, getattr(import_module(f"{__name__}.{place}"), name))


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
