"""How much every unit counts within its parent: from the tree, the data, a file or known means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from erat.errors import DataError, MethodError, Problem, listing, nearest
from erat.index.cell_problems import Finding, finding, grouped
from erat.index.method import UnitWeights, WeightFile
from erat.index.panel import Panel
from erat.index.registry import read_once
from erat.index.tables import absent_columns, numbers, parse_number, read_text_table
from erat.subunits.unit_tree import UnitTree

NEAR = 1e-6
"""Weights whose means are nearer to the known figures than this, in units of spread, meet them."""
STEEPEST = 100.0
"""Slope of the weights beyond which there are none: one sub-unit would have it all."""


def unit_weights(
    source: UnitWeights, tree: UnitTree, panel: Panel, years: np.ndarray
) -> np.ndarray:
    """Return the weights of units in every year (ascending), ``(units, years)``; nan where unknown.

    The source is ``equal``, a column of the tree's table, a group column of the data, or a file
    with the columns ``unit``, optionally ``year``, and the one that it names. Weights of a file
    without a year serve for every year; further units and years serve for none. A unit with
    children whose own weight is not given has the sum of its children's.

    MethodError if there is no such column. A cell that is no number of 0 or more is refused with
    all others: DataError, in a file MethodError.
    """
    weights = np.full((len(tree.units), len(years)), np.nan)
    if source == "equal":
        return np.ones(weights.shape)
    units: Sequence[str] = tree.units
    of_year = None
    if isinstance(source, WeightFile):
        units, of_year, values = _of_file(source.file.path, source.column)
    elif source in tree.table:
        names = (f" ({unit})" for unit in tree.units)
        expected = "a number of 0 or more for every unit"
        values = _parsed(tree.table[source], names, "units", expected)
    elif source in panel.groups:
        rows = (f"{u}, {y}" if panel.has_years else u for u, y in panel.groups.index)
        names = (f" ({row})" for row in rows)
        units, of_year = panel.units, panel.years
        values = _parsed(panel.groups[source], names, "data", "a number of 0 or more")
    else:
        known = [name for name in (*tree.table, *panel.groups) if name not in ("parent", "kind")]
        remedy = nearest(str(source), ["equal", *known])
        expected = "'equal', a column of the units or the data, or a file"
        raise MethodError([Problem("method, subunits.weights", repr(source), expected, remedy)])
    at = tree.places.get_indexer(pd.Index(units))
    if of_year is None:
        weights[at[at >= 0]] = values[at >= 0, None]
    else:
        when = np.searchsorted(years, of_year).clip(0, len(years) - 1)
        inside = (at >= 0) & (years[when] == of_year)
        weights[at[inside], when[inside]] = values[inside]
    return _with_sums(weights, tree)


def _with_sums(weights: np.ndarray, tree: UnitTree) -> np.ndarray:
    """Give parents without a weight the sum of their children's."""
    for family in tree.families:
        below, of_parents = weights[family.children], weights[family.parents]
        total = family.groups.sum(np.nan_to_num(below))
        missing = np.isnan(of_parents) & family.groups.any(~np.isnan(below))
        weights[family.parents] = np.where(missing, total, of_parents)
    return weights


def _parsed(cells: pd.Series, names: Iterable[str], where: str, expected: str) -> np.ndarray:
    """Read a column that must be weights; ``names`` say where each cell stands."""
    texts = cells.astype(str).str.strip().tolist()
    read = [parse_number(text) for text in texts]
    wrong = [
        f"{text!r}{name}"
        for text, name, value in zip(texts, names, read, strict=True)
        if value is None or value < 0
    ]
    if wrong:
        remedy, column = "correct the cells, or name another column", str(cells.name)
        raise DataError([Problem(where, listing(wrong), expected, remedy, column=column)])
    return np.array(read, dtype=float)


@read_once
def _of_file(path: Path, column: str) -> tuple[list[str], np.ndarray | None, np.ndarray]:
    """Read units, their years (if the file has them) and weights."""
    text = read_text_table(path, MethodError)
    if absent := absent_columns(text, ("unit", column), path.name):
        raise MethodError(absent)
    faults: list[Finding] = []
    values = numbers(text[column], path.name, faults)
    of_year = numbers(text["year"], path.name, faults) if "year" in text else None
    keys = text[["unit", "year"]] if of_year is not None else text[["unit"]]
    for at, cause, expected, remedy in (
        (values < 0, "negative", "a weight of 0 or more", "correct it"),
        (keys.duplicated().to_numpy(), "twice", "each unit once", "keep one of the rows"),
    ):
        faults += [
            finding(path.name, cause, repr(row[column]) + f" ({row['unit']})", expected,
                    remedy, row=int(str(line)), column=column)
            for line, row in text[at].iterrows()
        ]  # fmt: skip
    if faults:
        raise MethodError(grouped(faults))
    return text["unit"].tolist(), of_year, values


def calibrated_weights(
    values: pd.DataFrame, targets: pd.DataFrame, parent: pd.Series
) -> pd.DataFrame:
    """Find the weights nearest to equal ones whose means are figures that are known.

    ``values`` are sub-units by series that are means over what the weights count, such as people;
    ``targets`` the known figures, units by the same series; ``parent`` the unit of every sub-unit.

    Returns
    -------
    DataFrame
        A row a sub-unit: ``unit, parent, weight`` (adding to 1 in the unit), ``times`` (of the
        equal weight) and ``met`` (whether there are such weights at all).

    Notes
    -----
    Nearest in the sense of relative entropy: ``w_i`` is in proportion to ``exp(lambda . x_i)``, and
    lambda minimizes ``log(mean(exp(lambda . (x_i - target))))``. Source: Deville and Sarndal
    (1992), Calibration estimators in survey sampling, J. American Statistical Association 87.
    """
    tables = []
    for unit, members in parent.groupby(parent).groups.items():
        x = values.loc[members].to_numpy(dtype=float)
        spread = np.where(x.std(axis=0) > 0, x.std(axis=0), 1.0)
        z = (x - targets.loc[unit, values.columns].to_numpy(dtype=float)) / spread
        w = _tilted(z)
        met = bool(np.abs(w @ z).max() < NEAR)
        columns = {"unit": members, "parent": unit, "weight": w, "times": w * len(w), "met": met}
        tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True)


def _tilted(z: np.ndarray) -> np.ndarray:
    """Return the weights of least relative entropy under which ``z`` (rows, k) has the mean 0."""
    from scipy.optimize import minimize

    def weights(slope: np.ndarray) -> np.ndarray:
        power = z @ slope
        raised = np.exp(power - power.max())
        return np.asarray(raised / raised.sum())

    def loss(slope: np.ndarray) -> float:
        power = z @ slope
        return float(power.max() + np.log(np.mean(np.exp(power - power.max()))))

    best = minimize(
        loss, np.zeros(z.shape[1]), jac=lambda slope: z.T @ weights(slope), method="L-BFGS-B",
        bounds=[(-STEEPEST, STEEPEST)] * z.shape[1],
        options={"ftol": 1e-15, "gtol": 1e-11, "maxiter": 2000},
    )  # fmt: skip
    return weights(best.x)
