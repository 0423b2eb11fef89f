"""The engine: evaluates a block of replicates as arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from threadpoolctl import ThreadpoolController

from erat.errors import InputError
from erat.index.construct.power_means import Scale
from erat.index.framework import Framework
from erat.index.panel import Panel
from erat.robustness.data_versions import Versions
from erat.robustness.perturb import Mover
from erat.robustness.plan import Plan
from erat.robustness.prepare import Prepared, Preparer
from erat.robustness.ranking import rank_rows, rounding_steps
from erat.robustness.scorers import (
    GlobalScorer,
    LocalWeights,
    NodeScorer,
    common_scale,
    local_weights,
)

BLOCK_VALUES, LARGEST_BLOCK = 2**22, 2**10
"""About as many scores, and at most as many replicates, are in a block."""


def block_size(rows: int) -> int:
    """Return evaluations in a block: a power of two that depends on nothing but the rows.

    >>> block_size(38), block_size(514), block_size(83_763)
    (1024, 1024, 32)
    """
    most = max(BLOCK_VALUES // max(rows, 1), 8)
    return min(1 << (most.bit_length() - 1), LARGEST_BLOCK)


class Evaluated(NamedTuple):
    """What came of a block: scores of the index and ranks (float32, 1 is best, within the year),
    ``(evaluations, rows)``, nan where missing or refused; ``shifts``, ``(evaluations,)``, the means
    over rows of ``|rank - nominal rank|``; ``problems`` say why there are no scores, by place.
    """

    scores: np.ndarray
    ranks: np.ndarray
    shifts: np.ndarray
    problems: dict[int, str]


@dataclass(frozen=True)
class Task:
    """Everything that evaluating needs; it can be sent to another process.

    ``movers`` stand in the order of the columns of ``plan.draws``; ``versions`` are by factor;
    ``goalposts`` say by how much goalposts move, ``(draws, 2, indicators)``; ``size`` is the number
    of evaluations in a block; ``nominal`` are the base's ranks, ``(rows,)``.
    """

    panel: Panel
    framework: Framework
    plan: Plan
    movers: Sequence[Mover]
    versions: Mapping[str, Versions]
    goalposts: np.ndarray
    size: int
    nominal: np.ndarray = field(default_factory=lambda: np.empty(0))

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return -(-self.plan.count // self.size)


TIES = ("min", "average", "max")

Part = tuple[NodeScorer, np.ndarray]
"""What scores the replicates of one variant in a run, and their places."""


@dataclass(frozen=True)
class _Run:
    """Evaluations that share normalized values, and how nodes are weighted and aggregated;
    ``draws`` are ``(replicates, movers)``, ``scores`` ``(replicates, rows)``, ``problems`` empty
    where scored.
    """

    draws: np.ndarray
    scores: np.ndarray
    problems: np.ndarray

    def score_by_node(self, part: Part, rows: np.ndarray | None = None) -> None:
        """Score replicates of one variant node by node, in all rows or some of the prepared."""
        scorer, at = part
        if scorer.weights.problem:
            self.problems[at] = scorer.weights.problem
            return
        scored = scorer.scores(self.draws[at], rows)
        if rows is None:
            self.scores[at] = np.nan
        known = scorer.prepared.rows if rows is None else scorer.prepared.rows[rows]
        self.scores[np.ix_(at, known)] = scored.values
        self.problems[at] = scored.problems

    def score_at_once(self, parts: Sequence[Part], together: GlobalScorer) -> None:
        """Score replicates of several variants by their global weights."""
        for scorer, at in parts:
            self.problems[at] = together.refusal(scorer)
        parts = [(scorer, at) for scorer, at in parts if not self.problems[at[0]]]
        if not parts:
            return
        scorers = [scorer for scorer, _ in parts]
        at = np.concatenate([at for _, at in parts])
        which = np.repeat(np.arange(len(parts)), [len(at) for _, at in parts])
        weights = together.weights(scorers, which, self.draws[at])
        whole = together.whole(scorers)
        rows = None if whole.all() else np.flatnonzero(whole)
        known = together.prepared.rows[whole]
        if len(known) == self.scores.shape[1] and np.array_equal(at, np.arange(len(self.scores))):
            together.scores(weights, None, self.scores)
        else:
            self.scores[at] = np.nan
            self.scores[np.ix_(at, known)] = together.scores(weights, rows)
        for part in parts if rows is not None else ():
            self.score_by_node(part, np.flatnonzero(~whole))


class Engine:
    """Evaluates blocks of a task; keeps what several blocks need."""

    def __init__(self, task: Task) -> None:
        self.task, self.plan = task, task.plan
        self.preparer = Preparer(task.panel, task.framework, task.versions, task.goalposts)
        self.local_weights: dict[object, LocalWeights] = {}
        self.scorer: tuple[Prepared, Scale, GlobalScorer] | None = None
        keys = [(one.until_normalized, one.from_weights) for one in self.plan.variants]
        numbers = {key: i for i, key in enumerate(dict.fromkeys(keys))}
        self.kinds = np.array([numbers[key] for key in keys])
        ties = [one.method.ranks.ties if one.method else TIES[0] for one in self.plan.variants]
        self.ties = np.array([TIES.index(one) for one in ties])
        years = task.panel.years
        self.years = [np.flatnonzero(years == year) for year in np.unique(years)]

    def block(self, number: int) -> Evaluated:
        """Evaluate one block, in one thread whatever the machine has."""
        with _threads().limit(limits=1):
            start = number * self.task.size
            return self.evaluate(np.arange(start, min(start + self.task.size, self.plan.count)))

    def evaluate(self, which: np.ndarray) -> Evaluated:
        """Evaluate some of the plan's evaluations, in the plan's order."""
        scores = np.empty((len(which), len(self.task.panel.values)))
        ranks = np.empty(scores.shape, dtype=np.float32)
        problems = np.full(len(which), "", dtype=object)
        variants, draws = self.plan.variant[which], self.plan.draws[which]
        for part in _stretches(self.kinds[variants]):
            self._score(_Run(draws[part], scores[part], problems[part]), variants[part])
        for part in _stretches(self.ties[variants]):
            ranks[part] = self._ranks(scores[part], TIES[self.ties[variants[part.start]]])
        failed = {int(i): problems[i] for i in problems.nonzero()[0]}
        return Evaluated(scores, ranks, self._shifts(ranks), failed)

    def _score(self, run: _Run, variants: np.ndarray) -> None:
        """Score a run, whose variants, ``(replicates,)``, differ only in what they exclude."""
        groups: dict[int, list[Part]] = {}
        for same in _stretches(variants):
            variant, at = self.plan.variants[variants[same.start]], np.arange(same.start, same.stop)
            if variant.method is None:
                run.problems[at] = variant.problem
                continue
            try:
                prepared = self.preparer.prepare(variant, variant.method)
                weights = local_weights(prepared, variant, variant.method, self.local_weights)
                scorer = NodeScorer(prepared, variant.method, weights, self.task.movers)
                groups.setdefault(id(prepared), []).append((scorer, at))
            except InputError as refused:
                run.problems[at] = str(refused.problems[0])
        for parts in groups.values():
            first, _ = parts[0]
            scale = common_scale(first)
            if scale is not None:
                run.score_at_once(parts, self._global_scorer(first.prepared, scale))
            for part in parts if scale is None else ():
                run.score_by_node(part)
        run.scores[run.problems != ""] = np.nan

    def _global_scorer(self, prepared: Prepared, scale: Scale) -> GlobalScorer:
        """Return what scores replicates at once, kept while the same is asked for."""
        if self.scorer is None or self.scorer[0] is not prepared or self.scorer[1] != scale:
            self.scorer = (prepared, scale, GlobalScorer(prepared, scale))
        return self.scorer[2]

    def _ranks(self, scores: np.ndarray, ties: str) -> np.ndarray:
        """Rank within each year, rounded by the largest score of all years."""
        if len(self.years) == 1:
            return rank_rows(scores, ties)
        ranks = np.empty(scores.shape, dtype=np.float32)
        steps = rounding_steps(scores)
        for rows in self.years:
            ranks[:, rows] = rank_rows(scores[:, rows], ties, steps)
        return ranks

    def _shifts(self, ranks: np.ndarray) -> np.ndarray:
        """Return the mean distance from the nominal rank, over rows that have both."""
        if not len(self.task.nominal):
            return np.full(len(ranks), np.nan)
        apart = np.abs(ranks - self.task.nominal.astype(np.float32))
        there = ~np.isnan(apart)
        total, count = np.where(there, apart, 0.0).sum(axis=1, dtype=float), there.sum(axis=1)
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _stretches(labels: np.ndarray) -> Iterator[slice]:
    """Cut labels into stretches of equal ones."""
    if len(labels) == 1:
        yield slice(0, 1)
        return
    ends = np.flatnonzero(np.diff(labels)) + 1
    for start, stop in pairwise([0, *ends.tolist(), len(labels)]):
        yield slice(start, stop)


@cache
def _threads() -> ThreadpoolController:
    """Return what limits the threads of the libraries that are loaded."""
    return ThreadpoolController()
