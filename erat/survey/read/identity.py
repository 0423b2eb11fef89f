"""Whose answers they are: version, consent, sub-unit and person of a submission."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date, timedelta
from difflib import get_close_matches
from typing import NamedTuple

from erat.survey.answers import SIMULATED
from erat.survey.read.remarks import MESSAGES, quoted
from erat.survey.units import SubUnit, SubUnits

_ISO = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([T ][0-9:.+Z -]{1,30})?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_SERIAL = re.compile(r"[0-9]{5}(\.[0-9]+)?")


class Fault(NamedTuple):
    """A message of the table and what it names; equal ones are said together."""

    message: str
    fields: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, message: str, **fields: str) -> Fault:
        """Make a fault of a message and its fields."""
        return cls(message, tuple(fields.items()))

    @property
    def refused(self) -> bool:
        """Whether nothing of the submission counts."""
        return not MESSAGES[self.message].noted


def identify(
    who: Mapping[str, str], units: SubUnits, *, asked_consent: bool
) -> tuple[SubUnit | None, list[Fault]]:
    """Check sub-unit, version and consent (if it was asked for) of texts ``WHO``; return the
    sub-unit, None if it is not known, and all that is wrong or worth a note.
    """
    faults: list[Fault] = []
    instrument, version, consent = units.instrument, who["instrument_version"], who["consent"]
    same_texts = who["instrument_digest"] == instrument.digest[:12]
    if version != instrument.version:
        message = "version"
        if _same_number(version, instrument.version):
            message = "version.saved" if same_texts else "version.unsure"
        faults.append(Fault.of(message, found=quoted(version), version=instrument.version))
    elif who["instrument_digest"] and not same_texts:
        faults.append(Fault.of("texts changed"))
    if asked_consent and consent == "no":
        faults.append(Fault.of("no consent.no"))
    elif asked_consent and consent != "yes":
        faults.append(Fault.of("no consent", found=quoted(consent)))
    unit = units.all.get(f"{who['government']}.{who['respondent']}")
    if unit is None:
        return None, [*faults, _unknown(who["government"], who["respondent"], units)]
    if who["province"] not in ("", unit.province):
        found, of = quoted(who["province"]), unit.government.code
        faults.append(Fault.of("province", found=found, code=unit.province, government=of))
    if who["code"] not in ("", unit.code):
        faults.append(Fault.of("other code", found=quoted(who["code"]), code=unit.code))
    return unit, faults


def _same_number(text: str, version: str) -> bool:
    """Whether a text is a version as a spreadsheet writes it that takes it for a number."""
    try:
        return float(text.replace(",", ".")) == float(version)
    except ValueError:
        return False


def _unknown(government: str, respondent: str, units: SubUnits) -> Fault:
    """Say what is wrong with the code of a sub-unit."""
    message, code, known = "unknown government", government, list(units.governments)
    if government in known:
        message, code = "unknown agency", respondent
        known = [one.respondent.code for one in units.of_government(government)]
    if close := get_close_matches(code, known, n=1):
        return Fault.of(f"{message}.near", found=quoted(code), code=close[0])
    return Fault.of(message, found=quoted(code), codes=", ".join(known))


def respondent_key(unit: str, person: str, submission: str, otherwise: str) -> str:
    """Return what tells respondents apart: sub-unit and initials or number; without these the
    submission, and without that its place in its file.
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
            date.fromisoformat(match[1])
            return text
        if match := _DAY_FIRST.fullmatch(text):
            day, month, year = map(int, match.groups())
            return date(year, month, day).isoformat()
        if _SERIAL.fullmatch(text):
            return (date(1899, 12, 30) + timedelta(days=int(float(text)))).isoformat()
    except ValueError:
        pass
    return ""
