"""A small copy of the real raw tables, to be damaged by the tests."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from erat.indonesia.check import RawTables, read_tables
from erat.indonesia.package import write_descriptor

RAW = Path(__file__).parents[2] / "data" / "raw"
KEPT = {
    "province_statistics.csv": lambda row: (
        row["indicator"] in {"uhh", "ppp_exp", "ipm"} and row["year"] >= "2020"
    ),
    "regency_statistics.csv": lambda row: (
        row["indicator"] == "rls" and row["year"] == "2024" and row["unit"] < "1400"
    ),
}
"""Which rows of the long tables the small copy keeps."""


def _copy_some(source: Path, target: Path, keep: Callable[[dict[str, str]], bool]) -> None:
    with source.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = [row for row in reader if keep(row)]
        fields = list(reader.fieldnames or [])
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of raw tables with few statistics, described; do not change it."""
    folder = tmp_path_factory.mktemp("small") / "raw"
    folder.mkdir()
    for path in sorted(RAW.glob("*.csv")):
        if path.name in KEPT:
            _copy_some(path, folder / path.name, KEPT[path.name])
        else:
            shutil.copy(path, folder / path.name)
    write_descriptor(folder)
    return folder


@pytest.fixture
def folder(small: Path, tmp_path: Path) -> Path:
    """A copy of the small tables that a test may damage."""
    return Path(shutil.copytree(small, tmp_path / "raw"))


@pytest.fixture(scope="session")
def raw() -> Path:
    """The folder of the real raw tables."""
    return RAW


@pytest.fixture(scope="session")
def tables() -> RawTables:
    """The real raw tables."""
    return read_tables(RAW)
