"""Reading local tables as spreadsheets save them, and checking all of them at once."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from erat.edition.project import Project
from erat.errors import DataError, Problem, listing, nearest
from erat.index.cell_problems import Finding, finding, grouped
from erat.index.tables import decode
from erat.indonesia.check import RawTables, schema_findings, typed
from erat.indonesia.schemas import Table
from erat.indonesia.series_checks import key_findings, reference_findings
from erat.indonesia.text_tables import Loaded, parse
from erat.indonesia.unit_checks import CodeBook, unit_findings
from erat.survey.local.tables import PREFILLED, TABLES
from erat.survey.units import SubUnits

FOLDER = "data/local"
MADE = "weights.csv"
"""A table that is made from the others, and not checked here."""
CLASSES = {"IKD": ((0.0, 0.4, "rendah"), (0.4, 0.8, "sedang"), (0.8, 1.0, "tinggi"))}
"""Lower and upper limits of an index' classes: kepri.antaranews.com, berita 246703 (BPBD Natuna)."""


@dataclass(frozen=True)
class KnownCodes:
    """What the codes in local tables are held against.

    Parameters
    ----------
    units
        The raw table of units.
    respondents
        Codes of who can answer, from the instrument.
    indicators
        Codes of the instrument and of every framework.
    """

    units: pd.DataFrame
    respondents: frozenset[str]
    indicators: frozenset[str]


@dataclass(frozen=True)
class Local:
    """The local tables, checked and typed; a table that is not there is empty."""

    population: pd.DataFrame
    risk_indices: pd.DataFrame
    roster: pd.DataFrame
    register: pd.DataFrame

    @classmethod
    def empty(cls) -> Local:
        """No local figures at all."""
        return cls(**{name: pd.DataFrame(columns=table.columns) for name, table in TABLES.items()})

    def of(self, units: list[str]) -> Local:
        """Keep the rows of some units and of their sub-units."""
        here = set(units)
        kept = {}
        for name in TABLES:
            frame = getattr(self, name)
            column = "subunit" if name == "roster" else "unit"
            owner = frame[column].astype(str).str.split(".").str[0]
            kept[name] = frame[owner.isin(here)].reset_index(drop=True)
        return Local(**kept)

    @property
    def is_empty(self) -> bool:
        """Whether there is not one row."""
        return all(getattr(self, name).empty for name in TABLES)


def local_problems(folder: Path, known: KnownCodes) -> list[Problem]:
    """Find everything that is wrong with the tables of a local folder.

    Parameters
    ----------
    folder
        ``data/local``, or another folder laid out in the same way. It need not be there.
    known
        What codes are held against.
    """
    loaded = _load(folder)
    findings = [*_strangers(folder), *_findings(loaded, known)]
    return [replace(problem, where=f"{FOLDER}/{problem.where}") for problem in grouped(findings)]


def read_local(folder: Path, known: KnownCodes) -> Local:
    """Read the tables of a local folder.

    Raises
    ------
    DataError
        With every problem of every table.
    """
    loaded = _load(folder)
    problems = local_problems(folder, known)
    if problems:
        raise DataError(problems)
    read = {name: typed(item) for name, item in loaded.items() if len(item.frame)}
    return replace(Local.empty(), **read)


def _load(folder: Path) -> dict[str, Loaded]:
    return {
        name: _load_one(path, table)
        for name, table in TABLES.items()
        if (path := folder / table.file).is_file()
    }


def _load_one(path: Path, table: Table) -> Loaded:
    """Read a file as a spreadsheet may have saved it: with a byte order mark, with semicolons.

    Rows of a template that nobody has filled in yet are left out.
    """
    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    if not data.strip():
        return Loaded(table, pd.DataFrame(index=pd.Index([], dtype=int)))
    text, findings = decode(data, table.file)
    loaded = parse(_with_commas(text), table, findings)
    filled = [name for name in loaded.frame if name not in PREFILLED]
    if filled:
        loaded.frame = loaded.frame[(loaded.frame[filled] != "").any(axis=1)]
    if not len(loaded.frame):
        loaded.findings[:] = [item for item in loaded.findings if item.cause != "rows"]
    return loaded


def _with_commas(text: str) -> str:
    """Turn a table parted by semicolons, as Indonesian spreadsheets save it, into one by commas.

    There a comma within a number is a decimal comma. Empty lines at the end are taken off.

    Examples
    --------
    >>> _with_commas("unit;value\\n72;0,45\\n;\\n")
    'unit,value\\n72,0.45\\n'
    """
    lines = text.replace("\r\n", "\n").split("\n")
    while lines and not lines[-1].strip(";, \t\r"):
        lines.pop()
    text = "\n".join([*lines, ""])
    head = lines[0] if lines else ""
    if ";" not in head or "," in head:
        return text
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True):
            writer.writerow([re.sub(r"\A(-?\d+),(\d+)\Z", r"\1.\2", cell) for cell in row])
    except csv.Error:
        return text
    return out.getvalue()


def _strangers(folder: Path) -> Iterator[Finding]:
    """Find tables that nothing reads: a misspelt name must not be passed over in silence."""
    names = [*(table.file for table in TABLES.values()), MADE]
    for path in sorted(folder.glob("*.csv")) if folder.is_dir() else []:
        if path.name not in names:
            remedy = f"{nearest(path.name, names)} Or take the file out of the folder"
            yield finding(path.name, "file", "a table that nothing reads", listing(names), remedy)


def _findings(loaded: dict[str, Loaded], known: KnownCodes) -> Iterator[Finding]:
    book = CodeBook(known.units)
    for name, item in loaded.items():
        yield from item.findings
        yield from schema_findings(item)
        yield from key_findings(item)
        if name == "roster":
            yield from _subunit_findings(item, "subunit", known)
            yield from unit_findings(_by_government(item), book)
        else:
            yield from unit_findings(item, book)
    if "risk_indices" in loaded:
        yield from _risk_findings(loaded["risk_indices"])
    if "register" in loaded:
        yield from _subunit_findings(loaded["register"], "who", known)
        codes = sorted(known.indicators)
        of = "the instrument or of a framework"
        yield from reference_findings(loaded["register"], "indicator", codes, of)


def _by_government(item: Loaded) -> Loaded:
    """Look at a roster as a table of governments, to hold their codes against their names."""
    rows = item.rows("subunit")
    frame = rows.assign(unit=rows["subunit"].str.split(".").str[0]) if len(rows) else rows
    return Loaded(item.table, frame, bad={"name": item.bad.get("name", set())})


def _subunit_findings(item: Loaded, column: str, known: KnownCodes) -> Iterator[Finding]:
    rows = item.rows(column)
    there = set(known.units["unit"])
    for line, text in rows[column].items() if len(rows) else ():
        government, _, respondent = str(text).partition(".")
        if text and (government not in there or respondent not in known.respondents):
            wrong = respondent if government in there else government
            codes = known.respondents if government in there else there
            yield finding(
                item.table.file, f"unknown {wrong}", repr(text),
                "a government of units.csv and a respondent of the instrument",
                nearest(wrong, sorted(codes)), row=int(str(line)), column=column,
            )  # fmt: skip


def _risk_findings(item: Loaded) -> Iterator[Finding]:
    """Hold values and classes of the indices against each other."""
    rows = item.rows("index", "value", "class")
    for line, row in zip(rows.index, rows.to_dict("records"), strict=True):
        limits = CLASSES.get(row["index"])
        if limits is None:
            continue
        text, given, where = row["value"], row["class"], item.table.file
        fitting = [name for low, high, name in limits if low <= float(text) <= high]
        if not fitting:
            remedy = "write it as BNPB does, such as 0.45"
            yield finding(
                where, "range of IKD", text, "0 to 1 for IKD", remedy, row=int(line), column="value"
            )
        elif given and given not in fitting:
            remedy = "correct the class or the value, or leave the class empty"
            expected = f"{fitting[0]}, the class of {text}"
            yield finding(
                where, "class", repr(given), expected, remedy, row=int(line), column="class"
            )


def known_codes(project: Project, raw: RawTables) -> KnownCodes:
    """Gather the codes of units, respondents and indicators that a project knows."""
    from erat.survey.instrument import Instrument

    instrument = Instrument.read(project.raw / "instrument")
    dimensions = {dimension.code for dimension in instrument.dimensions}
    of_instrument = {*dimensions, *instrument.indicator_of, *instrument.indicator_of.values()}
    frameworks = sorted((project.config / "frameworks").glob("*.csv"))
    listed = [pd.read_csv(path, dtype=str)["code"].dropna() for path in frameworks]
    codes = of_instrument.union(*(set(map(str, column)) for column in listed))
    respondents = frozenset(respondent.code for respondent in instrument.respondents)
    return KnownCodes(raw.units, respondents, frozenset(codes))


def assessment_weights(population: pd.DataFrame, subunits: SubUnits) -> pd.DataFrame:
    """Weight regencies by their people, and everything else equally.

    Parameters
    ----------
    population
        The local table: ``unit, name, year, value, source``.
    subunits
        All governments and who can answer in them.

    Returns
    -------
    DataFrame
        Columns ``unit, weight``: the people of every regency and city in the latest year, 1 for
        every sub-unit and for the two blocks of a province. Of the provinces whose regencies are
        in the table.

    Raises
    ------
    DataError
        If there is no regency, or a province lacks some of its regencies.
    """
    latest = population.sort_values("year").drop_duplicates("unit", keep="last")
    people = dict(zip(latest["unit"].astype(str), latest["value"].astype(float), strict=True))
    regencies = {
        code: [one.code for one in subunits.governments_of(code) if one.level == "regency"]
        for code in subunits.provinces
    }
    chosen = [code for code, units in regencies.items() if people.keys() & set(units)]
    problems = [
        _problem(f"no population of {listing(missing)}", subunits.provinces[code].name)
        for code in chosen
        if (missing := [unit for unit in regencies[code] if unit not in people])
    ]
    if not chosen:
        problems = [_problem("no regency or city", "a province")]
    if problems:
        raise DataError(problems)
    weights: dict[str, float] = {}
    for code in chosen:
        weights |= {f"{code}.government": 1.0, f"{code}.regencies": 1.0}
        weights |= {unit: people[unit] for unit in regencies[code]}
        weights |= {one.code: 1.0 for one in subunits.of_province(code)}
    return pd.DataFrame({"unit": list(weights), "weight": list(weights.values())})


def _problem(found: str, of: str) -> Problem:
    expected = f"the population of every regency and city of {of}"
    return Problem(f"{FOLDER}/population.csv", found, expected, "fill it in; one year is enough")


def latest_first(register: pd.DataFrame) -> pd.DataFrame:
    """Sort entries by date, the latest first; those of one date by their code."""
    order = register.sort_values("entry", kind="stable")
    order = order.sort_values("when", ascending=False, kind="stable")
    return order.reset_index(drop=True)
