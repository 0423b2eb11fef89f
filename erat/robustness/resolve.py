"""From the settings of a study's factors to a method: every value put at its address."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from erat.errors import InputError, MethodError, Problem, nearest
from erat.framework import Framework
from erat.method import Aggregate, Method, Normalize, Step
from erat.panel import Panel
from erat.preconditions import check_names
from erat.robustness.factors import (
    CELLS,
    FRAMEWORK,
    WEIGHTS,
    Factor,
    Study,
    no_address,
    put,
    words_of,
)


class Resolver:
    """Makes the methods of a study; only what a setting changes is read anew.

    Parameters
    ----------
    study
        Whose base method the settings change.

    Raises
    ------
    MethodError
        If the base method is wrong.
    """

    def __init__(self, study: Study) -> None:
        self.study = study
        self.factors = {factor.name: factor for factor in study.factors}
        self.base = Method.parse(study.base_data, Path(study.base).name, study.folder)
        self.read: dict[tuple[str, str], Any] = {}

    @cached_property
    def in_method(self) -> list[str]:
        """Names of the factors that change the method, in the order in which they are put there.

        Whole steps go before what is below them, and a step's method before its options.
        """
        targets = {n: f.target for n, f in self.factors.items() if is_in_method(f)}
        return sorted(
            targets, key=lambda n: (targets[n].count("."), not targets[n].endswith(".method"))
        )

    def method(self, settings: Mapping[str, Any]) -> Method:
        """Return the base method with the values of some factors.

        A value below a step whose method another setting has changed is left aside where that
        method has no such option: winsorizing's points where nothing is winsorized.

        Raises
        ------
        MethodError
            If the values make no method.
        """
        by_key: dict[str, dict[str, Any]] = {}
        for name in self.in_method:
            if name in settings:
                by_key.setdefault(self.words[name][0], {})[name] = settings[name]
        steps = {}
        for key, own in by_key.items():
            known = (key, json.dumps(own, sort_keys=True, default=str))
            if known not in self.read:
                self.read[known] = self._read(key, own)
            steps[key] = self.read[known]
        return self.base.model_copy(update=steps)

    def _read(self, key: str, settings: Mapping[str, Any]) -> Any:
        """Put settings into one key of the base method, and read it."""
        base = self.study.base_data
        data = {key: copy.deepcopy(base[key])} if key in base else {}
        for name, value in settings.items():
            if self._acts(name, data):
                _put(data, self.factors[name].target, copy.deepcopy(value))
        where = "study, " + ", ".join(f"{name}: {short(v)}" for name, v in settings.items())
        return getattr(Method.parse(data, where, self.study.folder), key)

    @cached_property
    def words(self) -> dict[str, list[Any]]:
        """The address of each factor in the method, taken apart."""
        return {name: words_of(self.factors[name].target) for name in self.in_method}

    def _acts(self, name: str, data: Mapping[str, Any]) -> bool:
        """Tell whether a step that another factor may set knows the option of this one."""
        *place, option = self.words[name]
        others = [words for other, words in self.words.items() if other != name]
        depends = any(_holds(other, place) for other in others)
        model = _step_at(place)
        if not depends or model is None or option == "method":
            return True
        here: Any = data
        for word in place:
            here = here.get(word) or {}
        chosen = here if isinstance(here, str) else here.get("method", model.default)
        if chosen not in model.registry:
            return True
        return option in model.registry.options[chosen].model_fields or option in model.model_fields


def is_in_method(factor: Factor) -> bool:
    """Tell whether a factor stands at an address in the method."""
    counted = factor.options or factor.uniform or factor.triangular or factor.normal
    return bool(counted) and not factor.at.startswith(f"{FRAMEWORK}.")


def _holds(other: list[Any], place: list[Any]) -> bool:
    """Tell whether what stands at another address decides which step stands at a place."""
    return other == place[: len(other)] or other == [*place, "method"]


def _step_at(place: list[Any]) -> type[Step] | None:
    """Return the kind of step that stands at an address, if a step does."""
    if not place:
        return None
    model = Method.model_fields[place[0]].annotation
    if not (isinstance(model, type) and issubclass(model, Step)):
        return None
    return model if len(place) == 1 or issubclass(model, Normalize | Aggregate) else None


def _put(data: dict[str, Any], address: str, value: Any) -> None:
    """Put a value at an address; another method of a step comes without the old one's options."""
    *place, last = words_of(address)
    model = _step_at(place) if last == "method" else None
    if model is not None and value in model.registry:
        here: Any = data
        for word in place:
            here = here.get(word) or {}
            here = {"method": here} if isinstance(here, str) else here
        known = {*model.registry.options[value].model_fields, *model.model_fields}
        kept = {key: option for key, option in here.items() if key in known}
        put(data, ".".join(map(str, place)), {**kept, "method": value})
        return
    put(data, address, value)


def short(value: Any) -> str:
    """Write a setting in few words."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = text.replace('"', "")
    return text if len(text) <= 60 else text[:57] + "..."


def check_study(resolver: Resolver, framework: Framework, panel: Panel) -> None:
    """Refuse addresses and options that do not exist, each factor looked at alone; all at once.

    Raises
    ------
    MethodError
        With a problem for every option that makes no method, or speaks of nodes, indicators or
        groups that are not there.
    """
    problems: list[Problem] = []
    check_names(resolver.base, framework, panel)
    for factor in resolver.factors.values():
        try:
            if factor.at.startswith(f"{FRAMEWORK}."):
                _check_cell(factor, framework)
            elif is_in_method(factor):
                problems += _problems_of(factor, resolver, framework, panel)
            elif factor.moves_weights:
                _check_levels(factor, framework)
        except InputError as refused:
            problems += refused.problems
    if problems:
        raise MethodError(list(dict.fromkeys(problems)))


def _problems_of(
    factor: Factor, resolver: Resolver, framework: Framework, panel: Panel
) -> list[Problem]:
    """Try every option of a factor, or both ends of its distribution, with the others' first.

    An option that only some choices of another factor have is tried with these too.
    """
    alone = [{factor.name: value} for value in tried_values(factor)]
    hosts = [
        {host.name: value}
        for host in resolver.factors.values()
        if host.name != factor.name
        and host.options
        and is_in_method(host)
        and _holds(resolver.words[host.name], resolver.words[factor.name][:-1])
        for value in host.options
    ]
    problems: list[Problem] = []
    for one in alone:
        refusals: list[tuple[Problem, ...]] = []
        for settings in [one, *({**host, **one} for host in hosts)]:
            try:
                check_names(resolver.method(settings), framework, panel)
                refusals = []
                break
            except InputError as refused:
                refusals.append(refused.problems)
        problems += refusals[0] if refusals else ()
    return problems


def tried_values(factor: Factor) -> list[Any]:
    """Return every option of a factor in the method, or the ends of its distribution."""
    if factor.options:
        return list(factor.options)
    if factor.normal:
        return [factor.normal.mean]
    return [float(end) for end in factor.numbers(np.array([0.0, 1.0]))]


def _check_cell(factor: Factor, framework: Framework) -> None:
    """Refuse an address in the framework that is none."""
    _, _, rest = factor.at.partition(".")
    column, _, code = rest.partition(".")
    if column not in CELLS:
        raise no_address(factor.at, nearest(column, CELLS))
    if code not in framework.table.index:
        raise no_address(factor.at, nearest(code, map(str, framework.table.index)))
    wrong = [
        v for v in factor.options or () if isinstance(v, bool) or not isinstance(v, int | float)
    ]
    if wrong:
        where = f"study, {factor.name}"
        raise MethodError([Problem(where, repr(wrong[0]), "numbers at a cell", "correct it")])


def _check_levels(factor: Factor, framework: Framework) -> None:
    """Refuse levels that the framework does not have."""
    moves = factor.moves_weights
    known = sorted(set(framework.levels.values()))
    for level in moves.levels if moves else ():
        if level not in known:
            expected = f"one of {', '.join(map(str, known))}"
            where = f"study, {factor.name}, levels"
            raise MethodError([Problem(where, str(level), expected, "1 is above the indicators")])


__all__ = ["WEIGHTS", "Resolver", "check_study", "is_in_method", "short", "tried_values"]
