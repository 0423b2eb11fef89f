"""What is refused of a study, all of it at once, before anything is evaluated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from erat.errors import InputError, MethodError, Problem, listing, nearest
from erat.index.construct.experts import expert_points
from erat.index.construction import MARKS
from erat.index.construction_checks import check_names
from erat.index.framework import Framework
from erat.index.panel import Panel
from erat.robustness.addresses import Resolver, decides, keys_of, options_at, step_at
from erat.robustness.data_versions import Versions, measured, realized
from erat.robustness.factors import CELLS, Factor, Perturb, files_of
from erat.robustness.perturb import Mover

WITHIN = (0.0, 0.382, 1.0)
"""Where a distribution is tried: its ends, and a place that is no whole number."""


def check_study(
    resolver: Resolver,
    framework: Framework,
    panel: Panel,
    seed: int = 0,
) -> tuple[dict[str, Versions], dict[str, Mover]]:
    """Refuse what does not exist, each factor looked at alone, with all problems at once. Returns
    by factor versions of the data (with errors drawn from ``seed``) and movers of weights.
    """
    check_names(resolver.base, framework, panel)
    expected, remedy = "a file that is there", "check the path"
    problems = [
        Problem(f"study, {factor.name}", f"no file {name}", expected, remedy)
        for factor in resolver.study.factors
        for name in files_of(factor.choices)
        if not (resolver.study.folder / name).is_file()
    ]
    versions: dict[str, Versions] = {}
    movers: dict[str, Mover] = {}
    for number, (name, factor) in enumerate(resolver.factors.items()):
        try:
            if factor.in_framework:
                problems += _cell_problems(factor, resolver, framework)
            elif factor.in_method:
                problems += _method_problems(factor, resolver, framework, panel)
            elif factor.moves_weights:
                problems += _weight_problems(name, factor.moves_weights, framework)
                movers[name] = Mover.of(factor.moves_weights, framework)
            elif factor.error:
                versions[name] = measured(factor.error, panel, (seed, 3, number), f"study, {name}")
            elif factor.realizations:
                versions[name] = realized(factor.realizations.file.path, panel)
        except InputError as refused:
            problems += [_worded(problem, f"study, {name}") for problem in refused.problems]
    if problems:
        raise MethodError(list(dict.fromkeys(problems)))
    return versions, movers


def _method_problems(
    factor: Factor, resolver: Resolver, framework: Framework, panel: Panel
) -> list[Problem]:
    """Try every option of a factor, or both ends of its distribution, with the others' first; an
    option that only some choices of another factor have is tried with these too.
    """
    where = f"study, {factor.name}"
    *place, _ = keys_of(factor.target)
    if factor.target.split(".")[0] == "subunits":
        expected = "units that stand alone, as `erat uncertainty` has them"
        remedy = "take the factor out; an edition whose method has sub-units can study it"
        return [Problem(where, f"the address {factor.at!r}", expected, remedy)]
    hosts = [
        {name: value}
        for name, keys in resolver.keys.items()
        if name != factor.name and decides(keys, place)
        for value in resolver.factors[name].options or ()
    ]
    problems: list[Problem] = []
    for value in _tried_values(factor):
        refusals: list[tuple[Problem, ...]] = []
        for host in [{}, *hosts]:
            try:
                check_names(resolver.method({**host, factor.name: value}), framework, panel)
                break
            except InputError as refused:
                refusals.append(refused.problems)
        else:
            problems += refusals[0]
    absent = _absent_option(factor, resolver) if problems else None
    return [absent] if absent else [_worded(one, where) for one in problems]


def _worded(problem: Problem, where: str) -> Problem:
    """Name the factor that a problem comes from; whole numbers are a range."""
    place = problem.where.replace("method, ", f"{where}, ", 1).replace("study, at", f"{where}, at")
    if "integer" in problem.expected and "got a number" in problem.expected:
        remedy = "give whole numbers as 'range: [first, last]'"
        return replace(problem, where=place, expected="a whole number", remedy=remedy)
    return replace(problem, where=place)


def _absent_option(factor: Factor, resolver: Resolver) -> Problem | None:
    """Say that the base's step has no such option, if another method of the step has it."""
    *place, option = resolver.keys[factor.name]
    model = step_at(place)
    if model is None or option in model.model_fields:
        return None
    method = options_at(resolver.study.base_data, place).get("method", model.registry.default)
    options = model.registry.options
    owners = [name for name, known in options.items() if option in known.model_fields]
    if not owners or method in owners:
        return None
    step = ".".join(map(str, place))
    absent = f"the address {factor.target!r}, but {step} is {method!r}"
    remedy = f"change it in the base method, or let another factor choose it at {step!r}"
    return Problem(f"study, {factor.name}", absent, f"{step}: one of {listing(owners)}", remedy)


def _tried_values(factor: Factor) -> list[object]:
    """Return every choice of a factor in the method, or some places of its range or distribution."""
    if factor.options:
        return list(factor.choices or (factor.options[0], factor.options[-1]))
    tried = factor.quantiles(np.array(WITHIN)).tolist()
    return [factor.normal.mean, tried[1]] if factor.normal else tried


def _cell_problems(factor: Factor, resolver: Resolver, framework: Framework) -> Iterator[Problem]:
    """Tell what is wrong with a cell of the framework, or with what is put there."""
    where = f"study, {factor.name}"
    _, column, code, *_ = [*factor.at.split(".", 2), "", ""]
    known = list(framework.indicators if column in MARKS else map(str, framework.table.index))
    if column not in CELLS or code not in known:
        wrong, names = (column, list(CELLS)) if column not in CELLS else (code, known)
        expected = f"framework.COLUMN.CODE, COLUMN being one of {listing(CELLS)}"
        yield Problem(where, f"{wrong!r} in {factor.at!r}", expected, nearest(wrong, names))
        return
    for value in factor.options or ():
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not (is_number and np.isfinite(value)):
            yield Problem(where, repr(value), "finite numbers at a cell", "correct it")
            return
    ends = np.array(factor.options or factor.quantiles(np.array([0.0, 1.0])), dtype=float)
    if column == "weight" and ends.min() < 0:
        yield Problem(where, f"{ends.min():.6g}", "a weight of 0 or more", "raise the lower limit")
    moved = {one.at for one in resolver.study.factors}
    for sign, other in ((1, "goalpost_high"), (-1, "goalpost_low")):
        if column in MARKS[:2] and other != column and f"framework.{other}.{code}" not in moved:
            limit = float(framework.column(other)[framework.indicators.index(code)])
            beyond = ends[sign * ends >= sign * limit]
            if len(beyond) and not factor.normal:
                expected = f"{'below' if sign > 0 else 'above'} the {other} of {code}, {limit:g}"
                yield Problem(where, f"{beyond[0]:g}", expected, "narrow what may stand there")


def _weight_problems(name: str, moves: Perturb, framework: Framework) -> Iterator[Problem]:
    """Tell which levels are none, and which experts' points do not fit the framework."""
    known = sorted(set(framework.levels.values()))
    for level in moves.levels:
        if level not in known:
            expected, remedy = f"one of {', '.join(map(str, known))}", "1 is above the indicators"
            yield Problem(f"study, {name}, levels", str(level), expected, remedy)
    if not moves.experts:
        return
    path = moves.experts.file.path
    columns = [str(code) for code in expert_points(path).columns]
    codes = [str(code) for code in framework.table.index]
    for code in [code for code in columns if code not in codes]:
        meant = nearest(code, codes)
        yield Problem(path.name, repr(code), "a node of the framework", meant, 1, code)
    for node in framework.aggregates:
        absent = [code for code in framework.children[node] if code not in columns]
        if 0 < len(absent) < len(framework.children[node]):
            expected = f"points for every child of {node!r}, or for none"
            yield Problem(path.name, f"no column {listing(absent)}", expected, "add the column")
