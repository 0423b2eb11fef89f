"""What there is to say of a province's regencies as units, before it is said."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from erat.edition.construction import Construction
from erat.errors import InputError, Problem
from erat.index.framework import Framework
from erat.report.province_view import ProvinceView


class RegencyView(ProvinceView):
    """A province with its regencies below it; parameters as in :class:`ProvinceView`."""

    @cached_property
    def below(self) -> Construction:
        """The regencies of the edition as units."""
        found = self.results.edition.regencies
        if found is None:
            what = f"edition {self.results.edition.code}"
            raise InputError([Problem(what, "no key 'subunits'", "regencies as units", "add it")])
        return found

    @cached_property
    def tree(self) -> Framework:
        """The framework that regencies are scored on."""
        return self.below.framework

    @property
    def change_tree(self) -> Framework:
        """The framework that the change is followed on."""
        return (self.results.edition.change or self.below).framework

    @cached_property
    def every(self) -> pd.DataFrame:
        """Scores of all regencies of the country, indexed by unit."""
        found = self.results.table("subunit_scores")
        return found[found["parent"] != ""].set_index("unit")

    @cached_property
    def my_regencies(self) -> pd.DataFrame:
        """Scores of the province's regencies, the best first."""
        own = self.every[self.every["parent"] == self.province]
        return own.sort_values(self.tree.top, ascending=False, kind="stable")

    @cached_property
    def rolled(self) -> pd.DataFrame:
        """Scores of all provinces made from their regencies, indexed by unit."""
        found = self.results.table("subunit_scores")
        return found[found["parent"] == ""].set_index("unit")

    @cached_property
    def places(self) -> pd.DataFrame:
        """Rank intervals of all regencies, indexed by unit."""
        return self.results.table("subunit_intervals").set_index("unit")

    def regency_score(self, unit: str, node: str = "") -> str:
        """Write a regency's score of a node (the index if none is given) with its interval."""
        return self.with_range(self.regency_intervals.loc[(node or self.tree.top, unit)])

    @cached_property
    def regency_intervals(self) -> pd.DataFrame:
        """Intervals of the regencies' scores, by node and unit."""
        return self.results.table("subunit_node_intervals").set_index(["node", "unit"])

    @property
    def regency_ways(self) -> int:
        """Number of ways that the regencies' ranks were tried in."""
        return int(self.results.table("subunit_study")["ways"].iloc[0])

    @cached_property
    def short(self) -> dict[str, str]:
        """Regency to its name in short: the word for regency as an abbreviation."""
        return {
            str(unit): str(name).replace("Kabupaten ", "Kab. ")
            for unit, name in self.every["name"].items()
        }

    @cached_property
    def apart(self) -> pd.DataFrame:
        """Points by which each regency of the province is apart from its mean, by indicator."""
        parts = self.results.table("subunit_parts").set_index("unit")[self.tree.indicators]
        own, weight = parts.loc[self.my_regencies.index], self.my_regencies["weight"]
        return own - own.mul(weight, axis=0).sum() / weight.sum()

    @cached_property
    def distance(self) -> pd.DataFrame:
        """The province's distance to the mean of provinces: regencies by indicators, in points."""
        return self._spread("subunit_distance", "contribution", self.tree.indicators)

    @cached_property
    def changed(self) -> pd.DataFrame:
        """The change of the province's score: regencies by indicators, in points."""
        return self._spread("subunit_changes", "change", self.change_tree.indicators)

    @cached_property
    def uneven(self) -> pd.DataFrame:
        """Inequality inside the province, indexed by node and measure, with intervals."""
        table = self.results.table("subunit_measures")
        return table[table["unit"] == self.province].set_index(["node", "measure"])

    def of_province(self, name: str) -> pd.Series:
        """Return the province's row of a table of intervals."""
        return self.results.table(name).set_index("unit").loc[self.province]

    @cached_property
    def order(self) -> pd.Series:
        """The province's score, units first and framework first."""
        table = self.results.table("orders")
        return table[table["node"] == self.tree.top].set_index("unit").loc[self.province]

    @cached_property
    def other_rollups(self) -> pd.DataFrame:
        """The province's index under other roll-ups, indexed by roll-up, with intervals."""
        table = self.results.table("subunit_rollups")
        return table[table["unit"] == self.province].set_index("rollup")

    def node(self, code: str) -> str:
        """Return the name of a node of the regencies' framework."""
        return self.tree.name(code, self.lang.code)

    def node_inside(self, code: str) -> str:
        """Return the name as it stands inside a sentence."""
        return self.name_inside(self.node(code))

    def series(self, code: str) -> str:
        """Return an indicator's name in the framework of the scores, or in that of the change."""
        tree = self.tree if code in self.tree.table.index else self.change_tree
        return tree.name(code, self.lang.code)

    def place(self, unit: str) -> str:
        """Name the thirds of all regencies that a regency's rank interval touches."""
        return self.tier_of(self.places.loc[unit])

    def _spread(self, name: str, column: str, codes: list[str]) -> pd.DataFrame:
        table = self.results.table(name)
        mine = table[table["unit"] == self.province]
        wide = mine.pivot(index="subunit", columns="indicator", values=column)[codes]
        order = wide.sum(axis=1).round(12).sort_values(kind="stable").index
        return wide.loc[order]
