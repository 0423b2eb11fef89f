"""The header of an export from KoboToolbox or ODK: which column holds what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from erat.errors import listing
from erat.survey.answers import SIMULATED
from erat.survey.instrument import Instrument
from erat.survey.read.choices import CHOICES
from erat.survey.read.remarks import Remarks, quoted

FIELDS = ("instrument_version", "instrument_digest", "consent", "province", "government", "level",
          "respondent", "respondent_id", "role", SIMULATED)  # fmt: skip
"""Names of the fields of the form before the questions."""
NEEDED = ("instrument_version", "government", "respondent")
SUBMISSION = ("_uuid", "instanceID", "KEY", "_id")
"""Columns that name a submission, the best first."""
SUBMITTED = ("_submission_time", "SubmissionDate", "end")
"""Columns that say when it was sent, the best first."""
SYSTEM = frozenset(
    {
        "start", "end", "today", "username", "deviceid", "phonenumber", "simserial", "about",
        "instanceID", "instanceName", "rootUuid", "deprecatedID", "KEY", "SubmissionDate",
        "SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "Status",
        "ReviewState", "DeviceID", "Edits", "FormVersion", "PARENT_KEY", "audit", "",
    }
)  # fmt: skip
"""Columns that the servers add; they are not read, and nothing is said about them."""

_QUESTION = re.compile(r"([A-Z]+[0-9]+[a-z])(?:_(evidence|comment|verified))?")
_LABEL = re.compile(r"[A-Z]+[0-9]+[a-z]\. \S")
_SHEET = re.compile(r"[A-Z]+[0-9]+[a-d]\.(\d|all|evidence)")


@dataclass
class Header:
    """The columns of an export, by place.

    Attributes
    ----------
    fields
        Of the fields before the questions, and of the servers' own.
    columns
        By question and part (:data:`erat.survey.read.given.PARTS`).
    strays
        Columns of questions that the instrument does not have, by name.
    twice, fields_twice
        Parts of questions and fields with more than one column; what they hold is refused.
    others
        Columns that are nothing of the form, by name.
    """

    width: int
    fields: dict[str, int] = field(default_factory=dict)
    columns: dict[tuple[str, str], int] = field(default_factory=dict)
    strays: dict[str, int] = field(default_factory=dict)
    twice: set[tuple[str, str]] = field(default_factory=set)
    fields_twice: set[str] = field(default_factory=set)
    others: dict[str, int] = field(default_factory=dict)

    @property
    def choices(self) -> dict[str, list[str]]:
        """The choices that have a column of their own, by question."""
        columns: dict[str, list[str]] = {}
        for code, part in self.columns:
            if part in CHOICES:
                columns.setdefault(code, []).append(part)
        return columns

    @property
    def partial(self) -> set[str]:
        """Questions with a column for some choices only; their answers are refused."""
        return {
            code
            for code, choices in self.choices.items()
            if (code, "list") not in self.columns and len(choices) < len(CHOICES)
        }

    @property
    def complete(self) -> set[str]:
        """Questions with a column for every choice beside one that lists them."""
        return {
            code
            for code, choices in self.choices.items()
            if (code, "list") in self.columns and len(choices) == len(CHOICES)
        }

    @property
    def unusable(self) -> set[tuple[str, bool]]:
        """Questions whose answers (or, if true, verified levels) the columns do not tell."""
        twice = {(code, part == "verified") for code, part in self.twice}
        return twice | {(code, False) for code in self.partial}

    @property
    def ticks(self) -> bool:
        """Whether any column can hold what was ticked."""
        return any(part == "list" or part in CHOICES for _, part in self.columns)

    @property
    def known(self) -> bool:
        """Whether anything of the questionnaire is there."""
        return bool(self.columns or self.strays)

    def first(self, names: Sequence[str]) -> str:
        """Return the first of some fields that is there; empty if none is."""
        return next((name for name in names if name in self.fields), "")


def read_header(names: Sequence[str], instrument: Instrument) -> Header:
    """Find out what each column of an export holds; groups before a name are left out."""
    header = Header(len(names))
    codes = set(instrument.codes)
    for place, given in enumerate(names):
        name = given.strip()
        parts = re.split(r"[/:.-]", name)
        choice = parts[-1] if len(parts) > 1 and parts[-1] in CHOICES else ""
        last = parts[-2] if choice else parts[-1]
        match = _QUESTION.fullmatch(last)
        if match is None:
            _take_field(header, name, last, place)
        elif match.group(1) not in codes:
            header.strays[name] = place
        else:
            code, kind = match.groups()
            column = (code, choice or kind or "list")
            if column in header.columns or (choice and kind):
                header.twice.add(column)
            header.columns.setdefault(column, place)
    return header


def _take_field(header: Header, name: str, last: str, place: int) -> None:
    if last in (*FIELDS, *SUBMISSION, *SUBMITTED):
        if last in header.fields and last in (*NEEDED, "consent", "province"):
            header.fields_twice.add(last)
        header.fields.setdefault(last, place)
    elif last not in SYSTEM and not name.startswith(("_", "meta")):
        header.others[name if name not in header.others else f"{name} ({place + 1})"] = place


def usable(header: Header, names: Sequence[str], remarks: Remarks) -> bool:
    """Say what is wrong with a header; return whether the rows below it can be read."""
    if any(_LABEL.match(name.strip()) for name in names) and not header.ticks:
        remarks.say("labels")
        return False
    if not header.known and not set(NEEDED) & set(header.fields):
        sheet = any(_SHEET.fullmatch(name.strip()) for name in names)
        remarks.say("foreign.sheet" if sheet else "foreign", header=quoted(", ".join(names)))
        return False
    for name in sorted(header.fields_twice):
        remarks.say("column twice.field", name=name)
    absent = [name for name in NEEDED if name not in header.fields]
    for name in absent:
        remarks.say("column missing.field", name=name, names=listing(NEEDED))
    if not (header.known or absent or header.fields_twice):
        remarks.say("no questions")
    return header.known and not absent and not header.fields_twice


def say_columns(header: Header, instrument: Instrument, remarks: Remarks) -> None:
    """Say which columns are not read, and which questions have no column."""
    tr = remarks.lang.tr
    twice = {code for code, _ in header.twice}
    for code in sorted(twice):
        remarks.say("column twice", code=code, place=tr("column {name}", name=code))
    for code in sorted(header.partial - twice):
        absent = [name for name in CHOICES if (code, name) not in header.columns]
        place = tr("column {name}", name=code)
        remarks.say("column missing", names=listing(absent), code=code, place=place)
    if header.others:
        remarks.say("columns not read", names=listing([quoted(name) for name in header.others]))
    there = {code for code, _ in header.columns}
    absent = [code for code in instrument.codes if code not in there]
    if absent:
        remarks.say("questions missing.export", n=len(absent), codes=listing(absent))
