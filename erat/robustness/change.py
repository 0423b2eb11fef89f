"""Changes between two years: how sure a unit's rise or fall is, and what it is sensitive to.

Both years of a unit are taken from the same replicate, so that what moves both alike cancels.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from erat.robustness.intervals import COLUMNS, summary
from erat.robustness.sensitivity import COLUMNS as INDEX_COLUMNS
from erat.robustness.sensitivity import Sample, index_rows
from erat.robustness.uncertainty import Uncertainty

CHUNK = 2**20
"""About as many values are held at a time."""

SIGNS = {"score": 1, "rank": -1}
"""Outputs, and which way is better."""


class Changes(NamedTuple):
    """Changes of some units in one output, from the first to the last year.

    ``change`` has the shape ``(units, evaluations)``; ``nominal`` is the change in the base,
    ``(units,)``.
    """

    units: list[str]
    output: str
    change: np.ndarray
    nominal: np.ndarray


def changes(found: Uncertainty) -> Iterator[Changes]:
    """Give the change of every unit that is in the first and the last year, some units at a time."""
    years, rows = found.panel.years, dict[str, dict[int, int]]()
    for i, unit in enumerate(found.panel.units):
        rows.setdefault(unit, {})[int(years[i])] = i
    first, last = int(years.min()), int(years.max())
    known = [unit for unit, own in rows.items() if {first, last} <= set(own)]
    step = max(CHUNK // max(found.plan.count, 1), 1)
    for start in range(0, len(known), step):
        units = known[start : start + step]
        ends = [[rows[unit][year] for unit in units] for year in (first, last)]
        before, after = (
            [found.store.units(slice(row, row + 1)) for row in places] for places in ends
        )
        for output in SIGNS:
            kind = f"{output}s"
            old, new = (
                np.concatenate([getattr(group, kind) for group in groups]).astype(float)
                for groups in (before, after)
            )
            nominal = getattr(found, kind)
            yield Changes(units, output, new - old, nominal[ends[1]] - nominal[ends[0]])


def change_table(found: Uncertainty) -> pd.DataFrame:
    """Summarize the change from the first to the last year, within every replicate.

    Parameters
    ----------
    found
        A study of a panel of two years or more.

    Returns
    -------
    DataFrame
        Two rows a unit that is in both years: ``unit, output`` (``score`` or ``rank``), the columns
        of :data:`~erat.robustness.intervals.COLUMNS` of the change, and ``better`` and ``worse``:
        the shares of replicates in which the score rises (or the rank gets nearer to 1), or falls.
    """
    counted = np.repeat(np.arange(found.plan.count), found.counts)
    parts = []
    for units, output, change, nominal in changes(found):
        own = change[:, counted]
        there = (~np.isnan(own)).any(axis=1)
        signed = SIGNS[output] * np.nan_to_num(own)
        better, worse = (
            np.where(there, which.mean(axis=1), np.nan) for which in (signed > 0, signed < 0)
        )
        table = pd.DataFrame({"unit": units, "output": output, "nominal": nominal, **summary(own)})
        parts.append(table.assign(better=better, worse=worse))
    columns = ["unit", "output", *COLUMNS, "better", "worse"]
    made = pd.concat(parts) if parts else pd.DataFrame(columns=columns)
    order = {unit: place for place, unit in enumerate(dict.fromkeys(found.panel.units))}
    made = made.sort_values("unit", key=lambda unit: unit.map(order), kind="stable")
    return made[columns].reset_index(drop=True)


def change_indices(found: Uncertainty) -> pd.DataFrame:
    """Return the sensitivity indices of the change from the first to the last year.

    Returns
    -------
    DataFrame
        Columns as in ``indices.csv``; output is ``rank:UNIT`` or ``score:UNIT``, of the change.
    """
    sample = Sample(found)
    drawn = sample.resamples(found.seed)
    parts = [
        index_rows([f"{output}:{unit}" for unit in units], sample, change, drawn)
        for units, output, change, _ in changes(found)
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=INDEX_COLUMNS)
