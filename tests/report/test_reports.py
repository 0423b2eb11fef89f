"""The report notebooks: what they say agrees with the edition's tables, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from erat.edition.opened import OpenEdition, open_edition
from erat.edition.project import Project
from erat.locale import LANGUAGES, written
from erat.report import index_text, province_text, study_text
from tests.projects import few_replicates, project_in
from tests.report.pages import Ran, run_cells

PAGES = [("id", "72"), ("en", "72"), ("id", "31"), ("en", "97")]
"""Of the least certain province, the first and the last."""
INTERVAL = r"\(−?[\d.,]+–[\d.,]+\)"


@dataclass
class Reports:
    """The pages of provinces, and other reports, run when they are first asked for."""

    project: Project
    kept: dict[tuple[str, ...], Ran]

    def of(self, name: str, lang: str, province: str = "") -> Ran:
        """Return a report."""
        if province:
            page = (self.project.site / lang / f"{province}.html").read_text("utf-8")
            main = page[page.index("<main") : page.index("</main>")]
            return Ran(re.sub(r'<details class="code">.*?</details>', "", main, flags=re.S), {})
        key = (name, lang)
        if key not in self.kept:
            with pytest.MonkeyPatch.context() as patch:
                self.kept[key] = run_cells(name, patch, self.project.root, lang=lang)
        return self.kept[key]


@pytest.fixture(scope="module")
def reports(published: Project) -> Reports:
    return Reports(published, {})


@pytest.fixture(params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def e(built: Project, lang: str) -> Iterator[OpenEdition]:
    yield open_edition("2024", lang=lang, project=built)
    open_edition("2024", lang="en", project=built)


def plain(value: object) -> str:
    return str(value).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(("lang", "unit"), PAGES)
def test_a_province_page_agrees_with_the_tables(
    reports: Reports, e: OpenEdition, lang: str, unit: str
) -> None:
    page, here = reports.of("province", lang, unit), e.province(unit)
    row = e.ranks.loc[unit]
    for name in ("rank", "score"):
        assert plain(written(e.lang, index_text.estimate(row, name))) in page.words
    for node in e.dimensions:
        score = index_text.estimate(here.scores.loc[node], "score")
        assert plain(written(e.lang, score)) in page.words
        assert f'id="dimension-{node}"' in page.html
    for code in e.framework.indicators:
        value = written(e.lang, here.indicators.at[code, "value"], f".{e.digits(code)}")
        assert f">{value}<" in page.html
        assert f'href="#source-{code}-2024"' in page.html
    assert set(here.claims.loc[here.claims["kind"] == "pair", lang]) <= set(_items(page))
    assert len(re.findall("<img", page.html)) == len(re.findall('alt="[^"]+"', page.html)) > 8


def _items(page: Ran) -> list[str]:
    return re.findall("<li>(.*?)</li>", page.html)


@pytest.mark.parametrize(("lang", "unit"), PAGES)
def test_the_weakest_dimension_is_the_same_everywhere(
    reports: Reports, e: OpenEdition, lang: str, unit: str
) -> None:
    """Weakest is furthest below the median of the provinces, in card, lead and ranking."""
    scores = e.scores[e.dimensions]
    weakest = (scores - scores.median()).loc[unit].idxmin()
    here = e.province(unit)
    assert here.weakest == e.weakest[unit] == weakest
    page = reports.of("province", lang, unit)
    assert f'<a href="#dimension-{weakest}">{e.label(weakest)}</a></td>' in page.html
    lead = province_text.gap_text(here)
    if here.scores.loc[e.dimensions, "gap"].min() < 0:
        assert e.inside(weakest) in lead
    national = reports.of("national", lang).variables["table"]
    assert national is not None


def test_what_moves_a_province_most_is_a_sentence(e: OpenEdition) -> None:
    here = e.province("72")
    move = here.alone.loc[here.alone["shift"].abs().idxmax()]
    said = province_text.largest_move_text(here)
    assert str(int(move["rank"])) in said
    assert e.inside(str(move["codes"])) in said


@pytest.mark.parametrize("unit", ["72", "33", "31"])
def test_a_rank_at_the_end_of_its_interval_is_told_with_the_median(
    e: OpenEdition, unit: str
) -> None:
    row = e.ranks.loc[unit]
    said = province_text.end_of_interval_text(e.province(unit))
    at_end = row["low"] < row["high"] and row["rank"] in (row["low"], row["high"])
    assert bool(said) == bool(at_end)
    if at_end:
        assert str(int(row["median_rank"])) in said


def test_ranks_in_sentences_have_their_interval(reports: Reports, lang: str) -> None:
    for unit in (unit for of, unit in PAGES if of == lang):
        listed = " ".join(_items(reports.of("province", lang, unit))).replace("\xa0", " ")
        ranks = re.findall(r"(?:rank|peringkat) (\d+)(.*?)(?:of|dari) 38", listed)
        assert ranks or unit == "31"
        assert all(re.fullmatch(rf" {INTERVAL} ", rest) for _, rest in ranks)


def test_the_national_ranking_has_an_interval_behind_every_number(
    reports: Reports, e: OpenEdition, lang: str
) -> None:
    page = reports.of("national", lang)
    for unit in e.scores.index:
        rank = written(e.lang, index_text.estimate(e.ranks.loc[unit], "rank"))
        assert f">{rank}<" in page.html
        assert f'<a href="{unit}.html">{e.names[unit]}</a>' in page.html
    third = index_text.sure_thirds(e)[0]
    assert all(e.names[u] in third for u in e.ranks.index[e.ranks["third"] == "upper"])


def test_every_claim_is_on_the_sensitivity_page(reports: Reports, lang: str) -> None:
    page = reports.of("sensitivity", lang)
    claims = page.variables["claims"][lang]
    assert len(claims) > 60
    assert set(claims) <= {re.sub("&[^;]+;", "'", text) for text in _items(page)} | set(
        _items(page)
    )


def test_what_was_tried_names_every_factor(reports: Reports, e: OpenEdition, lang: str) -> None:
    page = reports.of("sensitivity", lang)
    for factor in e.factors.index:
        assert study_text.factor_label(e, factor) in page.words
    for code in e.framework.indicators:
        assert e.label(code) in page.words


def test_the_pages_say_what_they_are(reports: Reports, lang: str) -> None:
    for name, unit in (("province", "72"), ("national", ""), ("sensitivity", "")):
        page = reports.of(name, lang, unit)
        heading = re.findall("<h1>(.*?)</h1>", page.html)
        assert len(heading) == 1
        assert "2024" in heading[0]
        assert "BPS" in page.words.split(heading[0])[1][:300]


@pytest.mark.stress
def test_another_method_says_so_and_changes_the_ranks(
    built: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_in(tmp_path, built)
    few_replicates(monkeypatch)
    method = {"aggregate.levels.2": {"method": "arithmetic"}}
    page = run_cells("sensitivity", monkeypatch, project.root, lang="en", method=method)
    assert "Made with a method of its own" in page.words
    published = open_edition("2024", project=built).ranks["rank"]
    now = page.variables["e"].ranks["rank"]
    assert isinstance(now, pd.Series)
    assert (now != published).any()


def test_a_new_dimension_leaves_no_false_sentence(e: OpenEdition) -> None:
    """The caveat names the dimensions of the framework, whatever they are."""
    assert all(e.inside(code) in index_text.caveat(e) for code in e.dimensions)
    assert not re.search(r"\bfour\b|\bempat\b", index_text.caveat(e))
