"""The JSON schemas under config/ and the models that they are made from hold together."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from erat.commands.schemas import MODELS, schema, write_schemas
from erat.errors import MethodError
from erat.index.method import Method
from tests.index.test_method import CONTRACT

jsonschema: Any = importlib.import_module("jsonschema")
FOLDERS = {"edition": "editions", "method": "methods", "study": "studies", "assessment": "."}

GOOD = [
    "{}",
    "{impute: mean}",
    "{exclude: none}",
    "{exclude: [x01]}",
    "{normalize: {method: rank}}",
    "{normalize: {range: [1, 2]}}",
    "{aggregate: {method: geometric, floor: 1, nodes: {A: arithmetic}}}",
    "{aggregate: {levels: {2: {method: geometric, floor: 1}}}}",
    "{transform: {x: boxcox}}",
    "{screen: {method: drop, units: 0.5, keep: [u1]}}",
    "{impute: {method: iterative, draw: 3, seed: 1}}",
    "{normalize: {method: scaled, low: 1, high: 2, scale: [70, 130]}}",
    "{normalize: {method: fitted, file: anchors.csv}}",
    "{normalize: {method: goalposts, scale: framework, indicators: {x: {range: framework}}}}",
    "{treat: {method: winsorize, fallback: boxcox}}",
    "{subunits: none}",
    "{subunits: {first: framework, method: share_above, threshold: 60, min_share: 0.5}}",
    "{subunits: {weights: {file: people.csv, column: people}, nodes: {x: median}}}",
    "{subunits: {kinds: {block: {method: atkinson, epsilon: 2, weights: budget}}}}",
    CONTRACT,
]
BAD = [
    "{normalise: minmax}",
    "{impute: {method: knn, k: 0}}",
    "{screen: {method: drop, units: 2}}",
    "{normalize: fitted}",
    "{normalize: {range: iMeta}}",
    "{normalize: {method: scaled, low: 1, high: 2, scale: framework}}",
    "{normalize: {method: scaled, low: 1}}",
    "{impute: {method: group_mean}}",
    "{impute: {method: mean, group: Region}}",
    "{treat: {max_points: 1}}",
    "{treat: {method: winsorize, max_points: -1}}",
    "{aggregate: {floor: 1}}",
    "{aggregate: {method: geometric, floor: -1}}",
    "{aggregate: {min_share: 2}}",
    "{transform: {x: cube}}",
    "{ranks: {ties: first}}",
    "{normalize: {method: zscore, sd: 0}}",
    "{subunits: share_above}",
    "{subunits: {first: indicators}}",
    "{subunits: {method: atkinson, epsilon: 0}}",
    "{subunits: {weights: {file: people.csv}}}",
    "{subunits: {weights: 3}}",
]


def plain(text: str) -> Any:
    """What a YAML text holds, as JSON has it (keys are texts there)."""
    return json.loads(json.dumps(yaml.safe_load(text)))


def accepts(name: str, data: Any) -> bool:
    return bool(jsonschema.Draft202012Validator(schema(name)).is_valid(data))


def test_files_are_those_of_the_models(root: Path, tmp_path: Path) -> None:
    for made in write_schemas(tmp_path):
        kept = root / "config" / "schemas" / made.name
        assert kept.read_text("utf-8") == made.read_text("utf-8"), (
            "run: python -m erat.commands.schemas"
        )


@pytest.mark.parametrize("name", MODELS)
def test_schemas_are_schemas(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))


@pytest.mark.parametrize("name", MODELS)
def test_the_files_of_the_project_are_valid(name: str, root: Path) -> None:
    files = sorted((root / "config" / FOLDERS[name]).glob("*.yml"))
    assert files
    for path in files:
        assert accepts(name, plain(path.read_text("utf-8"))), path.name


@pytest.mark.parametrize("text", GOOD)
def test_schema_and_model_accept_the_same(text: str) -> None:
    Method.parse(yaml.safe_load(text))
    assert accepts("method", plain(text))


@pytest.mark.parametrize("text", BAD)
def test_schema_and_model_refuse_the_same(text: str) -> None:
    with pytest.raises(MethodError):
        Method.parse(yaml.safe_load(text))
    assert not accepts("method", plain(text))


@pytest.mark.parametrize("name", MODELS)
def test_every_model_names_every_key(name: str) -> None:
    assert set(schema(name)["properties"]) == set(MODELS[name].model_fields)
