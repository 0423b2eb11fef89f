"""Frames as tables for people: headings in words, numbers rounded, values with their intervals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from erat.locale import Estimate, Language, written

NEEDS_INTERVAL = re.compile(r"((?!median).*_)?(score|rank)")
"""Columns that are not shown without the ends of their interval."""
BESIDE = ("unit", "digits", "simulated")
"""Columns about the others of a row: unit of measurement, decimals, whether they are simulated."""


class Table(NamedTuple):
    """A table of texts: headings, rows (the first text names the row), which stand flush right."""

    heads: list[str]
    rows: list[list[object]]
    flush: list[bool]


def headings(lang: Language) -> dict[str, str]:
    """Return the headings of columns; one that is not here has its name, spelled out."""
    tr = lang.tr
    return {
        "median": tr("Median of provinces"),
        "group_median": tr("Median of the island group"),
        "median_rank": tr("Median of its ranks"),
        "share_better": tr("Ways with a better rank"),
        "set_apart": tr("What sets it apart"),
        "lost_percent": tr("Lost to inequality (%)"),
        "reason": tr("Why it belongs"),
        "phase_and_capacity": tr("Phase, capacity"),
        # of an audit
        "alpha": tr("Alpha, 95% interval"),
        "kmo": tr("KMO"),
        "bartlett": tr("Bartlett, p"),
        "over_one": tr("Components over 1"),
        "first_share": tr("Share of the first"),
        "rest": tr("With the rest of its dimension"),
        "alpha_without": tr("Alpha without it"),
        "r": tr("With its dimension"),
        "r_best": tr("With the best other one"),
        "best": tr("Which other one"),
        "skewness_treated": tr("Skewness, treated"),
        "kurtosis_treated": tr("Kurtosis, treated"),
        "moved": tr("Values moved"),
        "used": tr("Scale used"),
        "weight_in_index": tr("Weight in the index"),
        "importance": tr("Effective importance"),
        "r_index": tr("Correlation with the index"),
        "mean_shift": tr("Mean change, ranks"),
        "max_shift": tr("Largest change"),
        "mover": tr("Province that moves most"),
        "share_of_scores": tr("Share of the scores"),
        "r_ranks": tr("Ranks"),
        # of an assessed capacity
        "subunits": tr("Sub-units"),
        "rate": tr("Response rate"),
        "one_level": tr("One level throughout"),
        "government_score": tr("Province government"),
        "regencies_score": tr("Regencies and cities"),
        "lowest_name": tr("Lowest"),
        "highest_name": tr("Highest"),
        **dict.fromkeys(
            ("lowest_dimension_score", "lowest_score", "highest_score"), tr("Its score")
        ),
        "lost": tr("Lost to inequality"),
        "indicators_there": tr("Indicators, with its score there"),
        "contribution": tr("Adds to the index"),
        "against_average": tr("Against the average"),
        "next_step": tr("Step that comes next"),
        "just_below": tr("Sub-units just below it"),
        "gain": tr("Gain in the index"),
        "dimensions_first": tr("Dimensions first, less sub-units first"),
        "between": tr("Between whom"),
        "self_assessed": tr("Self-assessed"),
        "share": tr("Weight"),
    }


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
    _refuse_bare(shown)
    ends = {f"{name}_{end}" for name in shown.columns for end in ("low", "high", "missing")}
    names = [name for name in shown.columns if name not in ends and name not in BESIDE]
    names.sort(key=lambda name: name != "name")
    words = headings(lang)
    cells = [_column(shown, name, lang, (formats or {}).get(str(name), "")) for name in names]
    return Table(
        heads=[words.get(str(n)) or lang.translated(spelled_out(str(n))) for n in names],
        rows=[list(row) for row in zip(*cells, strict=True)],
        flush=[_is_number(shown[name]) for name in names],
    )


def _refuse_bare(shown: pd.DataFrame) -> None:
    bare = [
        name
        for name in map(str, shown.columns)
        if NEEDS_INTERVAL.fullmatch(name) and f"{name}_low" not in shown
    ]
    if bare:
        raise ValueError(
            f"columns {', '.join(bare)} without an interval; expected {bare[0]}_low and "
            f"{bare[0]}_high beside: no score or rank is shown without its interval"
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
