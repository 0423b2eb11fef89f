"""Rows that belong together: sums, extremes and orders of all groups at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class Groups:
    """Consecutive rows in groups, none of them empty.

    Parameters
    ----------
    starts
        First row of every group, ascending from 0.
    count
        Number of rows.
    """

    starts: np.ndarray
    count: int

    @cached_property
    def of(self) -> np.ndarray:
        """Group of every row."""
        sizes = np.diff(np.append(self.starts, self.count))
        return np.repeat(np.arange(len(self.starts)), sizes)

    def sum(self, values: np.ndarray) -> np.ndarray:
        """Add up the rows of each group, ``(rows, k)`` to ``(groups, k)``."""
        return np.asarray(np.add.reduceat(values, self.starts, axis=0))

    def max(self, values: np.ndarray) -> np.ndarray:
        """Return the largest of each group."""
        return np.asarray(np.maximum.reduceat(values, self.starts, axis=0))

    def min(self, values: np.ndarray) -> np.ndarray:
        """Return the smallest of each group."""
        return np.asarray(np.minimum.reduceat(values, self.starts, axis=0))

    def any(self, values: np.ndarray) -> np.ndarray:
        """Tell whether one of each group is true."""
        return np.asarray(np.logical_or.reduceat(values, self.starts, axis=0))

    def spread(self, values: np.ndarray) -> np.ndarray:
        """Give every row what its group has, ``(groups, k)`` to ``(rows, k)``."""
        return np.asarray(values[self.of])

    def share(self, values: np.ndarray) -> np.ndarray:
        """Scale values of 0 or more to add to 1 in each group; where all are 0 they stay 0."""
        total = self.sum(values)
        return np.asarray(values / self.spread(np.where(total > 0, total, 1.0)))

    def order(self, values: np.ndarray) -> np.ndarray:
        """Return the rows of each column, sorted within groups: ``(rows, k)`` to ``(rows, k)``."""
        first = np.argsort(values.T, axis=1, kind="stable")
        group = self.of.astype(np.uint16 if len(self.starts) < 2**16 else np.int64)
        then = np.argsort(group[first], axis=1, kind="stable")
        return np.asarray(np.take_along_axis(first, then, axis=1).T)

    def cumulative(self, values: np.ndarray) -> np.ndarray:
        """Add up rows one after the other, anew in each group."""
        total = np.cumsum(values, axis=0)
        before = np.zeros((len(self.starts), *values.shape[1:]))
        before[1:] = total[self.starts[1:] - 1]
        return np.asarray(total - self.spread(before))


class Siblings:
    """The children of one node, which lie in the last axis, as :class:`Groups` has its rows."""

    def sum(self, values: np.ndarray) -> np.ndarray:
        """Add up the children, ``(..., children)`` to ``(...)``."""
        return np.asarray(values.sum(axis=-1))

    def max(self, values: np.ndarray) -> np.ndarray:
        """Return the largest child."""
        return np.asarray(values.max(axis=-1))

    def min(self, values: np.ndarray) -> np.ndarray:
        """Return the smallest child."""
        return np.asarray(values.min(axis=-1))

    def any(self, values: np.ndarray) -> np.ndarray:
        """Tell whether one child is true."""
        return np.asarray(values.any(axis=-1))

    def spread(self, values: np.ndarray) -> np.ndarray:
        """Give every child what its node has, ``(...)`` to ``(..., 1)``."""
        return values[..., None]

    def share(self, values: np.ndarray) -> np.ndarray:
        """Scale values of 0 or more to add to 1 in each node; where all are 0 they stay 0."""
        total = self.sum(values)[..., None]
        return np.asarray(values / np.where(total > 0, total, 1.0))


SIBLINGS = Siblings()
