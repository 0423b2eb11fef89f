"""Words of the assessment in both languages: phases, capacities, topics, reasons."""

from __future__ import annotations

from erat.locale import Language
from erat.survey.instrument import Crosswalk


def lenses(lang: Language) -> dict[str, tuple[str, dict[str, str]]]:
    """Return each lens with its name, and the names of its tags in order."""
    tr = lang.tr
    phases = {
        "prevention": tr("Prevention"),
        "preparedness": tr("Preparedness"),
        "response": tr("Response"),
        "recovery": tr("Recovery"),
    }
    capacities = {"absorb": tr("Absorb"), "adapt": tr("Adapt"), "recover": tr("Recover")}
    topics = {
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
    return {
        "phase": (tr("Phase of disaster and crisis management"), phases),
        "capacity": (tr("Kind of capacity"), capacities),
        "topic": (tr("Topic"), topics),
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


def crosswalk_words(lang: Language, crosswalk: Crosswalk) -> str:
    """Say which priorities of BNPB's index and which minimum services an indicator touches.

    The priorities are those of the regional resilience index (IKD, 71 indicators); the services
    those of Permendagri 101/2018. Empty where it touches none.
    """
    tr = lang.tr
    priorities = {
        1: tr("policy and institutions"),
        2: tr("risk assessment and integrated planning"),
        3: tr("information systems, training and logistics"),
        4: tr("thematic handling of disaster-prone areas"),
        5: tr("effective prevention and mitigation"),
        6: tr("preparedness and emergency handling"),
        7: tr("recovery systems"),
    }
    services = {
        "information": tr("information on areas prone to disasters"),
        "preparedness": tr("prevention and preparedness"),
        "rescue": tr("rescue and evacuation of victims"),
    }
    ikd = "; ".join(f"{number}, {priorities[number]}" for number in crosswalk.ikd)
    spm = "; ".join(services[service] for service in crosswalk.spm)
    sentences = [
        ikd and tr("Priorities of BNPB's regional resilience index (IKD): {named}.", named=ikd),
        spm and tr("Minimum service standard (SPM) for disasters: {named}.", named=spm),
    ]
    return " ".join(filter(None, sentences))
