"""The framework: the tree of index, dimensions and indicators, and what is said of each node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd

from erat.errors import FrameworkError, Problem, listing, nearest
from erat.index.cell_problems import Finding, grouped
from erat.index.construct.transform import TRANSFORMS
from erat.index.display import counted, small_table
from erat.index.rows import TableForm
from erat.index.tables import ANY_FORM, as_text, numbers, read_table, unseen

COINR_NAMES = {"icode": "code", "iname": "name"} | {
    name: name
    for name in ("parent", "direction", "weight", "type", "target", "unit", "denominator", "level")
}
COINR_NAMES |= {"goalpost_lower": "goalpost_low", "goalpost_upper": "goalpost_high"}
"""COINr's column names, in small letters, and ours."""

NUMBERS = ("direction", "weight", "target",
           "goalpost_low", "goalpost_high", "weight_low", "weight_high")  # fmt: skip
REQUIRED = ("code", "parent", "direction", "weight", "type")


@dataclass(frozen=True, repr=False)
class Framework:
    """A tree of nodes, read from a table with a row a node.

    ``table`` is indexed by code; its columns are those of the contract of ``erat index`` and any
    further ones (names in two languages, reasons, lenses). ``group_columns`` of the data name
    groups of units; ``other_columns`` are denominators, and what is only passed through. ``notes``
    say what was doubtful when the table was read.
    """

    table: pd.DataFrame
    group_columns: tuple[str, ...] = ()
    other_columns: tuple[str, ...] = ()
    notes: tuple[Problem, ...] = field(default=(), compare=False)

    @classmethod
    def read(cls, path: str | Path, form: TableForm = ANY_FORM) -> Framework:
        """Read a framework table (CSV or xlsx), ours or COINr's ``iMeta``.

        FrameworkError with everything that is wrong with the table.
        """
        text, notes = read_table(Path(path), FrameworkError, form)
        return replace(cls.from_table(text, where=Path(path).name), notes=notes)

    @classmethod
    def from_table(cls, text: pd.DataFrame, where: str = "framework") -> Framework:
        """Make a framework of a table of texts (or numbers), a row a node.

        Row numbers in messages count from 2, as in a file whose first line is the header.
        """
        ours = {name: COINR_NAMES.get(name.lower(), name) for name in text}
        text = as_text(text).rename(columns=ours)
        absent, twice = "add the column", "rename one of the two"
        problems = [
            Problem(where, "no such column", f"a column {name!r}", absent, 1, name)
            for name in REQUIRED
            if name not in text
        ] + [
            Problem(where, f"two columns that mean {name!r}", "one", twice, 1, name)
            for name in text.columns[text.columns.duplicated()].unique()
        ]
        if problems:
            raise FrameworkError(problems)
        text = text.assign(type=text["type"].str.lower())
        named = {kind: tuple(text.loc[text["type"] == kind, "code"]) for kind in TYPES}
        findings: list[Finding] = unseen(text["code"], where)
        nodes = _with_numbers(text[~text["type"].isin(set(TYPES) - set(NODES))], where, findings)
        problems = grouped(findings)
        cells = {(problem.row, problem.column) for problem in problems}
        more = tree_problems(nodes, text, where)
        problems += [problem for problem in more if (problem.row, problem.column) not in cells]
        if problems:
            raise FrameworkError(problems)
        return cls(nodes.set_index("code"), named["group"], named["denominator"] + named["other"])

    def __repr__(self) -> str:
        return (
            f"Framework: {self.name(self.top)} ({self.top}), "
            f"{counted(len(self.indicators), 'indicator')} in "
            f"{counted(len(self.dimensions) or 1, 'dimension')}, "
            f"{counted(max(self.levels.values()), 'level')}"
        )

    def _repr_html_(self) -> str:
        header = ["node", "name", "weight under its parent", "direction"]
        nodes = self._downwards(self.top)
        return small_table(repr(self), header, map(self._row, nodes), len(self.table))

    def _row(self, code: str) -> tuple[object, ...]:
        """Return what is shown of a node: indented by its depth, its share of the weights."""
        path, share = self.path(code), "100%"
        if len(path) > 1:
            total = self.column("weight", self.children[path[1]]).sum()
            share = f"{100 * self.column('weight', [code])[0] / total:.3g}%" if total else "–"
        direction = "" if code in self.children else f"{self.column('direction', [code])[0]:+.0f}"
        indent = "\N{NO-BREAK SPACE}" * 3 * (len(path) - 1)
        return indent + code, self.name(code), share, direction

    @cached_property
    def children(self) -> dict[str, list[str]]:
        """The children of every aggregate node, in the order of the table."""
        result: dict[str, list[str]] = {node: [] for node in self.aggregates}
        for code, parent in self._parents.items():
            if parent:
                result[parent].append(code)
        return result

    @cached_property
    def indicators(self) -> list[str]:
        """Codes of the leaves, in the order of the table."""
        return [str(code) for code in self.table.index[self.table["type"] == "indicator"]]

    @cached_property
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
        """Level of every aggregate node, one above its highest child; an indicator's level is 0."""
        levels: dict[str, int] = {}
        for node in self.upwards:
            levels[node] = 1 + max(levels.get(child, 0) for child in self.children[node])
        return levels

    @cached_property
    def upwards(self) -> list[str]:
        """Aggregate nodes, every one after its children; the index comes last."""
        order: list[str] = []
        waiting = [self.top]
        while waiting:
            order.append(waiting.pop())
            waiting += [child for child in self.children[order[-1]] if child in self.children]
        return order[::-1]

    def _downwards(self, node: str) -> list[str]:
        """Return a node and all under it, each right above its own children."""
        order, waiting = [], [node]
        while waiting:
            order.append(waiting.pop())
            waiting += reversed(self.children.get(order[-1], []))
        return order

    def leaves(self, node: str) -> list[str]:
        """Return the indicators under a node (the node itself if it is one)."""
        return [code for code in self._downwards(node) if code not in self.children]

    def parent(self, code: str) -> str:
        """Return the code of a node's parent; empty for the index."""
        return self._parents[code]

    def path(self, code: str) -> list[str]:
        """Return a node and all above it, the nearest first."""
        path = [code]
        while parent := self.parent(path[-1]):
            path.append(parent)
        return path

    @cached_property
    def _parents(self) -> dict[str, str]:
        return dict(zip(map(str, self.table.index), map(str, self.table["parent"]), strict=True))

    def column(self, name: str, codes: Sequence[str] | None = None) -> np.ndarray:
        """Return a numeric column for the given codes (the indicators by default)."""
        values = self._columns[name]
        return np.array([values[code] for code in codes or self.indicators], dtype=float)

    @cached_property
    def _columns(self) -> dict[str, dict[str, float]]:
        """Numeric columns by code: studies ask often."""
        return {name: self.table[name].astype(float).to_dict() for name in NUMBERS}

    @cached_property
    def transforms(self) -> dict[str, str]:
        """Names of transformations by code."""
        return dict(zip(self.table.index, map(str, self.table["transform"]), strict=True))

    def without(self, codes: Sequence[str]) -> Framework:
        """Leave out nodes with all that is under them, and every parent left without a child."""
        if not codes:
            return self
        gone = {leaf for code in codes for leaf in self.leaves(code)} | set(codes)
        table = self.table[[code not in gone for code in self.table.index]]
        while True:
            empty = (table["type"] == "aggregate") & ~table.index.isin(table["parent"])
            if not empty.any():
                return replace(self, table=table)
            table = table[~empty]

    def name(self, code: str, language: str = "en") -> str:
        """Return a node's name in a language, else its plain name."""
        column = f"name_{language}"
        chosen = self.table.at[code, column] if column in self.table else ""
        return str(chosen or self.table.at[code, "name"])


def _with_numbers(table: pd.DataFrame, where: str, findings: list[Finding]) -> pd.DataFrame:
    """Turn the numeric columns into floats, an empty cell into nan; add the ones not given."""
    table = table.copy()
    for name in NUMBERS:
        cells = table[name] if name in table else pd.Series("", index=table.index, name=name)
        faults: list[Finding] = []
        table[name] = numbers(cells, where, faults)
        findings += map(_of_direction, faults) if name == "direction" else faults
    for name, default in (("name", table["code"]), ("unit", ""), ("transform", "")):
        if name not in table:
            table[name] = default
    table["parent"] = table["parent"].replace({"NA": ""})
    table["transform"] = table["transform"].replace({"": "none", "NA": "none"})
    return table


def _of_direction(fault: Finding) -> Finding:
    """Say of a word or another sign what a direction is."""
    remedy = "write 1 if more of the indicator is better, -1 if less is"
    return replace(fault, problem=replace(fault.problem, expected="1 or -1", remedy=remedy))


NODES = ("indicator", "aggregate")
_BOUNDS = {"low": "lower bounds", "high": "upper bounds"}
TYPES = (*NODES, "group", "denominator", "other")
RESERVED = {
    "unit": "a column of every table of results",
    "year": "a column of every table of results",
    "uCode": "the column of the units",
    "Time": "the column of the years",
}
"""Names that no node can have."""
Fault = tuple[object, str, str, str, str]
"""Line of the file (None for the table as a whole), column, what was found, expected, remedy."""


def tree_problems(nodes: pd.DataFrame, rows: pd.DataFrame, where: str) -> list[Problem]:
    """Find everything that is wrong with a framework.

    ``nodes`` are indicators, aggregates and rows of an unknown type, numbers as floats, indexed by
    the line of the file; ``rows`` all its rows as texts.
    """
    flat = len(nodes) > 0 and (nodes["type"] == "indicator").all()
    of_tree = [_flat(nodes)] if flat else [_parents(nodes, rows), _tops(nodes)]
    of_nodes = (check(nodes) for check in (_circles, _weights, _bounds, _marks))
    faults = chain(_codes(nodes, rows), *of_tree, *of_nodes)
    return [
        Problem(where, found, expected, remedy, None if i is None else int(str(i)), column)
        for i, column, found, expected, remedy in faults
    ]


def _codes(nodes: pd.DataFrame, rows: pd.DataFrame) -> Iterator[Fault]:
    for i, row in rows[rows["code"].duplicated() | (rows["code"] == "")].iterrows():
        yield i, "code", repr(row["code"]), "a code of its own", "give every node another code"
    for i, row in nodes[nodes["code"].isin(RESERVED)].iterrows():
        found = f"{row['code']!r}, {RESERVED[row['code']]}"
        yield i, "code", found, "another code", "rename the node, and its column in the data"
    for i, row in rows[~rows["type"].isin(TYPES)].iterrows():
        yield i, "type", repr(row["type"]), listing(TYPES), nearest(row["type"], TYPES)
    empty = (nodes["type"] == "aggregate") & ~nodes["code"].isin(nodes["parent"])
    for i, row in nodes[empty].iterrows():
        yield i, "code", f"{row['code']!r} without a child", "one child at least", "take it out"


def _parents(nodes: pd.DataFrame, rows: pd.DataFrame) -> Iterator[Fault]:
    """Name orphans: nodes whose parent is not there, or is nothing that can have children."""
    kinds = dict(zip(rows["code"][::-1], rows["type"][::-1], strict=True))
    aggregates = list(nodes.loc[nodes["type"] == "aggregate", "code"])
    for i, row in nodes[nodes["parent"] != ""].iterrows():
        parent, kind = row["parent"], kinds.get(row["parent"])
        if kind is None:
            yield i, "parent", repr(parent), "the code of a node", nearest(parent, aggregates)
        elif kind in TYPES and kind != "aggregate":
            found, remedy = f"{parent!r}, of the type {kind}", "give it an aggregate node as parent"
            yield i, "parent", found, "an aggregate node", remedy


def _tops(nodes: pd.DataFrame) -> Iterator[Fault]:
    tops = nodes[nodes["parent"] == ""]
    if len(tops) != 1:
        found = "no node without a parent"
        if len(tops):
            found = f"{len(tops)} nodes without a parent: {listing(list(tops['code']))}"
        remedy = "leave the parent empty for the index, and only there"
        yield None, "parent", found, "exactly one top node", remedy
    elif tops.iloc[0]["type"] == "indicator":
        yield None, "parent", "an indicator at the top", "an aggregate node", "add the index"


def _flat(nodes: pd.DataFrame) -> Iterator[Fault]:
    """Say what indicators without an index lack."""
    parents = [parent for parent in dict.fromkeys(nodes["parent"]) if parent]
    code = parents[0] if len(parents) == 1 else "index"
    remedy = (
        f"add a row with the code {code}, the type aggregate, direction and weight 1 and no parent, "
        f"and give the indicators the parent {code}"
    )
    yield None, "type", "indicators only", "a row of the index that they make up", remedy


def _circles(nodes: pd.DataFrame) -> Iterator[Fault]:
    parents = dict(zip(nodes["code"], nodes["parent"], strict=True))
    lines = dict(zip(nodes["code"], nodes.index, strict=True))
    for circle in circles(parents):
        way = listing([*circle, circle[0]])
        found = f"{circle[0]!r} is below itself ({way})"
        expected, remedy = "a tree: no node below itself", "correct one of the parents"
        yield lines[circle[0]], "parent", found, expected, remedy


def circles(parents: Mapping[str, str]) -> list[list[str]]:
    """List the circles among nodes, each once, from the parent of every node (empty for a top).

    Examples
    --------
    >>> circles({"top": "", "a": "b", "b": "a", "x": "a", "c": "c"})
    [['a', 'b'], ['c']]
    """
    done: set[str] = set()
    result = []
    for code in parents:
        path: dict[str, None] = {}  # in the order of steps, and quick to look into
        while code and code in parents and code not in done and code not in path:
            path[code] = None
            code = parents[code]
        if code in path:
            way = list(path)
            result.append(way[way.index(code) :])
        done.update(path)
    return result


def _weights(nodes: pd.DataFrame) -> Iterator[Fault]:
    leaf, below = nodes["type"] == "indicator", nodes["parent"] != ""
    for i, row in nodes[leaf & ~nodes["direction"].isin([1, -1])].iterrows():
        remedy = "write 1 if more is better, -1 if less is"
        yield i, "direction", _shown(row["direction"]), "1 or -1", remedy
    for i, row in nodes[below & ~(nodes["weight"] >= 0)].iterrows():
        yield i, "weight", _shown(row["weight"]), "a weight of 0 or more", "correct the weight"
    for parent, rows in nodes[below].groupby("parent", sort=False):
        if (rows["weight"] == 0).all():
            found = f"only zero weights under {parent!r}"
            yield rows.index[0], "weight", found, "a weight above 0", "give a child a weight"


def _bounds(nodes: pd.DataFrame) -> Iterator[Fault]:
    """Name bounds of weight shares that are no shares, or that no weights can keep."""
    low, high = nodes["weight_low"].fillna(0.0), nodes["weight_high"].fillna(1.0)
    wrong = (low < 0) | (high > 1) | (low > high)
    for i, row in nodes[wrong].iterrows():
        found = f"from {_shown(row['weight_low'])} to {_shown(row['weight_high'])}"
        expected = "shares from 0 to 1, the lower one first"
        yield i, "weight_low", found, expected, "correct the bounds"
    for parent, rows in nodes[(nodes["parent"] != "") & ~wrong].groupby("parent", sort=False):
        least, most = low[rows.index].sum(), high[rows.index].sum()
        if least > 1 + 1e-9 or most < 1 - 1e-9:
            total, name = (least, "low") if least > 1 else (most, "high")
            found = f"{_BOUNDS[name]} of {total:.10g} in all"
            expected = f"bounds under {parent!r} that shares adding to 1 can keep"
            yield rows.index[0], f"weight_{name}", found, expected, "correct the bounds"


def _marks(nodes: pd.DataFrame) -> Iterator[Fault]:
    one_sided = nodes["goalpost_low"].isna() != nodes["goalpost_high"].isna()
    descending = nodes["goalpost_low"] >= nodes["goalpost_high"]
    for i, row in nodes[one_sided | descending].iterrows():
        found = f"from {_shown(row['goalpost_low'])} to {_shown(row['goalpost_high'])}"
        expected = "two goalposts, the lower one first"
        yield i, "goalpost_low", found, expected, "correct the goalposts"
    leaf = nodes["type"] == "indicator"
    for i, row in nodes[leaf & ~nodes["transform"].isin(TRANSFORMS)].iterrows():
        name = row["transform"]
        yield i, "transform", repr(name), "a transformation", nearest(name, TRANSFORMS)


def _shown(number: float) -> str:
    return "an empty cell" if np.isnan(number) else f"{number:.10g}"
