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

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    create_model,
    model_serializer,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from erat.errors import nearest
from erat.index.config import refuse_unknown

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


LONGEST = 100
"""Characters of a line about a step."""

SPLIT = ("method", "options")
"""Fields that a step has beside keys of its own."""


def known_method(registry: Registry[Any], name: Any) -> None:
    """Refuse what is no method of a step, and name the nearest one that is."""
    if not isinstance(name, str) or name not in registry:
        raise ValueError(
            f"unknown method '{name}' of {registry.step}: {nearest(str(name), registry.names)}"
        )


class Step(BaseModel):
    """One step: a method by name, and its options.

    Attributes
    ----------
    method
        Name in the step's registry.
    options
        The options, with the defaults filled in.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    registry: ClassVar[Registry[Any]]
    default: ClassVar[str]

    method: str
    options: Options = Field(exclude=True, default=Options())

    @model_validator(mode="before")
    @classmethod
    def _split(cls, data: Any, info: ValidationInfo) -> Any:
        """Take the step's own keys aside; what is left belongs to the named function."""
        if isinstance(data, Step):
            return data
        data = {"method": data} if isinstance(data, str) else data
        if not isinstance(data, Mapping):
            raise ValueError("a step is a mapping with the key 'method', or a method's name")
        own = {k: v for k, v in data.items() if k in cls.model_fields and k not in SPLIT}
        rest = {k: v for k, v in data.items() if k not in own}
        name = rest.setdefault("method", cls.default)
        known_method(cls.registry, name)
        model = cls.registry.options[name]
        own_keys = [key for key in cls.model_fields if key not in SPLIT]
        refuse_unknown(rest, [*model.model_fields, *own_keys], name)
        return {**own, "method": name, "options": model.model_validate(rest, context=info.context)}

    @model_serializer(mode="wrap")
    def _joined(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Give the options beside the step's own keys, as a method file has them."""
        return {**self.options.model_dump(mode="json"), **handler(self)}

    @property
    def function(self) -> Callable[..., Any]:
        """The registered function."""
        function: Callable[..., Any] = self.registry[self.method]
        return function

    @property
    def needs(self) -> frozenset[str]:
        """What the method needs, as it was registered; see :data:`erat.index.registry.Need`."""
        return frozenset(self.registry.needs[self.method])

    @property
    def power(self) -> float | None:
        """The exponent of a method that is a power mean; None for the others."""
        power = self.registry.powers[self.method]
        return power(self.arguments) if callable(power) else power

    @property
    def arguments(self) -> dict[str, Any]:
        """The function's keyword arguments."""
        return {
            k: getattr(self.options, k) for k in type(self.options).model_fields if k != "method"
        }

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        own = handler.resolve_ref_schema(handler(core_schema)).get("properties", {})
        own = {k: v for k, v in own.items() if k not in SPLIT}
        choices = []
        for model in cls.registry.options.values():
            schema = model.model_json_schema()
            schema["properties"] = {**schema["properties"], **own}
            if schema["title"] != cls.default:
                schema["required"] = ["method", *schema.get("required", [])]
            choices.append(schema)
        alone = [
            name
            for name, model in cls.registry.options.items()
            if not any(field.is_required() for field in model.model_fields.values())
        ]
        return {"anyOf": [*choices, {"enum": alone}], "default": cls.default}


def in_words(value: Any) -> str:
    """Say a key's value in a line: a step's method, and what is said of it."""
    if isinstance(value, BaseModel):
        own = {k: v for k, v in dict(value).items() if k not in SPLIT}
        own = {k: v for k, v in own.items() if v != type(value).model_fields[k].default}
        given = {**value.arguments, **own} if isinstance(value, Step) else dict(value)
        parts = [
            f"{k.replace('_', ' ')} {in_words(v)}"
            for k, v in given.items()
            if v not in (None, {}, ())
        ]
        name = value.method if isinstance(value, Step) else ""
        text = f"{name} ({', '.join(parts)})" if name and parts else name or ", ".join(parts)
    elif isinstance(value, Mapping):
        text = ", ".join(f"{key}: {in_words(item)}" for key, item in value.items())
    elif isinstance(value, tuple):
        apart = " to " if len(value) == 2 and isinstance(value[0], float) else ", "
        text = apart.join(map(in_words, value))
    else:
        text = f"{value:g}" if isinstance(value, float) else str(getattr(value, "name", value))
    text = text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
    return text if text and value is not None else "none"
