"""What people say of weights: comparisons of pairs, and points of several experts."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from erat.errors import MethodError, Problem, listing
from erat.index.construct.power_means import to_one
from erat.index.registry import read_once
from erat.index.tables import MISSING, read_text_table

RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45,
                1.49, 1.51, 1.48, 1.56, 1.57, 1.59)  # fmt: skip
"""Consistency index of random matrices of 1 to 15 rows; that of 15 serves for more.

Source: Saaty (1980), The analytic hierarchy process; 1.41 for 8 rows as in the Handbook.
"""
EXPERT = "expert"
"""Column of a file of points that names the experts; it may be left out."""


class Priorities(NamedTuple):
    """Weights from comparisons of pairs: the principal eigenvector, adding to 1.

    ``largest`` is the largest eigenvalue: n, the number of rows, if nothing contradicts itself;
    ``ratio`` the consistency ratio ``(largest - n) / (n - 1) / RANDOM_INDEX[n]``, 0 up to two rows.
    """

    weights: np.ndarray
    largest: float
    ratio: float


def priorities(matrix: np.ndarray) -> Priorities:
    """Return the weights of a square, positive matrix of comparisons, row over column.

    ``matrix[i, j] * matrix[j, i]`` is 1.

    Examples
    --------
    >>> result = priorities(np.array([[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]]))
    >>> result.weights.round(3).tolist(), round(result.ratio, 6) + 0.0
    ([0.571, 0.286, 0.143], 0.0)
    """
    n = len(matrix)
    values, vectors = np.linalg.eig(matrix)
    first = int(values.real.argmax())
    largest = float(values[first].real)
    chance = RANDOM_INDEX[min(n, len(RANDOM_INDEX)) - 1]
    ratio = (largest - n) / (n - 1) / chance if chance else 0.0
    return Priorities(to_one(np.abs(vectors[:, first].real)), largest, max(ratio, 0.0))


def as_ratio(value: object) -> object:
    """Read a comparison: a number, or a fraction such as ``1/3``; anything else stays as it is."""
    if isinstance(value, str):
        try:
            return float(Fraction(value.replace(" ", "")))
        except (ValueError, ZeroDivisionError):
            return value
    return value


def comparisons(path: Path) -> pd.DataFrame:
    """Read a table of comparisons: codes as header and as first column; empty cells are nan."""
    text = read_text_table(path, MethodError)
    table = text.set_index(text.columns[0])
    if set(table.index) != set(table.columns) or table.index.has_duplicates:
        found = f"rows {listing(list(table.index))}; columns {listing(list(table.columns))}"
        remedy = "put the codes into the header and into the first column"
        raise MethodError([Problem(path.name, found, "the same codes in both, each once", remedy)])
    return _as_ratios(table, path, "a number above 0 or a fraction such as 1/3", above=0.0)


@read_once
def expert_points(path: Path) -> pd.DataFrame:
    """Read the points of experts: a row an expert (indexed by name or number), a column a node."""
    text = read_text_table(path, MethodError)
    if EXPERT in text:
        text = text.set_index(EXPERT)
    else:
        text.index = pd.Index([str(i + 1) for i in range(len(text))], name=EXPERT)
    return _as_ratios(text, path, "a number of 0 or more", above=-1e-300).fillna(0.0)


def expert_shares(points: pd.DataFrame, codes: Sequence[str]) -> pd.DataFrame:
    """Return experts (those with points under the node) by children: shares that add to 1."""
    here = points[list(codes)]
    total = here.sum(axis=1)
    return here[total > 0].div(total[total > 0], axis=0)


def _as_ratios(text: pd.DataFrame, path: Path, expected: str, above: float) -> pd.DataFrame:
    """Read every cell as a number or a fraction above a limit; empty as nan."""
    values = np.full(text.shape, np.nan)
    problems = []
    for (i, j), cell in np.ndenumerate(text.to_numpy()):
        value = np.nan if cell in MISSING else as_ratio(cell)
        if isinstance(value, float) and not value <= above:
            values[i, j] = value
        else:
            found, column = f"{cell!r} ({text.index[i]})", str(text.columns[j])
            problems.append(Problem(path.name, found, expected, "correct the cell", column=column))
    if problems:
        raise MethodError(problems)
    return pd.DataFrame(values, index=text.index, columns=text.columns)
