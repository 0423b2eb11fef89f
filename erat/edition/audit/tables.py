"""The raw tables as a whole: what is there, from whom, for whom, and how well it was seen."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd

from erat.indonesia.check import RawTables
from erat.indonesia.package import DESCRIPTOR, changed_files

LEVELS = {"province": "provinces", "regency": "regencies"}
"""Level of units and the raw table of its values."""


def inventory(folder: Path) -> pd.DataFrame:
    """List the tables of the raw data, and hold each against its hash in the descriptor.

    Returns
    -------
    DataFrame
        ``file, content, rows, columns, SHA-256`` (its first 12 digits) and ``state``: "as
        described" or "changed".
    """
    described = json.loads((folder / DESCRIPTOR).read_text("utf-8"))["resources"]
    changed = {problem.where for problem in changed_files(folder)}
    return pd.DataFrame(
        {
            "file": item["path"],
            "content": item["title"],
            "rows": _rows(folder / item["path"]),
            "columns": len(item["schema"]["fields"]),
            "SHA-256": item["hash"].removeprefix("sha256:")[:12],
            "state": "changed" if item["path"] in changed else "as described",
        }
        for item in described
        if "schema" in item
    )


def _rows(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def publications(raw: RawTables) -> pd.DataFrame:
    """Count series and values of both levels by publication.

    Returns
    -------
    DataFrame
        ``publisher, publication, series, values, share`` (percent of all values).
    """
    values = pd.concat([raw.provinces, raw.regencies])[["source", "indicator"]]
    origin = raw.sources[["source", "publisher", "publication"]]
    by = values.merge(origin, on="source").groupby(["publisher", "publication"])
    counted = by["indicator"].agg(["nunique", "size"]).set_axis(["series", "values"], axis=1)
    counted["share"] = 100 * counted["values"] / counted["values"].sum()
    return counted.reset_index()


def quality(raw: RawTables) -> pd.DataFrame:
    """Count values by status, number of copies and how they were verified.

    Returns
    -------
    DataFrame
        ``level, status, copies, verified, values, share`` (percent of the level's values).
    """
    by = ["level", "status", "copies", "verified"]
    both = pd.concat([getattr(raw, table).assign(level=level) for level, table in LEVELS.items()])
    verified = both["verified"].replace({"": "not verified", "second_copy": "second copy"})
    counted = both.assign(verified=verified).groupby(by).size().rename("values").reset_index()
    counted["share"] = 100 * counted["values"] / counted.groupby("level")["values"].transform("sum")
    return counted


def series(raw: RawTables) -> pd.DataFrame:
    """Say of every series which years and how many units it has.

    Returns
    -------
    DataFrame
        ``indicator, series, level, first_year, last_year, units, values``; ``series`` is the label
        of :func:`labels`.
    """
    found = []
    for level, table in LEVELS.items():
        rows = getattr(raw, table)
        by = rows.assign(series=labels(rows, raw)).groupby(["indicator", "series"])
        counted = by.agg(
            first_year=("year", "min"),
            last_year=("year", "max"),
            units=("unit", "nunique"),
            values=("value", "size"),
        )
        found.append(counted.reset_index().assign(level=level))
    columns = ["indicator", "series", "level", "first_year", "last_year", "units", "values"]
    return pd.concat(found, ignore_index=True)[columns]


def coverage(raw: RawTables) -> pd.DataFrame:
    """Share of the provinces that have a value, by series and year.

    Provinces are those of the borders on which the series stands in the year.

    Returns
    -------
    DataFrame
        Indexed by the label of :func:`labels`, columns are years; from 0 to 1.
    """
    rows = raw.provinces.assign(series=labels(raw.provinces, raw))
    shares = rows.groupby(["series", "year"]).agg(n=("unit", "nunique"), of=("borders", "first"))
    share = (shares["n"] / shares["of"].astype(int)).unstack("year")
    return share.reindex(columns=range(rows["year"].min(), rows["year"].max() + 1)).fillna(0.0)


def break_marks(raw: RawTables) -> list[tuple[str, int]]:
    """Return the label of a province series and the first year after each of its breaks."""
    pairs = raw.provinces.assign(series=labels(raw.provinces, raw))[["indicator", "series"]]
    found = raw.breaks.merge(pairs.drop_duplicates(), on="indicator").sort_values(
        ["series", "year"]
    )
    return list(zip(found["series"], found["year"].astype(int), strict=True))


def labels(rows: pd.DataFrame, raw: RawTables) -> pd.Series:
    """Name the series of each row; a survey held more than once a year is named with its month."""
    names = rows["indicator"].map(raw.indicators.set_index("indicator")["name_en"])
    many = rows.groupby("indicator")["period"].transform("nunique") > 1
    return names + (" (" + rows["period"] + ")").where(many, "")


def unit_counts(raw: RawTables) -> pd.DataFrame:
    """Count the units by level, type and the borders on which they exist."""
    by = raw.units.groupby(["level", "type", "borders"], sort=False)
    return by.size().rename("units").reset_index()


def changed_units(raw: RawTables) -> pd.DataFrame:
    """List the units that exist on one of the two borders only."""
    once = raw.units[~raw.units["borders"].eq("34 38")]
    return once[["unit", "name", "borders", "kemendagri", "note"]].reset_index(drop=True)
