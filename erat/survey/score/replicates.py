"""Replicates of an assessment: what it would have been with other respondents and sub-units.

Every unit's interval answers for its own sample. A sub-unit's is that of its respondents; a
government's that of its sub-units and, inside them, of their respondents; a province's that of its
regencies and cities, and of what is inside them. See :mod:`erat.survey.score.resampling`.

A question must not drop out of a replicate because nobody who answered it was drawn: the replicate
would be the score of other questions than the score itself. There it keeps the value of the sample,
at every step of the roll-up. Where replicates do not differ at all although something was sampled,
there is no interval: two people who say the same do not make a score certain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from erat.index.climb import Climber, weigh
from erat.index.method import RollUp, UnitWeights
from erat.subunits.climb import UnitClimb
from erat.subunits.unit_tree import UnitTree
from erat.subunits.weights import unit_weights
from erat.survey.score.resampling import Sample, draw_sample, widened
from erat.survey.score.scoring import Assessed, Tags

DIGITS = 9
"""Ends of intervals are rounded to so many decimals, so that they do not depend on threads."""

Found = tuple[str, np.ndarray, bool, bool, np.ndarray | float]
"""A unit, its replicates, whether its variance can be seen, whether nothing of it was sampled (all
were asked), and degrees of freedom (a number, or one a column)."""


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
        ``(units, nodes + tags)``, nan where nothing varies that could be seen. They hold the
        score, also where a roll-up (the minimum, say) makes all replicates lie to one side of it.
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
        tree, method = assessed.framework, assessed.settings.computing
        self.climber = Climber(tree, method.aggregate, tree.levels)
        self.node_weights = {
            node: weigh(tree, method.weights, node, np.zeros((0, len(children))))
            for node, children in tree.children.items()
        }
        self.tags = Tags.of(assessed.instrument, assessed.questions)
        self.units_first = assessed.settings.subunits.first == "units"
        self.columns = assessed.questions if self.units_first else assessed.nodes
        self.leaves = [assessed.nodes.index(code) for code in assessed.questions]

    def climb(self, x: np.ndarray) -> np.ndarray:
        """Score every node from the questions, ``(..., questions)`` to ``(..., nodes)``."""
        return self.climber.all_nodes(x, self.node_weights)

    @cached_property
    def weights(self) -> dict[UnitWeights, np.ndarray]:
        """Weights of all units by their source, ``(units, 1)``."""
        tree, panel = self.assessed.tree, self.assessed.panel
        sources: list[UnitWeights] = ["equal", *self.assessed.settings.subunits.sources]
        return {source: unit_weights(source, tree, panel, np.array([0])) for source in sources}

    @cached_property
    def scores(self) -> np.ndarray:
        """Scores of the sample itself, ``(units, nodes + tags)``."""
        one = self.assessed
        keys = [(unit, 0) for unit in one.tree.units]
        values = one.rolled.scores.loc[keys, one.nodes].to_numpy(dtype=float)
        return np.concatenate([values, self.tags(values[:, self.leaves])], axis=1)

    @cached_property
    def degrees(self) -> np.ndarray:
        """Degrees of freedom: respondents with an answer less one, ``(sub-units, nodes + tags)``."""
        one = self.assessed
        members = np.concatenate([one.members, self.tags.members])
        some = (~np.isnan(one.points)).astype(float) @ members.T > 0
        return np.asarray(np.maximum(one.groups.sum(some.astype(float)) - 1, 0))

    def intervals(self) -> Intervals:
        """Replicate every unit; the memory needed is that of one government and one province."""
        one, options = self.assessed, self.assessed.settings.resampling
        shape = (len(one.tree.units), len(one.nodes) + len(self.tags.names))
        low, high = np.full(shape, np.nan), np.full(shape, np.nan)
        provinces = one.answers.provinces
        kept = np.full((options.replicates, len(provinces), len(one.nodes)), np.nan)
        for p, province in enumerate(provinces if options.replicates else []):
            sample = draw_sample(one, province, self.roster, options.replicates, options.seed)
            for unit, values, varies, whole, degrees in self._units(province, sample):
                if varies:
                    at = one.tree.places.get_loc(unit)
                    ends = widened(values, options.level, degrees)
                    low[at], high[at] = held(ends, self.scores[at], whole=whole)
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
        of_government, of_subunit = sample.varies("government"), sample.varies("subunit")
        whole, of_people = sample.census("government"), sample.census("subunit")
        degrees = self.degrees[sample.subunits]
        for g, government in enumerate(sample.governments):
            members = np.flatnonzero(sample.of_government == g)
            scores = self._means(sample, members, self._sums(sample, members), "subunit")
            for j, m in enumerate(members):
                unit = self.assessed.subunits[sample.subunits[m]]
                yield unit, self._complete(scores[j]), of_subunit[m], of_people[m], degrees[m]
            views = ["government", "province"]
            values, upper[government] = self._government(sample, government, members, views)
            total = degrees[members].sum(axis=0)
            yield (
                government,
                self._complete(values),
                of_government[g],
                bool(whole[members].all()),
                total,
            )
        yield from self._upper(province, sample, upper)

    def _government(
        self, sample: Sample, government: str, members: np.ndarray, views: Sequence[str]
    ) -> list[np.ndarray]:
        """Roll the sub-units of a government up, ``(replicates, columns)`` for each view."""
        units = [self.assessed.subunits[i] for i in sample.subunits[members]]
        tree, sums = _star(self.assessed.tree, government, units), self._sums(sample, members)
        by_view: list[np.ndarray] = []
        for number, view in enumerate(views):
            if number and sample.same_view(views[number - 1], view, members):
                by_view.append(by_view[-1])
                continue
            base = self._means(sample, members, sums, view)
            w = sample.subunit_weights(view)[:, members].T
            cube = np.concatenate([np.full((1, *base.shape[1:]), np.nan), base])
            by_view.append(self._roll(tree, cube, np.concatenate([np.ones((1, w.shape[1])), w]))[0])
        return by_view

    def _upper(
        self, province: str, sample: Sample, scores: dict[str, np.ndarray]
    ) -> Iterator[Found]:
        """Roll governments up into the block of regencies, and the blocks into the province."""
        weights = dict(zip(sample.governments, sample.regency_weights().T, strict=True))
        table, below = self.assessed.tree.table, f"{province}.regencies"
        values = dict(scores)
        for parent in (below, province):
            children = [str(code) for code in table.index[table["parent"] == parent]]
            tree = _star(self.assessed.tree, parent, children)
            cube = np.full((len(tree.units), sample.people.shape[0], len(self.columns)), np.nan)
            w = np.ones(cube.shape[:2])
            for j, child in enumerate(tree.units):
                if child in values:
                    cube[j], w[j] = values[child], weights.get(child, 1.0)
            values[parent] = self._roll(tree, cube, w)[0]
        varies, whole = bool(sample.varies("province").any()), bool(sample.census("province").all())
        for unit in (province, below):
            yield unit, self._complete(values[unit]), varies, whole, np.inf

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
            for collected, part in zip(sums, parts, strict=True):
                collected.append(part)
        return tuple(np.stack(collected) for collected in sums)

    def _means(
        self, sample: Sample, members: np.ndarray, sums: tuple[np.ndarray, ...], view: str
    ) -> np.ndarray:
        """Return mean points of sub-units in the columns, ``(sub-units, replicates, columns)``."""
        pull = sample.pulls(view)[2][members, None, None]
        total, count = (pulled_sum(sums[k], sums[k + 2], pull) for k in (0, 1))
        of_sample = np.divide(
            sums[0], sums[1], out=np.full(sums[0].shape, np.nan), where=sums[1] > 0
        )
        means = np.broadcast_to(of_sample, total.shape).copy()
        np.divide(total, count, out=means, where=count > 1e-12)
        return means if self.units_first else self.climb(means)

    def _roll(self, tree: UnitTree, base: np.ndarray, multiplied: np.ndarray) -> np.ndarray:
        at = self.assessed.tree.places.get_indexer(tree.units)
        weights = {source: w[at] * multiplied for source, w in self.weights.items()}
        values = UnitClimb(tree, self.columns, base, self.step, weights).values
        columns = self.leaves if self.units_first else slice(len(self.columns))
        return np.where(np.isnan(values), self.scores[at][:, None, columns], values)

    @cached_property
    def paths(self) -> dict[str, list[str]]:
        """Every node with all that is above it, the nearest first."""
        framework, paths = self.assessed.framework, {}
        for code in self.assessed.nodes:
            paths[code] = [code]
            while parent := framework.parent(paths[code][-1]):
                paths[code].append(parent)
        return paths

    def step(self, code: str, kind: str) -> RollUp:
        """Return the roll-up of a column for parents of a kind."""
        return self.assessed.settings.subunits.of(self.paths[code], kind)

    def _complete(self, values: np.ndarray) -> np.ndarray:
        """Add what follows from the columns: all nodes, then all tags."""
        nodes = self.climb(values) if self.units_first else values
        return np.concatenate([nodes, self.tags(nodes[..., self.leaves])], axis=-1)


def pulled_sum(whole: np.ndarray, drawn: np.ndarray, pull: np.ndarray) -> np.ndarray:
    """Return sums over draws that are pulled back towards 1."""
    return np.asarray((1 - pull) * whole + pull * drawn)


def held(
    ends: tuple[np.ndarray, np.ndarray], score: np.ndarray, *, whole: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of intervals, rounded, and moved out to the score where they miss it.

    Parameters
    ----------
    ends
        Low and high, ``(columns,)``.
    score
        The score of the sample.
    whole
        Whether all were asked. If not, an interval of no width is none: nan.

    Examples
    --------
    >>> [end.tolist() for end in held((np.r_[3.0, 5], np.r_[4.0, 5]), np.r_[2.0, 5], whole=False)]
    [[2.0, nan], [4.0, nan]]
    """
    low, high = (np.round(end, DIGITS) for end in ends)
    known = whole | (high - low > 2 * 10.0**-DIGITS)
    return (
        np.where(known, np.minimum(low, score), np.nan),
        np.where(known, np.maximum(high, score), np.nan),
    )


def replicates(assessed: Assessed, roster: Mapping[str, float] | None = None) -> Replicates:
    """Replicate the provinces' scores, as a factor of studies of robustness.

    Returns
    -------
    Replicates
        ``(replicates, provinces, nodes)``.
    """
    replicator, provinces = Replicator(assessed, roster), assessed.answers.provinces
    values = [replicator.province(province) for province in provinces]
    return Replicates(np.stack(values, axis=1), provinces, assessed.nodes)


def _star(tree: UnitTree, parent: str, children: list[str]) -> UnitTree:
    """Return a parent with its children as a tree of its own."""
    table = tree.table.loc[[parent, *children]].copy()
    table.loc[parent, "parent"] = ""
    return UnitTree(table)
