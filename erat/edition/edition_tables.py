"""An edition's tables on disk, and what they say that it is made of; no file of config/ is read."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import pandas as pd

from erat.edition.frame import Frame
from erat.errors import InputError, Problem
from erat.index.framework import NUMBERS, Framework
from erat.indonesia.tiles import tiles
from erat.locale import Language, spoken

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

    def _read(self, tables: EditionTables) -> pd.DataFrame:
        return tables.table(self.stored_as or self.name, self.index)


class EditionTables:
    """The tables of an edition in a folder; names are in ``lang``, or the language named last."""

    def __init__(self, folder: Path, lang: Language | None = None) -> None:
        self.folder, self.lang = folder, lang or spoken()

    def table(self, name: str, index: str = "") -> pd.DataFrame:
        """Return a table as it is on disk: texts stay texts, an empty number is nan. With an
        ``index`` it is of one year: indexed by that column, without ``year``.
        """
        table = pd.read_csv(self._path(name), dtype=dict.fromkeys(TEXTS, str))
        table = table.fillna(dict.fromkeys(table.select_dtypes(exclude="number"), ""))
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

    factors = Stored(
        "The study's factors: factor -> address, kind, number of choices, relative, labels.",
        "factor",
    )

    @Frame
    def settings(self) -> pd.DataFrame:
        """The choices of each factor: (factor, choice) -> method, codes of nodes, option (JSON).

        Choice 0 is the edition's.
        """
        return self._texts("settings").astype({"choice": int}).set_index(["factor", "choice"])

    units = Stored(
        "Provinces on the borders of 34 and of 38: unit -> name, borders, island group, names.",
        "unit",
    )

    @Frame
    def provinces(self) -> pd.DataFrame:
        """The edition's provinces: unit -> name, island_group, group_id, group_en."""
        columns = ["name", "island_group", "group_id", "group_en"]
        return self.units.loc[self.table("scores")["unit"], columns]

    tiles = Frame(
        lambda _: tiles(),
        "Where provinces stand on a map of tiles: unit -> abbreviation, column, row.",
    )

    @Frame
    def island_groups(self) -> pd.DataFrame:
        """Island groups: island_group -> names (id, en), number of provinces."""
        groups = self.provinces.groupby("island_group", sort=False)
        names = {"name_id": ("group_id", "first"), "name_en": ("group_en", "first")}
        return groups.agg(**names, provinces=("name", "size"))

    indicators = Stored(
        "All series: indicator -> names, units of measurement, digits to show, notes.", "indicator"
    )

    # Names, in the language

    @cached_property
    def names(self) -> pd.Series:
        """Names of provinces, unit -> name; one of the older borders says so."""
        return names_of(self.units, self.lang)

    @cached_property
    def _labels(self) -> dict[str, str]:
        below = [name for name in ("subunit_change_nodes", "subunit_nodes") if self.has(name)]
        tables = [self.indicators, *map(self._nodes, below), self.nodes]
        return dict(pd.concat(tables)[f"name_{self.lang.code}"])

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


def names_of(units: pd.DataFrame, lang: Language) -> pd.Series:
    """Return the names of provinces; one of the older borders says so."""
    older = units["name"] + " " + lang.tr("(34 provinces)")
    return units["name"].where(units["borders"] != "34", older)


def _framework(nodes: pd.DataFrame) -> Framework:
    return Framework(nodes.drop(columns=["level", "aggregation"]))
