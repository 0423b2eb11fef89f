"""Exports of KoboToolbox or ODK, CSV or xlsx: their rows and columns, laid out as the long table."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from erat.errors import Problem
from erat.index.rows import csv_rows, separator_of, text_of
from erat.index.xlsx import MOST_COLUMNS, MOST_ROWS, SheetInfo, UnreadableError, XlsxFile
from erat.locale import Language
from erat.survey.answers import SIMULATED
from erat.survey.instrument import Instrument
from erat.survey.read.long_table import (
    CHOICES,
    TEXTS,
    WHO,
    Column,
    LongTable,
    answer_column,
    lay_out,
    ticks,
)
from erat.survey.read.remarks import Remarks, quoted
from erat.survey.read.server import REVIEW_COLUMN, status_word

MOST_CSV = 400_000_000
"""Bytes of a CSV file."""
PIECE = 4_000
"""Rows that are read at a time."""

FIELDS = ("instrument_version", "instrument_digest", "consent", "province", "government", "level",
          "respondent", "respondent_id", "role", SIMULATED)  # fmt: skip
"""Names of the fields of the form before the questions."""
NEEDED = ("instrument_version", "government", "respondent")
SUBMISSION = ("_uuid", "instanceID", "KEY", "__id", "_id")
"""Columns that name a submission, the best first."""
SUBMITTED = ("_submission_time", "SubmissionDate", "end")
"""Columns that say when it was sent, the best first."""
VERSIONS: dict[str, tuple[str, ...]] = {
    "root": ("rootUuid", "KEY", "__id"),
    "deprecated": ("deprecatedID",),
    "serial": ("_id",),
    "edits": ("Edits", "edits"),
    "updated": ("UpdatedAt", "updatedAt", "_date_modified"),
    "ended": ("end",),
}
"""Columns that tell the versions of an edited submission apart."""
FIELDS_OF: dict[str, tuple[str, ...]] = {
    **{name: (name,) for name in (*WHO, "respondent_id", "role", SIMULATED)},
    "submission": SUBMISSION,
    "submitted": SUBMITTED,
    **VERSIONS,
}
"""Columns of submissions, and the fields of an export that hold them, the best first."""
SYSTEM = frozenset(
    {
        "start", "end", "today", "username", "deviceid", "phonenumber", "simserial", "about",
        "declined",
        "instanceID", "instanceName", "KEY", "SubmissionDate",
        "SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "Status",
        "DeviceID", "FormVersion", "PARENT_KEY", "audit", "",
    }
)  # fmt: skip
"""Columns that the servers add; they are not read, and nothing is said about them."""

_QUESTION = re.compile(r"([A-Z]+[0-9]+[a-z])(?:_(evidence|comment|verified))?")
_LABEL = re.compile(r"[A-Z]+[0-9]+[a-z]\. \S")
_SHEET = re.compile(r"[A-Z]+[0-9]+[a-d]\.(\d|all|evidence)")

KNOWN = frozenset({*FIELDS, *(field for fields in FIELDS_OF.values() for field in fields)})
"""Names of all fields that are read."""

Row = tuple[int, list[str]]
"""A row's number in its file, and its cells."""


def text_rows(path: Path, remarks: Remarks) -> Iterator[Row]:
    """Read a CSV file as any table of somebody is read, without blank lines; UnreadableError if it
    is too large, empty or damaged.
    """
    size = path.stat().st_size
    if size > MOST_CSV:
        raise UnreadableError("too large", f"{size:,} bytes")
    notes: list[Problem] = []
    text, faults = text_of(path.read_bytes(), remarks.file, notes)
    for fault in faults:
        raise UnreadableError(fault.cause, str(fault.problem.row or 1))
    if not text.strip():
        raise UnreadableError("empty")
    for note in notes:
        remarks.say("latin-1", rows=[note.row or 1])
    yield from ((line, row) for line, row in csv_rows(text, separator_of(text)) if row)


def sheet_rows(book: XlsxFile, sheet: SheetInfo) -> Iterator[Row]:
    """Read the rows of a sheet; its header is the first one with cells."""
    width = 0
    for row in book.rows(sheet):
        width = width or max(row.cells) + 1
        yield row.number, [row.cells.get(n, "") for n in range(max(width, max(row.cells) + 1))]
    if not width:
        raise UnreadableError("empty")


def read_export(
    rows: Iterator[Row], instrument: Instrument, remarks: Remarks
) -> Iterator[LongTable]:
    """Lay an export out as long tables, piece by piece, and say what is wrong with its columns;
    none if its header holds nothing of the questionnaire.
    """
    names = next(rows, (1, [""]))[1]
    if len(names) > MOST_COLUMNS:
        raise UnreadableError("too many columns", f"{MOST_COLUMNS:,}")
    header = Header(names, instrument.codes)
    readable = _is_readable(header, remarks)
    if not header.is_known:
        return
    _say_columns(header, instrument, remarks)
    read = 0
    while piece := list(islice(rows, PIECE)):
        read += len(piece)
        if read > MOST_ROWS:
            raise UnreadableError("too many rows", f"{MOST_ROWS:,}")
        yield _long_table(piece, header, instrument, remarks.lang, readable)
    if not read:
        remarks.say("no answers.export")


class Header:
    """Places of columns, groups before their names left out: ``fields`` of form and server,
    ``columns`` by question and part, ``strays`` of unknown questions, ``others`` not of the form;
    what is in ``twice`` is refused; ``reviews`` say what the office decided.
    """

    def __init__(self, names: Sequence[str], codes: Collection[str]) -> None:
        self.names = names
        self.fields: dict[str, int] = {}
        self.columns: dict[str, dict[str, int]] = {}
        self.strays: dict[str, int] = {}
        self.others: dict[str, int] = {}
        self.twice: set[tuple[str, str]] = set()
        self.fields_twice: set[str] = set()
        self.reviews: list[int] = []
        for place, name in enumerate(map(str.strip, names)):
            if REVIEW_COLUMN.fullmatch(name):
                self.reviews.append(place)
                continue
            *groups, last = re.split(r"[/:.-]", name)
            choice = last if groups and last in CHOICES else ""
            stem = groups[-1] if choice else last
            match = _QUESTION.fullmatch(stem)
            if match is None:
                self._take_field(name, stem, place)
            elif match[1] not in codes:
                self.strays[name] = place
            else:
                code, kind = match.groups()
                part, parts = choice or kind or "list", self.columns.setdefault(code, {})
                if part in parts or (choice and kind):
                    self.twice.add((code, part))
                parts.setdefault(part, place)

    def _take_field(self, name: str, last: str, place: int) -> None:
        if last in KNOWN:
            if last in self.fields and last in (*NEEDED, "consent", "province"):
                self.fields_twice.add(last)
            self.fields.setdefault(last, place)
        elif last not in SYSTEM and not name.startswith(("_", "meta")):
            self.others[name if name not in self.others else f"{name} ({place + 1})"] = place

    @property
    def partial(self) -> set[str]:
        """Questions with a column for some choices only; their answers are refused."""
        return {
            code
            for code, parts in self.columns.items()
            if "list" not in parts and 0 < len(parts.keys() & CHOICES) < len(CHOICES)
        }

    @property
    def has_ticks(self) -> bool:
        """Whether any column can hold what was ticked."""
        return any(parts.keys() & {"list", *CHOICES} for parts in self.columns.values())

    @property
    def is_known(self) -> bool:
        """Whether anything of the questionnaire is there."""
        return bool(self.columns or self.strays)


def _is_readable(header: Header, remarks: Remarks) -> bool:
    """Say what is wrong with a header; return whether the rows below it can be read."""
    names = [name.strip() for name in header.names]
    if any(map(_LABEL.match, names)) and not header.has_ticks:
        remarks.say("labels")
        return False
    if not header.is_known and not set(NEEDED) & set(header.fields):
        sheet = any(map(_SHEET.fullmatch, names))
        text = quoted(", ".join(header.names))
        remarks.say("foreign.sheet" if sheet else "foreign", header=text)
        return False
    for name in sorted(header.fields_twice):
        remarks.say("column twice.field", name=name)
    absent = [name for name in NEEDED if name not in header.fields]
    for name in absent:
        remarks.say("column missing.field", name=name, names=NEEDED)
    if not (header.is_known or absent or header.fields_twice):
        remarks.say("no questions")
    return not absent and not header.fields_twice


def _say_columns(header: Header, instrument: Instrument, remarks: Remarks) -> None:
    """Say which columns are not read, and which questions have no column."""
    tr = remarks.lang.tr
    twice = {code for code, _ in header.twice}
    for code in sorted(twice):
        remarks.say("column twice", code=code, place=tr("column {name}", name=code))
    for code in sorted(header.partial - twice):
        absent = [name for name in CHOICES if name not in header.columns[code]]
        place = tr("column {name}", name=code)
        remarks.say("column missing", names=absent, code=code, place=place)
    if header.others:
        remarks.say("columns not read", names=[*map(quoted, header.others)])
    missing = [code for code in instrument.codes if code not in header.columns]
    if missing:
        remarks.say("questions missing.export", n=len(missing), codes=missing)


def _long_table(
    rows: Sequence[Row], header: Header, instrument: Instrument, lang: Language, readable: bool
) -> LongTable:
    columns, width = header.columns, len(header.names)
    cells = np.array([(row + [""] * width)[:width] for _, row in rows], dtype=object)
    about = {
        name: next((field for field in fields if field in header.fields), "")
        for name, fields in FIELDS_OF.items()
    }
    texts = {
        name: _stripped(cells[:, header.fields[field]]) if field else ""
        for name, field in about.items()
    }
    submissions = pd.DataFrame(texts, index=range(len(rows)), dtype=object)
    return LongTable(
        "export",
        submissions.assign(
            review=[status_word(row) for row in cells[:, header.reviews]] if header.reviews else "",
            row=[number for number, _ in rows],
            ragged=[len(row) != width for _, row in rows],
        ),
        *lay_out(_filled(cells, header, lang), instrument.codes),
        about={name: lang.tr("column {name}", name=field) for name, field in about.items()},
        asked_consent="consent" in header.fields,
        unusable={(code, part == "verified") for code, part in header.twice}
        | {(code, False) for code in header.partial},
        present=set(columns),
        complete={code for code, parts in columns.items() if parts.keys() >= {"list", *CHOICES}},
        verification=not header.has_ticks and any("verified" in of for of in columns.values()),
        width=width,
        readable=readable,
    )


def _stripped(cells: np.ndarray) -> np.ndarray:
    """Return the texts of a column without blanks around them; equal ones are one object."""
    codes, texts = pd.factorize(cells)
    return np.asarray(np.array([text.strip() for text in texts], dtype=object)[codes])


def _filled(
    cells: np.ndarray, header: Header, lang: Language
) -> Iterator[tuple[Column, np.ndarray, np.ndarray]]:
    """Read every column that can hold answers; of those not of the form only lists of steps."""
    columns = [
        (code, part, answer_column(code, part), place)
        for code, parts in header.columns.items()
        for part, place in parts.items()
    ]
    for name, place in header.strays.items():
        columns.append((name, "comment" if name.endswith(TEXTS) else "list", quoted(name), place))
    columns += [(name, "unknown", quoted(name), place) for name, place in header.others.items()]
    for question, part, shown, place in columns:
        mask = (texts := _stripped(cells[:, place])) != ""
        if part == "unknown":
            mask &= [ticks(text) > 0 and "s" in text for text in texts]
        filled = np.flatnonzero(mask)
        if len(filled):
            where = lang.tr("column {name}", name=shown)
            kind = "list" if part == "unknown" else part
            yield Column(question, kind, where), filled, texts[filled]
