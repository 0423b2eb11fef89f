"""The reader of workbooks: every way in which a spreadsheet writes a cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from erat.index.xlsx import FORMULA, SheetRow, UnreadableError, XlsxFile
from tests.survey.hostile_made import archive

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
STRICT = 'xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def rows_of(
    folder: Path, sheet: str, texts: str = "", target: str = "worksheets/s.xml"
) -> list[SheetRow]:
    """The rows of a workbook with one sheet of given XML."""
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "xl/workbook.xml": f'<workbook {NS} xmlns:r="{REL}"><sheets><sheet name="a" r:id="r1"/>'
                           "</sheets></workbook>".encode(),
        "xl/_rels/workbook.xml.rels":
            f'<Relationships><Relationship Id="r1" Target="{target}"/></Relationships>'.encode(),
        "xl/worksheets/s.xml": sheet.encode(),
    }  # fmt: skip
    if texts:
        parts["xl/sharedStrings.xml"] = texts.encode()
    path = folder / "a.xlsx"
    path.write_bytes(archive(parts))
    with XlsxFile.open(path) as book:
        return list(book.rows(book.sheets[0]))


def sheet(cells: str, row: str = '<row r="3">') -> str:
    return f"<worksheet {NS}><sheetData>{row}{cells}</row></sheetData></worksheet>"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="B3"><v>3</v></c>', "3"),
        ('<c r="B3"><v>3.0</v></c>', "3"),
        ('<c r="B3"><v>2.5</v></c>', "2.5"),
        ('<c r="B3"><v>1E2</v></c>', "100"),
        ('<c r="B3"><v>NaN</v></c>', "NaN"),
        ('<c r="B3" t="str"><v>ya</v></c>', "ya"),
        ('<c r="B3" t="b"><v>1</v></c>', "1"),
        ('<c r="B3" t="e"><v>#REF!</v></c>', "#REF!"),
        ('<c r="B3" t="inlineStr"><is><t>ya</t></is></c>', "ya"),
        ('<c r="B3" t="inlineStr"><is><r><t>y</t></r><r><t>a</t></r></is></c>', "ya"),
        ('<c r="B3" t="s"><v>1</v></c>', "tidak"),
        ('<c r="B3" t="s"><v>0</v></c>', "ya"),
    ],
)
def test_a_cell_is_read_as_it_is_shown(cell: str, text: str, tmp_path: Path) -> None:
    texts = (
        f"<sst {NS}><si><r><t>y</t></r><r><rPr/><t>a</t></r><rPh><t>hint</t></rPh></si>"
        "<si><t>tidak</t></si></sst>"
    )
    (row,) = rows_of(tmp_path, sheet(cell), texts)
    assert row == SheetRow(3, False, {1: text})


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="A3" t="str"><f>1+1</f><v>ya</v></c>', "=1+1"),
        ('<c r="A3"><f t="shared" si="0"/><v>2</v></c>', "="),
    ],
)
def test_a_formula_is_marked_and_its_value_is_not_read(
    cell: str, text: str, tmp_path: Path
) -> None:
    (row,) = rows_of(tmp_path, sheet(cell))
    assert row.cells == {0: FORMULA + text}


def test_the_strict_form_with_prefixes_is_read(tmp_path: Path) -> None:
    inner = '<x:row r="2"><x:c r="A2"><x:v>5</x:v></x:c></x:row>'
    text = f"<x:worksheet {STRICT}><x:sheetData>{inner}</x:sheetData></x:worksheet>"
    assert rows_of(tmp_path, text, target="/xl/worksheets/s.xml") == [SheetRow(2, False, {0: "5"})]


def test_rows_and_cells_without_an_address_follow_each_other(tmp_path: Path) -> None:
    inner = "<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c><v>3</v></c></row>"
    text = f"<worksheet {NS}><sheetData>{inner}</sheetData></worksheet>"
    assert rows_of(tmp_path, text) == [
        SheetRow(1, False, {0: "1", 1: "2"}),
        SheetRow(3, False, {0: "3"}),
    ]


def test_a_hidden_row_says_so(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, sheet('<c r="A3"><v>1</v></c>', '<row r="3" hidden="1">'))
    assert row.hidden


@pytest.mark.parametrize("index", ["7", "-1", "x", "", "²"])
def test_a_text_that_is_not_there_is_refused(index: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="broken xml"):
        rows_of(tmp_path, sheet(f'<c r="A3" t="s"><v>{index}</v></c>'))
