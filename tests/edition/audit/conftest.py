"""The real raw tables, read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from erat.edition.project import Project
from erat.indonesia.check import RawTables, read_tables


@pytest.fixture(scope="session")
def project(root: Path) -> Project:
    """The project."""
    return Project(root)


@pytest.fixture(scope="session")
def raw(project: Project) -> RawTables:
    """The checked raw tables."""
    return read_tables(project.raw)
