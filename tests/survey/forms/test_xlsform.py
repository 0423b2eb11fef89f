"""The XLSForm: read by pyxform, whole in both languages, and asking what the instrument asks."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from erat.errors import InputError
from erat.survey.forms.xlsform import (
    SUFFIX,
    Form,
    both,
    constraint,
    questionnaire,
    validate,
    verification,
)
from erat.survey.read.long_table import BEYOND, CHOICES, CONTRADICTS, ticks
from erat.survey.units import Government, SubUnits
from tests.survey.exports_of import the_units

UNITS = the_units()
INSTRUMENT = UNITS.instrument
GOVERNMENTS = [*UNITS.governments_of("72"), *UNITS.governments_of("94")]
FORM = questionnaire(UNITS, GOVERNMENTS)
ROWS = {row["name"]: row for row in FORM.survey if row["type"] != "end_group"}
Make = Callable[[SubUnits, Sequence[Government]], Form]
LABELS = [f"label{suffix}" for suffix in SUFFIX.values()]


def true(expression: str, **values: str) -> bool:
    """Evaluate the few words of XPath that the form uses."""
    python = re.sub(r"\$\{(\w+)\}", r"\1", expression)
    python = re.sub(r"(?<![!<>=])=(?!=)", "==", python)
    python = python.replace("selected(., ", "selected(ticked, ")
    python = python.replace("count-selected(.)", "len(ticked.split())")

    def selected(words: str, one: str) -> bool:
        return one in words.split()

    return bool(eval(python, {"selected": selected, **values}))  # noqa: S307


@pytest.mark.parametrize("make", [questionnaire, verification])
def test_pyxform_reads_it_without_a_warning(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    make(UNITS, GOVERNMENTS).write(path)
    assert validate(path) == []


def test_a_form_that_pyxform_refuses_is_told(tmp_path: Path) -> None:
    form = Form(survey=[{"type": "select_one nothing", "name": "a", **both("a", "b")}])
    form.settings = {"form_id": "x"}
    form.choice("other", "1", both("a", "b"))
    form.write(tmp_path / "form.xlsx")
    with pytest.raises(InputError, match=r"form\.xlsx: found .*expected a form that pyxform reads"):
        validate(tmp_path / "form.xlsx")


def test_the_same_form_has_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        questionnaire(UNITS, GOVERNMENTS).write(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("make", [questionnaire, verification])
def test_everything_shown_is_there_in_both_languages(make: Make) -> None:
    form = make(UNITS, GOVERNMENTS)
    hidden = {"start", "end", "calculate", "end_group"}
    for row in [*(row for row in form.survey if row["type"] not in hidden), *form.choices]:
        assert all(row[label].strip() for label in LABELS), row["name"]
        for column in {name.split("::")[0] for name in row if "::" in name}:
            assert all(row[f"{column}{suffix}"] for suffix in SUFFIX.values())
        if "required" in row:
            assert row[f"required_message{SUFFIX['id']}"] != row[f"required_message{SUFFIX['en']}"]
    assert all(half.strip() for half in form.settings["form_title"].partition(" / "))
    said = [row for row in form.survey if row["name"] in ("consent", "role", "respondent")]
    assert all(row[LABELS[0]] != row[LABELS[1]] for row in said)


def test_a_question_is_shown_to_those_who_are_asked_it_and_to_nobody_else() -> None:
    for one in INSTRUMENT.respondents:
        for level in ("province", "regency"):
            asked = {question.code for question in INSTRUMENT.asked(one.code, level)}
            who = {"respondent": one.code, "level": level, "consent": "yes", "government": "72"}
            shown = {code for code in INSTRUMENT.codes if true(ROWS[code]["relevant"], **who)}
            assert shown == asked
            for dimension in INSTRUMENT.dimensions:
                inside = {q.code for i in dimension.indicators for q in i.questions}
                assert true(ROWS[dimension.code]["relevant"], **who) == bool(inside & asked)
    assert not any(
        true(ROWS[code]["relevant"], respondent="", level="regency") for code in INSTRUMENT.codes
    )


@pytest.mark.parametrize(
    ("changed", "first"), [({"consent": "no"}, "province"), ({"government": ""}, "respondent")]
)
def test_nothing_is_asked_of_one_who_withdraws(changed: dict[str, str], first: str) -> None:
    """Enketo leaves the values of hidden questions in what other questions refer to."""
    before = {"consent": "yes", "province": "72", "government": "7201", "level": "regency",
              "respondent": "bpbd"}  # fmt: skip
    names = [*ROWS][[*ROWS].index(first) : [*ROWS].index("respondent") + 1]
    names += [one.code for one in INSTRUMENT.dimensions]
    for name in (name for name in names if name != "level"):
        assert true(ROWS[name]["relevant"], **before)
        assert not true(ROWS[name]["relevant"], **before | changed)


def test_a_text_is_asked_of_those_only_who_are_asked_its_question() -> None:
    for one in INSTRUMENT.respondents:
        asked = {question.code for question in INSTRUMENT.asked(one.code, "regency")}
        for code in INSTRUMENT.codes:
            who = {"respondent": one.code, "level": "regency", code: "s1"}
            for text in ("evidence", "comment"):
                assert true(ROWS[f"{code}_{text}"]["relevant"], **who) == (code in asked)


def test_the_constraint_lets_through_what_can_be_told_and_nothing_else() -> None:
    for bits in range(1, 1 << len(CHOICES)):
        ticked = " ".join(name for place, name in enumerate(CHOICES) if bits >> place & 1)
        assert ticks(ticked) == bits
        assert true(constraint(), ticked=ticked) == (not CONTRADICTS[bits] and not BEYOND[bits])


def test_evidence_is_required_once_a_step_is_claimed() -> None:
    for code in INSTRUMENT.codes:
        row = ROWS[f"{code}_evidence"]
        assert row["required"] == "yes"
        question = INSTRUMENT.question(code)
        who = {"respondent": question.respondents[0], "level": question.governments[0]}
        assert true(row["relevant"], **who, **{code: "s1 s2"})
        for word in ("none", "dk", "na", ""):
            assert not true(row["relevant"], **who, **{code: word})


def test_the_choices_of_a_question_are_those_that_are_read() -> None:
    for code in INSTRUMENT.codes:
        found = [row["name"] for row in FORM.choices if row["list_name"] == code]
        assert found == list(CHOICES)


def test_the_government_is_chosen_within_the_province() -> None:
    choices = {row["name"]: row for row in FORM.choices if row["list_name"] == "government"}
    assert list(choices) == [one.code for one in GOVERNMENTS]
    for code, row in choices.items():
        assert row["province"] == UNITS.governments[code].province
    provinces = [row["name"] for row in FORM.choices if row["list_name"] == "province"]
    assert provinces == ["72", "94"]
    rule = ROWS["government"]["choice_filter"]
    assert rule == "province=${province}"


def test_only_respondents_that_are_asked_something_can_be_chosen() -> None:
    rule = ROWS["respondent"]["choice_filter"]
    for row in (row for row in FORM.choices if row["list_name"] == "respondent"):
        for level in ("province", "regency"):
            there = {key: row[key] for key in ("at_province", "at_regency")}
            asked = bool(INSTRUMENT.asked(row["name"], level))
            assert true(rule, level=level, **there) == asked


def test_version_and_digest_go_with_every_answer() -> None:
    assert ROWS["instrument_version"]["calculation"] == f"'{INSTRUMENT.version}'"
    assert ROWS["instrument_digest"]["calculation"] == f"'{INSTRUMENT.digest[:12]}'"
    assert FORM.settings["version"].startswith(f"{INSTRUMENT.version}-")


def test_a_text_cannot_refer_to_a_field() -> None:
    texts = both("biaya ${government}", "costs ${government} and more")
    assert not any("${" in text for text in texts.values())


def test_the_verifier_says_a_level_for_every_question() -> None:
    form = verification(UNITS, GOVERNMENTS)
    names = [row["name"] for row in form.survey if row["type"].startswith("select_one ")]
    assert [name for name in names if name.endswith("_verified")] == [
        f"{code}_verified" for code in INSTRUMENT.codes
    ]
    first = [row["name"] for row in form.choices if row["list_name"] == INSTRUMENT.codes[0]]
    assert first == ["0", "1", "2", "3", "4", "5"]


def test_a_verifier_is_asked_to_agree_as_one_who_verifies() -> None:
    asked, verified = (
        next(row for row in form.survey if row["name"] == "consent")
        for form in (FORM, verification(UNITS, GOVERNMENTS))
    )
    assert all("take part" not in verified[label] for label in LABELS)
    assert all(asked[label] != verified[label] for label in LABELS)


@pytest.mark.parametrize("make", [questionnaire, verification])
def test_one_who_declines_is_thanked_and_sees_nothing_else(make: Make) -> None:
    before = {"government": "7201", "province": "72", "level": "regency", "respondent": "bpbd"}
    rows, depth = [], 0
    for row in make(UNITS, GOVERNMENTS).survey:
        if depth == 0 and row["type"] not in ("start", "end", "calculate"):
            rows.append(row)
        depth += {"begin_group": 1, "end_group": -1}.get(row["type"], 0)

    def shown(consent: str) -> list[str]:
        return [row["name"] for row in rows
                if true(row.get("relevant", "True"), consent=consent, **before)]  # fmt: skip

    assert shown("no") == ["about", "consent", "declined"]
    assert shown("") == ["about", "consent"]
    assert "declined" not in shown("yes")
