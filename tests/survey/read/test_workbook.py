"""Filled workbooks: what was filled in is what is read, in either language, wherever rows are."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from erat.locale import Language
from erat.survey.forms.workbook import FormBook
from erat.survey.importing import check_files
from erat.survey.read.identity import respondent_id, respondent_key
from tests.survey import small_survey
from tests.survey.exports_of import answers_of, check, the_units
from tests.survey.hostile_made import cell, saved

UNITS = the_units()
ASKED = [question.code for question in UNITS.instrument.asked("community", "province")]
WORDS = {"id": ("ya", "tidak", "tidak tahu", "tidak terkait"),
         "en": ("yes", "no", "does not know", "does not concern us")}  # fmt: skip


def book_in(lang: str) -> Any:
    form = FormBook(UNITS.instrument, "community", "province", Language(lang))
    book = openpyxl.load_workbook(io.BytesIO(form.bytes_for(UNITS.all["72.community"])))
    for key, text in (
        ("respondent_id", "K1"),
        ("role", "Ketua"),
        ("date", 46112),
        ("consent", WORDS[lang][0]),
    ):
        cell(book, key).value = text
    return book


def answer(book: Any, code: str, level: int, lang: str = "id") -> None:
    for number in range(1, 6):
        cell(book, f"{code}.{number}").value = WORDS[lang][0 if number <= level else 1]
    if level:
        cell(book, f"{code}.evidence").value = "notulen"


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_kind_of_answer_is_read_in_either_language(lang: str, tmp_path: Path) -> None:
    book = book_in(lang)
    for level, code in enumerate(ASKED[:6]):
        answer(book, code, level, lang)
    cell(book, f"{ASKED[6]}.all").value = WORDS[lang][2]
    cell(book, f"{ASKED[7]}.all").value = WORDS[lang][3].upper()
    cell(book, f"{ASKED[1]}.comment").value = "lihat lampiran"
    found = check(tmp_path, saved(book))
    assert found.remarks == []
    answers = answers_of(found)
    row = answers.levels.iloc[0]
    assert row[ASKED[:6]].tolist() == [0, 1, 2, 3, 4, 5]
    assert answers.states.iloc[0][ASKED[6:9]].tolist() == [1, 2, 3]
    about = answers.respondents.iloc[0]
    assert (about["unit"], about["kind"], about["role"]) == ("72.community", "community", "Ketua")
    assert about["submitted"] == "2026-03-31"
    notes = answers.notes.set_index("question")
    assert notes.at[ASKED[1], "comment"] == "lihat lampiran"
    assert set(notes["evidence"]) == {"notulen"}
    assert len(notes) == 5


def test_steps_left_empty_after_the_last_met_are_not_met(tmp_path: Path) -> None:
    book = book_in("id")
    for number in (1, 2):
        cell(book, f"{ASKED[0]}.{number}").value = "ya"
    cell(book, f"{ASKED[0]}.evidence").value = "x"
    found = check(tmp_path, saved(book))
    assert found.remarks == []
    assert answers_of(found).levels.iloc[0][ASKED[0]] == 2


def test_rows_may_have_moved(tmp_path: Path) -> None:
    """A row that somebody put in does not move answers to other questions."""
    book = book_in("id")
    for code in ASKED:
        answer(book, code, 3)
    for page in book.worksheets[1:-1]:
        page.insert_rows(6, 2)
    found = check(tmp_path, saved(book))
    assert (answers_of(found).levels.iloc[0][ASKED] == 3).all()


def test_several_persons_of_one_sub_unit_send_a_file_each(tmp_path: Path) -> None:
    first, second = book_in("id"), book_in("id")
    answer(first, ASKED[0], 1)
    answer(second, ASKED[0], 5)
    cell(second, "respondent_id").value = "K2"
    levels = answers_of(check(tmp_path, saved(first), saved(second))).levels
    assert sorted(levels[ASKED[0]]) == [1, 5]


def test_a_workbook_that_nobody_filled_in_is_no_respondent(tmp_path: Path) -> None:
    first, second = book_in("id"), book_in("id")
    answer(first, ASKED[0], 1)
    cell(second, "respondent_id").value = "K2"
    found = check(tmp_path, saved(first), saved(second))
    assert len(answers_of(found).levels) == 1
    assert [remark.cause for remark in found.remarks] == ["no answers"]


def test_a_workbook_that_libreoffice_filled_and_saved_comes_back_in() -> None:
    """What was typed is a text as it was typed: no number, date, share or formula is made of it."""
    path = Path(__file__).parents[2] / "data" / "libreoffice.xlsx"
    found = check_files([path], small_survey.units(), Language("en"))
    assert [(one.severity, one.cause, one.place) for one in found.remarks] == [
        ("noted", "like a formula", "sheet A, cell C27")
    ]
    answers = answers_of(found)
    asked = small_survey.units().asks("bpbd", "regency")
    assert (answers.levels.loc[:, asked] == 3).all(axis=None)
    assert (answers.verified.loc[:, asked] == 2).all(axis=None)
    about = answers.respondents.iloc[0]
    assert (about["unit"], about["role"]) == ("7201.bpbd", "Kepala Bidang")
    assert about["submitted"] == "2026-03-31"
    texts = answers.notes.set_index("question")["evidence"]
    assert texts[:7].tolist() == ["1/2/2026", "=SUM(1;2)", "SK 1.0", "50%", "1e5", "0012",
                                  'SK "7", arsip\nbaris 2']  # fmt: skip
    key = respondent_key("7201.bpbd", "007", "", "")
    assert answers.respondents.index.tolist() == [respondent_id("7201.bpbd", key)]
