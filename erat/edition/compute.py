"""An edition computed: from the raw tables to every table of its results, and these on disk.

At the end stands what keeps an edition from being computed, all of it at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd

from erat.edition.description import description_tables
from erat.edition.edition import Edition
from erat.edition.frames import names_of
from erat.edition.project import Project
from erat.edition.regencies import (
    regency_panel,
    regency_tables,
    rolled_assessment,
    rolled_cells,
    scored_regencies,
    without_subunits,
    without_value,
)
from erat.edition.study import Tables, enumerated_tables, study_tables, year_intervals
from erat.edition.ten_steps import LENSES
from erat.errors import InputError, MethodError, Problem, listing, nearest
from erat.files import is_current, library_digest, write_tables
from erat.index.assessment import Assessment, assess
from erat.index.construction import SharedSteps
from erat.index.panel import Panel
from erat.index.results import paths
from erat.index.results import tables as assessment_tables
from erat.indonesia.check import RawTables, read_tables
from erat.indonesia.package import SOURCES, YEARLY, digest_until
from erat.indonesia.schemas import TABLES
from erat.indonesia.series import cells, panel_of
from erat.locale import LANGUAGES, language
from erat.robustness.addresses import Resolver
from erat.robustness.alternatives import alternatives
from erat.robustness.intervals import thirds, whole_ranks
from erat.subunits.rollup import roll_up


def build_edition(
    project: Project, code: str, read: Callable[[Path], RawTables] | None = None
) -> bool:
    """Compute an edition's results if an input or the library changed; tell whether it did. Several
    editions may ``read`` the raw tables once.
    """
    return build(project, Edition.read(project, code), read)


def build(
    project: Project, edition: Edition, read: Callable[[Path], RawTables] | None = None
) -> bool:
    """Compute the results of an edition, be it with another method; as :func:`build_edition`."""
    whole = [
        path for path in sorted(project.raw.glob("*.csv")) if path.name not in (*YEARLY, SOURCES)
    ]
    inputs = edition.inputs | {path.name: path for path in whole}
    figures = digest_until(project.raw, edition.spec.year)
    folder = project.processed(edition.results_name)
    if is_current(folder, inputs, figures=figures):
        return False
    tables = compute(edition, (read or read_tables)(project.raw))
    about = {"edition": edition.code, "library": library_digest(), "figures": figures}
    write_tables(folder, tables, inputs, about, processed=True)
    return True


def compute(edition: Edition, raw: RawTables) -> Tables:
    """Compute every table of an edition's results, by name; figures after its year are not read.

    Beside raw tables and those of the functions that it calls: ``cells`` (all values with sources),
    ``parts`` (of the computed ones), ``intervals`` (whole ranks over the study, with thirds) and
    ``regency_comparison`` (the same series of the provinces).
    """
    raw = raw.until(edition.spec.year)
    if problems := lacking(edition, raw):  # before what takes minutes
        raise MethodError(problems)
    groups = _groups(edition, raw)
    values, assessment, panel = _constructed(edition, raw, groups)
    names = {code: names_of(groups, language(code)).to_dict() for code in LANGUAGES}
    here = groups.loc[assessment.panel.units]
    members = {str(group): list(same.index) for group, same in here.groupby("island_group")}
    about = (edition.framework, edition.study, names, {"": list(here.index), **members})
    if edition.bottom_up:
        tried = alternatives(panel, edition.framework, edition.study)
        study = enumerated_tables(tried, *about)
    else:
        study = study_tables(panel, *about)
    intervals = whole_ranks(study["rank_intervals"])
    inside = values[values["indicator"].isin(edition.framework.indicators)]
    return {
        **assessment_tables(assessment),
        "units": groups.reset_index(),
        "cells": values,
        "parts": edition.parts(raw),
        "intervals": intervals.join(thirds(intervals)).reset_index(),
        **study,
        **trend_tables(edition, inside, groups, raw.breaks, study["score_intervals"]),
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
    """Construct the index of an edition's year; without figures of the year it is refused."""
    return _constructed(edition, raw.until(edition.spec.year), _groups(edition, raw))[1]


def _groups(edition: Edition, raw: RawTables) -> pd.DataFrame:
    """Return the provinces of the edition's borders, and those of the older ones after them."""
    now, old = edition.units(raw), edition.units(raw, 34)
    return pd.concat([now, old[~old.index.isin(now.index)]])


def _constructed(
    edition: Edition, raw: RawTables, groups: pd.DataFrame
) -> tuple[pd.DataFrame, Assessment, Panel]:
    """Return the provinces' cells, their assessment, and the panel that a study of them varies.
    Where regencies make the provinces, the panel is theirs, and the framework's cells are derived.
    """
    spec, framework, where = edition.spec, edition.framework, f"edition {edition.code}"
    published = edition.cells(raw)
    if edition.bottom_up:
        panel = regency_panel(
            raw, framework, spec.borders, [spec.year], where, edition.method.exclude
        )
    else:
        if problems := _provinces_lacking(edition, raw, published):
            raise MethodError(problems)
        inside = published[published["indicator"].isin(framework.indicators)]
        panel = panel_of(inside, list(edition.units(raw).index), groups, spec.year)
        return published, assess(panel, framework, edition.method), panel
    rolled = roll_up(panel, framework, edition.method)
    beside = published[published["indicator"].isin(edition.beside)]
    below = cells(raw, framework.indicators, level="regency", where=where)
    derived = rolled_cells(rolled, below[below["year"] == spec.year])
    assessment = rolled_assessment(rolled, derived, groups, edition.method)
    return pd.concat([derived, beside], ignore_index=True), assessment, panel


def trend_tables(
    edition: Edition,
    values: pd.DataFrame,
    groups: pd.DataFrame,
    breaks: pd.DataFrame,
    now: pd.DataFrame,
) -> Tables:
    """Follow every node over the years: ``trend`` (:func:`erat.index.results.paths`, ``low, high`` of
    the index) and ``trend_median`` (``year, low, high``: of the median of the provinces whose
    borders did not change). ``now`` are the score intervals of the edition's year.
    """
    spec, top = edition.spec.trend, edition.framework.top
    concept = breaks[breaks["kind"] == "concept"]
    since = values["indicator"].map(concept.groupby("indicator")["year"].max()).fillna(0)
    usable = values[(values["year"] >= spec.first_year) & (values["year"] >= since)]
    panel = panel_of(usable, list(groups.index), groups)
    assessment = assess(panel, edition.framework, without_subunits(edition.method))
    trend = paths(assessment, breaks, spec.min_indicators)
    ends = now.rename(columns={"q05": "low", "q95": "high"}).assign(year=edition.spec.year)
    if not edition.bottom_up:
        unchanged = groups.index[groups["borders"] == "34 38"]
        middle = trend[(trend["node"] == top) & trend["unit"].isin(unchanged)]
        index = pd.MultiIndex.from_frame(middle[["unit", "year"]])
        every = year_intervals(panel, edition.framework, edition.study, index)
        earlier = (every["year"] != edition.spec.year) | (every["unit"] == "")
        ends = pd.concat([ends, every[earlier]])
    index_ends = ends[["unit", "year", "low", "high"]].assign(node=top)
    return {
        "trend": trend.merge(index_ends, on=["unit", "year", "node"], how="left"),
        "trend_median": index_ends.loc[index_ends["unit"] == "", ["year", "low", "high"]],
    }


def predecessors(raw: RawTables) -> pd.DataFrame:
    """Say which other province of the older borders a province was part of: ``unit, predecessor``;
    found through the regencies, which belong to both trees.
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
    table = cells(raw, edition.spec.regencies, level="regency", where=f"edition {edition.code}")
    units = raw.units.set_index("unit")
    parents = units[f"parent_{edition.spec.borders}"]
    return table.assign(name=table["unit"].map(units["name"]), parent=table["unit"].map(parents))


def problems_of(project: Project, code: str, raw: RawTables | None = None) -> list[Problem]:
    """Find what keeps an edition from being computed; without raw tables its series are not tried."""
    problems: list[Problem] = []
    try:
        edition = Edition.read(project, code)
        problems += edition.problems(f"{edition.spec.study}, base", f"edition {code}")
        problems += _framework_problems(edition)
        if edition.bottom_up and edition.regencies is None:
            found = "a method that rolls regencies up, and no key 'subunits'"
            problems.append(Problem(f"edition {code}", found, "both or none", "add 'subunits'"))
        for below in filter(None, (edition.regencies, edition.change)):
            problems += below.problems(f"edition {code}, subunits, study", "the regencies")
        if raw:
            raw = raw.until(edition.spec.year)
            problems += lacking(edition, raw)
            if not problems:
                _try_figures(edition, raw)
    except InputError as refused:
        problems += refused.problems
    return problems


def _framework_problems(edition: Edition) -> Iterator[Problem]:
    """Find lens tags that are not known, and shared indicators that the framework does not have."""
    framework, spec = edition.framework, edition.spec
    for lens, known in LENSES.items():
        for code, tag in framework.table.loc[framework.indicators, lens].items():
            if tag not in known:
                where, found = Path(spec.framework).name, f"the tag {tag!r} of {code!r}"
                remedy = nearest(str(tag), known)
                yield Problem(where, found, listing(known), remedy, column=lens)
    for code in spec.overlap.shared if spec.overlap else ():
        if code not in framework.indicators:
            where, remedy = f"edition {edition.code}, overlap", nearest(code, framework.indicators)
            yield Problem(where, repr(code), listing(framework.indicators), remedy)


def lacking(edition: Edition, raw: RawTables) -> list[Problem]:
    """Find the series of its frameworks of which an edition has no value at all in its year."""
    raw, spec = raw.until(edition.spec.year), edition.spec
    problems, remedy = list[Problem](), ""
    if not edition.bottom_up:
        problems += _provinces_lacking(edition, raw, edition.cells(raw))
        remedy = f", or take 'subunits' out of {edition.code}.yml: provinces work without it"
    below = [(edition.change, edition.change_years), (edition.regencies, (spec.year,))]
    below += [(edition, (spec.year,))] if edition.bottom_up else []
    for using, years in below:
        where = f"edition {edition.code}, regencies"
        try:
            if using:
                known = (using.framework, spec.borders, years, where, using.method.exclude)
                regency_panel(raw, *known)
        except MethodError as refused:
            problems += [replace(one, remedy=one.remedy + remedy) for one in refused.problems]
    return list(dict.fromkeys(problems))


def _provinces_lacking(edition: Edition, raw: RawTables, published: pd.DataFrame) -> list[Problem]:
    """Find the framework's series of which no province has a value in the edition's year."""
    spec = edition.spec
    inside = published[published["unit"].isin(edition.units(raw).index)]
    codes = [code for code in edition.framework.indicators if code not in edition.method.exclude]
    remedy = (
        f"add them to {TABLES['province_statistics'].file}, let an earlier year stand for it under "
        f"'carried', or take them out of {Path(spec.framework).name}"
    )
    units = f"provinces on the borders of {spec.borders}"
    return without_value(inside, codes, spec.year, units, f"edition {edition.code}", remedy)


def shown_without(project: Project, code: str, raw: RawTables) -> list[Problem]:
    """Find the series beside the index, and of regencies, that pages show no figures of."""
    edition = Edition.read(project, code)
    spec, where, remedy = edition.spec, f"edition {code}", "add them, or read the pages without"
    raw = raw.until(spec.year)
    published = edition.cells(raw)
    inside = published[published["unit"].isin(edition.units(raw).index)]
    regencies = cells(raw, spec.regencies, level="regency", where=where)
    return [
        *without_value(inside, edition.beside, spec.year, "provinces", f"{where}, context", remedy),
        *without_value(regencies, spec.regencies, spec.year, "regencies", where, remedy),
    ]


def _try_figures(edition: Edition, raw: RawTables) -> None:
    """Collect all cells; score regencies, and roll them up with every choice of the study alone."""
    spec, framework, where = edition.spec, edition.framework, f"edition {edition.code}"
    if edition.regencies:
        scored_regencies(edition, raw, edition.regencies, [spec.year])
    if edition.change:
        scored_regencies(edition, raw, edition.change, edition.change_years)
    edition.cells(raw)
    cells(raw, spec.regencies, level="regency", where=f"{where}, regencies")
    regency_comparison(edition, raw)
    if edition.bottom_up:
        panel, steps = (
            regency_panel(raw, framework, spec.borders, [spec.year], where),
            SharedSteps(),
        )
        for method in (edition.method, *Resolver(edition.study).alone()):
            roll_up(panel, framework, method, steps=steps)
