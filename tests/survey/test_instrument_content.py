"""The instrument's content: complete, in both languages, balanced, and nothing asked twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from erat.locale import Language
from erat.survey.frames import lenses
from erat.survey.instrument import CAPACITIES, PHASES, TOPICS, Indicator, Instrument, Question

FOLDER = Path(__file__).parents[2] / "data" / "raw" / "instrument"
LONGEST = 230
"""Characters of a text: a cell of the workbook shows no more."""
WORDS = 25
"""A step has fewer words."""
VAGUE = re.compile(
    r"\b(good|adequate|adequately|sufficient|effective|effectively|appropriate|regularly|properly|"
    r"optimally|baik|memadai|efektif|optimal|berkala|rutin|cukup|layak)\b",
    re.IGNORECASE,
)
"""Words that two assessors would read in two ways."""


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return Instrument.read(FOLDER)


def pairs(one: Indicator | Question) -> Iterator[tuple[str, str, str]]:
    """Every text of an indicator's head or of a question: where, Indonesian, English."""
    if isinstance(one, Indicator):
        yield f"{one.code} name", one.name_id, one.name_en
        yield f"{one.code} why", one.why_id, one.why_en
        return
    yield f"{one.code} text", one.text_id, one.text_en
    yield f"{one.code} evidence", one.evidence_id, one.evidence_en
    for number, step in enumerate(one.steps, start=1):
        yield f"{one.code} step {number}", step.id, step.en


def all_pairs(instrument: Instrument) -> list[tuple[str, str, str]]:
    parts: list[Indicator | Question] = [*instrument.indicators, *instrument.questions]
    return [pair for part in parts for pair in pairs(part)]


def test_eight_dimensions_of_four_to_six_indicators(instrument: Instrument) -> None:
    shape = {one.code: len(one.indicators) for one in instrument.dimensions}
    assert list(shape) == ["RMP", "LC", "ITC", "AMC", "SFC", "NPSD", "OR", "OFR"]
    assert all(4 <= number <= 6 for number in shape.values()), shape


def test_two_to_four_questions_an_indicator_each_in_five_steps(instrument: Instrument) -> None:
    assert {len(one.questions) for one in instrument.indicators} <= {2, 3, 4}
    assert {len(question.steps) for question in instrument.questions} == {5}
    assert len(instrument.questions) >= 100


def test_codes_are_numbered_and_lettered_in_order_without_a_gap(instrument: Instrument) -> None:
    for dimension in instrument.dimensions:
        expected = [f"{dimension.code}{n + 1}" for n in range(len(dimension.indicators))]
        assert [one.code for one in dimension.indicators] == expected
    for one in instrument.indicators:
        letters = [one.code + letter for letter in "abcd"[: len(one.questions)]]
        assert [question.code for question in one.questions] == letters
    assert len(set(instrument.codes)) == len(instrument.codes)


def test_every_text_is_in_two_languages_and_fits(instrument: Instrument) -> None:
    for where, indonesian, english in all_pairs(instrument):
        assert indonesian.strip(), where
        assert english.strip(), where
        assert indonesian.casefold() != english.casefold(), where
        assert max(len(indonesian), len(english)) <= LONGEST, where


def test_a_text_is_in_the_language_it_says(instrument: Instrument) -> None:
    english_words = re.compile(r"\b(the|of|and|with|which|from)\b", re.IGNORECASE)
    indonesian_words = re.compile(r"\b(dan|yang|dengan|untuk|dari|dalam|setiap)\b", re.IGNORECASE)
    for where, indonesian, english in all_pairs(instrument):
        assert not english_words.search(indonesian), where
        assert not indonesian_words.search(english), where


def test_texts_are_sentences(instrument: Instrument) -> None:
    for question in instrument.questions:
        for where, *texts in pairs(question):
            for text in texts:
                mark = "?" if where.endswith("text") else "."
                assert text.endswith(mark), where
                assert text == " ".join(text.split()), where
                assert text[0].isupper() or text[0].isdigit(), where


def test_a_step_is_short_and_can_be_observed(instrument: Instrument) -> None:
    for question in instrument.questions:
        for step in question.steps:
            for text in (step.id, step.en):
                assert len(text.split()) < WORDS, f"{question.code}: {text}"
                assert not VAGUE.search(text), f"{question.code}: {text}"


def test_the_two_languages_of_a_step_name_the_same_numbers(instrument: Instrument) -> None:
    number = re.compile(r"\b\d+\b")
    for where, indonesian, english in all_pairs(instrument):
        assert number.findall(indonesian) == number.findall(english), where


def test_no_step_and_no_question_stands_twice(instrument: Instrument) -> None:
    steps = [s for q in instrument.questions for step in q.steps for s in (step.id, step.en)]
    asked = [s for q in instrument.questions for s in (q.text_id, q.text_en)]
    for texts in (steps, asked):
        counts = Counter(text.casefold() for text in texts)
        assert [text for text, count in counts.items() if count > 1] == []


@pytest.mark.parametrize(
    ("tag", "values"), [("phase", PHASES), ("capacity", CAPACITIES), ("topic", TOPICS)]
)
def test_every_tag_has_a_name_and_three_questions(
    instrument: Instrument, tag: str, values: tuple[str, ...]
) -> None:
    assert tuple(lenses(Language("id"))[tag][1]) == values
    counts = Counter(getattr(question, tag) for question in instrument.questions)
    assert {value: counts[value] for value in values if counts[value] < 3} == {}


def test_early_warning_is_asked_in_more_than_one_dimension(instrument: Instrument) -> None:
    asked = [code for code in instrument.codes if instrument.question(code).topic == "warning"]
    found = {code.rstrip("abcd0123456789") for code in asked}
    assert len(asked) >= 6
    assert {"RMP", "ITC", "AMC"} <= found


def test_respondents_are_known_and_each_is_asked_enough(instrument: Instrument) -> None:
    known = {one.code: one.kind for one in instrument.respondents}
    counts = Counter(code for question in instrument.questions for code in question.respondents)
    assert set(counts) <= set(known)
    assert {code: counts[code] for code in known if counts[code] < 5} == {}
    assert {known[code] for code in counts} == {"agency", "community", "business"}
    assert max(len(question.respondents) for question in instrument.questions) <= 5


@pytest.mark.parametrize("partner", ["community", "business"])
def test_communities_and_businesses_are_asked_at_both_levels(
    instrument: Instrument, partner: str
) -> None:
    assert len(instrument.asked(partner, "province")) >= 5
    assert len(instrument.asked(partner, "regency")) >= 5


def test_a_crosswalk_is_in_range_and_reaches_every_priority_and_service(
    instrument: Instrument,
) -> None:
    priorities = [one.crosswalk.ikd for one in instrument.indicators]
    services = [one.crosswalk.spm for one in instrument.indicators]
    assert {number for found in priorities for number in found} == set(range(1, 8))
    assert {code for found in services for code in found} == {
        "information", "preparedness", "rescue",
    }  # fmt: skip
    assert all(list(found) == sorted(set(found)) for found in priorities)
    assert all(len(found) == len(set(found)) for found in services)
    assert () in priorities, "a crosswalk is given only where one is known"
