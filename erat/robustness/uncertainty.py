"""Uncertainty of an index: a study evaluated, from its points to scores, ranks and intervals.

Source: Saisana, Saltelli and Tarantola (2005), Uncertainty and sensitivity analysis techniques as
tools for the quality assessment of composite indicators, J. Royal Statistical Society A 168.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np

from erat.errors import MethodError, Problem
from erat.index.assessment import Assessment, assess
from erat.index.framework import Framework
from erat.index.panel import Panel
from erat.robustness.addresses import Resolver
from erat.robustness.data_versions import Versions
from erat.robustness.design import Points, draw_points, lay_out, power_of_two
from erat.robustness.dominance import MOST_UNITS
from erat.robustness.engine import Engine, Task, block_size
from erat.robustness.factors import GOALPOSTS, Factor, Study
from erat.robustness.intervals import Intervals
from erat.robustness.plan import Plan, failing_settings, make_plan, number_values
from erat.robustness.store import Store
from erat.robustness.study_checks import check_study
from erat.robustness.workers import evaluate

ALONE = 64
"""Draws of a factor that has no options, when it is moved alone."""

SMALL = 1_000_000
"""Up to this many numbers, the base is assessed with all its contributions."""

MOST_FAILED = 0.5
"""Share of the replicates of A and B that may fail. Beyond a half the median of a score, a rank or a
shift can be anything, whatever those that are left say: that is its breakdown point (Hampel 1971, A
general qualitative definition of robustness, Annals of Mathematical Statistics 42). Below it, results
are those of the settings that go together, and begin with how many these are."""

Only = Literal["intervals"]


@dataclass(frozen=True)
class Uncertainty:
    """A study that was evaluated, from a base sample of ``n`` points.

    ``scores`` and ``ranks`` are nominal ones, ``(rows,)``; ``shifts`` the mean rank shifts,
    ``(evaluations,)``; ``problems`` say why evaluations, by number, have no scores; ``store`` and
    ``intervals`` are of all scores and ranks; ``base``, the assessment, is None of very many units.
    """

    study: Study
    task: Task
    n: int
    seed: int
    points: Points
    scores: np.ndarray
    ranks: np.ndarray
    shifts: np.ndarray
    problems: Mapping[int, str]
    store: Store = field(repr=False)
    intervals: Intervals = field(repr=False)
    base: Assessment | None = field(repr=False, default=None)

    @cached_property
    def assessment(self) -> Assessment:
        """The base's assessment with every step."""
        return self.base or assess(self.panel, self.task.framework, Resolver(self.study).base)

    @property
    def panel(self) -> Panel:
        """The data."""
        return self.task.panel

    @property
    def plan(self) -> Plan:
        """The replicates, and the distinct evaluations among them."""
        return self.task.plan

    @cached_property
    def valid(self) -> np.ndarray:
        """Which evaluations have scores, ``(evaluations,)``."""
        return ~np.isin(np.arange(self.plan.count), list(self.problems))

    @cached_property
    def counts(self) -> np.ndarray:
        """How many replicates of A and B each evaluation, ``(evaluations,)``, stands for."""
        return self.plan.sample_counts(self.problems)

    @property
    def replicates(self) -> int:
        """Replicates of A and B that did not fail."""
        return int(self.counts.sum())

    @property
    def distinct(self) -> int:
        """How many of these differ."""
        return int((self.counts > 0).sum())

    @property
    def failed(self) -> int:
        """Replicates of the whole design that failed."""
        return int((~self.valid[self.plan.evaluation]).sum())

    @property
    def with_indices(self) -> bool:
        """Whether the design has the replicates for sensitivity indices."""
        return f"AB:{self.plan.design.names[0]}" in self.plan.design.parts


def uncertainty(
    panel: Panel,
    framework: Framework,
    study: Study,
    n: int = 1024,
    seed: int = 0,
    *,
    jobs: int | None = None,
    only: Only | None = None,
    points: Points = "sobol",
    scheduler: str | None = None,
) -> Uncertainty:
    """Evaluate a study.

    Parameters
    ----------
    n
        The base sample; of Sobol points the power of two that it is or the next above it.
    seed
        The same seed gives the same bytes, for any number of jobs.
    jobs
        Worker processes; one a core if not given.
    only
        ``intervals`` leaves the sensitivity indices out: 2 n replicates instead of
        ``n (factors + groups + 2)``.
    points
        ``sobol`` or ``plain`` random numbers.
    scheduler
        Address of a dask scheduler.

    Raises
    ------
    InputError
        If the base or the study is wrong, or more than half of the replicates of A and B could not
        be evaluated (:data:`MOST_FAILED`).
    """
    resolver = Resolver(study)
    panel = panel.without_codes(resolver.base.missing)
    versions, movers = check_study(resolver, framework, panel, seed)
    power = power_of_two(n)
    n = power if points == "sobol" else n
    small = panel.values.size * len(framework.table) <= SMALL
    base = assess(panel, framework, resolver.base) if small else None
    widths = {
        f.name: 2 * len(framework.indicators) if f.at == GOALPOSTS else 1 for f in study.factors
    }
    widths |= {name: max(mover.width, 1) for name, mover in movers.items()}
    drawn = dict(zip(widths, draw_points(n, list(widths.values()), seed, points), strict=True))
    alone = {f.name: _alone(f, drawn[f.name], versions) for f in study.factors}
    design = lay_out(drawn, study.groups, only is None, alone)
    movers = {name: replace(mover, points=drawn[name]) for name, mover in movers.items()}
    plan = make_plan(resolver, design, movers, versions, framework, panel)
    size = block_size(len(panel.values))
    goalposts = _goalposts(study, drawn, len(framework.indicators))
    task = Task(panel, framework, plan, list(movers.values()), versions, goalposts, size)
    scores, ranks = _nominal(task, base)
    task = replace(task, nominal=ranks)
    store, shifts, problems = _evaluated(task, jobs, scheduler)
    _check_enough(plan, study, problems)
    most = int(np.unique(panel.years, return_counts=True)[1].max())
    counts = plan.sample_counts(problems)
    intervals = Intervals(store, counts, most if most <= MOST_UNITS else 0)
    return Uncertainty(
        study, task, n, seed, points, scores, ranks, shifts, problems, store, intervals, base
    )


def _goalposts(study: Study, points: Mapping[str, np.ndarray], columns: int) -> np.ndarray:
    """Return by which parts of their distance goalposts move, ``(draws, 2, indicators)``."""
    for factor in study.factors:
        if factor.at == GOALPOSTS and factor.perturb:
            moves = (factor.perturb.relative or 0.0) * (2 * points[factor.name] - 1)
            return np.asarray(moves.reshape(-1, 2, columns))
    return np.empty((0, 2, columns))


def _alone(factor: Factor, points: np.ndarray, versions: Mapping[str, Versions]) -> np.ndarray:
    """Return rows of points to move a factor alone: one for each option, or some draws."""
    rows = np.unique(number_values(factor, points, versions), return_index=True)[1]
    return rows if factor.options else rows[:ALONE]


def _nominal(task: Task, base: Assessment | None) -> tuple[np.ndarray, np.ndarray]:
    """Return the base's scores and ranks; a base that gives nobody a score is refused."""
    problem = ""
    if base is not None:
        scores = base.index.to_numpy()
        ranks = base.ranks[base.framework.top].to_numpy(dtype=float, na_value=np.nan)
    else:
        one = Engine(task).evaluate(task.plan.of("nominal"))
        scores, ranks = one.scores[0], one.ranks[0].astype(float)
        problem = one.problems.get(0, "")
    if not problem and np.isnan(scores).all():
        problem = "no unit with a score"
    if problem:
        expected = "a method that gives scores"
        remedy = "change the base, or see which indicators have values"
        raise MethodError([Problem("study, base", problem, expected, remedy)])
    return scores, ranks


def _evaluated(
    task: Task, jobs: int | None, scheduler: str | None
) -> tuple[Store, np.ndarray, dict[int, str]]:
    """Keep scores and ranks of all blocks; return shifts and problems."""
    plan = task.plan
    store = Store(plan.count, len(task.panel.values), task.size)
    shifts, problems = np.empty(plan.count), dict[int, str]()
    for number, block in evaluate(task, jobs, scheduler):
        start = number * task.size
        store.write(number, block.scores, block.ranks)
        shifts[start : start + len(block.shifts)] = block.shifts
        problems.update({start + place: text for place, text in block.problems.items()})
    return store, shifts, problems


def _check_enough(plan: Plan, study: Study, problems: Mapping[int, str]) -> None:
    """Refuse a study of which more than :data:`MOST_FAILED` of the replicates failed, or all."""
    total, left = 2 * plan.design.n, int(plan.sample_counts(problems).sum())
    if left >= (1 - MOST_FAILED) * total and left:
        return
    first = next(iter(problems.values()))
    found = f"{total - left:,} of {total:,} replicates that cannot be evaluated; the first: {first}"
    if not left:
        found = f"no replicate that can be evaluated; the first: {first}"
    settings = failing_settings(plan, study, problems)
    remedy = f"change the settings that fail: {settings}" if settings else "change the study"
    if "negative values" in first:
        remedy += (
            ". Under a geometric or harmonic mean values must be above 0, as of {method: minmax, "
            "range: [1, 100]} or {method: zscore, mean: 100, sd: 10}"
        )
    expected = f"{1 - MOST_FAILED:.0%} or more that can"
    raise MethodError([Problem("study", found, expected, remedy)])
