"""Going up a framework, from the indicators to the index: how children are weighed, what a missing
child does, whether what is left is enough, and which units are aggregated together.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
import pandas as pd

from erat.errors import MethodError, Problem, listing
from erat.index.construct.power_means import (
    SMALLEST_POWER,
    Mean,
    Node,
    Scale,
    over_those_there,
    power_means,
    to_one,
)
from erat.index.construction_checks import check_not_negative
from erat.index.framework import Framework
from erat.index.method import Aggregate, AggregateOne, Method, Weights
from erat.index.panel import Panel

T = TypeVar("T")
MOST_VALUES = 2**22
"""About as many children's scores are aggregated at a time where there is no product."""
VALUES_AT_ONCE = 2**20
"""A large tree is gone through by rows that have about so many values of indicators."""


class Block(NamedTuple):
    """Rows that are aggregated together, and the step that does it."""

    rows: np.ndarray
    step: AggregateOne


class Climbed(NamedTuple):
    """How one node was scored, with all that its score is made of.

    ``x`` are the children's scores, ``(units, children)``, nan where missing; ``w`` each unit's
    weights over the children that it has. The shares of ``mean`` are nan where a score is no sum.
    """

    node: Node
    x: np.ndarray
    w: np.ndarray
    mean: Mean
    blocks: tuple[Block, ...]


class Scores(NamedTuple):
    """Scores of a node in every replicate, and why a replicate has none (empty where it has).

    ``values`` are ``(replicates, rows)``, or ``(rows,)`` if all have the same; nan where missing.
    """

    values: np.ndarray
    problems: np.ndarray


def weigh(framework: Framework, step: Weights, node: str, x: np.ndarray) -> np.ndarray:
    """Weigh the children of a node, ``(children,)``, by scores ``(units, children)`` if it needs them.
    Refused (InputError): wrong options or scores, and a node without a weight above 0.
    """
    children = framework.children[node]
    of_framework = node_of(framework, node, framework.column("weight", children))
    weights: np.ndarray = step.function(of_framework, x, **step.arguments)
    if not weights.any():
        found = f"only zero weights under {node!r} ({listing(children)})"
        remedy = "give one of them a weight, or exclude the node"
        raise MethodError([Problem("method, weights", found, "a weight above 0", remedy)])
    return weights


def node_of(framework: Framework, node: str, weights: np.ndarray) -> Node:
    """Return what a weighting or an aggregation may know of a node."""
    codes = framework.children[node]
    low, high = (framework.column(name, codes) for name in ("weight_low", "weight_high"))
    return Node(node, tuple(codes), weights, low, high, node == framework.top)


class Climber:
    """Scores the nodes of a framework from their children.

    ``levels`` are those of the whole framework: leaving out a branch changes no node's aggregation.
    ``years`` and ``groups`` are those of the rows; None if no aggregation asks for them.
    """

    def __init__(
        self,
        framework: Framework,
        aggregate: Aggregate,
        levels: Mapping[str, int],
        years: np.ndarray | None = None,
        groups: pd.DataFrame | None = None,
    ) -> None:
        self.framework, self.aggregate, self.levels = framework, aggregate, levels
        self.years, self.labels = years, list[dict[Any, str]]()
        if aggregate.groups and groups is not None:
            self.labels = groups[list(aggregate.groups)].to_dict("records")

    def steps(self, node: str) -> list[tuple[AggregateOne, np.ndarray | None]]:
        """Return the aggregations at a node, each with the rows it is for (bool); None is all."""
        level = self.levels[node]
        of_row = [self.aggregate.of(node, level, label) for label in self.labels or [{}]]
        kinds = {id(step): step for step in of_row}
        if len(kinds) == 1:
            return [(of_row[0], None)]
        return [(s, np.array([id(one) == key for one in of_row])) for key, s in kinds.items()]

    def blocks(self, node: str, rows: np.ndarray) -> list[tuple[AggregateOne, np.ndarray]]:
        """Return a node's aggregations and their places in ``rows``, by year if units compare."""
        blocks = []
        for step, members in self.steps(node):
            at = np.arange(len(rows)) if members is None else np.flatnonzero(members[rows])
            if "other units" in step.needs and self.years is not None:
                years = self.years[rows[at]]
                blocks += [(step, at[years == year]) for year in np.unique(years)]
            else:
                blocks.append((step, at))
        return blocks

    def climb(self, node: str, x: np.ndarray, weights: np.ndarray) -> Climbed:
        """Score a node, from ``(units, children)`` and ``(children,)``, with all that it is made of;
        MethodError for scores that the aggregation is not defined for.
        """
        weighed = node_of(self.framework, node, weights)
        w, enough = over_those_there(x, weights, self.aggregate.min_share)
        score, used, shares = np.full(len(x), np.nan), np.zeros(x.shape), np.full(x.shape, np.nan)
        blocks = []
        for step, rows in self.blocks(node, np.arange(len(x))):
            mean: Mean = step.function(x[rows], w[rows], weighed, **step.arguments)
            if mean.refused is not None:
                raise MethodError([_problem(node, mean)])
            score[rows], used[rows] = mean.score, mean.used
            if mean.shares is not None:
                shares[rows] = mean.shares
            blocks.append(Block(rows, step))
        score = np.where(enough, score, np.nan)
        return Climbed(weighed, x, w, Mean(score, shares, used), tuple(blocks))

    def scores(
        self, node: str, xs: Sequence[np.ndarray], w: np.ndarray, rows: np.ndarray | None = None
    ) -> Scores:
        """Score a node in every replicate, without what its scores are made of.
        ``xs`` are each child's scores: ``(rows,)`` if all replicates share them, else
        ``(replicates, rows)``. Weights, ``(replicates, children)``, add to 1. ``rows`` are places
        among the climber's rows.
        """
        count = xs[0].shape[-1]
        rows = np.arange(count) if rows is None else rows
        # One replicate keeps its axis: its children are then added up in the order of many.
        same = len(w) > 1 and all(x.ndim == 1 for x in xs) and bool((w == w[0]).all())
        w_apart = w[:1] if same else w
        problems = np.full(len(w_apart), "", dtype=object)
        blocks = self.blocks(node, rows)
        if len(blocks) == 1:
            values = self._scores_of(blocks[0][0], node, xs, w_apart, problems)
        else:
            values = np.full((len(problems), count), np.nan)
            for step, at in blocks:
                part = [x[..., at] for x in xs]
                values[:, at] = self._scores_of(step, node, part, w_apart, problems)
        if same:
            return Scores(values[0], np.repeat(problems, len(w)))
        return Scores(values, problems)

    def _scores_of(
        self,
        step: AggregateOne,
        node: str,
        xs: Sequence[np.ndarray],
        w: np.ndarray,
        problems: np.ndarray,
    ) -> np.ndarray:
        """Score rows that are aggregated together by one step; write problems down."""
        scale, min_share = scale_of(step), self.aggregate.min_share
        if scale is not None:
            means, refused = power_means(xs, w, scale, min_share)
            problems[refused & (problems == "")] = negative_values(step.method, node)
            return means
        values = np.empty((len(w), xs[0].shape[-1]))
        size = max(MOST_VALUES // max(len(xs) * values.shape[1], 1), 1)
        for start in range(0, len(w), size):
            part = slice(start, start + size)
            x = np.stack(np.broadcast_arrays(*(x if x.ndim == 1 else x[part] for x in xs)), axis=-1)
            w_there, enough = over_those_there(x, w[part, None, :], min_share)
            texts = problems[part]
            if "no negatives" in step.needs:
                wrong = ((x < 0) & (w_there > 0)).any(axis=(-2, -1)) & (texts == "")
                texts[wrong] = negative_values(step.method, node)
                x = np.maximum(x, 0.0)
            weighed = node_of(self.framework, node, w[part])
            mean: Mean = step.function(x, w_there, weighed, **step.arguments)
            if mean.refused is not None:
                wrong = mean.refused.where.any(axis=-1) & (texts == "")
                texts[wrong] = str(_problem(node, mean))
            values[part] = np.where(enough, mean.score, np.nan)
        return values

    def all_nodes(self, x: np.ndarray, weights: Mapping[str, np.ndarray]) -> np.ndarray:
        """Score every node row by row, ``(..., nodes)``, in the order of the framework's table: of the
        indicators' scores, ``(..., indicators)``, and each node's weights of children, adding to 1.
        """
        values = dict(zip(self.framework.indicators, x.reshape(-1, x.shape[-1]).T, strict=True))
        for node in self.framework.upwards:
            xs = [values[child] for child in self.framework.children[node]]
            scored = self.scores(node, xs, weights[node][None])
            if scored.problems[0]:
                expected, remedy = "values that it is defined for", "choose another aggregation"
                where = "method, aggregate"
                raise MethodError([Problem(where, scored.problems[0], expected, remedy)])
            values[node] = scored.values[0]
        nodes = [values[str(code)] for code in self.framework.table.index]
        return np.stack(nodes, axis=-1).reshape(*x.shape[:-1], len(nodes))


def scale_of(step: AggregateOne) -> Scale | None:
    """Return the scale of an aggregation; None if its score is no mean on the scale of a power."""
    if step.power is None or "other units" in step.needs:
        return None
    power = 0.0 if abs(step.power) < SMALLEST_POWER else step.power
    return Scale(power, step.arguments.get("floor"))


def negative_values(name: str, node: str) -> str:
    """Say that a mean is not defined for the values below it."""
    return f"method, aggregate: negative values under the {name} mean of {node!r}"


def _problem(node: str, mean: Mean) -> Problem:
    assert mean.refused is not None  # noqa: S101
    remedy = "change the framework's bounds, the normalization, or the aggregation"
    where = f"method, aggregate at {node!r}"
    return Problem(where, mean.refused.found, mean.refused.expected, remedy)


class ByNode(Generic[T]):
    """What is computed of a node when it is first asked for; each time anew if it is not kept."""

    def __init__(self, compute: Callable[[str], T], keep: bool = True) -> None:
        self.compute, self.keep, self.kept = compute, keep, dict[str, T]()

    def __getitem__(self, node: str) -> T:
        if node in self.kept:
            return self.kept[node]
        value = self.compute(node)
        if self.keep:
            self.kept[node] = value
        return value


class ScoredTree:
    """Scores of all nodes of a framework, with the exact part of every indicator in every score.

    By node: ``values`` are scores, ``(units,)``; ``parts``, ``(units, indicators)``, add up to them
    (nan where a score is no sum); ``leaf_weights``, of the same shape, are the weights of the
    indicators that a unit has, multiplied down the tree. ``levels`` are as for :class:`Climber`;
    ``weights`` are those of another tree, where they are not to be found anew.
    """

    def __init__(
        self,
        framework: Framework,
        method: Method,
        normalized: np.ndarray,
        panel: Panel,
        levels: Mapping[str, int],
        weights: Mapping[str, float] | None = None,
    ) -> None:
        self.framework, self.method, self.panel, self.levels = framework, method, panel, levels
        large = normalized.size > MOST_VALUES
        self.climbed = ByNode(self._climb, keep=not large)
        self.weights: dict[str, float] = {}
        self.shared: pd.DataFrame | None = None  # pandas copies it before it changes one like it
        self.values = {code: normalized[:, j] for j, code in enumerate(framework.indicators)}
        self.place = {code: j for j, code in enumerate(framework.indicators)}
        self.parts = ByNode(lambda node: np.ascontiguousarray(self.parts_of(node)))
        self.leaf_weights = ByNode(self._leaf_weights)
        self.climber = Climber(framework, method.aggregate, levels, panel.years, panel.groups)
        self.rows_apart = large and self._without_other_rows()
        for node in framework.upwards:
            children = framework.children[node]
            x = self._of(children)
            if weights is None:
                w = weigh(framework, method.weights, node, x)
            else:
                w = to_one(np.array([weights[child] for child in children]))
            self.weights.update(zip(children, w.tolist(), strict=True))
            for step, members in self.climber.steps(node):
                if "no negatives" in step.needs:
                    counted = (w > 0) & (True if members is None else members[:, None])
                    check_not_negative(x, counted, children, node, step.method, panel)
            del x
            scores = [part.climbed[node].mean.score for _, part in self.by_rows()]
            self.values[node] = np.concatenate(scores)

    def _without_other_rows(self) -> bool:
        """Tell whether every score depends on its own row alone, and all rows on one rule."""
        steps = (step for node in self.framework.upwards for step, _ in self.climber.steps(node))
        return not self.climber.labels and all(scale_of(step) is not None for step in steps)

    def by_rows(self) -> Iterator[tuple[slice, ScoredTree]]:
        """Give a tree of some rows after another, so that a large one takes little memory at a time;
        of all rows at once where scores depend on others.
        """
        if not self.rows_apart:
            yield slice(None), self
            return
        count, size = len(self.panel.values), max(VALUES_AT_ONCE // len(self.place), 1)
        for start in range(0, count, size):
            rows, part = slice(start, start + size), copy.copy(self)
            part.values = {node: x[rows] for node, x in self.values.items()}
            part.climbed = ByNode(part._climb, keep=False)
            yield rows, part

    def _of(self, nodes: Sequence[str]) -> np.ndarray:
        """Return scores of nodes, ``(units, nodes)``."""
        return np.stack([self.values[node] for node in nodes], axis=-1)

    def _climb(self, node: str) -> Climbed:
        children = self.framework.children[node]
        weights = np.array([self.weights[child] for child in children])
        return self.climber.climb(node, self._of(children), weights)

    def shares(self, node: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the factors and lifts, ``(units, indicators)``, of which a node's score is the sum:
        factor x normalized value + lift (what a floor raised a child by, split by weight); nan where
        it is no sum.
        """
        factors, lifts = np.zeros((2, len(self.values[node]), len(self.place)))
        for j, factor, lift in self._down(node, 1.0, 0.0):
            factors[:, j], lifts[:, j] = factor, lift
        broken = np.isnan(self.values[node]) | np.isnan(factors).any(axis=1)
        factors[broken], lifts[broken] = np.nan, np.nan
        return factors, lifts

    def parts_of(self, node: str) -> np.ndarray:
        """Return the parts of a node's score, ``(units, indicators)``, anew."""
        parts = [part.parts_by_column(node) for _, part in self.by_rows()]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def parts_by_column(self, node: str) -> np.ndarray:
        """Return the parts of a node's score for all rows at once, column by column."""
        broken = np.isnan(self.values[node])
        parts, codes = np.zeros((len(self.place), len(broken))).T, list(self.place)
        for j, factor, lift in self._down(node, 1.0, 0.0):
            parts[:, j] = factor * np.nan_to_num(self.values[codes[j]]) + lift
            broken = broken | np.isnan(factor)
        parts[broken] = np.nan
        return parts

    def _leaf_weights(self, node: str) -> np.ndarray:
        weights = np.zeros((len(self.values[node]), len(self.place)))
        for j, _, lift in self._down(node, 0.0, 1.0):
            weights[:, j] = lift
        return weights

    def _down(
        self, node: str, factor: float, lift: float
    ) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
        """Carry a factor, by shares, and a lift, by weights, down from a node; give the place of each
        indicator, and its factor and lift, ``(units,)``.
        """
        rows = len(self.values[node])
        waiting = [(node, np.full(rows, factor), np.full(rows, lift))]
        while waiting:
            code, of_node, lifted = waiting.pop()
            if code in self.place:
                yield self.place[code], of_node, lifted
                continue
            climbed = self.climbed[code]
            mean = climbed.mean
            assert mean.shares is not None  # noqa: S101
            for j, child in enumerate(climbed.node.codes):
                share = np.where(of_node == 0, 0.0, of_node * mean.shares[:, j])
                raised = mean.used[:, j] - np.nan_to_num(climbed.x[:, j])
                waiting.append((child, share, share * raised + lifted * climbed.w[:, j]))
