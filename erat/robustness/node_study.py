"""A part of a study: what acts on one node of the framework, or on scores of one scale."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from erat.index.framework import Framework
from erat.robustness.factors import FRAMEWORK, WEIGHTS, Factor, Study


def node_study(framework: Framework, study: Study, node: str) -> tuple[Framework, Study | None]:
    """Return a node as a framework of its own, and a study of what is uncertain in it.

    Parameters
    ----------
    framework, study
        Of the whole index.
    node
        An aggregate node, which becomes the top.

    Returns
    -------
    tuple
        The framework, and the study; None where no factor acts on the node.
    """
    codes = _below(framework, node)
    table = framework.table.loc[[code for code in framework.table.index if str(code) in codes]]
    table = table.copy()
    table.loc[node, "parent"] = ""
    part = replace(framework, table=table)
    factors = [own for factor in study.factors if (own := _inside(factor, part))]
    if not factors:
        return part, None
    return part, _with_factors(study, factors).over(_method(study.base_data, part))


def without_scales(study: Study) -> Study | None:
    """Return the study without what sets the scale of scores; None if nothing else is uncertain."""
    factors = [f for f in study.factors if f.at.split(".")[0] != "normalize"]
    return _with_factors(study, factors) if factors else None


def _with_factors(study: Study, factors: Sequence[Factor]) -> Study:
    """Return the study of some factors alone, with the groups that are whole."""
    names = {factor.name for factor in factors}
    groups = {name: members for name, members in study.groups.items() if names.issuperset(members)}
    return study.model_copy(update={"factors": tuple(factors), "groups": groups})


def _below(framework: Framework, node: str) -> set[str]:
    found, waiting = set[str](), [node]
    while waiting:
        code = waiting.pop()
        found.add(code)
        waiting += framework.children.get(code, [])
    return found


def _inside(factor: Factor, part: Framework) -> Factor | None:
    """Return a factor as far as it acts on a part of the framework; None where it does not."""
    known = {str(code) for code in part.table.index}
    words = factor.at.split(".")
    if factor.at == "exclude":
        left = [one for one in factor.choices if one == "none" or {*_listed(one)} < known]
        left = [one for one in left if len(set(part.indicators) - {*_listed(one)}) > 0]
        return factor.model_copy(update={"choices": tuple(left)}) if len(left) > 1 else None
    if words[0] == FRAMEWORK or words[:2] == ["aggregate", "nodes"]:
        return factor if words[2] in known else None
    if words[:2] == ["aggregate", "levels"]:
        return factor if int(words[2]) in part.levels.values() else None
    if words[0] == WEIGHTS:
        alone = all(len(children) < 2 for children in part.children.values())
        counted = any(isinstance(one, dict) and one.get("values") for one in factor.choices)
        return None if alone or counted else factor
    if factor.error and isinstance(factor.error.rounding, dict):
        digits = {code: n for code, n in factor.error.rounding.items() if code in known}
        error = factor.error.model_copy(update={"rounding": digits or None})
        return factor.model_copy(update={"error": error}) if digits or error.file else None
    return factor


def _listed(choice: Any) -> list[str]:
    return [choice] if isinstance(choice, str) else [str(code) for code in choice]


def _method(data: Mapping[str, Any], part: Framework) -> dict[str, Any]:
    """Return a method as plain values, without what it says of other nodes."""
    known = {str(code) for code in part.table.index}
    made = copy.deepcopy(dict(data))
    aggregate = made.get("aggregate")
    if isinstance(aggregate, dict):
        levels, nodes = aggregate.get("levels", {}), aggregate.get("nodes", {})
        kept = {level: step for level, step in levels.items() if level in part.levels.values()}
        aggregate["levels"] = kept
        aggregate["nodes"] = {node: step for node, step in nodes.items() if node in known}
    for step, key in (("weights", "values"), ("normalize", "indicators")):
        given = made.get(step)
        if isinstance(given, dict) and key in given:
            given[key] = {code: own for code, own in given[key].items() if code in known}
    if "transform" in made:
        made["transform"] = {c: name for c, name in made["transform"].items() if c in known}
    excluded = made.get("exclude")
    if excluded:
        made["exclude"] = [code for code in _listed(excluded) if code in known]
    return made
