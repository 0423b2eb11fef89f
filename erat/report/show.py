"""Show and say: the ways by which a notebook puts something before its reader.

They display plainly in JupyterLab and take the looks of the site on a page. They hold what every
page must keep: no score or rank without its interval, a text for those who cannot see a figure, the
word 'simulated' on what is simulated, escaped text, and the publishers of the figures.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import pandas as pd
from IPython.display import display
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from erat.edition.opened import latest_opened
from erat.locale import phrase, spoken
from erat.plots import mark
from erat.plots.style import png
from erat.report.exhibit import table_of

TEMPLATES = Path(str(files("erat.report"))) / "templates"
CSS_PIXELS = 96  # pixels of a style sheet in an inch


@dataclass(frozen=True)
class Shown:
    """What a cell puts out: HTML for pages and JupyterLab, text for a terminal."""

    markup: Markup
    text: str

    def _repr_html_(self) -> str:
        return str(self.markup)

    def __repr__(self) -> str:
        return self.text


@cache
def environment() -> Environment:
    """Return the templates of pages, escaping what they are filled with."""
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)


@cache
def pieces() -> Any:
    """Return the macros of ``templates/pieces.j2``."""
    return environment().get_template("pieces.j2").module


def words(text: str, **values: object) -> str:
    """Return a text (English, a key of the catalogue) in the language of the report.

    :func:`erat.locale.written` writes ``values`` into its fields, ``{field}`` or ``{field:+.1}``.
    """
    return spoken().tr(text, **values)


_folds: list[list[Shown]] = []


def _put(shown: Shown) -> None:
    """Display a piece, or keep it for the fold that is open."""
    if _folds:
        _folds[-1].append(shown)
    else:
        display(shown)


@contextmanager
def folded(text: str, anchor: str = "", **values: object) -> Iterator[None]:
    """Fold away all that is shown inside, under a line that opens it.

    The line is ``text`` with ``values``, as for :func:`words`; ``#anchor`` leads to it.
    """
    _folds.append([])
    try:
        yield
    finally:
        inside = _folds.pop()
    _fold(words(text, **values), inside, anchor)


def _fold(line: str, inside: list[Shown], anchor: str = "") -> None:
    """Display some pieces, folded under a line if there is one."""
    if not line:
        for shown in inside:
            _put(shown)
        return
    markup = Markup("").join(shown.markup for shown in inside)
    text = "\n".join([line, *(shown.text for shown in inside)])
    _put(Shown(pieces().fold(_marked(line), markup, anchor), text))


def say(text: str, *, kind: str = "", anchor: str = "", **values: object) -> None:
    """Put a sentence on the page: ``text`` and ``values`` as for :func:`words`; no text, nothing.

    A value may be a link (:func:`link`). ``kind`` is ``lead`` (large), ``small``, ``heading`` (of a
    part of a section; ``#anchor`` leads to it), ``note``, ``warning`` or ``missing`` (set apart).
    """
    if not text:
        return
    filled = spoken().markup(text, **values)
    if kind == "heading":
        markup = pieces().heading(filled, 3, anchor)
    elif kind in ("note", "warning", "missing"):
        markup = pieces().note(filled, "info" if kind == "note" else kind)
    else:
        markup = pieces().paragraph(filled, kind)
    _put(Shown(markup, filled.striptags()))


def title(text: str, **values: object) -> None:
    """Put the heading of the page; under it who made it and from what, and a method of one's own."""
    filled = spoken().markup(text, **values)
    _put(Shown(pieces().heading(filled, 1), filled.striptags()))
    if e := latest_opened():
        name, publishers = e.about[f"name_{spoken().code}"], spoken().join(e.publishers)
        made = {"edition": e.code, "name": name, "version": version("erat")}
        text = phrase(
            "Edition {edition}: {name}. Made with e-RAT {version} from figures of {publishers}; the "
            "latest in the index are of {year}."
        )
        say(text, kind="small", **made, publishers=publishers, year=e.last_year)
        if e.own_method:
            text = phrase(
                "Made with a method of its own, {method}: not the index as edition {edition} "
                "publishes it."
            )
            say(text, kind="warning", method=e.about["own_method"], edition=e.code)


def items(content: Iterable[str | Markup], *, fold: str = "") -> None:
    """Put a list of sentences that are words already, folded under the line ``fold``.

    An empty list says so; under a fold it is left out.
    """
    listed = list(content)
    if listed or not fold:
        listed = listed or [words("None by the rules used here.")]
        _fold(fold, [Shown(pieces().items(listed), "\n".join(f"- {item}" for item in listed))])


def download(text: str, href: str, *, detail: str = "", **values: object) -> None:
    """Put a link that saves a file beside the page; ``text`` and ``values`` as for :func:`words`."""
    line = _marked(words(text, **values))
    _put(Shown(pieces().download(href, line, detail), f"{line}: {href}"))


def carry_mark(frame: pd.DataFrame) -> None:
    """Say that a frame is simulated, and mark all that is shown from now on; nothing if it is not."""
    mark.keep(None)
    mark.keep(mark.needed(frame))
    if present := mark.current():
        _put(Shown(pieces().note(present.note, "warning"), present.note))


def link(href: str, text: str) -> Markup:
    """Return a link to another page, or to ``#anchor`` on this one."""
    return cast("Markup", pieces().link(href, text))


def anchor_of(heading: str) -> str:
    """Return the part of an address that leads to a heading.

    >>> anchor_of("What moves the rank?")
    'what-moves-the-rank'
    """
    return "-".join(re.findall(r"[a-z0-9]+", heading.lower()))


def show(
    content: pd.DataFrame | Figure,
    *,
    alt: str = "",
    caption: str = "",
    formats: Mapping[str, str] | None = None,
    kind: str = "stack",
    fold: str = "",
    source: bool = True,
    otherwise: str = "",
    **values: object,
) -> None:
    """Show a frame as a table, or a figure, which is closed.

    What the columns of a frame say, :func:`~erat.report.exhibit.table_of` tells; ``formats`` say how
    the numbers of a column are written (:func:`erat.locale.written`). A figure needs ``alt``: what
    it says, for those who cannot see it. ``caption`` stands above a table, or below a figure, where
    the publishers follow unless ``source`` is false. ``kind`` is the looks of a table: ``stack``
    (cells one below another on a narrow screen), ``cards`` (three columns: what, value, remark),
    ``plain``. Under the line ``fold`` it is folded away; ``otherwise`` is said where a frame has no
    rows. ``values`` are the fields of these texts.

    A figure without ``alt`` is a ValueError, and so is what ``table_of`` refuses; one without the
    mark that everything here must carry is a RuntimeError.
    """
    if isinstance(content, pd.DataFrame) and content.empty and otherwise:
        say(words(otherwise, **values), kind="small")
        return
    below = spoken().markup(caption, **values) if caption else Markup("")
    with mark.marked(mark.needed(content)):
        if isinstance(content, Figure):
            sources = made_from() if source else Markup("")
            below = Markup(" ").join(part for part in (below, sources) if part)
            shown = picture(content, words(alt, **values) if alt else "", below)
        else:
            shown = _table(content, below, formats, kind)
        _fold(words(fold, **values) if fold else "", [shown])


def made_from() -> Markup:
    """Say whose figures the edition is made from, and where the table of sources is."""
    if (e := latest_opened()) is None:
        return Markup("")
    publishers, sources = spoken().join(e.publishers), link("#sources", words("sources"))
    text = phrase("Figures of {publishers}, {year}; see {sources}.")
    return spoken().markup(text, publishers=publishers, year=e.year, sources=sources)


def picture(figure: Figure, alt: str, caption: str | Markup) -> Shown:
    """Turn a figure into a picture inside the page, and close it; texts are words already."""
    if not alt.strip():
        raise ValueError("a figure needs alt=...: what it says, for those who cannot see it")
    present = mark.current()
    if present and mark.mark_of(figure) != present.word:
        raise RuntimeError(f"a figure without the word {present.word!r} drawn into it")
    width, height = (round(float(inches) * CSS_PIXELS) for inches in figure.get_size_inches())
    data = base64.b64encode(png(figure)).decode("ascii")
    plt.close(figure)
    alt = f"[{drawn}] {alt}" if (drawn := mark.mark_of(figure)) else alt
    return Shown(pieces().picture(data, alt, width, height, caption), f"[{alt}]")


def _table(
    frame: pd.DataFrame, caption: Markup, formats: Mapping[str, str] | None, kind: str
) -> Shown:
    table = table_of(frame, spoken(), formats)
    plain = [[x.striptags() if isinstance(x, Markup) else x for x in row] for row in table.rows]
    text = pd.DataFrame(plain, columns=table.heads).to_string(index=False)
    if kind == "cards":
        rows = [[_marked(str(row[0])), *row[1:]] for row in table.rows]
        return Shown(pieces().cards(rows), text)
    if mark.current():
        caption = Markup(escape(_marked(""))) + caption  # noqa: S704
    return Shown(pieces().table(table.heads, table.rows, table.flush, caption, kind), text)


def _marked(text: str) -> str:
    present = mark.current()
    return f"[{present.word}] {text}" if present else text
