"""Provinces made from their regencies: scores rolled up, and the values that stand for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from erat.errors import MethodError, Problem, listing
from erat.index.assessment import Assessment, assess
from erat.index.method import Method
from erat.indonesia.series import CELL_COLUMNS, panel_of
from erat.subunits.rollup import RolledUp

DERIVED = "e-RAT"
"""Publisher of what is derived here."""

SOURCE = "roll-up"
"""What stands for a source of values that are made from regencies."""

BACK: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "none": lambda x: x,
    "log": np.exp,
    "log10": lambda x: 10.0**x,
    "sqrt": np.square,
}
"""From a transformed scale back to an indicator's own unit."""


def without_subunits(method: Method) -> Method:
    """Return the method as it is for units that are given, not rolled up."""
    return method.model_copy(update={"subunits": None})


def equivalents(rolled: RolledUp) -> pd.DataFrame:
    """Return the value whose score is a province's rolled-up score, in the indicator's own unit.

    A row a top unit and year. Under a mean with goalposts it is the weighted mean of the sub-units'
    values; the geometric mean where the indicator is logged.

    Raises
    ------
    MethodError
        If an indicator has no linear scale, or a transformation that cannot be undone here.
    """
    framework, anchors = rolled.framework, rolled.base.anchors
    points = rolled.top.normalized[framework.indicators]
    names = framework.table["transform"].astype(str).to_dict() | dict(rolled.method.transform)
    lost = [c for c in framework.indicators if c not in anchors.index or names[c] not in BACK]
    if lost:
        expected = f"linear scales, transformed by {listing(list(BACK))} only"
        raise MethodError(
            [Problem("roll-up", f"{listing(lost)}", expected, "choose another normalization")]
        )
    a = anchors.loc[framework.indicators]
    share = (points - a["to_low"]) / (a["to_high"] - a["to_low"])
    y = (a["low"] + share * (a["high"] - a["low"])) * framework.column("direction")
    return pd.DataFrame({c: BACK[names[c]](y[c].to_numpy()) for c in y}, index=y.index)


def rolled_cells(rolled: RolledUp, regencies: pd.DataFrame) -> pd.DataFrame:
    """Return the provinces' cells, derived from ``regencies``'
    (:func:`erat.indonesia.series.cells`).
    """
    long = equivalents(rolled).reset_index().melt(["unit", "year"], var_name="indicator")
    first = regencies.drop_duplicates("indicator").set_index("indicator")
    derived = long.assign(
        observed=long["year"],
        period="",
        base=long["indicator"].map(first["base"]),
        status="derived",
        copies=long["indicator"].map(regencies.groupby("indicator")["copies"].min()),
        verified="",
        source=SOURCE,
        publisher=DERIVED,
        publication=long["indicator"].map(first["publisher"] + ", " + first["publication"]),
        table=long["indicator"].map(first["table"]),
        place=long["indicator"].map(rolled.framework.indicators.index),
    )
    order = ["place", "year", "unit"]
    return derived.sort_values(order, kind="stable", ignore_index=True)[CELL_COLUMNS]


def rolled_assessment(
    rolled: RolledUp, cells: pd.DataFrame, groups: pd.DataFrame, method: Method
) -> Assessment:
    """Return the provinces' assessment, every step in the indicators' own units, with the roll-up's
    scores, ranks and contributions. Assessing the derived values gives the same where the units go
    first, or all means are arithmetic.
    """
    framework, top = rolled.framework, rolled.top
    tops = rolled.tree.codes[rolled.tree.tops]
    units = list(groups.index[groups.index.isin(tops)])
    assessment = assess(panel_of(cells, units, groups), framework, without_subunits(method))
    index = assessment.scores.index
    return replace(
        assessment,
        normalized=top.normalized.reindex(index)[framework.indicators],
        scores=top.scores.reindex(index)[framework.aggregates],
        ranks=top.ranks.reindex(index)[framework.aggregates],
        contributions=top.contributions.reindex(index)[framework.indicators],
    )
