"""Rows of a table that are no units: totals of the others, and notes below the table."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from erat.index.panel import Panel

TOTAL = re.compile(
    r"indonesia|nasional|national|rerata|(grand |sub ?)?total( .*)?|(sub ?)?jumlah( .*)?"
    r"|rata rata( .*)?|average( .*)?|(seluruh|semua|all|[0-9]+) (indonesia|provinsi|provinces|units)"
)
"""Names of totals and means, in small letters, all but letters and digits being a blank."""

FOOTNOTE = re.compile(
    r"\s*(\*+\)?|[0-9a-z]\)|(catatan|keterangan|ket\.?|sumber|notes?|sources?|remarks?|footnotes?)\s*[:/]"
    r"|(catatan|keterangan|sumber|notes?|sources?)\s*$|(sumber|source) )",
    re.IGNORECASE,
)
"""How a note below a table begins: ``Catatan: ...``, ``Sumber: BPS``, ``*) provisional``."""

FEWEST = 5
"""Rows of a year that it takes: of three whole numbers, one often is the sum of the others."""

OF_SUM = 0.005
"""Part of a total that its parts may be off by: each was rounded, or one of them is missing."""

OF_SPREAD, CHANCE = 0.02, 0.016
"""Part of the standard deviation that a mean may be off by, and the chance that a unit of a normal
distribution is as near to the mean."""

COMMON = 0.05
"""Part of the rows that may have about a mean: where more do, as in answers from 1 to 5, it tells
nothing."""

NEAR = 0.5
"""Part of the standard deviation within which a country's own figure is from its units' mean."""


def is_total(name: str) -> bool:
    """Say whether a row is named as a total or mean of others."""
    return bool(TOTAL.fullmatch(" ".join(re.findall(r"[a-z0-9]+", name.lower()))))


def footnotes(units: Sequence[str]) -> np.ndarray:
    """Tell which units are named as a note below a table, ``(units,)`` as bool."""
    return np.array([bool(FOOTNOTE.match(unit)) for unit in units], dtype=bool)


def named_totals(panel: Panel, names: np.ndarray) -> np.ndarray:
    """Tell which rows have a total's name, ``(rows,)``; ``names`` are ``(rows, columns)``."""
    table = np.column_stack([np.array(panel.units, dtype=object), names])
    known = {text: is_total(str(text)) for text in set(table.ravel().tolist())}
    return np.array([any(known[text] for text in row) for row in table.tolist()], dtype=bool)


def sums_or_means(x: np.ndarray, among: int = 0) -> np.ndarray:
    """Tell which rows are the sum or the mean of the others, ``(rows,)`` as bool.

    ``x`` are values of one year, ``(rows, indicators)``. A row is taken for a total if it is the
    sum of the others in two indicators, or in one while it is near their mean in all other ones:
    rates have no sum. It is taken for a mean if it is that of the others in three indicators and
    in half of those that it has; among many rows, in so many that it hardly is so by chance.
    ``among`` is the number of all rows that are looked at, if these are a part of them.
    """
    has, of_sums, of_means, of_near = np.zeros((4, len(x)), dtype=int)
    for values in x.T:
        there = ~np.isnan(values)
        count = there.sum()
        if count < FEWEST or not np.fmax.reduce(values) > np.fmin.reduce(values):
            continue
        others = np.nansum(values) - values
        sums = (np.abs(values - others) <= OF_SUM * np.abs(others)) & (values != 0)
        apart = np.abs(values - others / (count - 1)) / np.nanstd(values, ddof=1)
        means = apart <= OF_SPREAD
        has += there
        of_sums += sums
        of_near += (apart <= NEAR) | sums
        if means.sum() <= max(2, COMMON * count):
            of_means += means
    by_chance = np.log(100 * max(len(x), among)) / -np.log(CHANCE)
    needed = np.maximum(max(3.0, by_chance), has / 2)
    total = (of_sums >= 2) | ((of_sums == 1) & (has > 1) & (of_near == has))
    return np.asarray(total | (of_means >= needed))


def totals(
    panel: Panel, names: np.ndarray, x: np.ndarray, parents: np.ndarray | None = None
) -> np.ndarray:
    """Tell which rows are totals or means of others by name or value, ``(rows,)`` as bool.

    ``x`` are the panel's values of the indicators that count. What has the name of a total is no
    part of another. ``parents`` are the units that rows are part of, ``(rows,)``: a row is then
    held against those with the same parent too.
    """
    valued = ~np.isnan(x).all(axis=1)
    total = named_totals(panel, names) & valued
    table = pd.DataFrame({"year": panel.years, "parent": parents})
    for together in (["year"], ["year", "parent"]) if parents is not None else (["year"],):
        places = np.flatnonzero(valued & ~total)
        for rows in table.iloc[places].groupby(together, sort=False).indices.values():
            at = places[rows]
            total[at] = sums_or_means(x if len(at) == len(x) else x[at], len(places))
    return np.asarray(total)
