"""The roll-up: from a panel of base units to the scores of every unit in every node."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from erat.errors import DataError, MethodError, Problem, listing, nearest
from erat.index.assessment import Assessment, assessment_of, availability, rank
from erat.index.construct.normalize import ANCHOR_COLUMNS
from erat.index.construction import (
    SCREENING_COLUMNS,
    TREATMENT_COLUMNS,
    Construction,
    until_normalized,
)
from erat.index.framework import Framework
from erat.index.method import Method, SubUnits
from erat.index.panel import Panel
from erat.subunits.layers import Layer, with_weights
from erat.subunits.orders import Order, Orders
from erat.subunits.parts import unit_shares
from erat.subunits.unit_tree import UnitTree


@dataclass(frozen=True)
class RolledUp:
    """Scores of every unit of a tree in every node of a framework.

    Attributes
    ----------
    tree
        The units.
    framework
        The nodes, without those that the method or screening left out.
    method
        The choices; ``method.subunits`` says how units were rolled up.
    years
        Ascending; the year 0 alone where the data have none.
    has_years
        Whether the years were given.
    order, other
        The way that the method chose, and the other one.
    """

    tree: UnitTree
    framework: Framework
    method: Method
    years: np.ndarray
    has_years: bool
    steps: Construction = field(repr=False)
    climbs: Orders = field(repr=False)

    @property
    def subunits(self) -> SubUnits:
        """How units were rolled up."""
        return self.method.subunits or SubUnits(method="mean")

    @property
    def units_first(self) -> bool:
        """Whether units were rolled up before the framework was climbed."""
        return self.subunits.first == "units"

    @property
    def order(self) -> Order:
        """The way that the method chose."""
        return self.climbs.units_first if self.units_first else self.climbs.framework_first

    @property
    def other(self) -> Order:
        """The other way."""
        return self.climbs.framework_first if self.units_first else self.climbs.units_first

    @property
    def nodes(self) -> list[str]:
        """Codes of all nodes, indicators included, in the framework's order."""
        return [str(code) for code in self.framework.table.index]

    @cached_property
    def index(self) -> pd.MultiIndex:
        """Every unit in every year."""
        names = ["unit", "year"]
        return pd.MultiIndex.from_product([self.tree.units, self.years.tolist()], names=names)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Scores, a row a unit and year (every unit of the tree), a column a node.

        The columns of indicators are normalized scores.
        """
        values = self.order.values
        return pd.DataFrame(values.reshape(-1, values.shape[2]), self.index, self.nodes)

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
    def top(self) -> Assessment:
        """The top units, as an assessment of the indicators' scores that were rolled up.

        Its panel and normalized values are these scores. Where the framework was climbed first its
        scores are no climb of them: it has no tree, and says so when asked.
        """
        return _top_assessment(self)

    @cached_property
    def orders(self) -> pd.DataFrame:
        """What either order gives: columns ``unit, year, node, units_first, framework_first``.

        A row for each unit with children and each aggregate node.
        """
        nodes = [self.nodes.index(code) for code in self.framework.aggregates]
        rows = np.flatnonzero(~self.tree.is_base)
        index = self.index.to_frame(index=False)
        inner = np.repeat(~self.tree.is_base, len(self.years))
        table = index[inner].loc[index[inner].index.repeat(len(nodes))].reset_index(drop=True)
        table["node"] = np.tile(self.framework.aggregates, len(rows) * len(self.years))
        for name in ("units_first", "framework_first"):
            values = getattr(self.climbs, name).values
            table[name] = values[rows][:, :, nodes].reshape(-1)
        return table

    def below(self, kind: str) -> RolledUp:
        """Return the same roll-up with the units of a kind at the top.

        So a regency's score, change or distance (to the mean of all regencies) can be taken apart
        as a province's. Units that are not below one of the kind are left out; weights under the
        nodes stay those of the whole.

        Raises
        ------
        MethodError
            If no unit is of the kind.
        """
        tree = self.tree.below(kind)
        inside = tree.places.get_indexer(self.steps.panel.units) >= 0
        weights = self.order.layers[0].tree.weights
        steps = self.steps.of_rows(inside, *with_weights(self.framework, self.method, weights))
        ways = Orders(tree, steps, self.years)
        framework, method = steps.framework, steps.method
        return replace(
            self, tree=tree, framework=framework, method=method, steps=steps, climbs=ways
        )

    def weights_of(self, node: str) -> np.ndarray:
        """Return every unit's weight within its parent, over those that have a score.

        Parameters
        ----------
        node
            An indicator; any node where the framework was climbed first.

        Returns
        -------
        array
            ``(units, years)``; 0 for a unit without a score, and at the top.
        """
        climb = self.order.climb
        if node not in climb.columns:
            expected, remedy = "an indicator, as units go first", "ask for one of its indicators"
            raise MethodError([Problem("weights of units", repr(node), expected, remedy)])
        return np.asarray(climb.w[:, :, climb.columns.index(node)])


def roll_up(
    panel: Panel,
    framework: Framework,
    method: Method | None = None,
    tree: UnitTree | None = None,
) -> RolledUp:
    """Roll up base units into the units that they are part of, up to the top.

    The base units go through the steps of construction up to one normalization, which so holds for
    all levels. Then either every indicator's scores are rolled up through the tree, and each unit
    climbs the framework (``first: units``); or the base units climb the framework, and every node's
    scores are rolled up (``first: framework``).

    Parameters
    ----------
    panel
        Values of the base units: those without sub-units.
    framework
        The tree of index, dimensions and indicators.
    method
        The choices; those on sub-units under the key ``subunits``.
    tree
        The tree of units; made of the data's column ``subunits.parent`` if not given.

    Returns
    -------
    RolledUp
        Scores for every unit of the tree and every node.

    Raises
    ------
    MethodError
        If the method names what is not there, or a step is not defined for a value.
    DataError
        If units are not in the tree or have sub-units themselves, or a weight is missing.

    Notes
    -----
    Weights that are found in the data (``pca``, ``entropy`` ...) are found on the top units where
    units go first, on the base units where the framework does. Aggregations that compare units
    (``copeland``, ``bod``) compare those of the same depth and year.
    """
    method = method or Method()
    subunits = method.subunits or SubUnits(method="mean")
    tree = tree or UnitTree.of_groups(panel, subunits.parent)
    _check(panel, framework, subunits, tree)
    work = until_normalized(panel, framework, method)
    years = np.unique(panel.years)
    ways = Orders(tree, work, years)
    made = RolledUp(tree, work.framework, method, years, panel.has_years, work, ways)
    _ = made.order
    return made


def _check(panel: Panel, framework: Framework, subunits: SubUnits, tree: UnitTree) -> None:
    """Refuse units that the tree does not have, that have children, and unknown names."""
    units = pd.Index(panel.units)
    at = tree.places.get_indexer(units)
    strange = list(units[at < 0].unique())
    inner = (at >= 0) & ~tree.is_base[at] & panel.values.notna().any(axis=1).to_numpy()
    problems = []
    if strange:
        found = f"{len(strange)} units of the data: {listing(strange)}"
        problems.append(Problem("units", found, "every unit of the data", "add them to the tree"))
    if inner.any():
        found = f"data of units that have sub-units: {listing(list(units[inner].unique()))}"
        remedy = "leave their figures out, or give them a sub-unit of their own for these"
        problems.append(Problem("data", found, "data of units without sub-units", remedy))
    known = list(framework.table.index)
    asked = ("nodes", subunits.nodes, known), ("kinds", subunits.kinds, tree.kinds)
    wrong = [
        Problem(f"method, subunits.{place}", repr(name), f"one of {listing(names)}",
                nearest(str(name), names) if names else "give the units a column 'kind'")
        for place, entries, names in asked
        for name in entries
        if name not in names
    ]  # fmt: skip
    if problems:
        raise DataError([*problems, *wrong])
    if wrong:
        raise MethodError(wrong)


def _top_assessment(rolled: RolledUp) -> Assessment:
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
        anchors=pd.DataFrame(columns=ANCHOR_COLUMNS).rename_axis("indicator"),
        weights=pd.Series(weights, name="weight").rename_axis("code"),
        scores=aggregates,
        ranks=rank(aggregates, rolled.method.ranks.ties),
        contributions=_contributions(rolled, layer, indicators),
        climbed=layer.tree if rolled.units_first else None,
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
