"""The tree of units: who is part of whom, of what kind, and how much each counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from erat.errors import DataError, MethodError, Problem, listing, nearest
from erat.index.cell_problems import Finding, finding, grouped
from erat.index.construct.groups import Groups
from erat.index.panel import Panel
from erat.index.tables import as_text, numbers, parse_number, read_text_table, unseen

REQUIRED = ("unit", "parent")
NO_PARENT = ("", "NA")
"""Cells of a unit that is part of no other."""


@dataclass(frozen=True)
class Family:
    """Parents whose children are all scored, and these children, sorted by parent.

    Attributes
    ----------
    parents, children
        Positions of units in the tree.
    groups
        Which children belong together.
    """

    parents: np.ndarray
    children: np.ndarray
    groups: Groups


@dataclass(frozen=True)
class UnitTree:
    """Every unit's parent, kind and weights; of any depth, which may differ by branch.

    Parameters
    ----------
    table
        Indexed by unit. Columns ``parent`` (empty at the top), ``kind`` (a word such as agency or
        regency, or empty), and any further ones: numbers (nan unknown) may serve as weights.
    """

    table: pd.DataFrame

    @classmethod
    def read(cls, path: str | Path, weights: Sequence[str] = ()) -> UnitTree:
        """Read a table (CSV) with a row a unit: ``unit, parent`` and optionally ``kind``.

        Raises
        ------
        DataError
            With everything that is wrong with the table.
        """
        path = Path(path)
        return cls.from_table(read_text_table(path, DataError), path.name, weights)

    @classmethod
    def from_table(
        cls, table: pd.DataFrame, where: str = "units", weights: Sequence[str] = ()
    ) -> UnitTree:
        """Make a tree of a table with the columns ``unit``, ``parent`` and optionally ``kind``.

        Further columns that hold nothing but numbers may serve as weights. Those named in
        ``weights`` must: there a cell that is no number of 0 or more is refused.

        Raises
        ------
        DataError
            With every problem: unknown parent, circle, unit twice, a weight that is none.
        """
        text = as_text(table)
        problems = _column_problems(text, where, weights)
        if problems:
            raise DataError(problems)
        text["parent"] = text["parent"].where(~text["parent"].isin(NO_PARENT), "")
        found = [*unseen(text["unit"], where), *_row_findings(text, where)]
        own = {name: _weights_of(text[name], where, name in weights, found) for name in _more(text)}
        if found:
            raise DataError(grouped(found))
        kind = text.get("kind", "")
        made = pd.DataFrame({"parent": text["parent"], "kind": kind, **own}, dtype=object)
        made = made.infer_objects().set_axis(pd.Index(text["unit"].to_numpy(), name="unit"))
        tree = cls(made)
        tree._check_circles(where, text)
        return tree

    @classmethod
    def of_groups(cls, panel: Panel, column: str = "parent") -> UnitTree:
        """Make a tree of a group column of the data that names every unit's parent.

        A parent that has no row itself is a top unit. A column ``kind`` of the data gives kinds.
        Further columns stay with the data, where they may serve as weights of each year.

        Raises
        ------
        DataError
            If the column is not there, or a unit has several parents over the years.
        """
        groups = panel.groups
        if column not in groups:
            remedy = f"{nearest(column, groups)}, or give a table of units (unit, parent)"
            missing = f"no column {column!r} that names the parent of a unit"
            raise DataError([Problem("data", missing, "a parent for every unit", remedy)])
        named = pd.DataFrame({"unit": panel.units, "parent": groups[column].to_numpy()})
        named["kind"] = groups["kind"].to_numpy() if "kind" in groups else ""
        once = named.drop_duplicates()
        moved = once.loc[once["unit"].duplicated(), "unit"].unique()
        if len(moved):
            several = f"units with several parents or kinds over the years: {listing(list(moved))}"
            remedy = "give every unit one parent; a unit that moves gets two codes"
            raise DataError([Problem("data", several, "one parent", remedy, column=column)])
        above = [p for p in once["parent"].unique() if p not in (*NO_PARENT, *once["unit"])]
        tops = pd.DataFrame({"unit": sorted(above), "parent": "", "kind": ""})
        try:
            return cls.from_table(pd.concat([tops, once], ignore_index=True), "data")
        except DataError as refused:  # rows here are not those of the file
            raise DataError(replace(p, row=None, column=column) for p in refused.problems) from None

    @cached_property
    def units(self) -> list[str]:
        """Codes in the order of the table."""
        return [str(unit) for unit in self.table.index]

    @cached_property
    def places(self) -> pd.Index:
        """Codes as an index, to find positions with ``get_indexer``."""
        return pd.Index(self.units)

    @cached_property
    def parents(self) -> np.ndarray:
        """Position of every unit's parent; -1 at the top."""
        return np.asarray(self.places.get_indexer(self.table["parent"]))

    @cached_property
    def is_base(self) -> np.ndarray:
        """Whether a unit has no children (bool)."""
        base = np.ones(len(self.units), dtype=bool)
        base[self.parents[self.parents >= 0]] = False
        return base

    @property
    def tops(self) -> list[str]:
        """Units without a parent."""
        return [self.units[i] for i in np.flatnonzero(self.parents < 0)]

    @property
    def bases(self) -> list[str]:
        """Units without children: those that have data."""
        return [self.units[i] for i in np.flatnonzero(self.is_base)]

    @property
    def kinds(self) -> list[str]:
        """Kinds of units, in the order of the table."""
        return [str(kind) for kind in self.table["kind"].unique() if kind]

    @cached_property
    def _climb(self) -> tuple[np.ndarray, np.ndarray]:
        """Steps to the top, and the position of the top; -1 where a circle has none."""
        up, steps = self.parents.copy(), (self.parents >= 0).astype(int)
        last = np.where(up >= 0, up, np.arange(len(up)))
        for _ in range(len(up).bit_length() + 1):
            steps = steps + steps[last]
            last = last[last]
        return steps, np.where(up[last] < 0, last, -1)

    @property
    def depths(self) -> np.ndarray:
        """How many units are above a unit; 0 at the top."""
        return self._climb[0]

    @property
    def of_top(self) -> np.ndarray:
        """Position of the top unit that every unit belongs to."""
        return self._climb[1]

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """Parents with their children, level by level: children are scored before their parents."""
        height = np.zeros(len(self.units), dtype=int)
        inner = self.parents >= 0
        for depth in range(int(self.depths.max(initial=0)), 0, -1):
            here = np.flatnonzero(inner & (self.depths == depth))
            np.maximum.at(height, self.parents[here], height[here] + 1)
        above = np.where(inner, height[self.parents], 0)
        made = []
        for level in range(1, int(height.max(initial=0)) + 1):
            children = np.flatnonzero(above == level)
            children = children[np.argsort(self.parents[children], kind="stable")]
            parents, starts = np.unique(self.parents[children], return_index=True)
            made.append(Family(parents, children, Groups(starts, len(children))))
        return tuple(made)

    def children(self, unit: str) -> list[str]:
        """Return the units right under a unit."""
        return [str(child) for child in self.table.index[self.table["parent"] == unit]]

    def under(self, unit: str) -> list[str]:
        """Return the base units under a unit (itself if it is one)."""
        reached = self._inside(np.array(self.units) == unit)
        return [self.units[i] for i in np.flatnonzero(reached & self.is_base)]

    def ancestor(self, kind: str) -> pd.Series:
        """Return for every unit the nearest unit of a kind, itself or above it; else empty."""
        own = (self.table["kind"] == kind).to_numpy()
        at = np.where(own, np.arange(len(own)), -1)
        for family in reversed(self.families):
            below, parents = family.children, self.parents[family.children]
            at[below] = np.where(own[below], below, at[parents])
        codes = np.array([*self.units, ""], dtype=object)
        return pd.Series(codes[at], index=self.table.index, name=kind)

    def take(self, units: Sequence[str]) -> UnitTree:
        """Return the tree of some units with all that is above them."""
        keep = self.table.index.isin(list(units))
        for family in self.families:
            np.logical_or.at(keep, self.parents[family.children], keep[family.children])
        return UnitTree(self.table[keep])

    def below(self, kind: str) -> UnitTree:
        """Return the units of a kind as top units, with all that is below them.

        A unit of the kind that is below another one of it stays below.

        Raises
        ------
        MethodError
            If no unit is of the kind.
        """
        own = (self.table["kind"] == kind).to_numpy()
        if not own.any():
            raise unknown_kind(self, kind)
        inside = self._inside(own)
        above = np.where(self.parents >= 0, inside[self.parents], False)
        parents = self.table["parent"].where(above, "")
        return UnitTree(self.table.assign(parent=parents)[inside])

    def _inside(self, start: np.ndarray) -> np.ndarray:
        reached = start.copy()
        for family in reversed(self.families):
            reached[family.children] |= reached[self.parents[family.children]]
        return reached

    def _check_circles(self, where: str, text: pd.DataFrame) -> None:
        lost = np.flatnonzero(self.of_top < 0)
        if len(lost):
            chain, unit = [self.units[lost[0]]], int(self.parents[lost[0]])
            while self.units[unit] not in chain:
                chain.append(self.units[unit])
                unit = int(self.parents[unit])
            found = f"a circle of parents: {listing([*chain, self.units[unit]])}"
            expected, remedy = "a top unit above every unit", "correct one of the parents"
            line = int(text.index[lost[0]])
            raise DataError([Problem(where, found, expected, remedy, line, "parent")])


def unknown_kind(tree: UnitTree, kind: str) -> MethodError:
    """Say that no unit is of a kind, and which kinds there are."""
    known = listing(tree.kinds) or "kinds, which the units do not have"
    remedy = nearest(kind, tree.kinds) if tree.kinds else "give the units a column 'kind'"
    return MethodError([Problem("units, kind", repr(kind), f"one of {known}", remedy)])


def _more(text: pd.DataFrame) -> list[str]:
    return [str(name) for name in text if name not in (*REQUIRED, "kind")]


def _column_problems(text: pd.DataFrame, where: str, weights: Sequence[str]) -> list[Problem]:
    return [
        Problem(where, "no such column", f"a column {name!r}", nearest(name, map(str, text)), 1)
        for name in (*REQUIRED, *weights)
        if name not in text
    ]


def _row_findings(text: pd.DataFrame, where: str) -> list[Finding]:
    """Find rows without a unit, units twice, and parents that are not there."""
    unit, parent = text["unit"], text["parent"]
    faults = (
        (unit == "", "no unit", unit, "the unit's code", "fill it in"),
        (unit.duplicated() & (unit != ""), "twice", unit, "each unit once", "keep one"),
        (~parent.isin([*unit, ""]), "parent", parent, "a unit of the table",
         "add the parent as a unit, or correct it"),
    )  # fmt: skip
    return [
        finding(where, cause, repr(cell), expected, remedy, row=int(line), column=str(cells.name))
        for at, cause, cells, expected, remedy in faults
        for line, cell in cells[at].items()
    ]


def _weights_of(
    cells: pd.Series, where: str, asked: bool, findings: list[Finding]
) -> np.ndarray | pd.Series:
    """Read a further column: numbers if it holds nothing else, or must."""
    if not asked:
        read = [parse_number(cell) for cell in cells]
        return cells if any(v is None for v in read) else np.array(read, dtype=float)
    values = numbers(cells, where, findings)
    findings += [
        finding(where, "negative", repr(cell), "a weight of 0 or more", "correct it",
                row=int(line), column=str(cells.name))
        for line, cell in cells[values < 0].items()
    ]  # fmt: skip
    return values
