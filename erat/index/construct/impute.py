"""Imputation: filling in missing values.

A function takes ``x`` (units x indicators) and what is known of rows and columns, and returns
``x`` with some ``nan`` filled. What cannot be filled stays missing. All but ``latest`` and
``linear`` use the units of the same year only, so that a panel is filled year by year; these two
use the other years of the same unit only.

Source, where nothing else is said: OECD/JRC (2008), Handbook on Constructing Composite Indicators,
step 3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

import numpy as np
import pandas as pd
from pydantic import Field

from erat.index.construct.chained import chained
from erat.index.registry import Registry

Floats: TypeAlias = np.ndarray


@dataclass(frozen=True)
class Rows:
    """What an imputation may know of rows and columns.

    ``unit``, ``year`` and each of ``groups`` are labels of shape ``(units,)``; ``parent``,
    ``direction`` (1 or -1) and ``codes`` describe the indicators, shape ``(indicators,)``.
    """

    unit: np.ndarray
    year: np.ndarray
    groups: Mapping[str, np.ndarray]
    parent: np.ndarray
    direction: np.ndarray
    codes: np.ndarray


IMPUTATIONS: Registry[Callable[..., Floats]] = Registry("impute")


@IMPUTATIONS.add
def none(x: Floats, rows: Rows) -> Floats:
    """Leave missing values missing."""
    return x


@IMPUTATIONS.add
def mean(x: Floats, rows: Rows) -> Floats:
    """Fill with the mean of the same year."""
    return _fill_with("mean", x, [rows.year])


@IMPUTATIONS.add
def median(x: Floats, rows: Rows) -> Floats:
    """Fill with the median of the same year."""
    return _fill_with("median", x, [rows.year])


@IMPUTATIONS.add
def group_mean(x: Floats, rows: Rows, *, group: str) -> Floats:
    """Fill with the mean of the unit's group in the same year; a unit without group keeps gaps."""
    return _fill_by_group("mean", x, rows, group)


@IMPUTATIONS.add
def group_median(x: Floats, rows: Rows, *, group: str) -> Floats:
    """Fill with the median of the unit's group in the same year, as ``group_mean`` does."""
    return _fill_by_group("median", x, rows, group)


@IMPUTATIONS.add(needs="other indicators")
def sibling_mean(x: Floats, rows: Rows) -> Floats:
    """Fill with the unit's mean over the other children of the same parent.

    The mean is taken on the scale ``(y - min) / (max - min)``, y being direction x indicator and
    min and max those of the year, and mapped back to the column's own scale. A constant column is
    0.5 on that scale. Without a sibling that has a value, or in a column without one, a gap stays.

    Source: COINr, ``Impute(impute_by = "row", group_level = 2, normalise_first = TRUE)``.
    """
    return _by_year(lambda part: _from_siblings(part, rows), x, rows)


@IMPUTATIONS.add(needs="other indicators")
def knn(x: Floats, rows: Rows, *, k: Annotated[int, Field(ge=1)] = 5) -> Floats:
    """Fill with the mean of the ``k`` most similar units that have the value.

    The distance of two units is the root mean square difference over the indicators that both
    have, each on the scale ``(x - min) / (max - min)`` of the year. All units as near as the k-th
    count; with fewer than k, those that there are. A unit that shares no indicator with another is
    not filled.

    Source: Troyanskaya et al. (2001), Missing value estimation methods for DNA microarrays,
    Bioinformatics 17; the distance is scikit-learn's ``nan_euclidean``.
    """
    return _by_year(lambda part: _from_neighbours(part, k), x, rows)


@IMPUTATIONS.add(needs="other indicators")
def iterative(
    x: Floats,
    rows: Rows,
    *,
    draw: Annotated[int, Field(ge=0)] = 0,
    seed: Annotated[int, Field(ge=0)] = 0,
    rounds: Annotated[int, Field(ge=1)] = 10,
) -> Floats:
    """Fill by chained equations: every indicator in turn from all others, some rounds long.

    ``draw: 0`` fills with what a linear regression expects. Every other draw is one of many that
    are as likely, from the regression's Bayesian posterior: several draws carry the uncertainty of
    what is missing. The same seed and draw give the same values, in whatever order rows and
    columns come. See :func:`erat.index.construct.chained.chained`.

    Source: van Buuren (2018), Flexible Imputation of Missing Data, 2nd ed., algorithms 3.1 and
    4.3; Rubin (1987), Multiple Imputation for Nonresponse in Surveys.
    """
    by_column = np.argsort(rows.codes.astype(str), kind="stable")
    filled = x.copy()
    for year in np.unique(rows.year):
        at = np.flatnonzero(rows.year == year)
        at = at[np.argsort(rows.unit[at].astype(str), kind="stable")]
        there = np.ix_(at, by_column)
        random = np.random.default_rng([seed, draw, int(year)]) if draw else None
        filled[there] = chained(x[there], rounds, random)
    return filled


@IMPUTATIONS.add
def latest(x: Floats, rows: Rows) -> Floats:
    """Carry the unit's latest earlier value forward; never back."""
    order = np.lexsort((rows.year, rows.unit))
    frame = pd.DataFrame(x[order])
    filled = frame.groupby(rows.unit[order], sort=False).ffill().to_numpy()
    return np.asarray(filled[np.argsort(order)])


@IMPUTATIONS.add
def linear(x: Floats, rows: Rows) -> Floats:
    """Fill on the straight line between the unit's values before and after.

    Before its first value and after its last one a unit's gaps stay: nothing is extended.
    """
    filled = x.copy()
    for unit in np.unique(rows.unit):
        at = np.flatnonzero(rows.unit == unit)
        at = at[np.argsort(rows.year[at], kind="stable")]
        for j in range(x.shape[1]):
            filled[at, j] = _between(rows.year[at].astype(float), x[at, j])
    return filled


def _fill_with(statistic: Literal["mean", "median"], x: Floats, keys: list[np.ndarray]) -> Floats:
    frame = pd.DataFrame(x)
    return np.asarray(frame.fillna(frame.groupby(keys, dropna=False).transform(statistic)))


def _fill_by_group(
    statistic: Literal["mean", "median"], x: Floats, rows: Rows, group: str
) -> Floats:
    labels = np.asarray(rows.groups[group], dtype=str)
    filled = _fill_with(statistic, x, [rows.year, labels])
    return np.where(np.isin(labels, ["", "NA"])[:, None], x, filled)


def _by_year(function: Callable[[Floats], Floats], x: Floats, rows: Rows) -> Floats:
    """Fill the units of each year among themselves."""
    filled = x.copy()
    for year in np.unique(rows.year):
        at = rows.year == year
        filled[at] = function(x[at])
    return filled


def _range(x: Floats) -> tuple[Floats, Floats]:
    """Smallest value and range of every column; nan of a column without values."""
    there = ~np.isnan(x)
    low = np.where(there, x, np.inf).min(axis=0)
    high = np.where(there, x, -np.inf).max(axis=0)
    return np.where(there.any(axis=0), low, np.nan), np.where(there.any(axis=0), high - low, np.nan)


def _from_siblings(x: Floats, rows: Rows) -> Floats:
    y = x * rows.direction
    low, span = _range(y)
    share = np.divide(y - low, span, out=np.where(np.isnan(y), np.nan, 0.5), where=span > 0)
    filled = x.copy()
    for parent in np.unique(rows.parent):
        children = np.flatnonzero(rows.parent == parent)
        there = ~np.isnan(share[:, children])
        count = there.sum(axis=1)
        total = np.where(there, share[:, children], 0.0).sum(axis=1)
        middle = np.divide(total, count, out=np.full(len(x), np.nan), where=count > 0)
        back = (low[children] + middle[:, None] * span[children]) * rows.direction[children]
        filled[:, children] = np.where(there, x[:, children], back)
    return filled


def _from_neighbours(x: Floats, k: int) -> Floats:
    low, span = _range(x)
    share = (x - low) / np.where(span > 0, span, 1.0)
    there = (~np.isnan(x)).astype(float)
    known = np.nan_to_num(share)
    filled = x.copy()
    for i in np.flatnonzero(np.isnan(x).any(axis=1)):
        both = there * there[i]
        count = both.sum(axis=1)
        squares = (both * (known - known[i]) ** 2).sum(axis=1)
        distance = np.divide(squares, count, out=np.full(len(x), np.inf), where=count > 0)
        for j in np.flatnonzero(np.isnan(x[i])):
            donors = np.flatnonzero((there[:, j] > 0) & np.isfinite(distance))
            if len(donors):
                reach = np.sort(distance[donors])[min(k, len(donors)) - 1]
                near = donors[distance[donors] <= reach * (1 + 1e-12)]
                filled[i, j] = x[near, j].mean()
    return filled


def _between(years: np.ndarray, values: np.ndarray) -> np.ndarray:
    there = ~np.isnan(values)
    if not there.any():
        return values
    line = np.interp(years, years[there], values[there], left=np.nan, right=np.nan)
    return np.where(there, values, line)
