"""Remarks on a file of answers: what was refused or noted, where, and what to do.

Their texts stand at the end, by cause and variant; they are translated when they are said.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from erat.index.xlsx import FORMULA
from erat.locale import Language

Severity = Literal["refused", "noted"]
REPLACEMENT = "\ufffd"
MOST_QUOTED = 60
"""Characters of somebody's text that a remark quotes."""

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
    "|[\ud800-\udfff]"
)
"""Control characters, and those that turn the direction of a text or hide in it."""


def seen(text: str) -> str:
    """Show what cannot be seen in a text as a replacement character.

    Examples
    --------
    >>> seen("a\\x00b\\u202ec") == "a\\ufffdb\\ufffdc"
    True
    """
    return _UNSEEN.sub(REPLACEMENT, text)


def quoted(text: str) -> str:
    """Quote a cell for a remark: on one line, cut where it is long.

    Examples
    --------
    >>> quoted("=1+1"), quoted("a" * 100)[-5:]
    ("'=1+1'", "aaa…'")
    """
    line = " ".join(seen(text.lstrip(FORMULA)).split())
    return f"'{line[:MOST_QUOTED]}…'" if len(line) > MOST_QUOTED else f"'{line}'"


def clean_name(name: str) -> str:
    """Return a file's name as it can be shown: on one line, nothing hidden in it."""
    shown = "".join(
        REPLACEMENT if unicodedata.category(c).startswith(("C", "Zl", "Zp")) else c for c in name
    )
    return shown or REPLACEMENT


@dataclass(frozen=True)
class Remark:
    """One thing said of a file: ``refused`` keeps ``answers`` out, ``noted`` is only about them.

    ``place`` is a sheet, cell or column, empty for the file; ``rows`` are those of a spreadsheet.
    """

    file: str
    severity: Severity
    cause: str
    found: str
    expected: str
    remedy: str
    place: str = ""
    rows: tuple[int, ...] = ()
    answers: int = 0

    def line(self, lang: Language) -> str:
        """Return it as a line of text, which names at most ten rows."""
        parts = [self.file, self.place]
        if self.rows:
            rows = lang.listing(self.rows, 10)
            several = len(self.rows) > 1
            parts.append(
                lang.tr("rows {rows}", rows=rows) if several else lang.tr("row {rows}", rows=rows)
            )
        word = lang.tr("refused") if self.severity == "refused" else lang.tr("noted")
        return lang.tr(
            "{word}: {place}: found {found}; expected {expected}. What to do: {remedy}",
            word=word,
            place=", ".join(filter(None, parts)),
            found=self.found,
            expected=self.expected,
            remedy=self.remedy,
        )


@dataclass
class Remarks:
    """The remarks on one file, in one language."""

    file: str
    lang: Language
    all: list[Remark] = field(default_factory=list)

    def say(
        self,
        message: str,
        *,
        noted: bool = False,
        place: str = "",
        rows: Iterable[int] = (),
        answers: int = 0,
        **fields: object,
    ) -> None:
        """Say a message, ``cause`` or ``cause.variant``; an unknown variant is left out. The texts
        name ``fields``, of lists the first; ``noted`` notes what would else be refused.
        """
        while message not in MESSAGES and "." in message:
            message = message.rpartition(".")[0]
        text = MESSAGES[message]
        fields |= {
            name: self.lang.listing(value)
            for name, value in fields.items()
            if isinstance(value, (list, tuple))
        }
        severity: Severity = "noted" if noted or text.noted else "refused"
        found, expected, remedy = (self.lang.tr(one, **fields) for one in text[:3])
        cause, numbers, count = message.partition(".")[0], tuple(map(int, rows)), int(answers)
        self.all.append(
            Remark(self.file, severity, cause, found, expected, remedy, place, numbers, count)
        )


MOST = {"refused": 20, "noted": 5}
"""How many remarks of one file and cause are shown one by one."""


def summarized(remarks: Sequence[Remark], lang: Language) -> list[Remark]:
    """Make one remark of those of one file and cause where they are very many."""
    groups: dict[tuple[str, Severity, str], list[Remark]] = {}
    for remark in remarks:
        groups.setdefault((remark.file, remark.severity, remark.cause), []).append(remark)
    for key, same in groups.items():
        first, more = same[0], len(same) - 1
        if more >= MOST[first.severity]:
            found = lang.tr(
                "{found} (and {n} more of this kind: see check --all)", found=first.found, n=more
            )
            groups[key] = [replace(first, found=found, answers=sum(one.answers for one in same))]
    return [remark for same in groups.values() for remark in same]


class Message(NamedTuple):
    """What was found, what was expected, and what to do; ``noted`` if nothing is kept out by it."""

    found: str
    expected: str
    remedy: str
    noted: bool = False


def _noted(found: str, expected: str, remedy: str) -> Message:
    return Message(found, expected, remedy, noted=True)


OURS = "an export of the form of e-RAT, or a filled workbook (xlsx)"
SENT_AGAIN = "send the file again, as the form or the workbook gave it"
AS_XLSX = "save or export it as xlsx or CSV"
UTF8 = "text in UTF-8"
AS_UTF8 = "export again; if a spreadsheet saved it, choose CSV UTF-8"
BOOK = "a workbook (xlsx) that can be read"
DAMAGED = "the file is damaged: open and save it again, or ask for another copy"
SUSPECT = "do not open it; ask the sender for the file that was made"
BROKEN = Message("a damaged workbook", BOOK, DAMAGED)
ANSWERS = "answers"
ALL_COLUMNS = "export all columns of the form; leave none out"
NO_COPIES = "export again; do not add or copy columns"
NEAREST = "correct the code; the nearest is {code}"
ASK = "ask the respondent, and correct the record on the server"
RECORD = "correct the record on the server"
FROM_RECORD = "correct the cell from the server's record, or export again with values, not labels"
FROM_LIST = "choose from the list of the cell"
RIGHT_BOOK = "fill in the workbook of the right agency"
VALUE = "write the value itself; formulas are never evaluated"
PLAIN = "plain text"
NO_ANSWER = "no answer there"
COUNTING = "those that count by 'submissions' in assessment.yml: {counted}"
REVIEW = "set another status on the server and export again, if they should count"
UNDECIDED = "decide on the server, and export again; they are counted until then"
A_LEVEL = "a level from 0 to {n}"
ONE_WAY = "one way to write a number"
A_QUESTION = "a question of the instrument"

MESSAGES = {
    # Of a file that cannot be read at all; the variant is the detail.
    "not there": Message("no such file", OURS, "check the path"),
    "no file": Message("no ordinary file", OURS, "name a file or a folder"),
    "link": Message("a link to another place", OURS,
        "put the file itself into the folder, or name it by its path"),
    "empty": Message("an empty file", OURS, SENT_AGAIN),
    "unreadable": Message("a file that cannot be read ({detail})", OURS, SENT_AGAIN),
    "too large": Message("a file that is too large ({detail})", "a file of usual size",
        "export by province, or by month"),
    "other kind": Message("a file of another kind ({detail})", OURS, AS_XLSX),
    "other kind.ole": Message("an old workbook (xls) or another old document", OURS, AS_XLSX),
    "other kind.pdf": Message("a PDF", OURS, AS_XLSX),
    "other kind.markup": Message("a web page, XML or JSON", OURS, AS_XLSX),
    "other kind.program": Message("a program", OURS, AS_XLSX),
    "other zip": Message("a document of another kind ({detail})", OURS, AS_XLSX),
    "other zip.ods": Message("a workbook as OpenDocument (ods)", OURS,
        "open it, save it as xlsx (Excel 2007 or later), and give that file"),
    "other zip.zip": Message("an archive ({detail})", OURS,
        "unpack the archive, and give the files in it"),
    "latin-1": _noted("text in Latin-1 (Windows), read as such", UTF8,
        "look at names with accents; to be sure, save the file as CSV UTF-8"),
    "nul": Message("a NUL byte in row {detail}", UTF8, "the file is damaged: export it again"),
    "encoding": Message("bytes that are not UTF-8, first in row {detail}", UTF8, AS_UTF8),
    "csv": Message("quotation marks or line ends that do not fit, from row {detail} on",
        "cells separated by commas or semicolons, quoted where needed",
        "export it again; do not edit the file as a text"),
    "broken zip": BROKEN,
    "broken xml": BROKEN,
    "part missing": Message("a workbook without its part {detail}", BOOK, DAMAGED),
    "parts twice": Message("a workbook with parts of one name", BOOK, SUSPECT),
    "no sheet": Message("a workbook without a sheet", BOOK, DAMAGED),
    "encrypted": Message("a workbook with a password", "a workbook without one",
        "take the password away, and save it again as xlsx"),
    "macros": Message("a workbook with macros", "a workbook without macros",
        "save it as xlsx; macros are never run"),
    "external links": Message("a workbook with links to other files",
        "a workbook that stands alone", "break the links, write the values, and save it again"),
    "entities": Message("a workbook with declarations that no spreadsheet writes", BOOK, SUSPECT),
    "zip bomb": Message("a workbook that unpacks to a very large size", BOOK, SUSPECT),
    "path in zip": Message("a path in the archive that leads elsewhere: {detail}", BOOK, SUSPECT),
    "too many rows": Message("more than {detail} rows", BOOK,
        "export by province, or delete the empty rows"),
    "too many columns": Message("more than {detail} columns", BOOK,
        "export again; do not add columns"),
    # Of how a file is laid out.
    "not read": _noted("a file that holds no answers", "exports (csv, xlsx) and workbooks",
        "nothing"),
    "form": _noted("the form itself, with no answers in it", ANSWERS,
        "put it on the server; import what the server exports"),
    "no answers.workbook": _noted("a workbook without an answer", ANSWERS,
        "nothing, if it was not filled in yet"),
    "no answers.export": _noted("a header and no rows", ANSWERS, "nothing, if nobody answered yet"),
    "other sheets": _noted("sheets that are not read: {names}",
        "one sheet, as the server exports it", "give other tables in files of their own"),
    "no questions": Message("no column of a question", ANSWERS, ALL_COLUMNS),
    "labels": Message("an export with the texts of the questions as header",
        "an export with the names of the questions",
        "export again with 'XML values and headers' (KoboToolbox), not with labels"),
    "foreign": Message("a table that is no export of this questionnaire ({header})", OURS,
        "send the file that the form or the workbook gave, as it is"),
    "foreign.sheet": Message("a sheet of a workbook, saved as CSV", OURS,
        "send the file that the form or the workbook gave, as it is"),
    "column twice.field": Message("the column {name} twice", "each column once", NO_COPIES),
    "column twice": Message("more than one column for {code}", "each column once", NO_COPIES),
    "column missing.field": Message("no column {name}", "the columns {names}", ALL_COLUMNS),
    "column missing": Message("no column for {names} of {code}", "a column for every choice",
        ALL_COLUMNS),
    "columns not read": _noted("columns that are not read: {names}", "the columns of the form",
        "nothing, if they are your own"),
    "questions missing.export": _noted("no column for {n} questions: {codes}",
        "a column for every question",
        "export all columns of the form; a question nobody answered may be left out"),
    "questions missing.workbook": _noted("no rows for {n} questions: {codes}",
        "all sheets and rows as they were made",
        "copy the answers into a fresh workbook, if any are missing"),
    "hidden rows": _noted("answers in hidden rows", "rows in sight",
        "look at them; they are counted"),
    "merged cells": _noted("merged cells {cells}", "the layout as it was made",
        "nothing: what stands in them is read"),
    "hidden sheet": _noted("a hidden sheet", "sheets in sight",
        "look at it; its answers are counted"),
    "no initials": _noted("no initials or number of the respondent",
        "initials, or a number of the agency",
        "fill them in; else two files of one person count as two"),
    "no key": Message("an answer in a row that has lost its key", "the rows as they were made",
        "copy the answers into a fresh workbook"),
    "rows twice": Message("rows of {code} twice: {cells}", "each row once",
        "do not copy rows; fill in a fresh workbook"),
    "cells": Message("rows with more or fewer cells than the header",
        "{n} cells, as the header has", "export again; do not edit the file as a text"),
    # Of whose answers they are.
    "version": Message("version {found} of the instrument", "version {version}",
        "use the form or workbook of this version; answers to another cannot be mixed in"),
    "version.saved": _noted("version {found}, as a spreadsheet saves {version}; the texts are its own",
        "version {version}", "nothing; but import what the server exports, not what was saved again"),
    "version.unsure": Message("version {found}: a spreadsheet saved the file again, and no digest "
        "says that it was {version}", "version {version}, with the column instrument_digest",
        "export again, with all columns; do not open and save the file"),
    "texts changed": _noted("a form made before the texts of the instrument changed",
        "the texts as they are now",
        "look whether the meaning changed; if so, give the instrument a new version"),
    "no consent": Message("{found} as consent", "yes",
        "ask whether the respondent agrees, and mark it; without it nothing is used"),
    "no consent.no": Message("consent was not given", "consent",
        "nothing: answers without consent are not used"),
    "office": Message("submissions that the office rejected ({found})", COUNTING, REVIEW),
    "office.undecided": _noted("submissions that the office has not decided on ({found})",
        "approved, or rejected", UNDECIDED),
    "office.unknown": _noted("submissions with a status that is not known ({found})",
        "the statuses of KoboToolbox or ODK", UNDECIDED),
    "office.left out": Message("submissions that do not count by their status ({found})", COUNTING,
        REVIEW),
    "office.counted": _noted("submissions that the office rejected ({found}), which count",
        "a setting that leaves them out", "take 'rejected' out of submissions in assessment.yml"),
    "unknown government": Message("government {found}",
        "the BPS code of a province, regency or city", "take the code from data/raw/units.csv"),
    "unknown government.near": Message("government {found}",
        "the BPS code of a province, regency or city", NEAREST),
    "unknown agency": Message("agency or partner {found}", "one that is asked something there",
        "use one of: {codes}"),
    "unknown agency.near": Message("agency or partner {found}", "one that is asked something there",
        NEAREST),
    "province": Message("province {found}", "province {code}, to which {government} belongs",
        "correct province or government in the record"),
    "other code": Message("{found} on the cover", "{code}, for which the workbook was made",
        RIGHT_BOOK),
    # Of answers, evidence and verified levels.
    "scale.list": Message("{text}", "s1 to s5 in order, or none, dk, na", FROM_RECORD),
    "scale.choice": Message("{text}", "1, 0 or nothing", FROM_RECORD),
    "scale.word": Message("{text}", "one of: {words}", FROM_LIST),
    "scale.verified": Message("{text}", A_LEVEL, RECORD),
    "scale.verified.workbook": Message("{text}", A_LEVEL, FROM_LIST),
    "formula": Message("a formula: {text}", "{scale}", VALUE),
    "formula.text": Message("a formula: {text}", "a text", VALUE),
    "contradiction.export": Message("steps together with an answer that excludes them",
        "steps, or one of none, dk and na alone", ASK),
    "contradiction.workbook": Message("steps together with an answer that excludes them",
        "either steps, or why there is no answer", "empty one of them"),
    "columns disagree": Message("a list of choices that differs from the columns of each choice",
        "the same in both", ASK),
    "not asked.export": Message("an answer to {code} from a sub-unit that is not asked it",
        NO_ANSWER, "check agency and government of the record; the form does not ask this there"),
    "not asked.workbook": Message("an answer to {code} from a sub-unit that is not asked it",
        NO_ANSWER, RIGHT_BOOK),
    "not asked.verified": Message("{text}", NO_ANSWER, RECORD),
    "not asked.verified.workbook": Message("{text}", NO_ANSWER, RIGHT_BOOK),
    "unknown question.export": Message("answers to {name}", A_QUESTION,
        "make the form again with: erat survey template"),
    "unknown question.near": Message("answers to {name}", A_QUESTION, NEAREST),
    "unknown question.workbook": Message("an answer to {name}", A_QUESTION,
        "make the workbook again with: erat survey template"),
    "no verifier": Message("a verified level, and nobody who verified",
        "the position of the one who verified, on the cover",
        "fill it in, or empty the verified levels"),
    "step skipped": _noted("a later step of {code} without an earlier one", "steps without a gap",
        "nothing, or ask again: the level counts to the last step met in a row"),
    "no evidence": _noted("steps of {code} claimed without evidence",
        "the document, or where it can be seen",
        "ask for the evidence; the answer counts as one without"),
    "text too long": Message("a text of {n} characters", "a text that can be read",
        "shorten it; name the document instead"),
    "hidden characters": _noted("characters that cannot be seen, in {text}", PLAIN,
        "nothing: they are shown as a replacement mark"),
    "like a formula": _noted("a text that begins like a formula: {text}", PLAIN,
        "nothing: it is kept as a text and never run"),
    # Of answers of one respondent or sub-unit in several places.
    "older version": _noted("an older version of a submission that was edited; the newest is {where}",
        "its newest version", "nothing: the newest version counts, this one does not"),
    "double": Message("another answer to {codes} than in {where}",
        "one answer of a respondent to a question",
        "ask which holds and delete the other; two persons need initials or numbers of their own"),
    "double.verified": Message("another verified level of {codes} than in a workbook",
        "one verified level of a sub-unit and question", "ask which holds, and delete the other"),
    "given twice": _noted("answers of a respondent that stand also in {where}", "each answer once",
        "nothing: equal answers count once"),
    "leading zeros": _noted("respondent number {found}, which is {other} in another file", ONE_WAY,
        "nothing: spreadsheets drop leading zeros, and both count as one person"),
    "leading zeros.apart": _noted(
        "respondent numbers {found} and {other}, which differ in leading zeros alone", ONE_WAY,
        "nothing if they are two persons, as they are counted; else write one number"),
    "two submissions": _noted("a second submission of a respondent, beside {where}",
        "one submission", "nothing: they answer different questions, and are put together"),
    "simulated": Message("simulated levels beside real answers of {unit}, or real beside simulated",
        "both simulated, or neither", "keep simulated files in a folder of their own"),
    "nothing to verify": Message("verified levels of {unit}, which has no answers in these files",
        "answers of the sub-unit that was verified",
        "give all files at once, those with its answers too"),
}  # fmt: skip
