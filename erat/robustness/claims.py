"""Claims: sentences that a study supports, in both languages, each with its number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from erat.locale import LANGUAGES, Language
from erat.robustness.dominance import TOLD
from erat.robustness.speaker import Speaker
from erat.robustness.study_result import StudyResult

BEST = 10
"""Who is among the best and the last so many is told; a quarter of the units if they are few."""


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


def claims(
    findings: StudyResult, names: Mapping[str, Mapping[str, str]] | None = None
) -> list[Claim]:
    """Make every claim that a study supports.

    Parameters
    ----------
    findings
        What the study tells.
    names
        Names of units by language and code, where they are called by others than their codes.

    Returns
    -------
    list
        Tiers and cuts first, then orders that cannot be told, ranks, pairs, the best and the last,
        changes of a score, exact dominance, factors.
    """
    maker = _Maker(findings, names or {})
    certain = (maker.tiers, maker.cuts, maker.orders, maker.ranks, maker.pairs, maker.ends)
    parts = (*certain, maker.changes, maker.weights, maker.factors, maker.converged)
    return [claim for part in parts for claim in part()]


def claim_table(made: list[Claim]) -> pd.DataFrame:
    """Return claims as a table: columns ``kind, subject, other, number`` and one a language."""
    rows = [
        (c.kind, c.subject, c.other, c.number, *(c.texts[code] for code in LANGUAGES)) for c in made
    ]
    return pd.DataFrame(rows, columns=["kind", "subject", "other", "number", *LANGUAGES])


class _Maker:
    """Finds what can be claimed, and has it said in every language."""

    def __init__(self, findings: StudyResult, names: Mapping[str, Mapping[str, str]]) -> None:
        self.findings, self.units = findings, findings.units
        self.speakers = {
            code: Speaker(findings, Language(code), names.get(code, {})) for code in LANGUAGES
        }

    def claim(
        self,
        kind: str,
        about: tuple[str, str],
        number: float,
        say: Callable[..., str],
        *words: object,
    ) -> Claim:
        """Make a claim about a subject and another, said in every language."""
        texts = {code: say(speaker, *words) for code, speaker in self.speakers.items()}
        return Claim(kind, *about, float(number), texts)

    def _codes(self, units: list[int]) -> str:
        return " ".join(self.units[i] for i in units)

    def tiers(self) -> Iterator[Claim]:
        """Say who is in which tier."""
        tiers = self.findings.tiers
        if tiers is None or not len(tiers.order):
            return
        count = int(tiers.tier.max())
        for tier in range(1, count + 1):
            units = [int(i) for i in tiers.order if tiers.tier[i] == tier]
            about = (self._codes(units), str(tier))
            yield self.claim("tier", about, TOLD, Speaker.tier, tier, count, units)

    def cuts(self) -> Iterator[Claim]:
        """Say where everyone above a cut is told from everyone below it."""
        tiers = self.findings.tiers
        for count, share in tiers.cuts if tiers else ():
            units = tiers.order[:count].tolist() if tiers else []
            about = (self._codes(units), str(count))
            yield self.claim("cut", about, share, Speaker.cut, units, share)

    def orders(self) -> Iterator[Claim]:
        """Say between which ranks the order cannot be told."""
        tiers, above = self.findings.tiers, self.findings.above
        if tiers is None or above is None:
            return
        for first, last in tiers.runs:
            units = tiers.order[first : last + 1].tolist()
            most = float(np.nanmax(above[np.ix_(units, units)]))
            about = (self._codes(units), f"{first + 1} {last + 1}")
            yield self.claim("order", about, most, Speaker.order, first, last, units, most)

    def ranks(self) -> Iterator[Claim]:
        """Say every unit's interval of ranks."""
        if self.findings.tiers is None:
            return
        table = self.findings.rank_intervals.iloc[self.findings.focus].reset_index(drop=True)
        at_most = self.findings.found.intervals.at_most[self.findings.focus]
        for i in self.findings.tiers.order.tolist():
            first, last = int(np.floor(table.at[i, "q05"])), int(np.ceil(table.at[i, "q95"]))
            better = at_most[i, first - 2] if first > 1 else 0.0
            share = float(at_most[i, last - 1] - better)
            words = (i, first, last, float(table.at[i, "nominal"]), share)
            yield self.claim("rank", (self.units[i], ""), share, Speaker.rank, *words)

    def pairs(self) -> Iterator[Claim]:
        """Say for each unit which next one it can be told from."""
        above, tiers = self.findings.above, self.findings.tiers
        if above is None or tiers is None:
            return
        for place, i in enumerate(tiers.order.tolist()):
            told = [j for j in tiers.order[place + 1 :].tolist() if above[i, j] >= TOLD]
            if told:
                share, about = float(above[i, told[0]]), (self.units[i], self.units[told[0]])
                yield self.claim("pair", about, share, Speaker.pair, i, told[0], share)

    def ends(self) -> Iterator[Claim]:
        """Say who is among the best, and among the last."""
        tiers = self.findings.tiers
        count = len(tiers.order) if tiers else 0
        k = min(BEST, count // 4)
        if tiers is None or k < 2:
            return
        at_most = self.findings.found.intervals.at_most[self.findings.focus]
        for kind, chance in (
            ("best", at_most[:, k - 1]),
            ("last", at_most[:, -1] - at_most[:, count - k - 1]),
        ):
            sure = [i for i in tiers.order.tolist() if chance[i] >= TOLD]
            if sure:
                least = float(min(chance[i] for i in sure))
                about = (self._codes(sure), str(k))
                yield self.claim(kind, about, least, Speaker.ends, kind, k, sure, least)

    def changes(self) -> Iterator[Claim]:
        """Say whose score rises or falls from the first to the last year."""
        table = self.findings.changes
        if table is None:
            return
        years = self.findings.found.panel.years
        ends = (int(years.min()), int(years.max()))
        place = {unit: i for i, unit in enumerate(self.units)}
        for row in table[table["output"] == "score"].to_dict("records"):
            for rises, share in ((True, float(row["better"])), (False, float(row["worse"]))):
                if share >= TOLD:
                    say = partial(Speaker.change, rises=rises)
                    about = (str(row["unit"]), "rises" if rises else "falls")
                    yield self.claim("change", about, share, say, place[row["unit"]], ends, share)

    def weights(self) -> Iterator[Claim]:
        """Say how many pairs stand whatever the weights are."""
        pairs = len(self.units) * (len(self.units) - 1) // 2
        for level, stands in self.findings.exact.items() if pairs > 1 else ():
            known = int(stands.sum())
            words = (level, known, pairs, self.findings.weights_within or 0.0)
            share = known / max(pairs, 1)
            yield self.claim("weights", ("", str(level)), share, Speaker.weights, *words)

    def factors(self) -> Iterator[Claim]:
        """Say what each factor and group accounts for, and which factors cannot be told apart."""
        table, study = self.findings.convergence, self.findings.found.study
        if table is None or table.empty:
            return
        last = table[table["rows"] == table["rows"].max()].dropna(subset="ST")
        ordered = last.sort_values("ST", ascending=False, kind="stable").to_dict("records")
        rows = [row for row in ordered if row["factor"] not in study.groups]
        for row in rows:
            about = (str(row["factor"]), "")
            yield self.claim("factor", about, float(row["ST"]), Speaker.factor, row)
        for row in ordered:
            if row["factor"] in study.groups:
                members = study.groups[row["factor"]]
                about = (" ".join(members), str(row["factor"]))
                yield self.claim("group", about, float(row["ST"]), Speaker.group, row, members)
        for one, other in pairwise(rows):
            if not one["resolved"] and one["ST_high"] > 0:
                about = (str(one["factor"]), str(other["factor"]))
                apart = float(one["ST"] - other["ST"])
                yield self.claim("unresolved", about, apart, Speaker.unresolved, one, other)

    def converged(self) -> Iterator[Claim]:
        """Say by how much total indices still moved from half of the points to all."""
        table = self.findings.convergence
        if table is None or table["rows"].nunique() < 2:
            return
        names = list(self.findings.found.plan.design.names)
        few, all_ = sorted(table["rows"].unique())[-2:]
        known = table.pivot(index="factor", columns="rows", values="ST").reindex(names)
        apart = (known[all_] - known[few]).abs().dropna()
        if len(apart):
            name, most = str(apart.idxmax()), float(apart.max())
            words = (name, int(few), int(all_), most)
            yield self.claim("converged", (name, ""), most, Speaker.converged, *words)
