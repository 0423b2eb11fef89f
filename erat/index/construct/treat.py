"""Treatment of outliers, one column at a time.

A treatment is fitted to a column and says what to do with every value, also of other years, and
with goalposts and targets where the scale changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from erat.index.construct.transform import fit_boxcox
from erat.index.registry import Registry


@dataclass(frozen=True)
class Treated:
    """What a treatment does to a column: ``function``, for every value, also in other years.

    ``action`` says what is done (empty: nothing); ``passes``, whether the column then passes the
    test of skewness and kurtosis; ``scale`` is the new scale with what was fitted, in words (empty:
    the old one). Goalposts and targets change with it.
    """

    function: Callable[[np.ndarray], np.ndarray] = np.asarray
    action: str = ""
    passes: bool = True
    scale: str = ""


Positive = Annotated[float, Field(gt=0)]
TREATMENTS: Registry[Callable[..., Treated]] = Registry("treat")


@TREATMENTS.add()
def none(x: np.ndarray) -> Treated:
    """Leave outliers alone."""
    return Treated()


@TREATMENTS.add()
def winsorize(
    x: np.ndarray,
    *,
    max_points: Annotated[int, Field(ge=0)] = 5,
    skewness: Positive = 2.0,
    kurtosis: float = 3.5,
    fallback: Literal["none", "log", "boxcox"] = "log",
) -> Treated:
    """Move the most extreme values in to the next one until skewness or kurtosis is small.

    A column passes if ``|G1| < skewness`` or ``G2 < kurtosis`` (bias-adjusted skewness and excess
    kurtosis). While it does not and fewer than ``max_points`` values were moved, the most extreme
    value (the top if G1 > 0, else the bottom) is moved in, with those moved before, to the next
    one. If the column still does not pass, the ``fallback`` starts again from ``x``. Source:
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, steps 3 and 5; the thresholds 2
    and 3.5 are the JRC's rule of thumb.
    """
    order = np.sort(x[~np.isnan(x)])
    shape = _shape(x)
    top = bottom = 0
    while not _small(shape, skewness, kurtosis) and top + bottom < min(max_points, len(order) - 1):
        if shape is not None and shape[0] > 0:
            top += 1
        else:
            bottom += 1
        shape = _shape(np.clip(order, order[bottom], order[len(order) - 1 - top]))
    good = _small(shape, skewness, kurtosis)
    if not good and fallback != "none":
        return TREATMENTS[fallback](x, skewness=skewness, kurtosis=kurtosis)
    low = float(order[bottom]) if bottom else -np.inf
    high = float(order[len(order) - 1 - top]) if top else np.inf
    if (np.clip(order, low, high) == order).all():
        return Treated(passes=good)
    return Treated(lambda value: np.clip(value, low, high), "winsorized", good)


@TREATMENTS.add()
def log(x: np.ndarray, *, skewness: Positive = 2.0, kurtosis: float = 3.5) -> Treated:
    """Take ``log(x - min + 0.01 (max - min))`` of a column that does not pass.

    Source: COINr, ``log_CT``, after the JRC's COIN Tool.
    """
    if passes(x, skewness, kurtosis):
        return Treated()
    low, high = np.nanmin(x), np.nanmax(x)

    def shifted_log(value: np.ndarray) -> np.ndarray:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.log(value - low + 0.01 * (high - low)))

    good = passes(shifted_log(x), skewness, kurtosis)
    return Treated(shifted_log, "log", good, f"log({low!s}, {high!s})")


@TREATMENTS.add()
def boxcox(x: np.ndarray, *, skewness: Positive = 2.0, kurtosis: float = 3.5) -> Treated:
    """Take the likeliest Box-Cox power of a column that does not pass.

    See :func:`erat.index.construct.transform.fit_boxcox`.
    """
    if passes(x, skewness, kurtosis):
        return Treated()
    function, name = fit_boxcox(x)
    return Treated(function, "boxcox", passes(function(x), skewness, kurtosis), name)


def passes(x: np.ndarray, skewness: float, kurtosis: float) -> bool:
    """Whether a column has no outliers by the rule of thumb; a constant or short one has none.

    Short are less than four values, which have no excess kurtosis.
    """
    return _small(_shape(x), skewness, kurtosis)


def _small(shape: tuple[float, float] | None, skewness: float, kurtosis: float) -> bool:
    return shape is None or abs(shape[0]) < skewness or shape[1] < kurtosis


def _shape(x: np.ndarray) -> tuple[float, float] | None:
    """Bias-adjusted skewness G1 and excess kurtosis G2, or None of a constant or short column.

    Source: Joanes and Gill (1998), Comparing measures of sample skewness and kurtosis, The
    Statistician 47.
    """
    values = x[~np.isnan(x)]
    n, low, high = len(values), values.min(initial=np.inf), values.max(initial=-np.inf)
    if n < 4 or low == high:
        return None
    total = np.add.reduce
    apart = (values - low) / (high - low)
    apart -= total(apart) / n
    squared = apart * apart
    m2, m3, m4 = (total(power) / n for power in (squared, squared * apart, squared * squared))
    skewness = np.sqrt(n * (n - 1)) / (n - 2) * m3 / m2**1.5
    kurtosis = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (m4 / m2**2 - 3) + 6)
    return float(skewness), float(kurtosis)
