"""Scores and ranks of all evaluations: in memory, or on disk where they do not fit."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np

from erat.files import temporary_folder

MEMORY = 2**29
"""Bytes that scores and ranks may take in memory; more is kept on disk."""

GROUP_VALUES, GROUP_ON_DISK = 2**19, 2**22
"""About as many values of some units are given at a time, from memory and from disk."""

BYTES = 12
"""Of a score and its rank."""


class Group(NamedTuple):
    """Some units in all evaluations: ``(units, evaluations)`` each, and who they are."""

    rows: slice
    scores: np.ndarray
    ranks: np.ndarray


class Store:
    """Keeps blocks of ``block`` evaluations, and gives them back unit by unit. On disk a block lies
    unit after unit: writing goes straight on, and some units are read in a few pieces.
    """

    def __init__(self, evaluations: int, units: int, block: int) -> None:
        self.shape, self.size = (evaluations, units), block
        self.on_disk = evaluations * units * BYTES > MEMORY
        self.folder: tempfile.TemporaryDirectory[str] | None = None
        if self.on_disk:
            self.folder = temporary_folder()
            self.files = [Path(self.folder.name) / name for name in ("scores", "ranks")]
        else:
            self.scores = np.empty((units, evaluations))
            self.ranks = np.empty((units, evaluations), dtype=np.float32)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.folder:
            self.folder.cleanup()

    def write(self, number: int, scores: np.ndarray, ranks: np.ndarray) -> None:
        """Keep a block, ``(evaluations, units)`` each; blocks come in their order."""
        if not self.on_disk:
            start = number * self.size
            self.scores[:, start : start + len(scores)] = scores.T
            self.ranks[:, start : start + len(ranks)] = ranks.T
            return
        for path, values in zip(self.files, (scores, ranks), strict=True):
            with path.open("ab") as file:
                np.ascontiguousarray(values.T).tofile(file)

    def groups(self) -> Iterator[Group]:
        """Give all units, some at a time."""
        evaluations, units = self.shape
        step = max((GROUP_ON_DISK if self.on_disk else GROUP_VALUES) // max(evaluations, 1), 1)
        for start in range(0, units, step):
            yield self.units(slice(start, min(start + step, units)))

    def units(self, rows: slice) -> Group:
        """Give some units."""
        if not self.on_disk:
            return Group(rows, self.scores[rows], self.ranks[rows])
        scores, ranks = self.files
        return Group(rows, self._read(scores, rows, "f8"), self._read(ranks, rows, "f4"))

    def _read(self, path: Path, rows: slice, kind: str) -> np.ndarray:
        evaluations, units = self.shape
        values = np.empty((rows.stop - rows.start, evaluations), dtype=kind)
        for start in range(0, evaluations, self.size):
            part = values[:, start : start + self.size]
            place = (start * units + rows.start * part.shape[1]) * values.itemsize
            part[:] = np.fromfile(path, kind, part.size, offset=place).reshape(part.shape)
        return values
