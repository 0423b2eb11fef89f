"""What must hold before a step of construction, and what the framework says of normalizations.

Each check refuses with its reason and remedy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from erat.errors import DataError, MethodError, Problem, listing, nearest
from erat.index.cell_problems import Finding
from erat.index.config import validated
from erat.index.construct.normalize import Anchors, Columns
from erat.index.construct.screen import DROPPED, Screened
from erat.index.construct.transform import outside_domain
from erat.index.framework import Framework
from erat.index.method import Method, Normalize, NormalizeOne
from erat.index.panel import Panel
from erat.index.registry import OfFramework
from erat.index.tables import MISSING, numbers


def check_names(method: Method, framework: Framework, panel: Panel) -> None:
    """Refuse a method that speaks of a node, an indicator or a group that is not there."""
    codes, nodes = framework.indicators, framework.aggregates
    below = [code for code in [*nodes, *codes] if code != framework.top]
    groups = list(panel.groups)
    normalizations = [method.normalize, *method.normalize.indicators.values()]
    references = [s.arguments["unit"] for s in normalizations if "reference" in s.needs]
    kept = method.screen.arguments.get("keep", ())
    units = list(dict.fromkeys(panel.units)) if references or kept else []
    options = method.weights.arguments.items()
    by_node = {option: value for option, value in options if isinstance(value, Mapping)}
    levels = sorted({str(level) for level in framework.levels.values()})
    asked: list[tuple[str, Iterable[str], Collection[object]]] = [
        ("normalize.indicators", method.normalize.indicators, codes),
        ("transform", method.transform, codes),
        ("exclude", method.exclude, [*codes, *nodes]),
        ("weights.values", by_node.get("values", ()), below),
        ("weights.matrix", by_node.get("matrix", ()), nodes),
        ("weights.target", by_node.get("target", ()), below),
        ("aggregate.nodes", method.aggregate.nodes, nodes),
        ("aggregate.groups", method.aggregate.groups, groups),
        *(
            (f"aggregate.groups.{column}", labels, list(panel.groups[column].unique()))
            for column, labels in method.aggregate.groups.items()
            if column in groups
        ),
        ("aggregate.levels", map(str, method.aggregate.levels), levels),
        ("impute.group", filter(None, [method.impute.arguments.get("group")]), groups),
        ("screen.keep", kept, [*codes, *units]),
        ("normalize.unit", dict.fromkeys(references), units),
    ]
    problems = [
        _unknown(f"method, {place}", name, known)
        for place, names, known in asked
        for name in names
        if name not in known
    ]
    reference = method.reference_year
    if reference is not None and reference not in panel.years:
        years = listing([str(year) for year in np.unique(panel.years)])
        expected = f"one of {years}" if panel.has_years else "none: the data have no years"
        problems.append(Problem("method, reference_year", str(reference), expected, "correct it"))
    if set(codes) <= {leaf for code in method.exclude for leaf in framework.leaves(code)}:
        remedy = "exclude fewer nodes"
        problems.append(Problem("method, exclude", "everything", "something left", remedy))
    if problems:
        raise MethodError(problems)


def _unknown(where: str, name: str, known: Collection[object]) -> Problem:
    """Refuse a name, and name the nearest known word if there is one."""
    one_of = f"one of {listing(list(known))}" if known else "no name: there is nothing to name"
    meant = nearest(name, map(str, known))
    return Problem(where, repr(name), one_of, meant if meant.startswith("did") else "correct it")


def check_no_subunits(method: Method) -> None:
    """Refuse a method with sub-units where every unit is assessed by itself."""
    if method.subunits is not None:
        found, expected = "a roll-up of sub-units", "a method for units that stand alone"
        remedy = "take the key out, or use 'erat subunits' (in Python: roll_up)"
        raise MethodError([Problem("method, subunits", found, expected, remedy)])


def check_screened(screened: Screened, panel: Panel, method: Method) -> None:
    """Refuse a screening that leaves nothing, or nothing of the year that steps are fitted on."""
    units, indicators = screened.rows != DROPPED, screened.columns != DROPPED
    reference = method.reference_year
    left = units & ((panel.years == reference) | (reference is None))
    if not left.any() or not indicators.any():
        what = "indicator" if not indicators.any() else "unit"
        found = f"no {what} with enough data left"
        if reference is not None and units.any():
            found = f"no {what} of {reference} with enough data left"
        remedy = "lower the thresholds, name in 'keep' what must stay, or find data"
        raise DataError([Problem("method, screen", found, "some data to go on with", remedy)])


def check_denominator(panel: Panel, code: str, name: str) -> np.ndarray:
    """Return the column that an indicator is divided by; refuse zero, negative or none at all."""
    by = panel.divisor(name)
    if by is None:
        found = f"no column {name!r}, which {code!r} is divided by"
        raise DataError([Problem("data", found, "the denominator", "add the column", 1)])
    bad = np.flatnonzero(by <= 0)
    if len(bad):
        found = f"{by[bad[0]]:g} as denominator of {code!r} ({listing(panel.named(bad))})"
        remedy = "correct the value, or leave it empty: the quotient is then missing"
        raise DataError([Problem("data", found, "a value above 0", remedy, column=name)])
    return by


def check_domains(panel: Panel, names: dict[str, str], codes: list[str], x: np.ndarray) -> None:
    """Refuse values that their transformation is not defined for."""
    problems = []
    for j, code in enumerate(codes):
        bad = np.flatnonzero(outside_domain(names[code], x[:, j]))
        if len(bad):
            found = f"{x[bad[0], j]:g} ({listing([panel.units[i] for i in bad])})"
            remedy = "correct the value, or choose another transformation"
            expected = f"values that {names[code]} is defined for"
            problems.append(Problem("data", found, expected, remedy, column=code))
    if problems:
        raise DataError(problems)


def check_reach(panel: Panel, code: str, done: str, before: np.ndarray, after: np.ndarray) -> None:
    """Refuse values that a fitted function has no number for, or makes one of many."""
    there = ~np.isnan(before)
    bad = np.flatnonzero(there & ~np.isfinite(after))
    if len(bad):
        found = f"{before[bad[0]]:g} ({listing(panel.named(bad))})"
        expected = f"values inside the range that {done} was fitted on"
        remedy = "fit on all years, or choose another treatment or transformation"
        raise DataError([Problem("data", found, expected, remedy, column=code)])
    different = len(np.unique(after[there]))
    if different == len(np.unique(before[there])):
        return
    if different < len({f"{value:.9g}" for value in before[there]}):
        found = f"different values that {done} makes equal, since their digits run out"
        remedy = "give the indicator in a larger unit, or choose a logarithm"
        raise DataError([Problem("data", found, "values that stay different", remedy, column=code)])


def check_marks(step: NormalizeOne, columns: Columns) -> None:
    """Refuse goalposts or a target that are not there, or that a logarithm is not defined for."""
    needed = {
        "goalposts": (columns.low + columns.high, "goalpost_low and goalpost_high"),
        "target": (columns.target, "target"),
    }
    for need, (marks, names) in needed.items():
        unusable = np.flatnonzero(~np.isfinite(marks))
        if need in step.needs and len(unusable):
            found = f"no usable {need} for {columns.codes[unusable[0]]!r}"
            expected = f"{names}: a number that the steps before are defined for"
            remedy = "give it in the framework table"
            raise MethodError([Problem("framework", found, expected, remedy)])


def check_anchors(step: NormalizeOne, columns: Columns, anchors: Anchors, y: np.ndarray) -> None:
    """Refuse a yardstick that cannot measure the values that are there."""
    true_zero, ends = "true zero" in step.needs, (anchors.low, anchors.high)
    doubtful = ~((ends[0] < ends[1]) & np.isfinite(ends[0]) & np.isfinite(ends[1])) | true_zero
    if not doubtful.any():
        return
    of_columns = (*ends, anchors.cap, doubtful)
    low, high, cap, doubtful = (np.broadcast_to(x, (1, y.shape[-1]))[0] for x in of_columns)
    for j in np.flatnonzero(doubtful):
        values = y[~np.isnan(y[:, j]), j]
        if not len(values):
            continue
        varies, direction = values.min() < values.max(), columns.direction[j]
        capped = step.arguments.get("cap", cap[j])
        if not np.isfinite([low[j], high[j]]).all():
            found = "nothing to fit on: no value, or none inside the domain of what was done before"
        elif true_zero and varies and (values * direction).max() <= 0:
            found = "no value above 0"
        elif varies and not capped and low[j] >= high[j]:
            found = f"an end at {high[j] * direction:g} that all have reached"
        else:
            continue
        expected = "two ends that differ, the worse one first"
        remedy = "choose another normalization, reference, target or cap for it"
        where = f"method, normalize, {step.method}"
        raise MethodError([Problem(where, f"{found} ({columns.codes[j]})", expected, remedy)])


def check_fits_all_years(normalization: str, method: Method) -> None:
    """Refuse a reference year for a normalization that has no parameters to keep."""
    if method.reference_year is not None:
        found = f"'{normalization}' with a reference year"
        expected = "a linear normalization, whose parameters one year can give to another"
        raise MethodError([Problem("method, normalize", found, expected, "choose another one")])


def check_not_negative(
    x: np.ndarray, counted: np.ndarray, children: list[str], node: str, name: str, panel: Panel
) -> None:
    """Refuse negative values that count, (..., children), under a mean not defined for them."""
    problems = []
    for j, child in enumerate(children):
        bad = np.flatnonzero((x[:, j] < 0) & counted[..., j])
        if len(bad):
            units = listing([panel.units[i] for i in bad])
            found = f"negative values of {child!r} ({units})"
            expected = f"values of 0 or more under the {name} mean of {node!r}"
            remedy = "choose a normalization that cannot be negative, or an arithmetic mean"
            problems.append(Problem("method, aggregate", found, expected, remedy))
    if problems:
        raise MethodError(problems)


TURNED = {"low": "high", "high": "low"}
"""Bounds that COINr's ``n_scaled`` reads on the scale of ``-x`` where less is better, and e-RAT in
the indicator's own unit: there each is the other one, with another sign."""
IN_METHOD = "or write the parameter in the method, in place of 'framework'"


def with_parameters(normalize: Normalize, framework: Framework) -> Normalize:
    """Give every indicator the parameters that the framework has for it, as a step of its own.

    MethodError for a column that is not there, and for cells that are empty, no number, or outside
    what the parameter may be. Source: COINr, ``Normalise.coin`` with ``use_iMeta``.
    """
    codes = [code for code in framework.indicators if normalize.of(code).of_framework]
    if not codes:
        return normalize
    less = dict(zip(codes, framework.column("direction", codes) < 0, strict=True))
    columns = {code: _columns(normalize.of(code), less[code]) for code in codes}
    cells = _cells(framework.table, columns)
    own: dict[str, NormalizeOne] = {}
    problems = []
    for code in codes:
        options = columns[code].items()
        read = {option: [cells[name][code] for name in names] for option, names in options}
        try:
            own[code] = _with(normalize.of(code), read, less[code])
        except MethodError as refused:
            names = [name for _, several in options for name in several]
            found = ", ".join(f"{name} {framework.table.at[code, name]}" for name in names)
            expected, remedy = refused.problems[0].expected, f"correct it, {IN_METHOD}"
            problems.append(Problem("framework", f"{found} ({code})", expected, remedy))
    if problems:
        raise MethodError(problems)
    return normalize.model_copy(update={"indicators": {**normalize.indicators, **own}})


def _columns(step: NormalizeOne, less: bool) -> OfFramework:
    """Return the columns of every option that the framework is to give an indicator."""
    every, asked = step.registry.of_framework[step.method], step.of_framework
    return {option: every[TURNED.get(option, option) if less else option] for option in asked}


def _with(step: NormalizeOne, read: Mapping[str, list[Any]], less: bool) -> NormalizeOne:
    """Put what was read of an indicator into its step; refuse what the options may not be."""
    arguments = dict(step.arguments)
    for option, values in read.items():
        arguments[option] = values if len(values) > 1 else values[0]
        if less and option in TURNED and isinstance(values[0], float):
            arguments[option] = -values[0]
    own = validated(NormalizeOne, {"method": step.method, **arguments}, "framework")
    low, high = (own.arguments.get(option) for option in TURNED)
    if low is not None and not low < high:
        raise MethodError([Problem("framework", "bounds", "the smaller number first", IN_METHOD)])
    return own


def _cells(
    table: pd.DataFrame, columns: Mapping[str, OfFramework]
) -> dict[str, dict[str, float | str]]:
    """Read the columns that indicators need, by column and code."""
    needed: dict[str, list[str]] = {}
    for code, options in columns.items():
        for name in (name for names in options.values() for name in names):
            needed.setdefault(name, []).append(code)
    remedy = f"add it, {IN_METHOD}"
    problems = [
        Problem("framework", "no such column", f"a column {name!r}", remedy, 1, name)
        for name in needed
        if name not in table
    ]
    there = {name: table.loc[codes, name] for name, codes in needed.items() if name in table}
    cells = {name: _read(column, problems) for name, column in there.items()}
    if problems:
        raise MethodError(problems)
    return cells


def _read(column: pd.Series, problems: list[Problem]) -> dict[str, float | str]:
    """Read numbers, and the words true and false, by code; what is wrong is added to problems."""
    name, codes = str(column.name), list(map(str, column.index))
    texts = column.astype(str).reset_index(drop=True)
    words = texts.str.lower().isin(["true", "false"])
    findings: list[Finding] = []
    values = numbers(texts.mask(words, "0"), "framework", findings)
    by_cause: dict[str, list[Problem]] = {}
    for one in findings:
        by_cause.setdefault(one.cause, []).append(one.problem)
    for same in by_cause.values():
        of = listing([codes[problem.row or 0] for problem in same])
        problems.append(replace(same[0], found=f"{same[0].found} ({of})", row=None))
    if empty := [code for code, text in zip(codes, texts, strict=True) if text in MISSING]:
        found, remedy = f"no value for {listing(empty)}", f"fill the cells, {IN_METHOD}"
        problems.append(Problem("framework", found, "a value", remedy, column=name))
    read = zip(codes, texts.str.lower(), words, values.tolist(), strict=True)
    return {code: text if word else value for code, text, word, value in read}
