"""An edition computed: from the raw tables to every table of its results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from erat.edition.bottom_up import rolled_assessment, rolled_cells
from erat.edition.description import description_tables
from erat.edition.edition import Edition
from erat.edition.regencies import regency_panel, regency_tables
from erat.edition.study import Tables, enumerated_tables, study_tables
from erat.edition.trend import trend_tables
from erat.errors import MethodError, Problem
from erat.index.assessment import Assessment, assess
from erat.index.panel import Panel
from erat.index.results import tables as assessment_tables
from erat.indonesia.check import RawTables
from erat.indonesia.series import cells, panel_of
from erat.locale import LANGUAGES, language
from erat.robustness.alternatives import alternatives
from erat.robustness.rank_result import thirds, whole_ranks
from erat.subunits.rollup import roll_up


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
        :func:`erat.edition.regencies.regency_tables` where the edition has regencies as units.
    """
    groups = _groups(edition, raw)
    index = _constructed(edition, raw, groups)
    study = _study(edition, index, groups)
    intervals = whole_ranks(study["rank_intervals"])
    own = index.cells[index.cells["indicator"].isin(edition.framework.indicators)]
    return {
        **assessment_tables(index.assessment),
        "units": groups.reset_index(),
        "cells": index.cells,
        "parts": edition.parts(raw),
        "intervals": intervals.join(thirds(intervals)).reset_index(),
        **study,
        **trend_tables(edition, own, groups, raw.breaks, study["score_intervals"]),
        "indicators": raw.indicators,
        "dimensions": raw.dimensions,
        "breaks": raw.breaks[raw.breaks["indicator"].isin(edition.series)],
        "regencies": _regencies(edition, raw),
        "regency_comparison": regency_comparison(edition, raw),
        "predecessors": predecessors(raw),
        **regency_tables(edition, raw),
        **description_tables(edition),
    }


def assess_edition(edition: Edition, raw: RawTables) -> Assessment:
    """Construct the index of an edition's year from its figures.

    Raises
    ------
    MethodError
        If there are no figures of the year, or the method cannot be used on them.
    """
    return _constructed(edition, raw, _groups(edition, raw)).assessment


def _groups(edition: Edition, raw: RawTables) -> pd.DataFrame:
    """Return the provinces of the edition's borders, and those of the older ones after them."""
    now, old = edition.units(raw), edition.units(raw, 34)
    return pd.concat([now, old[~old.index.isin(now.index)]])


@dataclass(frozen=True)
class _Constructed:
    """The provinces' cells, their assessment, and the panel that a study of them varies."""

    cells: pd.DataFrame
    assessment: Assessment
    panel: Panel


def _constructed(edition: Edition, raw: RawTables, groups: pd.DataFrame) -> _Constructed:
    return (_from_regencies if edition.bottom_up else _from_provinces)(edition, raw, groups)


def _study(edition: Edition, index: _Constructed, groups: pd.DataFrame) -> Tables:
    """Try the edition's study: every combination of choices where regencies are rolled up."""
    units = index.assessment.panel.units
    about = (edition.framework, edition.study, _names(groups), _members(groups, units))
    if edition.bottom_up:
        tried = alternatives(index.panel, edition.framework, edition.study)
        return enumerated_tables(tried, *about)
    return study_tables(index.panel, *about)


def _from_provinces(edition: Edition, raw: RawTables, groups: pd.DataFrame) -> _Constructed:
    """Construct the index from the provinces' own figures."""
    spec, framework = edition.spec, edition.framework
    found = edition.cells(raw)
    own = found[found["indicator"].isin(framework.indicators)]
    panel = panel_of(own, list(edition.units(raw).index), groups, spec.year)
    if panel.values.isna().to_numpy().all():
        missing = f"no value of {spec.year} for provinces on the borders of {spec.borders}"
        raise MethodError([Problem(f"edition {edition.code}", missing, "values", "correct year")])
    return _Constructed(found, assess(panel, framework, edition.method), panel)


def _from_regencies(edition: Edition, raw: RawTables, groups: pd.DataFrame) -> _Constructed:
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
    return _Constructed(pd.concat([derived, beside], ignore_index=True), assessment, panel)


def _members(groups: pd.DataFrame, units: Sequence[str]) -> dict[str, list[str]]:
    """Return the provinces of every island group, and all of them under no name."""
    found = groups.loc[list(units)]
    by_group = {str(name): list(own.index) for name, own in found.groupby("island_group")}
    return {"": list(found.index), **by_group}


def _names(groups: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return the names of units by language; a province of the older borders says so."""
    names, older = groups["name"], groups["borders"] == "34"
    marks = {code: language(code).tr("(34 provinces)") for code in LANGUAGES}
    return {code: names.where(~older, names + f" {mark}").to_dict() for code, mark in marks.items()}


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


def regency_comparison(edition: Edition, raw: RawTables) -> pd.DataFrame:
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
