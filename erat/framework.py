"""The framework: the tree of index, dimensions and indicators, and what is said of each node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from erat.construct.transform import TRANSFORMS
from erat.errors import FrameworkError, Problem, listing, nearest
from erat.rawdata.findings import Finding, grouped
from erat.tables import as_text, numbers, read_text_table, unseen

COINR_NAMES = {
    "icode": "code",
    "iname": "name",
    "parent": "parent",
    "direction": "direction",
    "weight": "weight",
    "type": "type",
    "target": "target",
    "unit": "unit",
    "denominator": "denominator",
}
"""COINr's column names, in small letters, and ours."""

NUMBERS = (
    "direction",
    "weight",
    "target",
    "goalpost_low",
    "goalpost_high",
    "weight_low",
    "weight_high",
)
REQUIRED = ("code", "parent", "direction", "weight", "type")
TYPES = ("indicator", "aggregate", "group", "denominator", "other")
RESERVED = ("unit", "year")
"""Columns of every table of results, so that no node can have their names."""


@dataclass(frozen=True)
class Framework:
    """A tree of nodes, read from a table with a row a node.

    Parameters
    ----------
    table
        Indexed by code; columns as in the contract of ``erat index`` and any further ones
        (names in two languages, reasons, lenses).
    group_columns
        Columns of the data that name groups of units.
    """

    table: pd.DataFrame
    group_columns: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: str | Path) -> Framework:
        """Read a framework table (CSV), ours or COINr's ``iMeta``.

        Raises
        ------
        FrameworkError
            With everything that is wrong with the table.
        """
        text = read_text_table(Path(path), FrameworkError)
        return cls.from_table(text, where=Path(path).name)

    @classmethod
    def from_table(cls, text: pd.DataFrame, where: str = "framework") -> Framework:
        """Make a framework of a table of texts (or numbers), a row a node.

        Row numbers in messages count from 2, as in a file whose first line is the header.
        """
        return _build(cls, as_text(text), where)

    @cached_property
    def children(self) -> dict[str, list[str]]:
        """The children of every aggregate node, in the order of the table."""
        result: dict[str, list[str]] = {node: [] for node in self.aggregates}
        for code, parent in self.table["parent"].items():
            if parent:
                result[parent].append(str(code))
        return result

    @cached_property
    def indicators(self) -> list[str]:
        """Codes of the leaves, in the order of the table."""
        return [str(code) for code in self.table.index[self.table["type"] == "indicator"]]

    @property
    def aggregates(self) -> list[str]:
        """Codes of the inner nodes, in the order of the table."""
        return [str(code) for code in self.table.index[self.table["type"] == "aggregate"]]

    @cached_property
    def top(self) -> str:
        """Code of the index."""
        return str(self.table.index[self.table["parent"] == ""][0])

    @property
    def dimensions(self) -> list[str]:
        """Codes of the aggregate nodes right under the index."""
        return [code for code in self.children[self.top] if code in self.children]

    @cached_property
    def levels(self) -> dict[str, int]:
        """Level of every aggregate node; 1 is the level above the indicators.

        In a tree of uneven depth a node stands one level above its highest child.
        """
        found: dict[str, int] = {}
        for node in self.upwards:
            found[node] = 1 + max(found.get(child, 0) for child in self.children[node])
        return found

    @cached_property
    def upwards(self) -> list[str]:
        """Aggregate nodes, every one after its children; the index comes last."""
        order: list[str] = []
        waiting = [self.top]
        while waiting:
            node = waiting.pop()
            order.append(node)
            waiting.extend(child for child in self.children[node] if child in self.children)
        return order[::-1]

    def leaves(self, node: str) -> list[str]:
        """Return the indicators under a node (the node itself if it is one)."""
        found: list[str] = []
        waiting = [node]
        while waiting:
            code = waiting.pop()
            if code in self.children:
                waiting.extend(reversed(self.children[code]))
            else:
                found.append(code)
        return found

    def parent(self, code: str) -> str:
        """Return the code of a node's parent; empty for the index."""
        return str(self.table.at[code, "parent"])

    def column(self, name: str, codes: Sequence[str] | None = None) -> np.ndarray:
        """Return a numeric column for the given codes (the indicators by default)."""
        return np.asarray(self.table.loc[list(codes or self.indicators), name], dtype=float)

    def without(self, codes: Sequence[str]) -> Framework:
        """Leave out nodes with all that is under them, and every parent left without a child."""
        gone = {leaf for code in codes for leaf in self.leaves(code)} | set(codes)
        table = self.table[[code not in gone for code in self.table.index]]
        while True:
            empty = (table["type"] == "aggregate") & ~table.index.isin(table["parent"])
            if not empty.any():
                return Framework(table, self.group_columns)
            table = table[~empty]

    def name(self, code: str, language: str = "en") -> str:
        """Return a node's name in a language, else its plain name."""
        column = f"name_{language}"
        chosen = self.table.at[code, column] if column in self.table else ""
        return str(chosen or self.table.at[code, "name"])


def _build(cls: type[Framework], text: pd.DataFrame, where: str) -> Framework:
    text = text.rename(columns=_our_names(text.columns))
    problems = _column_problems(text.columns, where)
    if problems:
        raise FrameworkError(problems)
    text = text.assign(type=text["type"].str.lower())
    groups = tuple(text.loc[text["type"] == "group", "code"])
    kept = text["type"].isin(["indicator", "aggregate"])
    found: list[Finding] = unseen(text["code"], where)
    table = _with_numbers(text[kept | ~text["type"].isin(TYPES)], where, found)
    problems = grouped(found)
    told = {(problem.row, problem.column) for problem in problems}
    more = _tree_problems(table, where)
    problems += [problem for problem in more if (problem.row, problem.column) not in told]
    if problems:
        raise FrameworkError(problems)
    return cls(table.set_index("code"), groups)


def _our_names(columns: pd.Index) -> Mapping[str, str]:
    return {column: COINR_NAMES.get(str(column).lower(), str(column)) for column in columns}


def _column_problems(columns: pd.Index, where: str) -> list[Problem]:
    absent, twice = "add the column", "rename one of the two"
    return [
        Problem(where, "no such column", f"a column {name!r}", absent, 1, name)
        for name in REQUIRED
        if name not in columns
    ] + [
        Problem(where, f"two columns that mean {name!r}", "one", twice, 1, name)
        for name in columns[columns.duplicated()].unique()
    ]


def _with_numbers(table: pd.DataFrame, where: str, findings: list[Finding]) -> pd.DataFrame:
    """Turn the numeric columns into floats, an empty cell into nan; add the ones not given."""
    table = table.copy()
    for name in NUMBERS:
        cells = table[name] if name in table else pd.Series("", index=table.index, name=name)
        table[name] = numbers(cells, where, findings)
    for name, default in (("name", table["code"]), ("unit", ""), ("transform", "")):
        if name not in table:
            table[name] = default
    table["parent"] = table["parent"].replace({"NA": ""})
    table["transform"] = table["transform"].replace({"": "none", "NA": "none"})
    return table


def _tree_problems(table: pd.DataFrame, where: str) -> list[Problem]:
    """Everything that keeps the table from being one tree with usable weights."""
    problems: list[Problem] = []

    def say(index: Any, column: str, found: str, expected: str, remedy: str) -> None:
        problems.append(Problem(where, found, expected, remedy, index, column))

    codes = set(table["code"])
    for i, row in table[table["code"].duplicated() | (table["code"] == "")].iterrows():
        say(i, "code", repr(row["code"]), "a code of its own", "give every node another code")
    for i, row in table[table["code"].isin(RESERVED)].iterrows():
        found = f"{row['code']!r}, a column of every table of results"
        say(i, "code", found, "another code", "rename the node, and its column in the data")
    for i, row in table[~table["type"].isin(TYPES)].iterrows():
        say(i, "type", repr(row["type"]), listing(TYPES), nearest(row["type"], TYPES))
    for i, row in table[(table["parent"] != "") & ~table["parent"].isin(codes)].iterrows():
        say(i, "parent", repr(row["parent"]), "the code of a node", nearest(row["parent"], codes))
    leaves = set(table.loc[table["type"] == "indicator", "code"])
    for i, row in table[table["parent"].isin(leaves)].iterrows():
        found = f"the indicator {row['parent']!r}"
        say(i, "parent", found, "an aggregate node", "give it an aggregate node as parent")
    empty = (table["type"] == "aggregate") & ~table["code"].isin(table["parent"])
    for i, row in table[empty].iterrows():
        say(i, "code", f"{row['code']!r} without a child", "one child at least", "take it out")
    problems += _top_problems(table, where) + _number_problems(table, where)
    return problems


def _top_problems(table: pd.DataFrame, where: str) -> list[Problem]:
    tops = list(table.loc[table["parent"] == "", "code"])
    if len(tops) != 1:
        found = f"{len(tops)} nodes without a parent" + (f": {listing(tops)}" if tops else "")
        remedy = "leave the parent empty for the index, and only there"
        return [Problem(where, found, "exactly one top node", remedy, column="parent")]
    top = table[table["parent"] == ""].iloc[0]
    if top["type"] == "indicator":
        return [Problem(where, "an indicator at the top", "an aggregate node", "add the index")]
    parents = dict(zip(table["code"], table["parent"], strict=True))
    return [
        Problem(where, f"{code!r} goes round in a circle", "a way up to the top", "mend its parent")
        for code in parents
        if not _reaches_top(code, parents)
    ]


def _reaches_top(code: str, parents: Mapping[str, str]) -> bool:
    seen = set()
    while parents.get(code):
        if code in seen:
            return False
        seen.add(code)
        code = parents[code]
    return True


def _number_problems(table: pd.DataFrame, where: str) -> list[Problem]:
    problems: list[Problem] = []

    def say(index: Any, column: str, found: str, expected: str, remedy: str) -> None:
        problems.append(Problem(where, found, expected, remedy, index, column))

    leaf = table["type"] == "indicator"
    below = table["parent"] != ""
    for i, row in table[leaf & ~table["direction"].isin([1, -1])].iterrows():
        say(i, "direction", _shown(row["direction"]), "1 or -1", "1 if more is better, else -1")
    for i, row in table[below & ~(table["weight"] >= 0)].iterrows():
        say(i, "weight", _shown(row["weight"]), "a weight of 0 or more", "correct the weight")
    for parent, rows in table[below].groupby("parent"):
        if (rows["weight"] == 0).all():
            found = f"only zero weights under {parent!r}"
            say(rows.index[0], "weight", found, "a weight above 0", "give a child a weight")
    one_sided = table["goalpost_low"].isna() != table["goalpost_high"].isna()
    descending = table["goalpost_low"] >= table["goalpost_high"]
    for i, row in table[one_sided | descending].iterrows():
        found = " to ".join(_shown(row[name]) for name in ("goalpost_low", "goalpost_high"))
        say(i, "goalpost_low", found, "two goalposts, the lower one first", "correct the goalposts")
    for i, row in table[leaf & ~table["transform"].isin(TRANSFORMS.names)].iterrows():
        name = row["transform"]
        say(i, "transform", repr(name), "a transformation", nearest(name, TRANSFORMS.names))
    return problems


def _shown(number: float) -> str:
    return "an empty cell" if np.isnan(number) else f"{number:.10g}"
