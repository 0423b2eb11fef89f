"""Answers to a question as they are given: steps that were ticked, or one answer alone.

Ticks are held as bits: the five steps, then ``none``, ``dk`` and ``na``.
"""

from __future__ import annotations

import numpy as np

from erat.survey.batch import DOES_NOT_KNOW, NOT_OURS, NOTHING
from erat.survey.rubric import STEPS

ALONE = ("none", "dk", "na")
"""Choices that exclude every other: no step met, does not know, does not concern us."""

CHOICES = (*(f"s{number}" for number in range(1, STEPS + 1)), *ALONE)
"""Names of the choices, by bit."""

BIT = {name: 1 << place for place, name in enumerate(CHOICES)}
BAD = -1
"""In place of ticks: the cell holds something else."""

TRUE, FALSE = ("1", "true", "1.0", "yes"), ("0", "false", "0.0", "no", "")
"""What a column of a single choice holds, in small letters."""


def ticks(text: str) -> int:
    """Read a cell that lists choices.

    Examples
    --------
    >>> ticks("s1 s2"), ticks(""), ticks("s9"), ticks("none")
    (3, 0, -1, 32)
    """
    found = 0
    for name in text.split():
        if name not in BIT:
            return BAD
        found |= BIT[name]
    return found


def _meaning(bits: int) -> tuple[int, bool, bool]:
    """Return what ticks say, whether they contradict each other, and whether a step is skipped."""
    steps, alone = bits & (1 << STEPS) - 1, bits >> STEPS
    if not bits:
        return NOTHING, False, False
    if alone and (steps or alone & (alone - 1)):
        return NOTHING, True, False
    if alone:
        return {1: 0, 2: DOES_NOT_KNOW, 4: NOT_OURS}[alone], False, False
    level = 0
    while steps >> level & 1:
        level += 1
    return level, False, steps >> level != 0


_ALL = [_meaning(bits) for bits in range(1 << len(CHOICES))]
SAYS = np.array([says for says, _, _ in _ALL], dtype=np.int8)
"""What every combination of ticks says; :data:`erat.survey.batch.NOTHING` if it cannot be told."""
CONTRADICTS = np.array([contradicts for _, contradicts, _ in _ALL], dtype=bool)
SKIPS = np.array([skips for _, _, skips in _ALL], dtype=bool)
