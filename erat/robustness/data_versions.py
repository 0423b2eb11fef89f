"""Versions of the data: measurement error, published rounding, and versions made elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from erat.errors import DataError, MethodError, Problem, listing, nearest
from erat.index.cell_problems import Finding, grouped
from erat.index.panel import UNIT_COLUMNS, YEAR_COLUMNS, Panel
from erat.index.tables import numbers, read_text_table
from erat.robustness.factors import Error

REPLICATE = "replicate"
"""Column of a file of versions that numbers them."""

SIMULATED = "simulated"
"""Column of a file of versions that says so where they come from simulated answers."""


@dataclass(frozen=True)
class Measured:
    """Values with an error drawn from ``seed`` and the version's number: ``sd`` are standard
    errors, ``(rows, indicators)``; ``half`` is half of the last published digit, ``(indicators,)``,
    0 where values are not rounded.
    """

    sd: np.ndarray
    half: np.ndarray
    count: int
    seed: tuple[int, ...]

    def version(self, values: np.ndarray, number: int) -> np.ndarray:
        """Add a normal error and what rounding may have taken away."""
        random = np.random.default_rng([*self.seed, number])
        normal = random.standard_normal(values.shape)
        even = random.uniform(-1.0, 1.0, values.shape)
        return np.asarray(values + self.sd * normal + self.half * even)


@dataclass(frozen=True)
class Realized:
    """Versions made elsewhere, ``(versions, rows, indicators)``; where one has nan, the panel's
    value stays. ``simulated``: they say that they come from simulated answers.
    """

    values: np.ndarray
    simulated: bool = False

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.values)

    def version(self, values: np.ndarray, number: int) -> np.ndarray:
        """Put the version's values in."""
        return np.where(np.isnan(self.values[number]), values, self.values[number])


Versions = Measured | Realized
"""A ``count`` of versions of a table of values, ``(rows, indicators)``; the first has number 0."""


def measured(error: Error, panel: Panel, seed: tuple[int, ...], where: str) -> Measured:
    """Return versions with a measurement error; a file that does not fit the data is refused."""
    codes = [str(code) for code in panel.values]
    sd = np.zeros(panel.values.shape)
    if error.file:
        _, table = _read(error.file.path, panel, [])
        wrong = list(table.columns[(table < 0).any()])
        if wrong:
            negative, name = f"a standard error below 0 ({listing(wrong)})", error.file.path.name
            raise DataError([Problem(name, negative, "0 or more", "correct the cells")])
        sd = np.nan_to_num(table.reindex(panel.values.index).to_numpy(dtype=float))
    rounding = error.rounding
    digits = dict.fromkeys(codes, rounding) if isinstance(rounding, int) else rounding or {}
    unknown = [code for code in digits if code not in codes]
    if unknown:
        raise MethodError(
            Problem(f"{where}, rounding", repr(code), "an indicator", nearest(code, codes))
            for code in unknown
        )
    half = np.array([0.5 * 10.0 ** -digits[c] if c in digits else 0.0 for c in codes])
    return Measured(sd, half, error.draws, seed)


def realized(path: Path, panel: Panel) -> Realized:
    """Read a file of versions: columns ``replicate``, ``unit`` (and ``year``), and indicators. One
    that does not fit the data is refused.
    """
    text, table = _read(path, panel, [REPLICATE])
    which, labels = pd.factorize(text[REPLICATE])
    if len(labels) < 2:
        expected = "two versions or more"
        raise DataError([Problem(path.name, f"{len(labels)} version", expected, "add some")])
    values = np.full((len(labels), *panel.values.shape), np.nan)
    values[which, panel.values.index.get_indexer(table.index)] = table.to_numpy(dtype=float)
    return Realized(values, SIMULATED in text and bool((text[SIMULATED] == SIMULATED).any()))


def _read(path: Path, panel: Panel, more: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read a table like the data: texts, and numbers by unit and year. All problems at once."""
    text = read_text_table(path, DataError)
    unit = next((name for name in UNIT_COLUMNS if name in text), None)
    year = next((name for name in YEAR_COLUMNS if name in text), None)
    codes = [str(code) for code in panel.values]
    if unit is None or (panel.has_years and year is None) or not set(more) <= set(text):
        wanted = [*more, "unit", *(["year"] if panel.has_years else [])]
        read, expected = (f"columns {listing(list(names))}" for names in (text.columns, wanted))
        raise DataError([Problem(path.name, read, expected, "add them", 1)])
    keys = [name for name in (unit, year, *more) if name]
    problems = [
        Problem(path.name, repr(c), "an indicator of the framework", nearest(c, codes), 1, c)
        for c in text
        if c not in (*keys, *codes, SIMULATED)
    ]
    faults: list[Finding] = []
    values = {c: numbers(text[c], path.name, faults) for c in text if c in codes}
    years = pd.to_numeric(text[year], errors="coerce").fillna(-1) if year and panel.has_years else 0
    index = pd.MultiIndex.from_arrays(
        [text[unit], np.broadcast_to(years, len(text)).astype(int)], names=["unit", "year"]
    )
    expected = "a unit (and year) of the data"
    problems += [
        Problem(path.name, f"{index[i][0]!r}", expected, "correct it", int(text.index[i]), unit)
        for i in np.flatnonzero(~index.isin(panel.values.index))
    ]
    if problems or faults:
        raise DataError([*problems, *grouped(faults)])
    twice = index.to_frame(index=False).assign(**{name: list(text[name]) for name in more})
    if twice.duplicated().any():
        row = int(text.index[twice.duplicated().to_numpy()][0])
        raise DataError([Problem(path.name, "a row twice", "each row once", "keep one", row)])
    return text, pd.DataFrame(values, index=index).reindex(columns=codes)
