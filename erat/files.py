"""Writing results: whole or not at all, and with a statement of what made them."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from erat.errors import InputError, Problem, listing

MANIFEST = "manifest.json"
PACKAGES = ("matplotlib", "nbconvert", "numpy", "pandas", "papermill", "scipy", "seaborn")
SOURCE_SUFFIXES = frozenset({".py", ".po", ".csv", ".css", ".j2", ".json", ".yml"})


def sha256(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def library_digest() -> str:
    """Digest of the library's own files and of the packages that shape its results."""
    digest = hashlib.sha256(sys.version.split()[0].encode())
    package = Path(__file__).resolve().parent
    for path in sorted(package.rglob("*")):
        if path.suffix in SOURCE_SUFFIXES:
            digest.update(path.relative_to(package).as_posix().encode())
            digest.update(path.read_bytes())
    for name in PACKAGES:
        digest.update(f"{name} {version(name)}".encode())
    return digest.hexdigest()


def write_csv(frame: pd.DataFrame, path: Path, *, index: bool = True) -> None:
    """Write a table so that floats read back to the same number; missing is an empty cell."""
    frame.to_csv(path, index=index, lineterminator="\n", encoding="utf-8")


def statement(inputs: Mapping[str, Path], **more: Any) -> dict[str, Any]:
    """Say what makes some results: version, inputs with their hashes, and anything more."""
    made_of = {name: {"file": path.name, "sha256": sha256(path)} for name, path in inputs.items()}
    return {"made_by": f"e-RAT {version('erat')}", "inputs": made_of, **more}


def write_tables(
    folder: Path,
    tables: Mapping[str, pd.DataFrame],
    inputs: Mapping[str, Path],
    about: Mapping[str, Any],
    also: Callable[[Path], None] | None = None,
) -> None:
    """Write results: a CSV file a table, without its index, and a manifest; an earlier result is
    replaced when they are whole. ``also`` writes further files into the folder.
    """
    with replaced_when_whole(folder) as new:
        for name, table in tables.items():
            write_csv(table, new / f"{name}.csv", index=False)
        if also:
            also(new)
        write_manifest(new, inputs, **about)


def write_manifest(folder: Path, inputs: Mapping[str, Path], **more: Any) -> None:
    """Say what made the files of a folder: version, inputs and outputs with their hashes."""
    outputs = {name: sha256(path) for name, path in _names(folder).items()}
    manifest = {**statement(inputs, **more), "outputs": outputs}
    text = json.dumps(manifest, indent=2, ensure_ascii=False, default=str) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def _names(folder: Path) -> dict[str, Path]:
    """Return the files of a folder, and of the folders in it, by their path in it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() or path.is_symlink())
    return {path.relative_to(folder).as_posix(): path for path in files}


def changed_since(folder: Path) -> list[str]:
    """List the files of a folder that are not as its manifest says: changed, or added."""
    written = read_manifest(folder).get("outputs", {})
    return [
        name
        for name, path in _names(folder).items()
        if name != MANIFEST and written.get(name) != sha256(path)
    ]


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read what made the files of a folder; empty if e-RAT did not make them."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    ours = isinstance(manifest, dict) and str(manifest.get("made_by", "")).startswith("e-RAT")
    return manifest if ours and isinstance(manifest.get("outputs"), dict) else {}


def is_current(folder: Path, inputs: dict[str, Path]) -> bool:
    """Say whether a folder of results is whole and was made from the same inputs and library."""
    manifest = read_manifest(folder)
    now = statement(inputs)["inputs"], library_digest()
    return (manifest.get("inputs"), manifest.get("library")) == now and all(
        (folder / name).exists() and sha256(folder / name) == digest
        for name, digest in manifest["outputs"].items()
    )


@contextmanager
def replaced_when_whole(folder: Path) -> Iterator[Path]:
    """Give an empty folder to write to, which takes the place of ``folder`` at the end.

    If anything fails inside, ``folder`` stays as it was. It is never replaced if it is a file, or
    holds one that e-RAT did not make: one that neither its manifest names nor the new result has.
    """
    folder = folder.resolve()
    if not folder.is_dir():
        check_replaceable(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield new
        check_replaceable(folder, set(_names(new)))
        new.chmod(0o755)
        if folder.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
            folder.replace(old / "old")
            new.replace(folder)
            shutil.rmtree(old)
        else:
            new.replace(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def check_replaceable(folder: Path, new: Collection[str] = ()) -> None:
    """Refuse a folder that is a file or holds what neither a manifest of e-RAT nor ``new`` names."""
    obstacle = "a file" if folder.exists() else ""
    if folder.is_dir():
        ours = {MANIFEST, *read_manifest(folder).get("outputs", {}), *new}
        foreign = sorted(set(_names(folder)) - ours)
        obstacle = f"files that e-RAT did not make: {listing(foreign)}" if foreign else ""
    if obstacle:
        expected = "a new folder, or earlier results"
        remedy = "name another folder, or move these files yourself"
        raise InputError([Problem(str(folder), obstacle, expected, remedy)])
