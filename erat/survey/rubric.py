"""The parts of the instrument's files: respondents, questions in five steps, indicators."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from erat.index.config import Strict

PHASES = ("prevention", "preparedness", "response", "recovery")
CAPACITIES = ("absorb", "adapt", "recover")
TOPICS = (
    "policy", "mandate", "resources", "roles", "coordination",
    "warning", "continuity", "partnership", "transformation", "learning",
)  # fmt: skip
STEPS = 5
"""Steps of every question; a later one counts only when the earlier ones are met."""

Level = Literal["province", "regency"]
Text = Annotated[str, Field(min_length=1)]


class Respondent(Strict):
    """A kind of sub-unit that answers: an agency, or a partner outside the government."""

    code: str = Field(pattern="^[a-z]+$")
    kind: Literal["agency", "community", "business"]
    name_id: Text
    name_en: Text


class Step(Strict):
    """One step of a maturity rubric: something that can be observed."""

    id: Text
    en: Text


class Question(Strict):
    """One question: its steps, what counts as evidence, who answers, and its tags."""

    code: str = Field(pattern="^[A-Z]+[0-9]+[a-d]$")
    text_id: Text
    text_en: Text
    respondents: tuple[str, ...] = Field(min_length=1)
    governments: tuple[Level, ...] = Field(default=("province", "regency"), min_length=1)
    phase: Literal["prevention", "preparedness", "response", "recovery"]
    capacity: Literal["absorb", "adapt", "recover"]
    topic: Literal[
        "policy", "mandate", "resources", "roles", "coordination",
        "warning", "continuity", "partnership", "transformation", "learning",
    ]  # fmt: skip
    steps: tuple[Step, ...] = Field(min_length=STEPS, max_length=STEPS)
    evidence_id: Text
    evidence_en: Text


class Crosswalk(Strict):
    """What an indicator touches elsewhere, where that is known.

    ``ikd`` are priorities of BNPB's regional resilience index (1 to 7); ``spm`` are the services of
    the minimum service standard for disasters.
    """

    ikd: tuple[Annotated[int, Field(ge=1, le=7)], ...] = ()
    spm: tuple[Literal["information", "preparedness", "rescue"], ...] = ()


class Indicator(Strict):
    """An indicator: why it is in, and its questions."""

    code: str = Field(pattern="^[A-Z]+[0-9]+$")
    name_id: Text
    name_en: Text
    why_id: Text
    why_en: Text
    crosswalk: Crosswalk = Crosswalk()
    questions: tuple[Question, ...] = Field(min_length=2, max_length=4)


class DimensionFile(Strict):
    """One dimension and its indicators."""

    dimension: str
    indicators: tuple[Indicator, ...] = Field(min_length=4, max_length=6)


class Description(Strict):
    """What ``instrument.yml`` says: version, names, dimensions in order, who answers."""

    version: str = Field(pattern=r"^[0-9]+(\.[0-9]+)*$")
    name_id: Text
    name_en: Text
    about_id: Text
    about_en: Text
    dimensions: tuple[str, ...] = Field(min_length=1)
    respondents: tuple[Respondent, ...] = Field(min_length=1)
