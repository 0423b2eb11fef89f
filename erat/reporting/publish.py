"""Publishing an edition: every report as a page, the workbooks, and the index of the site."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from erat.locale import LANGUAGES, language
from erat.project import Project
from erat.reporting.frontpage import whole_pages, write_front_pages
from erat.reporting.html import NavLink, Page, report_page
from erat.reporting.methodology import methodology_pages
from erat.reporting.parameters import TEMPLATES, check_parameters, check_template
from erat.reporting.run import Job, Outcome, render_all
from erat.reporting.view import View
from erat.reporting.workbook import write_province_workbook
from erat.results import build_edition

WHOLE = ("national", "sensitivity", "audit")
"""Pages that are not of one province."""

PRELOAD = tuple(
    f"erat.reporting.{page}" for page in ("province", "national", "sensitivity", "audit")
)


def publish(
    project: Project,
    pages: Sequence[str] = (),
    *,
    edition: str | None = None,
    lang: str | None = None,
    workers: int | None = None,
    force: bool = False,
    console: Console | None = None,
) -> list[Outcome]:
    """Render reports and write the index.

    Parameters
    ----------
    project
        The project.
    pages
        Units of provinces, ``"national"``, ``"sensitivity"``, ``"audit"``; every page of the site
        if empty.
    edition, lang
        One edition and language; the latest edition and both languages if not given.
    workers, force, console
        Parallel processes; whether to render unchanged pages too; where to show the progress.

    Returns
    -------
    list of Outcome
        Those that failed.

    Raises
    ------
    ParameterError
        If a page, edition or language is unknown; nothing has been written then.
    """
    console = console or Console(quiet=True)
    edition = edition or project.editions[-1]
    project.edition_file(edition)
    langs = [language(lang).code] if lang else list(LANGUAGES)
    build_edition(project, edition)
    site = project.site_of(edition)
    views = {code: View(edition, code, project) for code in LANGUAGES}
    asked = {code: views[code] for code in langs}
    jobs = list(_jobs(project, asked, pages))
    outcomes = _render(jobs, workers or os.cpu_count() or 1, force, console)
    for unit in sorted(
        {job.parameters["province"] for job in jobs if "province" in job.parameters}
    ):
        for code, view in asked.items():
            write_province_workbook(view, unit, site / "data" / f"{unit}-{code}.xlsx")
    methodology_pages(project, made_by(views["en"]))
    for view in views.values():
        write_front_pages(project, view, made_by(view))
    return _report(outcomes, project, site / "index.html", console)


def made_by(view: View) -> tuple[tuple[str, str], ...]:
    """Say in the footer what made a page."""
    tr = view.lang.tr
    return (
        (tr("Edition"), view.results.edition.code),
        (tr("Data"), view.results.digest[:12]),
        (tr("Made by"), f"e-RAT {version('erat')}"),
    )


def _jobs(project: Project, views: dict[str, View], pages: Sequence[str]) -> Iterator[Job]:
    """Yield a job a page; every parameter is checked before the first one runs."""
    view = next(iter(views.values()))
    edition = view.results.edition.code
    site = project.site_of(edition)
    known = {edition: {str(unit): view.names[str(unit)] for unit in view.scores.index}}
    for template in TEMPLATES:
        check_template(project.templates / f"{template}.ipynb")
    names = list(dict.fromkeys(pages or [*known[edition], *WHOLE]))

    def there(code: str, name: str) -> bool:
        return (name in names and code in views) or (site / code / f"{name}.html").exists()

    for name in names:
        template, own = (name, {}) if name in WHOLE else ("province", {"province": name})
        for code, of_lang in views.items():
            given = check_parameters(template, {**own, "edition": edition, "lang": code}, known)
            yield Job(
                template=project.templates / f"{template}.ipynb",
                parameters=given,
                html=site / code / f"{name}.html",
                notebook=project.root / "reports" / "notebooks" / edition / code / f"{name}.ipynb",
                page=_page(of_lang, template, name, there),
                data_key=of_lang.results.digest,
                folder=project.root,
            )


def _page(view: View, template: str, name: str, there: Callable[[str, str], bool]) -> Page:
    """Describe a page; its header leads to the pages that are there or are being made."""
    code = view.lang.code
    titles = {page.name: page.title for page in whole_pages(view)}
    nav = [NavLink(f"{page}.html", title) for page, title in titles.items() if there(code, page)]
    page = report_page(titles.get(template, view.names.get(name, name)), code, name, made_by(view))
    across = [link for link in page.links if there(link.lang, name)]
    return replace(page, links=(*nav, *across))


def _render(jobs: Sequence[Job], workers: int, force: bool, console: Console) -> list[Outcome]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        task = progress.add_task("reports", total=len(jobs))
        return render_all(
            jobs,
            workers=workers,
            force=force,
            modules=PRELOAD,
            on_done=lambda _: progress.advance(task),
        )


def _report(
    outcomes: Sequence[Outcome], project: Project, index: Path, console: Console
) -> list[Outcome]:
    failed = [outcome for outcome in outcomes if not outcome.ok]
    fresh = sum(outcome.status == "fresh" for outcome in outcomes)
    made = len(outcomes) - fresh - len(failed)
    console.print(f"{made} rendered, {fresh} unchanged, {len(failed)} failed")
    for outcome in failed:
        console.print(f"failed: {outcome}", markup=False)
    console.print(f"Open {index.relative_to(project.root)}", markup=False)
    return failed
