"""The report of one province: what a governor's staff would read. One method a section."""

from __future__ import annotations

import pandas as pd

from erat.plots.contributions import contribution_bars
from erat.plots.scores import dimension_profile
from erat.plots.strips import position_strips
from erat.report.certain import robustness_of_province
from erat.report.findings import red_flags, rules, strengths, weaknesses
from erat.report.page import (
    Html,
    card,
    cards,
    download,
    figure,
    heading,
    items,
    join,
    link,
    note,
    section,
    table,
    text,
)
from erat.report.paths import trend_section
from erat.report.regencies import RegencySections
from erat.report.regency_words import made_words
from erat.report.shared import (
    mean_words,
    score_map,
)
from erat.report.view_sources import source_link, source_section


class ProvinceReport(RegencySections):
    """The sections of a province's report; parameters as in :class:`RegencySections`."""

    def summary(self) -> Html:
        """What the score says and does not say; tier before rank."""
        tr, province = self.lang.tr, self.province
        weak = self.weakest(province)
        lead = join(
            [
                self._place(),
                self._against_median(),
            ],
            between=" ",
        )
        shown = cards(
            card(
                tr("Place among provinces"),
                self.tier_text(province),
                f"{self._certainty()}; {self.tier_word(province)}",
                kind="words",
            ),
            card(
                tr("Rank of {n}", n=self.n),
                self.rank_text(province),
                tr("90% of {ways} ways to construct the index", ways=self.ways_text),
            ),
            card(
                tr("Score"),
                self.score(self.row[self.top]),
                tr(
                    "{range} in 90% of the ways; 0 to 100; median of provinces {x}",
                    range=self.score_range(province),
                    x=self.median_text(),
                ),
            ),
            card(
                tr("Weakest dimension"),
                link(f"#dimension-{weak}", self.label(weak)),
                tr(
                    "lowest score, {x}; median of provinces {y}",
                    x=self.score_text(province, weak),
                    y=self.median_text(weak),
                ),
                kind="words",
            ),
        )
        title = heading(self.name, level=1)
        about = note(self.caveat, self.scores_note)
        lead_text = text(lead, kind="lead")
        return join([title, self.own.banner(), lead_text, shown, about, self._unknown()])

    def _place(self) -> str:
        """Say in a sentence where the province stands, as far as that is sure."""
        tr, row = self.lang.tr, self.intervals.loc[self.province]
        if (row["best"], row["worst"]) == ("upper", "lower"):
            return tr(
                "Where {name} stands among the {n} provinces depends on method: anywhere from the "
                "upper to the lower third.",
                name=self.name,
                n=self.n,
            )
        return tr(
            "By the conditions that help it to take a shock and recover, {name} stands in the "
            "{tier} of the {n} provinces.",
            name=self.name,
            tier=self.tier_text(self.province),
            n=self.n,
        )

    def _against_median(self) -> str:
        """Say in which dimension the province is furthest ahead of, or behind, the median."""
        tr, nodes = self.lang.tr, self.framework.dimensions
        gap = self.row[nodes] - self.scores[nodes].median()
        ahead, behind = str(gap.idxmax()), str(gap.idxmin())
        if gap[behind] >= 0:
            return tr("In no dimension is it behind the median of the provinces.")
        told = tr(
            "It is furthest behind the median of the provinces in {label}",
            label=self.inside(behind),
        )
        if gap[ahead] <= 0:
            return told + "."
        return tr("{told}, and furthest ahead in {label}.", told=told, label=self.inside(ahead))

    def _certainty(self) -> str:
        row = self.intervals.loc[self.province]
        if row["best"] == row["worst"]:
            return self.lang.tr("in 90% of the ways to construct the index")
        return self.lang.tr("it depends on the choices of method")

    def _unknown(self) -> Html:
        """For provinces made or changed in 2022: what is not known about them."""
        before = self.results.table("predecessors").set_index("unit")["predecessor"]
        if self.province not in before.index:
            return join([])
        tr, old = self.lang.tr, str(before[self.province])
        is_new = self.province != old.split("-", maxsplit=1)[0]
        first = (
            tr("{name} was formed in 2022 out of {old}.", name=self.name, old=self.names[old])
            if is_new
            else tr("{name} lost a part of its area to new provinces in 2022.", name=self.name)
        )
        rest = tr(
            "On the present borders most series begin in 2024, so no trend before that year is "
            "known. Values of the older, larger province are shown apart where there are any. "
            "The regencies' figures go back further, since their borders did not change."
        )
        return note(first, rest, kind="missing")

    def position(self) -> Html:
        """Where the province stands: the map."""
        shown = score_map(self, self.made_from(), self.province)
        title = self.lang.tr("Where {name} stands", name=self.name)
        return section(shown, title=title, anchor="position")

    def profile(self) -> Html:
        """The dimensions against the country and the island group."""
        tr, nodes = self.lang.tr, self.framework.dimensions
        group = str(self.units.loc[self.province, "island_group"])
        rows = {
            "": self.score_intervals.xs(self.province, level="unit"),
            "median_": self.medians.xs("", level="group"),
            "group_": self.medians.xs(group, level="group"),
        }
        ends = {"nominal": "value", "q05": "low", "q95": "high"}
        parts = [own.loc[nodes, list(ends)].rename(columns=ends) for own in rows.values()]
        frame = pd.concat(
            [part.add_prefix(name) for name, part in zip(rows, parts, strict=True)], axis=1
        )
        frame = frame.rename(columns={"median_value": "median", "group_value": "group"})
        frame = frame.rename(index=self.labels(nodes))
        drawn = dimension_profile(frame, self.lang, name=self.name, group_name=self.group)
        alt = tr(
            "Scores of {name} by dimension, with the median of all provinces and of {group}.",
            name=self.name,
            group=self.group,
        )
        rounding = tr(
            "In brackets behind the rank by an indicator: what the last digit of the values leaves "
            "open."
        )
        intro = f"{mean_words(self)} {rounding}"
        banded = tr("Bands and thin lines: the intervals of the score and of the medians.")
        caption = join([banded, self.made_from()], between=" ")
        shown = figure(drawn, alt=alt, caption=caption)
        parts = [self._dimension(node) for node in nodes]
        return section(
            text(intro), *made_words(self), shown, *parts,
            title=tr("The dimensions"), anchor="dimensions",
        )  # fmt: skip

    def _dimension(self, node: str) -> Html:
        """One dimension: why it is in, and its indicators with their sources."""
        tr, framework = self.lang.tr, self.framework
        rows = [self._indicator(code) for code in framework.leaves(node)]
        why = str(framework.table.loc[node, f"reason_{self.lang.code}"])
        title = tr(
            "{name}: score {x}, median of provinces {y}",
            name=self.label(node),
            x=self.score_text(self.province, node),
            y=self.median_text(node),
        )
        return join(
            [
                heading(title, level=3, anchor=f"dimension-{node}"),
                text(why, kind="small"),
                table(
                    pd.DataFrame(rows),
                    right=list(rows[0])[1:-1],
                    kind="stack",
                ),
            ]
        )

    def _indicator(self, code: str) -> dict[str, object]:
        tr, values = self.lang.tr, self.now[code]
        value, source = self._value_and_source(code)
        return {
            tr("Indicator"): self.named(code),
            tr("Value"): value,
            tr("Median of {n}", n=self.n): self.value(code, values.median()),
            tr("Median, {group}", group=self.group): self.value(
                code, values[self.members].median()
            ),
            tr("Rank"): self.indicator_rank(code, self.province),
            tr("Source"): source,
        }

    def _value_and_source(self, code: str) -> tuple[str, str | Html]:
        """Return a value and its source; an imputed value says so, a missing one too."""
        if code in self.mine.index:
            own = self.mine.loc[code]
            return self.value(code, own["value"]), source_link(self, own)
        imputed = self.results.table("imputation")
        here = imputed[(imputed["unit"] == self.province) & (imputed["indicator"] == code)]
        if here.empty:
            return "–", self.lang.tr("no value")
        row = here.iloc[0]
        return self.value(code, row["value"]), self.lang.tr("imputed: {how}", how=row["method"])

    def findings(self) -> Html:
        """Strengths, weaknesses, and what an average hides."""
        tr = self.lang.tr
        flags = red_flags(self)
        none = tr("None by the rules used here.")
        return section(
            text(rules(self), kind="small"),
            heading(tr("Strengths"), level=3),
            items(strengths(self) or [none]),
            heading(tr("Weaknesses"), level=3),
            items(weaknesses(self) or [none]),
            heading(tr("Red flags that the average hides"), level=3),
            items(flags or [none]),
            self._positions(),
            title=tr("Strengths, weaknesses and red flags"),
            anchor="findings",
        )

    def _positions(self) -> Html:
        codes = self.framework.indicators
        tr = self.lang.tr
        drawn = position_strips(
            self.now[codes],
            self.province,
            self.lang,
            labels=self.labels(codes),
            units={code: self.unit(code) for code in codes},
            digits={code: self.digits(code) for code in codes},
            directions=dict(
                zip(codes, self.framework.column("direction").astype(int).tolist(), strict=True)
            ),
            names=self.names,
        )
        alt = tr(
            "All provinces on a strip an indicator, the better end at the right; {name} is marked.",
            name=self.name,
        )
        return figure(drawn, alt=alt, caption=self._made_from(codes))

    def drivers(self) -> Html:
        """What moves the score away from the mean of the provinces."""
        tr, codes = self.lang.tr, self.framework.indicators
        mean = self.contributions.mean()
        own = self.contributions.loc[self.province]
        frame = pd.DataFrame({"contribution": own, "mean": mean})
        apart = self.results.table("distances").set_index("unit").loc[self.province]
        ends = (float(apart["q05"]), float(apart["q95"]))
        drawn = contribution_bars(
            frame.rename(index=self.labels(codes)),
            self.lang,
            total=float(apart["nominal"]),
            interval=ends,
        )
        intro = tr(
            "The score is an exact sum of what its indicators bring. The bars show what each brings "
            "here by the method of the edition, less what it brings to the mean of the provinces; "
            "together they make the difference of {x} points ({range}).",
            x=self.signed(float(apart["nominal"]), 1),
            range=self.signed_range(apart, 1),
        )
        alt = tr("Bars of the points that each indicator adds to or takes from the score.")
        shown = figure(drawn, alt=alt, caption=self._made_from(codes))
        return section(text(intro), shown, title=tr("What drives the score"), anchor="drivers")

    def robustness(self) -> Html:
        """How much of the rank is a matter of method."""
        return robustness_of_province(self, self.province)

    def trend(self) -> Html:
        """The way here, with breaks drawn as breaks."""
        return trend_section(self, self.province)

    def beside(self) -> Html:
        """Context whose direction is open, beside the index."""
        tr = self.lang.tr
        rows = [
            {
                tr("Series"): self.named(code),
                tr("Value"): self.value(code, self.mine.loc[code, "value"]),
                tr("Median of {n}", n=self.n): self.value(code, self.now[code].median()),
                tr("Source"): source_link(self, self.mine.loc[code]),
            }
            for code in self.results.edition.beside
        ]
        why = tr(
            "These are not part of the score. Low unemployment often goes with farming and informal "
            "work, so it is open whether more or less of it means more resilience. Growth of one "
            "year says little. The human development index shares components with this index."
        )
        shown = table(pd.DataFrame(rows), right=list(rows[0])[1:-1], kind="stack")
        return section(text(why), shown, title=tr("Beside the index"), anchor="context")

    def assessment(self) -> Html:
        """The capacity part: assessed where there are answers."""
        return self.own.assessment()

    def local(self) -> Html:
        """What the province gave itself: figures that are not public, and its register."""
        return self.own.figures()

    def sources(self) -> Html:
        """Where every number comes from, and the workbook with all of them."""
        tr = self.lang.tr
        edition = self.results.edition
        mine = self.cells[self.cells["unit"] == self.province]
        order = {code: place for place, code in enumerate(edition.series)}
        mine = mine[mine["indicator"].isin(order)]
        mine = mine.assign(place=mine["indicator"].map(order)).sort_values(["place", "year"])
        saved = download(
            f"../data/{self.province}-{self.lang.code}.xlsx",
            tr("Workbook of all values with publisher, table and year"),
            "xlsx",
        )
        return join([source_section(self, mine, self.regency_cells), saved])

    def _made_from(self, codes: list[str]) -> Html:
        """Caption: whose figures, and where the table of sources is."""
        return self.made_from(sorted({*self.mine.reindex(codes)["publisher"].dropna()}))
