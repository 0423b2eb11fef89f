"""Publishing an edition: every report as a page, the workbooks, and the index of the site."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from erat.edition.compute import build_edition
from erat.edition.opened import OpenEdition, open_edition
from erat.edition.project import Project
from erat.errors import ParameterError, Problem
from erat.locale import LANGUAGES, language
from erat.report.capacity_text import page_name
from erat.report.frontpage import whole_pages, write_front_page
from erat.report.html import NavLink, Page, report_page
from erat.report.methodology import methodology_pages
from erat.report.own_pages import OwnInputs, capacity_title, example_jobs, write_own_workbook
from erat.report.parameters import check_pages, check_parameters
from erat.report.run import Job, Outcome, render_all
from erat.report.workbook import write_province_workbook
from erat.survey.opened import NOT_ASSESSED
from erat.survey.stored import EXAMPLE

WHOLE = ("national", "sensitivity", "audit")
"""Pages that are not of one province."""
PRELOAD = ("erat.report", "erat.report.audit_text")
"""What every report imports, loaded once for all."""

MadeBy = tuple[tuple[str, str], ...]
Editions = Mapping[str, OpenEdition]
"""The edition by the language that its names are in."""


def publish(
    project: Project,
    pages: Sequence[str] = (),
    *,
    edition: str | None = None,
    lang: str | None = None,
    method: Path | None = None,
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
    method
        A method's file in place of the edition's; the pages say so, and lie in
        ``reports/own-method/`` beside the site.
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
        If answers, local tables or the method are wrong; no page has been written then.
    """
    console = console or Console(quiet=True)
    code = edition or project.editions[-1]
    project.edition_file(code)
    langs = [language(lang).code] if lang else list(LANGUAGES)
    build_edition(project, code)
    editions = {one: open_edition(code, method, lang=one, project=project) for one in LANGUAGES}
    site = project.site_of(code)
    if method:
        site = project.root / "reports" / "own-method" / f"{code}-{method.stem}"
    own = OwnInputs.read(project, answers, pages)
    for unit in own.without(pages):
        console.print(f"{unit}: no answers, so its capacity is not assessed", markup=False)
    asked = {one: editions[one] for one in langs}
    jobs = list(_jobs(asked, site, pages, own, method))
    _remove_old_answers(jobs)
    outcomes = _render(jobs, workers or os.cpu_count() or 1, force, console)
    _workbooks([outcome.job for outcome in outcomes if outcome.ok], asked)
    methodology_pages(project, made_by(editions["en"]))
    for e in editions.values():
        write_front_page(e, site, made_by(e))
    return _report(outcomes, project, site / "index.html", console)


def made_by(e: OpenEdition) -> MadeBy:
    """Say in the footer what made a page."""
    tr = e.lang.tr
    return (
        (tr("Edition"), e.code),
        (tr("Data"), e.digest[:12]),
        (tr("Made by"), f"e-RAT {version('erat')}"),
    )


def _jobs(
    editions: Editions, site: Path, pages: Sequence[str], own: OwnInputs, method: Path | None
) -> Iterator[Job]:
    """Yield a job a page; every parameter is checked before the first one runs."""
    e = next(iter(editions.values()))
    project = e.project
    provinces = {str(unit): str(e.names[unit]) for unit in e.scores.index}
    names = list(dict.fromkeys(pages or [*provinces, *WHOLE]))
    check_pages(names, e.code, provinces, [*WHOLE, EXAMPLE])
    names = [name for name in names if name != EXAMPLE]

    reports = [report for name in names for report in _reports(name, own)]
    files = {file for file, *_ in reports}

    def there(lang: str, name: str) -> bool:
        return (name in files and lang in editions) or (site / lang / f"{name}.html").exists()

    for name, template, more, key in reports:
        given: dict[str, Any] = {"edition": e.code, "lang": "", **more}
        if method:
            given["method"] = os.path.relpath(method, project.root)
        notebook = project.templates / f"{template}.ipynb"
        check_parameters(notebook, given)
        for lang, of_lang in editions.items():
            yield Job(
                template=notebook,
                parameters={**given, "lang": lang},
                html=site / lang / f"{name}.html",
                notebook=site / "notebooks" / lang / f"{name}.ipynb",
                page=_page(of_lang, template, name, more.get("province", ""), there),
                data_key=f"{of_lang.digest}{key}",
                folder=project.root,
            )
    if not method and _shows_example(project, e.code, pages):
        yield from example_jobs(
            project, editions, {lang: made_by(e) for lang, e in editions.items()}
        )


def _reports(name: str, own: OwnInputs) -> Iterator[tuple[str, str, dict[str, str], str]]:
    """Yield the reports of a page: its file name, template, parameters, digest of its own inputs.

    The assessed capacity of a province has a page of its own, beside that of the province.
    """
    if name in WHOLE:
        yield name, name, {}, ""
        return
    given, key = {"province": name, **own.parameters(name)}, own.key(name)
    yield name, "province", given, key
    if own.has_answers(name):
        yield page_name(name), "capacity", given, key


def _remove_old_answers(jobs: Sequence[Job]) -> None:
    """Remove pages of answers that are no longer there, beside the pages of their provinces."""
    for job in jobs:
        if job.parameters.get("answers") == NOT_ASSESSED:
            name = page_name(job.parameters["province"])
            job.html.with_stem(name).unlink(missing_ok=True)
            job.notebook.with_stem(name).unlink(missing_ok=True)


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


def _workbooks(jobs: Sequence[Job], editions: Editions) -> None:
    """Write the workbooks that the pages of provinces lead to."""
    for job in jobs:
        given = job.parameters
        if "province" not in given:
            continue
        e, unit = editions[given["lang"]], given["province"]
        folder = job.html.parent.parent / "data"
        if job.template.stem == "capacity":
            write_own_workbook(e, unit, given["answers"], folder)
        else:
            write_province_workbook(e, unit, folder / f"{unit}-{given['lang']}.xlsx")


def _page(
    e: OpenEdition, template: str, name: str, unit: str, there: Callable[[str, str], bool]
) -> Page:
    """Describe a page; its header leads to the pages that are there or are being made."""
    lang, titles = e.lang.code, {page: title for page, title, _ in whole_pages(e.lang)}
    nav = [NavLink(f"{page}.html", title) for page, title in titles.items() if there(lang, page)]
    of_unit = {"province": str(e.names[unit]), "capacity": capacity_title(e, unit)} if unit else {}
    page = report_page(f"{(titles | of_unit)[template]} {e.year}", lang, name, made_by(e))
    across = [link for link in page.links if there(link.lang, name)]
    notebook = f"../notebooks/{lang}/{name}.ipynb"
    return replace(page, links=(*nav, *across), notebook=notebook)


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
