"""Screening: which units and indicators have enough data to stay.

A function takes the cells that have data before anything is filled in, and its thresholds, and
returns for every row and column what becomes of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, NamedTuple

import numpy as np
from pydantic import Field

from erat.index.registry import Registry

Share = Annotated[float, Field(ge=0, le=1)]
RULE = 0.65
"""The JRC's rule of thumb: 65% of the data."""
BELOW, DROPPED, FORCED = "below", "dropped", "kept"
"""What becomes of a unit or indicator under its threshold; the others have an empty text."""


class Cells(NamedTuple):
    """Which cells have data, ``(units, indicators)`` as bool, and the codes of both."""

    there: np.ndarray
    units: np.ndarray
    indicators: np.ndarray


class Screened(NamedTuple):
    """Shares of data (a row's over the columns that stay), and what becomes of rows and columns."""

    row_shares: np.ndarray
    rows: np.ndarray
    column_shares: np.ndarray
    columns: np.ndarray


SCREENINGS: Registry[Callable[..., Screened]] = Registry("screen")


@SCREENINGS.add()
def none(cells: Cells) -> Screened:
    """Keep every unit and indicator."""
    return _screened(cells, (0.0, 0.0), (), BELOW)


@SCREENINGS.add()
def report(
    cells: Cells, *, units: Share = RULE, indicators: Share = RULE, keep: tuple[str, ...] = ()
) -> Screened:
    """Name the units and indicators with less than a share of their data, and keep them."""
    return _screened(cells, (units, indicators), keep, BELOW)


@SCREENINGS.add(needs="other indicators")
def drop(
    cells: Cells, *, units: Share = RULE, indicators: Share = RULE, keep: tuple[str, ...] = ()
) -> Screened:
    """Drop indicators with less than a share of the units, then units with less of what is left.

    Units and indicators that ``keep`` names stay. In a panel a unit is dropped from the years in
    which it has too little, and an indicator from all years. Source: OECD/JRC (2008), Handbook on
    Constructing Composite Indicators, step 2; 65% is the JRC's rule of thumb. COINr, ``Screen``,
    drops units only.
    """
    return _screened(cells, (units, indicators), keep, DROPPED)


def _screened(
    cells: Cells, thresholds: tuple[float, float], keep: tuple[str, ...], action: str
) -> Screened:
    def actions(share: np.ndarray, codes: np.ndarray, least: float) -> np.ndarray:
        forced = bool(keep) and np.isin(codes.astype(str), np.array(keep, dtype=str))
        under = np.where(forced, FORCED, action)
        return np.where(share < least - 1e-12, under, "").astype(object)

    there = cells.there
    column_shares = there.sum(axis=0) / max(len(there), 1)
    columns = actions(column_shares, cells.indicators, thresholds[1])
    left = there[:, columns != DROPPED]
    row_shares = left.sum(axis=1) / max(left.shape[1], 1)
    rows = actions(row_shares, cells.units, thresholds[0])
    return Screened(row_shares, rows, column_shares, columns)
