"""Imputation: filling in missing values.

A function takes ``x`` (units x indicators), the rows' ``unit``, ``year`` and ``group`` labels, and
returns ``x`` with some ``nan`` filled. What cannot be filled stays missing. Means are taken over
the units of the same year, so that a panel is filled year by year.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from erat.registry import Registry

Floats: TypeAlias = np.ndarray


@dataclass(frozen=True)
class Rows:
    """What an imputation may know of the rows: arrays of length ``units``."""

    unit: np.ndarray
    year: np.ndarray
    groups: Mapping[str, np.ndarray]


IMPUTATIONS: Registry[Callable[..., Floats]] = Registry(
    "impute", later=("median", "group_median", "sibling_mean", "knn", "iterative", "linear")
)


@IMPUTATIONS.add
def none(x: Floats, rows: Rows) -> Floats:
    """Leave missing values missing."""
    return x


@IMPUTATIONS.add
def mean(x: Floats, rows: Rows) -> Floats:
    """Fill with the mean of the same year."""
    return _fill_with_mean(x, [rows.year])


@IMPUTATIONS.add
def group_mean(x: Floats, rows: Rows, *, group: str) -> Floats:
    """Fill with the mean of the unit's group in the same year; a unit without group keeps gaps."""
    labels = np.asarray(rows.groups[group], dtype=str)
    filled = _fill_with_mean(x, [rows.year, labels])
    return np.where(np.isin(labels, ["", "NA"])[:, None], x, filled)


@IMPUTATIONS.add
def latest(x: Floats, rows: Rows) -> Floats:
    """Carry the unit's latest earlier value forward."""
    order = np.lexsort((rows.year, rows.unit))
    frame = pd.DataFrame(x[order])
    filled = frame.groupby(rows.unit[order], sort=False).ffill().to_numpy()
    return np.asarray(filled[np.argsort(order)])


def _fill_with_mean(x: Floats, keys: list[np.ndarray]) -> Floats:
    frame = pd.DataFrame(x)
    means = frame.groupby(keys, dropna=False).transform("mean")
    return np.asarray(frame.fillna(means))
