"""Languages: English is the source text, ``id.po`` is the one catalogue of translations.

A text for people is written once, in English, as ``lang.tr("...")``. Babel finds these calls, and a
test holds the catalogue complete.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from numbers import Integral, Real
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from erat.errors import ParameterError, Problem, listing, nearest

LANGUAGES: dict[str, str] = {"id": "Bahasa Indonesia", "en": "English"}
"""Language code and the language's own name; the first is the default."""
SPEC = re.compile(r"(?P<sign>\+)?(?P<group>,)?(?:\.(?P<digits>\d))?(?P<percent>%)?(?P<plain>d)?")
PROBLEM = "problem"
"""Mark of the texts that problems are put together from: nobody translates these by name."""
DASH, SPACE = "\N{EN DASH}", "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Estimate:
    """A number, the ends of the interval that holds it, and its decimals where no text says them."""

    value: float
    low: float
    high: float
    digits: int = 1


@dataclass(frozen=True)
class Language:
    """A language for texts and numbers, by its code: ``"id"`` or ``"en"``."""

    code: str

    def tr(self, text: str, /, **fields: object) -> str:
        """Translate ``text`` and fill its ``{fields}``, each as :func:`written` writes it.

        An unknown text stays English. Without fields it stays as it is, braces too: it may come
        from data.

        >>> Language("en").tr("{name}: {gap:+.1} points", name="Riau", gap=3.25)
        'Riau: +3.2 points'
        """
        known = self.translated(text)
        return _Filler(self, html=False).format(known, **fields) if fields else known

    def markup(self, text: str, /, **fields: object) -> Markup:
        """Translate and fill a text for a page: everything is escaped but what is markup."""
        known = str(escape(self.translated(text)))
        filled = _Filler(self, html=True).format(known, **fields) if fields else known
        return Markup(filled)  # noqa: S704  (the text and its values are escaped)

    def translated(self, text: str) -> str:
        """Return a text in the language, its fields unfilled; an unknown one as it is."""
        known = None if self.code == "en" else _catalogue(self.code).get(text)
        return str(known.string) if known and known.string else text

    def number(self, value: float | None, digits: int = 1) -> str:
        """Write a number as the language does, with a true minus sign; a missing one is an en dash.

        >>> Language("id").number(12345.678, 1)
        '12.345,7'
        >>> Language("en").number(None)
        '–'
        """
        if value is None or value != value:
            return DASH
        rounded = round(float(value), digits) + 0.0  # never "-0.0"
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        text = str(format_decimal(rounded, format=pattern, locale=self.code))
        return text.replace("-", "\N{MINUS SIGN}")

    def pick(self, id: str, en: str) -> str:
        """Choose between two texts that a data table gives in both languages."""
        return id if self.code == "id" else en

    def join(self, words: Iterable[str]) -> str:
        """Join words as the language does: ``a, b and c``."""
        items = list(words)
        if len(items) < 2:
            return "".join(items)
        comma = "," if self.code == "id" and len(items) > 2 else ""
        return self.tr("{first} and {last}", first=", ".join(items[:-1]) + comma, last=items[-1])

    def listing(self, items: Sequence[object], most: int = 8) -> str:
        """List up to ``most`` items: ``a, b and 3 more``."""
        return listing(items, most, self.tr("{shown} and {rest} more"))

    @staticmethod
    def inside(name: str) -> str:
        """Return a name with a small first letter, unless it is an abbreviation."""
        return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def phrase(text: str) -> str:
    """Mark a text for the catalogue; it is translated when it is said."""
    return text


def texts_marked(mark: str) -> list[str]:
    """Return the texts above which the catalogue has a comment, such as ``#. problem``."""
    return [str(text.id) for text in _catalogue("id") if mark in text.auto_comments]


def written(lang: Language, value: object, spec: str = "") -> str | Markup:
    """Write a number, an :class:`Estimate`, a text or a piece of a page as a language does.

    ``spec`` is ``.1`` one decimal (the default of a float), ``+.1`` with its sign, ``,`` thousands
    apart, ``.0%`` a share as per cent, or ``d`` plain digits (the default of a whole number).
    Anything else is a ``ValueError``.

    >>> written(Language("id"), Estimate(31, 25, 33, digits=0))
    '31\\xa0(25–33)'
    >>> written(Language("id"), -0.125, "+.0%")
    '−12%'
    """
    match = SPEC.fullmatch(spec)
    if match is None:
        raise ValueError(f"{spec!r}; expected a format such as '.1', '+.1', ',', '.0%' or 'd'")
    if isinstance(value, Estimate):
        spec = spec or f".{value.digits}"
        ends = [str(written(lang, end, spec)) for end in (value.low, value.high)]
        between = SPACE + lang.tr("to") + SPACE if match["sign"] else DASH
        return f"{written(lang, value.value, spec)}{SPACE}({between.join(ends)})"
    if isinstance(value, bool) or not isinstance(value, Real):
        return value if isinstance(value, Markup) else str(value)
    if isinstance(value, Integral) and spec in ("", "d"):
        return str(value)
    digits = int(match["digits"] or (0 if match["group"] or match["plain"] else 1))
    number = float(value) * (100 if match["percent"] else 1)
    sign = "+" if match["sign"] and round(number, digits) > 0 else ""
    return f"{sign}{lang.number(number, digits)}{'%' if match['percent'] else ''}"


class _Filler(string.Formatter):
    """Fills the fields of a text with values as a language writes them."""

    def __init__(self, lang: Language, *, html: bool) -> None:
        self.lang, self.html = lang, html

    def format_field(self, value: object, format_spec: str) -> str:
        text = written(self.lang, value, format_spec)
        return str(escape(text)) if self.html else str(text)


def language(code: str) -> Language:
    """Return the language with this code, or refuse it and list the known ones."""
    if code not in LANGUAGES:
        expected, remedy = " or ".join(LANGUAGES), nearest(str(code), LANGUAGES)
        raise ParameterError([Problem("lang", repr(code), expected, remedy)])
    return Language(code)


_spoken: list[Language] = [Language("en")]


def use(code: str) -> Language:
    """Speak a language from now on, until another is named; it is returned too."""
    _spoken[:] = [language(code)]
    return _spoken[0]


def spoken() -> Language:
    """Return the language that was named last (:func:`use`); English before."""
    return _spoken[0]


@cache
def _catalogue(code: str) -> Catalog:
    with (Path(__file__).parent / f"{code}.po").open("rb") as file:
        catalogue: Catalog = read_po(file, locale=code)
        return catalogue


def said(problem: Problem, lang: Language) -> str:
    """Write a problem in a language.

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
    parts = {text: list(string.Formatter().parse(text)) for text in texts_marked(PROBLEM)}
    patterns = {}
    for text in sorted(parts, key=lambda text: -sum(len(part[0]) for part in parts[text])):
        fields = ((re.escape(part[0]), part[1]) for part in parts[text])
        found = (before + (f"(?P<{name}>.+?)" if name else "") for before, name in fields)
        patterns[text] = re.compile("".join(found), re.DOTALL)
    return patterns
