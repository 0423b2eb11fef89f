"""The panel: units x years x indicators, with the groups that units belong to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from erat.errors import DataError, Problem, listing, nearest
from erat.index.cell_problems import Finding, grouped
from erat.index.display import counted, small_table
from erat.index.framework import Framework
from erat.index.rows import TableForm
from erat.index.tables import (
    ANY_FORM,
    as_text,
    cell_findings,
    numbers,
    parse_number,
    read_table,
    thousands,
    unseen,
)

UNIT_COLUMNS = ("unit", "uCode")
YEAR_COLUMNS = ("year", "Time")


@dataclass(frozen=True, repr=False)
class Panel:
    """Values of indicators for units and years.

    ``values`` has a row a unit and year (index ``unit, year``), a column an indicator in its own
    unit, missing as nan. On the same rows, ``groups`` has texts, all else that is known of a row
    (for example its region), and ``denominators`` the columns that the framework divides by. A
    panel without years (not ``has_years``) has the year 0 throughout. ``notes`` say what was
    doubtful when the table was read.
    """

    values: pd.DataFrame
    groups: pd.DataFrame
    has_years: bool = True
    denominators: pd.DataFrame = field(default_factory=pd.DataFrame)
    notes: tuple[Problem, ...] = field(default=(), compare=False)

    @classmethod
    def read(
        cls,
        path: str | Path,
        framework: Framework,
        leave_out: Sequence[str] = (),
        form: TableForm = ANY_FORM,
    ) -> Panel:
        """Read a table (CSV or xlsx) with a row a unit (and year): ours, or COINr's ``iData``.

        Rows of units in ``leave_out``, for example a total, are not read. DataError with every cell
        that is wrong.
        """
        path = Path(path)
        codes = set(_numeric(framework)) - {form.unit}
        text, notes = read_table(path, DataError, form, codes)
        text = _with_unit(text, form.unit, path.name)
        panel = cls.from_table(text, framework, path.name, leave_out)
        return replace(panel, notes=(*notes, *panel.notes))

    @classmethod
    def from_table(
        cls,
        text: pd.DataFrame,
        framework: Framework,
        where: str = "data",
        leave_out: Sequence[str] = (),
    ) -> Panel:
        """Make a panel of a table of texts with the framework's indicators among its columns."""
        text = as_text(text, _numeric(framework))
        unit, year = _column(text, UNIT_COLUMNS), _column(text, YEAR_COLUMNS)
        problems = _missing_columns(text, unit, framework, where)
        if problems or unit is None:
            raise DataError(problems)
        if leave_out:
            text = _without(text, unit, leave_out, where)
        findings: list[Finding] = []
        divisors = sorted(set(denominators(framework).values()) - set(framework.indicators))
        columns = [*framework.indicators, *divisors]
        read = {code: numbers(text[code], where, findings) for code in columns}
        years = _years(text[year], where, findings) if year else np.zeros(len(text), dtype=int)
        keys = pd.MultiIndex.from_arrays([text[unit], years], names=["unit", "year"])
        findings += [*unseen(text[unit], where), *_key_findings(keys, text[unit], where)]
        if findings:
            raise DataError(grouped(findings))
        others = [c for c in text if c not in {unit, year, *read} or c in framework.group_columns]
        as_read = all(kind == np.dtype(float) for kind in text[columns].dtypes)
        table = (text[columns] if as_read else pd.DataFrame(read)).set_axis(keys, axis=0)
        groups = text[others].set_axis(keys, axis=0)
        notes = _doubtful_points(text[columns], where)
        return cls(table[framework.indicators], groups, year is not None, table[divisors], notes)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, framework: Framework) -> Panel:
        """Make a panel of a table whose index holds units, or units and years.

        Columns are indicators, group columns and denominators. A table with a column ``unit`` is
        read as a file would be; see :meth:`from_table`. Refused (DataError) if the units cannot be
        told, or with every cell that is wrong.
        """
        if _column(frame, UNIT_COLUMNS) is None:
            unnamed = isinstance(frame.index, pd.RangeIndex) and frame.index.name is None
            if unnamed or frame.index.nlevels > 2:
                found = "rows that are numbered" if unnamed else "an index of several levels"
                expected = "units (or units and years) as the index, or a column 'unit'"
                remedy = "name them: data.set_index('province'), or data.rename(columns=...)"
                raise DataError([Problem("data", found, expected, remedy)])
            frame = frame.rename_axis(["unit", "year"][: frame.index.nlevels]).reset_index()
        return cls.from_table(frame, framework)

    @property
    def when(self) -> str:
        """The years in words, as they follow a number of units; empty if there are none."""
        years = sorted(set(self.years.tolist())) if self.has_years else []
        if len(years) < 2:
            return "".join(f" in {year}" for year in years)
        return f", {years[0]} to {years[-1]}"

    def __repr__(self) -> str:
        years, gaps = len(set(self.years)), int(self.values.isna().sum().sum())
        when = f", {counted(years, 'year')} ({self.when[2:]})" if years > 1 else self.when
        return (
            f"Panel: {counted(len(set(self.units)), 'unit')}{when}, "
            f"{counted(self.values.shape[1], 'indicator')}, {gaps:,} of {self.values.size:,} values "
            "missing"
        )

    def _repr_html_(self) -> str:
        header = ["indicator", "values", "missing", "lowest", "median", "highest"]
        rows = (
            (code, x.count(), x.isna().sum(), float(x.min()), float(x.median()), float(x.max()))
            for code, x in self.values.items()
        )
        return small_table(repr(self), header, rows, self.values.shape[1])

    @cached_property
    def units(self) -> list[str]:
        """Unit of every row."""
        return list(map(str, self.values.index.get_level_values("unit").to_numpy(dtype=object)))

    @cached_property
    def years(self) -> np.ndarray:
        """Year of every row."""
        return np.asarray(self.values.index.get_level_values("year"))

    def named(self, rows: np.ndarray) -> list[str]:
        """Name some rows, by their numbers: the unit, and its year where the data have years."""
        years = [f" {self.years[i]}" if self.has_years else "" for i in rows]
        return [f"{self.units[i]}{year}" for i, year in zip(rows, years, strict=True)]

    def in_year(self, year: int) -> Panel:
        """Return the rows of one year."""
        return self.take(self.years == year)

    def take(self, rows: np.ndarray) -> Panel:
        """Return some rows (bool, one a row)."""
        if rows.all():
            return self
        divisors = self.denominators
        divisors = divisors[rows] if len(divisors.columns) else divisors
        return Panel(self.values[rows], self.groups[rows], self.has_years, divisors, self.notes)

    def with_values(self, values: np.ndarray) -> Panel:
        """Return the panel with other values, ``(rows, columns)``."""
        table = pd.DataFrame(values, self.values.index, self.values.columns)
        other = replace(self, values=table)
        vars(other).update(units=self.units, years=self.years)  # studies ask often
        return other

    def without_codes(self, missing: Collection[float]) -> Panel:
        """Return the panel with some numbers as missing: codes such as -999 of a publisher."""
        tables, codes = (self.values, self.denominators), list(missing)
        if not any(np.isin(x, codes).any() for table in tables for x in table.to_numpy().T):
            return self
        values, divisors = (table.mask(table.isin(codes)) for table in tables)
        return replace(self, values=values, denominators=divisors)

    def divisor(self, name: str) -> np.ndarray | None:
        """Return a column to divide by, shape ``(rows,)``: a denominator or an indicator."""
        for table in (self.denominators, self.values):
            if name in table:
                return np.asarray(table[name], dtype=float)
        return None


def _numeric(framework: Framework) -> list[str]:
    """List the columns that are read as numbers alone."""
    texts = {*framework.group_columns, *UNIT_COLUMNS, *YEAR_COLUMNS}
    columns = {*framework.indicators, *denominators(framework).values()}
    return sorted(columns - texts)


def denominators(framework: Framework) -> dict[str, str]:
    """Return the column that each indicator is divided by, for those that are."""
    if "denominator" not in framework.table:
        return {}
    cells = framework.table.loc[framework.indicators, "denominator"].astype(str)
    return {str(code): name for code, name in cells.items() if name not in ("", "NA", "nan")}


def _with_unit(text: pd.DataFrame, name: str, where: str) -> pd.DataFrame:
    """Give the column that is called the units' its name here."""
    if not name or name in UNIT_COLUMNS:
        return text
    others = [column for column in UNIT_COLUMNS if column in text]
    if name not in text or others:
        known = nearest(name, map(str, text.columns))
        remedy = f"rename {others[0]!r}, or leave --unit out" if others else known
        found = f"a column {others[0]!r} too" if others else "no such column"
        raise DataError([Problem(where, found, f"the units in {name!r}", remedy, 1)])
    return text.rename(columns={name: UNIT_COLUMNS[0]})


def _doubtful_points(text: pd.DataFrame, where: str) -> tuple[Problem, ...]:
    codes = [str(name) for name in text if thousands(text[name]) == "perhaps"]
    found = f"three digits behind every point in {listing(codes)}"
    expected = "points that mark decimals, as they are read"
    remedy = "nothing if they do; if they separate thousands, read the file with --decimal comma"
    return (Problem(where, found, expected, remedy),) if codes else ()


def _column(text: pd.DataFrame, names: Sequence[str]) -> str | None:
    return next((name for name in names if name in text), None)


def _missing_columns(
    text: pd.DataFrame, unit: str | None, framework: Framework, where: str
) -> list[Problem]:
    problems = []
    if unit is None:
        found = f"columns {listing(list(text.columns))}"
        words = text.select_dtypes(exclude="number")
        texts = (name for name in words if any(parse_number(cell) is None for cell in words[name]))
        remedy = f"name the column of the units: --unit {next(texts, 'COLUMN')!r}; or add it"
        problems.append(Problem(where, found, "a column 'unit' (or 'uCode')", remedy, 1))
    others = [column for column in text if column not in (*UNIT_COLUMNS, *YEAR_COLUMNS)]
    for code in framework.indicators:
        if code not in text:
            meant, remedy = nearest(code, others), "add it, or take it out of the framework"
            remedy = f"{meant} Or {remedy}" if meant.startswith("did") else remedy
            what = f"the indicator {code!r}"
            problems.append(Problem(where, "no such column", what, remedy, 1))
    divided = denominators(framework).items()
    needed = [(name, f"{name!r}, which {code!r} is divided by") for code, name in divided]
    needed += [(name, f"the group column {name!r}") for name in framework.group_columns]
    return problems + [
        Problem(where, "no such column", what, "add it", 1)
        for name, what in needed
        if name not in text
    ]


def _without(text: pd.DataFrame, unit: str, leave_out: Sequence[str], where: str) -> pd.DataFrame:
    """Take rows of some units out; refuse a name that no row has, and leaving out all."""
    names = text[unit].unique().tolist()
    unknown = [name for name in leave_out if name not in names]
    if unknown or not set(names) - set(leave_out):
        found = f"{listing(unknown)} to be left out" if unknown else "all units to be left out"
        remedy = nearest(unknown[0], names[:10_000]) if unknown else "leave out fewer"
        expected = "names in the column of units, and some that are left"
        raise DataError([Problem(where, found, expected, remedy, column=unit)])
    return text[~text[unit].isin(leave_out)]


def _years(cells: pd.Series, where: str, findings: list[Finding]) -> np.ndarray:
    refused: list[Finding] = []
    years = np.nan_to_num(numbers(cells, where, refused), nan=-1.0)
    wrong = (years != np.floor(years)) | (years < 0) | (years > 9999)
    no_year = ("year", "a year", "correct it")
    findings += refused or cell_findings(cells[wrong], where, "{!r}", *no_year)
    return np.where(wrong, -1.0, years).astype(int)


def _key_findings(keys: pd.MultiIndex, units: pd.Series, where: str) -> list[Finding]:
    twice = keys.duplicated() & (units != "") & (keys.get_level_values("year") >= 0)
    no_unit = ("no unit", "the unit's code", "fill it in")
    again = ("unit twice", "each unit once a year", "keep one")
    return [
        *cell_findings(units[units == ""], where, "an empty cell", *no_unit),
        *cell_findings(units[twice], where, "{!r} again", *again),
    ]
