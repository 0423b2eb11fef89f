"""The origin and quality of numbers, as tables that every number on a page can link to."""

from __future__ import annotations

import re

import pandas as pd
from markupsafe import Markup, escape

from erat.edition.frames import EditionFrames
from erat.edition.opened import OpenEdition
from erat.edition.province import Province
from erat.edition.regencies import SOURCE as ROLL_UP
from erat.locale import phrase
from erat.report.show import link, pieces

DERIVED_HERE = "e-RAT"  # publisher of what is derived here
DERIVATIONS = {
    "d001": phrase("from the human development index, schooling and expenditure of BPS"),
    "d002": phrase("from the number of poor people and the poverty rate of BPS"),
    ROLL_UP: phrase("from the figures of regencies and cities: {origin}"),
}
"""How it is derived, by source."""
BASES = {
    "as first published (spliced)": phrase("as first published, spliced"),
    "2025 revision": phrase("revision of 2025"),
}


def anchor(indicator: str, year: int, level: str = "") -> str:
    """Return the anchor of the source of a series in a year."""
    return "-".join(filter(None, ["source", level, indicator, str(year)]))


def quality(e: EditionFrames, row: pd.Series) -> str:
    """Say in a few words how good a number is: its status, where it was read, how many copies agree,
    and whether a formula does.
    """
    tr = e.lang.tr
    status = {
        "published": tr("published"),
        "derived": tr("derived"),
        "preliminary": tr("published, preliminary"),
        "carried": tr("carried forward from {year}", year=int(row["observed"])),
    }[str(row["status"])]
    words = [status]
    if copy := re.match(r"secondary copy, ([^,]+)", str(row["read_from"])):
        words.append(tr("read from a secondary copy, {copy}", copy=copy[1]))
    if row["verified"] == "second_copy":
        words.append(tr("the same in {copies} copies", copies=int(row["copies"])))
    else:
        words.append(tr("seen in no second copy"))
    if row["verified"] == "formula":
        words.append(tr("agrees with the published index by its formula"))
    return "; ".join(words)


def origin(e: EditionFrames, row: pd.Series) -> str:
    """Name publisher, publication and table; a table of single years goes by its common title."""
    table = table_name(e, str(row["table"]))
    if row["publisher"] != DERIVED_HERE:
        return ", ".join(part for part in (row["publisher"], row["publication"], table) if part)
    text = DERIVATIONS.get(str(row["source"]), phrase("from published figures"))
    how = e.lang.tr(text, origin=f"{row['publication']}, {table}")
    return e.lang.tr("computed by e-RAT {how}", how=how)


def table_name(e: EditionFrames, name: str) -> str:
    """Write a table's name without its single year, the word for table in the language."""
    common = re.sub(r", \d{4}(-\d{4})?$", "", name)
    return re.sub(r"^Tables? ", e.lang.tr("Table") + " ", common)


def base_name(e: EditionFrames, base: str) -> str:
    """Write a base or vintage in the language; a name such as SP2010 stays."""
    return e.lang.tr(BASES.get(base, base))


def source_links(here: Province) -> list[str | Markup]:
    """Return the source of each value of ``here.indicators``, as a link into the page's table."""
    tr, links = here.edition.lang.tr, list[str | Markup]()
    for code, row in here.indicators.iterrows():
        if row["status"] == "imputed":
            links.append(tr("imputed: {how}", how=row["table"]))
        elif row["value"] != row["value"]:
            links.append(tr("no value"))
        else:
            year, derived = int(row["observed"]), row["publisher"] == DERIVED_HERE
            publisher = tr("derived") if derived else row["publisher"]
            links.append(link(f"#{anchor(str(code), year)}", f"{publisher} {year}"))
    return links


def cells_of(here: Province) -> pd.DataFrame:
    """Return a province's values of the framework and beside it, of all years, series by series."""
    order = {str(code): place for place, code in enumerate(here.indicators.index)}
    cells = here.edition.cells
    inside = cells[(cells["unit"] == here.unit) & cells["indicator"].isin(order)]
    return inside.assign(place=inside["indicator"].map(order)).sort_values(["place", "year"])


def source_table(
    e: EditionFrames, cells: pd.DataFrame, regencies: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Tabulate where numbers come from: a row a series and publication, with its years.

    ``cells`` are those of one province, or of all; those of regencies follow. Each series is the
    place that the links of its numbers lead to.
    """
    tr, rows = e.lang.tr, []
    levels = {"": cells} | ({} if regencies is None else {"regency": regencies})
    for level, part in levels.items():
        described = [(origin(e, row), quality(e, row)) for _, row in part.iterrows()]
        texts = pd.DataFrame(described, part.index, ["origin", "note"], dtype=object)
        groups = part.join(texts).groupby(["indicator", "origin", "note"], sort=False)
        for (code, published, note), same in groups:
            years = sorted(set(same["observed"]))
            label = tr("{label}, regencies", label=e.label(code)) if level else e.label(code)
            places = [pieces().anchored(anchor(code, year, level), "") for year in years]
            base = base_name(e, " ".join(sorted(set(same["base"]) - {""})))
            breakable = Markup(re.sub("([/_])", r"\1<wbr>", str(escape(note))))  # noqa: S704
            rows.append({
                tr("Series"): Markup("").join([*places, label]), tr("Years"): _span(years),
                tr("Published in"): published, tr("Quality"): breakable, tr("Base"): base or "–",
            })  # fmt: skip
    return pd.DataFrame(rows)


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
