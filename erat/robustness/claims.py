"""Claims: sentences that a study supports, in both languages, each with its number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from erat.locale import LANGUAGES, Language, phrase
from erat.robustness.dominance import TOLD, Tiers
from erat.robustness.study_result import RankResult, StudyResult

BEST = 10
"""Who is among the best and the last so many is told; a quarter of the units if they are few."""

MOST_NAMES = 12
"""A sentence lists up to this many units."""

Names = Mapping[str, Mapping[str, str]]
"""Names of units by language and code, where they are called by others than their codes."""

Sentence = tuple[str, str, str, float, str]
"""A claim in one language: its kind, subject, other, number and text."""


class Claim(NamedTuple):
    """One sentence.

    ``kind`` is ``tier, cut, order, rank, pair, best, last, change, weights, factor, group,
    unresolved`` or ``converged``; ``subject`` and ``other`` are units or factors, parted by blanks;
    ``number`` is the share of replicates, or the index, that it rests on.
    """

    kind: str
    subject: str
    other: str
    number: float
    texts: Mapping[str, str]


def claims(result: StudyResult | RankResult, names: Names | None = None) -> list[Claim]:
    """Make every claim that a study supports; ``names`` are those of units.

    Tiers and cuts come first, then orders that cannot be told, ranks, pairs, the best and the last;
    of a :class:`StudyResult` also changes of a score, exact dominance and factors.
    """
    by_language = [_sentences(result, code, (names or {}).get(code, {})) for code in LANGUAGES]
    supported = []
    for same in zip(*by_language, strict=True):
        kind, subject, other, number, _ = same[0]
        texts = {code: text for code, (*_, text) in zip(LANGUAGES, same, strict=True)}
        supported.append(Claim(kind, subject, other, float(number), texts))
    return supported


def claim_table(supported: list[Claim]) -> pd.DataFrame:
    """Return claims as a table: columns ``kind, subject, other, number`` and one a language."""
    rows = [(*claim[:4], *(claim.texts[code] for code in LANGUAGES)) for claim in supported]
    return pd.DataFrame(rows, columns=["kind", "subject", "other", "number", *LANGUAGES])


def _sentences(
    result: StudyResult | RankResult, code: str, names: Mapping[str, str]
) -> Iterator[Sentence]:
    ranks = result.ranks if isinstance(result, StudyResult) else result
    w, tiers, above = Words(ranks, Language(code), names), ranks.tiers, ranks.above
    if tiers is not None and above is not None:
        yield from (*_tiers(tiers, w), *_cuts(tiers, w), *_orders(tiers, above, w))
        yield from (*_ranks(tiers, w), *_pairs(tiers, above, w), *_ends(tiers, w))
    if isinstance(result, StudyResult):
        yield from (*_changes(result, w), *_weights(result, w))
        yield from (*_factors(result, w), *_converged(result, w))


class Words:
    """How units, factors and shares of replicates are written in one language."""

    def __init__(self, ranks: RankResult, lang: Language, names: Mapping[str, str]) -> None:
        self.lang, self.tr, self.ranks = lang, lang.tr, ranks
        self.names = [names.get(unit, unit) for unit in ranks.units]
        self.labels = {f.name: f.label(lang.code) for f in ranks.study.factors}

    @property
    def ways(self) -> str:
        """In how many ways the index was constructed: few of them may have been drawn often."""
        n, m = self.number(self.ranks.replicates), self.number(self.ranks.distinct)
        if n == m:
            return self.tr("{n} ways to construct the index", n=n)
        if self.ranks.distinct == 1:
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

    def codes(self, units: list[int]) -> str:
        """List the codes of units, parted by blanks."""
        return " ".join(self.ranks.units[i] for i in units)

    def factor(self, name: str) -> str:
        """Name a factor as it stands inside a sentence."""
        return self.lang.inside(self.labels[name])

    def percents(self, row: Mapping[Any, Any]) -> dict[str, str]:
        """Write indices as parts of the variance: what an estimate has below 0 or above 100 is cut."""
        names = {"alone": "S1", "total": "ST", "low": "ST_low", "high": "ST_high"}
        return {key: self.number(100 * np.clip(row[name], 0, 1)) for key, name in names.items()}


def _tiers(tiers: Tiers, w: Words) -> Iterator[Sentence]:
    """Say who is in which tier."""
    count = int(tiers.tier.max()) if len(tiers.order) else 0
    for tier in range(1, count + 1):
        units = [i for i in tiers.order.tolist() if tiers.tier[i] == tier]
        if len(units) == 1:
            unit = w.names[units[0]]
            text = w.tr("Tier {tier} of {tiers}: {unit} alone.", tier=tier, tiers=count, unit=unit)
        else:
            text = w.tr(
                "Tier {tier} of {tiers}: {units}. None of them is above another in {told}% or more of "
                "{ways}.",
                tier=tier, tiers=count, units=w.listed(units), told=w.number(100 * TOLD), ways=w.ways,
            )  # fmt: skip
        yield "tier", w.codes(units), str(tier), TOLD, text


def _cuts(tiers: Tiers, w: Words) -> Iterator[Sentence]:
    """Say where everyone above a cut is told from everyone below it."""
    for count, share in tiers.cuts:
        units = tiers.order[:count].tolist()
        fields = {"units": w.listed(units), "part": w.part(share, least=True)}
        text = w.tr("{units} is above every other, pair by pair, in {part}.", **fields)
        if count > 1:
            text = w.tr(
                "The best {n} ({units}) are above all others, pair by pair, in {part}.",
                n=count, **fields,
            )  # fmt: skip
        yield "cut", w.codes(units), str(count), share, text


def _orders(tiers: Tiers, above: np.ndarray, w: Words) -> Iterator[Sentence]:
    """Say between which ranks the order cannot be told."""
    for first, last in tiers.runs:
        units = tiers.order[first : last + 1].tolist()
        most = float(np.nanmax(above[np.ix_(units, units)]))
        text = w.tr(
            "The order of ranks {first} to {last} by mean rank cannot be told ({units}): no two of "
            "them keep their order in more than {share}% of {ways}.",
            first=first + 1, last=last + 1, units=w.listed(units),
            share=w.number(float(np.ceil(100 * most - 1e-9))), ways=w.ways,
        )  # fmt: skip
        yield "order", w.codes(units), f"{first + 1} {last + 1}", most, text


def _ranks(tiers: Tiers, w: Words) -> Iterator[Sentence]:
    """Say every unit's rank in the base, and its interval of ranks."""
    table, at_most = w.ranks.intervals, w.ranks.at_most
    for i in tiers.order.tolist():
        first, last = int(np.floor(table.at[i, "q05"])), int(np.ceil(table.at[i, "q95"]))
        share = at_most[i, last - 1] - (at_most[i, first - 2] if first > 1 else 0.0)
        nominal = float(table.at[i, "nominal"])
        rank = w.lang.number(nominal, 0 if nominal % 1 == 0 else 1)
        fields = {"unit": w.names[i], "rank": rank, "part": w.part(share)}
        fields |= {"first": w.number(first), "last": w.number(last)}
        yield "rank", w.codes([i]), "", share, w.tr(_rank_text(nominal, first, last), **fields)


def _rank_text(nominal: float, first: int, last: int) -> str:
    if nominal != nominal:
        return phrase(
            "{unit} has no rank by the base method; it is between {first} and {last} in {part}."
        )
    if first == last == nominal:
        return phrase("{unit} is rank {rank} in {part}.")
    if first == last:
        return phrase("{unit} is rank {rank} by the base method, but rank {first} in {part}.")
    if first <= nominal <= last:
        return phrase("{unit} is rank {rank}, and between {first} and {last} in {part}.")
    return phrase(
        "{unit} is rank {rank} by the base method, but between {first} and {last} in {part}."
    )


def _pairs(tiers: Tiers, above: np.ndarray, w: Words) -> Iterator[Sentence]:
    """Say for each unit which next one it can be told from."""
    for place, i in enumerate(tiers.order.tolist()):
        j = next((j for j in tiers.order[place + 1 :].tolist() if above[i, j] >= TOLD), None)
        if j is not None:
            fields = {"above": w.names[i], "below": w.names[j], "part": w.part(above[i, j])}
            text = w.tr("{above} is above {below} in {part}.", **fields)
            yield "pair", w.codes([i]), w.codes([j]), above[i, j], text


def _ends(tiers: Tiers, w: Words) -> Iterator[Sentence]:
    """Say who is among the best, and among the last."""
    order, at_most = tiers.order.tolist(), w.ranks.at_most
    k = min(BEST, len(order) // 4)
    if k < 2:
        return
    best, last = at_most[:, k - 1], at_most[:, -1] - at_most[:, len(order) - k - 1]
    for kind, chance, text in (
        ("best", best, phrase("Among the best {k} in {part}: {units}.")),
        ("last", last, phrase("Among the last {k} in {part}: {units}.")),
    ):
        units = [i for i in order if chance[i] >= TOLD]
        if units:
            least = float(min(chance[units]))
            fields = {"units": w.listed(units), "k": k, "part": w.part(least, least=len(units) > 1)}
            yield kind, w.codes(units), str(k), least, w.tr(text, **fields)


def _changes(result: StudyResult, w: Words) -> Iterator[Sentence]:
    """Say whose score rises or falls from the first to the last year."""
    table, years = result.changes, result.evaluated.panel.years
    if table is None:
        return
    place = {unit: i for i, unit in enumerate(result.units)}
    rises = phrase("The score of {unit} rises from {first} to {last} in {part}.")
    falls = phrase("The score of {unit} falls from {first} to {last} in {part}.")
    for row in table[table["output"] == "score"].to_dict("records"):
        unit = row["unit"]
        fields = {"unit": w.names[place[unit]], "first": int(years.min()), "last": int(years.max())}
        for share, way, text in (row["better"], "rises", rises), (row["worse"], "falls", falls):
            if share >= TOLD:
                yield "change", unit, way, share, w.tr(text, **fields, part=w.part(share))


def _weights(result: StudyResult, w: Words) -> Iterator[Sentence]:
    """Say how many pairs stand whatever the weights are."""
    pairs = len(result.units) * (len(result.units) - 1) // 2
    for level, stands in result.exact.items() if pairs > 1 else ():
        count = int(stands.sum())
        fields = {"within": w.number(100 * (result.weights_within or 0.0)), "level": level}
        fields |= {"count": w.number(count), "pairs": w.number(pairs)}
        text = phrase(
            "For all weights within ±{within}% at level {level}, and the method as it is, the "
            "order of {count} of {pairs} pairs of units stands."
        )
        if count == pairs:
            text = phrase(
                "For all weights within ±{within}% at level {level}, and the method as it is, the "
                "order of all {pairs} pairs of units stands."
            )
        yield "weights", "", str(level), count / pairs, w.tr(text, **fields)


def _factors(result: StudyResult, w: Words) -> Iterator[Sentence]:
    """Say what each factor and group accounts for, and which factors cannot be told apart."""
    table, groups = result.convergence, result.evaluated.study.groups
    if table is None or table.empty:
        return
    last = table[table["rows"] == table["rows"].max()].dropna(subset="ST")
    ordered = last.sort_values("ST", ascending=False, kind="stable").to_dict("records")
    factors = [row for row in ordered if row["factor"] not in groups]
    for row in factors:
        text = w.tr(
            "{factor}: {total}% of the variance of the mean rank shift with all interactions (95% "
            "interval {low} to {high}%), {alone}% by itself.",
            factor=w.labels[row["factor"]],
            **w.percents(row),
        )
        yield "factor", row["factor"], "", row["ST"], text
    for row in ordered:
        if row["factor"] in groups:
            members = groups[row["factor"]]
            text = w.tr(
                "{factors} together: {total}% of the variance of the mean rank shift with all "
                "interactions (95% interval {low} to {high}%), {alone}% by themselves.",
                factors=w.lang.join([w.labels[name] for name in members]),
                **w.percents(row),
            )
            yield "group", " ".join(members), row["factor"], row["ST"], text
    for one, other in pairwise(factors):
        if not one["resolved"] and one["ST_high"] > 0:
            fields = {"one": w.factor(one["factor"]), "other": w.factor(other["factor"])}
            text = phrase(
                "Whether {one} or {other} matters more is not resolved with {points} points."
            )
            text = w.tr(text, **fields, points=w.number(one["rows"]))
            yield "unresolved", one["factor"], other["factor"], one["ST"] - other["ST"], text


def _converged(result: StudyResult, w: Words) -> Iterator[Sentence]:
    """Say by how much total indices still moved from half of the points to all."""
    table = result.convergence
    if table is None or table["rows"].nunique() < 2:
        return
    known = table.pivot(index="factor", columns="rows", values="ST")
    few, all_ = known.columns[-2:]
    apart = (known[all_] - known[few]).abs().reindex(result.evaluated.plan.design.names).dropna()
    if len(apart):
        name, most = str(apart.idxmax()), float(apart.max())
        fields = {"few": w.number(few), "all": w.number(all_), "factor": w.factor(name)}
        fields["x"] = w.lang.number(100 * most, 1)
        text = w.tr(
            "From {few} to {all} points, no factor's total index moves by more than {x} percentage "
            "points (the most: {factor}).",
            **fields,
        )
        yield "converged", name, "", most, text
