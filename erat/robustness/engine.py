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
from erat.robustness.climb import SettingClimber
from erat.robustness.data_versions import Versions
from erat.robustness.node_weights import NodeWeightsByKind
from erat.robustness.perturb import Mover
from erat.robustness.plan import Plan, Setup
from erat.robustness.prepare import Prepared, Preparer
from erat.robustness.product import Product, common_scale
from erat.robustness.ranking import rank_rows, rounding_steps

BLOCK_VALUES, LARGEST_BLOCK = 2**22, 2**10
"""About as many scores, and at most as many replicates, are in a block."""


def block_size(rows: int) -> int:
    """Return evaluations in a block: a power of two that depends on nothing but the rows.

    Examples
    --------
    >>> block_size(38), block_size(514), block_size(83_763)
    (1024, 1024, 32)
    """
    most = max(BLOCK_VALUES // max(rows, 1), 8)
    return min(1 << (most.bit_length() - 1), LARGEST_BLOCK)


class Evaluated(NamedTuple):
    """What came of a block.

    Attributes
    ----------
    scores
        Of the index, ``(evaluations, rows)``; nan where missing or refused.
    ranks
        float32, of the same shape; 1 is best, within the year.
    shifts
        Mean over rows of ``|rank - nominal rank|``, ``(evaluations,)``.
    problems
        Why an evaluation has no scores, by its place in the block.
    """

    scores: np.ndarray
    ranks: np.ndarray
    shifts: np.ndarray
    problems: dict[int, str]


@dataclass(frozen=True)
class Task:
    """Everything that evaluating needs; it can be sent to another process.

    Attributes
    ----------
    movers
        What moves weights, in the order of the columns of ``plan.moves``.
    versions
        Versions of the data by factor.
    goalposts
        By how much goalposts move, ``(draws, 2, indicators)``.
    size
        Evaluations in a block.
    nominal
        Ranks of the base, ``(rows,)``.
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


class Engine:
    """Evaluates blocks of a task; keeps what several blocks need.

    Parameters
    ----------
    task
        What is evaluated.
    """

    def __init__(self, task: Task) -> None:
        self.task, self.plan = task, task.plan
        self.preparer = Preparer(task.panel, task.framework, task.versions, task.goalposts)
        self.weights, self.threads = NodeWeightsByKind(), _threads()
        self.product: tuple[Prepared, Scale, Product] | None = None
        keys = [(setup.steps, setup.shape) for setup in self.plan.setups]
        numbers = {key: i for i, key in enumerate(dict.fromkeys(keys))}
        self.kinds = np.array([numbers[key] for key in keys])
        years = task.panel.years
        found = [np.flatnonzero(years == year) for year in np.unique(years)]
        self.years = found if len(found) > 1 else []

    def block(self, number: int) -> Evaluated:
        """Evaluate one block, in one thread whatever the machine has."""
        with self.threads.limit(limits=1):
            start = number * self.task.size
            return self.evaluate(np.arange(start, min(start + self.task.size, self.plan.count)))

    def evaluate(self, which: np.ndarray) -> Evaluated:
        """Evaluate some of the plan's evaluations, in the plan's order."""
        rows = len(self.task.panel.values)
        scores = np.empty((len(which), rows))
        ranks = np.empty((len(which), rows), dtype=np.float32)
        problems = np.full(len(which), "", dtype=object)
        for run in self._runs(which):
            numbers = self.plan.setup[which[run]]
            problems[run] = self._score(numbers, self.plan.moves[which[run]], scores[run])
            method = self.plan.setups[numbers[0]].method
            ranks[run] = self._ranks(scores[run], method.ranks.ties if method else "min")
        failed = {int(i): problems[i] for i in problems.nonzero()[0]}
        return Evaluated(scores, ranks, self._shifts(ranks), failed)

    def _runs(self, which: np.ndarray) -> Iterator[slice]:
        """Cut evaluations into runs whose settings share their normalized values and shape."""
        kinds = self.kinds[self.plan.setup[which]]
        ends = np.flatnonzero(np.diff(kinds)) + 1
        for start, stop in pairwise([0, *ends.tolist(), len(which)]):
            yield slice(start, stop)

    def _score(self, numbers: np.ndarray, moves: np.ndarray, scores: np.ndarray) -> np.ndarray:
        """Score a run, whose settings differ only in what they exclude, into ``scores``.

        Parameters
        ----------
        numbers
            The settings, in their order, ``(replicates,)``.
        moves
            The draw that each mover takes, ``(replicates, movers)``.
        scores
            Where scores go, ``(replicates, rows)``.

        Returns
        -------
        ndarray
            Why each has no scores; empty where it has.
        """
        problems = np.full(len(numbers), "", dtype=object)
        groups: dict[int, list[_Part]] = {}
        ends = np.flatnonzero(np.diff(numbers)) + 1
        for start, stop in pairwise([0, *ends.tolist(), len(numbers)]):
            at, setup = np.arange(start, stop), self.plan.setups[numbers[start]]
            if setup.method is None:
                problems[at] = setup.problem
                continue
            try:
                climber = self._climber(setup)
                groups.setdefault(id(climber.prepared), []).append(_Part(climber, at))
            except InputError as refused:
                problems[at] = str(refused.problems[0])
        for parts in groups.values():
            scale = common_scale(parts[0].climber)
            if scale is None:
                for part in parts:
                    self._alone(part, moves, scores, problems)
            else:
                self._in_one(parts, scale, moves, scores, problems)
        scores[problems != ""] = np.nan
        return problems

    def _climber(self, setup: Setup) -> SettingClimber:
        """Prepare a setting.

        Raises
        ------
        InputError
            If it cannot be evaluated.
        """
        prepared = self.preparer.prepared(setup)
        return SettingClimber(prepared, setup, self.weights.of(prepared, setup), self.task.movers)

    def _alone(
        self,
        part: _Part,
        moves: np.ndarray,
        scores: np.ndarray,
        problems: np.ndarray,
        rows: np.ndarray | None = None,
    ) -> None:
        """Score replicates of one setting node by node."""
        climber, at = part
        problem = climber.weights.problem
        if problem:
            problems[at] = problem
            return
        made = climber.scores(moves[at], rows)
        known = climber.prepared.rows if rows is None else climber.prepared.rows[rows]
        if rows is None:
            scores[at] = np.nan
        scores[np.ix_(at, known)] = made.values
        problems[at] = made.problems

    def _in_one(
        self,
        parts: Sequence[_Part],
        scale: Scale,
        moves: np.ndarray,
        scores: np.ndarray,
        problems: np.ndarray,
    ) -> None:
        """Score replicates of several settings in one product."""
        prepared = parts[0].climber.prepared
        product = self._kept(prepared, scale)
        refusals = [product.refusal(part.climber) for part in parts]
        for part, refusal in zip(parts, refusals, strict=True):
            problems[part.at] = refusal
        parts = [part for part, refusal in zip(parts, refusals, strict=True) if not refusal]
        if not parts:
            return
        climbers = [part.climber for part in parts]
        at = np.concatenate([part.at for part in parts])
        which = np.repeat(np.arange(len(parts)), [len(part.at) for part in parts])
        weights = product.weights(climbers, which, moves[at])
        whole = product.whole(climbers)
        rows = None if whole.all() else np.flatnonzero(whole)
        known = prepared.rows if rows is None else prepared.rows[rows]
        if len(known) == scores.shape[1] and np.array_equal(at, np.arange(len(scores))):
            product.product(weights, None, scores)
        else:
            scores[at] = np.nan
            scores[np.ix_(at, known)] = product.product(weights, rows)
        if rows is not None:
            for part in parts:
                self._alone(part, moves, scores, problems, np.flatnonzero(~whole))

    def _kept(self, prepared: Prepared, scale: Scale) -> Product:
        """Return what replicates share, kept while the same is asked for."""
        if (
            self.product is None
            or self.product[0] is not prepared
            or self.product[1].power != scale.power
        ):
            self.product = (prepared, scale, Product(prepared, scale))
        return self.product[2]

    def _ranks(self, scores: np.ndarray, ties: str) -> np.ndarray:
        """Rank within each year, rounded by the largest score of all years."""
        if not self.years:
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
        apart = ranks - self.task.nominal.astype(np.float32)
        np.abs(apart, out=apart)
        total, count = apart.sum(axis=1, dtype=float), apart.shape[1]
        gaps = np.isnan(total)
        if not gaps.any():
            return np.asarray(total / count)
        there = ~np.isnan(apart)
        total, counts = np.where(there, apart, 0.0).sum(axis=1, dtype=float), there.sum(axis=1)
        return np.where(counts > 0, total / np.maximum(counts, 1), np.nan)


@cache
def _threads() -> ThreadpoolController:
    """Return what limits the threads of the libraries that are loaded."""
    return ThreadpoolController()


class _Part(NamedTuple):
    """A setting, and the places of its replicates in the run."""

    climber: SettingClimber
    at: np.ndarray
