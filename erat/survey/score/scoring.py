"""From answers to scores: respondents, sub-units, governments, provinces, crossed with the nodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from erat.errors import DataError, Problem, listing
from erat.index.construct.groups import Groups
from erat.index.framework import Framework
from erat.index.panel import Panel
from erat.subunits.rollup import RolledUp, roll_up
from erat.subunits.unit_tree import UnitTree
from erat.survey.answers import Answers
from erat.survey.instrument import CAPACITIES, PHASES, TOPICS, Instrument
from erat.survey.score.agreement import quotient
from erat.survey.score.settings import AssessmentSettings
from erat.survey.units import SubUnits

POINTS = 20.0
"""Points of a level: five steps are 100."""


@dataclass(frozen=True)
class Assessed:
    """Answers brought to sub-units, and what they are rolled up by.

    Attributes
    ----------
    answers
        In the order of their sub-units.
    instrument, settings, units
        What was asked, how it is scored, and who could have answered.
    tree
        Every sub-unit with answers, and above them every regency and city, block and province.
    framework
        The nodes; questions are the leaves.
    """

    answers: Answers
    instrument: Instrument
    settings: AssessmentSettings
    units: SubUnits
    tree: UnitTree
    framework: Framework

    @classmethod
    def of(
        cls,
        answers: Answers,
        instrument: Instrument,
        settings: AssessmentSettings,
        units: SubUnits,
    ) -> Assessed:
        """Sort answers by sub-unit and make the tree of units.

        Raises
        ------
        DataError
            If answers are of sub-units that are not known, or of another province than theirs.
        """
        _check_units(answers, units)
        order = np.argsort(answers.respondents["unit"].to_numpy(dtype=str), kind="stable")
        ordered = answers.of_rows(order)
        framework = instrument.framework().without(settings.method.exclude)
        return cls(ordered, instrument, settings, units, unit_tree(ordered, units), framework)

    @cached_property
    def questions(self) -> list[str]:
        """Codes of the questions that are scored."""
        return self.framework.indicators

    @cached_property
    def subunits(self) -> list[str]:
        """Sub-units with answers, in order."""
        return [str(unit) for unit in np.unique(self.answers.respondents["unit"])]

    @cached_property
    def of_subunit(self) -> np.ndarray:
        """Position of every respondent's sub-unit in :attr:`subunits`, ascending."""
        units = self.answers.respondents["unit"].to_numpy(dtype=str)
        return np.asarray(np.unique(units, return_inverse=True)[1])

    @cached_property
    def groups(self) -> Groups:
        """Respondents of each sub-unit."""
        starts = np.flatnonzero(np.diff(self.of_subunit, prepend=-1))
        return Groups(starts, len(self.of_subunit))

    @cached_property
    def points(self) -> np.ndarray:
        """Points of every respondent, ``(respondents, questions)``, nan without a level."""
        return np.asarray(self.answers.levels[self.questions].to_numpy(dtype=float) * POINTS)

    @cached_property
    def means(self) -> np.ndarray:
        """Mean points of every sub-unit's respondents, ``(sub-units, questions)``."""
        there = ~np.isnan(self.points)
        count = self.groups.sum(there.astype(float))
        total = self.groups.sum(np.nan_to_num(self.points))
        return quotient(total, count)

    @cached_property
    def panel(self) -> Panel:
        """Mean points of the sub-units, as a panel without years."""
        return panel_of(self.subunits, self.means, self.questions)

    @cached_property
    def rolled(self) -> RolledUp:
        """The roll-up through the tree of units and that of the framework."""
        return roll_up(self.panel, self.framework, self.settings.computing, self.tree)

    @cached_property
    def nodes(self) -> list[str]:
        """Codes of all nodes, the index first, questions last."""
        return [str(code) for code in self.framework.table.index]

    @cached_property
    def members(self) -> np.ndarray:
        """Which questions are under a node, ``(nodes, questions)``, float 0 or 1."""
        return np.asarray(membership(self.framework))

    @cached_property
    def is_subunit(self) -> np.ndarray:
        """Which units of the tree are sub-units, that answer for themselves, ``(units,)`` bool."""
        return np.isin(self.tree.table["kind"], ("agency", "community", "business"))

    @cached_property
    def above(self) -> np.ndarray:
        """Which sub-units with answers are under a unit, ``(units, sub-units)``, float 0 or 1."""
        above = np.zeros((len(self.tree.units), len(self.subunits)))
        at = self.tree.places.get_indexer(self.subunits)
        columns = np.arange(len(at))
        while (at >= 0).any():
            above[at[at >= 0], columns[at >= 0]] = 1.0
            at = np.where(at >= 0, self.tree.parents[at], -1)
        return above


def _check_units(answers: Answers, units: SubUnits) -> None:
    """Refuse sub-units that the instrument and the table of units do not have."""
    seen = answers.respondents[["unit", "province"]].drop_duplicates()
    pairs = list(seen.itertuples(index=False))
    strange = [unit for unit, _ in pairs if unit not in units.all]
    moved = [u for u, p in pairs if u in units.all and units.all[u].province != p]
    remedy = "correct respondents.csv, or import the answers again"
    faults = (
        (strange, "unknown sub-units", "those of the instrument and of data/raw/units.csv"),
        (moved, "sub-units with another province", "the province that they are part of"),
    )
    problems = [
        Problem("respondents.csv", f"{what}: {listing(sorted(found))}", expected, remedy)
        for found, what, expected in faults
        if found
    ]
    if problems:
        raise DataError(problems)


def membership(framework: Framework) -> np.ndarray:
    """Return which leaves are under a node, ``(nodes, leaves)`` as 0 or 1, nodes as in the table."""
    place = {code: j for j, code in enumerate(framework.indicators)}
    members = np.zeros((len(framework.table), len(place)))
    for i, code in enumerate(framework.table.index):
        members[i, [place[leaf] for leaf in framework.leaves(str(code))]] = 1.0
    return members


def panel_of(units: Sequence[str], values: np.ndarray, questions: Sequence[str]) -> Panel:
    """Make a panel without years."""
    keys = pd.MultiIndex.from_product([units, [0]], names=["unit", "year"])
    table = pd.DataFrame(values, index=keys, columns=list(questions))
    return Panel(table, pd.DataFrame(index=keys), has_years=False)


def unit_tree(answers: Answers, units: SubUnits) -> UnitTree:
    """Make the tree of units of the provinces that have answers.

    Every regency and city of such a province is in it, answers or not; of the sub-units those that
    answered. Kinds: ``agency``, ``community``, ``business``, ``regency``, ``block``, ``province``.
    """
    rows: list[tuple[str, str, str]] = []
    seen = answers.respondents[["unit", "government", "kind"]].drop_duplicates("unit")
    for province in answers.provinces:
        rows.append((province, "", "province"))
        rows += [
            (f"{province}.{block}", province, "block") for block in ("government", "regencies")
        ]
        rows += [
            (one.code, f"{province}.regencies", "regency")
            for one in units.governments_of(province)
            if one.level == "regency"
        ]
    for unit, government, kind in sorted(seen.itertuples(index=False)):
        parent = f"{government}.government" if len(government) == 2 else government
        rows.append((unit, parent, kind))
    table = pd.DataFrame(rows, columns=["unit", "parent", "kind"]).set_index("unit")
    return UnitTree(table)


LENSES: dict[str, tuple[str, ...]] = {"phase": PHASES, "capacity": CAPACITIES, "topic": TOPICS}
"""Lenses and their tags."""


@dataclass(frozen=True)
class Tags:
    """Groups of questions that have a tag (or a phase and a capacity) in common.

    Attributes
    ----------
    names
        ``(lens, tag)``; the cells come last, as ``("cell", "phase capacity")``.
    members
        ``(tags, questions)`` as 0 or 1.
    """

    names: tuple[tuple[str, str], ...]
    members: np.ndarray

    @classmethod
    def of(cls, instrument: Instrument, questions: Sequence[str]) -> Tags:
        """Collect the tags of some questions of an instrument."""
        asked = [instrument.question(code) for code in questions]
        names = [(lens, tag) for lens, tags in LENSES.items() for tag in tags]
        cells = [(phase, capacity) for phase in PHASES for capacity in CAPACITIES]
        rows = [[getattr(one, lens) == tag for one in asked] for lens, tag in names]
        rows += [[(one.phase, one.capacity) == cell for one in asked] for cell in cells]
        names += [("cell", " ".join(cell)) for cell in cells]
        return cls(tuple(names), np.array(rows, dtype=float).reshape(len(names), len(asked)))

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Average the questions of every tag, ``(..., questions)`` to ``(..., tags)``.

        Questions without a score are left out; nan where none is left.
        """
        total = np.nan_to_num(x) @ self.members.T
        count = (~np.isnan(x)).astype(float) @ self.members.T
        means = np.full(total.shape, np.nan)
        return np.asarray(np.divide(total, count, out=means, where=count > 0))

    def counts(self, x: np.ndarray) -> np.ndarray:
        """Count the questions of every tag that have a score."""
        return np.asarray((~np.isnan(x)).astype(int) @ self.members.astype(int).T)
