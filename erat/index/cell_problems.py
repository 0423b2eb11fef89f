"""What is wrong with the cells of a table, in the words of somebody who must repair it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from erat.errors import Problem, listing


class Fault(NamedTuple):
    """Why a cell is refused: a cause to group by, what was expected, what to do."""

    cause: str
    expected: str
    remedy: str


NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
"""The one way to write a number: digits, and a decimal point where needed."""
INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
"""A number whose point may part thousands, as Indonesia writes them, or decimals."""
EXECUTED = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
"""First characters of texts that some spreadsheet would take for a formula or a command."""
_A_NUMBER = "a plain number with a decimal point, such as 70.5"
_MONTH = r"(jan|feb|mar|apr|may|mei|jun|jul|aug|agu|agt|sep|oct|okt|nov|dec|des)[a-z]*"
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ufeff\u200b-\u200f\u2028\u2029\ufffd]")


def _comma(text: str) -> str:
    plain = text.replace(",", ".")
    if re.fullmatch(r"-?[1-9][0-9]{0,2},[0-9]{3}", text):
        return f"write {plain}, or {text.replace(',', '')} if the comma separates thousands"
    return f"write {plain}"


_SHAPES: tuple[tuple[str, str, str, str | Callable[[str], str]], ...] = (
    (
        "missing written as text",
        r"#?(nan|n/?a|null|none|nil|missing|tidak ada)!?|[-–—.…*]+|#(value|ref|div/0|name|num)[!?]?",
        _A_NUMBER,
        "a missing value has no text: leave the cell empty, or leave out the row",
    ),
    (
        "infinite",
        r"[+-]?(inf|infinity|1\.#inf|∞)",
        "a finite number",
        "give a finite number, or leave out the row",
    ),
    (
        "thousands points",
        r"-?[0-9]{1,3}((\.[0-9]{3}){2,}(,[0-9]+)?|(\.[0-9]{3})+,[0-9]+)",
        "no thousands separators and a decimal point",
        lambda text: f"write {text.replace('.', '').replace(',', '.')}",
    ),
    (
        "thousands commas",
        r"-?[0-9]{1,3}((,[0-9]{3}){2,}(\.[0-9]+)?|(,[0-9]{3})+\.[0-9]+)",
        "no thousands separators",
        lambda text: f"write {text.replace(',', '')}",
    ),
    ("decimal comma", r"-?[0-9]+,[0-9]+", "a decimal point, not a decimal comma", _comma),
    (
        "minus sign",
        r"[\u2212\u2013\u2014] ?[0-9]+([.,][0-9]+)?",
        "the minus sign of the keyboard (-)",
        lambda text: f"write -{text[1:].strip().replace(',', '.')}",
    ),
    (
        "date",
        r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([ t].*)?"
        r"|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4}( .*)?"
        r"|[0-9]{1,2}[-/][0-9]{1,2}"
        rf"|[0-9]{{1,2}}[-/ ]?{_MONTH}([-/ ]?[0-9]{{2,4}})?"
        rf"|{_MONTH}[-/ ][0-9]{{1,4}}"
        r"|[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?",
        "a number, not a date (as Excel makes one)",
        "a spreadsheet turned the cell into a date or a time: type the number again from the "
        "publication, into a column of text",
    ),
    (
        "thousands blanks",
        r"-?[0-9]{1,3}([ '_\u00a0\u202f][0-9]{3})+([.,][0-9]+)?",
        "no thousands separators",
        lambda text: f"write {re.sub('[^0-9.,-]', '', text).replace(',', '.')}",
    ),
    (
        "exponent",
        r"[+-]?[0-9.]+e[+-]?[0-9]+",
        _A_NUMBER,
        "write the digits out, without an exponent",
    ),
    (
        "unit in the cell",
        r"(rp\.? ?|idr ?|\$ ?)?-?[0-9][0-9.,]*\s*(%|[a-z].*)?",
        _A_NUMBER,
        "write the bare number; the unit has its own column",
    ),
)
"""Causes by the shape of the text, what is expected, and what to do."""


def number_fault(text: str) -> Fault | None:
    """Say why a text is not a number written the one way, or None.

    Examples
    --------
    >>> number_fault("70.5") is None
    True
    >>> number_fault("1.234.567").remedy
    'write 1234567'
    >>> number_fault("70,5").cause
    'decimal comma'
    """
    if NUMBER.fullmatch(text):
        return None
    for cause, shape, expected, remedy in _SHAPES:
        if re.fullmatch(shape, text, re.IGNORECASE):
            return Fault(cause, expected, remedy if isinstance(remedy, str) else remedy(text))
    return Fault("text in a number", _A_NUMBER, "write the number alone; remarks belong in a note")


def integer_fault(text: str) -> Fault | None:
    """Say why a text is not a whole number, or None.

    Examples
    --------
    >>> integer_fault("3.086").remedy.split(";")[0]
    'write 3086 if the point separates thousands'
    """
    fault = number_fault(text)
    if fault is None and not INTEGER.fullmatch(text):
        whole, _, rest = text.partition(".")
        remedy = "look the number up where it was published, and write it without a point"
        if INTEGER.fullmatch(whole) and not rest.strip("0"):
            remedy = f"write {whole}"
        if THOUSANDS.fullmatch(text):
            plain = text.replace(".", "")
            remedy = f"write {plain} if the point separates thousands; else {remedy}"
        return Fault("not whole", "a whole number", remedy)
    return fault


def year_fault(text: str) -> Fault | None:
    """Say why a text is not a year of four digits, or None."""
    fault = integer_fault(text)
    if fault is None and len(text) != 4:
        return Fault("year", "a year of four digits, such as 2024", "write the whole year")
    return fault


def blank_fault(text: str) -> Fault | None:
    """Say what cannot be seen in a cell: blanks around it, line breaks, odd characters."""
    if text != text.strip():
        remedy = f"write {text.strip()!r} without blanks"
        return Fault("blanks", "no blank before or after the text", remedy)
    if _CONTROL.search(text):
        remedy = "remove the line break, control or replacement character from the cell"
        return Fault("unseen characters", "one line of readable text", remedy)
    return None


MOST_ROWS = 10
"""A cause that is found in more rows than this becomes one problem that names the rows."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem, and the cause by which it may be told together with others of its column."""

    problem: Problem
    cause: str


def finding(
    where: str,
    cause: str,
    found: object,
    expected: str,
    remedy: str,
    *,
    row: int | None = None,
    column: str | None = None,
) -> Finding:
    """Make a finding in one call; ``found`` is shown in quotes when it is text of a cell."""
    return Finding(Problem(where, str(found), expected, remedy, row, column), cause)


def grouped(findings: Iterable[Finding], most: int = MOST_ROWS) -> list[Problem]:
    """Turn findings into problems, in order of file, row and column.

    A cause in more than ``most`` rows of one column becomes one problem, placed at the first of
    them: "the same fault in rows 5, 6, 7 and 30 more".
    """
    together, problems = dict[tuple[str, str | None, str], list[Problem]](), list[Problem]()
    for item in findings:
        key = (item.problem.where, item.problem.column, item.cause)
        together.setdefault(key, []).append(item.problem)
    for same in together.values():
        if len(same) > most:
            rows = listing(sorted({p.row for p in same if p.row is not None}), most=MOST_ROWS)
            first = min(same, key=lambda problem: problem.row or 0)
            same = [replace(first, found=f"{first.found} (the same fault in rows {rows})")]
        problems += same
    return sorted(problems, key=lambda p: (p.where, p.row or 0, p.column or "", p.found))
