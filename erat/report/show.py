"""Show and say: the ways by which a notebook puts something before its reader.

In JupyterLab they display plainly; on a page of the site they take its looks. They hold what every
page must keep: no score or rank without its interval, a text for those who cannot see a figure, the
word 'simulated' on what is simulated, escaped text, and the publishers of the figures.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import pandas as pd
from IPython.display import display
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from erat.edition.opened import latest_opened
from erat.locale import spoken
from erat.locale.numbers import sentence, sentence_html
from erat.plots import mark
from erat.plots.style import png
from erat.report.tables import table_of

TEMPLATES = Path(str(files("erat.report"))) / "templates"
CSS_PIXELS = 96
"""Pixels of a style sheet in an inch."""


class Shown:
    """What a cell puts out: HTML for pages and JupyterLab, text for a terminal."""

    def __init__(self, markup: Markup, text: str) -> None:
        self.markup, self.text = markup, text

    def __html__(self) -> Markup:
        return self.markup

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
    """Return a text in the language of the report, its fields filled.

    Parameters
    ----------
    text
        English, a key of the catalogue; ``{field}`` or ``{field:+.1}``.
    values
        The fields, written as :func:`erat.locale.numbers.written` writes them.
    """
    return sentence(spoken(), text, **values)


def say(text: str, *, kind: str = "", **values: object) -> None:
    """Put a sentence on the page.

    Parameters
    ----------
    text, values
        As for :func:`words`; a value may be a link (:func:`link`).
    kind
        ``lead`` (large), ``small``, ``note``, ``warning`` or ``missing`` (set apart).
    """
    filled = sentence_html(spoken(), text, **values)
    if kind in ("note", "warning", "missing"):
        markup = pieces().note(filled, "info" if kind == "note" else kind)
    else:
        markup = pieces().paragraph(filled, kind)
    display(Shown(markup, filled.striptags()))


def title(text: str, **values: object) -> None:
    """Put the heading of the page; under it who made it and from what, and a method of one's own."""
    filled = sentence_html(spoken(), text, **values)
    display(Shown(pieces().heading(filled, 1), filled.striptags()))
    if e := latest_opened():
        say(
            "Edition {edition}: {name}. Made with e-RAT {version} from figures of {publishers}; the "
            "latest are of {year}.",
            kind="small",
            edition=e.code,
            name=e.about[f"name_{spoken().code}"],
            version=version("erat"),
            publishers=spoken().join(e.publishers),
            year=e.last_year,
        )
        if e.own_method:
            say(
                "Made with a method of its own, {method}: not the index as edition {edition} "
                "publishes it.",
                kind="warning",
                method=e.about["own_method"],
                edition=e.code,
            )


def items(content: Iterable[str | Markup], *, fold: str = "") -> None:
    """Put a list of sentences that are words already, folded under the line ``fold``.

    An empty list says so; under a fold it is left out.
    """
    listed = list(content)
    if fold and not listed:
        return
    listed = listed or [words("None by the rules used here.")]
    markup = pieces().items(listed)
    markup = pieces().fold(fold, markup) if fold else markup
    display(Shown(markup, "\n".join(f"- {item}" for item in listed)))


def link(href: str, text: str) -> Markup:
    """Return a link to another page, or to ``#anchor`` on this one."""
    return cast("Markup", pieces().link(href, text))


def show(
    content: pd.DataFrame | Figure,
    *,
    alt: str = "",
    caption: str = "",
    formats: Mapping[str, str] | None = None,
    kind: str = "stack",
    fold: str = "",
    source: bool = True,
    **values: object,
) -> None:
    """Show a frame as a table, or a figure.

    Parameters
    ----------
    content
        A frame (see :func:`erat.report.tables.table_of` for what its columns say), or a figure,
        which is closed.
    alt
        Of a figure: what it says, for those who cannot see it.
    caption
        Above a table, below a figure (behind it the publishers of the edition's figures).
    formats
        How the numbers of a column are written.
    kind
        Looks of a table: ``stack`` (cells one below another on a narrow screen), ``cards`` (three
        columns: what, value, remark), ``plain``.
    fold
        A line under which it is folded away.
    source
        Whether the edition's publishers stand under a figure.
    values
        Fields of ``alt``, ``caption`` and ``fold``.

    Raises
    ------
    ValueError
        For a figure without ``alt``, and what :func:`~erat.report.tables.table_of` refuses.
    RuntimeError
        For a figure without the mark that everything here must carry.
    """
    below = sentence_html(spoken(), caption, **values) if caption else Markup("")
    if isinstance(content, Figure):
        sources = made_from() if source else Markup("")
        below = Markup(" ").join(part for part in (below, sources) if part)
        markup, text = _figure(content, words(alt, **values) if alt else "", below)
    else:
        markup, text = _table(content, below, formats, kind)
    if fold:
        markup = pieces().fold(words(fold, **values), markup)
    display(Shown(markup, text))


def made_from() -> Markup:
    """Say whose figures the edition is made from, and where the table of sources is."""
    e = latest_opened()
    if e is None:
        return Markup("")
    return sentence_html(
        spoken(),
        "Figures of {publishers}, {year}; see {sources}.",
        publishers=spoken().join(e.publishers),
        year=e.year,
        sources=link("#sources", words("sources")),
    )


def _figure(figure: Figure, alt: str, caption: Markup) -> tuple[Markup, str]:
    if not alt.strip():
        raise ValueError("a figure needs alt=...: what it says, for those who cannot see it")
    present = mark.current()
    if present and mark.mark_of(figure) != present.word:
        raise RuntimeError(f"a figure without the word {present.word!r} drawn into it")
    width, height = (round(float(inches) * CSS_PIXELS) for inches in figure.get_size_inches())
    data = base64.b64encode(png(figure)).decode("ascii")
    plt.close(figure)
    alt = _marked(alt)
    return pieces().picture(data, alt, width, height, caption), f"[{alt}]"


def _table(
    frame: pd.DataFrame, caption: Markup, formats: Mapping[str, str] | None, kind: str
) -> tuple[Markup, str]:
    table = table_of(frame, spoken(), formats)
    if mark.current():
        caption = Markup(_marked("")) + caption  # noqa: S704
    text = pd.DataFrame(table.rows, columns=table.heads).to_string(index=False)
    if kind == "cards":
        return pieces().cards(table.rows), text
    return pieces().table(table.heads, table.rows, table.flush, caption, kind), text


def _marked(text: str) -> str:
    present = mark.current()
    return f"[{present.word}] {text}" if present else text
