"""The report of one province: what a governor's staff would read. One method a section."""

from __future__ import annotations

import pandas as pd

from erat.plots.distribution import regency_strips
from erat.plots.drivers import contribution_bars
from erat.plots.profile import dimension_profile
from erat.plots.strip import position_strips
from erat.plots.tilemap import tile_map
from erat.reporting.findings import red_flags, strengths, weaknesses
from erat.reporting.page import (
    Html,
    card,
    cards,
    details,
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
from erat.reporting.paths import trend_section
from erat.reporting.province_view import ProvinceView
from erat.reporting.shared import capacity_section, choices_of_province
from erat.reporting.sources import source_link, source_section


class ProvinceReport(ProvinceView):
    """The sections of a province's report; parameters as in :class:`ProvinceView`."""

    def summary(self) -> Html:
        """What the score says and does not say; tier before rank."""
        tr, province = self.lang.tr, self.province
        weak, strong = self.weakest(province), self.strongest(province)
        lead = join(
            [
                self._place(),
                tr(
                    "Its conditions are strongest in {strong} and weakest in {weak}.",
                    strong=self.inside(strong),
                    weak=self.inside(weak),
                ),
            ],
            between=" ",
        )
        shown = cards(
            card(
                tr("Place among provinces"),
                self.tier_text(province),
                self._certainty(),
                kind="words",
            ),
            card(
                tr("Rank of {n}", n=self.n),
                self.rank_text(province),
                tr("90% of {ways} ways to construct the index", ways=self.ways),
            ),
            card(
                tr("Score"),
                self.score(self.row[self.top]),
                tr(
                    "0 to 100; median of provinces {x}",
                    x=self.score(self.scores[self.top].median()),
                ),
            ),
            card(
                tr("Weakest dimension"),
                link(f"#dimension-{weak}", self.label(weak)),
                tr("score {x}", x=self.score(self.row[weak])),
                kind="words",
            ),
        )
        title = heading(self.name, level=1)
        return join([title, text(lead, kind="lead"), shown, note(self.caveat), self._unknown()])

    def _place(self) -> str:
        """Say in a sentence where the province stands, as far as that is sure."""
        tr, row = self.lang.tr, self.intervals.loc[self.province]
        fields = {"name": self.name, "n": self.n}
        sentences = {
            ("upper", "upper"): tr(
                "The conditions that help {name} to take a shock and recover are in the upper third "
                "of the {n} provinces.",
                **fields,
            ),
            ("middle", "middle"): tr(
                "The conditions that help {name} to take a shock and recover are in the middle "
                "third of the {n} provinces.",
                **fields,
            ),
            ("lower", "lower"): tr(
                "The conditions that help {name} to take a shock and recover are in the lower third "
                "of the {n} provinces.",
                **fields,
            ),
            ("upper", "middle"): tr(
                "The conditions that help {name} to take a shock and recover are in the upper or "
                "the middle third of the {n} provinces, depending on method.",
                **fields,
            ),
            ("middle", "lower"): tr(
                "The conditions that help {name} to take a shock and recover are in the middle or "
                "the lower third of the {n} provinces, depending on method.",
                **fields,
            ),
            ("upper", "lower"): tr(
                "Where {name} stands among the {n} provinces depends on method: anywhere from the "
                "upper to the lower third.",
                **fields,
            ),
        }
        return sentences[row["best"], row["worst"]]

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
        tr = self.lang.tr
        label = tr("Index of enabling conditions, score 0 to 100")
        drawn = tile_map(
            self.scores[self.top], self.lang, names=self.names, label=label, highlight=self.province
        )
        alt = tr(
            "Map of tiles, one a province, coloured by score; {name} is marked with {x}.",
            name=self.name,
            x=self.score(self.row[self.top]),
        )
        shown = figure(drawn, alt=alt, caption=self._made_from(self.framework.indicators))
        return section(shown, title=tr("Where {name} stands", name=self.name), anchor="position")

    def profile(self) -> Html:
        """The dimensions against the country and the island group."""
        tr, nodes = self.lang.tr, self.framework.dimensions
        frame = pd.DataFrame(
            {
                "value": self.row[nodes],
                "median": self.scores[nodes].median(),
                "group": self.scores.loc[self.members, nodes].median(),
            }
        ).rename(index=self.labels(nodes))
        drawn = dimension_profile(frame, self.lang, name=self.name, group_name=self.group)
        alt = tr(
            "Scores of {name} by dimension, with the median of all provinces and of {group}.",
            name=self.name,
            group=self.group,
        )
        intro = tr(
            "Each dimension is the mean of its indicators; the index is their geometric mean, so a "
            "strong dimension makes up for a weak one only in part."
        )
        shown = figure(drawn, alt=alt, caption=self._made_from(self.framework.indicators))
        parts = [self._dimension(node) for node in nodes]
        return section(
            text(intro), shown, *parts, title=tr("The four dimensions"), anchor="dimensions"
        )

    def _dimension(self, node: str) -> Html:
        """One dimension: why it is in, and its indicators with their sources."""
        tr, framework = self.lang.tr, self.framework
        rows = [self._indicator(code) for code in framework.leaves(node)]
        why = str(framework.table.loc[node, f"reason_{self.lang.code}"])
        title = tr("{name}: score {x}", name=self.label(node), x=self.score(self.row[node]))
        return join(
            [
                heading(title, level=3, anchor=f"dimension-{node}"),
                text(why, kind="small"),
                table(
                    pd.DataFrame(rows),
                    right=[tr("Value"), tr("Median"), self.group, tr("Rank")],
                    kind="stack",
                ),
            ]
        )

    def _indicator(self, code: str) -> dict[str, object]:
        tr, values = self.lang.tr, self.now[code]
        own = self.mine.loc[code]
        position = self.normalized[code].round(12).rank(ascending=False, method="min")
        return {
            tr("Indicator"): f"{self.label(code)} ({self.unit(code)})",
            tr("Value"): self.value(code, own["value"]),
            tr("Median"): self.value(code, values.median()),
            self.group: self.value(code, values[self.members].median()),
            tr("Rank"): int(position[self.province]),
            tr("Source"): source_link(self, code, own),
        }

    def findings(self) -> Html:
        """Strengths, weaknesses, and what an average hides."""
        tr = self.lang.tr
        flags = red_flags(self)
        none = tr("None by the rules used here.")
        return section(
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
        difference = self.row[self.top] - self.scores[self.top].mean()
        drawn = contribution_bars(
            frame.rename(index=self.labels(codes)), self.lang, total=difference
        )
        intro = tr(
            "The score is an exact sum of what its indicators bring. The bars show what each brings "
            "here, less what it brings to the mean of the provinces; together they make the "
            "difference of {x} points.",
            x=self.score(difference),
        )
        alt = tr("Bars of the points that each indicator adds to or takes from the score.")
        shown = figure(drawn, alt=alt, caption=self._made_from(codes))
        return section(text(intro), shown, title=tr("What drives the score"), anchor="drivers")

    def robustness(self) -> Html:
        """How much of the rank is a matter of method."""
        return choices_of_province(self, self.province)

    def trend(self) -> Html:
        """The way here, with breaks drawn as breaks."""
        return trend_section(self, self.province)

    def beside(self) -> Html:
        """Context whose direction is open, beside the index."""
        tr = self.lang.tr
        rows = [
            {
                tr("Series"): f"{self.label(code)} ({self.unit(code)})",
                tr("Value"): self.value(code, self.mine.loc[code, "value"]),
                tr("Median"): self.value(code, self.now[code].median()),
                tr("Source"): source_link(self, code, self.mine.loc[code]),
            }
            for code in [*self.spec.context, self.spec.overlap.series]
        ]
        why = tr(
            "These are not part of the score. Low unemployment often goes with farming and informal "
            "work, so it is open whether more or less of it means more resilience. Growth of one "
            "year says little. The human development index shares components with this index."
        )
        shown = table(pd.DataFrame(rows), right=[tr("Value"), tr("Median")], kind="stack")
        return section(text(why), shown, title=tr("Beside the index"), anchor="context")

    def regencies(self) -> Html:
        """The regencies and cities: how far apart they are."""
        tr, found = self.lang.tr, self.regency_cells
        codes = list(self.spec.regencies)
        drawn = regency_strips(
            found[["unit", "name", "indicator", "value"]],
            self.regency_comparison,
            self.lang,
            labels=self.labels(codes),
            units={code: self.unit(code) for code in codes},
            digits={code: self.digits(code) for code in codes},
            limit=self.regency_extremes,
        )
        count = found["unit"].nunique()
        intro = tr(
            "{name} has {count} regencies and cities. A good mean can hide a weak one. Each strip "
            "runs from the lowest to the highest regency of the country.",
            name=self.name,
            count=count,
        )
        base = tr(
            "Life expectancy stands here on the base SP2010, for the regencies and the province. "
            "The score uses the base LF SP2020, which is mostly two to three years higher."
        )
        alt = tr("Regencies of {name} on a strip an indicator.", name=self.name)
        listed = details(tr("All regencies and cities"), self._regency_table())
        shown = figure(drawn, alt=alt, caption=self._made_from(codes))
        return section(
            text(intro), shown, text(base, kind="small"), listed,
            title=tr("Regencies and cities"), anchor="regencies",
        )  # fmt: skip

    def _regency_table(self) -> Html:
        wide = self.regency_cells.pivot(index=["unit", "name"], columns="indicator", values="value")
        rows = []
        for (_, name), values in wide.sort_index().iterrows():
            cells = {
                f"{self.label(c)} ({self.unit(c)})": self.value(c, values[c]) for c in values.index
            }
            rows.append({self.lang.tr("Regency or city"): name, **cells})
        frame = pd.DataFrame(rows)
        return table(frame, right=list(frame.columns[1:]))

    def assessment(self) -> Html:
        """The capacity part: not assessed yet."""
        return capacity_section(self)

    def sources(self) -> Html:
        """Where every number comes from, and the workbook with all of them."""
        tr = self.lang.tr
        mine = self.cells[self.cells["unit"] == self.province]
        order = [*self.framework.indicators, *self.spec.context, self.spec.overlap.series]
        mine = mine.assign(order=mine["indicator"].map(order.index)).sort_values(["order", "year"])
        found = pd.concat([mine, self.regency_cells], ignore_index=True)
        saved = download(
            f"../data/{self.province}-{self.lang.code}.xlsx",
            tr("Workbook of all values with publisher, table and year"),
            "xlsx",
        )
        return join([source_section(self, found), saved])

    def _made_from(self, codes: list[str]) -> Html:
        """Caption: whose figures, and where the table of sources is."""
        return self.made_from(sorted({*self.mine.reindex(codes)["publisher"].dropna()}))
