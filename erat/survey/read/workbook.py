"""A filled workbook of one respondent to the long table, by the keys in its hidden column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from openpyxl.utils import get_column_letter

from erat.index.xlsx import SheetInfo, SheetRow, XlsxFile
from erat.survey.answers import SIMULATED
from erat.survey.instrument import Instrument
from erat.survey.read.long_table import (
    NO,
    STEP_ROWS,
    TEXTS,
    WHOLE_ROW,
    YES,
    Column,
    LongTable,
    lay_out,
)
from erat.survey.read.remarks import Remarks, quoted
from erat.survey.read.server import SERVER

IDENTITY = "_erat"
"""The hidden sheet that says what a workbook is: its version, sub-unit and language."""
COVER_KEYS = ("respondent_id", "role", "date", "consent", "verifier")
"""Keys of the cells to fill on the cover."""

KEY, VALUE_COLUMN, TEXT_COLUMN, ANSWER_COLUMN = 0, 1, 2, 3
ANSWER_ROWS = (*STEP_ROWS, WHOLE_ROW, "verified")
_KEY = re.compile(r"([A-Z]+[0-9]+[a-z])\.([a-z0-9]+)")


class Cell(NamedTuple):
    """A cell that was filled in: its key (empty if the row has lost it), text, and where it is."""

    key: str
    part: str
    text: str
    name: str
    place: str


def read_workbook(book: XlsxFile, instrument: Instrument, remarks: Remarks) -> LongTable:
    """Lay a filled workbook out as a long table of one submission."""
    identity: dict[str, str] = {}
    cells: list[Cell] = []
    present: set[str] = set()
    for sheet in book.sheets:
        if sheet.name == IDENTITY:
            identity |= {_text(row, KEY): _text(row, VALUE_COLUMN) for row in book.rows(sheet)}
            continue
        hidden = []
        for row in book.rows(sheet):
            key = _text(row, KEY)
            if match := _KEY.fullmatch(key):
                present.add(match[1])
            cell = _filled(key, row, sheet, remarks)
            if cell and key not in instrument.codes:
                cells.append(cell)
                hidden += [row.number] if row.hidden and cell.key else []
        _say_layout(sheet, hidden, remarks)
    cover = {cell.key: cell for cell in reversed(cells) if not cell.part}
    filled = [cell for cell in cells if cell.part]
    if filled and "respondent_id" not in cover:
        remarks.say("no initials")
    return LongTable(
        "workbook",
        _submission(identity, {key: cell.text for key, cell in cover.items()}),
        *lay_out(
            (
                (Column(cell.key, cell.part, cell.place), np.array([0]), np.array([cell.text], "O"))
                for cell in filled
            ),
            instrument.codes,
        ),
        about={"submitted" if key == "date" else key: cell.place for key, cell in cover.items()},
        asked_consent=any(cell.key for cell in filled),
        unusable=_copied(cells, instrument, remarks),
        present=present,
    )


def _text(row: SheetRow, column: int) -> str:
    return row.cells.get(column, "").strip()


def _filled(key: str, row: SheetRow, sheet: SheetInfo, remarks: Remarks) -> Cell | None:
    """Return what is filled in beside a key; None if nothing is."""
    match = _KEY.fullmatch(key)
    owner, part = match.groups() if match else ("", "")
    column = ANSWER_COLUMN
    if key in (*COVER_KEYS, "code"):
        owner, column = key, TEXT_COLUMN
    elif part in TEXTS:
        column = TEXT_COLUMN
    elif part not in ANSWER_ROWS:
        owner, part = "", WHOLE_ROW
    if not (text := _text(row, column)):
        return None
    name = f"{get_column_letter(column + 1)}{row.number}"
    place = remarks.lang.tr("sheet {sheet}, cell {cell}", sheet=sheet.name, cell=name)
    return Cell(owner, part, text, name, place)


def _submission(identity: dict[str, str], cover: dict[str, str]) -> pd.DataFrame:
    government, _, respondent = identity.get("unit", "").partition(".")
    consent = cover.get("consent", "").lower()
    about = {
        "government": government,
        "respondent": respondent,
        "province": "",
        **{key: identity.get(key, "") for key in ("instrument_version", "instrument_digest")},
        "consent": "yes" if consent in YES else "no" if consent in NO else consent,
        "submitted": cover.get("date", ""),
        **dict.fromkeys(("submission", *SERVER), ""),
        SIMULATED: identity.get(SIMULATED, ""),
        **{key: cover.get(key, "") for key in ("code", "respondent_id", "role", "verifier")},
    }
    return pd.DataFrame({**about, "row": 0, "ragged": False}, index=[0])


def _copied(
    cells: Sequence[Cell], instrument: Instrument, remarks: Remarks
) -> set[tuple[str, bool]]:
    """Say which questions have answers in rows that were copied; they are not used."""
    rows: dict[str, list[Cell]] = {}
    for cell in cells:
        if cell.key in instrument.codes and cell.part in ANSWER_ROWS:
            rows.setdefault(cell.key, []).append(cell)
    twice: set[tuple[str, bool]] = set()
    for code, answers in rows.items():
        answers.sort(key=lambda cell: ANSWER_ROWS.index(cell.part))
        parts = [cell.part for cell in answers]
        copies = [cell for cell in answers if parts.count(cell.part) > 1]
        twice |= {(code, cell.part == "verified") for cell in copies}
        if copies:
            names = [cell.name for cell in copies]
            remarks.say("rows twice", code=code, cells=names, place=answers[0].place)
    return twice


def _say_layout(sheet: SheetInfo, hidden: Sequence[int], remarks: Remarks) -> None:
    place = remarks.lang.tr("sheet {sheet}", sheet=quoted(sheet.name).strip("'"))
    if hidden:
        remarks.say("hidden rows", place=place, rows=hidden)
    if sheet.merged:
        remarks.say("merged cells", cells=remarks.lang.listing(sheet.merged, 4), place=place)
    if sheet.state != "visible":
        remarks.say("hidden sheet", place=place)
