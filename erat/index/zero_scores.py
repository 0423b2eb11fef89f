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
    for node in tree.framework.upwards:
        units: list[str] = []
        children = [child for child in tree.framework.children[node] if tree.weights[child] > 0]
        for step, members in tree.climber.steps(node):
            if _zero_wins(step):
                zero = np.stack([tree.values[child] == 0 for child in children], axis=-1)
                rows = np.flatnonzero(zero.any(axis=1) & (True if members is None else members))
                first = zero[rows].argmax(axis=1)
                named = zip(tree.panel.named(rows), first, strict=True)
                units += [f"{unit} ({children[j]})" for unit, j in named]
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
