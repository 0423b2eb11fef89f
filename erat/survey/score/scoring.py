"""From answers to scores: respondents, sub-units, governments, provinces, crossed with the nodes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from erat.errors import DataError, Problem, listing
from erat.index.construct.power_means import Groups
from erat.index.framework import Framework
from erat.index.panel import Panel
from erat.subunits.rollup import RolledUp, roll_up
from erat.subunits.unit_tree import UnitTree
from erat.survey.answers import Answers
from erat.survey.instrument import CAPACITIES, PHASES, TOPICS
from erat.survey.score.agreement import quotient
from erat.survey.score.settings import AssessmentSettings
from erat.survey.units import SubUnits

POINTS = 20.0
"""Points of a level: five steps are 100."""


@dataclass(frozen=True)
class Assessed:
    """Answers in the order of their sub-units, and what they are rolled up by.

    ``tree`` has every sub-unit with answers, and above them every regency and city, block and
    province; ``framework`` has the nodes, questions being the leaves.
    """

    answers: Answers
    settings: AssessmentSettings
    units: SubUnits
    tree: UnitTree
    framework: Framework

    @classmethod
    def of(cls, answers: Answers, settings: AssessmentSettings, units: SubUnits) -> Assessed:
        """Sort answers by sub-unit and make the tree of units.

        DataError if sub-units are not known, or are of another province than the answers say.
        """
        _check_units(answers, units)
        order = np.argsort(answers.respondents["unit"].to_numpy(dtype=str), kind="stable")
        ordered = answers.of_rows(order)
        framework = units.instrument.framework().without(settings.method.exclude)
        return cls(ordered, settings, units, unit_tree(ordered, units), framework)

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
    def rows_of(self) -> list[np.ndarray]:
        """Positions of the respondents of each sub-unit."""
        return np.split(np.arange(self.groups.count), self.groups.starts[1:])

    @cached_property
    def points(self) -> np.ndarray:
        """Points of every respondent, ``(respondents, questions)``, nan without a level."""
        return np.asarray(self.answers.levels[self.questions].to_numpy(dtype=float) * POINTS)

    @cached_property
    def means(self) -> np.ndarray:
        """Mean points of every sub-unit's respondents, ``(sub-units, questions)``."""
        count = self.groups.sum((~np.isnan(self.points)).astype(float))
        return quotient(self.groups.sum(np.nan_to_num(self.points)), count)

    @cached_property
    def panel(self) -> Panel:
        """Mean points of the sub-units, as a panel without years."""
        keys = pd.MultiIndex.from_product([self.subunits, [0]], names=["unit", "year"])
        table = pd.DataFrame(self.means, keys, self.questions)
        return Panel(table, pd.DataFrame(index=keys), has_years=False)

    @cached_property
    def rolled(self) -> RolledUp:
        """The roll-up through the tree of units and that of the framework."""
        return roll_up(self.panel, self.framework, self.settings.computing, self.tree)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Scores of every unit of the tree (its rows) in every node (its columns)."""
        return self.rolled.scores.droplevel("year")

    @cached_property
    def nodes(self) -> list[str]:
        """Codes of all nodes, the index first, questions last."""
        return [str(code) for code in self.framework.table.index]

    @cached_property
    def members(self) -> np.ndarray:
        """Which questions are under a node, ``(nodes, questions)``, float 0 or 1."""
        rows = [np.isin(self.questions, self.framework.leaves(node)) for node in self.nodes]
        return np.array(rows, dtype=float)

    @cached_property
    def is_dimension_or_index(self) -> np.ndarray:
        """Which nodes are dimensions, or the index, ``(nodes,)`` bool."""
        return np.isin(self.nodes, [self.framework.top, *self.framework.dimensions])

    @cached_property
    def is_subunit(self) -> np.ndarray:
        """Which units of the tree are sub-units, that answer for themselves, ``(units,)`` bool."""
        return np.isin(self.tree.kinds.astype(str), ("agency", "community", "business"))

    @cached_property
    def places(self) -> np.ndarray:
        """Positions of the sub-units with answers in the tree."""
        return np.asarray(self.tree.places.get_indexer(pd.Index(self.subunits)))

    @cached_property
    def above(self) -> np.ndarray:
        """Which sub-units with answers are under a unit, ``(units, sub-units)``, float 0 or 1."""
        return self.tree.above(self.places)

    def total(self, of_respondents: np.ndarray) -> np.ndarray:
        """Add up what respondents have under a unit, ``(respondents, k)`` to ``(units, k)``."""
        return np.asarray(self.above @ self.groups.sum(of_respondents))


def _check_units(answers: Answers, units: SubUnits) -> None:
    """Refuse sub-units that the instrument and the table of units do not have."""
    seen = answers.respondents[["unit", "province"]].drop_duplicates()
    known = seen["unit"].isin(list(units.all))
    province = seen["unit"].map({code: one.province for code, one in units.all.items()})
    remedy = "correct respondents.csv, or import the answers again"
    faults = (
        (~known, "unknown sub-units", "those of the instrument and of data/raw/units.csv"),
        (known & (province != seen["province"]), "sub-units with another province",
         "the province that they are part of"),
    )  # fmt: skip
    problems = [
        Problem("respondents.csv", f"{what}: {listing(sorted(seen['unit'][at]))}", expected, remedy)
        for at, what, expected in faults
        if at.any()
    ]
    if problems:
        raise DataError(problems)


def unit_tree(answers: Answers, units: SubUnits) -> UnitTree:
    """Make the tree of units of the provinces that have answers.

    Every regency and city of such a province is in it, answers or not; of the sub-units those that
    answered. Kinds: ``agency``, ``community``, ``business``, ``regency``, ``block``, ``province``.
    """
    rows: list[tuple[str, str, str]] = []
    seen = answers.respondents[["unit", "government", "kind"]].drop_duplicates("unit")
    for province in answers.provinces:
        block, regencies = f"{province}.government", f"{province}.regencies"
        rows += [(province, "", "province"), (block, province, "block"),
                 (regencies, province, "block")]  # fmt: skip
        governments = units.governments_of(province)
        rows += [(one.code, regencies, "regency") for one in governments if one.level == "regency"]
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

    ``names`` are ``(lens, tag)``; the cells come last, as ``("cell", "phase capacity")``.
    ``members`` are ``(tags, questions)``, 0 or 1.
    """

    names: tuple[tuple[str, str], ...]
    members: np.ndarray

    @classmethod
    def of(cls, assessed: Assessed) -> Tags:
        """Collect the tags of the questions that are scored."""
        asked = [assessed.units.instrument.question(code) for code in assessed.questions]
        names = [(lens, tag) for lens, tags in LENSES.items() for tag in tags]
        cells = [(phase, capacity) for phase in PHASES for capacity in CAPACITIES]
        rows = [[getattr(one, lens) == tag for one in asked] for lens, tag in names]
        rows += [[(one.phase, one.capacity) == cell for one in asked] for cell in cells]
        names += [("cell", " ".join(cell)) for cell in cells]
        return cls(tuple(names), np.array(rows, dtype=float).reshape(len(names), len(asked)))

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Average the scored questions of every tag, ``(..., tags)``; nan where there are none."""
        total = np.nan_to_num(x) @ self.members.T
        return quotient(total, (~np.isnan(x)).astype(float) @ self.members.T)

    def counts(self, x: np.ndarray) -> np.ndarray:
        """Count the questions of every tag that have a score."""
        return np.asarray((~np.isnan(x)).astype(int) @ self.members.astype(int).T)
