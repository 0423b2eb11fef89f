"""The files around the code agree with each other and hold nothing of a machine."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

import erat

ROOT = Path(__file__).resolve().parent.parent
CONDA_NAMES = {
    "jupyter-client": "jupyter_client",
    "matplotlib": "matplotlib-base",
    "nbconvert": "nbconvert-core",
    "types-PyYAML": "types-pyyaml",
}
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(home|root|Users|work|tmp|opt)/[\w.-]+")


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    """The project table of pyproject.toml."""
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return table


@pytest.fixture(scope="module")
def dependencies(project: dict[str, Any]) -> list[str]:
    """Every dependency, those for development included."""
    return [*project["dependencies"], *project["optional-dependencies"]["dev"]]


@pytest.fixture(scope="module")
def lock() -> str:
    """The text of the lock."""
    return (ROOT / "requirements.lock").read_text("utf-8")


def split(requirement: str) -> tuple[str, str]:
    """Take a requirement apart: its name without extras, and its version bound."""
    name, _, bound = requirement.partition(">=")
    return name.partition("[")[0], bound


def tracked_texts() -> list[tuple[str, str]]:
    """Path and text of the files that git has or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    texts = []
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.is_file() and path.suffix not in {".png", ".xlsx", ".pdf"}:
            texts.append((name, path.read_text("utf-8")))
    return texts


def test_conda_environment_equals_the_project(dependencies: list[str]) -> None:
    conda = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    wanted = {(CONDA_NAMES.get(name, name), bound) for name, bound in map(split, dependencies)}
    found = {split(line) for line in conda["dependencies"]} - {("python", "3.11"), ("pip", "")}
    assert found == wanted
    assert "python>=3.11" in conda["dependencies"]


def test_lock_names_no_address(lock: str) -> None:
    assert not re.search(r"://|--index-url|--extra-index-url|--find-links| @ ", lock)


def test_lock_covers_every_dependency(lock: str, dependencies: list[str]) -> None:
    pinned = set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))
    wanted = {re.sub(r"[-_.]+", "-", split(line)[0]).lower() for line in dependencies}
    assert wanted <= pinned


def test_every_pin_has_a_hash(lock: str) -> None:
    blocks = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)
    assert [block for block in blocks if block.strip() and "--hash=sha256:" not in block] == []


def test_build_backend_is_locked(project: dict[str, Any], lock: str) -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
    assert all(f"\n{split(line)[0]}==" in lock for line in build)


def test_no_file_holds_a_path_of_a_machine() -> None:
    found = {
        name: match.group()
        for name, text in tracked_texts()
        if (match := MACHINE_PATH.search(text))
    }
    assert found == {}


def test_citation_has_the_version_of_the_project(project: dict[str, Any]) -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["version"] == project["version"]


def test_public_names_are_few() -> None:
    names = getattr(erat, "__all__", [])
    assert len(names) <= 15
    assert all(hasattr(erat, name) for name in names)


BASE = {"errors", "files", "locale"}
LIBRARY = BASE | {"index", "coherence", "subunits", "robustness"}
COUNTRY = LIBRARY | {"indonesia", "edition", "survey"}
MAY_IMPORT = {
    "errors": set[str](),
    "files": {"errors"},
    "locale": {"errors"},
    "plots": {"errors", "locale"},
    "index": BASE,
    "coherence": BASE | {"index"},
    "subunits": BASE | {"index"},
    "robustness": LIBRARY,
    "indonesia": LIBRARY,
    "edition": COUNTRY - {"survey"},
    "survey": COUNTRY,
    "report": COUNTRY | {"plots"},
    "commands": COUNTRY | {"plots", "report"},
    "cli": BASE | {"commands"},
}
"""Arrows go one way: what each room may import besides itself."""


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    """Return which modules of the library each one imports, for type checking too."""
    paths = {path.relative_to(ROOT).with_suffix("") for path in (ROOT / "erat").rglob("*.py")}
    names = {".".join(p.parts).removesuffix(".__init__"): ROOT / f"{p}.py" for p in paths}
    found: dict[str, set[str]] = {}
    for name, path in names.items():
        found[name] = set()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found[name] |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                whole = {f"{node.module}.{alias.name}" for alias in node.names}
                found[name] |= (whole & set(names)) or {node.module}
        found[name] &= set(names) - {name}
    assert len(found) > 100
    return found


def test_imports_go_one_way(imports: dict[str, set[str]]) -> None:
    wrong = []
    for name, others in imports.items():
        room = name.split(".")[1] if "." in name else ""
        for other in others:
            there = other.split(".")[1] if "." in other else ""
            if room and there != room and there not in MAY_IMPORT[room]:
                wrong.append(f"{name} imports {other}")
    assert wrong == []


def test_no_two_modules_import_each_other(imports: dict[str, set[str]]) -> None:
    left = dict(imports)
    while free := {name for name, others in left.items() if not others & set(left)}:
        left = {name: others for name, others in left.items() if name not in free}
    assert left == {}, "modules in a circle, and those that import them"


def test_methods_are_not_asked_for_by_name() -> None:
    """What a method needs it declares; only pages have words for single ones."""
    asked = []
    for path in (ROOT / "erat").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if path.parent.name == "report" or not isinstance(node, ast.Compare):
                continue
            parts = list(ast.walk(node))
            names = any(isinstance(part, ast.Attribute) and part.attr == "method" for part in parts)
            texts = any(isinstance(p, ast.Constant) and isinstance(p.value, str) for p in parts)
            if names and texts:
                asked.append(f"{path.name}: {ast.unparse(node)}")
    assert asked == []
