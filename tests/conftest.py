"""Fixtures that all tests share."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import settings

from erat.edition.project import Project
from erat.indonesia.check import RawTables, read_tables
from tests.projects import ROOT, build_for_tests, made_once, project_in
from tests.small import Index

# The same examples in every run, however slow the machine; `make stress` tries more of them.
examples = int(os.environ.get("EXAMPLES", "5"))
settings.register_profile("erat", derandomize=True, deadline=None, max_examples=examples)
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


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with the results of every edition, the latest as published; tests only read it."""

    def build(root: Path) -> None:
        editions = project_in(root).editions[::-1]  # the latest takes longest
        with ProcessPoolExecutor(2, get_context("spawn")) as processes:
            list(processes.map(build_for_tests, [root] * len(editions), editions))

    return Project(made_once(tmp_path_factory, "built", build))
