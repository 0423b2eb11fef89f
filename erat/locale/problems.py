"""Problems with an input in a language: the texts of :class:`erat.errors.Problem` are in English."""

from __future__ import annotations

import re
import string
from functools import cache

from erat.errors import Problem
from erat.locale import PROBLEM, Language, texts_marked


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
    place = [_part(problem.where, lang)]
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
    """Return the messages with what finds them: a field is any text. Longer messages go first.

    They are the texts that the catalogue marks with the comment ``#. problem``.
    """
    return {
        message: re.compile(
            "".join(
                re.escape(before) + (f"(?P<{name}>.+?)" if name else "")
                for before, name, _, _ in string.Formatter().parse(message)
            ),
            re.DOTALL,
        )
        for message in sorted(texts_marked(PROBLEM), key=_length, reverse=True)
    }


def _length(message: str) -> int:
    """Count the characters outside the fields."""
    return sum(len(text) for text, *_ in string.Formatter().parse(message))
