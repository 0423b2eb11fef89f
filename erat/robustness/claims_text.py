"""How claims write units, factors and shares of replicates, in one language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from erat.locale import Language
from erat.robustness.rank_result import RankResult

MOST_NAMES = 12
"""A sentence lists up to this many units."""


class Words:
    """How units, factors and shares are written in one language.

    Parameters
    ----------
    ranks
        What the claims are of.
    lang
        The language.
    names
        Names of units, where they are called by others than their codes.
    """

    def __init__(self, ranks: RankResult, lang: Language, names: Mapping[str, str]) -> None:
        self.lang, self.tr = lang, lang.tr
        self.names = [names.get(unit, unit) for unit in ranks.units]
        self.ways = self._ways(ranks.replicates, ranks.distinct)
        self.labels = {f.name: f.label(lang.code) for f in ranks.study.factors}

    def _ways(self, replicates: int, distinct: int) -> str:
        """Say in how many ways the index was constructed: few of them may have been drawn often."""
        n, m = (self.number(count) for count in (replicates, distinct))
        if distinct == replicates:
            return self.tr("{n} ways to construct the index", n=n)
        if distinct == 1:
            return self.tr("{n} draws of one way to construct the index", n=n)
        return self.tr("{n} draws from {m} ways to construct the index", n=n, m=m)

    def number(self, value: float) -> str:
        """Write a whole number."""
        return self.lang.number(value, 0)

    def part(self, share: float, *, least: bool = False) -> str:
        """Say in which part of the ways something holds; a share is rounded down, so that 100 is all."""
        percent = int(np.floor(100 * share + 1e-9))
        fields = {"share": self.number(percent), "ways": self.ways}
        if percent == 100:
            return self.tr("all {ways}", ways=self.ways)
        if least:
            return self.tr("at least {share}% of {ways}", **fields)
        return self.tr("{share}% of {ways}", **fields)

    def listed(self, units: list[int]) -> str:
        """List units, not more than fit into a sentence."""
        names = [self.names[i] for i in units]
        if len(names) > MOST_NAMES:
            rest = self.number(len(names) - MOST_NAMES + 1)
            names = [*names[: MOST_NAMES - 1], self.tr("{n} others", n=rest)]
        return self.lang.join(names)

    def factor(self, name: str) -> str:
        """Name a factor as it stands inside a sentence."""
        return self.lang.inside(self.labels[name])

    def percents(self, row: Mapping[Any, Any]) -> dict[str, str]:
        """Write indices as parts of the variance: what an estimate has below 0 or above 100 is cut."""
        names = {"alone": "S1", "total": "ST", "low": "ST_low", "high": "ST_high"}
        parts = {key: float(np.clip(row[name], 0, 1)) for key, name in names.items()}
        return {key: self.number(100 * part) for key, part in parts.items()}
