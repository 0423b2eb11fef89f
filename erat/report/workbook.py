"""A workbook of a province's raw values, each with publisher, table and year."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from erat.edition.opened import OpenEdition
from erat.index.workbook import Sheet, write_workbook
from erat.report.sources import base_name, quality, table_name


def write_province_workbook(e: OpenEdition, unit: str, path: Path) -> None:
    """Write every value of a province and of its regencies to an Excel workbook."""
    tr, below = e.lang.tr, e.regency_cells
    inside = below[below["parent"] == unit]
    cells = pd.concat([e.cells, e.table("parts")], ignore_index=True)
    sheets = [
        Sheet(tr("Scores and ranks"), _results(e, unit)),
        Sheet(tr("Province"), _table(e, cells[cells["unit"] == unit], e.names.to_dict())),
        Sheet(
            tr("Regencies"),
            _table(e, inside, dict(zip(inside["unit"], inside["name"], strict=True))),
        ),
    ]
    write_workbook(sheets, path)


def _results(e: OpenEdition, unit: str) -> pd.DataFrame:
    """Return the province's rank and scores, each with the ends of its interval."""
    tr, rank = e.lang.tr, e.ranks.loc[unit]
    nodes = [e.top, *e.dimensions]
    scores = e.intervals.xs(unit, level="unit").loc[nodes]
    return pd.DataFrame(
        {
            tr("Result"): [tr("Rank of {n}", n=len(e.scores)), *(e.label(node) for node in nodes)],
            tr("Value"): [rank["rank"], *scores["score"]],
            tr("5%"): [rank["low"], *scores["low"]],
            tr("95%"): [rank["high"], *scores["high"]],
        }
    )


def _table(e: OpenEdition, cells: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    tr = e.lang.tr
    cells = cells.sort_values(["indicator", "unit", "year"])
    codes = [str(code) for code in cells["indicator"]]
    return pd.DataFrame(
        {
            tr("Code"): list(cells["unit"]),
            tr("Name"): [names[str(unit)] for unit in cells["unit"]],
            tr("Series"): [e.label(code) for code in codes],
            tr("Year"): [int(year) for year in cells["year"]],
            tr("Period"): list(cells["period"]),
            tr("Value"): [float(value) for value in cells["value"]],
            tr("Unit"): [str(e.indicators.at[code, f"unit_{e.lang.code}"]) for code in codes],
            tr("Base"): [base_name(e, str(base)) for base in cells["base"]],
            tr("Publisher"): list(cells["publisher"]),
            tr("Publication"): list(cells["publication"]),
            tr("Table"): [table_name(e, str(name)) for name in cells["table"]],
            tr("Quality"): [quality(e, row) for _, row in cells.iterrows()],
        }
    )
