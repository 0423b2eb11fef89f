"""Projects for tests: the real data and configuration, with results of their own."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from erat.edition.compute import build_edition
from erat.edition.opened import open_edition
from erat.edition.project import Project
from erat.edition.study import study_tables, year_intervals

ROOT = Path(__file__).resolve().parent.parent


def project_in(root: Path, built: Project | None = None) -> Project:
    """Link the real data, configuration and notebooks into a folder, and the latest results."""
    (root / "data" / "processed").mkdir(parents=True)
    for name in ("config", "notebooks", "data/raw"):
        (root / name).symlink_to(ROOT / name)
    project = Project(root)
    if built:
        latest = project.editions[-1]
        project.processed(latest).symlink_to(built.processed(latest))
    return project


def latest_alone(project: Project) -> None:
    """Take the older editions out of a copy: what a test says of one, it says of each."""
    for code in project.editions[:-1]:
        project.edition_file(code).unlink()


def tables_of(project: Project, code: str) -> dict[str, pd.DataFrame]:
    """Read every table of an edition's results."""
    e = open_edition(code, project=project)
    return {path.stem: e.table(path.stem) for path in e.folder.glob("*.csv")}


def few_replicates(patch: pytest.MonkeyPatch, n: int = 32) -> None:
    """Let editions be computed from few replicates, where a test asks nothing of intervals."""
    patch.setattr("erat.edition.compute.study_tables", partial(study_tables, n=n))
    patch.setattr("erat.edition.compute.year_intervals", partial(year_intervals, n=8))
    patch.setattr("erat.edition.regencies.SAMPLE", 8)


def build_for_tests(root: Path, code: str) -> None:
    """Compute an edition, all but the latest from few replicates."""
    project = Project(root)
    with pytest.MonkeyPatch.context() as patch:
        if code != project.editions[-1]:
            few_replicates(patch)
        build_edition(project, code)


def made_once(temporary: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that one worker makes, and the others wait for."""
    base = temporary.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, whole = base / name, base / f"{name}.whole"
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            folder.mkdir()
            make(folder)
            whole.touch()
    return folder
