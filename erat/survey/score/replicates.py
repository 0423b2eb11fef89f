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
from functools import cached_property
from typing import NamedTuple

import numpy as np

from erat.index.climb import Climber, weigh
from erat.index.method import RollUp, UnitWeights
from erat.subunits.climb import UnitClimb
from erat.subunits.unit_tree import UnitTree
from erat.subunits.weights import unit_weights
from erat.survey.score.agreement import quotient
from erat.survey.score.resampling import GovernmentSample, draw_samples, pulled, widened
from erat.survey.score.scoring import Assessed, Tags

DIGITS = 9
"""Ends of intervals are rounded to so many decimals, so that they do not depend on threads."""


class UnitReplicates(NamedTuple):
    """Replicates of a unit, ``(replicates, nodes + tags)``, and how its interval is made of them:
    whether nothing was sampled (all were asked), and degrees of freedom (a number, or one a column).
    """

    unit: str
    values: np.ndarray
    is_census: bool
    degrees: np.ndarray | float


class Replicator:
    """Replicates the scores of an assessment, one government after the other.

    ``roster`` has the number of people who could have answered, by sub-unit.
    """

    def __init__(self, assessed: Assessed, roster: Mapping[str, float] | None = None) -> None:
        self.assessed, self.roster = assessed, roster or {}
        tree, method = assessed.framework, assessed.settings.computing
        self.climber = Climber(tree, method.aggregate, tree.levels)
        self.node_weights = {
            node: weigh(tree, method.weights, node, np.zeros((0, len(children))))
            for node, children in tree.children.items()
        }
        self.tags = Tags.of(assessed)
        self.units_first = assessed.settings.subunits.first == "units"
        self.columns = assessed.questions if self.units_first else assessed.nodes
        self.leaves = [assessed.nodes.index(code) for code in assessed.questions]
        self.paths = {code: tree.path(code) for code in assessed.nodes}

    def climb(self, x: np.ndarray) -> np.ndarray:
        """Score every node from the questions, ``(..., questions)`` to ``(..., nodes)``."""
        return self.climber.all_nodes(x, self.node_weights)

    def step(self, code: str, kind: str) -> RollUp:
        """Return the roll-up of a column for parents of a kind."""
        return self.assessed.settings.subunits.of(self.paths[code], kind)

    @cached_property
    def weights(self) -> dict[UnitWeights, np.ndarray]:
        """Weights of all units by their source, ``(units, 1)``."""
        tree, panel = self.assessed.tree, self.assessed.panel
        sources: list[UnitWeights] = ["equal", *self.assessed.settings.subunits.sources]
        return {source: unit_weights(source, tree, panel, np.array([0])) for source in sources}

    @cached_property
    def scores(self) -> np.ndarray:
        """Scores of the sample itself, ``(units, nodes + tags)``."""
        values = self.assessed.scores.to_numpy()
        return np.concatenate([values, self.tags(values[:, self.leaves])], axis=1)

    @cached_property
    def degrees(self) -> np.ndarray:
        """Degrees of freedom: respondents with an answer less one, ``(sub-units, nodes + tags)``."""
        one = self.assessed
        members = np.concatenate([one.members, self.tags.members])
        some = (~np.isnan(one.points)).astype(float) @ members.T > 0
        return np.asarray(np.maximum(one.groups.sum(some.astype(float)) - 1, 0))

    def intervals(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the ends of every unit's intervals, ``(units, nodes + tags)`` each.

        They are nan where nothing varies that could be seen. They hold the score, also where a
        roll-up (the minimum, say) makes all replicates lie to one side of it. The memory needed
        is that of one government and one province.
        """
        one, options = self.assessed, self.assessed.settings.resampling
        low, high = np.full((2, *self.scores.shape), np.nan)
        for province in one.answers.provinces if options.replicates else []:
            for unit, values, is_census, degrees in self.units(province, self.samples(province)):
                at = one.tree.places.get_loc(unit)
                ends = widened(values, options.level, degrees)
                low[at], high[at] = around(self.scores[at], ends, is_census=is_census)
        return low, high

    def provinces(self) -> np.ndarray:
        """Replicate the provinces alone, ``(replicates, provinces, nodes)``."""
        values = []
        for province in self.assessed.answers.provinces:
            samples = self.samples(province)
            scores = {
                one.code: self._government(one, self._sums(one), "province") for one in samples
            }
            values.append(next(self._upper(province, samples, scores)).values)
        return np.stack(values, axis=1)[..., : len(self.assessed.nodes)]

    def samples(self, province: str) -> list[GovernmentSample]:
        """Draw the governments of a province."""
        options = self.assessed.settings.resampling
        return draw_samples(self.assessed, province, self.roster, options.replicates, options.seed)

    def units(self, province: str, samples: Sequence[GovernmentSample]) -> Iterator[UnitReplicates]:
        """Replicate every unit of a province: sub-units and governments, then what is above."""
        scores: dict[str, np.ndarray] = {}
        for sample in samples:
            sums, degrees = self._sums(sample), self.degrees[sample.subunits]
            is_census = (sample.f_people == 1).tolist()
            for k, means in enumerate(self._means(sample, sums, "subunit")):
                unit = self.assessed.subunits[sample.subunits[k]]
                yield UnitReplicates(unit, self._complete(means), is_census[k], degrees[k])
            values = self._government(sample, sums, "government")
            total = degrees.sum(axis=0)
            yield UnitReplicates(sample.code, self._complete(values), sample.is_census, total)
            if sample.f_regencies < 1:  # else the province draws what is inside it alike
                values = self._government(sample, sums, "province")
            scores[sample.code] = values
        yield from self._upper(province, samples, scores)

    def _government(
        self, sample: GovernmentSample, sums: list[np.ndarray], view: str
    ) -> np.ndarray:
        """Roll the sub-units of a government up, ``(replicates, columns)``."""
        units = [self.assessed.subunits[i] for i in sample.subunits]
        drawn = pulled(sample.subunit_draws, sample.pulls(view)[1])
        return self._roll(sample.code, units, self._means(sample, sums, view), drawn.T)

    def _upper(
        self, province: str, samples: Sequence[GovernmentSample], scores: dict[str, np.ndarray]
    ) -> Iterator[UnitReplicates]:
        """Roll governments up into the block of regencies, and the blocks into the province."""
        weights = {one.code: pulled(one.draws, one.pulls("province")[0]) for one in samples}
        parents, below = self.assessed.tree.table["parent"], f"{province}.regencies"
        replicates, values = len(samples[0].draws), dict(scores)
        for parent in (below, province):
            children = [str(code) for code in parents.index[parents == parent]]
            nothing, one = np.full((replicates, len(self.columns)), np.nan), np.ones(replicates)
            base = np.stack([values.get(child, nothing) for child in children])
            drawn = np.stack([weights.get(child, one) for child in children])
            values[parent] = self._roll(parent, children, base, drawn)
        is_census = all(one.is_census and one.f_regencies == 1 for one in samples)
        for unit in (province, below):
            yield UnitReplicates(unit, self._complete(values[unit]), is_census, np.inf)

    def _sums(self, sample: GovernmentSample) -> list[np.ndarray]:
        """Return sums and counts of points of each sub-unit, as they are and as they were drawn.

        Shapes ``(sub-units, 1 or replicates, questions)``.
        """
        parts = []
        for i, drawn in zip(sample.subunits, sample.people_draws, strict=True):
            points = self.assessed.points[self.assessed.rows_of[i]]
            there, points = (~np.isnan(points)).astype(float), np.nan_to_num(points)
            whole = points.sum(axis=0)[None], there.sum(axis=0)[None]
            parts.append((*whole, drawn @ points, drawn @ there))
        return [np.stack(part) for part in zip(*parts, strict=True)]

    def _means(self, sample: GovernmentSample, sums: list[np.ndarray], view: str) -> np.ndarray:
        """Return mean points of sub-units in the columns, ``(sub-units, replicates, columns)``."""
        pull = sample.pulls(view)[2][:, None, None]
        total, count = (pulled(sums[k + 2], pull, sums[k]) for k in (0, 1))
        means = np.broadcast_to(quotient(sums[0], sums[1]), total.shape).copy()
        np.divide(total, count, out=means, where=count > 1e-12)
        return means if self.units_first else self.climb(means)

    def _roll(
        self, parent: str, children: list[str], base: np.ndarray, drawn: np.ndarray
    ) -> np.ndarray:
        """Roll children up into their parent, ``(replicates, columns)``.

        ``base`` has their scores ``(children, replicates, columns)``, ``drawn`` what their weights
        are multiplied by, ``(children, replicates)``.
        """
        units = [parent, *children]
        table = self.assessed.tree.table.loc[units].copy()
        table.loc[parent, "parent"] = ""
        at = self.assessed.tree.places.get_indexer(units)
        cube = np.concatenate([np.full((1, *base.shape[1:]), np.nan), base])
        drawn = np.concatenate([np.ones((1, drawn.shape[1])), drawn])
        weights = {source: w[at] * drawn for source, w in self.weights.items()}
        values = UnitClimb(UnitTree(table), self.columns, cube, self.step, weights).values[0]
        score = self.scores[at[0], self.leaves if self.units_first else slice(len(self.columns))]
        return np.where(np.isnan(values), score, values)

    def _complete(self, values: np.ndarray) -> np.ndarray:
        """Add what follows from the columns: all nodes, then all tags."""
        nodes = self.climb(values) if self.units_first else values
        return np.concatenate([nodes, self.tags(nodes[..., self.leaves])], axis=-1)


def around(
    score: np.ndarray, ends: tuple[np.ndarray, np.ndarray], *, is_census: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of intervals, rounded, and moved out to the score where they miss it.

    Except of a census an interval of no width is none: nan.

    Examples
    --------
    >>> ends = np.array([3.0, 5]), np.array([4.0, 5])
    >>> [end.tolist() for end in around(np.array([2.0, 5]), ends, is_census=False)]
    [[2.0, nan], [4.0, nan]]
    """
    low, high = (np.round(end, DIGITS) for end in ends)
    known = is_census | (high - low > 2 * 10.0**-DIGITS)
    return (
        np.where(known, np.minimum(low, score), np.nan),
        np.where(known, np.maximum(high, score), np.nan),
    )
