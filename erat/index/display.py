"""How objects show themselves: a line of text, and a small table in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

import pandas as pd
from markupsafe import Markup

MOST_ROWS = 40
"""A table shows so many rows, and tells how many more there are."""


def small_table(
    caption: str, header: Sequence[object], rows: Iterable[Sequence[object]], count: int
) -> str:
    """Return a table as HTML, every text escaped; numbers have four digits, missing ones a dash.

    Of ``count`` rows the first :data:`MOST_ROWS` are shown.

    Examples
    --------
    >>> small_table("a < b", ["x"], [[1.23456]], 1)[:57]
    '<table><caption>a &lt; b</caption><thead><tr><th>x</th></'
    """
    head, cell = _row(Markup("<th>{}</th>"), header), Markup("<td>{}</td>")
    body = Markup("").join(_row(cell, map(shown, row)) for row in islice(rows, MOST_ROWS))
    more = f" ({MOST_ROWS} of {count} rows)" if count > MOST_ROWS else ""
    table = Markup("<table><caption>{}</caption><thead>{}</thead><tbody>{}</tbody></table>")
    return str(table.format(caption + more, head, body))


def _row(shape: Markup, cells: Iterable[object]) -> Markup:
    return Markup("<tr>{}</tr>").format(Markup("").join(shape.format(cell) for cell in cells))


def shown(cell: object) -> str:
    """Return a cell as text.

    Examples
    --------
    >>> shown(12.3456), shown(float("nan")), shown(3), shown("x03")
    ('12.35', '–', '3', 'x03')
    """
    if cell is None or (pd.api.types.is_scalar(cell) and pd.isna(cell)):
        return "–"
    return f"{cell:.4g}" if isinstance(cell, float) else str(cell)


def counted(number: int, noun: str) -> str:
    """Return a number of things in words.

    Examples
    --------
    >>> counted(1, "indicator"), counted(38, "unit")
    ('1 indicator', '38 units')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
