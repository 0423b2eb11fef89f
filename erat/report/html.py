"""A notebook as a page of the site, and what may be wrong with a page.

The page is whole in one file: its style and pictures are inside, it loads nothing and runs no
script. Code, prompts and warnings are left out; a methodology notebook keeps its code, folded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import nbformat
from jinja2 import Environment, FileSystemLoader
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from traitlets.config import Config

from erat.locale import LANGUAGES, language
from erat.locale.prose import is_notebook_only, prose_in

SITE = "e-RAT"
TEMPLATES = Path(str(files("erat.report"))) / "templates"


@dataclass(frozen=True)
class NavLink:
    """A link in the header; ``lang`` when it leads to another language."""

    href: str
    text: str
    lang: str = ""


@dataclass(frozen=True)
class Page:
    """What stands around the content of one page.

    Parameters
    ----------
    title
        Title of the page, in its language.
    lang
        Language code.
    home
        Address of the index, relative to the page.
    links
        Links of the header.
    made_by
        Label and value of each line of the footer: edition, data, version.
    notebook
        Address of the executed notebook, to download; empty where there is none.
    key
        Digest of everything the page was made from; a page with the same key is not made again.
    """

    title: str
    lang: str
    home: str = "index.html"
    links: tuple[NavLink, ...] = ()
    made_by: tuple[tuple[str, str], ...] = ()
    notebook: str = ""
    key: str = ""
    site: str = SITE
    words: dict[str, str] = field(default_factory=dict)


def report_page(
    title: str,
    lang: str,
    name: str,
    made_by: tuple[tuple[str, str], ...] = (),
    extra: tuple[NavLink, ...] = (),
) -> Page:
    """Describe the page ``{lang}/{name}.html`` of the site, with its links home and across.

    Parameters
    ----------
    title, lang, made_by
        As in :class:`Page`.
    name
        File name without ending: ``72``, ``national``.
    extra
        More links for the header.
    """
    others = tuple(
        NavLink(f"../{code}/{name}.html", own, code)
        for code, own in LANGUAGES.items()
        if code != lang
    )
    home = "../index.html" if lang == "id" else f"../index-{lang}.html"
    return Page(title, lang, home, (*extra, *others), made_by)


def to_html(notebook: NotebookNode, page: Page, *, by_section: bool = False) -> str:
    """Write an executed notebook as a page.

    Parameters
    ----------
    notebook
        A notebook with outputs.
    page
        What stands around them.
    by_section
        Whether the code is folded under the end of each section, not under each cell.
    """
    resources = {"page": with_words(page), "css": style()}
    shown = sections(notebook) if by_section else notebook
    body, _ = _exporter().from_notebook_node(shown, resources=resources)
    return tidy(str(body))


def spoken_in(notebook: NotebookNode, lang: str) -> NotebookNode:
    """Return a report notebook with its prose in a language, each section with its anchor.

    The anchor of a section is its English heading, so that links hold in every language.
    """
    cells = []
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            cells.append(cell)
            continue
        metadata = dict(cell.metadata)
        if cell.source.startswith("## "):
            metadata["anchor"] = anchor_of(cell.source.split("\n", 1)[0][3:])
        source = cell.source if is_notebook_only(cell) else prose_in(cell.source, language(lang))
        cells.append(nbformat.from_dict({**cell, "metadata": metadata, "source": source}))
    return nbformat.from_dict({**notebook, "cells": cells})


def anchor_of(heading: str) -> str:
    """Return the part of an address that leads to a heading.

    Examples
    --------
    >>> anchor_of("What moves the rank?")
    'what-moves-the-rank'
    """
    return "-".join(re.findall(r"[a-z0-9]+", heading.lower()))


def sections(notebook: NotebookNode) -> NotebookNode:
    """Mark where sections open and close; the last cell of each holds the code of all."""
    cells = [cell for cell in notebook.cells if not is_notebook_only(cell)]
    starts = [i for i, cell in enumerate(cells) if i == 0 or "anchor" in cell.metadata]
    marked = []
    for start, end in zip(starts, [*starts[1:], len(cells)], strict=True):
        part = [
            nbformat.from_dict({**cell, "metadata": dict(cell.metadata)})
            for cell in cells[start:end]
        ]
        code = [cell.source for cell in part if cell.cell_type == "code" and cell.source.strip()]
        part[0].metadata["opens"] = part[0].metadata.get("anchor", "top")
        part[-1].metadata["closes"] = "\n\n".join(code)
        marked += part
    metadata = {**notebook.metadata, "sections": len(starts)}
    return nbformat.from_dict({**notebook, "cells": marked, "metadata": metadata})


def render_template(name: str, page: Page, **values: object) -> str:
    """Fill a template of the site, such as ``site.html.j2``."""
    template = _environment().get_template(name)
    return tidy(template.render(page=with_words(page), css=style(), **values))


def with_words(page: Page) -> Page:
    """Add the few words of the frame in the page's language."""
    lang = language(page.lang)
    words = {
        "skip": lang.tr("Skip to the content"),
        "site": lang.tr("Site"),
        "code": lang.tr("How this was computed"),
        "notebook": lang.tr("This page as a notebook, to change and run again"),
    }
    return replace(page, words=words)


def tidy(html: str) -> str:
    """End each line where its text ends, and leave out empty ones."""
    return "\n".join(line for line in (raw.rstrip() for raw in html.split("\n")) if line) + "\n"


@cache
def style() -> str:
    """The style sheet."""
    return (TEMPLATES / "page.css").read_text("utf-8")


@cache
def _environment() -> Environment:
    loader = FileSystemLoader(TEMPLATES)
    return Environment(loader=loader, autoescape=True)


class _PageExporter(HTMLExporter):  # type: ignore[misc]
    """The HTML exporter, without its second reading of the whole page."""

    def from_notebook_node(
        self,
        nb: NotebookNode,
        resources: dict[str, Any] | None = None,
        **options: Any,
    ) -> tuple[str, dict[str, Any]]:
        made: tuple[str, dict[str, Any]] = super(HTMLExporter, self).from_notebook_node(
            nb, resources, **options
        )
        return made


@cache
def _exporter() -> _PageExporter:
    config = Config()
    config.HTMLExporter.preprocessors = []
    config.CSSHTMLHeaderPreprocessor.enabled = False
    config.HighlightMagicsPreprocessor.enabled = False
    return _PageExporter(
        config=config,
        template_name="templates",
        extra_template_basedirs=[str(TEMPLATES.parent)],
        exclude_anchor_links=True,
    )
