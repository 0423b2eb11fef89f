"""A registry for the methods of one step: a name, a function, and the options the function takes.

A method is added by writing one function and decorating it. Its keyword-only parameters *are* its
options: their annotations and defaults become the pydantic model that checks a method file and that
the JSON schema is made from, so the three cannot drift apart. What a method needs beside its options
it declares there too, so that nothing else has to know methods by name.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic, Literal, TypeVar, get_type_hints, overload

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationInfo, create_model
from pydantic_core import CoreSchema, core_schema

F = TypeVar("F", bound=Callable[..., Any])


class Options(BaseModel):
    """What every option model shares: unknown keys are refused, numbers are finite."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    step: ClassVar[str] = ""

    def __reduce__(self) -> tuple[Any, ...]:
        """Say how another process makes the same options: their class has no name to import."""
        if not self.step:
            return super().__reduce__()  # type: ignore[return-value]
        return _made_again, (self.step, type(self).__name__, dict(self))


def _made_again(step: str, name: str, values: dict[str, Any]) -> Options:
    return OPTIONS[step][name].model_construct(**values)


OPTIONS: dict[str, dict[str, type[Options]]] = {}
"""Option models of every registry, by its step."""


@dataclass(frozen=True)
class GivenFile:
    """A file that a method names, as an option of a step.

    ``name`` is what the method says, and what is written of it; ``folder`` is where the method
    file lies, to which a name that is not absolute is relative.
    """

    name: str
    folder: Path = Path()

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self.folder / self.name

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def read(value: str, info: ValidationInfo) -> GivenFile:
            return cls(value, Path((info.context or {}).get("folder", ".")))

        given = core_schema.with_info_after_validator_function(
            read, core_schema.str_schema(min_length=1)
        )
        return core_schema.json_or_python_schema(
            given,
            core_schema.union_schema([core_schema.is_instance_schema(cls), given]),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda file: file.name),
        )


Need = Literal[
    "goalposts",  # of the indicator, in the framework
    "target",  # of the indicator, in the framework
    "reference",  # a unit that the option ``unit`` names
    "true zero",  # indicators with a value above 0
    "other indicators",  # of the unit: leaving one out changes what is made of the others
    "scores",  # of the children, where other weightings look at the framework alone
    "other units",  # a unit is measured against those of its year
    "no negatives",  # values of 0 or more
]

Power = float | Callable[[Mapping[str, Any]], float] | None
"""Of a method whose score is an exact weighted sum of power means: the exponent, or the exponent
that some options give; None of other methods."""


class Registry(Generic[F]):
    """The methods of one step, by name.

    Parameters
    ----------
    step
        The step's key in a method file, for example ``"normalize"``.
    """

    def __init__(self, step: str) -> None:
        self.step = step
        self.functions: dict[str, F] = {}
        self.options: dict[str, type[Options]] = {}
        self.needs: dict[str, frozenset[Need]] = {}
        self.powers: dict[str, Power] = {}
        OPTIONS[step] = self.options

    @overload
    def add(self, function: F, /) -> F: ...

    @overload
    def add(
        self, /, *, needs: Need | tuple[Need, ...] = (), power: Power = None
    ) -> Callable[[F], F]: ...

    def add(
        self, function: F | None = None, /, *,
        needs: Need | tuple[Need, ...] = (), power: Power = None,
    ) -> Any:  # fmt: skip
        """Register a function under its own name (a trailing underscore is dropped).

        Parameters
        ----------
        function
            The method; ``@REGISTRY.add`` and ``@REGISTRY.add(needs=...)`` both decorate it.
        needs
            What the method needs; see :data:`Need`.
        power
            Its exponent, if it is a power mean; see :data:`Power`.
        """
        if function is None:
            return lambda function: self._add(function, needs, power)
        return self._add(function, needs, power)

    def _add(self, function: F, needs: Need | tuple[Need, ...], power: Power) -> F:
        name = function.__name__.rstrip("_")
        self.functions[name] = function
        self.options[name] = _options_model(name, function)
        self.options[name].step = self.step
        self.needs[name] = frozenset((needs,) if isinstance(needs, str) else needs)
        self.powers[name] = power
        return function

    def __getitem__(self, name: str) -> F:
        return self.functions[name]

    def __contains__(self, name: object) -> bool:
        return name in self.functions

    @property
    def names(self) -> list[str]:
        """Names in the order of registration."""
        return list(self.functions)

    def needing(self, need: Need) -> list[str]:
        """Return the methods that need something."""
        return [name for name in self.names if need in self.needs[name]]

    @property
    def sums(self) -> list[str]:
        """Methods whose score is an exact weighted sum."""
        return [name for name in self.names if self.powers[name] is not None]


def _options_model(name: str, function: Callable[..., Any]) -> type[Options]:
    hints = get_type_hints(function, include_extras=True)
    fields: dict[str, Any] = {"method": (Literal[name], name)}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            default = ... if parameter.default is inspect.Parameter.empty else parameter.default
            fields[parameter.name] = (hints[parameter.name], default)
    summary = (inspect.getdoc(function) or "").split("\n", 1)[0]
    return create_model(name, __base__=Options, __doc__=summary, **fields)
