"""Remarks on a file of answers: what was refused or noted, where, and what to do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from erat.errors import listing
from erat.locale import Language
from erat.survey.read.messages import MESSAGES

Severity = Literal["refused", "noted"]
REPLACEMENT = "\ufffd"
MOST_QUOTED = 60
"""Characters of somebody's text that a remark quotes."""
FORMULA = "\x00"
"""Put before a cell of a workbook that holds a formula; no file can have it otherwise."""

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


class UnreadableError(Exception):
    """A file cannot be read; its cause is one of :data:`erat.survey.read.messages.MESSAGES`."""

    def __init__(self, cause: str, detail: str = "") -> None:
        super().__init__(cause, detail)
        self.cause, self.detail = cause, detail


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
            parts.append(lang.tr("row {rows}", rows=listing(self.rows, most=10)))
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
    made: list[Remark] = field(default_factory=list)

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
        name ``fields``; ``noted`` notes what would else be refused.
        """
        while message not in MESSAGES and "." in message:
            message = message.rpartition(".")[0]
        text = MESSAGES[message]
        severity: Severity = "noted" if noted or text.noted else "refused"
        found, expected, remedy = (
            self.lang.tr(one, **fields) for one in (text.found, text.expected, text.remedy)
        )
        cause, numbers = message.partition(".")[0], tuple(map(int, rows))
        self.made.append(
            Remark(
                self.file, severity, cause, found, expected, remedy, place, numbers, int(answers)
            )
        )


MOST = {"refused": 20, "noted": 5}
"""How many remarks of one file and cause are shown one by one."""


def told_together(remarks: Sequence[Remark], lang: Language) -> list[Remark]:
    """Make one remark of those of one file and cause where they are very many."""
    groups: dict[tuple[str, Severity, str], list[Remark]] = {}
    for remark in remarks:
        groups.setdefault((remark.file, remark.severity, remark.cause), []).append(remark)
    shown: list[Remark] = []
    for (_, severity, _), same in groups.items():
        first, more = same[0], len(same) - 1
        if more < MOST[severity]:
            shown += same
            continue
        found = lang.tr(
            "{found} (and {n} more of this kind: see check --all)", found=first.found, n=more
        )
        shown.append(replace(first, found=found, answers=sum(one.answers for one in same)))
    return shown
