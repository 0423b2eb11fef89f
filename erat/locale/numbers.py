"""Numbers in text: rounded, with sign, per cent or interval, as a language writes them."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from numbers import Integral, Real

from markupsafe import Markup, escape

from erat.locale import Language

SPEC = re.compile(r"(?P<sign>\+)?(?P<group>,)?(?:\.(?P<digits>\d))?(?P<percent>%)?(?P<plain>d)?")
DASH, SPACE = "\N{EN DASH}", "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Estimate:
    """A number and the interval that holds it.

    Parameters
    ----------
    value, low, high
        The number as published, and the ends of its interval.
    digits
        Decimals that it is written with where the text does not say.
    """

    value: float
    low: float
    high: float
    digits: int = 1


def written(lang: Language, value: object, spec: str = "") -> str | Markup:
    """Write a value as a language does.

    Parameters
    ----------
    lang
        The language.
    value
        A number, an :class:`Estimate`, a text, or a piece of a page.
    spec
        ``.1`` one decimal (the default of a float), ``+.1`` with its sign, ``,`` thousands apart,
        ``.0%`` a share as per cent, ``d`` plain digits (the default of a whole number).

    Raises
    ------
    ValueError
        If ``spec`` is none of these.

    Examples
    --------
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


def sentence(lang: Language, text: str, **values: object) -> str:
    """Translate a text and fill its fields, each as :func:`written` writes it.

    Without values the text stays as it is, braces too: it may come from data.

    Examples
    --------
    >>> sentence(Language("en"), "{name}: {gap:+.1} points", name="Riau", gap=3.25)
    'Riau: +3.2 points'
    """
    known = lang.translated(text)
    return _Filler(lang, html=False).format(known, **values) if values else known


def sentence_html(lang: Language, text: str, **values: object) -> Markup:
    """Translate and fill a text for a page: everything is escaped but what is markup."""
    known = str(escape(lang.translated(text)))
    filled = _Filler(lang, html=True).format(known, **values) if values else known
    return Markup(filled)  # noqa: S704  (the text and its values are escaped)
