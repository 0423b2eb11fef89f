"""One province of an edition: its scores, values, intervals and regencies as frames."""

from __future__ import annotations

import numpy as np
import pandas as pd

from erat.edition.frame import Frame
from erat.edition.frames import ENDS, EditionFrames


class Province:
    """One province of an edition: its code (``unit``), ``name``, code of its ``island_group``, and
    its frames; scores are points of 100, ranks count from the best, 1.
    """

    def __init__(self, edition: EditionFrames, unit: str) -> None:
        self.edition, self.unit = edition, unit
        row = edition.provinces.loc[unit]
        self.name, self.island_group = str(row["name"]), str(row["island_group"])

    def __repr__(self) -> str:
        rank, place = self.rank, "no rank"
        if not np.isnan(rank["rank"]):
            score = "score {score:.1f} ({score_low:.1f}-{score_high:.1f})".format(**rank)
            place = f"{score}, rank {rank['rank']:.0f} ({rank['low']:.0f}-{rank['high']:.0f})"
        return f"{self.name} ({self.unit}), {self.edition.year}: {place}, third: {rank['third']}"

    def _repr_html_(self) -> str:
        return str(self.scores.round(1).to_html())

    @property
    def members(self) -> list[str]:
        """Provinces of the same island group, itself among them."""
        groups = self.edition.provinces["island_group"]
        return [str(unit) for unit in groups.index[groups == self.island_group]]

    @property
    def rank(self) -> pd.Series:
        """Its row of the edition's ``ranks``: rank, interval, third, tier, shares."""
        return self.edition.ranks.loc[self.unit]

    @Frame
    def scores(self) -> pd.DataFrame:
        """Every node, the index first: node -> score, low, high, share_above (of ways with a
        higher score), median (of the provinces) with median_low and median_high, group_median (of
        the island group) with its ends, gap (score minus median), rank.
        """
        e = self.edition
        table = e.intervals.xs(self.unit, level="unit")[["score", "low", "high", "share_above"]]
        table, medians = table.reindex(e.scores.columns), e.medians
        for name, group in (("median", ""), ("group_median", self.island_group)):
            row = medians.xs(group, level="group").reindex(table.index)
            table[[name, f"{name}_low", f"{name}_high"]] = row[["median", "low", "high"]]
        gap = (table["score"] - table["median"]).round(9)
        return table.assign(gap=gap, rank=e.node_ranks.loc[self.unit]).rename_axis("node")

    @property
    def weakest(self) -> str:
        """Code of the dimension furthest below the median of the provinces."""
        return str(self.edition.weakest[self.unit])

    @Frame
    def indicators(self) -> pd.DataFrame:
        """Every series, those of the index first: indicator -> dimension (``""`` beside the index),
        value (an imputed one has the status ``imputed``, and in ``table`` how), median and
        group_median (of provinces, of the island group) in the series' unit;
        normalized and contribution in points; rank with rank_low and rank_high (what the rounding
        of the figures leaves open); names, units of measurement, digits; observed, period, base,
        status, publisher, publication, table.
        """
        e, framework = self.edition, self.edition.framework
        inside = framework.indicators
        cells = self.cells.set_index("indicator")
        cells = cells.reindex([*inside, *cells.index.difference(inside, sort=False)])
        filled = self._of("imputation").set_index("indicator").reindex(cells.index)
        cells["value"] = cells["value"].fillna(filled["value"])
        cells["status"] = cells["status"].fillna("imputed").where(cells["value"].notna())
        cells["table"] = cells["table"].fillna(filled["method"])
        dimensions = [framework.parent(c) if c in inside else "" for c in cells.index]
        cells.insert(0, "dimension", dimensions)
        cells["median"], of_group = e.values.median(), e.values.loc[self.members]
        cells["group_median"] = of_group.median()
        cells["normalized"] = e.normalized.loc[self.unit]
        cells["contribution"] = e.contributions.loc[self.unit]
        columns = ["rank", "rank_low", "rank_high"]
        cells[columns] = pd.DataFrame({code: self._rank_by(code) for code in inside}, columns).T
        named = e.indicators[["name_id", "name_en", "unit_id", "unit_en", "digits"]]
        return cells.drop(columns=["unit", "year"]).join(named)

    def _rank_by(self, code: str) -> tuple[float, float, float]:
        """Return the rank by an indicator, and its ends within the rounding of the figures."""
        e = self.edition
        rank = e.normalized[code].round(12).rank(ascending=False, method="min")[self.unit]
        if np.isnan(rank):
            return (np.nan, np.nan, np.nan)
        values = e.values[code] * e.framework.column("direction", [code]).item()
        apart = values.drop(self.unit).dropna() - values[self.unit]
        step = 10.0 ** -int(e.indicators.at[code, "digits"])
        best = 1 + int((apart > step * (1 + 1e-9)).sum())
        worst = 1 + int((apart >= -step * (1 + 1e-9)).sum())
        return (rank, min(rank, best), max(rank, worst))

    @Frame
    def cells(self) -> pd.DataFrame:
        """Its values of the edition's year, with year observed, publisher, publication, table."""
        cells = self.edition.cells
        return self._of_year(cells[cells["unit"] == self.unit])

    @Frame
    def contributions(self) -> pd.DataFrame:
        """Points of the index: indicator -> contribution, mean (of provinces), apart (the rest)."""
        every = self.edition.contributions
        table = pd.DataFrame({"contribution": every.loc[self.unit], "mean": every.mean()})
        return table.assign(apart=table["contribution"] - table["mean"]).rename_axis("indicator")

    @Frame
    def alone(self) -> pd.DataFrame:
        """One choice changed, what moves the rank most first: factor, choice, method, codes, rank,
        shift (below 0 is towards the first), score, change (points; nan on another scale).
        """
        every = self.edition.alone
        alone = every[every["unit"] == self.unit].drop(columns="unit")
        return alone.sort_values(
            "shift", key=abs, ascending=False, kind="stable", ignore_index=True
        )

    @property
    def largest_move(self) -> pd.Series | None:
        """The single choice that moves the rank most, a row of ``alone``; None if none does."""
        moved = self.alone.loc[lambda table: table["shift"].abs() > 0]
        return None if moved.empty else moved.iloc[0]

    @Frame
    def shifts(self) -> pd.DataFrame:
        """What each factor alone does to the rank: factor -> mean, mean_absolute, low, high."""
        return self._of("shifts").set_index("factor")

    @Frame
    def indices(self) -> pd.DataFrame:
        """Sensitivity of its rank and score: factor, output (``rank`` or ``score``), S1, ST..."""
        table = self.edition.table("indices")
        kinds, _, unit = table["output"].str.partition(":").to_numpy().T
        return table.assign(output=kinds)[unit == self.unit].reset_index(drop=True)

    @property
    def rank_at_most(self) -> pd.Series:
        """Share of ways in which its rank is k or better, k = 1, 2..."""
        chances = self.edition.rank_at_most.loc[self.unit]
        return chances.set_axis([int(k) for k in chances.index])

    @Frame
    def claims(self) -> pd.DataFrame:
        """Sentences of the study that speak of it: kind, subject, other, number, id, en."""
        table = self.edition.claims
        about = table["subject"].where(table["kind"] != "pair", table.subject + " " + table.other)
        return table[[self.unit in text.split() for text in about]].reset_index(drop=True)

    @Frame
    def trend(self) -> pd.DataFrame:
        """Its scores by year: node, year, value, segment, missing; low, high of the index."""
        return self._of("trend")

    # Its regencies and cities

    @Frame
    def regency_scores(self) -> pd.DataFrame:
        """Scores of its regencies, the best first: unit -> name, weight, nodes, indicators."""
        every = self.edition.regency_scores
        inside = every[every["parent"] == self.unit].drop(columns="parent")
        top = self.edition.regency_framework.top
        return inside.sort_values(top, ascending=False, kind="stable")

    @Frame
    def regency_ranks(self) -> pd.DataFrame:
        """Ranks of its regencies among all of the country; columns as in the edition's."""
        return self.edition.regency_ranks.loc[self.regency_scores.index]

    @Frame
    def regency_values(self) -> pd.DataFrame:
        """Values of its regencies, edition's year: unit, name, indicator, value, publisher..."""
        cells = self.edition.regency_cells
        return self._of_year(cells[cells["parent"] == self.unit]).drop(columns="parent")

    @property
    def regency_comparison(self) -> pd.Series:
        """The province's own values of the regencies' series, on the same base."""
        return self._of_year(self._of("regency_comparison")).set_index("indicator")["value"]

    @Frame
    def regency_apart(self) -> pd.DataFrame:
        """Points by which its regencies are apart from their mean: regencies x indicators."""
        codes = self.edition.regency_framework.indicators
        weights = self.regency_scores["weight"]
        parts = self.edition.table("subunit_parts").set_index("unit").loc[weights.index, codes]
        return parts - parts.mul(weights, axis=0).sum() / weights.sum()

    @Frame
    def regency_distance(self) -> pd.DataFrame:
        """The province's distance to the mean of provinces in points: regencies x indicators."""
        return self._spread("subunit_distance", "contribution")

    @Frame
    def regency_changes(self) -> pd.DataFrame:
        """The change of the province's score in points: regencies x indicators."""
        return self._spread("subunit_changes", "change")

    @Frame
    def inequality(self) -> pd.DataFrame:
        """Inequality among its regencies: (node, measure) -> value, low, high, mean, median..."""
        table = self._of("subunit_measures").rename(columns={"nominal": "value", **ENDS})
        return table.set_index(["node", "measure"])

    @Frame
    def rollups(self) -> pd.DataFrame:
        """Its index under other roll-ups of regencies: rollup -> score, low, high, mean..."""
        table = self._of("subunit_rollups").rename(columns={"nominal": "score", **ENDS})
        return table.set_index("rollup")

    def row(self, name: str) -> pd.Series:
        """Return its row of a table that has one of each province, such as ``distances``."""
        return self.edition.table(name).set_index("unit").loc[self.unit]

    def _of_year(self, cells: pd.DataFrame) -> pd.DataFrame:
        return cells[cells["year"] == self.edition.year].reset_index(drop=True)

    def _of(self, name: str) -> pd.DataFrame:
        table = self.edition.table(name)
        return table[table["unit"] == self.unit].drop(columns="unit").reset_index(drop=True)

    def _spread(self, name: str, column: str) -> pd.DataFrame:
        table = self._of(name)
        codes = list(dict.fromkeys(table["indicator"]))
        wide = table.pivot(index="subunit", columns="indicator", values=column)[codes]
        return wide.loc[wide.sum(axis=1).round(12).sort_values(kind="stable").index]
