"""Weighting: the weight of every child under its node.

A weighting takes a node with the framework's weights and the children's scores ``x``,
``(units, children)``, nan where missing (of a panel: all years). It returns weights ``(children,)``
that add to 1; an only child has 1. 'Handbook' is OECD/JRC (2008), Handbook on Constructing
Composite Indicators.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Annotated, Literal, NoReturn

import numpy as np
import pandas as pd
from pydantic import BeforeValidator, Field

from erat.errors import MethodError, Problem, listing
from erat.index.construct import experts
from erat.index.construct.frontier import BoundsError, benefit_of_the_doubt
from erat.index.construct.power_means import Node, to_one
from erat.index.correlation import is_constant, principal
from erat.index.registry import NamedFile, Registry

WEIGHTINGS: Registry[Callable[..., np.ndarray]] = Registry("weights", default="framework")
Weight = Annotated[float, Field(ge=0)]
Ratio = Annotated[float, BeforeValidator(experts.as_ratio), Field(gt=0)]
Rows = tuple[tuple[Ratio, ...], ...]
EIGENVALUE, SHARE, TOGETHER = 1.0, 0.10, 0.60
"""What a component explains to be kept (in columns, or of the variance), and all kept together."""


@WEIGHTINGS.add()
def framework(node: Node, x: np.ndarray, *, values: dict[str, Weight] = {}) -> np.ndarray:  # noqa: B006
    """The weights that the framework table gives, scaled to add to 1 under each node.

    ``values`` replaces the weights of some nodes.
    """
    pairs = zip(node.codes, node.weights, strict=True)
    return to_one(np.array([values.get(code, weight) for code, weight in pairs]))


@WEIGHTINGS.add()
def equal(node: Node, x: np.ndarray) -> np.ndarray:
    """The same weight for every child of a node."""
    return to_one(np.ones(len(node.codes)))


@WEIGHTINGS.add(needs="scores")
def pca(
    node: Node,
    x: np.ndarray,
    *,
    variant: Literal["handbook", "first"] = "handbook",
    factors: Annotated[int, Field(ge=1)] | None = None,
) -> np.ndarray:
    """Weights from the principal components of the children's correlations; never negative.

    ``handbook``: components that explain more than one column (an eigenvalue over 1) or more than
    10% of the variance are kept, and further ones until 60% is explained (``factors`` gives their
    number instead). They are rotated (varimax with Kaiser's normalization). Every child belongs to
    the component in which its squared loading, scaled to add to 1 over the children, is largest;
    that share, times the part of the explained variance that is the component's, is its weight,
    scaled to add to 1 over all. This gives the Handbook's own example its four components.

    ``first``: the loadings on the first component without their sign. A child that goes against the
    others gets a positive weight all the same: look at the correlations first.

    Correlations are taken over the units that both children have. A constant child gets no weight;
    if none varies, all get the same. Source: Handbook, section 6.1, tables 16 and 17; Nicoletti,
    Scarpetta and Boylaud (2000), OECD Economics Department Working Paper 226.
    """
    moving = varies(x)
    weights = np.zeros(len(node.codes))
    if moving.any():
        _, loadings = principal(correlations(x[:, moving]))
        if variant == "first":
            weights[moving] = np.abs(loadings[:, 0])
        else:
            squared = varimax(loadings[:, : factors or components_kept(loadings)]) ** 2
            explained = squared.sum(axis=0)
            shares = np.divide(squared, explained, out=0 * squared, where=explained > 0)
            component = shares.round(10).argmax(axis=1)
            weights[moving] = to_one(squared[np.arange(len(component)), component])
    return to_one_or_equal(weights)


def components_kept(loadings: np.ndarray) -> int:
    """Count the components to keep: over 1, or over 10%, and at least 60% together."""
    values = (loadings**2).sum(axis=0)
    shares = values / values.sum()
    large = int(((values > EIGENVALUE + 1e-9) | (shares > SHARE + 1e-9)).sum())
    together = int((shares.cumsum() < TOGETHER - 1e-9).sum()) + 1
    return max(large, together)


def varimax(loadings: np.ndarray) -> np.ndarray:
    """Rotate loadings, ``(children, components)``, so that each child loads on few.

    Pairs of components are turned in their plane by the best angle, until none turns any more; rows
    are scaled to length 1 meanwhile. Source: Kaiser (1958), The varimax criterion for analytic
    rotation in factor analysis, Psychometrika 23.
    """
    length = np.linalg.norm(loadings, axis=1, keepdims=True)
    length = np.where(length > 0, length, 1.0)
    turned = loadings / length
    for _ in range(1000):
        angles = [_turn(turned, a, b) for a, b in combinations(range(turned.shape[1]), 2)]
        if max(map(abs, angles), default=0.0) < 1e-12:
            break
    return np.asarray(turned * length)


def _turn(loadings: np.ndarray, a: int, b: int) -> float:
    """Turn two columns in place by their best angle, and return it."""
    x, y = loadings[:, a].copy(), loadings[:, b].copy()
    u, v = x**2 - y**2, 2 * x * y
    up = 2 * ((u * v).mean() - u.mean() * v.mean())
    along = (u**2 - v**2).mean() - (u.mean() ** 2 - v.mean() ** 2)
    if np.hypot(up, along) < 1e-14:
        return 0.0
    angle = float(np.arctan2(up, along) / 4)
    loadings[:, a] = x * np.cos(angle) + y * np.sin(angle)
    loadings[:, b] = y * np.cos(angle) - x * np.sin(angle)
    return angle


@WEIGHTINGS.add(needs="scores")
def entropy(node: Node, x: np.ndarray) -> np.ndarray:
    """One minus Shannon's entropy of every child's shares among the units, scaled to add to 1.

    ``p = x / sum(x)`` over the n units that have the child, ``H = -sum(p log p) / log n``. A child
    with a negative value is first moved up by its minimum, so that its lowest value counts 0. A
    constant child gets no weight; if none varies, all get the same. Source: Shannon (1948), A
    mathematical theory of communication; Zeleny (1982), Multiple criteria decision making, chapter
    7.
    """
    diversity = np.zeros(len(node.codes))
    for j in np.flatnonzero(varies(x)):
        values = x[~np.isnan(x[:, j]), j]
        values = values - min(values.min(), 0.0)
        p = values / values.max()
        p = p[p > 0] / p.sum()
        diversity[j] = 1 + (p * np.log(p)).sum() / np.log(len(values))
    return to_one_or_equal(np.maximum(diversity, 0.0))


@WEIGHTINGS.add(needs="scores")
def critic(node: Node, x: np.ndarray) -> np.ndarray:
    """CRITIC: the standard deviation times the sum of ``1 - r`` with the other children.

    Deviations are those of the scores as they are: after a normalization that makes them all the
    same only correlations count, each over the units that both children have. A constant child gets
    no weight and does not count for the others; where nothing is left (all constant, or all the
    same), all get the same. Source: Diakoulaki, Mavrotas and Papayannakis (1995), Determining
    objective weights in multiple criteria problems: the CRITIC method, Computers & Operations
    Research 22.
    """
    moving = varies(x)
    weights = np.zeros(len(node.codes))
    if moving.sum() > 1:
        x = x[:, moving]
        apart = (1 - correlations(x)).sum(axis=1)
        weights[moving] = pd.DataFrame(x / np.nanmax(np.abs(x))).std().to_numpy() * apart
    weights[weights < 1e-12 * weights.max()] = 0.0
    return to_one_or_equal(weights if weights.any() else moving * 1.0)


@WEIGHTINGS.add()
def ahp(
    node: Node,
    x: np.ndarray,
    *,
    matrix: Rows | dict[str, Rows] | NamedFile,
    max_ratio: Annotated[float, Field(ge=0)] = 0.1,
) -> np.ndarray:
    """Analytic hierarchy process: weights from comparisons of pairs.

    ``matrix`` is a list of rows for the index, children in the framework's order; or such a list
    for each of some nodes, by code; or a CSV file with the codes as header and as first column,
    which serves every node whose children are all in it. Cells say how much more the row counts
    than the column (3, or 1/3). Nodes without a matrix keep the framework's weights. A consistency
    ratio above ``max_ratio`` is refused. Source: Saaty (1980), The analytic hierarchy process;
    Handbook, section 6.6.
    """
    compared = _comparisons_of(node, matrix)
    if compared is None:
        return framework(node, x)
    wrong = np.argwhere(~(np.abs(compared * compared.T - 1) <= 0.05))  # 0.33 for 1/3 passes
    if len(wrong):
        i, j = (int(place) for place in wrong[0])
        a, b = node.codes[i], node.codes[j]
        found = f"{a} over {b} is {compared[i, j]:g}, {b} over {a} is {compared[j, i]:g}"
        remedy = "correct one of the two; the diagonal is 1"
        refuse(node, found, "each the other's reciprocal", remedy)
    result = experts.priorities(compared)
    if result.ratio > max_ratio:
        found = f"comparisons with a consistency ratio of {result.ratio:.3f}"
        remedy = "compare again what contradicts itself, or allow more with 'max_ratio'"
        refuse(node, found, f"{max_ratio:g} or less", remedy)
    return result.weights


def _comparisons_of(node: Node, matrix: Rows | dict[str, Rows] | NamedFile) -> np.ndarray | None:
    """Return the matrix of a node's children; None if there is none."""
    codes = list(node.codes)
    if isinstance(matrix, NamedFile):
        table = experts.comparisons(matrix.path)
        return table.loc[codes, codes].to_numpy() if set(codes) <= set(table.columns) else None
    if not isinstance(matrix, Mapping):
        matrix = {node.code: matrix} if node.top else {}
    rows = matrix.get(node.code)
    if rows is None:
        return None
    n, widths = len(codes), sorted({len(row) for row in rows})
    if len(rows) != n or widths != [n]:
        found = f"a matrix of {len(rows)} rows with {listing(widths)} cells"
        remedy = "give a row and a column for every child"
        refuse(node, found, f"{n} by {n}: {listing(codes)}", remedy)
    return np.array(rows, dtype=float)


@WEIGHTINGS.add()
def budget(node: Node, x: np.ndarray, *, file: NamedFile) -> np.ndarray:
    """Budget allocation: the mean of the shares that several experts gave.

    ``file`` is a CSV table with a row an expert and a column a node; a column ``expert`` may name
    them. Every expert's points under a node are scaled to add to 1; an empty cell is no point, and
    an expert without any has no say there. Nodes none of whose children is in the file keep the
    framework's weights. Source: Handbook, section 6.4.
    """
    points = experts.expert_points(file.path)
    absent = [code for code in node.codes if code not in points]
    if len(absent) == len(node.codes):
        return framework(node, x)
    if absent:
        found = f"no column {listing(absent)} in {file.name}"
        refuse(node, found, "points for every child of the node", "add the column")
    shares = experts.expert_shares(points, node.codes)
    if shares.empty:
        refuse(node, "no points of any expert", "points", "give the children points")
    return to_one(shares.mean().to_numpy())


@WEIGHTINGS.add(needs="scores")
def bod(node: Node, x: np.ndarray) -> np.ndarray:
    """The mean over units of the shares of the weights that suit each unit best.

    These are weights of the benefit of the doubt, within ``weight_low`` and ``weight_high``. A
    child's mean is over the units that have it. Without bounds most units put all their weight on
    one child. Scores must not be negative.
    """
    negative = [code for code, scores in zip(node.codes, x.T, strict=True) if (scores < 0).any()]
    if negative:
        found = f"negative values of {', '.join(negative)}"
        remedy = "choose a normalization that cannot be negative, or another weighting"
        refuse(node, found, "values of 0 or more for the benefit of the doubt", remedy)
    try:
        best = benefit_of_the_doubt(x, node.low, node.high).weights
    except BoundsError as cause:
        expected = "bounds between which shares can add to 1"
        refuse(node, str(cause), expected, "correct weight_low and weight_high")
    total = best.sum(axis=1, keepdims=True)
    counted = ~np.isnan(x) & (total > 0)
    shares = np.divide(best, total, out=np.full(best.shape, np.nan), where=counted)
    return to_one_or_equal(np.nan_to_num(pd.DataFrame(shares).mean().to_numpy()))


@WEIGHTINGS.add(needs="scores")
def optimized(
    node: Node,
    x: np.ndarray,
    *,
    target: Literal["equal"] | dict[str, Weight] = "equal",
    tolerance: Annotated[float, Field(gt=0, lt=1)] = 1e-3,
) -> np.ndarray:
    """Weights that give every child the influence it should have.

    Influence is the squared correlation of a child with its node's score, scaled to add to 1; the
    score is the weighted arithmetic mean, whatever the aggregation. ``target`` gives the influence
    of nodes; by default all children of a node have the same. Refused where no weights come within
    ``tolerance`` of every share, for example where a child goes against the others. Source: Becker,
    Saisana, Paruolo and Vandecasteele (2017), Weights and importance in composite indicators:
    closing the gap, Ecological Indicators 80.
    """
    goals = {} if target == "equal" else {c: target[c] for c in node.codes if c in target}
    absent = [code for code in node.codes if code not in goals]
    if goals and absent:
        remedy = "give the influence of all children of a node, or of none"
        refuse(node, f"no target for {', '.join(absent)}", "a target for every child", remedy)
    goal = to_one_or_equal(np.array([goals.get(code, 1.0) for code in node.codes]))
    if len(goal) == 1:
        return np.ones(1)
    constant = [code for code, v in zip(node.codes, varies(x), strict=True) if not v]
    if constant:
        remedy = "exclude it, or choose another weighting"
        refuse(node, f"{', '.join(constant)} constant", "children that vary", remedy)
    tried = _towards(goal, x)
    gaps = [float(np.abs(influence(x, w) - goal).max()) for w in tried]
    best = tried[int(np.argmin([round(gap, 9) for gap in gaps]))]
    if min(gaps) > tolerance:
        pairs = zip(node.codes, influence(x, best), strict=True)
        found = "influence at best " + ", ".join(f"{code} {share:.3f}" for code, share in pairs)
        expected = f"weights whose influence is within {tolerance:g} of the target"
        remedy = "choose another target, a wider tolerance, or leave out what goes against the rest"
        refuse(node, found, expected, remedy)
    return best


def influence(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return ``r |r| / sum(r**2)``, r being the children's correlations with their weighted mean.

    ``x`` is ``(units, children)``, nan where missing; ``w`` ``(children,)``.
    """
    total = (~np.isnan(x) * w).sum(axis=1, keepdims=True)
    there = ~np.isnan(x) & (total > 0)
    filled = np.nan_to_num(x / np.nanmax(np.abs(x)))
    score = (filled * w).sum(axis=1, keepdims=True) / np.where(total > 0, total, 1.0)
    n = np.maximum(there.sum(axis=0), 1)
    columns = (filled, np.broadcast_to(score, x.shape))
    dx, dy = (np.where(there, z - (z * there).sum(axis=0) / n, 0.0) for z in columns)
    both = np.sqrt((dx**2).sum(axis=0) * (dy**2).sum(axis=0))
    r = np.divide((dx * dy).sum(axis=0), both, out=np.zeros(len(n)), where=both > 0)
    return np.asarray(r * np.abs(r) / max(float((r**2).sum()), 1e-300))


def _towards(goal: np.ndarray, x: np.ndarray) -> list[np.ndarray]:
    """Return weights whose influence may be the goal: of two starts, and searched from each.

    The first start has ``Cov w`` in proportion to ``sd sqrt(goal)``, weights below 0 being cut.
    """
    from scipy.optimize import least_squares

    frame = pd.DataFrame(x)
    spans = (frame.max() - frame.min()).to_numpy()
    sd = ((frame - frame.min()) / spans).std().to_numpy()

    def unscaled(v: np.ndarray) -> np.ndarray:
        return to_one_or_equal(v / spans)

    def searched(start: np.ndarray) -> np.ndarray:
        begin = np.clip(to_one_or_equal(start * spans), 1e-3, 1.0)
        fit = least_squares(
            lambda v: influence(x, unscaled(v)) - goal, begin,
            bounds=(0, 1 + 1e-9), xtol=1e-14, ftol=1e-14, gtol=1e-14,
        )  # fmt: skip
        return unscaled(np.where(fit.x < 1e-9, 0.0, np.asarray(fit.x)))

    roots = np.linalg.lstsq(correlations(x), np.sqrt(goal), rcond=1e-10)[0] / sd
    starts = [unscaled(np.maximum(roots, 0.0)), to_one((goal > 0) * 1.0)]
    return starts + [searched(start) for start in starts]


def to_one_or_equal(weights: np.ndarray) -> np.ndarray:
    """Scale weights to add to 1; where the data speak for nobody, all get the same."""
    return to_one(weights if weights.any() else np.ones(weights.shape))


def varies(x: np.ndarray) -> np.ndarray:
    """Tell which columns have two values that differ by more than rounding, ``(children,)``."""
    return np.array([not is_constant(column) for column in x.T], dtype=bool)


def correlations(x: np.ndarray) -> np.ndarray:
    """Return Pearson correlations, each over the rows that both columns have; 0 if undefined."""
    frame = pd.DataFrame(x)
    scaled = (frame - frame.min()) / (frame.max() - frame.min()).replace(0, 1)
    r = np.nan_to_num(scaled.corr(min_periods=3).to_numpy(copy=True))
    np.fill_diagonal(r, 1.0)
    return np.asarray(np.clip(r, -1.0, 1.0))


def refuse(node: Node, found: str, expected: str, remedy: str) -> NoReturn:
    """Refuse to weigh a node's children."""
    where = f"method, weights of {node.code!r}"
    raise MethodError([Problem(where, found, expected, remedy)])
