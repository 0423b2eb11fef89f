"""Regencies and cities as the sub-units of their provinces: what an edition says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from erat.edition.own_method import OwnMethod
from erat.edition.regency_study import change_intervals, regency_study
from erat.errors import MethodError, Problem
from erat.index.config import Strict
from erat.index.framework import Framework
from erat.index.method import Method
from erat.index.panel import Panel
from erat.indonesia.check import RawTables
from erat.indonesia.series import cells, panel_of
from erat.robustness.factors import Study
from erat.robustness.settings import Resolver
from erat.subunits.contributions import changes, contributions
from erat.subunits.distance import distances
from erat.subunits.inequality import inequality
from erat.subunits.rollup import RolledUp, roll_up


class ChangeFile(Strict):
    """Between which years the change is followed, and on which framework if on another one."""

    years: tuple[int, int]
    framework: str = ""
    method: str = ""
    study: str = ""


class SubunitsFile(Strict):
    """What an edition's file says of regencies as units; paths are relative to the file."""

    framework: str
    method: str
    study: str
    change: ChangeFile | None = None


@dataclass(frozen=True)
class Regencies:
    """The regencies of an edition, on a framework of their own.

    Attributes
    ----------
    spec
        What the edition's file says of them.
    folder
        Where that file lies.
    year, borders
        Of the edition.
    own
        A method in place of the edition's, where that is also the regencies'.
    """

    spec: SubunitsFile
    folder: Path
    year: int
    borders: int
    own: OwnMethod | None = None

    @cached_property
    def framework(self) -> Framework:
        """The framework that regencies are scored on."""
        return Framework.read(self.folder / self.spec.framework)

    @cached_property
    def method(self) -> Method:
        """How they are scored and rolled up."""
        return self.own.method if self.own else Method.read(self.folder / self.spec.method)

    @cached_property
    def study(self) -> Study:
        """What their scores and ranks are tried against; nothing is rolled up in it."""
        study = Study.read(self.folder / self.spec.study)
        return _without_rollup(self.own.study(study, self.framework) if self.own else study)

    @cached_property
    def change_framework(self) -> Framework:
        """The framework that the change is followed on."""
        other = self.spec.change.framework if self.spec.change else ""
        return Framework.read(self.folder / other) if other else self.framework

    @cached_property
    def change_method(self) -> Method:
        """The method by which the change is followed."""
        other = self.spec.change.method if self.spec.change else ""
        return Method.read(self.folder / other) if other else self.method

    @cached_property
    def change_study(self) -> Study:
        """What the change is tried against."""
        other = self.spec.change.study if self.spec.change else ""
        return _without_rollup(Study.read(self.folder / other)) if other else self.study

    @property
    def inputs(self) -> dict[str, Path]:
        """Every file that they are computed from."""
        spec, change = self.spec, self.spec.change
        named = {"framework": spec.framework, "method": spec.method, "study": spec.study}
        if change:
            keys = ("framework", "method", "study")
            named |= {f"change.{key}": getattr(change, key) for key in keys}
        files = {name: (self.folder / file).resolve() for name, file in named.items() if file}
        return {f"subunits.{name}": path for name, path in files.items()}

    def check(self, raw: RawTables | None = None, where: str = "subunits") -> None:
        """Read every file and, if raw tables are given, every series; what is wrong is refused."""
        _ = self.method, self.change_method
        for study in (self.study, self.change_study):
            Resolver(study).alone()
        self._check_bases(where)
        if raw:
            self.rolled(raw, where)
            self.followed(raw, where)

    def _check_bases(self, where: str) -> None:
        """Refuse studies whose base is another method than the one that they stand beside."""
        inputs, problems = self.inputs, []
        own = inputs["subunits.method"]
        methods = (own, inputs.get("subunits.change.method", own))
        for study, method in zip((self.study, self.change_study), methods, strict=True):
            base = Path(study.base).resolve()
            if base != method:
                remedy = f"give a study with the base {method.name}"
                problems.append(Problem(f"{where}, study", base.name, method.name, remedy))
        if problems:
            raise MethodError(problems)

    def rolled(self, raw: RawTables, where: str = "subunits") -> RolledUp:
        """Score all regencies in the edition's year and roll them up to their provinces."""
        panel = regency_panel(raw, self.framework, self.borders, [self.year], where)
        return roll_up(panel, self.framework, self.method)

    def followed(self, raw: RawTables, where: str = "subunits") -> RolledUp | None:
        """Score and roll up both years of the change; None where the edition follows none."""
        if self.spec.change is None:
            return None
        framework, years = self.change_framework, self.spec.change.years
        panel = regency_panel(raw, framework, self.borders, years, where)
        return roll_up(panel, framework, self.change_method)

    def tables(self, raw: RawTables, where: str = "subunits") -> dict[str, pd.DataFrame]:
        """Compute every table on regencies.

        Returns
        -------
        dict
            ``subunit_scores`` (regencies and provinces: every node's and indicator's score,
            and the weight in the province), ``subunit_parts`` (of each regency's own score),
            ``subunit_contributions`` and ``subunit_distance`` (of a province's score, and of its
            distance to the mean of the provinces, a row a regency and indicator), ``inequality``,
            ``orders``, those of :func:`~erat.edition.regency_study.regency_study`, ``subunit_changes``
            where the edition follows a change, with ``subunit_change_scores`` of both years and
            ``subunit_change_intervals``.
        """
        made = self.rolled(raw, where)
        panel = regency_panel(raw, self.framework, self.borders, [self.year], where)
        groups = regency_groups(raw, self.borders)
        return {
            "subunit_scores": _scores(made, groups),
            "subunit_parts": made.base.contributions.reset_index(),
            "subunit_contributions": contributions(made),
            "subunit_distance": distances(made),
            "inequality": inequality(made),
            "orders": made.orders,
            **regency_study(panel, made, self.study),
            **self._changes(raw, groups, where),
        }

    def _changes(self, raw: RawTables, groups: pd.DataFrame, where: str) -> dict[str, pd.DataFrame]:

        made = self.followed(raw, where)
        if made is None or self.spec.change is None:
            return {}
        first, last = self.spec.change.years
        panel = regency_panel(raw, self.change_framework, self.borders, [first, last], where)
        return {
            "subunit_change_intervals": change_intervals(panel, made, self.change_study),
            "subunit_changes": changes(made, first, last),
            "subunit_change_scores": _scores(made, groups),
        }


def _without_rollup(study: Study) -> Study:
    """Return a study whose base scores the regencies and rolls nothing up."""
    return study.over({key: own for key, own in study.base_data.items() if key != "subunits"})


def regency_panel(
    raw: RawTables, framework: Framework, borders: int, years: Sequence[int], where: str
) -> Panel:
    """Return all regencies in some years, with their province as the group ``parent``."""
    found = cells(raw, framework.indicators, level="regency", where=where)
    groups = regency_groups(raw, borders)
    return panel_of(found[found["year"].isin(list(years))], list(groups.index), groups)


def regency_groups(raw: RawTables, borders: int) -> pd.DataFrame:
    """Return the regencies, indexed by unit: ``name``, ``kind`` and ``parent`` in these borders."""
    units = raw.units[raw.units["level"] == "regency"].set_index("unit")
    named = units[["name"]].assign(kind="regency", parent=units[f"parent_{borders}"])
    return named.sort_index()


def implied_persons(raw: RawTables, year: int = 2021) -> pd.Series:
    """Return real GRDP divided by nominal GRDP per person: persons, up to the change of prices.

    Indexed by regency. It is the number of people times the ratio of prices of 2010 to those of the
    year, which differs from place to place, so it is a weight and no population.
    """
    table = raw.regencies[raw.regencies["year"] == year]
    wide = table.pivot(index="unit", columns="indicator", values="value")
    return (wide["pdrb_adhk2010"] * 1000 / wide["pdrb_pc_adhb"]).rename("persons")


def _scores(made: RolledUp, groups: pd.DataFrame) -> pd.DataFrame:
    """Return the scores of all units with parent, name and weight: regencies first."""
    table = made.scores.reset_index()
    unit = table["unit"].astype(str)
    parent = unit.map(groups["parent"]).fillna("")
    node = made.framework.indicators[0] if made.units_first else made.framework.top
    weight = pd.DataFrame(made.weights_of(node), made.tree.units, made.years)
    told = pd.DataFrame(
        {
            "unit": unit,
            "parent": parent,
            "name": unit.map(groups["name"]).fillna(""),
            "year": table["year"],
            "weight": [weight.at[u, y] for u, y in zip(unit, table["year"], strict=True)],
        }
    )
    both = pd.concat([told, table.drop(columns=["unit", "year"])], axis=1)
    return both.sort_values(["parent", "unit", "year"], kind="stable", ignore_index=True)
