"""What is refused of a study, all of it at once, before anything is evaluated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from erat.errors import InputError, MethodError, Problem, listing, nearest
from erat.index.construct.experts import expert_points
from erat.index.construction import MARKS
from erat.index.construction_checks import check_names
from erat.index.framework import Framework
from erat.index.panel import Panel
from erat.robustness.data_versions import Versions, versions_of
from erat.robustness.factors import CELLS, Factor, files_of
from erat.robustness.perturb import Mover
from erat.robustness.settings import (
    Resolver,
    begins_in_method,
    holds,
    is_in_method,
    step_at,
    values_at,
    words_of,
)

WITHIN = (0.0, 0.382, 1.0)
"""Where a distribution is tried: its ends, and a place that is no whole number."""


class Sources(NamedTuple):
    """What a study draws from beside the method: versions of the data, and movers of weights."""

    versions: dict[str, Versions]
    movers: dict[str, Mover]


def check_study(
    resolver: Resolver,
    framework: Framework,
    panel: Panel,
    seed: int = 0,
    given: Mapping[str, Versions] | None = None,
) -> Sources:
    """Refuse what does not exist, each factor looked at alone, and return what it draws from.

    Parameters
    ----------
    resolver
        Of the study.
    framework, panel
        The tree and the data.
    seed
        Where draws of measurement errors come from.
    given
        Versions of the data by name, for ``realizations: {name: ...}``.

    Raises
    ------
    InputError
        With a problem for every address that is none, for every option that makes no method or
        speaks of nodes, indicators or groups that are not there, and for every file that does not
        fit.
    """
    check_names(resolver.base, framework, panel)
    problems = _absent_files(resolver)
    sources = Sources({}, {})
    for number, (name, factor) in enumerate(resolver.factors.items()):
        try:
            if factor.in_framework:
                problems += _cell_problems(factor, resolver, framework)
            elif is_in_method(factor):
                problems += _method_problems(factor, resolver, framework, panel)
            elif factor.moves_weights:
                problems += _weight_problems(factor, framework)
                sources.movers[name] = Mover.of(factor.moves_weights, framework)
            elif factor.error or factor.realizations:
                origin = (seed, 3, number)
                sources.versions[name] = versions_of(factor, panel, origin, given or {})
        except InputError as refused:
            problems += [_worded(problem, f"study, {name}") for problem in refused.problems]
    if problems:
        raise MethodError(list(dict.fromkeys(problems)))
    return sources


def _absent_files(resolver: Resolver) -> list[Problem]:
    """Find the files that choices name and that are not there."""
    return [
        Problem(
            f"study, {factor.name}", f"no file {name}", "a file that is there", "check the path"
        )
        for factor in resolver.factors.values()
        for name in files_of(factor.choices)
        if not (resolver.study.folder / name).is_file()
    ]


def _method_problems(
    factor: Factor, resolver: Resolver, framework: Framework, panel: Panel
) -> list[Problem]:
    """Try every option of a factor, or both ends of its distribution, with the others' first.

    An option that only some choices of another factor have is tried with these too.
    """
    where = f"study, {factor.name}"
    words = words_of(factor.target)
    if words[0] == "subunits":
        expected = "units that stand alone, as `erat uncertainty` has them"
        remedy = "take the factor out; an edition whose method has sub-units can study it"
        return [Problem(where, f"the address {factor.at!r}", expected, remedy)]
    others = [one for one in resolver.factors.values() if one.options and is_in_method(one)]
    hosts = [
        {host.name: value}
        for host in others
        if host.name != factor.name and begins_in_method(host.target)
        and holds(resolver.words[host.name], words[:-1])
        for value in host.options or ()
    ]  # fmt: skip
    problems: list[Problem] = []
    for value in tried_values(factor):
        one = {factor.name: value}
        refusals: list[tuple[Problem, ...]] = []
        for settings in [one, *({**host, **one} for host in hosts)]:
            try:
                check_names(resolver.method(settings), framework, panel)
                refusals = []
                break
            except InputError as refused:
                refusals.append(refused.problems)
        problems += refusals[0] if refusals else ()
    absent = _no_option(factor, resolver) if problems else None
    return [absent] if absent else [_worded(one, where) for one in problems]


def _worded(problem: Problem, where: str) -> Problem:
    """Name the factor that a problem comes from; whole numbers are a range."""
    place = problem.where.replace("method, ", f"{where}, ", 1).replace("study, at", f"{where}, at")
    if "integer" in problem.expected and "got a number" in problem.expected:
        remedy = "give whole numbers as 'range: [first, last]'"
        return replace(problem, where=place, expected="a whole number", remedy=remedy)
    return replace(problem, where=place)


def _no_option(factor: Factor, resolver: Resolver) -> Problem | None:
    """Say that the base's step has no such option, if another method of the step has it."""
    *place, option = resolver.words[factor.name]
    model = step_at(place)
    if model is None:
        return None
    chosen = values_at(resolver.study.base_data, place).get("method", model.default)
    options = {name: given.model_fields for name, given in model.registry.options.items()}
    owners = [name for name, fields in options.items() if option in fields]
    if not owners or chosen in owners or option in model.model_fields:
        return None
    step = ".".join(map(str, place))
    found = f"the address {factor.target!r}, but {step} is {chosen!r}"
    expected = f"{step}: one of {listing(owners)}"
    remedy = f"change it in the base method, or let another factor choose it at {step!r}"
    return Problem(f"study, {factor.name}", found, expected, remedy)


def tried_values(factor: Factor) -> list[object]:
    """Return every choice of a factor in the method, or some places of its range or distribution."""
    if factor.options:
        return list(factor.choices or (factor.options[0], factor.options[-1]))
    if factor.normal:
        return [factor.normal.mean, float(factor.normal.at(np.array(WITHIN))[1])]
    return [float(value) for value in factor.numbers(np.array(WITHIN))]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and np.isfinite(value)


def _cell_problems(factor: Factor, resolver: Resolver, framework: Framework) -> Iterator[Problem]:
    """Tell what is wrong with a cell of the framework, or with what is put there."""
    where = f"study, {factor.name}"
    _, column, code, *_ = [*factor.at.split(".", 2), "", ""]
    known = list(framework.indicators if column in MARKS else map(str, framework.table.index))
    if column not in CELLS or code not in known:
        found, remedy = (column, nearest(column, CELLS)) if column not in CELLS else (
            code, nearest(code, known))  # fmt: skip
        expected = f"framework.COLUMN.CODE, COLUMN being one of {listing(CELLS)}"
        yield Problem(where, f"{found!r} in {factor.at!r}", expected, remedy)
        return
    wrong = [v for v in factor.options or () if not _is_number(v)]
    if wrong:
        yield Problem(where, repr(wrong[0]), "finite numbers at a cell", "correct it")
        return
    ends = np.array(factor.options or factor.numbers(np.array([0.0, 1.0])), dtype=float)
    if column == "weight" and ends.min() < 0:
        yield Problem(where, f"{ends.min():.6g}", "a weight of 0 or more", "raise the lower limit")
    moved = {one.at for one in resolver.factors.values()}
    for sign, other in ((1, "goalpost_high"), (-1, "goalpost_low")):
        if column in MARKS[:2] and other != column and f"framework.{other}.{code}" not in moved:
            limit = float(framework.column(other)[framework.indicators.index(code)])
            beyond = ends[sign * ends >= sign * limit]
            if len(beyond) and not factor.normal:
                expected = f"{'below' if sign > 0 else 'above'} the {other} of {code}, {limit:g}"
                yield Problem(where, f"{beyond[0]:g}", expected, "narrow what may stand there")


def _weight_problems(factor: Factor, framework: Framework) -> Iterator[Problem]:
    """Tell which levels are none, and which experts' points do not fit the framework."""
    moves, where = factor.moves_weights, f"study, {factor.name}"
    known = sorted(set(framework.levels.values()))
    for level in moves.levels if moves else ():
        if level not in known:
            expected = f"one of {', '.join(map(str, known))}"
            yield Problem(f"{where}, levels", str(level), expected, "1 is above the indicators")
    if not (moves and moves.experts):
        return
    path = moves.experts.file.path
    columns = [str(code) for code in expert_points(path).columns]
    codes = [str(code) for code in framework.table.index]
    for code in columns:
        if code not in codes:
            yield Problem(
                path.name, repr(code), "a node of the framework", nearest(code, codes), 1, code
            )
    for node in framework.aggregates:
        absent = [code for code in framework.children[node] if code not in columns]
        if 0 < len(absent) < len(framework.children[node]):
            found = f"no column {listing(absent)}"
            expected = f"points for every child of {node!r}, or for none"
            yield Problem(path.name, found, expected, "add the column")
