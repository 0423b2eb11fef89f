"""What there is to say of one province, before it is said."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from erat.edition.project import Project
from erat.report.own import OwnView
from erat.report.view import View


class ProvinceView(View):
    """An edition's results with one province in the middle.

    Parameters
    ----------
    province
        Unit of the province, for example ``"72"``.
    edition, lang, project
        As in :class:`erat.report.view.View`.
    answers, local
        An assessment with answers of the province, and the folder of its local figures: as in
        :class:`erat.report.own.OwnView`.
    """

    def __init__(
        self,
        province: str,
        edition: str,
        lang: str,
        project: Project | None = None,
        *,
        answers: str = "",
        local: str = "",
    ) -> None:
        super().__init__(edition, lang, project)
        self.province = self.check_province(province)
        self.own = OwnView(self, self.province, answers, local)
        self.name = self.names[province]
        self.row = self.scores.loc[province]
        self.group = str(self.units.loc[province, f"group_{lang}"])
        self.members = [
            str(unit)
            for unit in self.scores.index
            if self.units.loc[unit, "island_group"] == self.units.loc[province, "island_group"]
        ]

    @cached_property
    def mine(self) -> pd.DataFrame:
        """This province's cells in the edition's year, indexed by indicator."""
        cells = self.cells
        own = (cells["unit"] == self.province) & (cells["year"] == self.year)
        return cells[own].set_index("indicator", drop=False)

    @cached_property
    def regency_cells(self) -> pd.DataFrame:
        """The cells of the province's regencies in the edition's year."""
        cells = self.results.table("regencies")
        return cells[(cells["parent"] == self.province) & (cells["year"] == self.year)]

    @cached_property
    def regency_comparison(self) -> dict[str, float]:
        """The province's own values of the regencies' series, on the same base."""
        cells = self.results.table("regency_comparison")
        own = cells[(cells["unit"] == self.province) & (cells["year"] == self.year)]
        return {
            str(code): value for code, value in zip(own["indicator"], own["value"], strict=True)
        }

    @cached_property
    def regency_extremes(self) -> dict[str, tuple[float, float]]:
        """The lowest and highest regency of the country, by series."""
        cells = self.results.table("regencies")
        ends = cells[cells["year"] == self.year].groupby("indicator")["value"].agg(["min", "max"])
        return {str(code): (row["min"], row["max"]) for code, row in ends.iterrows()}
