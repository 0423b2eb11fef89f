"""Units climbing the framework: those of one depth at a time, all with the same weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from erat.index.climb import ScoredTree
from erat.index.construction import Construction
from erat.index.framework import Framework
from erat.index.method import Method, Weights
from erat.index.panel import Panel
from erat.subunits.unit_tree import UnitTree


@dataclass(frozen=True)
class Layer:
    """Units that climbed the framework together.

    Attributes
    ----------
    units, years
        Position of every row's unit in the tree of units, and of its year.
    tree
        How the rows climbed.
    """

    units: np.ndarray
    years: np.ndarray
    tree: ScoredTree


def base_layer(tree: UnitTree, steps: Construction, years: np.ndarray) -> Layer:
    """Return the base units as they were assessed."""
    at = tree.places.get_indexer(steps.panel.units)
    return Layer(np.asarray(at), np.searchsorted(years, steps.panel.years), steps.tree)


def layers(
    tree: UnitTree, steps: Construction, years: np.ndarray, values: np.ndarray
) -> tuple[Layer, ...]:
    """Let every unit climb the framework from its indicators' scores.

    Weights that are found in the data are found on the top units; they hold for all.

    Parameters
    ----------
    values
        Normalized scores ``(units, years, indicators)``.

    Returns
    -------
    tuple of Layer
        By depth, the top units first.
    """
    framework, method = steps.framework, steps.method
    groups = _groups(tree, steps, years)
    made: list[Layer] = []
    for depth in range(int(tree.depths.max(initial=0)) + 1):
        units = np.flatnonzero(tree.depths == depth)
        rows = np.repeat(units, len(years))
        when = np.tile(np.arange(len(years)), len(units))
        own = groups.iloc[rows * len(years) + when]
        panel = Panel(pd.DataFrame(index=own.index), own, steps.given.has_years)
        climbing = ScoredTree(framework, method, values[rows, when], panel, steps.levels)
        if not made:
            framework, method = with_weights(framework, method, climbing.weights)
        made.append(Layer(rows, when, climbing))
    return tuple(made)


def with_weights(
    framework: Framework, method: Method, weights: Mapping[str, float]
) -> tuple[Framework, Method]:
    """Return framework and method with given weights in place of those that are found."""
    table = framework.table.copy()
    table["weight"] = pd.Series(weights).reindex(table.index).fillna(1.0)
    plain = Weights(method="framework")
    return replace(framework, table=table), method.model_copy(update={"weights": plain})


def _groups(tree: UnitTree, steps: Construction, years: np.ndarray) -> pd.DataFrame:
    """Return the groups of every unit and year that an aggregation may ask for.

    A unit with sub-units is in a group if all its base units are.
    """
    index = pd.MultiIndex.from_product([tree.units, years.tolist()], names=["unit", "year"])
    groups, table = steps.given.groups, pd.DataFrame(index=index)
    at = tree.places.get_indexer(steps.given.units)
    rows = at * len(years) + np.searchsorted(years, steps.given.years)
    for name in steps.method.aggregate.groups:
        codes, labels = pd.factorize(groups[name])
        lows = np.full((len(tree.units), len(years)), np.inf)
        lows.reshape(-1)[rows] = codes
        highs = np.where(np.isinf(lows), -np.inf, lows)
        for family in tree.families:
            lows[family.parents] = family.groups.min(lows[family.children])
            highs[family.parents] = family.groups.max(highs[family.children])
        same = (lows == highs).reshape(-1)
        number = np.where(same, lows.reshape(-1), -1).astype(int)
        table[name] = np.array([*labels, ""], dtype=object)[number]
    return table
