"""A roll-up as files: every table by its name."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from erat.errors import InputError
from erat.subunits.contributions import changes, contributions
from erat.subunits.distance import distances
from erat.subunits.inequality import inequality
from erat.subunits.rollup import RolledUp


def tables(rolled: RolledUp) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Return every table of a roll-up by its file name, and why one is not there, in words.

    ``scores`` (every unit, its parent, kind and depth, and a column a node), ``ranks`` (among units
    of the same depth), ``contributions``, ``distance``, ``changes`` (from the first to the last
    year of a panel), ``inequality`` and ``orders``. There is no column ``year`` where the data have
    none.
    """
    about = rolled.tree.table[["parent", "kind"]].assign(depth=rolled.tree.depths)
    about = about.loc[rolled.index.get_level_values("unit")].set_axis(rolled.index)
    result = {name: pd.concat([about, table], axis=1).reset_index()
              for name, table in (("scores", rolled.scores), ("ranks", rolled.ranks))}  # fmt: skip
    parts: dict[str, Callable[[], pd.DataFrame]] = {
        "contributions": lambda: contributions(rolled),
        "distance": lambda: distances(rolled),
    }
    if len(rolled.years) > 1:
        parts["changes"] = lambda: changes(rolled, int(rolled.years[0]), int(rolled.years[-1]))
    refused = []
    for name, make in parts.items():
        try:
            result[name] = make()
        except InputError as cause:
            refused += [f"no {name}.csv: {problem}" for problem in cause.problems]
    result |= {"inequality": inequality(rolled), "orders": rolled.orders}
    if not rolled.has_years:
        result = {name: x.drop(columns="year", errors="ignore") for name, x in result.items()}
    return result, refused
