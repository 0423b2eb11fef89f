"""Regencies, questions behind scores, intervals, marks: what the assessed part shows beside scores."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import openpyxl
import pytest

from erat.edition.project import Project
from erat.report.capacity_moves import moves_part, next_part
from erat.report.capacity_regencies import regencies, regencies_part
from erat.report.capacity_view import CapacityView
from erat.report.capacity_words import crosswalk_words, lenses
from erat.report.capacity_workbook import write_capacity_workbook
from erat.survey.instrument import Crosswalk
from tests.report.assessed import UNASSESSED
from tests.report.test_capacity import WORD, Shown, make


class AsIndex(CapacityView):
    """A view in which a dimension that is assessed stands for the index."""

    top = "RMP"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("parts")


@pytest.fixture(scope="module", params=["id", "en"])
def shown(request: pytest.FixtureRequest, built: Project, folder: Path) -> Shown:
    return Shown(make(built, folder, request.param, simulated=True))


@pytest.fixture(scope="module")
def real(built: Project, folder: Path) -> Shown:
    return Shown(make(built, folder, "en", simulated=False))


@pytest.fixture(scope="module")
def indexed(real: Shown) -> CapacityView:
    view = real.view
    return AsIndex(view.view, view.province, view.folder, view.imported)


def opened(html: str, anchor: str) -> str:
    """Return what is folded away under an anchor, up to the first line that closes it."""
    start = html.index(f'<details id="{anchor}"')
    return unescape(html[start : html.index("</details>", start)])


def cells_of(row: str) -> list[str]:
    return [unescape(re.sub("<.*?>", "", cell)) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]


def rows_under(html: str, caption: str) -> list[list[str]]:
    start = html.index(f"<caption>{caption}")
    rows = re.findall(r"<tr>.*?</tr>", html[start : html.index("</table>", start)], re.DOTALL)
    return [cells_of(row) for row in rows[1:]]


def test_regencies_go_from_the_weakest_and_say_who_answered(indexed: CapacityView) -> None:
    found = regencies(indexed)
    units = [unit for unit in indexed.governments() if unit != indexed.province]
    assert sorted(found["unit"]) == sorted(units)
    assert found["score"].is_monotonic_increasing
    assert found["score"].nunique() > 1
    people = indexed.answers.respondents
    rows = rows_under(str(regencies_part(indexed).markup), "Regencies and cities (")
    for row, (_, one) in zip(rows, found.iterrows(), strict=True):
        own = indexed.score_row(one["unit"], "RMP")
        assert row[0] == indexed.unit_name(one["unit"])
        assert row[1] == f"{indexed.score(own['score'])} ({indexed.interval(own)})"
        scores = [indexed.score_row(one["unit"], node)["score"] for node in indexed.dimensions]
        weakest = indexed.score_row(one["unit"], one["weakest"])
        assert weakest["score"] == min(score for score in scores if score == score)
        assert f": {indexed.score(weakest['score'])} ({indexed.interval(weakest)})" in row[2]
        answered = people.loc[people["government"] == one["unit"], "unit"].nunique()
        assert row[3].startswith(f"{answered} of ")
    assert found["answered"].min() < found["asked"].max()


def test_a_regency_without_an_index_says_so(real: Shown) -> None:
    rows = rows_under(real.html, "Regencies and cities (")
    assert len(rows) == 5
    assert all(row[1].startswith("not assessed") for row in rows)


def test_inequality_names_the_lowest_and_what_is_lost(indexed: CapacityView) -> None:
    html = str(regencies_part(indexed).markup)
    rows = rows_under(html, "Inequality among")
    row = next(row for row in rows if row[0] == indexed.name("RMP"))
    found = regencies(indexed).dropna(subset=["score"])
    for cell, place in ((row[1], 0), (row[2], -1)):
        unit = str(found["unit"].iloc[place])
        said = indexed.with_interval(indexed.score_row(unit, "RMP"))
        assert cell == f"{said}, {indexed.unit_name(unit)}"
    unit = str(found["unit"].iloc[0])
    said = indexed.with_interval(indexed.score_row(unit, indexed.top))
    kept = indexed.own("inequality").set_index("node").loc["RMP"]
    assert row[3:5] == [f"{kept['gini']:.3f}", f"{kept['atkinson']:.3f}"]
    assert row[5] == f"{kept['lost']:.1f} points ({100 * kept['atkinson']:.1f}%)"
    assert f"regencies and cities is {indexed.unit_name(unit)}: {said}" in html


def test_every_score_of_a_tag_leads_to_its_questions(real: Shown) -> None:
    view = real.view
    for lens, (_, tags) in lenses(view.lang).items():
        for tag in tags:
            part = opened(real.html, f"capacity-{lens}-{tag}")
            codes = [q.code for q in view.instrument.questions if getattr(q, lens) == tag]
            assert re.findall(r'href="#capacity-(\w+)"', part) == codes
            own = view.own("lenses")
            own = own[(own["unit"] == view.province) & (own["tag"] == tag)].iloc[0]
            assert f": {view.score(own['score'])} ({view.interval(own)}); " in part
            row = view.score_row(view.province, codes[0])
            assert view.interval(row) in part
    questions = [
        q for q in view.instrument.questions if (q.phase, q.capacity) == ("response", "adapt")
    ]
    part = opened(real.html, "capacity-cell-response-adapt")
    assert re.findall(r'href="#capacity-(\w+)"', part) == [q.code for q in questions]


def test_both_sides_and_indicators_have_their_intervals(real: Shown) -> None:
    view = real.view
    sides = {row[0]: row for row in rows_under(real.html, "Both sides")}
    for node in view.dimensions:
        for place, unit in enumerate((view.block, view.regencies_block), start=1):
            row = view.score_row(unit, node)
            assert sides[view.name(node)][place] == view.with_interval(row)
    assert "(" in sides[view.name("RMP")][1]
    indicator = view.instrument.dimensions[0].indicators[0]
    rows = rows_under(real.html, f"{view.name('RMP')}: indicators")
    assert rows[0][1:] == [
        view.with_interval(view.score_row(unit, indicator.code))
        for unit in (view.province, view.block, view.regencies_block)
    ]
    assert all(re.fullmatch(r"[\d.]+ \([\d.]+–[\d.]+\)", cell) for cell in rows[0][1:])


def test_the_workbook_has_the_intervals_of_all_units(real: Shown, tmp_path: Path) -> None:
    write_capacity_workbook(real.view, tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    units = {row[0] for row in book["Intervals"].iter_rows(min_row=2, values_only=True)}
    assert units == set(real.view.scores["unit"])
    assert len(units) > 60
    heads = [cell.value for cell in next(book["Next steps"].iter_rows(max_row=1))]
    assert "Gain in the index" not in heads


def test_no_gain_in_an_index_that_is_not_assessed(real: Shown, indexed: CapacityView) -> None:
    assert not real.view.is_assessed
    assert "Gain in the index" not in real.html
    part = str(next_part(real.view).markup)
    counts = [int(row[2]) for row in rows_under(part, "Next maturity steps")]
    assert counts == sorted(counts, reverse=True)
    assert "no gain in it can be told" in part
    assert "Gain in the index" in str(next_part(indexed).markup)


def test_cards_headings_and_lines_that_open_carry_the_word(shown: Shown) -> None:
    word = f"[{WORD[shown.view.lang.code]}]"
    labels = re.findall(r'<span class="label">(.*?)</span>', shown.html)
    heads = re.findall(r"<h4[^>]*>(.*?)</h4>", shown.html)
    scored = re.findall(r"<summary>([^<]*: [^<]*\d+[.,]\d[^<]*)</summary>", shown.html)
    assert len(labels) == 3
    assert len(heads) == 8
    assert len(scored) > 40
    assert [text for text in [*labels, *heads, *scored] if not text.startswith(word)] == []


def test_what_stands_beside_says_where_both_measures_are_from(real: Shown) -> None:
    part = real.html[real.html.index("The enabling conditions beside it") :]
    caption = part[part.index("<figcaption>") : part.index("</figcaption>")]
    assert "BPS" in caption
    assert 'href="#capacity-answers"' in caption


def test_answers_that_moved_the_score_are_grouped_by_sub_unit(indexed: CapacityView) -> None:
    rows = rows_under(str(moves_part(indexed).markup), "The 15 answers that lower")
    names = [row[0] for row in rows]
    assert len(names) == len(set(names))
    assert sum(row[1].count("; ") + 1 for row in rows) == 15
    assert all(row[3].startswith("\N{MINUS SIGN}") for row in rows)


def test_what_an_indicator_touches_elsewhere_is_said_in_words(real: Shown) -> None:
    lang = real.view.lang
    said = crosswalk_words(lang, Crosswalk(ikd=(6,), spm=("rescue",)))
    assert "6, preparedness and emergency handling" in said
    assert "rescue and evacuation of victims" in said
    assert crosswalk_words(lang, Crosswalk()) == ""
    touched = [one for one in real.view.instrument.indicators if one.crosswalk.ikd]
    for one in touched:
        start = real.html.index(f'<details id="capacity-{one.code}"')
        before = real.html[start : real.html.index("<table", start)]
        assert unescape(before).count(crosswalk_words(lang, one.crosswalk)) == 1
    assert len(touched) > 5


def test_a_dimension_without_a_score_says_so_in_its_heading(real: Shown) -> None:
    head = re.search(rf'<h4 id="capacity-{UNASSESSED}">(.*?)</h4>', real.html)
    assert head is not None
    assert "not assessed: too few" in head.group(1)
