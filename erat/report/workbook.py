"""A workbook of a province's raw values, each with publisher, table and year."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from erat.index.workbook import Sheet, write_workbook
from erat.report.view import View
from erat.report.view_sources import base_name, quality, table_name


def write_province_workbook(view: View, unit: str, path: Path) -> None:
    """Write every value of a province and of its regencies to an Excel workbook."""
    tr = view.lang.tr
    cells, regencies = view.cells, view.results.table("regencies")
    inside = regencies[regencies["parent"] == unit]
    names = dict(zip(inside["unit"], inside["name"], strict=True))
    own = pd.concat([cells, view.results.table("parts")], ignore_index=True)
    province = _table(view, own[own["unit"] == unit], view.names)
    sheets = [
        Sheet(tr("Scores and ranks"), _results(view, unit)),
        Sheet(tr("Province"), province),
        Sheet(tr("Regencies"), _table(view, inside, names)),
    ]
    write_workbook(sheets, path)


def _results(view: View, unit: str) -> pd.DataFrame:
    """Return the province's rank and scores, each with the ends of its interval."""
    tr, rank = view.lang.tr, view.intervals.loc[unit]
    nodes = [view.top, *view.framework.dimensions]
    ends = [view.score_intervals.loc[(node, unit)] for node in nodes]
    return pd.DataFrame(
        {
            tr("Result"): [tr("Rank of {n}", n=view.n), *(view.label(node) for node in nodes)],
            tr("Value"): [rank["nominal"], *(view.scores.loc[unit, node] for node in nodes)],
            tr("5%"): [rank["low"], *(row["q05"] for row in ends)],
            tr("95%"): [rank["high"], *(row["q95"] for row in ends)],
        }
    )


def _table(view: View, cells: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    tr = view.lang.tr
    cells = cells.sort_values(["indicator", "unit", "year"])
    codes = [str(code) for code in cells["indicator"]]
    return pd.DataFrame(
        {
            tr("Code"): list(cells["unit"]),
            tr("Name"): [names[str(unit)] for unit in cells["unit"]],
            tr("Series"): [view.label(code) for code in codes],
            tr("Year"): [int(year) for year in cells["year"]],
            tr("Period"): list(cells["period"]),
            tr("Value"): [float(value) for value in cells["value"]],
            tr("Unit"): [view.unit(code) for code in codes],
            tr("Base"): [base_name(view, str(base)) for base in cells["base"]],
            tr("Publisher"): list(cells["publisher"]),
            tr("Publication"): list(cells["publication"]),
            tr("Table"): [table_name(view, str(name)) for name in cells["table"]],
            tr("Quality"): [quality(view, row) for _, row in cells.iterrows()],
        }
    )
