"""The methodology notebooks as pages: with the outputs they are kept with, code folded."""

from __future__ import annotations

import nbformat

from erat.project import Project
from erat.reporting.html import Page, to_html
from erat.reporting.run import write_whole


def methodology_pages(project: Project, made_by: tuple[tuple[str, str], ...]) -> list[str]:
    """Render every methodology notebook as it is kept; returns the names of the pages."""
    names = []
    for path in sorted((project.root / "notebooks" / "methodology").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        page = Page(title_of(notebook), "en", home="../index-en.html", made_by=made_by)
        target = project.site / "methodology" / f"{path.stem}.html"
        write_whole(target, to_html(notebook, page, show_code=True))
        names.append(path.stem)
    return names


def title_of(notebook: nbformat.NotebookNode) -> str:
    """Return the first heading of a notebook."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            return str(cell.source.split("\n", 1)[0][2:])
    raise ValueError("a methodology notebook begins with a heading of the first level")
