"""Treatment of outliers, one column at a time.

A treatment returns the treated column and the function that it applied to the whole column, if
any, so that goalposts and targets can be treated alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from scipy import stats

from erat.registry import Registry


@dataclass(frozen=True)
class Treated:
    """A treated column.

    Attributes
    ----------
    x
        The column after treatment, shape ``(units,)``.
    action
        What was done, one text a unit; empty where nothing was.
    passes
        Whether the column passes the test of skewness and kurtosis in the end.
    function
        What was applied to every value of the column (a logarithm), or None.
    """

    x: np.ndarray
    action: np.ndarray
    passes: bool
    function: Callable[[np.ndarray], np.ndarray] | None = None


TREATMENTS: Registry[Callable[..., Treated]] = Registry("treat", later=("boxcox",))


@TREATMENTS.add
def none(x: np.ndarray) -> Treated:
    """Leave outliers alone."""
    return Treated(x, _no_action(x), passes=True)


@TREATMENTS.add
def winsorize(
    x: np.ndarray,
    *,
    max_points: Annotated[int, Field(ge=0)] = 5,
    skewness: Annotated[float, Field(gt=0)] = 2.0,
    kurtosis: float = 3.5,
    fallback: Literal["none", "log"] = "log",
) -> Treated:
    """Move the most extreme values in to the next one until skewness or kurtosis is small.

    A column passes if ``|G1| < skewness`` or ``G2 < kurtosis`` (bias-adjusted skewness and excess
    kurtosis). While it does not and fewer than ``max_points`` values were moved, the most extreme
    value (the top if G1 > 0, else the bottom) is moved in, with those moved before, to the next
    one. If the column still does not pass, the ``fallback`` starts again from ``x``.

    Source: OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 3 and 5; the
    thresholds 2 and 3.5 are the JRC's rule of thumb.
    """
    moved, action = _move_in(x, max_points, skewness, kurtosis)
    if passes(moved, skewness, kurtosis) or fallback == "none":
        return Treated(moved, action, passes(moved, skewness, kurtosis))
    return log(x, skewness=skewness, kurtosis=kurtosis)


@TREATMENTS.add
def log(
    x: np.ndarray, *, skewness: Annotated[float, Field(gt=0)] = 2.0, kurtosis: float = 3.5
) -> Treated:
    """Take ``log(x - min + 0.01 (max - min))`` of a column that does not pass."""
    if passes(x, skewness, kurtosis):
        return Treated(x, _no_action(x), passes=True)
    low, high = np.nanmin(x), np.nanmax(x)

    def shifted_log(value: np.ndarray) -> np.ndarray:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.log(value - low + 0.01 * (high - low)))

    result = shifted_log(x)
    action = np.where(np.isnan(x), "", "log").astype(object)
    return Treated(result, action, passes(result, skewness, kurtosis), shifted_log)


def passes(x: np.ndarray, skewness: float, kurtosis: float) -> bool:
    """Whether a column is free of outliers by the rule of thumb; a constant or short one is.

    Short are less than four values, which have no excess kurtosis.
    """
    shape = _shape(x)
    return shape is None or bool(abs(shape[0]) < skewness or shape[1] < kurtosis)


def _shape(x: np.ndarray) -> tuple[float, float] | None:
    """Bias-adjusted skewness G1 and excess kurtosis G2, or None of a constant or short column."""
    values = x[~np.isnan(x)]
    if len(values) < 4 or values.min() == values.max():
        return None
    scaled = (values - values.min()) / (values.max() - values.min())
    return float(stats.skew(scaled, bias=False)), float(stats.kurtosis(scaled, bias=False))


def _move_in(
    x: np.ndarray, max_points: int, skewness: float, kurtosis: float
) -> tuple[np.ndarray, np.ndarray]:
    moved = x.copy()
    ends: dict[str, list[int]] = {"top": [], "bottom": []}
    for _ in range(max_points):
        shape = _shape(moved)
        if shape is None or passes(moved, skewness, kurtosis):
            break
        end = "top" if shape[0] > 0 else "bottom"
        free = ~np.isnan(x)
        free[ends["top"] + ends["bottom"]] = False
        if free.sum() < 2:
            break
        pick, rest = (np.nanargmax, np.nanmax) if end == "top" else (np.nanargmin, np.nanmin)
        ends[end].append(int(pick(np.where(free, x, np.nan))))
        free[ends[end][-1]] = False
        moved[ends[end]] = rest(np.where(free, x, np.nan))
    action = _no_action(x)
    for end, places in ends.items():
        action[[i for i in places if moved[i] != x[i]]] = f"winsorized ({end})"
    return moved, action


def _no_action(x: np.ndarray) -> np.ndarray:
    return np.full(x.shape, "", dtype=object)
