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
from typing import Annotated, Any, ClassVar, Literal, TypeVar, TypeVarTuple, get_type_hints

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    WrapSerializer,
    WrapValidator,
    create_model,
    model_serializer,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from erat.errors import nearest
from erat.index.config import refuse_unknown

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")
Ts = TypeVarTuple("Ts")

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
FRAMEWORK = "framework"
"""Value of an option that columns of the framework give each indicator."""
OfFramework = Mapping[str, tuple[str, ...]]
"""Options that the framework may give, each with the columns that have it."""


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


def read_once(read: Callable[[Path, *Ts], T]) -> Callable[[Path, *Ts], T]:
    """Let a function that reads a file read it again only when it has changed."""

    @lru_cache(maxsize=16)
    def kept(path: Path, _changed: int, *more: *Ts) -> T:
        return read(path, *more)

    @wraps(read)
    def reading(path: Path, *more: *Ts) -> T:
        return kept(path, path.stat().st_mtime_ns if path.exists() else 0, *more)

    return reading


class Registry(dict[str, F]):
    """The methods of a step (its key in a method file), by name; ``default`` where none is named."""

    def __init__(self, step: str, default: str = "none") -> None:
        super().__init__()
        self.step, self.default = step, default
        self.options: dict[str, type[BaseModel]] = {}
        self.needs: dict[str, frozenset[Need]] = {}
        self.powers: dict[str, Power] = {}
        self.of_framework: dict[str, OfFramework] = {}

    def add(
        self,
        *,
        needs: Need | tuple[Need, ...] = (),
        power: Power = None,
        of_framework: OfFramework | None = None,
    ) -> Callable[[F], F]:
        """Register the decorated function by its own name; see :data:`Need`, :data:`Power` and
        :data:`OfFramework` (options that may be the word ``framework``).
        """

        def register(function: F) -> F:
            name = function.__name__
            self[name] = function
            self.of_framework[name] = of_framework or {}
            self.options[name] = _options_model(name, function, self.of_framework[name])
            self.needs[name] = frozenset((needs,) if isinstance(needs, str) else needs)
            self.powers[name] = power
            return function

        return register

    def check(self, name: Any) -> None:
        """Refuse what is no method of the step, and name the nearest one that is."""
        if not isinstance(name, str) or name not in self:
            raise ValueError(f"unknown method '{name}' of {self.step}: {nearest(str(name), self)}")


def _or_framework(value: Any, otherwise: Callable[[Any], Any]) -> Any:
    """Read, or write, the word ``framework`` as it is."""
    return value if isinstance(value, str) and value == FRAMEWORK else otherwise(value)


def _or_word(schema: dict[str, Any]) -> None:
    """Let the schema of an option accept the word ``framework``."""
    own = {key: schema.pop(key) for key in list(schema) if key not in ("default", "title")}
    schema["anyOf"] = [*own.get("anyOf", [own]), {"const": FRAMEWORK}]


def _options_model(
    name: str, function: Callable[..., Any], of_framework: OfFramework
) -> type[BaseModel]:
    """Make a model of a function's options; unknown keys are refused, numbers are finite."""
    hints = get_type_hints(function, include_extras=True)
    fields: dict[str, Any] = {"method": (Literal[name], name)}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            default = ... if parameter.default is inspect.Parameter.empty else parameter.default
            hint = hints[parameter.name]
            if parameter.name in of_framework:
                hint = Annotated[hint, WrapValidator(_or_framework), WrapSerializer(_or_framework)]
                default = Field(default, json_schema_extra=_or_word)
            fields[parameter.name] = (hint, default)
    summary = (inspect.getdoc(function) or "").split("\n", 1)[0]
    config = ConfigDict(extra="forbid", allow_inf_nan=False)
    return create_model(name, __config__=config, __doc__=summary, **fields)


SPLIT = ("method", "arguments")
"""Fields that a step has beside keys of its own."""


class Step(BaseModel):
    """One step of construction in a method: the name of a registered function, and its options
    (``arguments``), with the defaults filled in.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    registry: ClassVar[Registry[Any]]

    method: str
    arguments: dict[str, Any] = Field(exclude=True, default={})

    @model_validator(mode="before")
    @classmethod
    def _split(cls, data: Any, info: ValidationInfo) -> Any:
        """Take the step's own keys aside; what is left belongs to the named function."""
        if isinstance(data, Step):
            return data
        data = {"method": data} if isinstance(data, str) else data
        if not isinstance(data, Mapping):
            raise ValueError("a step is a mapping with the key 'method', or a method's name")
        keys = [key for key in cls.model_fields if key not in SPLIT]
        options = {key: value for key, value in data.items() if key not in keys}
        name = options.setdefault("method", cls.registry.default)
        cls.registry.check(name)
        model = cls.registry.options[name]
        refuse_unknown(options, [*model.model_fields, *keys], name)
        arguments = dict(model.model_validate(options, context=info.context))
        step = {key: data[key] for key in keys if key in data}
        return {**step, "method": arguments.pop("method"), "arguments": arguments}

    @model_serializer(mode="wrap")
    def _joined(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Give the options beside the step's own keys, as a method file has them."""
        options = self.registry.options[self.method].model_construct(**self.arguments)
        return {**options.model_dump(mode="json"), **handler(self)}

    @property
    def function(self) -> Callable[..., Any]:
        """The registered function."""
        function: Callable[..., Any] = self.registry[self.method]
        return function

    @property
    def needs(self) -> frozenset[str]:
        """What the method needs, as it was registered; see :data:`Need`."""
        return frozenset(self.registry.needs[self.method])

    @property
    def of_framework(self) -> OfFramework:
        """Options that the framework is to give each indicator, with the columns that have them."""
        columns = self.registry.of_framework[self.method]
        return {name: columns[name] for name in columns if self.arguments[name] == FRAMEWORK}

    @property
    def power(self) -> float | None:
        """The exponent of a method that is a power mean; None for the others."""
        power = self.registry.powers[self.method]
        return power(self.arguments) if callable(power) else power

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        keys = handler.resolve_ref_schema(handler(core_schema)).get("properties", {})
        keys = {key: value for key, value in keys.items() if key not in SPLIT}
        choices, alone = [], []
        for name, model in cls.registry.options.items():
            schema = model.model_json_schema()
            if not schema.get("required"):
                alone.append(name)
            schema["properties"] = {**schema["properties"], **keys}
            if name != cls.registry.default:
                schema["required"] = ["method", *schema.get("required", [])]
            choices.append(schema)
        return {"anyOf": [*choices, {"enum": alone}], "default": cls.registry.default}
