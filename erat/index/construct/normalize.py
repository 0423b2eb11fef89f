"""Normalization: bringing indicators on one scale, more being better.

A function takes ``y`` = direction x indicator, ``(..., units, indicators)``, and what the framework
says of the columns. A linear one returns :class:`Anchors`, which are kept, so that what was fitted
on one edition can be used on another (``fitted``); any other the normalized array. What is fitted
is fitted to all values: of a panel, to all years together, or to its reference year. 'Handbook' is
OECD/JRC (2008), Handbook on Constructing Composite Indicators.

An option in ``of_framework`` may be the word ``framework``: each indicator then has its own, in the
columns of the framework that COINr's ``Normalise`` reads with ``use_iMeta``.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import AfterValidator, Field

from erat.errors import MethodError, Problem
from erat.index.cell_problems import Finding, grouped
from erat.index.registry import NamedFile, Registry, read_once
from erat.index.tables import numbers, read_text_table

NUMBERS, FLAGS = ("low", "high", "to_low", "to_high"), ("clip", "cap")
ANCHOR_COLUMNS = [*NUMBERS, *FLAGS, "scale"]
"""Columns of a table of anchors, which is indexed by indicator."""


@dataclass(frozen=True)
class Anchors:
    """A straight line for every column: ``low`` goes to ``to[0]`` and ``high`` to ``to[1]``.

    ``low`` and ``high`` are ``(..., 1, indicators)``; ``to`` may differ between columns. With
    ``clip`` values beyond an anchor are moved to it, with ``cap`` only those above ``high``.
    ``span`` is ``high - low``, where that is known without rounding.
    """

    low: np.ndarray
    high: np.ndarray
    to: tuple[float | np.ndarray, float | np.ndarray]
    clip: bool | np.ndarray = False
    cap: bool | np.ndarray = False
    span: np.ndarray | None = None

    def apply(self, y: np.ndarray) -> np.ndarray:
        """Normalize ``y``; a column whose anchors coincide goes to the middle of the new scale.

        With ``cap`` a value that reaches such an anchor gets the top, any other the bottom.
        """
        bottom, top = self.to
        span = self.high - self.low if self.span is None else self.span
        if np.all(span != 0):
            share = y - self.low
            share /= span
        else:
            flat = np.where(self.cap, np.asarray(y >= self.high, dtype=float), 0.5)
            share = np.divide(y - self.low, span, out=flat + 0 * y, where=span != 0)
        if self.clip is True:
            np.minimum(np.maximum(share, 0.0, out=share), 1.0, out=share)
        elif np.any(self.clip) or np.any(self.cap):
            share = np.where(self.clip, np.maximum(share, 0.0), share)
            share = np.where(np.logical_or(self.clip, self.cap), np.minimum(share, 1.0), share)
        share *= top - bottom
        share += bottom
        return np.asarray(share)

    def table(self, codes: Sequence[str], scales: Sequence[str]) -> pd.DataFrame:
        """Return the rows of some indicators in the table of anchors."""
        values = (self.low, self.high, *self.to, self.clip, self.cap)
        cells = [np.broadcast_to(value, (1, len(codes)))[0] for value in values]
        columns = dict(zip(ANCHOR_COLUMNS, [*cells, list(scales)], strict=True))
        return pd.DataFrame(columns, index=list(codes))


@read_once
def read_anchors(path: Path) -> pd.DataFrame:
    """Read a table of anchors (``anchors.csv``), by indicator; nan for one that had no value."""
    text = read_text_table(path, MethodError)
    absent = [name for name in ("indicator", *ANCHOR_COLUMNS) if name not in text]
    if absent:
        remedy = "give the anchors.csv that 'erat index' wrote"
        where, found = path.name, "no such column"
        raise MethodError(Problem(where, found, f"a column {n!r}", remedy, 1, n) for n in absent)
    findings: list[Finding] = []
    columns: dict[str, Any] = {n: numbers(text[n], path.name, findings) for n in NUMBERS}
    problems = grouped(findings)
    for name in FLAGS:
        wrong = text.loc[~text[name].isin(["True", "False"]), name]
        problems += [
            Problem(path.name, repr(cell), "True or False", "correct it", line, name)
            for line, cell in wrong.items()
        ]
        columns[name] = (text[name] == "True").to_numpy()
    if problems:
        raise MethodError(problems)
    table = pd.DataFrame(columns | {"scale": text["scale"].array}, index=text["indicator"].array)
    return table[~table.index.duplicated(keep="last")]


@dataclass(frozen=True)
class Columns:
    """What is known of the columns and rows, on the scale of ``y``.

    ``low``, ``high`` and ``target``, ``(indicators,)``, are goalposts and target after
    transformation and times ``direction``, so that ``low`` is the worse end; nan for none.
    ``units`` and ``years`` label the rows, ``codes`` the columns. ``scales`` says in words what was
    done to each column: the same words, one scale. ``place`` does it to numbers in the indicators'
    own units, before they are turned; None if nothing was done.
    """

    low: np.ndarray
    high: np.ndarray
    target: np.ndarray
    units: np.ndarray
    years: np.ndarray
    codes: tuple[str, ...]
    direction: np.ndarray
    scales: tuple[str, ...]
    place: Callable[[np.ndarray], np.ndarray] | None = None

    def at(self, value: float) -> np.ndarray:
        """Bring a number in the indicators' own units onto the scale of ``y``."""
        values = np.full(len(self.codes), value)
        return np.asarray(self.direction * (values if self.place is None else self.place(values)))


def _ascending(value: tuple[float, float]) -> tuple[float, float]:
    if not value[0] < value[1]:
        raise ValueError("a range that does not ascend; expected the smaller number first")
    return value


Range = Annotated[tuple[float, float], AfterValidator(_ascending)]
Positive = Annotated[float, Field(gt=0)]
Scale = Positive | Range
"""One number stands for a scale that begins at 0."""
NORMALIZATIONS = Registry[Callable[..., Anchors | np.ndarray]]("normalize", default="minmax")


@NORMALIZATIONS.add()
def none(y: np.ndarray, columns: Columns) -> Anchors:
    """Keep the values, turned so that more is better."""
    zero = np.zeros((*y.shape[:-2], 1, y.shape[-1]))
    return Anchors(zero, zero + 1, (0.0, 1.0))


@NORMALIZATIONS.add(of_framework={"range": ("minmax_lower", "minmax_upper")})
def minmax(y: np.ndarray, columns: Columns, *, range: Range = (0.0, 100.0)) -> Anchors:
    """Stretch from the smallest to the largest value: ``(y - min) / (max - min)`` onto ``range``.

    A constant column, or a single unit, goes to the middle. Source: Handbook, section 5.3.
    """
    return Anchors(_over_units(np.nanmin, y), _over_units(np.nanmax, y), range)


@NORMALIZATIONS.add(of_framework={"mean": ("zscore_mean",), "sd": ("zscore_sd",)})
def zscore(y: np.ndarray, columns: Columns, *, mean: float = 0.0, sd: Positive = 1.0) -> Anchors:
    """Standardize to a mean and a standard deviation (n - 1).

    A constant column, or a single unit, gets ``mean``. The anchors are one standard deviation below
    and above the mean. Source: Handbook, section 5.2; ``mean: 100, sd: 10`` is Mazziotta and
    Pareto's.
    """
    low = _over_units(np.nanmin, y)
    constant = low == _over_units(np.nanmax, y)
    centre = np.where(constant, low, _over_units(np.nanmean, y))
    spread = np.where(constant, 0.0, _over_units(partial(np.nanstd, ddof=1), y))
    return Anchors(centre - spread, centre + spread, (mean - sd, mean + sd))


@NORMALIZATIONS.add()
def rank(y: np.ndarray, columns: Columns) -> np.ndarray:
    """Rank upwards: the worst is 1, the best n; ties get the smaller rank.

    A constant column gets 1 throughout. Source: Handbook, section 5.1.
    """
    return _ranks(y)


@NORMALIZATIONS.add()
def borda(y: np.ndarray, columns: Columns) -> np.ndarray:
    """Borda points, ``rank - 1``: how many units are below.

    Source: COINr, ``n_borda``. A constant column gets 0 throughout.
    """
    return _ranks(y) - 1


@NORMALIZATIONS.add()
def percentile_rank(y: np.ndarray, columns: Columns) -> np.ndarray:
    """Share of the other units that are below: ``(rank - 1) / (n - 1)``, from 0 to 1.

    n counts the values that are there. A constant column, or a single unit, gets 0. Source: COINr,
    ``n_prank``.
    """
    count = (~np.isnan(y)).sum(axis=-2, keepdims=True)
    return np.asarray((_ranks(y) - 1) / np.maximum(count - 1, 1))


@NORMALIZATIONS.add()
def distance_to_max(y: np.ndarray, columns: Columns) -> Anchors:
    """Distance to the best unit, as a score: ``1 - (max - y) / (max - min)``.

    This is ``minmax`` on the scale 0..1. Source: COINr, ``n_dist2max``.
    """
    return Anchors(_over_units(np.nanmin, y), _over_units(np.nanmax, y), (0.0, 1.0))


@NORMALIZATIONS.add(needs="target", of_framework={"cap": ("dist2targ_cap_max",)})
def distance_to_target(y: np.ndarray, columns: Columns, *, cap: bool = False) -> Anchors:
    """Distance to the framework's target: ``(y - min) / (target - min)``.

    The worst unit gets 0, whoever is at the target 1, and beyond it more unless ``cap`` stops at 1.
    Where the target is no better than the worst value, all get 1. Source: Handbook, section 5.4;
    COINr, ``n_dist2targ``.
    """
    return _distance(y, columns.target + 0 * _over_units(np.nanmin, y), cap)


@NORMALIZATIONS.add(needs="reference")
def distance_to_reference(
    y: np.ndarray, columns: Columns, *, unit: str, cap: bool = False
) -> Anchors:
    """Distance to a reference unit: ``1 - (yref - y) / (yref - min)``.

    The worst unit gets 0, the reference 1, and who is better more unless ``cap`` stops at 1. In a
    panel the reference is the unit's latest value. Where the reference is the worst unit, all get
    1. Source: Handbook, section 5.4; COINr, ``n_dist2ref``.
    """
    rows = np.flatnonzero(columns.units == unit)
    rows = rows[np.argsort(columns.years[rows], kind="stable")]
    reference = np.full((*y.shape[:-2], 1, y.shape[-1]), np.nan)
    for row in rows:
        value = y[..., row : row + 1, :]
        reference = np.where(np.isnan(value), reference, value)
    return _distance(y, reference, cap)


@NORMALIZATIONS.add(needs="true zero")
def fraction_of_max(y: np.ndarray, columns: Columns) -> Anchors:
    """Fraction of the largest value: ``x / max`` where more is better.

    Where less is better it is ``1 - (x - min) / max``: the mirror image, so that the best gets 1
    and the worst ``min / max`` in both directions (``x / min``, of a turned sign, ranks the wrong
    way). In both it is ``1 - (max(y) - y) / max(x)``. Meant for indicators that count from a true
    zero; a column of zeros goes to the middle. Source: COINr, ``n_fracmax``, for the positive
    direction.
    """
    best = _over_units(np.nanmax, y)
    largest = np.where(columns.direction > 0, best, -_over_units(np.nanmin, y))
    return Anchors(best - np.abs(largest), best, (0.0, 1.0), span=np.abs(largest))


@NORMALIZATIONS.add(
    needs="goalposts",
    of_framework={"scale": ("goalpost_scale",), "clip": ("goalpost_trunc2posts",)},
)
def goalposts(
    y: np.ndarray, columns: Columns, *, scale: Scale = 100.0, clip: bool = True
) -> Anchors:
    """Place between the framework's fixed goalposts: ``scale * (y - low) / (high - low)``.

    Clipped to the scale, ``0..scale`` or, of two numbers, from the one to the other: ``[70, 130]``
    for the adjusted Mazziotta-Pareto index. Fixed goalposts keep years and editions comparable.
    Source: UNDP (2020), Human Development Report, technical note 1.
    """
    return Anchors(columns.low, columns.high, _scale(scale), clip)


@NORMALIZATIONS.add(of_framework={"low": ("scaled_lower",), "high": ("scaled_upper",)})
def scaled(
    y: np.ndarray, columns: Columns, *, low: float, high: float, scale: Scale = 100.0
) -> Anchors:
    """Place between two given numbers: ``scale * (y - low) / (high - low)``, not clipped.

    ``low`` and ``high`` are in the indicator's own unit and are transformed with it; where less is
    better, ``high`` is the worse end; in the framework the two are then of ``-x``, as COINr reads
    them. ``scale`` is as for ``goalposts``. Source: COINr, ``n_scaled``.
    """
    if not low < high:
        expected = "an ascending range, in the indicator's own unit"
        where = "method, normalize, scaled"
        raise MethodError([Problem(where, f"from {low:g} to {high:g}", expected, "swap the two")])
    ends = np.stack([columns.at(low), columns.at(high)])
    return Anchors(ends.min(axis=0), ends.max(axis=0), _scale(scale))


@NORMALIZATIONS.add()
def fitted(y: np.ndarray, columns: Columns, *, file: NamedFile) -> Anchors:
    """Use what was fitted before: the ``anchors.csv`` of another run.

    An index of another edition, or a panel that grows, is so measured by the same yardstick. The
    file is relative to the method file. An indicator that is not in it, or was transformed in
    another way there, is refused.
    """
    known = read_anchors(file.path)
    problems = []
    for code, scale in zip(columns.codes, columns.scales, strict=True):
        of_file = known["scale"].get(code, "no such indicator")
        if of_file != scale:
            remedy = "fit again, transform in the framework, or give it a normalization of its own"
            problems.append(Problem(file.name, of_file, f"{code} on the scale {scale}", remedy))
    if problems:
        raise MethodError(problems)
    kept = known.loc[list(columns.codes)]
    low, high, bottom, top, clip, cap = (kept[name].to_numpy() for name in (*NUMBERS, *FLAGS))
    return Anchors(low, high, (bottom, top), clip, cap)


def _ranks(y: np.ndarray) -> np.ndarray:
    ranks = np.empty_like(y)
    for at in np.ndindex(*y.shape[:-2]):
        for j in range(y.shape[-1]):
            ranks[(*at, slice(None), j)] = _column_ranks(y[(*at, slice(None), j)])
    return ranks


def _column_ranks(y: np.ndarray) -> np.ndarray:
    """Rank a column upwards, ties taking the smaller rank; a column at a time stays in the cache."""
    order = np.argsort(y)
    ordered = y[order]
    places = np.arange(1.0, len(y) + 1)
    places[1:][ordered[1:] == ordered[:-1]] = 0.0
    ranks = np.empty(len(y))
    ranks[order] = np.maximum.accumulate(places)
    ranks[np.isnan(y)] = np.nan
    return ranks


def _distance(y: np.ndarray, best: np.ndarray, cap: bool) -> Anchors:
    """Place between the worst value and ``best``; where there is no way to go, all get 1."""
    worst = _over_units(np.nanmin, y)
    low = np.fmin(worst, best) + 0 * best
    return Anchors(low, best, (0.0, 1.0), cap=cap | (low >= best))


def _scale(scale: float | tuple[float, float]) -> tuple[float, float]:
    return scale if isinstance(scale, tuple) else (0.0, scale)


def _over_units(statistic: Callable[..., Any], y: np.ndarray) -> np.ndarray:
    """Take a statistic over the units; a column without any value gives ``nan``, silently."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(statistic(y, axis=-2, keepdims=True))
