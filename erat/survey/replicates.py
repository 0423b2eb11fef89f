"""Replicates of an assessment: what it would have been with other respondents and sub-units.

Every unit's interval answers for its own sample. A sub-unit's is that of its respondents; a
government's that of its sub-units and, inside them, of their respondents; a province's that of its
regencies and cities, and of what is inside them. See :mod:`erat.survey.resampling`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from erat.method import RollUp, UnitWeights
from erat.subunits.climb import UnitClimb
from erat.subunits.unit_tree import UnitTree
from erat.subunits.weights import unit_weights
from erat.survey.nodes import NodeClimb, Tags
from erat.survey.resampling import widened
from erat.survey.sample import Sample, draw_sample
from erat.survey.scoring import Assessed

DIGITS = 9
"""Ends of intervals are rounded to so many decimals, so that they do not depend on threads."""

Found = tuple[str, np.ndarray, bool, float]
"""A unit, its replicates, whether anything varies that was seen, and degrees of freedom."""


@dataclass(frozen=True)
class Replicates:
    """Replicated scores of the provinces.

    Attributes
    ----------
    values
        ``(replicates, provinces, nodes)``; nan where a replicate has no score.
    provinces, nodes
        Their codes.
    """

    values: np.ndarray
    provinces: list[str]
    nodes: list[str]


@dataclass(frozen=True)
class Intervals:
    """Intervals of every unit of an assessment.

    Attributes
    ----------
    low, high
        ``(units, nodes + tags)``, nan where nothing varies that could be seen.
    provinces
        The replicates that they rest on, of the provinces alone.
    """

    low: np.ndarray
    high: np.ndarray
    provinces: Replicates


class Replicator:
    """Replicates the scores of an assessment, one government after the other.

    Parameters
    ----------
    assessed
        The answers, brought to sub-units.
    roster
        Number of people who could have answered, by sub-unit.
    """

    def __init__(self, assessed: Assessed, roster: Mapping[str, float] | None = None) -> None:
        self.assessed, self.roster = assessed, roster or {}
        self.climb = NodeClimb(assessed.framework, assessed.settings.computing)
        self.tags = Tags.of(assessed.instrument, assessed.questions)
        self.units_first = assessed.settings.subunits.first == "units"
        self.columns = assessed.questions if self.units_first else assessed.nodes
        self.leaves = [assessed.nodes.index(code) for code in assessed.questions]

    @cached_property
    def weights(self) -> dict[UnitWeights, np.ndarray]:
        """Weights of all units by their source, ``(units, 1)``."""
        tree, panel = self.assessed.tree, self.assessed.panel
        sources: list[UnitWeights] = ["equal", *self.assessed.settings.subunits.sources]
        return {source: unit_weights(source, tree, panel, np.array([0])) for source in sources}

    def intervals(self) -> Intervals:
        """Replicate every unit; the memory needed is that of one government and one province."""
        one, options = self.assessed, self.assessed.settings.resampling
        shape = (len(one.tree.units), len(one.nodes) + len(self.tags.names))
        low, high = np.full(shape, np.nan), np.full(shape, np.nan)
        provinces = one.answers.provinces
        kept = np.full((options.replicates, len(provinces), len(one.nodes)), np.nan)
        for p, province in enumerate(provinces if options.replicates else []):
            sample = draw_sample(one, province, self.roster, options.replicates, options.seed)
            for unit, values, varies, degrees in self._units(province, sample):
                if varies:
                    at = one.tree.places.get_loc(unit)
                    ends = widened(values, options.level, degrees)
                    low[at], high[at] = (np.round(end, DIGITS) for end in ends)
                if unit == province:
                    kept[:, p] = values[:, : len(one.nodes)]
        return Intervals(low, high, Replicates(kept, provinces, one.nodes))

    def province(self, province: str) -> np.ndarray:
        """Replicate a province alone, ``(replicates, nodes)``."""
        options = self.assessed.settings.resampling
        sample = draw_sample(self.assessed, province, self.roster, options.replicates, options.seed)
        of = sample.of_government
        upper = {
            government: self._government(sample, government, np.flatnonzero(of == g), ["province"])[
                0
            ]
            for g, government in enumerate(sample.governments)
        }
        values = next(self._upper(province, sample, upper))[1]
        return values[:, : len(self.assessed.nodes)]

    def _units(self, province: str, sample: Sample) -> Iterator[Found]:
        """Give every unit, with what its interval is made of."""
        upper: dict[str, np.ndarray] = {}
        own, of_subunit = sample.varies("government"), sample.varies("subunit")
        degrees = sample.degrees
        for g, government in enumerate(sample.governments):
            members = np.flatnonzero(sample.of_government == g)
            scores = self._means(sample, members, self._sums(sample, members), "subunit")
            for j, member in enumerate(members):
                unit = self.assessed.subunits[sample.subunits[member]]
                yield unit, self._complete(scores[j]), of_subunit[member], degrees[member]
            views = ["government", "province"]
            values, upper[government] = self._government(sample, government, members, views)
            yield government, self._complete(values), own[g], degrees[members].sum()
        yield from self._upper(province, sample, upper)

    def _government(
        self, sample: Sample, government: str, members: np.ndarray, views: Sequence[str]
    ) -> list[np.ndarray]:
        """Roll the sub-units of a government up, ``(replicates, columns)`` for each view."""
        units = [self.assessed.subunits[i] for i in sample.subunits[members]]
        tree, sums = _star(self.assessed.tree, government, units), self._sums(sample, members)
        made: list[np.ndarray] = []
        for number, view in enumerate(views):
            if number and sample.same_view(views[number - 1], view, members):
                made.append(made[-1])
                continue
            base = self._means(sample, members, sums, view)
            w = sample.subunit_weights(view)[:, members].T
            cube = np.concatenate([np.full((1, *base.shape[1:]), np.nan), base])
            made.append(self._roll(tree, cube, np.concatenate([np.ones((1, w.shape[1])), w]))[0])
        return made

    def _upper(
        self, province: str, sample: Sample, scores: dict[str, np.ndarray]
    ) -> Iterator[Found]:
        """Roll governments up into blocks and the province."""
        tree = _upper_tree(self.assessed.tree, province)
        cube = np.full((len(tree.units), sample.people.shape[0], len(self.columns)), np.nan)
        w = np.ones(cube.shape[:2])
        at = tree.places.get_indexer(list(scores))
        cube[at], w[at] = np.stack(list(scores.values())), sample.regency_weights().T
        values, varies = self._roll(tree, cube, w), sample.varies("province")
        for unit in (province, f"{province}.regencies"):
            found = self._complete(values[tree.places.get_loc(unit)])
            yield unit, found, bool(varies.any()), np.inf

    def _sums(self, sample: Sample, members: np.ndarray) -> tuple[np.ndarray, ...]:
        """Return sums and counts of points of each sub-unit, as they are and as they were drawn.

        Shapes ``(sub-units, 1 or replicates, questions)``.
        """
        sums: tuple[list[np.ndarray], ...] = ([], [], [], [])
        for member in members:
            rows = np.flatnonzero(sample.respondent_of == member)
            points = self.assessed.points[sample.respondents[rows]]
            there = (~np.isnan(points)).astype(float)
            points, draw = np.nan_to_num(points), sample.people[:, rows]
            parts = (points.sum(axis=0)[None], there.sum(axis=0)[None], draw @ points, draw @ there)
            for made, part in zip(sums, parts, strict=True):
                made.append(part)
        return tuple(np.stack(made) for made in sums)

    def _means(
        self, sample: Sample, members: np.ndarray, sums: tuple[np.ndarray, ...], view: str
    ) -> np.ndarray:
        """Return mean points of sub-units in the columns, ``(sub-units, replicates, columns)``."""
        pull = sample.pulls(view)[2][members, None, None]
        total, count = (pulled_sum(sums[k], sums[k + 2], pull) for k in (0, 1))
        means = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 1e-12)
        return means if self.units_first else self.climb(means)

    def _roll(self, tree: UnitTree, base: np.ndarray, multiplied: np.ndarray) -> np.ndarray:
        at = self.assessed.tree.places.get_indexer(tree.units)
        weights = {source: w[at] * multiplied for source, w in self.weights.items()}
        return UnitClimb(tree, self.columns, base, self.step, weights).values

    @cached_property
    def paths(self) -> dict[str, list[str]]:
        """Every node with all that is above it, the nearest first."""
        framework, made = self.assessed.framework, {}
        for code in self.assessed.nodes:
            made[code] = [code]
            while parent := framework.parent(made[code][-1]):
                made[code].append(parent)
        return made

    def step(self, code: str, kind: str) -> RollUp:
        """Return the roll-up of a column for parents of a kind."""
        return self.assessed.settings.subunits.of(self.paths[code], kind)

    def _complete(self, values: np.ndarray) -> np.ndarray:
        """Add what follows from the columns: all nodes, then all tags."""
        nodes = self.climb(values) if self.units_first else values
        return np.concatenate([nodes, self.tags(nodes[..., self.leaves])], axis=-1)


def pulled_sum(own: np.ndarray, drawn: np.ndarray, pull: np.ndarray) -> np.ndarray:
    """Return sums over draws that are pulled back towards 1."""
    return np.asarray((1 - pull) * own + pull * drawn)


def replicates(assessed: Assessed, roster: Mapping[str, float] | None = None) -> Replicates:
    """Replicate the provinces' scores, as a factor of studies of robustness.

    Returns
    -------
    Replicates
        ``(replicates, provinces, nodes)``.
    """
    made, provinces = Replicator(assessed, roster), assessed.answers.provinces
    values = [made.province(province) for province in provinces]
    return Replicates(np.stack(values, axis=1), provinces, assessed.nodes)


def _star(tree: UnitTree, parent: str, children: list[str]) -> UnitTree:
    """Return a parent with its children as a tree of its own."""
    table = tree.table.loc[[parent, *children]].copy()
    table.loc[parent, "parent"] = ""
    return UnitTree(table)


def _upper_tree(tree: UnitTree, province: str) -> UnitTree:
    """Return a province with its blocks and its regencies and cities."""
    table = tree.table
    blocks = table.index[table["parent"] == province]
    below = table.index[(table["parent"] == f"{province}.regencies")]
    return UnitTree(table.loc[[province, *blocks, *below]])
