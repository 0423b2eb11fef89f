"""Published figures added to the raw tables: held against what is there, and nothing overwritten.

A raw table has one value a unit, year, period and series. A figure that is there stays: one that
equals it is a further copy of it, one that differs is of another vintage, and a vintage is a series of
its own in the same family (as ``pdrb_growth_yoy_v2025`` beside ``pdrb_growth_yoy``), so that no
analysis mixes the two.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from erat.errors import DataError, InputError, ParameterError, Problem, listing, nearest_or
from erat.files import replaced_when_whole, sha256
from erat.indonesia.check import RawTables, check, read_tables
from erat.indonesia.package import DESCRIPTOR, changed_files, write_descriptor
from erat.indonesia.published_columns import YearColumn, period_of, read_year
from erat.indonesia.published_table import PlacedTable, Request, place_table
from erat.indonesia.series import doubtful

WHERE = "data add"
_PUBLISHERS = ("BPS", "Kemenkeu")
_KEY = ["indicator", "year", "period", "unit"]


@dataclass(frozen=True)
class Addition:
    """Figures of a year, read and held against the raw tables.

    ``series`` is the indicator, or that of its vintage. ``values`` are by unit: ``name, row, text,
    value, preliminary, dash, published`` (the value that is there), ``state`` (``new``, ``equal``,
    ``other`` or ``none``), and what :func:`erat.indonesia.series.doubtful` says.
    ``agreeing`` has, of years in the file that are not asked for, the figures that equal those that
    are there, and all compared. ``source`` is the row of the table of sources; ``repeats`` says
    whether this column of this very file is a source already. ``new_series`` is the row of a new
    vintage in the table of indicators (else empty), ``new_breaks`` are rows for the table of breaks:
    those of the series that it revises, and that of a series which now is on both borders.
    """

    series: str
    year: int
    period: str
    borders: str
    table: PlacedTable
    column: YearColumn
    values: pd.DataFrame
    agreeing: dict[int, tuple[int, int]]
    source: dict[str, str]
    repeats: bool
    new_series: dict[str, str]
    new_breaks: list[dict[str, str]]

    def rows(self, state: str) -> pd.DataFrame:
        """Return the values of a state."""
        return self.values[self.values["state"] == state]

    @property
    def doubts(self) -> pd.DataFrame:
        """New values that a person should look at."""
        return self.values[self.values["abrupt"] & (self.values["state"] == "new")]


def read_additions(raw: RawTables, request: Request) -> list[Addition]:
    """Read a published table, place its rows, and hold its figures against the raw tables.

    Several years are held as if they were added one after the other: each against those before it.
    A ParameterError says that the indicator, source, period or base is not as the raw tables need
    it, a DataError all that cannot be placed or read.
    """
    indicator, source = _indicator_of(raw, request.indicator), _source_of(raw, request)
    groups = raw.island_groups[["name_id", "name_en"]].to_numpy().ravel().tolist()
    table = place_table(request, raw.units, groups)
    if not source["source"]:
        letter = "p" if table.level == "province" else "r"
        taken = [int(code[1:]) for code in raw.sources["source"] if code.startswith(letter)]
        source["source"] = f"{letter}{max(taken, default=0) + 1:03d}"
    additions, problems = list[Addition](), list[Problem]()
    for year in request.years:
        try:
            additions.append(_read_year(raw, indicator, request, table, year, source))
        except InputError as wrong:
            problems += wrong.problems
        else:
            raw = _with(raw, additions[-1])
    heads = {one.column.heading for one in additions}
    if not problems and len(heads) < len(additions):
        found, remedy = f"one column for several years: {listing([*heads])}", "give one --year"
        problems = [Problem(table.where, found, "a column for each year", remedy)]
    if problems:
        raise DataError(dict.fromkeys(problems))
    return additions


def _indicator_of(raw: RawTables, code: str) -> pd.Series:
    """Return the row of a published series; refuse one that is not there, or is computed."""
    known = raw.indicators.set_index("indicator", drop=False)
    found, expected, remedy = repr(code), "an indicator of data/raw/indicators.csv", ""
    if code not in known.index:
        remedy = (
            "add its row to indicators.csv first: code, names, unit of measurement, decimals, smallest "
            "and largest value, family and base"
        )
        remedy = nearest_or(code, known.index, remedy)
    elif computed := known.at[code, "computed_from"]:
        found, remedy = f"{code!r}, which is computed", "add the figures of its parts"
        expected = f"a published series ({computed})"
    if remedy:
        raise ParameterError([Problem(WHERE, found, expected, remedy)])
    return known.loc[code]


def _source_of(raw: RawTables, request: Request) -> dict[str, str]:
    """Part the text of a source into publisher, publication and table; its code, if it has one."""
    sign = ";" if request.source.count(";") >= 2 else ","
    parts = [part.strip() for part in request.source.split(sign, 2)]
    if len(parts) < 3 or not all(parts) or parts[0] not in _PUBLISHERS:
        expected = f"'PUBLISHER, PUBLICATION, TABLE', the publisher being {', '.join(_PUBLISHERS)}"
        remedy = "for example: --source 'BPS, Statistik Indonesia 2026, Tabel 4.6.7'"
        raise ParameterError([Problem("--source", repr(request.source), expected, remedy)])
    sheet = f", sheet {request.sheet}" if request.sheet else ""
    digest = sha256(request.file)[:12] if request.file.is_file() else ""
    columns = f"column{'s' * (len(request.years) > 1)} of {', '.join(map(str, request.years))}"
    source = dict(zip(("publisher", "publication", "table"), parts, strict=True))
    source["read_from"] = f"file {request.file.name}{sheet} (sha256 {digest}), {columns}"
    same = raw.sources[(raw.sources[[*source]] == [*source.values()]).all(axis=1)]
    return {"source": "".join(same["source"][:1]), **source, "note": ""}


def _hold_base(
    raw: RawTables, indicator: pd.Series, request: Request, table: PlacedTable, column: YearColumn
) -> None:
    """Refuse figures of another base: where several series of a family exist, it must be named."""
    family = raw.indicators[raw.indicators["family"] == indicator["family"]]
    bases = dict(zip(family["base"], family["indicator"], strict=True))
    titles = [cell for row in table.rows[: table.first] for cell in row]
    heading = " ".join([column.heading, *titles]).casefold().replace("long form", "lf")
    named = [base for base in bases if base and base.casefold() in heading]
    base = request.base or (named[0] if len(named) == 1 else "")
    base = base if len(bases) > 1 else request.base or indicator["base"]
    if base == indicator["base"]:
        return
    found = f"figures of the base {base!r}" if base else "no base of the figures"
    expected = f"{indicator['base']!r}, the base of {request.indicator}: two bases make two series"
    remedy = "figures of another base need an indicator of their own in indicators.csv"
    if base in bases:
        remedy = f"give them to {bases[base]}: --indicator {bases[base]}"
    elif len(bases) > 1:
        remedy = f"look in the publication; if it is that: --base '{indicator['base']}'"
    raise ParameterError([Problem(WHERE, found, expected, remedy)])


def _series_of(raw: RawTables, indicator: pd.Series, vintage: int) -> tuple[str, dict[str, str]]:
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


def _read_year(
    raw: RawTables,
    indicator: pd.Series,
    request: Request,
    table: PlacedTable,
    year: int,
    source: dict[str, str],
) -> Addition:
    statistics = raw.provinces if table.level == "province" else raw.regencies
    period = period_of(statistics, request)
    column = read_year(table, request._replace(years=(year,), period=period), indicator)
    _hold_base(raw, indicator, request, table, column)
    series, new_series = _series_of(raw, indicator, request.vintage)
    of_period = statistics[statistics["period"] == period]
    of_series = of_period[of_period["indicator"] == series]
    values, borders = _on_borders(table, column.values, year, of_series)
    names = values.index.map(raw.names)
    if not request.dash and values["dash"].any():
        found = f"dashes in {year}: {listing([*names[values['dash']]])}"
        expected = "'...' or 'NA' where there is no figure: BPS prints a dash for nil"
        remedy = "read as missing; look, and say what they are: --dash zero or --dash missing"
        table.notes.append(Problem(table.where, found, expected, remedy))
    new_breaks = _hold_borders(raw.breaks, of_series, series, year, borders)
    there = _wide(of_period, series)
    past = there.combine_first(_wide(of_period, request.indicator))
    breaks = raw.breaks[raw.breaks["indicator"] == request.indicator]
    broken = breaks[breaks["kind"] != "borders"]
    if new_series:
        new_breaks = [*broken.assign(indicator=series).astype(str).to_dict("records"), *new_breaks]
    published, before = (
        wide.get(year, pd.Series(dtype=float)).reindex(values.index) for wide in (there, past)
    )
    equal = [values["value"].isna(), published.isna(), _agree(values["value"], published)]
    state = np.select(equal, ["none", "new", "equal"], "other")
    doubts = doubtful(past, values["value"], year, [*broken["year"]])
    low, high = float(indicator["low"]), float(indicator["high"])
    doubts[["low", "high"]] = doubts[["low", "high"]].clip(low, high)
    values = values.assign(name=names, published=before, state=state).join(doubts)
    agreeing = {
        other: (int(_agree(its.loc[both], past.loc[both, other]).sum()), len(both))
        for other, its in column.others.items()
        if other in past.columns.difference(request.years)
        and len(both := its.dropna().index.intersection(past[other].dropna().index))
    }
    file = re.escape(source["read_from"].rpartition(", column")[0])
    repeats = raw.sources["read_from"].str.contains(rf"{file}, column.*{year}").any()
    return Addition(series, year, period, borders, table, column, values, agreeing, source,
                    bool(repeats), new_series, new_breaks)  # fmt: skip


def _with(raw: RawTables, one: Addition) -> RawTables:
    """Return the raw tables with the figures of a year, as far as those of the next need them."""
    new = one.rows("new")
    rows = {"unit": new.index, "year": one.year, "period": one.period, "indicator": one.series,
            "value": new["value"].to_numpy(), "borders": one.borders}  # fmt: skip
    name = "provinces" if one.table.level == "province" else "regencies"
    breaks = [{**row, "year": int(row["year"])} for row in one.new_breaks]
    series = [one.new_series] if one.new_series else []
    added = {name: rows, "breaks": breaks, "indicators": series}
    grown = {
        key: pd.concat([getattr(raw, key), pd.DataFrame(its)]) for key, its in added.items() if its
    }
    return replace(raw, **grown)


def _on_borders(
    table: PlacedTable, values: pd.DataFrame, year: int, of_series: pd.DataFrame
) -> tuple[pd.DataFrame, str]:
    """Return the values of a year and its borders: without any figure of the provinces that began in
    2022 it is of the 34 before, unless the series was on 38 by then.
    """
    book = table.book
    former = {name: unit for unit, name in book.name.items() if book.borders[unit] == "34"}
    divided = [unit for unit in values.index if table.borders == book.borders[unit] == "38"]
    began = [unit for unit in divided if book.name[unit] not in former]
    figures = values.loc[began, "value"].notna() & ~values.loc[began, "dash"]
    on_38 = (of_series["year"] < year) & (of_series.get("borders") == "38")
    if not began or figures.any() or on_38.any():
        return values, table.borders
    found = f"{year} without figures of {listing([book.name[unit] for unit in began])}"
    remedy = "read as of 34, Papua undivided: look whether that is so"
    table.notes.append(Problem(table.where, found, "38 provinces", remedy))
    values = values.drop(index=began)
    return values.rename(index={unit: former.get(book.name[unit]) for unit in divided}), "34"


def _hold_borders(
    breaks: pd.DataFrame, of_series: pd.DataFrame, series: str, year: int, borders: str
) -> list[dict[str, str]]:
    """Refuse a year that is there on other borders; return the break of a series that now has both."""
    if not borders:
        return []
    years = of_series.groupby("borders")["year"].agg(set).to_dict()
    other = "34" if borders == "38" else "38"
    if year in years.get(other, ()):
        expected = f"{other} provinces: {series} of {year} is on these borders"
        remedy = f"give the table of {other} provinces; Papua is another area on each"
        raise DataError([Problem(WHERE, f"{borders} provinces", expected, remedy)])
    breaks = breaks[breaks["kind"] == "borders"]
    if other not in years or breaks.empty or (breaks["indicator"] == series).any():
        return []
    like, first = breaks.iloc[0].astype(str), str(min({year} if borders == "38" else years["38"]))
    reasons = {name: like[name].replace(like["year"], first) for name in ("reason_id", "reason_en")}
    return [{"indicator": series, "year": first, "kind": "borders", **reasons}]


def _wide(statistics: pd.DataFrame, series: str) -> pd.DataFrame:
    rows = statistics[statistics["indicator"] == series]
    return rows.pivot(index="unit", columns="year", values="value")


def _agree(one: pd.Series, other: pd.Series) -> pd.Series:
    """Say which figures are equal, where one of the two columns may be rounded further."""
    digits = [
        [len(np.format_float_positional(x, trim="-").partition(".")[2]) for x in column.dropna()]
        for column in (one, other)
    ]
    places = min(max(column, default=0) for column in digits)
    return (one - other).abs() <= 0.5 * 10.0**-places + 1e-9 * one.abs()


def refused(additions: Sequence[Addition], *, looked_at: bool, count_copies: bool) -> list[Problem]:
    """Say why additions cannot be written as they stand."""
    problems, where = list[Problem](), additions[0].table.where
    for one in additions:
        other, doubts = one.rows("other"), one.doubts
        if len(other):
            triples = zip(other["name"], other["published"], other["value"], strict=True)
            shown = [f"{name} {old:.10g} -> {new:.10g}" for name, old, new in triples]
            found = f"figures that differ from those of {one.series}: {listing(shown)}"
            expected = "figures that are not there yet: no published figure is overwritten"
            remedy = "for a revision name the year of its publication, as --vintage 2026"
            problems.append(Problem(where, found, expected, remedy))
        if count_copies and one.repeats:
            found, expected = "a file that is a source already", "a copy from elsewhere"
            problems.append(Problem(where, found, expected, "leave --count-copies out"))
        if len(doubts) and not looked_at:
            shown = (doubts["name"] + doubts["value"].map(" {:.10g}".format)).tolist()
            found = f"values to look at: {listing(shown)}"
            remedy = "compare them with the publication; if they stand there, add --looked-at"
            problems.append(Problem(where, found, "values that a person has looked at", remedy))
    new = pd.concat([one.rows("new") for one in additions])
    of_vintage = any(one.new_series for one in additions) and len(new)
    if of_vintage and _agree(new["value"], new["published"]).all():
        found, expected = "only figures that are there already, and equal", "a revision"
        problems.append(Problem(where, found, expected, "leave --vintage out"))
    for year, (same, compared) in additions[0].agreeing.items():
        if 2 * same < compared and not looked_at:
            found = f"{same} of {compared} figures of {year} as in data/raw"
            remedy = "look at indicator, base and vintage; if they are right, add --looked-at"
            problems.append(Problem(where, found, "mostly figures that are there", remedy))
    return problems


def write_additions(
    folder: Path,
    additions: Sequence[Addition],
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
            _add_rows(new, additions, count_copies)
            write_descriptor(new)
            problems = also(read_tables(new)) if also else check(new)
        if not problems and (folder / DESCRIPTOR).read_bytes() != before:
            found, remedy = "tables that changed meanwhile", "run the command again"
            problems = [Problem(WHERE, found, "the tables that were read", remedy)]
        if problems:
            raise DataError(problems)


def _add_rows(folder: Path, additions: Sequence[Addition], count_copies: bool) -> None:
    first = additions[0]
    name = "province_statistics" if first.table.level == "province" else "regency_statistics"
    statistics, sources, indicators, breaks = (
        pd.read_csv(folder / f"{one}.csv", dtype=str, keep_default_na=False)
        for one in (name, "sources", "indicators", "breaks")
    )
    breaks = pd.concat([breaks, *(pd.DataFrame(one.new_breaks) for one in additions)])
    breaks = breaks.sort_values(["indicator", "year"], kind="stable")
    for series in filter(None, (one.new_series for one in additions)):
        code = series["indicator"].rpartition("_v")[0]
        at = indicators.index[indicators["indicator"] == code][0]
        row = pd.DataFrame([{**indicators.loc[at], **series}])
        indicators = pd.concat([indicators[: at + 1], row, indicators[at + 1 :]])
    base, source = indicators.set_index("indicator").at[first.series, "base"], {**first.source}
    rows = [
        pd.DataFrame({
            "unit": new.index, "name": new["name"].to_numpy(), "borders": one.borders,
            "year": str(one.year), "period": one.period, "indicator": one.series,
            "value": new["text"].to_numpy(), "base": base, "copies": "1", "verified": "",
            "status": np.where(new["preliminary"], "preliminary", "published"),
            "source": source["source"],
        })
        for one in additions if len(new := one.rows("new"))
    ]  # fmt: skip
    equal = {(one.series, str(one.year), one.period, unit)
             for one in additions for unit in one.rows("equal").index}  # fmt: skip
    if count_copies and equal:
        seen = pd.MultiIndex.from_frame(statistics[_KEY]).isin(equal)
        copies = statistics.loc[seen, "copies"].astype(int) + 1
        statistics.loc[seen, "copies"] = copies.astype(str)
        statistics.loc[seen & (statistics["verified"] == ""), "verified"] = "second_copy"
        source["note"] = f"A further copy of {int(seen.sum())} figures that were there."
    statistics = pd.concat([statistics, *rows])[[*statistics]].sort_values(_KEY, kind="stable")
    if source["source"] not in set(sources["source"]):
        letters = sources["source"].str[0]
        at = int((letters <= source["source"][0]).sum())
        sources = pd.concat([sources[:at], pd.DataFrame([source]), sources[at:]])
    written = {name: statistics, "sources": sources, "indicators": indicators, "breaks": breaks}
    for one, frame in written.items():
        frame.to_csv(folder / f"{one}.csv", index=False, lineterminator="\n")
