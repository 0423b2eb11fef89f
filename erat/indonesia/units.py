"""The tree of units: country, provinces on both borders, regencies and cities."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from erat.errors import listing, nearest
from erat.index.faults import Finding, finding
from erat.indonesia.text_tables import Loaded

BORDERS = ("34", "38")
_ABOVE = {"province": "country", "regency": "province"}
_TYPES = {
    "country": ("negara",),
    "province": ("provinsi",),
    "regency": ("kabupaten", "kota"),
}


def tree_findings(units: Loaded) -> Iterator[Finding]:
    """Check that the units form one tree on each of the borders, and that its counts agree."""
    rows = units.rows("unit", "level", "type", "borders", "parent_34", "parent_38")
    if rows.empty:
        return
    yield from _types(units, rows)
    for borders in BORDERS:
        column = f"parent_{borders}"
        parents = dict(zip(rows["unit"], rows[column], strict=True))
        yield from _parents(units, rows, borders)
        yield from _cycles(units, rows, column, parents)
        yield from _counts(units, borders)
    tops = rows.index[rows["level"] == "country"]
    if len(tops) != 1:
        remedy = "keep one country, above all provinces"
        yield finding(units.table.file, "country", f"{len(tops)} countries", "one", remedy)


def _types(units: Loaded, rows: pd.DataFrame) -> Iterator[Finding]:
    for line, level, kind in zip(rows.index, rows["level"], rows["type"], strict=True):
        if kind not in _TYPES[level]:
            yield finding(
                units.table.file, "type", repr(kind), f"{' or '.join(_TYPES[level])} for a {level}",
                "correct the type or the level", row=int(line), column="type",
            )  # fmt: skip


def _parents(units: Loaded, rows: pd.DataFrame, borders: str) -> Iterator[Finding]:
    column = f"parent_{borders}"
    level = dict(zip(rows["unit"], rows["level"], strict=True))
    exists = dict(zip(rows["unit"], rows["borders"], strict=True))
    for line, row in zip(rows.index, rows.to_dict("records"), strict=True):
        parent, above = row[column], _ABOVE.get(row["level"], "")
        here = borders in row["borders"].split() and bool(above)
        fault = ""
        if here != bool(parent):
            fault = f"a {above}" if here else f"nothing: no such place on {borders} provinces"
        elif parent and level.get(parent) != above:
            fault = f"a {above} of this table"
        elif parent and borders not in exists[parent].split():
            fault = f"a {above} that exists on the borders of {borders} provinces"
        if fault:
            known = [unit for unit, its in level.items() if its == above]
            remedy = "leave the cell empty" if not here else nearest(parent, known)
            found = repr(parent) if parent else "nothing"
            yield finding(
                units.table.file, f"parent {fault}", found, fault, remedy, row=int(line),
                column=column,
            )  # fmt: skip


def _cycles(
    units: Loaded, rows: pd.DataFrame, column: str, parents: dict[str, str]
) -> Iterator[Finding]:
    line = dict(zip(rows["unit"], rows.index, strict=True))
    told: set[str] = set()
    for start in parents:
        path: list[str] = []
        unit = start
        while unit in parents and unit not in path and unit not in told:
            path.append(unit)
            unit = parents[unit]
        if unit in path:
            ring = path[path.index(unit) :]
            yield finding(
                units.table.file, f"cycle {unit}", " is below ".join([*ring, unit]),
                "a tree: no unit below itself", "correct the parent of one of them",
                row=int(line[unit]), column=column,
            )  # fmt: skip
        told.update(path)


def _counts(units: Loaded, borders: str) -> Iterator[Finding]:
    column = f"parent_{borders}"
    rows = units.rows("unit", "level", "type", "borders", column, "n_kabupaten", "n_kota")
    below = rows[(rows["level"] == "regency") & (rows[column] != "")]
    for kind in ("kabupaten", "kota"):
        count = below.loc[below["type"] == kind, column].value_counts().to_dict()
        provinces = rows[
            (rows["level"] == "province")
            & rows["borders"].str.split().map(lambda its: borders in its)
            & (rows[f"n_{kind}"] != "")
        ]
        for line, unit, said in zip(
            provinces.index, provinces["unit"], provinces[f"n_{kind}"], strict=True
        ):
            if int(said) != count.get(unit, 0):
                yield finding(
                    units.table.file, f"count {kind}", said,
                    f"{count.get(unit, 0)}, the number of {kind} below {unit} in this table",
                    f"correct the number, or {column} of its {kind}", row=int(line),
                    column=f"n_{kind}",
                )  # fmt: skip


def level_findings(loaded: Loaded, levels: dict[str, str], level: str) -> Iterator[Finding]:
    """Check that a table of statistics holds only units of its own level."""
    rows = loaded.rows("unit")
    known = rows["unit"].map(levels)
    for line, unit, its in zip(
        rows.index[known.notna() & (known != level)],
        rows.loc[known.notna() & (known != level), "unit"],
        known[known.notna() & (known != level)],
        strict=True,
    ):
        others = listing([name for name, value in levels.items() if value == level], most=3)
        yield finding(
            loaded.table.file, "level", f"{unit!r}, a {its}", f"a {level}",
            f"this table is for units such as {others}", row=int(line), column="unit",
        )  # fmt: skip
