"""A method in place of an edition's: a file, or changes to the edition's own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from erat.index.config import read_yaml
from erat.index.framework import Framework
from erat.index.method import Method
from erat.robustness.addresses import Resolver, begins_in_method, put
from erat.robustness.factors import FILE_KEYS, Factor, Study

MethodOrChanges = str | Path | Mapping[str, Any]
"""A method's file, or changes by key or dotted address (``{"aggregate.levels.2": "arithmetic"}``)."""


@dataclass(frozen=True)
class OtherMethod:
    """A method in place of an edition's: plain values ``data``; ``where`` is what refusals call it,
    ``folder`` what its files are relative to.
    """

    data: dict[str, Any]
    where: str
    folder: Path

    @classmethod
    def of(cls, method: MethodOrChanges, base: Path) -> OtherMethod:
        """Take a whole method from a file, or change that of the file ``base``: a key
        (``"aggregate"``) replaces a whole step, a dotted address (``"treat.max_points"``) one
        setting. MethodError if the file cannot be read, an address is none, or the method is wrong.
        """
        if isinstance(method, Mapping):
            data, where = read_yaml(base), "method"
            for address, value in method.items():
                if "." in str(address):
                    put(data, str(address), value)
                else:
                    data[str(address)] = value
        else:
            path = Path(method).resolve()
            data, where = _with_absolute_files(read_yaml(path), path.parent), path.name
        other = cls(data, where, base.parent)
        _ = other.method  # a wrong one is refused here
        return other

    @cached_property
    def method(self) -> Method:
        """The method."""
        return Method.parse(self.data, self.where, self.folder)

    @property
    def digest(self) -> str:
        """The first 8 hexadecimal digits of a digest of the method."""
        text = json.dumps(self.method.model_dump(mode="json"), sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:8]

    def study(self, study: Study, framework: Framework) -> Study:
        """Return an edition's study with this method as its base. The first choice of every factor
        is the method's own, added where it is absent; what the method leaves out stays out.
        """
        over = study.over(self.data)
        factors = tuple(
            factor.model_copy(update={"choices": self._own_choice_first(factor, over, framework)})
            if factor.choices and begins_in_method(factor.at)
            else factor
            for factor in study.factors
        )
        return study.model_copy(update={"factors": factors}).over(self.data)

    def _own_choice_first(
        self, factor: Factor, over: Study, framework: Framework
    ) -> tuple[Any, ...]:
        if factor.at == "exclude":
            left = list(self.method.exclude)
            every = [codes_of(choice) for choice in factor.choices]
            kept = [[*left, *codes] for codes in every if codes and not {*codes} & {*left}]
            return (left or "none", *kept)
        settings = _settings(self.method, framework)
        resolver = Resolver(over)
        for place, option in enumerate(factor.choices):
            if _settings(resolver.method({factor.name: option}), framework) == settings:
                return (option, *factor.choices[:place], *factor.choices[place + 1 :])
        return (self._setting(factor.at), *factor.choices)

    def _setting(self, address: str) -> Any:
        """Return what the method has at an address; of a level or node, the step that it takes."""
        here: Any = self.method.model_dump(mode="json")
        words = address.split(".")
        if words[:2] in (["aggregate", "levels"], ["aggregate", "nodes"]):
            beside = {"levels", "nodes", "groups", "min_share"}
            return {key: one for key, one in here["aggregate"].items() if key not in beside}
        for word in words:
            here = here.get(word) if isinstance(here, dict) else None
        return here


def _settings(method: Method, framework: Framework) -> list[Any]:
    """Return a method's settings so that equal ones construct the same index."""
    plain = method.model_dump(mode="json")
    step = plain.pop("aggregate")
    if plain["subunits"]:
        for key, default in (("weights", "equal"), ("min_share", 0.0)):
            plain["subunits"][key] = plain["subunits"][key] or default
    nodes = [method.aggregate.of(node, level) for node, level in framework.levels.items()]
    return [plain, step["groups"], step["min_share"], [(n.method, n.arguments) for n in nodes]]


def codes_of(choice: str | Iterable[Any]) -> list[str]:
    """Return the codes that a choice of ``exclude`` leaves out."""
    listed = [choice] if isinstance(choice, str) else map(str, choice)
    return [code for code in listed if code != "none"]


def _with_absolute_files(value: Any, folder: Path) -> Any:
    """Return a method's values with every file that they name at its whole path."""
    if isinstance(value, list):
        return [_with_absolute_files(one, folder) for one in value]
    if not isinstance(value, Mapping):
        return value
    return {
        key: str(folder / one)
        if key in FILE_KEYS and isinstance(one, str)
        else _with_absolute_files(one, folder)
        for key, one in value.items()
    }
