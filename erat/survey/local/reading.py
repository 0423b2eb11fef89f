"""Local figures: tables as spreadsheets save them, all checked at once, and as frames."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from erat.edition.frame import Frame
from erat.edition.project import Project
from erat.errors import DataError, FrameworkError, Problem, listing, nearest, nearest_or
from erat.index.cell_problems import Finding, finding, grouped
from erat.index.rows import TableForm, read_rows
from erat.index.tables import read_text_table
from erat.indonesia.schemas import (
    Loaded,
    key_findings,
    parse,
    reference_findings,
    schema_findings,
    typed,
)
from erat.indonesia.unit_checks import CodeBook, spelled_as_known, unit_findings
from erat.locale import Language
from erat.survey.answers import SIMULATED
from erat.survey.instrument import Instrument
from erat.survey.local.tables import PREFILLED, TABLES
from erat.survey.units import SubUnits

FOLDER = "data/local"
SUFFIXES = (".csv", ".xlsx")
WEIGHTS = "weights.csv"
"""A table that is made from the others, and not checked here."""
CLASSES = ((0.0, 0.4, "rendah"), (0.4, 0.8, "sedang"), (0.8, 1.0, "tinggi"))
"""Lower and upper limits of the classes of IKD: kepri.antaranews.com, berita 246703 (BPBD Natuna)."""


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


def local_problems(
    folder: Path, known: KnownCodes, notes: list[Problem] | None = None
) -> list[Problem]:
    """Find everything that is wrong with the tables of a local folder, which need not be there;
    what is doubtful is added to ``notes``.
    """
    return _problems(folder, _load(folder, [] if notes is None else notes), known)


def read_local(folder: Path, known: KnownCodes, notes: list[Problem] | None = None) -> Local:
    """Read ``data/local``, or a folder laid out in the same way; DataError has every problem. What
    is doubtful is added to ``notes``.
    """
    loaded = _load(folder, [] if notes is None else notes)
    problems = _problems(folder, loaded, known)
    if problems:
        raise DataError(problems)
    return no_figures() | {name: typed(item) for name, item in loaded.items() if len(item.frame)}


def local_file(folder: Path, name: str) -> Path | None:
    """Return the file of a local table, CSV or else xlsx; None if there is none."""
    paths = (folder / f"{name}{suffix}" for suffix in SUFFIXES)
    return next((path for path in paths if path.is_file()), None)


def _load(folder: Path, notes: list[Problem]) -> dict[str, Loaded]:
    """Read the files as any table of somebody is read, without rows that nobody filled in."""
    tables = {}
    for name, table in TABLES.items():
        if (path := local_file(folder, name)) is None:
            continue
        table = replace(table, suffix=path.suffix)
        findings: list[Finding] = []
        doubts: list[Problem] = []
        lines, rows = read_rows(path, TableForm(), findings, doubts)
        notes += [replace(note, where=f"{FOLDER}/{note.where}") for note in doubts]
        loaded = parse((lines, rows), table, findings) if rows else Loaded(table, findings=findings)
        tables[name] = loaded
        to_fill = loaded.frame.columns.difference(PREFILLED)
        if len(to_fill):
            loaded.frame = loaded.frame[(loaded.frame[to_fill] != "").any(axis=1)]
        if loaded.frame.empty:
            findings[:] = [item for item in findings if item.cause != "rows"]
    return tables


def _problems(folder: Path, loaded: dict[str, Loaded], known: KnownCodes) -> list[Problem]:
    findings = []
    names = [*(table.file for table in TABLES.values()), WEIGHTS]
    for name in _unread(folder, {WEIGHTS, *(one.table.file for one in loaded.values())}):
        remedy = nearest_or(name, names, "take the file out of the folder")
        findings.append(finding(name, "file", "a table that nothing reads", listing(names), remedy))
    book = CodeBook(known.units)
    for name, table in loaded.items():
        _spell_names(table, book)
        findings += [*table.findings, *schema_findings(table), *key_findings(table)]
        if name == "roster":
            findings += _subunit_findings(table, "subunit", known)
            table = _by_government(table)
        findings += unit_findings(table, book)
    if "risk_indices" in loaded:
        findings += _risk_findings(loaded["risk_indices"])
    if "register" in loaded:
        register, of = loaded["register"], "the instrument or a framework"
        findings += _subunit_findings(register, "who", known)
        findings += reference_findings(register, "indicator", sorted(known.indicators), of)
    return [replace(problem, where=f"{FOLDER}/{problem.where}") for problem in grouped(findings)]


def _unread(folder: Path, names: Collection[str]) -> list[str]:
    """List tables of a folder that nothing reads, workbooks too."""
    tables = {path.name for kind in ("*.csv", "*.xls*", "*.ods") for path in folder.glob(kind)}
    return sorted(name for name in tables.difference(names) if not name.startswith("~$"))


def _spell_names(table: Loaded, book: CodeBook) -> None:
    """Write the names of units as units.csv does, where code and name agree but for the spelling."""
    column = "subunit" if "subunit" in table.frame else "unit"
    if {column, "name"} <= {*table.frame.columns} and len(table.frame):
        units = table.frame[column].str.split(".").str[0]
        names = spelled_as_known(table.frame["name"], units, book)
        table.frame = table.frame.assign(name=names)


def _by_government(roster: Loaded) -> Loaded:
    """Look at a roster as a table of governments, to hold their codes against their names."""
    rows = roster.rows("subunit")
    frame = rows.assign(unit=rows["subunit"].str.split(".").str[0]) if len(rows) else rows
    return Loaded(roster.table, frame, bad={"name": roster.bad.get("name", set())})


def _subunit_findings(table: Loaded, column: str, known: KnownCodes) -> Iterator[Finding]:
    governments = frozenset(known.units["unit"])
    expected = "a government of units.csv and a respondent of the instrument"
    for line, text in table.rows(column)[column].items():
        part, _, respondent = str(text).partition(".")
        codes = governments
        if part in governments:
            part, codes = respondent, known.respondents
        if text and part not in codes:
            remedy = nearest(part, sorted(codes))
            yield table.finding(f"unknown {part}", repr(text), expected, remedy, line, column)


def _risk_findings(table: Loaded) -> Iterator[Finding]:
    """Hold values and classes of IKD against each other."""
    rows = table.rows("index", "value", "class")
    rows = rows[rows["index"] == "IKD"]
    for line, value, grade in zip(rows.index, rows["value"], rows["class"], strict=True):
        fitting = [name for low, high, name in CLASSES if low <= float(value) <= high]
        if not fitting:
            remedy = "write it as BNPB does, such as 0.45"
            yield table.finding("range of IKD", value, "0 to 1 for IKD", remedy, line, "value")
        elif grade and grade not in fitting:
            expected = f"{fitting[0]}, the class of {value}"
            remedy = "correct the class or the value, or leave the class empty"
            yield table.finding("class", repr(grade), expected, remedy, line, "class")


def known_codes(project: Project) -> KnownCodes:
    """Gather the codes of units, respondents and indicators that a project knows."""
    instrument = Instrument.read(project.instrument)
    dimensions = {dimension.code for dimension in instrument.dimensions}
    codes = dimensions.union(instrument.indicator_of, instrument.indicator_of.values())
    for path in sorted((project.config / "frameworks").glob("*.csv")):
        codes.update(filter(None, read_text_table(path, FrameworkError).get("code", [])))
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


class LocalFigures:
    """Local figures of a province and of its regencies; their folder need not be there."""

    def __init__(
        self, project: Project, subunits: SubUnits, unit: str, folder: Path, lang: Language
    ) -> None:
        self.project, self.subunits, self.unit = project, subunits, unit
        self.folder, self.lang = folder, lang
        self.word = "" if folder == project.local else SIMULATED

    @cached_property
    def tables(self) -> Local:
        """The tables as they are kept, checked and typed."""
        if not self.folder.is_dir():
            return no_figures()
        units = [one.code for one in self.subunits.governments_of(self.unit)]
        return figures_of(read_local(self.folder, known_codes(self.project)), units)

    @property
    def is_empty(self) -> bool:
        """Whether there is not one row."""
        return all(table.empty for table in self.tables.values())

    @property
    def frames(self) -> dict[str, pd.DataFrame]:
        """The frames that have rows, by name."""
        names = ("risk_indices", "population", "register")
        return {name: frame for name in names if len(frame := getattr(self, name))}

    def latest(self, index: str) -> float:
        """Return the province's latest value of an index of BNPB; nan where there is none."""
        table = self.tables["risk_indices"]
        here = table[(table["index"] == index) & (table["unit"] == self.unit)]
        return float("nan") if here.empty else float(here.sort_values("year")["value"].iloc[-1])

    @Frame
    def risk_indices(self) -> pd.DataFrame:
        """Indices of BNPB: name (of the unit), index, year (the latest first), value, class, source."""
        tr, table = self.lang.tr, self.tables["risk_indices"]
        classes = {"rendah": tr("low"), "sedang": tr("medium"), "tinggi": tr("high")}
        table = table.sort_values(["index", "year", "unit"], ascending=[True, False, True])
        table["class"] = table["class"].map(classes)
        return self._shown(table, ["name", "index", "year", "value", "class", "source"])

    @Frame
    def population(self) -> pd.DataFrame:
        """People: name (of the unit), year (the latest first), people, source."""
        table = self.tables["population"].rename(columns={"value": "people"})
        table = table.sort_values(["year", "unit"], ascending=[False, True])
        return self._shown(table, ["name", "year", "people", "source"])

    @Frame
    def register(self) -> pd.DataFrame:
        """Practices, events and commitments, the latest first: name (its code and title), kind, when,
        who, indicator (a code of the instrument or of a framework), status, result, source.
        """
        tr, table = self.lang.tr, self.tables["register"]
        table = table.sort_values(["when", "entry"], ascending=[False, True])
        kinds = {
            "practice": tr("practice"), "event": tr("event"), "commitment": tr("commitment"),
        }  # fmt: skip
        states = {
            "planned": tr("planned"), "running": tr("running"), "done": tr("done"),
            "stopped": tr("stopped"),
        }  # fmt: skip
        names = {code: one.label(self.lang.code) for code, one in self.subunits.all.items()}
        who = table["who"].map(names).fillna(table["who"])
        results = [
            "; ".join(filter(None, both))
            for both in zip(table["result"], table["note"], strict=True)
        ]
        table = table.assign(
            who=who.where(table["who"] != "", table["name"]),
            kind=table["kind"].map(kinds),
            status=table["status"].map(states),
            when=table["when"].str.replace("-", "\N{NON-BREAKING HYPHEN}"),
            name=table["entry"] + ". " + table["title"],
            result=results,
        )
        columns = ["name", "kind", "when", "who", "indicator", "status", "result", "source"]
        return self._shown(table, columns)

    def _shown(self, table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
        return table[columns].assign(simulated=self.word).reset_index(drop=True)
