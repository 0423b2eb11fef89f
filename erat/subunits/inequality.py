"""Inequality inside a unit: how far apart its sub-units are, and what that takes off its score."""

from __future__ import annotations

import numpy as np
import pandas as pd

from erat.index.construct.power_means import Groups
from erat.index.construct.rollup import atkinson as equivalent
from erat.index.construct.rollup import mean as weighted_mean
from erat.subunits.rollup import RolledUp
from erat.subunits.unit_tree import Family

COLUMNS = (
    *("unit", "year", "node", "n", "mean", "score", "lowest", "highest", "range", "weakest"),
    *("sd", "gini", "atkinson_05", "atkinson_1", "lost", "lost_percent"),
)


def inequality(rolled: RolledUp) -> pd.DataFrame:
    """Measure the inequality among the sub-units right under every unit, in every node.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`, a row a unit with sub-units, year and node. ``n`` counts the
        sub-units with a score, ``mean`` is their weighted mean and ``score`` the unit's own score;
        ``lowest``, ``highest`` and ``range`` are of their scores, ``weakest`` is the sub-unit with
        the lowest (the first in the tree of those that share it); ``sd`` is the weighted standard
        deviation with the divisor n; ``gini`` and ``atkinson_05``, ``atkinson_1`` (Atkinson's index
        for the aversions 0.5 and 1) are 0 without inequality and below 1, and missing where a score
        is negative or the mean is zero. ``lost`` is the part of the mean that inequality takes, in
        points: mean minus equally distributed equivalent, for the method's own aversion where its
        roll-up is ``atkinson``, else 1; ``lost_percent`` is that in percent of the mean.

    Notes
    -----
    Weights are those of the method's roll-up at the node (population, budget, equal), over the
    sub-units that have a score. Source: Atkinson (1970), On the measurement of inequality, J.
    Economic Theory 2; UNDP (2010), Human development report, technical note 2 (the
    inequality-adjusted index); Gini without a correction for small numbers, as ``ineq`` in R.
    """
    tree, years, nodes, values = rolled.tree, rolled.years, rolled.nodes, rolled.order.values
    below = np.flatnonzero(tree.parents >= 0)
    family = Family.of(below, tree.parents[below])
    groups = family.groups
    x = values[family.children].reshape(len(below), -1)
    weights, epsilon = _weights(rolled, family)
    w = groups.share(np.where(np.isnan(x), 0.0, weights))
    columns = measures(x, w, groups, epsilon)
    low = np.where(w > 0, x, np.inf)
    is_lowest = low == groups.spread(groups.min(low))
    first = groups.min(np.where(is_lowest, np.arange(len(x))[:, None], len(x)))
    columns["weakest"] = tree.codes[family.children[first]]
    columns["score"] = values[family.parents].reshape(len(family.parents), -1)
    keys = pd.MultiIndex.from_product([tree.codes[family.parents], years, nodes], names=COLUMNS[:3])
    flat = {name: part.reshape(-1) for name, part in columns.items()}
    table = pd.DataFrame(flat, keys).reset_index()
    return table.loc[table["n"] > 0, list(COLUMNS)].reset_index(drop=True)


def gini(x: np.ndarray, w: np.ndarray | None = None) -> float:
    """Return the Gini coefficient of values of 0 or more, weighted if weights are given.

    Half the mean absolute difference of two draws, over the mean, not corrected for small numbers.

    Examples
    --------
    >>> float(gini(np.array([0.0, 0.0, 0.0, 1.0])))
    0.75
    """
    return float(_gini(*_one_group(x, w))[0, 0])


def atkinson(x: np.ndarray, w: np.ndarray | None = None, epsilon: float = 1.0) -> float:
    """Return Atkinson's index of values of 0 or more, weighted if weights are given.

    It is ``1 - equivalent / mean``, the equivalent being the power mean of ``1 - epsilon``.

    Examples
    --------
    >>> round(float(atkinson(np.array([1.0, 4.0]))), 12)
    0.2
    """
    return float(_atkinson(*_one_group(x, w), epsilon)[0, 0])


def _one_group(x: np.ndarray, w: np.ndarray | None) -> tuple[np.ndarray, np.ndarray, Groups]:
    values = np.asarray(x, dtype=float)[:, None]
    weights = np.ones(values.shape) if w is None else np.asarray(w, dtype=float)[:, None]
    groups = Groups(np.array([0]), len(values))
    return values, groups.share(np.where(np.isnan(values), 0.0, weights)), groups


def _weights(rolled: RolledUp, family: Family) -> tuple[np.ndarray, np.ndarray]:
    """Return weights ``(rows, years x nodes)`` and the aversion of every parent and node."""
    years, nodes = len(rolled.years), rolled.nodes
    of_children = np.zeros((len(family.children), years, len(nodes)))
    epsilon = np.ones((len(family.parents), years, len(nodes)))
    kinds = rolled.tree.kinds[family.parents]
    for kind in dict.fromkeys(kinds.tolist()):
        of_kind = kinds == kind
        rows = of_kind[family.groups.of]
        for j, node in enumerate(nodes):
            step = rolled.subunits.of(rolled.framework.path(node), str(kind))
            assert step.weights is not None  # noqa: S101
            weights = rolled.order.climb.weights[step.weights]
            of_children[rows, :, j] = np.nan_to_num(weights[family.children[rows]])
            epsilon[of_kind, :, j] = step.arguments.get("epsilon", 1.0)
    return of_children.reshape(len(of_children), -1), epsilon.reshape(len(epsilon), -1)


def measures(
    x: np.ndarray, w: np.ndarray, groups: Groups, epsilon: np.ndarray
) -> dict[str, np.ndarray]:
    """Measure inequality among rows: the numbers of :data:`COLUMNS`, ``(groups, k)`` each.

    Scores and weights are ``(rows, k)``; weights are 0 where a score is missing. The aversion
    behind ``lost`` is ``(groups, k)``.
    """
    there, mean = w > 0, weighted_mean(x, w, groups).score
    away = np.where(there, np.nan_to_num(x) - np.nan_to_num(groups.spread(mean)), 0.0)
    lowest = groups.min(np.where(there, x, np.inf))
    highest = groups.max(np.where(there, x, -np.inf))
    lowest, highest = (np.where(np.isfinite(end), end, np.nan) for end in (lowest, highest))
    index = {e: _atkinson(x, w, groups, e) for e in {0.5, 1.0, *np.unique(epsilon).tolist()}}
    lost = np.select([epsilon == e for e in index], list(index.values()), np.nan)
    return {
        "n": groups.sum(there.astype(int)),
        "mean": mean,
        "lowest": lowest,
        "highest": highest,
        "range": highest - lowest,
        "sd": np.where(np.isnan(mean), np.nan, np.sqrt(groups.sum(w * away**2))),
        "gini": _gini(x, w, groups),
        "atkinson_05": index[0.5],
        "atkinson_1": index[1.0],
        "lost": lost * mean,
        "lost_percent": 100 * lost,
    }


def _gini(x: np.ndarray, w: np.ndarray, groups: Groups) -> np.ndarray:
    """Return ``2 sum(w x (F - w / 2)) / mean - 1``, F being the weight up to and with a row."""
    values = np.where(w > 0, x, np.inf)
    order = groups.order(values)
    values, w = (np.take_along_axis(part, order, axis=0) for part in (values, w))
    values = np.where(w > 0, values, 0.0)
    middle = groups.cumulative(w) - w / 2
    mean, total = groups.sum(w * values), 2 * groups.sum(w * values * middle)
    ratio = np.divide(total, mean, out=np.full(mean.shape, np.nan), where=mean > 0) - 1
    return np.where(groups.any(values < 0), np.nan, np.maximum(ratio, 0.0))


def _atkinson(x: np.ndarray, w: np.ndarray, groups: Groups, epsilon: float) -> np.ndarray:
    counted = np.where(w > 0, x, np.nan)
    negative = groups.any(counted < 0)
    safe = np.where(groups.spread(negative), 1.0, counted)
    mean = weighted_mean(safe, w, groups).score
    ede = equivalent(safe, w, groups, epsilon=epsilon).score
    ratio = np.divide(ede, mean, out=np.full(mean.shape, np.nan), where=mean > 0)
    return np.where(negative, np.nan, np.maximum(1 - ratio, 0.0))
