"""Ranks of many replicates by one sort along an axis."""

from __future__ import annotations

import numpy as np

from erat.index.assessment import DIGITS

SLICE = 2**16
"""About as many values are ranked at a time, so that they stay in the processor's cache."""

SHORT, DIGIT_BITS = 32, 41
"""Bits of a short key, and of the distance between two scores of 12 digits."""


def rank_rows(scores: np.ndarray, ties: str = "min", steps: np.ndarray | None = None) -> np.ndarray:
    """Rank the units of every replicate, ``(replicates, units)``: 1 is best, nan has no rank;
    float32.

    Scores that agree in the first 12 digits of the replicate's largest are tied, as in
    :func:`erat.index.assessment.rank`. Few units are ranked by 32-bit numbers of score and place,
    where these part all units; others by every digit. ``steps`` are :func:`rounding_steps` of these
    scores and of others that are ranked apart.

    >>> rank_rows(np.array([[3.0, 7.0, np.nan, 3.0]])).tolist()
    [[2.0, 1.0, nan, 2.0]]
    """
    rows = max(SLICE // max(scores.shape[1], 1), 1)
    result = np.empty(scores.shape, dtype=np.float32)
    for start in range(0, len(scores), rows):
        part = slice(start, start + rows)
        _rank_slice(scores[part], ties, None if steps is None else steps[part], result[part])
    return result


def _rank_slice(
    scores: np.ndarray, ties: str, steps: np.ndarray | None, result: np.ndarray
) -> None:
    low, high = _reach(scores)
    steps = -(_steps(low, high) if steps is None else steps)
    first = np.rint(high * steps)
    rounded = scores * steps[:, None]
    np.rint(rounded, out=rounded)
    rounded -= first[:, None]
    missing = np.isnan(rounded)
    bits = int(scores.shape[1] - 1).bit_length()
    if missing.any() or 2 * bits > SHORT - bits:
        rounded[missing] = 1 << DIGIT_BITS
        result[:] = _by_all_digits(rounded, ties)
        result[missing] = np.nan
        return
    again = _by_short_keys(rounded, np.rint(low * steps) - first, bits, result)
    if len(again):
        result[again] = _by_all_digits(rounded[again], ties)


def _by_short_keys(
    rounded: np.ndarray, last: np.ndarray, bits: int, result: np.ndarray
) -> np.ndarray:
    """Rank with keys of 32 bits, and tell which replicates have scores that these do not part.
    Rounded scores run from 0 to ``last`` in each replicate.
    """
    units = rounded.shape[1]
    scale = ((1 << (SHORT - bits)) - 1) / np.maximum(last, 1.0)
    keys = (rounded * scale[:, None]).astype(np.uint32)
    keys <<= bits
    keys += np.arange(units, dtype=np.uint32)
    keys.sort(axis=1)
    places = (keys & ((1 << bits) - 1)) + units * np.arange(len(keys))[:, None]
    result.reshape(-1)[places.reshape(-1)] = _plain(len(keys), units)
    keys >>= bits
    return np.flatnonzero((keys[:, 1:] == keys[:, :-1]).any(axis=1))


def _by_all_digits(rounded: np.ndarray, ties: str) -> np.ndarray:
    """Rank whole numbers of all replicates at once, 16 bits at a time, last first (radix sort)."""
    keys = rounded.astype(np.int64)
    keys += np.arange(len(keys))[:, None] << (DIGIT_BITS + 1)
    keys = keys.reshape(-1)
    places = np.argsort(keys.astype(np.uint16), kind="stable")
    for shift in range(16, int(keys.max()).bit_length(), 16):
        part = (keys >> shift).astype(np.uint16)[places]
        places = places[np.argsort(part, kind="stable")]
    result = np.empty(rounded.shape, dtype=np.float32)
    result.reshape(-1)[places] = _positions(keys[places], rounded.shape[1], ties)
    return result


def rounding_steps(scores: np.ndarray) -> np.ndarray:
    """Return the factors ``(replicates,)`` that make scores whole numbers of 12 digits. They turn
    the sign: the best score becomes the smallest number.
    """
    return _steps(*_reach(scores))


def _steps(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    largest = np.maximum(high, -low)
    largest = np.where(largest > 0, largest, 1.0)
    return np.asarray(10.0 ** (DIGITS - np.ceil(np.log10(largest))))


def _reach(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the smallest and largest score of every replicate; 0 and 0 of one without any."""
    low = np.fmin.reduce(scores, axis=1, initial=np.inf)
    high = np.fmax.reduce(scores, axis=1, initial=-np.inf)
    empty = low > high
    low[empty] = high[empty] = 0.0
    return low, high


def _positions(keys: np.ndarray, units: int, ties: str) -> np.ndarray:
    """Return the ranks of ascending keys, those of one replicate after those of another."""
    begins = np.concatenate([[True], keys[1:] != keys[:-1]])
    if begins.all():
        return _plain(len(keys) // units, units)
    starts = np.flatnonzero(begins)
    counts = np.diff(starts, append=len(keys))
    first = starts % units + 1
    last = first + counts - 1
    ranks = {"min": first, "max": last}.get(ties, (first + last) / 2)
    return np.repeat(ranks.astype(np.float32), counts)


def _plain(replicates: int, units: int) -> np.ndarray:
    return np.tile(np.arange(1, units + 1, dtype=np.float32), replicates)
