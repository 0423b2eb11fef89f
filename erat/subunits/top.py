"""The top units as an assessment of their own, for what looks at one level of units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from erat.errors import MethodError, Problem
from erat.index.assessment import TREATMENT_COLUMNS, Assessment, availability, rank
from erat.index.construct.anchors import COLUMNS
from erat.index.panel import Panel
from erat.index.tree import Tree
from erat.subunits.layers import Layer
from erat.subunits.parts import unit_shares

if TYPE_CHECKING:
    from erat.subunits.rollup import RolledUp

SCREENING_COLUMNS = ["kind", "code", "year", "share", "action"]


class NoTree:
    """Stands where the top units did not climb the framework; says so when it is used."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found, expected = "the framework climbed before the units", "units first"
        remedy = "use erat.subunits.contributions, or 'first: units'"
        raise MethodError([Problem("method, subunits.first", found, expected, remedy)])


def top_assessment(rolled: RolledUp) -> Assessment:
    """Return the top units' scores as an assessment; see :attr:`RolledUp.top`."""
    framework, tops = rolled.framework, rolled.tree.depths == 0
    scores = rolled.scores[np.repeat(tops, len(rolled.years))]
    groups = _names(rolled, scores.index)
    indicators = scores[framework.indicators]
    panel = Panel(indicators, groups, rolled.has_years)
    layer = rolled.order.layers[0]
    weights = layer.tree.weights
    aggregates = scores[framework.aggregates]
    nothing = pd.DataFrame(columns=SCREENING_COLUMNS).astype({"year": "Int64"})
    return Assessment(
        panel=panel,
        framework=framework,
        method=rolled.method,
        availability=availability(panel, framework),
        screening=nothing,
        imputed=indicators,
        filled=pd.DataFrame(False, indicators.index, indicators.columns),
        treated=indicators,
        treatment=pd.DataFrame(columns=TREATMENT_COLUMNS),
        normalized=indicators,
        anchors=pd.DataFrame(columns=list(COLUMNS)).rename_axis("indicator"),
        weights=pd.Series(weights, name="weight").rename_axis("code"),
        scores=aggregates,
        ranks=rank(aggregates, rolled.method.ranks.ties),
        contributions=_contributions(rolled, layer, indicators),
        tree=layer.tree if rolled.units_first else cast("Tree", NoTree()),
    )


def _names(rolled: RolledUp, index: pd.Index) -> pd.DataFrame:
    """Return what the tree's table tells of the top units in words, a row a unit and year."""
    table = rolled.tree.table
    words = [c for c in table if c != "parent" and not pd.api.types.is_numeric_dtype(table[c])]
    return table.loc[index.get_level_values("unit"), words].set_axis(index)


def _contributions(rolled: RolledUp, layer: Layer, like: pd.DataFrame) -> pd.DataFrame:
    """Return what every indicator brings into the top units' index."""
    if rolled.units_first:
        parts = layer.tree.parts[rolled.framework.top]
    else:
        parts = _rolled_parts(rolled, layer)
    return pd.DataFrame(parts, like.index, like.columns)


def _rolled_parts(rolled: RolledUp, layer: Layer) -> np.ndarray:
    """Roll up the base units' parts of the index."""
    climb, top = rolled.order.climb, rolled.framework.top
    column = climb.columns.index(top)
    factor, lift = (cube[:, :, 0] for cube in unit_shares(climb, [column]))
    factors, lifts = layer.tree.shares(top)
    values = np.stack([np.nan_to_num(layer.tree.values[code]) for code in layer.tree.place], axis=1)
    factor, lift = (part[layer.units, layer.years, None] for part in (factor, lift))
    parts = np.where(factor == 0, 0.0, factor * (factors * values + lifts))
    parts = parts + np.where(lift == 0, 0.0, lift * layer.tree.leaf_weights[top])
    tops = np.flatnonzero(rolled.tree.depths == 0)
    place = np.full(len(rolled.tree.units), -1)
    place[tops] = np.arange(len(tops))
    found = np.zeros((len(tops), len(rolled.years), parts.shape[1]))
    np.add.at(found, (place[rolled.tree.of_top[layer.units]], layer.years), parts)
    missing = np.isnan(climb.values[tops][:, :, column])
    return np.where(missing[:, :, None], np.nan, found).reshape(-1, parts.shape[1])
