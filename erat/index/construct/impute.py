"""Imputation: filling in missing values.

A function takes ``x`` (units x indicators) and what is known of rows and columns, and returns ``x``
with some ``nan`` filled. What cannot be filled stays missing. All use the units of the same year
only, but ``latest`` and ``linear`` only the other years of the same unit. What is filled from other
units is taken back in a row without any value: it is no unit with gaps. Source, where nothing else
is said: OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from erat.index.registry import Registry

PRIOR = 1.0
"""Precision of the prior on standardized slopes: as much as one observation says. It keeps the
regression defined with few rows, many columns or collinear ones."""


@dataclass(frozen=True)
class Rows:
    """What an imputation may know of rows, ``(units,)``, and of indicators, ``(indicators,)``.

    ``parent``, ``direction`` (1 or -1) and ``codes`` are of the indicators, the others of the rows.
    """

    unit: np.ndarray
    year: np.ndarray
    groups: Mapping[str, np.ndarray] | pd.DataFrame
    parent: np.ndarray
    direction: np.ndarray
    codes: np.ndarray

    def by_year(self) -> Iterator[np.ndarray]:
        """Return the numbers of the rows of each year."""
        for year in np.unique(self.year):
            yield np.flatnonzero(self.year == year)


IMPUTATIONS: Registry[Callable[..., np.ndarray]] = Registry("impute")


@IMPUTATIONS.add()
def none(x: np.ndarray, rows: Rows) -> np.ndarray:
    """Leave missing values missing."""
    return x


@IMPUTATIONS.add(needs="other units")
def mean(x: np.ndarray, rows: Rows) -> np.ndarray:
    """Fill with the mean of the same year."""
    return _filled_with("mean", x, [rows.year])


@IMPUTATIONS.add(needs="other units")
def median(x: np.ndarray, rows: Rows) -> np.ndarray:
    """Fill with the median of the same year."""
    return _filled_with("median", x, [rows.year])


@IMPUTATIONS.add(needs="other units")
def group_mean(x: np.ndarray, rows: Rows, *, group: str) -> np.ndarray:
    """Fill with the mean of the unit's group in the same year; a unit without group keeps gaps."""
    return _filled_by_group("mean", x, rows, group)


@IMPUTATIONS.add(needs="other units")
def group_median(x: np.ndarray, rows: Rows, *, group: str) -> np.ndarray:
    """Fill with the median of the unit's group in the same year, as ``group_mean`` does."""
    return _filled_by_group("median", x, rows, group)


Statistic = Literal["mean", "median"]


def _filled_with(statistic: Statistic, x: np.ndarray, keys: list[np.ndarray]) -> np.ndarray:
    filled, together = x.copy(order="F"), pd.DataFrame(x).groupby(keys, dropna=False)
    for j, column in enumerate(filled.T):
        gaps = np.isnan(column)
        if gaps.any():
            column[gaps] = together[j].transform(statistic).to_numpy()[gaps]
    return filled


def _filled_by_group(statistic: Statistic, x: np.ndarray, rows: Rows, group: str) -> np.ndarray:
    labels = np.asarray(rows.groups[group], dtype=object).astype(str)
    filled, alone = _filled_with(statistic, x, [rows.year, labels]), np.isin(labels, ["", "NA"])
    filled[alone] = x[alone]
    return filled


@IMPUTATIONS.add(needs=("other indicators", "other units"))
def sibling_mean(x: np.ndarray, rows: Rows) -> np.ndarray:
    """Fill with the unit's mean over the other children of the same parent.

    The mean is taken on the scale ``(y - min) / (max - min)`` of the year, y being direction x
    indicator (0.5 in a constant column), and mapped back. Without a sibling that has a value, or in
    a column without one, a gap stays. Source: COINr, ``Impute(impute_by = "row", group_level = 2,
    normalise_first = TRUE)``.
    """
    filled = x.copy()
    for at in rows.by_year():
        y = x[at] * rows.direction
        low, span = _range(y)
        share = np.divide(y - low, span, out=np.where(np.isnan(y), np.nan, 0.5), where=span > 0)
        for parent in np.unique(rows.parent):
            children = np.flatnonzero(rows.parent == parent)
            there = ~np.isnan(share[:, children])
            count = there.sum(axis=1)
            total = np.where(there, share[:, children], 0.0).sum(axis=1)
            middle = np.divide(total, count, out=np.full(len(at), np.nan), where=count > 0)
            back = (low[children] + middle[:, None] * span[children]) * rows.direction[children]
            here = np.ix_(at, children)
            filled[here] = np.where(there, x[here], back)
    return filled


@IMPUTATIONS.add(needs=("other indicators", "other units"))
def knn(x: np.ndarray, rows: Rows, *, k: Annotated[int, Field(ge=1)] = 5) -> np.ndarray:
    """Fill with the mean of the ``k`` most similar units that have the value.

    The distance of two units is the root mean square difference over the indicators that both have,
    each on the scale ``(x - min) / (max - min)`` of the year. All units as near as the k-th count;
    with fewer than k, those that there are. A unit that shares no indicator with another is not
    filled. Source: Troyanskaya et al. (2001), Missing value estimation methods for DNA microarrays,
    Bioinformatics 17; the distance is scikit-learn's ``nan_euclidean``.
    """
    filled = x.copy()
    for at in rows.by_year():
        filled[at] = _from_neighbours(x[at], k)
    return filled


def _from_neighbours(x: np.ndarray, k: int) -> np.ndarray:
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


def _range(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Smallest value and range of every column; nan of a column without values."""
    low = np.fmin.reduce(x, axis=0)
    return low, np.fmax.reduce(x, axis=0) - low


@IMPUTATIONS.add(needs=("other indicators", "other units"))
def iterative(
    x: np.ndarray,
    rows: Rows,
    *,
    draw: Annotated[int, Field(ge=0)] = 0,
    seed: Annotated[int, Field(ge=0)] = 0,
    rounds: Annotated[int, Field(ge=1)] = 10,
) -> np.ndarray:
    """Fill by chained equations: every indicator in turn from all others, some rounds long.

    ``draw: 0`` fills with what a linear regression expects; other draws are from its Bayesian
    posterior: several of them carry the uncertainty of what is missing. The same seed and draw give
    the same values, in whatever order rows and columns come. See :func:`chained`. Source: van
    Buuren (2018), Flexible Imputation of Missing Data, 2nd ed., algorithms 3.1 and 4.3; Rubin
    (1987), Multiple Imputation for Nonresponse in Surveys.
    """
    by_column = np.argsort(rows.codes.astype(str), kind="stable")
    filled = x.copy()
    for at in rows.by_year():
        by_unit = at[np.argsort(rows.unit[at].astype(str), kind="stable")]
        here = np.ix_(by_unit, by_column)
        random = np.random.default_rng([seed, draw, int(rows.year[at[0]])]) if draw else None
        filled[here] = chained(x[here], rounds, random)
    return filled


def chained(x: np.ndarray, rounds: int, random: np.random.Generator | None) -> np.ndarray:
    """Fill in missing values by a linear regression of every column on all others.

    Columns are standardized and gaps begin as the mean. In every round each column with gaps, the
    one with the fewest first, is regressed on all others where it has values. The slopes have the
    prior ``N(0, s**2)``, a ridge of 1; s is the residual standard deviation. With ``random``
    residual variance, slopes and residuals are drawn from their posterior. Predictions stay within
    the column's values, so that no chain runs away and no filled value is a new best or worst. A
    column without values stays missing; one with a single value, or a constant one, is filled with
    it.
    """
    gaps = np.isnan(x)
    usable = np.flatnonzero(~gaps.all(axis=0))
    gaps, part = gaps[:, usable], x[:, usable]
    centre, spread = _standard(part, gaps)
    z = np.where(gaps, 0.0, (part - centre) / spread)
    low = np.where(gaps, np.inf, z).min(axis=0, initial=np.inf)
    high = np.where(gaps, -np.inf, z).max(axis=0, initial=-np.inf)
    turns = [j for j in np.argsort(gaps.sum(axis=0), kind="stable") if gaps[:, j].any()]
    for _ in range(rounds):
        for j in turns:
            predicted = _predicted(np.delete(z, j, axis=1), z[:, j], gaps[:, j], random)
            z[gaps[:, j], j] = np.clip(predicted, low[j], high[j])
    filled = x.copy()
    filled[:, usable] = np.where(gaps, z * spread + centre, part)
    return filled


def _standard(x: np.ndarray, gaps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation (n - 1) of what is there; 1 for a constant or single value."""
    count = (~gaps).sum(axis=0)
    centre = np.where(gaps, 0.0, x).sum(axis=0) / count
    squares = np.where(gaps, 0.0, (x - centre) ** 2).sum(axis=0)
    lowest = np.fmin.reduce(x, axis=0)
    constant = lowest == np.fmax.reduce(x, axis=0)
    centre = np.where(constant, lowest, centre)
    return centre, np.where(constant, 1.0, np.sqrt(squares / np.maximum(count - 1, 1)))


def _predicted(
    others: np.ndarray, y: np.ndarray, gaps: np.ndarray, random: np.random.Generator | None
) -> np.ndarray:
    """Predict the gaps of a column from the others, or draw them."""
    centre, middle = others[~gaps].mean(axis=0), y[~gaps].mean()
    x, y, new = others[~gaps] - centre, y[~gaps] - middle, others[gaps] - centre
    inverse = np.linalg.inv(x.T @ x + PRIOR * np.eye(x.shape[1]))
    slopes = inverse @ (x.T @ y)
    if random is None:
        return np.asarray(middle + new @ slopes)
    squares = float(((y - x @ slopes) ** 2).sum() + PRIOR * (slopes**2).sum())
    sd = np.sqrt(squares / random.chisquare(max(len(y) - 1, 1)))
    root = np.linalg.cholesky((inverse + inverse.T) / 2)
    beta = slopes + sd * root @ random.standard_normal(len(slopes))
    level = middle + sd / np.sqrt(len(y)) * random.standard_normal()
    return np.asarray(level + new @ beta + sd * random.standard_normal(len(new)))


@IMPUTATIONS.add()
def latest(x: np.ndarray, rows: Rows) -> np.ndarray:
    """Carry the unit's latest earlier value forward; never back."""
    order = np.lexsort((rows.year, rows.unit))
    frame = pd.DataFrame(x[order])
    filled = frame.groupby(rows.unit[order], sort=False).ffill().to_numpy()
    return np.asarray(filled[np.argsort(order)])


@IMPUTATIONS.add()
def linear(x: np.ndarray, rows: Rows) -> np.ndarray:
    """Fill on the straight line between the unit's values before and after.

    Before its first value and after its last one a unit's gaps stay: nothing is extended.
    """
    filled = x.copy()
    for unit in np.unique(rows.unit):
        at = np.flatnonzero(rows.unit == unit)
        at = at[np.argsort(rows.year[at], kind="stable")]
        years = rows.year[at].astype(float)
        for j in range(x.shape[1]):
            there = ~np.isnan(x[at, j])
            if there.any():
                known = x[at[there], j]
                line = np.interp(years, years[there], known, left=np.nan, right=np.nan)
                filled[at, j] = np.where(there, x[at, j], line)
    return filled
