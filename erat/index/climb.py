"""Going up a framework, from the indicators to the index: the one place that does it.

Assessments, studies and surveys all score nodes here, for arrays with leading axes. Here it is
decided how children are weighed, what a missing child does, whether what is left is enough, and
which units are aggregated together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from erat.errors import MethodError, Problem
from erat.index.construct.children import Children
from erat.index.construct.node import Node, has_enough, over_those_there
from erat.index.construct.power_means import SMALLEST_POWER, Mean, Scale, power_means
from erat.index.construction_checks import check_not_negative, check_some_weight
from erat.index.framework import Framework
from erat.index.method import Aggregate, AggregateOne, Method, Weights
from erat.index.panel import Panel

MOST_VALUES = 2**22
"""About as many children's scores are aggregated at a time where there is no product."""


@dataclass(frozen=True)
class Block:
    """Rows that are aggregated together: with which step, and what came of it."""

    rows: np.ndarray
    step: AggregateOne
    mean: Mean


@dataclass(frozen=True)
class Climbed:
    """How one node was scored, with all that its score is made of.

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
        used, shares = np.zeros(self.x.shape), np.full(self.x.shape, np.nan)
        for block in self.blocks:
            used[block.rows] = block.mean.used
            if block.mean.shares is not None:
                shares[block.rows] = block.mean.shares
        return Mean(self.score, shares, used)


@dataclass(frozen=True)
class Scores:
    """Scores of a node in every replicate, and why a replicate has none.

    Attributes
    ----------
    values
        ``(replicates, rows)``, or ``(rows,)`` if all replicates have the same; nan where missing.
    problems
        By replicate; empty texts where there is no problem, ``(replicates,)``.
    """

    values: np.ndarray
    problems: np.ndarray


def weigh(framework: Framework, step: Weights, node: str, x: np.ndarray) -> np.ndarray:
    """Weigh a node's children.

    Parameters
    ----------
    framework, step
        The framework's weights, and what becomes of them.
    node
        An aggregate node.
    x
        The children's scores, ``(units, children)``; weightings that do not need scores take none.

    Returns
    -------
    array
        ``(children,)``, adding to 1.

    Raises
    ------
    InputError
        If the weighting refuses its options or the scores, or no child has a weight.
    """
    codes, column = framework.children[node], framework.column
    children = Children(
        tuple(codes), column("weight", codes), x, node, node == framework.top,
        column("weight_low", codes), column("weight_high", codes),
    )  # fmt: skip
    weights: np.ndarray = step.function(children, **step.arguments)
    check_some_weight(node, codes, weights)
    return weights


class Climber:
    """Scores the nodes of a framework from their children.

    Parameters
    ----------
    framework
        The tree.
    aggregate
        How nodes are aggregated.
    levels
        Those of the whole framework, so that leaving out a branch does not change which
        aggregation a node gets.
    years
        Year of every row; units are measured against others of their year only. None if no
        aggregation does so.
    groups
        The rows' values of the columns that the aggregation names; None if it names none.
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
        self.years = years
        self.labels: list[dict[str, str]] = []
        if aggregate.groups and groups is not None:
            columns = list(aggregate.groups)
            rows = groups[columns].to_numpy().tolist()
            self.labels = [dict(zip(columns, row, strict=True)) for row in rows]

    def steps(self, node: str) -> list[tuple[AggregateOne, np.ndarray | None]]:
        """Return the aggregations at a node, each with the rows it is for (bool); None is all."""
        level = self.levels[node]
        if not self.labels:
            return [(self.aggregate.of(node, level), None)]
        of_row = [self.aggregate.of(node, level, label) for label in self.labels]
        kinds = {id(step): step for step in of_row}
        if len(kinds) == 1:
            return [(of_row[0], None)]
        return [(s, np.array([id(one) == key for one in of_row])) for key, s in kinds.items()]

    def blocks(self, node: str, rows: np.ndarray) -> list[tuple[AggregateOne, np.ndarray]]:
        """Return the aggregations at a node, each with the places in ``rows`` it is done for.

        Units are apart by year where they are measured against each other.
        """
        found = []
        for step, members in self.steps(node):
            at = np.arange(len(rows)) if members is None else np.flatnonzero(members[rows])
            if "other units" in step.needs and self.years is not None:
                years = self.years[rows[at]]
                found += [(step, at[years == year]) for year in np.unique(years)]
            else:
                found.append((step, at))
        return found

    def node(self, node: str, weights: np.ndarray) -> Node:
        """Return what an aggregation may know of a node, weights being ``(..., children)``."""
        codes, column = self.framework.children[node], self.framework.column
        low, high = column("weight_low", codes), column("weight_high", codes)
        return Node(node, tuple(codes), weights, low, high)

    def climb(self, node: str, x: np.ndarray, weights: np.ndarray) -> Climbed:
        """Score a node with all that its score is made of.

        Parameters
        ----------
        node
            An aggregate node.
        x
            The children's scores, ``(units, children)``; nan where missing.
        weights
            Their weights, ``(children,)``, adding to 1.

        Raises
        ------
        MethodError
            If the aggregation is not defined for the scores.
        """
        about = self.node(node, weights)
        w, enough = over_those_there(x, weights, self.aggregate.min_share)
        blocks = []
        for step, rows in self.blocks(node, np.arange(len(x))):
            mean: Mean = step.function(x[rows], w[rows], about, **step.arguments)
            if mean.refused is not None:
                raise MethodError([_problem(node, mean)])
            blocks.append(Block(rows, step, mean))
        return Climbed(about, x, w, enough, tuple(blocks))

    def scores(
        self, node: str, xs: Sequence[np.ndarray], w: np.ndarray, rows: np.ndarray | None = None
    ) -> Scores:
        """Score a node in every replicate, without what its scores are made of.

        Power means take one product; other aggregations are those of :meth:`climb`.

        Parameters
        ----------
        node
            An aggregate node.
        xs
            Scores of each child: ``(rows,)`` where all replicates share them, else
            ``(replicates, rows)``; nan where missing.
        w
            Weights, ``(replicates, children)``, adding to 1.
        rows
            Which of the climber's rows the scores are of; all if not given.
        """
        count = xs[0].shape[-1]
        rows = np.arange(count) if rows is None else rows
        # One replicate keeps its axis: its children are then added up in the order of many.
        same = len(w) > 1 and all(x.ndim == 1 for x in xs) and bool((w == w[0]).all())
        problems = np.full(1 if same else len(w), "", dtype=object)
        blocks, w_own = self.blocks(node, rows), w[: len(problems)]
        if len(blocks) == 1:
            values = self._scores_of(blocks[0][0], node, xs, w_own, problems)
        else:
            values = np.full((len(problems), count), np.nan)
            for step, at in blocks:
                part = [x[..., at] for x in xs]
                values[:, at] = self._scores_of(step, node, part, w_own, problems)
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
        scale = scale_of(step)
        if scale is not None:
            means = power_means(xs, w, scale, self.aggregate.min_share)
            problems[means.refused & (problems == "")] = negative_values(step.method, node)
            return means.values
        values = np.empty((len(w), xs[0].shape[-1]))
        size = max(MOST_VALUES // max(len(xs) * values.shape[1], 1), 1)
        for start in range(0, len(w), size):
            part = slice(start, start + size)
            x = np.stack(np.broadcast_arrays(*(x if x.ndim == 1 else x[part] for x in xs)), axis=-1)
            own, enough = over_those_there(x, w[part, None, :], self.aggregate.min_share)
            found = problems[part]
            if "no negatives" in step.needs:
                wrong = ((x < 0) & (own > 0)).any(axis=(-2, -1)) & (found == "")
                found[wrong] = negative_values(step.method, node)
                x = np.maximum(x, 0.0)
            mean: Mean = step.function(x, own, self.node(node, w[part]), **step.arguments)
            if mean.refused is not None:
                refused = mean.refused.where.any(axis=-1) & (found == "")
                found[refused] = str(_problem(node, mean))
            values[part] = np.where(enough, mean.score, np.nan)
        return values

    def all_nodes(self, x: np.ndarray, weights: Mapping[str, np.ndarray]) -> np.ndarray:
        """Score every node of the framework row by row, without what scores are made of.

        Arithmetic means of a level take one product; rows may be many.

        Parameters
        ----------
        x
            Scores of the indicators, ``(..., indicators)``; nan where missing.
        weights
            By node, ``(children,)``, adding to 1.

        Returns
        -------
        array
            ``(..., nodes)``, nodes in the order of the framework's table.
        """
        flat, nodes = x.reshape(-1, x.shape[-1]), self.framework.table.index
        place = {str(code): j for j, code in enumerate(nodes)}
        made = np.full((len(flat), len(place)), np.nan)
        made[:, [place[code] for code in self.framework.indicators]] = flat
        for level in sorted(set(self.framework.levels.values())):
            here = [node for node, own in self.framework.levels.items() if own == level]
            scales = {node: scale_of(self.steps(node)[0][0]) for node in here}
            plain = {node: weights[node] for node, scale in scales.items() if scale and scale.plain}
            if plain:
                children = [child for node in plain for child in self.framework.children[node]]
                means = self._plain_means(made[:, [place[child] for child in children]], plain)
                made[:, [place[node] for node in plain]] = means
            for node in set(here) - set(plain):
                columns = [place[child] for child in self.framework.children[node]]
                made[:, place[node]] = self.climb(node, made[:, columns], weights[node]).score
        return made.reshape(*x.shape[:-1], len(place))

    def _plain_means(self, x: np.ndarray, weights: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return the arithmetic means of some nodes, whose children lie side by side, in a product."""
        ends = np.cumsum([len(own) for own in weights.values()])
        w, belongs = np.zeros((2, x.shape[-1], len(weights)))
        for j, (end, own) in enumerate(zip(ends, weights.values(), strict=True)):
            w[end - len(own) : end, j], belongs[end - len(own) : end, j] = own, 1.0
        there = (~np.isnan(x)).astype(float)
        total, share = there @ w, there @ belongs / belongs.sum(axis=0)
        enough = (total > 0) & has_enough(share, self.aggregate.min_share)
        score = np.divide(np.nan_to_num(x) @ w, total, out=total * 0, where=total > 0)
        return np.where(enough, score, np.nan)


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


class ScoredTree:
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
        self.climber = Climber(framework, method.aggregate, self.levels, panel.years, panel.groups)
        self.climbed: dict[str, Climbed] = {}
        self.weights: dict[str, float] = {}
        self.values = {code: normalized[:, j] for j, code in enumerate(framework.indicators)}
        self.place = {code: j for j, code in enumerate(framework.indicators)}
        nodes = [*framework.indicators, *framework.aggregates]
        self.parts = ByNode(nodes, self._parts)
        self.leaf_weights = ByNode(nodes, self._leaf_weights)
        for node in framework.upwards:
            self._climb(node)

    def _climb(self, node: str) -> None:
        """Score one node from its children."""
        children = self.framework.children[node]
        x = np.stack([self.values[child] for child in children], axis=-1)
        weights = weigh(self.framework, self.method.weights, node, x)
        self.weights.update(zip(children, weights.tolist(), strict=True))
        for step, members in self.climber.steps(node):
            if "no negatives" in step.needs:
                counted = (weights > 0) & (True if members is None else members[:, None])
                low = np.where(counted, x, np.nan)
                check_not_negative(low, children, node, step.method, self.panel)
        self.climbed[node] = self.climber.climb(node, x, weights)
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
