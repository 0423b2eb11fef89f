"""The judge: one set of cases, given in every form of file, comes out in one way."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from erat.locale import Language
from erat.survey.forms.workbook import FormBook
from erat.survey.importing import Checked
from tests.survey.exports_of import (
    Submission,
    answers_of,
    check,
    csv_of,
    header,
    rows_of,
    the_units,
)
from tests.survey.hostile_made import cell, saved

UNITS = the_units()
UNIT = "7201.bpbd"
ASKED = [question.code for question in UNITS.instrument.asked("bpbd", "regency")]
FIRST, SECOND, THIRD = ASKED[:3]
NOT_ASKED = next(code for code in UNITS.instrument.codes if code not in ASKED)
FORMS = ("csv", "xlsx", "workbook")
BLANK = FormBook(UNITS.instrument, "bpbd", "regency", Language("id")).bytes_for(UNITS.all[UNIT])


@dataclass(frozen=True)
class Person:
    """What somebody fills in: ticks by question, or any other text in place of a tick."""

    answers: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
    verified: Mapping[str, str] = field(default_factory=dict)
    consent: str = "yes"
    version: str = ""
    unit: str = UNIT
    role: str = "Kepala"


def read(person: Person, form: str, folder: Path) -> Checked:
    """Give what somebody filled in as a file of some form."""
    if form == "workbook":
        data = workbook(person)
    else:
        names = [*header(UNITS.instrument), *(f"{code}_verified" for code in person.verified)]
        submission = Submission(
            person.unit, "A", person.answers, person.evidence, verified=person.verified,
            consent=person.consent, version=person.version, role=person.role,
        )  # fmt: skip
        rows = rows_of([submission], names, UNITS)
        data = csv_of(names, rows).encode() if form == "csv" else sheet([names, *rows])
    return check(folder, file=data)


def sheet(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append([text or None for text in row])
    return saved(book)


def workbook(person: Person) -> bytes:
    book: Any = openpyxl.load_workbook(io.BytesIO(BLANK))
    consent = {"yes": "ya", "no": "tidak"}.get(person.consent, person.consent)
    about = {"respondent_id": "A", "role": person.role, "consent": consent}
    for key, text in (about | {"verifier": "Inspektur"}).items():
        cell(book, key).value = text
    book["_erat"].cell(2, 2).value = person.version or UNITS.instrument.version
    book["_erat"].cell(4, 2).value = person.unit
    for code, ticked in person.answers.items():
        for key, text in words(ticked).items():
            try:
                cell(book, f"{code}.{key}").value = text
            except KeyError:  # the workbook has no row for it: one is copied
                rename(book, f"{THIRD}.{key}", f"{code}.{key}")
                cell(book, f"{code}.{key}").value = text
    for kind, texts in (("evidence", person.evidence), ("verified", person.verified)):
        for code, text in texts.items():
            cell(book, f"{code}.{kind}").value = text
    return saved(book)


def words(ticked: str) -> dict[str, str]:
    """What a workbook holds in its rows for some ticks."""
    names = ticked.split()
    known = {f"s{n}" for n in range(1, 6)} | {"none", "dk", "na"}
    if not set(names) <= known:
        return {"1": ticked}
    why = {"all": "tidak tahu" if "dk" in names else "tidak terkait"}
    steps = {str(n): "ya" if f"s{n}" in names else "tidak" for n in range(1, 6)}
    alone = {*names} & {"dk", "na"}
    return (why if alone else {}) | (steps if {*names} - {"dk", "na"} else {})


def rename(book: Any, key: str, new: str) -> None:
    found = cell(book, key)
    found.parent.cell(found.row, 1).value = new


SHOWN = {FIRST: "SK 1"}
CASES = {
    "contradiction": (Person({FIRST: "s1 dk"}), {"contradiction": 1}, 1, 0),
    "none beside dk": (Person({FIRST: "none dk"}), {"contradiction": 1}, 1, 0),
    "scale": (Person({FIRST: "mungkin"}), {"scale": 1}, 1, 0),
    "not asked": (Person({NOT_ASKED: "none"}), {"not asked": 1}, 1, 0),
    "skipped": (Person({FIRST: "s1 s3"}, SHOWN), {"step skipped": 1}, 1, 1),
    "no evidence": (Person({FIRST: "s1"}), {"no evidence": 1}, 1, 1),
    "long": (Person({FIRST: "s1"}, {FIRST: "x" * 10_001}),
             {"text too long": 0, "no evidence": 1}, 1, 1),
    "like a formula": (Person({FIRST: "s1"}, {FIRST: "@SUM(1)"}), {"like a formula": 0}, 1, 1),
    "hidden": (Person({FIRST: "s1"}, {FIRST: "a\u200bb"}), {"hidden characters": 0}, 1, 1),
    "verified": (Person({FIRST: "s1"}, SHOWN, {FIRST: "3"}), {}, 2, 2),
    "no level": (Person({FIRST: "s1"}, SHOWN, {FIRST: "9"}), {"scale": 1}, 2, 1),
    "version": (Person({FIRST: "s1"}, SHOWN, {FIRST: "3"}, version="0.9"), {"version": 2}, 2, 0),
    "declined": (Person({FIRST: "none"}, consent="no"), {"no consent": 1}, 1, 0),
    "no consent": (Person({FIRST: "none"}, consent="maybe"), {"no consent": 1}, 1, 0),
    "government": (Person({FIRST: "none"}, unit="7299.bpbd"), {"unknown government": 1}, 1, 0),
    "agency": (Person({FIRST: "none"}, unit="7201.bpdb"), {"unknown agency": 1}, 1, 0),
    "role": (Person({FIRST: "none"}, role="x" * 301), {"text too long": 0}, 1, 1),
}  # fmt: skip
"""What is filled in; the answers that each cause is about; how many there are and how many count."""


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", CASES)
def test_every_form_is_judged_alike(case: str, form: str, tmp_path: Path) -> None:
    person, causes, there, left = CASES[case]
    found = read(person, form, tmp_path)
    missing = {"questions missing"} if form == "workbook" else set()
    told = {r.cause: r.answers for r in found.remarks if r.cause not in missing}
    assert told == causes
    row = found.files().iloc[0]
    assert (row["found"], row["accepted"]) == (there, left)
    assert row["accepted"] + row["refused"] == row["found"]


@pytest.mark.parametrize("form", FORMS)
def test_every_kind_of_answer_is_read(form: str, tmp_path: Path) -> None:
    ticked = ["none", "s1", "s1 s2", "s1 s2 s3", "s1 s2 s3 s4", "s1 s2 s3 s4 s5", "dk", "na"]
    person = Person(dict(zip(ASKED, ticked, strict=False)), dict.fromkeys(ASKED[1:6], "SK"))
    answers = answers_of(read(person, form, tmp_path))
    levels, states = answers.levels.iloc[0], answers.states.iloc[0]
    np.testing.assert_array_equal(levels[ASKED[:8]], [0, 1, 2, 3, 4, 5, np.nan, np.nan])
    assert states[ASKED[:9]].tolist() == [0] * 6 + [1, 2, 3]
    assert states[NOT_ASKED] == 4
    assert set(answers.notes["question"]) == set(ASKED[1:6])


@pytest.mark.parametrize("form", ["xlsx", "workbook"])
def test_a_formula_is_told_with_what_the_cell_can_hold(form: str, tmp_path: Path) -> None:
    (remark,) = read(Person({FIRST: "=1+1"}), form, tmp_path).refused
    assert (remark.cause, remark.found, remark.answers) == ("formula", "a formula: '=1+1'", 1)
    expected = {
        "xlsx": "s1 to s5 in order, or none, dk, na",
        "workbook": "one of: ya, yes, tidak, no",
    }
    assert remark.expected == expected[form]


def test_verified_levels_that_stand_twice_are_refused(tmp_path: Path) -> None:
    names = ["instrument_version", "government", "respondent", f"{FIRST}_verified"]
    row = [UNITS.instrument.version, "7201", "bpbd", "3", "4"]
    found = check(tmp_path, a=csv_of([*names, names[-1]], [row]))
    assert [remark.cause for remark in found.refused] == ["column twice"]
    assert found.files().iloc[0][["found", "accepted", "refused"]].tolist() == [1, 0, 1]
    book: Any = openpyxl.load_workbook(
        io.BytesIO(workbook(Person(verified={FIRST: "3", SECOND: "4"})))
    )
    rename(book, f"{SECOND}.verified", f"{FIRST}.verified")
    found = check(tmp_path, b=saved(book))
    assert [remark.cause for remark in found.refused] == ["rows twice"]
    assert found.files().iloc[0][["found", "accepted"]].tolist() == [1, 0]


def test_a_verified_level_of_an_unknown_question_is_not_passed_over(tmp_path: Path) -> None:
    book: Any = openpyxl.load_workbook(io.BytesIO(workbook(Person(verified={FIRST: "3"}))))
    rename(book, f"{FIRST}.verified", "XYZ1a.verified")
    found = check(tmp_path, saved(book))
    assert [(r.cause, r.answers) for r in found.refused] == [("unknown question", 1)]


def test_a_reason_that_is_none_contradicts_steps_all_the_same(tmp_path: Path) -> None:
    book: Any = openpyxl.load_workbook(io.BytesIO(workbook(Person({FIRST: "s1"}, SHOWN))))
    cell(book, f"{FIRST}.all").value = "malas"
    found = check(tmp_path, saved(book))
    assert [remark.cause for remark in found.refused] == ["scale", "contradiction"]
