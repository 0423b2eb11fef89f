"""The index page of the site: what the figures are, a map, the ranking, the way to every page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from markupsafe import Markup

from erat.edition.edition import Edition
from erat.edition.opened import OpenEdition
from erat.files import write_whole
from erat.locale import LANGUAGES, Language, phrase, written
from erat.plots.tilemap import tile_map
from erat.report.html import NavLink, Page, index_name, render_template
from erat.report.index_text import caveat, estimate, intervals_text, lightest, map_text, thirds
from erat.report.methodology import notebooks_in, title_of
from erat.report.show import picture
from erat.survey.stored import EXAMPLE

EXAMPLE_PROVINCES = ("72", "34")
"""Provinces whose example pages are in the site: one with many regencies, one with few."""
WHOLE = {
    "national": (phrase("All provinces"),
                 phrase("Ranking, island groups, what the index is made of, what is not known")),
    "sensitivity": (phrase("How sure are the ranks"),
                    phrase("What other choices of method do to each rank")),
    "audit": (phrase("Audit in ten steps"),
              phrase("What holds and what needs a look, step by step")),
}  # fmt: skip
"""Title of each page that is not of one province, and a line that says what it holds."""

Item = dict[str, Any]  # A page that the index leads to (href, title, text), or a row of the ranking


def write_front_page(e: OpenEdition, site: Path, made_by: Sequence[tuple[str, str]]) -> Path:
    """Write the index page of a site in the edition's language, and return its path.

    Only the latest edition leads to the methodology, the example and other editions.
    """
    lead = e.lang.tr(
        "e-RAT asks how able Indonesia's provinces are to take a shock, keep working and "
        "recover. This is its first part: the conditions that help them, from official figures."
    )
    methodology = list[Item]()
    if _is_latest(e):
        for path in notebooks_in(e.project):
            title = title_of(nbformat.read(path, as_version=4))
            methodology.append({"href": f"methodology/{path.stem}.html", "title": title})
    content = {
        "title": e.about[f"name_{e.lang.code}"],
        "lead": [lead, caveat(e)],
        "tile_map": _map(e),
        "pages": list(_pages(e, site)),
        "note": intervals_text(e),
        "rows": [_row(e, str(unit), site) for unit in e.ranks.sort_values("rank").index],
        "methodology": methodology,
    }
    return write_index(site, e.lang, content, made_by)


def write_index(
    site: Path, lang: Language, content: Mapping[str, Any], made_by: Sequence[tuple[str, str]]
) -> Path:
    """Write an index page from what ``site.html.j2`` shows of it, and return its path."""
    name, tr = index_name(lang.code), lang.tr
    others = ((code, word) for code, word in LANGUAGES.items() if code != lang.code)
    across = (NavLink(index_name(code), word, code) for code, word in others)
    page = Page(content["title"], lang.code, name, tuple(across), tuple(made_by))
    words = {
        "pages": tr("Other pages"), "methodology": tr("Methodology, in English"),
        "ranking": tr("All provinces"), "province": tr("Province"), "score": tr("Score (range)"),
        "third": tr("Third"), "rank": tr("Rank (range)"), "weakest": tr("Weakest dimension"),
    }  # fmt: skip
    path = site / name
    write_whole(path, render_template("site.html.j2", page, content=content, words=words))
    return path


def _map(e: OpenEdition) -> Markup:
    scores = e.intervals.loc[e.top]
    drawn = tile_map(
        scores, e.lang, tiles=e.tiles, names=e.names, label=e.label(e.top),
        vmin=lightest(scores["score"]), note=map_text(e),
    )  # fmt: skip
    alt = e.lang.tr(
        "Map of tiles, one a province, coloured by score, with the interval of each score."
    )
    text = phrase("Figures of {publishers}, {year}; each report names the tables.")
    caption = e.lang.tr(text, publishers=e.lang.join(e.publishers), year=e.year)
    return picture(drawn, alt, caption).markup


def _row(e: OpenEdition, unit: str, site: Path) -> Item:
    """Return a province in the ranking; ``share`` is the length of the bar below its score."""
    row, weakest = e.ranks.loc[unit], e.weakest[unit]
    href = f"{e.lang.code}/{unit}.html"
    there = (site / href).exists()
    return {
        "unit": unit,
        "name": str(e.names[unit]),
        "href": href if there else "",
        "score": written(e.lang, estimate(row, "score")),
        "third": thirds(e.lang)[str(row["third"])],
        "rank": written(e.lang, estimate(row, "rank")),
        "weakest": e.label(weakest),
        "weakest_href": f"{href}#dimension-{weakest}" if there else "",
        "share": float(row["score"]) / 100,
    }


def _pages(e: OpenEdition, site: Path) -> Iterator[Item]:
    """Lead to the pages that are not of one province, to the example and to earlier editions, where
    they are there; only the latest edition's site has an example.
    """
    tr, lang = e.lang.tr, e.lang.code
    pages = {f"{lang}/{name}.html": (tr(title), tr(text)) for name, (title, text) in WHOLE.items()}
    text = tr("How a report looks where sub-units have answered; the answers are simulated")
    for unit in EXAMPLE_PROVINCES:
        title = tr("{name}, example with simulated answers", name=e.names[unit])
        pages[f"{EXAMPLE}/{lang}/{unit}.html"] = (title, text)
    for href, (title, text) in pages.items():
        if (site / href).exists():
            yield {"href": href, "title": title, "text": text}
    for code in e.project.editions[-2::-1] if _is_latest(e) else ():
        index = e.project.site_of(code) / index_name(lang)
        if index.exists():
            spec = Edition.read(e.project, code).spec
            href = str(index.relative_to(e.project.site))
            yield {"href": href, "title": e.lang.pick(spec.name_id, spec.name_en),
                   "text": tr("Another edition")}  # fmt: skip


def _is_latest(e: OpenEdition) -> bool:
    return e.code == e.project.editions[-1] and not e.own_method
