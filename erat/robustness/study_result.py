"""What a study tells, each table computed when it is asked for."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd

from erat.errors import MethodError, listing
from erat.robustness.change import change_indices, change_table
from erat.robustness.dominance import MOST_UNITS, Tiers, dominance
from erat.robustness.exact_dominance import exact_dominance
from erat.robustness.intervals import COLUMNS
from erat.robustness.rank_result import RankResult, by_unit
from erat.robustness.sensitivity import (
    Sample,
    alone_table,
    convergence_table,
    failure_table,
    idle_factors,
    index_table,
    undrawn,
)
from erat.robustness.settings import Resolver
from erat.robustness.uncertainty import Uncertainty

IDLE = {
    "no method": "every setting comes to the same method: it changes nothing",
    "one method": "every setting comes to one method, not the base's: nothing in it is uncertain",
    "no score": "its settings change no score and no rank",
    "only failures": "wherever it changes something, the replicate fails",
}


class StudyResult:
    """What a study tells.

    Parameters
    ----------
    found
        The study, evaluated.
    """

    def __init__(self, found: Uncertainty) -> None:
        self.found = found
        years = found.panel.years
        self.many_years = len(np.unique(years)) > 1
        self.focus = np.flatnonzero(years == years.max())
        self.units = [found.panel.units[i] for i in self.focus]

    def __repr__(self) -> str:
        found = self.found
        return (
            f"Study of {len(self.units)} units: {found.replicates:,} replicates of "
            f"{len(found.study.factors)} factors, {found.distinct:,} of them different"
        )

    def _repr_html_(self) -> str:
        table = self.rank_intervals.sort_values("nominal")[["unit", "nominal", "q05", "q95"]]
        return f"<p>{self!r}</p>{table.round(1).to_html(index=False, max_rows=10)}"

    @cached_property
    def rank_intervals(self) -> pd.DataFrame:
        """Ranks: columns ``unit`` (and ``year``), and those of the contract."""
        return self._with_keys(self.found.intervals.ranks.assign(nominal=self.found.ranks))

    @cached_property
    def score_intervals(self) -> pd.DataFrame:
        """Scores: columns ``unit`` (and ``year``), and those of the contract."""
        return self._with_keys(self.found.intervals.scores.assign(nominal=self.found.scores))

    def _with_keys(self, table: pd.DataFrame) -> pd.DataFrame:
        table = table[COLUMNS].copy()
        if self.found.panel.has_years:
            table.insert(0, "year", self.found.panel.years)
        table.insert(0, "unit", self.found.panel.units)
        return table

    @cached_property
    def ranks(self) -> RankResult:
        """Ranks of the latest year's units."""
        found, rows = self.found, self.focus
        parts = [
            group.ranks[
                rows[(rows >= group.rows.start) & (rows < group.rows.stop)] - group.rows.start
            ]
            for group in found.store.groups()
        ]
        few = len(rows) <= MOST_UNITS
        return RankResult(
            found.study,
            self.units,
            self.rank_intervals[COLUMNS].iloc[rows].reset_index(drop=True),
            found.intervals.at_most[rows],
            dominance(np.concatenate(parts), found.counts) if few else None,
            found.replicates,
            found.distinct,
        )

    @property
    def above(self) -> np.ndarray | None:
        """Share of replicates in which the row is above the column: :class:`RankResult`."""
        return self.ranks.above

    @property
    def tiers(self) -> Tiers | None:
        """Tiers of the latest year's units: :class:`RankResult`."""
        return self.ranks.tiers

    @cached_property
    def indices(self) -> pd.DataFrame | None:
        """Sensitivity indices; None without the replicates for them."""
        return index_table(self.found) if self.found.with_indices else None

    @cached_property
    def convergence(self) -> pd.DataFrame | None:
        """Indices of the mean rank shift with fewer points; None without replicates for them."""
        return convergence_table(self.found) if self.found.with_indices else None

    @cached_property
    def alone(self) -> pd.DataFrame:
        """What each factor does alone."""
        return alone_table(self.found)

    @cached_property
    def failures(self) -> pd.DataFrame:
        """The replicates that failed."""
        return failure_table(self.found)

    @cached_property
    def exact(self) -> dict[int, np.ndarray]:
        """Exact dominance by level, ``(units, units)`` each.

        Empty where the study does not move weights relatively, or nothing can be told.
        """
        return self._exact[0]

    @property
    def weights_within(self) -> float | None:
        """By which part the study moves weights, if it moves them relatively."""
        moves = [f.moves_weights.relative for f in self.found.study.factors if f.moves_weights]
        return next((relative for relative in moves if relative), None)

    @cached_property
    def _exact(self) -> tuple[dict[int, np.ndarray], list[str]]:
        relative = self.weights_within
        made: dict[int, np.ndarray] = {}
        notes: list[str] = []
        if relative is None or len(self.focus) > MOST_UNITS:
            return made, notes
        base = self.found.assessment
        for level in sorted(set(base.tree.levels.values()), reverse=True):
            try:
                made[level] = exact_dominance(base, level, relative, self.focus)
            except MethodError as refused:
                notes.append(str(refused.problems[0]))
        return made, notes

    @cached_property
    def notes(self) -> list[str]:
        """What a reader should know: idle factors, failures, rows left out, and refusals."""
        beside = "" if self.found.with_indices else " (by itself, all others as in the base)"
        idle = idle_factors(self.found)
        notes = [f"factor {name!r}: {IDLE[how]}{beside}" for name, how in idle.items()]
        notes += [
            f"factor {name!r}: {count} of its {of} choices were never drawn; take more points"
            for name, (count, of) in undrawn(self.found).items()
        ]
        notes += [
            f"factor {name!r}: its versions come from simulated answers; so do these results"
            for name, versions in self.found.task.versions.items()
            if getattr(versions, "simulated", False)
        ]
        notes += self._taken_back()
        failed = int((~self.found.valid[self.found.plan.evaluation]).sum())
        if failed:
            total = len(self.found.plan.evaluation)
            notes.append(f"{failed:,} of {total:,} replicates failed: see failures.csv")
        if self.found.with_indices and (dropped := Sample(self.found).dropped):
            notes.append(f"{dropped:,} of {self.found.n:,} rows are left out of the indices")
        if self.many_years:
            latest = int(self.found.panel.years.max())
            notes.append(f"dominance, tiers and claims of ranks speak of {latest}, the latest year")
        if len(self.focus) > MOST_UNITS:
            notes.append(
                f"{len(self.focus):,} units are too many to compare pairs of: no dominance, tiers, "
                f"chances of ranks or claims of units beyond {MOST_UNITS:,}"
            )
        return [*notes, *self._exact[1]]

    def _taken_back(self) -> list[str]:
        """Say where choices of what is left out put in again what the base leaves out."""
        left_out = set(Resolver(self.found.study).base.exclude)
        back = [
            (factor.name, left_out - {choice} if isinstance(choice, str) else left_out - {*choice})
            for factor in self.found.study.factors
            for choice in factor.choices
            if factor.at == "exclude"
        ]
        return [
            f"factor {name!r}: some of its choices put in again what the base leaves out "
            f"({listing(sorted(codes))}); name it in every choice if it is to stay out"
            for name, codes in {name: codes for name, codes in back if codes}.items()
        ]

    @cached_property
    def changes(self) -> pd.DataFrame | None:
        """What the change from the first to the last year is; None of a single year.

        Columns ``unit, output`` (``rank`` or ``score``), those of the contract, and ``better`` and
        ``worse``: the shares of replicates in which the score or rank is so in the last year.
        """
        return change_table(self.found) if self.many_years else None

    @cached_property
    def change_indices(self) -> pd.DataFrame | None:
        """Sensitivity indices of that change; None of a single year, or without their replicates."""
        return change_indices(self.found) if self.many_years and self.found.with_indices else None

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return every table by the name of its file, claims aside."""
        made = {"rank_intervals": self.rank_intervals, "score_intervals": self.score_intervals}
        if self.changes is not None:
            made["change_intervals"] = self.changes
        if self.change_indices is not None:
            made["change_indices"] = self.change_indices
        if self.indices is not None and self.convergence is not None:
            made |= {"indices": self.indices, "convergence": self.convergence}
        made |= self.ranks.tables()
        for level, matrix in self.exact.items():
            made[f"exact_dominance_level_{level}"] = by_unit(
                self.units, matrix.astype(int), self.units
            )
        made["alone"] = self.alone
        if len(self.failures):
            made["failures"] = self.failures
        return made
