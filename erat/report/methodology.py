"""The methodology notebooks: run again and kept with their outputs, and as pages of the site."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from erat.edition.project import Project
from erat.report.html import Page, to_html
from erat.report.kernel import KERNEL_ARGUMENTS, LocalKernelManager
from erat.report.run import write_whole

KEPT = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
"""Metadata of a kept notebook: nothing of the machine or the time."""


def methodology_pages(project: Project, made_by: tuple[tuple[str, str], ...]) -> list[str]:
    """Render every methodology notebook as it is kept; returns the names of the pages."""
    names = []
    for path in _notebooks(project):
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


def keep_outputs(path: Path) -> None:
    """Run a notebook in its folder and keep what it gives; a cell that raises keeps it as it was.

    Raises
    ------
    CellExecutionError
        If a cell raises.
    """
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(
        notebook,
        resources=resources,
        record_timing=False,
        timeout=300,
        kernel_manager_class=LocalKernelManager,
        extra_arguments=list(KERNEL_ARGUMENTS),
    )
    client.execute()
    for cell in notebook.cells:
        cell.metadata = {key: value for key, value in cell.metadata.items() if key == "tags"}
    notebook.metadata = nbformat.from_dict(KEPT)
    write_whole(path, nbformat.writes(notebook) + "\n")


def _notebooks(project: Project) -> list[Path]:
    return sorted((project.root / "notebooks" / "methodology").glob("*.ipynb"))


if __name__ == "__main__":
    for kept in [Path(name) for name in sys.argv[1:]] or _notebooks(Project.here()):
        keep_outputs(kept)
