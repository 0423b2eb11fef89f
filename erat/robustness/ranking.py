"""Ranks of many replicates by one sort along an axis."""

from __future__ import annotations

import numpy as np

from erat.assessment import DIGITS

SLICE = 2**16
"""About as many values are ranked at a time, so that they stay in the processor's cache."""


SHORT = 31
"""Bits of a short key."""


def rank_rows(scores: np.ndarray, ties: str = "min", steps: np.ndarray | None = None) -> np.ndarray:
    """Rank the units of every replicate: 1 is best, a missing score has no rank.

    As :func:`erat.assessment.rank` does it: scores that agree in the first 12 digits of the
    replicate's largest are tied. The rounded score and the unit's number are packed into one whole
    number, so that a plain sort gives the order; of few units into a short one with fewer digits,
    where these part all units.

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
        result[part] = _rank_slice(scores[part], ties, None if steps is None else steps[part])
    return result


def _rank_slice(scores: np.ndarray, ties: str, steps: np.ndarray | None) -> np.ndarray:
    low, high, gaps = _reach(scores)
    steps = _steps(low, high) if steps is None else steps
    rounded = scores * -steps[:, None]
    np.rint(rounded, out=rounded)
    missing = np.isnan(rounded) if gaps else None
    if missing is not None:
        rounded[missing] = 2.0**41 - 1
    units = scores.shape[1]
    bits = max(int(units - 1).bit_length(), 1)
    if units * units <= 1 << (SHORT - bits) and missing is None:
        result, again = _by_short_keys(rounded, np.rint(high * -steps), np.rint(low * -steps), bits)
        if len(again):
            result[again] = _by_long_keys(scores[again], steps[again], bits, ties)
        return result
    result = _by_long_keys(rounded, None, bits, ties)
    if missing is not None:
        result[missing] = np.nan
    return result


def _by_short_keys(
    rounded: np.ndarray, first: np.ndarray, last: np.ndarray, bits: int
) -> tuple[np.ndarray, np.ndarray]:
    """Rank with keys of 32 bits, and tell which replicates have scores that these do not part.

    The rounded scores, which run from first to last in each replicate, are lost.
    """
    units = rounded.shape[1]
    span = last - first
    scale = ((1 << (SHORT - bits)) - 1) / np.where(span > 0, span, 1.0)
    rounded -= first[:, None]
    rounded *= scale[:, None]
    keys = rounded.astype(np.int32)
    keys <<= bits
    keys += np.arange(units, dtype=np.int32)
    keys.sort(axis=1)
    result = _scattered(keys & ((1 << bits) - 1), np.arange(1, units + 1, dtype=np.float32))
    keys >>= bits
    return result, np.flatnonzero((keys[:, 1:] == keys[:, :-1]).any(axis=1))


def _by_long_keys(scores: np.ndarray, steps: np.ndarray | None, bits: int, ties: str) -> np.ndarray:
    """Rank with keys of 64 bits, which hold all digits; without steps scores are rounded."""
    rounded = scores if steps is None else np.rint(scores * -steps[:, None])
    keys = rounded.astype(np.int64)
    keys <<= bits
    keys += np.arange(rounded.shape[1])
    keys.sort(axis=1)
    places = keys & ((1 << bits) - 1)
    keys >>= bits
    return _scattered(places, _positions(keys, ties))


def _scattered(places: np.ndarray, ranks: np.ndarray) -> np.ndarray:
    """Put ranks, in the order of the scores, back to the units."""
    replicates, units = places.shape
    result = np.empty(places.shape, dtype=np.float32)
    result.reshape(-1)[places + (np.arange(replicates) * units)[:, None]] = ranks
    return result


def rounding_steps(scores: np.ndarray) -> np.ndarray:
    """Return what scores are multiplied by, so that whole numbers have 12 digits.

    The best score becomes the smallest number when the sign is turned. Shape ``(replicates,)``.
    """
    low, high, _ = _reach(scores)
    return _steps(low, high)


def _steps(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    largest = np.maximum(high, -low)
    largest = np.where(largest > 0, largest, 1.0)
    return np.asarray(10.0 ** (DIGITS - np.ceil(np.log10(largest))))


def _reach(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray, bool]:
    """Return the smallest and largest score of every replicate, and whether any is missing.

    A replicate without any score has 0 for both.
    """
    low, high = scores.min(axis=1), scores.max(axis=1)
    gaps = np.flatnonzero(np.isnan(low))
    if len(gaps):
        low[gaps] = np.fmin.reduce(scores[gaps], axis=1, initial=np.inf)
        high[gaps] = np.fmax.reduce(scores[gaps], axis=1, initial=-np.inf)
        empty = gaps[low[gaps] > high[gaps]]
        low[empty] = high[empty] = 0.0
    return low, high, bool(len(gaps))


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
