"""Fixtures that all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from erat.indonesia.check import RawTables, read_tables
from tests.small import Index

ROOT = Path(__file__).resolve().parent.parent

# The same examples in every run, however slow the machine.
settings.register_profile("erat", derandomize=True, deadline=None)
settings.load_profile("erat")


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the repository."""
    return ROOT


@pytest.fixture
def index(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Index:
    """``erat index`` in an empty folder."""
    return Index(tmp_path, capsys)


@pytest.fixture(scope="session")
def raw_tables() -> RawTables:
    """The project's raw tables."""
    return read_tables(ROOT / "data" / "raw")
