"""Changes between two years: how sure a unit's rise or fall is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from erat.robustness.intervals import COLUMNS, summary
from erat.robustness.uncertainty import Uncertainty


def change_table(found: Uncertainty) -> pd.DataFrame:
    """Summarize the change from the first to the last year, within every replicate.

    Both years of a unit are taken from the same replicate, so that what moves both alike cancels.

    Parameters
    ----------
    found
        A study of a panel of two years or more.

    Returns
    -------
    DataFrame
        Two rows a unit that is in both years: ``unit, output`` (``score`` or ``rank``), the columns
        of :data:`~erat.robustness.intervals.COLUMNS` of the change, and ``better``: the share of
        replicates in which the score rises, or the rank gets nearer to 1.
    """
    years, units = found.panel.years, found.panel.units
    rows: dict[str, dict[int, int]] = {}
    for i, unit in enumerate(units):
        rows.setdefault(unit, {})[int(years[i])] = i
    ends = (int(years.min()), int(years.max()))
    counted = np.repeat(np.arange(found.plan.count), found.counts)
    made = []
    for unit, own in rows.items():
        if not set(ends) <= set(own):
            continue
        first, last = (found.store.units(slice(own[year], own[year] + 1)) for year in ends)
        for output, sign in (("score", 1), ("rank", -1)):
            kind = f"{output}s"
            before, after = (
                np.asarray(getattr(group, kind), dtype=float)[:, counted] for group in (first, last)
            )
            change = after - before
            nominal = getattr(found, kind)
            row = {name: float(value[0]) for name, value in summary(change).items()}
            row["nominal"] = float(nominal[own[ends[1]]] - nominal[own[ends[0]]])
            there = ~np.isnan(change)
            better = float((sign * change[there] > 0).mean()) if there.any() else np.nan
            row = {name: row[name] for name in COLUMNS}
            made.append({"unit": unit, "output": output, **row, "better": better})
    return pd.DataFrame(made, columns=["unit", "output", *COLUMNS, "better"])
