"""Publishing an edition: every report as a page, the workbooks, and the index of the site."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import NamedTuple

import papermill
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from erat.edition.compute import build_edition
from erat.edition.opened import OpenEdition, open_edition
from erat.edition.project import Project
from erat.errors import ParameterError, Problem, listing, nearest
from erat.files import clear_left, read_manifest
from erat.locale import LANGUAGES, language
from erat.report.capacity_text import page_name
from erat.report.frontpage import EXAMPLE_PROVINCES, WHOLE, write_front_page
from erat.report.html import NavLink, Page, report_page
from erat.report.methodology import methodology_pages
from erat.report.own_inputs import OwnInputs
from erat.report.run import Job, Outcome, render_all
from erat.report.workbooks import write_capacity_workbook, write_province_workbook
from erat.survey.opened import open_assessment
from erat.survey.stored import EXAMPLE, OWN, Assessed, build_example

WORKBOOK = re.compile(r"[0-9][0-9-]*(-capacity)?-(id|en)\.xlsx")

MadeBy = tuple[tuple[str, str], ...]


class Report(NamedTuple):
    """A page in any language: the name of its file, its template, the parameters, and a digest of
    what it shows beside the edition.
    """

    name: str
    template: str
    parameters: dict[str, str]
    key: str = ""


Editions = Mapping[str, OpenEdition]  # the edition by the language that its names are in


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
    """Render reports and write the index; returns what failed.

    ``pages`` are units of provinces, ``"national"``, ``"sensitivity"``, ``"audit"`` and
    ``"example"`` (of the latest edition); every page of the site if empty. By default they are of
    the latest edition, in both languages. Pages by a method's own file say so, and lie in
    ``reports/own-method/`` beside the site. ``answers`` is a folder of imported ones,
    ``data/local/answers`` if None and there. ``force`` makes pages again that are still right.

    An unknown page, edition or language is a ``ParameterError``, wrong answers, local tables or a
    wrong method an ``InputError``; no page has been written then.
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
    inputs = OwnInputs.read(project, answers, pages)
    notes = [f"erat: note: {note}" for note in inputs.notes]
    notes += [
        f"{unit}: no answers, so its capacity is not assessed" for unit in inputs.without(pages)
    ]
    for note in notes:
        console.print(note, markup=False)
    jobs = list(_jobs({one: editions[one] for one in langs}, site, pages, inputs, method))
    others = _other_jobs(editions, site, jobs, inputs, method)
    if gone := remove_without_source(project, site, [*jobs, *others], inputs.assessed is not None):
        names = listing([path.relative_to(project.root) for path in gone])
        console.print(f"removed, since what it was made from is gone: {names}", markup=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task("reports", total=len(jobs))
        outcomes = render_all(
            jobs, workers=workers, force=force, on_done=lambda _: bar.advance(task)
        )
    for outcome in outcomes:
        if outcome.ok and (path := workbook_of(outcome.job)):
            _write_workbook(outcome.job, path, editions[outcome.job.page.lang])
    failed = [outcome for outcome in outcomes if not outcome.ok]
    fresh = sum(outcome.status == "fresh" for outcome in outcomes)
    rendered = len(outcomes) - fresh - len(failed)
    console.print(f"{rendered} rendered, {fresh} unchanged, {len(failed)} failed")
    for outcome in failed:
        console.print(f"failed: {outcome}", markup=False)
    methodology_pages(project, made_by(editions["en"]))
    for e in editions.values():
        write_front_page(e, site, made_by(e))
    if older := [job for job in others if job.is_older]:
        for job in older:
            job.mark_older()
        text = "other pages are older and marked so: erat report --all makes them"
        console.print(f"{len(older)} {text}")
    console.print(f"Open {(site / 'index.html').relative_to(project.root)}", markup=False)
    return failed


def _other_jobs(
    editions: Editions, site: Path, jobs: Sequence[Job], inputs: OwnInputs, method: Path | None
) -> list[Job]:
    """Return the jobs of a site that are not asked for: those of the example where it was made."""
    e = next(iter(editions.values()))
    every = list(_jobs(editions, site, [*map(str, e.scores.index), *WHOLE], inputs, method))
    if site == e.project.site and read_manifest(e.project.processed(EXAMPLE)):
        every += _example_jobs(editions)
    asked = {job.html for job in jobs}
    return [job for job in every if job.html not in asked]


def made_by(e: OpenEdition) -> MadeBy:
    """Say in the footer what made a page."""
    tr = e.lang.tr
    return (
        (tr("Edition"), e.code),
        (tr("Data"), e.digest[:12]),
        (tr("Made by"), f"e-RAT {version('erat')}"),
    )


def _jobs(
    editions: Editions, site: Path, pages: Sequence[str], inputs: OwnInputs, method: Path | None
) -> Iterator[Job]:
    """Yield a job a page; every parameter is checked before the first one runs."""
    e = next(iter(editions.values()))
    provinces = {str(unit): str(e.names[unit]) for unit in e.scores.index}
    names = list(dict.fromkeys(pages or [*provinces, *WHOLE]))
    check_pages(names, e.code, provinces, [*WHOLE, EXAMPLE])
    more = {"method": os.path.relpath(method, e.project.root)} if method else {}
    named = (name for name in names if name != EXAMPLE)
    reports = [one for name in named for one in _reports(name, e.code, inputs, more)]
    files = {report.name for report in reports}

    def there(lang: str, name: str) -> bool:
        return (name in files and lang in editions) or (site / lang / f"{name}.html").exists()

    for report in reports:
        check_parameters(e.project.templates / f"{report.template}.ipynb", report.parameters)
        for lang, one in editions.items():
            title, tr = f"{_title(one, report)} {e.year}", one.lang.tr
            whole = {name: tr(words) for name, (words, _) in WHOLE.items() if there(lang, name)}
            nav = tuple(NavLink(f"{name}.html", words) for name, words in whole.items())
            langs = [code for code in LANGUAGES if there(code, report.name)]
            page = report_page(title, lang, report.name, made_by(one), nav=nav, langs=langs)
            yield _job(one, site, report, page)
    latest = e.code == e.project.editions[-1]
    if EXAMPLE in pages and not latest:
        found, expected = f"the page '{EXAMPLE}' of edition {e.code}", "the latest edition"
        remedy = "leave out --edition, or the page"
        raise ParameterError([Problem("erat report", found, expected, remedy)])
    if not method and latest and (not pages or EXAMPLE in pages):
        build_example(e.project)
        yield from _example_jobs(editions)


def _reports(
    name: str, edition: str, inputs: OwnInputs, more: Mapping[str, str]
) -> Iterator[Report]:
    """Yield a page, and that of the assessed capacity beside a province's."""
    parameters = {"edition": edition, "lang": ""}
    if name in WHOLE:
        yield Report(name, name, {**parameters, **more})
        return
    parameters |= {"province": name, **inputs.parameters(name), **more}
    yield Report(name, "province", parameters, inputs.key(name))
    if inputs.has_answers(name):
        yield Report(page_name(name), "capacity", parameters, inputs.key(name))


def _title(e: OpenEdition, report: Report) -> str:
    """Return the title of a page, without its year."""
    if report.template in WHOLE:
        return e.lang.tr(WHOLE[report.template][0])
    name = str(e.names[report.parameters["province"]])
    capacity = report.template == "capacity"
    return e.lang.tr("Assessed capacity: {name}", name=name) if capacity else name


def _example_jobs(editions: Editions) -> Iterator[Job]:
    """Yield the jobs of the example: two provinces and their capacity, with simulated answers."""
    project = next(iter(editions.values())).project
    key = f" {Assessed.read(project, EXAMPLE).digest}"
    for unit, e in product(EXAMPLE_PROVINCES, editions.values()):
        parameters = {"province": unit, "edition": e.code, "lang": "", "answers": EXAMPLE}
        for name, template in ((unit, "province"), (page_name(unit), "capacity")):
            report = Report(name, template, parameters, key)
            page = example_page(e, name, _title(e, report), editions)
            yield _job(e, project.site / EXAMPLE, report, page)


def example_page(e: OpenEdition, name: str, title: str, langs: Collection[str]) -> Page:
    """Describe a page of the example, with its links home and to its other languages."""
    tr = e.lang.tr
    title = tr("{name}, example with simulated answers", name=title)
    footer = (*made_by(e), (tr("Answers"), tr("simulated")))
    return report_page(title, e.lang.code, name, footer, up="../../", langs=langs)


def _job(e: OpenEdition, site: Path, report: Report, page: Page) -> Job:
    """Describe how a report is made in the edition's language."""
    lang, name = e.lang.code, report.name
    return Job(
        template=e.project.templates / f"{report.template}.ipynb",
        parameters={**report.parameters, "lang": lang},
        html=site / lang / f"{name}.html",
        notebook=site / "notebooks" / lang / f"{name}.ipynb",
        page=page,
        data_key=f"{e.digest}{report.key}",
        folder=e.project.root,
    )


def check_parameters(notebook: Path, names: Collection[str]) -> None:
    """Refuse parameters that are not in the cell tagged 'parameters' of a notebook.

    papermill only warns of them, so a typing mistake would give a report of the default province.
    The notebook itself says what a value may be, where it opens the edition.
    """
    known = list(papermill.inspect_notebook(str(notebook)))
    where, expected = f"{notebook.name}, parameter", f"one of: {listing(known)}"
    if unknown := [name for name in names if name not in known]:
        parts = [(repr(name), expected, nearest(name, known)) for name in unknown]
        raise ParameterError(Problem(where, *part) for part in parts)


def check_pages(
    pages: Collection[str], edition: str, provinces: Mapping[str, str], whole: Collection[str]
) -> None:
    """Refuse pages that an edition does not have: neither a province's code nor a whole page."""
    by_name = {name.casefold(): unit for unit, name in provinces.items()}
    valid = ", ".join([*(f"{unit} {name}" for unit, name in provinces.items()), *whole])
    expected = f"a province of edition {edition} or a whole page ({valid})"
    problems = []
    for page in (page for page in pages if page not in (*provinces, *whole)):
        unit = by_name.get(page.casefold())
        remedy = f"use its code, '{unit}'" if unit else nearest(page, [*provinces, *whole])
        problems.append(Problem("province", repr(page), expected, remedy))
    if problems:
        raise ParameterError(problems)


def _write_workbook(job: Job, path: Path, e: OpenEdition) -> None:
    """Write the workbook that the page of a province leads to."""
    unit = job.parameters["province"]
    if job.template.stem == "capacity":
        answers, lang = job.parameters["answers"], e.lang.code
        write_capacity_workbook(open_assessment(answers, unit, lang, project=e.project), path)
    else:
        write_province_workbook(e, unit, path)


def workbook_of(job: Job) -> Path | None:
    """Return where the workbook is that the page of a province leads to."""
    unit, lang = job.parameters.get("province"), job.page.lang
    if not unit:
        return None
    kind = "-capacity" if job.template.stem == "capacity" else ""
    return job.html.parent.parent / "data" / f"{unit}{kind}-{lang}.xlsx"


def remove_without_source(
    project: Project, site: Path, jobs: Collection[Job], assessed: bool
) -> list[Path]:
    """Remove what e-RAT made from inputs that are gone, and return it.

    These are results and pages of editions that are no more, of answers if none are ``assessed``,
    and pages of the site that are none of the ``jobs``, with their notebooks and workbooks.
    """
    removed = list(_without_source(project, site, jobs, assessed))
    for path in removed:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    written = [path for job in jobs for path in (job.html, job.notebook, workbook_of(job)) if path]
    for folder in {path.parent for path in written}:
        if folder.is_dir():
            clear_left(folder)
    return removed


def _without_source(
    project: Project, site: Path, jobs: Collection[Job], assessed: bool
) -> Iterator[Path]:
    for folder in sorted((project.root / "data" / "processed").glob("*/")):
        edition = read_manifest(folder).get("edition")
        if edition and edition not in project.editions:
            yield folder
    if not assessed and read_manifest(project.processed(OWN)):
        yield project.processed(OWN)
    for index in sorted(project.site.glob("*/index.html")):
        if index.parent.name not in project.editions and _is_ours(index):
            yield index.parent
    yield from _pages(site, jobs)


def _pages(site: Path, jobs: Collection[Job]) -> Iterator[Path]:
    pages, workbooks = {job.html for job in jobs}, {workbook_of(job) for job in jobs}
    for base in (site, site / EXAMPLE):
        for html in (one for lang in LANGUAGES for one in sorted((base / lang).glob("*.html"))):
            if html not in pages and _is_ours(html):
                yield html
                notebook = base / "notebooks" / html.parent.name / f"{html.stem}.ipynb"
                if notebook.is_file():
                    yield notebook
        for workbook in sorted((base / "data").glob("*.xlsx")):
            if workbook not in workbooks and WORKBOOK.fullmatch(workbook.name):
                yield workbook


def _is_ours(html: Path) -> bool:
    with html.open(encoding="utf-8", errors="replace") as file:
        return bool(re.search('<meta name="erat-key" ', file.read(1000)))
