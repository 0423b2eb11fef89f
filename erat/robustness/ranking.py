"""Ranks of many replicates by one sort along an axis."""

from __future__ import annotations

import numpy as np

from erat.assessment import DIGITS

SLICE = 2**17
"""About as many values are ranked at a time, so that they stay in the processor's cache."""


def rank_rows(scores: np.ndarray, ties: str = "min", steps: np.ndarray | None = None) -> np.ndarray:
    """Rank the units of every replicate: 1 is best, a missing score has no rank.

    As :func:`erat.assessment.rank` does it: scores that agree in the first 12 digits of the
    replicate's largest are tied. The rounded score and the unit's number are packed into one whole
    number, so that a plain sort gives the order.

    Parameters
    ----------
    scores
        Shape ``(replicates, units)``; nan where missing. At most four million units.
    ties
        ``min``, ``average`` or ``max``.
    steps
        What :func:`rounding_steps` gives for these scores and others that are ranked apart.

    Returns
    -------
    ndarray
        float32 of the same shape; nan where missing.

    Examples
    --------
    >>> rank_rows(np.array([[3.0, 7.0, np.nan, 3.0]])).tolist()
    [[2.0, 1.0, nan, 2.0]]
    """
    rows = max(SLICE // max(scores.shape[1], 1), 1)
    result = np.empty(scores.shape, dtype=np.float32)
    for start in range(0, len(scores), rows):
        part = slice(start, start + rows)
        own = rounding_steps(scores[part]) if steps is None else steps[part]
        result[part] = _rank_slice(scores[part], ties, own)
    return result


def _rank_slice(scores: np.ndarray, ties: str, steps: np.ndarray) -> np.ndarray:
    replicates, units = scores.shape
    bits = max(int(units - 1).bit_length(), 1)
    packed = np.rint(scores * -steps[:, None])
    gaps = bool(np.isnan(packed.sum()))
    missing = np.isnan(packed) if gaps else np.empty(0)
    if gaps:
        packed[missing] = 2.0**41 - 1
    keys = packed.astype(np.int64)
    keys <<= bits
    keys += np.arange(units)
    keys.sort(axis=1)
    places = keys & ((1 << bits) - 1)
    keys >>= bits
    ranks = _positions(keys, ties)
    places += (np.arange(replicates) * units)[:, None]
    result = np.empty(scores.shape, dtype=np.float32)
    result.reshape(-1)[places] = ranks
    if gaps:
        result[missing] = np.nan
    return result


def rounding_steps(scores: np.ndarray) -> np.ndarray:
    """Return what scores are multiplied by, so that whole numbers have 12 digits.

    The best score becomes the smallest number when the sign is turned. Shape ``(replicates,)``.
    """
    low, high = _reach(scores)
    largest = np.maximum(high, -low)
    largest = np.where(largest > 0, largest, 1.0)
    return np.asarray(10.0 ** (DIGITS - np.ceil(np.log10(largest))))


def _reach(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the smallest and largest score of every replicate; 0 where there is none."""
    low, high = scores.min(axis=1), scores.max(axis=1)
    gaps = np.flatnonzero(np.isnan(low))
    if len(gaps):
        low[gaps] = np.fmin.reduce(scores[gaps], axis=1, initial=np.inf)
        high[gaps] = np.fmax.reduce(scores[gaps], axis=1, initial=-np.inf)
        empty = gaps[low[gaps] > high[gaps]]
        low[empty] = high[empty] = 0.0
    return low, high


def _positions(values: np.ndarray, ties: str) -> np.ndarray:
    """Return the ranks of sorted values, ``(replicates, units)`` or ``(units,)`` without a tie."""
    units = values.shape[1]
    plain = np.arange(1, units + 1, dtype=np.float32)
    tied = values[:, 1:] == values[:, :-1]
    rows = np.flatnonzero(tied.any(axis=1))
    if not len(rows):
        return plain
    own = tied[rows]
    first = np.maximum.accumulate(_starts(own, plain), axis=1)
    last = np.minimum.accumulate(_ends(own, plain)[:, ::-1], axis=1)[:, ::-1]
    found = {"min": first, "max": last}.get(ties, (first + last) / 2)
    ranks = np.tile(plain, (len(values), 1))
    ranks[rows] = found
    return ranks


def _starts(tied: np.ndarray, plain: np.ndarray) -> np.ndarray:
    starts = np.tile(plain, (len(tied), 1))
    starts[:, 1:][tied] = 0
    return starts


def _ends(tied: np.ndarray, plain: np.ndarray) -> np.ndarray:
    ends = np.tile(plain, (len(tied), 1))
    ends[:, :-1][tied] = np.inf
    return ends
