"""What stands in a workbook of questions: its rows, their keys, and the words of the answers.

The keys stand in the hidden first column. By them a filled workbook is read, wherever its rows are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from erat.locale import Language
from erat.survey.rubric import STEPS, Indicator, Question

IDENTITY = "_erat"
"""The hidden sheet that says what a workbook is: its version, sub-unit and language."""

COVER_KEYS = ("respondent_id", "role", "date", "consent", "verifier")
"""Keys of the cells to fill on the cover."""

YES, NO = ("ya", "yes"), ("tidak", "no")
UNKNOWN = ("tidak tahu", "does not know")
NOT_OURS = ("tidak terkait", "does not concern us")
"""The words of the drop-downs, Indonesian and English; either is read whatever the language."""

MOST_TEXT = 2_000
"""Characters that an evidence or comment cell may hold."""

Style = Literal["indicator", "why", "question", "step", "whole", "prompt", "text", "verified", ""]


@dataclass(frozen=True)
class Line:
    """A row of a sheet: its key (empty if nothing is filled in), label, text and kind of answer."""

    style: Style
    key: str = ""
    label: str = ""
    text: str = ""
    answer: str = ""


def indicator_lines(indicator: Indicator, lang: Language) -> list[Line]:
    """Return the rows above the questions of an indicator."""
    name = lang.pick(indicator.name_id, indicator.name_en)
    why = lang.pick(indicator.why_id, indicator.why_en)
    return [Line("indicator", label=indicator.code, text=name), Line("why", text=why)]


def question_lines(question: Question, lang: Language) -> Iterator[Line]:
    """Return the rows of one question, which belong together on a page."""
    code = question.code
    text = lang.pick(question.text_id, question.text_en)
    yield Line("question", code, code, text, lang.tr("Met?"))
    for number, step in enumerate(question.steps, start=1):
        yield Line("step", f"{code}.{number}", str(number), lang.pick(step.id, step.en))
    whole = lang.tr(
        "Only if you cannot answer the question: choose why, and leave the steps empty."
    )
    yield Line("whole", f"{code}.all", "", whole)
    evidence = lang.pick(question.evidence_id, question.evidence_en)
    yield Line(
        "prompt", "", lang.tr("Evidence"), lang.tr("For example: {evidence}", evidence=evidence)
    )
    yield Line("text", f"{code}.evidence")
    yield Line("prompt", "", lang.tr("Comment"), lang.tr("If there is anything to add."))
    yield Line("text", f"{code}.comment")
    verified = lang.tr(
        "For the inspectorate or assessor: the highest step found met, 0 to {n}", n=STEPS
    )
    yield Line("verified", f"{code}.verified", "", verified)
    yield Line("")
