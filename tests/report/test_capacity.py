"""The notebook of the assessed capacity: marked where simulated, led down to answers, never a zero."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from importlib import import_module
from pathlib import Path
from typing import Any

import nbformat
import openpyxl
import pandas as pd
import pytest
from matplotlib.figure import Figure

from erat.edition.project import Project
from erat.locale import Language
from erat.plots import mark
from erat.plots.style import png
from erat.report import capacity_text
from erat.report.html import report_page, spoken_in, to_html
from erat.report.workbooks import write_capacity_workbook
from erat.survey.opened import OpenAssessment, open_assessment
from tests.plots.checks import words
from tests.projects import project_in
from tests.report.assessed import HOSTILE, UNASSESSED, write_example
from tests.report.faults import page_faults

show = import_module("erat.report.show")
WORD = {"id": "simulasi", "en": "simulated"}
NOTE = {"id": "Jawaban simulasi", "en": "Simulated answers"}
ASSESSMENTS = {
    "example": {},
    "real": {"simulated": False},
    "whole": {"simulated": False, "unassessed": ""},
}
"""Made-up assessments: simulated, not marked, and one in which every dimension is assessed."""


class Ran:
    """The notebook, run cell by cell: its page, its figures and its variables."""

    def __init__(self, project: Project, lang: str, answers: str) -> None:
        self.figures, self.names, self.lang = list[Figure](), dict[str, Any](), lang
        notebook = nbformat.read(project.templates / "capacity.ipynb", as_version=4)
        given = f'\nprovince, lang, answers = "34", "{lang}", "{answers}"'
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(project.root)
            patch.setattr(show, "picture", self._kept(show.picture))
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    tagged = "parameters" in cell.metadata.get("tags", [])
                    cell.outputs = self._outputs(cell.source + given * tagged, patch)
                    cell.execution_count = 1
        mark.keep(None)
        page = report_page("x", lang, "capacity-34")
        self.html = to_html(spoken_in(notebook, lang), page, by_section=True)
        self.a: OpenAssessment = self.names["a"]

    def _kept(self, draw: Any) -> Any:
        def kept(figure: Figure, *given: object) -> object:
            self.figures.append(figure)
            return draw(figure, *given)

        return kept

    def _outputs(self, source: str, patch: pytest.MonkeyPatch) -> list[nbformat.NotebookNode]:
        shown: list[Any] = []
        patch.setattr(show, "display", shown.append)
        exec(source, self.names)  # noqa: S102
        return [
            nbformat.v4.new_output("display_data", data={"text/html": one._repr_html_()})
            for one in shown
        ]


@pytest.fixture(scope="module")
def project(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The built project with assessments of one province."""
    made = project_in(tmp_path_factory.mktemp("assessed"), built)
    for name, options in ASSESSMENTS.items():
        write_example(made.raw, made.processed(name), made.root / f"answers-{name}", **options)  # type: ignore[arg-type]
    return made


@pytest.fixture(scope="module", params=[pytest.param("id", marks=pytest.mark.stress), "en"])
def shown(request: pytest.FixtureRequest, project: Project) -> Ran:
    """The page of simulated answers, in each language."""
    return Ran(project, request.param, "example")


@pytest.fixture(scope="module")
def real(project: Project) -> Ran:
    """The page of answers that are not marked; one dimension is not assessed."""
    return Ran(project, "en", "real")


@pytest.fixture(scope="module")
def whole(project: Project) -> OpenAssessment:
    """An assessment with an index."""
    return open_assessment("whole", "34", "en", project=project)


def tables(html: str) -> dict[str, list[list[str]]]:
    """Return the cells of every table, row by row, by caption."""
    found: dict[str, list[list[str]]] = {}
    for table in re.findall(r"<table.*?</table>", html, re.DOTALL):
        caption = re.search(r"<caption>(.*?)</caption>", table, re.DOTALL)
        rows = [
            [unescape(re.sub("<.*?>", "", cell)) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
            for row in re.findall(r"<tr>.*?</tr>", table, re.DOTALL)
        ]
        found.setdefault(unescape(caption[1]) if caption else "", rows[1:])
    return found


def summaries(html: str) -> Iterator[str]:
    for text in re.findall(r"<summary>(.*?)</summary>", html, re.DOTALL):
        if text not in ("How this was computed", "Cara menghitungnya"):
            yield unescape(text)


def opened(html: str, anchor: str) -> str:
    """Return what is folded away under an anchor, up to the first line that closes it."""
    start = html.index(f'<details id="{anchor}"')
    return unescape(html[start : html.index("</details>", start)])


def test_every_figure_has_the_word_drawn_into_it(shown: Ran) -> None:
    assert len(shown.figures) == 6
    for figure in shown.figures:
        assert mark.mark_of(figure) == WORD[shown.lang]
        assert any(text.startswith(NOTE[shown.lang]) for text in words(figure))
        (first, *_) = [text for text in figure.texts if text.get_text() == WORD[shown.lang]]
        assert float(first.get_fontsize()) >= 17
        assert 0.2 <= float(first.get_alpha() or 1) <= 0.5


def test_the_word_is_in_the_pixels_of_a_figure(shown: Ran) -> None:
    """Without the word the picture is another one: it lies on top, not under what is drawn."""
    figure = shown.figures[-1]
    with_word = png(figure)
    for text in figure.texts:
        text.set_visible(text.get_text() != mark.mark_of(figure))
    assert png(figure) != with_word


def test_every_picture_table_card_and_fold_says_that_it_is_simulated(shown: Ran) -> None:
    word, html = f"[{WORD[shown.lang]}]", shown.html
    alts = [unescape(alt) for alt in re.findall(r'<img [^>]*alt="([^"]*)"', html)]
    assert len(alts) == len(shown.figures)
    labels = re.findall(r'<table class="cards">.*?</table>', html, re.DOTALL)
    cards = re.findall(r'<th scope="row">(.*?)</th>', labels[0])
    folds = [text for text in summaries(html) if "computed" not in text and "dihitung" not in text]
    captions = [text for text in tables(html) if text]
    assert (len(cards), len(folds) > 150, len(captions) > 8) == (3, True, True)
    said = [*alts, *cards, *folds, *captions]
    assert [text for text in said if not text.startswith(word)] == []
    assert html.count("<caption>") + 1 == html.count("<table")
    assert NOTE[shown.lang] in html[: html.index("<figure>")]


def test_real_answers_carry_no_such_word(real: Ran) -> None:
    assert f"[{WORD['en']}]" not in real.html
    assert NOTE["en"] not in real.html
    assert [mark.mark_of(figure) for figure in real.figures] == [""] * 6


def test_the_page_has_no_fault_and_its_links_lead_somewhere(shown: Ran) -> None:
    assert page_faults(shown.html) == []
    anchors = re.findall(r'id="([^"]+)"', shown.html)
    assert len(anchors) == len(set(anchors))
    links = set(re.findall(r'href="#([^"]+)"', shown.html))
    assert links <= set(anchors)
    below_the_index = shown.a.nodes.index[1:]
    assert set(below_the_index) <= links
    assert "sources" in anchors


def test_a_page_without_answers_says_so_and_how_to_begin(project: Project) -> None:
    page = Ran(project, "en", "none")
    assert page_faults(page.html) == []
    assert "is not assessed: no answers have been given yet" in page.html
    assert "erat survey template" in page.html
    assert "not assessed" in tables(page.html)["Scores by dimension"][1][1]
    assert ">0.0<" not in page.html


def test_a_question_shows_its_steps_and_what_each_sub_unit_answered(real: Ran) -> None:
    a = real.a
    question = a.instrument.questions[0]
    codes = list(a.instrument.codes)
    start = real.html.index(f'<details id="{question.code}"')
    part = unescape(real.html[start : real.html.index(f'id="{codes[1]}"')])
    assert all(step.en in part for step in question.steps)
    for unit, rows in a.answers.respondents.groupby("unit"):
        if str(unit).split(".")[1] not in question.respondents:
            continue
        levels = sorted(a.answers.levels.loc[rows.index, question.code].dropna().astype(int))
        if levels:
            assert f" ({', '.join(map(str, levels))})<" in part
    counts = a.answers.levels[question.code].dropna()
    assert f'class="num">{(counts == 3).sum()}</td>' in part


def test_what_is_not_assessed_is_said_and_never_zero(real: Ran) -> None:
    rows = tables(real.html)
    name = real.a.node_names[UNASSESSED]
    row = next(row for row in rows["Scores by dimension"] if row[0] == name)
    assert row[1].startswith("not assessed: too few")
    assert not any(cell.startswith("0.0") for row in rows["Scores by dimension"] for cell in row)
    assert f"{name}: not assessed: too few" in " ".join(summaries(real.html))
    assert all(row[1].startswith("not assessed") for row in _regency_rows(real.html))


def _regency_rows(html: str) -> list[list[str]]:
    return next(rows for text, rows in tables(html).items() if text.startswith("Regencies and"))


def test_cells_without_a_question_are_empty(real: Ran) -> None:
    grid = next(figure for figure in real.figures if "no question" in " ".join(words(figure)))
    empty = int((real.a.cells["questions"] == 0).sum())
    assert empty > 0
    assert sum(text == "no question" for text in words(grid)) == empty


def test_texts_of_respondents_are_shown_and_not_run(real: Ran) -> None:
    assert HOSTILE not in real.html
    assert "<script" not in real.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; =HYPERLINK" in real.html
    assert "<b>two</b>" not in real.html


def test_every_score_of_a_tag_leads_to_its_questions(real: Ran) -> None:
    a = real.a
    for (lens, tag), row in a.lenses.iterrows():
        part = opened(real.html, f"{lens}-{tag}")
        codes = [q.code for q in a.instrument.questions if getattr(q, lens) == tag]
        assert re.findall(r'href="#(\w+)"', part) == codes
        assert f"{row['name']}: {a.score_text(row)}; " in part
        assert a.score_text(a.questions.loc[codes[0]]).split()[0] in part
    tags = ("response", "adapt")
    codes = [q.code for q in a.instrument.questions if (q.phase, q.capacity) == tags]
    part = opened(real.html, "cell-response-adapt")
    assert re.findall(r'href="#(\w+)"', part) == codes


def test_both_sides_and_indicators_have_their_intervals(real: Ran) -> None:
    rows = {row[0]: row[1:] for row in tables(real.html)["Both sides with their 90% intervals"]}
    a, scored = real.a, r"[\d.]+\s\([\d.]+–[\d.]+\)"
    assert all(re.fullmatch(scored, cell) for cell in rows[a.node_names["RMP"]])
    indicator = tables(real.html)["Indicators; in brackets: 90% intervals"][0]
    for cell, unit in zip(indicator[1:], ("34", "34.government", "34.regencies"), strict=True):
        assert cell.replace("\xa0", " ") == a.score_text(a.of(unit).loc["RMP1"])


def test_what_stands_beside_says_where_both_measures_are_from(real: Ran) -> None:
    start = real.html.index('<section id="the-enabling-conditions-beside-it">')
    part = real.html[start:]
    caption = part[part.index("<figcaption>") : part.index("</figcaption>")]
    assert "BPS" in caption
    assert 'href="#all-answers-question-by-question"' in caption


def test_what_an_indicator_touches_elsewhere_is_said_in_words(real: Ran) -> None:
    touched = real.a.rationale.query("elsewhere != ''")["elsewhere"]
    assert len(touched) > 5
    for code, said in touched.items():
        start = real.html.index(f'<details id="{code}"')
        assert said in unescape(real.html[start : real.html.index("<table", start)])


def test_no_gain_in_an_index_that_is_not_assessed(real: Ran, whole: OpenAssessment) -> None:
    assert not real.a.is_assessed
    assert "Gain in the index" not in real.html
    assert "no gain in it can be told" in real.html
    assert real.a.next_steps["subunits"].is_monotonic_decreasing
    assert whole.is_assessed
    assert whole.next_steps["gain"].is_monotonic_decreasing
    assert "largest gains come first" in capacity_text.next_steps_text(whole)


def test_the_lead_says_the_index_or_why_there_is_none(real: Ran, whole: OpenAssessment) -> None:
    lowest = whole.node_names[whole.lowest]
    said = capacity_text.lead_text(whole)
    assert f"{whole.people} people in {whole.answered} of {whole.asked} sub-units" in said
    assert f"is {whole.node_text('CAP')} of 100" in said
    assert said.endswith(f"Lowest is {Language.inside(lowest)}: {whole.node_text(whole.lowest)}.")
    assert "it needs all its dimensions" in capacity_text.lead_text(real.a)


def test_answers_that_moved_the_score_are_grouped_by_sub_unit(whole: OpenAssessment) -> None:
    parts = whole.moves.groupby(["subunit", "indicator"], as_index=False)[
        ["moved", "contribution"]
    ].sum()
    lowering = parts.nsmallest(15, "moved")
    frame = capacity_text.moved_by(whole, lowering)
    assert frame["name"].is_unique
    assert sum(text.count("; ") + 1 for text in frame["indicators_there"]) == 15
    assert frame["against_average"].is_monotonic_increasing
    assert frame["against_average"].sum() == pytest.approx(lowering["moved"].sum())


def test_inequality_names_the_lowest_and_what_is_lost(whole: OpenAssessment, real: Ran) -> None:
    row, said = whole.inequality.loc["CAP"], capacity_text.inequality_text(whole)
    assert f"regencies and cities is {row['lowest_name']}: {row['lowest_score']:.1f} (" in said
    assert f"{100 * row['atkinson']:.1f}% of their mean" in said
    assert capacity_text.inequality_text(real.a) == ""


@pytest.mark.stress
def test_the_workbook_is_marked_row_by_row_and_names_nobody(shown: Ran, tmp_path: Path) -> None:
    path = tmp_path / "capacity.xlsx"
    write_capacity_workbook(shown.a, path)
    book = openpyxl.load_workbook(path)
    assert len(book.sheetnames) == 8
    for sheet in book.worksheets:
        rows = list(sheet.iter_rows(min_row=2, values_only=True))
        assert rows
        assert {row[0] for row in rows} == {WORD[shown.lang]}
    text = str([list(sheet.values) for sheet in book.worksheets])
    assert str(shown.a.answers.respondents.index[0]) not in text
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)


@pytest.mark.stress
def test_the_workbook_has_the_intervals_of_all_units(real: Ran, tmp_path: Path) -> None:
    write_capacity_workbook(real.a, tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    units = {row[0] for row in book["Intervals"].iter_rows(min_row=2, values_only=True)}
    assert units == set(real.a.scores.index.get_level_values("unit"))
    assert len(units) > 60
    heads = [cell.value for cell in next(book["Next steps"].iter_rows(max_row=1))]
    assert "Gain in the index" not in heads


def test_why_answers_were_refused_is_said_by_file_and_cause(real: Ran) -> None:
    frame = capacity_text.refused_table(real.a)
    rows = {(row["file"], row["found"]): row for row in frame.to_dict("records")}
    assert rows["refused.csv", "consent was not given"]["where"] == "row 2, 3"
    assert rows["refused.csv", "consent was not given"]["answers"] == 9
    twice = rows["example.csv", "<b>two</b> levels"]
    assert (twice["where"], twice["answers"]) == ("column RMP1a, row 7 and 1 more", 2)
    assert "&lt;b&gt;two&lt;/b&gt; levels" in real.html


def test_a_merged_score_has_an_interval_and_its_parts(
    whole: OpenAssessment, real: Ran, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "merge its index with no other figure" in real.html
    monkeypatch.setattr(OpenAssessment, "merge", {"conditions": 0.5})
    merged = whole.merged(40.0)
    own = whole.profile.loc["CAP"]
    assert merged.loc["merged", "score"] == pytest.approx((own["score"] + 20) / 1.5)
    assert merged.loc["merged", "score_low"] == pytest.approx((own["score_low"] + 20) / 1.5)
    assert merged["share"].sum() == pytest.approx(1)
    assert "the interval is from the answers alone" in capacity_text.merged_text(whole, merged)
    monkeypatch.setattr(OpenAssessment, "merge", {"ikd": 0.5})
    missing = whole.merged(40.0)
    assert pd.isna(missing.loc["merged", "score"])
    assert "no merged score" in capacity_text.merged_text(whole, missing)
