"""What must hold before a step of construction; each check refuses with its reason and remedy."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import numpy as np

from erat.errors import DataError, MethodError, Problem, listing, nearest
from erat.index.construct.normalize import Anchors, Columns
from erat.index.construct.screen import DROPPED, Screened
from erat.index.construct.transform import outside_domain
from erat.index.framework import Framework
from erat.index.method import Method, NormalizeOne
from erat.index.panel import Panel


def check_names(method: Method, framework: Framework, panel: Panel) -> None:
    """Refuse a method that speaks of a node, an indicator or a group that is not there."""
    codes, nodes = framework.indicators, framework.aggregates
    below = [code for code in [*nodes, *codes] if code != framework.top]
    groups = list(panel.groups)
    normalizations = [method.normalize, *method.normalize.indicators.values()]
    references = [s.arguments["unit"] for s in normalizations if "reference" in s.needs]
    kept = method.screen.arguments.get("keep", ())
    units = list(dict.fromkeys(panel.units)) if references or kept else []
    by_node = {
        option: value if isinstance(value, Mapping) else ()
        for option, value in method.weights.arguments.items()
    }
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
        problems.append(
            Problem("method, exclude", "everything", "something left", "exclude fewer nodes")
        )
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
    shape = (1, len(columns.codes))
    low, high, cap, doubtful = (
        np.broadcast_to(value, shape)[0] for value in (*ends, anchors.cap, doubtful)
    )
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
