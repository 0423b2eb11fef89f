"""Pieces of a page, for notebooks and for the site: text in, escaped HTML out.

Everything given as plain text is escaped; pieces made here (:class:`Html`) are taken as they are.
A notebook cell ends with one piece, and Jupyter shows it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import matplotlib.pyplot as plt
import pandas as pd
from markupsafe import Markup, escape
from matplotlib.figure import Figure
from pandas.api.types import is_numeric_dtype

from erat.plots.style import DPI, png

CSS_PIXELS = 96


class _HasHtml(Protocol):
    def __html__(self) -> str: ...


@dataclass(frozen=True)
class Html:
    """A piece of a page.

    Parameters
    ----------
    markup
        HTML in which every value is escaped.
    """

    markup: Markup

    def __html__(self) -> str:
        return self.markup

    def _repr_html_(self) -> str:
        return str(self.markup)

    def __repr__(self) -> str:
        return f"<Html, {len(self.markup)} characters>"

    def __add__(self, other: Html) -> Html:
        return Html(self.markup + other.markup)


Content = str | int | float | _HasHtml
"""What a piece may hold: text to escape, or another piece."""


def _fill(template: str, *values: object, **named: object) -> Html:
    return Html(Markup(template).format(*values, **named))  # noqa: S704  (values are escaped)


def join(pieces: Iterable[Content], between: str = "\n") -> Html:
    """Put pieces one after another.

    Examples
    --------
    >>> str(join(["a < b", text("c")]).markup)
    'a &lt; b\\n<p>c</p>'
    """
    return Html(Markup(escape(between)).join(map(escape, pieces)))  # noqa: S704


def text(*content: Content, kind: str = "") -> Html:
    """Make a paragraph; ``kind`` is a class of the style sheet: ``lead``, ``small``.

    Examples
    --------
    >>> str(text("5 < 6").markup)
    '<p>5 &lt; 6</p>'
    """
    inner = join(content, between="")
    return _fill('<p class="{}">{}</p>', kind, inner) if kind else _fill("<p>{}</p>", inner)


def strong(content: Content) -> Html:
    """Mark what a sentence is about."""
    return _fill("<strong>{}</strong>", content)


def heading(content: Content, level: int = 2, anchor: str = "") -> Html:
    """Make a heading; ``anchor`` is the part of an address that leads to it."""
    if anchor:
        return _fill('<h{0} id="{1}">{2}</h{0}>', level, anchor, content)
    return _fill("<h{0}>{1}</h{0}>", level, content)


def section(*content: Content, title: Content = "", anchor: str = "") -> Html:
    """Group pieces under a heading of the second level."""
    parts = [heading(title, anchor=anchor), *content] if title else list(content)
    return _fill("<section>{}</section>", join(parts))


def note(*content: Content, kind: str = "info") -> Html:
    """Set a remark apart; ``kind`` is ``info``, ``warning`` or ``missing`` (not assessed)."""
    return _fill('<aside class="note {}">{}</aside>', kind, join(content, between=" "))


def items(content: Iterable[Content]) -> Html:
    """Make a list with bullets."""
    return _fill("<ul>{}</ul>", join(_fill("<li>{}</li>", item) for item in content))


def link(href: str, content: Content) -> Html:
    """Make a link to another page, or to ``#anchor`` on this one."""
    return _fill('<a href="{}">{}</a>', href, content)


def anchored(anchor: str, content: Content) -> Html:
    """Let a link lead to a piece of text."""
    return _fill('<span id="{}">{}</span>', anchor, content)


def download(href: str, content: Content, detail: Content = "") -> Html:
    """Make a link that saves a file beside the page."""
    small = _fill(" <small>{}</small>", detail) if detail else ""
    return _fill('<p class="download"><a href="{}" download>{}</a>{}</p>', href, content, small)


def card(label: Content, value: Content, detail: Content = "", kind: str = "") -> Html:
    """Show one figure large: what it is, the figure, and a line below it.

    Give several to :func:`cards`.
    """
    small = _fill('<span class="detail">{}</span>', detail) if detail else ""
    body = _fill('<span class="label">{}</span><span class="value">{}</span>', label, value)
    return _fill('<div class="card {}">{}{}</div>', kind, body, small)


def cards(*content: Html) -> Html:
    """Set cards side by side, as many as the page is wide for."""
    return _fill('<div class="cards">{}</div>', join(content))


def details(summary: Content, *content: Content, anchor: str = "") -> Html:
    """Fold pieces away under a line that opens them; a link to ``anchor`` leads to that line."""
    named = Markup(' id="{}"').format(anchor) if anchor else Markup("")
    return _fill("<details{}><summary>{}</summary>{}</details>", named, summary, join(content))


def figure(fig: Figure, *, alt: str, caption: Content = "", dpi: float = DPI) -> Html:
    """Turn a figure into a picture inside the page, and close it.

    Parameters
    ----------
    fig
        A matplotlib figure.
    alt
        What the picture says, for those who cannot see it.
    caption
        Text below the picture: source, reading help.
    dpi
        Pixels per inch; the picture is shown at its size in inches or narrower.

    Returns
    -------
    Html
        The same bytes for the same figure.
    """
    if not alt.strip():
        raise ValueError("a figure needs an alternative text")
    width, height = (round(float(inches) * CSS_PIXELS) for inches in fig.get_size_inches())
    data = base64.b64encode(png(fig, dpi)).decode("ascii")
    plt.close(fig)
    image = _fill(
        '<img src="data:image/png;base64,{}" alt="{}" width="{}" height="{}">',
        data,
        alt,
        width,
        height,
    )
    below = _fill("<figcaption>{}</figcaption>", caption) if caption else ""
    return _fill("<figure>{}{}</figure>", image, below)


def table(
    frame: pd.DataFrame,
    *,
    caption: Content = "",
    row_headers: bool = True,
    right: Sequence[str] | None = None,
    kind: str = "",
) -> Html:
    """Make a table that scrolls sideways on a narrow screen.

    Parameters
    ----------
    frame
        Columns to show, in order; cells are text, numbers already rounded, or pieces. The index
        is not shown. A missing cell is an en dash.
    caption
        Text above the table.
    row_headers
        Whether the first column names the rows.
    right
        Columns to set flush right; by default those that hold numbers.
    kind
        A class of the style sheet; ``stack`` sets cells below each other on a narrow screen.
    """
    if frame.empty:
        raise ValueError("a table needs at least one row and one column")
    flush = set(right) if right is not None else _numeric(frame)
    head = join(_cell("th", name, name in flush, scope="col") for name in frame.columns)
    rows = join(
        _row(list(frame.columns), values, flush, row_headers)
        for values in frame.itertuples(index=False, name=None)
    )
    above = _fill("<caption>{}</caption>", caption) if caption else ""
    return _fill(
        '<div class="scroll" tabindex="0"><table class="{}">{}<thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>",
        kind,
        above,
        head,
        rows,
    )


def _numeric(frame: pd.DataFrame) -> set[str]:
    return {str(name) for name in frame.columns if is_numeric_dtype(frame[name])}


def _row(
    columns: list[str], values: tuple[object, ...], flush: set[str], row_headers: bool
) -> Html:
    cells = [
        _cell("th", value, name in flush, scope="row")
        if row_headers and place == 0
        else _cell("td", value, name in flush, label=str(name))
        for place, (name, value) in enumerate(zip(columns, values, strict=True))
    ]
    return _fill("<tr>{}</tr>", join(cells, between=""))


def _cell(tag: str, value: object, flush: bool, *, scope: str = "", label: str = "") -> Html:
    missing = value is None or value is pd.NA or (isinstance(value, float) and value != value)
    attributes = Markup(' scope="{}"').format(scope) if scope else Markup("")
    attributes += Markup(' data-label="{}"').format(label) if label else Markup("")
    attributes += Markup(' class="num"') if flush else Markup("")
    return _fill("<{0}{1}>{2}</{0}>", tag, attributes, "–" if missing else value)
