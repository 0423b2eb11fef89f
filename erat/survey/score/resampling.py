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

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from erat.survey.score.agreement import quotient
from erat.survey.score.scoring import Assessed


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
class Sample:
    """What was drawn and sampled of a province.

    ``subunits`` are positions of its sub-units with answers in :attr:`Assessed.subunits`,
    ``respondents`` those of their respondents, by sub-unit. ``governments`` are what sub-units are
    part of: regencies, and the block of the province's own. ``respondent_of`` and ``of_government``
    are positions in ``subunits`` and ``governments``, ascending.

    Draws, ``(replicates, members)``, are of respondents (``people``), sub-units and governments;
    the block of the province's own is not drawn. The sampled shares ``f_...`` are of every
    sub-unit's people, every government's sub-units, and of the regencies and cities (1 for that
    block).
    """

    subunits: np.ndarray
    respondents: np.ndarray
    respondent_of: np.ndarray
    governments: list[str]
    of_government: np.ndarray
    people: np.ndarray
    subunit_draws: np.ndarray
    regency_draws: np.ndarray
    f_people: np.ndarray
    f_subunits: np.ndarray
    f_regencies: np.ndarray

    def strata(self) -> Iterator[tuple[str, np.ndarray]]:
        """Give every government with its sub-units (positions in ``subunits``)."""
        for g, government in enumerate(self.governments):
            yield government, np.flatnonzero(self.of_government == g)

    def pulls(self, view: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return how far draws of regencies, sub-units and people count in a view.

        Shapes are those of governments, sub-units and sub-units; 0 where a stage is not in view.
        """
        of = self.of_government
        regencies, subunits = np.zeros(len(self.governments)), np.zeros(len(of))
        if view == "subunit":
            (people,) = stage_pulls([self.f_people])
        elif view == "government":
            subunits, people = stage_pulls([self.f_subunits[of], self.f_people])
        else:
            shares = [self.f_regencies[of], self.f_subunits[of], self.f_people]
            _, subunits, people = stage_pulls(shares)
            regencies = stage_pulls([self.f_regencies])[0]
        return regencies, subunits, people

    def subunit_weights(self, view: str) -> np.ndarray:
        """Return the weights of sub-units in a view, ``(replicates, sub-units)``."""
        return pulled(self.subunit_draws, self.pulls(view)[1])

    def regency_weights(self) -> np.ndarray:
        """Return the weights of governments, ``(replicates, governments)``."""
        return pulled(self.regency_draws, self.pulls("province")[0])

    def all_regencies(self, members: np.ndarray) -> bool:
        """Say whether some sub-units are drawn alike for their government and their province."""
        pairs = zip(self.pulls("government")[1:], self.pulls("province")[1:], strict=True)
        return all(np.array_equal(a[members], b[members]) for a, b in pairs)

    def census(self, view: str) -> np.ndarray:
        """Say of which sub-units nothing in view was sampled, as everybody was asked: bool."""
        regencies, subunits, people = self.pulls(view)
        return np.asarray((people == 0) & (subunits == 0) & (regencies[self.of_government] == 0))

    def varies(self, view: str) -> np.ndarray:
        """Say of which sub-units or governments anything can be said: bool.

        Where nothing was sampled (everybody was asked) there is nothing uncertain; where all that
        was sampled stands alone, its variance is not known.
        """
        regencies, subunits, people = self.pulls(view)
        one = np.bincount(self.of_government)[self.of_government] < 2
        alone = np.bincount(self.respondent_of) < 2
        seen = ((people > 0) & ~alone) | ((subunits > 0) & ~one)
        census = (people == 0) & (subunits == 0)
        if view == "subunit":
            return np.asarray(seen | census)
        members = [members for _, members in self.strata()]
        seen_of = np.array([seen[at].any() for at in members])
        whole = np.array([census[at].all() for at in members])
        more = (regencies > 0) & ((self.f_regencies < 1).sum() > 1)
        return np.asarray(seen_of | (whole & (regencies == 0)) | more)


def draw_sample(
    assessed: Assessed, province: str, roster: Mapping[str, float], replicates: int, seed: int
) -> Sample:
    """Draw the sample of a province; it does not depend on what other provinces there are.

    ``roster`` has the number of people who could have answered, by sub-unit. Where it is not known
    they are taken to be very many: there is no finite-population correction.
    """
    tree, units = assessed.tree, assessed.units
    parents = tree.table.loc[assessed.subunits, "parent"].to_numpy(dtype=str)
    chosen = np.flatnonzero(assessed.above[tree.places.get_loc(province)])
    chosen = chosen[np.argsort(parents[chosen], kind="stable")]
    governments, of_government = np.unique(parents[chosen], return_inverse=True)
    place = np.full(len(parents), -1)
    place[chosen] = np.arange(len(chosen))
    of_subunit = place[assessed.of_subunit]
    respondents = np.argsort(of_subunit, kind="stable")[(of_subunit < 0).sum() :]
    of_subunit = of_subunit[respondents]
    is_block = governments == f"{province}.government"
    people = np.array([roster.get(assessed.subunits[i], np.inf) for i in chosen])
    due = [len(units.of_government(str(code).split(".")[0])) for code in governments]
    regencies = sum(one.level == "regency" for one in units.governments_of(province))
    share = (~is_block).sum() / max(regencies, 1)
    rng = generator(seed, province)
    return Sample(
        subunits=chosen,
        respondents=respondents,
        respondent_of=of_subunit,
        governments=[str(code) for code in governments],
        of_government=of_government,
        people=draws(of_subunit, replicates, rng),
        subunit_draws=draws(of_government, replicates, rng),
        regency_draws=draws(is_block.astype(int), replicates, rng),
        f_people=np.minimum(np.bincount(of_subunit) / people, 1.0),
        f_subunits=np.minimum(np.bincount(of_government) / np.array(due), 1.0),
        f_regencies=np.where(is_block, 1.0, share),
    )
