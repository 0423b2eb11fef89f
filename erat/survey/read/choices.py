"""Answers as they are given: steps that were ticked, or one answer alone, in any form of file.

Ticks are held as bits: the five steps, then ``none``, ``dk`` and ``na``.
"""

from __future__ import annotations

import numpy as np

from erat.survey.instrument import STEPS

ALONE = ("none", "dk", "na")
"""Choices that exclude every other: no step met, does not know, does not concern us."""
CHOICES = (*(f"s{number}" for number in range(1, STEPS + 1)), *ALONE)
"""Names of the choices, by bit; in an export each can have a column of its own."""
STEP_ROWS = tuple(str(number) for number in range(1, STEPS + 1))
"""Rows of a workbook that hold yes or no for every step."""
WHOLE_ROW = "all"
"""The row of a workbook that holds why there is no answer."""

BIT = {name: 1 << place for place, name in enumerate(CHOICES)}
STEP_BITS = (1 << STEPS) - 1
BAD = -1
"""In place of ticks: the cell holds something else."""

NOTHING, DOES_NOT_KNOW, NOT_OURS = -1, STEPS + 1, STEPS + 2
"""What an answer says beside the levels 0 to 5: nothing, does not know, does not concern us."""

TRUE, FALSE = ("1", "true", "1.0", "yes"), ("0", "false", "0.0", "no", "")
"""What a column of a single choice holds, in small letters."""
YES, NO = ("ya", "yes"), ("tidak", "no")
UNKNOWN_WORDS = ("tidak tahu", "does not know")
NOT_OURS_WORDS = ("tidak terkait", "does not concern us")
"""The words of a workbook's drop-downs, Indonesian and English; either is read in any language."""


def ticks(text: str) -> int:
    """Read a cell that lists choices.

    Examples
    --------
    >>> ticks("s1 s2"), ticks(""), ticks("s9"), ticks("none")
    (3, 0, -1, 32)
    """
    bits = 0
    for name in text.split():
        if name not in BIT:
            return BAD
        bits |= BIT[name]
    return bits


def words(part: str) -> tuple[str, ...]:
    """Return the words that a cell of a workbook can hold."""
    if part == WHOLE_ROW:
        return (*UNKNOWN_WORDS, *NOT_OURS_WORDS, "tt", "dk", "na")
    return (*YES, *NO)


def bits_of(part: str, text: str) -> int:
    """Read a cell of a question as ticks; :data:`BAD` if it holds something else.

    Examples
    --------
    >>> bits_of("list", "s1 s2"), bits_of("s2", "1"), bits_of("2", "Ya"), bits_of("2", "mungkin")
    (3, 2, 2, -1)
    """
    word = text.lower()
    if part == "list":
        return ticks(text)
    if part == WHOLE_ROW:
        unknown = word in (*UNKNOWN_WORDS, "tt", "dk")
        return BIT["dk" if unknown else "na"] if word in words(part) else BAD
    true, false = (TRUE, FALSE) if part in CHOICES else (YES, NO)
    bit = BIT[part if part in CHOICES else f"s{part}"]
    return bit if word in true else 0 if word in false else BAD


def level_of(text: str) -> int:
    """Read a verified level: 0 to 5, or :data:`BAD`."""
    return int(text) if text in [str(n) for n in range(STEPS + 1)] else BAD


def _meaning(bits: int) -> tuple[int, bool, int]:
    """Return what ticks say, whether they contradict each other, and the first step beyond a gap."""
    steps, alone = bits & STEP_BITS, bits >> STEPS
    if not bits or (alone and (steps or alone & (alone - 1))):
        return NOTHING, bits > 0, 0
    if alone:
        return {1: 0, 2: DOES_NOT_KNOW, 4: NOT_OURS}[alone], False, 0
    level = 0
    while steps >> level & 1:
        level += 1
    beyond = steps >> level
    return level, False, level + (beyond & -beyond).bit_length() if beyond else 0


_ALL = [_meaning(bits) for bits in range(1 << len(CHOICES))]
SAYS = np.array([says for says, _, _ in _ALL], dtype=np.int8)
"""What every combination of ticks says; :data:`NOTHING` if it cannot be told."""
CONTRADICTS = np.array([contradicts for _, contradicts, _ in _ALL], dtype=bool)
BEYOND = np.array([beyond for _, _, beyond in _ALL], dtype=np.int8)
"""The first step that is met beyond one that is not; 0 if there is none."""
