"""Addresses: where in a method, or beside it, an uncertain setting stands."""

from __future__ import annotations

from typing import Any

from erat.errors import MethodError, Problem, nearest
from erat.index.method import Method

DATA, GOALPOSTS, FRAMEWORK, WEIGHTS = "data", "goalposts", "framework", "weights"
"""Addresses beside those in a method: the data, all goalposts, and a cell of the framework."""

CELLS = ("goalpost_low", "goalpost_high", "target", "weight")
"""Columns of the framework of which a cell can be uncertain: ``framework.COLUMN.CODE``."""


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
