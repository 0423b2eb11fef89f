"""Values that statistics can be taken of: finite, varying, complete."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from erat.index.correlation import is_constant, numbers, to_unit_range

SINGULAR = 1e-10
"""An eigenvalue below this part of the largest one is zero."""


@dataclass(frozen=True)
class Complete:
    """The rows without a gap, of the columns that vary in them, ``x (rows, columns)``.

    ``left_out`` are columns that are constant or empty: they say nothing about the others.
    """

    x: np.ndarray
    codes: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.x)

    @property
    def enough(self) -> bool:
        """Whether there are two columns and three rows, the least that can be correlated."""
        return self.n >= 3 and len(self.codes) >= 2

    @cached_property
    def r(self) -> np.ndarray:
        """Pearson correlations, shape ``(columns, columns)``; nan where there is not enough."""
        if self.enough:
            return correlation_matrix(self.x)
        return np.full((len(self.codes), len(self.codes)), np.nan)

    @property
    def invertible(self) -> bool:
        """Whether no eigenvalue of the correlations is zero: no column adds up from others."""
        if not self.enough:
            return False
        eigenvalues = np.linalg.eigvalsh(self.r)
        return bool(eigenvalues[0] > SINGULAR * eigenvalues[-1])


def complete(frame: pd.DataFrame) -> Complete:
    """Take the rows without a gap and the columns that vary in them.

    A column that is constant or empty in the whole table is left out first: it costs no row.
    """
    x, codes = numbers(frame), [str(code) for code in frame.columns]
    varying = [j for j in range(len(codes)) if not is_constant(x[:, j])]
    x = x[~np.isnan(x[:, varying]).any(axis=1)]
    kept = [j for j in varying if not is_constant(x[:, j])]
    left_out = tuple(code for j, code in enumerate(codes) if j not in kept)
    return Complete(x[:, kept], tuple(codes[j] for j in kept), left_out)


def correlation_matrix(x: np.ndarray) -> np.ndarray:
    """Pearson correlations of complete, varying columns, shape ``(columns, columns)``."""
    scaled = np.apply_along_axis(to_unit_range, 0, x)
    centred = scaled - scaled.mean(axis=0)
    z = centred / np.sqrt((centred**2).sum(axis=0))
    r = np.clip(z.T @ z, -1.0, 1.0)
    np.fill_diagonal(r, 1.0)
    return np.asarray((r + r.T) / 2)
