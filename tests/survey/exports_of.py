"""Exports as KoboToolbox and ODK write them, made of given answers."""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from erat.locale import Language
from erat.survey.answers import Answers
from erat.survey.importing import Checked, check_files
from erat.survey.instrument import Instrument
from erat.survey.read.long_table import CHOICES
from erat.survey.units import SubUnits

RAW = Path(__file__).parents[2] / "data" / "raw"


@cache
def the_units() -> SubUnits:
    """The sub-units and the instrument of the project."""
    return SubUnits.read(RAW, Instrument.read(RAW / "instrument"))


def check(folder: Path, *files: str | bytes, **named: str | bytes) -> Checked:
    """What is found in files of some texts or bytes, numbered or named; archives are workbooks."""
    paths = []
    for name, given in {**dict(zip("0123456789", files, strict=False)), **named}.items():
        data = given.encode() if isinstance(given, str) else given
        paths.append(folder / f"{name}.{'xlsx' if data.startswith(b'PK') else 'csv'}")
        paths[-1].write_bytes(data)
    return check_files(paths, the_units(), Language("en"))


def answers_of(found: Checked) -> Answers:
    """The answers that count, of which there are some."""
    assert found.answers is not None
    return found.answers


@dataclass
class Submission:
    """One submission: who, and for each question the choices that were ticked."""

    unit: str
    person: str
    answers: Mapping[str, str]
    evidence: Mapping[str, str] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    verified: Mapping[str, str] = field(default_factory=dict)
    consent: str = "yes"
    version: str = ""
    uuid: str = ""
    role: str = "Kepala Bidang"


def full(unit: str, person: str, units: SubUnits, ticked: str = "s1 s2") -> Submission:
    """A submission that answers every question that the sub-unit is asked, with evidence."""
    one = units.all[unit]
    asked = units.instrument.asked(one.respondent.code, one.government.level)
    evidence = {question.code: f"SK {number}" for number, question in enumerate(asked)}
    return Submission(unit, person, {q.code: ticked for q in asked}, evidence)


def header(
    instrument: Instrument, *, groups: str = "/", split: bool = False, listed: bool = True
) -> list[str]:
    """Column names: ``groups`` joins them to their groups, empty for names alone."""
    names = ["start", "end", "instrument_version", "instrument_digest", "about", "consent",
             "province", "government", "level", "respondent", "respondent_id", "role"]  # fmt: skip
    for dimension in instrument.dimensions:
        for indicator in dimension.indicators:
            path = [dimension.code, indicator.code] if groups else []
            for question in indicator.questions:
                stem = groups.join([*path, question.code])
                names += [stem] if listed else []
                names += [f"{stem}/{choice}" for choice in CHOICES] if split else []
                names += [f"{stem}_evidence", f"{stem}_comment"]
    return [*names, "__version__", "_id", "_uuid", "_submission_time", "_index"]


def rows_of(
    submissions: Sequence[Submission], names: Sequence[str], units: SubUnits, *, groups: str = "/"
) -> list[list[str]]:
    """A row a submission, in the order of the columns."""
    return [_row(one, number, names, units, groups) for number, one in enumerate(submissions, 1)]


def _row(
    one: Submission, number: int, names: Sequence[str], units: SubUnits, groups: str
) -> list[str]:
    government, _, respondent = one.unit.partition(".")
    known = units.governments.get(government)
    uuid = one.uuid or f"uuid-{one.unit}-{one.person}-{number}"
    cells = {
        "start": "2026-03-31T08:00:00.000+08:00", "end": "2026-03-31T09:00:00.000+08:00",
        "instrument_version": one.version or units.instrument.version,
        "instrument_digest": units.instrument.digest[:12], "consent": one.consent,
        "province": known.province if known else "", "government": government,
        "level": known.level if known else "", "respondent": respondent,
        "respondent_id": one.person, "role": one.role, "_id": str(zlib.crc32(uuid.encode())),
        "_uuid": uuid,
        "_submission_time": "2026-03-31T01:00:00", "_index": str(number),
    }  # fmt: skip
    return [cells.get(name) or _of_question(one, name, groups) for name in names]


def _of_question(one: Submission, name: str, groups: str) -> str:
    path, _, choice = name.partition("/") if groups != "/" else _last(name)
    code, _, kind = (path.split(groups)[-1] if groups else path).partition("_")
    if choice:
        ticked = one.answers.get(code, "").split()
        return ("1" if choice in ticked else "0") if ticked else ""
    texts = {"evidence": one.evidence, "comment": one.comments, "verified": one.verified}
    return texts.get(kind, one.answers).get(code, "")


def _last(name: str) -> tuple[str, str, str]:
    stem, _, last = name.rpartition("/")
    return (stem, "/", last) if last in CHOICES else (name, "", "")


def csv_of(names: Sequence[str], rows: Sequence[Sequence[str]], separator: str = ",") -> str:
    """The text of a CSV file."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerows([names, *rows])
    return text.getvalue()


def export(
    submissions: Sequence[Submission], units: SubUnits, *, groups: str = "/", separator: str = ",",
    split: bool = False, listed: bool = True,
) -> str:  # fmt: skip
    """The text of an export."""
    names = header(units.instrument, groups=groups, split=split, listed=listed)
    return csv_of(names, rows_of(submissions, names, units, groups=groups), separator)
