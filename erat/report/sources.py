"""The origin and quality of numbers, as tables that every number on a page can link to."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
from markupsafe import Markup

from erat.edition.bottom_up import SOURCE as ROLL_UP
from erat.edition.frames import EditionFrames
from erat.edition.opened import OpenEdition
from erat.edition.province import Province
from erat.report.show import link, pieces

DERIVED_HERE = "e-RAT"
"""Publisher of what is derived here."""


def anchor(indicator: str, year: int, level: str = "") -> str:
    """Return the anchor of the source of a series in a year."""
    return "-".join(filter(None, ["source", level, indicator, str(year)]))


def quality(e: EditionFrames, row: pd.Series) -> str:
    """Say in a few words how good a number is: its status and how it was verified."""
    tr = e.lang.tr
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


def origin(e: EditionFrames, row: pd.Series) -> str:
    """Name publisher, publication and table; a table of single years goes by its common title."""
    tr = e.lang.tr
    if row["publisher"] == DERIVED_HERE:
        ways = {
            "d001": tr("from the human development index, schooling and expenditure of BPS"),
            "d002": tr("from the number of poor people and the poverty rate of BPS"),
            ROLL_UP: tr(
                "from the figures of regencies and cities: {origin}",
                origin=f"{row['publication']}, {table_name(e, str(row['table']))}",
            ),
        }
        how = ways.get(str(row["source"]), tr("from published figures"))
        return tr("computed by e-RAT {how}", how=how)
    table = table_name(e, str(row["table"]))
    return ", ".join(part for part in (row["publisher"], row["publication"], table) if part)


def table_name(e: EditionFrames, name: str) -> str:
    """Write a table's name without its single year, the word for table in the language."""
    common = re.sub(r", \d{4}(-\d{4})?$", "", name)
    return re.sub(r"^Tables? ", e.lang.tr("Table") + " ", common)


def base_name(e: EditionFrames, base: str) -> str:
    """Write a base or vintage in the language; a name such as SP2010 stays."""
    tr = e.lang.tr
    names = {
        "as first published (spliced)": tr("as first published, spliced"),
        "2025 revision": tr("revision of 2025"),
    }
    return names.get(base, base)


def source_link(e: EditionFrames, row: pd.Series) -> Markup:
    """Link a number to its row in the table of sources of the page."""
    year = int(row["observed"])
    publisher = e.lang.tr("derived") if row["publisher"] == DERIVED_HERE else row["publisher"]
    return link(f"#{anchor(str(row['indicator']), year)}", f"{publisher} {year}")


def source_links(here: Province) -> list[str | Markup]:
    """Return the source of each value of ``here.indicators``, as a link into the page's table."""
    e, tr = here.edition, here.edition.lang.tr
    return [
        tr("imputed: {how}", how=row["table"])
        if row["status"] == "imputed"
        else source_link(e, row)
        if row["value"] == row["value"]
        else tr("no value")
        for _, row in here.indicators.reset_index().iterrows()
    ]


def cells_of(here: Province) -> pd.DataFrame:
    """Return a province's values of the framework and beside it, of all years, series by series."""
    order = {str(code): place for place, code in enumerate(here.indicators.index)}
    cells = here.edition.cells
    own = cells[(cells["unit"] == here.unit) & cells["indicator"].isin(order)]
    return own.assign(place=own["indicator"].map(order)).sort_values(["place", "year"])


def source_table(
    e: EditionFrames, cells: pd.DataFrame, regencies: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Tabulate where numbers come from: a row a series and publication, with its years.

    Parameters
    ----------
    e
        The edition.
    cells
        Cells of one province, or of all.
    regencies
        Cells of regencies, which follow.

    Returns
    -------
    DataFrame
        Texts for people; each series is the place that the links of its numbers lead to.
    """
    rows = _rows(e, cells, "")
    if regencies is not None:
        rows += _rows(e, regencies, "regency")
    return pd.DataFrame(rows)


def _rows(e: EditionFrames, cells: pd.DataFrame, level: str) -> list[dict[str, Any]]:
    tr = e.lang.tr
    described = cells.assign(
        origin=[origin(e, row) for _, row in cells.iterrows()],
        note=[quality(e, row) for _, row in cells.iterrows()],
    )
    rows = []
    for (code, published, note), same in described.groupby(
        ["indicator", "origin", "note"], sort=False
    ):
        years = sorted(set(same["observed"]))
        name = e.label(str(code))
        label = tr("{label}, regencies", label=name) if level else name
        places = [pieces().anchored(anchor(str(code), year, level), "") for year in years]
        rows.append(
            {
                tr("Series"): Markup("").join([*places, label]),
                tr("Years"): _span(years),
                tr("Published in"): published,
                tr("Quality"): note,
                tr("Base"): base_name(e, " ".join(sorted(set(same["base"]) - {""}))) or "–",
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


def methodology_page(e: OpenEdition, name: str) -> str:
    """Return the address of a methodology page, as seen from the edition's reports."""
    if e.own_method:
        return f"../../../site/methodology/{name}.html"
    latest = e.project.site_of(e.code) == e.project.site
    return f"{'../' if latest else '../../'}methodology/{name}.html"
