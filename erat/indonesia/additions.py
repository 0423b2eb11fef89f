"""Published figures added to the raw tables: held against what is there, and nothing overwritten.

A raw table has one value a unit, year, period and series. A figure that is there stays: one that
equals it is a further copy of it, one that differs is of another vintage, and a vintage is a series of
its own in the same family (as ``pdrb_growth_yoy_v2025`` beside ``pdrb_growth_yoy``), so that no
analysis mixes the two.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from erat.errors import DataError, ParameterError, Problem, listing, nearest
from erat.files import replaced_when_whole, sha256
from erat.index.rows import TableForm
from erat.indonesia.check import RawTables, check, read_tables
from erat.indonesia.doubtful_values import doubtful
from erat.indonesia.package import DESCRIPTOR, changed_files, write_descriptor
from erat.indonesia.published_columns import MONTHS, Wanted, YearColumn, read_year
from erat.indonesia.published_table import PlacedTable, place_table
from erat.indonesia.schemas import TABLES

WHERE = "data add"
_PUBLISHERS = ("BPS", "Kemenkeu")
_KEY = ["indicator", "year", "period", "unit"]


class Request(NamedTuple):
    """What is to be added, and how it is to be read where the file does not tell.

    ``source`` is ``"PUBLISHER, PUBLICATION, TABLE"``; ``vintage`` the year of a revision, 0 if none.
    """

    file: Path
    indicator: str
    year: int
    source: str
    period: str = ""
    base: str = ""
    vintage: int = 0
    sheet: str = ""
    column: tuple[str, ...] = ()
    decimal: Literal["", "point", "comma"] = ""


@dataclass(frozen=True)
class Addition:
    """Figures read and held against the raw tables.

    Attributes
    ----------
    series, period
        Where the figures go: the indicator, or the series of its vintage.
    table, column
        The file as it was placed, and the column read.
    values
        By unit: ``name``, ``row``, ``text``, ``value``, ``preliminary``, ``published`` (the value
        that is there), ``state`` (``new``, ``equal``, ``other`` or ``none``), and what
        :func:`erat.indonesia.doubtful_values.doubtful` says.
    agreeing
        Of other years in the file: figures that equal those that are there, and all compared.
    source
        The row of the table of sources.
    repeats
        Whether this very file is a source already.
    new_series
        The row of a new vintage in the table of indicators; empty if there is none.
    new_break
        The row of the table of breaks for a series that begins 38 borders; empty if there is none.
    """

    series: str
    year: int
    period: str
    table: PlacedTable
    column: YearColumn
    values: pd.DataFrame
    agreeing: dict[int, tuple[int, int]]
    source: dict[str, str]
    repeats: bool
    new_series: dict[str, str]
    new_break: dict[str, str]

    def rows(self, state: str) -> pd.DataFrame:
        """Return the values of a state."""
        return self.values[self.values["state"] == state]

    @property
    def doubts(self) -> pd.DataFrame:
        """New values that a person should look at."""
        return self.values[self.values["abrupt"] & (self.values["state"] == "new")]


def read_addition(raw: RawTables, request: Request) -> Addition:
    """Read a published table, place its rows, and hold its figures against the raw tables.

    Raises
    ------
    ParameterError
        If the indicator, source, period, base or vintage is not as the raw tables need it.
    DataError
        With all that cannot be placed or read (:func:`erat.indonesia.published_table.place_table`,
        :func:`erat.indonesia.published_columns.read_year`).
    """
    indicator = _indicator(raw, request)
    source = _source(request)
    groups = raw.island_groups[["name_id", "name_en"]].to_numpy().ravel().tolist()
    table = place_table(request.file, TableForm(request.sheet), raw.units, groups)
    statistics = raw.provinces if table.level == "province" else raw.regencies
    period = _period(statistics, request)
    wanted = Wanted(request.year, period, float(indicator["low"]), float(indicator["high"]),
                    request.column, request.decimal)  # fmt: skip
    column = read_year(table, wanted)
    _hold_base(raw, indicator, request, table, column)
    series, new_series = _series(raw, indicator, request.vintage)
    of_period = statistics[statistics["period"] == period]
    new_break = _hold_borders(raw, of_period, series, request, table)
    there = _wide(of_period, series)
    past = there if len(there) else _wide(of_period, request.indicator)
    broken = raw.breaks[(raw.breaks["indicator"] == request.indicator)
                        & (raw.breaks["kind"] != "borders")]  # fmt: skip
    values = column.values.assign(name=column.values.index.map(raw.names))
    empty = pd.Series(dtype=float)
    published = there.get(request.year, empty).reindex(values.index)
    values["state"] = np.select(
        [values["value"].isna(), published.isna(), _agree(values["value"], published)],
        ["none", "new", "equal"], "other",
    )  # fmt: skip
    before = _wide(of_period, request.indicator).get(request.year, empty)
    values["published"] = published.fillna(before.reindex(values.index))
    new = values.loc[values["value"].notna(), "value"]
    doubts = doubtful(past, new, request.year, [*broken["year"]]).drop(columns="value")
    values = values.join(doubts)
    values["abrupt"] = values["abrupt"].eq(True)
    values["near"] = values["near"].fillna(0).astype(int)
    agreeing = {
        year: (int(_agree(*both).sum()), len(both[0]))
        for year, other in column.others.items()
        if year in past and len((both := _both(other, past[year]))[0])
    }
    letter = "p" if table.level == "province" else "r"
    same = raw.sources[raw.sources["read_from"] == source["read_from"]]
    again = same[
        (same[["publication", "table"]] == [source["publication"], source["table"]]).all(axis=1)
    ]
    source["source"] = again["source"].iloc[0] if len(again) else _next_code(raw.sources, letter)
    return Addition(series, request.year, period, table, column, values, agreeing, source,
                    bool(len(same)), new_series, new_break)  # fmt: skip


def _indicator(raw: RawTables, request: Request) -> pd.Series:
    known = raw.indicators.set_index("indicator", drop=False)
    if request.indicator not in known.index:
        remedy = (
            f"{nearest(request.indicator, known.index)} Or add its row to indicators.csv first: code, "
            "names, unit of measurement, decimals, smallest and largest value, family and base"
        )
        expected = "an indicator of data/raw/indicators.csv"
        raise ParameterError([Problem(WHERE, repr(request.indicator), expected, remedy)])
    row = known.loc[request.indicator]
    if row["computed_from"]:
        found, remedy = f"{request.indicator!r}, which is computed", "add the figures of its parts"
        expected = f"a published series ({row['computed_from']})"
        raise ParameterError([Problem(WHERE, found, expected, remedy)])
    return row


def _source(request: Request) -> dict[str, str]:
    """Part the text of a source into publisher, publication and table."""
    sign = ";" if request.source.count(";") >= 2 else ","
    parts = [part.strip() for part in request.source.split(sign, 2)]
    if len(parts) < 3 or not all(parts) or parts[0] not in _PUBLISHERS:
        expected = f"'PUBLISHER, PUBLICATION, TABLE', the publisher being {', '.join(_PUBLISHERS)}"
        remedy = "for example: --source 'BPS, Statistik Indonesia 2026, Tabel 4.6.7'"
        raise ParameterError([Problem("--source", repr(request.source), expected, remedy)])
    sheet = f", sheet {request.sheet}" if request.sheet else ""
    digest = sha256(request.file)[:12] if request.file.is_file() else ""
    read_from = f"file {request.file.name}{sheet} (sha256 {digest}), column of {request.year}"
    names = ("publisher", "publication", "table")
    return {
        "source": "",
        **dict(zip(names, parts, strict=True)),
        "note": "",
        "read_from": read_from,
    }


def _period(statistics: pd.DataFrame, request: Request) -> str:
    """Return the period of the figures: the one that the series has, if none is named."""
    of_series = statistics.loc[statistics["indicator"] == request.indicator, "period"]
    known = sorted(set(of_series))
    if request.period and request.period not in MONTHS:
        expected, remedy = f"one of {listing([*MONTHS])}", "give the month of the survey"
        raise ParameterError([Problem("--period", repr(request.period), expected, remedy)])
    if len(known) > 1 and not request.period:
        found, expected = f"no period of {request.indicator!r}", f"one of {listing(known)}"
        raise ParameterError([Problem("--period", found, expected, f"--period {known[0]}")])
    if known and request.period and request.period not in known:
        found = f"{request.period} of {request.indicator!r}"
        remedy = "leave --period out, or give another indicator"
        raise ParameterError([Problem("--period", found, f"one of {listing(known)}", remedy)])
    return request.period or (known[0] if known else "")


def _hold_base(
    raw: RawTables, indicator: pd.Series, request: Request, table: PlacedTable, column: YearColumn
) -> None:
    """Refuse figures of another base: where several series of a family exist, it must be named."""
    family = raw.indicators[raw.indicators["family"] == indicator["family"]]
    bases = dict(zip(family["base"], family["indicator"], strict=True))
    titles = [cell for row in table.rows[: table.first] for cell in row]
    said = " ".join([column.heading, *titles]).casefold().replace("long form", "lf")
    named = [base for base in bases if base and base.casefold() in said]
    base = request.base or (named[0] if len(named) == 1 else "")
    if len(bases) > 1 and base != indicator["base"]:
        found = f"figures of the base {base!r}" if base else "no base of the figures"
        remedy = f"look in the publication; if it is that: --base '{indicator['base']}'"
        if base in bases:
            remedy = f"give them to {bases[base]}: --indicator {bases[base]}"
        expected = (
            f"{indicator['base']!r}, the base of {request.indicator}: two bases make two series"
        )
        raise ParameterError([Problem(WHERE, found, expected, remedy)])
    if request.base and request.base != indicator["base"]:
        found, expected = (
            repr(request.base),
            f"{indicator['base']!r}, the base of {request.indicator}",
        )
        remedy = "figures of another base need an indicator of their own in indicators.csv"
        raise ParameterError([Problem("--base", found, expected, remedy)])


def _series(raw: RawTables, indicator: pd.Series, vintage: int) -> tuple[str, dict[str, str]]:
    """Return the series of a vintage, and its row in the table of indicators if that is new."""
    if not vintage:
        return str(indicator["indicator"]), {}
    series = f"{indicator['indicator']}_v{vintage}"
    if (raw.indicators["indicator"] == series).any():
        return series, {}
    base = ", ".join(filter(None, [indicator["base"], f"{vintage} revision"]))
    named = {"name_id": f"{indicator['name_id']} (revisi {vintage})",
             "name_en": f"{indicator['name_en']} ({vintage} revision)"}  # fmt: skip
    return series, {"indicator": series, **named, "base": base}


def _hold_borders(
    raw: RawTables, statistics: pd.DataFrame, series: str, request: Request, table: PlacedTable
) -> dict[str, str]:
    """Refuse a year that is there on other borders; return the break of a series that begins 38."""
    if not table.borders:
        return {}
    of_series = statistics[statistics["indicator"] == series]
    there = set(of_series.loc[of_series["year"] == request.year, "borders"])
    if there - {table.borders}:
        expected = f"{min(there)} provinces: {series} of {request.year} is on these borders"
        remedy = f"give the table of {min(there)} provinces; Papua is another area on each"
        raise DataError([Problem(table.where, f"{table.borders} provinces", expected, remedy)])
    breaks = raw.breaks[raw.breaks["kind"] == "borders"]
    begins = table.borders == "38" and set(of_series["borders"]) == {"34"}
    if not begins or breaks.empty or (breaks["indicator"] == series).any():
        return {}
    like, year = breaks.iloc[0].astype(str), str(request.year)
    reasons = {name: like[name].replace(like["year"], year) for name in ("reason_id", "reason_en")}
    return {"indicator": series, "year": year, "kind": "borders", **reasons}


def _wide(statistics: pd.DataFrame, series: str) -> pd.DataFrame:
    rows = statistics[statistics["indicator"] == series]
    return rows.pivot(index="unit", columns="year", values="value")


def _both(one: pd.Series, other: pd.Series) -> tuple[pd.Series, pd.Series]:
    both = pd.concat([one, other], axis=1).dropna()
    return both.iloc[:, 0], both.iloc[:, 1]


def _agree(one: pd.Series, other: pd.Series) -> pd.Series:
    """Say which figures are equal, where one of the two columns may be rounded further."""
    places = min(max(map(_places, column.dropna()), default=0) for column in (one, other))
    return (one - other).abs() <= 0.5 * 10.0**-places + 1e-9 * one.abs()


def _places(value: float) -> int:
    return len(np.format_float_positional(value, trim="-").partition(".")[2])


def _next_code(sources: pd.DataFrame, letter: str) -> str:
    taken = [int(code[1:]) for code in sources["source"] if code.startswith(letter)]
    return f"{letter}{max(taken, default=0) + 1:03d}"


def refused(addition: Addition, *, looked_at: bool, count_copies: bool) -> list[Problem]:
    """Say why an addition cannot be written as it stands."""
    problems, where = [], addition.table.where
    if len(other := addition.rows("other")):
        triples = zip(other["name"], other["published"], other["value"], strict=True)
        shown = [f"{name} {old:.10g} -> {new:.10g}" for name, old, new in triples]
        found = f"figures that differ from those of {addition.series}: {listing(shown)}"
        expected = "figures that are not there yet: no published figure is overwritten"
        remedy = "for a revision name the year of its publication, as --vintage 2026"
        problems.append(Problem(where, found, expected, remedy))
    if addition.new_series and addition.values["state"].ne("none").any():
        valued = addition.rows("new")
        if _agree(valued["value"], valued["published"]).all():
            found, expected = "only figures that are there already, and equal", "a revision"
            problems.append(Problem(where, found, expected, "leave --vintage out"))
    if count_copies and addition.repeats:
        found, expected = "a file that is a source already", "a copy from elsewhere"
        problems.append(Problem(where, found, expected, "leave --count-copies out"))
    for year, (same, compared) in addition.agreeing.items():
        if 2 * same < compared and not looked_at:
            found = f"{same} of {compared} figures of {year} as in data/raw"
            remedy = "look at indicator, base and vintage; if they are right, add --looked-at"
            problems.append(Problem(where, found, "mostly figures that are there", remedy))
    if len(doubts := addition.doubts) and not looked_at:
        shown = [
            f"{name} {value:.10g}"
            for name, value in zip(doubts["name"], doubts["value"], strict=True)
        ]
        found = f"values to look at: {listing(shown)}"
        remedy = "compare them with the publication; if they stand there, add --looked-at"
        problems.append(Problem(where, found, "values that a person has looked at", remedy))
    return problems


def write_addition(
    folder: Path,
    addition: Addition,
    *,
    count_copies: bool = False,
    also: Callable[[RawTables], list[Problem]] | None = None,
) -> None:
    """Add the new figures to a folder of raw tables, with source and descriptor: all or nothing.

    ``count_copies`` counts a further copy of the figures that are equal. ``also`` may refuse the
    new tables. DataError says what would be wrong with them; the folder then is as it was.
    """
    there = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    with replaced_when_whole(folder, there) as new:
        shutil.copytree(folder, new, dirs_exist_ok=True)
        before = (new / DESCRIPTOR).read_bytes()
        problems = changed_files(new)
        if not problems:
            _add_rows(new, addition, count_copies)
            write_descriptor(new)
            problems = also(read_tables(new)) if also else check(new)
        if not problems and (folder / DESCRIPTOR).read_bytes() != before:
            found, remedy = "tables that changed meanwhile", "run the command again"
            problems = [Problem(WHERE, found, "the tables that were read", remedy)]
        if problems:
            raise DataError(problems)


def _add_rows(folder: Path, addition: Addition, count_copies: bool) -> None:
    name = "province_statistics" if addition.table.level == "province" else "regency_statistics"
    columns = TABLES[name].columns
    statistics, sources, indicators, breaks = (
        pd.read_csv(folder / f"{one}.csv", dtype=str, keep_default_na=False)
        for one in (name, "sources", "indicators", "breaks")
    )
    if addition.new_break:
        breaks = pd.concat([breaks, pd.DataFrame([addition.new_break])])
        breaks = breaks.sort_values(["indicator", "year"], kind="stable")
    if addition.new_series:
        code = addition.new_series["indicator"].rpartition("_v")[0]
        at = indicators.index[indicators["indicator"] == code][0]
        row = pd.DataFrame([{**indicators.loc[at], **addition.new_series}])
        indicators = pd.concat([indicators[: at + 1], row, indicators[at + 1 :]])
    base = indicators.set_index("indicator").at[addition.series, "base"]
    source, new = dict(addition.source), addition.rows("new")
    rows = pd.DataFrame({
        "unit": new.index, "name": new["name"].to_numpy(), "borders": addition.table.borders,
        "year": str(addition.year), "period": addition.period, "indicator": addition.series,
        "value": new["text"].to_numpy(), "base": base, "copies": "1", "verified": "",
        "status": np.where(new["preliminary"], "preliminary", "published"),
        "source": source["source"],
    })  # fmt: skip
    if count_copies:
        key = [addition.series, str(addition.year), addition.period]
        seen = statistics["unit"].isin(addition.rows("equal").index)
        seen &= (statistics[_KEY[:-1]] == key).all(axis=1)
        copies = statistics.loc[seen, "copies"].astype(int) + 1
        statistics.loc[seen, "copies"] = copies.astype(str)
        statistics.loc[seen & (statistics["verified"] == ""), "verified"] = "second_copy"
        source["note"] = f"A further copy of {int(seen.sum())} figures that were there."
    statistics = pd.concat([statistics, rows[columns]]).sort_values(_KEY, kind="stable")
    if source["source"] not in set(sources["source"]):
        letters = sources["source"].str[0]
        at = int((letters <= source["source"][0]).sum())
        sources = pd.concat([sources[:at], pd.DataFrame([source]), sources[at:]])
    written = {name: statistics, "sources": sources, "indicators": indicators, "breaks": breaks}
    for one, frame in written.items():
        frame.to_csv(folder / f"{one}.csv", index=False, lineterminator="\n")
