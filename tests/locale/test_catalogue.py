"""The catalogue of translations is complete, and says the same in both languages."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import erat
from erat.locale import Language, language
from erat.locale.prose import texts_of
from erat.survey.read.messages import MESSAGES

PACKAGE = Path(erat.__file__).parent
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with (PACKAGE / "locale" / "id.po").open("rb") as file:
        return read_po(file, locale="id")


@pytest.fixture(scope="module")
def spoken(in_notebooks: dict[str, str]) -> set[str]:
    python = [("**.py", "python")]
    found = [*extract_from_dir(PACKAGE, method_map=python, keywords={"tr": None, "words": None})]
    saying = {"say": None, "markup": None}
    found += extract_from_dir(PACKAGE / "report", method_map=python, keywords=saying)
    remarks = {text for message in MESSAGES.values() for text in message[:3]}
    python_texts = {str(message) for _, _, message, _, _ in found}
    return python_texts | set(in_notebooks) | remarks - {"{text}", "{scale}"}


@pytest.fixture(scope="module")
def in_notebooks() -> dict[str, str]:
    """Every text of the report notebooks, and the notebook and cell that it stands in."""
    return {
        text: f"{path.name}, cell {cell}: {text}"
        for path in sorted((ROOT / "notebooks" / "reports").glob("*.ipynb"))
        for cell, text in texts_of(path)
    }


def fields(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}


def test_every_text_is_translated(
    catalogue: Catalog, spoken: set[str], in_notebooks: dict[str, str]
) -> None:
    translated = {str(message.id) for message in catalogue if message.string}
    missing = sorted(in_notebooks.get(text, text) for text in spoken - translated)
    assert missing == []


def test_no_translation_is_left_over(catalogue: Catalog, spoken: set[str]) -> None:
    assert sorted(str(m.id) for m in catalogue if m.id and m.id not in spoken) == []


def test_translations_have_the_same_fields(catalogue: Catalog) -> None:
    wrong = [m.id for m in catalogue if m.id and fields(str(m.id)) != fields(str(m.string))]
    assert wrong == []


def test_nothing_is_marked_fuzzy(catalogue: Catalog) -> None:
    assert [m.id for m in catalogue if m.fuzzy and m.id] == []


@pytest.mark.parametrize(
    ("code", "value", "digits", "text"),
    [
        ("id", 1234567.891, 2, "1.234.567,89"),
        ("en", 1234567.891, 2, "1,234,567.89"),
        ("id", -0.04, 1, "0,0"),
        ("en", 11, 0, "11"),
        ("en", float("nan"), 0, "–"),
    ],
)
def test_numbers_are_written_as_the_language_does(
    code: str, value: float, digits: int, text: str
) -> None:
    assert Language(code).number(value, digits) == text


def test_an_unknown_language_is_refused_with_the_known_ones() -> None:
    with pytest.raises(erat.errors.ParameterError, match="id or en"):
        language("fr")


def test_words_are_joined_as_the_language_does() -> None:
    assert Language("id").join(["a", "b", "c"]) == "a, b, dan c"
    assert Language("id").join(["a", "b"]) == "a dan b"
    assert Language("en").join(["a"]) == "a"


@pytest.mark.parametrize(
    ("name", "inside"),
    [("Weights", "weights"), ("PDRB riil", "PDRB riil"), ("x01", "x01"), ("", "")],
)
def test_a_name_inside_a_sentence_has_a_small_letter(name: str, inside: str) -> None:
    assert Language.inside(name) == inside
