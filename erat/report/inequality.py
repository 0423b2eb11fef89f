"""The national section on regencies: which provinces are most unequal inside, and whom it hides."""

from __future__ import annotations

import pandas as pd

from erat.report.page import Html, details, items, join, section, table, text
from erat.report.regency_words import TENTH
from erat.report.view import View

SHOWN = 10
"""Provinces that are listed before the rest is folded away."""


def inequality_section(view: View) -> Html:
    """Tabulate the inequality among the regencies of every province, the most unequal first."""
    below = view.results.edition.regencies
    if below is None:
        return join([])
    tr, top = view.lang.tr, below.framework.top
    found = view.results.table("inequality")
    found = found[found["node"] == top].sort_values("lost_percent", ascending=False, kind="stable")
    names = view.results.table("subunit_scores").set_index("unit")["name"]
    regencies = names.str.replace("Kabupaten ", "Kab. ")
    measures = view.results.table("subunit_measures")
    measures = measures[measures["node"] == top].set_index(["unit", "measure"])
    rows = pd.DataFrame(
        [_row(view, row, measures.xs(row["unit"]), regencies) for _, row in found.iterrows()]
    )
    right = [name for name in rows.columns[1:] if name != tr("Weakest regency")]
    said = tr(
        "Every regency and city is scored ({index}, {year}). The mean of a province says nothing "
        "about how far they are apart. Lost to inequality is what the mean loses if what is unequal "
        "counts less (Atkinson, aversion 1), in percent; every regency counts once. In brackets: "
        "what encloses 90% of {ways} ways to construct the index of regencies, their normalization "
        "as it is.",
        index=view.name_inside(below.framework.name(top, view.lang.code)),
        year=view.year,
        ways=int(view.results.table("subunit_study")["ways"].iloc[0]),
    )
    hidden = _hidden(view, top, regencies)
    return section(
        text(said), *([items(hidden)] if hidden else []),
        table(rows.head(SHOWN), right=right, kind="stack"),
        details(tr("The other provinces"), table(rows.iloc[SHOWN:], right=right, kind="stack")),
        text(view.made_from(), kind="small"),
        title=tr("How unequal the provinces are inside"), anchor="inequality",
    )  # fmt: skip


def _row(
    view: View, row: pd.Series, measures: pd.DataFrame, regencies: pd.Series
) -> dict[str, object]:
    tr = view.lang.tr
    return {
        tr("Province"): view.province_link(str(row["unit"])),
        tr("Regencies"): int(row["n"]),
        tr("Mean"): view.with_range(measures.loc["mean"]),
        tr("Weakest regency"): f"{regencies[row['weakest']]}: {_weakest(view, row)}",
        tr("Lost to inequality"): view.with_range(measures.loc["lost_percent"], unit="%"),
    }


def _weakest(view: View, row: pd.Series) -> str:
    """Write the score of a province's weakest regency with its interval."""
    table = view.results.table("subunit_node_intervals").set_index(["node", "unit"])
    return view.with_range(table.loc[(row["node"], str(row["weakest"]))])


def _hidden(view: View, top: str, regencies: pd.Series) -> list[str]:
    """Name regencies of the weakest tenth in provinces whose mean is above the median."""
    scores = view.results.table("subunit_scores")
    provinces = scores[scores["parent"] == ""].set_index("unit")[top]
    good = provinces.index[provinces >= provinces.median()]
    low = view.results.table("subunit_intervals").set_index("unit")["low"]
    parent = scores.set_index("unit")["parent"]
    weak = [unit for unit in low.index[low > TENTH * len(low)] if parent[unit] in good]
    if not weak:
        return []
    named = [f"{regencies[unit]} ({view.names[parent[unit]]})" for unit in weak]
    return [
        view.lang.tr(
            "Hidden by a good mean: {named}; among the weakest tenth of all regencies in "
            "90% of the ways, in provinces whose mean is above that of half of the provinces.",
            named=view.lang.join(named),
        )
    ]
