"""Climbing the framework: from the indicators' scores to the index, part by part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from erat.index.construct.aggregate import NEEDS_NON_NEGATIVE, Mean, Node
from erat.index.construct.weight import Children
from erat.index.framework import Framework
from erat.index.method import Aggregate, AggregateOne, Method
from erat.index.panel import Panel
from erat.index.step_checks import check_not_negative, check_some_weight


@dataclass(frozen=True)
class Block:
    """Rows that are aggregated together, all of one year: with which step, and what came of it."""

    rows: np.ndarray
    step: AggregateOne
    mean: Mean


@dataclass(frozen=True)
class Climbed:
    """How one node was scored.

    Attributes
    ----------
    node
        The node with its children's weights.
    x
        The children's scores, ``(units, children)``; nan where missing.
    w
        Each unit's weights over the children that it has.
    enough
        Whether the unit has enough of the children to be scored, ``(units,)``.
    blocks
        Who was aggregated with whom.
    """

    node: Node
    x: np.ndarray
    w: np.ndarray
    enough: np.ndarray
    blocks: tuple[Block, ...]

    @property
    def score(self) -> np.ndarray:
        """The node's score, ``(units,)``."""
        score = np.full(len(self.x), np.nan)
        for block in self.blocks:
            score[block.rows] = block.mean.score
        return np.where(self.enough, score, np.nan)

    def mean(self) -> Mean:
        """Put the blocks together; shares are nan where a score is no sum of its children."""
        if len(self.blocks) == 1 and self.blocks[0].mean.shares is not None:
            only = self.blocks[0].mean
            return only._replace(score=np.where(self.enough, only.score, np.nan))
        score, used = np.full(len(self.x), np.nan), np.zeros(self.x.shape)
        shares = np.full(self.x.shape, np.nan)
        for block in self.blocks:
            score[block.rows], used[block.rows] = block.mean.score, block.mean.used
            if block.mean.shares is not None:
                shares[block.rows] = block.mean.shares
        return Mean(np.where(self.enough, score, np.nan), shares, used)


class ByNode(Mapping[str, np.ndarray]):
    """Arrays by node, made when they are first asked for."""

    def __init__(self, nodes: list[str], make: Callable[[str], np.ndarray]) -> None:
        self.nodes, self.make = nodes, make
        self.made: dict[str, np.ndarray] = {}

    def __getitem__(self, node: str) -> np.ndarray:
        if node not in self.made:
            self.made[node] = self.make(node)
        return self.made[node]

    def __iter__(self) -> Iterator[str]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)


class Tree:
    """Scores climbing the framework, with the exact part of every indicator in every score.

    ``values`` are scores ``(units,)`` by node; ``parts`` are ``(units, indicators)`` by node and
    add up to the score (nan where it is no sum); ``leaf_weights``, of the same shape, are the
    weights of the indicators that a unit has, multiplied down the tree. ``climbed`` keeps how every
    node was scored. ``levels`` are those of the whole framework, so that leaving out a branch does
    not change which aggregation a node gets.
    """

    def __init__(
        self,
        framework: Framework,
        method: Method,
        normalized: np.ndarray,
        panel: Panel,
        levels: Mapping[str, int] | None = None,
    ) -> None:
        self.framework, self.method, self.panel = framework, method, panel
        self.levels = levels or framework.levels
        self.weights: dict[str, float] = {}
        self.climbed: dict[str, Climbed] = {}
        self.values = {code: normalized[:, j] for j, code in enumerate(framework.indicators)}
        self.place = {code: j for j, code in enumerate(framework.indicators)}
        nodes = [*framework.indicators, *framework.aggregates]
        self.parts = ByNode(nodes, self._parts)
        self.leaf_weights = ByNode(nodes, self._leaf_weights)

    def climb(self, node: str) -> None:
        """Score one node from its children."""
        children = self.framework.children[node]
        x = np.stack([self.values[child] for child in children], axis=-1)
        family = self._family(node, children, x)
        weights = self.method.weights.function(family, **self.method.weights.arguments)
        check_some_weight(node, children, weights)
        self.weights.update(zip(children, weights.tolist(), strict=True))
        w, enough = _available(x, weights, self.method.aggregate)
        own = Node(node, family.codes, weights, family.low, family.high)
        blocks = tuple(self._blocks(own, x, w))
        self.climbed[node] = Climbed(own, x, w, enough, blocks)
        self.values[node] = self.climbed[node].score

    def shares(self, node: str) -> tuple[np.ndarray, np.ndarray]:
        """Return what a node's score is made of, by indicator.

        Returns
        -------
        tuple of arrays
            ``factors`` and ``lifts``, ``(units, indicators)``: the score is the sum of factor times
            normalized value, plus lift. What a floor raised a child by is the lift of its
            indicators, by their weights. nan where the score is no sum.
        """
        rows, k = len(self.values[node]), len(self.place)
        factors, lifts = np.zeros((rows, k)), np.zeros((rows, k))
        waiting = [(node, np.ones(rows), np.zeros(rows))]
        broken = np.isnan(self.values[node])
        while waiting:
            code, factor, lift = waiting.pop()
            if code in self.place:
                factors[:, self.place[code]], lifts[:, self.place[code]] = factor, lift
                continue
            climbed = self.climbed[code]
            mean = climbed.mean()
            assert mean.shares is not None  # noqa: S101
            for j, child in enumerate(climbed.node.codes):
                own = np.where(factor == 0, 0.0, factor * mean.shares[:, j])
                broken = broken | np.isnan(own)
                raised = mean.used[:, j] - np.nan_to_num(climbed.x[:, j])
                waiting.append((child, own, own * raised + lift * climbed.w[:, j]))
        factors[broken], lifts[broken] = np.nan, np.nan
        return factors, lifts

    def _parts(self, node: str) -> np.ndarray:
        factors, lifts = self.shares(node)
        values = np.stack([np.nan_to_num(self.values[code]) for code in self.place], axis=-1)
        return np.asarray(factors * values + lifts)

    def _leaf_weights(self, node: str) -> np.ndarray:
        rows = len(self.values[node])
        found = np.zeros((rows, len(self.place)))
        waiting = [(node, np.ones(rows))]
        while waiting:
            code, weight = waiting.pop()
            if code in self.place:
                found[:, self.place[code]] = weight
                continue
            climbed = self.climbed[code]
            for j, child in enumerate(climbed.node.codes):
                waiting.append((child, weight * climbed.w[:, j]))
        return found

    def _family(self, node: str, children: list[str], x: np.ndarray) -> Children:
        column = self.framework.column
        return Children(
            tuple(children),
            column("weight", children),
            x,
            node,
            node == self.framework.top,
            column("weight_low", children),
            column("weight_high", children),
        )

    def _blocks(self, node: Node, x: np.ndarray, w: np.ndarray) -> Iterator[Block]:
        """Aggregate together the units of each year, apart if their group has its own step."""
        panel = self.panel
        for step, members in self._steps(node.code):
            if step.method in NEEDS_NON_NEGATIVE:
                counted = np.where((w > 0) & members[:, None], x, np.nan)
                check_not_negative(counted, list(node.codes), node.code, step.method, panel)
            for year in np.unique(panel.years[members]):
                rows = np.flatnonzero(members & (panel.years == year))
                mean: Mean = step.function(x[rows], w[rows], node, **step.arguments)
                yield Block(rows, step, mean)

    def _steps(self, node: str) -> Iterator[tuple[AggregateOne, np.ndarray]]:
        """Give the aggregations at a node, each with the rows that it is for (bool)."""
        aggregate, level = self.method.aggregate, self.levels[node]
        columns = list(aggregate.groups)
        if not columns:
            yield aggregate.of(node, level), np.ones(len(self.panel.years), dtype=bool)
            return
        groups = self.panel.groups[columns]
        labels = [dict(zip(columns, row, strict=True)) for row in groups.to_numpy().tolist()]
        steps = [aggregate.of(node, level, group) for group in labels]
        kinds = {id(step): step for step in steps}
        for key, step in kinds.items():
            yield step, np.array([id(one) == key for one in steps])


def _available(
    x: np.ndarray, weights: np.ndarray, step: Aggregate
) -> tuple[np.ndarray, np.ndarray]:
    """Return weights over the children that are there, and whether a unit has enough of them."""
    there = ~np.isnan(x)
    w = weights * there
    total = w.sum(axis=-1, keepdims=True)
    enough = (total[:, 0] > 0) & (there.mean(axis=-1) >= step.min_share - 1e-12)
    return w / np.where(total > 0, total, 1.0), enough
