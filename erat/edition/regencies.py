"""Regencies and cities as the sub-units of their provinces: their tables in an edition."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from erat.edition.construction import Construction
from erat.edition.edition import Edition
from erat.edition.regency_study import change_intervals, regency_study
from erat.index.framework import Framework
from erat.index.panel import Panel
from erat.indonesia.check import RawTables
from erat.indonesia.series import cells, panel_of
from erat.subunits.contributions import changes, contributions
from erat.subunits.distance import distances
from erat.subunits.inequality import inequality
from erat.subunits.rollup import RolledUp, roll_up


def regency_tables(edition: Edition, raw: RawTables) -> dict[str, pd.DataFrame]:
    """Compute every table on regencies as units; none where the edition does not have them.

    Returns
    -------
    dict
        ``subunit_scores`` (regencies and provinces: every node's and indicator's score, and the
        weight in the province), ``subunit_parts`` (of each regency's own score),
        ``subunit_contributions`` and ``subunit_distance`` (of a province's score, and of its
        distance to the mean of the provinces, a row a regency and indicator), ``inequality``,
        ``orders``, those of :func:`~erat.edition.regency_study.regency_study`, ``subunit_changes``
        where the edition follows a change, with ``subunit_change_scores`` of both years and
        ``subunit_change_intervals``.
    """
    below, change = edition.regencies, edition.change
    if below is None:
        return {}
    panel, made = scored_regencies(edition, raw, below, [edition.spec.year])
    groups = regency_groups(raw, edition.spec.borders)
    tables = {
        "subunit_scores": _scores(made, groups),
        "subunit_parts": made.base.contributions.reset_index(),
        "subunit_contributions": contributions(made),
        "subunit_distance": distances(made),
        "inequality": inequality(made),
        "orders": made.orders,
        **regency_study(panel, made, below.study),
    }
    if change is None:
        return tables
    years = edition.change_years
    panel, made = scored_regencies(edition, raw, change, years)
    return tables | {
        "subunit_change_intervals": change_intervals(panel, made, change.study),
        "subunit_changes": changes(made, years[0], years[-1]),
        "subunit_change_scores": _scores(made, groups),
    }


def scored_regencies(
    edition: Edition, raw: RawTables, using: Construction, years: Sequence[int]
) -> tuple[Panel, RolledUp]:
    """Score all regencies in some years with a construction, and roll them up to provinces."""
    where = f"edition {edition.code}, regencies"
    panel = regency_panel(raw, using.framework, edition.spec.borders, years, where)
    return panel, roll_up(panel, using.framework, using.method)


def regency_panel(
    raw: RawTables, framework: Framework, borders: int, years: Sequence[int], where: str
) -> Panel:
    """Return all regencies in some years, with their province as the group ``parent``."""
    found = cells(raw, framework.indicators, level="regency", where=where)
    groups = regency_groups(raw, borders)
    return panel_of(found[found["year"].isin(list(years))], list(groups.index), groups)


def regency_groups(raw: RawTables, borders: int) -> pd.DataFrame:
    """Return the regencies, indexed by unit: ``name``, ``kind`` and ``parent`` in these borders."""
    units = raw.units[raw.units["level"] == "regency"].set_index("unit")
    named = units[["name"]].assign(kind="regency", parent=units[f"parent_{borders}"])
    return named.sort_index()


def implied_persons(raw: RawTables, year: int = 2021) -> pd.Series:
    """Return real GRDP divided by nominal GRDP per person: persons, up to the change of prices.

    Indexed by regency. It is the number of people times the ratio of prices of 2010 to those of the
    year, which differs from place to place, so it is a weight and no population.
    """
    table = raw.regencies[raw.regencies["year"] == year]
    wide = table.pivot(index="unit", columns="indicator", values="value")
    return (wide["pdrb_adhk2010"] * 1000 / wide["pdrb_pc_adhb"]).rename("persons")


def _scores(made: RolledUp, groups: pd.DataFrame) -> pd.DataFrame:
    """Return the scores of all units with parent, name and weight: regencies first."""
    table = made.scores.reset_index()
    unit = table["unit"].astype(str)
    parent = unit.map(groups["parent"]).fillna("")
    node = made.framework.indicators[0] if made.units_first else made.framework.top
    weight = pd.DataFrame(made.weights_of(node), made.tree.units, made.years)
    told = pd.DataFrame(
        {
            "unit": unit,
            "parent": parent,
            "name": unit.map(groups["name"]).fillna(""),
            "year": table["year"],
            "weight": [weight.at[u, y] for u, y in zip(unit, table["year"], strict=True)],
        }
    )
    both = pd.concat([told, table.drop(columns=["unit", "year"])], axis=1)
    return both.sort_values(["parent", "unit", "year"], kind="stable", ignore_index=True)
