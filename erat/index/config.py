"""Reading configuration: YAML files checked by pydantic, refused in our own words."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from erat.errors import MethodError, Problem, nearest

M = TypeVar("M", bound=BaseModel)

_EXPECTED = {
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "a whole number"),
    **dict.fromkeys(("float_type", "float_parsing"), "a number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "true or false"),
    **dict.fromkeys(("list_type", "tuple_type"), "a list (in square brackets)"),
    **dict.fromkeys(("dict_type", "model_type", "mapping_type"), "a mapping of keys"),
    "string_type": "a text",
    "finite_number": "a finite number",
    "greater_than_equal": "{ge} or more",
    "greater_than": "more than {gt}",
    "less_than_equal": "{le} or less",
    "less_than": "less than {lt}",
    "too_short": "{min_length} or more entries",
    "too_long": "{max_length} or fewer entries",
    "string_pattern_mismatch": "a text of the form {pattern}",
    "literal_error": "one of {expected}",
    "extra_forbidden": "a key that is known",
}
"""What is expected, by pydantic's type of error; ``{names}`` are of its context."""
SCHEMA_HINT = "correct it; config/schemas/ lists every key and value"


class Strict(BaseModel):
    """A model that refuses an unknown key and names the nearest known one."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, data: Any) -> Any:
        if isinstance(data, Mapping):
            refuse_unknown(data, list(cls.model_fields), cls.__name__.removesuffix("File").lower())
        return data


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands twice, of which YAML would keep the last, and what holds itself."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.deep_construct = True

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                text = f"the key '{key.value}' twice"
                raise yaml.constructor.ConstructorError(None, None, text, key.start_mark)
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else None)
        return super().construct_mapping(node, deep)


_UNREADABLE = (OSError, ValueError, KeyError, AttributeError, RecursionError, yaml.YAMLError)
"""What PyYAML raises for a text that it cannot read, its own errors and others."""


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML mapping; an empty file is an empty mapping."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_Loader)  # noqa: S506
    except FileNotFoundError:
        absent = Problem(str(path), "no such file", "a YAML file", "check the path")
        raise MethodError([absent]) from None
    except _UNREADABLE as cause:
        found = " ".join(str(cause).split()).replace(' in "<unicode string>",', " in")
        problem = Problem(
            path.name, found or type(cause).__name__, "YAML in UTF-8", "correct the file"
        )
        raise MethodError([problem]) from None
    if not isinstance(data, dict | None):
        found = f"{reprlib.repr(data)} at the top"
        raise MethodError([Problem(path.name, found, "a mapping of keys", SCHEMA_HINT)])
    return data or {}


def validated(
    model: type[M],
    data: Mapping[str, Any],
    where: str,
    folder: Path | None = None,
    remedy: str = SCHEMA_HINT,
) -> M:
    """Check values against a model; a MethodError names all faults at once, in our own words.

    Files that the values name are relative to ``folder``. ``remedy`` is what to do about a fault.
    """
    try:
        return model.model_validate(data, context={"folder": folder or Path()})
    except ValidationError as cause:
        raise MethodError([_problem(error, where, remedy) for error in cause.errors()]) from None


def _problem(error: Any, where: str, remedy: str) -> Problem:
    address = ".".join(str(part) for part in error["loc"])
    place = f"{where}, {address}" if address else where
    message = str(error["msg"])
    if error["type"] == "value_error":
        found, _, expected = message.removeprefix("Value error, ").partition("; expected ")
        return Problem(place, found, expected or "what the schema allows", remedy)
    if error["type"] == "missing":
        return Problem(place, "no value", "a value", remedy)
    context = {
        key: f"{value:g}" if isinstance(value, float) else str(value).replace(" or ", ", ")
        for key, value in error.get("ctx", {}).items()
    }
    known = _EXPECTED.get(error["type"])
    expected = known.format(**context) if known else message.removeprefix("Input should be ")
    return Problem(place, reprlib.repr(error.get("input")), expected, remedy)


def refuse_unknown(data: Mapping[str, Any], known: Sequence[str], of: str) -> None:
    """Raise ValueError for keys that are not known, each with the nearest known one."""
    unknown = [str(key) for key in data if key not in known]
    if unknown:
        texts = [f"unknown key '{key}': {nearest(key, known)}" for key in unknown]
        raise ValueError(f"{'; '.join(texts)} (keys of {of})")
