"""Writing results: whole or not at all, and with a statement of what made them."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pandas as pd
from pydantic_core import to_json

from erat.errors import InputError, Problem, listing

MANIFEST = "manifest.json"
PACKAGES = ("matplotlib", "nbconvert", "numpy", "pandas", "papermill", "scipy", "seaborn")
SOURCE_SUFFIXES = frozenset({".py", ".po", ".csv", ".css", ".j2", ".json", ".yml"})

MANY_FLOATS, ROWS_AT_ONCE = 10_000, 2_000
"""From so many floats on, a table is written in blocks of so many rows."""

AT_FDCWD, RENAME_EXCHANGE, RENAME_SWAP = -100, 2, 2
"""Arguments of renameat2 (Linux) and renamex_np (macOS): exchange two paths at once."""


def sha256(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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


def write_csv(
    frame: pd.DataFrame | Iterator[pd.DataFrame], path: Path, *, index: bool = True
) -> None:
    """Write a table so that floats read back to the same number; missing is an empty cell.

    It may come some rows after another, without an index. A text stays as it is, also one that
    begins with ``=``: results are read by programs, that join them to their input by the names in
    it, where the same text stands. A note names such units, and a workbook of the results
    (``--workbook``) executes nothing. What strangers wrote, the answers of a survey, is made inert
    before it comes here (:func:`erat.survey.answers.inert`).
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        for i, part in enumerate([frame] if isinstance(frame, pd.DataFrame) else frame):
            _write_rows(part, file, index=index, header=i == 0)


def _write_rows(frame: pd.DataFrame, file: TextIO, *, index: bool, header: bool) -> None:
    floats = np.array([kind == np.dtype(float) for kind in frame.dtypes], dtype=bool)
    begin = int(len(floats) - np.argmin(floats[::-1])) if not floats.all() else 0
    if index or len(frame) * (len(floats) - begin) < MANY_FLOATS or begin == 0:
        frame.to_csv(file, index=index, header=header, lineterminator="\n")
        return
    if header:
        frame[:0].to_csv(file, index=False, lineterminator="\n")
    for start in range(0, len(frame), ROWS_AT_ONCE):
        file.write(_rows_of(frame[start : start + ROWS_AT_ONCE], begin))


def _rows_of(part: pd.DataFrame, begin: int) -> str:
    """Return rows as CSV, as ``to_csv`` would write them; columns from ``begin`` on are floats.

    The floats are written as JSON, ten times faster. Only numbers that Python writes with an
    exponent, or infinite ones, look otherwise there.
    """
    heads = part.iloc[:, :begin].copy()
    heads.insert(begin, "", "", allow_duplicates=True)  # so that every row ends in a comma
    texts = heads.to_csv(header=False, index=False, lineterminator="\n").split("\n")[:-1]
    if len(texts) != len(part):  # a text has a line break
        return str(part.to_csv(header=False, index=False, lineterminator="\n"))
    x = part.iloc[:, begin:].to_numpy()
    size = np.abs(x)
    rows = to_json(x.tolist()).decode()[2:-2].replace("NaN", "").split("],[")
    for i in np.flatnonzero((((size < 1e-4) & (size > 0)) | (size >= 1e16)).any(axis=1)):
        rows[i] = ",".join("" if value != value else repr(value) for value in x[i].tolist())
    return "".join(f"{text}{row}\n" for text, row in zip(texts, rows, strict=True))


def statement(inputs: Mapping[str, Path], **more: Any) -> dict[str, Any]:
    """Say what makes some results: version, inputs with their hashes, and anything more."""
    made_of = {name: {"file": path.name, "sha256": sha256(path)} for name, path in inputs.items()}
    return {"made_by": f"e-RAT {version('erat')}", "inputs": made_of, **more}


def write_tables(
    folder: Path,
    tables: Mapping[str, pd.DataFrame | Iterator[pd.DataFrame]],
    inputs: Mapping[str, Path],
    about: Mapping[str, Any],
    also: Callable[[Path], None] | None = None,
    *,
    processed: bool = False,
) -> None:
    """Write results: a CSV file a table, without its index, and a manifest; an earlier result is
    replaced when they are whole. ``also`` writes further files into the folder. What lies in
    ``data/processed`` is e-RAT's, even if its manifest is damaged.
    """
    ours = [MANIFEST, *(f"{name}.csv" for name in tables)] if processed else []
    with replaced_when_whole(folder, ours) as new:
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
    written, files = read_manifest(folder).get("outputs", {}), _names(folder)
    files.pop(MANIFEST, None)
    return [name for name, path in files.items() if written.get(name) != sha256(path)]


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read what made the files of a folder; empty if e-RAT did not make them."""
    check_not_left_beside(folder)
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    ours = isinstance(manifest, dict) and str(manifest.get("made_by", "")).startswith("e-RAT")
    return manifest if ours and isinstance(manifest.get("outputs"), dict) else {}


def is_current(folder: Path, inputs: dict[str, Path], **about: Any) -> bool:
    """Say whether a folder of results is whole and was made from the same inputs and library.

    ``about`` is what else its manifest must say.
    """
    manifest = read_manifest(folder)
    now = {"inputs": statement(inputs)["inputs"], "library": library_digest(), **about}
    return all(manifest.get(name) == value for name, value in now.items()) and all(
        (folder / name).exists() and sha256(folder / name) == digest
        for name, digest in manifest["outputs"].items()
    )


def write_whole(path: Path, data: str | bytes) -> None:
    """Write a file so that it is there whole or not at all; a link is replaced, not followed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = _part_of(path)
    part.unlink(missing_ok=True)
    try:
        with part.open("xb") as file:
            file.write(data.encode() if isinstance(data, str) else data)
        part.replace(path)
    except OSError as error:
        raise OSError(f"{path}: {error.strerror}; what was there before stays") from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def replaced_when_whole(folder: Path, ours: Collection[str] = ()) -> Iterator[Path]:
    """Give an empty folder to write to, which takes the place of ``folder`` at the end.

    If anything fails inside, ``folder`` stays as it was. It is never replaced if it is a file, the
    folder that one is in, or holds what e-RAT did not make: what neither its manifest nor ``ours``
    names. The new folder has the mode of the old one, or that which the umask gives.
    """
    folder = folder.resolve()
    check_replaceable(folder, ours)
    check_not_left_beside(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    clear_left(folder.parent)
    new = _part_of(folder)
    new.mkdir()
    try:
        yield new
        check_replaceable(folder, ours)
        if folder.exists():
            new.chmod(stat.S_IMODE(folder.stat().st_mode))
            _exchange(new, folder)
        else:
            new.replace(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def check_replaceable(folder: Path, ours: Collection[str] = ()) -> None:
    """Refuse a folder that is a file, that one is in, or that holds what is not e-RAT's."""
    folder = folder.resolve()
    obstacle, remedy = "", "name another folder, or move these files yourself"
    if folder.is_dir() and Path.cwd().is_relative_to(folder):
        obstacle, remedy = "the folder that you are in", "name a folder in it, as ./results"
    elif folder.is_dir():
        made = read_manifest(folder)
        named = {MANIFEST, *made["outputs"]} if made else set()
        if foreign := sorted(set(_names(folder)) - named - set(ours)):
            obstacle = f"files that e-RAT did not make: {listing(foreign)}"
    elif folder.exists():
        obstacle = "a file"
    if obstacle:
        expected = "a new folder, or earlier results"
        raise InputError([Problem(str(folder), obstacle, expected, remedy)])


def clear_left(folder: Path, pattern: str = r"\..+\.(\d+)\.part") -> None:
    """Remove from a folder what runs of e-RAT left there that were ended before their end.

    The pattern's group is the number of the process; what one that still runs made stays.
    """
    for path in folder.iterdir():
        if (match := re.fullmatch(pattern, path.name)) and not _runs(int(match[1])):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """Return a folder for what a run needs only while it lasts; earlier ones left are removed."""
    clear_left(Path(tempfile.gettempdir()), r"erat-(\d+)-.+")
    return tempfile.TemporaryDirectory(prefix=f"erat-{os.getpid()}-")


def _part_of(path: Path) -> Path:
    """Return where a file or folder is made before it takes its place."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def _runs(process: int) -> bool:
    if os.name == "nt":  # where there is no signal that only asks
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is somebody else's
        return True
    return True


def _exchange(new: Path, old: Path) -> None:
    """Let two folders take each other's place: in one step where the system knows how.

    Where it does not, a run that is ended between the two steps leaves the old one beside, and
    :func:`check_not_left_beside` says so.
    """
    paths = [os.fsencode(path) for path in (new, old)]
    with suppress(TypeError, AttributeError):
        system = ctypes.CDLL(None)
        if sys.platform == "darwin":
            failed = system.renamex_np(*paths, RENAME_SWAP)
        else:
            failed = system.renameat2(AT_FDCWD, paths[0], AT_FDCWD, paths[1], RENAME_EXCHANGE)
        if not failed:
            return
    beside = _beside(old)
    old.replace(beside)
    new.replace(old)
    shutil.rmtree(beside)


def _beside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.before")


def check_not_left_beside(folder: Path) -> None:
    """Refuse to take a folder for one that never was if a run was ended while it replaced it."""
    beside = _beside(folder)
    if beside.is_dir() and not folder.exists():
        found = f"no such folder, and beside it {beside.name}: a run was ended while it wrote"
        remedy = f"rename {beside.name} to {folder.name}, then run again"
        raise InputError([Problem(str(folder), found, "a whole folder", remedy)])
