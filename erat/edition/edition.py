"""An edition: a year, borders, framework and method, published together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from erat.edition.construction import Construction
from erat.edition.edition_file import EditionFile
from erat.edition.own_method import GivenMethod, OwnMethod
from erat.edition.project import Project
from erat.index.config import read_yaml, validated
from erat.index.framework import Framework
from erat.index.method import Method
from erat.indonesia.check import RawTables
from erat.indonesia.series import cells
from erat.indonesia.series_checks import computation
from erat.robustness.factors import Study


@dataclass(frozen=True)
class Edition:
    """An edition, ready to be computed.

    Attributes
    ----------
    code
        The name of its file, for example ``"2024"``.
    spec
        What the file says.
    folder
        Where the file lies.
    own
        A method in place of the edition's.
    """

    code: str
    spec: EditionFile
    folder: Path
    own: OwnMethod | None = None

    @classmethod
    def read(cls, project: Project, code: str) -> Edition:
        """Read an edition of a project; an unknown one is refused with the list of known ones."""
        path = project.edition_file(code)
        return cls(code, validated(EditionFile, read_yaml(path), path.name), path.parent)

    @cached_property
    def construction(self) -> Construction:
        """What the index of the provinces is constructed from."""
        spec = self.spec
        return self._construction(spec.framework, spec.method, spec.study, own=self.own)

    @cached_property
    def regencies(self) -> Construction | None:
        """What the index of the regencies is constructed from; None without regencies as units."""
        given = self.spec.subunits
        if given is None:
            return None
        own = self.own if given.method == self.spec.method else None
        files = (given.framework, given.method, given.study)
        return self._construction(*files, own=own, rolls_up=False)

    @cached_property
    def change(self) -> Construction | None:
        """What the change of the regencies is followed with; None where none is followed."""
        given, below = self.spec.subunits, self.regencies
        if given is None or below is None or given.change is None:
            return None
        names = {key: getattr(given.change, key) or getattr(given, key) for key in below.files}
        own = None if given.change.method else below.own
        return self._construction(**names, own=own, rolls_up=False)

    @property
    def change_years(self) -> tuple[int, ...]:
        """The years between which the change of the regencies is followed, if it is."""
        given = self.spec.subunits
        return given.change.years if given and given.change else ()

    def _construction(
        self,
        framework: str,
        method: str,
        study: str,
        *,
        own: OwnMethod | None,
        rolls_up: bool = True,
    ) -> Construction:
        paths = [(self.folder / name).resolve() for name in (framework, method, study)]
        return Construction(paths[0], paths[1], paths[2], own, rolls_up)

    @property
    def framework(self) -> Framework:
        """The edition's framework."""
        return self.construction.framework

    @property
    def method(self) -> Method:
        """The edition's method, or the one in its place."""
        return self.construction.method

    @property
    def study(self) -> Study:
        """The choices that the edition's ranks are tried against."""
        return self.construction.study

    def with_method(self, method: GivenMethod) -> Edition:
        """Return the edition with another method; itself if that is the edition's.

        Parameters
        ----------
        method
            A method's file, or changes to the edition's: :meth:`OwnMethod.of`.
        """
        base = self.construction.method_file
        own = OwnMethod.of(method, base)
        return self if own.digest == OwnMethod.of({}, base).digest else replace(self, own=own)

    @property
    def results_name(self) -> str:
        """Name of the folder of its results: with another method, a digest of it is part."""
        return f"{self.code}-{self.own.digest}" if self.own else self.code

    @property
    def bottom_up(self) -> bool:
        """Whether the provinces are made from their regencies."""
        return self.method.subunits is not None

    @property
    def inputs(self) -> dict[str, Path]:
        """Every configuration file that the edition is made of."""
        below, change = self.regencies, self.change
        files = self.construction.files | self.method.files | self.study.files
        if below:
            files |= {f"subunits.{name}": path for name, path in below.files.items()}
        if below and change:
            others = {name: p for name, p in change.files.items() if p != below.files[name]}
            files |= {f"subunits.change.{name}": path for name, path in others.items()}
        return {"edition": self.folder / f"{self.code}.yml", **files}

    @property
    def series(self) -> list[str]:
        """Series of the framework, the context and the overlap."""
        return list(dict.fromkeys([*self.framework.indicators, *self.beside]))

    @property
    def beside(self) -> list[str]:
        """Series that are shown beside the index: context, and the index it overlaps with."""
        overlap = [self.spec.overlap.series] if self.spec.overlap else []
        return [*self.spec.context, *overlap]

    def cells(self, raw: RawTables) -> pd.DataFrame:
        """Return the cells of all its series; two bases of one series are refused."""
        spec = self.spec
        return cells(
            raw,
            self.series,
            periods=spec.periods,
            windows=spec.windows,
            carried=spec.carried,
            where=f"edition {self.code}",
        )

    def parts(self, raw: RawTables) -> pd.DataFrame:
        """Return the cells that its computed series are made of."""
        made = raw.indicators.set_index("indicator").loc[self.series, "computed_from"]
        names = [part for text in made for part in computation(str(text)).parts]
        others = [name for name in dict.fromkeys(names) if name not in self.series]
        if not others:
            return self.cells(raw).iloc[:0]
        return cells(raw, others, periods=self.spec.periods, where=f"edition {self.code}")

    def units(self, raw: RawTables, borders: int | None = None) -> pd.DataFrame:
        """Return the provinces of the edition's borders, indexed by unit, with group names."""
        units = raw.units[raw.units["level"] == "province"]
        inside = units["borders"].str.split().map(lambda b: str(borders or self.spec.borders) in b)
        names = raw.island_groups.rename(columns={"group": "island_group"})
        names = names.rename(columns={"name_id": "group_id", "name_en": "group_en"})
        return units[inside].merge(names, on="island_group", how="left").set_index("unit")
