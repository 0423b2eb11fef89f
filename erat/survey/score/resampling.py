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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from erat.survey.score.agreement import quotient
from erat.survey.score.scoring import Assessed

VIEWS = ("province", "government", "subunit")
"""Whose intervals there are, each with its own first stage of sampling."""


def draws(strata: np.ndarray, replicates: int, rng: np.random.Generator) -> np.ndarray:
    """Draw rescaled bootstrap weights within strata, without finite-population correction.

    ``strata`` are whole numbers from 0, one a member, in any order; strata are drawn in ascending
    order. The weights, ``(replicates, members)``, add to the size of a stratum. A member that is
    alone in its stratum has the weight 1 throughout: nothing is known of what varies there.
    """
    weights = np.ones((replicates, len(strata)))
    order = np.argsort(strata, kind="stable")
    for members in np.split(order, np.flatnonzero(np.diff(strata[order])) + 1):
        n = len(members)
        if n > 1:
            counts = rng.multinomial(n - 1, np.full(n, 1 / n), size=replicates)
            weights[:, members] = counts * (n / (n - 1))
    return weights


def pulled(
    drawn: np.ndarray, pull: np.ndarray | float, whole: np.ndarray | float = 1.0
) -> np.ndarray:
    """Draw weights (or sums of them) back towards what they are without drawing.

    Examples
    --------
    >>> pulled(np.array([[0.0, 2.0]]), 0.5).tolist()
    [[0.5, 1.5]]
    """
    return np.asarray((1 - pull) * whole + pull * drawn)


def stage_pulls(fractions: Sequence[np.ndarray | float]) -> list[np.ndarray]:
    """Return the pull of every stage of sampling: ``sqrt(f_1 ... f_(k-1) (1 - f_k))`` for stage k.

    ``fractions`` are the sampled shares of the population, the first stage first: 0 (a vanishing
    share, or not known) to 1.

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
    """Return the percentile interval over the first axis, nan left out; nan where all are nan."""
    flat = np.sort(values.reshape(len(values), -1), axis=0)
    last = np.maximum((~np.isnan(flat)).sum(axis=0) - 1, 0)
    columns = np.arange(flat.shape[1])
    ends = []
    for tail in ((1 - level) / 2, (1 + level) / 2):
        at = tail * last
        below = np.floor(at).astype(int)
        low, high = flat[below, columns], flat[np.minimum(below + 1, last), columns]
        ends.append((low + (high - low) * (at - below)).reshape(values.shape[1:]))
    return ends[0], ends[1]


def widened(
    values: np.ndarray, level: float, degrees: np.ndarray | float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the percentile interval of scores (0 to 100), widened where it rests on few members.

    The ends of :func:`interval` are moved away from the mean of the replicates by the ratio of the
    quantiles of Student's t and of the normal distribution, and kept within 0 and 100: a percentile
    interval of three respondents would hold the truth far too seldom.

    ``values`` are ``(replicates, ...)``; ``degrees`` of freedom are those behind the variance, one
    number or one a column; infinite for no widening.
    """
    low, high = interval(values, level)
    if np.isinf(degrees).all():
        return low, high
    tail = (1 - level) / 2
    factor = stats.t.isf(tail, np.maximum(degrees, 1.0)) / stats.norm.isf(tail)
    middle = quotient(np.nansum(values, axis=0), (~np.isnan(values)).sum(axis=0))
    low, high = (np.clip(middle + factor * (end - middle), 0, 100) for end in (low, high))
    return low, high


@dataclass(frozen=True)
class GovernmentSample:
    """What was sampled of a government, and how often each replicate drew it.

    ``subunits`` are positions of its sub-units in :attr:`Assessed.subunits`. The block of a
    province's own agencies is a government too, which is not drawn. Weights drawn are
    ``(replicates,)`` of the government, ``(replicates, sub-units)``, and ``(replicates,
    respondents)`` of each sub-unit. Sampled shares ``f_...`` are of the province's regencies and
    cities (1 for that block), of the government's sub-units, and of each sub-unit's people.
    """

    code: str
    subunits: np.ndarray
    draws: np.ndarray
    subunit_draws: np.ndarray
    people_draws: Sequence[np.ndarray]
    f_regencies: float
    f_subunits: float
    f_people: np.ndarray

    @property
    def is_census(self) -> bool:
        """Whether every sub-unit, and everybody in it, was asked: nothing inside was sampled."""
        return bool(self.f_subunits == 1 and (self.f_people == 1).all())

    def pulls(self, view: str) -> list[np.ndarray]:
        """Return the pulls of the government, its sub-units and their people for the interval of a
        :data:`VIEWS`; 0 where a stage of sampling is above it.
        """
        first, shares = VIEWS.index(view), (self.f_regencies, self.f_subunits, self.f_people)
        return [*np.zeros(first), *stage_pulls(shares[first:])]


def draw_samples(
    assessed: Assessed, province: str, roster: Mapping[str, float], replicates: int, seed: int
) -> list[GovernmentSample]:
    """Draw the governments of a province; they do not depend on what other provinces there are.

    ``roster`` has the number of people who could have answered, by sub-unit. Where it is not known
    they are taken to be very many: there is no finite-population correction.
    """
    tree, units = assessed.tree, assessed.units
    subunits = np.flatnonzero(assessed.above[tree.places.get_loc(province)])
    parents = tree.codes[tree.parents[assessed.places]].astype(str)
    subunits = subunits[np.argsort(parents[subunits], kind="stable")]
    governments, of_government = np.unique(parents[subunits], return_inverse=True)
    is_block = governments == f"{province}.government"
    sizes = np.array([len(assessed.rows_of[i]) for i in subunits])
    rng = generator(seed, province)
    people_draws = np.split(
        draws(np.repeat(np.arange(len(sizes)), sizes), replicates, rng), sizes.cumsum()[:-1], axis=1
    )
    subunit_draws = draws(of_government, replicates, rng)
    regency_draws = draws(is_block.astype(int), replicates, rng)
    eligible = np.array([roster.get(assessed.subunits[i], np.inf) for i in subunits])
    regencies = sum(one.level == "regency" for one in units.governments_of(province))
    samples = []
    for g, code in enumerate(governments.tolist()):
        members = np.flatnonzero(of_government == g)
        asked = len(units.of_government(code.split(".")[0]))
        samples.append(
            GovernmentSample(
                code=code,
                subunits=subunits[members],
                draws=regency_draws[:, g],
                subunit_draws=subunit_draws[:, members],
                people_draws=[people_draws[k] for k in members],
                f_regencies=1.0 if is_block[g] else (~is_block).sum() / regencies,
                f_subunits=min(len(members) / asked, 1.0),
                f_people=np.minimum(sizes[members] / eligible[members], 1.0),
            )
        )
    return samples
