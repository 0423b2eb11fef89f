"""Checks of values against their series: range, base, borders, and families of series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pandas as pd

from erat.errors import Problem, listing, nearest
from erat.index.cell_problems import Finding, finding
from erat.indonesia.text_tables import Loaded

_SERIES = ["indicator", "year", "period"]


class Computation(NamedTuple):
    """How a series follows from others: by ``"ratio"`` of two, or ``"sd"`` of one over years."""

    kind: str
    parts: tuple[str, ...]


def computation(text: str) -> Computation:
    """Read the column ``computed_from`` of the table of indicators.

    Examples
    --------
    >>> computation("food/total"), computation("sd(growth)")
    (Computation(kind='ratio', parts=('food', 'total')), Computation(kind='sd', parts=('growth',)))
    """
    if text.startswith("sd(") and text.endswith(")"):
        return Computation("sd", (text[3:-1],))
    return Computation("ratio" if text else "", tuple(filter(None, text.split("/"))))


def range_findings(loaded: Loaded, indicators: pd.DataFrame) -> Iterator[Finding]:
    """Find values outside the physically possible range of their indicator."""
    rows = loaded.rows("indicator", "value")
    known = indicators.set_index("indicator")
    rows = rows[rows["indicator"].isin(known.index)]
    value = rows["value"].astype(float)
    low = rows["indicator"].map(known["low"].astype(float))
    high = rows["indicator"].map(known["high"].astype(float))
    names = {str(code): str(name) for code, name in known["name_en"].items()}
    units = {str(code): str(unit) for code, unit in known["unit_en"].items()}
    out = (value < low) | (value > high)
    for line, code, text in zip(
        rows.index[out], rows.loc[out, "indicator"], rows.loc[out, "value"], strict=True
    ):
        least, most = float(low[line]), float(high[line])
        yield finding(
            loaded.table.file, f"range {code}", f"{text} ({names[code]})",
            f"{least:,.10g} to {most:,.10g} {units[code]}",
            _range_remedy(float(text), least, most), row=int(line), column="value",
        )  # fmt: skip


def _range_remedy(value: float, low: float, high: float) -> str:
    remedy = "compare it with the publication and its unit of measurement"
    if low > 0 and low <= value * 1000 <= high:
        return f"{remedy}; if the point parts thousands, write {value * 1000:.0f}"
    return remedy


def base_findings(loaded: Loaded, indicators: pd.DataFrame) -> Iterator[Finding]:
    """Find values whose base or vintage is not that of their indicator."""
    rows = loaded.rows("indicator", "base")
    base = dict(zip(indicators["indicator"], indicators["base"], strict=True))
    rows = rows[rows["indicator"].isin(list(base))]
    wrong = rows[rows["base"] != rows["indicator"].map(base)]
    for line, code, found in zip(wrong.index, wrong["indicator"], wrong["base"], strict=True):
        yield finding(
            loaded.table.file, f"base {code} {found}", repr(found),
            f"{base[code]!r}, the base of {code}: two bases or vintages make two series",
            _base_remedy(code, found, indicators), row=int(line), column="base",
        )  # fmt: skip


def _base_remedy(code: str, found: str, indicators: pd.DataFrame) -> str:
    family = indicators.loc[indicators["indicator"] == code, "family"].iloc[0]
    same = indicators[(indicators["family"] == family) & (indicators["base"] == found)]
    if len(same) and found:
        return f"{found} is the base of {same['indicator'].iloc[0]}: give the value there"
    return "give values of another base to another indicator"


def border_findings(loaded: Loaded) -> Iterator[Finding]:
    """Find indicators with values on both borders in one year and period."""
    rows = loaded.rows(*_SERIES, "borders")
    if rows.empty:
        return
    many = rows.groupby(_SERIES)["borders"].transform("nunique") > 1
    for key, same in rows[many].groupby(_SERIES):
        counts = same["borders"].value_counts()
        rare = same.index[same["borders"] == counts.index[-1]]
        series = " ".join(filter(None, map(str, key)))
        found = f"{series} on borders {' and '.join(sorted(counts.index))}"
        yield finding(
            loaded.table.file, f"mixed {series}",
            f"{found} (rows {listing([int(line) for line in rare])} on {counts.index[-1]})",
            "one borders in an indicator's year and period",
            "give the year on 34 or on 38 borders; Papua and Papua Barat are other areas on each",
            row=int(rare[0]), column="borders",
        )  # fmt: skip


def key_findings(loaded: Loaded) -> Iterator[Finding]:
    """Find rows that repeat the key of an earlier row."""
    key = list(loaded.table.key)
    rows = loaded.rows(*key)
    again = rows[rows.duplicated(key, keep=False)]
    for cells, same in again.groupby(key, sort=False):
        words = " ".join(filter(None, map(str, cells)))
        for line in same.index[1:]:
            yield finding(
                loaded.table.file, "duplicate key",
                f"{words} again, as in row {same.index[0]}", "every key once",
                f"keep one of the two rows (key: {', '.join(key)})", row=int(line), column=key[0],
            )  # fmt: skip


def reference_findings(loaded: Loaded, column: str, known: list[str], of: str) -> Iterator[Finding]:
    """Find filled cells of ``column`` that are not among the ``known`` codes of a table."""
    rows = loaded.rows(column)
    for line, text in rows.loc[~rows[column].isin(["", *known]), column].items():
        yield finding(
            loaded.table.file, f"unknown {text}", repr(text), f"a code of {of}",
            f"{nearest(text, known)} Or add it to {of}", row=int(str(line)), column=column,
        )  # fmt: skip


def indicator_findings(loaded: Loaded) -> Iterator[Finding]:
    """Check the table of indicators in itself: ranges that ascend, computations of known series."""
    where = loaded.table.file
    rows = loaded.rows("indicator", "low", "high", "computed_from")
    known = list(rows["indicator"])
    for line, row in zip(rows.index, rows.to_dict("records"), strict=True):
        if float(row["low"]) >= float(row["high"]):
            found, expected = f"{row['low']} to {row['high']}", "a range that ascends"
            remedy = "exchange low and high, or correct them"
            yield finding(where, "range", found, expected, remedy, row=int(line), column="low")
        for part in computation(str(row["computed_from"])).parts:
            if part not in known:
                remedy = nearest(part, known)
                yield finding(
                    where, f"unknown {part}", repr(part), "an indicator of this table", remedy,
                    row=int(line), column="computed_from",
                )  # fmt: skip


def one_of_each_family(indicators: Sequence[str], table: pd.DataFrame, where: str) -> list[Problem]:
    """Say when two bases or vintages of one series stand in one analysis.

    Parameters
    ----------
    indicators
        Codes of the indicators that an analysis uses.
    table
        The table of indicators, with the columns ``indicator``, ``family`` and ``base``.
    where
        The file or thing that names them, for the messages.

    Returns
    -------
    list of Problem
        One for each family with more than one member; empty if all is well. Codes that are not
        in the table are left alone.

    Examples
    --------
    >>> table = pd.DataFrame({"indicator": ["uhh", "uhh_lf2020"], "family": ["uhh", "uhh"],
    ...                       "base": ["SP2010", "LF SP2020"]})
    >>> one_of_each_family(["uhh", "uhh_lf2020"], table, "framework.csv")[0].expected
    "one series of the family 'uhh'"
    """
    used = table[table["indicator"].isin(list(indicators))]
    problems = []
    for family, same in used.groupby("family"):
        if len(same) > 1:
            members = [f"{code} ({base})" for code, base in zip(same["indicator"], same["base"],
                                                               strict=True)]  # fmt: skip
            problems.append(
                Problem(
                    where=where,
                    found=" and ".join(members),
                    expected=f"one series of the family {str(family)!r}",
                    remedy="keep one: two bases or vintages of one series do not compare",
                )
            )
    return problems
