"""Weights that are best for something: for each unit, or for a given influence of each child."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from erat.index.construct.children import (
    WEIGHTINGS,
    Children,
    Weight,
    correlations,
    refuse,
    refuse_negative,
    to_one_or_equal,
    varies,
)
from erat.index.construct.frontier import BoundsError, benefit_of_the_doubt
from erat.index.construct.node import to_one

Tolerance = Annotated[float, Field(gt=0, lt=1)]


@WEIGHTINGS.add(needs="scores")
def bod(children: Children) -> np.ndarray:
    """The mean over units of the shares of the weights that suit each unit best.

    Weights are those of the benefit of the doubt, within the framework's ``weight_low`` and
    ``weight_high``. A child's mean is over the units that have it. Without bounds most units put
    all their weight on one child. Scores must not be negative.
    """
    refuse_negative(children, "the benefit of the doubt")
    there = ~np.isnan(children.x)
    try:
        own = benefit_of_the_doubt(children.x, children.low, children.high).weights
    except BoundsError as cause:
        expected = "bounds between which shares can add to 1"
        refuse(children.node, str(cause), expected, "correct weight_low and weight_high")
    total = own.sum(axis=1, keepdims=True)
    shares = np.divide(own, total, out=np.full(own.shape, np.nan), where=there & (total > 0))
    return to_one_or_equal(np.nan_to_num(pd.DataFrame(shares).mean().to_numpy()))


@WEIGHTINGS.add(needs="scores")
def optimized(
    children: Children,
    *,
    target: Literal["equal"] | dict[str, Weight] = "equal",
    tolerance: Tolerance = 1e-3,
) -> np.ndarray:
    """Weights that give every child the influence it should have.

    Influence is the squared correlation of a child with its node's score, scaled to add to 1; the
    score is the weighted arithmetic mean, whatever the aggregation. ``target`` gives the influence
    of nodes; by default all children of a node have the same. Refused where no weights come within
    ``tolerance`` of every share, for example where a child goes against the others.

    Source: Becker, Saisana, Paruolo and Vandecasteele (2017), Weights and importance in composite
    indicators: closing the gap, Ecological Indicators 80.
    """
    goal = _goal(children, target)
    if len(goal) == 1:
        return np.ones(1)
    still = [c for c, m in zip(children.codes, varies(children.x), strict=True) if not m]
    if still:
        remedy = "exclude it, or choose another weighting"
        refuse(children.node, f"{', '.join(still)} constant", "children that vary", remedy)
    tried = [_in_closed_form(children.x, goal), to_one((goal > 0) * 1.0)]
    tried += [_searched(children.x, goal, start) for start in tried]
    gaps = [float(np.abs(influence(children.x, w) - goal).max()) for w in tried]
    best = tried[int(np.argmin([round(gap, 9) for gap in gaps]))]
    if min(gaps) > tolerance:
        pairs = zip(children.codes, influence(children.x, best), strict=True)
        found = "influence at best " + ", ".join(f"{code} {share:.3f}" for code, share in pairs)
        expected = f"weights whose influence is within {tolerance:g} of the target"
        remedy = "choose another target, a wider tolerance, or leave out what goes against the rest"
        refuse(children.node, found, expected, remedy)
    return best


def influence(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return ``r |r| / sum(r**2)``, r being the children's correlations with their weighted mean.

    ``x`` has the shape ``(units, children)``, nan where missing; ``w`` ``(children,)``.
    """
    total = (~np.isnan(x) * w).sum(axis=1, keepdims=True)
    there = ~np.isnan(x) & (total > 0)
    filled = np.nan_to_num(x / np.nanmax(np.abs(x)))
    score = (filled * w).sum(axis=1, keepdims=True) / np.where(total > 0, total, 1.0)
    r = _correlated(filled, np.broadcast_to(score, x.shape), there)
    return np.asarray(r * np.abs(r) / max(float((r**2).sum()), 1e-300))


def _correlated(x: np.ndarray, y: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Return the correlation of each column of x with that of y, over the rows that are there."""
    n = np.maximum(there.sum(axis=0), 1)
    dx, dy = (np.where(there, z - (z * there).sum(axis=0) / n, 0.0) for z in (x, y))
    both = np.sqrt((dx**2).sum(axis=0) * (dy**2).sum(axis=0))
    r = np.divide((dx * dy).sum(axis=0), both, out=np.zeros(len(n)), where=both > 0)
    return np.asarray(r)


def _goal(children: Children, target: Literal["equal"] | dict[str, float]) -> np.ndarray:
    """Return the influence that every child should have, adding to 1."""
    given = {} if target == "equal" else {c: target[c] for c in children.codes if c in target}
    absent = [code for code in children.codes if code not in given]
    if given and absent:
        remedy = "give the influence of all children of a node, or of none"
        found = f"no target for {', '.join(absent)}"
        refuse(children.node, found, "a target for every child", remedy)
    return to_one_or_equal(np.array([given.get(code, 1.0) for code in children.codes]))


def _in_closed_form(x: np.ndarray, goal: np.ndarray) -> np.ndarray:
    """Return weights for which correlations are as the roots of the goal, if all are there.

    ``Cov w`` has to be in proportion to ``sd sqrt(goal)``; weights below 0 are cut.
    """
    scaled = _scaled(x)
    sd = pd.DataFrame(scaled).std().to_numpy()
    solved = np.linalg.lstsq(correlations(x), np.sqrt(goal), rcond=1e-10)[0] / sd
    return _back(np.maximum(solved, 0.0), x)


def _searched(x: np.ndarray, goal: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Search weights of 0 to 1 whose influence is nearest to the goal."""
    from scipy.optimize import least_squares

    begin = np.clip(to_one_or_equal(start * _spans(x)), 1e-3, 1.0)

    def gaps(v: np.ndarray) -> np.ndarray:
        return np.asarray(influence(x, _back(v, x)) - goal)

    found = least_squares(gaps, begin, bounds=(0, 1 + 1e-9), xtol=1e-14, ftol=1e-14, gtol=1e-14)
    return _back(np.where(found.x < 1e-9, 0.0, np.asarray(found.x)), x)


def _spans(x: np.ndarray) -> np.ndarray:
    frame = pd.DataFrame(x)
    return np.asarray((frame.max() - frame.min()).to_numpy())


def _scaled(x: np.ndarray) -> np.ndarray:
    frame = pd.DataFrame(x)
    return np.asarray(((frame - frame.min()) / (frame.max() - frame.min())).to_numpy())


def _back(v: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Turn weights of columns on 0..1 into weights of the columns as they are, adding to 1."""
    return to_one_or_equal(v / _spans(x))
