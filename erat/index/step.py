"""A step of construction in a method: the name of a registered function, and its options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    model_serializer,
    model_validator,
)
from pydantic_core import CoreSchema

from erat.errors import nearest
from erat.index.config import refuse_unknown
from erat.index.registry import Options, Registry

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
