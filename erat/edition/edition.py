"""An edition: a year, borders, framework and method, published together; or another method for it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from pydantic import Field

from erat.edition.project import Project
from erat.errors import ParameterError, Problem
from erat.files import write_whole
from erat.index.config import Strict, read_yaml, validated
from erat.index.framework import Framework
from erat.index.method import Method
from erat.indonesia.check import RawTables, computation
from erat.indonesia.series import cells
from erat.robustness.addresses import Resolver, begins_in_method, put
from erat.robustness.factors import FILE_KEYS, Factor, Study

MethodOrChanges = str | Path | Mapping[str, Any]
"""A method's file, or changes by key or dotted address (``{"aggregate.levels.2": "arithmetic"}``)."""

FILES = ("framework", "method", "study")
"""What an index is constructed from and tried against, each a file."""


class Trend(Strict):
    """How far back the framework is followed."""

    first_year: int
    min_indicators: int = Field(ge=1)


class Overlap(Strict):
    """A published index that has indicators in common with the edition's."""

    series: str
    shared: tuple[str, ...]


class ChangeFile(Strict):
    """Between which years the change of regencies is followed; on which framework, if another."""

    years: tuple[int, int]
    framework: str = ""
    method: str = ""
    study: str = ""


class SubunitsFile(Strict):
    """Regencies as units of their own."""

    framework: str
    method: str
    study: str
    change: ChangeFile | None = None


class EditionFile(Strict):
    """An edition: a year, borders, and the files that its index is constructed from."""

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
class OtherMethod:
    """A method in place of an edition's: plain values ``data``; ``where`` is what refusals call it,
    ``folder`` what its files are relative to.
    """

    data: dict[str, Any]
    where: str
    folder: Path

    @classmethod
    def of(cls, method: MethodOrChanges, base: Path) -> OtherMethod:
        """Take a whole method from a file, or change that of the file ``base``: a key
        (``"aggregate"``) replaces a whole step, a dotted address (``"treat.max_points"``) one
        setting. MethodError if the file cannot be read, an address is none, or the method is wrong.
        """
        if isinstance(method, Mapping):
            data, where = read_yaml(base), "method"
            for address, value in method.items():
                if "." in str(address):
                    put(data, str(address), value)
                else:
                    data[str(address)] = value
        else:
            path = Path(method).resolve()
            data, where = _with_absolute_files(read_yaml(path), path.parent), path.name
        other = cls(data, where, base.parent)
        _ = other.method  # a wrong one is refused here
        return other

    @cached_property
    def method(self) -> Method:
        """The method."""
        return Method.parse(self.data, self.where, self.folder)

    @property
    def digest(self) -> str:
        """The first 8 hexadecimal digits of a digest of the method."""
        text = json.dumps(self.method.model_dump(mode="json"), sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:8]

    def study(self, study: Study, framework: Framework) -> Study:
        """Return an edition's study with this method as its base. The first choice of every factor
        is the method's own, added where it is absent; what the method leaves out stays out.
        """
        over = study.over(self.data)
        factors = tuple(
            factor.model_copy(update={"choices": self._own_choice_first(factor, over, framework)})
            if factor.choices and begins_in_method(factor.at)
            else factor
            for factor in study.factors
        )
        return study.model_copy(update={"factors": factors}).over(self.data)

    def _own_choice_first(
        self, factor: Factor, over: Study, framework: Framework
    ) -> tuple[Any, ...]:
        if factor.at == "exclude":
            left = list(self.method.exclude)
            every = [codes_of(choice) for choice in factor.choices]
            kept = [[*left, *codes] for codes in every if codes and not {*codes} & {*left}]
            return (left or "none", *kept)
        settings = _settings(self.method, framework)
        resolver = Resolver(over)
        for place, option in enumerate(factor.choices):
            if _settings(resolver.method({factor.name: option}), framework) == settings:
                return (option, *factor.choices[:place], *factor.choices[place + 1 :])
        return (self._setting(factor.at), *factor.choices)

    def _setting(self, address: str) -> Any:
        """Return what the method has at an address; of a level or node, the step that it takes."""
        here: Any = self.method.model_dump(mode="json")
        words = address.split(".")
        if words[:2] in (["aggregate", "levels"], ["aggregate", "nodes"]):
            beside = {"levels", "nodes", "groups", "min_share"}
            return {key: one for key, one in here["aggregate"].items() if key not in beside}
        for word in words:
            here = here.get(word) if isinstance(here, dict) else None
        return here


def _settings(method: Method, framework: Framework) -> list[Any]:
    """Return a method's settings so that equal ones construct the same index."""
    plain = method.model_dump(mode="json")
    step = plain.pop("aggregate")
    if plain["subunits"]:
        for key, default in (("weights", "equal"), ("min_share", 0.0)):
            plain["subunits"][key] = plain["subunits"][key] or default
    nodes = [method.aggregate.of(node, level) for node, level in framework.levels.items()]
    return [plain, step["groups"], step["min_share"], [(n.method, n.arguments) for n in nodes]]


def codes_of(choice: str | Iterable[Any]) -> list[str]:
    """Return the codes that a choice of ``exclude`` leaves out."""
    listed = [choice] if isinstance(choice, str) else map(str, choice)
    return [code for code in listed if code != "none"]


def _with_absolute_files(value: Any, folder: Path) -> Any:
    """Return a method's values with every file that they name at its whole path."""
    if isinstance(value, list):
        return [_with_absolute_files(one, folder) for one in value]
    if not isinstance(value, Mapping):
        return value
    return {
        key: str(folder / one)
        if key in FILE_KEYS and isinstance(one, str)
        else _with_absolute_files(one, folder)
        for key, one in value.items()
    }


@dataclass(frozen=True)
class Construction:
    """A framework, a method and the study that tries both: ``files`` by the names of :data:`FILES`,
    an ``other`` method for the file's. Unless it ``rolls_up``, the study scores sub-units as they are.
    """

    files: dict[str, Path]
    other: OtherMethod | None = None
    rolls_up: bool = False

    @cached_property
    def framework(self) -> Framework:
        """The framework."""
        return Framework.read(self.files["framework"])

    @cached_property
    def method(self) -> Method:
        """The method."""
        return self.other.method if self.other else Method.read(self.files["method"])

    @cached_property
    def study(self) -> Study:
        """What scores and ranks are tried against."""
        study = Study.read(self.files["study"])
        study = self.other.study(study, self.framework) if self.other else study
        if self.rolls_up:
            return study
        return study.over({k: v for k, v in study.base_data.items() if k != "subunits"})

    def problems(self, where: str, of: str) -> list[Problem]:
        """Read every file, and try every choice alone (InputError). A study on another method than
        that of ``of`` is a problem: its ranks would not be the nominal ones.
        """
        _ = Resolver(self.study).alone(), self.method, self.framework
        base, method = Path(self.study.base).resolve(), self.files["method"]
        if base == method:
            return []
        expected = f"the method of {of}: {method.name}"
        return [Problem(where, base.name, expected, "name the same method in both")]


def _files(spec: EditionFile | SubunitsFile | ChangeFile, folder: Path) -> dict[str, Path]:
    names = {key: getattr(spec, key) for key in FILES}
    return {key: (folder / name).resolve() for key, name in names.items() if name}


@dataclass(frozen=True, kw_only=True)
class Edition(Construction):
    """An edition, ready to be computed: what the index of the provinces is constructed from.

    ``code`` is the name of its file, for example ``"2024"``, ``spec`` what the file says.
    """

    code: str
    spec: EditionFile
    folder: Path

    @classmethod
    def read(cls, project: Project, code: str) -> Edition:
        """Read an edition of a project; an unknown one is refused with the list of known ones."""
        path = project.edition_file(code)
        spec, folder = validated(EditionFile, read_yaml(path), path.name), path.parent
        return cls(_files(spec, folder), rolls_up=True, code=code, spec=spec, folder=folder)

    @cached_property
    def regencies(self) -> Construction | None:
        """What the index of the regencies is constructed from; None without regencies as units."""
        spec = self.spec.subunits
        if spec is None:
            return None
        other = self.other if spec.method == self.spec.method else None
        return Construction(_files(spec, self.folder), other)

    @cached_property
    def change(self) -> Construction | None:
        """What the change of the regencies is followed with; None where none is followed."""
        spec, below = self.spec.subunits, self.regencies
        if spec is None or below is None or spec.change is None:
            return None
        files = below.files | _files(spec.change, self.folder)
        return Construction(files, None if spec.change.method else below.other)

    @property
    def change_years(self) -> tuple[int, ...]:
        """The years between which the change of the regencies is followed, if it is."""
        spec = self.spec.subunits
        return spec.change.years if spec and spec.change else ()

    def with_method(self, method: MethodOrChanges) -> Edition:
        """Return the edition with another method (:meth:`OtherMethod.of`); itself if it is the same."""
        base = self.files["method"]
        other = OtherMethod.of(method, base)
        same = other.digest == OtherMethod.of({}, base).digest
        return self if same else replace(self, other=other)

    @property
    def results_name(self) -> str:
        """Name of the folder of its results: with another method, a digest of it is part."""
        return f"{self.code}-{self.other.digest}" if self.other else self.code

    @property
    def bottom_up(self) -> bool:
        """Whether the provinces are made from their regencies."""
        return self.method.subunits is not None

    @property
    def inputs(self) -> dict[str, Path]:
        """Every configuration file that the edition is made of."""
        files = {"edition": self.folder / f"{self.code}.yml", **self.files}
        files |= self.method.files | self.study.files
        below = self.regencies.files if self.regencies else {}
        change = self.change.files if self.change else {}
        files |= {f"subunits.{name}": path for name, path in below.items()}
        others = {name: path for name, path in change.items() if path != below[name]}
        return files | {f"subunits.change.{name}": path for name, path in others.items()}

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
        named = self.spec.model_dump(include={"periods", "windows", "carried"})
        return cells(raw, self.series, **named, where=f"edition {self.code}")

    def parts(self, raw: RawTables) -> pd.DataFrame:
        """Return the cells that its computed series are made of."""
        texts = raw.indicators.set_index("indicator").loc[self.series, "computed_from"]
        names = [part for text in texts for part in computation(str(text)).parts]
        others = [name for name in dict.fromkeys(names) if name not in self.series]
        if not others:
            return self.cells(raw).iloc[:0]
        return cells(raw, others, periods=self.spec.periods, where=f"edition {self.code}")

    def units(self, raw: RawTables, borders: int | None = None) -> pd.DataFrame:
        """Return the provinces of the edition's borders, indexed by unit, with group names."""
        units = raw.units[raw.units["level"] == "province"]
        inside = units["borders"].str.split().map(lambda b: str(borders or self.spec.borders) in b)
        names = {"group": "island_group", "name_id": "group_id", "name_en": "group_en"}
        groups = raw.island_groups.rename(columns=names)
        return units[inside].merge(groups, on="island_group", how="left").set_index("unit")


def begin_edition(project: Project, code: str, other: str | None = None) -> tuple[Path, Edition]:
    """Write the file of an edition that is named by its year: that of ``other`` (the latest, if none
    is named), with the year in place of its own wherever that stands. Framework, method and study
    are the same files. Returns the file written, and the edition that it is like; a ``code`` that is
    no year, an edition that is there, and another that is not, are refused (ParameterError).
    """
    path, where = project.config / "editions" / f"{code}.yml", "edition new"
    if path.exists():
        remedy = "change that file, or remove it first"
        raise ParameterError([Problem(where, f"{path.name}, which is there", "a new one", remedy)])
    like = Edition.read(project, other or project.editions[-1])
    year = str(like.spec.year)
    if not re.fullmatch(r"[12][0-9]{3}", code) or code == year:
        remedy = f"for example: erat edition new {int(year) + 1} --from {like.code}"
        raise ParameterError([Problem(where, repr(code), f"a year other than {year}", remedy)])
    text = (like.folder / f"{like.code}.yml").read_text("utf-8")
    write_whole(path, re.sub(rf"\b{year}\b", code, text))
    return path, like
