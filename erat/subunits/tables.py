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
    """Return every table that a roll-up can have, by its file name without the suffix.

    Returns
    -------
    tuple
        The tables, and why one is not there, in words: ``scores`` (every unit, its parent, kind
        and depth, and a column a node), ``ranks`` (among units of the same depth),
        ``contributions``, ``distance``, ``changes`` (from the first to the last year of a panel),
        ``inequality`` and ``orders``. There is no column ``year`` where the data have none.
    """
    made, refused = parts(rolled)
    found = {
        "scores": _with_units(rolled, rolled.scores),
        "ranks": _with_units(rolled, rolled.ranks),
        **made,
        "inequality": inequality(rolled),
        "orders": rolled.orders,
    }
    if not rolled.has_years:
        found = {name: table.drop(columns="year", errors="ignore") for name, table in found.items()}
    return found, refused


def parts(rolled: RolledUp) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Return the tables that take scores apart, and why one is missing, in words."""
    years = rolled.years
    wanted: dict[str, Callable[[], pd.DataFrame]] = {
        "contributions": lambda: contributions(rolled),
        "distance": lambda: distances(rolled),
    }
    if len(years) > 1:
        wanted["changes"] = lambda: changes(rolled, int(years[0]), int(years[-1]))
    made, refused = {}, []
    for name, make in wanted.items():
        try:
            made[name] = make()
        except InputError as cause:
            refused += [f"no {name}.csv: {problem}" for problem in cause.problems]
    return made, refused


def _with_units(rolled: RolledUp, table: pd.DataFrame) -> pd.DataFrame:
    """Put what is known of every unit before its scores."""
    tree = rolled.tree
    about = tree.table[["parent", "kind"]].assign(depth=tree.depths)
    rows = table.index.get_level_values("unit")
    return pd.concat([about.loc[rows].set_axis(table.index), table], axis=1).reset_index()
