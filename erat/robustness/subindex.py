"""A node of the framework as an index of its own, with the study of what is uncertain in it."""

from __future__ import annotations

import copy
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import Any

from erat.index.framework import Framework
from erat.robustness.factors import FRAMEWORK, WEIGHTS, Factor, Study


def subindex(framework: Framework, study: Study, node: str) -> tuple[Framework, Study | None]:
    """Return an aggregate node as the top of a framework, and a study of what is uncertain in it,
    None where no factor acts on the node.
    """
    inside = {node}
    for code in reversed(framework.upwards):
        inside.update(framework.children[code] if code in inside else ())
    table = framework.table[framework.table.index.isin(inside)].copy()
    table.loc[node, "parent"] = ""
    part = replace(framework, table=table)
    factors = [inner for factor in study.factors if (inner := _inside(factor, part))]
    if not factors:
        return part, None
    return part, _with_factors(study, factors).over(_method_inside(study.base_data, part))


def without_scales(study: Study) -> Study | None:
    """Return the study without what sets the scale of scores; None if nothing else is uncertain."""
    factors = [f for f in study.factors if f.at.split(".")[0] != "normalize"]
    return _with_factors(study, factors) if factors else None


def _with_factors(study: Study, factors: Sequence[Factor]) -> Study:
    """Return the study of some factors alone, with the groups that are whole."""
    names = {factor.name for factor in factors}
    groups = {name: members for name, members in study.groups.items() if names.issuperset(members)}
    return study.model_copy(update={"factors": tuple(factors), "groups": groups})


def _inside(factor: Factor, part: Framework) -> Factor | None:
    """Return a factor as far as it acts on a part of the framework; None where it does not."""
    known, keys = set(part.table.index), factor.at.split(".")
    if factor.error and isinstance(factor.error.rounding, dict):
        digits = {code: n for code, n in factor.error.rounding.items() if code in known}
        error = factor.error.model_copy(update={"rounding": digits or None})
        return factor.model_copy(update={"error": error}) if digits or error.file else None
    if factor.at == "exclude":
        left = [one for one in factor.choices if one == "none" or {*_listed(one)} < known]
        left = [one for one in left if set(part.indicators) - {*_listed(one)}]
        return factor.model_copy(update={"choices": tuple(left)}) if len(left) > 1 else None
    acts = True
    if keys[0] == FRAMEWORK or keys[:2] == ["aggregate", "nodes"]:
        acts = keys[2] in known
    elif keys[:2] == ["aggregate", "levels"]:
        acts = int(keys[2]) in part.levels.values()
    elif keys[0] == WEIGHTS:
        counted = any(isinstance(one, dict) and one.get("values") for one in factor.choices)
        acts = not counted and any(len(children) > 1 for children in part.children.values())
    return factor if acts else None


def _listed(choice: Any) -> list[str]:
    return [choice] if isinstance(choice, str) else [str(code) for code in choice]


def _method_inside(data: Mapping[str, Any], part: Framework) -> dict[str, Any]:
    """Return a method as plain values, without what it says of other nodes."""
    method, known = copy.deepcopy(dict(data)), set(part.table.index)

    def keep(options: object, key: str, known: Container[object]) -> None:
        if isinstance(options, dict) and key in options:
            options[key] = {code: one for code, one in options[key].items() if code in known}

    keep(method.get("aggregate"), "levels", part.levels.values())
    keep(method.get("aggregate"), "nodes", known)
    keep(method.get("weights"), "values", known)
    keep(method.get("normalize"), "indicators", known)
    keep(method, "transform", known)
    if method.get("exclude"):
        method["exclude"] = [code for code in _listed(method["exclude"]) if code in known]
    return method
