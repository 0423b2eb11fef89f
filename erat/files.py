"""Writing results: whole or not at all, and with a statement of what made them."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from erat.errors import InputError, Problem

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


def write_manifest(folder: Path, inputs: Mapping[str, Path], **more: Any) -> None:
    """Say what made the files of a folder: version, inputs and outputs with their hashes."""
    made_of = {name: {"file": path.name, "sha256": sha256(path)} for name, path in inputs.items()}
    outputs = {path.name: sha256(path) for path in sorted(folder.iterdir()) if path.is_file()}
    manifest = {
        "made_by": f"e-RAT {version('erat')}",
        "inputs": made_of,
        **more,
        "outputs": outputs,
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False, default=str) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


@contextmanager
def replaced_when_whole(folder: Path) -> Iterator[Path]:
    """Give an empty folder to write to, which takes the place of ``folder`` at the end.

    If anything fails inside, ``folder`` stays as it was. A folder that e-RAT did not make is never
    replaced.

    Raises
    ------
    InputError
        If ``folder`` is a file, or holds something and no manifest.
    """
    folder = folder.resolve()
    _refuse_foreign(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield new
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


def _refuse_foreign(folder: Path) -> None:
    if not folder.exists():
        return
    foreign = folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).exists()
    if foreign or not folder.is_dir():
        found = "files that e-RAT did not make" if foreign else "a file"
        remedy = "name another folder, or empty this one yourself"
        raise InputError([Problem(str(folder), found, "a new or empty folder", remedy)])
