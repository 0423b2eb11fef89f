"""The words of claims, in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from erat.locale import Language
from erat.robustness.dominance import TOLD
from erat.robustness.study_result import StudyResult

MOST_NAMES = 12
"""A sentence lists up to this many units."""


class Speaker:
    """Words claims in one language.

    Parameters
    ----------
    findings
        What the claims are of.
    lang
        The language.
    names
        Names of units, where they are called by others than their codes.
    """

    def __init__(self, findings: StudyResult, lang: Language, names: Mapping[str, str]) -> None:
        self.lang = lang
        self.names = [names.get(unit, unit) for unit in findings.units]
        self.ways = self._ways(findings.found.replicates, findings.found.distinct)
        self.labels = {f.name: f.label(lang.code) for f in findings.found.study.factors}

    def _ways(self, replicates: int, distinct: int) -> str:
        """Say in how many ways the index was constructed: few of them may have been drawn often."""
        n, m = (self.lang.number(count, 0) for count in (replicates, distinct))
        if distinct == replicates:
            return self.lang.tr("{n} ways to construct the index", n=n)
        if distinct == 1:
            return self.lang.tr("{n} draws of one way to construct the index", n=n)
        return self.lang.tr("{n} draws from {m} ways to construct the index", n=n, m=m)

    def part(self, share: float, *, least: bool = False) -> str:
        """Say in which part of the ways something holds; a share is rounded down, so that 100 is all."""
        percent = int(np.floor(100 * share + 1e-9))
        if percent == 100:
            return self.lang.tr("all {ways}", ways=self.ways)
        fields = {"share": self.lang.number(percent, 0), "ways": self.ways}
        if least:
            return self.lang.tr("at least {share}% of {ways}", **fields)
        return self.lang.tr("{share}% of {ways}", **fields)

    def listed(self, units: list[int]) -> str:
        """List units, not more than fit into a sentence."""
        names = [self.names[i] for i in units]
        if len(names) > MOST_NAMES:
            rest = self.lang.number(len(names) - MOST_NAMES + 1, 0)
            names = [*names[: MOST_NAMES - 1], self.lang.tr("{n} others", n=rest)]
        return self.lang.join(names)

    def tier(self, tier: int, tiers: int, units: list[int]) -> str:
        """Say who is in a tier."""
        if len(units) == 1:
            return self.lang.tr(
                "Tier {tier} of {tiers}: {unit} alone.",
                tier=tier,
                tiers=tiers,
                unit=self.names[units[0]],
            )
        return self.lang.tr(
            "Tier {tier} of {tiers}: {units}. None of them is above another in {told}% or more of "
            "{ways}.",
            tier=tier,
            tiers=tiers,
            units=self.listed(units),
            told=self.lang.number(100 * TOLD, 0),
            ways=self.ways,
        )

    def cut(self, units: list[int], share: float) -> str:
        """Say that some units are above all others."""
        fields = {"units": self.listed(units), "part": self.part(share, least=True)}
        if len(units) == 1:
            return self.lang.tr("{units} is above every other, pair by pair, in {part}.", **fields)
        return self.lang.tr(
            "The best {n} ({units}) are above all others, pair by pair, in {part}.",
            n=len(units),
            **fields,
        )

    def order(self, first: int, last: int, units: list[int], most: float) -> str:
        """Say that an order cannot be told."""
        return self.lang.tr(
            "The order of ranks {first} to {last} by mean rank cannot be told ({units}): no two of "
            "them keep their order in more than {share}% of {ways}.",
            first=first + 1,
            last=last + 1,
            units=self.listed(units),
            share=self.lang.number(float(np.ceil(100 * most - 1e-9)), 0),
            ways=self.ways,
        )

    def rank(self, unit: int, first: int, last: int, nominal: float, share: float) -> str:
        """Say a unit's rank in the base, and its interval of ranks."""
        fields = {
            "unit": self.names[unit],
            "rank": self.lang.number(nominal, 0 if nominal % 1 == 0 else 1),
            "first": self.lang.number(first, 0),
            "last": self.lang.number(last, 0),
            "part": self.part(share),
        }
        if nominal != nominal:
            return self.lang.tr(
                "{unit} has no rank by the base method; it is between {first} and {last} in {part}.",
                **fields,
            )
        if first == last == nominal:
            return self.lang.tr("{unit} is rank {rank} in {part}.", **fields)
        if first == last:
            return self.lang.tr(
                "{unit} is rank {rank} by the base method, but rank {first} in {part}.", **fields
            )
        if first <= nominal <= last:
            return self.lang.tr(
                "{unit} is rank {rank}, and between {first} and {last} in {part}.", **fields
            )
        return self.lang.tr(
            "{unit} is rank {rank} by the base method, but between {first} and {last} in {part}.",
            **fields,
        )

    def pair(self, above: int, below: int, share: float) -> str:
        """Say that one is above another."""
        return self.lang.tr(
            "{above} is above {below} in {part}.",
            above=self.names[above],
            below=self.names[below],
            part=self.part(share),
        )

    def ends(self, kind: str, k: int, units: list[int], least: float) -> str:
        """Say who is among the best, or among the last."""
        part = self.part(least, least=len(units) > 1)
        fields = {"units": self.listed(units), "k": k, "part": part}
        if kind == "best":
            return self.lang.tr("Among the best {k} in {part}: {units}.", **fields)
        return self.lang.tr("Among the last {k} in {part}: {units}.", **fields)

    def change(self, unit: int, years: tuple[int, int], share: float, *, rises: bool) -> str:
        """Say that a score rises or falls from one year to another."""
        fields = {
            "unit": self.names[unit],
            "first": years[0],
            "last": years[1],
            "part": self.part(share),
        }
        if rises:
            return self.lang.tr(
                "The score of {unit} rises from {first} to {last} in {part}.", **fields
            )
        return self.lang.tr("The score of {unit} falls from {first} to {last} in {part}.", **fields)

    def weights(self, level: int, count: int, pairs: int, relative: float) -> str:
        """Say how many pairs stand for all weights."""
        fields = {
            "within": self.lang.number(100 * relative, 0),
            "level": level,
            "count": self.lang.number(count, 0),
            "pairs": self.lang.number(pairs, 0),
        }
        if count == pairs:
            return self.lang.tr(
                "For all weights within ±{within}% at level {level}, and the method as it is, the "
                "order of all {pairs} pairs of units stands.",
                **fields,
            )
        return self.lang.tr(
            "For all weights within ±{within}% at level {level}, and the method as it is, the "
            "order of {count} of {pairs} pairs of units stands.",
            **fields,
        )

    def factor(self, row: Mapping[Any, Any]) -> str:
        """Say what a factor accounts for."""
        return self.lang.tr(
            "{factor}: {total}% of the variance of the mean rank shift with all interactions (95% "
            "interval {low} to {high}%), {alone}% by itself.",
            factor=self.labels[row["factor"]],
            **self._percents(row),
        )

    def group(self, row: Mapping[Any, Any], members: Sequence[str]) -> str:
        """Say what some factors account for together."""
        return self.lang.tr(
            "{factors} together: {total}% of the variance of the mean rank shift with all interactions "
            "(95% interval {low} to {high}%), {alone}% by themselves.",
            factors=self.lang.join([self.labels[name] for name in members]),
            **self._percents(row),
        )

    def _percents(self, row: Mapping[Any, Any]) -> dict[str, str]:
        """Write indices as parts of the variance: what an estimate has below 0 or above 100 is cut."""
        names = {"alone": "S1", "total": "ST", "low": "ST_low", "high": "ST_high"}
        parts = {key: float(np.clip(row[name], 0, 1)) for key, name in names.items()}
        return {key: self.lang.number(100 * part, 0) for key, part in parts.items()}

    def unresolved(self, one: Mapping[Any, Any], other: Mapping[Any, Any]) -> str:
        """Say that two factors cannot be told apart."""
        return self.lang.tr(
            "Whether {one} or {other} matters more is not resolved with {points} points.",
            one=self.lang.inside(self.labels[one["factor"]]),
            other=self.lang.inside(self.labels[other["factor"]]),
            points=self.lang.number(one["rows"], 0),
        )

    def converged(self, factor: str, few: int, all_: int, apart: float) -> str:
        """Say by how much indices still moved when the sample doubled."""
        return self.lang.tr(
            "From {few} to {all} points, no factor's total index moves by more than {x} percentage "
            "points (the most: {factor}).",
            few=self.lang.number(few, 0),
            all=self.lang.number(all_, 0),
            x=self.lang.number(100 * apart, 1),
            factor=self.lang.inside(self.labels[factor]),
        )
