"""Who contributed what: every score of a top unit traced to sub-units and indicators, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from erat.errors import MethodError, Problem, listing, nearest
from erat.index.changes import check_years, shared, times
from erat.subunits.orders import Order
from erat.subunits.parts import (
    NO_SUM,
    node_pairs,
    refuse_blocks,
    score_parts,
    unit_changes,
    unit_spread,
)
from erat.subunits.rollup import RolledUp


@dataclass(frozen=True)
class Decomposition:
    """What a node's score is taken apart into: base units x years x indicators.

    All arrays have all indicators; the tables show those under the node.
    """

    rolled: RolledUp
    node: str

    @classmethod
    def of(cls, rolled: RolledUp, node: str | None) -> Decomposition:
        """Check that a score (the index, if not given) can be taken apart; MethodError if not."""
        node, known = node or rolled.framework.top, rolled.nodes
        if node not in known:
            problem = Problem("node", repr(node), f"one of {listing(known)}", nearest(node, known))
            raise MethodError([problem])
        refuse_blocks(rolled.order.tree, node, lambda block: block.step.power is None, NO_SUM)
        return cls(rolled, node)

    @property
    def order(self) -> Order:
        """The way that the method chose."""
        return self.rolled.order

    @property
    def columns(self) -> list[int]:
        """Columns of the units' climb that are followed: indicators, or the node."""
        return self.order.columns(self.node)

    @cached_property
    def values(self) -> np.ndarray:
        """Normalized scores, ``(base units, years, indicators)``."""
        return self.order.base_values

    @cached_property
    def of_top(self) -> np.ndarray:
        """Number of each base unit's top among the top units."""
        tree = self.rolled.tree
        return np.asarray(np.searchsorted(tree.tops, tree.of_top[tree.base]))

    @cached_property
    def scored(self) -> np.ndarray:
        """Whether a top unit has a score, ``(top units, years)``."""
        place = self.rolled.nodes.index(self.node)
        return np.asarray(~np.isnan(self.order.values[self.rolled.tree.tops, :, place]))

    def table(self, has: np.ndarray, **columns: np.ndarray) -> pd.DataFrame:
        """Lay the cells that ``has`` marks out in rows by unit, year, sub-unit and indicator.

        ``has`` and further columns are ``(base units, years, indicators)``.
        """
        tree, codes = self.rolled.tree, self.rolled.framework.indicators
        under = np.isin(codes, self.rolled.framework.leaves(self.node))
        rows, years, indicators = np.nonzero(has & under)
        order = np.lexsort((indicators, rows, years, self.of_top[rows]))
        at = rows[order], years[order], indicators[order]
        keys = {
            "unit": tree.codes[tree.tops[self.of_top[at[0]]]],
            "year": self.rolled.years[at[1]],
            "subunit": tree.codes[tree.base[at[0]]],
            "indicator": np.array(codes, dtype=object)[at[2]],
        }
        return pd.DataFrame(keys | {name: cube[at] for name, cube in columns.items()})


def contributions(rolled: RolledUp, node: str | None = None) -> pd.DataFrame:
    """Split the score of every top unit among its base sub-units and the indicators.

    The score is that of ``node``, the index if not given.

    Returns
    -------
    DataFrame
        Columns ``unit, year, subunit, indicator, value`` (the sub-unit's normalized score) and
        ``contribution``. The contributions to a unit in a year add up to its score. Values that are
        missing, and units without a score, have no rows.

    Raises
    ------
    MethodError
        If a score is no sum of the indicators (see :attr:`erat.index.registry.Power`), or
        there is no such node.

    Notes
    -----
    Every roll-up and every compensatory aggregation is an exact sum ``sum(shares * used)``; shares
    are multiplied along both trees. What a floor raised, or a threshold made 100 or 0, is spread
    over all that is below by weight.
    """
    whole = Decomposition.of(rolled, node)
    parts = score_parts(whole.order, whole.node)
    has = (~np.isnan(whole.values) | (parts != 0)) & whole.scored[whole.of_top, :, None]
    return whole.table(has, value=whole.values, contribution=parts)


def changes(rolled: RolledUp, start: int, end: int, node: str | None = None) -> pd.DataFrame:
    """Split the change of every top unit's score between two years, by sub-unit and indicator.

    The score is that of ``node``, the index if not given. InputError if the panel does not have a
    year, MethodError as :func:`contributions` does.

    Returns
    -------
    DataFrame
        Columns ``unit, subunit, indicator, before, after`` (the sub-unit's normalized scores),
        ``by_value`` (what its own change did), ``by_weight`` (what a change of weights did: its
        own, or of a unit or node above) and ``change``, their sum. The changes of a unit's rows add
        up to the change of its score. Units that lack a score in a year have no rows.

    Notes
    -----
    Nodes and roll-ups that are power means are split as in :func:`~erat.index.changes.changes`;
    median and minimum as in :func:`erat.subunits.parts.split`. A value that did not change has no
    part in ``by_value``. What is there in one year only counts as a change of weight.
    """
    whole = Decomposition.of(rolled, node)
    check_years(rolled.years, start, end)
    years = [int(place) for place in np.searchsorted(rolled.years, [start, end])]
    climb, columns = whole.order.climb, whole.columns
    framework, leaves = _changes_of_nodes(whole, years)
    units = unit_changes(climb, columns, *years)
    if rolled.units_first:
        outer, inner, spread = framework, units, unit_spread(climb, columns, years)
    else:
        outer, inner, spread = units, framework, leaves
    before, after = whole.values[:, years[0]], whole.values[:, years[1]]
    by_value = times(times(outer[0], inner[0]), np.nan_to_num(after - before))
    by_weight = times(outer[0], inner[1]) + times(outer[1], spread)
    both = whole.scored[whole.of_top][:, years].all(axis=1, keepdims=True)
    has = both & (~(np.isnan(before) & np.isnan(after)) | (by_weight != 0))
    parts = {"by_value": by_value, "by_weight": by_weight, "change": by_value + by_weight}
    cubes = {"before": before, "after": after, **parts}
    table = whole.table(has[:, None], **{name: cube[:, None] for name, cube in cubes.items()})
    return table.drop(columns="year")


def _changes_of_nodes(
    whole: Decomposition, years: list[int]
) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
    """Compare two years of who climbed the framework: base units, or the units at their top.

    Returns factors and additions, and the weights of indicators (the mean of the years that the
    unit has a score in), ``(base units, indicators)`` each.
    """
    order, tree = whole.order, whole.order.tree
    pairs, of = np.unique(order.rows[order.climb.tree.base][:, years], axis=0, return_inverse=True)
    there = (pairs >= 0) & ~np.isnan(tree.values[whole.node][pairs])
    parts = np.zeros((2, len(pairs), len(tree.place)))
    both = there.all(axis=1)
    parts[:, both] = node_pairs(tree, pairs[both, 0], pairs[both, 1], whole.node)
    weights = tree.leaf_weights[whole.node][pairs] * there[:, :, None]
    factors, added, leaves = (part[of.ravel()] for part in (*parts, shared(weights.sum(axis=1))))
    return (factors, added), leaves
