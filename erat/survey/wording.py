"""Somebody's free text: kept as a text, with what cannot be seen made visible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from erat.survey.batch import NOTHING
from erat.survey.remarks import Teller, quoted, seen, unseen
from erat.survey.rubric import STEPS

MOST_CHARACTERS = 10_000
"""Longer texts are refused, not cut."""

FORMULA = "\x00"
"""Put before a cell of a workbook that holds a formula; no file can have it otherwise."""

Fault = Literal["", "long", "formula", "unseen", "like a formula"]


def check_text(text: str, most: int = MOST_CHARACTERS) -> tuple[str, Fault]:
    """Return a text as it is kept, and what is to be said of it.

    Examples
    --------
    >>> check_text("SK 12/2025")
    ('SK 12/2025', '')
    >>> check_text("=HYPERLINK(1)")
    ('=HYPERLINK(1)', 'like a formula')
    """
    if text.startswith(FORMULA):
        return "", "formula"
    if len(text) > most:
        return "", "long"
    if unseen(text):
        return seen(text), "unseen"
    if text.startswith(("=", "@", "+cmd", "-cmd", "|")):
        return text, "like a formula"
    return text, ""


def level_of(text: str) -> int:
    """Read a verified level: 0 to 5, nothing, or below :data:`NOTHING` for anything else."""
    if not text:
        return NOTHING
    return int(text) if text in [str(n) for n in range(STEPS + 1)] else NOTHING - 1


def say_no_evidence(tell: Teller, code: str, place: str, rows: Sequence[int]) -> None:
    """Note that steps are claimed without evidence."""
    tell.note("no evidence", tell.tr("steps of {code} claimed without evidence", code=code),
              tell.tr("the document, or where it can be seen"),
              tell.tr("ask for the evidence; the answer counts as one without"),
              place=place, rows=rows, answers=max(len(rows), 1))  # fmt: skip


def say_text(tell: Teller, fault: Fault, text: str, place: str, rows: Sequence[int]) -> None:
    """Say what is wrong or strange with somebody's text."""
    shown = quoted(text)
    if fault == "long":
        tell.refuse("text too long", tell.tr("a text of {n} characters", n=len(text)),
                    tell.tr("a text that can be read"), tell.tr("shorten it; name the document instead"),
                    place=place, rows=rows)  # fmt: skip
    elif fault == "formula":
        tell.refuse("formula", tell.tr("a formula: {text}", text=shown), tell.tr("a text"),
                    tell.tr("write the value itself; formulas are never evaluated"),
                    place=place, rows=rows)  # fmt: skip
    elif fault == "unseen":
        tell.note("hidden characters", tell.tr("characters that cannot be seen, in {text}", text=shown),
                  tell.tr("plain text"), tell.tr("nothing: they are shown as a replacement mark"),
                  place=place, rows=rows)  # fmt: skip
    else:
        tell.note("like a formula", tell.tr("a text that begins like a formula: {text}", text=shown),
                  tell.tr("plain text"), tell.tr("nothing: it is kept as a text and never run"),
                  place=place, rows=rows)  # fmt: skip


def say_skipped(tell: Teller, code: str, place: str, rows: Sequence[int]) -> None:
    """Note that a later step is claimed without an earlier one."""
    tell.note("step skipped", tell.tr("a later step of {code} without an earlier one", code=code),
              tell.tr("steps without a gap"),
              tell.tr("nothing, or ask again: the level counts to the last step met in a row"),
              place=place, rows=rows, answers=max(len(rows), 1))  # fmt: skip
