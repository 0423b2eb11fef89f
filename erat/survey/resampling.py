"""Resampling within strata, with finite-population correction: Rao and Wu's rescaled bootstrap.

A replicate draws ``n - 1`` of the ``n`` members of a stratum with replacement and weighs each by
``n / (n - 1)`` times how often it was drawn (its *draw*). A finite population of N draws the
weights back towards 1: ``1 - pull + pull * draw`` with ``pull = sqrt(1 - n / N)``. With a second
stage, sampled inside the members of the first, its pull is ``sqrt(f (1 - f2))``, f being the
sampled share of the first stage: where all of a stratum was seen only what is inside it varies.

Sources: Rao and Wu (1988), Resampling inference with complex survey data, J. American Statistical
Association 83; Rao, Wu and Yue (1992), Some recent work on resampling methods for complex surveys,
Survey Methodology 18.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats


def draws(strata: np.ndarray, replicates: int, rng: np.random.Generator) -> np.ndarray:
    """Draw rescaled bootstrap weights within strata, without finite-population correction.

    Parameters
    ----------
    strata
        Stratum of every member, whole numbers from 0, in any order; shape ``(members,)``.
    replicates
        How many.
    rng
        Source of randomness; strata are drawn in ascending order.

    Returns
    -------
    ndarray
        ``(replicates, members)``; the weights of a stratum add to its size. A member that is alone
        in its stratum has the weight 1 throughout: nothing is known of what varies there.
    """
    made = np.ones((replicates, len(strata)))
    order = np.argsort(strata, kind="stable")
    for members in np.split(order, np.flatnonzero(np.diff(strata[order])) + 1):
        n = len(members)
        if n > 1:
            counts = rng.multinomial(n - 1, np.full(n, 1 / n), size=replicates)
            made[:, members] = counts * (n / (n - 1))
    return made


def pulled(draw: np.ndarray, pull: np.ndarray | float) -> np.ndarray:
    """Draw weights back towards 1 for a finite population; ``pull`` is one number a member.

    Examples
    --------
    >>> pulled(np.array([[0.0, 2.0]]), 0.5).tolist()
    [[0.5, 1.5]]
    """
    return np.asarray(1 - pull + pull * draw)


def stage_pulls(fractions: Sequence[np.ndarray | float]) -> list[np.ndarray]:
    """Return the pull of every stage of sampling, the first stage first.

    Parameters
    ----------
    fractions
        Sampled share of the population at every stage, 0 (a vanishing share, or not known) to 1.

    Returns
    -------
    list of ndarray
        ``sqrt(f_1 ... f_(k-1) (1 - f_k))`` for stage k.

    Examples
    --------
    >>> [round(float(pull), 3) for pull in stage_pulls([0.75, 0.0])]
    [0.5, 0.866]
    """
    above: np.ndarray | float = 1.0
    pulls = []
    for fraction in fractions:
        pulls.append(np.sqrt(above * (1 - np.clip(fraction, 0, 1))))
        above = above * np.clip(fraction, 0, 1)
    return pulls


def generator(seed: int, place: str) -> np.random.Generator:
    """Make the source of randomness of one place, so that no place depends on the others."""
    return np.random.default_rng(np.random.SeedSequence([seed, *place.encode()]))


def interval(values: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the percentile interval over the first axis; nan where nothing is there.

    Replicates without a value are left out.
    """
    tails = [(1 - level) / 2, (1 + level) / 2]
    flat = np.sort(values.reshape(len(values), -1), axis=0)
    count = (~np.isnan(flat)).sum(axis=0)
    ends = []
    for tail in tails:
        at = tail * np.maximum(count - 1, 0)
        below = np.floor(at).astype(int)
        above = np.minimum(below + 1, np.maximum(count - 1, 0))
        columns = np.arange(flat.shape[1])
        low, high = flat[below, columns], flat[above, columns]
        ends.append((low + (high - low) * (at - below)).reshape(values.shape[1:]))
    return ends[0], ends[1]


def widened(
    values: np.ndarray, level: float, degrees: np.ndarray | float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the percentile interval of scores, widened where it rests on few members.

    Parameters
    ----------
    values
        Replicates of scores between 0 and 100, ``(replicates, ...)``.
    level
        Of the interval.
    degrees
        Degrees of freedom behind the variance, one number or one a column; infinite for no
        widening.

    Returns
    -------
    low, high
        The ends of :func:`interval`, moved away from the mean of the replicates by the ratio of
        the quantiles of Student's t and of the normal distribution, and kept within 0 and 100. A
        percentile interval of three respondents would hold the truth far too seldom.
    """
    low, high = interval(values, level)
    tail = (1 - level) / 2
    if np.isinf(degrees).all():
        return low, high
    factor = stats.t.isf(tail, np.maximum(degrees, 1.0)) / stats.norm.isf(tail)
    count = (~np.isnan(values)).sum(axis=0)
    total = np.nansum(values, axis=0)
    middle = np.divide(total, count, out=np.full(low.shape, np.nan), where=count > 0)
    ends = [middle + factor * (end - middle) for end in (low, high)]
    return np.clip(ends[0], 0, 100), np.clip(ends[1], 0, 100)
