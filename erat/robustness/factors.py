"""Factors: the choices of a method that are not certain, each at its address in the method."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator

from erat.config import Strict, read_yaml, validated
from erat.errors import MethodError, Problem, nearest
from erat.method import Method

FILE_KEYS = ("file", "matrix")
"""Keys of a method that may name a file."""


class Factor(Strict):
    """One uncertain choice.

    Attributes
    ----------
    name
        What the factor is called in results.
    at
        Address in a method, for example ``normalize`` or ``aggregate.levels.2``.
    choices
        What may stand there.
    """

    name: str
    at: str
    choices: tuple[Any, ...] = Field(min_length=1)


class Study(Strict):
    """A base method and its uncertain factors."""

    base: str
    factors: tuple[Factor, ...] = Field(min_length=1)

    @classmethod
    def read(cls, path: str | Path) -> Study:
        """Read a study from a YAML file; its base is relative to the file."""
        path = Path(path)
        study = validated(cls, read_yaml(path), path.name)
        return study.model_copy(update={"base": str(path.parent / study.base)})

    @field_validator("factors")
    @classmethod
    def _names(cls, factors: tuple[Factor, ...]) -> tuple[Factor, ...]:
        names = [factor.name for factor in factors]
        if len(set(names)) < len(names):
            raise ValueError("two factors of one name: give every factor another")
        return factors

    def alone(self) -> list[Method]:
        """Return the base method with every choice of every factor, one at a time.

        Raises
        ------
        MethodError
            If a choice is not possible.
        """
        picks = [{f.name: i} for f in self.factors for i in range(len(f.choices))]
        return self.methods(*picks)

    @property
    def files(self) -> dict[str, Path]:
        """Every file that a choice names, by factor and name; relative to the base's folder."""
        folder = Path(self.base).parent
        named = ((f.name, name) for f in self.factors for c in f.choices for name in _files_of(c))
        return {f"study.{factor} {name}": folder / name for factor, name in named}

    def methods(self, *picks: Mapping[str, int]) -> list[Method]:
        """Return the base method with the picked choice of every factor (its number from 0)."""
        base = read_yaml(Path(self.base))
        addresses = {factor.name: factor for factor in self.factors}
        made = []
        for pick in picks:
            data = copy.deepcopy(base)
            for name, choice in pick.items():
                value = copy.deepcopy(addresses[name].choices[choice])
                put(data, addresses[name].at, value)
            made.append(Method.parse(data, f"study, {dict(pick)}", Path(self.base).parent))
        return made


def _files_of(choice: Any) -> Iterator[str]:
    """Find the files that a choice names under the keys that take one."""
    if isinstance(choice, Mapping):
        for key, value in choice.items():
            if key in FILE_KEYS and isinstance(value, str):
                yield value
            else:
                yield from _files_of(value)


def put(method: dict[str, Any], address: str, value: Any) -> None:
    """Put a value at a dotted address of a method given as plain values.

    Examples
    --------
    >>> method = {"aggregate": "arithmetic"}
    >>> put(method, "aggregate.levels.2", "geometric")
    >>> method
    {'aggregate': {'method': 'arithmetic', 'levels': {2: 'geometric'}}}
    """
    words: list[Any] = address.split(".")
    *path, last = [
        int(word) if before == "levels" and word.isdecimal() else word
        for before, word in zip(["", *words], words, strict=False)
    ]
    if words[0] not in Method.model_fields:
        raise _no_address(address, nearest(words[0], Method.model_fields))
    here: Any = method
    for part in path:
        below = here.get(part) or {}
        here[part] = {"method": below} if isinstance(below, str) else below
        if not isinstance(here[part], dict):
            raise _no_address(address, f"{part!r} has nothing below it")
        here = here[part]
    here[last] = value


def _no_address(address: str, remedy: str) -> MethodError:
    return MethodError([Problem("study, at", repr(address), "an address in a method", remedy)])
