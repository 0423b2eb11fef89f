"""Answers: who answered what, written to a folder of wide tables and read from it again.

``respondents.csv`` and ``levels.csv`` (respondents by questions) are there, ``verified.csv`` and
``notes.csv`` may be. Anybody may have edited them: everything that is wrong is told at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from erat.errors import DataError, Problem, listing, nearest
from erat.files import write_csv
from erat.index.cell_problems import EXECUTED, Finding, finding, grouped
from erat.index.rows import text_of
from erat.index.tables import MISSING, cell_findings, parse_number, read_text_table
from erat.survey.instrument import STEPS, Instrument

SIMULATED = "simulated"
"""The word that marks answers that nobody gave."""

COLUMNS = ("unit", "government", "province", "kind", "role", "file", "submitted", SIMULATED)
"""Columns of the table of respondents."""
NOTE_COLUMNS = ("respondent", "question", "evidence", "comment")
ANSWERED, UNKNOWN, NOT_APPLICABLE, ABSENT, NOT_ASKED = range(5)
"""States of a cell: a level, does not know, does not concern us, nothing, and was not asked."""
NO_STATE = -1
"""The state of a cell that holds nothing known."""

CELLS: dict[str, tuple[float, int]] = {
    **{str(level): (float(level), ANSWERED) for level in range(6)},
    "dk": (np.nan, UNKNOWN),
    "tt": (np.nan, UNKNOWN),
    "na": (np.nan, NOT_APPLICABLE),
    "": (np.nan, ABSENT),
    "-": (np.nan, NOT_ASKED),
}
"""What a cell may hold: its level and its state."""

WRITTEN = ("", "dk", "na", "", "-")
"""What is written for a state without a level."""

_RUN = re.compile(f"'*[{re.escape(''.join(EXECUTED))}]")

TEXTS, NOTE_TEXTS = ("role", "file", "submitted"), ("evidence", "comment")
"""Columns that hold whatever somebody wrote."""


@dataclass(frozen=True)
class Answers:
    """The answers to one version of the instrument.

    ``respondents`` are indexed by ``respondent`` and have :data:`COLUMNS`, ``simulated`` as bool.
    Three tables are respondents by questions, in the instrument's order: ``levels``, 0 to 5 steps
    met or nan; ``states``, int8, of :data:`CELLS`; ``verified``, the level that an
    inspectorate or an assessor found, nan where none looked. ``notes`` (:data:`NOTE_COLUMNS`) are
    evidence and comments.
    """

    respondents: pd.DataFrame
    levels: pd.DataFrame
    states: pd.DataFrame
    verified: pd.DataFrame
    notes: pd.DataFrame
    version: str

    @property
    def questions(self) -> list[str]:
        """Codes of the questions."""
        return [str(code) for code in self.levels.columns]

    @property
    def simulated(self) -> bool:
        """Whether any answer is simulated."""
        return bool(self.respondents[SIMULATED].any())

    @property
    def word(self) -> str:
        """:data:`SIMULATED` where any answer is, else empty."""
        return SIMULATED if self.simulated else ""

    @property
    def provinces(self) -> list[str]:
        """Codes of the provinces with answers."""
        return sorted(self.respondents["province"].unique())

    @classmethod
    def nobodys(cls, instrument: Instrument) -> Answers:
        """Return answers of nobody."""
        none = pd.DataFrame(columns=list(instrument.codes), dtype=float)
        about, notes = (pd.DataFrame(columns=list(names)) for names in (COLUMNS, NOTE_COLUMNS))
        return cls(about, none, none.astype(np.int8), none, notes, instrument.version)

    def of_rows(self, rows: np.ndarray) -> Answers:
        """Take some respondents: a mask or positions."""
        ids = self.respondents.index[rows]
        return replace(
            self,
            respondents=self.respondents.loc[ids],
            levels=self.levels.loc[ids],
            states=self.states.loc[ids],
            verified=self.verified.loc[ids],
            notes=self.notes[self.notes["respondent"].isin(ids)].reset_index(drop=True),
        )

    def write(self, folder: Path) -> None:
        """Write the tables into a folder; texts that a spreadsheet would run are made inert."""
        folder.mkdir(parents=True, exist_ok=True)
        about = self.respondents.assign(
            **{name: self.respondents[name].map(inert) for name in TEXTS},
            simulated=np.where(self.respondents[SIMULATED], SIMULATED, ""),
            version=self.version,
        )
        write_csv(about.rename_axis("respondent"), folder / "respondents.csv")
        cells = {
            "levels": level_cells(self.levels.to_numpy(), self.states.to_numpy()),
            "verified": verified_cells(self.verified.to_numpy()),
        }
        for name, texts in cells.items():
            table = pd.DataFrame(texts, index=self.levels.index, columns=self.levels.columns)
            write_csv(table.rename_axis("respondent"), folder / f"{name}.csv")
        notes = self.notes.assign(**{name: self.notes[name].map(inert) for name in NOTE_TEXTS})
        write_csv(notes[list(NOTE_COLUMNS)], folder / "notes.csv", index=False)


KINDS = ("agency", "community", "business")
REQUIRED = ("respondent", "unit", "government", "province", "kind")
OPTIONAL = ("role", "file", "submitted", "simulated", "version")
UNIT = r"([0-9]{2}|[0-9]{4})\.[a-z]+"
ISO_DATE = r"([0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?)?"
TABLES = ("respondents", "levels", "verified", "notes")
"""The tables of a folder of answers, each a CSV file."""
EXPECTED_CELL = "0 to 5, dk (does not know), na (does not concern us), - (not asked) or empty"


def read_answers(folder: Path, instrument: Instrument) -> Answers:
    """Read a folder of answers that anybody may have edited; DataError has all that is wrong."""
    questions, version = list(instrument.codes), instrument.version
    tables = _tables(folder, questions)
    about = _respondents(tables["respondents"], version)
    levels, states = _levels(tables["levels"], questions, about.index)
    verified = _verified(tables["verified"], questions, about.index)
    notes = _notes(tables["notes"], questions, about.index)
    findings = [one for table in tables.values() for one in table.findings]
    if findings:
        raise DataError(grouped(findings))

    def frame(name: str, values: np.ndarray) -> pd.DataFrame:
        rows, columns = tables[name].rows["respondent"], pd.Index(questions, dtype="str")
        return pd.DataFrame(values, index=rows, columns=columns).reindex(about.index)

    texts = {name: about[name].map(as_given) for name in TEXTS}
    about = about[list(COLUMNS)].assign(**texts, simulated=about[SIMULATED] == SIMULATED)
    notes = notes.assign(**{name: notes[name].map(as_given) for name in NOTE_TEXTS})
    of_people = frame("levels", levels), frame("levels", states), frame("verified", verified)
    return Answers(about, *of_people, notes, version)


def reading_notes(folder: Path) -> list[Problem]:
    """Say which tables of a folder of answers are read as Latin-1, since nothing else fits them."""
    notes: list[Problem] = []
    for name in TABLES:
        if (path := folder / f"{name}.csv").is_file():
            text_of(path.read_bytes(), path.name, notes)
    return notes


@dataclass(frozen=True)
class _Table:
    """A table of a folder, its rows by their lines in the file, and what is wrong with it."""

    file: str
    rows: pd.DataFrame
    findings: list[Finding]

    def refuse_table(
        self, cause: str, found: str, expected: str, remedy: str, row: int | None = None
    ) -> None:
        self.findings.append(finding(self.file, cause, found, expected, remedy, row=row))

    def refuse(self, column: str, wrong: pd.Series, expected: str) -> None:
        """Refuse some cells of a column."""
        cells, remedy = self.rows.loc[wrong, column], "correct the cell"
        self.findings.extend(cell_findings(cells, self.file, "{!r}", expected, expected, remedy))

    def refuse_cells(self, wrong: pd.DataFrame, expected: str) -> None:
        for column in wrong.columns[wrong.any()]:
            self.refuse(column, wrong[column], expected)

    def has(self, names: Sequence[str]) -> bool:
        """Say whether some columns are there, and name those that are not."""
        absent = [name for name in names if name not in self.rows]
        for name in absent:
            column, remedy = f"column {name!r}", "restore the column"
            self.refuse_table("header", f"no {column}", f"a {column}", remedy, row=1)
        return not absent

    def has_ids(self) -> bool:
        """Say whether rows name respondents, and refuse those that name none, or one again."""
        if not self.has(["respondent"]):
            return False
        ids = self.rows["respondent"]
        self.refuse("respondent", ids == "", "a respondent")
        self.refuse("respondent", ids.duplicated() & (ids != ""), "every respondent once")
        return True

    def of_questions(self, questions: Sequence[str], ids: pd.Index, source: str) -> pd.DataFrame:
        """Return the cells of the questions that are there; refuse rows and columns of others."""
        if not self.has_ids():
            return self.rows[[]]
        for name in self.rows.columns.difference(["respondent", *questions], sort=False):
            remedy = nearest(name, questions) if len(questions) < 9 else "correct or remove it"
            expected = "a question of the instrument"
            self.refuse_table("column", f"the column {name!r}", expected, remedy, row=1)
        absent = [code for code in questions if code not in self.rows]
        if absent:
            lack = f"no column for {listing(absent)}"
            remedy = "restore the column; leave its cells empty if nobody answered"
            self.refuse_table("column", lack, "every question", remedy, row=1)
        strange = ~self.rows["respondent"].isin(ids)
        self.refuse("respondent", strange, f"a respondent of {source}")
        return self.rows[[code for code in questions if code in self.rows]]


def _tables(folder: Path, questions: Sequence[str]) -> dict[str, _Table]:
    """Read the tables as text; without a file, verified levels and notes have no rows."""
    headers = {"verified": ["respondent", *questions], "notes": list(NOTE_COLUMNS)}
    tables: dict[str, _Table] = {}
    problems: list[Problem] = []
    for name in TABLES:
        path = folder / f"{name}.csv"
        if name in headers and not (path.exists() and b"\n" in path.read_bytes().strip()):
            rows = pd.DataFrame(columns=headers[name], dtype=object)
            tables[name] = _Table(path.name, rows, [])
            continue
        try:
            tables[name] = _Table(path.name, read_text_table(path, DataError), [])
        except DataError as refused:
            problems += refused.problems
    if problems:
        raise DataError(problems)
    return tables


def _respondents(table: _Table, version: str) -> pd.DataFrame:
    if not table.has(REQUIRED):
        return pd.DataFrame(index=pd.Index([], name="respondent"))
    absent = {name: "" for name in OPTIONAL if name not in table.rows}
    table = replace(table, rows=table.rows.assign(**absent))
    table.has_ids()
    rows = table.rows
    unit, government, province = rows["unit"], rows["government"], rows["province"]
    everywhere = province.groupby(government).transform("first")
    expected_province = government.where(government.str.len() == 2, everywhere)
    rules = (
        ("unit", unit.str.fullmatch(UNIT), "a government and a respondent, such as 7201.bpbd"),
        ("kind", rows["kind"].isin(KINDS), f"one of {', '.join(KINDS)}"),
        ("government", government == unit.str.split(".").str[0], "the unit's government"),
        ("province", (province == expected_province) & province.str.fullmatch("[0-9]{2}"),
         "the province of the government, one in all rows"),
        ("simulated", rows["simulated"].isin(["", SIMULATED]), "'simulated' or an empty cell"),
        ("submitted", rows["submitted"].str.fullmatch(ISO_DATE), "a date such as 2026-03-31"),
        ("version", rows["version"].isin(["", version]), f"version {version} of the instrument"),
    )  # fmt: skip
    for column, fits, expected in rules:
        table.refuse(column, ~fits.astype(bool), expected)
    return rows.astype("str").set_index("respondent")


def _levels(
    table: _Table, questions: Sequence[str], ids: pd.Index
) -> tuple[np.ndarray, np.ndarray]:
    cells = table.of_questions(questions, ids, "respondents.csv")
    lost = ids.difference(table.rows.get("respondent", ids))
    if len(lost):
        lack = f"no row for {listing(list(lost))}"
        table.refuse_table("rows", lack, "a row for every respondent", "restore the rows")
    levels, states = parse_cells(cells.to_numpy(dtype=object))
    wrong = pd.DataFrame(states == NO_STATE, index=cells.index, columns=cells.columns)
    table.refuse_cells(wrong, EXPECTED_CELL)
    return levels, states


def _verified(table: _Table, questions: Sequence[str], ids: pd.Index) -> np.ndarray:
    cells = table.of_questions(questions, ids, "levels.csv")
    numbers = {cell: parse_number(cell) for cell in pd.unique(cells.to_numpy().ravel())}
    levels = cells.map(numbers.get).astype(float)
    fits = cells.isin(MISSING) | ((levels >= 0) & (levels <= STEPS))
    table.refuse_cells(~fits, "a level from 0 to 5, or empty")
    return np.asarray(levels)


def _notes(table: _Table, questions: Sequence[str], ids: pd.Index) -> pd.DataFrame:
    columns = list(NOTE_COLUMNS)
    if not table.has(columns):
        return pd.DataFrame(columns=columns)
    for column, known in (("respondent", ids), ("question", questions)):
        table.refuse(column, ~table.rows[column].isin(known), f"a {column} of levels.csv")
    return table.rows[columns].reset_index(drop=True).astype("str")


def parse_cells(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Read cells, texts of any shape without blanks around them, as levels and states.

    Levels are 0 to 5 or nan; states are int8, :data:`NO_STATE` where something else stands.

    Examples
    --------
    >>> levels, states = parse_cells(np.array(["3", "dk", "", "7"], dtype=object))
    >>> levels.tolist(), states.tolist()
    ([3.0, nan, nan, nan], [0, 1, 3, -1])
    """
    codes, distinct = pd.factorize(cells.ravel())
    known = [CELLS.get(str(cell), (np.nan, NO_STATE)) for cell in distinct]
    levels = np.array([level for level, _ in known], dtype=float)
    states = np.array([state for _, state in known], dtype=np.int8)
    return levels[codes].reshape(cells.shape), states[codes].reshape(cells.shape)


def level_cells(levels: np.ndarray, states: np.ndarray) -> np.ndarray:
    """Write cells of answers as texts; the inverse of :func:`parse_cells`."""
    texts = np.array([*"012345", *WRITTEN], dtype=object)
    answered = states == ANSWERED
    return np.asarray(texts[np.where(answered, np.nan_to_num(levels), 6 + states).astype(int)])


def verified_cells(levels: np.ndarray) -> np.ndarray:
    """Write verified levels as texts, empty where there is none."""
    values, places = np.unique(levels, return_inverse=True)
    texts = np.array(["" if v != v else f"{v:.12g}" for v in values], dtype=object)
    return np.asarray(texts[places].reshape(levels.shape))


def inert(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet might run; undone by :func:`as_given`.

    Examples
    --------
    >>> inert("=1+1"), inert("2 staf"), as_given(inert("=1+1"))
    ("'=1+1", '2 staf', '=1+1')
    """
    return f"'{text}" if _RUN.match(text) else text


def as_given(text: str) -> str:
    """Take the apostrophe away that :func:`inert` put before a text."""
    return text[1:] if text.startswith("'") and _RUN.match(text) else text
