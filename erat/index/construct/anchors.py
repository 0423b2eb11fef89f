"""Anchors: the straight line that a linear normalization is, kept in a file and read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from erat.errors import MethodError, Problem
from erat.index.cell_problems import Finding, grouped
from erat.index.tables import numbers, read_text_table

NUMBERS = ("low", "high", "to_low", "to_high")
FLAGS = ("clip", "cap")
COLUMNS = (*NUMBERS, *FLAGS, "scale")
"""Columns of a table of anchors, which is indexed by indicator."""


@dataclass(frozen=True)
class Anchors:
    """A straight line for every column: ``low`` goes to ``to[0]`` and ``high`` to ``to[1]``.

    ``low`` and ``high`` have the shape ``(..., 1, indicators)``. ``to`` may differ between
    columns. With ``clip`` values beyond an anchor are moved to it, with ``cap`` only those above
    ``high``. ``span`` is ``high - low``, where that is known without rounding.
    """

    low: np.ndarray
    high: np.ndarray
    to: tuple[float | np.ndarray, float | np.ndarray]
    clip: bool | np.ndarray = False
    cap: bool | np.ndarray = False
    span: np.ndarray | None = None

    def apply(self, y: np.ndarray) -> np.ndarray:
        """Normalize ``y``.

        A column whose anchors coincide goes to the middle of the new scale; with ``cap`` a value
        that reaches the anchor gets the top, any other the bottom.
        """
        bottom, top = self.to
        span = self.high - self.low if self.span is None else self.span
        if np.all(span != 0):
            share = y - self.low
            share /= span
        else:
            flat = np.where(self.cap, np.asarray(y >= self.high, dtype=float), 0.5)
            share = np.divide(y - self.low, span, out=flat + 0 * y, where=span != 0)
        if np.any(self.clip):
            share = np.where(self.clip, np.maximum(share, 0.0), share)
        if np.any(self.clip) or np.any(self.cap):
            share = np.where(np.logical_or(self.clip, self.cap), np.minimum(share, 1.0), share)
        share *= top - bottom
        share += bottom
        return np.asarray(share)

    def column(self, j: int) -> Anchors:
        """Return the line of one column."""

        def own(value: Any) -> Any:
            return value if np.ndim(value) == 0 else value[..., j : j + 1]

        low, high, span = own(self.low), own(self.high), own(self.span)
        return Anchors(
            low, high, (own(self.to[0]), own(self.to[1])), own(self.clip), own(self.cap), span
        )

    def table(self, scale: str) -> dict[str, object]:
        """Return the row of a single column in the table of anchors."""
        to_low, to_high = self.to
        values = (self.low, self.high, to_low, to_high, self.clip, self.cap)
        cells = [np.asarray(value).item() for value in values]
        return dict(zip(COLUMNS, [*cells, scale], strict=True))

    @classmethod
    def side_by_side(cls, rows: Sequence[dict[str, object]]) -> Anchors:
        """Join columns of a table of anchors."""
        low, high, bottom, top, clip, cap = (
            np.array([row[name] for row in rows]) for name in (*NUMBERS, *FLAGS)
        )
        return cls(low, high, (bottom, top), clip, cap)


@dataclass(frozen=True)
class Kept:
    """A row of a table of anchors: the numbers, and what was done to the indicator before."""

    anchors: dict[str, object]
    scale: str


def on_file(path: Path) -> dict[str, Kept]:
    """Read a table of anchors (``anchors.csv`` of a run), by indicator.

    An indicator that had no value has no anchors: ``nan``.

    Raises
    ------
    MethodError
        With everything that is wrong with the file.
    """
    return _read(path, path.stat().st_mtime_ns if path.exists() else 0)


@lru_cache(maxsize=16)
def _read(path: Path, changed: int) -> dict[str, Kept]:
    text = read_text_table(path, MethodError)
    absent = [name for name in ("indicator", *COLUMNS) if name not in text]
    if absent:
        remedy = "give the anchors.csv that 'erat index' wrote"
        raise MethodError(
            [Problem(path.name, "no such column", f"a column {n!r}", remedy, 1, n) for n in absent]
        )
    found: list[Finding] = []
    table = pd.DataFrame({name: numbers(text[name], path.name, found) for name in NUMBERS})
    problems = grouped(found)
    for name in FLAGS:
        wrong = text[~text[name].isin(["True", "False"])]
        problems += [
            Problem(path.name, repr(cell), "True or False", "correct it", line, name)
            for line, cell in wrong[name].items()
        ]
        table[name] = (text[name] == "True").to_numpy()
    if problems:
        raise MethodError(problems)
    rows = table.to_dict("records")
    return {
        code: Kept({str(k): v for k, v in row.items()}, scale)
        for code, row, scale in zip(text["indicator"], rows, text["scale"], strict=True)
    }
