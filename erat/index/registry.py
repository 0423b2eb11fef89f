"""The methods of one step by name, and the step that chooses one of them with its options.

A method is a decorated function. Its keyword-only parameters *are* its options: the pydantic model
that checks a method file and makes the JSON schema comes from them, so they cannot drift apart.
What else a method needs it declares too, so that nothing has to know methods by name.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar, get_type_hints, overload

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
T = TypeVar("T")

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


class Options(BaseModel):
    """What every option model shares: unknown keys are refused, numbers are finite."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    step: ClassVar[str] = ""

    def __reduce__(self) -> tuple[Any, ...]:
        """Say how another process makes the same options: their class has no name to import."""
        return _options, (self.step, type(self).__name__, dict(self))


OPTIONS: dict[str, dict[str, type[Options]]] = {"": {"Options": Options}}
"""Option models of every registry, by its step."""


def _options(step: str, name: str, values: dict[str, Any]) -> Options:
    return OPTIONS[step][name].model_construct(**values)


@dataclass(frozen=True)
class NamedFile:
    """A file that a method names: relative to ``folder``, where the method file lies."""

    name: str
    folder: Path = Path()

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self.folder / self.name

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def read(value: str, info: ValidationInfo) -> NamedFile:
            return cls(value, Path((info.context or {}).get("folder", ".")))

        text = core_schema.str_schema(min_length=1)
        named = core_schema.with_info_after_validator_function(read, text)
        return core_schema.json_or_python_schema(
            named,
            core_schema.union_schema([core_schema.is_instance_schema(cls), named]),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda file: file.name),
        )


def read_once(read: Callable[[Path], T]) -> Callable[[Path], T]:
    """Let a function that reads a file read it again only when it has changed."""

    @lru_cache(maxsize=16)
    def kept(path: Path, _changed: int) -> T:
        return read(path)

    @wraps(read)
    def reading(path: Path) -> T:
        return kept(path, path.stat().st_mtime_ns if path.exists() else 0)

    return reading


class Registry(dict[str, F]):
    """The methods of a step (its key in a method file), by name; ``default`` where none is named."""

    def __init__(self, step: str, default: str = "none") -> None:
        super().__init__()
        self.step, self.default = step, default
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
        """Register a function by its own name: ``@REGISTRY.add`` or ``@REGISTRY.add(needs=...)``.

        See :data:`Need` for what it may need, and :data:`Power` for the exponent of a power mean.
        """

        def register(function: F) -> F:
            name = function.__name__
            self[name] = function
            self.options[name] = _options_model(self.step, name, function)
            self.needs[name] = frozenset((needs,) if isinstance(needs, str) else needs)
            self.powers[name] = power
            return function

        return register if function is None else register(function)

    @property
    def names(self) -> list[str]:
        """Names in the order of registration."""
        return list(self)

    def needing(self, need: Need) -> list[str]:
        """Return the methods that need something."""
        return [name for name in self if need in self.needs[name]]

    @property
    def sums(self) -> list[str]:
        """Methods whose score is an exact weighted sum."""
        return [name for name in self if self.powers[name] is not None]

    def check(self, name: Any) -> None:
        """Refuse what is no method of the step, and name the nearest one that is."""
        if not isinstance(name, str) or name not in self:
            raise ValueError(
                f"unknown method '{name}' of {self.step}: {nearest(str(name), self.names)}"
            )


def _options_model(step: str, name: str, function: Callable[..., Any]) -> type[Options]:
    hints = get_type_hints(function, include_extras=True)
    fields: dict[str, Any] = {"method": (Literal[name], name)}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            default = ... if parameter.default is inspect.Parameter.empty else parameter.default
            fields[parameter.name] = (hints[parameter.name], default)
    summary = (inspect.getdoc(function) or "").split("\n", 1)[0]
    model = create_model(name, __base__=Options, __doc__=summary, **fields)
    model.step = step
    return model


SPLIT = ("method", "options")
"""Fields that a step has beside keys of its own."""


class Step(BaseModel):
    """One step of construction in a method: the name of a registered function, and its options.

    ``options`` are those of the function, with the defaults filled in.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    registry: ClassVar[Registry[Any]]

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
        own_keys = [key for key in cls.model_fields if key not in SPLIT]
        own = {key: data[key] for key in own_keys if key in data}
        rest = {key: value for key, value in data.items() if key not in own}
        name = rest.setdefault("method", cls.registry.default)
        cls.registry.check(name)
        model = cls.registry.options[name]
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
    def arguments(self) -> dict[str, Any]:
        """The function's keyword arguments."""
        return {name: value for name, value in self.options if name != "method"}

    @property
    def needs(self) -> frozenset[str]:
        """What the method needs, as it was registered; see :data:`Need`."""
        return frozenset(self.registry.needs[self.method])

    @property
    def power(self) -> float | None:
        """The exponent of a method that is a power mean; None for the others."""
        power = self.registry.powers[self.method]
        return power(self.arguments) if callable(power) else power

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        own = handler.resolve_ref_schema(handler(core_schema)).get("properties", {})
        own = {k: v for k, v in own.items() if k not in SPLIT}
        choices, alone = [], []
        for name, model in cls.registry.options.items():
            schema = model.model_json_schema()
            if not schema.get("required"):
                alone.append(name)
            schema["properties"] = {**schema["properties"], **own}
            if name != cls.registry.default:
                schema["required"] = ["method", *schema.get("required", [])]
            choices.append(schema)
        return {"anyOf": [*choices, {"enum": alone}], "default": cls.registry.default}
