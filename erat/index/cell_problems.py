"""What is wrong with the cells of a table, in the words of somebody who must repair it.

A cause that stands in very many rows of a column is said once.
"""

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

_A_NUMBER = "a plain number with a decimal point, such as 70.5"
_MONTH = (
    r"(jan|feb|mar|apr|may|mei|jun|jul|aug|agu|agt|sep|oct|okt|nov|dec|des)"
    r"[a-z]*"
)
_DATES = re.compile(
    r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([ t].*)?"
    r"|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4}( .*)?"
    r"|[0-9]{1,2}[-/][0-9]{1,2}"
    rf"|[0-9]{{1,2}}[-/ ]?{_MONTH}([-/ ]?[0-9]{{2,4}})?"
    rf"|{_MONTH}[-/ ][0-9]{{1,4}}"
    r"|[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"#?(nan|n/?a|null|none|nil|missing|tidak ada)!?|[-–—.…*]+|#(value|ref|div/0|name|num)[!?]?",
    re.IGNORECASE,
)
_INFINITE = re.compile(r"[+-]?(inf|infinity|1\.#inf|∞)", re.IGNORECASE)
_POINTS = re.compile(r"-?[0-9]{1,3}((\.[0-9]{3}){2,}(,[0-9]+)?|(\.[0-9]{3})+,[0-9]+)")
_COMMAS = re.compile(r"-?[0-9]{1,3}((,[0-9]{3}){2,}(\.[0-9]+)?|(,[0-9]{3})+\.[0-9]+)")
_COMMA = re.compile(r"-?[0-9]+,[0-9]+")
_SPACED = re.compile(r"-?[0-9]{1,3}([ '_\u00a0\u202f][0-9]{3})+([.,][0-9]+)?")
_EXPONENT = re.compile(r"[+-]?[0-9.]+e[+-]?[0-9]+", re.IGNORECASE)
_WITH_UNIT = re.compile(r"(rp\.? ?|idr ?|\$ ?)?-?[0-9][0-9.,]*\s*(%|[a-z].*)?", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ufeff\u200b-\u200f\u2028\u2029\ufffd]")


def _point(text: str) -> str:
    return f"write {text.replace('.', '').replace(',', '.')}"


def _comma(text: str) -> str:
    plain = f"write {text.replace(',', '.')}"
    if re.fullmatch(r"-?[1-9][0-9]{0,2},[0-9]{3}", text):
        return f"{plain}, or {text.replace(',', '')} if the comma parts thousands"
    return plain


_SHAPES: tuple[tuple[str, re.Pattern[str], str | Callable[[str], str]], ...] = (
    (
        "missing written as text",
        _MISSING,
        "a missing value has no text: leave the cell empty, or leave out the row",
    ),
    ("infinite", _INFINITE, "give a finite number, or leave out the row"),
    ("thousands points", _POINTS, _point),
    ("thousands commas", _COMMAS, lambda text: f"write {text.replace(',', '')}"),
    ("decimal comma", _COMMA, _comma),
    (
        "date",
        _DATES,
        "a spreadsheet turned the cell into a date or a time: type the number again from the "
        "publication, into a column of text",
    ),
    (
        "thousands blanks",
        _SPACED,
        lambda text: f"write {re.sub('[^0-9.,-]', '', text).replace(',', '.')}",
    ),
    ("exponent", _EXPONENT, "write the digits out, without an exponent"),
    ("unit in the cell", _WITH_UNIT, "write the bare number; the unit has its own column"),
)
_EXPECTED = {
    "infinite": "a finite number",
    "date": "a number, not a date (as Excel makes one)",
    "decimal comma": "a decimal point, not a decimal comma",
    "thousands points": "no thousands separators and a decimal point",
    "thousands commas": "no thousands separators",
    "thousands blanks": "no thousands separators",
}


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
    for cause, shape, remedy in _SHAPES:
        if shape.fullmatch(text):
            what_to_do = remedy if isinstance(remedy, str) else remedy(text)
            return Fault(cause, _EXPECTED.get(cause, _A_NUMBER), what_to_do)
    return Fault("text in a number", _A_NUMBER, "write the number alone; remarks belong in a note")


def integer_fault(text: str) -> Fault | None:
    """Say why a text is not a whole number, or None."""
    if INTEGER.fullmatch(text):
        return None
    fault = number_fault(text)
    if fault is None:
        whole = text.split(".")[0]
        return Fault("not whole", "a whole number", f"write {whole} if that is what is meant")
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
        return Fault(
            "blanks", "no blank before or after the text", f"write {text.strip()!r} without blanks"
        )
    if _CONTROL.search(text):
        return Fault(
            "unseen characters",
            "one line of readable text",
            "remove the line break, control or replacement character from the cell",
        )
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
    problem = Problem(where, str(found), expected, remedy, row=row, column=column)
    return Finding(problem, cause)


def grouped(findings: Iterable[Finding], most: int = MOST_ROWS) -> list[Problem]:
    """Turn findings into problems, in order of file, row and column.

    A cause that stands in more than ``most`` rows of one column becomes one problem, placed at
    the first of them: "the same fault in rows 5, 6, 7 and 30 more".
    """
    together: dict[tuple[str, str | None, str], list[Problem]] = {}
    for item in findings:
        key = (item.problem.where, item.problem.column, item.cause)
        together.setdefault(key, []).append(item.problem)
    problems: list[Problem] = []
    for same in together.values():
        problems.extend([_as_one(same)] if len(same) > most else same)
    return sorted(problems, key=lambda p: (p.where, p.row or 0, p.column or "", p.found))


def _as_one(same: list[Problem]) -> Problem:
    rows = sorted({problem.row for problem in same if problem.row is not None})
    first = min(same, key=lambda problem: problem.row or 0)
    return replace(
        first, found=f"{first.found} (the same fault in rows {listing(rows, most=MOST_ROWS)})"
    )
