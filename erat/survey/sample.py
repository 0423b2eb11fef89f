"""The sample of one province: who answered out of how many, and who is drawn in every replicate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from erat.survey.resampling import draws, generator, pulled, stage_pulls
from erat.survey.scoring import Assessed

VIEWS = ("subunit", "government", "province")
"""Whose score is replicated: its own sample varies, and what is sampled inside it."""


@dataclass(frozen=True)
class Sample:
    """Draws of respondents, sub-units and regencies, and the sampled shares.

    Attributes
    ----------
    subunits
        Positions of the province's sub-units with answers, in :attr:`Assessed.subunits`.
    respondents
        Positions of their respondents, by sub-unit.
    respondent_of
        Position in ``subunits`` of every respondent's sub-unit, ascending.
    governments
        The units that sub-units are part of: regencies, and the block of the province's own.
    of_government
        Position in ``governments`` of every sub-unit, ascending.
    people, subunit_draws, regency_draws
        Draws, ``(replicates, members)``: of respondents, sub-units and governments. The block of
        the province's own is not drawn.
    f_people, f_subunits, f_regencies
        Sampled shares of every sub-unit's people, every government's sub-units, and of the
        regencies and cities (1 for the block of the province's own).
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

    def same_view(self, one: str, other: str, members: np.ndarray) -> bool:
        """Say whether two views of some sub-units are the same: all regencies are there."""
        pairs = zip(self.pulls(one)[1:], self.pulls(other)[1:], strict=True)
        return all(bool(np.array_equal(a[members], b[members])) for a, b in pairs)

    def regency_weights(self) -> np.ndarray:
        """Return the weights of governments, ``(replicates, governments)``."""
        return pulled(self.regency_draws, self.pulls("province")[0])

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
        made = np.zeros(len(self.governments), dtype=bool)
        np.logical_or.at(made, self.of_government, seen)
        whole = np.ones(len(self.governments), dtype=bool)
        np.logical_and.at(whole, self.of_government, census)
        more = (regencies > 0) & ((self.f_regencies < 1).sum() > 1)
        return np.asarray(made | (whole & (regencies == 0)) | more)


def draw_sample(
    assessed: Assessed, province: str, roster: Mapping[str, float], replicates: int, seed: int
) -> Sample:
    """Draw the sample of a province; it does not depend on what other provinces there are.

    Parameters
    ----------
    assessed
        The answers.
    province
        Its code.
    roster
        Number of people who could have answered, by sub-unit. Where it is not known they are taken
        to be very many: there is no finite-population correction.
    replicates, seed
        How many, and from where.
    """
    tree, units = assessed.tree, assessed.units
    inside = assessed.above[tree.places.get_loc(province)] > 0
    parents = tree.table.loc[assessed.subunits, "parent"].to_numpy(dtype=str)
    chosen = np.flatnonzero(inside)
    chosen = chosen[np.argsort(parents[chosen], kind="stable")]
    governments, of_government = np.unique(parents[chosen], return_inverse=True)
    place = np.full(len(inside), -1)
    place[chosen] = np.arange(len(chosen))
    respondents = np.flatnonzero(inside[assessed.of_subunit])
    respondents = respondents[np.argsort(place[assessed.of_subunit[respondents]], kind="stable")]
    of_subunit = place[assessed.of_subunit[respondents]]
    own = governments == f"{province}.government"
    people = np.array([roster.get(assessed.subunits[i], np.inf) for i in chosen])
    due = [len(units.of_government(str(code).split(".")[0])) for code in governments]
    regencies = sum(one.level == "regency" for one in units.governments_of(province))
    share = (~own).sum() / max(regencies, 1)
    rng = generator(seed, province)
    return Sample(
        subunits=chosen,
        respondents=respondents,
        respondent_of=of_subunit,
        governments=[str(code) for code in governments],
        of_government=of_government,
        people=draws(of_subunit, replicates, rng),
        subunit_draws=draws(of_government, replicates, rng),
        regency_draws=draws(own.astype(int), replicates, rng),
        f_people=np.minimum(np.bincount(of_subunit) / people, 1.0),
        f_subunits=np.minimum(np.bincount(of_government) / np.array(due), 1.0),
        f_regencies=np.where(own, 1.0, share),
    )
