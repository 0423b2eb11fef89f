"""The questionnaire of one sub-unit as a workbook: to print, or to fill on a screen.

Only cells to fill are unlocked; a question stays on one page; one instrument gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from erat.index.workbook import settled
from erat.locale import Language
from erat.survey.instrument import STEPS, Dimension, Indicator, Instrument, Level, Question
from erat.survey.read.long_table import NO, NOT_OURS_WORDS, UNKNOWN_WORDS, YES
from erat.survey.read.workbook import COVER_KEYS, IDENTITY
from erat.survey.units import SubUnit

WIDTHS = {"A": 2, "B": 11, "C": 74, "D": 17}
"""Widths in characters; together they fill a page of A4 in portrait at the scale below."""
SCALE = 90
LINE, PAGE = 15.0, 780.0
"""Height of a line of text and of a page below the repeated rows, in points at that scale."""
A_LINE = 78
"""Characters of a line in the column of texts; fewer where the text is bold, more where small."""
TITLES = 3
"""Rows repeated on every page."""
NAME_ROW, CODE_ROW = 4, 5
"""Rows of the cover that say whose workbook it is."""
MOST_TEXT = 2_000
"""Characters that an evidence or comment cell may hold."""

GREY, PALE, INPUT = "FF5F6B73", "FFE8EEF1", "FFFFFBE6"
THIN = Side(style="thin", color="FFB0BCC3")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
OPEN = Protection(locked=False)
TOP, WRAP = Alignment(vertical="top"), Alignment(wrap_text=True, vertical="top")
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
NUMBER = Alignment(horizontal="center", vertical="top")
TYPEFACE, SIZE = "Arial", 10
"""Office programs have it, or one as wide; a column is as wide as the digits of this face make it."""
PLAIN, BOLD = Font(name=TYPEFACE, size=SIZE), Font(name=TYPEFACE, size=SIZE, bold=True)
SMALL = Font(name=TYPEFACE, size=9, italic=True, color=GREY)
TITLE = Font(name=TYPEFACE, size=14, bold=True)
FILL, FREE = PatternFill("solid", fgColor=PALE), PatternFill("solid", fgColor=INPUT)

Style = Literal["indicator", "why", "question", "step", "whole", "prompt", "text", "verified", ""]
FONTS: dict[str, Font] = {
    **dict.fromkeys(("indicator", "question"), BOLD),
    **dict.fromkeys(("why", "prompt", "whole", "verified"), SMALL),
}
"""Fonts by style; others are plain."""


class Line(NamedTuple):
    """A row of a sheet: its key (empty if nothing is filled in), label, text and kind of answer."""

    style: Style
    key: str = ""
    label: str = ""
    text: str = ""
    answer: str = ""

    @property
    def height(self) -> float:
        """Points that it needs."""
        if self.style == "text":
            return 2 * LINE if self.key.endswith("comment") else 3 * LINE
        if self.style == "":
            return 0.7 * LINE
        if FONTS.get(self.style) is SMALL:
            return 0.9 * _height(self.text, A_LINE + 10) + 2
        return _height(self.text, A_LINE - (0 if self.style == "step" else 12)) + 2


class FormBook:
    """The workbook with what one kind of respondent is asked at one level, for any government."""

    def __init__(
        self, instrument: Instrument, respondent: str, level: Level, lang: Language
    ) -> None:
        self.instrument, self.lang = instrument, lang
        self.book = Workbook()
        _set_typeface(self.book)
        self.book.remove(self.book.worksheets[0])
        self.cover = self.book.create_sheet(lang.tr("Start"))
        self._fill_cover()
        asked = instrument.asked(respondent, level)
        for dimension in instrument.dimensions:
            blocks = []
            for indicator in dimension.indicators:
                head = indicator_lines(indicator, lang)
                for question in indicator.questions:
                    if question in asked:
                        blocks.append([*head, *question_lines(question, lang)])
                        head = []
            if blocks:
                self._fill_dimension(dimension, blocks)
        self.identity = self.book.create_sheet(IDENTITY)
        self.identity.sheet_state = "veryHidden"
        self.identity.protection.sheet = True

    def bytes_for(self, unit: SubUnit) -> bytes:
        """Return the workbook of one sub-unit."""
        code, name = unit.code, unit.label(self.lang.code)
        self.cover.cell(NAME_ROW, 3).value = name
        self.cover.cell(CODE_ROW, 3).value = code
        rows = {
            "erat": "questionnaire",
            "instrument_version": self.instrument.version,
            "instrument_digest": self.instrument.digest[:12],
            "unit": code,
            "language": self.lang.code,
        }
        for row, (key, value) in enumerate(rows.items(), start=1):
            self.identity.cell(row, 1).value, self.identity.cell(row, 2).value = key, value
        for page in self.book.worksheets:
            footer: Any = page.oddFooter
            footer.left.text = f"{code} · e-RAT {self.instrument.version}"
            footer.right.text = "&P / &N"
            if page not in (self.cover, self.identity):
                page.cell(2, 3).value = name
        return settled(self.book)

    def _fill_cover(self) -> None:
        page, lang, about = self.cover, self.lang, self.instrument.description
        _set_up(page)
        _put(page, 1, "B", lang.pick(about.name_id, about.name_en), TITLE)
        text = lang.pick(about.about_id, about.about_en)
        _put(page, 2, "B", "", SMALL)
        _put(page, 2, "C", text, SMALL, height=_height(text, A_LINE))
        labels = (NAME_ROW, "name", lang.tr("Sub-unit")), (CODE_ROW, "code", lang.tr("Code"))
        for row, key, label in labels:
            _put(page, row, "B", label, BOLD)
            _put(page, row, "C", "", BOLD)
            _put(page, row, "A", key)
        _put(page, 6, "B", lang.tr("Version"), BOLD)
        _put(page, 6, "C", self.instrument.version)
        _put(page, 8, "C", lang.tr("How to fill it in"), BOLD)
        for row, text in enumerate(instructions(lang), start=9):
            _put(page, row, "B", str(row - 8), alignment=NUMBER)
            _put(page, row, "C", text, height=_height(text, A_LINE))
        yes_no = _choice(page, [lang.pick(*YES), lang.pick(*NO)], lang)
        for key, label in zip(COVER_KEYS, cover_labels(lang), strict=True):
            row += 2
            _put(page, row, "C", label, height=_height(label, A_LINE) + 2)
            _put(page, row + 1, "A", key, height=1.4 * LINE)
            _open(page, row + 1, "C", WRAP)
            if key == "consent":
                yes_no.add(f"C{row + 1}")

    def _fill_dimension(self, dimension: Dimension, blocks: Sequence[Sequence[Line]]) -> None:
        """Write blocks of rows below each other; the page breaks before one that does not fit."""
        page, lang = self.book.create_sheet(dimension.code), self.lang
        _set_up(page)
        _put(page, 1, "B", dimension.code, TITLE)
        _put(page, 1, "C", lang.pick(dimension.name_id, dimension.name_en), TITLE)
        _put(page, 2, "C", "", SMALL)
        page.print_title_rows = f"1:{TITLES}"
        page.freeze_panes = f"A{TITLES + 1}"
        rules = _rules(page, lang)
        row, filled = TITLES, 0.0
        for lines in blocks:
            height = sum(line.height for line in lines)
            if filled and filled + height > PAGE:
                page.row_breaks.append(Break(id=row))
                filled = 0.0
            filled += height
            for line in lines:
                row += 1
                _write(page, row, line, rules)


def indicator_lines(indicator: Indicator, lang: Language) -> list[Line]:
    """Return the rows above the questions of an indicator."""
    name = lang.pick(indicator.name_id, indicator.name_en)
    why = lang.pick(indicator.why_id, indicator.why_en)
    return [Line("indicator", label=indicator.code, text=name), Line("why", text=why)]


def question_lines(question: Question, lang: Language) -> Iterator[Line]:
    """Return the rows of one question, which belong together on a page."""
    code, tr = question.code, lang.tr
    text = lang.pick(question.text_id, question.text_en)
    yield Line("question", code, code, text, tr("Met?"))
    for number, step in enumerate(question.steps, start=1):
        yield Line("step", f"{code}.{number}", str(number), lang.pick(step.id, step.en))
    whole = tr("Only if you cannot answer the question: choose why, and leave the steps empty.")
    yield Line("whole", f"{code}.all", "", whole)
    evidence = lang.pick(question.evidence_id, question.evidence_en)
    yield Line("prompt", "", tr("Evidence"), tr("For example: {evidence}", evidence=evidence))
    yield Line("text", f"{code}.evidence")
    yield Line("prompt", "", tr("Comment"), tr("If there is anything to add."))
    yield Line("text", f"{code}.comment")
    found = tr("For the inspectorate or assessor: the highest step found met, 0 to {n}", n=STEPS)
    yield Line("verified", f"{code}.verified", "", found)
    yield Line("")


def _rules(page: Worksheet, lang: Language) -> dict[Style, DataValidation]:
    """Return what the cells to fill may hold, by the style of their row."""
    reasons = [lang.pick(*UNKNOWN_WORDS), lang.pick(*NOT_OURS_WORDS)]
    long = lang.tr("Too long"), lang.tr("At most {n} characters.", n=MOST_TEXT)
    return {
        "step": _choice(page, [lang.pick(*YES), lang.pick(*NO)], lang),
        "whole": _choice(page, reasons, lang),
        "verified": _choice(page, [str(n) for n in range(STEPS + 1)], lang),
        "text": _rule(page, *long, type="textLength", operator="lessThanOrEqual",
                      formula1=str(MOST_TEXT)),
    }  # fmt: skip


def _write(page: Worksheet, row: int, line: Line, rules: dict[Style, DataValidation]) -> None:
    style = line.style
    if line.key:
        _put(page, row, "A", line.key)
    for column, text in (("B", line.label), ("C", line.text), ("D", line.answer)):
        if text:
            place = CENTRE if column == "D" else WRAP
            _put(page, row, column, text, FONTS.get(style, PLAIN), place)
        if style == "question":
            page[f"{column}{row}"].fill, page[f"{column}{row}"].border = FILL, BOX
    if style in rules:
        column, place = ("C", WRAP) if style == "text" else ("D", CENTRE)
        _open(page, row, column, place)
        rules[style].add(f"{column}{row}")
    if style == "step":
        page[f"B{row}"].alignment = NUMBER
    page.row_dimensions[row].height = line.height


def instructions(lang: Language) -> list[str]:
    """Return the instructions of the cover."""
    return [
        lang.tr("One person fills in one file. Several persons of one agency each take a copy."),
        lang.tr("Each sheet is a dimension. Fill in the coloured cells; choose from their lists."),
        lang.tr("For every step of a question, choose yes if it is met now, else no. "
                "A later step counts only when all before it are met."),
        lang.tr("If a step is met, name the evidence: document, number, date, or where it can be seen."),
        lang.tr("If you do not know, or the question does not concern your agency, choose that instead. "
                "It is better than a guess and never counts as zero."),
        lang.tr("Write no personal data of others into the texts. Formulas are refused."),
        lang.tr("On paper, tick the steps that are met; a colleague then copies them into this file."),
        lang.tr("Send the file back as it is (xlsx). Do not rename sheets or change its layout."),
    ]  # fmt: skip


def cover_labels(lang: Language) -> list[str]:
    """Return the labels of the cells to fill on the cover, in the order of their keys."""
    return [
        lang.tr("Your initials, or the number that your agency gave you"),
        lang.tr("Your position"),
        lang.tr("Date of filling in (year-month-day)"),
        lang.tr("I agree that my answers are used to assess the capacity of the government. "
                "Reports show sub-units, never persons. If you choose no, leave the sheets of the "
                "dimensions empty. Thank you for your time."),
        lang.tr("For the inspectorate or assessor only: position of the one who verified. Whoever "
                "fills it in agrees that the verified levels are used to assess the capacity of the "
                "government."),
    ]  # fmt: skip


def _set_typeface(book: Any) -> None:
    """Make a new workbook measure its columns by the face of its texts."""
    book._fonts = IndexedList([PLAIN])  # openpyxl has no public place for it


def _set_up(page: Worksheet) -> None:
    for column, width in WIDTHS.items():
        page.column_dimensions[column].width = width
    page.column_dimensions["A"].hidden = True
    page.column_dimensions.max_outline = 0  # as openpyxl leaves it after the first save
    page.sheet_view.showGridLines = False
    page.protection.sheet = True
    page.protection.formatRows = False
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.orientation = "portrait"
    page.page_setup.scale = SCALE
    page.page_margins = PageMargins(
        left=0.5, right=0.5, top=0.6, bottom=0.6, header=0.3, footer=0.3
    )


def _put(
    page: Worksheet,
    row: int,
    column: str,
    text: str,
    font: Font = PLAIN,
    alignment: Alignment = WRAP,
    *,
    height: float | None = None,
) -> None:
    cell: Any = page[f"{column}{row}"]
    cell.value, cell.font, cell.data_type = text, font, "s"
    cell.alignment = TOP if font is TITLE else alignment
    if height or font is TITLE:
        page.row_dimensions[row].height = height or 1.4 * LINE


def _open(page: Worksheet, row: int, column: str, alignment: Alignment) -> None:
    cell: Any = page[f"{column}{row}"]
    cell.protection, cell.border, cell.fill, cell.alignment = OPEN, BOX, FREE, alignment
    cell.number_format = "@"


def _choice(page: Worksheet, words: Sequence[str], lang: Language) -> DataValidation:
    error = lang.tr("Choose from the list: {words}.", words=", ".join(words))
    formula = f'"{",".join(words)}"'
    return _rule(page, lang.tr("Not on the list"), error, type="list", formula1=formula)


def _rule(page: Worksheet, title: str, error: str, **kind: Any) -> DataValidation:
    rule = DataValidation(
        allow_blank=True, showErrorMessage=True, errorTitle=title, error=error, **kind
    )
    page.add_data_validation(rule)
    return rule


def _height(text: str, a_line: int) -> float:
    return LINE * max(1, -(-len(text) // a_line))
