"""The lenses that cut across the framework: phases, capacities and topics of questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from erat.survey.instrument import CAPACITIES, PHASES, TOPICS, Instrument

LENSES: dict[str, tuple[str, ...]] = {"phase": PHASES, "capacity": CAPACITIES, "topic": TOPICS}
"""Lenses and their tags."""


@dataclass(frozen=True)
class Tags:
    """Groups of questions that have a tag (or a phase and a capacity) in common.

    Attributes
    ----------
    names
        ``(lens, tag)``; the cells come last, as ``("cell", "phase capacity")``.
    members
        ``(tags, questions)`` as 0 or 1.
    """

    names: tuple[tuple[str, str], ...]
    members: np.ndarray

    @classmethod
    def of(cls, instrument: Instrument, questions: Sequence[str]) -> Tags:
        """Collect the tags of some questions of an instrument."""
        asked = [instrument.question(code) for code in questions]
        names = [(lens, tag) for lens, tags in LENSES.items() for tag in tags]
        cells = [(phase, capacity) for phase in PHASES for capacity in CAPACITIES]
        rows = [[getattr(one, lens) == tag for one in asked] for lens, tag in names]
        rows += [[(one.phase, one.capacity) == cell for one in asked] for cell in cells]
        names += [("cell", " ".join(cell)) for cell in cells]
        return cls(tuple(names), np.array(rows, dtype=float).reshape(len(names), len(asked)))

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Average the questions of every tag, ``(..., questions)`` to ``(..., tags)``.

        Questions without a score are left out; nan where none is left.
        """
        total = np.nan_to_num(x) @ self.members.T
        count = (~np.isnan(x)).astype(float) @ self.members.T
        means = np.full(total.shape, np.nan)
        return np.asarray(np.divide(total, count, out=means, where=count > 0))

    def counts(self, x: np.ndarray) -> np.ndarray:
        """Count the questions of every tag that have a score."""
        return np.asarray((~np.isnan(x)).astype(int) @ self.members.astype(int).T)
