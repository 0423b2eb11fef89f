"""The words of claims, in one language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from erat.locale import Language
from erat.robustness.dominance import TOLD
from erat.robustness.findings import Findings

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

    def __init__(self, findings: Findings, lang: Language, names: Mapping[str, str]) -> None:
        self.lang = lang
        self.names = [names.get(unit, unit) for unit in findings.units]
        self.ways = lang.number(findings.found.replicates, 0)
        self.points = lang.number(findings.found.n, 0)
        self.labels = {f.name: f.label(lang.code) for f in findings.found.study.factors}

    def listed(self, units: list[int]) -> str:
        """List units, not more than fit into a sentence."""
        names = [self.names[i] for i in units]
        if len(names) > MOST_NAMES:
            rest = self.lang.number(len(names) - MOST_NAMES + 1, 0)
            names = [*names[: MOST_NAMES - 1], self.lang.tr("{n} others", n=rest)]
        return self.lang.join(names)

    def percent(self, share: float) -> str:
        """Write a share in percent, rounded down, so that 100 means all."""
        return self.lang.number(float(np.floor(100 * share + 1e-9)), 0)

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
            "Tier {tier} of {tiers}: {units}. No two of them can be told apart in {told}% of "
            "{ways} ways to construct the index.",
            tier=tier,
            tiers=tiers,
            units=self.listed(units),
            told=self.percent(TOLD),
            ways=self.ways,
        )

    def cut(self, units: list[int], share: float) -> str:
        """Say that some units are above all others."""
        fields = {"units": self.listed(units), "share": self.percent(share), "ways": self.ways}
        if len(units) == 1:
            return self.lang.tr(
                "{units} is above every other, pair by pair, in at least {share}% of {ways} ways "
                "to construct the index.",
                **fields,
            )
        return self.lang.tr(
            "The best {n} ({units}) are above all others, pair by pair, in at least {share}% of "
            "{ways} ways to construct the index.",
            n=len(units),
            **fields,
        )

    def order(self, first: int, last: int, units: list[int], most: float) -> str:
        """Say that an order cannot be told."""
        return self.lang.tr(
            "The order of ranks {first} to {last} cannot be told ({units}): no pair of them stands "
            "in more than {share}% of {ways} ways to construct the index.",
            first=first + 1,
            last=last + 1,
            units=self.listed(units),
            share=self.lang.number(float(np.ceil(100 * most - 1e-9)), 0),
            ways=self.ways,
        )

    def rank(self, unit: int, low: float, high: float, nominal: float) -> str:
        """Say a unit's interval of ranks, rounded outwards."""
        first, last = (self.lang.number(float(r), 0) for r in (np.floor(low), np.ceil(high)))
        rank = self.lang.number(nominal, 0 if nominal == round(nominal) else 1)
        if first == last:
            return self.lang.tr(
                "{unit} is rank {first} in at least 90% of {ways} ways to construct the index.",
                unit=self.names[unit],
                first=first,
                ways=self.ways,
            )
        return self.lang.tr(
            "{unit} is rank {rank}, and between {first} and {last} in at least 90% of {ways} ways "
            "to construct the index.",
            unit=self.names[unit],
            rank=rank,
            first=first,
            last=last,
            ways=self.ways,
        )

    def pair(self, above: int, below: int, share: float) -> str:
        """Say that one is above another."""
        return self.lang.tr(
            "{above} is above {below} in {share}% of {ways} ways to construct the index.",
            above=self.names[above],
            below=self.names[below],
            share=self.percent(share),
            ways=self.ways,
        )

    def ends(self, kind: str, k: int, units: list[int], least: float) -> str:
        """Say who is among the best, or among the last."""
        fields = {"units": self.listed(units), "k": k, "ways": self.ways}
        share = self.percent(least)
        if kind == "best":
            return self.lang.tr(
                "Among the best {k} in at least {share}% of {ways} ways to construct the index: "
                "{units}.",
                share=share,
                **fields,
            )
        return self.lang.tr(
            "Among the last {k} in at least {share}% of {ways} ways to construct the index: "
            "{units}.",
            share=share,
            **fields,
        )

    def weights(self, level: int, pairs: int, share: float, relative: float) -> str:
        """Say how many pairs stand for all weights."""
        return self.lang.tr(
            "For all weights within ±{within}% at level {level}, and the method as it is, the "
            "order of {pairs} pairs of units stands ({share}% of all).",
            within=self.lang.number(100 * relative, 0),
            level=level,
            pairs=self.lang.number(pairs, 0),
            share=self.percent(share),
        )

    def factor(self, row: Mapping[Any, Any]) -> str:
        """Say what a factor accounts for."""
        alone, total, low, high = (
            self.lang.number(100 * float(row[name]), 0)
            for name in ("S1", "ST", "ST_low", "ST_high")
        )
        return self.lang.tr(
            "{factor} accounts for {total}% of the variance of the mean rank shift with its "
            "interactions (95% interval {low} to {high}%), and for {alone}% by itself.",
            factor=self.labels[row["factor"]],
            total=total,
            low=low,
            high=high,
            alone=alone,
        )

    def unresolved(self, one: Mapping[Any, Any], other: Mapping[Any, Any]) -> str:
        """Say that two factors cannot be told apart."""
        return self.lang.tr(
            "Whether {one} or {other} matters more is not resolved with {points} points; take more.",
            one=self.labels[one["factor"]],
            other=self.labels[other["factor"]],
            points=self.points,
        )
