"""Words of the assessment in both languages: phases, capacities, topics, reasons."""

from __future__ import annotations

from erat.locale import Language
from erat.survey.instrument import CAPACITIES, PHASES, TOPICS, Crosswalk


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


def crosswalk_words(lang: Language, given: Crosswalk) -> str:
    """Say which priorities of BNPB's index and which minimum services an indicator touches.

    Returns
    -------
    str
        A sentence or two; empty where it touches none. The priorities are those of the regional
        resilience index (IKD, 71 indicators); the services those of Permendagri 101/2018.
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
    said = []
    if given.ikd:
        named = "; ".join(f"{number}, {priorities[number]}" for number in given.ikd)
        said.append(
            tr("Priorities of BNPB's regional resilience index (IKD): {named}.", named=named)
        )
    if given.spm:
        named = "; ".join(services[one] for one in given.spm)
        said.append(tr("Minimum service standard (SPM) for disasters: {named}.", named=named))
    return " ".join(said)
