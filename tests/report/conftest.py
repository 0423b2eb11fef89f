"""Pages that several tests read."""

from __future__ import annotations

from pathlib import Path

import pytest

from erat.edition.project import Project
from erat.report.publish import publish
from tests.projects import made_once, project_in

PAGES = ("72", "97", "national", "sensitivity", "audit")


@pytest.fixture(scope="session")
def published(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The built project with some of its pages, in both languages."""

    def render(root: Path) -> None:
        assert publish(project_in(root, built), (*PAGES, "example"), workers=2) == []

    return Project(made_once(tmp_path_factory, "published", render))
