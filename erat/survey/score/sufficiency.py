"""What every node of every unit rests on, and whether that is enough to show it as assessed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from erat.survey.answers import NOT_APPLICABLE, NOT_ASKED
from erat.survey.score.agreement import node_rwg, quotient, variances
from erat.survey.score.scoring import POINTS, Assessed

FEW_ANSWERS, FEW_SUBUNITS = "few answers", "few sub-units"
NO_AGREEMENT, NOT_ASKED_AT_ALL = "no agreement", "not asked"
"""Why a node of a unit is not assessed."""
ROUNDING = 1e-12


@dataclass(frozen=True)
class Basis:
    """Counts and agreement behind every node of every unit, all ``(units, nodes)``.

    Units are those of the assessment's tree, nodes those of its framework.
    """

    assessed: Assessed

    @cached_property
    def _answered(self) -> np.ndarray:
        """Number of levels given under each node, ``(respondents, nodes)``."""
        there = ~np.isnan(self.assessed.points)
        return np.asarray(there.astype(float) @ self.assessed.members.T)

    @cached_property
    def respondents(self) -> np.ndarray:
        """Respondents who gave a level."""
        return self.assessed.total((self._answered > 0).astype(float))

    @cached_property
    def subunits(self) -> np.ndarray:
        """Sub-units of which someone gave a level; one for a sub-unit itself."""
        some = self.assessed.groups.any(self._answered > 0)
        return np.asarray(self.assessed.above @ some.astype(float))

    @cached_property
    def regencies(self) -> np.ndarray:
        """Regencies and cities under a unit (or itself) of which someone gave a level."""
        tree = self.assessed.tree
        regencies = np.flatnonzero(tree.kinds == "regency")
        return np.asarray(tree.above(regencies) @ (self.subunits[regencies] > 0))

    @cached_property
    def share_answered(self) -> np.ndarray:
        """Share of the questions asked, of those that concern one, that got a level."""
        states = self.assessed.answers.states[self.assessed.questions].to_numpy()
        due = (states != NOT_ASKED) & (states != NOT_APPLICABLE)
        asked = self.assessed.total(due.astype(float) @ self.assessed.members.T)
        return quotient(self.assessed.total(self._answered), asked)

    @cached_property
    def between_respondents(self) -> np.ndarray:
        """rwg(j) between the respondents of a sub-unit; of a higher unit the mean over those."""
        one = self.assessed
        agreed = node_rwg(variances(one.points / POINTS, one.of_subunit), one.members)
        return _mean_above(one.above, agreed)

    @cached_property
    def between_subunits(self) -> np.ndarray:
        """rwg(j) between the sub-units of a government; of a higher unit the mean over those."""
        one = self.assessed
        governments, of = np.unique(one.tree.parents[one.places], return_inverse=True)
        agreed = node_rwg(variances(one.means / POINTS, of), one.members)
        return _mean_above(one.tree.above(governments), agreed)

    @cached_property
    def askable(self) -> np.ndarray:
        """Number of sub-units of a unit that the instrument asks about a node.

        Of a government all that could answer; of the block of regencies the regencies themselves.
        """
        one = self.assessed
        of_level = {
            level: np.array([self._asks(who.code, level) for who in respondents])
            for level, respondents in one.units.respondents.items()
        }
        counts = np.zeros((len(one.tree.units), len(one.nodes)))
        for i, (unit, kind) in enumerate(zip(one.tree.units, one.tree.kinds, strict=True)):
            head, _, tail = unit.partition(".")
            level = "province" if len(head) == 2 else "regency"
            if kind == "block" and tail == "regencies":
                count = sum(g.level == "regency" for g in one.units.governments_of(head))
                counts[i] = count * of_level["regency"].any(axis=0)
            elif kind in ("block", "regency"):
                counts[i] = of_level[level].sum(axis=0)
            elif kind == "province":
                counts[i] = of_level["province"].any(axis=0) + of_level["regency"].any(axis=0)
            else:
                counts[i] = self._asks(tail, level)
        return counts

    def _asks(self, respondent: str, level: str) -> np.ndarray:
        one = self.assessed
        scored = np.isin(one.units.instrument.codes, one.questions)
        asked = one.units.asks(respondent, level)[scored].astype(float)
        return np.asarray(one.members @ asked > 0)

    @cached_property
    def reasons(self) -> np.ndarray:
        """Why a node of a unit is not assessed; empty where it is.

        Agreement is asked of dimensions and the index, not of a single question or indicator, where
        a few answers would decide. An index lacks what a dimension that it needs lacks.
        """
        one, limits = self.assessed, self.assessed.settings.thresholds
        is_subunit, blocks = one.is_subunit[:, None], one.tree.places.str.endswith(".regencies")
        governments = np.isin(one.tree.kinds.astype(str), ["regency", "block"]) & ~blocks
        few = np.nan_to_num(self.share_answered) < limits.answered - ROUNDING
        few |= (self.respondents == 0) | (is_subunit & (self.respondents < limits.respondents))
        lone = self.subunits < np.minimum(limits.subunits, self.askable)
        absent = self.regencies < limits.regencies * self.askable - ROUNDING
        scarce = (governments[:, None] & lone) | (blocks[:, None] & absent)
        agreed = np.where(is_subunit, self.between_respondents, self.between_subunits)
        apart = np.nan_to_num(agreed, nan=1.0) < limits.agreement - ROUNDING
        apart &= one.is_dimension_or_index
        why = np.select(
            [self.askable == 0, scarce, few, apart],
            [NOT_ASKED_AT_ALL, FEW_SUBUNITS, FEW_ANSWERS, NO_AGREEMENT],
            "",
        ).astype(object)
        _of_provinces(one, why, limits.regencies)
        _of_index(one, why, limits.dimensions)
        return why

    @cached_property
    def is_assessed(self) -> pd.DataFrame:
        """Whether a node (column) of a unit (row) is assessed."""
        one = self.assessed
        return pd.DataFrame(self.reasons == "", one.tree.units, one.nodes)


def _of_provinces(one: Assessed, why: np.ndarray, least: float) -> None:
    """Give a province the reason of the block that it lacks, if it needs that block."""
    place = one.tree.places
    for province in one.answers.provinces:
        at = place.get_loc(province)
        for block in ("regencies", "government") if least else ("government",):
            lacks = why[place.get_loc(f"{province}.{block}")]
            needed = np.isin(lacks.astype(str), [FEW_ANSWERS, FEW_SUBUNITS])
            why[at] = np.where(needed & (why[at] != NOT_ASKED_AT_ALL), lacks, why[at])


def _of_index(one: Assessed, why: np.ndarray, least: float) -> None:
    """Give the index the reason of the first dimension that it lacks."""
    top = one.nodes.index(one.framework.top)
    of_dimensions = why[:, [one.nodes.index(code) for code in one.framework.dimensions]]
    asked = (of_dimensions != NOT_ASKED_AT_ALL).sum(axis=1)
    good = (of_dimensions == "").sum(axis=1)
    for i in np.flatnonzero((asked > 0) & (good < least * asked - ROUNDING)):
        lacking = [reason for reason in of_dimensions[i] if reason not in ("", NOT_ASKED_AT_ALL)]
        why[i, top] = why[i, top] or lacking[0]


def _mean_above(above: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Average what the units below have, nan left out: ``(units, below)`` by ``(below, nodes)``."""
    return quotient(above @ np.nan_to_num(values), above @ (~np.isnan(values)).astype(float))
