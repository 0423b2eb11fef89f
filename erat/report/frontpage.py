"""What the index of the site says and shows: map, ranking, and the way to every report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import nbformat

from erat.edition.edition import Edition
from erat.edition.project import Project
from erat.report.methodology import title_of
from erat.report.own_pages import EXAMPLE_PROVINCES
from erat.report.shared import score_map
from erat.report.site import IndexContent, PageLink, RankingRow, index_name, write_index
from erat.report.view import View
from erat.survey.stored import EXAMPLE


def write_front_pages(project: Project, view: View, made_by: tuple[tuple[str, str], ...]) -> Path:
    """Write the index of the site in the view's language."""
    tr = view.lang.tr
    lead = [
        tr(
            "e-RAT asks how able Indonesia's provinces are to take a shock, keep working and "
            "recover. This is its first part: the conditions that help them, from official figures."
        ),
        view.caveat,
    ]
    caption = tr(
        "Figures of {publishers}, {year}; each report names the tables.",
        publishers=view.lang.join(view.publishers),
        year=view.year,
    )
    site = project.site_of(view.results.edition.code)
    content = IndexContent(
        title=view.lang.pick(view.spec.name_id, view.spec.name_en),
        lead=lead,
        tile_map=score_map(view, caption),
        rows=[_row(view, str(unit), site) for unit in view.intervals.sort_values("nominal").index],
        pages=_pages(project, view, site),
        methodology=_methodology(project, view),
        ranking_note=f"{view.ranks_note} {view.scores_note}",
    )
    return write_index(site, view.lang.code, content, made_by)


@dataclass(frozen=True)
class WholePage:
    """A page that is not of one province: its name, its title, and a line that says what it holds."""

    name: str
    title: str
    text: str


def whole_pages(view: View) -> list[WholePage]:
    """Return the pages that are not of one province, in the view's language."""
    tr = view.lang.tr
    return [
        WholePage(
            "national",
            tr("All provinces"),
            tr("Ranking, island groups, what the index is made of, what is not known"),
        ),
        WholePage(
            "sensitivity",
            tr("How sure are the ranks"),
            tr("What other choices of method do to each rank"),
        ),
        WholePage(
            "audit",
            tr("Audit in ten steps"),
            tr("What holds and what needs a look, step by step"),
        ),
    ]


def _row(view: View, unit: str, site: Path) -> RankingRow:
    row, weak = view.intervals.loc[unit], view.weakest(unit)
    href = f"{view.lang.code}/{unit}.html"
    there = (site / href).exists()
    score = float(view.scores.loc[unit, view.top])
    return RankingRow(
        unit=unit,
        name=view.names[unit],
        href=href if there else "",
        score=view.score(score),
        score_range=view.score_range(unit),
        tier=view.tier_text(unit),
        rank=str(int(row["nominal"])),
        rank_range=f"{int(row['low'])}–{int(row['high'])}",
        weakest=view.label(weak),
        weakest_href=f"{href}#dimension-{weak}" if there else "",
        share=score / 100,
    )


def _pages(project: Project, view: View, site: Path) -> list[PageLink]:
    code = view.lang.code
    pages = [
        PageLink(f"{code}/{page.name}.html", page.title, page.text)
        for page in whole_pages(view)
        if (site / code / f"{page.name}.html").exists()
    ]
    if view.results.edition.code != project.editions[-1]:
        return pages
    return [*pages, *_example(view, site), *_other_editions(project, view)]


def _methodology(project: Project, view: View) -> list[PageLink]:
    """Lead to the methodology pages, from the latest edition only."""
    if view.results.edition.code != project.editions[-1]:
        return []
    notebooks = sorted((project.root / "notebooks" / "methodology").glob("*.ipynb"))
    titles = [title_of(nbformat.read(path, as_version=4)) for path in notebooks]
    return [
        PageLink(f"methodology/{path.stem}.html", title)
        for path, title in zip(notebooks, titles, strict=True)
    ]


def _other_editions(project: Project, view: View) -> list[PageLink]:
    """Lead to the pages of earlier editions, where they were rendered."""
    found = []
    for code in project.editions[-2::-1]:
        index = project.site_of(code) / index_name(view.lang.code)
        if index.exists():
            spec = Edition.read(project, code).spec
            name = view.lang.pick(spec.name_id, spec.name_en)
            href = str(index.relative_to(project.site))
            found.append(PageLink(href, name, view.lang.tr("Another edition")))
    return found


def _example(view: View, site: Path) -> list[PageLink]:
    """Lead to the reports with simulated answers, where they were rendered."""
    tr, code = view.lang.tr, view.lang.code
    said = tr("How a report looks where sub-units have answered; the answers are simulated")
    return [
        PageLink(
            f"{EXAMPLE}/{code}/{unit}.html",
            tr("{name}, example with simulated answers", name=view.names[unit]),
            said,
        )
        for unit in EXAMPLE_PROVINCES
        if (site / EXAMPLE / code / f"{unit}.html").exists()
    ]
