"""Climbing the units: scores of the base units rolled up to the top, level by level."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from erat.errors import DataError, MethodError, Problem, listing
from erat.index.construct.power_means import Mean, has_enough
from erat.index.display import counted
from erat.index.method import RollUp, UnitWeights, WeightFile
from erat.subunits.unit_tree import Family, UnitTree


@dataclass(frozen=True)
class UnitBlock:
    """Columns (their numbers) of a family of units that are rolled up in the same way."""

    family: Family
    columns: np.ndarray
    step: RollUp

    def take(self, cube: np.ndarray, years: Sequence[int] | None = None) -> np.ndarray:
        """Return the children's part of a cube, ``(children, years x columns)``."""
        return self._part(cube, self.family.children, years)

    def above(self, cube: np.ndarray, years: Sequence[int] | None = None) -> np.ndarray:
        """Return what each child's parent has, in the shape of :meth:`take`."""
        return self.family.groups.spread(self._part(cube, self.family.parents, years))

    def put(self, cube: np.ndarray, units: np.ndarray, values: np.ndarray) -> None:
        """Write the part of the children, or of the parents, into a cube."""
        years = np.arange(cube.shape[1])
        cube[np.ix_(units, years, self.columns)] = values.reshape(len(units), len(years), -1)

    def _part(self, cube: np.ndarray, units: np.ndarray, years: Sequence[int] | None) -> np.ndarray:
        at = np.arange(cube.shape[1]) if years is None else np.array(years)
        return np.asarray(cube[np.ix_(units, at, self.columns)].reshape(len(units), -1))


class UnitClimb:
    """Scores of every unit in some columns, and how each unit enters its parent.

    ``columns`` are codes of indicators, or of any nodes; ``base`` has the scores of the base units,
    nan where missing. ``step_of`` gives the roll-up of a column for parents of a kind; ``weights``
    are ``(units, years)`` by their source.

    ``values`` has every unit's score, ``w`` its weight within its parent (over those that have a
    score, adding to 1), ``shares`` its share in the exact sum and ``used`` the value that went in:
    like ``base``, ``(units, years, columns)``. ``blocks`` were rolled up together, from the bottom
    to the top.

    Raises DataError or MethodError with every weight that is missing, and every value that a
    roll-up is not defined for.
    """

    def __init__(
        self,
        tree: UnitTree,
        columns: Sequence[str],
        base: np.ndarray,
        step_of: Callable[[str, str], RollUp],
        weights: Mapping[UnitWeights, np.ndarray],
    ) -> None:
        self.tree, self.columns, self.weights = tree, list(columns), weights
        self.values = base.copy()
        self.w, self.shares, self.used = (np.zeros(base.shape) for _ in range(3))
        self.blocks = [block for family in tree.families for block in self._blocks(family, step_of)]
        problems: dict[Problem, None] = {}
        for block in self.blocks:
            problems |= dict.fromkeys(self._roll(block))
        if problems:
            of_method = all(problem.where.startswith("method") for problem in problems)
            raise (MethodError if of_method else DataError)(problems)

    def _blocks(self, family: Family, step_of: Callable[[str, str], RollUp]) -> Iterator[UnitBlock]:
        """Part a family by the kind of its parents, and columns by the step that they get."""
        parents = self.tree.parents[family.children]
        kinds = self.tree.kinds[parents]
        for kind in dict.fromkeys(kinds.tolist()):
            of_kind = kinds == kind
            members = Family.of(family.children[of_kind], parents[of_kind])
            steps: dict[str, tuple[RollUp, list[int]]] = {}
            for j, code in enumerate(self.columns):
                step = step_of(code, str(kind))
                key = f"{step.method} {step.arguments} {step.weights} {step.min_share}"
                steps.setdefault(key, (step, []))[1].append(j)
            for step, columns in steps.values():
                yield UnitBlock(members, np.array(columns), step)

    def _roll(self, block: UnitBlock) -> list[Problem]:
        """Score the parents of a block, and keep how; return what is wrong with it."""
        step, family = block.step, block.family
        assert step.weights is not None  # noqa: S101
        x, groups = block.take(self.values), family.groups
        weights = np.repeat(self.weights[step.weights][family.children], len(block.columns), axis=1)
        there, unknown = ~np.isnan(x), np.isnan(weights)
        weights[unknown] = 0.0
        w = there * weights
        total, due = groups.sum(w), groups.sum(weights)
        w /= groups.spread(np.where(total > 0, total, 1.0))
        mean: Mean = step.function(x, w, groups, **step.arguments)
        assert mean.shares is not None  # noqa: S101
        enough = has_enough(total / np.where(due > 0, due, 1.0), step.min_share or 0.0)
        block.put(self.values, family.parents, np.where(enough, mean.score, np.nan))
        for cube, values in ((self.w, w), (self.shares, mean.shares), (self.used, mean.used)):
            block.put(cube, family.children, values)
        return list(self._problems(block, there & unknown, groups.any(there) & (total <= 0), x < 0))

    def _problems(
        self, block: UnitBlock, unknown: np.ndarray, no_weight: np.ndarray, negative: np.ndarray
    ) -> Iterator[Problem]:
        """Tell of weights that are missing or zero, and values that a step is not defined for."""
        step, family, codes = block.step, block.family, self.tree.codes
        if unknown.any():
            source = step.weights
            name = source.column if isinstance(source, WeightFile) else source
            where = source.file.name if isinstance(source, WeightFile) else "units"
            units = list(codes[family.children[unknown.any(axis=1)]])
            found = f"no {name!r} of {counted(len(units), 'unit')}: {listing(units)}"
            remedy = "fill it in, or use equal weights"
            yield Problem(where, found, "a weight for every unit that has data", remedy)
        if no_weight.any():
            units = list(codes[family.parents[no_weight.any(axis=1)]])
            found, remedy = f"only zero weights under {listing(units)}", "give one of them a weight"
            yield Problem("units", found, "a weight above 0", remedy)
        if "no negatives" in step.needs and negative.any():
            units = list(codes[family.children[negative.any(axis=1)]])
            found = f"negative scores ({listing(units)})"
            expected = f"0 or more under '{step.method}'"
            remedy = "choose a normalization that cannot be negative, or another roll-up"
            yield Problem("method, subunits", found, expected, remedy)
