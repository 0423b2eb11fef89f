"""The national report: all provinces side by side, and what the figures can bear."""

from __future__ import annotations

import pandas as pd
from scipy import stats

from erat.plots.points import scatter
from erat.report.inequality import inequality_section
from erat.report.page import (
    Html,
    figure,
    heading,
    items,
    join,
    note,
    section,
    table,
    text,
)
from erat.report.shared import capacity_section, score_map
from erat.report.view import View
from erat.report.view_sources import source_section

GRDP = ("pdrb_pc_adhk2010", "pdrb_pc_adhb")
"""GRDP per person, real and nominal: what mining raises."""


class NationalReport(View):
    """The sections of the national report; parameters as in :class:`View`."""

    def summary(self) -> Html:
        """What there is to say about the country, in a few sentences."""
        tr, scores = self.lang.tr, self.scores[self.top]
        order = scores.sort_values(ascending=False).index
        sure_high = [u for u in order if self.intervals.loc[u, "worst"] == "upper"]
        sure_low = [u for u in order[::-1] if self.intervals.loc[u, "best"] == "lower"]
        lead = tr(
            "The conditions that help a province to take a shock and recover differ widely: scores "
            "run from {low} ({last}) to {high} ({first}), with a median of {median}.",
            low=self.score_text(str(order[-1])),
            last=self.names[order[-1]],
            high=self.score_text(str(order[0])),
            first=self.names[order[0]],
            median=self.median_text(),
        )
        sure = [
            tr(
                "In the upper third in 90% of the ways to construct the index: {names}.",
                names=self._list(sure_high),
            ),
            tr(
                "In the lower third in 90% of the ways to construct the index: {names}.",
                names=self._list(sure_low),
            ),
            tr(
                "For the other {n} provinces the third depends on method, or is the middle one.",
                n=self.n - len(sure_high) - len(sure_low),
            ),
        ]
        title = heading(tr("All provinces"), level=1)
        return join([title, text(lead, kind="lead"), items(sure), note(self.caveat)])

    def _list(self, units: list[str]) -> str:
        return self.lang.join([self.names[unit] for unit in units]) or "–"

    def position(self) -> Html:
        """The map of scores."""
        return section(score_map(self, self.made_from()), title=self.lang.tr("The map"))

    def ranking(self) -> Html:
        """All provinces: tiers before ranks, ranks and scores with their interval."""
        tr = self.lang.tr
        order = self.intervals.sort_values("nominal").index
        dimensions = self.framework.dimensions
        rows = [
            {
                tr("Province"): self.province_link(unit),
                tr("Tier"): int(self.tier_numbers[unit]),
                tr("Rank"): self.rank_text(unit),
                tr("Score"): self.score_text(unit, digits=0),
                **{self.label(d): self.score_text(unit, d, digits=0, exact=0) for d in dimensions},
            }
            for unit in order
        ]
        numbers = [tr("Tier"), tr("Rank"), tr("Score"), *self.labels(dimensions).values()]
        shown = table(pd.DataFrame(rows), right=numbers, kind="stack")
        return section(
            text(f"{self.tiers_note} {self.ranks_note} {self.scores_note}"), shown,
            text(self.made_from(), kind="small"),
            title=tr("All provinces"), anchor="ranking",
        )  # fmt: skip

    def groups(self) -> Html:
        """The island groups: medians of their provinces."""
        tr, dimensions = self.lang.tr, self.framework.dimensions
        own = self.units.loc[self.scores.index].groupby("island_group")
        names = own[f"group_{self.lang.code}"].first()
        order = self.medians.loc[self.top, "nominal"].drop("").sort_values(ascending=False)
        rows = [
            {
                tr("Island group"): names[group],
                tr("Provinces"): len(own.groups[group]),
                tr("Score"): self.median_text(group=str(group), digits=0),
                **{
                    self.label(d): self.median_text(d, str(group), digits=0, exact=0)
                    for d in dimensions
                },
            }
            for group in order.index
        ]
        shown = table(pd.DataFrame(rows), right=list(rows[0])[1:], kind="stack")
        said = tr(
            "Medians of the provinces' scores; every province counts once. The median is taken within "
            "each way to construct the index."
        )
        return section(
            text(said), shown, text(self.made_from(), kind="small"), title=tr("Island groups")
        )

    def inequality(self) -> Html:
        """How unequal the regencies of every province are."""
        return inequality_section(self)

    def overlap(self) -> Html:
        """How much the index has in common with the human development index."""
        if self.spec.overlap is None:
            return join([])
        tr, other = self.lang.tr, self.spec.overlap.series
        x = self.now[other].dropna()
        y = self.scores.loc[x.index, self.top]
        pearson, spearman = stats.pearsonr(x, y)[0], stats.spearmanr(x, y)[0]
        said = tr(
            "The index shares {k} of its {n} indicators with the human development index: {shared}. "
            "The two correlate at {pearson} (ranks: {spearman}). So it is neither a second human "
            "development index nor independent of it.",
            k=len(self.spec.overlap.shared),
            n=len(self.framework.indicators),
            shared=self.lang.join([self.inside(c) for c in self.spec.overlap.shared]),
            pearson=self.lang.number(pearson, 2),
            spearman=self.lang.number(spearman, 2),
        )
        drawn = scatter(
            x, y, self.lang, names=self.names,
            xlabel=f"{self.label(other)} {self.year}",
            ylabel=tr("Index of enabling conditions, score 0 to 100"),
            ranges=self.score_intervals.loc[self.top],
            note=tr("Lines: the interval of each score."),
        )  # fmt: skip
        alt = tr("Scatter of the index against the human development index, a point a province.")
        shown = figure(drawn, alt=alt, caption=self.made_from())
        return section(
            text(said),
            shown,
            title=tr("Overlap with the human development index"),
            anchor="overlap",
        )

    def framework_table(self) -> Html:
        """The indicators: goalposts, reasons, references and lenses."""
        tr, nodes, code = self.lang.tr, self.framework.table, self.lang.code
        phases = {
            "prevention": tr("prevention"),
            "preparedness": tr("preparedness"),
            "response": tr("response"),
            "recovery": tr("recovery"),
        }
        capacities = {"absorb": tr("absorb"), "adapt": tr("adapt"), "recover": tr("recover")}
        rows = []
        for indicator in self.framework.indicators:
            row = nodes.loc[indicator]
            low, high = (float(row[f"goalpost_{end}"]) for end in ("low", "high"))
            rows.append(
                {
                    tr("Indicator"): self.named(indicator),
                    tr("Dimension"): self.label(self.framework.parent(indicator)),
                    tr("Better"): tr("more") if row["direction"] > 0 else tr("less"),
                    tr("Goalposts"): f"{self._short(low)}–{self._short(high)}"
                    + (tr(", logarithm") if row["transform"] == "log" else ""),
                    tr("Why it belongs"): row[f"reason_{code}"],
                    tr("Reference"): row["reference"],
                    tr("Phase, capacity"): f"{phases[row['phase']]}, {capacities[row['capacity']]}",
                }
            )
        return section(
            text(self._goalposts()), table(pd.DataFrame(rows), right=[], kind="stack"),
            title=tr("What the index is made of"), anchor="framework",
        )  # fmt: skip

    def _goalposts(self) -> str:
        """Say why goalposts stand where they do: the common reason, and who has another."""
        tr, column = self.lang.tr, f"goalpost_reason_{self.lang.code}"
        reasons = self.framework.table.loc[self.framework.indicators, column]
        common = reasons.mode()[0]
        others = [f"{self.label(code)}: {why}" for code, why in reasons.items() if why != common]
        tags = tr(
            "Phase and capacity say why an indicator is in the framework, not that it measures "
            "them."
        )
        return " ".join([f"{tr('Goalposts')}: {common}", *others, tags])

    def _short(self, value: float) -> str:
        return self.lang.number(value, 2 if 0 < value < 1 else 0)

    def unknown(self) -> Html:
        """What is not known, and what the figures cannot bear."""
        tr, codes = self.lang.tr, self.framework.indicators
        said = [
            tr(
                "The median of provinces is not the national average: every province counts once, "
                "whatever its population."
            ),
            *self._mining(),
            tr("Figures for whole provinces hide differences between regencies; see each report."),
        ]
        if self.results.edition.bottom_up:
            said.append(
                tr(
                    "Provinces are made from their regencies here, each of which counts once, since "
                    "the population of regencies is not in the data. With weights near to it ranks "
                    "move; the page on how sure they are says how far."
                )
            )
        if self.spec.borders == 38:
            said.append(
                tr(
                    "The four provinces formed in 2022, and Papua and Papua Barat whose area "
                    "changed then, have no comparable past: their series begin in 2024."
                )
            )
        if "uhh_lf2020" in codes:
            said.append(
                tr(
                    "Life expectancy on the base LF SP2020 is derived: the published human "
                    "development index was inverted by its own formula (within 0.03 years)."
                )
            )
        if "uhh" in codes:
            said.append(
                tr(
                    "Life expectancy stands on the older base SP2010; it must not be compared with "
                    "the base LF SP2020 of later editions."
                )
            )
        if "kfd_index" in codes:
            said.append(
                tr(
                    "Fiscal capacity is driven by the size of a province, not measured per person, "
                    "and its last value is of 2021."
                )
            )
        return section(items(said), title=tr("What is not known"), anchor="unknown")

    def _mining(self) -> list[str]:
        """What leaving out GRDP does to the province that it moves most."""
        factors = {f.name: f.choices for f in self.results.edition.study.factors}
        here = [code for code in GRDP if code in factors["left_out"]]
        if not here:
            return []
        grdp = here[0]
        effects = self.results.table("effects")
        choice = factors["left_out"].index(grdp)
        row = effects[(effects["factor"] == "left_out") & (effects["choice"] == choice)].iloc[0]
        return [
            self.lang.tr(
                "A mining economy raises GRDP per person without always reaching households. "
                "Without this indicator {name} moves by {shift} ranks, more than any other.",
                name=self.names[row["unit"]],
                shift=int(row["max_shift"]),
            )
        ]

    def assessment(self) -> Html:
        """The capacity part: not assessed yet."""
        return capacity_section(self)

    def sources(self) -> Html:
        """Where the figures come from."""
        cells = self.cells
        inside = cells[cells["unit"].isin(self.scores.index) & (cells["year"] == self.year)]
        return source_section(self, inside)
