"""What is asked to be added, as the tables need it: indicator, years, source, period, base, vintage."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, NamedTuple

import pandas as pd

from erat.errors import ParameterError, Problem, listing, nearest_or
from erat.files import sha256
from erat.indonesia.check import RawTables
from erat.indonesia.published_columns import MONTHS, YearColumn
from erat.indonesia.published_table import PlacedTable

WHERE = "data add"
_PUBLISHERS = ("BPS", "Kemenkeu")
_YEARS = re.compile(r"((?:19|20)[0-9]{2})(?:-((?:19|20)[0-9]{2}))?")


class Request(NamedTuple):
    """What is to be added, and how it is to be read where the file does not tell.

    ``source`` is ``"PUBLISHER, PUBLICATION, TABLE"``; ``vintage`` the year of a revision, 0 if none;
    ``dash`` what a dash stands for, missing and noted if not told.
    """

    file: Path
    indicator: str
    years: tuple[int, ...]
    source: str
    period: str = ""
    base: str = ""
    vintage: int = 0
    sheet: str = ""
    column: tuple[str, ...] = ()
    decimal: Literal["", "point", "comma"] = ""
    dash: Literal["", "zero", "missing"] = ""


def years_of(texts: Iterable[str]) -> tuple[int, ...]:
    """Read years such as ``2023`` or ``2020-2024``; ParameterError if one is neither.

    Examples
    --------
    >>> years_of(["2024", "2020-2022"])
    (2020, 2021, 2022, 2024)
    """
    years = set[int]()
    for text in texts:
        match = _YEARS.fullmatch(text)
        span = range(int(match[1]), int(match[2] or match[1]) + 1) if match else range(0)
        if not span:
            expected, remedy = "a year, or a first and a last one", "for example: --year 2020-2024"
            raise ParameterError([Problem("--year", repr(text), expected, remedy)])
        years.update(span)
    return tuple(sorted(years))


def indicator_of(raw: RawTables, request: Request) -> pd.Series:
    """Return the row of a published series; refuse one that is not there, or is computed."""
    known = raw.indicators.set_index("indicator", drop=False)
    if request.indicator not in known.index:
        remedy = (
            "add its row to indicators.csv first: code, names, unit of measurement, decimals, smallest "
            "and largest value, family and base"
        )
        remedy = nearest_or(request.indicator, known.index, remedy)
        expected = "an indicator of data/raw/indicators.csv"
        raise ParameterError([Problem(WHERE, repr(request.indicator), expected, remedy)])
    row = known.loc[request.indicator]
    if row["computed_from"]:
        found, remedy = f"{request.indicator!r}, which is computed", "add the figures of its parts"
        expected = f"a published series ({row['computed_from']})"
        raise ParameterError([Problem(WHERE, found, expected, remedy)])
    return row


def source_of(raw: RawTables, request: Request) -> dict[str, str]:
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


def period_of(statistics: pd.DataFrame, request: Request) -> str:
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


def hold_base(
    raw: RawTables, indicator: pd.Series, request: Request, table: PlacedTable, column: YearColumn
) -> None:
    """Refuse figures of another base: where several series of a family exist, it must be named."""
    family = raw.indicators[raw.indicators["family"] == indicator["family"]]
    bases = dict(zip(family["base"], family["indicator"], strict=True))
    titles = [cell for row in table.rows[: table.first] for cell in row]
    said = " ".join([column.heading, *titles]).casefold().replace("long form", "lf")
    named = [base for base in bases if base and base.casefold() in said]
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


def series_of(raw: RawTables, indicator: pd.Series, vintage: int) -> tuple[str, dict[str, str]]:
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


def next_code(sources: pd.DataFrame, level: str) -> str:
    """Return the code of a new source of provinces or regencies."""
    letter = "p" if level == "province" else "r"
    taken = [int(code[1:]) for code in sources["source"] if code.startswith(letter)]
    return f"{letter}{max(taken, default=0) + 1:03d}"
