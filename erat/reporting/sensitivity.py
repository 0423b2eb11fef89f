"""The sensitivity report: what the choices of method do to the ranks."""

from __future__ import annotations

import pandas as pd

from erat.plots.ranking import rank_ranges
from erat.plots.sensitivity import factor_effects, rank_by_choice
from erat.reporting.page import Html, figure, heading, items, join, section, table, text
from erat.reporting.shared import choice_words, factor_words, one_at_a_time
from erat.reporting.sources import source_section
from erat.reporting.view import View


class SensitivityReport(View):
    """The sections of the sensitivity report; parameters as in :class:`View`."""

    def summary(self) -> Html:
        """What about the ranks is certain, thirds first."""
        tr, intervals = self.lang.tr, self.intervals
        sure = (intervals["best"] == intervals["worst"]).sum()
        width = intervals["high"] - intervals["low"]
        widest = str(width.idxmax())
        lead = tr(
            "Every combination of {choices} was tried: {ways} ways to construct the index.",
            choices=self.lang.join(self._factors()),
            ways=self.ways,
        )
        said = [
            tr(
                "{sure} of {n} provinces stay in one third of the ranking in 90% of the ways.",
                sure=int(sure),
                n=self.n,
            ),
            tr(
                "Half of the provinces have a rank interval of {width} ranks or less.",
                width=int(width.median()),
            ),
            tr(
                "The least certain is {name}: rank {rank}.",
                name=self.names[widest],
                rank=self.rank_text(widest),
            ),
            self._strongest_choice(),
        ]
        title = heading(tr("How sure are the ranks"), level=1)
        return join([title, text(lead, kind="lead"), items(said), text(self.caveat, kind="small")])

    def _factors(self) -> list[str]:
        tr = self.lang.tr
        n = {factor.name: len(factor.choices) for factor in self.results.edition.study.factors}
        words = {
            "normalization": tr("{n} normalizations", n=n.get("normalization")),
            "aggregation": tr("{n} aggregations", n=n.get("aggregation")),
            "rollup": tr("{n} roll-ups of the regencies", n=n.get("rollup")),
            "order": tr("{n} orders", n=n.get("order")),
            "unit_weights": tr("{n} weights of the regencies", n=n.get("unit_weights")),
            "weights": tr("{n} sets of weights", n=n.get("weights")),
            "left_out": tr("all indicators or one of {n} left out", n=n.get("left_out", 1) - 1),
        }
        return [words[name] for name in n if name in words]

    def _strongest_choice(self) -> str:
        effects = self.results.table("effects")
        row = effects.loc[effects["mean_shift"].idxmax()]
        return self.lang.tr(
            "The choice that moves ranks most is {factor}: {choice}. Alone it moves a province by "
            "{mean} ranks on average, and {name} by {most}.",
            factor=factor_words(self, row["factor"]).lower(),
            choice=choice_words(self, row["factor"], int(row["choice"])),
            mean=self.lang.number(row["mean_shift"], 1),
            name=self.names[row["unit"]],
            most=int(row["max_shift"]),
        )

    def ranges(self) -> Html:
        """The rank interval of every province, in one figure."""
        tr = self.lang.tr
        frame = self.intervals.rename(columns={"nominal": "rank"})[["rank", "low", "high"]]
        frame = frame.assign(name=[self.names[unit] for unit in frame.index])
        tiers = pd.Series({unit: self.tier_text(str(unit)) for unit in frame.index})
        drawn = rank_ranges(frame, self.lang, tiers=tiers)
        alt = tr("Rank of every province and the interval of its ranks.")
        shown = figure(drawn, alt=alt, caption=self.made_from())
        return section(
            text(self.ranks_note),
            shown,
            title=tr("Rank intervals of all provinces"),
            anchor="ranges",
        )

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
        left_out = self._heat(changed[inside], tr("Rank of every province, an indicator left out."))
        return section(method, left_out, title=tr("Rank of every province under each choice"))

    def _heat(self, changed: pd.DataFrame, alt: str) -> Html:
        ranks = self.results.table("alternatives").set_index("unit")
        columns = {self.lang.tr("Edition"): self.intervals["nominal"]}
        for alternative, factor, number in changed.itertuples(index=False):
            columns[choice_words(self, factor, number)] = ranks[alternative]
        drawn = rank_by_choice(pd.DataFrame(columns), self.lang, names=self.names)
        return figure(drawn, alt=alt, caption=self.made_from())

    def choices(self) -> Html:
        """The choices that were tried, in a table."""
        tr = self.lang.tr
        rows = [
            {
                tr("Factor"): factor_words(self, factor.name),
                tr("Choices"): "; ".join(
                    choice_words(self, factor.name, i) for i in range(len(factor.choices))
                ),
            }
            for factor in self.results.edition.study.factors
        ]
        said = tr(
            "The first choice of each is the edition's. Every province has the same data in all of "
            "them: errors of the figures themselves are not in these intervals."
        )
        return section(text(said), table(pd.DataFrame(rows)), title=tr("What was tried"))

    def sources(self) -> Html:
        """Where the figures come from."""
        codes, cells = self.framework.indicators, self.cells
        here = cells["unit"].isin(self.scores.index) & (cells["year"] == self.year)
        return source_section(self, cells[here & cells["indicator"].isin(codes)])
