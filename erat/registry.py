"""A registry for the methods of one step: a name, a function, and the options the function takes.

A method is added by writing one function and decorating it. Its keyword-only parameters *are* its
options: their annotations and defaults become the pydantic model that checks a method file and that
the JSON schema is made from, so the three cannot drift apart.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Generic, Literal, TypeVar, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model

F = TypeVar("F", bound=Callable[..., Any])


class Options(BaseModel):
    """What every option model shares: unknown keys are refused, numbers are finite."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Registry(Generic[F]):
    """The methods of one step, by name.

    Parameters
    ----------
    step
        The step's key in a method file, for example ``"normalize"``.
    later
        Names that the contract gives and that this version does not have yet.
    """

    def __init__(self, step: str, later: tuple[str, ...] = ()) -> None:
        self.step = step
        self.later = later
        self.functions: dict[str, F] = {}
        self.options: dict[str, type[Options]] = {}

    def add(self, function: F) -> F:
        """Register ``function`` under its own name (a trailing underscore is dropped)."""
        name = function.__name__.rstrip("_")
        self.functions[name] = function
        self.options[name] = _options_model(name, function)
        return function

    def __getitem__(self, name: str) -> F:
        return self.functions[name]

    def __contains__(self, name: object) -> bool:
        return name in self.functions

    @property
    def names(self) -> list[str]:
        """Names in the order of registration."""
        return list(self.functions)


def _options_model(name: str, function: Callable[..., Any]) -> type[Options]:
    hints = get_type_hints(function, include_extras=True)
    fields: dict[str, Any] = {"method": (Literal[name], name)}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            default = ... if parameter.default is inspect.Parameter.empty else parameter.default
            fields[parameter.name] = (hints[parameter.name], default)
    summary = (inspect.getdoc(function) or "").split("\n", 1)[0]
    return create_model(name, __base__=Options, __doc__=summary, **fields)
