"""A province's regencies as units: thirds before ranks, what holds it back, and what is unequal."""

from __future__ import annotations

import pandas as pd

from erat.plots.cells import unit_heat
from erat.plots.strips import regency_strips
from erat.report.page import (
    Html,
    details,
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
from erat.report.regency_view import RegencyView
from erat.report.regency_words import (
    apart_words,
    cell_sentences,
    failing,
    order_words,
    rollup_words,
    weight_words,
)

OPEN = 8
"""More regencies than so many are listed under a line that opens the list."""


class RegencySections(RegencyView):
    """The sections on regencies; parameters as in :class:`RegencyView`."""

    def regencies(self) -> Html:
        """The regencies and cities as units of the country's ranking."""
        tr = self.lang.tr
        return section(
            text(self._lead()), items(self._by_third()), *failing(self), self._listed(),
            self._held_back(), self._followed(), self._unequal(), self._orders(),
            self._published(),
            title=tr("Regencies and cities"), anchor="regencies",
        )  # fmt: skip

    def _lead(self) -> str:
        tr, tree = self.lang.tr, self.tree
        return tr(
            "{name} has {count} regencies and cities. Each is scored from 0 to 100 on {series}, with "
            "the same goalposts for all {n} of the country, and placed among them. {weights}",
            name=self.name,
            count=len(self.my_regencies),
            series=self.lang.join([self.node_inside(code) for code in tree.indicators]),
            n=len(self.every),
            weights=weight_words(self),
        )

    def _by_third(self) -> list[str]:
        """List the regencies by the thirds of the country that they are in, the best first."""
        found: dict[str, list[str]] = {}
        for unit in (
            self.places.loc[self.my_regencies.index].sort_values("nominal", kind="stable").index
        ):
            found.setdefault(self.place(str(unit)), []).append(self.short[str(unit)])
        order = [word for word in self.tiers.values() if word in found]
        return [f"{word[:1].upper()}{word[1:]}: {', '.join(found[word])}." for word in order]

    def _listed(self) -> Html:
        """Every regency: third, rank, score, and what sets it apart from the province's mean."""
        tr = self.lang.tr
        apart = tr("What sets it apart")
        rows = [
            {
                tr("Regency or city"): self.short[str(unit)],
                tr("Third"): self.place(str(unit)),
                tr("Rank of {n}", n=len(self.every)): self.rank_of(self.places.loc[unit]),
                tr("Score"): self.regency_score(str(unit)),
                apart: apart_words(self, str(unit)),
            }
            for unit in self.my_regencies.index
        ]
        numbers = [tr("Rank of {n}", n=len(self.every)), tr("Score")]
        said = tr(
            "In brackets: the ranks that enclose 90% of {ways} ways to construct the index of "
            "regencies. {scores} Points say what brings a regency above or below the mean of its "
            "province; the largest two are named.",
            ways=self.regency_ways,
            scores=self.scores_note,
        )
        shown = join(
            [text(said, kind="small"), table(pd.DataFrame(rows), right=numbers, kind="stack")]
        )
        if len(rows) <= OPEN:
            return shown
        return details(tr("Every regency and city: third, rank, score, what sets it apart"), shown)

    def _held_back(self) -> Html:
        """The province's distance to the mean of the provinces, by regency and indicator."""
        tr, cells = self.lang.tr, self.distance
        apart = "distances" if self.results.edition.bottom_up else "subunit_apart"
        stands = tr(
            "Made from its regencies, {name} stands {x} points from the mean of the provinces "
            "({range}).",
            name=self.name,
            x=self.signed(float(cells.to_numpy().sum()), 2),
            range=self.signed_range(self.of_province(apart), 2),
        )
        how = tr(
            "Every cell says how many of these points one regency brings through one indicator, by "
            "the method of the edition; together they make the difference exactly."
        )
        alt = tr(
            "Regencies of {name} by indicators, coloured by the points that each brings to the "
            "difference from the mean of the provinces.",
            name=self.name,
        )
        return join(
            [
                heading(tr("Which regencies hold it back, and in what"), level=3),
                text(stands, " ", how),
                items(cell_sentences(self, cells)),
                self._heat(cells, alt, self.made_of()),
            ]
        )

    def _followed(self) -> Html:
        """The change of the province's score, by regency and indicator."""
        tr, years = self.lang.tr, self.results.edition.change_years
        if not years:
            return join([])
        first, last = years
        cells = self.changed
        said = tr(
            "From {first} to {last} the score made from {series} of the regencies changed by {x} "
            "points ({range}).",
            first=first,
            last=last,
            series=self.lang.join([self.name_inside(self.series(str(c))) for c in cells.columns]),
            x=self.signed(float(cells.to_numpy().sum()), 2),
            range=self.signed_range(self.of_province("subunit_change_intervals"), 2),
        )
        alt = tr(
            "Regencies of {name} by indicators, coloured by the points that each adds to the change "
            "from {first} to {last}.",
            name=self.name,
            first=first,
            last=last,
        )
        drawn = self._heat(cells, alt, self.made_of((first, last)))
        return join(
            [
                heading(tr("What changed, and where"), level=3),
                text(said),
                items(cell_sentences(self, cells, change=True)),
                details(tr("Every regency and indicator: points of the change"), drawn),
            ]
        )

    def _heat(self, cells: pd.DataFrame, alt: str, caption: Html) -> Html:
        drawn = unit_heat(
            cells,
            self.lang,
            names=self.short,
            labels={str(code): self.series(str(code)) for code in cells.columns},
            foot=self.name,
        )
        return figure(drawn, alt=alt, caption=caption)

    def _unequal(self) -> Html:
        """How unequal the regencies are, and the part of the score that is lost to it."""
        tr, top = self.lang.tr, self.tree.top
        rows = [self._uneven_row(node) for node in [top, *self.tree.dimensions]]
        said = tr(
            "A good mean can hide a failing regency. Its regencies lie {range} points apart; the "
            "weakest is {weakest}. If what is unequal counts less, the score loses {lost}.",
            range=self.with_range(self.uneven.loc[(top, "range")]),
            weakest=self.short[str(self.my_regencies.index[-1])],
            lost=self._lost(top),
        )
        how = tr(
            "Lost to inequality: the difference between the mean and the mean with a penalty for "
            "inequality (Atkinson, aversion 1: the geometric mean, as in the inequality-adjusted human "
            "development index), in percent of the mean. One regency at zero makes it 100%."
        )
        shown = table(pd.DataFrame(rows), right=list(rows[0])[3:], kind="stack")
        title = heading(tr("How unequal the regencies are"), level=3)
        return join([title, text(said), shown, text(how, kind="small")])

    def _uneven_row(self, node: str) -> dict[str, object]:
        """Tell how unequal the regencies are in a node."""
        tr, scores = self.lang.tr, self.my_regencies[node]
        lowest, highest = str(scores.idxmin()), str(scores.idxmax())
        return {
            tr("Score of"): self.node(node),
            tr("Lowest"): f"{self.regency_score(lowest, node)}, {self.short[lowest]}",
            tr("Highest"): f"{self.regency_score(highest, node)}, {self.short[highest]}",
            tr("Range"): self.with_range(self.uneven.loc[(node, "range")]),
            tr("Gini"): self.with_range(self.uneven.loc[(node, "gini")], 3, exact=3),
            tr("Lost to inequality"): self._lost(node),
        }

    def _lost(self, node: str) -> str:
        """Write the part of a score that is lost to inequality."""
        return self.with_range(self.uneven.loc[(node, "lost_percent")], unit="%")

    def _orders(self) -> Html:
        """Which order was used, and what other roll-ups give."""
        tr = self.lang.tr
        rows = [
            {
                tr("Roll-up of the regencies"): rollup_words(self, str(name)),
                tr("Score"): self.with_range(row),
            }
            for name, row in self.other_rollups.iterrows()
        ]
        return join(
            [
                heading(tr("In which order it was made"), level=3),
                text(order_words(self)),
                table(pd.DataFrame(rows), kind="stack", right=[tr("Score")]),
            ]
        )

    def _published(self) -> Html:
        """For an edition made from regencies: the province's own, published figures beside it."""
        if not self.results.edition.bottom_up:
            return join([])
        tr, own = self.lang.tr, self.regency_comparison
        made, here, apart = tr("From its regencies"), tr("Published"), tr("Difference")
        rows = []
        for code in self.framework.indicators:
            value = float(self.now.loc[self.province, code])
            rows.append(
                {
                    tr("Series"): self.named(code),
                    made: self.value(code, value),
                    here: self.value(code, own[code]),
                    apart: self.signed(value - own[code], self.digits(code)),
                }
            )
        said = tr(
            "BPS publishes the same series for the province itself. They differ from what its "
            "regencies give, above all because every regency counts once here, whatever its "
            "population; GRDP and expenditure, scored on a logarithmic scale, are geometric means. "
            "The differences are explained in"
        )
        title = heading(tr("Beside the province's own figures"), level=3)
        shown = table(pd.DataFrame(rows), right=[made, here, apart], kind="stack")
        page = self.methodology("bottom_up")
        more = link(page, tr("From regencies to provinces (methodology, in English)"))
        return join([title, text(said, " ", more, "."), shown])

    def regency_values(self) -> Html:
        """The regencies' figures themselves: how far apart they are."""
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
        intro = tr("Each strip runs from the lowest to the highest regency of the country.")
        alt = tr("Regencies of {name} on a strip an indicator.", name=self.name)
        listed = details(tr("All regencies and cities"), self._regency_table())
        shown = figure(drawn, alt=alt, caption=self.made_of())
        return section(
            text(intro), shown, self._base(), listed,
            title=tr("The figures of the regencies"), anchor="regency-values",
        )  # fmt: skip

    def _base(self) -> Html:
        """Say that life expectancy stands on another base here than in the score."""
        if "uhh_lf2020" not in self.framework.indicators or "uhh" not in self.spec.regencies:
            return join([])
        return note(
            self.lang.tr(
                "Life expectancy stands here on the base SP2010, for the regencies and the "
                "province. The score uses the base LF SP2020, which is mostly two to three years "
                "higher."
            )
        )

    def _regency_table(self) -> Html:
        wide = self.regency_cells.pivot(index=["unit", "name"], columns="indicator", values="value")
        rows = []
        for (_, name), values in wide[list(self.spec.regencies)].sort_index().iterrows():
            cells = {self.named(str(c)): self.value(str(c), values[c]) for c in values.index}
            rows.append({self.lang.tr("Regency or city"): name, **cells})
        frame = pd.DataFrame(rows)
        return table(frame, right=list(frame.columns[1:]))

    def made_of(self, years: tuple[int, int] | None = None) -> Html:
        """Caption: whose figures of the regencies, of which years, and where the sources are."""
        publishers = sorted(set(self.regency_cells["publisher"]))
        when = f"{years[0]}, {years[1]}" if years else str(self.year)
        said = self.lang.tr(
            "Figures of {publishers}, {year}; see", publishers=self.lang.join(publishers), year=when
        )
        return join([said, link("#sources", self.lang.tr("sources"))], between=" ")
