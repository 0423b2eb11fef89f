"""Frames as tables for people, and tables and pictures as the methodology notebooks keep them.

Headings are in words, numbers rounded, values stand with their intervals. A kept table is text and,
for the page, HTML; nbval compares both with what the notebook gives now. So its markup is plain and
does not follow the looks of the report pages.
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
from typing import NamedTuple

import numpy as np
import pandas as pd
from IPython.display import Image, Markdown
from markupsafe import escape
from matplotlib.figure import Figure
from pandas.api.types import is_bool_dtype, is_integer_dtype, is_numeric_dtype

from erat.locale import Estimate, Language, phrase, written
from erat.plots.style import png

ENGLISH = Language("en")

INTERVAL, JOINED = re.compile(r"(?<=\d)\N{EN DASH}(?=\d)"), "\N{WORD JOINER}"
"""The dash of an interval, and what keeps a line from breaking after it."""
NEEDS_INTERVAL = re.compile(r"((?!median).*_)?(score|rank)")
"""Columns that are not shown without the ends of their interval."""
BESIDE = ("unit", "digits", "simulated")
"""Columns about the others of a row: unit of measurement, decimals, whether they are simulated."""

HEADINGS = {
    "median": phrase("Median of provinces"), "group_median": phrase("Median of the island group"),
    "median_rank": phrase("Median of its ranks"), "share_better": phrase("Ways with a better rank"),
    "set_apart": phrase("What sets it apart"), "lost_percent": phrase("Lost to inequality (%)"),
    "reason": phrase("Why it belongs"), "phase_and_capacity": phrase("Phase, capacity"),
    # of an audit
    "alpha": phrase("Alpha, 95% interval"), "kmo": phrase("KMO"), "bartlett": phrase("Bartlett, p"),
    "over_one": phrase("Components over 1"), "first_share": phrase("Share of the first"),
    "rest": phrase("With the rest of its dimension"), "alpha_without": phrase("Alpha without it"),
    "r": phrase("With its dimension"), "r_best": phrase("With the best other one"),
    "best": phrase("Which other one"), "skewness_treated": phrase("Skewness, treated"),
    "kurtosis_treated": phrase("Kurtosis, treated"), "moved": phrase("Values moved"),
    "used": phrase("Scale used"), "weight_in_index": phrase("Weight in the index"),
    "importance": phrase("Effective importance"), "r_index": phrase("Correlation with the index"),
    "mean_shift": phrase("Mean change, ranks"), "max_shift": phrase("Largest change"),
    "mover": phrase("Province that moves most"), "share_of_scores": phrase("Share of the scores"),
    "r_ranks": phrase("Ranks"),
    # of an assessed capacity
    "subunits": phrase("Sub-units"), "rate": phrase("Response rate"),
    "one_level": phrase("One level throughout"), "government_score": phrase("Province government"),
    "regencies_score": phrase("Regencies and cities"), "lowest_name": phrase("Lowest"),
    "highest_name": phrase("Highest"), "lowest_dimension_score": phrase("Its score"),
    "lowest_score": phrase("Its score"), "highest_score": phrase("Its score"),
    "lost": phrase("Lost to inequality"),
    "indicators_there": phrase("Indicators, with its score there"),
    "contribution": phrase("Adds to the index"), "against_average": phrase("Against the average"),
    "next_step": phrase("Step that comes next"), "just_below": phrase("Sub-units just below it"),
    "gain": phrase("Gain in the index"),
    "dimensions_first": phrase("Dimensions first, less sub-units first"),
    "between": phrase("Between whom"), "self_assessed": phrase("Self-assessed"),
    "share": phrase("Weight"),
}  # fmt: skip
"""Headings of columns; one that is not here has its name, spelled out."""


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
        rows = "\n".join(self._row(row, "row", "td") for row in self.frame.to_numpy().tolist())
        table = f"<table>\n<thead>{head}</thead>\n<tbody>\n{rows}\n</tbody></table>"
        return f'<div class="scroll" tabindex="0">{table}</div>'

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

    Names of columns are written with spaces and a capital; the index is not shown. ``digits`` are
    the decimals of all columns of floats, or of the named ones (2 for the others); None writes four
    significant digits, for a column of several units.

    >>> listed(pd.DataFrame({"first_year": [2010], "share": [12.345]}))
    First year Share
          2010 12.35
    """
    places = digits if isinstance(digits, Mapping) else dict.fromkeys(frame.columns, digits)
    heads = {name: spelled_out(str(name)) for name in frame.columns}
    texts = {heads[name]: _texts(frame[name], places.get(name, 2)) for name in frame.columns}
    right = frozenset(heads[name] for name in frame.columns if _is_number(frame[name]))
    return Exhibit(pd.DataFrame(texts), right)


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
    program = [sys.executable, "-c", "from erat.cli import main; main()", *words]
    env = {**os.environ, "COLUMNS": "100"}
    done = subprocess.run(program, cwd=folder, env=env, check=True, capture_output=True, text=True)  # noqa: S603
    return f"$ {command}\n{done.stdout}"


def _texts(column: pd.Series, digits: int | None) -> list[str]:
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


class Table(NamedTuple):
    """A table of texts: headings, rows (the first text names the row), which stand flush right."""

    heads: list[str]
    rows: list[list[object]]
    flush: list[bool]


def spelled_out(name: str) -> str:
    """Write the name of a column as a heading: ``weakest_regency`` is 'Weakest regency'."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def table_of(
    frame: pd.DataFrame, lang: Language, formats: Mapping[str, str] | None = None
) -> Table:
    """Write a frame as a table of texts.

    ``x`` with ``x_low`` and ``x_high`` becomes one column, the value with its interval; ``low`` and
    ``high`` belong to the column before them. A column ``digits`` gives the decimals of its row,
    ``x_missing`` what is written where ``x`` is missing. The index is the first column, unless
    there is a column ``name``, or it only counts the rows. ``formats`` say how a column's numbers
    are written (:func:`erat.locale.written`); floats have one decimal otherwise.

    An empty frame is a ``ValueError``, and so is a score or a rank without its interval.
    """
    if frame.empty:
        raise ValueError("a table needs at least one row and one column")
    counts = isinstance(frame.index, pd.RangeIndex) and frame.index.name is None
    shown = frame if counts or "name" in frame else frame.reset_index()
    columns = list(shown.columns)
    if "low" in columns[1:]:
        before = columns[columns.index("low") - 1]
        shown = shown.rename(columns={"low": f"{before}_low", "high": f"{before}_high"})
    bare = [name for name in map(str, shown.columns)
            if NEEDS_INTERVAL.fullmatch(name) and f"{name}_low" not in shown]  # fmt: skip
    if bare:
        raise ValueError(
            f"columns {', '.join(bare)} without an interval; expected {bare[0]}_low and "
            f"{bare[0]}_high beside: no score or rank is shown without its interval"
        )
    ends = {f"{name}_{end}" for name in shown.columns for end in ("low", "high", "missing")}
    names = [name for name in shown.columns if name not in ends and name not in BESIDE]
    names.sort(key=lambda name: name != "name")
    cells = [_column(shown, name, lang, (formats or {}).get(str(name), "")) for name in names]
    return Table(
        heads=[lang.translated(HEADINGS.get(str(n)) or spelled_out(str(n))) for n in names],
        rows=[list(row) for row in zip(*cells, strict=True)],
        flush=[_is_number(shown[name]) for name in names],
    )


def _is_number(column: pd.Series) -> bool:
    estimates = len(column) > 0 and all(isinstance(value, Estimate) for value in column)
    return estimates or bool(is_numeric_dtype(column) and not is_bool_dtype(column))


def _column(frame: pd.DataFrame, name: str, lang: Language, spec: str) -> list[object]:
    """Write one column: with intervals where their ends are there, names with units."""
    values = list(frame[name])
    if name == "name" and "unit" in frame:
        units = frame["unit"].fillna("")
        return [f"{v} ({u})" if u else v for v, u in zip(values, units, strict=True)]
    needs_interval = NEEDS_INTERVAL.fullmatch(str(name))
    specs = [spec] * len(values)
    if not spec and "digits" in frame and is_numeric_dtype(frame[name]) and not needs_interval:
        specs = [f".{int(digits)}" for digits in frame["digits"]]
    if f"{name}_low" in frame:
        ends = zip(values, frame[f"{name}_low"], frame[f"{name}_high"], strict=True)
        digits = 0 if needs_interval and name.endswith("rank") else 1
        values = [
            v if v != v or low != low else Estimate(v, low, high, digits) for v, low, high in ends
        ]
    missing = list(frame.get(f"{name}_missing", [""] * len(values)))
    return [
        (word or "–")
        if value is None or value is pd.NA or value != value
        else written(lang, value, spec)
        for value, spec, word in zip(values, specs, missing, strict=True)
    ]
