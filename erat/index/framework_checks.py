"""What keeps a framework table from being one tree with usable numbers: everything at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

import numpy as np
import pandas as pd

from erat.errors import Problem, listing, nearest
from erat.index.construct.transform import TRANSFORMS

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
    flat = len(nodes) > 0 and not (nodes["type"] != "indicator").any()
    faults = chain(
        *(check(nodes, rows) for check in ((_codes,) if flat else (_codes, _parents))),
        *(
            check(nodes)
            for check in (_flat if flat else _tops, _circles, _weights, _bounds, _marks)
        ),
    )
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
        yield (
            i,
            "direction",
            _shown(row["direction"]),
            "1 or -1",
            "write 1 if more is better, -1 if less is",
        )
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
    for i, row in nodes[leaf & ~nodes["transform"].isin(TRANSFORMS.names)].iterrows():
        name = row["transform"]
        yield i, "transform", repr(name), "a transformation", nearest(name, TRANSFORMS.names)


def _shown(number: float) -> str:
    return "an empty cell" if np.isnan(number) else f"{number:.10g}"
