"""The assessed part of a page: marked where simulated, led down to answers, never a zero."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from copy import copy
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from matplotlib.figure import Figure

from erat.edition.project import Project
from erat.plots.mark import mark_of
from erat.report import capacity, page
from erat.report.capacity_files import files
from erat.report.capacity_moves import moves
from erat.report.capacity_view import CapacityView
from erat.report.capacity_workbook import write_capacity_workbook
from erat.report.merged import merged_section
from erat.report.view import View
from tests.plots.checks import words
from tests.report.assessed import HOSTILE, UNASSESSED, write_example
from tests.report.faults import page_faults

WORD = {"id": "simulasi", "en": "simulated"}
NOTE = {"id": "Jawaban simulasi", "en": "Simulated answers"}
MODULES = sorted((Path(capacity.__file__).parent).glob("capacity*.py"))


class Shown:
    """An assessed part: its markup, and the figures that were put into it."""

    def __init__(self, view: CapacityView) -> None:
        self.view, self.figures = view, list[Figure]()
        keep = page.figure

        def kept(fig: Figure, **more: object) -> page.Html:
            self.figures.append(fig)
            return keep(fig, **more)  # type: ignore[arg-type]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(page, "figure", kept)
            self.html = str(capacity.assessed_section(view).markup)


def make(built: Project, folder: Path, lang: str, *, simulated: bool) -> CapacityView:
    results, answers = folder / f"r{simulated}", folder / f"a{simulated}"
    if not results.exists():
        write_example(built.raw, results, answers, simulated)
    return CapacityView(View(built.editions[-1], lang, built), "34", results, answers)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("assessed")


@pytest.fixture(scope="module", params=["id", "en"])
def shown(request: pytest.FixtureRequest, built: Project, folder: Path) -> Shown:
    """The part made from simulated answers, in each language."""
    return Shown(make(built, folder, request.param, simulated=True))


@pytest.fixture(scope="module")
def real(built: Project, folder: Path) -> Shown:
    """The same part made from answers that are not marked."""
    return Shown(make(built, folder, "en", simulated=False))


def captions(html: str) -> Iterator[str]:
    for table in re.findall(r"<table.*?</table>", html, re.DOTALL):
        found = re.search(r"<caption>(.*?)</caption>", table, re.DOTALL)
        yield unescape(found.group(1)) if found else ""


def test_every_figure_has_the_word_drawn_into_it(shown: Shown) -> None:
    word, note = WORD[shown.view.lang.code], NOTE[shown.view.lang.code]
    assert len(shown.figures) == 6
    for figure in shown.figures:
        assert mark_of(figure) == word
        assert any(text.startswith(note) for text in words(figure))
        (first, *_) = [text for text in figure.texts if text.get_text() == word]
        assert float(first.get_fontsize()) >= 17
        assert 0.2 <= float(first.get_alpha() or 1) <= 0.5


def test_the_word_is_in_the_pixels_of_a_figure(shown: Shown) -> None:
    """Without the word the picture is another one: it lies on top, not under what is drawn."""
    for figure in shown.figures:
        with_word = page.figure(figure, alt="x").markup
        marks = [text for text in figure.texts if text.get_text() == mark_of(figure)]
        for text in marks:
            text.set_visible(False)
        without = page.figure(figure, alt="x").markup
        for text in marks:
            text.set_visible(True)
        assert without != with_word


def test_every_picture_table_and_part_says_that_it_is_simulated(shown: Shown) -> None:
    word, html = WORD[shown.view.lang.code], shown.html
    alts = [unescape(alt) for alt in re.findall(r'<img [^>]*alt="([^"]*)"', html)]
    assert len(alts) == len(shown.figures)
    assert [alt for alt in alts if not alt.startswith(f"[{word}]")] == []
    assert [text for text in captions(html) if not text.startswith(f"[{word}]")] == []
    assert NOTE[shown.view.lang.code] in html[: html.index("<figure>")]


def test_real_answers_carry_no_such_word(real: Shown) -> None:
    assert f"[{WORD['en']}]" not in real.html
    assert NOTE["en"] not in real.html
    assert [mark_of(figure) for figure in real.figures] == [""] * 6


def test_no_module_of_the_assessment_shows_a_figure_or_table_past_the_mark() -> None:
    assert len(MODULES) >= 6
    for module in MODULES:
        tree = ast.parse(module.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "erat.report.page":
                assert {"figure", "table"}.isdisjoint(alias.name for alias in node.names), module


def test_the_part_has_no_fault(shown: Shown) -> None:
    lang = shown.view.lang.code
    whole = f'<html lang="{lang}"><title>x</title><h1>x</h1>{shown.html}</html>'
    assert page_faults(whole) == []


def test_links_lead_from_a_score_down_to_its_questions(shown: Shown) -> None:
    anchors = set(re.findall(r'id="([^"]+)"', shown.html))
    links = set(re.findall(r'href="#(capacity[^"]*)"', shown.html))
    assert links <= anchors
    instrument = shown.view.instrument
    for dimension in instrument.dimensions:
        assert f"capacity-{dimension.code}" in links
        for one in dimension.indicators:
            assert f"capacity-{one.code}" in links
            assert {f"capacity-{question.code}" for question in one.questions} <= links


def test_a_question_shows_its_steps_and_what_each_sub_unit_answered(real: Shown) -> None:
    view = real.view
    question = view.instrument.questions[0]
    start = real.html.index(f'<details id="capacity-{question.code}"')
    part = unescape(real.html[start : real.html.index(f'id="{_next(view, question.code)}"')])
    assert all(step.en in part for step in question.steps)
    for unit, rows in view.answers.respondents.groupby("unit"):
        if str(unit).split(".")[1] not in question.respondents:
            continue
        levels = sorted(view.answers.levels.loc[rows.index, question.code].dropna().astype(int))
        if levels:
            assert f"</strong> ({', '.join(map(str, levels))})" in part
    counts = view.answers.levels[question.code].dropna()
    assert f'<td data-label="People who stand here" class="num">{(counts == 3).sum()}</td>' in part


def _next(view: CapacityView, code: str) -> str:
    codes = list(view.instrument.codes)
    return f"capacity-{codes[codes.index(code) + 1]}"


def test_what_is_not_assessed_is_said_and_never_zero(real: Shown) -> None:
    row = real.html[real.html.index(f'href="#capacity-{UNASSESSED}"') :]
    row = row[: row.index("</tr>")]
    assert "not assessed: too few" in row
    assert ">0.0<" not in row


def test_cells_without_a_question_are_empty(real: Shown) -> None:
    grid = next(f for f in real.figures if "no question" in " ".join(words(f)))
    view = real.view
    empty = sum(
        view.asked_about(phase=phase, capacity=kind) == 0
        for phase in ("prevention", "preparedness", "response", "recovery")
        for kind in ("absorb", "adapt", "recover")
    )
    assert empty > 0
    assert sum(text == "no question" for text in words(grid)) == empty


def test_texts_of_respondents_are_shown_and_not_run(real: Shown) -> None:
    assert HOSTILE not in real.html
    assert "<script" not in real.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; =HYPERLINK" in real.html


def test_contributions_close_and_moves_make_nothing(real: Shown) -> None:
    found = moves(real.view)
    dimensions = real.view.scores.set_index(["unit", "node"])["score"]
    assessed = [code for code in real.view.dimensions if code != UNASSESSED]
    mean = sum(dimensions[("34", code)] for code in assessed) / len(assessed)
    assert found["contribution"].sum() == pytest.approx(mean, abs=1e-9)
    assert found.groupby("question")["moved"].sum().abs().max() < 1e-9


def test_the_workbook_is_marked_row_by_row_and_names_nobody(shown: Shown, tmp_path: Path) -> None:
    path = tmp_path / "capacity.xlsx"
    write_capacity_workbook(shown.view, path)
    book = openpyxl.load_workbook(path)
    assert len(book.sheetnames) == 8
    for sheet in book.worksheets:
        rows = list(sheet.iter_rows(min_row=2, values_only=True))
        assert rows
        assert {row[0] for row in rows} == {WORD[shown.view.lang.code]}
    text = str([list(sheet.values) for sheet in book.worksheets])
    assert str(shown.view.answers.respondents.index[0]) not in text
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)


def test_files_are_accounted_for(real: Shown) -> None:
    row = real.html[real.html.index(">example.csv<") :]
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", row[: row.index("</tr>")])
    assert cells == ["1,200", "1,150", "20", "30"]
    assert list(files(real.view)["file"]) == ["example.csv", "verification.csv", "refused.csv"]
    for name in ("verification.csv", "refused.csv"):
        assert f">{name}<" in real.html
    assert "7201.bpbd.xlsx" not in real.html


def test_why_answers_were_refused_is_said_by_file_and_cause(real: Shown) -> None:
    part = real.html[real.html.index("Refused, and why") :]
    part = part[: part.index("</table>")]
    assert part.count('<th scope="row">') == 2
    assert "row 2, 3" in part
    assert "consent was not given" in part
    assert "column RMP1a, row 7 and 1 more" in part
    assert "&lt;b&gt;two&lt;/b&gt; levels" in part
    assert "never shown" not in real.html


def test_a_file_of_people_of_another_province_is_not_ours(real: Shown, tmp_path: Path) -> None:
    (tmp_path / "files.csv").write_text("file\na.csv\nb.csv\nc.csv\n", "utf-8")
    people = "respondent,province,file\n34.x,34,a.csv\n72.x,72,b.csv\n"
    (tmp_path / "respondents.csv").write_text(people, "utf-8")
    places = "respondent,file,row\n34.x,a.csv,1\n34.x,c.csv,1\n72.x,c.csv,2\n72.x,b.csv,1\n"
    (tmp_path / "places.csv").write_text(places, "utf-8")
    view = copy(real.view)
    view.imported = tmp_path
    assert list(files(view)["file"]) == ["a.csv", "c.csv"]


def test_missing_numbers_are_dashes(real: Shown) -> None:
    assert real.view.interval({"low": float("nan"), "high": 1.0}) == "–"
    assert real.view.score(float("nan")) == "–"


def test_nothing_is_merged_unless_the_settings_say_so(real: Shown) -> None:
    assert str(merged_section(real.view, {"conditions": 50.0}, {}).markup) == ""


def test_a_merged_score_has_an_interval_and_the_mark(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"score": 60.0, "low": 55.0, "high": 66.0}
    monkeypatch.setattr(CapacityView, "score_row", lambda *_: row)
    html = str(merged_section(shown.view, {"conditions": 50.0}, {"conditions": 3.0}).markup)
    score, low, high = (shown.view.score(x) for x in (52.5, 51.25, 54.0))
    assert score in html
    assert f"{low}–{high}" in html
    assert NOTE[shown.view.lang.code] in unescape(html)


def test_what_is_not_known_is_not_merged(real: Shown) -> None:
    html = str(merged_section(real.view, {"ikd": float("nan")}, {"ikd": 1.0}).markup)
    assert "no merged score" in html
