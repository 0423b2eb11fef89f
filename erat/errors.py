"""One tree of errors, and the one way to word a problem with somebody's input."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_CHARACTERS = 1_000
"""Longer texts in a problem are shortened: what was found may be a whole file."""

MOST_NAMES = 10
"""No message names more things than this, nor more problems; the error itself carries all."""

UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode's categories of what cannot be seen, or turns what is beside it around."""


def visible(text: str) -> str:
    """Name characters of somebody's text that cannot be seen, or turn its direction, by their code.

    >>> visible("SIGI\\u202e"), visible("a\\tb")
    ('SIGI[U+202E]', 'a[U+0009]b')
    """
    if text.isprintable():
        return text
    unseen = {c for c in text if unicodedata.category(c) in UNSEEN}
    return text.translate({ord(c): f"[U+{ord(c):04X}]" for c in unseen})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input: where, what was found, what was expected, what to do.

    ``row`` is the line of the file as a text editor counts it (the header is line 1). Texts of
    others are shortened, and what cannot be seen in them is named: see :func:`visible`.
    """

    where: str
    found: str
    expected: str
    remedy: str
    row: int | None = None
    column: str | None = None

    def __post_init__(self) -> None:
        for name in ("where", "found", "expected", "remedy", "column"):
            text = getattr(self, name) or ""
            if len(text) > MOST_CHARACTERS:
                text = f"{text[:MOST_CHARACTERS]}... ({len(text):,} characters)"
            if text:
                object.__setattr__(self, name, visible(text))

    @property
    def place(self) -> str:
        """File, row and column in one phrase."""
        row = "" if self.row is None else f", row {self.row}"
        column = "" if self.column is None else f", column {self.column}"
        return f"{self.where}{row}{column}"

    def __str__(self) -> str:
        found = f"found {self.found}; expected {self.expected}"
        return f"{self.place}: {found}. What to do: {self.remedy}"


class EratError(Exception):
    """Everything that e-RAT refuses. Its text is written for the person who gave the input."""

    def _render_traceback_(self) -> list[str]:
        """Show the text alone under a notebook's cell: where it was raised helps nobody."""
        return [f"{type(self).__name__}: {line}" for line in str(self).splitlines()]


class InputError(EratError):
    """An input is wrong. Carries every problem that was found (at least one), not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(self.lines))

    @property
    def lines(self) -> list[str]:
        """The problems in words, a line each; beyond :data:`MOST_NAMES` their number."""
        more = len(self.problems) - MOST_NAMES
        lines = [str(problem) for problem in self.problems[:MOST_NAMES]]
        return lines + ([f"and {more:,} more problems"] if more > 0 else [])


class DataError(InputError):
    """A data table is wrong."""


class FrameworkError(InputError):
    """A framework (the tree of index, dimensions and indicators) is wrong."""


class MethodError(InputError):
    """A method, study or edition file is wrong."""


class ParameterError(InputError):
    """A report was asked for with a parameter that it does not have."""


class ReportError(EratError):
    """A report could not be rendered."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Say which known word was probably meant, capitals or not; or list them, ten at most.

    >>> nearest("Normalise", ["normalize", "weights"])
    "did you mean 'normalize'?"
    >>> nearest("zzz", ["normalize", "weights"])
    'use one of: normalize, weights'
    """
    names = list(dict.fromkeys(known))
    if not names:
        return "correct it"
    plain = {name.casefold(): name for name in reversed(names)}
    close = difflib.get_close_matches(word, names, n=1) or [
        plain[name] for name in difflib.get_close_matches(word.casefold(), plain, n=1)
    ]
    return f"did you mean '{close[0]}'?" if close else f"use one of: {listing(names, MOST_NAMES)}"


def nearest_or(word: str, known: Iterable[str], remedy: str) -> str:
    """Say which known word was probably meant (:func:`nearest`), or what else can be done.

    >>> nearest_or("ipmm", ["ipm"], "add it")
    "did you mean 'ipm'? Or add it"
    >>> nearest_or("zzz", ["ipm"], "add it")
    'use one of: ipm; or add it'
    """
    meant = nearest(word, known)
    return f"{meant} Or {remedy}" if meant.endswith("?") else f"{meant}; or {remedy}"


def listing(
    items: Sequence[object],
    most: int = 8,
    more: str = "{shown} and {rest} more",
    count: int | None = None,
) -> str:
    """List up to ``most`` items in words; ``more`` says how many there are beside those shown.

    ``count`` is their number where only the first ones are given.

    >>> listing(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    shown = ", ".join(str(item) for item in items[:most])
    rest = (len(items) if count is None else count) - most
    return more.format(shown=shown, rest=rest) if rest > 0 else shown
