"""Checking all raw tables at once, and reading them once they are right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pandera.errors

from erat.errors import DataError, Problem, nearest
from erat.index.cell_problems import Finding, finding, grouped
from erat.indonesia.package import changed_files
from erat.indonesia.schemas import TABLES, Table, schema
from erat.indonesia.series_checks import (
    base_findings,
    border_findings,
    indicator_findings,
    key_findings,
    range_findings,
    reference_findings,
)
from erat.indonesia.text_tables import Loaded, load
from erat.indonesia.unit_checks import (
    CodeBook,
    code_findings,
    level_findings,
    tree_findings,
    unit_findings,
)

STATISTICS = {"province_statistics": "province", "regency_statistics": "regency"}
"""The tables of values, and the level of their units."""


@dataclass(frozen=True)
class RawTables:
    """The raw tables, checked and typed.

    Texts are ``str`` (an empty cell is the empty text, never missing), years and copies ``int``,
    values and ranges ``float``, ``n_kabupaten`` and ``n_kota`` the nullable ``Int64``.
    """

    units: pd.DataFrame
    island_groups: pd.DataFrame
    indicators: pd.DataFrame
    breaks: pd.DataFrame
    sources: pd.DataFrame
    provinces: pd.DataFrame
    regencies: pd.DataFrame
    dimensions: pd.DataFrame

    @property
    def names(self) -> dict[str, str]:
        """Names of all units by their code."""
        return dict(zip(self.units["unit"], self.units["name"], strict=True))

    @property
    def titles(self) -> dict[str, str]:
        """English names of all series by their code."""
        return dict(zip(self.indicators["indicator"], self.indicators["name_en"], strict=True))


def check(folder: Path) -> list[Problem]:
    """Find everything that is wrong with the raw tables of a folder.

    Parameters
    ----------
    folder
        Holds the CSV files of :data:`erat.indonesia.schemas.TABLES`.

    Returns
    -------
    list of Problem
        In order of file and row; empty if all is well. Whether files were changed since the
        folder was described is told by :func:`erat.indonesia.package.changed_files`.
    """
    return grouped(_findings(_load_all(Path(folder))))


def read_tables(folder: Path, *, verify: bool = True) -> RawTables:
    """Read the raw tables.

    Parameters
    ----------
    folder
        Holds the CSV files and ``datapackage.json``.
    verify
        Also hold every file against its hash in ``datapackage.json``.

    Raises
    ------
    DataError
        With every problem of every table, and every changed file.
    """
    loaded = _load_all(Path(folder))
    problems = grouped(_findings(loaded))
    if verify:
        problems += changed_files(Path(folder))
    if problems:
        raise DataError(problems)
    frames = {name: typed(item) for name, item in loaded.items()}
    names = {"province_statistics": "provinces", "regency_statistics": "regencies"}
    names["erat_dimensions"] = "dimensions"
    return RawTables(**{names.get(name, name): frame for name, frame in frames.items()})


def _load_all(folder: Path) -> dict[str, Loaded]:
    return {name: load(folder, table) for name, table in TABLES.items()}


def _findings(loaded: dict[str, Loaded]) -> Iterator[Finding]:
    for item in loaded.values():
        yield from item.findings
        yield from schema_findings(item)
    for name, level in STATISTICS.items():
        yield from _of_statistics(loaded[name], level, loaded)
    for item in loaded.values():
        yield from key_findings(item)
        yield from _references(item, loaded)
    yield from indicator_findings(loaded["indicators"])
    yield from code_findings(loaded["units"])
    yield from tree_findings(loaded["units"])
    yield from border_findings(loaded["province_statistics"])


def _of_statistics(item: Loaded, level: str, loaded: dict[str, Loaded]) -> Iterator[Finding]:
    units = loaded["units"].rows("unit", "name", "level", "borders", "kemendagri", "iso")
    if len(units):
        book = CodeBook(units)
        yield from unit_findings(item, book)
        yield from level_findings(item, book.level, level)
    ranges = loaded["indicators"].rows("indicator", "low", "high", "name_en", "unit_en")
    bases = loaded["indicators"].rows("indicator", "family", "base")
    yield from range_findings(item, ranges.drop_duplicates("indicator"))
    yield from base_findings(item, bases)


def _references(item: Loaded, loaded: dict[str, Loaded]) -> Iterator[Finding]:
    for field in item.table.fields:
        if not field.refers or field.refers == "units.unit":
            continue
        table, column = field.refers.split(".")
        known = list(loaded[table].rows(column)[column])
        if known:
            yield from reference_findings(item, field.name, known, TABLES[table].file)


def schema_findings(item: Loaded) -> list[Finding]:
    """Hold every cell of a table against its column; cells that are refused are marked as bad."""
    if item.frame.columns.empty:
        return []
    try:
        schema(item.table).validate(item.frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        return [_from_case(case, item) for case in cases.to_dict("records")]
    return []


def _from_case(case: dict[str, object], item: Loaded) -> Finding:
    table = item.table
    if case["schema_context"] != "Column":
        return _about_column(str(case["failure_case"]), table)
    column, text = str(case["column"]), str(case["failure_case"])
    row = int(str(case["index"]))
    item.bad.setdefault(column, set()).add(row)
    fault = table.field(column).fault(text)
    if fault is None:  # pragma: no cover - the schema and the field judge by the same rule
        raise AssertionError(f"{table.file}: {column} {text!r} refused without a reason")
    return finding(
        table.file, fault.cause, repr(text) if text else "an empty cell", fault.expected,
        fault.remedy, row=row, column=column,
    )  # fmt: skip


def _about_column(name: str, table: Table) -> Finding:
    if name in table.columns:
        remedy = f"add the column {name}: {table.field(name).title}"
        expected = f"a column {name!r}"
        return finding(table.file, f"no {name}", "no such column", expected, remedy, row=1,
                       column=name)  # fmt: skip
    remedy = f"remove it, or correct its name ({nearest(name, table.columns)})"
    expected = "only the columns of this table"
    return finding(table.file, f"extra {name}", f"a column {name!r}", expected, remedy, row=1,
                   column=name)  # fmt: skip


def typed(item: Loaded) -> pd.DataFrame:
    """Return a table without faults with its cells as texts, numbers and years."""
    frame = item.frame[item.table.columns].reset_index(drop=True)
    for field in item.table.fields:
        cells = frame[field.name]
        if field.kind == "text":
            frame[field.name] = cells.astype(str)
        elif not field.required:
            frame[field.name] = pd.to_numeric(cells.where(cells != "")).astype("Int64")
        else:
            frame[field.name] = cells.astype(float if field.kind == "number" else int)
    return frame
