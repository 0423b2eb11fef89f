"""The next maturity steps: which are closest, and what the index would gain by them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from erat.subunits.climb import UnitClimb
from erat.subunits.unit_tree import UnitTree
from erat.survey.instrument import STEPS
from erat.survey.score.replicates import Replicator
from erat.survey.score.scoring import POINTS, Assessed

COLUMNS = ["unit", "question", "level", "next_step", "n_subunits", "gain", "gain_own"]


def next_steps(assessed: Assessed) -> pd.DataFrame:
    """Find the step that most sub-units of a unit stand just below, question by question.

    A sub-unit stands just below step k if its mean level is k - 1 or more and less than k. Of two
    steps with as many sub-units it is the lower. What the index gains is computed anew, with these
    sub-units at step k and all else as it is, in the order and with the roll-ups of the method.

    Columns :data:`COLUMNS` for provinces, blocks and regencies: ``level`` is the mean level of
    those sub-units now, ``n_subunits`` their number, ``gain`` what their province's index gains and
    ``gain_own`` what that of the unit itself does. The largest gain goes first.
    """
    replicator, provinces = Replicator(assessed), assessed.answers.provinces
    parts = [_of_province(assessed, replicator, province) for province in provinces]
    return pd.concat(parts, ignore_index=True)


def _of_province(one: Assessed, replicator: Replicator, province: str) -> pd.DataFrame:
    at = one.tree.places.get_loc(province)
    subunits = np.flatnonzero(one.above[at])
    tree = UnitTree(one.tree.table[one.tree.of_top == at])
    upper = np.flatnonzero(np.isin(tree.kinds.astype(str), ["regency", "block", "province"]))
    under = one.above[np.ix_(one.tree.places.get_indexer(tree.codes[upper]), subunits)] > 0
    levels = one.means[subunits] / POINTS
    at_step = np.where(levels < STEPS - 1e-9, np.floor(levels + 1e-9) + 1, 0)  # 0: no level, or 5
    counts = np.stack([under.astype(int) @ (at_step == k) for k in range(1, STEPS + 1)])
    step, number = counts.argmax(axis=0) + 1, counts.max(axis=0)
    moved = under[:, :, None] & (at_step[None] == step[:, None, :])
    total = np.einsum("usq,sq->uq", moved, np.nan_to_num(levels))
    gain, gain_own = _gains(one, replicator, tree, upper, subunits, moved, step)
    rows, columns = np.nonzero(number)
    table = pd.DataFrame(
        {
            "unit": tree.codes[upper[rows]],
            "question": np.array(one.questions, dtype=object)[columns],
            "level": (total / np.maximum(number, 1))[rows, columns],
            "next_step": step[rows, columns],
            "n_subunits": number[rows, columns],
            "gain": gain[rows, columns],
            "gain_own": gain_own[rows, columns],
            "place": rows,
        }
    )
    table["order"] = -table["gain"].round(9)  # equal gains differ by how they were added up
    return table.sort_values(["place", "order", "question"])[COLUMNS].reset_index(drop=True)


def _gains(
    one: Assessed,
    replicator: Replicator,
    tree: UnitTree,
    upper: np.ndarray,
    subunits: np.ndarray,
    moved: np.ndarray,
    step: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the gains of the province and of the units, ``(units, questions)`` each.

    ``upper`` are the positions of the units in the tree, whose first unit is the province;
    ``moved`` says which sub-units go on to a step in which case, ``(units, sub-units, questions)``.
    """
    rows = one.tree.places.get_indexer(tree.places)
    at = tree.places.get_indexer(pd.Index(one.subunits)[subunits])
    index, n = one.framework.top, len(upper)
    top, each = one.nodes.index(index), np.arange(len(one.questions))
    sources = replicator.weights.items()
    weights = {source: np.repeat(w[rows], n, axis=1) for source, w in sources}

    def rolled_up(base: np.ndarray, columns: list[str]) -> np.ndarray:
        """Roll cases ``(cases, sub-units, columns)`` up to ``(units, cases, columns)``."""
        cube = np.full((len(rows), n, len(columns)), np.nan)
        cube[at] = base.transpose(1, 0, 2)
        return UnitClimb(tree, columns, cube, replicator.step, weights).values

    means = np.where(moved, step[:, None, :] * POINTS, one.means[subunits])
    who = {"province": np.zeros(n, int), "unit": upper}
    after = {name: np.full((n, len(each)), np.nan) for name in who}
    if replicator.units_first:
        values = rolled_up(means, one.questions)
        for name, units in who.items():
            base = one.scores.loc[tree.codes[units], one.questions].to_numpy()
            cases = np.repeat(base[:, None, :], len(each), axis=1)
            cases[:, each, each] = values[units, np.arange(n)]
            after[name] = replicator.climb(cases)[..., top]
    else:
        now = replicator.climb(one.means[subunits])[:, top]
        for j in each:
            cases = np.repeat(one.means[subunits][None], n, axis=0)
            cases[:, :, j] = means[:, :, j]
            scores = np.where(moved[:, :, j], replicator.climb(cases)[..., top], now)
            values = rolled_up(scores[..., None], [index])
            for name, units in who.items():
                after[name][:, j] = values[units, np.arange(n), 0]
    before = one.scores.loc[tree.codes[upper], index].to_numpy()
    province = one.scores.at[tree.units[0], index]
    return after["province"] - province, after["unit"] - before[:, None]
