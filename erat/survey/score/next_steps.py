"""The next maturity steps: which are closest, and what the index would gain by them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from erat.subunits.climb import UnitClimb
from erat.subunits.unit_tree import UnitTree
from erat.survey.score.replicates import Replicator
from erat.survey.score.scoring import POINTS, Assessed

COLUMNS = ["unit", "question", "level", "next_step", "n_subunits", "gain", "gain_own"]
STEPS = 5


def next_steps(assessed: Assessed) -> pd.DataFrame:
    """Find the step that most sub-units of a unit stand just below, question by question.

    A sub-unit stands just below step k if its mean level is k - 1 or more and less than k. Of two
    steps with as many sub-units it is the lower. What the index gains is computed anew, with these
    sub-units at step k and all else as it is, in the order and with the roll-ups of the method.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS` for provinces, blocks and regencies: ``level`` is the mean level of
        those sub-units now, ``n_subunits`` their number, ``gain`` what their province's index
        gains and ``gain_own`` what that of the unit itself does. The largest gain goes first.
    """
    replicator = Replicator(assessed)
    parts = [
        _of_province(assessed, replicator, province) for province in assessed.answers.provinces
    ]
    return pd.concat(parts, ignore_index=True)


def _of_province(one: Assessed, replicator: Replicator, province: str) -> pd.DataFrame:
    place = one.tree.places
    members = one.above[place.get_loc(province)] > 0
    subunits = np.flatnonzero(members)
    tree = _inside(one.tree, province)
    kinds = tree.table["kind"]
    units = [str(unit) for unit in kinds.index[kinds.isin(["regency", "block", "province"])]]
    under = one.above[np.ix_(place.get_indexer(units), subunits)] > 0
    levels = one.means[subunits] / POINTS
    at_step = np.where(levels < STEPS - 1e-9, np.floor(levels + 1e-9) + 1, 0)
    at_step = np.where(np.isnan(levels), 0, at_step)
    counts = np.stack([under.astype(int) @ (at_step == k) for k in range(1, STEPS + 1)])
    step, number = counts.argmax(axis=0) + 1, counts.max(axis=0)
    moved = under[:, :, None] & (at_step[None] == step[:, None, :])
    total = np.einsum("usq,sq->uq", moved, np.nan_to_num(levels))
    gains = _gains(one, replicator, tree, units, subunits, moved, step)
    rows, columns = np.nonzero(number)
    table = pd.DataFrame(
        {
            "unit": np.array(units, dtype=object)[rows],
            "question": np.array(one.questions, dtype=object)[columns],
            "level": (total / np.maximum(number, 1))[rows, columns],
            "next_step": step[rows, columns],
            "n_subunits": number[rows, columns],
            "gain": gains[0][rows, columns],
            "gain_own": gains[1][rows, columns],
        }
    )
    table["place"] = rows
    order = table.sort_values(["place", "gain", "question"], ascending=[True, False, True])
    return order[COLUMNS].reset_index(drop=True)


def _gains(
    one: Assessed,
    replicator: Replicator,
    tree: UnitTree,
    units: list[str],
    subunits: np.ndarray,
    moved: np.ndarray,
    step: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the gains of the province and of the units, ``(units, questions)`` each."""
    means = np.where(moved, step[:, None, :] * POINTS, one.means[subunits][None])
    at = tree.places.get_indexer([one.subunits[i] for i in subunits])
    top = one.nodes.index(one.framework.top)
    scores = one.rolled.scores.droplevel("year")[one.framework.top]
    places = tree.places.get_indexer(units)
    each_unit = np.arange(len(units))
    after = np.full((2, len(units), len(one.questions)), np.nan)
    if replicator.units_first:
        values = _climbed(one, replicator, tree, at, means, one.questions)
        now = one.rolled.scores.droplevel("year")[one.questions]
        for k, rows in enumerate((np.zeros(len(units), int), places)):
            base = now.loc[[tree.units[i] for i in rows]].to_numpy()
            cases = np.repeat(base[:, None, :], len(one.questions), axis=1)
            each = np.arange(len(one.questions))
            cases[:, each, each] = values[rows, each_unit]
            after[k] = replicator.climb(cases)[..., top]
    else:
        nodes = replicator.climb(one.means[subunits])[:, top]
        for j in range(len(one.questions)):
            cases = np.repeat(one.means[subunits][None], len(units), axis=0)
            cases[:, :, j] = means[:, :, j]
            index = np.where(moved[:, :, j], replicator.climb(cases)[..., top], nodes)
            values = _climbed(one, replicator, tree, at, index[..., None], [one.framework.top])
            after[0, :, j], after[1, :, j] = values[0, each_unit, 0], values[places, each_unit, 0]
    province = scores[tree.units[0]]
    return after[0] - province, after[1] - scores[units].to_numpy()[:, None]


def _climbed(
    one: Assessed,
    replicator: Replicator,
    tree: UnitTree,
    at: np.ndarray,
    base: np.ndarray,
    columns: list[str],
) -> np.ndarray:
    """Roll cases ``(cases, sub-units, columns)`` up to ``(units, cases, columns)``."""
    cube = np.full((len(tree.units), len(base), len(columns)), np.nan)
    cube[at] = base.transpose(1, 0, 2)
    rows = one.tree.places.get_indexer(tree.units)
    weights = {
        source: np.repeat(w[rows], len(base), axis=1) for source, w in replicator.weights.items()
    }
    return UnitClimb(tree, columns, cube, replicator.step, weights).values


def _inside(tree: UnitTree, province: str) -> UnitTree:
    """Return the tree of one province, the province first."""
    return UnitTree(tree.table[tree.of_top == tree.places.get_loc(province)])
