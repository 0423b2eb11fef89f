"""Reading a folder of answers that anybody may have edited: everything that is wrong at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from erat.errors import DataError, Problem, listing, nearest
from erat.index.cell_problems import Finding, finding, grouped
from erat.index.tables import parse_number, read_text_table
from erat.survey.answers import COLUMNS, SIMULATED, TEXTS, Answers
from erat.survey.cells import NO_STATE, as_given, parse_cells
from erat.survey.instrument import Instrument

KINDS = ("agency", "community", "business")
REQUIRED = ("respondent", "unit", "government", "province", "kind")
OPTIONAL = ("role", "file", "submitted", "simulated", "version")
UNIT = r"([0-9]{2}|[0-9]{4})\.[a-z]+"
ISO_DATE = r"([0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?)?"
EXPECTED_CELL = "0 to 5, dk (does not know), na (does not concern us), - (not asked) or empty"


def read_answers(folder: Path, instrument: Instrument) -> Answers:
    """Read a folder of answers, as the import wrote it or somebody edited it by hand.

    Raises
    ------
    DataError
        With everything that is wrong in its tables.
    """
    questions, version = instrument.codes, instrument.version
    problems: list[Problem] = []
    findings: list[Finding] = []
    tables = {name: _table(folder / f"{name}.csv", problems) for name in ("respondents", "levels")}
    for name in ("verified", "notes"):
        if _has_rows(folder / f"{name}.csv"):
            tables[name] = _table(folder / f"{name}.csv", problems)
    if problems:
        raise DataError(problems)
    about = _respondents(tables["respondents"], version, findings)
    levels, states = _levels(tables["levels"], questions, about.index, findings)
    verified = _verified(tables.get("verified"), questions, about.index, findings)
    notes = _notes(tables.get("notes"), questions, about.index, findings)
    if findings:
        raise DataError(grouped(findings))
    texts = {name: about[name].map(as_given) for name in TEXTS}
    about = about[list(COLUMNS)].assign(**texts, simulated=about[SIMULATED] == SIMULATED)
    notes = notes.assign(**{name: notes[name].map(as_given) for name in ("evidence", "comment")})
    return Answers(about, levels, states, verified, notes, version)


def _table(path: Path, problems: list[Problem]) -> pd.DataFrame:
    try:
        return read_text_table(path, DataError)
    except DataError as refused:
        problems.extend(refused.problems)
        return pd.DataFrame()


def _has_rows(path: Path) -> bool:
    """Whether a file that may be missing has more than a header."""
    return path.exists() and len(path.read_bytes().strip().split(b"\n", 1)) > 1


def _respondents(table: pd.DataFrame, version: str, findings: list[Finding]) -> pd.DataFrame:
    where = "respondents.csv"
    if not _has_columns(table, REQUIRED, where, findings):
        return pd.DataFrame(index=pd.Index([], name="respondent"))
    table = table.assign(**{name: "" for name in OPTIONAL if name not in table})
    _ids(table["respondent"], where, findings)
    unit = table["unit"]
    rules = (
        ("unit", unit.str.fullmatch(UNIT), "a government and a respondent, such as 7201.bpbd"),
        ("kind", table["kind"].isin(KINDS), f"one of {', '.join(KINDS)}"),
        ("government", table["government"] == unit.str.split(".").str[0], "the unit's government"),
        ("province", _province_fits(table), "the province of the government, one in all rows"),
        ("simulated", table["simulated"].isin(["", "simulated"]), "'simulated' or an empty cell"),
        ("submitted", table["submitted"].str.fullmatch(ISO_DATE), "a date such as 2026-03-31"),
        ("version", table["version"].isin(["", version]), f"version {version} of the instrument"),
    )
    for column, fits, expected in rules:
        _say(table[column], ~fits.astype(bool), where, expected, findings)
    return table.astype("str").set_index("respondent")


def _province_fits(table: pd.DataFrame) -> pd.Series:
    """Whether a row has the province that its government has everywhere else."""
    of_province = table["government"].str.len() == 2
    first = table.groupby("government")["province"].transform("first")
    same = table["province"] == table["government"].where(of_province, first)
    return same & table["province"].str.fullmatch("[0-9]{2}")


def _levels(
    table: pd.DataFrame, questions: Sequence[str], ids: pd.Index, findings: list[Finding]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    cells = _of_questions(table, questions, ids, "levels.csv", findings)
    levels, states = parse_cells(cells.to_numpy(dtype=object))
    for j in np.flatnonzero((states == NO_STATE).any(axis=0)):
        wrong = pd.Series(states[:, j] == NO_STATE, index=cells.index)
        _say(cells.iloc[:, j], wrong, "levels.csv", EXPECTED_CELL, findings)
    return _aligned(levels, cells, table, ids), _aligned(states, cells, table, ids)


def _verified(
    table: pd.DataFrame | None, questions: Sequence[str], ids: pd.Index, findings: list[Finding]
) -> pd.DataFrame:
    if table is None:
        return pd.DataFrame(np.nan, index=ids, columns=pd.Index(questions, dtype="str"))
    cells = _of_questions(table, questions, None, "verified.csv", findings)
    strangers = ~table["respondent"].isin(ids) if "respondent" in table else pd.Series(dtype=bool)
    if len(strangers):
        _say(table["respondent"], strangers, "verified.csv", "a respondent of levels.csv", findings)
    codes, texts = pd.factorize(cells.to_numpy(dtype=object).ravel())
    numbers = [parse_number(str(text)) for text in texts]
    fits = [value is not None and (value != value or 0 <= value <= 5) for value in numbers]
    values = np.array([np.nan if value is None else value for value in numbers], dtype=float)
    wrong = ~np.array(fits, dtype=bool)[codes].reshape(cells.shape)
    for j in np.flatnonzero(wrong.any(axis=0)):
        bad = pd.Series(wrong[:, j], index=cells.index)
        _say(cells.iloc[:, j], bad, "verified.csv", "a level from 0 to 5, or empty", findings)
    return _aligned(values[codes].reshape(cells.shape), cells, table, ids)


def _notes(
    table: pd.DataFrame | None, questions: Sequence[str], ids: pd.Index, findings: list[Finding]
) -> pd.DataFrame:
    columns = ["respondent", "question", "evidence", "comment"]
    if table is None or not _has_columns(table, columns, "notes.csv", findings):
        return pd.DataFrame(columns=columns, dtype="str")
    known = (("respondent", ids), ("question", questions))
    for column, names in known:
        expected = f"a {column} of levels.csv"
        _say(table[column], ~table[column].isin(names), "notes.csv", expected, findings)
    return table[columns].reset_index(drop=True).astype("str")


def _of_questions(
    table: pd.DataFrame,
    questions: Sequence[str],
    ids: pd.Index | None,
    where: str,
    findings: list[Finding],
) -> pd.DataFrame:
    """Return the cells of the questions that are there; tell rows and columns that do not fit."""
    if not _has_columns(table, ["respondent"], where, findings):
        return pd.DataFrame(index=table.index, columns=[], dtype=object)
    _ids(table["respondent"], where, findings)
    for name in table.columns.difference(["respondent", *questions], sort=False):
        remedy = nearest(str(name), questions) if len(questions) < 9 else "correct or remove it"
        expected = "a question of the instrument"
        findings.append(finding(where, "column", f"the column {name!r}", expected, remedy, row=1))
    absent = [code for code in questions if code not in table]
    if absent:
        what = f"no column for {listing(absent)}"
        remedy = "restore the column; leave its cells empty if nobody answered"
        findings.append(finding(where, "column", what, "every question", remedy, row=1))
    if ids is not None:
        strangers = ~table["respondent"].isin(ids)
        _say(table["respondent"], strangers, where, "a respondent of respondents.csv", findings)
        lost = ids.difference(table["respondent"])
        if len(lost):
            what, remedy = f"no row for {listing(list(lost))}", "restore the rows"
            findings.append(finding(where, "rows", what, "a row for every respondent", remedy))
    return table[[code for code in questions if code in table]]


def _aligned(
    values: np.ndarray, cells: pd.DataFrame, table: pd.DataFrame, ids: pd.Index
) -> pd.DataFrame:
    """Bring rows into the order of the respondents; only of use where nothing is wrong."""
    if "respondent" not in table or table["respondent"].duplicated().any():
        return pd.DataFrame()
    rows = pd.Index(table["respondent"].to_numpy(), dtype="str", name="respondent")
    columns = pd.Index(list(cells), dtype="str")
    frame = pd.DataFrame(values, index=rows, columns=columns)
    if frame.index.equals(ids):
        return frame
    return frame.reindex(ids) if set(frame.index) <= set(ids) else pd.DataFrame()


def _has_columns(
    table: pd.DataFrame, names: Sequence[str], where: str, findings: list[Finding]
) -> bool:
    absent = [name for name in names if name not in table]
    for name in absent:
        what, remedy = f"no column {name!r}", "restore the column"
        findings.append(finding(where, "header", what, f"a column {name!r}", remedy, row=1))
    return not absent


def _ids(cells: pd.Series, where: str, findings: list[Finding]) -> None:
    _say(cells, cells == "", where, "a respondent", findings)
    twice = cells.duplicated() & (cells != "")
    _say(cells, twice, where, "every respondent once", findings)


def _say(
    cells: pd.Series, wrong: pd.Series, where: str, expected: str, findings: list[Finding]
) -> None:
    for line, cell in cells[wrong].items():
        findings.append(
            finding(
                where, expected, repr(cell), expected, "correct the cell",
                row=int(str(line)), column=str(cells.name),
            )
        )  # fmt: skip
