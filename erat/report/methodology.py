"""The methodology notebooks: run again and kept with their outputs, and as pages of the site."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import nbformat

from erat.edition.project import Project
from erat.errors import ReportError
from erat.files import write_whole
from erat.report.html import Page, to_html
from erat.report.processes import Ended, Step, run_apart
from erat.report.run import METADATA, execute

CELL_SECONDS = 300  # A cell of a methodology notebook that takes longer fails


def methodology_pages(project: Project, made_by: tuple[tuple[str, str], ...]) -> list[str]:
    """Render every methodology notebook as it is kept; returns the names of the pages."""
    names = []
    for path in notebooks_in(project):
        notebook = nbformat.read(path, as_version=4)
        page = Page(title_of(notebook), "en", home="../index-en.html", made_by=made_by)
        target = project.site / "methodology" / f"{path.stem}.html"
        write_whole(target, to_html(notebook, page))
        names.append(path.stem)
    return names


def title_of(notebook: nbformat.NotebookNode) -> str:
    """Return the first heading of a notebook."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            return str(cell.source.split("\n", 1)[0][2:])
    raise ValueError("a methodology notebook begins with a heading of the first level")


def keep_outputs(paths: Sequence[Path]) -> None:
    """Run notebooks in their folders and keep what they give; a failed one stays as it was.

    If a cell of one raises or takes too long, a ``ReportError`` says so when the others are kept.
    """
    faults: list[str] = []

    def done(number: int, ended: Ended) -> None:
        if ended.error:
            cell = "" if ended.step is None else f", cell {ended.step + 1}"
            faults.append(f"{paths[number].name}{cell}: {ended.error}")

    run_apart([partial(_keep, path) for path in paths], done, workers=os.cpu_count() or 1)
    if faults:
        raise ReportError("\n".join(faults))


def _keep(path: Path, step: Step) -> None:
    notebook = execute(path, path.parent, CELL_SECONDS, step)
    for cell in notebook.cells:
        tags = cell.metadata.get("tags")
        cell.metadata = {"tags": tags} if tags else {}
    notebook.metadata = nbformat.from_dict(METADATA)
    write_whole(path, nbformat.writes(notebook) + "\n")


def notebooks_in(project: Project) -> list[Path]:
    """Return the methodology notebooks of a project."""
    return sorted((project.root / "notebooks" / "methodology").glob("*.ipynb"))


if __name__ == "__main__":
    keep_outputs([Path(name) for name in sys.argv[1:]] or notebooks_in(Project.here()))
