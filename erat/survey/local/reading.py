"""Reading local tables as spreadsheets save them, and checking all of them at once."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from erat.edition.project import Project
from erat.errors import DataError, Problem, listing, nearest
from erat.index.cell_problems import Finding, finding, grouped
from erat.index.tables import decode, read_text_table
from erat.indonesia.schemas import Table
from erat.indonesia.text_tables import (
    Loaded,
    key_findings,
    parse,
    reference_findings,
    schema_findings,
    typed,
)
from erat.indonesia.unit_checks import CodeBook, unit_findings
from erat.survey.instrument import Instrument
from erat.survey.local.tables import PREFILLED, TABLES
from erat.survey.units import SubUnits

FOLDER = "data/local"
WEIGHTS = "weights.csv"
"""A table that is made from the others, and not checked here."""
CLASSES = {"IKD": ((0.0, 0.4, "rendah"), (0.4, 0.8, "sedang"), (0.8, 1.0, "tinggi"))}
"""Lower and upper limits of an index' classes: kepri.antaranews.com, berita 246703 (BPBD Natuna)."""


class KnownCodes(NamedTuple):
    """What the codes in local tables are held against: the raw table of units, who can answer, and
    the codes of the instrument and of every framework.
    """

    units: pd.DataFrame
    respondents: frozenset[str]
    indicators: frozenset[str]


Local = dict[str, pd.DataFrame]
"""The local tables by name, checked and typed; a table that is not there is empty."""


def no_figures() -> Local:
    """Return local tables without a row."""
    return {name: pd.DataFrame(columns=table.columns) for name, table in TABLES.items()}


def figures_of(local: Local, units: Collection[str]) -> Local:
    """Keep the rows of some units and of their sub-units."""
    kept = {}
    for name, table in local.items():
        code = table["subunit" if name == "roster" else "unit"].astype(str).str.split(".").str[0]
        kept[name] = table[code.isin(list(units))].reset_index(drop=True)
    return kept


def local_problems(folder: Path, known: KnownCodes) -> list[Problem]:
    """Find everything that is wrong with the tables of a local folder, which need not be there."""
    return _problems(folder, _load(folder), known)


def read_local(folder: Path, known: KnownCodes) -> Local:
    """Read ``data/local``, or a folder laid out in the same way; DataError has every problem."""
    loaded = _load(folder)
    problems = _problems(folder, loaded, known)
    if problems:
        raise DataError(problems)
    return no_figures() | {name: typed(item) for name, item in loaded.items() if len(item.frame)}


def _load(folder: Path) -> dict[str, Loaded]:
    return {
        name: _load_one(path, table)
        for name, table in TABLES.items()
        if (path := folder / table.file).is_file()
    }


def _load_one(path: Path, table: Table) -> Loaded:
    """Read a file, also with byte order mark or semicolons, without rows that nobody filled in."""
    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    if not data.strip():
        return Loaded(table, pd.DataFrame(index=pd.Index([], dtype=int)))
    text, findings = decode(data, table.file)
    loaded = parse(_with_commas(text), table, findings)
    to_fill = loaded.frame.columns.difference(PREFILLED)
    if len(to_fill):
        loaded.frame = loaded.frame[(loaded.frame[to_fill] != "").any(axis=1)]
    if loaded.frame.empty:
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


def _problems(folder: Path, loaded: dict[str, Loaded], known: KnownCodes) -> list[Problem]:
    findings = list(_strangers(folder))
    book = CodeBook(known.units)
    for name, item in loaded.items():
        findings += [*item.findings, *schema_findings(item), *key_findings(item)]
        if name == "roster":
            findings += _subunit_findings(item, "subunit", known)
            item = _by_government(item)
        findings += unit_findings(item, book)
    if "risk_indices" in loaded:
        findings += _risk_findings(loaded["risk_indices"])
    if "register" in loaded:
        register, of = loaded["register"], "the instrument or of a framework"
        findings += _subunit_findings(register, "who", known)
        findings += reference_findings(register, "indicator", sorted(known.indicators), of)
    return [replace(problem, where=f"{FOLDER}/{problem.where}") for problem in grouped(findings)]


def _strangers(folder: Path) -> Iterator[Finding]:
    """Find tables that nothing reads: a misspelt name must not be passed over in silence."""
    names = [*(table.file for table in TABLES.values()), WEIGHTS]
    for path in sorted(folder.glob("*.csv")):
        if path.name not in names:
            remedy = f"{nearest(path.name, names)} Or take the file out of the folder"
            yield finding(path.name, "file", "a table that nothing reads", listing(names), remedy)


def _by_government(roster: Loaded) -> Loaded:
    """Look at a roster as a table of governments, to hold their codes against their names."""
    rows = roster.rows("subunit")
    frame = rows.assign(unit=rows["subunit"].str.split(".").str[0]) if len(rows) else rows
    return Loaded(roster.table, frame, bad={"name": roster.bad.get("name", set())})


def _subunit_findings(item: Loaded, column: str, known: KnownCodes) -> Iterator[Finding]:
    governments = frozenset(known.units["unit"])
    expected = "a government of units.csv and a respondent of the instrument"
    for line, text in item.rows(column)[column].items():
        part, _, respondent = str(text).partition(".")
        codes = governments
        if part in governments:
            part, codes = respondent, known.respondents
        if text and part not in codes:
            yield finding(
                item.table.file, f"unknown {part}", repr(text), expected,
                nearest(part, sorted(codes)), row=int(str(line)), column=column,
            )  # fmt: skip


def _risk_findings(item: Loaded) -> Iterator[Finding]:
    """Hold values and classes of the indices against each other."""
    rows = item.rows("index", "value", "class")
    for line, row in zip(rows.index, rows.to_dict("records"), strict=True):
        limits = CLASSES.get(row["index"])
        if limits is None:
            continue
        text, grade, where = row["value"], row["class"], item.table.file
        fitting = [name for low, high, name in limits if low <= float(text) <= high]
        if not fitting:
            remedy = "write it as BNPB does, such as 0.45"
            yield finding(where, "range of IKD", text, "0 to 1 for IKD", remedy,
                          row=int(line), column="value")  # fmt: skip
        elif grade and grade not in fitting:
            expected = f"{fitting[0]}, the class of {text}"
            remedy = "correct the class or the value, or leave the class empty"
            yield finding(where, "class", repr(grade), expected, remedy,
                          row=int(line), column="class")  # fmt: skip


def known_codes(project: Project) -> KnownCodes:
    """Gather the codes of units, respondents and indicators that a project knows."""
    instrument = Instrument.read(project.instrument)
    dimensions = {dimension.code for dimension in instrument.dimensions}
    codes = dimensions.union(instrument.indicator_of, instrument.indicator_of.values())
    for path in sorted((project.config / "frameworks").glob("*.csv")):
        codes.update(pd.read_csv(path, dtype=str)["code"].dropna())
    units = read_text_table(project.raw / "units.csv", DataError)
    respondents = frozenset(respondent.code for respondent in instrument.respondents)
    return KnownCodes(units, respondents, frozenset(codes))


def assessment_weights(population: pd.DataFrame, subunits: SubUnits) -> pd.DataFrame:
    """Weight regencies by their people in the latest year, and everything else by 1.

    Returns ``unit, weight`` of provinces whose regencies are in ``population``: of their regencies,
    sub-units and two blocks. DataError if there is no regency, or a province lacks some of them.
    """
    latest = population.sort_values("year").drop_duplicates("unit", keep="last")
    people = dict(zip(latest["unit"].astype(str), latest["value"].astype(float), strict=True))
    weights: dict[str, float] = {}
    lacking: dict[str, str] = {}
    for province, government in subunits.provinces.items():
        inside = subunits.governments_of(province)
        regencies = [one.code for one in inside if one.level == "regency"]
        if people.keys().isdisjoint(regencies):
            continue
        if missing := [unit for unit in regencies if unit not in people]:
            lacking[government.name] = f"no population of {listing(missing)}"
        weights |= {f"{province}.government": 1.0, f"{province}.regencies": 1.0}
        weights |= {unit: people.get(unit, 0.0) for unit in regencies}
        weights |= {one.code: 1.0 for one in subunits.of_province(province)}
    if not weights:
        lacking["a province"] = "no regency or city"
    if lacking:
        where, remedy = f"{FOLDER}/population.csv", "fill it in; one year is enough"
        expected = "the population of every regency and city of {}"
        raise DataError(
            [Problem(where, found, expected.format(of), remedy) for of, found in lacking.items()]
        )
    return pd.DataFrame({"unit": list(weights), "weight": list(weights.values())})
