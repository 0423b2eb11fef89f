"""Weights that people gave: comparisons of pairs (AHP), and points of several experts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
import pandas as pd
from pydantic import BeforeValidator, Field

from erat.errors import MethodError, Problem, listing
from erat.index.construct.children import WEIGHTINGS, Children, framework, refuse
from erat.index.construct.node import to_one
from erat.index.registry import GivenFile
from erat.index.tables import MISSING, read_text_table

RANDOM_INDEX = (
    *(0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59),
)
"""Consistency index of random matrices of 1 to 15 rows; that of 15 serves for more.

Source: Saaty (1980), The analytic hierarchy process; 1.41 for 8 rows as in the Handbook.
"""

EXPERT = "expert"
"""Column of a file of points that names the experts; it may be left out."""


def _ratio(value: object) -> object:
    """Read a comparison: a number, or a fraction such as ``1/3``."""
    if isinstance(value, str):
        try:
            return float(Fraction(value.replace(" ", "")))
        except (ValueError, ZeroDivisionError):
            return value
    return value


Ratio = Annotated[float, BeforeValidator(_ratio), Field(gt=0)]
Rows = tuple[tuple[Ratio, ...], ...]


class Priorities(NamedTuple):
    """What comparisons of pairs come to.

    Attributes
    ----------
    weights
        The principal eigenvector, adding to 1.
    largest
        The largest eigenvalue; as large as the number of rows if nothing contradicts itself.
    ratio
        The consistency ratio ``(largest - n) / (n - 1) / RANDOM_INDEX[n]``; 0 up to two rows.
    """

    weights: np.ndarray
    largest: float
    ratio: float


def priorities(matrix: np.ndarray) -> Priorities:
    """Return the weights that a matrix of comparisons stands for, and how consistent it is.

    Parameters
    ----------
    matrix
        Square, positive; row over column. ``matrix[i, j] * matrix[j, i]`` is 1.

    Examples
    --------
    >>> found = priorities(np.array([[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]]))
    >>> found.weights.round(3).tolist(), round(found.ratio, 6) + 0.0
    ([0.571, 0.286, 0.143], 0.0)
    """
    n = len(matrix)
    values, vectors = np.linalg.eig(matrix)
    largest = int(values.real.argmax())
    chance = RANDOM_INDEX[min(n, len(RANDOM_INDEX)) - 1]
    ratio = (values[largest].real - n) / (n - 1) / chance if chance else 0.0
    weights = to_one(np.abs(vectors[:, largest].real))
    return Priorities(weights, float(values[largest].real), max(float(ratio), 0.0))


@WEIGHTINGS.add
def ahp(
    children: Children,
    *,
    matrix: Rows | dict[str, Rows] | GivenFile,
    max_ratio: Annotated[float, Field(ge=0)] = 0.1,
) -> np.ndarray:
    """Analytic hierarchy process: weights from comparisons of pairs.

    ``matrix`` is a list of rows for the index, children in the framework's order; or such a list
    for each of some nodes, by code; or a CSV file with the codes as header and as first column,
    which serves every node whose children are all in it. Cells say how much more the row counts
    than the column (3, or 1/3). Nodes without a matrix keep the framework's weights.

    A consistency ratio above ``max_ratio`` is refused.

    Source: Saaty (1980), The analytic hierarchy process; OECD/JRC (2008), Handbook on Constructing
    Composite Indicators, section 6.6.
    """
    found = _matrix_of(children, matrix)
    if found is None:
        return framework(children)
    _check_matrix(found, children)
    result = priorities(found)
    if result.ratio > max_ratio:
        refuse(
            children.node,
            f"comparisons with a consistency ratio of {result.ratio:.3f}",
            f"{max_ratio:g} or less",
            "compare again what contradicts itself, or allow more with 'max_ratio'",
        )
    return result.weights


def _matrix_of(
    children: Children, matrix: Rows | Mapping[str, Rows] | GivenFile
) -> np.ndarray | None:
    if isinstance(matrix, GivenFile):
        table = comparisons(matrix.path)
        codes = list(children.codes)
        inside = [code in table.columns for code in codes]
        return table.loc[codes, codes].to_numpy() if all(inside) else None
    if not isinstance(matrix, Mapping):
        matrix = {children.node: matrix} if children.top else {}
    rows = matrix.get(children.node)
    return None if rows is None else _square(rows, children)


def _square(rows: Sequence[Sequence[float]], children: Children) -> np.ndarray:
    n = len(children.codes)
    if len(rows) != n or any(len(row) != n for row in rows):
        found = f"a matrix of {len(rows)} rows with {sorted({len(row) for row in rows})} cells"
        expected = f"{n} by {n}: {listing(children.codes)}"
        refuse(children.node, found, expected, "give a row and a column for every child")
    return np.array(rows, dtype=float)


def _check_matrix(matrix: np.ndarray, children: Children) -> None:
    """Refuse a matrix that is not reciprocal; 0.33 for 1/3 passes."""
    wrong = np.argwhere(~(np.abs(matrix * matrix.T - 1) <= 0.05))
    if len(wrong):
        i, j = (int(place) for place in wrong[0])
        a, b = children.codes[i], children.codes[j]
        found = f"{a} over {b} is {matrix[i, j]:g}, {b} over {a} is {matrix[j, i]:g}"
        remedy = "correct one of the two; the diagonal is 1"
        refuse(children.node, found, "each the other's reciprocal", remedy)


def comparisons(path: Path) -> pd.DataFrame:
    """Read a table of comparisons: codes as header and as first column; empty cells are nan.

    Raises
    ------
    MethodError
        If a cell is no number or fraction, or rows and columns have other codes.
    """
    text = read_text_table(path, MethodError)
    table = text.set_index(text.columns[0])
    if set(table.index) != set(table.columns) or table.index.has_duplicates:
        found = f"rows {listing(list(table.index))}; columns {listing(list(table.columns))}"
        remedy = "put the codes into the header and into the first column"
        raise MethodError([Problem(path.name, found, "the same codes in both, each once", remedy)])
    return _as_numbers(table, path, "a number above 0 or a fraction such as 1/3", above=0.0)


@WEIGHTINGS.add
def budget(children: Children, *, file: GivenFile) -> np.ndarray:
    """Budget allocation: the mean of the shares that several experts gave.

    ``file`` is a CSV table with a row an expert and a column a node; a column ``expert`` may name
    them. Every expert's points under a node are scaled to add to 1; an empty cell is no point.
    An expert without any point under a node has no say there. Nodes none of whose children is in
    the file keep the framework's weights.

    Source: OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 6.4.
    """
    points = expert_points(file.path)
    absent = [code for code in children.codes if code not in points]
    if len(absent) == len(children.codes):
        return framework(children)
    if absent:
        found = f"no column {listing(absent)} in {file.name}"
        refuse(children.node, found, "points for every child of the node", "add the column")
    shares = expert_shares(points, children.codes)
    if shares.empty:
        refuse(children.node, "no points of any expert", "points", "give the children points")
    return to_one(shares.mean().to_numpy())


def expert_points(path: Path) -> pd.DataFrame:
    """Read the points of experts: a row an expert (indexed by name or number), a column a node.

    Raises
    ------
    MethodError
        If a cell is no number of 0 or more.
    """
    return _read_points(path, path.stat().st_mtime_ns if path.exists() else 0).copy()


@lru_cache(maxsize=8)
def _read_points(path: Path, changed: int) -> pd.DataFrame:
    text = read_text_table(path, MethodError)
    if EXPERT in text:
        text = text.set_index(EXPERT)
    else:
        text.index = pd.Index([str(i + 1) for i in range(len(text))], name=EXPERT)
    return _as_numbers(text, path, "a number of 0 or more", above=-1e-300).fillna(0.0)


def expert_shares(points: pd.DataFrame, codes: Sequence[str]) -> pd.DataFrame:
    """Return experts by children: each expert's shares under one node, adding to 1.

    Experts without a point under the node are left out. These are what a study draws from when it
    takes experts at random.
    """
    own = points[list(codes)]
    total = own.sum(axis=1)
    return own[total > 0].div(total[total > 0], axis=0)


def _as_numbers(text: pd.DataFrame, path: Path, expected: str, above: float) -> pd.DataFrame:
    """Read every cell as a number or a fraction above a limit; empty as nan."""
    values = np.full(text.shape, np.nan)
    problems = []
    for (i, j), cell in np.ndenumerate(text.to_numpy()):
        value = np.nan if cell in MISSING else _ratio(cell)
        if isinstance(value, float) and not value <= above:
            values[i, j] = value
        else:
            found, column = f"{cell!r} ({text.index[i]})", str(text.columns[j])
            problems.append(Problem(path.name, found, expected, "correct the cell", column=column))
    if problems:
        raise MethodError(problems)
    return pd.DataFrame(values, index=text.index, columns=text.columns)
