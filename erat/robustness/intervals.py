"""Intervals of ranks and scores, and the chance of a rank, over the replicates."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from erat.robustness.store import Store

QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
COLUMNS = ["nominal", "mean", "median", "q05", "q25", "q75", "q95"]


def summary(values: np.ndarray) -> dict[str, np.ndarray]:
    """Return the mean and exact quantiles of every unit; the values are sorted in place.

    Quantiles lie on the straight line between the two nearest values, as numpy's do.

    Parameters
    ----------
    values
        Shape ``(units, replicates)``; nan where missing, and left out.

    Returns
    -------
    dict
        ``mean`` and the names of :data:`QUANTILES`, ``(units,)`` each; nan of a unit without any.

    Examples
    --------
    >>> found = summary(np.array([[3.0, 1.0, np.nan, 2.0]]))
    >>> found["mean"].tolist(), found["median"].tolist(), found["q95"].round(2).tolist()
    ([2.0], [2.0], [2.9])
    """
    values.sort(axis=1)
    count = values.shape[1] - np.isnan(values).sum(axis=1)
    has_any = count > 0
    sums = (
        values.sum(axis=1, dtype=float)
        if (count == values.shape[1]).all()
        else (np.nansum(values, axis=1, dtype=float))
    )
    found = {"mean": np.where(has_any, sums / np.maximum(count, 1), np.nan)}
    units = np.arange(len(values))
    last = np.maximum(count - 1, 0)
    for name, share in QUANTILES.items():
        place = share * last
        below = np.floor(place).astype(int)
        low = values[units, below].astype(float)
        high = values[units, np.minimum(below + 1, last)].astype(float)
        found[name] = np.where(has_any, low + (high - low) * (place - below), np.nan)
    return found


def chances(ranks: np.ndarray, most: int) -> np.ndarray:
    """Return the share of replicates in which a unit's rank is k or better, for k from 1.

    Parameters
    ----------
    ranks
        Sorted ranks, ``(units, replicates)``; missing ones, as nan, come last and count.
    most
        The largest k.

    Returns
    -------
    ndarray
        Shape ``(units, most)``.

    Examples
    --------
    >>> chances(np.array([[1.0, 2.0, 2.0, 4.0]]), 3).tolist()
    [[0.25, 0.75, 0.75]]
    """
    wanted = np.arange(1, most + 1)
    counts = [np.searchsorted(row, wanted, side="right") for row in ranks]
    return np.asarray(np.stack(counts) / ranks.shape[1])


class Intervals:
    """Gathers intervals unit by unit.

    Attributes
    ----------
    ranks, scores
        Columns as in the contract, a row a unit.
    at_most
        ``(units, units)``: the chance that a unit's rank is k or better; empty of too many units.
    """

    def __init__(self, store: Store, counts: np.ndarray, most_units: int) -> None:
        self.units = store.shape[1]
        small = self.units <= most_units
        self.at_most = np.empty((self.units, self.units if small else 0))
        take = _taker(counts)
        parts: dict[str, list[pd.DataFrame]] = {"ranks": [], "scores": []}
        for group in store.groups():
            ranks = take(group.ranks)
            parts["ranks"].append(pd.DataFrame(summary(ranks)))
            parts["scores"].append(pd.DataFrame(summary(take(group.scores))))
            if small:
                self.at_most[group.rows] = chances(ranks, self.units)
        self.ranks, self.scores = (
            pd.concat(parts[name], ignore_index=True) for name in ("ranks", "scores")
        )


def _taker(counts: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Return what takes every evaluation as often as it counts; the result may be changed."""
    if (counts == 1).all():
        return lambda values: np.array(values)
    places = np.repeat(np.arange(len(counts)), counts)
    return lambda values: np.take(values, places, axis=1)
