"""The origin and quality of numbers, as tables that every number on a page can link to."""

from __future__ import annotations

import re

import pandas as pd

from erat.edition.bottom_up import SOURCE as ROLL_UP
from erat.report.page import Html, anchored, join, link, section, table, text
from erat.report.view import View

OWN = "e-RAT"
"""Publisher of what is derived here."""


def anchor(indicator: str, year: int, level: str = "") -> str:
    """Return the anchor of the source of a series in a year."""
    return "-".join(filter(None, ["source", level, indicator, str(year)]))


def quality(view: View, row: pd.Series) -> str:
    """Say in a few words how good a number is: its status and how it was verified."""
    tr = view.lang.tr
    status = {
        "published": tr("published"),
        "derived": tr("derived"),
        "preliminary": tr("published, preliminary"),
        "carried": tr("carried forward from {year}", year=int(row["observed"])),
    }[str(row["status"])]
    if row["verified"] == "second_copy":
        return tr("{status}; the same in {copies} copies", status=status, copies=int(row["copies"]))
    if row["verified"] == "formula":
        return tr("{status}; agrees with the published index by its formula", status=status)
    return tr("{status}; one copy", status=status)


def origin(view: View, row: pd.Series) -> str:
    """Name publisher, publication and table; a table of single years goes by its common title."""
    tr = view.lang.tr
    if row["publisher"] == OWN:
        made = {
            "d001": tr("from the human development index, schooling and expenditure of BPS"),
            "d002": tr("from the number of poor people and the poverty rate of BPS"),
            ROLL_UP: tr(
                "from the figures of regencies and cities: {origin}",
                origin=f"{row['publication']}, {table_name(view, str(row['table']))}",
            ),
        }
        how = made.get(str(row["source"]), tr("from published figures"))
        return tr("computed by e-RAT {how}", how=how)
    table = table_name(view, str(row["table"]))
    return ", ".join(part for part in (row["publisher"], row["publication"], table) if part)


def table_name(view: View, name: str) -> str:
    """Write a table's name without its single year, the word for table in the language."""
    common = re.sub(r", \d{4}(-\d{4})?$", "", name)
    return re.sub(r"^Tables? ", view.lang.tr("Table") + " ", common)


def base_name(view: View, base: str) -> str:
    """Write a base or vintage in the language; a name such as SP2010 stays."""
    tr = view.lang.tr
    words = {
        "as first published (spliced)": tr("as first published, spliced"),
        "2025 revision": tr("revision of 2025"),
    }
    return words.get(base, base)


def source_link(view: View, row: pd.Series) -> Html:
    """Link a number to its row in the table of sources of the page."""
    derived = row["publisher"] == OWN
    words = view.lang.tr("derived") + " {year}" if derived else "{publisher} {year}"
    year = int(row["observed"])
    said = words.format(publisher=row["publisher"], year=year)
    return link(f"#{anchor(str(row['indicator']), year)}", said)


def source_section(view: View, cells: pd.DataFrame, regencies: pd.DataFrame | None = None) -> Html:
    """Tabulate where numbers come from: a row a series and publication, with its years.

    Parameters
    ----------
    view
        The report's view.
    cells
        Cells of one unit, or of all provinces.
    regencies
        Cells of regencies, which follow.
    """
    tr = view.lang.tr
    rows = _rows(view, cells, "")
    if regencies is not None:
        rows += _rows(view, regencies, "regency")
    intro = tr(
        "All figures were published by the publisher named here. They were read from secondary "
        "copies, not from the publication itself; a number seen in two independent copies says so."
    )
    return section(
        text(intro), table(pd.DataFrame(rows), kind="stack"), title=tr("Sources"), anchor="sources"
    )


def _rows(view: View, cells: pd.DataFrame, level: str) -> list[dict[str, object]]:
    tr = view.lang.tr
    told = cells.assign(
        origin=[origin(view, row) for _, row in cells.iterrows()],
        note=[quality(view, row) for _, row in cells.iterrows()],
    )
    rows: list[dict[str, object]] = []
    for (code, published, note), same in told.groupby(["indicator", "origin", "note"], sort=False):
        years = sorted(set(same["observed"]))
        name = view.label(str(code))
        label = tr("{label}, regencies", label=name) if level else name
        marks = [anchored(anchor(str(code), year, level), "") for year in years]
        rows.append(
            {
                tr("Series"): join([*marks, label], between=""),
                tr("Years"): _span(years),
                tr("Published in"): published,
                tr("Quality"): note,
                tr("Base"): base_name(view, " ".join(sorted(set(same["base"]) - {""}))) or "–",
            }
        )
    return rows


def _span(years: list[int]) -> str:
    """Write years in short: 2016-2019, 2024."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
