"""The panel: units x years x indicators, with the groups that units belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from erat.errors import DataError, Problem, listing
from erat.framework import Framework
from erat.tables import parse_number, read_text_table

UNIT_COLUMNS = ("unit", "uCode")
YEAR_COLUMNS = ("year", "Time")


@dataclass(frozen=True)
class Panel:
    """Values of indicators for units and years.

    Attributes
    ----------
    values
        Floats, missing as nan; a row a unit and year (index ``unit, year``), a column an indicator
        in the indicator's own unit.
    groups
        Texts on the same rows: everything else that is known of a row, for example its region.
    has_years
        Whether the years were given. A panel without years has the year 0 throughout.
    """

    values: pd.DataFrame
    groups: pd.DataFrame
    has_years: bool = True

    @classmethod
    def read(cls, path: str | Path, framework: Framework) -> Panel:
        """Read a table with a row a unit (and year): ours, or COINr's ``iData``.

        Raises
        ------
        DataError
            With every cell that is wrong.
        """
        path = Path(path)
        return cls.from_table(read_text_table(path, DataError), framework, where=path.name)

    @classmethod
    def from_table(cls, text: pd.DataFrame, framework: Framework, where: str = "data") -> Panel:
        """Make a panel of a table of texts with the framework's indicators among its columns."""
        unit, year = _column(text, UNIT_COLUMNS), _column(text, YEAR_COLUMNS)
        problems = _missing_columns(text, unit, framework, where)
        if problems:
            raise DataError(problems)
        values = {code: _numbers(text[code], where, problems) for code in framework.indicators}
        years = _years(text[year], where, problems) if year else np.zeros(len(text), dtype=int)
        keys = pd.MultiIndex.from_arrays([text[unit].astype(str), years], names=["unit", "year"])
        problems += _key_problems(keys, where, str(unit))
        if problems:
            raise DataError(problems)
        others = [column for column in text if column not in {unit, year, *framework.indicators}]
        groups = text[others].set_axis(keys, axis=0)
        return cls(pd.DataFrame(values).set_axis(keys, axis=0), groups, has_years=year is not None)

    @property
    def units(self) -> list[str]:
        """Unit of every row."""
        return [str(unit) for unit in self.values.index.get_level_values("unit")]

    @property
    def years(self) -> np.ndarray:
        """Year of every row."""
        return np.asarray(self.values.index.get_level_values("year"))

    def in_year(self, year: int) -> Panel:
        """Return the rows of one year."""
        rows = self.years == year
        return Panel(self.values[rows], self.groups[rows], self.has_years)


def _column(text: pd.DataFrame, names: Sequence[str]) -> str | None:
    return next((name for name in names if name in text), None)


def _missing_columns(
    text: pd.DataFrame, unit: str | None, framework: Framework, where: str
) -> list[Problem]:
    problems = []
    if unit is None:
        found = f"columns {listing(list(text.columns))}"
        problems.append(Problem(where, found, "a column 'unit' (or 'uCode')", "add it", 1))
    absent = [code for code in framework.indicators if code not in text]
    problems += [
        Problem(where, "no such column", f"the indicator {code!r}", "add it, or leave it out", 1)
        for code in absent
    ]
    unused = [*framework.group_columns]
    problems += [
        Problem(where, "no such column", f"the group column {name!r}", "add it", 1)
        for name in unused
        if name not in text
    ]
    return problems


def _numbers(cells: pd.Series, where: str, problems: list[Problem]) -> np.ndarray:
    parsed = [parse_number(str(cell)) for cell in cells]
    problems += [
        Problem(
            where,
            repr(cell),
            "a finite number with a decimal point, or an empty cell",
            "correct the cell",
            row,
            str(cells.name),
        )
        for row, (cell, value) in enumerate(zip(cells, parsed, strict=True), start=2)
        if value is None
    ]
    return np.array([np.nan if value is None else value for value in parsed], dtype=float)


def _years(cells: pd.Series, where: str, problems: list[Problem]) -> np.ndarray:
    years = _numbers(cells, where, problems)
    whole = np.nan_to_num(years, nan=-1.0)
    problems += [
        Problem(where, repr(cells.iloc[i]), "a year", "correct it", int(i) + 2, str(cells.name))
        for i in np.flatnonzero((whole != np.floor(whole)) | (whole < 0))
    ]
    return np.asarray(whole, dtype=int)


def _key_problems(keys: pd.MultiIndex, where: str, column: str) -> list[Problem]:
    empty = np.flatnonzero(keys.get_level_values("unit") == "")
    twice = np.flatnonzero(keys.duplicated())
    return [
        Problem(where, "an empty cell", "the unit's code", "fill it in", int(i) + 2, column)
        for i in empty
    ] + [
        Problem(
            where, f"{keys[int(i)][0]!r} again", "each unit once a year", "keep one", int(i) + 2
        )
        for i in twice
        if i not in set(empty)
    ]
