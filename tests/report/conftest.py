"""A project with real data and one edition built, for what the pages of a province show."""

from __future__ import annotations

from pathlib import Path

import pytest

from erat.edition.compute import build_edition
from erat.edition.project import Project

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="package")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project of its own with the latest edition's results and nothing else."""
    root = tmp_path_factory.mktemp("built")
    for name in ("config", "notebooks"):
        (root / name).symlink_to(ROOT / name)
    (root / "data").mkdir()
    (root / "data" / "raw").symlink_to(ROOT / "data" / "raw")
    project = Project(root)
    build_edition(project, project.editions[-1])
    return project
