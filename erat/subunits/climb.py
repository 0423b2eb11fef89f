"""Climbing the units: scores of the base units rolled up to the top, level by level."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from erat.errors import DataError, InputError, MethodError, Problem, listing
from erat.index.construct.groups import Groups
from erat.index.construct.node import has_enough
from erat.index.construct.power_means import Mean
from erat.index.method import RollUp, UnitWeights, WeightFile
from erat.subunits.unit_tree import Family, UnitTree


@dataclass(frozen=True)
class UnitBlock:
    """Columns of some parents that are rolled up in the same way.

    Attributes
    ----------
    parents, children
        Positions of units; the children sorted by parent.
    groups
        Which children belong together.
    columns
        Numbers of the columns.
    step
        The roll-up.
    """

    parents: np.ndarray
    children: np.ndarray
    groups: Groups
    columns: np.ndarray
    step: RollUp

    def of_columns(self, kept: np.ndarray) -> UnitBlock:
        """Return the block of some of its columns (bool)."""
        return replace(self, columns=self.columns[kept])

    def take(self, cube: np.ndarray, years: Sequence[int] | slice = slice(None)) -> np.ndarray:
        """Return the children's part of a cube, ``(children, years x columns)``."""
        return self._taken(cube, self.children, years)

    def take_parents(
        self, cube: np.ndarray, years: Sequence[int] | slice = slice(None)
    ) -> np.ndarray:
        """Return the parents' part of a cube, ``(parents, years x columns)``."""
        return self._taken(cube, self.parents, years)

    def put(self, cube: np.ndarray, values: np.ndarray) -> None:
        """Write the children's part of a cube."""
        self._put(cube, self.children, values)

    def put_parents(self, cube: np.ndarray, values: np.ndarray) -> None:
        """Write the parents' part of a cube."""
        self._put(cube, self.parents, values)

    def _taken(
        self, cube: np.ndarray, rows: np.ndarray, years: Sequence[int] | slice
    ) -> np.ndarray:
        part = cube[rows][:, years]
        if len(self.columns) < cube.shape[2]:
            part = part[:, :, self.columns]
        return np.ascontiguousarray(part).reshape(len(rows), -1)

    def _put(self, cube: np.ndarray, rows: np.ndarray, values: np.ndarray) -> None:
        shaped = values.reshape(len(rows), cube.shape[1], len(self.columns))
        if len(self.columns) == cube.shape[2]:
            cube[rows] = shaped
        else:
            cube[rows[:, None, None], np.arange(cube.shape[1])[:, None], self.columns] = shaped


class UnitClimb:
    """Scores of every unit in some columns, and how each unit enters its parent.

    Parameters
    ----------
    tree
        The units.
    columns
        Codes of the columns (indicators, or any nodes).
    base
        Scores of the base units ``(units, years, columns)``; nan where missing.
    step_of
        The roll-up of a column for parents of a kind.
    weights
        Weights of units ``(units, years)`` by their source.

    Attributes
    ----------
    values
        ``(units, years, columns)``: scores of every unit.
    w, shares, used
        Of the same shape: a unit's weight within its parent (over those that have a score, adding
        to 1), its share in the exact sum, and the value that went in.
    blocks
        What was rolled up together, from the bottom to the top.
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
        self.blocks: list[UnitBlock] = []
        self._problems: list[Problem] = []
        for family in tree.families:
            for block in self._blocks(family, step_of):
                self._roll(block)
                self.blocks.append(block)
        if self._problems:
            raise _error(self._problems)

    def _blocks(self, family: Family, step_of: Callable[[str, str], RollUp]) -> Iterator[UnitBlock]:
        """Part parents and columns by the step that they get."""
        kinds = self.tree.table["kind"].to_numpy()[family.parents]
        for kind in dict.fromkeys(kinds.tolist()):
            rows = kinds == kind
            inside = rows[family.groups.of]
            sizes = np.bincount(family.groups.of, minlength=len(rows))[rows]
            starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
            groups = Groups(starts, int(sizes.sum()))
            steps: dict[str, tuple[RollUp, list[int]]] = {}
            for j, code in enumerate(self.columns):
                step = step_of(code, str(kind))
                key = f"{step.method} {step.arguments} {step.weights} {step.min_share}"
                steps.setdefault(key, (step, []))[1].append(j)
            for step, columns in steps.values():
                children = family.children[inside]
                yield UnitBlock(family.parents[rows], children, groups, np.array(columns), step)

    def _roll(self, block: UnitBlock) -> None:
        step, groups = block.step, block.groups
        assert step.weights is not None  # noqa: S101
        x = block.take(self.values)
        there = ~np.isnan(x)
        given, columns = self._given(block, there), len(block.columns)
        w = there.reshape(*given.shape, columns) * given[:, :, None]
        w = w.reshape(len(x), -1)
        total, due = groups.sum(w), np.repeat(groups.sum(given), columns, axis=1)
        self._check(block, x, groups.any(there) & (total <= 0))
        w /= groups.spread(np.where(total > 0, total, 1.0))
        made: Mean = step.function(x, w, groups, **step.arguments)
        assert made.shares is not None  # noqa: S101
        enough = has_enough(total / np.where(due > 0, due, 1.0), step.min_share or 0.0)
        block.put_parents(self.values, np.where(enough, made.score, np.nan))
        for cube, values in ((self.w, w), (self.shares, made.shares), (self.used, made.used)):
            block.put(cube, values)

    def _given(self, block: UnitBlock, there: np.ndarray) -> np.ndarray:
        """Return the children's weights as given, ``(children, years)``."""
        assert block.step.weights is not None  # noqa: S101
        weights = self.weights[block.step.weights][block.children]
        years, columns = weights.shape[1], len(block.columns)
        has = there.reshape(len(weights), years, columns).any(axis=2)
        if bad := np.flatnonzero((np.isnan(weights) & has).any(axis=1)).tolist():
            units = listing([self.tree.units[i] for i in block.children[bad]])
            source = block.step.weights
            name = source.column if isinstance(source, WeightFile) else source
            where = source.file.name if isinstance(source, WeightFile) else "units"
            remedy = "fill it in, or use equal weights"
            found = f"no {name!r} of {len(bad)} units: {units}"
            self._tell(Problem(where, found, "a weight for every unit that has data", remedy))
        return np.asarray(np.nan_to_num(weights))

    def _check(self, block: UnitBlock, x: np.ndarray, no_weight: np.ndarray) -> None:
        """Find parents whose children have no weight, and values that a step is not defined for."""
        units = self.tree.units
        if no_weight.any():
            of = listing([units[i] for i in block.parents[no_weight.any(axis=1)]])
            remedy = "give one of them a weight"
            self._tell(
                Problem("units", f"only zero weights under {of}", "a weight above 0", remedy)
            )
        if "no negatives" in block.step.needs and (low := x < 0).any():
            of = listing([units[i] for i in block.children[low.any(axis=1)]])
            found, expected = f"negative scores ({of})", f"0 or more under '{block.step.method}'"
            remedy = "choose a normalization that cannot be negative, or another roll-up"
            self._tell(Problem("method, subunits", found, expected, remedy))

    def _tell(self, problem: Problem) -> None:
        if problem not in self._problems:
            self._problems.append(problem)


def _error(problems: list[Problem]) -> InputError:
    of_method = all(problem.where.startswith("method") for problem in problems)
    return (MethodError if of_method else DataError)(problems)
