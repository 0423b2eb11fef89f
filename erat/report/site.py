"""The index page of the site: what the figures are, a map, and the way to each report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from erat.locale import LANGUAGES, language
from erat.report.html import NavLink, Page, render_template
from erat.report.page import Content, Html
from erat.report.run import write_whole


@dataclass(frozen=True)
class RankingRow:
    """One province in the ranking; every text is ready to be shown.

    Parameters
    ----------
    unit, name, href
        Unit id, name, and address of the report, relative to the index.
    score
        Score as text.
    tier
        Name of the tier.
    rank
        Rank as text.
    rank_range
        Range of ranks over other defensible methods: ``"3–9"``.
    weakest, weakest_href
        Name of the lowest dimension, and the place in the report that shows it.
    share
        Length of the bar below the score, 0 to 1; no bar where it is None.
    score_range
        The interval of the score: ``"50.7–64.7"``.
    """

    unit: str
    name: str
    href: str
    score: str
    tier: str
    rank: str
    rank_range: str = ""
    weakest: str = ""
    weakest_href: str = ""
    share: float | None = None
    score_range: str = ""


@dataclass(frozen=True)
class PageLink:
    """A page that the index leads to, with a line that says what it holds."""

    href: str
    title: str
    text: str = ""


@dataclass(frozen=True)
class IndexContent:
    """What one index page holds, in one language.

    Parameters
    ----------
    title
        Heading of the page.
    lead
        Paragraphs: what the index is, and what it is not.
    tile_map
        Figure of the map.
    rows
        The ranking, in the order to show.
    pages
        National and sensitivity pages, and those of other editions.
    ranking_note
        A sentence above the ranking: how far ranks can be trusted.
    after
        More pieces, below the ranking.
    methodology
        Pages on the method, below the ranking.
    """

    title: str
    lead: Sequence[Content]
    tile_map: Html
    rows: Sequence[RankingRow]
    pages: Sequence[PageLink]
    ranking_note: Content = ""
    after: Sequence[Html] = ()
    methodology: Sequence[PageLink] = ()


def index_name(lang: str) -> str:
    """File name of the index: Indonesian is the default language.

    Examples
    --------
    >>> index_name("id"), index_name("en")
    ('index.html', 'index-en.html')
    """
    return "index.html" if lang == "id" else f"index-{lang}.html"


def write_index(
    folder: Path, lang: str, content: IndexContent, made_by: Sequence[tuple[str, str]] = ()
) -> Path:
    """Write the index page of one language and return its path.

    Parameters
    ----------
    folder
        Folder of the site.
    lang
        Language code.
    content
        What the page holds.
    made_by
        Label and value of each line of the footer: edition, data, version.
    """
    others = tuple(
        NavLink(index_name(code), own, code) for code, own in LANGUAGES.items() if code != lang
    )
    page = Page(content.title, lang, index_name(lang), others, tuple(made_by))
    tr = language(lang).tr
    words = {
        "pages": tr("Other pages"),
        "methodology": tr("Methodology, in English"),
        "ranking": tr("All provinces"),
        "province": tr("Province"),
        "score": tr("Score (range)"),
        "tier": tr("Third"),
        "rank": tr("Rank (range)"),
        "weakest": tr("Weakest dimension"),
    }
    path = folder / index_name(lang)
    write_whole(path, render_template("site.html.j2", page, content=content, words=words))
    return path
