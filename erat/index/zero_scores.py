"""Scores that one worst value makes zero: a normalization from 0 under a geometric or harmonic mean."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from erat.errors import Problem, listing
from erat.index.climb import ScoredTree, scale_of
from erat.index.framework import Framework
from erat.index.method import AggregateOne, Method

REMEDY = (
    "normalize to a range above 0, as normalize: {method: minmax, range: [1, 100]}, or raise what is "
    "low, as aggregate: {method: geometric, floor: 1}"
)


def zero_scores(tree: ScoredTree) -> list[Problem]:
    """Name the units whose score in a node is 0 since a single child's is; one note a node."""
    notes = []
    for node, climbed in tree.climbed.items():
        units: list[str] = []
        for rows, step in climbed.blocks:
            if _zero_wins(step):
                zero = (climbed.x[rows] == 0) & (climbed.w[rows] > 0)
                for row in np.flatnonzero(zero.any(axis=1)):
                    child = climbed.node.codes[int(zero[row].argmax())]
                    units += [f"{tree.panel.named(rows[[row]])[0]} ({child})"]
        if units:
            found = f"scores of {node!r} that one child's 0 makes 0: {listing(units)}"
            expected = "children above 0 under a geometric or harmonic mean"
            notes.append(Problem("method, aggregate", found, expected, REMEDY))
    return notes


def zero_may_win(method: Method, framework: Framework, levels: Mapping[str, int]) -> bool:
    """Tell whether a method has a mean that one zero makes zero, at any node."""
    nodes = [node for node in framework.upwards if node in levels]
    return any(_zero_wins(method.aggregate.of(node, levels[node])) for node in nodes)


def _zero_wins(step: AggregateOne) -> bool:
    scale = scale_of(step)
    return scale is not None and scale.zeros_win and not (scale.floor or 0) > 0
