"""Whose answers they are: version, consent, sub-unit and person of a submission."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from erat.errors import nearest
from erat.survey.answers import SIMULATED
from erat.survey.batch import Setting
from erat.survey.remarks import Severity, Teller, quoted
from erat.survey.units import SubUnit

_ISO = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([T ][0-9:.+Z -]{1,30})?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_SERIAL = re.compile(r"[0-9]{5}(\.[0-9]+)?")


@dataclass(frozen=True)
class Said:
    """One thing to say about whose answers they are; equal ones are told together."""

    severity: Severity
    cause: str
    found: str
    expected: str
    remedy: str
    place: str = ""


def identity_faults(
    given: Mapping[str, str], setting: Setting, tell: Teller, consent_there: bool
) -> tuple[SubUnit | None, list[Said]]:
    """Check who answers, to which version, and whether they agreed.

    Parameters
    ----------
    given
        Texts of ``government``, ``respondent``, ``instrument_version``, ``instrument_digest``,
        ``consent`` and ``province``.
    setting
        The instrument and the sub-units.
    tell
        Knows the language.
    consent_there
        Whether consent was asked.

    Returns
    -------
    unit, faults
        The sub-unit, None if it is not known; and all that is wrong or worth a note.
    """
    faults: list[Said] = []
    tr = tell.tr
    instrument = setting.instrument
    version = given["instrument_version"]
    if version != instrument.version:
        faults.append(Said(
            "refused", "version", tr("version {found} of the instrument", found=quoted(version)),
            tr("version {version}", version=instrument.version),
            tr("use the form or workbook of this version; answers to another cannot be mixed in"),
        ))  # fmt: skip
    elif given["instrument_digest"] not in ("", instrument.digest[:12]):
        faults.append(Said(
            "noted", "texts changed", tr("a form made before the texts of the instrument changed"),
            tr("the texts as they are now"),
            tr("look whether the meaning changed; if so, give the instrument a new version"),
        ))  # fmt: skip
    if consent_there and given["consent"] != "yes":
        faults.append(_no_consent(given["consent"], tell))
    unit, fault = find_unit(given["government"], given["respondent"], setting, tell)
    faults += [fault] if fault else []
    if unit and given["province"] not in ("", unit.province):
        faults.append(Said(
            "refused", "province", tr("province {found}", found=quoted(given["province"])),
            tr("province {code}, to which {government} belongs", code=unit.province,
               government=unit.government.code),
            tr("correct province or government in the record"),
        ))  # fmt: skip
    return unit, faults


def _no_consent(found: str, tell: Teller) -> Said:
    tr = tell.tr
    if found == "no":
        return Said("refused", "no consent", tr("consent was not given"), tr("consent"),
                    tr("nothing: answers without consent are not used"))  # fmt: skip
    return Said("refused", "no consent", tr("{found} as consent", found=quoted(found)), tr("yes"),
                tr("ask whether the respondent agrees, and mark it; without it nothing is used"),
                )  # fmt: skip


def find_unit(
    government: str, respondent: str, setting: Setting, tell: Teller
) -> tuple[SubUnit | None, Said | None]:
    """Find a sub-unit, or say why there is none."""
    units, tr = setting.units, tell.tr
    code = f"{government}.{respondent}"
    if code in units.all:
        return units.all[code], None
    if government not in units.governments:
        near = units.nearest(government)
        remedy = (
            tr("correct the code; the nearest is {code}", code=near.split("'")[1])
            if near.startswith("did")
            else tr("take the code from data/raw/units.csv")
        )
        found = tr("government {found}", found=quoted(government))
        expected = tr("the BPS code of a province, regency or city")
        return None, Said("refused", "unknown government", found, expected, remedy)
    known = [one.respondent.code for one in units.of_government(government)]
    near = nearest(respondent, known)
    remedy = (
        tr("correct the code; the nearest is {code}", code=near.split("'")[1])
        if near.startswith("did")
        else tr("use one of: {codes}", codes=", ".join(known))
    )
    found = tr("agency or partner {found}", found=quoted(respondent))
    expected = tr("one that is asked something there")
    return None, Said("refused", "unknown agency", found, expected, remedy)


def respondent_key(unit: str, person: str, submission: str, otherwise: str) -> str:
    """Return what tells one respondent from another.

    Two submissions of one sub-unit with the same initials or number are of one person; without
    initials the submission is what counts, and without that its place in its file.
    """
    name = " ".join(person.casefold().split())
    if name:
        return f"{unit} person {name}"
    return f"{unit} submission {submission}" if submission else f"{unit} place {otherwise}"


def respondent_id(unit: str, key: str) -> str:
    """Return the id of a respondent: its sub-unit, and a digest that does not tell the name."""
    return f"{unit}.{hashlib.sha256(key.encode()).hexdigest()[:10]}"


def simulated_mark(text: str) -> str:
    """Return the mark of a simulated submission, however it is written; empty for any other.

    Examples
    --------
    >>> simulated_mark("Simulasi"), simulated_mark("")
    ('simulated', '')
    """
    return SIMULATED if text.strip().casefold() in (SIMULATED, "simulasi") else ""


def iso_date(text: str) -> str:
    """Return a date or time as ISO text, empty if it cannot be told.

    Examples
    --------
    >>> iso_date("2026-03-31T08:00:00Z"), iso_date("31/3/2026"), iso_date("46112"), iso_date("x")
    ('2026-03-31T08:00:00Z', '2026-03-31', '2026-03-31', '')
    """
    try:
        if match := _ISO.fullmatch(text):
            date.fromisoformat(match.group(1))
            return text
        if match := _DAY_FIRST.fullmatch(text):
            day, month, year = (int(part) for part in match.groups())
            return date(year, month, day).isoformat()
        if _SERIAL.fullmatch(text):
            return (date(1899, 12, 30) + timedelta(days=int(float(text)))).isoformat()
    except ValueError:
        return ""
    return ""
