"""What must hold before a step can be done; each check refuses with its reason and remedy."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np

from erat.construct.transform import outside_domain
from erat.errors import DataError, FrameworkError, MethodError, Problem, listing, nearest
from erat.framework import Framework
from erat.method import Method
from erat.panel import Panel


def check_no_denominators(framework: Framework) -> None:
    """Refuse a framework with denominators, which this version cannot divide by."""
    table = framework.table
    if "denominator" in table and not table["denominator"].isin(["", "NA"]).all():
        remedy = "divide the data first; denominators are not available in this version"
        raise FrameworkError(
            [Problem("framework", "a denominator", "none", remedy, column="denominator")]
        )


def check_names(method: Method, framework: Framework, panel: Panel) -> None:
    """Refuse a method that speaks of a node, an indicator or a group that is not there."""
    codes, nodes = framework.indicators, framework.aggregates
    below = [code for code in [*nodes, *codes] if code != framework.top]
    group = [g for g in [method.impute.arguments.get("group")] if g]
    levels = sorted({str(level) for level in framework.levels.values()})
    asked: list[tuple[str, Iterable[str], Collection[object]]] = [
        ("normalize.indicators", method.normalize.indicators, codes),
        ("transform", method.transform, codes),
        ("exclude", method.exclude, [*codes, *nodes]),
        ("weights.values", method.weights.arguments.get("values", {}), below),
        ("aggregate.nodes", method.aggregate.nodes, nodes),
        ("aggregate.levels", map(str, method.aggregate.levels), levels),
        ("impute.group", group, list(panel.groups)),
    ]
    problems = [
        Problem(
            f"method, {place}", repr(name), f"one of {listing(list(known))}", _meant(name, known)
        )
        for place, names, known in asked
        for name in names
        if name not in known
    ]
    if set(codes) <= {leaf for code in method.exclude for leaf in framework.leaves(code)}:
        problems.append(
            Problem("method, exclude", "everything", "something left", "exclude fewer nodes")
        )
    if problems:
        raise MethodError(problems)


def _meant(name: str, known: Collection[object]) -> str:
    """Name the nearest known word, if there is one."""
    meant = nearest(name, map(str, known))
    return meant if meant.startswith("did") else "correct it"


def check_some_weight(node: str, children: list[str], weights: np.ndarray) -> None:
    """Refuse a node whose children have no weight, once a method has had its say."""
    if not weights.any():
        found = f"only zero weights under {node!r} ({listing(children)})"
        remedy = "give one of them a weight, or exclude the node"
        raise MethodError([Problem("method, weights", found, "a weight above 0", remedy)])


def check_domains(panel: Panel, names: dict[str, str], codes: list[str], x: np.ndarray) -> None:
    """Refuse values that their transformation is not defined for."""
    problems = []
    for j, code in enumerate(codes):
        bad = np.flatnonzero(outside_domain(names[code], x[:, j]))
        if len(bad):
            units = listing([panel.units[i] for i in bad])
            found = f"{x[bad[0], j]:g} ({units})"
            remedy = "correct the value, or choose another transformation"
            expected = f"values that {names[code]} is defined for"
            problems.append(Problem("data", found, expected, remedy, column=code))
    if problems:
        raise DataError(problems)


def check_goalposts(normalization: str, code: str, posts: np.ndarray) -> None:
    """Refuse goalposts that are not there, or that a logarithm is not defined for."""
    if normalization == "goalposts" and not np.isfinite(posts).all():
        found = f"no usable goalposts for {code!r}"
        expected = "goalpost_low and goalpost_high, inside the domain of what was done to it"
        raise MethodError(
            [Problem("framework", found, expected, "give them in the framework table")]
        )


def check_not_negative(
    x: np.ndarray, children: list[str], node: str, name: str, panel: Panel
) -> None:
    """Refuse negative values under a mean that is not defined for them."""
    problems = []
    for j, child in enumerate(children):
        bad = np.flatnonzero(x[:, j] < 0)
        if len(bad):
            found = f"negative values of {child!r} ({listing([panel.units[i] for i in bad])})"
            expected = f"values of 0 or more under the {name} mean of {node!r}"
            remedy = "choose a normalization that cannot be negative, or an arithmetic mean"
            problems.append(Problem("method, aggregate", found, expected, remedy))
    if problems:
        raise MethodError(problems)
