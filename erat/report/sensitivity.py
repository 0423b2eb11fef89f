"""The sensitivity report: what the choices of method do to the ranks."""

from __future__ import annotations

import pandas as pd

from erat.plots.ranking import rank_ranges
from erat.plots.sensitivity import factor_effects, rank_by_choice
from erat.report.certain import claims, convergence_words, dominance_figure, factor_figure
from erat.report.page import (
    Html,
    details,
    figure,
    heading,
    items,
    join,
    link,
    section,
    table,
    text,
)
from erat.report.shared import choice_words, factor_words, one_at_a_time, setting_words
from erat.report.sources import source_section
from erat.report.view import View
from erat.robustness.factors import Factor


class SensitivityReport(View):
    """The sections of the sensitivity report; parameters as in :class:`View`."""

    def summary(self) -> Html:
        """What about the ranks is certain: tiers, then ranks, then claims that are safe to quote."""
        tr = self.lang.tr
        best, last = (claims(self, [kind])[:1] for kind in ("best", "last"))
        said = [self._ranks(), *best, *last, *self._open()]
        how = tr(
            "Tried were {ways} ways to construct the index and to read its figures, with: {factors}.",
            ways=self.ways_text,
            factors=self.lang.join([self._label(f.name) for f in self._factors]),
        )
        title = heading(tr("How sure are the ranks"), level=1)
        notes = [text(how, kind="small"), text(self.caveat, kind="small")]
        return join([title, text(self._tiers(), kind="lead"), items(said), *notes])

    @property
    def _factors(self) -> tuple[Factor, ...]:
        return self.results.edition.study.factors

    def _label(self, factor: str) -> str:
        return self.name_inside(factor_words(self, factor))

    def _tiers(self) -> str:
        """Say how many tiers there are, and who is in the first and the last."""
        tr, tiers = self.lang.tr, self.tier_numbers
        count = int(tiers.max())
        ends = [[self.names[str(u)] for u in tiers.index[tiers == end]] for end in (1, count)]
        if count == 1:
            return tr(
                "No two provinces can be told apart in 90% of the ways to construct the index."
            )
        return tr(
            "The provinces stand in {count} tiers: no two of one tier can be told apart in 90% of "
            "{ways} ways to construct the index. In the first: {first}; in the last: {last}.",
            count=count,
            ways=self.ways_text,
            first=self.lang.join(ends[0]),
            last=self.lang.join(ends[1]),
        )

    def _ranks(self) -> str:
        """Say how wide rank intervals are."""
        tr, intervals = self.lang.tr, self.intervals
        width = intervals["high"] - intervals["low"]
        widest = str(width.idxmax())
        sure = [self.names[str(u)] for u in intervals.index[width == 0]]
        told = tr(
            "Half of the provinces keep within {width} ranks in 90% of the ways; the least certain is "
            "{name}, rank {rank}.",
            width=int(width.median()) + 1,
            name=self.names[widest],
            rank=self.rank_text(widest),
        )
        if not sure:
            return f"{told} {tr('No province has one rank only.')}"
        only = tr("One rank only: {names}.", names=self.lang.join(sure))
        return f"{told} {only}"

    def _open(self) -> list[str]:
        """Return the claim on the longest order that cannot be told."""
        orders = self.told[self.told["kind"] == "order"]
        if orders.empty:
            return []
        longest = orders["subject"].str.split().str.len().idxmax()
        return [str(orders.loc[longest, "text"])]

    def ranges(self) -> Html:
        """The rank interval of every province, in one figure."""
        tr = self.lang.tr
        columns = {"nominal": "rank", "q05": "low", "q95": "high"}
        frame = self.results.table("rank_intervals").set_index("unit").rename(columns=columns)
        frame = frame.assign(name=[self.names[unit] for unit in frame.index])
        words = self.tier_numbers.map(lambda tier: tr("Tier {tier}", tier=tier))
        drawn = rank_ranges(frame, self.lang, tiers=words)
        alt = tr("Rank of every province and the interval of its ranks, by tier.")
        shown = figure(drawn, alt=alt, caption=self.made_from())
        return section(
            text(self.tiers_note),
            shown,
            title=tr("Rank intervals of all provinces"),
            anchor="ranges",
        )

    def claims(self) -> Html:
        """Everything that is safe to quote, and what is not."""
        tr = self.lang.tr
        parts = [
            (tr("Where everyone above is told from everyone below"), ["cut"]),
            (tr("Ranks"), ["rank"]),
            (tr("Pairs"), ["pair"]),
            (tr("The first and the last"), ["best", "last"]),
            (tr("Whatever the weights are"), ["weights"]),
            (tr("What cannot be told"), ["order", "unresolved", "converged"]),
        ]
        folded = [
            details(title, items(listed), anchor=f"claims-{kinds[0]}")
            for title, kinds in parts
            if (listed := claims(self, kinds))
        ]
        said = tr("Each sentence carries its number and may be quoted as it stands.")
        title = tr("Claims that are safe to quote")
        tiers = items(claims(self, ["tier"]))
        return section(text(said), tiers, *folded, title=title, anchor="claims")

    def factors(self) -> Html:
        """What each factor accounts for."""
        tr = self.lang.tr
        said = tr(
            "The part of the variance of the mean change of rank, over all provinces, that comes from "
            "each factor: alone, and together with its interactions."
        )
        told = text(convergence_words(self), kind="small")
        title = tr("Which factor matters most")
        return section(text(said), factor_figure(self), told, title=title, anchor="factors")

    def pairs(self) -> Html:
        """Who is above whom."""
        said = self.lang.tr(
            "Where a cell is full green or brown, the order of two provinces is certain; where it is "
            "pale, either may be above the other."
        )
        title = self.lang.tr("Who is above whom")
        return section(text(said), dominance_figure(self), title=title, anchor="pairs")

    def effects(self) -> Html:
        """How far each choice alone moves the provinces."""
        tr, effects = self.lang.tr, self.results.table("effects")
        labels = [
            f"{factor_words(self, factor)}: {choice_words(self, factor, int(choice))}"
            for factor, choice in zip(effects["factor"], effects["choice"], strict=True)
        ]
        frame = pd.DataFrame(
            {
                "mean_shift": effects["mean_shift"].to_numpy(),
                "max_shift": effects["max_shift"].to_numpy(),
                "max_name": [self.names[unit] for unit in effects["unit"]],
            },
            index=labels,
        )
        drawn = factor_effects(frame, self.lang)
        alt = tr("Bars of the mean change of rank that each choice makes alone.")
        said = tr("Each choice alone, all others as in the edition.")
        shown = figure(drawn, alt=alt, caption=self.made_from())
        return section(text(said), shown, title=tr("What each choice does"), anchor="effects")

    def by_choice(self) -> Html:
        """The rank of every province under each choice: first the method, then what is left out."""
        tr = self.lang.tr
        alone = one_at_a_time(self)
        changed = alone[alone["number"] > 0]
        inside = changed["factor"] == "left_out"
        method = self._heat(changed[~inside], tr("Rank of every province under each method."))
        left_out = self._heat(
            changed[inside], tr("Rank of every province when the indicator named is left out.")
        )
        return section(*method, *left_out, title=tr("Rank of every province under each choice"))

    def _heat(self, changed: pd.DataFrame, said: str) -> tuple[Html, Html]:
        """Say what a table of ranks shows, and draw it."""
        ranks = self.results.table("alternatives").set_index("unit")
        columns = {self.lang.tr("Edition"): self.intervals["nominal"]}
        for alternative, factor, number in changed.itertuples(index=False):
            columns[choice_words(self, factor, number)] = ranks[alternative]
        ends = self.intervals[["low", "high"]].astype(int)
        spans = {str(u): f"{low}\N{EN DASH}{high}" for u, low, high in ends.itertuples()}
        drawn = rank_by_choice(pd.DataFrame(columns), self.lang, names=self.names, ranges=spans)
        return text(said), figure(drawn, alt=said, caption=self.made_from())

    def choices(self) -> Html:
        """What was tried, in a table."""
        tr = self.lang.tr
        rows = [
            {
                tr("Factor"): factor_words(self, factor.name),
                tr("Settings"): setting_words(self, factor.name),
            }
            for factor in self._factors
        ]
        said = [tr("The first choice of each is the edition's.")]
        if not any(factor.error for factor in self._factors):
            said.append(tr("Errors of the figures themselves are not in these intervals."))
        else:
            said.append(tr("Sampling errors of the surveys are not published by province."))
        shown = table(pd.DataFrame(rows), kind="stack")
        page = link(
            self.methodology("robustness"), tr("How sure is a rank (methodology, in English)")
        )
        more = text(tr("How ways are drawn and estimates are checked:"), " ", page, ".")
        return section(text(" ".join(said)), shown, more, title=tr("What was tried"))

    def sources(self) -> Html:
        """Where the figures come from."""
        codes, cells = self.framework.indicators, self.cells
        here = cells["unit"].isin(self.scores.index) & (cells["year"] == self.year)
        return source_section(self, cells[here & cells["indicator"].isin(codes)])
