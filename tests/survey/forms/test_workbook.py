"""The workbook of a sub-unit: what can be filled in, how it prints, and the same bytes."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from erat.locale import Language
from erat.survey.forms.workbook import PAGE, SCALE, TITLES, WIDTHS, FormBook
from erat.survey.read.long_table import TEXTS
from erat.survey.read.workbook import ANSWER_ROWS, COVER_KEYS, IDENTITY
from tests.survey.exports_of import the_units
from tests.survey.hostile_made import column_of

UNITS = the_units()
INSTRUMENT = UNITS.instrument
UNIT = UNITS.all["7201.bpbd"]
ASKED = [question.code for question in INSTRUMENT.asked("bpbd", "regency")]
A4_WIDTH, A4_HEIGHT = 595.3, 841.9


def made(lang: str = "id") -> bytes:
    return FormBook(INSTRUMENT, "bpbd", "regency", Language(lang)).bytes_for(UNIT)


@pytest.fixture(scope="module")
def book() -> Any:
    """The workbook, read back."""
    return openpyxl.load_workbook(io.BytesIO(made()))


def keyed(book: Any) -> dict[str, Any]:
    """The cell to be filled in of every key."""
    found: dict[str, Any] = {}
    for page in book.worksheets:
        for row in range(1, page.max_row + 1):
            key = page.cell(row, 1).value
            if key and page.title != IDENTITY and ("." in key or key in COVER_KEYS):
                assert key not in found
                found[key] = page.cell(row, column_of(key))
    return found


def test_it_asks_what_the_sub_unit_is_asked_and_nothing_else(book: Any) -> None:
    expected = {f"{code}.{part}" for code in ASKED for part in (*ANSWER_ROWS, *TEXTS)} | set(
        COVER_KEYS
    )
    assert set(keyed(book)) == expected


def test_only_the_cells_to_fill_in_are_unlocked(book: Any) -> None:
    answers = {(cell.parent.title, cell.coordinate) for cell in keyed(book).values()}
    for page in book.worksheets:
        assert page.protection.sheet
        unlocked = {
            (page.title, cell.coordinate)
            for row in page.iter_rows()
            for cell in row
            if not cell.protection.locked
        }
        assert unlocked == {place for place in answers if place[0] == page.title}


def test_every_answer_has_its_list(book: Any) -> None:
    lists = {
        "all": '"tidak tahu,tidak terkait"',
        "verified": '"0,1,2,3,4,5"',
        "consent": '"ya,tidak"',
    }
    for key, cell in keyed(book).items():
        rules = [
            rule.formula1
            for rule in cell.parent.data_validations.dataValidation
            if cell.coordinate in rule.sqref
        ]
        part = key.split(".")[-1]
        if part in ("evidence", "comment"):
            assert rules == ["2000"]
        elif part.isdigit() or part in lists:
            assert rules == [lists.get(part, '"ya,tidak"')]


def test_it_says_whose_it_is_and_of_which_version(book: Any) -> None:
    page = book[IDENTITY]
    identity = {page.cell(row, 1).value: page.cell(row, 2).value for row in range(1, 6)}
    assert identity["unit"] == "7201.bpbd"
    assert identity["instrument_version"] == INSTRUMENT.version
    assert page.sheet_state == "veryHidden"
    cover = book.worksheets[0]
    texts = [cell.value for row in cover.iter_rows() for cell in row if cell.value]
    assert "7201.bpbd" in texts
    assert UNIT.label("id") in texts
    assert INSTRUMENT.version in texts


def test_a_page_of_a4_holds_its_width_and_no_question_is_broken(book: Any) -> None:
    width = sum(w * 7 + 5 for name, w in WIDTHS.items() if name != "A") * 0.75 * SCALE / 100
    assert width <= A4_WIDTH - 2 * 0.5 * 72
    assert PAGE * SCALE / 100 <= A4_HEIGHT - 2 * 0.6 * 72
    for page in book.worksheets[1:-1]:
        assert page.page_setup.paperSize == 9
        assert page.print_title_rows == f"$1:${TITLES}"
        breaks = [one.id for one in page.row_breaks.brk]
        ends = [*breaks, page.max_row]
        for start, end in zip([TITLES, *breaks], ends, strict=True):
            rows = range(start + 1, end + 1)
            assert sum(page.row_dimensions[row].height for row in rows) <= PAGE
        for row in breaks:
            assert page.cell(row, 1).value is None
            assert page.cell(row + 1, 1).value in (None, *ASKED)
            below = page.cell(row + 1, 2).value
            assert below


def test_every_text_has_a_face_and_a_size_and_columns_are_measured_by_them(book: Any) -> None:
    """Without them LibreOffice takes a wider face, and prints every column on a page of its own."""
    assert (book._fonts[0].name, book._fonts[0].sz) == ("Arial", 10)
    for page in book.worksheets:
        faces = {cell.font.name for row in page.iter_rows() for cell in row if cell.value}
        assert faces == {"Arial"}
        assert all(cell.font.sz for row in page.iter_rows() for cell in row if cell.value)


def test_the_footer_has_room_below_the_sheet(book: Any) -> None:
    for page in book.worksheets[:-1]:
        assert page.page_margins.bottom - page.page_margins.footer >= 0.25


def test_texts_stand_in_the_language_of_the_workbook() -> None:
    question = INSTRUMENT.question(ASKED[0])
    for lang, text in (("id", question.text_id), ("en", question.text_en)):
        book = openpyxl.load_workbook(io.BytesIO(made(lang)))
        texts = {cell.value for page in book for row in page.iter_rows() for cell in row}
        assert text in texts
        assert question.steps[4].id in texts or lang == "en"


def test_the_same_sub_unit_has_the_same_bytes_and_another_has_others() -> None:
    form = FormBook(INSTRUMENT, "bpbd", "regency", Language("id"))
    first = form.bytes_for(UNIT)
    other = form.bytes_for(UNITS.all["7202.bpbd"])
    assert form.bytes_for(UNIT) == first == made()
    assert other != first


def test_nothing_in_it_is_a_formula_or_a_merged_cell(book: Any) -> None:
    for page in book.worksheets:
        assert not page.merged_cells.ranges
        assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
