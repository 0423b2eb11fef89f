"""The catalogue of translations is complete, and says the same in both languages."""

from __future__ import annotations

import ast
import errno
import os
import string
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import erat
from erat.locale import PROBLEM, Language, language, texts_marked
from erat.report.exhibit import spelled_out
from erat.report.html import blocks, is_notebook_only
from erat.survey.read.remarks import MESSAGES

PACKAGE = Path(erat.__file__).parent
ROOT = Path(__file__).resolve().parents[2]

SPELLED_OUT = """
accepted answered answers answers_verified asked better carried_forward choice class difference
dimension expected file found gap gini goalposts governments highest imputed index indicator
indicators items kind kurtosis left_out lowest lowest_dimension mean met_by name not_answered noted
omega outliers part_of_the_mean people provinces published quality question range rank
rank_correlation reference refused regencies repeated result score series set skewness source status
step still_missing text third value verified weakest_regency weight what_to_do when where who year
years
"""
"""Columns that pages show whose names, spelled out, are their headings: no call names these."""

SPEAKING = {
    **dict.fromkeys(("say", "words", "title", "folded", "download"), ()),
    "show": ("alt", "caption", "fold", "otherwise"),
}
"""Functions whose first text is for people, or the keywords of one whose first argument is not."""


def texts_of(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the number of the cell and every text of a notebook that is for people."""
    for number, cell in enumerate(nbformat.read(path, as_version=4).cells, start=1):
        if is_notebook_only(cell):
            continue
        if cell.cell_type == "markdown":
            yield from ((number, text) for _, text in blocks(cell.source))
        else:
            yield from ((number, text) for text in spoken_in_code(cell.source))


def spoken_in_code(source: str) -> Iterator[str]:
    """Yield the texts in a cell of code; one that is put together is refused."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id not in SPEAKING:
            continue
        keywords = SPEAKING[node.func.id]
        given = [k.value for k in node.keywords if k.arg in keywords] if keywords else node.args[:1]
        for value in given:
            yield from constants(value)


def constants(value: ast.expr) -> Iterator[str]:
    match value:
        case ast.IfExp():
            yield from (*constants(value.body), *constants(value.orelse))
        case ast.JoinedStr():
            raise ValueError(f"line {value.lineno}: write the text with {{fields}}")
        case ast.Constant(value=str(text)) if text:
            yield text


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with (PACKAGE / "locale" / "id.po").open("rb") as file:
        return read_po(file, locale="id")


@pytest.fixture(scope="module")
def spoken(in_notebooks: dict[str, str]) -> set[str]:
    python = [("**.py", "python")]
    found = [
        *extract_from_dir(
            PACKAGE, method_map=python, keywords={"tr": None, "phrase": None, "words": None}
        )
    ]
    saying = {"say": None, "markup": None}
    found += extract_from_dir(PACKAGE / "report", method_map=python, keywords=saying)
    columns = {spelled_out(name) for name in SPELLED_OUT.split()}
    remarks = {text for message in MESSAGES.values() for text in message[:3]}
    python_texts = {str(message) for _, _, message, _, _ in found} | columns
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
    used = spoken | set(texts_marked(PROBLEM))
    assert sorted(str(m.id) for m in catalogue if m.id and m.id not in used) == []


def test_every_text_of_a_problem_stands_in_the_code(spoken: set[str]) -> None:
    trees = (ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py"))
    nodes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    texts = [os.strerror(number) for number in errno.errorcode]
    texts.append("twice in")  # PyYAML puts "in" between a fault and its place
    texts += [node.value for node in nodes if isinstance(node.value, str)]
    code = "\n".join(texts)
    left_over = [
        text
        for text in texts_marked(PROBLEM)
        for words, *_ in string.Formatter().parse(text)
        if " ".join(words.strip("' ,;.:()").split(" ")[-3:]) not in code
    ]
    assert left_over == []


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
