"""The roll-up: from a panel of base units to the scores of every unit in every node."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from erat.errors import DataError, MethodError, Problem, listing, nearest
from erat.index.assessment import Assessment, assessment_of, rank
from erat.index.construction import Construction, until_normalized
from erat.index.display import counted
from erat.index.framework import Framework
from erat.index.method import Method, SubUnits
from erat.index.panel import Panel
from erat.subunits.orders import Order, framework_first, units_first
from erat.subunits.parts import score_parts
from erat.subunits.unit_tree import UnitTree


class TopUnits(NamedTuple):
    """Frames of the units at the top, a row a unit and year.

    ``normalized`` (the indicators' scores) and ``contributions`` to the index have a column an
    indicator, ``scores`` and ``ranks`` a column an aggregate node.
    """

    normalized: pd.DataFrame
    scores: pd.DataFrame
    ranks: pd.DataFrame
    contributions: pd.DataFrame


@dataclass(frozen=True)
class RolledUp:
    """Scores of every unit of a tree in every node of a framework.

    ``steps`` say how the base units were brought to normalized scores.
    """

    tree: UnitTree
    steps: Construction = field(repr=False)

    @property
    def framework(self) -> Framework:
        """The nodes, without those that the method or screening left out."""
        return self.steps.framework

    @property
    def method(self) -> Method:
        """The choices; ``method.subunits`` says how units were rolled up."""
        return self.steps.method

    @property
    def subunits(self) -> SubUnits:
        """How units were rolled up."""
        return self.method.subunits_or_mean

    @property
    def units_first(self) -> bool:
        """Whether units were rolled up before the framework was climbed."""
        return self.subunits.first == "units"

    @property
    def has_years(self) -> bool:
        """Whether the years were given."""
        return self.steps.unscreened.has_years

    @cached_property
    def years(self) -> np.ndarray:
        """Ascending; the year 0 alone where the data have none."""
        return np.unique(self.steps.unscreened.years)

    @property
    def order(self) -> Order:
        """The way that the method chose."""
        return self._units_first if self.units_first else self._framework_first

    @cached_property
    def _units_first(self) -> Order:
        return units_first(self.tree, self.steps, self.years)

    @cached_property
    def _framework_first(self) -> Order:
        return framework_first(self.tree, self.steps, self.years)

    @property
    def nodes(self) -> list[str]:
        """Codes of all nodes, indicators included, in the framework's order."""
        return [str(code) for code in self.framework.table.index]

    @property
    def index(self) -> pd.MultiIndex:
        """Every unit in every year."""
        return self.tree.rows(self.years)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Scores, a row a unit and year, a column a node; those of indicators are normalized."""
        return pd.DataFrame(self.order.values.reshape(len(self.index), -1), self.index, self.nodes)

    @cached_property
    def ranks(self) -> pd.DataFrame:
        """Ranks of the aggregate nodes' scores among units of the same depth and year; 1 is best."""
        depths = np.repeat(self.tree.depths, len(self.years))
        scores, ties = self.scores[self.framework.aggregates], self.method.ranks.ties
        parts = [rank(scores[depths == depth], ties) for depth in np.unique(depths)]
        return pd.concat(parts).loc[self.index]

    @cached_property
    def base(self) -> Assessment:
        """The base units assessed one by one, with every step's table."""
        return assessment_of(self.steps)

    @cached_property
    def top(self) -> TopUnits:
        """The top units; contributions are empty where a score is no sum of the indicators."""
        tops = np.repeat(self.tree.depths == 0, len(self.years))
        scores, framework = self.scores[tops], self.framework
        if self.units_first:
            parts = self.order.tree.parts[framework.top]
        else:
            parts = np.zeros((len(self.tree.units), len(self.years), len(framework.indicators)))
            of_top = self.tree.of_top[self.tree.base]
            np.add.at(parts, of_top, score_parts(self.order, framework.top))
            parts = parts.reshape(len(tops), -1)[tops]
            parts[scores[framework.top].isna()] = np.nan
        return TopUnits(
            scores[framework.indicators],
            scores[framework.aggregates],
            self.ranks[tops],
            pd.DataFrame(parts, scores.index, framework.indicators),
        )

    @cached_property
    def orders(self) -> pd.DataFrame:
        """What either order gives: columns ``unit, year, node, units_first, framework_first``.

        A row for each unit with children and each aggregate node.
        """
        inner, aggregates = np.flatnonzero(~self.tree.is_base), self.framework.aggregates
        place = [self.nodes.index(node) for node in aggregates]
        keys = [self.tree.codes[inner], self.years, aggregates]
        index = pd.MultiIndex.from_product(keys, names=["unit", "year", "node"])
        both = {"units_first": self._units_first, "framework_first": self._framework_first}
        scores = {name: order.values[inner][:, :, place].ravel() for name, order in both.items()}
        return pd.DataFrame(scores, index).reset_index()

    def weights_of(self, node: str) -> np.ndarray:
        """Return every unit's weight within its parent, ``(units, years)``.

        It is among those that have a score; 0 for a unit without one, and at the top. Where units
        go first the node must be an indicator, else MethodError.
        """
        climb = self.order.climb
        if node not in climb.columns:
            expected, remedy = "an indicator, as units go first", "ask for one of its indicators"
            raise MethodError([Problem("weights of units", repr(node), expected, remedy)])
        return climb.w[:, :, climb.columns.index(node)]


def roll_up(
    panel: Panel,
    framework: Framework,
    method: Method | None = None,
    tree: UnitTree | None = None,
    steps: Callable[[Panel, Framework, Method], Construction] = until_normalized,
) -> RolledUp:
    """Roll up base units into the units that they are part of, up to the top.

    The base units go through the steps of construction up to one normalization, which so holds for
    all levels. Then either every indicator's scores are rolled up through the tree, and each unit
    climbs the framework (``first: units``); or the base units climb the framework, and every node's
    scores are rolled up (``first: framework``). The tree of units is made of the data's column
    ``subunits.parent`` if not given. Where many methods are tried, ``steps`` may be
    :class:`erat.index.construction.SharedSteps`.

    Raises
    ------
    MethodError
        If the method names what is not there, or a step is not defined for a value.
    DataError
        If units are not in the tree or have sub-units themselves, or a weight is missing.

    Notes
    -----
    Weights that come from the data (``pca``, ``entropy`` ...) come from the top units where units go
    first, from the base units where the framework does. Aggregations that compare units
    (``copeland``, ``bod``) compare those of the same depth and year.
    """
    method = method or Method()
    panel = panel.without_codes(method.missing)
    subunits = method.subunits_or_mean
    tree = tree or UnitTree.of_groups(panel, subunits.parent)
    _check(panel, framework, subunits, tree)
    rolled = RolledUp(tree, steps(panel, framework, method))
    _ = rolled.order
    return rolled


def _check(panel: Panel, framework: Framework, subunits: SubUnits, tree: UnitTree) -> None:
    """Refuse units that the tree does not have, that have children, and unknown names."""
    units = pd.Index(panel.units)
    at = tree.places.get_indexer(units)
    unknown = list(units[at < 0].unique())
    inner = (at >= 0) & ~tree.is_base[at]
    if inner.any():
        inner &= panel.values.notna().any(axis=1).to_numpy()
    problems = []
    if unknown:
        found = f"{counted(len(unknown), 'unit')} of the data outside the tree: "
        found += listing(unknown)
        problems.append(Problem("units", found, "every unit of the data", "add them to the tree"))
    if inner.any():
        found = f"data of units that have sub-units: {listing(list(units[inner].unique()))}"
        remedy = "leave their figures out, or give them a sub-unit of their own for these"
        problems.append(Problem("data", found, "data of units without sub-units", remedy))
    kinds = [str(kind) for kind in dict.fromkeys(tree.kinds) if kind]
    asked = (
        ("nodes", subunits.nodes, list(framework.table.index)),
        ("kinds", subunits.kinds, kinds),
    )
    wrong = [
        Problem(f"method, subunits.{place}", repr(name), f"one of {listing(known)}",
                nearest(str(name), known) if known else "give the units a column 'kind'")
        for place, entries, known in asked
        for name in entries
        if name not in known
    ]  # fmt: skip
    if problems:
        raise DataError([*problems, *wrong])
    if wrong:
        raise MethodError(wrong)
