"""Figures: a function a figure. Each takes a frame and a language, and returns a Figure.

No function touches matplotlib's global state: figures are made without pyplot.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from erat.plots.assessed import interval_rows, two_sides
    from erat.plots.chances import rank_chances
    from erat.plots.correlation import correlation_heat
    from erat.plots.coverage import heat
    from erat.plots.distribution import regency_strips
    from erat.plots.dominance import dominance_heat
    from erat.plots.drivers import contribution_bars
    from erat.plots.goalposts import goalpost_strips
    from erat.plots.grid import lens_grid
    from erat.plots.histogram import histogram
    from erat.plots.indices import index_bars
    from erat.plots.overlap import scatter
    from erat.plots.profile import dimension_profile
    from erat.plots.ranking import rank_ranges
    from erat.plots.scree import scree_plots
    from erat.plots.sensitivity import factor_effects, province_ranks, rank_by_choice
    from erat.plots.strip import position_strips
    from erat.plots.tilemap import tier_map, tile_map
    from erat.plots.trend import small_multiples, trend_lines
    from erat.plots.unit_heat import unit_heat

PLACES = {
    "assessed": ("interval_rows", "two_sides"),
    "chances": ("rank_chances",),
    "correlation": ("correlation_heat",),
    "coverage": ("heat",),
    "distribution": ("regency_strips",),
    "dominance": ("dominance_heat",),
    "drivers": ("contribution_bars",),
    "goalposts": ("goalpost_strips",),
    "grid": ("lens_grid",),
    "histogram": ("histogram",),
    "indices": ("index_bars",),
    "overlap": ("scatter",),
    "profile": ("dimension_profile",),
    "ranking": ("rank_ranges",),
    "scree": ("scree_plots",),
    "sensitivity": ("factor_effects", "province_ranks", "rank_by_choice"),
    "strip": ("position_strips",),
    "tilemap": ("tier_map", "tile_map"),
    "trend": ("small_multiples", "trend_lines"),
    "unit_heat": ("unit_heat",),
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
    "province_ranks",
    "rank_by_choice",
    "rank_chances",
    "rank_ranges",
    "regency_strips",
    "scatter",
    "scree_plots",
    "small_multiples",
    "tier_map",
    "tile_map",
    "trend_lines",
    "two_sides",
    "unit_heat",
]


def __getattr__(name: str) -> object:
    place = next((place for place, names in PLACES.items() if name in names), None)
    if place is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return globals().setdefault(name, getattr(import_module(f"{__name__}.{place}"), name))


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
