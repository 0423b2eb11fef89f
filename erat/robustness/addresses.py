"""Addresses in a method: every value of a study's factors put at its own, and read as a method."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from erat.errors import MethodError, Problem, nearest
from erat.index.method import Aggregate, Method, Normalize
from erat.index.registry import Step
from erat.robustness.factors import DATA, FRAMEWORK, GOALPOSTS, Study


class Resolver:
    """Makes the methods of a study from values of its factors; a step is parsed once a value. A
    base that is wrong, and values that make no method, are refused (MethodError).
    """

    def __init__(self, study: Study) -> None:
        self.study = study
        self.factors = {factor.name: factor for factor in study.factors}
        self.base = Method.parse(study.base_data, Path(study.base).name, study.folder)
        self.parsed: dict[tuple[str, str], Any] = {}
        at = {f.name: f.target for f in study.factors if f.in_method and begins_in_method(f.target)}
        # Whole steps are put before what is below them, and a step's method before its options.
        order = sorted(at, key=lambda n: (at[n].count("."), not at[n].endswith(".method")))
        self.keys = {name: keys_of(at[name]) for name in order}

    def alone(self) -> list[Method]:
        """Return the methods of every counted option of every factor, one at a time."""
        return [
            self.method({factor.name: option})
            for factor in self.study.factors
            if factor.in_method and keys_of(factor.target)
            for option in factor.options or ()
        ]

    def method(self, values: Mapping[str, Any]) -> Method:
        """Return the base method with the values of some factors. Left aside is a value (of
        winsorizing's points) whose step another factor has set to a method without that option.
        """
        by_step: dict[str, dict[str, Any]] = {}
        for name, keys in self.keys.items():
            if name in values:
                by_step.setdefault(keys[0], {})[name] = values[name]
        steps = {}
        for step, within in by_step.items():
            known = (step, json.dumps(within, sort_keys=True, default=str))
            if known not in self.parsed:
                self.parsed[known] = self._parsed(step, within)
            steps[step] = self.parsed[known]
        return self.base.model_copy(update=steps)

    def _parsed(self, step: str, values: Mapping[str, Any]) -> Any:
        """Put values into one step of the base method, and parse it."""
        base, where = self.study.base_data, f"study, {', '.join(values)}"
        data = {step: copy.deepcopy(base[step])} if step in base else {}
        for name, value in values.items():
            if self._acts(name, data):
                _put_alone(data, self.factors[name].target, copy.deepcopy(value))
        return getattr(Method.parse(data, where, self.study.folder), step)

    def _acts(self, name: str, data: Mapping[str, Any]) -> bool:
        """Tell whether a step that another factor may set has the option of this one."""
        *place, option = self.keys[name]
        depends = any(decides(keys, place) for other, keys in self.keys.items() if other != name)
        model = step_at(place)
        if not depends or model is None or option == "method":
            return True
        method = options_at(data, place).get("method", model.registry.default)
        return method not in model.registry or option in _known_options(model, method)


def put(method: dict[str, Any], address: str, value: Any) -> None:
    """Put a value at a dotted address of a method given as plain values, or refuse the address.

    >>> method = {"aggregate": "arithmetic"}
    >>> put(method, "aggregate.levels.2", "geometric")
    >>> method
    {'aggregate': {'method': 'arithmetic', 'levels': {2: 'geometric'}}}
    """
    *path, last = keys_of(address)
    here: Any = method
    for key in path:
        below = here.get(key) or {}
        here[key] = {"method": below} if isinstance(below, str) else below
        if not isinstance(here[key], dict):
            raise _no_address(address, f"{key!r} has nothing below it")
        here = here[key]
    here[last] = value


def _put_alone(data: dict[str, Any], address: str, value: Any) -> None:
    """Put a value at an address; another method of a step comes without the old one's options."""
    *place, last = keys_of(address)
    model = step_at(place) if last == "method" else None
    if model is not None and value in model.registry:
        known = _known_options(model, value)
        kept = {key: one for key, one in options_at(data, place).items() if key in known}
        address, value = ".".join(map(str, place)), {**kept, "method": value}
    put(data, address, value)


def keys_of(address: str) -> list[Any]:
    """Take an address in a method apart, or refuse it; levels are whole numbers."""
    keys = address.split(".")
    if not begins_in_method(address):
        known = [*Method.model_fields, DATA, GOALPOSTS, FRAMEWORK]
        raise _no_address(address, nearest(keys[0], known))
    return [
        int(key) if before == "levels" and key.isdecimal() else key
        for before, key in zip(["", *keys], keys, strict=False)
    ]


def begins_in_method(address: str) -> bool:
    """Tell whether an address begins with a key of a method; what is below may still be none."""
    return address.split(".")[0] in Method.model_fields


def _no_address(address: str, remedy: str) -> MethodError:
    return MethodError([Problem("study, at", repr(address), "an address in a method", remedy)])


def decides(other: list[Any], place: list[Any]) -> bool:
    """Tell whether what stands at another address decides which step stands at a place."""
    return other == place[: len(other)] or other == [*place, "method"]


def options_at(data: Mapping[str, Any], place: list[Any]) -> dict[str, Any]:
    """Return what stands at a step's address; a method's name alone stands for a step of it."""
    here: Any = data
    for key in place:
        here = here.get(key) or {}
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


def _known_options(model: type[Step], method: str) -> set[str]:
    return {*model.registry.options[method].model_fields, *model.model_fields}


def short(value: Any) -> str:
    """Write a value of a factor in few words."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = text.replace('"', "")
    return text if len(text) <= 60 else text[:57] + "..."
