"""What stands in a site beside the pages that a run makes: older ones, and those without a source."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

from erat.edition.project import Project
from erat.files import clear_left, read_manifest
from erat.locale import LANGUAGES
from erat.report.run import Job
from erat.survey.stored import EXAMPLE, OWN

WORKBOOK = re.compile(r"[0-9][0-9-]*(-capacity)?-(id|en)\.xlsx")


def workbook_of(job: Job) -> Path | None:
    """Return where the workbook is that the page of a province leads to."""
    unit, lang = job.parameters.get("province"), job.page.lang
    if not unit:
        return None
    kind = "-capacity" if job.template.stem == "capacity" else ""
    return job.html.parent.parent / "data" / f"{unit}{kind}-{lang}.xlsx"


def mark_older(jobs: Collection[Job]) -> int:
    """Mark pages whose numbers come from another state than now; returns how many there are."""
    older = [job for job in jobs if job.is_older]
    for job in older:
        job.mark_older()
    return len(older)


def remove_without_source(
    project: Project, site: Path, jobs: Collection[Job], assessed: bool
) -> list[Path]:
    """Remove what e-RAT made from inputs that are gone, and return it.

    These are results and pages of editions that are no more, of answers if none are ``assessed``,
    and pages of the site that are none of the ``jobs``, with their notebooks and workbooks.
    """
    removed = [*_results(project, assessed), *_sites(project), *_pages(site, jobs)]
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


def _results(project: Project, assessed: bool) -> Iterator[Path]:
    for folder in sorted((project.root / "data" / "processed").glob("*/")):
        edition = read_manifest(folder).get("edition")
        if edition and edition not in project.editions:
            yield folder
    if not assessed and read_manifest(project.processed(OWN)):
        yield project.processed(OWN)


def _sites(project: Project) -> Iterator[Path]:
    for index in sorted(project.site.glob("*/index.html")):
        if index.parent.name not in project.editions and _is_ours(index):
            yield index.parent


def _pages(site: Path, jobs: Collection[Job]) -> Iterator[Path]:
    pages, workbooks = {job.html for job in jobs}, {workbook_of(job) for job in jobs}
    for base in (site, site / EXAMPLE):
        for lang in LANGUAGES:
            for html in sorted((base / lang).glob("*.html")):
                if html not in pages and _is_ours(html):
                    yield html
                    notebook = base / "notebooks" / lang / f"{html.stem}.ipynb"
                    if notebook.is_file():
                        yield notebook
        for workbook in sorted((base / "data").glob("*.xlsx")):
            if workbook not in workbooks and WORKBOOK.fullmatch(workbook.name):
                yield workbook


def _is_ours(html: Path) -> bool:
    with html.open(encoding="utf-8", errors="replace") as file:
        return bool(re.search('<meta name="erat-key" ', file.read(1000)))
