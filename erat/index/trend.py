"""The yearly path of every node of a framework, cut where the years do not compare.

Two years of a unit compare only if a node is made of the same indicators in both, and no indicator
has a break in between. Everything else is another *segment*.
"""

from __future__ import annotations

import pandas as pd

from erat.index.assessment import Assessment

CUTS = ("level", "base", "concept")
"""Kinds of breaks that cut a line; new borders are new units and need no cut."""


def paths(assessment: Assessment, breaks: pd.DataFrame, min_indicators: int) -> pd.DataFrame:
    """Follow every node and indicator over the years: a row a unit, node and year.

    ``value`` is the score of an aggregate node and the raw value of an indicator, ``segment``
    numbers the stretches of comparable years from 0, ``missing`` names the indicators that are not
    there. ``breaks`` has ``indicator, year, kind``: a break between the year before and ``year``.
    The index is followed where it has ``min_indicators``, a dimension where it has half of its own.
    Goalposts must be the same in every year.
    """
    framework = assessment.framework
    raw = assessment.panel.values[framework.indicators]
    since = _break_years(raw, breaks)
    tables = []
    for node in [*framework.aggregates, *framework.indicators]:
        leaves = framework.leaves(node)
        there = raw[leaves].notna()
        least = min_indicators if node == framework.top else len(leaves) / 2
        values = assessment.scores[node] if node in framework.children else raw[node]
        missing = there.apply(lambda row: " ".join(row.index[~row]), axis=1)
        signature = since[leaves].where(there).apply(tuple, axis=1).astype(str)
        columns = {"node": node, "value": values, "missing": missing, "signature": signature}
        tables.append(pd.DataFrame(columns)[(there.sum(axis=1) >= least) & values.notna()])
    table = pd.concat(tables).reset_index().sort_values(["node", "unit", "year"], kind="stable")
    by = [table["node"], table["unit"]]
    same = table["signature"].eq(table.groupby(by)["signature"].shift())
    follows = table["year"].eq(table.groupby(by)["year"].shift() + 1)
    table["segment"] = (~(same & follows)).groupby(by).cumsum() - 1
    shown = ["unit", "node", "year", "value", "segment", "missing"]
    return table[shown].reset_index(drop=True)


def _break_years(raw: pd.DataFrame, breaks: pd.DataFrame) -> pd.DataFrame:
    """Return, for every cell, the year of the last break at or before it (0 without one)."""
    years = pd.Series(raw.index.get_level_values("year"), index=raw.index)
    since = pd.DataFrame(0, index=raw.index, columns=raw.columns)
    cuts = breaks[breaks["kind"].isin(CUTS)].sort_values("year")
    for indicator, year in zip(cuts["indicator"], cuts["year"], strict=True):
        if indicator in since:
            since.loc[years >= year, indicator] = year
    return since
