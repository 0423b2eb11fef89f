"""Figures: a function a figure. Each takes a frame and a language, and returns a Figure.

No function touches matplotlib's global state: figures are made without pyplot. These parameters
mean the same in all figures, and a function explains only its others:

- ``lang``: the language of the words and numbers that the figure writes by itself.
- ``name``, ``names``: what the unit is called; what each unit is called, by its id.
- ``highlight``: the id of the unit to mark; ``nominal``: the unit's rank in the edition.
- ``labels``, ``units``, ``digits``: by indicator, its name, its unit of measure and the decimals
  to write.
- ``label``, ``xlabel``, ``ylabel``: what is measured, with its unit of measure.
- ``interval``: the low and the high end.
- ``compare``: what the line beside the unit's is called; the median of all provinces if None.
- ``note`` (such as what a range stands for), ``source`` (of the data): small, under the figure.
"""

from erat.plots.cells import (
    correlation_heat,
    dominance_heat,
    heat,
    lens_grid,
    rank_by_choice,
    unit_heat,
)  # fmt: skip
from erat.plots.panels import histogram, scatter, scree_plots
from erat.plots.ranks import (
    contribution_bars,
    factor_effects,
    index_bars,
    rank_chances,
    rank_ranges,
    unit_ranks,
)  # fmt: skip
from erat.plots.scores import (
    dimension_profile,
    goalpost_strips,
    interval_rows,
    position_strips,
    sub_unit_strips,
    two_sides,
)  # fmt: skip
from erat.plots.tilemap import tile_map
from erat.plots.trend import small_multiples, trend_lines

__all__ = [
    "contribution_bars", "correlation_heat", "dimension_profile", "dominance_heat",
    "factor_effects", "goalpost_strips", "heat", "histogram", "index_bars", "interval_rows",
    "lens_grid", "position_strips", "rank_by_choice", "rank_chances", "rank_ranges", "scatter",
    "scree_plots", "small_multiples", "sub_unit_strips", "tile_map", "trend_lines", "two_sides",
    "unit_heat", "unit_ranks",
]  # fmt: skip
