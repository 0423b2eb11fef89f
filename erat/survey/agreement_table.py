"""The table of agreement: ICC and rwg of every unit and node, between respondents and sub-units."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from erat.survey.agreement import icc
from erat.survey.scoring import Assessed
from erat.survey.sufficiency import Basis

BETWEEN = ("respondents", "sub-units")
EVERYWHERE = "ID"
"""Unit of the rows over all provinces together."""
COLUMNS = ["unit", "node", "between", "icc1", "icc1_low", "icc1_high", "icck", "icck_low",
           "icck_high", "rwg", "n_raters", "n_targets"]  # fmt: skip


def agreement_table(assessed: Assessed, basis: Basis) -> pd.DataFrame:
    """Measure agreement before answers are averaged.

    Between respondents the targets are sub-units and the raters their respondents; between
    sub-units the targets are governments and the raters their sub-units. A rater's value in a node
    is the mean over its questions of how far it is from the mean of all answers to the question, so
    that raters who were asked other questions can be compared. rwg is that of a sub-unit or
    government, and of a higher unit the mean over those.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`, rows where something is defined; of sub-units rwg alone, for
        dimensions and index.
    """
    one = assessed
    own = np.isin(one.tree.table["kind"], ("agency", "community", "business"))
    parents = one.tree.parents[one.tree.places.get_indexer(one.subunits)]
    raters = {
        "respondents": (_values(one.points, one), one.of_subunit, one.above[:, one.of_subunit]),
        "sub-units": (_values(one.means, one), parents, one.above),
    }
    rwg = {"respondents": basis.between_respondents, "sub-units": basis.between_subunits}
    found = []
    for between, (values, targets, above) in raters.items():
        whole = np.ones(len(targets), dtype=bool)
        for unit, rows in [
            (EVERYWHERE, whole),
            *((one.tree.units[i], above[i] > 0) for i in np.flatnonzero(~own)),
        ]:
            if unit == EVERYWHERE and len(one.answers.provinces) < 2:
                continue
            agreed = (
                np.full(len(one.nodes), np.nan)
                if unit == EVERYWHERE
                else rwg[between][one.tree.places.get_loc(unit)]
            )
            found.append(_unit(one.nodes, unit, between, values[rows], targets[rows], agreed))
    found.append(pd.DataFrame(_of_subunits(one, basis, own), columns=COLUMNS))
    table = pd.concat(found, ignore_index=True)
    return table[table["icc1"].notna() | table["rwg"].notna()].reset_index(drop=True)


def _values(points: np.ndarray, one: Assessed) -> np.ndarray:
    """Return every rater's mean distance from all answers, ``(raters, nodes)``."""
    there = ~np.isnan(points)
    count = there.sum(axis=0)
    mean = np.divide(np.nansum(points, axis=0), count, out=np.zeros(len(count)), where=count > 0)
    total = np.where(there, points - mean, 0.0) @ one.members.T
    number = there.astype(float) @ one.members.T
    made = np.full(total.shape, np.nan)
    return np.asarray(np.divide(total, number, out=made, where=number > 0))


def _unit(
    nodes: list[str], unit: str, between: str, x: np.ndarray, targets: np.ndarray, rwg: np.ndarray
) -> pd.DataFrame:
    of = np.unique(targets, return_inverse=True)[1]
    found = icc(x, of)
    return pd.DataFrame(
        {
            "unit": unit, "node": nodes, "between": between,
            "icc1": found.icc1, "icc1_low": found.low, "icc1_high": found.high,
            "icck": found.icck, "icck_low": found.icck_low, "icck_high": found.icck_high,
            "rwg": rwg, "n_raters": found.raters.astype(int),
            "n_targets": found.targets.astype(int),
        }
    )[COLUMNS]  # fmt: skip


def _of_subunits(one: Assessed, basis: Basis, own: np.ndarray) -> Iterator[tuple[object, ...]]:
    chosen = [one.nodes.index(code) for code in (one.framework.top, *one.framework.dimensions)]
    nothing = (np.nan,) * 6
    for i in np.flatnonzero(own):
        for j in chosen:
            value, raters = basis.between_respondents[i, j], int(basis.respondents[i, j])
            if value == value:
                yield (one.tree.units[i], one.nodes[j], BETWEEN[0], *nothing, value, raters, 1)
