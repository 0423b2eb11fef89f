"""Regencies as units on the pages: what is said, in both languages, and edition 2021 as a site."""

from __future__ import annotations

import re
from html import unescape

import pandas as pd
import pytest

from erat.edition.project import Project
from erat.edition.results import Results, build_edition
from erat.locale import LANGUAGES
from erat.report.frontpage import write_front_pages
from erat.report.inequality import inequality_section
from erat.report.page import Html
from erat.report.province import ProvinceReport
from erat.report.publish import publish
from erat.report.view import View
from tests.report.faults import page_faults
from tests.report.test_site import broken_links, own_project

PAGES = ("94-34", "national", "sensitivity", "audit")
UNNAMED = "(BPS table not named in the copy)"
"""Part of a name in the raw table of sources."""

Reports = dict[tuple[str, str], ProvinceReport]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Edition 2021 rendered in part, edition 2024 built."""
    made = own_project(tmp_path_factory.mktemp("project"))
    assert publish(made, PAGES, edition="2021", workers=2) == []
    build_edition(made, "2024")
    return made


@pytest.fixture(scope="module")
def reports(project: Project) -> Reports:
    """A large province, one of four regencies, and one whose mean hides a regency."""
    return {
        (unit, lang): ProvinceReport(unit, "2024", lang, project=project)
        for unit in ("35", "95", "13", "31")
        for lang in LANGUAGES
    }


def words(piece: Html) -> str:
    """Return what is read of a piece, without its pictures."""
    plain = re.sub(r"<[^>]*>", " ", str(piece.markup))
    return unescape(re.sub(r"\s+", " ", plain))


def test_pages_of_2021_have_no_fault_and_lie_below_the_site(project: Project) -> None:
    site = project.site / "2021"
    pages = {f"{lang}/{name}": site / lang / f"{name}.html" for lang in LANGUAGES for name in PAGES}
    assert {name: page_faults(path.read_text("utf-8")) for name, path in pages.items()} == {
        name: [] for name in pages
    }
    links = [pair for pair in broken_links(site) if not re.match(r"\d\d(-34)?\.html", pair[1])]
    assert links == []
    assert (site / "index.html").exists()


def test_the_latest_edition_leads_to_the_others(project: Project) -> None:
    view = View("2024", "en", project)
    write_front_pages(project, view, ())
    page = (project.site / "index-en.html").read_text("utf-8")
    assert '<a href="2021/index-en.html">' in page
    assert "Index of enabling conditions 2021, from regencies and cities" in page
    assert "2022/index-en.html" not in page


def test_pages_of_2021_say_what_their_provinces_are_made_from(project: Project) -> None:
    page = words(_page(project, "en", "94-34"))
    assert "every figure of a province is made from its regencies and cities" in page
    assert "the population of regencies is not in the data" in page
    assert "so a strong dimension makes up for a weak one." in page
    assert "geometric mean, so a strong dimension" not in page
    assert "it has no path over the years" in page
    assert "from the figures of regencies and cities: BPS" in page
    assert "Beside the province's own figures" in page
    assert "From 2014 to 2021" in page
    audit = words(_page(project, "en", "audit"))
    assert "weights of the regencies (by the people that GRDP implies)" in audit
    assert "The figures of the provinces are made from those of their regencies" in audit
    assert "Derived from published figures, not published themselves: 100%" not in audit
    sure = words(_page(project, "en", "sensitivity"))
    assert "Tried were 648 ways" in sure
    assert (
        "roll-up of the regencies, order, weights of the regencies and indicator left out" in sure
    )


def _page(project: Project, lang: str, name: str) -> Html:
    path = project.site / "2021" / lang / f"{name}.html"
    text = re.sub(r"<(style|script)\b.*?</\1>", "", path.read_text("utf-8"), flags=re.S)
    return Html(text)  # type: ignore[arg-type]


def test_no_text_of_2021_is_in_the_wrong_language(project: Project) -> None:
    for name in PAGES:
        told = words(_page(project, "id", name)).replace(UNNAMED, "")
        english = r"\b(the|provinces|rank|score|which|regency|mean)\b"
        assert re.findall(english, told) == [], name
        told = re.sub(r"BPS, [^.]*|Orasi [^.]*", " ", words(_page(project, "en", name)))
        assert re.findall(r"\b(yang|peringkat|skor|menurut|rentang)\b", told) == [], name


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("unit", ["35", "95", "13", "31"])
def test_every_regency_has_its_third_and_rank_with_interval(
    reports: Reports, unit: str, lang: str
) -> None:
    report = reports[unit, lang]
    said = words(report.regencies())
    assert not re.search(r"\bnan\b", said)
    assert "{" not in said
    for regency in report.my_regencies.index:
        row = report.places.loc[regency]
        interval = f"{row['nominal']:.0f}\N{NO-BREAK SPACE}({row['low']:.0f}–{row['high']:.0f})"
        name, third = report.short[regency], report.place(regency)
        assert f"{name} {third} {interval}".replace("\N{NO-BREAK SPACE}", " ") in said.replace(
            "\N{NO-BREAK SPACE}", " "
        )
        assert f"{third[:1].upper()}{third[1:]}: " in said


def test_thirds_are_listed_before_any_rank(reports: Reports) -> None:
    said = words(reports["95", "en"].regencies())
    assert said.index("Lower third: Kab. Boven Digoel, Kab. Mappi, Kab. Asmat.") < said.index(
        "Rank of 514"
    )


def test_what_holds_a_province_back_adds_up(reports: Reports) -> None:
    report = reports["95", "en"]
    cells = report.distance
    provinces = report.rolled["ikd"]
    expected = provinces["95"] - provinces.mean()
    assert cells.to_numpy().sum() == pytest.approx(expected, abs=1e-9)
    said = words(report.regencies())
    points = f"{expected:+.2f}".replace("-", "\N{MINUS SIGN}")
    apart = report.of_province("subunit_apart")
    assert f"Papua Selatan stands {points} points from the mean of the provinces" in said
    assert report.signed_range(apart, 2) in said
    assert apart["q05"] < expected < apart["q95"]
    worst = cells.sum(axis=1).idxmin()
    assert f"Held back most by {report.short[str(worst)]} (" in said
    assert cells.sum(axis=1).is_monotonic_increasing
    assert "From 2014 to 2024" in said


def test_what_sets_a_regency_apart_is_relative_to_its_province(reports: Reports) -> None:
    report = reports["95", "en"]
    apart = report.apart
    assert apart.mean().abs().max() < 1e-9
    scores = report.my_regencies["ikd"]
    pd.testing.assert_series_equal(
        apart.sum(axis=1), scores - scores.mean(), check_names=False, atol=1e-9
    )


def test_a_good_mean_does_not_hide_a_failing_regency(reports: Reports) -> None:
    hidden = words(reports["13", "en"].regencies())
    assert "The mean hides it: Kab. Kepulauan Mentawai is among the weakest tenth" in hidden
    assert "Among the weakest tenth of the country in 90% of the ways: Kab. Asmat" in words(
        reports["95", "en"].regencies()
    )
    assert "weakest tenth" not in words(reports["31", "en"].regencies())
    view = View("2024", "en", reports["13", "en"].project)
    national = words(inequality_section(view))
    assert "Hidden by a good mean: Kab. Kepulauan Mentawai (Sumatera Barat)" in national
    first = re.search(r"Lost to inequality (\w+ \w+) \d", national)
    lost = Results.read("2024", view.project).table("inequality")
    lost = lost[lost["node"] == "ikd"].set_index("unit")["lost_percent"]
    assert first is not None
    assert first.group(1) == view.names[str(lost.idxmax())]


def test_the_order_is_told_with_what_others_give(reports: Reports) -> None:
    said = words(reports["35", "en"].regencies())
    assert "Units first: every indicator is rolled up" in said
    assert "The other order gives the same score, since" in said
    interval = r"\d\d\.\d\s\(\d\d\.\d–\d\d\.\d\)"
    assert re.search(rf"mean {interval} median {interval} mean with a penalty", said)


def test_the_figures_of_the_regencies_keep_their_section(reports: Reports) -> None:
    report = reports["95", "en"]
    said = words(report.regency_values())
    assert "The score uses the base LF SP2020" in said
    own = report.regency_cells.set_index(["unit", "indicator"])["value"]
    assert f"Kabupaten Merauke {own['9401', 'uhh']:.2f}" in said
    assert 'id="regency-values"' in str(report.regency_values().markup)
