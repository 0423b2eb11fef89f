"""What can be said of a file of answers: a table of texts, by the cause and its variant."""

from __future__ import annotations

from typing import NamedTuple


class Message(NamedTuple):
    """What was found, what was expected, and what to do; ``noted`` if nothing is kept out by it."""

    found: str
    expected: str
    remedy: str
    noted: bool = False


def tr(text: str) -> str:
    """Mark a text for the catalogue; it is translated when it is said."""
    return text


OURS = tr("an export of the form of e-RAT, or a filled workbook (xlsx)")
SENT_AGAIN = tr("send the file again, as the form or the workbook gave it")
AS_XLSX = tr("save or export it as xlsx or CSV")
UTF8 = tr("text in UTF-8")
AS_UTF8 = tr("export again; if a spreadsheet saved it, choose CSV UTF-8")
BOOK = tr("a workbook (xlsx) that can be read")
DAMAGED = tr("the file is damaged: open and save it again, or ask for another copy")
SUSPECT = tr("do not open it; ask the sender for the file that was made")
BROKEN = Message(tr("a damaged workbook"), BOOK, DAMAGED)

UNREADABLE = {
    "not there": Message(tr("no such file"), OURS, tr("check the path")),
    "no file": Message(tr("no ordinary file"), OURS, tr("name a file or a folder")),
    "link": Message(
        tr("a link to another place"), OURS,
        tr("put the file itself into the folder, or name it by its path"),
    ),
    "empty": Message(tr("an empty file"), OURS, SENT_AGAIN),
    "unreadable": Message(
        tr("a file that cannot be read ({detail})"), OURS, SENT_AGAIN
    ),
    "too large": Message(
        tr("a file that is too large ({detail})"), tr("a file of usual size"),
        tr("export by province, or by month"),
    ),
    "other kind": Message(tr("a file of another kind ({detail})"), OURS, AS_XLSX),
    "other kind.ole": Message(
        tr("an old workbook (xls) or another old document"), OURS, AS_XLSX
    ),
    "other kind.pdf": Message(tr("a PDF"), OURS, AS_XLSX),
    "other kind.markup": Message(tr("a web page, XML or JSON"), OURS, AS_XLSX),
    "other kind.program": Message(tr("a program"), OURS, AS_XLSX),
    "other zip": Message(tr("a document of another kind ({detail})"), OURS, AS_XLSX),
    "other zip.zip": Message(
        tr("an archive ({detail})"), OURS, tr("unpack the archive, and give the files in it")
    ),
    "utf-16": Message(tr("text in UTF-16"), UTF8, AS_UTF8),
    "nul": Message(
        tr("a NUL byte in row {detail}"), UTF8, tr("the file is damaged: export it again")
    ),
    "encoding": Message(tr("bytes that are not UTF-8, first in row {detail}"), UTF8, AS_UTF8),
    "csv": Message(
        tr("quotation marks or line ends that do not fit, from row {detail} on"),
        tr("cells parted by commas or semicolons, quoted where needed"),
        tr("export it again; do not edit the file as a text"),
    ),
    "broken zip": BROKEN,
    "broken xml": BROKEN,
    "part missing": Message(tr("a workbook without its part {detail}"), BOOK, DAMAGED),
    "parts twice": Message(tr("a workbook with parts of one name"), BOOK, SUSPECT),
    "no sheet": Message(tr("a workbook without a sheet"), BOOK, DAMAGED),
    "encrypted": Message(
        tr("a workbook with a password"), tr("a workbook without one"),
        tr("take the password away, and save it again as xlsx"),
    ),
    "macros": Message(
        tr("a workbook with macros"), tr("a workbook without macros"),
        tr("save it as xlsx; macros are never run"),
    ),
    "external links": Message(
        tr("a workbook with links to other files"), tr("a workbook that stands alone"),
        tr("break the links, write the values, and save it again"),
    ),
    "entities": Message(
        tr("a workbook with declarations that no spreadsheet writes"), BOOK, SUSPECT
    ),
    "zip bomb": Message(tr("a workbook that unpacks to a very large size"), BOOK, SUSPECT),
    "path in zip": Message(
        tr("a path in the archive that leads elsewhere: {detail}"), BOOK, SUSPECT
    ),
    "too many rows": Message(
        tr("more than {detail} rows"), BOOK,
        tr("export by province, or delete the empty rows"),
    ),
    "too many columns": Message(
        tr("more than {detail} columns"), BOOK, tr("export again; do not add columns")
    ),
}  # fmt: skip
"""Of a file that cannot be read at all; the variant is the detail."""

ANSWERS = tr("answers")
ALL_COLUMNS = tr("export all columns of the form; leave none out")
NO_COPIES = tr("export again; do not add or copy columns")
FRESH = tr("copy the answers into a fresh workbook")
NEAREST = tr("correct the code; the nearest is {code}")
ASK = tr("ask the respondent, and correct the record on the server")
RECORD = tr("correct the record on the server")
FROM_RECORD = tr(
    "correct the cell from the server's record, or export again with values, not labels"
)
FROM_LIST = tr("choose from the list of the cell")
RIGHT_BOOK = tr("fill in the workbook of the right agency")
VALUE = tr("write the value itself; formulas are never evaluated")
PLAIN = tr("plain text")
NO_ANSWER = tr("no answer there")
A_LEVEL = tr("a level from 0 to {n}")
A_QUESTION = tr("a question of the instrument")
NOTHING_FILLED = tr("nothing: what stands in them is read")

LAYOUT = {
    "not read": Message(
        tr("a file that holds no answers"), tr("exports (csv, xlsx) and workbooks"),
        tr("nothing"), noted=True,
    ),
    "form": Message(
        tr("the form itself, with no answers in it"), ANSWERS,
        tr("put it on the server; import what the server exports"), noted=True,
    ),
    "no answers.workbook": Message(
        tr("a workbook without an answer"), ANSWERS,
        tr("nothing, if it was not filled in yet"), noted=True,
    ),
    "no answers.export": Message(
        tr("a header and no rows"), ANSWERS, tr("nothing, if nobody answered yet"), noted=True
    ),
    "other sheets": Message(
        tr("sheets that are not read: {names}"), tr("one sheet, as the server exports it"),
        tr("give other tables in files of their own"), noted=True,
    ),
    "no questions": Message(tr("no column of a question"), ANSWERS, ALL_COLUMNS),
    "labels": Message(
        tr("an export with the texts of the questions as header"),
        tr("an export with the names of the questions"),
        tr("export again with 'XML values and headers' (KoboToolbox), not with labels"),
    ),
    "foreign": Message(
        tr("a table that is no export of this questionnaire ({header})"), OURS,
        tr("send the file that the form or the workbook gave, as it is"),
    ),
    "foreign.sheet": Message(
        tr("a sheet of a workbook, saved as CSV"), OURS,
        tr("send the file that the form or the workbook gave, as it is"),
    ),
    "column twice.field": Message(
        tr("the column {name} twice"), tr("each column once"), NO_COPIES
    ),
    "column twice": Message(
        tr("more than one column for {code}"), tr("each column once"), NO_COPIES
    ),
    "column missing.field": Message(
        tr("no column {name}"), tr("the columns {names}"), ALL_COLUMNS
    ),
    "column missing": Message(
        tr("no column for {names} of {code}"), tr("a column for every choice"), ALL_COLUMNS
    ),
    "columns not read": Message(
        tr("columns that are not read: {names}"), tr("the columns of the form"),
        tr("nothing, if they are your own"), noted=True,
    ),
    "questions missing.export": Message(
        tr("no column for {n} questions: {codes}"), tr("a column for every question"),
        tr("export all columns of the form; a question nobody answered may be left out"),
        noted=True,
    ),
    "questions missing.workbook": Message(
        tr("no rows for {n} questions: {codes}"), tr("all sheets and rows as they were made"),
        tr("copy the answers into a fresh workbook, if any are missing"), noted=True,
    ),
    "hidden rows": Message(
        tr("answers in hidden rows"), tr("rows in sight"),
        tr("look at them; they are counted"), noted=True,
    ),
    "merged cells": Message(
        tr("merged cells {cells}"), tr("the layout as it was made"), NOTHING_FILLED, noted=True
    ),
    "hidden sheet": Message(
        tr("a hidden sheet"), tr("sheets in sight"),
        tr("look at it; its answers are counted"), noted=True,
    ),
    "no initials": Message(
        tr("no initials or number of the respondent"),
        tr("initials, or a number of the agency"),
        tr("fill them in; else two files of one person count as two"), noted=True,
    ),
    "no key": Message(
        tr("an answer in a row that has lost its key"), tr("the rows as they were made"), FRESH
    ),
    "rows twice": Message(
        tr("rows of {code} twice: {cells}"), tr("each row once"),
        tr("do not copy rows; fill in a fresh workbook"),
    ),
    "cells": Message(
        tr("rows with more or fewer cells than the header"),
        tr("{n} cells, as the header has"),
        tr("export again; do not edit the file as a text"),
    ),
}  # fmt: skip
"""Of how a file is laid out."""

IDENTITY = {
    "version": Message(
        tr("version {found} of the instrument"), tr("version {version}"),
        tr("use the form or workbook of this version; answers to another cannot be mixed in"),
    ),
    "texts changed": Message(
        tr("a form made before the texts of the instrument changed"),
        tr("the texts as they are now"),
        tr("look whether the meaning changed; if so, give the instrument a new version"),
        noted=True,
    ),
    "no consent": Message(
        tr("{found} as consent"), tr("yes"),
        tr("ask whether the respondent agrees, and mark it; without it nothing is used"),
    ),
    "no consent.no": Message(
        tr("consent was not given"), tr("consent"),
        tr("nothing: answers without consent are not used"),
    ),
    "unknown government": Message(
        tr("government {found}"), tr("the BPS code of a province, regency or city"),
        tr("take the code from data/raw/units.csv"),
    ),
    "unknown government.near": Message(
        tr("government {found}"), tr("the BPS code of a province, regency or city"), NEAREST
    ),
    "unknown agency": Message(
        tr("agency or partner {found}"), tr("one that is asked something there"),
        tr("use one of: {codes}"),
    ),
    "unknown agency.near": Message(
        tr("agency or partner {found}"), tr("one that is asked something there"), NEAREST
    ),
    "province": Message(
        tr("province {found}"), tr("province {code}, to which {government} belongs"),
        tr("correct province or government in the record"),
    ),
    "other code": Message(
        tr("{found} on the cover"), tr("{code}, for which the workbook was made"), RIGHT_BOOK
    ),
}  # fmt: skip
"""Of whose answers they are."""

JUDGED = {
    "scale.list": Message("{text}", tr("s1 to s5 in order, or none, dk, na"), FROM_RECORD),
    "scale.choice": Message("{text}", tr("1, 0 or nothing"), FROM_RECORD),
    "scale.word": Message("{text}", tr("one of: {words}"), FROM_LIST),
    "scale.verified": Message("{text}", A_LEVEL, RECORD),
    "scale.verified.workbook": Message("{text}", A_LEVEL, FROM_LIST),
    "formula": Message(tr("a formula: {text}"), "{scale}", VALUE),
    "formula.text": Message(tr("a formula: {text}"), tr("a text"), VALUE),
    "contradiction.export": Message(
        tr("steps together with an answer that excludes them"),
        tr("steps, or one of none, dk and na alone"), ASK,
    ),
    "contradiction.workbook": Message(
        tr("steps together with an answer that excludes them"),
        tr("either steps, or why there is no answer"), tr("empty one of them"),
    ),
    "columns disagree": Message(
        tr("a list of choices that differs from the columns of each choice"),
        tr("the same in both"), ASK,
    ),
    "not asked.export": Message(
        tr("an answer to {code} from a sub-unit that is not asked it"), NO_ANSWER,
        tr("check agency and government of the record; the form does not ask this there"),
    ),
    "not asked.workbook": Message(
        tr("an answer to {code} from a sub-unit that is not asked it"), NO_ANSWER, RIGHT_BOOK
    ),
    "not asked.verified": Message("{text}", NO_ANSWER, RECORD),
    "not asked.verified.workbook": Message("{text}", NO_ANSWER, RIGHT_BOOK),
    "unknown question.export": Message(
        tr("answers to {name}"), A_QUESTION,
        tr("make the form again with: erat survey template"),
    ),
    "unknown question.near": Message(tr("answers to {name}"), A_QUESTION, NEAREST),
    "unknown question.workbook": Message(
        tr("an answer to {name}"), A_QUESTION,
        tr("make the workbook again with: erat survey template"),
    ),
    "no verifier": Message(
        tr("a verified level, and nobody who verified"),
        tr("the position of the one who verified, on the cover"),
        tr("fill it in, or empty the verified levels"),
    ),
    "step skipped": Message(
        tr("a later step of {code} without an earlier one"), tr("steps without a gap"),
        tr("nothing, or ask again: the level counts to the last step met in a row"), noted=True,
    ),
    "no evidence": Message(
        tr("steps of {code} claimed without evidence"),
        tr("the document, or where it can be seen"),
        tr("ask for the evidence; the answer counts as one without"), noted=True,
    ),
    "text too long": Message(
        tr("a text of {n} characters"), tr("a text that can be read"),
        tr("shorten it; name the document instead"),
    ),
    "hidden characters": Message(
        tr("characters that cannot be seen, in {text}"), PLAIN,
        tr("nothing: they are shown as a replacement mark"), noted=True,
    ),
    "like a formula": Message(
        tr("a text that begins like a formula: {text}"), PLAIN,
        tr("nothing: it is kept as a text and never run"), noted=True,
    ),
}  # fmt: skip
"""Of answers, evidence and verified levels."""

RESPONDENTS = {
    "double": Message(
        tr("another answer to {codes} than in {where}"),
        tr("one answer of a respondent to a question"),
        tr(
            "ask which holds and delete the other; two persons need initials or numbers "
            "of their own"
        ),
    ),
    "double.verified": Message(
        tr("another verified level of {codes} than in a workbook"),
        tr("one verified level of a sub-unit and question"),
        tr("ask which holds, and delete the other"),
    ),
    "given twice": Message(
        tr("answers of a respondent that stand also in {where}"), tr("each answer once"),
        tr("nothing: equal answers count once"), noted=True,
    ),
    "two submissions": Message(
        tr("a second submission of a respondent, beside {where}"), tr("one submission"),
        tr("nothing: they answer different questions, and are put together"), noted=True,
    ),
    "simulated": Message(
        tr("simulated levels beside real answers of {unit}, or real beside simulated"),
        tr("both simulated, or neither"), tr("keep simulated files in a folder of their own"),
    ),
    "nothing to verify": Message(
        tr("verified levels of {unit}, which has no answers in these files"),
        tr("answers of the sub-unit that was verified"),
        tr("give all files at once, those with its answers too"),
    ),
}  # fmt: skip
"""Of answers of one respondent or sub-unit in several places."""

MESSAGES = UNREADABLE | LAYOUT | IDENTITY | JUDGED | RESPONDENTS
