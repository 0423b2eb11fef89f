"""The header of an export from KoboToolbox or ODK: which column holds what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from erat.errors import listing, nearest
from erat.survey.answers import SIMULATED
from erat.survey.choices import CHOICES
from erat.survey.instrument import Instrument
from erat.survey.remarks import Teller, quoted

FIELDS = ("instrument_version", "instrument_digest", "consent", "province", "government", "level",
          "respondent", "respondent_id", "role")  # fmt: skip
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


@dataclass
class Header:
    """The columns of an export, by place.

    Attributes
    ----------
    fields
        Of the fields before the questions, and of the servers' own.
    ticked
        The column that lists what was ticked, by question.
    single
        The columns of a single choice, by question and choice.
    more
        The columns of evidence, comment and verified level, by question and kind.
    strays
        Columns of questions that the instrument does not have, by name.
    twice
        Questions with more than one column of a kind; their answers are refused.
    others
        Columns that are nothing of the form, by name.
    """

    width: int
    fields: dict[str, int] = field(default_factory=dict)
    ticked: dict[str, int] = field(default_factory=dict)
    single: dict[str, dict[str, int]] = field(default_factory=dict)
    more: dict[tuple[str, str], int] = field(default_factory=dict)
    strays: dict[str, int] = field(default_factory=dict)
    twice: set[str] = field(default_factory=set)
    fields_twice: set[str] = field(default_factory=set)
    others: dict[str, int] = field(default_factory=dict)

    @property
    def partial(self) -> set[str]:
        """Questions with a column for some choices only; their answers are refused."""
        return {
            code
            for code, columns in self.single.items()
            if code not in self.ticked and len(columns) < len(CHOICES)
        }

    @property
    def known(self) -> bool:
        """Whether anything of the questionnaire is there."""
        return bool(self.ticked or self.single or self.more or self.strays)

    def at(self, names: Sequence[str]) -> int | None:
        """Return the place of the first of some fields that is there."""
        return next((self.fields[name] for name in names if name in self.fields), None)


def read_header(names: Sequence[str], instrument: Instrument) -> Header:
    """Find out what each column of an export holds; groups before a name are left out."""
    header = Header(len(names))
    codes = set(instrument.codes)
    for place, name in enumerate(names):
        _take(header, name.strip(), place, codes)
    return header


def _take(header: Header, name: str, place: int, codes: set[str]) -> None:
    path, parts = name, re.split(r"[/:.-]", name)
    choice = parts[-1] if len(parts) > 1 and parts[-1] in CHOICES else ""
    last = parts[-2] if choice else parts[-1]
    match = _QUESTION.fullmatch(last)
    if match and match.group(1) not in codes:
        header.strays[path] = place
    elif match and (choice or not match.group(2)):
        code = match.group(1)
        columns = header.single.setdefault(code, {}) if choice else header.ticked
        key = choice or code
        if key in columns or (choice and match.group(2)):
            header.twice.add(code)
        columns.setdefault(key, place)
    elif match:
        pair = (match.group(1), match.group(2))
        if pair in header.more:
            header.twice.add(pair[0])
        header.more.setdefault(pair, place)
    else:
        _take_field(header, path, last, place)


def _take_field(header: Header, name: str, last: str, place: int) -> None:
    if last in FIELDS or last in SUBMISSION or last in SUBMITTED or last == SIMULATED:
        if last in header.fields and (last in NEEDED or last in ("consent", "province")):
            header.fields_twice.add(last)
        header.fields.setdefault(last, place)
    elif last not in SYSTEM and not name.startswith(("_", "meta")):
        header.others[name if name not in header.others else f"{name} ({place + 1})"] = place


def usable(header: Header, names: Sequence[str], tell: Teller) -> bool:
    """Say what is wrong with a header; return whether the rows below it can be read."""
    labels = sum(_LABEL.match(name.strip()) is not None for name in names)
    if labels and not (header.ticked or header.single):
        tell.refuse(
            "labels",
            tell.tr("an export with the texts of the questions as header"),
            tell.tr("an export with the names of the questions"),
            tell.tr("export again with 'XML values and headers' (KoboToolbox), not with labels"),
        )
        return False
    if not header.known and not set(NEEDED) & set(header.fields):
        _say_foreign(names, tell)
        return False
    for name in sorted(header.fields_twice):
        tell.refuse(
            "column twice",
            tell.tr("the column {name} twice", name=name),
            tell.tr("each column once"),
            tell.tr("export again; do not add or copy columns"),
        )
    absent = [name for name in NEEDED if name not in header.fields]
    for name in absent:
        tell.refuse(
            "column missing",
            tell.tr("no column {name}", name=name),
            tell.tr("the columns {names}", names=listing(NEEDED)),
            tell.tr("export all columns of the form; leave none out"),
        )
    return not absent and not header.fields_twice


def _say_foreign(names: Sequence[str], tell: Teller) -> None:
    shown = quoted(", ".join(names))
    if any(re.fullmatch(r"[A-Z]+[0-9]+[a-d]\.(\d|all|evidence)", name.strip()) for name in names):
        found = tell.tr("a sheet of a workbook, saved as CSV")
    else:
        found = tell.tr("a table that is no export of this questionnaire ({header})", header=shown)
    tell.refuse(
        "foreign",
        found,
        tell.tr("an export of the form of e-RAT, or a filled workbook (xlsx)"),
        tell.tr("send the file that the form or the workbook gave, as it is"),
    )


def say_columns(header: Header, instrument: Instrument, tell: Teller) -> None:
    """Say which columns are not read, and which questions have no column."""
    for code in sorted(header.twice):
        tell.refuse(
            "column twice",
            tell.tr("more than one column for {code}", code=code),
            tell.tr("each column once"),
            tell.tr("export again; do not add or copy columns"),
            place=tell.tr("column {name}", name=code),
        )
    for code in sorted(header.partial - header.twice):
        absent = [name for name in CHOICES if name not in header.single[code]]
        tell.refuse(
            "column missing",
            tell.tr("no column for {names} of {code}", names=listing(absent), code=code),
            tell.tr("a column for every choice"),
            tell.tr("export all columns of the form; leave none out"),
            place=tell.tr("column {name}", name=code),
        )
    if header.others:
        tell.note(
            "columns not read",
            tell.tr("columns that are not read: {names}",
                    names=listing([quoted(name) for name in header.others])),
            tell.tr("the columns of the form"),
            tell.tr("nothing, if they are your own"),
        )  # fmt: skip
    there = {*header.ticked, *header.single, *(code for code, _ in header.more)}
    absent = [code for code in instrument.codes if code not in there]
    if absent:
        tell.note(
            "questions missing",
            tell.tr("no column for {n} questions: {codes}", n=len(absent), codes=listing(absent)),
            tell.tr("a column for every question"),
            tell.tr("export all columns of the form; a question nobody answered may be left out"),
        )


def stray_remedy(name: str, instrument: Instrument, tell: Teller) -> str:
    """Say what to do about a column of an unknown question."""
    code = re.split(r"[/:.-]", name)[-1].split("_")[0]
    near = nearest(code, instrument.codes)
    if near.startswith("did you mean"):
        return tell.tr("correct the code; the nearest is {code}", code=near.split("'")[1])
    return tell.tr("make the form again with: erat survey template")
