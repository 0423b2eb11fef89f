"""Problems with an input in a language: the texts of :class:`erat.errors.Problem` are in English."""

from __future__ import annotations

import re
import string
from functools import cache

from erat.errors import Problem
from erat.locale import Language, phrase

MESSAGES = (
    phrase("no value of {year} for {units}: {series}"),
    phrase("provinces on the borders of {borders}"),
    phrase("regencies"),
    phrase("values of each series"),
    phrase("{first}, or take 'subunits' out of {file}: provinces work without it"),
    phrase(
        "add them to {file}, let an earlier year stand for it under 'carried', or take them out of "
        "{framework}"
    ),
    phrase("add them to {file}"),
    phrase("add them, or read the pages without"),
    phrase("{found} (the same fault in rows {rows})"),
    phrase("a changed file ({digest}...)"),
    phrase("the bytes described ({digest}...)"),
    phrase("a file that is not described"),
    phrase("the file that is described"),
    phrase("no such file"),
    phrase("a readable CSV file"),
    phrase("{first}; if the change is meant, describe the folder again with: erat describe"),
    phrase("restore the file"),
    phrase("take the file out of the folder"),
    phrase("{code} with the name {name}"),
    phrase("a unit of units.csv"),
    phrase("an empty cell"),
    phrase("{key} again, as in row {row}"),
    phrase("every key once"),
    phrase("keep one of the two rows (key: {key})"),
    phrase("a code of {table}"),
    phrase("{first} Or add it to {table}"),
    phrase("a plain number with a decimal point, such as 70.5"),
    phrase("a decimal point, not a decimal comma"),
    phrase("no thousands separators and a decimal point"),
    phrase("write {number}, or {other} if the comma parts thousands"),
    phrase("a missing value has no text: leave the cell empty, or leave out the row"),
    phrase("write the bare number; the unit has its own column"),
    phrase("write the number alone; remarks belong in a note"),
    phrase("compare it with the publication and its unit of measurement"),
    phrase("an indicator of data/raw/indicators.csv"),
    phrase("{first} Or take the file out of the folder"),
    phrase("a table that nothing reads"),
    phrase("a government of units.csv and a respondent of the instrument"),
    phrase("write it as BNPB does, such as 0.45"),
    phrase("0 to 1 for IKD"),
    phrase("{grade}, the class of {value}"),
    phrase("correct the class or the value, or leave the class empty"),
    phrase("did you mean {word}?"),
    phrase("use one of: {codes}"),
    phrase("write {text}"),
)
"""Texts of ``erat check`` and ``erat edition``; one that is not here stays English."""


def said(problem: Problem, lang: Language) -> str:
    """Write a problem in a language.

    Examples
    --------
    >>> one = Problem("a.csv", "no such file", "every key once", "write 'x'", row=3)
    >>> said(one, Language("en")) == str(one)
    True
    """
    if lang.code == "en":
        return str(problem)
    place = [problem.where]
    place += [] if problem.row is None else [lang.tr("row {rows}", rows=problem.row)]
    place += [] if problem.column is None else [lang.tr("column {name}", name=problem.column)]
    return lang.tr(
        "{place}: found {found}; expected {expected}. What to do: {remedy}",
        place=", ".join(place),
        found=_part(problem.found, lang),
        expected=_part(problem.expected, lang),
        remedy=_part(problem.remedy, lang),
    )


def _part(text: str, lang: Language) -> str:
    """Translate a text that is one of the messages with its fields filled, these too."""
    for message, pattern in _patterns().items():
        if match := pattern.fullmatch(text):
            fields = {name: _part(value, lang) for name, value in match.groupdict().items()}
            return lang.tr(message, **fields)
    return text


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Return the messages with what finds them: a field is any text."""
    return {
        message: re.compile(
            "".join(
                re.escape(before) + (f"(?P<{name}>.+?)" if name else "")
                for before, name, _, _ in string.Formatter().parse(message)
            ),
            re.DOTALL,
        )
        for message in MESSAGES
    }
