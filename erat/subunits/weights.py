"""How much every unit counts within its parent: from the tree, the data or a file."""

from __future__ import annotations

import numpy as np
import pandas as pd

from erat.errors import DataError, MethodError, Problem, listing, nearest
from erat.index.cell_problems import Finding, finding, grouped
from erat.index.method import UnitWeights, WeightFile
from erat.index.panel import Panel
from erat.index.tables import numbers, parse_number, read_text_table
from erat.subunits.unit_tree import UnitTree


def unit_weights(
    source: UnitWeights, tree: UnitTree, panel: Panel, years: np.ndarray
) -> np.ndarray:
    """Return the weights of units in every year.

    Parameters
    ----------
    source
        ``equal``, a column of the tree's table or a group column of the data, or a file with the
        columns ``unit``, optionally ``year``, and the one that it names.
    tree, panel
        The units; the data of base units.
    years
        Ascending.

    Returns
    -------
    array
        ``(units, years)``, nan where unknown. A unit with children whose own weight is not given
        has the sum of its children's.

    Raises
    ------
    MethodError
        If there is no such column.
    DataError
        With every cell that is no number of 0 or more.
    """
    shape = (len(tree.units), len(years))
    if source == "equal":
        return np.ones(shape)
    if isinstance(source, WeightFile):
        found = _of_file(source, tree, years)
    elif source in tree.table:
        found = np.broadcast_to(_numbers_of(source, tree)[:, None], shape).copy()
    elif source in panel.groups:
        found = _of_data(source, tree, panel, years)
    else:
        known = [name for name in (*tree.table, *panel.groups) if name not in ("parent", "kind")]
        remedy = nearest(str(source), ["equal", *known])
        expected = "'equal', a column of the units or the data, or a file"
        raise MethodError([Problem("method, subunits.weights", repr(source), expected, remedy)])
    return _with_sums(found, tree)


def _with_sums(weights: np.ndarray, tree: UnitTree) -> np.ndarray:
    """Give parents without a weight the sum of their children's."""
    for family in tree.families:
        below = weights[family.children]
        total = family.groups.sum(np.nan_to_num(below))
        known = family.groups.any(~np.isnan(below))
        own = weights[family.parents]
        filled = np.where(np.isnan(own) & known, total, own)
        weights[family.parents] = filled
    return weights


def _numbers_of(column: str, tree: UnitTree) -> np.ndarray:
    """Read a column of the tree's table that must be weights."""
    cells = tree.table[column]
    read = [parse_number(str(c).strip()) if isinstance(c, str) else float(c) for c in cells]
    wrong = [
        f"{cell!r} of {unit}"
        for unit, cell, value in zip(tree.units, cells, read, strict=True)
        if value is None or value < 0
    ]
    if wrong:
        remedy = "correct the cells, or name another column"
        expected = "a number of 0 or more for every unit"
        raise DataError([Problem("units", listing(wrong), expected, remedy, column=column)])
    return np.array([np.nan if value is None else value for value in read], dtype=float)


def _of_data(column: str, tree: UnitTree, panel: Panel, years: np.ndarray) -> np.ndarray:
    cells = panel.groups[column].astype(str)
    index = pd.Index([f"{u}, {y}" if panel.has_years else u for u, y in panel.groups.index])
    read = [parse_number(cell.strip()) for cell in cells]
    wrong = [
        f"{cell!r} ({row})"
        for row, cell, value in zip(index, cells, read, strict=True)
        if value is None or value < 0
    ]
    if wrong:
        expected, remedy = "a number of 0 or more", "correct the cells, or name another column"
        raise DataError([Problem("data", listing(wrong), expected, remedy, column=column)])
    weights = np.full((len(tree.units), len(years)), np.nan)
    at = tree.places.get_indexer(panel.units)
    weights[at, np.searchsorted(years, panel.years)] = np.array(read, dtype=float)
    return weights


def _of_file(source: WeightFile, tree: UnitTree, years: np.ndarray) -> np.ndarray:
    """Read a file of weights; without a year they serve for every year, further units for none."""
    path = source.file.path
    text = read_text_table(path, MethodError)
    absent = [
        Problem(path.name, "no such column", f"a column {name!r}", nearest(name, map(str, text)), 1)
        for name in ("unit", source.column)
        if name not in text
    ]
    if absent:
        raise MethodError(absent)
    faults: list[Finding] = []
    values = numbers(text[source.column], path.name, faults)
    of_year = numbers(text["year"], path.name, faults) if "year" in text else None
    keys = text[["unit", "year"]] if of_year is not None else text[["unit"]]
    for at, cause, expected, remedy in (
        (values < 0, "negative", "a weight of 0 or more", "correct it"),
        (keys.duplicated().to_numpy(), "twice", "each unit once", "keep one of the rows"),
    ):
        faults += [
            finding(path.name, cause, repr(row[source.column]) + f" of {row['unit']}", expected,
                    remedy, row=int(str(line)), column=source.column)
            for line, row in text[at].iterrows()
        ]  # fmt: skip
    if faults:
        raise MethodError(grouped(faults))
    weights = np.full((len(tree.units), len(years)), np.nan)
    at = tree.places.get_indexer(text["unit"])
    if of_year is None:
        weights[at[at >= 0]] = values[at >= 0, None]
        return weights
    when = np.searchsorted(years, of_year).clip(0, len(years) - 1)
    inside = (at >= 0) & (years[when] == of_year)
    weights[at[inside], when[inside]] = values[inside]
    return weights
