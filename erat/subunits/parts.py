"""From the top down: what every unit's score is multiplied by on its way to the top."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from erat.subunits.climb import UnitBlock, UnitClimb

Step = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Of the children of a block, ``(children, k)`` each: the factor by which a child's part counts;
what is added, to be spread over all that is under the child; and its weight in a spread."""


def downward(
    climb: UnitClimb, columns: Sequence[int], step: Callable[[UnitBlock], Step], years: int
) -> tuple[np.ndarray, np.ndarray]:
    """Carry factors and additions from the top units down to the base units.

    Parameters
    ----------
    climb
        How units were rolled up.
    columns
        Numbers of the columns to follow.
    step
        What happens to the children of a block, whose columns are among ``columns``.
    years
        How many years each column has in the arrays that ``step`` returns.

    Returns
    -------
    tuple of arrays
        Factors and additions ``(units, years, columns)``.
    """
    shape = (len(climb.tree.units), years, len(climb.columns))
    factors, lifts = np.zeros(shape), np.zeros(shape)
    tops = climb.tree.depths == 0
    factors[tops] = 1.0
    for block in reversed(climb.blocks):
        kept = np.isin(block.columns, columns)
        if not kept.any():
            continue
        part = UnitBlock(
            block.parents, block.children, block.groups, block.columns[kept], block.step
        )
        factor, added, weight = step(part)
        above = block.groups.spread(part.take_parents(factors))
        spread = block.groups.spread(part.take_parents(lifts))
        part.put(factors, np.where(above == 0, 0.0, above * factor))
        part.put(lifts, np.where(above == 0, 0.0, above * added) + spread * weight)
    return factors[:, :, list(columns)], lifts[:, :, list(columns)]


def unit_shares(climb: UnitClimb, columns: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return how base units make up the score of their top unit.

    The top's score is the sum over its base units of factor times score, plus addition (what a
    floor raised, or a threshold made 100 or 0, spread by weight).
    """

    def step(block: UnitBlock) -> Step:
        shares, w = block.take(climb.shares), block.take(climb.w)
        raised = block.take(climb.used) - np.nan_to_num(block.take(climb.values))
        raised = np.where(raised == 0, 0.0, raised)
        return shares, shares * raised, w

    return downward(climb, columns, step, climb.values.shape[1])
