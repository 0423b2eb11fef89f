"""The index page of the site: what the figures are, a map, the ranking, the way to every page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from markupsafe import Markup

from erat.edition.edition import Edition
from erat.edition.opened import OpenEdition
from erat.locale import LANGUAGES, Language, written
from erat.plots.tilemap import tile_map
from erat.report.html import NavLink, Page, render_template
from erat.report.index_text import caveat, estimate, intervals_text, lightest, map_text, thirds
from erat.report.methodology import title_of
from erat.report.run import write_whole
from erat.report.show import picture
from erat.survey.stored import EXAMPLE

EXAMPLE_PROVINCES = ("72", "34")
"""Provinces whose example pages are in the site: one with many regencies, one with few."""


@dataclass(frozen=True)
class PageLink:
    """A page that the index leads to, with a line that says what it holds."""

    href: str
    title: str
    text: str = ""


@dataclass(frozen=True)
class RankingRow:
    """A province in the ranking; every text is ready to be shown.

    ``share`` is the length of the bar below the score, 0 to 1.
    """

    unit: str
    name: str
    href: str
    score: str
    third: str
    rank: str
    weakest: str
    weakest_href: str
    share: float


@dataclass(frozen=True)
class IndexContent:
    """What an index page holds, in one language, in the order in which it is shown."""

    title: str
    lead: Sequence[str]
    tile_map: Markup
    pages: Sequence[PageLink]
    note: str
    rows: Sequence[RankingRow]
    methodology: Sequence[PageLink]


def index_name(lang: str) -> str:
    """File name of the index: Indonesian is the default language.

    Examples
    --------
    >>> index_name("id"), index_name("en")
    ('index.html', 'index-en.html')
    """
    return "index.html" if lang == "id" else f"index-{lang}.html"


def write_front_page(e: OpenEdition, site: Path, made_by: Sequence[tuple[str, str]]) -> Path:
    """Write the index page of a site in the edition's language, and return its path."""
    tr = e.lang.tr
    lead = [
        tr(
            "e-RAT asks how able Indonesia's provinces are to take a shock, keep working and "
            "recover. This is its first part: the conditions that help them, from official figures."
        ),
        caveat(e),
    ]
    order = e.ranks.sort_values("rank").index
    content = IndexContent(
        title=e.about[f"name_{e.lang.code}"],
        lead=lead,
        tile_map=_map(e),
        pages=_pages(e, site),
        note=intervals_text(e),
        rows=[_row(e, str(unit), site) for unit in order],
        methodology=_methodology(e),
    )
    return write_index(site, e.lang, content, made_by)


def write_index(
    site: Path, lang: Language, content: IndexContent, made_by: Sequence[tuple[str, str]]
) -> Path:
    """Write an index page from what it holds, and return its path."""
    others = tuple(
        NavLink(index_name(code), name, code)
        for code, name in LANGUAGES.items()
        if code != lang.code
    )
    page = Page(content.title, lang.code, index_name(lang.code), others, tuple(made_by))
    tr = lang.tr
    words = {
        "pages": tr("Other pages"),
        "methodology": tr("Methodology, in English"),
        "ranking": tr("All provinces"),
        "province": tr("Province"),
        "score": tr("Score (range)"),
        "third": tr("Third"),
        "rank": tr("Rank (range)"),
        "weakest": tr("Weakest dimension"),
    }
    path = site / index_name(lang.code)
    write_whole(path, render_template("site.html.j2", page, content=content, words=words))
    return path


def _map(e: OpenEdition) -> Markup:
    scores = e.intervals.loc[e.top]
    drawn = tile_map(
        scores["score"], e.lang, tiles=e.tiles, names=e.names, label=e.label(e.top),
        ranges=scores, vmin=lightest(scores["score"]), note=map_text(e),
    )  # fmt: skip
    alt = e.lang.tr(
        "Map of tiles, one a province, coloured by score, with the interval of each score."
    )
    caption = e.lang.tr(
        "Figures of {publishers}, {year}; each report names the tables.",
        publishers=e.lang.join(e.publishers),
        year=e.year,
    )
    return picture(drawn, alt, caption).markup


def whole_pages(lang: Language) -> list[tuple[str, str, str]]:
    """Return name, title and a line of each page that is not of one province."""
    tr = lang.tr
    return [
        (
            "national",
            tr("All provinces"),
            tr("Ranking, island groups, what the index is made of, what is not known"),
        ),
        (
            "sensitivity",
            tr("How sure are the ranks"),
            tr("What other choices of method do to each rank"),
        ),
        (
            "audit",
            tr("Audit in ten steps"),
            tr("What holds and what needs a look, step by step"),
        ),
    ]


def _row(e: OpenEdition, unit: str, site: Path) -> RankingRow:
    row, weakest = e.ranks.loc[unit], e.weakest[unit]
    href = f"{e.lang.code}/{unit}.html"
    there = (site / href).exists()
    return RankingRow(
        unit=unit,
        name=str(e.names[unit]),
        href=href if there else "",
        score=written(e.lang, estimate(row, "score")),
        third=thirds(e.lang)[str(row["third"])],
        rank=written(e.lang, estimate(row, "rank")),
        weakest=e.label(weakest),
        weakest_href=f"{href}#dimension-{weakest}" if there else "",
        share=float(row["score"]) / 100,
    )


def _is_latest(e: OpenEdition) -> bool:
    return e.code == e.project.editions[-1] and not e.own_method


def _pages(e: OpenEdition, site: Path) -> list[PageLink]:
    """Lead to the pages that are there; the latest edition leads to the others and the example."""
    code = e.lang.code
    pages = [
        PageLink(f"{code}/{name}.html", title, text)
        for name, title, text in whole_pages(e.lang)
        if (site / code / f"{name}.html").exists()
    ]
    return [*pages, *_example(e, site), *_other_editions(e)] if _is_latest(e) else pages


def _methodology(e: OpenEdition) -> list[PageLink]:
    """Lead to the methodology pages, from the latest edition only."""
    if not _is_latest(e):
        return []
    notebooks = sorted((e.project.root / "notebooks" / "methodology").glob("*.ipynb"))
    return [
        PageLink(f"methodology/{path.stem}.html", title_of(nbformat.read(path, as_version=4)))
        for path in notebooks
    ]


def _other_editions(e: OpenEdition) -> list[PageLink]:
    """Lead to the pages of earlier editions, where they were rendered."""
    pages = []
    for code in e.project.editions[-2::-1]:
        index = e.project.site_of(code) / index_name(e.lang.code)
        if index.exists():
            spec = Edition.read(e.project, code).spec
            href = str(index.relative_to(e.project.site))
            name = e.lang.pick(spec.name_id, spec.name_en)
            pages.append(PageLink(href, name, e.lang.tr("Another edition")))
    return pages


def _example(e: OpenEdition, site: Path) -> list[PageLink]:
    """Lead to the reports with simulated answers, where they were rendered."""
    tr, code = e.lang.tr, e.lang.code
    said = tr("How a report looks where sub-units have answered; the answers are simulated")
    return [
        PageLink(
            f"{EXAMPLE}/{code}/{unit}.html",
            tr("{name}, example with simulated answers", name=e.names[unit]),
            said,
        )
        for unit in EXAMPLE_PROVINCES
        if (site / EXAMPLE / code / f"{unit}.html").exists()
    ]
