"""A filled workbook of one respondent to the long table, by the keys in its hidden column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from erat.errors import listing
from erat.survey.answers import SIMULATED
from erat.survey.instrument import Instrument
from erat.survey.read.choices import NO, STEP_ROWS, WHOLE_ROW, YES
from erat.survey.read.given import TEXTS, Given, Run
from erat.survey.read.remarks import FORMULA, Remarks, quoted
from erat.survey.read.xlsx import Formula, SheetInfo, SheetRow, XlsxFile, cell_name

IDENTITY = "_erat"
"""The hidden sheet that says what a workbook is: its version, sub-unit and language."""
COVER_KEYS = ("respondent_id", "role", "date", "consent", "verifier")
"""Keys of the cells to fill on the cover."""

KEY, VALUE_COLUMN, TEXT_COLUMN, ANSWER_COLUMN = 0, 1, 2, 3
ANSWER_ROWS = (*STEP_ROWS, WHOLE_ROW, "verified")
_KEY = re.compile(r"([A-Z]+[0-9]+[a-z])\.([a-z0-9]+)")


@dataclass(frozen=True)
class Cell:
    """A cell that was filled in: its key (empty if the row has lost it), text, and where it is."""

    key: str
    part: str
    text: str
    name: str
    place: str


def is_questionnaire(book: XlsxFile) -> bool:
    """Say whether a workbook was made by ``erat survey template``."""
    return any(sheet.name == IDENTITY for sheet in book.sheets)


def read_workbook(book: XlsxFile, instrument: Instrument, remarks: Remarks) -> Given:
    """Lay a filled workbook out as a long table of one submission."""
    identity: dict[str, str] = {}
    cells: list[Cell] = []
    there: set[str] = set()
    for sheet in book.sheets:
        hidden = []
        for row in book.rows(sheet):
            key = str(row.cells.get(KEY, "")).strip()
            if sheet.name == IDENTITY:
                identity[key] = str(row.cells.get(VALUE_COLUMN, "")).strip()
                continue
            if match := _KEY.fullmatch(key):
                there.add(match.group(1))
            cell = _filled(key, row, sheet, remarks)
            if cell and key not in instrument.codes:
                cells.append(cell)
                hidden += [row.number] if row.hidden and cell.key else []
        if sheet.name != IDENTITY:
            _say_sheet(sheet, hidden, remarks)
    cover = {cell.key: cell for cell in reversed(cells) if not cell.part}
    runs = [(cell.key, _run(cell)) for cell in cells if cell.part]
    if runs and "respondent_id" not in cover:
        remarks.say("no initials")
    return Given.of(
        "workbook",
        _submission(identity, cover),
        instrument.codes,
        runs,
        asked_consent=any(key for key, _ in runs),
        unusable=_twice(cells, instrument, remarks),
        there=there,
        about={"submitted" if key == "date" else key: cell.place for key, cell in cover.items()},
    )


def _filled(key: str, row: SheetRow, sheet: SheetInfo, remarks: Remarks) -> Cell | None:
    """Return what is filled in beside a key; None if nothing is."""
    match = _KEY.fullmatch(key)
    part = match.group(2) if match else ""
    if key in (*COVER_KEYS, "code"):
        owner, part, column = key, "", TEXT_COLUMN
    elif match and part in (*ANSWER_ROWS, *TEXTS):
        owner, column = match.group(1), TEXT_COLUMN if part in TEXTS else ANSWER_COLUMN
    else:
        owner, part, column = "", WHOLE_ROW, ANSWER_COLUMN
    given = row.cells.get(column, "")
    if not given.strip():
        return None
    text = FORMULA + given.strip() if isinstance(given, Formula) else given.strip()
    name = cell_name(column, row.number)
    place = remarks.lang.tr("sheet {sheet}, cell {cell}", sheet=sheet.name, cell=name)
    return Cell(owner, part, text, name, place)


def _run(cell: Cell) -> Run:
    return Run(cell.part, cell.place, np.array([0]), np.array([cell.text], dtype=object))


def _submission(identity: dict[str, str], cover: dict[str, Cell]) -> pd.DataFrame:
    filled = {key: cover[key].text if key in cover else "" for key in (*COVER_KEYS, "code")}
    government, _, respondent = identity.get("unit", "").partition(".")
    consent = filled["consent"].lower()
    return pd.DataFrame(
        {
            "government": government,
            "respondent": respondent,
            "province": "",
            "instrument_version": identity.get("instrument_version", ""),
            "instrument_digest": identity.get("instrument_digest", ""),
            "consent": "yes" if consent in YES else "no" if consent in NO else consent,
            "code": filled["code"],
            "respondent_id": filled["respondent_id"],
            "role": filled["role"],
            "submitted": filled["date"],
            "submission": "",
            SIMULATED: identity.get(SIMULATED, ""),
            "verifier": filled["verifier"],
            "row": 0,
            "ragged": False,
        },
        index=[0],
    )


def _twice(
    cells: Sequence[Cell], instrument: Instrument, remarks: Remarks
) -> set[tuple[str, bool]]:
    """Say which questions have answers in rows that were copied; they are not used."""
    rows: dict[str, list[Cell]] = {}
    for cell in cells:
        if cell.key in instrument.codes and cell.part in ANSWER_ROWS:
            rows.setdefault(cell.key, []).append(cell)
    twice: set[tuple[str, bool]] = set()
    for code, given in rows.items():
        given.sort(key=lambda cell: ANSWER_ROWS.index(cell.part))
        parts = [cell.part for cell in given]
        copies = [cell for cell in given if parts.count(cell.part) > 1]
        twice |= {(code, cell.part == "verified") for cell in copies}
        if copies:
            names = listing([cell.name for cell in copies])
            remarks.say("rows twice", code=code, cells=names, place=given[0].place)
    return twice


def _say_sheet(sheet: SheetInfo, hidden: Sequence[int], remarks: Remarks) -> None:
    place = remarks.lang.tr("sheet {sheet}", sheet=quoted(sheet.name).strip("'"))
    if hidden:
        remarks.say("hidden rows", place=place, rows=hidden)
    if sheet.merged:
        remarks.say("merged cells", cells=listing(sheet.merged, most=4), place=place)
    if sheet.state != "visible":
        remarks.say("hidden sheet", place=place)
