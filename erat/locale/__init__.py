"""Languages: English is the source text, ``id.po`` is the one catalogue of translations.

Every text for people is written once, in English, as ``lang.tr("...")``. Babel finds these calls,
and a test holds the catalogue complete.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from erat.errors import ParameterError, Problem, nearest

LANGUAGES: dict[str, str] = {"id": "Bahasa Indonesia", "en": "English"}
"""Language code and the language's own name; the first is the default."""


@dataclass(frozen=True)
class Language:
    """A language for texts and numbers.

    Parameters
    ----------
    code
        ``"id"`` or ``"en"``.
    """

    code: str

    def tr(self, text: str, /, **fields: object) -> str:
        """Translate ``text`` and fill its ``{fields}``; an unknown text stays English."""
        return self.translated(text).format(**fields)

    def translated(self, text: str) -> str:
        """Return a text in the language, its fields unfilled; an unknown one as it is."""
        known = None if self.code == "en" else _catalogue(self.code).get(text)
        return str(known.string) if known and known.string else text

    def number(self, value: float | None, digits: int = 1) -> str:
        """Write a number with the separators of the language and a true minus sign.

        A missing one is an en dash.

        Examples
        --------
        >>> Language("id").number(12345.678, 1)
        '12.345,7'
        >>> Language("en").number(None)
        '–'
        """
        if value is None or value != value:
            return "–"
        rounded = round(float(value), digits) + 0.0  # never "-0.0"
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        written = str(format_decimal(rounded, format=pattern, locale=self.code))
        return written.replace("-", "\N{MINUS SIGN}")

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

    @staticmethod
    def inside(name: str) -> str:
        """Return a name with a small first letter, unless it is an abbreviation."""
        return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def language(code: str) -> Language:
    """Return the language with this code, or refuse it and list the known ones."""
    if code not in LANGUAGES:
        raise ParameterError(
            [
                Problem(
                    where="lang",
                    found=repr(code),
                    expected=" or ".join(LANGUAGES),
                    remedy=nearest(str(code), LANGUAGES),
                )
            ]
        )
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
