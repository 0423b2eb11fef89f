"""Exact dominance: A is above B for every set of weights around the base's, at one level.

Every weight under the nodes of a level may be multiplied by its own number from ``1 - r`` to
``1 + r``. Where the nodes from that level up take arithmetic means, the difference of two scores
is a sum over nodes of ``sum(m w d) / sum(m w)``, d being the children's differences: each part is
smallest at a corner that has ``1 + r`` at the smallest differences and ``1 - r`` at the others, so
that as many corners as children have to be tried. Geometric means are the same in logarithms.

Source: Hazen (1986), Partial information, dominance, and potential optimality in multiattribute
utility theory, Operations Research 34 (dominance under weights that are known within bounds).
"""

from __future__ import annotations

import numpy as np

from erat.errors import MethodError, Problem
from erat.index.assessment import Assessment
from erat.index.climb import scale_of

NEAR = 1e-12
"""Differences nearer to 0 than this part of the largest score are ties."""


def exact_dominance(
    assessment: Assessment, level: int, relative: float, rows: np.ndarray | None = None
) -> np.ndarray:
    """Tell who is above whom whatever the weights at a level are within their bounds.

    Parameters
    ----------
    assessment
        The base.
    level
        Level of the nodes whose children's weights vary; 1 is the level above the indicators.
    relative
        By which part a weight may be larger or smaller, below 1.
    rows
        Places of the rows that are compared, those of one year; all if not given.

    Returns
    -------
    ndarray
        bool, ``(units, units)``: the row is above the column for every set of weights. A unit that
        misses a child of a node at the level, or was dropped, has no part in it.

    Raises
    ------
    MethodError
        If a node of that level or above it takes another mean, or arithmetic and geometric ones
        are mixed there: the difference is then neither linear nor log-linear.
    """
    tree = assessment.tree
    nodes = [n for n in assessment.framework.upwards if tree.levels[n] >= level]
    power = _power(assessment, nodes, level)
    outer = {assessment.framework.top: 1.0}  # weights of nodes in the index
    for node in nodes[-2::-1]:
        outer[node] = outer[assessment.framework.parent(node)] * float(assessment.weights[node])
    index = assessment.panel.values.index
    places = tree.panel.values.index.get_indexer(index if rows is None else index[rows])
    n, dropped = len(places), places < 0
    worst, whole, zero = np.zeros((n, n)), ~dropped, np.zeros(n, dtype=bool)
    for node in nodes:
        climbed, varied = tree.climbed[node], tree.levels[node] == level
        fixed = np.array([varied or child not in outer for child in climbed.node.codes])
        used, w = _used(assessment, node)[places][:, fixed], climbed.node.weights[fixed]
        whole &= ~np.isnan(used).any(axis=1)
        if power == 0:
            zero |= ((used == 0) & (w > 0)).any(axis=1)
            used = np.log(np.where(used > 0, used, 1.0))
        used = np.nan_to_num(used)
        if varied:
            worst += outer[node] * _smallest(used, w, relative)
        elif fixed.any():
            part = outer[node] * (used @ w)
            worst += part[:, None] - part[None, :]
    largest = float(np.abs(np.nan_to_num(assessment.index.to_numpy())).max(initial=1.0))
    above = worst > (NEAR if power == 0 else NEAR * largest)
    above[zero], above[:, zero] = False, True
    above[np.ix_(zero, zero)] = False
    return np.asarray(above & whole[:, None] & whole[None, :])


def _used(assessment: Assessment, node: str) -> np.ndarray:
    """Return the scores of a node's children, raised to its floor."""
    climbed = assessment.tree.climbed[node]
    floor = climbed.blocks[0].step.arguments.get("floor")
    return climbed.x if floor is None else np.maximum(climbed.x, floor)


def _smallest(x: np.ndarray, w: np.ndarray, relative: float) -> np.ndarray:
    """Return the smallest weighted mean difference of each pair, ``(units, units)``.

    ``x`` are the scores of the children, ``(units, children)``, and ``w`` their weights, adding to
    1, each of which may change by the part ``relative``.
    """
    smallest, (up, down) = np.empty((len(x), len(x))), (1 + relative, 1 - relative)
    for i in range(len(x)):
        apart = x[i] - x
        order = np.argsort(apart, axis=1)
        moved = w[order] * np.take_along_axis(apart, order, axis=1)
        below, part = (
            np.insert(np.cumsum(sums, axis=1), 0, 0.0, axis=1) for sums in (w[order], moved)
        )
        top = up * part + down * (part[:, -1:] - part)
        bottom = up * below + down * (below[:, -1:] - below)
        smallest[i] = (top / bottom).min(axis=1)
    return smallest


def _power(assessment: Assessment, nodes: list[str], level: int) -> float:
    """Return the one power, 1 or 0, of the means that some nodes take, or refuse.

    A floor above the level must have nothing to do: no score there may come below it.
    """
    method, levels = assessment.method, assessment.tree.levels
    steps = {node: method.aggregate.of(node, levels[node]) for node in nodes}
    scales = {node: scale_of(step) for node, step in steps.items()}
    powers = {scale.power if scale else None for scale in scales.values()}
    used = [_used(assessment, node) for node in nodes if levels[node] == level]
    lowest = min((np.nanmin(x, initial=np.inf) for x in used), default=np.inf)
    floors = [one.floor for n, one in scales.items() if levels[n] > level and one and one.floor]
    linear = powers in ({0.0}, {1.0}) and all(floor <= lowest for floor in floors)
    if not linear or method.aggregate.groups or level not in levels.values():
        names = sorted({step.method for step in steps.values()})
        found = f"{', '.join(names) or 'no node'} from level {level} up"
        expected = "arithmetic means only, or geometric means only (with no floor that is reached)"
        remedy = "ask for a higher level, or rely on the shares of replicates"
        raise MethodError([Problem("exact dominance", found, expected, remedy)])
    return 1.0 if powers == {1.0} else 0.0
