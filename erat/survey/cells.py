"""Cells of answers: what a cell says, what is written for it, and texts that must not be run."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from erat.index.cell_problems import EXECUTED

ANSWERED, UNKNOWN, NOT_APPLICABLE, ABSENT, NOT_ASKED = range(5)
"""States of a cell: a level, does not know, does not concern us, nothing, and was not asked."""
NO_STATE = -1
"""The state of a cell that holds nothing known."""

CELLS: dict[str, tuple[float, int]] = {
    **{str(level): (float(level), ANSWERED) for level in range(6)},
    "dk": (np.nan, UNKNOWN),
    "tt": (np.nan, UNKNOWN),
    "na": (np.nan, NOT_APPLICABLE),
    "": (np.nan, ABSENT),
    "-": (np.nan, NOT_ASKED),
}
"""What a cell may hold: its level and its state."""

WRITTEN = ("", "dk", "na", "", "-")
"""What is written for a state without a level."""

_RUN = re.compile(f"'*[{re.escape(''.join(EXECUTED))}]")


def parse_cells(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Read cells, texts of any shape without blanks around them, as levels and states.

    Levels are 0 to 5 or nan; states are int8, :data:`NO_STATE` where something else stands.

    Examples
    --------
    >>> levels, states = parse_cells(np.array(["3", "dk", "", "7"], dtype=object))
    >>> levels.tolist(), states.tolist()
    ([3.0, nan, nan, nan], [0, 1, 3, -1])
    """
    codes, distinct = pd.factorize(cells.ravel())
    known = [CELLS.get(str(cell), (np.nan, NO_STATE)) for cell in distinct]
    levels = np.array([level for level, _ in known], dtype=float)
    states = np.array([state for _, state in known], dtype=np.int8)
    return levels[codes].reshape(cells.shape), states[codes].reshape(cells.shape)


def level_cells(levels: np.ndarray, states: np.ndarray) -> np.ndarray:
    """Write cells of answers as texts; the inverse of :func:`parse_cells`."""
    texts = np.array([*"012345", *WRITTEN], dtype=object)
    answered = states == ANSWERED
    return np.asarray(texts[np.where(answered, np.nan_to_num(levels), 6 + states).astype(int)])


def verified_cells(levels: np.ndarray) -> np.ndarray:
    """Write verified levels as texts, empty where there is none."""
    values, places = np.unique(levels, return_inverse=True)
    texts = np.array(["" if v != v else f"{v:.12g}" for v in values], dtype=object)
    return np.asarray(texts[places].reshape(levels.shape))


def inert(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet might run; undone by :func:`as_given`.

    Examples
    --------
    >>> inert("=1+1"), inert("2 staf"), as_given(inert("=1+1"))
    ("'=1+1", '2 staf', '=1+1')
    """
    return f"'{text}" if _RUN.match(text) else text


def as_given(text: str) -> str:
    """Take the apostrophe away that :func:`inert` put before a text."""
    return text[1:] if text.startswith("'") and _RUN.match(text) else text
