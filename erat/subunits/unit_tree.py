"""The tree of units: who is part of whom, of what kind, and what is known of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from erat.errors import DataError, Problem, listing, nearest_or
from erat.index.cell_problems import Finding, grouped
from erat.index.construct.power_means import Groups
from erat.index.panel import Panel
from erat.index.tables import absent_columns, as_text, cell_findings, read_text_table, unseen

NO_PARENT = ("", "NA")
"""Cells of a unit that is part of no other."""


@dataclass(frozen=True)
class Family:
    """Parents and their children (positions in the tree), sorted by parent; who belongs together."""

    parents: np.ndarray
    children: np.ndarray
    groups: Groups

    @classmethod
    def of(cls, children: np.ndarray, parents: np.ndarray) -> Family:
        """Sort children by parent; ``parents`` has the parent of each child."""
        order = np.argsort(parents, kind="stable")
        different, starts = np.unique(parents[order], return_index=True)
        return cls(different, children[order], Groups(starts, len(children)))


@dataclass(frozen=True)
class UnitTree:
    """Every unit's parent and kind; of any depth, which may differ by branch.

    ``table`` has texts, indexed by unit: ``parent`` (empty at the top), ``kind`` (a word such as
    agency or regency, or empty), and any further columns: numbers may serve as weights.
    """

    table: pd.DataFrame

    @classmethod
    def read(cls, path: str | Path) -> UnitTree:
        """Read a CSV table with a row a unit, as :meth:`from_table` takes it."""
        path = Path(path)
        return cls.from_table(read_text_table(path, DataError), path.name)

    @classmethod
    def from_table(cls, table: pd.DataFrame, where: str = "units") -> UnitTree:
        """Make a tree of a table with the columns ``unit``, ``parent`` and optionally ``kind``.

        DataError has every problem: unknown parent, circle, unit twice.
        """
        text = as_text(table)
        if absent := absent_columns(text, ("unit", "parent"), where):
            raise DataError(absent)
        text["parent"] = text["parent"].where(~text["parent"].isin(NO_PARENT), "")
        findings = [*unseen(text["unit"], where), *_row_findings(text, where)]
        if findings:
            raise DataError(grouped(findings))
        tree = cls(text.assign(kind=text.get("kind", "")).set_index("unit"))
        tree._check_circles(where, text.index)
        return tree

    @classmethod
    def of_groups(cls, panel: Panel, column: str = "parent") -> UnitTree:
        """Make a tree of a group column of the data that names every unit's parent.

        A parent that has no row itself is a top unit. A column ``kind`` of the data gives kinds.
        Further columns stay with the data, where they may serve as weights of each year. DataError
        if the column is not there, or a unit has several parents or kinds over the years.
        """
        groups = panel.groups
        if column not in groups:
            remedy = nearest_or(column, groups, "give a table of units (unit, parent)")
            missing = f"no column {column!r} that names the parent of a unit"
            raise DataError([Problem("data", missing, "a parent for every unit", remedy)])
        rows = pd.DataFrame({"unit": panel.units, "parent": groups[column].to_numpy()})
        rows["kind"] = groups["kind"].to_numpy() if "kind" in groups else ""
        rows = rows.drop_duplicates()
        moved = rows.loc[rows["unit"].duplicated(), "unit"].unique()
        if len(moved):
            several = f"units with several parents or kinds over the years: {listing(list(moved))}"
            remedy = "give every unit one parent; a unit that moves gets two codes"
            raise DataError([Problem("data", several, "one parent", remedy, column=column)])
        below = {*NO_PARENT, *rows["unit"]}
        above = [parent for parent in rows["parent"].unique() if parent not in below]
        tops = pd.DataFrame({"unit": sorted(above), "parent": "", "kind": ""})
        try:
            return cls.from_table(pd.concat([tops, rows], ignore_index=True), "data")
        except DataError as refused:  # rows here are not those of the file
            raise DataError(replace(p, row=None, column=column) for p in refused.problems) from None

    @cached_property
    def units(self) -> list[str]:
        """Codes in the order of the table."""
        return [str(unit) for unit in self.table.index]

    @cached_property
    def codes(self) -> np.ndarray:
        """Codes as an array, to take by position."""
        return np.array(self.units, dtype=object)

    @cached_property
    def places(self) -> pd.Index:
        """Codes as an index, to find positions with ``get_indexer``."""
        return pd.Index(self.units)

    @cached_property
    def _rows(self) -> dict[bytes, pd.MultiIndex]:
        return {}

    def rows(self, years: np.ndarray) -> pd.MultiIndex:
        """Return every unit in every year; made once, since roll-ups of many methods ask for it."""
        key = years.tobytes()
        if key not in self._rows:
            keys, names = [self.units, years.tolist()], ["unit", "year"]
            self._rows[key] = pd.MultiIndex.from_product(keys, names=names)
        return self._rows[key]

    @cached_property
    def kinds(self) -> np.ndarray:
        """Every unit's kind; empty for none."""
        return np.array(self.table["kind"], dtype=object)

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

    @cached_property
    def base(self) -> np.ndarray:
        """Positions of the units without children, which have data; those of a top together."""
        base = np.flatnonzero(self.is_base)
        return base[np.argsort(self.of_top[base], kind="stable")]

    @property
    def tops(self) -> np.ndarray:
        """Positions of the units without a parent."""
        return np.flatnonzero(self.parents < 0)

    @cached_property
    def _climb(self) -> tuple[np.ndarray, np.ndarray]:
        """Steps to the top, and the position of the top; -1 where a circle has none."""
        up, steps = self.parents, (self.parents >= 0).astype(int)
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
        for depth in range(int(self.depths.max(initial=0)), 0, -1):
            here = np.flatnonzero(self.depths == depth)
            np.maximum.at(height, self.parents[here], height[here] + 1)
        above = np.where(self.parents >= 0, height[self.parents], 0)
        levels = [np.flatnonzero(above == level + 1) for level in range(height.max(initial=0))]
        return tuple(Family.of(children, self.parents[children]) for children in levels)

    def above(self, at: np.ndarray) -> np.ndarray:
        """Return which units are those at some positions or above, ``(units, len(at))``, 0 or 1."""
        above, columns = np.zeros((len(self.units), len(at))), np.arange(len(at))
        while len(at):
            above[at, columns] = 1.0
            inner = self.parents[at] >= 0
            at, columns = self.parents[at][inner], columns[inner]
        return above

    def _check_circles(self, where: str, lines: pd.Index) -> None:
        lost = np.flatnonzero(self.of_top < 0)
        if len(lost):
            chain = [int(lost[0])]
            while (parent := int(self.parents[chain[-1]])) not in chain:
                chain.append(parent)
            circle = f"a circle of parents: {listing([self.units[i] for i in [*chain, parent]])}"
            expected, remedy = "a top unit above every unit", "correct one of the parents"
            raise DataError(
                [Problem(where, circle, expected, remedy, int(lines[lost[0]]), "parent")]
            )


def _row_findings(text: pd.DataFrame, where: str) -> Iterator[Finding]:
    """Find rows without a unit, units twice, and parents that are not there."""
    unit, parent = text["unit"], text["parent"]
    twice, orphan = unit.duplicated() & (unit != ""), ~parent.isin([*unit, ""])
    add = "add the parent as a unit, or correct it"
    for cells, *fault in (
        (unit[unit == ""], "no unit", "the unit's code", "fill it in"),
        (unit[twice], "twice", "each unit once", "keep one"),
        (parent[orphan], "parent", "a unit of the table", add),
    ):
        yield from cell_findings(cells, where, "{!r}", *fault)
