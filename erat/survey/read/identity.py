"""Whose answers they are: version, consent, sub-unit and person of a submission."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from erat.errors import nearest
from erat.survey.answers import SIMULATED
from erat.survey.read.messages import MESSAGES
from erat.survey.read.remarks import quoted
from erat.survey.units import SubUnit, SubUnits

_ISO = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([T ][0-9:.+Z -]{1,30})?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_SERIAL = re.compile(r"[0-9]{5}(\.[0-9]+)?")


class Fault(NamedTuple):
    """A message of the table and what it names; equal ones are said together."""

    message: str
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def refused(self) -> bool:
        """Whether nothing of the submission counts."""
        return not MESSAGES[self.message].noted


def _fault(message: str, **fields: str) -> Fault:
    return Fault(message, tuple(fields.items()))


def identify(
    given: Mapping[str, str], units: SubUnits, *, asked_consent: bool
) -> tuple[SubUnit | None, list[Fault]]:
    """Check who answers, to which version, and whether they agreed.

    Parameters
    ----------
    given
        Texts of :data:`erat.survey.read.given.WHO`.
    units
        The sub-units and the instrument.
    asked_consent
        Whether consent was asked.

    Returns
    -------
    unit, faults
        The sub-unit, None if it is not known; and all that is wrong or worth a note.
    """
    unit = units.all.get(f"{given['government']}.{given['respondent']}")
    return unit, list(_faults(given, unit, units, asked_consent))


def _faults(
    given: Mapping[str, str], unit: SubUnit | None, units: SubUnits, asked_consent: bool
) -> Iterator[Fault]:
    instrument, version = units.instrument, given["instrument_version"]
    if version != instrument.version:
        yield _fault("version", found=quoted(version), version=instrument.version)
    elif given["instrument_digest"] not in ("", instrument.digest[:12]):
        yield _fault("texts changed")
    if asked_consent and given["consent"] == "no":
        yield _fault("no consent.no")
    elif asked_consent and given["consent"] != "yes":
        yield _fault("no consent", found=quoted(given["consent"]))
    if unit is None:
        yield _unknown(given["government"], given["respondent"], units)
        return
    if given["province"] not in ("", unit.province):
        found = quoted(given["province"])
        yield _fault("province", found=found, code=unit.province, government=unit.government.code)
    if given["code"] not in ("", unit.code):
        yield _fault("other code", found=quoted(given["code"]), code=unit.code)


def _unknown(government: str, respondent: str, units: SubUnits) -> Fault:
    """Say what is wrong with the code of a sub-unit."""
    if government not in units.governments:
        message, found, near = "unknown government", government, units.nearest(government)
        codes = ""
    else:
        known = [one.respondent.code for one in units.of_government(government)]
        message, found, near = "unknown agency", respondent, nearest(respondent, known)
        codes = ", ".join(known)
    if near.startswith("did you mean"):
        return _fault(f"{message}.near", found=quoted(found), code=near.split("'")[1])
    return _fault(message, found=quoted(found), codes=codes)


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
