"""Frames as tables for people: headings in words, numbers rounded, values with their intervals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from erat.locale import Estimate, Language, written

NEEDS_INTERVAL = re.compile(r"((?!median).*_)?(score|rank)")
"""Columns that are not shown without the ends of their interval."""
BESIDE = ("unit", "digits", "simulated")
"""Columns about the others of a row: unit of measurement, decimals, whether they are simulated."""


@dataclass(frozen=True)
class Table:
    """A table of texts.

    Attributes
    ----------
    heads
        Heading of each column.
    rows
        Texts and pieces of pages, a list a row; the first names the row.
    flush
        Whether each column stands flush right.
    """

    heads: list[str]
    rows: list[list[object]]
    flush: list[bool]


def headings(lang: Language) -> dict[str, str]:
    """Return the words for columns that frames have in common; others are written as they are."""
    tr = lang.tr
    return {
        "name": tr("Name"),
        "score": tr("Score"),
        "rank": tr("Rank"),
        "median": tr("Median of provinces"),
        "group_median": tr("Median of the island group"),
        "value": tr("Value"),
        "source": tr("Source"),
        "year": tr("Year"),
        "weight": tr("Weight"),
        "median_rank": tr("Median of its ranks"),
        "share_better": tr("Ways with a better rank"),
        "third": tr("Third"),
        "set_apart": tr("What sets it apart"),
        "lowest": tr("Lowest"),
        "highest": tr("Highest"),
        "range": tr("Range"),
        "gini": tr("Gini"),
        "lost_percent": tr("Lost to inequality (%)"),
        "published": tr("Published"),
        "difference": tr("Difference"),
        "provinces": tr("Provinces"),
        "regencies": tr("Regencies"),
        "mean": tr("Mean"),
        "weakest_regency": tr("Weakest regency"),
        "dimension": tr("Dimension"),
        "better": tr("Better"),
        "goalposts": tr("Goalposts"),
        "reason": tr("Why it belongs"),
        "reference": tr("Reference"),
        "phase_and_capacity": tr("Phase, capacity"),
        **_audit_headings(lang),
    }


def _audit_headings(lang: Language) -> dict[str, str]:
    """Return the words for columns of an audit: the data, their structure, what moves ranks."""
    tr = lang.tr
    return {
        "indicator": tr("Indicator"),
        "indicators": tr("Indicators"),
        "years": tr("Years"),
        "quality": tr("Quality"),
        "imputed": tr("Imputed"),
        "carried_forward": tr("Carried forward"),
        "still_missing": tr("Still missing"),
        "set": tr("Set"),
        "items": tr("Items"),
        "alpha": tr("Alpha, 95% interval"),
        "omega": tr("Omega"),
        "kmo": tr("KMO"),
        "bartlett": tr("Bartlett, p"),
        "over_one": tr("Components over 1"),
        "first_share": tr("Share of the first"),
        "rest": tr("With the rest of its dimension"),
        "alpha_without": tr("Alpha without it"),
        "r": tr("With its dimension"),
        "r_best": tr("With the best other one"),
        "best": tr("Which other one"),
        "skewness": tr("Skewness"),
        "skewness_treated": tr("Skewness, treated"),
        "kurtosis": tr("Kurtosis"),
        "kurtosis_treated": tr("Kurtosis, treated"),
        "outliers": tr("Outliers"),
        "moved": tr("Values moved"),
        "used": tr("Scale used"),
        "weight_in_index": tr("Weight in the index"),
        "importance": tr("Effective importance"),
        "gap": tr("Gap"),
        "r_index": tr("Correlation with the index"),
        "choice": tr("Choice"),
        "left_out": tr("Left out"),
        "mean_shift": tr("Mean change, ranks"),
        "max_shift": tr("Largest change"),
        "mover": tr("Province that moves most"),
        "share_of_scores": tr("Share of the scores"),
        "rank_correlation": tr("Rank correlation"),
        "series": tr("Series"),
        "r_ranks": tr("Ranks"),
    }


def capacity_headings(lang: Language) -> dict[str, str]:
    """Return the words for columns of frames of an assessed capacity."""
    tr = lang.tr
    return {
        "subunits": tr("Sub-units"),
        "people": tr("People"),
        "answered": tr("Answered"),
        "asked": tr("Asked"),
        "rate": tr("Response rate"),
        "one_level": tr("One level throughout"),
        "not_answered": tr("Not answered"),
        "government_score": tr("Province government"),
        "regencies_score": tr("Regencies and cities"),
        "governments": tr("Governments"),
        "lowest_dimension": tr("Lowest dimension"),
        "lowest_dimension_score": tr("Its score"),
        "lowest_name": tr("Lowest"),
        "lowest_score": tr("Its score"),
        "highest_name": tr("Highest"),
        "highest_score": tr("Its score"),
        "lost": tr("Lost to inequality"),
        "part_of_the_mean": tr("Part of the mean"),
        "indicators": tr("Indicators, with its score there"),
        "contribution": tr("Adds to the index"),
        "moved": tr("Against the average"),
        "step": tr("Step"),
        "question": tr("Question"),
        "text": tr("Text"),
        "next_step": tr("Step that comes next"),
        "just_below": tr("Sub-units just below it"),
        "gain": tr("Gain in the index"),
        "dimensions_first": tr("Dimensions first, less sub-units first"),
        "between": tr("Between whom"),
        "self_assessed": tr("Self-assessed"),
        "verified": tr("Verified"),
        "difference": tr("Difference"),
        "answers_verified": tr("Answers verified"),
        "met_by": tr("Met by"),
        "file": tr("File"),
        "answers": tr("Answers"),
        "accepted": tr("Accepted"),
        "repeated": tr("Repeated"),
        "refused": tr("Refused"),
        "noted": tr("Noted"),
        "where": tr("Where"),
        "found": tr("Found"),
        "expected": tr("Expected"),
        "what_to_do": tr("What to do"),
        "share": tr("Weight"),
        "indicator": tr("Indicator"),
        "index": tr("Index"),
        "class": tr("Class"),
        "kind": tr("Kind"),
        "when": tr("When"),
        "who": tr("Who"),
        "status": tr("Status"),
        "result": tr("Result"),
    }


def table_of(
    frame: pd.DataFrame, lang: Language, formats: Mapping[str, str] | None = None
) -> Table:
    """Write a frame as a table of texts.

    ``x`` with ``x_low`` and ``x_high`` becomes one column, the value with its interval; ``low`` and
    ``high`` belong to the column before them. A column ``digits`` gives the decimals of its row,
    ``x_missing`` what is written where ``x`` is missing. The index is the first column, unless there
    is a column ``name``, or it only counts the rows.

    Parameters
    ----------
    frame
        At least one row and one column.
    lang
        The language of headings and numbers.
    formats
        How a column's numbers are written (:func:`erat.locale.written`); floats have one
        decimal otherwise.

    Raises
    ------
    ValueError
        If the frame is empty, or has a score or a rank without its interval.
    """
    if frame.empty:
        raise ValueError("a table needs at least one row and one column")
    shown = frame if _counts(frame) or "name" in frame else frame.reset_index()
    columns = list(shown.columns)
    if "low" in columns[1:]:
        before = columns[columns.index("low") - 1]
        shown = shown.rename(columns={"low": f"{before}_low", "high": f"{before}_high"})
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
    ends = {f"{name}_{end}" for name in shown.columns for end in ("low", "high", "missing")}
    names = [name for name in shown.columns if name not in ends and name not in BESIDE]
    if "name" in names:
        names = ["name", *(name for name in names if name != "name")]
    words = {**headings(lang), **capacity_headings(lang)}
    columns = [_column(shown, name, lang, formats or {}) for name in names]
    return Table(
        heads=[words.get(str(name)) or lang.translated(_spaced(str(name))) for name in names],
        rows=[list(row) for row in zip(*columns, strict=True)],
        flush=[_is_number(shown[name]) for name in names],
    )


def _counts(frame: pd.DataFrame) -> bool:
    return isinstance(frame.index, pd.RangeIndex) and frame.index.name is None


def _spaced(name: str) -> str:
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def _is_number(column: pd.Series) -> bool:
    estimates = len(column) > 0 and all(isinstance(value, Estimate) for value in column)
    return estimates or bool(is_numeric_dtype(column) and not is_bool_dtype(column))


def _column(
    frame: pd.DataFrame, name: str, lang: Language, formats: Mapping[str, str]
) -> list[object]:
    """Write one column: with intervals where their ends are there, names with units."""
    values = list(frame[name])
    if name == "name" and "unit" in frame:
        units = frame["unit"].fillna("")
        return [f"{v} ({u})" if u else v for v, u in zip(values, units, strict=True)]
    specs = [formats.get(str(name), "")] * len(values)
    of_series = is_numeric_dtype(frame[name]) and not NEEDS_INTERVAL.fullmatch(str(name))
    if not specs[0] and "digits" in frame and of_series:
        specs = [f".{int(digits)}" for digits in frame["digits"]]
    if f"{name}_low" in frame:
        ends = zip(values, frame[f"{name}_low"], frame[f"{name}_high"], strict=True)
        digits = 0 if NEEDS_INTERVAL.fullmatch(name) and name.endswith("rank") else 1
        values = [
            v if v != v or low != low else Estimate(v, low, high, digits) for v, low, high in ends
        ]
    otherwise = list(frame.get(f"{name}_missing", pd.Series("", index=frame.index)))
    return [
        (said or "–") if _missing(value) else written(lang, value, spec)
        for value, spec, said in zip(values, specs, otherwise, strict=True)
    ]


def _missing(value: object) -> bool:
    return value is None or value is pd.NA or value != value
