"""An edition's tables as everyday frames, each read when it is first asked for; no file of config/."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from erat.edition.frame import Frame
from erat.errors import InputError, Problem
from erat.index.framework import NUMBERS, Framework
from erat.indonesia import tiles
from erat.locale import Language, spoken

ENDS = {"q05": "low", "q95": "high"}
"""Ends of the 90% interval of a study: its columns on disk, and in frames."""

TEXTS = (
    *("unit", "subunit", "weakest", "parent", "predecessor", "parent_34", "parent_38"),
    *("bps", "period", "base"),
)
"""Columns that look like numbers now and then and are texts."""


class Stored(Frame):
    """A frame that is a table on disk: of its own name, or of another; by a column, without year."""

    def __init__(self, doc: str, index: str = "", name: str = "") -> None:
        super().__init__(self._read, doc)
        self.index, self.stored_as = index, name

    def _read(self, frames: EditionFrames) -> pd.DataFrame:
        return frames.table(self.stored_as or self.name, self.index)


class EditionFrames:
    """The frames of an edition in a folder; names are in ``lang``, or the language named last. Scores
    are points of 100, ranks count from the best, 1.
    """

    def __init__(self, folder: Path, lang: Language | None = None) -> None:
        self.folder, self.lang = folder, lang or spoken()

    def table(self, name: str, index: str = "") -> pd.DataFrame:
        """Return a table as it is on disk: texts stay texts, an empty number is nan. With an
        ``index`` it is of one year: indexed by that column, without ``year``.
        """
        path = self._path(name)
        table = _parsed(path, path.stat().st_ino, path.stat().st_mtime_ns).copy(deep=False)
        return table.set_index(index).drop(columns="year", errors="ignore") if index else table

    def _path(self, name: str) -> Path:
        path = self.file(name)
        if not path.is_file():
            known = ", ".join(sorted(path.stem for path in self.folder.glob("*.csv")))
            absent = f"no table {name!r} of edition {self.folder.name}"
            remedy = "choose one; if an older e-RAT made the results, run: erat build"
            raise InputError([Problem("data/processed", absent, f"one of {known}", remedy)])
        return path

    def file(self, name: str) -> Path:
        """Return the path of a table, which need not be there."""
        return self.folder / f"{name}.csv"

    def has(self, name: str) -> bool:
        """Say whether the edition has a table."""
        return self.file(name).is_file()

    def _texts(self, name: str) -> pd.DataFrame:
        return pd.read_csv(self._path(name), dtype=str, keep_default_na=False)

    # What the edition is made of

    @cached_property
    def about(self) -> dict[str, str]:
        """What the edition's file says, by key; lists are parted by blanks."""
        return dict(self._texts("edition").itertuples(index=False, name=None))

    @property
    def year(self) -> int:
        """The year that the index is constructed for."""
        return int(self.about["year"])

    @property
    def own_method(self) -> bool:
        """Whether the method is another one than the edition's, so that pages say so."""
        return bool(self.about["own_method"])

    @property
    def bottom_up(self) -> bool:
        """Whether the provinces are made from their regencies."""
        return self.about["bottom_up"] == "True"

    @cached_property
    def framework(self) -> Framework:
        """The framework, from the edition's own table."""
        return _framework(self.nodes)

    @property
    def top(self) -> str:
        """Code of the index."""
        return self.framework.top

    @property
    def dimensions(self) -> list[str]:
        """Codes of the dimensions."""
        return self.framework.dimensions

    @property
    def regencies_as_units(self) -> bool:
        """Whether regencies and cities are scored and placed too."""
        return self.about["regencies_as_units"] == "True"

    @property
    def ways(self) -> int:
        """Number of ways to construct the index that scores and ranks were tried in."""
        return int(self.table("study")["ways"].iloc[0])

    def _nodes(self, name: str) -> pd.DataFrame:
        table = self._texts(name)
        numbers = [column for column in (*NUMBERS, "level") if column in table]
        return table.assign(**table[numbers].apply(pd.to_numeric)).set_index("code")

    @Frame
    def nodes(self) -> pd.DataFrame:
        """The framework: code -> names, parent, direction, weight, goalposts, reasons, lenses,
        level (1 is above the indicators, 0 an indicator) and aggregation.
        """
        return self._nodes("nodes")

    @Frame
    def regency_nodes(self) -> pd.DataFrame:
        """The framework that regencies are scored on; columns as those of ``nodes``."""
        return self._nodes("subunit_nodes")

    @cached_property
    def regency_framework(self) -> Framework:
        """The framework that regencies are scored on, from the edition's own table."""
        return _framework(self.regency_nodes)

    @Frame
    def steps(self) -> pd.DataFrame:
        """The method: address (``aggregate.levels.2.method``) -> value, as text."""
        return self._texts("method").rename(columns={"key": "address"}).set_index("address")

    factors = Stored("Factors: factor -> at, kind, number of choices, relative, labels.", "factor")

    @Frame
    def settings(self) -> pd.DataFrame:
        """The choices of each factor: (factor, choice) -> method, codes of nodes, option (JSON).

        Choice 0 is the edition's.
        """
        return self._texts("settings").astype({"choice": int}).set_index(["factor", "choice"])

    units = Stored("Provinces of 34 and 38: unit -> name, borders, island group, names.", "unit")

    @Frame
    def provinces(self) -> pd.DataFrame:
        """The edition's provinces: unit -> name, island_group, group_id, group_en."""
        columns = ["name", "island_group", "group_id", "group_en"]
        return self.units.loc[self.table("scores")["unit"], columns]

    tiles = Frame(lambda _: tiles(), "Provinces on a map of tiles: unit -> abbr, column, row.")

    @Frame
    def island_groups(self) -> pd.DataFrame:
        """Island groups: island_group -> names (id, en), number of provinces."""
        groups = self.provinces.groupby("island_group", sort=False)
        names = {"name_id": ("group_id", "first"), "name_en": ("group_en", "first")}
        return groups.agg(**names, provinces=("name", "size"))

    indicators = Stored("All series: indicator -> names, units, digits, notes...", "indicator")

    # Names, in the language

    @cached_property
    def names(self) -> pd.Series:
        """Names of provinces, unit -> name; one of the older borders says so."""
        return names_of(self.units, self.lang)

    @cached_property
    def _labels(self) -> dict[str, str]:
        below = [name for name in ("subunit_change_nodes", "subunit_nodes") if self.has(name)]
        tables = [self.indicators, *map(self._nodes, below), self.nodes]
        names: dict[str, str] = pd.concat(tables)[f"name_{self.lang.code}"].to_dict()  # last wins
        return names

    def label(self, code: str) -> str:
        """Return the name of a node or a series."""
        return self._labels[code]

    def inside(self, code: str) -> str:
        """Return the name of a node or a series as it stands inside a sentence."""
        return self.lang.inside(self._labels[code])

    def labels(self, codes: Iterable[str]) -> dict[str, str]:
        """Return names of nodes or series by code, as ``rename`` takes them."""
        return {code: self._labels[code] for code in map(str, codes)}

    def measured_in(self, code: str) -> str:
        """Return a series' unit of measurement; an index has none."""
        unit = str(self.indicators.at[code, f"unit_{self.lang.code}"])
        return "" if unit in ("index", "indeks") else unit

    def digits(self, code: str) -> int:
        """Return the decimals that a series is shown with."""
        return int(self.indicators.at[code, "digits"])

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

    tiers = Stored("Groups that cannot be told apart: unit -> mean_rank, tier (1 best).", "unit")
    dominance = Stored("Share of ways in which the row is above the column: units x units.", "unit")
    rank_at_most = Stored("Share of ways with rank k or better: units x ranks (texts).", "unit")

    @Frame
    def claims(self) -> pd.DataFrame:
        """Sentences that the study supports: kind, subject, other, number, id, en."""
        return self.table("claims").astype({"subject": str, "other": str})

    # What moves it

    effects = Stored(
        "One choice changed: factor, choice, mean_shift, max_shift, unit (moved most)."
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

    shifts = Stored("Ranks moved by a factor alone: factor, unit, mean, mean_absolute, low, high.")
    choices = Stored("Alternatives: alternative -> number of each factor's choice.", "alternative")
    alternatives = Stored("Ranks under every alternative: units x alternatives (texts).", "unit")
    indices = Stored("Sensitivity: factor, output, S1, ST with 95% intervals (``_low, _high``).")

    @Frame
    def convergence(self) -> pd.DataFrame:
        """Indices of the mean rank shift with fewer points: factor, rows, S1..., resolved.

        Empty where every combination was tried.
        """
        named = ["factor", "rows", "S1", "S1_low", "S1_high", "ST", "ST_low", "ST_high", "resolved"]
        return self.table("convergence") if self.has("convergence") else pd.DataFrame(columns=named)

    # Over the years, and below

    trend = Stored("Scores: unit, node, year, value, segment, missing; low, high of the index.")

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
        "Values of regencies: as ``cells``, with name, parent.", name="regencies"
    )


@lru_cache(maxsize=128)
def _parsed(path: Path, *_: int) -> pd.DataFrame:
    """Read a table; again only when its file is another one."""
    table = pd.read_csv(path, dtype=dict.fromkeys(TEXTS, str))
    return table.fillna(dict.fromkeys(table.select_dtypes(exclude="number"), ""))


def names_of(units: pd.DataFrame, lang: Language) -> pd.Series:
    """Return the names of provinces; one of the older borders says so."""
    older = units["name"] + " " + lang.tr("(34 provinces)")
    return units["name"].where(units["borders"] != "34", older)


def _framework(nodes: pd.DataFrame) -> Framework:
    return Framework(nodes.drop(columns=["level", "aggregation"]))
