"""A notebook as a page of the site, and what may be wrong with a page.

The page is whole in one file: its style and pictures are inside, it loads nothing and runs no
script. Code, prompts and warnings are left out; a methodology notebook keeps its code, folded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from traitlets.config import Config

from erat.locale import LANGUAGES, language

SITE = "e-RAT"
TEMPLATES = Path(str(files("erat.report"))) / "template"


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
    key
        Digest of everything the page was made from; a page with the same key is not made again.
    """

    title: str
    lang: str
    home: str = "index.html"
    links: tuple[NavLink, ...] = ()
    made_by: tuple[tuple[str, str], ...] = ()
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


def to_html(notebook: NotebookNode, page: Page, *, show_code: bool = False) -> str:
    """Write an executed notebook as a page.

    Parameters
    ----------
    notebook
        A notebook with outputs.
    page
        What stands around them.
    show_code
        Whether each cell's code is there, folded under a line.
    """
    resources = {"page": with_words(page), "css": style(), "show_code": show_code}
    body, _ = _exporter().from_notebook_node(notebook, resources=resources)
    return tidy(str(body))


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
        "code": lang.tr("Code of this cell"),
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
        template_name="template",
        extra_template_basedirs=[str(TEMPLATES.parent)],
        exclude_anchor_links=True,
    )


STRAY = {
    "a traceback": r"Traceback \(most recent call last\)",
    "a warning": r"\b\w*Warning: ",
    "the text of a figure": r"&lt;Figure size|<Figure size",
    "the text of a plot object": r"\bText\(-?\d|&lt;Axes|&lt;matplotlib|AxesSubplot",
    "the text of a page piece": r"&lt;Html, \d+",
    "an object's address": r"\bat 0x[0-9a-f]{6,}",
    "a missing number": r">\s*(?:nan|NaN|None|&lt;NA&gt;|NaT)\s*<",
    "code": r"In&nbsp;\[|^\s*(?:import|from) \w+",
    "a text that was not filled": r">[^<{]*\{[a-z_]+\}[^<]*<",
}
SMALLEST_PICTURE = 1500
"""Characters of a picture's data below which it shows nothing."""


def page_faults(html: str, *, code: bool = False) -> list[str]:
    """Say what a reader should not find on a page; an empty list when all is well.

    Parameters
    ----------
    html
        The page.
    code
        Whether folded code is meant to be there.
    """
    reader = _FaultReader(code)
    reader.feed(html)
    reader.close()
    shown = re.sub(r"<(style|script)\b.*?</\1>", "", html, flags=re.DOTALL)
    shown = re.sub(r'"data:[^"]*"', '""', shown)
    if code:
        shown = re.sub(r'<details class="code">.*?</details>', "", shown, flags=re.DOTALL)
    stray = [
        f"{what}: {match.group().strip()[:60]}"
        for what, pattern in STRAY.items()
        if (match := re.search(pattern, shown, re.MULTILINE))
    ]
    if re.search(r"url\(\s*['\"]?(?!data:|#)|@import", html):
        stray.append("a style that loads something")
    return [*reader.faults, *reader.at_end(), *stray]


class _FaultReader(HTMLParser):
    """Collects what is wrong with the elements of a page."""

    LOADING = frozenset({"src", "srcset", "poster", "data", "background", "action"})

    def __init__(self, code: bool) -> None:
        super().__init__()
        self.faults: list[str] = []
        self._code = code
        self._rows = 0
        self._seen: set[str] = set()
        self._anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._seen.add(tag)
        self._anchor(given.get("id", ""))
        if tag == "html" and not given.get("lang"):
            self.faults.append("a page without a language")
        if tag in {"script", "iframe", "object", "embed"}:
            self.faults.append(f"a <{tag}>")
        if tag == "code" and not self._code:
            self.faults.append("code")
        if tag == "img":
            self._image(given)
        if tag == "table":
            self._rows = 0
        if tag == "td":
            self._rows += 1
        self._loads(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._rows == 0:
            self.faults.append("an empty table")

    def at_end(self) -> list[str]:
        """What is missing from the page as a whole."""
        return [f"a page without <{tag}>" for tag in ("title", "h1") if tag not in self._seen]

    def _anchor(self, name: str) -> None:
        if name and name in self._anchors:
            self.faults.append(f"an anchor twice: {name}")
        self._anchors.add(name)

    def _image(self, given: dict[str, str]) -> None:
        if not given.get("alt", "").strip():
            self.faults.append("a picture without alternative text")
        if len(given.get("src", "")) < SMALLEST_PICTURE:
            self.faults.append("an empty picture")

    def _loads(self, tag: str, given: dict[str, str]) -> None:
        names = self.LOADING | ({"href"} if tag in {"link", "base", "image", "use"} else set())
        for name in names & set(given):
            if not given[name].startswith(("data:", "#")):
                self.faults.append(f"something loaded: <{tag} {name}={given[name][:60]!r}>")
