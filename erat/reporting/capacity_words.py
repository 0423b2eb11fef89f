"""Words of the assessment in both languages: phases, capacities, topics, reasons."""

from __future__ import annotations

from erat.locale import Language
from erat.survey.rubric import CAPACITIES, PHASES, TOPICS


def lens_words(lang: Language) -> dict[str, str]:
    """Return the names of all phases, capacities and topics by their tags."""
    tr = lang.tr
    return {
        "prevention": tr("Prevention"),
        "preparedness": tr("Preparedness"),
        "response": tr("Response"),
        "recovery": tr("Recovery"),
        "absorb": tr("Absorb"),
        "adapt": tr("Adapt"),
        "recover": tr("Recover"),
        "policy": tr("Policy and guidelines"),
        "mandate": tr("Legal mandate"),
        "resources": tr("Resources"),
        "roles": tr("Roles and responsibilities"),
        "coordination": tr("Coordination"),
        "warning": tr("Early warning of hazards"),
        "continuity": tr("Continuity of essential functions"),
        "partnership": tr("Partnership with communities and the private sector"),
        "transformation": tr("Transformation after a crisis"),
        "learning": tr("Learning"),
    }


def lenses(lang: Language) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return each lens with its name and its tags, in order."""
    tr = lang.tr
    return {
        "phase": (tr("Phase of disaster and crisis management"), PHASES),
        "capacity": (tr("Kind of capacity"), CAPACITIES),
        "topic": (tr("Topic"), TOPICS),
    }


def missing_words(lang: Language, reason: str) -> str:
    """Say that something is not assessed, and why where that is known."""
    tr = lang.tr
    why = {
        "few answers": tr("too few answers"),
        "few sub-units": tr("too few sub-units"),
        "no agreement": tr("answers do not agree"),
        "not asked": tr("nobody was asked"),
    }.get(reason, "")
    return tr("not assessed: {why}", why=why) if why else tr("not assessed")


def kind_words(lang: Language) -> dict[str, str]:
    """Return the names of the kinds of entries in the register."""
    tr = lang.tr
    return {
        "practice": tr("practice"),
        "event": tr("event"),
        "commitment": tr("commitment"),
    }


def status_words(lang: Language) -> dict[str, str]:
    """Return the names of how an entry of the register stands."""
    tr = lang.tr
    return {
        "planned": tr("planned"),
        "running": tr("running"),
        "done": tr("done"),
        "stopped": tr("stopped"),
    }
