"""What many replicates say of ranks: intervals, chances, who is above whom, and tiers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from erat.robustness.dominance import MOST_UNITS, Tiers, dominance, find_tiers
from erat.robustness.factors import Study
from erat.robustness.intervals import COLUMNS, rank_summary

THIRDS = ("upper", "middle", "lower")
"""Thirds of the ranking, the best first."""


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
        of_ranks, chances = rank_summary(ranks)
        at_most = np.ones((len(units), len(units)))
        at_most[:, : chances.shape[1]] = chances
        above = dominance(ranks, np.ones(ways, dtype=int)) if len(units) <= MOST_UNITS else None
        intervals = pd.DataFrame({"nominal": nominal, **of_ranks})[COLUMNS]
        return cls(study, units, intervals, at_most, above, ways, ways)

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
            "dominance": by_unit(self.units, self.above, self.units),
            "tiers": pd.DataFrame(tiers),
            "rank_at_most": by_unit(self.units, at_most, columns),
        }


def by_unit(units: list[str], values: np.ndarray, columns: list[str]) -> pd.DataFrame:
    """Return values as a table, the column ``unit`` first."""
    table = pd.DataFrame(values, columns=columns)
    table.insert(0, "unit", units)
    return table


def whole_ranks(intervals: pd.DataFrame) -> pd.DataFrame:
    """Return rank intervals in whole ranks by unit: ``nominal, low, high, median, min, max``.

    Low and high are the 5% and 95% quantiles (``q05, q95``), rounded outwards.
    """
    known = intervals.set_index("unit")
    low, high = np.floor(known["q05"] + 1e-9), np.ceil(known["q95"] - 1e-9)
    return known.assign(low=low, high=high)[["nominal", "low", "high", "median", "min", "max"]]


def thirds(intervals: pd.DataFrame) -> pd.DataFrame:
    """Say which thirds whole ranks touch: ``tier`` (nominal), ``best`` (low), ``worst`` (high)."""
    n = len(intervals)
    ends = {"tier": "nominal", "best": "low", "worst": "high"}
    return pd.DataFrame({name: third(intervals[column], n) for name, column in ends.items()})


def third(ranks: pd.Series, n: int) -> pd.Series:
    """Say in which third of ``n`` units ranks are: ``upper``, ``middle`` or ``lower``."""
    return ((ranks - 1) * 3 // n).clip(0, 2).astype(int).map(dict(enumerate(THIRDS)))
