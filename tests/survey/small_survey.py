"""A small instrument and answers to it, that many tests build on."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from erat.survey.answers import ABSENT, ANSWERED, NOT_ASKED, NOTE_COLUMNS, Answers
from erat.survey.instrument import Description, Dimension, Indicator, Instrument
from erat.survey.score.scoring import Assessed
from erat.survey.score.settings import AssessmentSettings
from erat.survey.units import SubUnits

RAW = Path(__file__).resolve().parents[2] / "data" / "raw"
PHASES = ("prevention", "preparedness", "response", "recovery")
CAPACITIES = ("absorb", "adapt")
TOPICS = ("policy", "learning")
RESPONDENTS = {"bpbd": "agency", "bappeda": "agency", "dinkes": "agency", "community": "community"}
ASKED = {"A": ["bpbd", "bappeda", "dinkes"], "B": ["bpbd", "community"]}


@cache
def instrument() -> Instrument:
    """Two dimensions of four indicators of two questions; B4b is for provinces alone."""
    description = {
        "version": "1.0", "name_id": "Instrumen", "name_en": "Instrument", "about_id": "-",
        "about_en": "-", "dimensions": ["A", "B"],
        "respondents": [
            {"code": code, "kind": kind, "name_id": code, "name_en": code}
            for code, kind in RESPONDENTS.items()
        ],
    }  # fmt: skip
    dimensions = tuple(
        Dimension(code, code, code, tuple(indicator(code, n) for n in range(1, 5))) for code in "AB"
    )
    return Instrument(Description.model_validate(description), dimensions, "digest")


def indicator(dimension: str, number: int) -> Indicator:
    """Make an indicator of two questions."""
    code = f"{dimension}{number}"
    questions = [
        {
            "code": f"{code}{letter}", "text_id": code, "text_en": code,
            "respondents": ASKED[dimension],
            "governments": ["province"] if f"{code}{letter}" == "B4b" else ["province", "regency"],
            "phase": PHASES[number - 1], "capacity": CAPACITIES["ab".index(letter)],
            "topic": TOPICS["AB".index(dimension)],
            "steps": [{"id": f"{code} {n}", "en": f"{code} {n}"} for n in range(1, 6)],
            "evidence_id": "bukti", "evidence_en": "evidence",
        }
        for letter in "ab"
    ]  # fmt: skip
    names = {"name_id": code, "name_en": code, "why_id": "-", "why_en": "-"}
    return Indicator.model_validate({"code": code, **names, "questions": questions})


@cache
def units() -> SubUnits:
    """All governments of Indonesia, with the respondents of the small instrument."""
    return SubUnits.read(RAW, instrument())


def settings(**given: object) -> AssessmentSettings:
    """Make settings of plain values, with few replicates unless more are asked for."""
    return AssessmentSettings.model_validate({"resampling": {"replicates": 0}, **given})


def answers(
    of: dict[str, int], seed: int = 0, missing: float = 0.0, spread: float = 1.0
) -> Answers:
    """Make answers of sub-units: so many respondents each, levels at random around a truth."""
    rng = np.random.default_rng(seed)
    one, known = instrument(), units()
    rows, levels, states = [], [], []
    for unit, people in of.items():
        subunit = known.all[unit]
        asked = {q.code for q in one.asked(subunit.respondent.code, subunit.government.level)}
        truth = rng.uniform(1, 4, len(one.codes))
        for n in range(people):
            rows.append((f"{unit}-{n}", unit, subunit.government.code, subunit.province,
                         subunit.kind, "staf", "f.csv", "2026-03-01", True))  # fmt: skip
            drawn = np.clip(np.round(truth + spread * rng.normal(size=len(truth))), 0, 5)
            state = np.where([code in asked for code in one.codes], ANSWERED, NOT_ASKED)
            lost = (rng.random(len(truth)) < missing) & (state == ANSWERED)
            state = np.where(lost, ABSENT, state)
            levels.append(np.where(state == ANSWERED, drawn, np.nan))
            states.append(state)
    columns = ["respondent", "unit", "government", "province", "kind", "role", "file",
               "submitted", "simulated"]  # fmt: skip
    about = pd.DataFrame(rows, columns=columns).set_index("respondent")
    table = pd.DataFrame(np.array(levels), index=about.index, columns=list(one.codes))
    kinds = pd.DataFrame(np.array(states, dtype=np.int8), index=about.index, columns=table.columns)
    nothing = pd.DataFrame(np.nan, about.index, table.columns)
    notes = pd.DataFrame(columns=list(NOTE_COLUMNS), dtype=str)
    return Answers(about, table, kinds, nothing, notes, one.version)


def assessed(given: Answers, **options: object) -> Assessed:
    """Assess answers with settings of plain values."""
    return Assessed.of(given, settings(**options), units())


def everybody(province: str, people: int = 3) -> dict[str, int]:
    """Return all sub-units of a province, with so many respondents each."""
    return {one.code: people for one in units().of_province(province)}
