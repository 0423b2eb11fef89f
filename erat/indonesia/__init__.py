"""All that knows the country: raw tables and their checks, codes, borders, series."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pandas as pd


@cache
def tiles() -> pd.DataFrame:
    """Return the tile of every province unit, on both borders, indexed by unit.

    ``abbr`` is written in it; ``column`` and ``row`` may be fractions, so that islands stand apart.
    """
    with (files(__name__) / "tiles.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype={"unit": str}).set_index("unit")
