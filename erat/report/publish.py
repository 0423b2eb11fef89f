"""Publishing an edition: every report as a page, the workbooks, and the index of the site."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from erat.edition.project import Project
from erat.edition.results import build_edition
from erat.errors import ParameterError, Problem
from erat.locale import LANGUAGES, language
from erat.report.frontpage import whole_pages, write_front_pages
from erat.report.html import NavLink, Page, report_page
from erat.report.methodology import methodology_pages
from erat.report.own_pages import OwnInputs, example_jobs, write_own_workbook
from erat.report.parameters import check_pages, check_parameters
from erat.report.run import Job, Outcome, render_all
from erat.report.view import View
from erat.report.workbook import write_province_workbook
from erat.survey.stored import EXAMPLE

WHOLE = ("national", "sensitivity", "audit")
"""Pages that are not of one province."""

PRELOAD = tuple(f"erat.report.{page}" for page in ("province", "national", "audit_text", "show"))


def publish(
    project: Project,
    pages: Sequence[str] = (),
    *,
    edition: str | None = None,
    lang: str | None = None,
    workers: int | None = None,
    force: bool = False,
    answers: Path | None = None,
    console: Console | None = None,
) -> list[Outcome]:
    """Render reports and write the index.

    Parameters
    ----------
    project
        The project.
    pages
        Units of provinces, ``"national"``, ``"sensitivity"``, ``"audit"``, ``"example"`` (of the
        latest edition); every page of the site if empty.
    edition, lang
        One edition and language; the latest edition and both languages if not given.
    workers, force, console
        Parallel processes; whether to render unchanged pages too; where to show the progress.
    answers
        Folder of imported answers; ``data/local/answers`` if not given, where it is there.

    Returns
    -------
    list of Outcome
        Those that failed.

    Raises
    ------
    ParameterError
        If a page, edition or language is unknown; nothing has been written then.
    InputError
        If answers or local tables are wrong; no page has been written then.
    """
    console = console or Console(quiet=True)
    edition = edition or project.editions[-1]
    project.edition_file(edition)
    langs = [language(lang).code] if lang else list(LANGUAGES)
    build_edition(project, edition)
    site = project.site_of(edition)
    views = {code: View(edition, code, project) for code in LANGUAGES}
    asked = {code: views[code] for code in langs}
    own = OwnInputs.read(project, answers, pages)
    for unit in own.without(pages):
        console.print(f"{unit}: no answers, so its capacity is not assessed", markup=False)
    jobs = list(_jobs(project, asked, pages, own))
    outcomes = _render(jobs, workers or os.cpu_count() or 1, force, console)
    _workbooks([outcome.job for outcome in outcomes if outcome.ok], asked)
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


def _jobs(
    project: Project, views: dict[str, View], pages: Sequence[str], own: OwnInputs
) -> Iterator[Job]:
    """Yield a job a page; every parameter is checked before the first one runs."""
    view = next(iter(views.values()))
    edition = view.results.edition.code
    site = project.site_of(edition)
    provinces = {str(unit): view.names[str(unit)] for unit in view.scores.index}
    names = list(dict.fromkeys(pages or [*provinces, *WHOLE]))
    check_pages(names, edition, provinces, [*WHOLE, EXAMPLE])
    names = [name for name in names if name != EXAMPLE]

    def there(code: str, name: str) -> bool:
        return (name in names and code in views) or (site / code / f"{name}.html").exists()

    for name in names:
        template, given, key = name, {"edition": edition, "lang": ""}, ""
        if name not in WHOLE:
            template, key = "province", own.key(name)
            given = {"province": name, **given, **own.parameters(name)}
        notebook = project.templates / f"{template}.ipynb"
        check_parameters(notebook, given)
        for code, of_lang in views.items():
            yield Job(
                template=notebook,
                parameters={**given, "lang": code},
                html=site / code / f"{name}.html",
                notebook=project.root / "reports" / "notebooks" / edition / code / f"{name}.ipynb",
                page=_page(of_lang, template, name, there),
                data_key=f"{of_lang.results.digest}{key}",
                folder=project.root,
            )
    if _shows_example(project, edition, pages):
        yield from example_jobs(project, views, {code: made_by(v) for code, v in views.items()})


def _shows_example(project: Project, edition: str, pages: Sequence[str]) -> bool:
    """Say whether the simulated example is among the pages; only the latest edition has it."""
    if edition == project.editions[-1]:
        return not pages or EXAMPLE in pages
    if EXAMPLE in pages:
        found, expected = f"the page '{EXAMPLE}' of edition {edition}", "the latest edition"
        raise ParameterError(
            [Problem("erat report", found, expected, "leave out --edition, or the page")]
        )
    return False


def _workbooks(jobs: Sequence[Job], views: dict[str, View]) -> None:
    """Write the workbooks that the pages of provinces lead to."""
    for job in jobs:
        given = job.parameters
        if "province" not in given:
            continue
        view, unit, answers = views[given["lang"]], given["province"], given["answers"]
        folder = job.html.parent.parent / "data"
        write_province_workbook(view, unit, folder / f"{unit}-{given['lang']}.xlsx")
        if answers:
            write_own_workbook(view, unit, answers, folder)


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
