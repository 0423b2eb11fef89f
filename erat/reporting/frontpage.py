"""What the index of the site says and shows: map, ranking, and the way to every report."""

from __future__ import annotations

from pathlib import Path

import nbformat

from erat.plots.tilemap import tile_map
from erat.project import Project
from erat.reporting.methodology import title_of
from erat.reporting.page import figure
from erat.reporting.site import IndexContent, PageLink, RankingRow, write_index
from erat.reporting.view import View


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
    label = tr("Index of enabling conditions, score 0 to 100")
    drawn = tile_map(view.scores[view.top], view.lang, names=view.names, label=label)
    alt = tr("Map of tiles, one a province, coloured by score.")
    caption = tr("Figures of BPS, {year}; each report names the tables.", year=view.year)
    content = IndexContent(
        title=view.lang.pick(view.spec.name_id, view.spec.name_en),
        lead=lead,
        tile_map=figure(drawn, alt=alt, caption=caption),
        rows=[_row(view, str(unit)) for unit in view.intervals.sort_values("nominal").index],
        pages=_pages(project, view),
        ranking_note=view.ranks_note,
    )
    return write_index(project.site, view.lang.code, content, made_by)


def _row(view: View, unit: str) -> RankingRow:
    row, weak = view.intervals.loc[unit], view.weakest(unit)
    href = f"{view.lang.code}/{unit}.html"
    score = float(view.scores.loc[unit, view.top])
    return RankingRow(
        unit=unit,
        name=view.names[unit],
        href=href,
        score=view.score(score),
        tier=view.tier_text(unit),
        rank=str(int(row["nominal"])),
        rank_range=f"{int(row['low'])}–{int(row['high'])}",
        weakest=view.label(weak),
        weakest_href=f"{href}#dimension-{weak}",
        share=score / 100,
    )


def _pages(project: Project, view: View) -> list[PageLink]:
    tr, code = view.lang.tr, view.lang.code
    pages = [
        PageLink(
            f"{code}/national.html",
            tr("All provinces"),
            tr("Ranking, island groups, what the index is made of, what is not known"),
        ),
        PageLink(
            f"{code}/sensitivity.html",
            tr("How sure are the ranks"),
            tr("What other choices of method do to each rank"),
        ),
    ]
    for path in sorted((project.root / "notebooks" / "methodology").glob("*.ipynb")):
        title = title_of(nbformat.read(path, as_version=4))
        href = f"methodology/{path.stem}.html"
        pages.append(PageLink(href, title, tr("Methodology, in English")))
    return pages
