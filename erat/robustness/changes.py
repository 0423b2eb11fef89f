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
from erat.robustness.sensitivity import Sample
from erat.robustness.uncertainty import Uncertainty

CHUNK = 2**20
"""About as many values are held at a time."""

SIGNS = {"score": 1, "rank": -1}
"""Outputs, and which way is better."""


class Changes(NamedTuple):
    """Changes of some units in one output, ``(units, evaluations)``; in the base, ``(units,)``."""

    units: list[str]
    output: str
    change: np.ndarray
    nominal: np.ndarray


def changes(evaluated: Uncertainty) -> Iterator[Changes]:
    """Give the change of every unit that is in the first and the last year, some units at a time."""
    panel, store = evaluated.panel, evaluated.store
    rows = pd.Series(range(len(panel.units)), [panel.units, panel.years])
    ends = [rows.xs(year, level=1) for year in (panel.years.min(), panel.years.max())]
    units = [unit for unit in dict.fromkeys(panel.units) if all(unit in end for end in ends)]
    step = max(CHUNK // max(evaluated.plan.count, 1), 1)
    for start in range(0, len(units), step):
        names = units[start : start + step]
        first, last = (end[names].to_numpy() for end in ends)
        before, after = ([store.units(slice(row, row + 1)) for row in end] for end in (first, last))
        for output in SIGNS:
            old, new = (
                np.concatenate([getattr(group, f"{output}s") for group in groups]).astype(float)
                for groups in (before, after)
            )
            nominal = getattr(evaluated, f"{output}s")
            yield Changes(names, output, new - old, nominal[last] - nominal[first])


def change_table(evaluated: Uncertainty) -> pd.DataFrame:
    """Summarize the change from the first to the last year, within every replicate.

    Two rows a unit that is in both years: ``unit, output`` (``score`` or ``rank``), the columns
    :data:`~erat.robustness.intervals.COLUMNS`, and ``better`` and ``worse``: the shares of
    replicates in which the score rises (or the rank gets nearer to 1), or falls.
    """
    replicates = np.repeat(np.arange(evaluated.plan.count), evaluated.counts)
    columns = ["unit", "output", *COLUMNS, "better", "worse"]
    tables = [pd.DataFrame(columns=columns)]
    for units, output, change, nominal in changes(evaluated):
        change = change[:, replicates]
        table = pd.DataFrame(
            {"unit": units, "output": output, "nominal": nominal, **summary(change)}
        )
        signed = SIGNS[output] * change
        for name, where in (("better", signed > 0), ("worse", signed < 0)):
            table[name] = where.mean(axis=1)
            table.loc[np.isnan(change).all(axis=1), name] = np.nan
        tables.append(table[columns])
    order = {unit: place for place, unit in enumerate(dict.fromkeys(evaluated.panel.units))}
    both = pd.concat(tables[1:] or tables)
    return both.sort_values(
        "unit", key=lambda unit: unit.map(order), kind="stable", ignore_index=True
    )


def change_indices(evaluated: Uncertainty) -> pd.DataFrame:
    """Return the change's sensitivity indices; output is ``rank:UNIT`` or ``score:UNIT``."""
    sample = Sample(evaluated)
    tables = [
        sample.indices([f"{output}:{unit}" for unit in units], change)
        for units, output, change, _ in changes(evaluated)
    ]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=INDEX_COLUMNS)
