"""Claims: sentences that a study supports, in both languages, each with its number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from erat.locale import LANGUAGES, Language
from erat.robustness.claims_text import Words
from erat.robustness.dominance import TOLD
from erat.robustness.rank_result import RankResult
from erat.robustness.study_result import StudyResult

BEST = 10
"""Who is among the best and the last so many is told; a quarter of the units if they are few."""

Names = Mapping[str, Mapping[str, str]]
"""Names of units by language and code, where they are called by others than their codes."""


class Claim(NamedTuple):
    """One sentence.

    Attributes
    ----------
    kind
        ``tier, cut, order, rank, pair, best, last, change, weights, factor, group, unresolved`` or
        ``converged``.
    subject, other
        Of what it speaks: units or factors, parted by blanks.
    number
        The number that it rests on: a share of replicates, or an index.
    texts
        The sentence by language.
    """

    kind: str
    subject: str
    other: str
    number: float
    texts: Mapping[str, str]


def claims(result: StudyResult | RankResult, names: Names | None = None) -> list[Claim]:
    """Make every claim that a study supports.

    Parameters
    ----------
    result
        What a sampled study tells, or what replicates say of ranks alone.
    names
        Names of units.

    Returns
    -------
    list
        Tiers and cuts first, then orders that cannot be told, ranks, pairs, the best and the last;
        of a sampled study changes of a score, exact dominance, factors.
    """
    ranks = result.ranks if isinstance(result, StudyResult) else result
    words = [Words(ranks, Language(code), (names or {}).get(code, {})) for code in LANGUAGES]
    parts = [_tiers, _cuts, _orders, _ranks, _pairs, _ends] if ranks.tiers is not None else []
    made = [claim for part in parts for claim in part(ranks, words)]
    if isinstance(result, StudyResult):
        more = (_changes, _weights, _factors, _converged)
        made += [claim for part in more for claim in part(result, words)]
    return made


def claim_table(made: list[Claim]) -> pd.DataFrame:
    """Return claims as a table: columns ``kind, subject, other, number`` and one a language."""
    rows = [
        (c.kind, c.subject, c.other, c.number, *(c.texts[code] for code in LANGUAGES)) for c in made
    ]
    return pd.DataFrame(rows, columns=["kind", "subject", "other", "number", *LANGUAGES])


def _claim(kind: str, about: tuple[str, str], number: float, texts: Sequence[str]) -> Claim:
    """Make a claim about a subject and another, of its texts in the order of the languages."""
    return Claim(kind, *about, float(number), dict(zip(LANGUAGES, texts, strict=True)))


def _codes(ranks: RankResult, units: list[int]) -> str:
    return " ".join(ranks.units[i] for i in units)


def _tiers(ranks: RankResult, words: list[Words]) -> Iterator[Claim]:
    """Say who is in which tier."""
    tiers = ranks.tiers
    count = int(tiers.tier.max()) if tiers and len(tiers.order) else 0
    for tier in range(1, count + 1):
        units = [int(i) for i in tiers.order if tiers.tier[i] == tier] if tiers else []
        texts = [
            w.tr("Tier {tier} of {tiers}: {unit} alone.", tier=tier, tiers=count, unit=w.names[units[0]])
            if len(units) == 1
            else w.tr(
                "Tier {tier} of {tiers}: {units}. None of them is above another in {told}% or more of "
                "{ways}.",
                tier=tier, tiers=count, units=w.listed(units), told=w.number(100 * TOLD), ways=w.ways,
            )
            for w in words
        ]  # fmt: skip
        yield _claim("tier", (_codes(ranks, units), str(tier)), TOLD, texts)


def _cuts(ranks: RankResult, words: list[Words]) -> Iterator[Claim]:
    """Say where everyone above a cut is told from everyone below it."""
    tiers = ranks.tiers
    for count, share in tiers.cuts if tiers else ():
        units = tiers.order[:count].tolist() if tiers else []
        texts = [
            w.tr(
                "{units} is above every other, pair by pair, in {part}.",
                units=w.listed(units), part=w.part(share, least=True),
            )
            if count == 1
            else w.tr(
                "The best {n} ({units}) are above all others, pair by pair, in {part}.",
                n=count, units=w.listed(units), part=w.part(share, least=True),
            )
            for w in words
        ]  # fmt: skip
        yield _claim("cut", (_codes(ranks, units), str(count)), share, texts)


def _orders(ranks: RankResult, words: list[Words]) -> Iterator[Claim]:
    """Say between which ranks the order cannot be told."""
    tiers, above = ranks.tiers, ranks.above
    if tiers is None or above is None:
        return
    for first, last in tiers.runs:
        units = tiers.order[first : last + 1].tolist()
        most = float(np.nanmax(above[np.ix_(units, units)]))
        texts = [
            w.tr(
                "The order of ranks {first} to {last} by mean rank cannot be told ({units}): no two of "
                "them keep their order in more than {share}% of {ways}.",
                first=first + 1, last=last + 1, units=w.listed(units),
                share=w.number(float(np.ceil(100 * most - 1e-9))), ways=w.ways,
            )
            for w in words
        ]  # fmt: skip
        yield _claim("order", (_codes(ranks, units), f"{first + 1} {last + 1}"), most, texts)


def _ranks(ranks: RankResult, words: list[Words]) -> Iterator[Claim]:
    """Say every unit's interval of ranks."""
    table = ranks.intervals
    for i in ranks.tiers.order.tolist() if ranks.tiers else ():
        first, last = int(np.floor(table.at[i, "q05"])), int(np.ceil(table.at[i, "q95"]))
        better = ranks.at_most[i, first - 2] if first > 1 else 0.0
        share = float(ranks.at_most[i, last - 1] - better)
        nominal = float(table.at[i, "nominal"])
        texts = [_rank_text(w, w.names[i], (first, last), nominal, w.part(share)) for w in words]
        yield _claim("rank", (ranks.units[i], ""), share, texts)


def _rank_text(w: Words, unit: str, ends: tuple[int, int], nominal: float, part: str) -> str:
    """Say a unit's rank in the base, and its interval of ranks."""
    first, last = ends
    rank = w.lang.number(nominal, 0 if nominal % 1 == 0 else 1)
    fields = {"unit": unit, "rank": rank, "part": part}
    fields |= {"first": w.number(first), "last": w.number(last)}
    if nominal != nominal:
        return w.tr(
            "{unit} has no rank by the base method; it is between {first} and {last} in {part}.",
            **fields,
        )
    if first == last == nominal:
        return w.tr("{unit} is rank {rank} in {part}.", **fields)
    if first == last:
        return w.tr(
            "{unit} is rank {rank} by the base method, but rank {first} in {part}.", **fields
        )
    if first <= nominal <= last:
        return w.tr("{unit} is rank {rank}, and between {first} and {last} in {part}.", **fields)
    return w.tr(
        "{unit} is rank {rank} by the base method, but between {first} and {last} in {part}.",
        **fields,
    )


def _pairs(ranks: RankResult, words: list[Words]) -> Iterator[Claim]:
    """Say for each unit which next one it can be told from."""
    above, tiers = ranks.above, ranks.tiers
    if above is None or tiers is None:
        return
    for place, i in enumerate(tiers.order.tolist()):
        told = [j for j in tiers.order[place + 1 :].tolist() if above[i, j] >= TOLD]
        if told:
            j, share = told[0], float(above[i, told[0]])
            texts = [
                w.tr(
                    "{above} is above {below} in {part}.",
                    above=w.names[i],
                    below=w.names[j],
                    part=w.part(share),
                )
                for w in words
            ]
            yield _claim("pair", (ranks.units[i], ranks.units[j]), share, texts)


def _ends(ranks: RankResult, words: list[Words]) -> Iterator[Claim]:
    """Say who is among the best, and among the last."""
    order = ranks.tiers.order.tolist() if ranks.tiers else []
    k = min(BEST, len(order) // 4)
    if k < 2:
        return
    at_most = ranks.at_most
    last = at_most[:, -1] - at_most[:, len(order) - k - 1]
    for kind, chance in (("best", at_most[:, k - 1]), ("last", last)):
        sure = [i for i in order if chance[i] >= TOLD]
        if not sure:
            continue
        least = float(min(chance[i] for i in sure))
        texts = []
        for w in words:
            fields = {"units": w.listed(sure), "k": k, "part": w.part(least, least=len(sure) > 1)}
            texts.append(
                w.tr("Among the best {k} in {part}: {units}.", **fields)
                if kind == "best"
                else w.tr("Among the last {k} in {part}: {units}.", **fields)
            )
        yield _claim(kind, (_codes(ranks, sure), str(k)), least, texts)


def _changes(result: StudyResult, words: list[Words]) -> Iterator[Claim]:
    """Say whose score rises or falls from the first to the last year."""
    table = result.changes
    if table is None:
        return
    years = result.found.panel.years
    ends = {"first": int(years.min()), "last": int(years.max())}
    place = {unit: i for i, unit in enumerate(result.units)}
    for row in table[table["output"] == "score"].to_dict("records"):
        for way, share in (("rises", float(row["better"])), ("falls", float(row["worse"]))):
            if share < TOLD:
                continue
            texts = []
            for w in words:
                fields = {"unit": w.names[place[row["unit"]]], **ends, "part": w.part(share)}
                texts.append(
                    w.tr("The score of {unit} rises from {first} to {last} in {part}.", **fields)
                    if way == "rises"
                    else w.tr(
                        "The score of {unit} falls from {first} to {last} in {part}.", **fields
                    )
                )
            yield _claim("change", (str(row["unit"]), way), share, texts)


def _weights(result: StudyResult, words: list[Words]) -> Iterator[Claim]:
    """Say how many pairs stand whatever the weights are."""
    pairs = len(result.units) * (len(result.units) - 1) // 2
    for level, stands in result.exact.items() if pairs > 1 else ():
        count = int(stands.sum())
        texts = []
        for w in words:
            fields = {"within": w.number(100 * (result.weights_within or 0.0)), "level": level}
            fields |= {"count": w.number(count), "pairs": w.number(pairs)}
            texts.append(
                w.tr(
                    "For all weights within ±{within}% at level {level}, and the method as it is, the "
                    "order of all {pairs} pairs of units stands.",
                    **fields,
                )
                if count == pairs
                else w.tr(
                    "For all weights within ±{within}% at level {level}, and the method as it is, the "
                    "order of {count} of {pairs} pairs of units stands.",
                    **fields,
                )
            )
        yield _claim("weights", ("", str(level)), count / max(pairs, 1), texts)


def _factors(result: StudyResult, words: list[Words]) -> Iterator[Claim]:
    """Say what each factor and group accounts for, and which factors cannot be told apart."""
    table, groups = result.convergence, result.found.study.groups
    if table is None or table.empty:
        return
    last = table[table["rows"] == table["rows"].max()].dropna(subset="ST")
    ordered = last.sort_values("ST", ascending=False, kind="stable").to_dict("records")
    rows = [row for row in ordered if row["factor"] not in groups]
    for row in rows:
        texts = [
            w.tr(
                "{factor}: {total}% of the variance of the mean rank shift with all interactions (95% "
                "interval {low} to {high}%), {alone}% by itself.",
                factor=w.labels[row["factor"]],
                **w.percents(row),
            )
            for w in words
        ]
        yield _claim("factor", (str(row["factor"]), ""), row["ST"], texts)
    for row in ordered:
        members = groups.get(row["factor"], ())
        texts = [
            w.tr(
                "{factors} together: {total}% of the variance of the mean rank shift with all "
                "interactions (95% interval {low} to {high}%), {alone}% by themselves.",
                factors=w.lang.join([w.labels[name] for name in members]),
                **w.percents(row),
            )
            for w in words
        ]
        if members:
            yield _claim("group", (" ".join(members), str(row["factor"])), row["ST"], texts)
    for one, other in pairwise(rows):
        if not one["resolved"] and one["ST_high"] > 0:
            texts = [
                w.tr(
                    "Whether {one} or {other} matters more is not resolved with {points} points.",
                    one=w.factor(one["factor"]),
                    other=w.factor(other["factor"]),
                    points=w.number(one["rows"]),
                )
                for w in words
            ]
            about = (str(one["factor"]), str(other["factor"]))
            yield _claim("unresolved", about, one["ST"] - other["ST"], texts)


def _converged(result: StudyResult, words: list[Words]) -> Iterator[Claim]:
    """Say by how much total indices still moved from half of the points to all."""
    table = result.convergence
    if table is None or table["rows"].nunique() < 2:
        return
    names = list(result.found.plan.design.names)
    few, all_ = sorted(table["rows"].unique())[-2:]
    known = table.pivot(index="factor", columns="rows", values="ST").reindex(names)
    apart = (known[all_] - known[few]).abs().dropna()
    if not len(apart):
        return
    name, most = str(apart.idxmax()), float(apart.max())
    texts = [
        w.tr(
            "From {few} to {all} points, no factor's total index moves by more than {x} percentage "
            "points (the most: {factor}).",
            few=w.number(few),
            all=w.number(all_),
            x=w.lang.number(100 * most, 1),
            factor=w.factor(name),
        )
        for w in words
    ]
    yield _claim("converged", (name, ""), most, texts)
