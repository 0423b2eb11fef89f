"""What is weighed together: the children of a node, or rows in groups, all of them at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class Node:
    """A node (the index if ``top``), the codes of its children, and what bounds their weights.

    ``weights``, ``(..., children)``, are the framework's; for an aggregation they add to 1. ``low``
    and ``high``, ``(children,)``, bound a weight's share in the sum of weights; nan for none.
    """

    code: str
    codes: tuple[str, ...]
    weights: np.ndarray
    low: np.ndarray
    high: np.ndarray
    top: bool = True


def to_one(weights: np.ndarray) -> np.ndarray:
    """Scale weights to add to 1; weights that are all zero stay zero."""
    most = weights.max()
    if most == 0:
        return weights
    shares = weights / most
    return np.asarray(shares / shares.sum())


def has_enough(share: np.ndarray, min_share: float) -> np.ndarray:
    """Tell whether what is there of a node's children (a share, 0 to 1) is enough to score it."""
    return np.asarray(share >= min_share - 1e-12)


def over_those_there(
    x: np.ndarray, weights: np.ndarray, min_share: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return weights over the children a unit has, adding to 1, and whether these are enough.

    ``x`` is ``(..., units, children)``, nan where missing. Enough, ``(..., units)``, are
    ``min_share`` of the children, and one with a weight.
    """
    there = ~np.isnan(x)
    w = weights * there
    total = w.sum(axis=-1, keepdims=True)
    enough = (total[..., 0] > 0) & has_enough(there.mean(axis=-1), min_share)
    return w / np.where(total > 0, total, 1.0), enough


class Together:
    """What is summed up together: the children of one node, ``(..., children)`` to ``(...)``."""

    def reduce(self, function: np.ufunc, values: np.ndarray) -> np.ndarray:
        """Reduce the values that belong together by a function of two."""
        return np.asarray(function.reduce(values, axis=-1))

    def spread(self, values: np.ndarray) -> np.ndarray:
        """Give every value what those that belong together have."""
        return values[..., None]

    def sum(self, values: np.ndarray) -> np.ndarray:
        return self.reduce(np.add, values)

    def max(self, values: np.ndarray) -> np.ndarray:
        return self.reduce(np.maximum, values)

    def min(self, values: np.ndarray) -> np.ndarray:
        return self.reduce(np.minimum, values)

    def any(self, values: np.ndarray) -> np.ndarray:
        return self.reduce(np.logical_or, values)

    def share(self, values: np.ndarray) -> np.ndarray:
        """Scale values of 0 or more to add to 1 together; where all are 0 they stay 0."""
        total = self.sum(values)
        return np.asarray(values / self.spread(np.where(total > 0, total, 1.0)))


@dataclass(frozen=True)
class Groups(Together):
    """Consecutive rows in groups, none of them empty: ``(rows, k)`` become ``(groups, k)``.

    ``starts`` are the first rows of the groups, ascending from 0; ``count`` the number of rows.
    """

    starts: np.ndarray
    count: int

    @cached_property
    def of(self) -> np.ndarray:
        """Group of every row."""
        sizes = np.diff(np.append(self.starts, self.count))
        return np.repeat(np.arange(len(self.starts)), sizes)

    def reduce(self, function: np.ufunc, values: np.ndarray) -> np.ndarray:
        return np.asarray(function.reduceat(values, self.starts, axis=0))

    def spread(self, values: np.ndarray) -> np.ndarray:
        return np.asarray(values[self.of])

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


SIBLINGS = Together()
