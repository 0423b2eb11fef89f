"""An edition's tables as everyday frames, each read when it is first asked for."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd

from erat.edition.edition_tables import EditionTables, Stored
from erat.edition.frame import Frame

ENDS = {"q05": "low", "q95": "high"}
"""Ends of the 90% interval of a study: its columns on disk, and in frames."""


class EditionFrames(EditionTables):
    """The frames of an edition; scores are points of 100, ranks count from the best, 1."""

    # The figures

    @cached_property
    def last_year(self) -> int:
        """The year of the latest figure in the index."""
        cells = self.cells
        inside = cells["indicator"].isin(self.framework.indicators) & (cells["year"] == self.year)
        return int(cells.loc[inside, "observed"].max())

    @cached_property
    def publishers(self) -> list[str]:
        """Publishers of the framework's figures, and of the regencies' where these make them."""
        cells, below = self.cells, self.regency_cells
        inside = cells[cells["indicator"].isin(self.framework.indicators)]
        more = below[below["year"] == self.year] if self.bottom_up else below.iloc[:0]
        return sorted({*inside["publisher"], *more["publisher"]})

    cells = Stored("Every value: unit, year, indicator, value, year observed, publisher, table...")

    @Frame
    def values(self) -> pd.DataFrame:
        """Values of the edition's year in each series' own unit: units x series."""
        cells = self.cells[self.cells["year"] == self.year]
        wide = cells.pivot(index="unit", columns="indicator", values="value")
        return wide.reindex(index=self.scores.index, columns=cells["indicator"].unique())

    breaks = Stored("Breaks in series: indicator, year, kind, reasons.")

    # The index

    scores = Stored("Scores in points of 100: units x nodes (the index first).", "unit")
    node_ranks = Stored("Ranks by each node: units x nodes.", "unit", name="ranks")
    normalized = Stored("Normalized indicators in points of 100: units x indicators.", "unit")
    contributions = Stored("Points that each indicator adds: units x indicators.", "unit")

    @Frame
    def gaps(self) -> pd.DataFrame:
        """Score minus the median of the provinces, in points: units x dimensions.

        The weakest dimension of a province is the one with the smallest gap.
        """
        scores = self.scores[self.dimensions]
        return (scores - self.medians["median"].unstack()[""][self.dimensions]).round(9)

    @property
    def weakest(self) -> pd.Series:
        """Each province's dimension furthest below the median of the provinces: unit -> code."""
        known = self.gaps.dropna(how="all")
        return known.idxmin(axis=1).reindex(self.scores.index, fill_value="")

    @property
    def strongest(self) -> pd.Series:
        """Each province's dimension furthest above the median of the provinces: unit -> code."""
        known = self.gaps.dropna(how="all")
        return known.idxmax(axis=1).reindex(self.scores.index, fill_value="")

    # How sure it is

    @Frame
    def intervals(self) -> pd.DataFrame:
        """Scores with what encloses 90% of the ways: (node, unit) -> score, low, high, mean,
        median, q25, q75, and share_above (the share of ways with a higher score).
        """
        table = self.table("node_intervals").rename(columns={"nominal": "score", **ENDS})
        shares = self.table("score_shares").rename(columns={"above": "share_above"})
        both = table.merge(shares, on=["unit", "node"], how="left").set_index(["node", "unit"])
        return both[["score", "low", "high", "mean", "median", "q25", "q75", "share_above"]]

    @Frame
    def medians(self) -> pd.DataFrame:
        """Medians of scores: (node, island group) -> median, low, high; group ``""`` is all."""
        table = self.table("medians").drop(columns="median")
        table = table.rename(columns={"nominal": "median", **ENDS})
        return table.set_index(["node", "group"])[["median", "low", "high"]]

    @Frame
    def ranks(self) -> pd.DataFrame:
        """Ranks, whole: unit -> rank, low, high (90% of the ways), median_rank, min, max,
        share_better (of ways with a better rank); third of the ranking (``upper``, ``middle``,
        ``lower``, two of them with a hyphen, or ``open``) and the thirds of both ends, best and
        worst; tier; score, score_low, score_high, share_above (of ways with a higher score).
        """
        table, chances = self._whole_ranks("intervals"), self.rank_at_most.assign(**{"0": 0.0})
        better = (table["rank"] - 1).map("{:.0f}".format)  # no column of one without a rank
        table["share_better"] = [
            chances.at[unit, rank] if rank in chances else np.nan for unit, rank in better.items()
        ]
        table["tier"] = self.tiers["tier"]
        scores = self.intervals.loc[self.top, ["score", "low", "high", "share_above"]]
        return table.join(scores.rename(columns={"low": "score_low", "high": "score_high"}))

    def _whole_ranks(self, name: str) -> pd.DataFrame:
        table = self.table(name, "unit").drop(columns="tier")
        table = table.rename(columns={"nominal": "rank", "median": "median_rank"})
        best, worst = table["best"], table["worst"]
        third = best.where(best == worst, best + "-" + worst).replace("upper-lower", "open")
        return table.assign(third=third)

    tiers = Stored(
        "Groups of which no two provinces can be told apart: unit -> mean_rank, tier (1 best).",
        "unit",
    )
    dominance = Stored("Share of ways in which the row is above the column: units x units.", "unit")
    rank_at_most = Stored(
        "Share of ways in which a province has rank k or better: units x ranks (texts).", "unit"
    )

    @Frame
    def claims(self) -> pd.DataFrame:
        """Sentences that the study supports: kind, subject, other, number, id, en."""
        return self.table("claims").astype({"subject": str, "other": str})

    # What moves it

    effects = Stored(
        "One choice changed: factor, choice, mean_shift, max_shift (ranks), unit (moved most)."
    )

    @Frame
    def alone(self) -> pd.DataFrame:
        """One choice changed, by province: factor, choice, unit, rank, shift (below 0 is towards
        the first), score, change (points; nan where the scale of scores changes), method, codes.
        """
        settings = self.settings[["method", "codes"]].reset_index()
        return self.table("alone").merge(settings, on=["factor", "choice"], how="left")

    @Frame
    def score_changes(self) -> pd.DataFrame:
        """What one choice does to scores: (factor, choice) -> mean change in points, share_up
        (of provinces whose score rises); what explains scores at the end of their intervals.
        """
        known = self.alone.dropna(subset="change")
        groups = known.assign(up=known["change"] > 0).groupby(["factor", "choice"], sort=False)
        return groups.agg(mean=("change", "mean"), share_up=("up", "mean"))

    shifts = Stored(
        "What a factor alone does to ranks: factor, unit, mean, mean_absolute, low, high."
    )

    choices = Stored(
        "Alternatives: alternative -> the number of each factor's choice.", "alternative"
    )
    alternatives = Stored("Ranks under every alternative: units x alternatives (texts).", "unit")
    indices = Stored(
        "Sensitivity indices: factor, output, S1, ST with 95% intervals (``_low, _high``)."
    )

    @Frame
    def convergence(self) -> pd.DataFrame:
        """Indices of the mean rank shift with fewer points: factor, rows, S1..., resolved.

        Empty where every combination was tried.
        """
        named = ["factor", "rows", "S1", "S1_low", "S1_high", "ST", "ST_low", "ST_high", "resolved"]
        return self.table("convergence") if self.has("convergence") else pd.DataFrame(columns=named)

    # Over the years, and below

    trend = Stored(
        "Scores by year: unit, node, year, value, segment, missing; low, high of the index."
    )

    @Frame
    def regency_scores(self) -> pd.DataFrame:
        """Scores of regencies: unit -> parent, name, weight, nodes and indicators in points."""
        table = self.table("subunit_scores", "unit")
        return table[table["parent"] != ""]

    @Frame
    def rolled_up(self) -> pd.DataFrame:
        """Scores of provinces made from their regencies: unit -> nodes and indicators."""
        table = self.table("subunit_scores", "unit")
        return table[table["parent"] == ""].drop(columns=["parent", "name", "weight"])

    @Frame
    def regency_ranks(self) -> pd.DataFrame:
        """Ranks of regencies among all: unit -> rank, low, high, median_rank, min, max, third,
        best, worst (thirds).
        """
        return self._whole_ranks("subunit_intervals")

    @Frame
    def regency_intervals(self) -> pd.DataFrame:
        """Scores of regencies: (node, unit) -> score, low, high, mean, median, q25, q75."""
        table = self.table("subunit_node_intervals").rename(columns={"nominal": "score", **ENDS})
        return table.set_index(["node", "unit"])

    regency_cells = Stored(
        "Values of regencies: unit, name, parent, year, indicator, value, publisher, table...",
        name="regencies",
    )
