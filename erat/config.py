"""Reading configuration: YAML files checked by pydantic, refused in our own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from erat.errors import MethodError, Problem, nearest

M = TypeVar("M", bound=BaseModel)

SCHEMA_HINT = "correct it; config/schemas/ lists every key and value"


class Strict(BaseModel):
    """A model that refuses an unknown key and names the nearest known one."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, data: Any) -> Any:
        if isinstance(data, Mapping):
            refuse_unknown(data, list(cls.model_fields), cls.__name__.lower())
        return data


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML mapping; an empty file is an empty mapping."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise MethodError([Problem(str(path), "no such file", "a YAML file", "check it")]) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as cause:
        found = " ".join(str(cause).split())
        raise MethodError([Problem(path.name, found, "YAML in UTF-8", "mend the file")]) from None
    if not isinstance(data or {}, dict):
        found = type(data).__name__
        raise MethodError([Problem(path.name, found, "a mapping of keys", "see the README")])
    return data or {}


def validated(model: type[M], data: Mapping[str, Any], where: str) -> M:
    """Check plain values against a model; all problems at once, in our own words."""
    try:
        return model.model_validate(data)
    except ValidationError as cause:
        raise MethodError([_problem(error, where) for error in cause.errors()]) from None


def _problem(error: Any, where: str) -> Problem:
    address = ".".join(str(part) for part in error["loc"])
    place = f"{where}, {address}" if address else where
    message = str(error["msg"])
    if error["type"] == "value_error":
        text = message.removeprefix("Value error, ")
        return Problem(place, text, "keys and values that the schema knows", SCHEMA_HINT)
    found = repr(error.get("input"))
    return Problem(place, found if len(found) < 80 else found[:77] + "...", message, SCHEMA_HINT)


def refuse_unknown(data: Mapping[str, Any], known: Sequence[str], of: str) -> None:
    """Raise ValueError for keys that are not known, each with the nearest known one."""
    unknown = [str(key) for key in data if key not in known]
    if unknown:
        texts = [f"unknown key '{key}': {nearest(key, known)}" for key in unknown]
        raise ValueError(f"{'; '.join(texts)} (keys of {of})")
