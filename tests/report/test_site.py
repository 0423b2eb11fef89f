"""The site as its readers meet it: pages without faults, and the way from the index to a source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from erat.edition.project import Project
from erat.errors import ParameterError
from erat.locale import LANGUAGES
from erat.report.publish import publish
from tests.projects import project_in
from tests.report.conftest import PAGES
from tests.report.faults import page_faults

CODE = r'<details class="code">.*?</details>'
"""Code is English on every page."""


@pytest.fixture(scope="module")
def pages(published: Project) -> dict[str, str]:
    found = sorted(published.site.rglob("*.html"))
    return {str(path.relative_to(published.site)): path.read_text("utf-8") for path in found}


class Page(HTMLParser):
    """Links, anchors and the text behind each anchor."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.anchors: set[str] = set()
        self._href: str | None = None
        self._text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.anchors.add(str(given["id"]))
        if tag == "a" and given.get("href"):
            self._href, self._text = given["href"], []

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._href is not None:
            self.links.append((self._href, "".join(self._text).strip()))
            self._href = None


def test_every_page_is_there_in_both_languages(pages: dict[str, str]) -> None:
    expected = {f"{lang}/{name}.html" for lang in LANGUAGES for name in PAGES}
    assert {"index.html", "index-en.html"} | expected <= set(pages)


def test_no_page_has_a_fault(pages: dict[str, str]) -> None:
    faults = {name: page_faults(html) for name, html in pages.items()}
    assert {name: found for name, found in faults.items() if found} == {}


def broken_links(site: Path) -> list[tuple[str, str]]:
    """Links that lead nowhere; the ranking of the national page links to every province."""
    broken = []
    read = {path.resolve(): Page(path.read_text("utf-8")) for path in sorted(site.rglob("*.html"))}
    for path, page in read.items():
        for href, _ in page.links:
            file, _, anchor = href.partition("#")
            target = (path.parent / file).resolve() if file else path
            if path.name == "national.html" and re.fullmatch(r"\d\d\.html", file):
                continue
            if not target.exists() or (anchor and anchor not in read[target].anchors):
                broken.append((path.name, href))
    return broken


def test_links_between_pages_lead_somewhere(published: Project) -> None:
    assert broken_links(published.site) == []


@pytest.mark.stress
def test_a_single_page_makes_a_site_without_dead_links(built: Project, tmp_path: Path) -> None:
    made = project_in(tmp_path, built)
    assert publish(made, ["32"], lang="en", workers=1) == []
    assert 'id="pages"' not in (made.site / "index.html").read_text("utf-8")
    assert not (made.site / "id" / "32.html").exists()
    assert broken_links(made.site) == []


@pytest.mark.parametrize(
    ("index", "weakest"),
    [("index.html", "Penyangga penghidupan"), ("index-en.html", "Livelihood buffer")],
)
def test_three_clicks_lead_from_the_index_to_a_source(
    published: Project, pages: dict[str, str], index: str, weakest: str
) -> None:
    """Index -> Sulawesi Tengah -> its weakest dimension -> the source of a number in it."""
    first = {text: href for href, text in Page(pages[index]).links}["Sulawesi Tengah"]
    province = pages[first]
    second = {text: href for href, text in Page(province).links}[weakest]
    assert second == "#dimension-livelihood"
    section = province[province.index('id="dimension-livelihood"') :]
    third = Page(section).links[0][0]
    assert third == "#source-poverty_rate-2024"
    row = province[province.index('id="source-poverty_rate-2024"') :]
    row = row[: row.index("</tr>")]
    assert "BPS" in row
    assert "2015–2024" in row
    words = {"index.html": "salinan sekunder, GitHub ", "index-en.html": "secondary copy, GitHub "}
    assert words[index] in row


def test_every_number_links_to_the_row_of_its_year(pages: dict[str, str]) -> None:
    """The years of the row that a source link leads to hold the year that the link names."""
    wrong = []
    for name in ("id/72.html", "en/97.html"):
        rows = re.findall(r"<tr>.*?</tr>", pages[name], re.S)
        targets = {
            anchor: row for row in rows for anchor in re.findall(r'id="(source-[^"]+)"', row)
        }
        for href, said in Page(pages[name]).links:
            if not href.startswith("#source-"):
                continue
            spans = re.findall(r"(\d{4})(?:–(\d{4}))?", targets[href[1:]])
            year = int(said[-4:])
            if not any(int(first) <= year <= int(last or first) for first, last in spans):
                wrong.append((name, href, said))
    assert wrong == []


def test_what_is_not_assessed_says_so(pages: dict[str, str]) -> None:
    assert "elum dinilai" in pages["id/72.html"]
    assert "ot assessed" in pages["en/72.html"]


@pytest.mark.parametrize(("lang", "word"), [("id", "simulasi"), ("en", "simulated")])
@pytest.mark.parametrize("unit", ["34"])
def test_the_example_is_marked_and_the_index_leads_to_it(
    pages: dict[str, str], lang: str, word: str, unit: str
) -> None:
    html = pages[f"example/{lang}/{unit}.html"]
    assert word in html[html.index("<title>") : html.index("</title>")]
    assert word in html[html.index("<aside") : html.index("</aside>")]
    assessed = pages[f"example/{lang}/capacity-{unit}.html"]
    alts = re.findall(r'<img [^>]*alt="([^"]*)"', assessed)
    captions = re.findall(r"<caption>(.*?)</caption>", assessed, re.S)
    section = html[
        html.index('id="capacity-of-the-government"') : html.index('<section id="sources"')
    ]
    captions += re.findall(r"<caption>(.*?)</caption>", section, re.S)
    assert len(alts) == 6
    assert [text for text in (*alts, *captions) if not text.startswith(f"[{word}]")] == []
    assert f'href="capacity-{unit}.html"' in section
    index = pages["index.html" if lang == "id" else "index-en.html"]
    assert f'href="example/{lang}/{unit}.html"' in index


def test_other_pages_know_nothing_of_simulated_answers(pages: dict[str, str]) -> None:
    assert "[simulasi]" not in pages["id/72.html"]
    assert "elum dinilai" in pages["id/72.html"]


def test_new_provinces_say_what_is_unknown(pages: dict[str, str]) -> None:
    assert "no trend before that year is known" in pages["en/97.html"]
    assert "no trend before that year is known" not in pages["en/72.html"]


def test_no_text_is_in_the_wrong_language(pages: dict[str, str]) -> None:
    """Words that only one of the languages has do not stand on the other's pages."""
    text = {
        name: re.sub(CODE + r"|<style.*?</style>|<[^>]*>", " ", html, flags=re.S)
        for name, html in pages.items()
    }
    for name in PAGES:
        english = re.findall(r"\b(the|provinces|rank|score|which)\b", text[f"id/{name}.html"])
        indonesian = re.findall(
            r"\b(yang|peringkat|skor|menurut|dan)\b", _without_tables(text[f"en/{name}.html"])
        )
        assert english == [], name
        assert indonesian == [], name


def _without_tables(text: str) -> str:
    """Take out what keeps its Indonesian name in English: publications and their tables."""
    return re.sub(r"BPS, [^\n]*|Orasi [^\n]*", " ", text)


def workbook_rows(path: Path, sheets: tuple[str, ...]) -> Iterator[tuple[object, ...]]:
    book = openpyxl.load_workbook(path)
    for name in sheets:
        yield from book[name].iter_rows(min_row=2, values_only=True)


def test_the_workbook_has_every_value_with_its_publisher(published: Project) -> None:
    rows = list(workbook_rows(published.site / "data" / "72-en.xlsx", ("Province", "Regencies")))
    poverty = [row for row in rows if row[2] == "Poverty rate (March)" and row[3] == 2024]
    assert [(row[5], row[8]) for row in poverty] == [(11.77, "BPS")]
    assert sum(str(row[1]).startswith(("Kabupaten", "Kota")) for row in rows) == 4 * 13 * 11
    assert all(row[8] for row in rows)


def test_an_unknown_page_is_refused_before_anything_is_written(published: Project) -> None:
    with pytest.raises(ParameterError, match="93"):
        publish(published, ["72", "93"])


def test_pages_that_did_not_change_are_not_rendered_again(published: Project) -> None:
    page = published.site / "id" / "72.html"
    before = page.stat().st_mtime_ns
    assert publish(published, ["72"], lang="id") == []
    assert page.stat().st_mtime_ns == before
