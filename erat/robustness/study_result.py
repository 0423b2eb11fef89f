"""What a study tells, each table computed when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from erat.errors import MethodError, listing
from erat.index.results import REMEDY, zero_may_win
from erat.robustness import sensitivity
from erat.robustness.addresses import Resolver
from erat.robustness.dominance import MOST_UNITS, Tiers, dominance, exact_dominance, find_tiers
from erat.robustness.factors import Study
from erat.robustness.intervals import COLUMNS, rank_chances, summary
from erat.robustness.plan import failing_settings
from erat.robustness.uncertainty import Uncertainty


@dataclass(frozen=True)
class RankResult:
    """Ranks of the units of one year in many replicates of a study.

    ``intervals`` have the columns of the contract. ``at_most``, ``(units, k)``, is the share of
    replicates with rank k or better; ``above``, ``(units, units)``, that in which the row is above
    the column, None of more than 1,000 units. ``distinct`` of the replicates differ.
    """

    study: Study
    units: list[str]
    intervals: pd.DataFrame
    at_most: np.ndarray
    above: np.ndarray | None
    replicates: int
    distinct: int

    @classmethod
    def of_every(
        cls, ranks: np.ndarray, nominal: np.ndarray, units: list[str], study: Study
    ) -> RankResult:
        """Take ranks ``(units, replicates)``, every one of which counts once."""
        ways = ranks.shape[1]
        above = dominance(ranks, np.ones(ways, dtype=int)) if len(units) <= MOST_UNITS else None
        intervals = pd.DataFrame({"nominal": nominal, **summary(ranks)})[COLUMNS]
        return cls(study, units, intervals, rank_chances(ranks, len(units)), above, ways, ways)

    @cached_property
    def tiers(self) -> Tiers | None:
        """Tiers of the units; None of more than 1,000."""
        mean = self.intervals["mean"].to_numpy()
        return None if self.above is None else find_tiers(self.above, mean)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return ``dominance``, ``tiers`` and ``rank_at_most``; nothing of more than 1,000 units."""
        if self.above is None or self.tiers is None:
            return {}
        at_most = self.at_most[:, : len(self.units)]
        columns = [str(k) for k in range(1, at_most.shape[1] + 1)]
        tiers = {"unit": self.units, "mean_rank": self.intervals["mean"], "tier": self.tiers.tier}
        return {
            "dominance": _by_unit(self.units, self.above, self.units),
            "tiers": pd.DataFrame(tiers),
            "rank_at_most": _by_unit(self.units, at_most, columns),
        }


def _by_unit(units: list[str], values: np.ndarray, columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(values, pd.Index(units, name="unit"), columns).reset_index()


class StudyResult:
    """What a study tells, once :func:`~erat.robustness.uncertainty.uncertainty` has evaluated it."""

    def __init__(self, evaluated: Uncertainty) -> None:
        self.evaluated = evaluated
        years = evaluated.panel.years
        self.many_years = len(np.unique(years)) > 1
        self.latest = np.flatnonzero(years == years.max())
        self.units = [evaluated.panel.units[i] for i in self.latest]

    def __repr__(self) -> str:
        one = self.evaluated
        of = f" of {2 * one.n:,}" if one.replicates < 2 * one.n else ""
        return (
            f"Study of {len(self.units)} units: {one.replicates:,}{of} replicates of "
            f"{len(one.study.factors)} factors, {one.distinct:,} of them different"
        )

    def _repr_html_(self) -> str:
        table = self.rank_intervals.sort_values("nominal")[["unit", "nominal", "q05", "q95"]]
        return f"<p>{self!r}</p>{table.round(1).to_html(index=False, max_rows=10)}"

    @cached_property
    def rank_intervals(self) -> pd.DataFrame:
        """Ranks: columns ``unit`` (and ``year``), and those of the contract."""
        return self._with_keys(self.evaluated.intervals.ranks, self.evaluated.ranks)

    @cached_property
    def score_intervals(self) -> pd.DataFrame:
        """Scores: columns ``unit`` (and ``year``), and those of the contract."""
        return self._with_keys(self.evaluated.intervals.scores, self.evaluated.scores)

    def _with_keys(self, intervals: pd.DataFrame, nominal: np.ndarray) -> pd.DataFrame:
        panel = self.evaluated.panel
        keys = ["unit", "year"] if panel.has_years else ["unit"]
        table = intervals.assign(nominal=nominal, unit=panel.units, year=panel.years)
        return table[[*keys, *COLUMNS]]

    @cached_property
    def ranks(self) -> RankResult:
        """Ranks of the latest year's units."""
        one, above = self.evaluated, None
        if len(self.latest) <= MOST_UNITS:
            latest = self.evaluated.panel.years == self.evaluated.panel.years.max()
            groups = [group.ranks[latest[group.rows]] for group in one.store.groups()]
            above = dominance(np.concatenate(groups), one.counts)
        intervals = self.rank_intervals[COLUMNS].iloc[self.latest].reset_index(drop=True)
        at_most, ways = one.intervals.at_most[self.latest], (one.replicates, one.distinct)
        return RankResult(one.study, self.units, intervals, at_most, above, *ways)

    @cached_property
    def indices(self) -> pd.DataFrame | None:
        """Sensitivity indices; None without the replicates for them."""
        return sensitivity.index_table(self.evaluated) if self.evaluated.with_indices else None

    @cached_property
    def convergence(self) -> pd.DataFrame | None:
        """Indices of the mean rank shift with fewer points; None without replicates for them."""
        one = self.evaluated
        return sensitivity.convergence_table(one) if one.with_indices else None

    @cached_property
    def alone(self) -> pd.DataFrame:
        """What each factor does alone."""
        return sensitivity.alone_table(self.evaluated)

    @cached_property
    def failures(self) -> pd.DataFrame:
        """The replicates that failed."""
        return sensitivity.failure_table(self.evaluated)

    @cached_property
    def changes(self) -> pd.DataFrame | None:
        """The change from the first to the last year (`change_table`); None of a single year."""
        return sensitivity.change_table(self.evaluated) if self.many_years else None

    @cached_property
    def change_indices(self) -> pd.DataFrame | None:
        """Sensitivity indices of that change; None of a single year, or without their replicates."""
        both = self.many_years and self.evaluated.with_indices
        return sensitivity.change_indices(self.evaluated) if both else None

    @property
    def weights_within(self) -> float | None:
        """By which part the study moves weights, if it moves them relatively."""
        moves = [f.moves_weights.relative for f in self.evaluated.study.factors if f.moves_weights]
        return next((relative for relative in moves if relative), None)

    @property
    def exact(self) -> dict[int, np.ndarray]:
        """Exact dominance by level, ``(units, units)`` each; empty where it cannot be told."""
        return self._exact[0]

    @cached_property
    def _exact(self) -> tuple[dict[int, np.ndarray], list[str]]:
        """Exact dominance by level, and why it cannot be told at the others."""
        relative, by_level, refusals = self.weights_within, dict[int, np.ndarray](), list[str]()
        if relative is None or len(self.latest) > MOST_UNITS:
            return by_level, refusals
        base = self.evaluated.assessment
        for level in sorted(set(base.tree.levels.values()), reverse=True):
            try:
                by_level[level] = exact_dominance(base, level, relative, self.latest)
            except MethodError as refused:
                refusals.append(str(refused.problems[0]))
        return by_level, refusals

    @cached_property
    def notes(self) -> list[str]:
        """What a reader should know: idle factors, failures, rows left out, and refusals."""
        one = self.evaluated
        beside = "" if one.with_indices else " (by itself, all others as in the base)"
        notes = [*self.speaks_for]
        notes += [
            f"factor {name!r}: {how}{beside}" for name, how in sensitivity.idle_factors(one).items()
        ]
        notes += [
            f"factor {name!r}: {count} of its {of} choices were never drawn; take more points"
            for name, (count, of) in sensitivity.undrawn(one).items()
        ]
        notes += [
            f"factor {name!r}: its versions come from simulated answers; so do these results"
            for name, versions in one.task.versions.items()
            if getattr(versions, "simulated", False)
        ]
        notes += [*self._taken_back(), *self._zero_scores()]
        if self.many_years:
            latest = int(one.panel.years.max())
            notes.append(f"dominance, tiers and claims of ranks speak of {latest}, the latest year")
        if len(self.latest) > MOST_UNITS:
            notes.append(
                f"{len(self.latest):,} units are too many to compare pairs of: no dominance, tiers, "
                f"chances of ranks or claims of units beyond {MOST_UNITS:,}"
            )
        return [*notes, *self._exact[1]]

    @cached_property
    def speaks_for(self) -> list[str]:
        """Of how many replicates the results are, where some failed; else nothing."""
        one = self.evaluated
        if not one.failed:
            return []
        rows = sensitivity.Sample(one).dropped if one.with_indices else 0
        lead = f"intervals and claims speak for {one.replicates:,} of {2 * one.n:,} replicates"
        if one.with_indices:
            lead += f", indices for {one.n - rows:,} of {one.n:,} rows"
        if settings := failing_settings(one.plan, one.study, one.problems):
            lead += f"; what failed: {settings}"
        left_out = [f"{rows:,} of {one.n:,} rows are left out of the indices"] if rows else []
        every = f"{one.failed:,} of {len(one.plan.evaluation):,} replicates failed"
        return [lead, f"{every}: see failures.csv", *left_out]

    def _zero_scores(self) -> list[str]:
        """Name the units that a geometric or harmonic mean makes 0 in some replicates."""
        one, tree = self.evaluated, self.evaluated.task.framework
        wins = [v.method is not None and zero_may_win(v.method, tree, tree.levels)
                for v in one.plan.variants]  # fmt: skip
        asked = np.flatnonzero(np.array(wins)[one.plan.variant] & (one.counts > 0))
        if not len(asked):
            return []
        zero = [(group.scores[:, asked] == 0).any(axis=1) for group in one.store.groups()]
        names = one.panel.named(np.flatnonzero(np.concatenate(zero)))
        note = f"scores that one 0 makes 0 in some replicates: {listing(names)}; {REMEDY}"
        return [note] if names else []

    def _taken_back(self) -> list[str]:
        """Say where choices of what is left out put in again what the base leaves out."""
        study = self.evaluated.study
        left_out, back = set(Resolver(study).base.exclude), dict[str, set[str]]()
        for factor in study.factors:
            for choice in factor.choices if factor.at == "exclude" else ():
                again = left_out - ({choice} if isinstance(choice, str) else {*choice})
                back |= {factor.name: again} if again else {}
        return [
            f"factor {name!r}: some of its choices put in again what the base leaves out "
            f"({listing(sorted(codes))}); name it in every choice if it is to stay out"
            for name, codes in back.items()
        ]

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return every table by the name of its file, claims aside."""
        exact = {
            f"exact_dominance_level_{level}": _by_unit(self.units, above.astype(int), self.units)
            for level, above in self.exact.items()
        }
        tables = {
            "rank_intervals": self.rank_intervals,
            "score_intervals": self.score_intervals,
            "change_intervals": self.changes,
            "change_indices": self.change_indices,
            "indices": self.indices,
            "convergence": self.convergence,
            **self.ranks.tables(),
            **exact,
            "alone": self.alone,
            "failures": self.failures if len(self.failures) else None,
        }
        return {name: table for name, table in tables.items() if table is not None}
