"""The origin and quality of numbers, as tables that every number on a page can link to."""

from __future__ import annotations

import re

import pandas as pd

from erat.reporting.page import Html, anchored, link, section, table, text
from erat.reporting.view import View

OWN = "e-RAT"
"""Publisher of what is derived here."""


def anchor(indicator: str) -> str:
    """Return the anchor of an indicator's row in the table of sources."""
    return f"source-{indicator}"


def quality(view: View, row: pd.Series) -> str:
    """Say in a few words how good a number is: its status and how it was verified."""
    tr = view.lang.tr
    status = {
        "published": tr("published"),
        "derived": tr("derived"),
        "preliminary": tr("published, preliminary"),
    }[str(row["status"])]
    if row["verified"] == "second_copy":
        return tr("{status}; the same in {copies} copies", status=status, copies=int(row["copies"]))
    if row["verified"] == "formula":
        return tr("{status}; agrees with the published index by its formula", status=status)
    return tr("{status}; one copy", status=status)


def origin(view: View, row: pd.Series) -> str:
    """Name publisher, publication and table; a table of single years goes by its common title."""
    if row["publisher"] == OWN:
        return view.lang.tr("e-RAT, computed from figures published by BPS")
    table = re.sub(r", \d{4}(-\d{4})?$", "", str(row["table"]))
    table = re.sub(r"^Tables? ", view.lang.tr("Table") + " ", table)
    return ", ".join(part for part in (row["publisher"], row["publication"], table) if part)


def source_link(view: View, indicator: str, row: pd.Series) -> Html:
    """Link a number to its row in the table of sources of the page."""
    derived = row["publisher"] == OWN
    words = view.lang.tr("derived") + " {year}" if derived else "{publisher} {year}"
    said = words.format(publisher=row["publisher"], year=int(row["year"]))
    return link(f"#{anchor(indicator)}", said)


def source_section(view: View, cells: pd.DataFrame) -> Html:
    """Tabulate where numbers come from: a row a series, the latest cell standing for it.

    Parameters
    ----------
    view
        The report's view.
    cells
        Cells of one unit, or of all provinces; the years of each series are listed.
    """
    tr = view.lang.tr
    rows = []
    for indicator, found in cells.groupby("indicator", sort=False):
        code = str(indicator)
        for (published, note), same in found.assign(
            origin=[origin(view, row) for _, row in found.iterrows()],
            note=[quality(view, row) for _, row in found.iterrows()],
        ).groupby(["origin", "note"], sort=False):
            years = sorted(set(same["year"]))
            rows.append(
                {
                    tr("Series"): anchored(anchor(code), view.label(code)),
                    tr("Years"): _span(years),
                    tr("Published in"): published,
                    tr("Quality"): note,
                    tr("Base"): " ".join(sorted(set(same["base"]) - {""})) or "–",
                }
            )
    intro = tr(
        "All figures were published by the publisher named here. They were read from secondary "
        "copies; a number seen in two independent copies says so."
    )
    return section(
        text(intro), table(pd.DataFrame(rows), kind="stack"), title=tr("Sources"), anchor="sources"
    )


def _span(years: list[int]) -> str:
    """Write years in short: 2016-2019, 2024."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
