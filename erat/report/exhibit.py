"""Tables and pictures as the methodology notebooks keep them: as text that can be compared.

A kept table is text and, for the page, HTML; nbval compares both with what the notebook gives now.
So the markup here is plain and does not follow the looks of the report pages.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from IPython.display import Image, Markdown
from markupsafe import escape
from matplotlib.figure import Figure
from pandas.api.types import is_bool_dtype, is_integer_dtype, is_numeric_dtype

from erat.locale import Language
from erat.plots.style import png
from erat.report.tables import spelled_out

ENGLISH = Language("en")

INTERVAL, JOINED = re.compile(r"(?<=\d)\N{EN DASH}(?=\d)"), "\N{WORD JOINER}"
"""The dash of an interval, and what keeps a line from breaking after it."""


@dataclass(frozen=True)
class Exhibit:
    """A table of texts, with the columns that stand flush right."""

    frame: pd.DataFrame
    right: frozenset[str]

    def __repr__(self) -> str:
        return str(self.frame.to_string(index=False))

    def _repr_html_(self) -> str:
        names = [str(name) for name in self.frame.columns]
        head = self._row(names, "col", "th", ' scope="col"')
        rows = [
            self._row(row, "row", "td") for row in self.frame.itertuples(index=False, name=None)
        ]
        return (
            f'<div class="scroll" tabindex="0"><table>\n<thead>{head}</thead>\n'
            f"<tbody>\n{chr(10).join(rows)}\n</tbody></table></div>"
        )

    def _row(self, texts: Sequence[str], scope: str, tag: str, attributes: str = "") -> str:
        """Write a row; the first cell is its heading."""
        first, *others = (escape(INTERVAL.sub(f"\N{EN DASH}{JOINED}", text)) for text in texts)
        cells = [f'<th scope="{scope}">{first}</th>']
        for name, text in zip(self.frame.columns[1:], others, strict=True):
            flush = ' class="num"' if name in self.right else ""
            cells.append(f"<{tag}{attributes}{flush}>{text}</{tag}>")
        return f"<tr>{''.join(cells)}</tr>"


def listed(frame: pd.DataFrame, digits: int | Mapping[str, int | None] | None = 2) -> Exhibit:
    """Show a table with every number rounded, so that its text is the same on any machine.

    Parameters
    ----------
    frame
        Columns to show; their names are written with spaces and a capital. The index is not shown.
    digits
        Decimals of all columns of floats, or of the named ones (2 for the others). None writes
        four significant digits, for a column of several units.

    Examples
    --------
    >>> listed(pd.DataFrame({"first_year": [2010], "share": [12.345]}))
    First year Share
          2010 12.35
    """
    places = digits if isinstance(digits, Mapping) else dict.fromkeys(frame.columns, digits)
    heads = {name: spelled_out(str(name)) for name in frame.columns}
    written = {heads[name]: _written(frame[name], places.get(name, 2)) for name in frame.columns}
    right = frozenset(heads[name] for name in frame.columns if _is_number(frame[name]))
    return Exhibit(pd.DataFrame(written), right)


def picture(figure: Figure, alt: str) -> Image:
    """Show a figure; ``alt`` says what it shows to those who cannot see it."""
    return Image(png(figure), alt=alt)


def verbatim(text: str) -> Markdown:
    """Show a text line by line, as it is."""
    return Markdown(f"```text\n{text.rstrip()}\n```")


def printed(command: str, folder: Path) -> str:
    r"""Run a command of ``erat`` in a folder, and return the line and what it prints.

    A line may go on after a backslash, as in a shell. Another command than ``erat`` is a
    ``ValueError``, another status than 0 a ``CalledProcessError``.
    """
    name, *words = shlex.split(command.replace("\\\n", " "))
    if name != "erat":
        raise ValueError(f"{name!r}; expected a command of erat")
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", "from erat.cli import main; main()", *words],
        cwd=folder,
        env={**os.environ, "COLUMNS": "100"},
        check=True,
        capture_output=True,
        text=True,
    )
    return f"$ {command}\n{done.stdout}"


def _is_number(column: pd.Series) -> bool:
    return bool(is_numeric_dtype(column) and not is_bool_dtype(column))


def _written(column: pd.Series, digits: int | None) -> list[str]:
    if not _is_number(column):
        return [_word(value) for value in column]
    whole = is_integer_dtype(column)
    if "year" in str(column.name) and whole:
        return [str(value) for value in column]
    places = 0 if whole else digits
    return [ENGLISH.number(value, _places(value) if places is None else places) for value in column]


def _places(value: float) -> int:
    """Return the decimals that leave four significant digits, without zeros at the end."""
    text = f"{value:.4g}"
    return len(text.partition(".")[2]) if "e" not in text else 0


def _word(value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    return "–" if value is None or value is pd.NA or value != value else str(value)
