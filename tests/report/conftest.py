"""Pages that several tests read."""

from __future__ import annotations

from pathlib import Path

import pytest

from erat.edition.project import Project
from erat.locale import use
from erat.report.publish import publish
from tests.projects import made_once, project_in

PAGES = ("72", "national", "sensitivity", "audit")
OF_ONE_LANGUAGE = {"id": "31", "en": "97"}
"""The first province and the last."""


@pytest.fixture(autouse=True)
def speaks_english() -> None:
    """Speak English where a test names no language, whatever the one before it spoke."""
    use("en")


@pytest.fixture(scope="session")
def published(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The built project with some of its pages, most in both languages, and one example."""

    def render(root: Path) -> None:
        project = project_in(root, built)
        with pytest.MonkeyPatch.context() as patch:
            for module in ("publish", "frontpage"):
                patch.setattr(f"erat.report.{module}.EXAMPLE_PROVINCES", ("34",))
            for lang, unit in OF_ONE_LANGUAGE.items():
                assert publish(project, (unit,), lang=lang, workers=2) == []
            assert publish(project, (*PAGES, "example"), workers=2) == []

    return Project(made_once(tmp_path_factory, "published", render))
