"""An edition: a year, borders, framework and method, published together; and its results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import Field

from erat.edition.bottom_up import rolled_assessment, rolled_cells
from erat.edition.description import description_tables
from erat.edition.grid import grid_tables
from erat.edition.own_method import GivenMethod, OwnMethod
from erat.edition.project import Project
from erat.edition.regencies import Regencies, SubunitsFile, regency_panel
from erat.edition.study import Tables, study_tables, whole_ranks
from erat.edition.trend import trend_tables
from erat.errors import InputError, MethodError, Problem, listing, nearest
from erat.index.assessment import Assessment, assess
from erat.index.config import Strict, read_yaml, validated
from erat.index.framework import Framework
from erat.index.method import Method
from erat.index.panel import Panel
from erat.index.results import tables as assessment_tables
from erat.indonesia.check import RawTables
from erat.indonesia.series import cells, panel_of
from erat.indonesia.series_checks import computation
from erat.locale import LANGUAGES, language
from erat.robustness.alternatives import alternatives, thirds
from erat.robustness.factors import Study
from erat.robustness.settings import Resolver
from erat.subunits.rollup import roll_up

LENSES = {
    "phase": ("prevention", "preparedness", "response", "recovery"),
    "capacity": ("absorb", "adapt", "recover"),
}
"""The lenses that cut across all indicators, and their tags."""


class Trend(Strict):
    """How far back the framework is followed."""

    first_year: int
    min_indicators: int = Field(ge=1)


class Overlap(Strict):
    """A published index that has indicators in common with the edition's."""

    series: str
    shared: tuple[str, ...]


class EditionFile(Strict):
    """What an edition's YAML file holds; paths are relative to the file."""

    name_id: str
    name_en: str
    year: int
    borders: Literal[34, 38]
    framework: str
    method: str
    study: str
    periods: dict[str, str] = {}
    windows: dict[str, tuple[int, int]] = {}
    carried: dict[str, tuple[int, int]] = {}
    context: tuple[str, ...] = ()
    trend: Trend
    overlap: Overlap | None = None
    regencies: tuple[str, ...] = ()
    subunits: SubunitsFile | None = None


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
    def framework(self) -> Framework:
        """The edition's framework."""
        return Framework.read(self.folder / self.spec.framework)

    @cached_property
    def method(self) -> Method:
        """The edition's method, or the one in its place."""
        return self.own.method if self.own else Method.read(self.folder / self.spec.method)

    @cached_property
    def study(self) -> Study:
        """The choices that the edition's ranks are tried against."""
        study = Study.read(self.folder / self.spec.study)
        return self.own.study(study, self.framework) if self.own else study

    def with_method(self, method: GivenMethod) -> Edition:
        """Return the edition with another method; itself if that is the edition's.

        Parameters
        ----------
        method
            A method's file, or changes to the edition's: :meth:`OwnMethod.of`.
        """
        base = (self.folder / self.spec.method).resolve()
        own = OwnMethod.of(method, base)
        return self if own.digest == OwnMethod.of({}, base).digest else replace(self, own=own)

    @property
    def results_name(self) -> str:
        """Name of the folder of its results: with another method, a digest of it is part."""
        return f"{self.code}-{self.own.digest}" if self.own else self.code

    @cached_property
    def subunits(self) -> Regencies | None:
        """The regencies as units; None where the edition does not have them."""
        spec = self.spec
        if spec.subunits is None:
            return None
        own = self.own if spec.subunits.method == spec.method else None
        return Regencies(spec.subunits, self.folder, spec.year, spec.borders, own)

    @property
    def bottom_up(self) -> bool:
        """Whether the provinces are made from their regencies."""
        return self.method.subunits is not None

    @property
    def inputs(self) -> dict[str, Path]:
        """Every configuration file that the edition is made of."""
        spec = self.spec
        named = {"framework": spec.framework, "method": spec.method, "study": spec.study}
        files = {name: (self.folder / file).resolve() for name, file in named.items()}
        below = self.subunits.inputs if self.subunits else {}
        own = {**files, **self.method.files, **self.study.files, **below}
        return {"edition": self.folder / f"{self.code}.yml", **own}

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


def compute(edition: Edition, raw: RawTables) -> dict[str, pd.DataFrame]:
    """Compute every table of an edition's results.

    Returns
    -------
    dict
        Tables by name: those of :func:`erat.index.results.tables` for the edition's year, and
        ``units``, ``cells`` (all values with their sources), ``parts`` (of the computed ones),
        ``intervals`` (whole ranks over the study, with thirds), those of
        :func:`erat.edition.study.study_tables` and :func:`erat.edition.trend.trend_tables`,
        ``breaks``, ``indicators``, ``dimensions``, ``regencies``, ``regency_comparison`` (the
        same series of the provinces), ``predecessors``; those of
        :func:`erat.edition.description.description_tables`; and those of
        :meth:`erat.edition.regencies.Regencies.tables` where the edition has regencies as units.
    """
    groups = _groups(edition, raw)
    made = _made(edition, raw, groups)
    study = _study(edition, made, groups)
    intervals = whole_ranks(study["rank_intervals"])
    found = made.cells
    own = found[found["indicator"].isin(edition.framework.indicators)]
    where = f"edition {edition.code}, regencies"
    return {
        **assessment_tables(made.assessment),
        "units": groups.reset_index(),
        "cells": found,
        "parts": edition.parts(raw),
        "intervals": intervals.join(thirds(intervals)).reset_index(),
        **study,
        **trend_tables(edition, own, groups, raw.breaks, study["score_intervals"]),
        "indicators": raw.indicators,
        "dimensions": raw.dimensions,
        "breaks": raw.breaks[raw.breaks["indicator"].isin(edition.series)],
        "regencies": _regencies(edition, raw),
        "regency_comparison": _comparison(edition, raw),
        "predecessors": predecessors(raw),
        **(edition.subunits.tables(raw, where) if edition.subunits else {}),
        **description_tables(edition),
    }


def assess_edition(edition: Edition, raw: RawTables) -> Assessment:
    """Construct the index of an edition's year from its figures.

    Raises
    ------
    MethodError
        If there are no figures of the year, or the method cannot be used on them.
    """
    return _made(edition, raw, _groups(edition, raw)).assessment


def _groups(edition: Edition, raw: RawTables) -> pd.DataFrame:
    """Return the provinces of the edition's borders, and those of the older ones after them."""
    now, old = edition.units(raw), edition.units(raw, 34)
    return pd.concat([now, old[~old.index.isin(now.index)]])


@dataclass(frozen=True)
class _Made:
    """The provinces' cells, their assessment, and the panel that a study of them varies."""

    cells: pd.DataFrame
    assessment: Assessment
    panel: Panel


def _made(edition: Edition, raw: RawTables, groups: pd.DataFrame) -> _Made:
    return (_from_regencies if edition.bottom_up else _from_provinces)(edition, raw, groups)


def _study(edition: Edition, made: _Made, groups: pd.DataFrame) -> Tables:
    """Try the edition's study: every combination of choices where regencies are rolled up."""
    units = made.assessment.panel.units
    about = (edition.framework, edition.study, _names(groups), _members(groups, units))
    if edition.bottom_up:
        tried = alternatives(made.panel, edition.framework, edition.study)
        return grid_tables(tried, *about)
    return study_tables(made.panel, *about)


def _from_provinces(edition: Edition, raw: RawTables, groups: pd.DataFrame) -> _Made:
    """Construct the index from the provinces' own figures."""
    spec, framework = edition.spec, edition.framework
    found = edition.cells(raw)
    own = found[found["indicator"].isin(framework.indicators)]
    panel = panel_of(own, list(edition.units(raw).index), groups, spec.year)
    if panel.values.isna().to_numpy().all():
        missing = f"no value of {spec.year} for provinces on the borders of {spec.borders}"
        raise MethodError([Problem(f"edition {edition.code}", missing, "values", "correct year")])
    return _Made(found, assess(panel, framework, edition.method), panel)


def _from_regencies(edition: Edition, raw: RawTables, groups: pd.DataFrame) -> _Made:
    """Construct the index from the regencies' figures; the provinces' values are derived."""
    spec, where = edition.spec, f"edition {edition.code}"
    panel = regency_panel(raw, edition.framework, spec.borders, [spec.year], where)
    if panel.values.isna().to_numpy().all():
        missing = f"no value of {spec.year} for regencies"
        raise MethodError([Problem(where, missing, "values", "correct year")])
    rolled = roll_up(panel, edition.framework, edition.method)
    published = edition.cells(raw)
    beside = published[published["indicator"].isin(edition.beside)]
    below = cells(raw, edition.framework.indicators, level="regency", where=where)
    derived = rolled_cells(rolled, below[below["year"] == spec.year])
    assessment = rolled_assessment(rolled, derived, groups, edition.method)
    return _Made(pd.concat([derived, beside], ignore_index=True), assessment, panel)


def _members(groups: pd.DataFrame, units: Sequence[str]) -> dict[str, list[str]]:
    """Return the provinces of every island group, and all of them under no name."""
    found = groups.loc[list(units)]
    by_group = {str(name): list(own.index) for name, own in found.groupby("island_group")}
    return {"": list(found.index), **by_group}


def _names(groups: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return the names of units by language; a province of the older borders says so."""
    return {
        code: {
            str(unit): f"{name} {older}" if borders == "34" else str(name)
            for unit, name, borders in zip(
                groups.index, groups["name"], groups["borders"], strict=True
            )
        }
        for code in LANGUAGES
        for older in [language(code).tr("(34 provinces)")]
    }


def problems_of(project: Project, code: str, raw: RawTables | None = None) -> list[Problem]:
    """Find what keeps an edition from being computed.

    Parameters
    ----------
    project, code
        The project, and the name of the edition's file.
    raw
        Raw tables; without them the edition's series are not looked at.
    """
    problems: list[Problem] = []
    try:
        edition = Edition.read(project, code)
        problems += _base_problems(edition)
        _, _, _ = Resolver(edition.study).alone(), edition.method, edition.framework
        problems += [*_lens_problems(edition), *_overlap_problems(edition)]
        if edition.bottom_up and edition.subunits is None:
            found = "a method that rolls regencies up, and no key 'subunits'"
            problems.append(Problem(f"edition {code}", found, "both or none", "add 'subunits'"))
        if edition.subunits:
            edition.subunits.check(raw, f"edition {code}, subunits")
        if raw:
            edition.cells(raw)
            cells(raw, edition.spec.regencies, level="regency", where=f"edition {code}, regencies")
            _comparison(edition, raw)
            if edition.bottom_up:
                _try_roll_ups(edition, raw)
    except InputError as refused:
        problems += refused.problems
    return problems


def _try_roll_ups(edition: Edition, raw: RawTables) -> None:
    """Roll the regencies up with every choice of the study, one at a time; refuse what cannot be."""
    spec, framework = edition.spec, edition.framework
    panel = regency_panel(raw, framework, spec.borders, [spec.year], f"edition {edition.code}")
    for method in (edition.method, *Resolver(edition.study).alone()):
        roll_up(panel, framework, method)


def _base_problems(edition: Edition) -> list[Problem]:
    """Find a study whose base is not the edition's method: its ranks would not be the nominal ones."""
    base, method = Path(edition.study.base).resolve(), edition.inputs["method"]
    if base == method:
        return []
    where, remedy = f"{edition.spec.study}, base", "name the same method in both"
    return [
        Problem(where, base.name, f"the method of edition {edition.code}: {method.name}", remedy)
    ]


def _lens_problems(edition: Edition) -> list[Problem]:
    """Find lens tags that are not among the known ones."""
    table, where = edition.framework.table, Path(edition.spec.framework).name
    return [
        Problem(
            where, f"{tag!r} of {code!r}", listing(known), nearest(str(tag), known), column=lens
        )
        for lens, known in LENSES.items()
        for code, tag in table.loc[edition.framework.indicators, lens].items()
        if tag not in known
    ]


def _overlap_problems(edition: Edition) -> list[Problem]:
    """Find shared indicators that the framework does not have."""
    known = edition.framework.indicators
    return [
        Problem(
            f"edition {edition.code}, overlap", repr(code), listing(known), nearest(code, known)
        )
        for code in (edition.spec.overlap.shared if edition.spec.overlap else ())
        if code not in known
    ]


def predecessors(raw: RawTables) -> pd.DataFrame:
    """Say which province of the older borders a province was part of, where that is another unit.

    Returns
    -------
    DataFrame
        Columns ``unit, predecessor``; found through the regencies, which belong to both trees.
    """
    regencies = raw.units[raw.units["level"] == "regency"]
    pairs = regencies[["parent_38", "parent_34"]].drop_duplicates()
    pairs = pairs[pairs["parent_38"] != pairs["parent_34"]]
    return pairs.set_axis(["unit", "predecessor"], axis=1).reset_index(drop=True)


def _comparison(edition: Edition, raw: RawTables) -> pd.DataFrame:
    """Return the provinces' own, published figures of the series that regencies are shown in."""
    spec = edition.spec
    periods = {code: period for code, period in spec.periods.items() if code in spec.regencies}
    where = f"edition {edition.code}, regencies"
    return cells(raw, spec.regencies, periods=periods, where=where)


def _regencies(edition: Edition, raw: RawTables) -> pd.DataFrame:
    """Return the regencies' cells with their names and the province of the edition's borders."""
    found = cells(raw, edition.spec.regencies, level="regency", where=f"edition {edition.code}")
    units = raw.units.set_index("unit")
    parent = units[f"parent_{edition.spec.borders}"]
    return found.assign(name=found["unit"].map(units["name"]), parent=found["unit"].map(parent))
