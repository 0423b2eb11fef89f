"""Designs: the points at which the uncertain factors are tried.

Two independent samples A and B are drawn. For the sensitivity indices every factor has a third set
of replicates: A with this factor's part taken from B. Source: Saltelli et al. (2010), Variance
based sensitivity analysis of model output, Computer Physics Communications 181.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from scipy.stats import qmc

from erat.errors import ParameterError, Problem

BASE = -1
"""Source of a factor that stays at the base."""

MOST_DIMENSIONS = qmc.Sobol.MAXDIM
LARGEST = 2**20

Points = Literal["sobol", "plain"]


@dataclass(frozen=True)
class Design:
    """Which draw of each factor every replicate takes; ``n`` is the base sample N.

    ``points`` of the unit cube by factor are ``(2 N, coordinates)``, rows of A before those of B.
    ``sources``, ``(replicates, factors)``, hold the row that a factor takes, or :data:`BASE`.
    ``parts`` are slices of ``sources``: ``nominal``, ``A``, ``B``, ``AB:FACTOR`` (or group; A with
    its part from B), ``alone:FACTOR``.
    """

    names: tuple[str, ...]
    n: int
    points: Mapping[str, np.ndarray]
    sources: np.ndarray
    parts: Mapping[str, slice]

    @property
    def independent(self) -> slice:
        """Replicates of A and B, which intervals are made of."""
        return slice(self.parts["A"].start, self.parts["B"].stop)


def power_of_two(n: int) -> int:
    """Return the power of two that is n or the next above it; an unreasonable n is refused.

    >>> power_of_two(1000), power_of_two(1024)
    (1024, 1024)
    """
    if not 2 <= n <= LARGEST:
        expected = f"a number from 2 to {LARGEST:,}"
        raise ParameterError([Problem("call, -n", str(n), expected, "give another base sample")])
    return 1 << (n - 1).bit_length()


def draw_points(n: int, widths: Sequence[int], seed: int, kind: Points) -> list[np.ndarray]:
    """Draw points of the unit cube, ``(2 n, width)`` in 0 <= u < 1 for each factor: A, then B.

    Scrambled Sobol points fill the cube evenly (Owen's scrambling by a random linear matrix and a
    digital shift); n is then a power of two. Coordinates beyond the 21,201 that Sobol points have,
    and all of the kind ``plain``, are random numbers (Monte Carlo). The same seed gives the same
    points.

    Source: Owen (1998), Scrambling Sobol' and Niederreiter-Xing points, J. Complexity 14; Matousek
    (1998), On the L2-discrepancy for anchored boxes, J. Complexity 14.
    """
    total = sum(widths)
    random = np.random.default_rng([seed, 1])
    even = min(2 * total, MOST_DIMENSIONS) if kind == "sobol" else 0
    both = np.empty((n, 2 * total))
    if even:
        sampler = qmc.Sobol(even, scramble=True, rng=np.random.default_rng([seed, 0]))
        both[:, :even] = sampler.random(n)
    both[:, even:] = random.random((n, 2 * total - even))
    a, b = both[:, :total], both[:, total:]
    ends = np.cumsum([0, *widths])
    return [np.concatenate([part[:, low:high] for part in (a, b)]) for low, high in pairwise(ends)]


def lay_out(
    points: Mapping[str, np.ndarray],
    groups: Mapping[str, Sequence[str]],
    indices: bool,
    alone: Mapping[str, np.ndarray],
) -> Design:
    """Lay out the replicates. ``points`` by factor are ``(2 n, coordinates)``; ``groups`` name
    factors that are also moved together; ``indices`` adds the parts ``AB``; ``alone`` has the rows
    of points that a factor takes alone, the others staying at the base.
    """
    names = tuple(points)
    n = len(next(iter(points.values()))) // 2
    a = np.tile(np.arange(n)[:, None], (1, len(names)))
    blocks = {"nominal": np.full((1, len(names)), BASE), "A": a, "B": a + n}
    moved = {name: [name] for name in names} | {key: list(group) for key, group in groups.items()}
    for part, members in moved.items() if indices else ():
        mixed = a.copy()
        mixed[:, [names.index(member) for member in members]] += n
        blocks[f"AB:{part}"] = mixed
    for name, rows in alone.items():
        one = np.full((len(rows), len(names)), BASE)
        one[:, names.index(name)] = rows
        blocks[f"alone:{name}"] = one
    ends = np.cumsum([0, *map(len, blocks.values())]).tolist()
    parts = dict(zip(blocks, (slice(low, high) for low, high in pairwise(ends)), strict=True))
    return Design(names, n, points, np.concatenate(list(blocks.values())), parts)


def pick(count: int, u: np.ndarray) -> np.ndarray:
    """Return which of ``count`` equally likely choices each point stands for, from 0.

    >>> pick(4, np.array([0.0, 0.26, 0.999])).tolist()
    [0, 1, 3]
    """
    return np.minimum((u * count).astype(np.int64), count - 1)
