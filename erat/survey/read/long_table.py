"""The long table: the filled cells of a file and who filled them in, in whatever form it came.

Ticks are held as bits: the five steps, then ``none``, ``dk`` and ``na``, each an answer alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from erat.survey.instrument import STEPS

ALONE = ("none", "dk", "na")
"""Choices that exclude every other: no step met, does not know, does not concern us."""
CHOICES = (*(f"s{number}" for number in range(1, STEPS + 1)), *ALONE)
"""Names of the choices, by bit; in an export each can have a column of its own."""
STEP_ROWS = tuple(str(number) for number in range(1, STEPS + 1))
"""Rows of a workbook that hold yes or no for every step."""
WHOLE_ROW = "all"
"""The row of a workbook that holds why there is no answer."""
TEXTS = ("evidence", "comment")
PARTS = ("list", *CHOICES, *STEP_ROWS, WHOLE_ROW, *TEXTS, "verified")
"""Parts of a question that a cell can hold: a list of ticks, one choice, a word, texts, a level."""

BIT = {name: 1 << place for place, name in enumerate(CHOICES)}
STEP_BITS = (1 << STEPS) - 1
BAD = -1
"""In place of ticks or a level: the cell holds something else."""

NOTHING, DOES_NOT_KNOW, NOT_OURS = -1, STEPS + 1, STEPS + 2
"""What an answer says beside the levels 0 to 5: nothing, does not know, does not concern us."""

YES, NO = ("ya", "yes"), ("tidak", "no")
UNKNOWN_WORDS = ("tidak tahu", "does not know")
NOT_OURS_WORDS = ("tidak terkait", "does not concern us")
"""The words of a workbook's drop-downs, Indonesian and English; either is read in any language."""

WORDS: dict[str, dict[str, int]] = {
    WHOLE_ROW: dict.fromkeys(UNKNOWN_WORDS, BIT["dk"])
    | dict.fromkeys(NOT_OURS_WORDS, BIT["na"])
    | {"tt": BIT["dk"], "dk": BIT["dk"], "na": BIT["na"]},
    **{row: dict.fromkeys(YES, BIT[f"s{row}"]) | dict.fromkeys(NO, 0) for row in STEP_ROWS},
    **{
        name: dict.fromkeys(("1", "true", "1.0", "yes"), bit)
        | dict.fromkeys(("0", "false", "0.0", "no", ""), 0)
        for name, bit in BIT.items()
    },
    "verified": {str(level): level for level in range(STEPS + 1)},
}
"""What a cell can hold, by its part and in small letters, and the ticks or level that it means."""


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


def cell_value(part: str, text: str) -> int:
    """Read a cell as ticks, or as a verified level; :data:`BAD` if it holds something else.

    Examples
    --------
    >>> cell_value("list", "s1 s2"), cell_value("s2", "1"), cell_value("2", "Ya")
    (3, 2, 2)
    >>> cell_value("2", "mungkin"), cell_value("verified", "4")
    (-1, 4)
    """
    return ticks(text) if part == "list" else WORDS[part].get(text.lower(), BAD)


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


_MEANINGS = [_meaning(bits) for bits in range(1 << len(CHOICES))]
SAYS = np.array([says for says, _, _ in _MEANINGS], dtype=np.int8)
"""What every combination of ticks says; :data:`NOTHING` if it cannot be told."""
CONTRADICTS = np.array([contradicts for _, contradicts, _ in _MEANINGS], dtype=bool)
BEYOND = np.array([beyond for _, _, beyond in _MEANINGS], dtype=np.int8)
"""The first step that is met beyond one that is not; 0 if there is none."""

WHO = ("government", "respondent", "instrument_version", "instrument_digest", "consent",
       "province", "code")  # fmt: skip
"""Columns of submissions that say whose answers they are; ``code`` is that of a workbook's cover."""
ABOUT = ("respondent_id", "role", "submitted")
"""Columns of submissions that somebody wrote."""


class Column(NamedTuple):
    """A column of an export, or a cell of a workbook, that can hold a part of a question."""

    question: str
    part: str
    place: str


@dataclass
class LongTable:
    """What one file, or a piece of it, holds.

    ``cells`` are all that are filled: ``row`` (position of the submission), ``column`` (position in
    ``columns``) and ``text``, without blanks around it; the instrument's questions go first.
    ``submissions`` has texts :data:`WHO`, :data:`ABOUT`, ``submission`` (its id) and ``simulated``,
    and if it comes from a server :data:`erat.survey.read.server.SERVER`;
    ``row``, its number in the file (0 for a workbook); ``ragged``, whether it has more or fewer
    cells than the ``width`` of the header; ``verifier`` in workbooks. ``about`` has the places of
    these columns. ``asked_consent``: the file has a place for consent. Questions are ``unusable``
    if their answers (or, if true, verified levels) have places too many or too few, and are
    refused; ``present`` if they have a place; ``complete`` if every choice has one beside their
    list. ``verification``: rows say what was found at a sub-unit. ``readable``: rows can be read.
    """

    form: Literal["export", "workbook"]
    submissions: pd.DataFrame
    columns: list[Column]
    cells: pd.DataFrame
    about: dict[str, str]
    asked_consent: bool
    unusable: set[tuple[str, bool]]
    present: set[str]
    complete: set[str] = field(default_factory=set)
    verification: bool = False
    width: int = 0
    readable: bool = True


def lay_out(
    filled: Iterable[tuple[Column, np.ndarray, np.ndarray]], codes: Sequence[str]
) -> tuple[list[Column], pd.DataFrame]:
    """Return columns, and their filled cells (rows and texts) below each other: those of the
    instrument's questions first and in its order, their parts in that of `PARTS`.
    """
    filled = list(filled)
    order = {code: place for place, code in enumerate(codes)}
    for column, _, _ in filled:
        order.setdefault(column.question, len(order))
    filled.sort(key=lambda one: (order[one[0].question], PARTS.index(one[0].part)))
    lengths = [len(rows) for _, rows, _ in filled]
    cells = {
        "row": np.concatenate([np.zeros(0, dtype=int), *(rows for _, rows, _ in filled)]),
        "column": np.repeat(np.arange(len(filled)), lengths),
        "text": np.concatenate([np.zeros(0, dtype=object), *(texts for _, _, texts in filled)]),
    }
    return [column for column, _, _ in filled], pd.DataFrame(cells)


def read_cells(cells: pd.DataFrame) -> np.ndarray:
    """Read cells (``part, text``) with :func:`cell_value`."""
    values = np.zeros(len(cells), dtype=int)
    for part, at in cells.groupby("part", observed=True).indices.items():
        codes, texts = pd.factorize(cells["text"].to_numpy()[at])
        values[at] = np.array([cell_value(str(part), text) for text in texts])[codes]
    return values


def gather(cells: pd.DataFrame, values: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Gather ticks from lists, from columns of one choice, and from rows of workbooks, as bits
    ``(3, rows, questions)``. A word that cannot be read in place of steps excludes them, as any
    reason for giving no answer does.
    """
    part, (row, question) = cells["part"], cells[["row", "question"]].to_numpy().T
    values = np.where(values == BAD, np.where(part == WHOLE_ROW, BIT["dk"], 0), values)
    kind = np.select([part == "list", part.isin(CHOICES)], [0, 1], 2)
    bits, in_rows = np.zeros((3, *shape), dtype=int), np.zeros(shape, dtype=bool)
    np.bitwise_or.at(bits, (kind, row, question), values)
    steps = part.isin(STEP_ROWS).to_numpy()
    in_rows[row[steps], question[steps]] = True
    bits[2][in_rows & (bits[2] & STEP_BITS == 0)] |= BIT["none"]
    return bits


def answer_column(code: str, part: str = "list") -> str:
    """Name the column of an export that holds a part of a question.

    Examples
    --------
    >>> answer_column("RMP1a"), answer_column("RMP1a", "s1"), answer_column("RMP1a", "evidence")
    ('RMP1a', 'RMP1a/s1', 'RMP1a_evidence')
    """
    return code if part == "list" else f"{code}/{part}" if part in CHOICES else f"{code}_{part}"
