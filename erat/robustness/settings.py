"""From the settings of a study's factors to methods: every value put at its address."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from erat.errors import MethodError, Problem, nearest
from erat.index.method import Aggregate, Method, Normalize
from erat.index.registry import Step
from erat.robustness.factors import DATA, FRAMEWORK, GOALPOSTS, Factor, Study


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

    def alone(self) -> list[Method]:
        """Return the methods of every counted option of every factor, one at a time.

        Raises
        ------
        MethodError
            If an option is not possible.
        """
        counted = [factor for factor in self.factors.values() if factor.options]
        return [
            self.method({factor.name: option})
            for factor in counted
            if is_in_method(factor) and words_of(factor.target)
            for option in factor.options or ()
        ]

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
        where = f"study, {' and '.join(settings)}"
        return getattr(Method.parse(data, where, self.study.folder), key)

    @cached_property
    def words(self) -> dict[str, list[Any]]:
        """The address of each factor in the method, taken apart; those that do not exist left out."""
        targets = {name: self.factors[name].target for name in self.in_method}
        return {name: words_of(at) for name, at in targets.items() if begins_in_method(at)}

    def _acts(self, name: str, data: Mapping[str, Any]) -> bool:
        """Tell whether a step that another factor may set knows the option of this one."""
        *place, option = self.words[name]
        others = [words for other, words in self.words.items() if other != name]
        depends = any(holds(other, place) for other in others)
        model = step_at(place)
        if not depends or model is None or option == "method":
            return True
        chosen = values_at(data, place).get("method", model.default)
        if chosen not in model.registry:
            return True
        return option in model.registry.options[chosen].model_fields or option in model.model_fields


def put(method: dict[str, Any], address: str, value: Any) -> None:
    """Put a value at a dotted address of a method given as plain values.

    Raises
    ------
    MethodError
        If there is no such address.

    Examples
    --------
    >>> method = {"aggregate": "arithmetic"}
    >>> put(method, "aggregate.levels.2", "geometric")
    >>> method
    {'aggregate': {'method': 'arithmetic', 'levels': {2: 'geometric'}}}
    """
    *path, last = words_of(address)
    here: Any = method
    for part in path:
        below = here.get(part) or {}
        here[part] = {"method": below} if isinstance(below, str) else below
        if not isinstance(here[part], dict):
            raise no_address(address, f"{part!r} has nothing below it")
        here = here[part]
    here[last] = value


def words_of(address: str) -> list[Any]:
    """Take an address in a method apart; levels are whole numbers.

    Raises
    ------
    MethodError
        If no method has such a key.
    """
    words: list[Any] = address.split(".")
    if not begins_in_method(address):
        known = [*Method.model_fields, DATA, GOALPOSTS, FRAMEWORK]
        raise no_address(address, nearest(words[0], known))
    return [
        int(word) if before == "levels" and word.isdecimal() else word
        for before, word in zip(["", *words], words, strict=False)
    ]


def begins_in_method(address: str) -> bool:
    """Tell whether an address begins with a key of a method; what is below may still be none."""
    return address.split(".")[0] in Method.model_fields


def no_address(address: str, remedy: str) -> MethodError:
    """Refuse an address."""
    return MethodError([Problem("study, at", repr(address), "an address in a method", remedy)])


def is_in_method(factor: Factor) -> bool:
    """Tell whether a factor stands at an address in the method."""
    counted = factor.options or factor.uniform or factor.triangular or factor.normal
    return bool(counted) and not factor.in_framework


def holds(other: list[Any], place: list[Any]) -> bool:
    """Tell whether what stands at another address decides which step stands at a place."""
    return other == place[: len(other)] or other == [*place, "method"]


def values_at(data: Mapping[str, Any], place: list[Any]) -> dict[str, Any]:
    """Return what stands at a step's address; a method's name alone stands for a step of it."""
    here: Any = data
    for word in place:
        here = here.get(word) or {}
        here = {"method": here} if isinstance(here, str) else here
        if not isinstance(here, Mapping):
            return {}
    return dict(here)


def step_at(place: list[Any]) -> type[Step] | None:
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
    model = step_at(place) if last == "method" else None
    if model is not None and value in model.registry:
        known = {*model.registry.options[value].model_fields, *model.model_fields}
        kept = {key: one for key, one in values_at(data, place).items() if key in known}
        put(data, ".".join(map(str, place)), {**kept, "method": value})
        return
    put(data, address, value)


def short(value: Any) -> str:
    """Write a setting in few words."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = text.replace('"', "")
    return text if len(text) <= 60 else text[:57] + "..."
