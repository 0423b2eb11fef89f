"""A notebook as a page of the site, without prompts and warnings, its code folded.

The page is whole in one file: style and pictures are inside, it loads nothing and runs no script.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import nbformat
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbformat import NotebookNode
from traitlets.config import Config

from erat.errors import ReportError
from erat.locale import LANGUAGES, language
from erat.report.show import TEMPLATES, anchor_of, environment

NOTEBOOK_ONLY = "notebook"
"""Tag of a cell that is for those who open the notebook, and not on its page."""
ACTIVE = re.compile(r"<\s*(script|iframe|object|embed|form|base|link|meta)\b", re.IGNORECASE)
"""What no output of a cell may hold: a page loads nothing and runs nothing."""
BLOCK = re.compile(r"(#+ |- |\d+\. |> )?(.*)", re.DOTALL)


@dataclass(frozen=True)
class NavLink:
    """A link in the header; ``lang`` when it leads to another language."""

    href: str
    text: str
    lang: str = ""


@dataclass(frozen=True)
class Page:
    """What stands around the content of one page.

    ``home`` is the index's address, ``notebook`` that of the executed notebook (empty if there is
    none), ``made_by`` label and value of each line of the footer, ``key`` the digest of everything
    the page was made from; a page with the same key is not made again.
    """

    title: str
    lang: str
    home: str = "index.html"
    links: tuple[NavLink, ...] = ()
    made_by: tuple[tuple[str, str], ...] = ()
    notebook: str = ""
    key: str = ""
    site: ClassVar[str] = "e-RAT"
    policy: ClassVar[str] = (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"
    )

    @property
    def words(self) -> dict[str, str]:
        """The few words of the frame in the page's language."""
        tr = language(self.lang).tr
        return {
            "skip": tr("Skip to the content"),
            "site": tr("Site"),
            "code": tr("How this was computed"),
            "notebook": tr("This page as a notebook, to change and run again"),
        }


def index_name(lang: str) -> str:
    """File name of the index: Indonesian is the default language.

    >>> index_name("id"), index_name("en")
    ('index.html', 'index-en.html')
    """
    return "index.html" if lang == "id" else f"index-{lang}.html"


def report_page(
    title: str,
    lang: str,
    name: str,
    made_by: tuple[tuple[str, str], ...] = (),
    *,
    up: str = "../",
    nav: tuple[NavLink, ...] = (),
    langs: Collection[str] = tuple(LANGUAGES),
) -> Page:
    """Describe the page ``{lang}/{name}.html``, with its links home (``up``) and across languages."""
    others = (
        NavLink(f"../{code}/{name}.html", word, code)
        for code, word in LANGUAGES.items()
        if code in langs and code != lang
    )
    notebook = f"../notebooks/{lang}/{name}.ipynb"
    return Page(title, lang, f"{up}{index_name(lang)}", (*nav, *others), made_by, notebook)


def to_html(notebook: NotebookNode, page: Page, *, by_section: bool = False) -> str:
    """Write an executed notebook as a page; code is folded under each cell, or each section.

    An output that holds a script, or anything else that a browser would load, is a ``ReportError``.
    """
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", []):
            if active := ACTIVE.search("".join(output.get("data", {}).get("text/html", ""))):
                raise ReportError(
                    f"cell {number}: found <{active[1]}> in its output; expected text, tables and "
                    "pictures. What to do: show these instead; a page runs no script"
                )
    shown = sections(notebook) if by_section else notebook
    resources = {"page": page, "css": style()}
    # what HTMLExporter adds to this is a second reading of the whole page
    body, _ = TemplateExporter.from_notebook_node(_exporter(), shown, resources)
    return tidy(str(body))


def blocks(source: str) -> list[tuple[str, str]]:
    """Split the source of a markdown cell into paragraphs, headings and items of lists.

    Each is what stands before a text (``"## "``, ``"- "`` or nothing), and the text on one line.

    >>> blocks("## A\\n\\nOne\\ntwo.\\n\\n- x\\n- y")
    [('## ', 'A'), ('', 'One two.'), ('- ', 'x'), ('- ', 'y')]
    """
    parts = re.split(r"\n\s*\n|\n(?=- |\d+\. |#)", source.strip())
    matches = [BLOCK.fullmatch(part.strip()) for part in parts if part.strip()]
    return [(m[1] or "", " ".join(m[2].split())) for m in matches if m]


def is_notebook_only(cell: NotebookNode) -> bool:
    """Say whether a cell is for those who open the notebook, and not on its page."""
    return NOTEBOOK_ONLY in cell.metadata.get("tags", [])


def spoken_in(notebook: NotebookNode, lang: str) -> NotebookNode:
    """Return a report's notebook in a language; anchors stay English, so that links hold in all."""
    cells = []
    for cell in notebook.cells:
        cells.append(nbformat.from_dict({**cell, "metadata": dict(cell.metadata)}))
        if cell.cell_type != "markdown":
            continue
        if cell.source.startswith("## "):
            cells[-1].metadata["anchor"] = anchor_of(cell.source.split("\n", 1)[0][3:])
        if not is_notebook_only(cell):
            before = ""
            cells[-1].source = ""
            for mark, text in blocks(cell.source):
                tight = before == mark == "- "
                parting = "\n" if tight else "\n\n" if cells[-1].source else ""
                cells[-1].source += f"{parting}{mark}{language(lang).translated(text)}"
                before = mark
    return nbformat.from_dict({**notebook, "cells": cells})


def sections(notebook: NotebookNode) -> NotebookNode:
    """Mark where sections open and close; the last cell of each holds the code of all."""
    shown = (cell for cell in notebook.cells if not is_notebook_only(cell))
    cells = [nbformat.from_dict({**cell, "metadata": dict(cell.metadata)}) for cell in shown]
    starts = [i for i, cell in enumerate(cells) if i == 0 or "anchor" in cell.metadata]
    for start, end in zip(starts, [*starts[1:], len(cells)], strict=True):
        part = cells[start:end]
        code = [cell.source for cell in part if cell.cell_type == "code" and cell.source.strip()]
        part[0].metadata["opens"] = part[0].metadata.get("anchor", "top")
        part[-1].metadata["closes"] = "\n\n".join(code)
    metadata = {**notebook.metadata, "sections": len(starts)}
    return nbformat.from_dict({**notebook, "cells": cells, "metadata": metadata})


def render_template(name: str, page: Page, **values: object) -> str:
    """Fill a template of the site, such as ``site.html.j2``."""
    return tidy(environment().get_template(name).render(page=page, css=style(), **values))


def tidy(html: str) -> str:
    """End each line where its text ends, and leave out empty ones."""
    return "\n".join(line for line in (raw.rstrip() for raw in html.split("\n")) if line) + "\n"


@cache
def style() -> str:
    """The style sheet."""
    return (TEMPLATES / "page.css").read_text("utf-8")


@cache
def _exporter() -> HTMLExporter:
    config = Config()
    config.HTMLExporter.preprocessors = []
    config.CSSHTMLHeaderPreprocessor.enabled = False
    config.HighlightMagicsPreprocessor.enabled = False
    folders = [str(TEMPLATES.parent)]
    return HTMLExporter(config=config, template_name="templates", extra_template_basedirs=folders,
                        exclude_anchor_links=True)  # fmt: skip
